// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title The place that a proof on chain is bound to
library Contexts {
    bytes32 internal constant TYPE_HASH =
        keccak256("Context(uint256 chainId,address ledger,bytes32 entity,bytes32 claim,uint64 period)");

    /// @notice The context control: the first 31 bytes of the hash of the place.
    function context(address ledger, bytes32 entity, bytes32 claim, uint64 period) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(TYPE_HASH, block.chainid, ledger, entity, claim, period))) >> 8;
    }
}
