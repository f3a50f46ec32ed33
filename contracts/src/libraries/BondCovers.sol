// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IComplianceBond} from "../interfaces/IComplianceBond.sol";

/// @title Identifiers of cover on a bond, and what rows come to over their periods
library BondCovers {
    using Checkpoints for Checkpoints.Trace224;

    uint256 internal constant MILLION = 1e6;

    /// @dev Proved rows and exceedances up to a period, as one value.
    uint256 private constant EXCEEDANCE = 1 << 112;

    function id(IComplianceBond.Reason reason, uint32 first, uint32 last) internal pure returns (uint256) {
        return uint256(reason) << 64 | uint256(first) << 32 | last;
    }

    /// @notice The terms that the identifier of cover that was sold spells out.
    function terms(uint256 cover) internal pure returns (IComplianceBond.Reason reason, uint32 first, uint32 last) {
        return (IComplianceBond.Reason(cover >> 64), uint32(cover >> 32), uint32(cover));
    }

    /// @notice The first period to open at a time or later. Period p opens when the one before it closes.
    function firstPeriod(uint256 time, uint256 origin, uint256 length) internal pure returns (uint256) {
        if (time <= origin) return 1;
        unchecked {
            return (time - origin + length - 1) / length + 1;
        }
    }

    /// @notice Counts a proved row of a period, which is later than those before.
    function put(Checkpoints.Trace224 storage trace, uint32 period, bool exceeded) internal {
        unchecked {
            trace.push(period, uint224(trace.latest() + (exceeded ? EXCEEDANCE + 1 : 1)));
        }
    }

    /// @notice Proved rows of the periods from `first` to `last`, and the exceedances among them.
    function within(Checkpoints.Trace224 storage trace, uint32 first, uint32 last)
        internal
        view
        returns (uint32 rows, uint32 exceedances)
    {
        unchecked {
            // Both counts only rise, and the identifier of cover that was sold has no period 0.
            uint256 found = trace.upperLookup(last) - trace.upperLookup(first - 1);
            return (uint32(found), uint32(found >> 112));
        }
    }
}
