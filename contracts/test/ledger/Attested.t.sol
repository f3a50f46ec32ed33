// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {Fickle} from "./Attackers.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Who vouches for a commitment, and who hands it in.
contract AttestedTest is World {
    function setUp() public {
        deploy();
        push(10);
    }

    // Attestations.

    function testCommitmentWithoutSignature() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.signature = "";
        refused(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, s.commitment), 0, s);
    }

    function testCommitmentSignedByAnother() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        attest(s, 0, entityKey(0), closes(10));
        refused(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, s.commitment), 0, s);
    }

    function testAttestationOfAnotherSubjectOrTerms() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        attest(s, 1, CUSTODIAN_KEY, closes(10));
        refused(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, s.commitment), 0, s);
        s = submission(0, 0, 10);
        s.asOf -= 1;
        refused(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, s.commitment), 0, s);
    }

    function testAttestationExpiredOrOfTheFuture() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.expires = uint64(block.timestamp);
        s.signature = signed(CUSTODIAN_KEY, attestationOf(s, 0));
        refused(
            abi.encodeWithSelector(IMandateLedger.AttestationNotInForce.selector, s.asOf, s.expires, block.timestamp),
            0,
            s
        );
        attest(s, 0, CUSTODIAN_KEY, block.timestamp + 1);
        refused(
            abi.encodeWithSelector(IMandateLedger.AttestationNotInForce.selector, s.asOf, s.expires, block.timestamp),
            0,
            s
        );
    }

    function testAttestationWithoutTheScope() public {
        uint32[4] memory scopes = [uint32(0x10001), 0x20009, 0x30009, 0x10029];
        for (uint256 i = 0; i < 4; ++i) {
            IMandateLedger.Submission memory s = submission(0, 0, 10);
            s.scope = scopes[i];
            s.signature = signed(CUSTODIAN_KEY, attestationOf(s, 0));
            refused(abi.encodeWithSelector(IMandateLedger.ScopeMissing.selector, s.scope, SCOPE), 0, s);
        }
    }

    /// @notice A custodian that is a contract: what it said counts, and what it says no longer does not.
    function testASignerThatChangesItsMind() public {
        Fickle custodian = Fickle(vm.addr(CUSTODIAN_KEY));
        vm.etch(address(custodian), type(Fickle).runtimeCode);
        vm.store(address(custodian), 0, bytes32(uint256(1)));
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        custodian.change();
        s.signature = "anything";
        refused(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, s.commitment), 0, s);
        custodian.change();
        hand(0, s);
        custodian.change();
        require(ledger.isCompliant(entity(0), s.mandate), "a record stands until it expires");
    }

    function testEquivocationSuspendsTheEntity() public {
        submit(0, 0, 10);
        IMandateLedger.Submission memory one = submission(0, 0, 10);
        IMandateLedger.Submission memory other = submission(0, 1, 10);
        attest(other, 0, CUSTODIAN_KEY, closes(10));
        equivocate(one, other);
        require(ledger.status(entity(0), one.mandate) == IMandateLedger.Status.Suspended, "suspended");
        require(!ledger.isCompliant(entity(0), one.mandate), "not compliant");
        require(ledger.status(entity(1), one.mandate) == IMandateLedger.Status.Unknown, "nobody else is");
        push(11);
        IMandateLedger.Submission memory next = submission(0, 0, 11);
        refused(abi.encodeWithSelector(IMandateLedger.EntityIsSuspended.selector, entity(0), next.mandate), 0, next);
    }

    /// @notice Two statements whose scopes differ in a bit that the mandate does not ask for contradict each other as well.
    function testEquivocationUnderTwoScopes() public {
        submit(0, 0, 10);
        IMandateLedger.Submission memory one = submission(0, 0, 10);
        IMandateLedger.Submission memory other = submission(0, 1, 10);
        (other.scope, other.asOf) = (SCOPE | 2, one.asOf);
        other.signature = signed(CUSTODIAN_KEY, attestationOf(other, 0));
        equivocate(one, other);
        require(ledger.status(entity(0), one.mandate) == IMandateLedger.Status.Suspended, "suspended");
    }

    /// @notice A statement without the mandate's bits is no statement under it.
    function testNoEquivocationWithoutTheScope() public {
        IMandateLedger.Submission memory one = submission(0, 0, 10);
        for (uint256 i = 0; i < 2; ++i) {
            IMandateLedger.Submission memory other = submission(0, 1, 10);
            (other.scope, other.asOf) = (0x10001, one.asOf);
            other.signature = signed(CUSTODIAN_KEY, attestationOf(other, 0));
            vm.expectRevert(IMandateLedger.NoEquivocation.selector);
            if (i == 0) this.equivocateOutside(one, other);
            else this.equivocateOutside(other, one);
        }
    }

    function equivocate(IMandateLedger.Submission memory one, IMandateLedger.Submission memory other) private {
        ledger.suspendForEquivocation(
            one.mandate,
            entity(0),
            vm.addr(CUSTODIAN_KEY),
            [one.commitment, other.commitment],
            one.asOf,
            [one.expires, other.expires],
            [one.scope, other.scope],
            [one.signature, other.signature]
        );
    }

    function testNoEquivocationWithoutTwoCommitmentsOrSignatures() public {
        IMandateLedger.Submission memory one = submission(0, 0, 10);
        vm.expectRevert(IMandateLedger.NoEquivocation.selector);
        this.equivocateOutside(one, one);
        // One that the custodian signed for another entity.
        IMandateLedger.Submission memory other = submission(0, 1, 10);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, other.commitment));
        this.equivocateOutside(one, other);
    }

    function equivocateOutside(IMandateLedger.Submission memory one, IMandateLedger.Submission memory other) external {
        equivocate(one, other);
    }

    // Relays.

    function relay(uint256 deadline, IMandateLedger.Submission memory s) private view returns (bytes memory) {
        return signed(entityKey(0), ledger.relayDigest(entity(0), s.mandate, s.epoch, s.commitment, deadline));
    }

    function testARelayedRecordIsTheEntitys() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        ledger.submitFor(entity(0), block.timestamp, s, relay(block.timestamp, s));
        require(ledger.isCompliant(entity(0), s.mandate), "recorded");
    }

    function testARelayNeedsTheEntitysSignature() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        bytes memory signature = relay(block.timestamp, s);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, entity(0)));
        ledger.submitFor(entity(0), block.timestamp + 1, s, signature);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, entity(1)));
        ledger.submitFor(entity(1), block.timestamp, s, signature);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IMandateLedger.RelayExpired.selector, block.timestamp - 1, block.timestamp)
        );
        ledger.submitFor(entity(0), block.timestamp - 1, s, signature);
    }

    function testARelayForAContract() public {
        vm.etch(entity(0), type(Fickle).runtimeCode);
        vm.store(entity(0), 0, bytes32(uint256(1)));
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        ledger.submitFor(entity(0), block.timestamp, s, "");
        require(ledger.isCompliant(entity(0), s.mandate), "recorded");
    }

    /// @notice A signature that is none recovers to the zero address, which is nobody's.
    function testNobodyHasASignature() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        bytes[3] memory signatures = [bytes(""), new bytes(65), bytes.concat(bytes32(0), new bytes(32), hex"1b")];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, address(0)));
            ledger.submitFor(address(0), block.timestamp, s, signatures[i]);
        }
    }

    /// @notice What an entity signed for one chain is nothing on another that has its past.
    function testARelayOnAChainThatSplitOff() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        bytes memory signature = relay(block.timestamp, s);
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, entity(0)));
        ledger.submitFor(entity(0), block.timestamp, s, signature);
    }

    /// @notice An account whose key signed needs no code, and one with code may have its key sign (EIP-7702).
    function testAKeyOfAnAccountWithCodeSigns() public {
        vm.etch(entity(0), type(Fickle).runtimeCode);
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        ledger.submitFor(entity(0), block.timestamp, s, relay(block.timestamp, s));
        require(ledger.isCompliant(entity(0), s.mandate), "recorded");
    }
}
