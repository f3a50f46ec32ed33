// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";

/// @title Index of a day, and what a cover pays for it
/// @notice Indices are in basis points times 2^20, at most 2^48 - 1.
library CoverSchedule {
    /// @notice A multiplier of 1.
    uint256 private constant ONE = 64;

    /// @notice Index of a row, zero for a gain. A loss times the multiplier is rounded down.
    /// @param lowest Value at risk on the lowest rung, and between rungs, in basis points times 2^20.
    function indexOf(IVarSecurity.Kind kind, IBookIndex.Row memory row, uint256 lowest, uint256 step)
        internal
        pure
        returns (uint256 index)
    {
        if (kind == IVarSecurity.Kind.ValueAtRisk) {
            index = row.level == 0 ? 0 : lowest + (uint256(row.level) - 1) * step;
        } else if (row.loss > 0) {
            index = uint256(uint48(row.loss));
            if (kind == IVarSecurity.Kind.Scaled) index = index * row.multiplier / ONE;
        }
        // No error: it would stop settlement for ever.
        if (index > type(uint48).max) index = type(uint48).max;
    }

    /// @notice A unit pays `part / whole`: `(min(best, detachment) - max(attachment, eve)) / (detachment - attachment)`, at least
    /// zero.
    /// @param eve For value at risk, the index on the eve of the first day; else zero.
    function payout(IVarSecurity.Terms memory terms, uint256 best, uint256 eve)
        internal
        pure
        returns (uint256 part, uint256 whole)
    {
        (uint256 from, uint256 to) = (uint256(terms.attachment) << 20, uint256(terms.detachment) << 20);
        whole = to - from;
        if (eve > from) from = eve;
        if (best < to) to = best;
        if (to > from) part = to - from;
    }
}
