// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Digests of attestations: signed statements about a commitment, the same off chain and on
library Attestations {
    bytes32 internal constant TYPE_HASH = keccak256(
        "Attestation(bytes32 commitment,bytes32 subject,uint64 asOf,uint64 expires,uint32 scope,bytes32 terms)"
    );
    /// @dev Hash of the domain, which names no chain and no contract: the statement is about a book.
    bytes32 internal constant DOMAIN = keccak256(
        abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Tailproof"), keccak256("1"))
    );

    /// @notice The digest that an attestor signs.
    function digest(uint256 commitment, bytes32 subject, uint64 asOf, uint64 expires, uint32 scope, bytes32 terms)
        internal
        pure
        returns (bytes32)
    {
        bytes32 statement = keccak256(abi.encode(TYPE_HASH, commitment, subject, asOf, expires, scope, terms));
        return keccak256(abi.encodePacked(hex"1901", DOMAIN, statement));
    }
}
