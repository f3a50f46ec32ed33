// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Hashes of words in memory, as they are encoded: for structs that are hashed again and again with few changes
library Words {
    function hash(bytes32[6] memory words) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            digest := keccak256(words, 0xc0)
        }
    }

    function hash(bytes32[7] memory words) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            digest := keccak256(words, 0xe0)
        }
    }
}
