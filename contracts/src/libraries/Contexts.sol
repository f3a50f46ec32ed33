// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Contexts that bind a proof to a use on a chain
/// @notice The encoding of `tailproof_verifier::context`.
library Contexts {
    bytes32 internal constant TYPE_HASH =
        keccak256("Context(uint256 chainId,address ledger,bytes32 entity,bytes32 claim,uint64 period)");

    /// @notice The context of a proof for a contract on this chain.
    /// @param ledger The contract that keeps the proofs.
    /// @param entity Identifier of the entity whose holdings these are: the subject of its attestations.
    /// @param claim Digest of the mandate, or of the pool's deal.
    /// @param period Number of the period; on a window, the epoch.
    function context(address ledger, bytes32 entity, bytes32 claim, uint64 period) internal view returns (uint256) {
        return context(block.chainid, ledger, entity, claim, period);
    }

    /// @notice The context of a proof for a contract on a chain: the first 31 bytes of the hash, below every field's modulus.
    function context(uint256 chainId, address ledger, bytes32 entity, bytes32 claim, uint64 period)
        internal
        pure
        returns (uint256)
    {
        return uint256(keccak256(abi.encode(TYPE_HASH, chainId, ledger, entity, claim, period))) >> 8;
    }
}
