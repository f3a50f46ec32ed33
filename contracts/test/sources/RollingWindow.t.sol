// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {HISTORICAL, IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {IRollingWindow} from "../../src/interfaces/IRollingWindow.sol";
import {Vm, vm} from "../Vm.sol";
import {WindowModel} from "./WindowModel.sol";

/// @notice The kept point is that of the model: for odd and even numbers of factors, a last group that is not full, relative
/// and absolute moves, splits and gaps.
contract RollingWindowTest is WindowModel {
    function pushMany(uint256 count, uint256 seed) private {
        for (uint256 r = 0; r < count; ++r) {
            pushDraft(next(moved(uint256(keccak256(abi.encode(seed, epoch))))));
            require(isNewest() == (epoch >= t), "the kept point is the model's");
        }
    }

    /// forge-config: default.fuzz.runs = 12
    function testFuzz_ThePointIsTheModels(uint256 seed) public {
        make(1 + seed % 7, 1 + (seed / 7) % 11, 1 + 2 * (seed % 2));
        pushMany(2 * t + 1, seed);
    }

    /// forge-config: default.fuzz.runs = 6
    function testFuzz_ThePointIsTheModelsWithAbsoluteMoves(uint256 seed) public {
        absolute = seed % 31 + 1;
        // Prices are below 2^60, so no move is out of range.
        unit = uint64(2 ** 57 + seed % 2 ** 57);
        make(5, 6, 1);
        pushMany(13, seed);
    }

    /// @notice More than 32 factors are added up with wider digits.
    function testThePointIsTheModelsWithManyFactors() public {
        make(37, 4, 1);
        pushMany(9, 1);
    }

    function testTermsAreThoseOfTheKey() public {
        make(5, 6, 1);
        IScenarioSource.Terms memory terms = window.terms();
        require(terms.key == key.KEY_DIGEST() && terms.factors == factorNames, "digests");
        require(terms.rows == 6 && terms.totalWeight == 6 && terms.horizon == 1, "sizes");
        require(terms.periodLength == DAY && terms.origin == ORIGIN && terms.kind == HISTORICAL, "times");
        (uint256 absolute_, uint256 unit_) = window.moves();
        require(absolute_ == 0 && unit_ == 0, "moves");
        require(window.source() == keccak256(abi.encode(block.chainid, window)), "source");
    }

    function testTheLargestMovesAreTaken() public {
        make(2, 4, 1);
        Draft memory draft = next(new uint256[](2));
        (draft.before[0], draft.before[1]) = (1 << 20, 1 << 23);
        // 2^23 - 1 and -(2^20 - 2): up by all that is allowed, and down by nearly all that there is.
        (draft.now_[0], draft.now_[1]) = ((1 << 20) + (1 << 23) - 1, 16);
        require(entry(0, draft.before[0], draft.now_[0]) == 2 ** 23 - 1, "the largest entry");
        pushDraft(draft);
        pushMany(3, 1);
    }

    /// @notice On a day without moves the row's point is at infinity. The window goes on, also when the row leaves.
    function testARowWithoutMovesDoesNotStopTheWindow() public {
        make(3, 4, 1);
        pushMany(2, 1);
        pushDraft(next(closing));
        require(rowScalar[2] == 0, "no moves");
        pushMany(7, 2);
    }

    function testASplitIsASignedAdjustment() public {
        make(3, 4, 1);
        pushMany(5, 1);
        Draft memory draft = next(closing);
        draft.before = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) {
            draft.before[i] = closing[i] / (i == 1 ? 2 : 1);
            draft.now_[i] = draft.before[i] + i * draft.before[i] / 7;
        }
        vm.recordLogs();
        pushDraft(draft);
        require(isNewest(), "the split row's point");
        bytes memory data = logged(IRollingWindow.Adjusted.selector);
        require(keccak256(data) == keccak256(abi.encode(packed(draft.before))), "Adjusted has the prices");
        pushMany(5, 2);
        require(gaps == 0, "a split is no gap");
    }

    function testAGapIsCountedUntilItsRowLeaves() public {
        make(3, 4, 1);
        pushMany(6, 1);
        Draft memory draft = next(moved(8));
        draft.before = draft.now_;
        (draft.period, draft.previous) = (period + 3, period + 2);
        uint256 last = period;
        vm.recordLogs();
        pushDraft(draft);
        require(keccak256(logged(IRollingWindow.Gap.selector)) == keccak256(abi.encode(last, last + 2)), "Gap");
        require(isNewest() && gaps == 1, "one gap");
        for (uint256 i = 0; i < 4; ++i) {
            require(gaps == 1, "still in the window");
            pushMany(1, i);
        }
        require(gaps == 0, "it has left");
    }

    /// @notice A weekend is no gap: the move begins with the period that the last row closed with.
    function testAPeriodWithoutRowIsNoGapIfTheMoveSpansIt() public {
        make(3, 4, 1);
        pushMany(6, 1);
        Draft memory draft = next(moved(8));
        draft.period += 2;
        vm.recordLogs();
        pushDraft(draft);
        require(isNewest() && gaps == 0 && logged(IRollingWindow.Gap.selector).length == 0, "no gap");
    }

    function testEventsHaveAllThatAPusherNeeds() public {
        make(3, 4, 1);
        pushMany(3, 1);
        vm.recordLogs();
        Draft memory draft = next(moved(4));
        pushDraft(draft);
        (uint256 x, uint256 y) = point(total());
        bytes memory data = logged(IRollingWindow.Row.selector);
        require(keccak256(data) == keccak256(abi.encode(draft.previous, x, y, packed(draft.now_))), "Row");
    }

    function testTheWindowSaysWhenItIsFull() public {
        make(3, 4, 1);
        pushMany(3, 1);
        vm.recordLogs();
        pushMany(1, 1);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        require(logs[1].topics[0] == IRollingWindow.Sealed.selector && uint256(logs[1].topics[1]) == 3, "Sealed");
        (uint256 epoch_, uint256 since) = window.newest();
        require(epoch_ == 3 && since == block.timestamp, "newest");
    }

    /// @notice The row's own point is that of a set in which it stands alone, in its slot and with weight 1.
    function testRowPointsAreThoseOfSingleRows() public {
        make(5, 10, 1);
        pushMany(23, 1);
        for (uint256 e = epoch - t; e < epoch; ++e) {
            (uint256 x, uint256 y, IRollingWindow.Stamp memory stamp) = window.rowPoint(e, shownOf(e % t));
            uint256[2] memory expected = pointOf(alone(e % t));
            require(x == expected[0] && y == expected[1], "the row's own point");
            require(stamp.epoch == e && stamp.period == e + 1 && stamp.previous == e, "stamp");
            require(stamp.pushed == block.timestamp, "when it was pushed");
        }
    }

    /// @dev The scalar of the set of one row, by the definition of packed inputs.
    function alone(uint256 slot) private view returns (uint256 sum) {
        sum = addmod(base(), weight(slot), R);
        uint256[] memory p = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            p[i] = mulmod(inField(entryOf(slot, i)), place(slot), R);
            sum = addmod(sum, mulmod(p[i], scalarAt(slot, i), R), R);
            if (i % 2 == 1) sum = addmod(sum, mulmod(mulmod(p[i - 1], p[i], R), scalarAt(slot, n), R), R);
        }
    }

    function testGroupsAreThoseOfShownEntries() public {
        make(5, 10, 1);
        (bytes32 digest,) = window.groupOf(9);
        require(digest == groupDigest(2), "an empty group");
        pushMany(23, 1);
        for (uint256 slot = 0; slot < t; ++slot) {
            uint256 next_;
            (digest, next_) = window.groupOf(slot);
            require(digest == groupDigest(slot / 4) && next_ == 23, "group");
        }
    }

    function groupDigest(uint256 group) private view returns (bytes32) {
        bytes32[4] memory digests;
        for (uint256 j = 0; j < 4; ++j) {
            digests[j] = digestOf[4 * group + j];
        }
        return keccak256(abi.encode(keccak256(groupBytes(group)), digests, xiOf[group]));
    }

    /// @dev Data of the first recorded event of a kind, empty if there is none.
    function logged(bytes32 topic) private returns (bytes memory) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == topic) return logs[i].data;
        }
        return "";
    }
}
