// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {vm} from "./Vm.sol";

/// @notice Digests of attestations, their secp256k1 signatures, and contexts, against the vectors that Rust reads too.
contract AttestationTest {
    bytes32 private constant TYPE_HASH = keccak256(
        "Attestation(bytes32 commitment,bytes32 subject,uint64 asOf,uint64 expires,uint32 scope,bytes32 terms)"
    );
    bytes32 private constant CONTEXT_TYPE_HASH =
        keccak256("Context(uint256 chainId,address ledger,bytes32 entity,bytes32 claim,uint64 period)");
    /// @dev Half the order of secp256k1, the largest s of a low signature.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    function digest(string memory json, string memory path) private pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Tailproof"), keccak256("1"))
        );
        bytes32 statement = keccak256(
            abi.encode(
                TYPE_HASH,
                vm.parseJsonBytes32(json, string.concat(path, ".commitment")),
                vm.parseJsonBytes32(json, string.concat(path, ".subject")),
                uint64(vm.parseJsonUint(json, string.concat(path, ".asOf"))),
                uint64(vm.parseJsonUint(json, string.concat(path, ".expires"))),
                uint32(vm.parseJsonUint(json, string.concat(path, ".scope"))),
                vm.parseJsonBytes32(json, string.concat(path, ".terms"))
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, statement));
    }

    /// @dev Whether the signature under a path is a low one of 64 bytes by the address there.
    function isSigned(string memory json, string memory path) private pure returns (bool) {
        bytes memory signature = vm.parseJsonBytes(json, string.concat(path, ".signature"));
        if (signature.length != 64) return false;
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        if (uint256(s) > HALF_ORDER) return false;
        address signer = ecrecover(digest(json, path), uint8(vm.parseJsonUint(json, string.concat(path, ".v"))), r, s);
        return signer != address(0) && signer == vm.parseJsonAddress(json, string.concat(path, ".address"));
    }

    function testDigestsAndSignaturesAreThoseOfTheVectors() public view {
        string memory json = vm.readFile("test/vectors/attestations.json");
        uint256 signed = 0;
        for (uint256 i = 0; i < 6; ++i) {
            string memory path = string.concat(".accepted[", vm.toString(i), "]");
            require(digest(json, path) == vm.parseJsonBytes32(json, string.concat(path, ".digest")), "the digest");
            if (isSigned(json, path)) ++signed;
        }
        require(signed == 2, "the two of secp256k1");
    }

    function testRefusedVectorsAreRefused() public view {
        string memory json = vm.readFile("test/vectors/attestations.json");
        for (uint256 i = 0; i < 19; ++i) {
            require(!isSigned(json, string.concat(".refused[", vm.toString(i), "]")), "a refused signature");
        }
    }

    function testContextsAreThoseOfTheVectors() public view {
        string memory json = vm.readFile("test/vectors/contexts.json");
        for (uint256 i = 0; i < 3; ++i) {
            string memory path = string.concat(".contexts[", vm.toString(i), "]");
            bytes32 hash = keccak256(
                abi.encode(
                    CONTEXT_TYPE_HASH,
                    vm.parseJsonUint(json, string.concat(path, ".chainId")),
                    vm.parseJsonAddress(json, string.concat(path, ".ledger")),
                    vm.parseJsonBytes32(json, string.concat(path, ".entity")),
                    vm.parseJsonBytes32(json, string.concat(path, ".claim")),
                    uint64(vm.parseJsonUint(json, string.concat(path, ".period")))
                )
            );
            require(uint256(hash) >> 8 == vm.parseJsonUint(json, string.concat(path, ".context")), "the context");
        }
    }
}
