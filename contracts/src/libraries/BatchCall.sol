// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITailproofVerifier} from "../interfaces/ITailproofVerifier.sol";

/// @title Calls of verifiers: one of `verifyMany` is written into memory item by item, where it stays until it is made
library BatchCall {
    /// @dev Where the encoded call, its first proof and its first controls begin, and its size.
    struct Batch {
        uint256 call;
        uint256 proofs;
        uint256 controls;
        uint256 size;
        uint256 items;
    }

    /// @notice The call for a number of items over one point.
    function create(uint256 items, uint256[2] calldata point) internal pure returns (Batch memory batch) {
        // Arguments: offset of the proofs, point, offset of the controls; length and proofs; length and controls.
        uint256 offset = 0xa0 + items * 0x100;
        batch.size = 4 + offset + 0x20 + items * 0x80;
        batch.items = items;
        bytes4 selector = ITailproofVerifier.verifyMany.selector;
        assembly ("memory-safe") {
            // Not cleared: the caller puts every item.
            let call_ := mload(0x40)
            mstore(0x40, and(add(add(call_, mload(add(batch, 0x60))), 0x1f), not(0x1f)))
            mstore(batch, call_)
            mstore(call_, selector)
            let arguments := add(call_, 4)
            mstore(arguments, 0x80)
            calldatacopy(add(arguments, 0x20), point, 0x40)
            mstore(add(arguments, 0x60), offset)
            mstore(add(arguments, 0x80), items)
            mstore(add(arguments, offset), items)
            mstore(add(batch, 0x20), add(arguments, 0xa0))
            mstore(add(batch, 0x40), add(add(arguments, offset), 0x20))
        }
    }

    /// @notice Writes an item. Its index is below the number of items.
    function put(Batch memory batch, uint256 index, uint256[8] calldata proof, uint256[4] memory controls)
        internal
        pure
    {
        require(index < batch.items);
        assembly ("memory-safe") {
            calldatacopy(add(mload(add(batch, 0x20)), shl(8, index)), proof, 0x100)
            mcopy(add(mload(add(batch, 0x40)), shl(7, index)), controls, 0x80)
        }
    }

    /// @notice Makes the call, and reverts as it does.
    function verify(Batch memory batch, address verifier) internal view returns (bool valid) {
        assembly ("memory-safe") {
            let ok := staticcall(gas(), verifier, mload(batch), mload(add(batch, 0x60)), 0, 0x20)
            if iszero(and(ok, gt(returndatasize(), 0x1f))) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            valid := eq(mload(0), 1)
        }
    }

    /// @notice Calls `verifyProof` of one proof, and reverts as it does.
    function verifyOne(
        address verifier,
        uint256[8] calldata proof,
        uint256[2] calldata point,
        uint256[4] memory controls
    ) internal view returns (bool valid) {
        bytes4 selector = ITailproofVerifier.verifyProof.selector;
        assembly ("memory-safe") {
            // Proof, point, offset of the controls; their number, and they. Free memory is used, and not kept.
            let call_ := mload(0x40)
            mstore(call_, selector)
            calldatacopy(add(call_, 0x04), proof, 0x100)
            calldatacopy(add(call_, 0x104), point, 0x40)
            mstore(add(call_, 0x144), 0x160)
            mstore(add(call_, 0x164), 4)
            mcopy(add(call_, 0x184), controls, 0x80)
            let ok := staticcall(gas(), verifier, call_, 0x204, 0, 0x20)
            if iszero(and(ok, gt(returndatasize(), 0x1f))) {
                returndatacopy(call_, 0, returndatasize())
                revert(call_, returndatasize())
            }
            valid := eq(mload(0), 1)
        }
    }

    /// @notice Where free memory begins.
    function mark() internal pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    /// @notice Gives back all memory since a mark: nothing that was made since may be used any more.
    function release(uint256 free) internal pure {
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
