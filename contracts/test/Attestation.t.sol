// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Attestation, Attestations} from "../src/libraries/Attestations.sol";
import {Contexts} from "../src/libraries/Contexts.sol";
import {vm} from "./Vm.sol";

/// @notice Digests of attestations, their secp256k1 signatures, and contexts, against the vectors that Rust reads too.
contract AttestationTest {
    /// @dev Half the order of secp256k1, the largest s of a low signature.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    function digest(string memory json, string memory path) private pure returns (bytes32) {
        return Attestations.digest(
            Attestation({
                commitment: vm.parseJsonBytes32(json, string.concat(path, ".commitment")),
                subject: vm.parseJsonBytes32(json, string.concat(path, ".subject")),
                asOf: uint64(vm.parseJsonUint(json, string.concat(path, ".asOf"))),
                expires: uint64(vm.parseJsonUint(json, string.concat(path, ".expires"))),
                scope: uint32(vm.parseJsonUint(json, string.concat(path, ".scope"))),
                terms: vm.parseJsonBytes32(json, string.concat(path, ".terms"))
            })
        );
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
            uint256 made = Contexts.context(
                vm.parseJsonUint(json, string.concat(path, ".chainId")),
                vm.parseJsonAddress(json, string.concat(path, ".ledger")),
                vm.parseJsonBytes32(json, string.concat(path, ".entity")),
                vm.parseJsonBytes32(json, string.concat(path, ".claim")),
                uint64(vm.parseJsonUint(json, string.concat(path, ".period")))
            );
            require(made == vm.parseJsonUint(json, string.concat(path, ".context")), "the context");
        }
    }

    function testAContextOfThisChainNamesItsChain() public view {
        uint256 here = Contexts.context(address(this), bytes32("entity"), bytes32("claim"), 7);
        uint256 named = Contexts.context(block.chainid, address(this), bytes32("entity"), bytes32("claim"), 7);
        uint256 other = Contexts.context(block.chainid + 1, address(this), bytes32("entity"), bytes32("claim"), 7);
        require(here == named && here != other && here >> 248 == 0, "31 bytes of this chain's hash");
    }

    function testTheDomainIsThatOfItsNameAndVersion() public pure {
        bytes32 domain = keccak256(
            abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Tailproof"), keccak256("1"))
        );
        require(Attestations.DOMAIN_SEPARATOR == domain, "name Tailproof, version 1, no chain, no contract");
    }

    function testScopesAreOfOneValueAndSaySomething() public view {
        string memory json = vm.readFile("test/vectors/attestations.json");
        for (uint256 i = 0; i < 6; ++i) {
            string memory path = string.concat(".accepted[", vm.toString(i), "].scope");
            require(Attestations.isScope(uint32(vm.parseJsonUint(json, path))), "a scope of the vectors");
        }
        require(Attestations.isScope(Attestations.GROTH16 | Attestations.NAV), "one thing of one value");
        require(!Attestations.isScope(Attestations.GROTH16), "nothing is said");
        require(!Attestations.isScope(Attestations.ASSETS), "of no value");
        require(
            !Attestations.isScope(Attestations.ASSETS | Attestations.GROTH16 | Attestations.HALO2), "of both values"
        );
        require(!Attestations.isScope(Attestations.ASSETS | Attestations.GROTH16 | 1 << 5), "an unknown bit");
    }

    function testAStatementCountsFromAsOfAndBeforeItExpires() public pure {
        Attestation memory statement;
        (statement.asOf, statement.expires) = (100, 200);
        require(!Attestations.isCurrent(statement, 99) && Attestations.isCurrent(statement, 100), "from 100 on");
        require(Attestations.isCurrent(statement, 199) && !Attestations.isCurrent(statement, 200), "before 200");
    }
}
