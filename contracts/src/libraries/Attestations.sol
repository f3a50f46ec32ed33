// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Words} from "./Words.sol";

/// @notice A statement about a commitment, as it is signed.
/// @param commitment One value of the commitment file.
/// @param subject Identifier of the entity whose holdings these are.
/// @param asOf Unix seconds from which it counts.
/// @param expires Unix seconds at which it no longer counts.
/// @param scope What the attestor says, by bits; see `Attestations`.
/// @param terms SHA-256 of the factor names or of the pool's schema, in full.
struct Attestation {
    bytes32 commitment;
    bytes32 subject;
    uint64 asOf;
    uint64 expires;
    uint32 scope;
    bytes32 terms;
}

/// @title Digests of attestations (EIP-712)
/// @notice The domain names no chain and no contract: the statement is about holdings, and is valid everywhere.
library Attestations {
    bytes32 internal constant TYPE_HASH = keccak256(
        "Attestation(bytes32 commitment,bytes32 subject,uint64 asOf,uint64 expires,uint32 scope,bytes32 terms)"
    );
    /// @dev keccak256(abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Tailproof"),
    /// keccak256("1")))
    bytes32 internal constant DOMAIN_SEPARATOR = 0x9d169da88ddcd2fe7d8451247904c5e1b4db1990897001e65dd01e728dc727e5;

    uint32 internal constant ASSETS = 1 << 0;
    uint32 internal constant LIABILITIES = 1 << 1;
    uint32 internal constant COMPLETENESS = 1 << 2;
    uint32 internal constant NAV = 1 << 3;
    uint32 internal constant ELIGIBILITY = 1 << 4;
    /// @notice The commitment is the value for Groth16 (BN254).
    uint32 internal constant GROTH16 = 1 << 16;
    /// @notice The commitment is the value for halo2 (Pallas).
    uint32 internal constant HALO2 = 1 << 17;

    /// @notice The digest that attestors sign.
    function digest(Attestation memory statement) internal pure returns (bytes32) {
        bytes32 hashed = keccak256(abi.encode(TYPE_HASH, statement));
        return keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR, hashed));
    }

    /// @notice What a statement hashes, without commitment and subject: for many statements of equal times, scope and terms.
    function words(uint64 asOf, uint64 expires, uint32 scope, bytes32 terms)
        internal
        pure
        returns (bytes32[7] memory hashed)
    {
        (hashed[0], hashed[3], hashed[4]) = (TYPE_HASH, bytes32(uint256(asOf)), bytes32(uint256(expires)));
        (hashed[5], hashed[6]) = (bytes32(uint256(scope)), terms);
    }

    /// @notice The digest of one of them. Its commitment and subject stay in the words.
    function digest(bytes32[7] memory hashed, bytes32 commitment, bytes32 subject) internal pure returns (bytes32) {
        (hashed[1], hashed[2]) = (commitment, subject);
        return MessageHashUtils.toTypedDataHash(DOMAIN_SEPARATOR, Words.hash(hashed));
    }

    /// @notice Whether a scope is one that a statement may have: something said of exactly one value, and no other bit.
    function isScope(uint32 scope) internal pure returns (bool) {
        uint32 said = ASSETS | LIABILITIES | COMPLETENESS | NAV | ELIGIBILITY;
        uint32 values = scope & (GROTH16 | HALO2);
        return (values == GROTH16 || values == HALO2) && scope & said != 0 && scope & ~(said | GROTH16 | HALO2) == 0;
    }

    /// @notice Whether a statement counts at a time: from `asOf` on and before `expires`.
    function isCurrent(Attestation memory statement, uint256 time) internal pure returns (bool) {
        return statement.asOf <= time && time < statement.expires;
    }
}
