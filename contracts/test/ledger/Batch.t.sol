// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITailproofVerifier} from "../../src/interfaces/ITailproofVerifier.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {Fickle} from "./Attackers.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Batches, and attacks on them.
contract BatchTest is World {
    address private constant OPERATOR = address(0x09E7A708);

    /// @dev What items share, without rungs: lists of structs cannot be copied to storage.
    struct Shared {
        bytes32 mandate;
        uint64 epoch;
        uint256[2] point;
        IScenarioSource.Witness witness;
        uint64 asOf;
        uint64 expires;
        uint32 scope;
        uint256 deadline;
        bytes[] signatures;
    }

    Shared private shared;
    IMandateLedger.Item[] private items;
    IMandateLedger.Signature[] private relays;
    IMandateLedger.Submission[] private made;

    function setUp() public {
        deploy();
        push(10);
        IMandateLedger.Batch memory b = batchOf(submission(0, 0, 10));
        (shared.mandate, shared.epoch, shared.point, shared.witness) = (b.mandate, b.epoch, b.point, b.witness);
        (shared.asOf, shared.expires, shared.scope, shared.deadline) = (b.asOf, b.expires, b.scope, b.deadline);
        for (uint256 i = 0; i < 4; ++i) {
            put(i, submission(0, i, 10));
        }
    }

    function batch() private view returns (IMandateLedger.Batch memory b) {
        (b.mandate, b.epoch, b.point, b.witness) = (shared.mandate, shared.epoch, shared.point, shared.witness);
        (b.asOf, b.expires, b.scope, b.deadline) = (shared.asOf, shared.expires, shared.scope, shared.deadline);
        b.signatures = shared.signatures;
    }

    function put(uint256 who, IMandateLedger.Submission memory s) private {
        items.push(itemOf(who, s));
        relays.push(inTwoWords(relayOf(who, batch(), s.commitment)));
        made.push(s);
    }

    function submitAll() private {
        ledger.submitMany(batch(), items, relays);
    }

    /// @dev The operator hands in all, without signatures of entities.
    function operated() private {
        vm.prank(OPERATOR);
        ledger.submitMany(batch(), items, new IMandateLedger.Signature[](0));
    }

    function appoint(uint256 who, bytes32 mandate, address operator) private {
        vm.prank(entity(who));
        ledger.setOperator(mandate, operator);
    }

    function appointAll() private {
        for (uint256 i = 0; i < 4; ++i) {
            appoint(i, mandates[0], OPERATOR);
        }
    }

    function handAlone(uint256 who) private {
        IMandateLedger.Submission memory s = made[who];
        ledger.submitFor(entity(who), shared.deadline, s, relayOf(who, batch(), s.commitment));
    }

    function notOperator(uint256 who) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMandateLedger.NotOperator.selector, OPERATOR, entity(who));
    }

    function operatedInVain(bytes memory error_) private {
        vm.expectRevert(error_);
        operated();
        for (uint256 i = 0; i < 4; ++i) {
            require(!ledger.isCompliant(entity(i), mandates[0]), "one bad item refuses all");
        }
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
            bytes32 id = keccak256(abi.encode(recordOf(made[i], block.timestamp)));
            require(ledger.recordOf(entity(i), mandates[0], 10) == id, "the record of one submission");
        }
    }

    function testABatchOfOne() public {
        while (items.length > 1) {
            items.pop();
        }
        // The caller's own item takes no signature.
        vm.prank(entity(0));
        ledger.submitMany(batch(), items, new IMandateLedger.Signature[](0));
        require(ledger.isCompliant(entity(0), mandates[0]), "recorded");
    }

    function testAnEmptyBatch() public {
        vm.expectRevert(IMandateLedger.EmptyBatch.selector);
        ledger.submitMany(batch(), new IMandateLedger.Item[](0), relays);
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
        handAlone(2);
        IMandateLedger.Standing memory before = ledger.standing(entity(2), mandates[0]);
        bytes32 kept = ledger.recordOf(entity(2), mandates[0], 10);
        // Alone, it is no new record.
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.EpochNotNewer.selector, 10, 10));
        this.handAloneOutside(2);
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
        handAlone(2);
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

    function handAloneOutside(uint256 who) external {
        handAlone(who);
    }

    function testOneUnattestedItemRefusesAll() public {
        items[3].attestation = items[2].attestation;
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, items[3].commitment));
    }

    function testOneUnsignedRelayRefusesAll() public {
        relays[3] = relays[2];
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, entity(3)));
        // A signature that nobody can have made recovers to nobody: to the zero address.
        (relays[3].r, items[3].entity) = (bytes32(type(uint256).max), address(0));
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, address(0)));
        items[3].entity = entity(3);
        (relays[3].r, relays[3].vs) = (0, 0);
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotOperator.selector, address(this), entity(3)));
    }

    function testRelaysThatHaveExpiredOrAreOfAnotherDeadline() public {
        vm.warp(block.timestamp + 1);
        refusedAll(abi.encodeWithSelector(IMandateLedger.RelayExpired.selector, block.timestamp - 1, block.timestamp));
        shared.deadline += 1;
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, entity(0)));
    }

    /// @notice What items share is in what each of them has signed and proved.
    function testItemsOfAnotherMandateOrEpoch() public {
        shared.mandate = mandates[2];
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, entity(0)));
        shared.mandate = mandates[0];
        push(11);
        (shared.epoch, shared.point, shared.witness) = (11, pointOf("w", 11, false), witness(11));
        shared.deadline = block.timestamp;
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotSignedByEntity.selector, entity(0)));
        appointAll();
        operatedInVain(abi.encodeWithSelector(IMandateLedger.NotProved.selector, mandates[0], address(0), 11));
    }

    function testListsOfUnequalLength() public {
        relays.pop();
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.LengthsDiffer.selector, 4, 3));
        submitAll();
        require(!ledger.isCompliant(entity(0), mandates[0]), "no record");
    }

    /// @notice One attestation's times and scope are signed, and checked as a single submission's are.
    function testABatchWithoutTheScopeOrOutOfForce() public {
        shared.scope = 0x10001;
        refusedAll(abi.encodeWithSelector(IMandateLedger.ScopeMissing.selector, 0x10001, SCOPE));
        (shared.scope, shared.expires) = (SCOPE, uint64(block.timestamp));
        refusedAll(
            abi.encodeWithSelector(
                IMandateLedger.AttestationNotInForce.selector, shared.asOf, block.timestamp, block.timestamp
            )
        );
        shared.expires += 1;
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, items[0].commitment));
    }

    /// @notice No second custodian is no signer: a signature that recovers to nobody is not its.
    function testNobodysAttestationInABatch() public {
        IMandateLedger.Terms memory one = terms(0);
        one.secondCustodian = address(0);
        shared.mandate = ledger.open(one);
        for (uint256 i = 0; i < 4; ++i) {
            relays[i] = inTwoWords(relayOf(i, batch(), items[i].commitment));
        }
        items[0].attestation.r = bytes32(type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, items[0].commitment));
        submitAll();
    }

    function testEitherCustodianSufficesInABatch() public {
        IMandateLedger.Submission memory s = submission(0, 1, 10);
        attest(s, 1, SECOND_KEY, closes(10));
        items[1].attestation = inTwoWords(s.signature);
        submitAll();
        require(ledger.isCompliant(entity(1), mandates[0]), "recorded");
    }

    /// @notice Contracts sign in the batch's own list: a custodian and an entity that are contracts.
    function testContractsSignInABatch() public {
        vm.etch(entity(1), type(Fickle).runtimeCode);
        vm.store(entity(1), 0, bytes32(uint256(1)));
        shared.signatures.push("anything");
        (relays[1].r, relays[1].vs) = (bytes32(uint256(1)), 0);
        // Of the list's signature 0 there is none, and an account is no contract.
        (items[2].attestation.r, items[2].attestation.vs) = (bytes32(uint256(1)), 0);
        refusedAll(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, items[2].commitment));
        address custodian = vm.addr(CUSTODIAN_KEY);
        vm.etch(custodian, type(Fickle).runtimeCode);
        vm.store(custodian, 0, bytes32(uint256(1)));
        submitAll();
        require(ledger.isCompliant(entity(1), mandates[0]) && ledger.isCompliant(entity(2), mandates[0]), "recorded");
    }

    function testABatchUnderRungs() public {
        IMandateLedger.Submission memory s = submission(1, 0, 10);
        IMandateLedger.Item[] memory one = new IMandateLedger.Item[](1);
        IMandateLedger.Batch memory b = batchOf(s);
        one[0] = itemOf(0, s);
        IMandateLedger.Signature[] memory none;
        one[0].varBound -= 1;
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.WrongBound.selector, one[0].varBound, s.rung.limit));
        ledger.submitMany(b, one, none);
        one[0].varBound += 1;
        b.rungs[0].floor += 1;
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.WrongRung.selector, root(), 1));
        ledger.submitMany(b, one, none);
        b.rungs[0].floor -= 1;
        vm.prank(entity(0));
        ledger.submitMany(b, one, none);
        bytes32 id = keccak256(abi.encode(recordOf(s, block.timestamp)));
        require(ledger.recordOf(entity(0), mandates[1], 10) == id, "the record of one submission");
    }

    // Operators.

    function testAnOperatorNeedsNoSignatures() public {
        appointAll();
        require(ledger.operatorOf(entity(0), mandates[0]) == OPERATOR, "appointed");
        operated();
        for (uint256 i = 0; i < 4; ++i) {
            bytes32 id = keccak256(abi.encode(recordOf(made[i], block.timestamp)));
            require(ledger.recordOf(entity(i), mandates[0], 10) == id, "the record of one submission");
            require(ledger.firstRow(entity(i), mandates[0]) == 11, "the first row, beside the operator");
            require(ledger.operatorOf(entity(i), mandates[0]) == OPERATOR, "and the operator beside it");
        }
    }

    function testAnItemOfAnEntityThatAppointedNobody() public {
        for (uint256 i = 0; i < 3; ++i) {
            appoint(i, mandates[0], OPERATOR);
        }
        operatedInVain(notOperator(3));
        // With its signature it may be in the batch.
        for (uint256 i = 0; i < 3; ++i) {
            (relays[i].r, relays[i].vs) = (0, 0);
        }
        vm.prank(OPERATOR);
        submitAll();
        require(ledger.isCompliant(entity(3), mandates[0]), "recorded");
    }

    function testTheOperatorOfAnotherEntity() public {
        appointAll();
        appoint(2, mandates[0], address(0xBAD));
        operatedInVain(notOperator(2));
        // Nor may one entity hand in another's.
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotOperator.selector, entity(0), entity(1)));
        ledger.submitMany(batch(), items, new IMandateLedger.Signature[](0));
    }

    function testAnOperatorThatWasDismissed() public {
        appointAll();
        appoint(1, mandates[0], address(0));
        operatedInVain(notOperator(1));
        // Nobody is nobody's operator.
        vm.prank(address(0));
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotOperator.selector, address(0), entity(0)));
        ledger.submitMany(batch(), items, new IMandateLedger.Signature[](0));
    }

    function testAnOperatorUnderAnotherMandate() public {
        for (uint256 i = 0; i < 4; ++i) {
            appoint(i, mandates[2], OPERATOR);
        }
        operatedInVain(notOperator(0));
    }

    /// @notice An operator proves as an entity does: it records no other bound, and nothing that the custodian did not attest.
    function testAnOperatorStillProves() public {
        appointAll();
        items[2].varBound -= 1;
        operatedInVain(notProved());
        items[2].varBound += 1;
        items[2].attestation = items[1].attestation;
        operatedInVain(abi.encodeWithSelector(IMandateLedger.NotAttested.selector, items[2].commitment));
    }

    /// @notice A call passes on 63/64 of its gas. However little a batch is given, it is recorded whole, or it reverts.
    function testSixtyThreeSixtyFourthsOfGas() public {
        bytes memory data = abi.encodeCall(IMandateLedger.submitMany, (batch(), items, relays));
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
        IMandateLedger.Submission memory s = made[index];
        s.commitment = items[index].commitment;
        attest(s, index, CUSTODIAN_KEY, closes(10));
        items[index].attestation = inTwoWords(s.signature);
        relays[index] = inTwoWords(relayOf(index, batch(), s.commitment));
    }

    function sum(uint256[2] memory a, uint256[2] memory b) private view returns (uint256, uint256) {
        (, bytes memory out) = address(6).staticcall(abi.encode(a, b));
        return abi.decode(out, (uint256, uint256));
    }
}
