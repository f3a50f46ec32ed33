// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Words} from "./Words.sol";

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

    /// @notice What a context on this chain hashes, without the entity: for the contexts of many entities.
    function words(address ledger, bytes32 claim, uint64 period) internal view returns (bytes32[6] memory hashed) {
        (hashed[0], hashed[1]) = (TYPE_HASH, bytes32(block.chainid));
        hashed[2] = bytes32(uint256(uint160(ledger)));
        (hashed[4], hashed[5]) = (claim, bytes32(uint256(period)));
    }

    /// @notice The context of one entity. Its identifier stays in the words.
    function context(bytes32[6] memory hashed, bytes32 entity) internal pure returns (uint256) {
        hashed[3] = entity;
        return uint256(Words.hash(hashed)) >> 8;
    }
}
