// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";

/// @title Data that never changes, kept as the code of a contract: read for 2,600 gas whatever its length
library CodeStore {
    /// @dev Returns what follows it as code. The first byte of the code stops a call.
    bytes private constant INIT = hex"600b5981380380925939f300";

    /// @notice Keeps data, once for each salt.
    function write(bytes32 salt, bytes memory data) internal returns (address) {
        return Create2.deploy(0, salt, abi.encodePacked(INIT, data));
    }

    /// @notice Copies what was kept into memory, from byte `offset` on.
    function copy(address store, uint256 offset, uint256 to, uint256 size) internal view {
        assembly ("memory-safe") {
            extcodecopy(store, to, add(offset, 1), size)
        }
    }
}
