// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITailproofVerifier} from "../../src/interfaces/ITailproofVerifier.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {MandateLedger} from "../../src/ledger/MandateLedger.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Records of real proofs, and attacks on one submission. Proofs are the command line's.
contract SubmitTest is World {
    function setUp() public {
        deploy();
        push(10);
    }

    function notProved(IMandateLedger.Submission memory s, uint256 who) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMandateLedger.NotProved.selector, s.mandate, entity(who), s.epoch);
    }

    // What is recorded.

    function testATrueProofIsRecorded() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        hand(0, s);
        IMandateLedger.Standing memory last = ledger.standing(entity(0), s.mandate);
        require(last.epoch == 10 && last.varBound == boundOf(10) && last.previous == 0, "what is kept");
        require(last.time == block.timestamp && last.expires == block.timestamp + 30 hours && last.stands, "its times");
        bytes32 id = keccak256(abi.encode(recordOf(s, block.timestamp)));
        require(ledger.recordOf(entity(0), s.mandate, 10) == id, "the record's identifier");
        require(ledger.firstRow(entity(0), s.mandate) == 11, "the first row to be settled");
        push(11);
        submit(0, 0, 11);
        last = ledger.standing(entity(0), s.mandate);
        require(last.epoch == 11 && last.varBound == boundOf(11) && last.previous == boundOf(10), "the next day");
    }

    function testAProofUnderARungIsRecorded() public {
        submit(1, 0, 10);
        require(ledger.standing(entity(0), mandates[1]).varBound == 100_000e6, "the rung's limit");
    }

    function testARecordWithoutCustodians() public {
        submit(2, 0, 10);
        require(ledger.isCompliant(entity(0), mandates[2]), "recorded");
    }

    function testEitherCustodianSuffices() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        attest(s, 0, SECOND_KEY, closes(10));
        hand(0, s);
    }

    function testARecordEndsWithTheAttestation() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.expires = uint64(block.timestamp + 1 hours);
        s.signature = signed(CUSTODIAN_KEY, attestationOf(s, 0));
        hand(0, s);
        require(ledger.standing(entity(0), s.mandate).expires == s.expires, "the attestation's end");
    }

    // Replays.

    function testReplayOnAnotherChain() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        vm.chainId(1);
        refused(notProved(s, 0), 0, s);
    }

    function testReplayInAnotherContract() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        MandateLedger other = new MandateLedger(router);
        other.open(terms(0));
        vm.prank(entity(0));
        vm.expectRevert(notProved(s, 0));
        other.submit(s);
    }

    function testReplayByAnotherEntity() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        attest(s, 1, CUSTODIAN_KEY, closes(10));
        refused(notProved(s, 1), 1, s);
    }

    /// @notice The same document, key and limits, and another guardian: terms make the context, not the document.
    function testReplayUnderAnotherMandateOfOneDocument() public {
        IMandateLedger.Terms memory other = terms(0);
        other.guardian = address(0xBAD);
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.mandate = ledger.open(other);
        refused(notProved(s, 0), 0, s);
    }

    function testReplayInAnotherEpoch() public {
        push(11);
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        (s.epoch, s.point, s.witness) = (11, pointOf("w", 11, false), witness(11));
        refused(notProved(s, 0), 0, s);
    }

    function testTheSameRecordAgain() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        hand(0, s);
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.EpochNotNewer.selector, 10, 10));
        ledger.submit(s);
    }

    /// @notice (-A, -B, C) is a second proof of the same claim; it makes no second record.
    function testMalleatedProofAsNew() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        hand(0, s);
        s.proof[1] = Q - s.proof[1];
        (s.proof[4], s.proof[5]) = (Q - s.proof[4], Q - s.proof[5]);
        uint256[] memory controls = new uint256[](4);
        (, controls) = load("f0-0-10");
        require(verifier.verifyProof(s.proof, s.point, controls), "it is a proof");
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.EpochNotNewer.selector, 10, 10));
        ledger.submit(s);
    }

    function testASecondCommitmentInOnePeriod() public {
        submit(0, 0, 10);
        IMandateLedger.Submission memory s = submission(0, 1, 10);
        attest(s, 0, CUSTODIAN_KEY, closes(10));
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.EpochNotNewer.selector, 10, 10));
        ledger.submit(s);
    }

    function testEpochsRise() public {
        push(11);
        submit(0, 0, 11);
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.EpochNotNewer.selector, 10, 11));
        ledger.submit(s);
    }

    // Inputs.

    function testInputPlusR() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.commitment += R;
        attest(s, 0, CUSTODIAN_KEY, closes(10));
        refused(abi.encodeWithSelector(ITailproofVerifier.ControlOutOfField.selector, 0, s.commitment), 0, s);
    }

    function testPointsOffCurveOutOfSubgroupAndAtInfinity() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        uint256[8] memory proof = s.proof;
        s.proof[0] = addmod(proof[0], 1, Q);
        refused(notProved(s, 0), 0, s);
        (s.proof[0], s.proof[1]) = (0, 0);
        refused(notProved(s, 0), 0, s);
        s.proof = [uint256(0), 0, 0, 0, 0, 0, 0, 0];
        refused(notProved(s, 0), 0, s);
        // On the twist and outside the subgroup: the pairing gives no verdict.
        s.proof = proof;
        (s.proof[2], s.proof[3]) = (1, 2);
        s.proof[4] = 0x2b76c179599bb92a963dac85546a005a777f7c13f6a7b75d5918b6b5808f5fde;
        s.proof[5] = 0x101f7278419308b95099eca02dcee0c5381f4d26d1d62313f057167f064101ce;
        refused(abi.encodeWithSelector(ITailproofVerifier.PrecompileFailed.selector), 0, s);
        s.proof = proof;
        s.point = [uint256(0), 0];
        refused(abi.encodeWithSelector(IMandateLedger.WrongPoint.selector, 10, 0, 0), 0, s);
    }

    // Bounds.

    function testATighterBoundThanProved() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.varBound -= 1;
        refused(notProved(s, 0), 0, s);
    }

    function testABoundAboveTheLimit() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.varBound = 250_000e6 + 1;
        refused(abi.encodeWithSelector(IMandateLedger.BoundAboveLimit.selector, s.varBound, 250_000e6), 0, s);
        (s.varBound, s.shortfallBound) = (1, 400_000e6 + 1);
        refused(abi.encodeWithSelector(IMandateLedger.BoundAboveLimit.selector, s.shortfallBound, 400_000e6), 0, s);
    }

    function testARungOfNoTree() public {
        IMandateLedger.Submission memory s = submission(1, 0, 10);
        s.rung.floor += 1;
        refused(abi.encodeWithSelector(IMandateLedger.WrongRung.selector, root(), 1), 0, s);
        s = submission(1, 0, 10);
        s.varBound -= 1;
        refused(abi.encodeWithSelector(IMandateLedger.WrongBound.selector, s.varBound, s.rung.limit), 0, s);
        s = submission(1, 0, 10);
        (s.rung, s.path, s.varBound) = (rung(0), pathOf(0), rung(0).limit);
        refused(notProved(s, 0), 0, s);
    }

    /// @notice A floor in the event that nobody proved.
    function testAFloorWithoutRungs() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.rung.floor = 1;
        refused(abi.encodeWithSelector(IMandateLedger.WrongRung.selector, bytes32(0), 0), 0, s);
    }

    // Points.

    function testAPointOfAnotherShape() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.point = pointOf("w", 10, true);
        refused(abi.encodeWithSelector(IMandateLedger.WrongPoint.selector, 10, s.point[0], s.point[1]), 0, s);
        IMandateLedger.Terms memory other = terms(0);
        other.source = limitsSource;
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.BadTerms.selector, "key"));
        ledger.open(other);
    }

    function testAPointOfAnotherDay() public {
        push(11);
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.point = pointOf("w", 11, false);
        refused(abi.encodeWithSelector(IMandateLedger.WrongPoint.selector, 10, s.point[0], s.point[1]), 0, s);
    }

    function testAPointBeyondTheLag() public {
        push(11);
        push(12);
        push(13);
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        refused(abi.encodeWithSelector(IMandateLedger.PointTooOld.selector, 10, 13, 2), 0, s);
        s = submission(0, 0, 11);
        hand(0, s);
    }

    function testAStaleSource() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        vm.warp(closes(10) + 6 days + 1);
        s.expires = uint64(block.timestamp + 1);
        s.signature = signed(CUSTODIAN_KEY, attestationOf(s, 0));
        refused(abi.encodeWithSelector(IMandateLedger.SourceStale.selector, closes(10), block.timestamp, 6 days), 0, s);
    }

    function testGapsAndWitness() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        s.witness.gaps = 1;
        refused(abi.encodeWithSelector(IMandateLedger.TooManyGaps.selector, 1, 0), 0, s);
        s.witness.gaps = 0;
        s.witness.period -= 1;
        refused(abi.encodeWithSelector(IMandateLedger.WrongPoint.selector, 10, s.point[0], s.point[1]), 0, s);
    }

    // The chain.

    /// @notice A pairing that costs more than it did takes all gas and fails: the call reverts, and no proof is called false. The
    /// verifier here calls another precompile in its place, which does just that.
    function testARepricedPrecompile() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        bytes memory code = address(verifier).code;
        uint256 places;
        for (uint256 i = 3; i < code.length; ++i) {
            // PUSH1 8, GAS, STATICCALL
            if (code[i - 3] == 0x60 && code[i - 2] == 0x08 && code[i - 1] == 0x5a && code[i] == 0xfa) {
                code[i - 2] = 0x09;
                ++places;
            }
        }
        require(places == 2, "one of a proof, one of a batch");
        vm.etch(address(verifier), code);
        refused(abi.encodeWithSelector(ITailproofVerifier.PrecompileFailed.selector), 0, s);
    }

    /// @notice However little gas a submission is given: it is recorded whole, or it reverts.
    function testGasDecidesNothing() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        bytes memory data = abi.encodeCall(IMandateLedger.submit, (s));
        uint256 recorded;
        for (uint256 allowance = 150_000; recorded == 0; allowance += 10_000) {
            require(allowance < 600_000, "at some allowance it is recorded");
            vm.prank(entity(0));
            (bool ok,) = address(ledger).call{gas: allowance}(data);
            require(ok == ledger.isCompliant(entity(0), s.mandate), "whole or not at all");
            if (ok) ++recorded;
        }
    }
}
