// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITailproofVerifier} from "../../src/interfaces/ITailproofVerifier.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Batches, and attacks on them.
contract BatchTest is World {
    address[] private entities;
    uint256[] private deadlines;
    IMandateLedger.Submission[] private items;
    bytes[] private signatures;

    function setUp() public {
        deploy();
        push(10);
        for (uint256 i = 0; i < 4; ++i) {
            put(i, submission(0, i, 10));
        }
    }

    function put(uint256 who, IMandateLedger.Submission memory s) private {
        entities.push(entity(who));
        deadlines.push(block.timestamp);
        items.push(s);
        bytes32 digest = ledger.relayDigest(entity(who), s.mandate, s.epoch, s.commitment, block.timestamp);
        signatures.push(signed(entityKey(who), digest));
    }

    function submitAll() private {
        ledger.submitMany(entities, deadlines, items, signatures);
    }

    function refusedAll(bytes memory error_) private {
        vm.expectRevert(error_);
        submitAll();
        for (uint256 i = 0; i < 4; ++i) {
            require(!ledger.isCompliant(entity(i), mandates[0]), "one bad item refuses all");
        }
    }

    function notProved() private view returns (bytes memory) {
        return abi.encodeWithSelector(IMandateLedger.NotProved.selector, mandates[0], address(0), 10);
    }

    function testABatchRecordsWhatEachWould() public {
        submitAll();
        for (uint256 i = 0; i < 4; ++i) {
            bytes32 id = keccak256(abi.encode(recordOf(items[i], block.timestamp)));
            require(ledger.recordOf(entity(i), mandates[0], 10) == id, "the record of one submission");
        }
    }

    function testABatchOfOne() public {
        while (items.length > 1) {
            entities.pop();
            items.pop();
        }
        // The caller's own item takes no signature.
        signatures[0] = "";
        vm.prank(entity(0));
        submitAll();
        require(ledger.isCompliant(entity(0), mandates[0]), "recorded");
    }

    function testAnEmptyBatch() public {
        vm.expectRevert(IMandateLedger.EmptyBatch.selector);
        ledger.submitMany(new address[](0), deadlines, new IMandateLedger.Submission[](0), signatures);
    }

    /// @notice Two commitments of one entity for one epoch.
    function testABatchWithOneEntityAndEpochTwice() public {
        IMandateLedger.Submission memory s = submission(0, 1, 10);
        attest(s, 0, CUSTODIAN_KEY, closes(10));
        put(0, s);
        refusedAll(abi.encodeWithSelector(IMandateLedger.EpochNotNewer.selector, 10, 10));
    }

    /// @notice Somebody takes one item out of the batch and hands it in first: the others are recorded, and its record stays.
    function testOneItemOfABatchHandedInBeforeIt() public {
        ledger.submitFor(entity(2), deadlines[2], items[2], signatures[2]);
        IMandateLedger.Standing memory before = ledger.standing(entity(2), mandates[0]);
        bytes32 kept = ledger.recordOf(entity(2), mandates[0], 10);
        // Alone, it is no new record.
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.EpochNotNewer.selector, 10, 10));
        ledger.submitFor(entity(2), deadlines[2], items[2], signatures[2]);
        submitAll();
        for (uint256 i = 0; i < 4; ++i) {
            require(ledger.isCompliant(entity(i), mandates[0]), "recorded");
        }
        require(ledger.recordOf(entity(2), mandates[0], 10) == kept, "the record stays");
        IMandateLedger.Standing memory last = ledger.standing(entity(2), mandates[0]);
        require(keccak256(abi.encode(last)) == keccak256(abi.encode(before)), "and the standing");
    }

    /// @notice An item whose record is there, of another bound or with a proof of nothing, refuses the batch.
    function testAnItemThatIsNotTheKeptRecord() public {
        ledger.submitFor(entity(2), deadlines[2], items[2], signatures[2]);
        items[2].varBound -= 1;
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.EpochNotNewer.selector, 10, 10));
        submitAll();
        items[2].varBound += 1;
        items[2].proof = items[1].proof;
        vm.expectRevert(notProved());
        submitAll();
    }

    /// @notice C of one proof moved up and of another down by the same point: with equal weights the two cancel.
    function testABatchThatCancels() public {
        uint256[2] memory g = [uint256(1), 2];
        (items[0].proof[6], items[0].proof[7]) = sum([items[0].proof[6], items[0].proof[7]], g);
        g[1] = Q - 2;
        (items[1].proof[6], items[1].proof[7]) = sum([items[1].proof[6], items[1].proof[7]], g);
        refusedAll(notProved());
    }

    /// @notice Two entities' proofs exchanged: the sum of all inputs is the same.
    function testABatchWithProofsExchanged() public {
        uint256[8] memory proof = items[0].proof;
        items[0].proof = items[1].proof;
        items[1].proof = proof;
        refusedAll(notProved());
    }

    function testInputPlusRInABatch() public {
        items[2].commitment += R;
        attestAgain(2);
        refusedAll(abi.encodeWithSelector(ITailproofVerifier.ControlOutOfField.selector, 8, items[2].commitment));
    }

    function testPointsOffCurveAndAtInfinityInABatch() public {
        uint256[8] memory proof = items[3].proof;
        items[3].proof[7] = addmod(proof[7], 1, Q);
        refusedAll(notProved());
        items[3].proof = proof;
        for (uint256 i = 0; i < 8; ++i) {
            items[3].proof[i] = 0;
        }
        refusedAll(notProved());
    }

    function testOneUnattestedItemRefusesAll() public {
        items[3].signature = "";
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, items[3].commitment));
    }

    function testOneUnsignedRelayRefusesAll() public {
        signatures[3] = signatures[2];
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, entity(3)));
    }

    function testItemsOfAnotherMandateOrEpoch() public {
        items[1].mandate = mandates[2];
        refusedAll(abi.encodeWithSelector(IMandateLedger.DifferentBatch.selector, mandates[2], 10));
        items[1].mandate = mandates[0];
        items[1].epoch = 11;
        refusedAll(abi.encodeWithSelector(IMandateLedger.DifferentBatch.selector, mandates[0], 11));
    }

    function testListsOfUnequalLength() public {
        signatures.pop();
        vm.expectRevert();
        submitAll();
        require(!ledger.isCompliant(entity(0), mandates[0]), "no record");
    }

    /// @notice A call passes on 63/64 of its gas. However little a batch is given, it is recorded whole, or it reverts.
    function testSixtyThreeSixtyFourthsOfGas() public {
        bytes memory data = abi.encodeCall(IMandateLedger.submitMany, (entities, deadlines, items, signatures));
        bool recorded;
        for (uint256 allowance = 400_000; !recorded; allowance += 20_000) {
            require(allowance < 1_500_000, "at some allowance it is recorded");
            (recorded,) = address(ledger).call{gas: allowance}(data);
            for (uint256 i = 0; i < 4; ++i) {
                require(recorded == ledger.isCompliant(entity(i), mandates[0]), "whole or not at all");
            }
        }
    }

    function attestAgain(uint256 index) private {
        IMandateLedger.Submission memory s = items[index];
        attest(s, index, CUSTODIAN_KEY, closes(10));
        items[index].signature = s.signature;
        bytes32 digest = ledger.relayDigest(entity(index), s.mandate, s.epoch, s.commitment, block.timestamp);
        signatures[index] = signed(entityKey(index), digest);
    }

    function sum(uint256[2] memory a, uint256[2] memory b) private view returns (uint256, uint256) {
        (, bytes memory out) = address(6).staticcall(abi.encode(a, b));
        return abi.decode(out, (uint256, uint256));
    }
}
