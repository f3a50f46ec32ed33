// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {BookIndex} from "../../src/security/BookIndex.sol";
import {SignedRow} from "../../src/sources/SignedRow.sol";
import {TradingCalendar} from "../../src/security/TradingCalendar.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

/// @notice When a row is final, how a day is revoked, and how an index ends.
contract BookEndTest is BookModel {
    IPriceRow.Statement private one;
    IPriceRow.Statement private other;
    bytes private byOne;
    bytes private byOther;

    function setUp() public {
        makeBook(8);
        for (uint256 i = 0; i < 9; ++i) {
            lose(int256(1000 * i));
        }
    }

    /// @dev The seats sign two rows of the next period. One of them is pushed and marked.
    function equivocate() private {
        Draft memory draft = next(after_(90_000));
        other = statement(draft);
        byOther = signed(draft);
        draft = next(after_(1000));
        one = statement(draft);
        byOne = signed(draft);
        pushRow(draft);
        index.mark(shownToMark(epoch - 1));
    }

    function revokeCall() private view returns (bytes memory) {
        return abi.encodeCall(index.revoke, (epoch - 1, one, byOne, other, byOther));
    }

    function noEquivocation() private view returns (bytes memory) {
        return abi.encodeWithSelector(IBookIndex.NoEquivocation.selector, period);
    }

    function sign(IPriceRow.Statement memory statement_) private view returns (bytes memory) {
        return signedBy(quorum, seats.digest(statement_));
    }

    function swap() private {
        (IPriceRow.Statement memory statement_, bytes memory by) = (one, byOne);
        one = other;
        byOne = byOther;
        (other, byOther) = (statement_, by);
    }

    // --- revocation

    function testTwoRowsOfAPeriodMakeItsDayVoid() public {
        equivocate();
        IBookIndex.Row memory before = rowAt(9);
        (uint256 lower,) = index.valueAtRisk();
        require(before.own && !before.revoked, "own");
        index.revoke(9, one, byOne, other, byOther);
        IBookIndex.Row memory row = rowAt(9);
        require(row.revoked, "revoked");
        row.revoked = false;
        require(keccak256(abi.encode(row)) == keccak256(abi.encode(before)), "nothing else");
        (uint256 after__,) = index.valueAtRisk();
        require(lower == after__ && index.next() == 10, "nothing else");
    }

    function testALateRevocationIsRefused() public {
        equivocate();
        uint256 deadline = block.timestamp + 48 hours;
        vm.warp(deadline + 1);
        require(
            isRefused(revokeCall(), abi.encodeWithSelector(IBookIndex.TooLate.selector, deadline, deadline + 1)), "late"
        );
        vm.warp(deadline);
        index.revoke(9, one, byOne, other, byOther);
        require(rowAt(9).revoked && !index.isFinal(9), "in the last second");
    }

    /// @notice Rows of the first window have no time: they cannot be revoked, and are no days, but for the one that fills it.
    function testHistoryIsNotRevoked() public {
        equivocate();
        bytes memory fault = abi.encodeWithSelector(IBookIndex.TooLate.selector, 48 hours, block.timestamp);
        bytes memory call = abi.encodeCall(index.revoke, (6, one, byOne, other, byOther));
        require(isRefused(call, fault) && !rowAt(6).own, "a row of the first window");
    }

    /// @notice The row that fills a window is its day's own. It is revoked like any other, from its mark on.
    function testTheRowThatFillsTheWindowCanBeRevoked() public {
        forget();
        delete losses;
        index = new BookIndex(bookSetup());
        for (uint256 i = 0; i < 7; ++i) {
            lose(1000);
        }
        equivocate();
        uint256 marked = block.timestamp;
        require(rowAt(7).own && rowAt(7).pushed == marked, "its mark");
        for (uint256 i = 0; i < 2; ++i) {
            pushLoss(1000, period + 1);
            index.mark(shownToMark(epoch - 1));
        }
        vm.warp(marked + 48 hours);
        require(!index.isFinal(7), "not yet");
        period -= 2;
        index.revoke(7, one, byOne, other, byOther);
        require(rowAt(7).revoked, "revoked");
    }

    function testOneStatementTwiceIsNoEquivocation() public {
        equivocate();
        other = one;
        byOther = byOne;
        require(isRefused(revokeCall(), noEquivocation()), "the same one");
    }

    function testStatementsOfAnotherWindowAreNoEquivocation() public {
        equivocate();
        bytes32 source = one.source;
        one.source = other.source = keccak256("another window");
        (byOne, byOther) = (sign(one), sign(other));
        require(isRefused(revokeCall(), noEquivocation()), "both");
        one.source = source;
        byOne = sign(one);
        require(isRefused(revokeCall(), noEquivocation()), "the other one");
        swap();
        require(isRefused(revokeCall(), noEquivocation()), "the first one");
    }

    function testStatementsOfAnotherPeriodAreNoEquivocation() public {
        equivocate();
        other.period += 1;
        byOther = sign(other);
        require(isRefused(revokeCall(), noEquivocation()), "the other one");
        swap();
        require(isRefused(revokeCall(), noEquivocation()), "the first one");
    }

    function testUnattestedStatementsAreNoEquivocation() public {
        equivocate();
        byOther = byOne;
        (bool ok, bytes memory data) = address(index).call(revokeCall());
        require(!ok && bytes4(data) == SignedRow.NotASeat.selector, "another statement's signature");
        byOther = "";
        (ok, data) = address(index).call(revokeCall());
        require(!ok && bytes4(data) == SignedRow.TooFewSignatures.selector, "none");
        swap();
        (ok, data) = address(index).call(revokeCall());
        require(!ok && bytes4(data) == SignedRow.TooFewSignatures.selector, "none for the first one");
    }

    // --- finality

    function testARowIsFinalAfter48HoursAndTwoRows() public {
        lose(1000);
        uint256 pushed = block.timestamp;
        lose(1000);
        vm.warp(pushed + 49 hours);
        require(!index.isFinal(9), "one later row");
        lose(1000);
        require(index.isFinal(9), "two of them");
        vm.warp(pushed + 48 hours);
        require(!index.isFinal(9), "it can be revoked in this second");
        vm.warp(pushed + 48 hours + 1);
        require(index.isFinal(9), "no more");
    }

    // --- the end

    function silentUntil(uint256 last) private pure returns (uint256) {
        return closesAt(last + 11) + 48 hours;
    }

    function testMoreThanTenDaysWithoutRowsEndTheIndex() public {
        uint256 time = silentUntil(9);
        vm.warp(time - 1);
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotOver.selector, time - 1, time);
        require(isRefused(abi.encodeCall(index.end, ()), fault), "a second before");
        require(index.lastDay() == type(uint256).max, "it goes on");
        vm.warp(time);
        index.end();
        require(index.lastDay() == 9, "the last day");
        require(isRefused(abi.encodeCall(index.end, ()), abi.encodeWithSelector(IBookIndex.Over.selector, 9)), "once");
        require(index.isFinal(8), "rows become final without later ones");
        pushLoss(1000, period + 1);
        fault = abi.encodeWithSelector(IBookIndex.Over.selector, 9);
        require(isRefused(abi.encodeCall(index.mark, (shownToMark(9))), fault), "no row counts");
    }

    /// @notice Days are those of the calendar: a holiday of three weeks ends nothing.
    function testAHolidayEndsNothing() public {
        forget();
        delete losses;
        bytes memory bitmap = everyDay(512);
        (bitmap[2], bitmap[3], bitmap[4]) = (0, 0, 0);
        calendar = new TradingCalendar(bitmap, ORIGIN, DAY);
        index = new BookIndex(bookSetup());
        for (uint256 i = 0; i < 15; ++i) {
            lose(1000);
        }
        vm.warp(closesAt(49));
        uint256 time = closesAt(50) + 48 hours;
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotOver.selector, closesAt(49), time);
        require(isRefused(abi.encodeCall(index.end, ()), fault), "ten days");
        lose(1000, 40);
        require(rowAt(15).own, "the day behind the holiday");
    }

    function testARowAfterMoreThanTenDaysEndsTheIndex() public {
        loseAfterAGap(1000, 9 + 11);
        require(rowAt(9).own && index.lastDay() == type(uint256).max, "ten days without rows");
        loseAfterAGap(90_000, 20 + 12);
        require(index.next() == 10 && index.lastDay() == 20, "eleven: the row is not marked");
    }

    /// @notice Rows that are no day's own do not keep an index alive: nor does the eleventh of them.
    function testVoidRowsDoNotKeepAnIndexAlive() public {
        for (uint256 i = 0; i < 5; ++i) {
            lose(1000, period + 2);
            require(!rowAt(epoch - 1).own, "void");
        }
        require(index.lastDay() == type(uint256).max, "ten days");
        Draft memory draft = next(after_(1000));
        (draft.period, draft.previous) = (21, 19);
        pushRow(draft);
        index.mark(shownToMark(index.next()));
        require(index.lastDay() == 9, "more than ten days");
    }

    function testAnUnmarkedRowKeepsTheIndexAlive() public {
        pushLoss(1000, 10);
        vm.warp(silentUntil(10) + 30 days);
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotMarked.selector, 9, 9);
        require(isRefused(abi.encodeCall(index.end, ()), fault), "a row that came");
        index.mark(shownToMark(9));
        require(rowAt(9).own, "it counts");
        index.end();
    }

    /// @notice The calendar has a last day: behind it each period stands for a day.
    function testAnIndexEndsBehindTheCalendar() public {
        forget();
        delete losses;
        calendar = new TradingCalendar(everyDay(16), ORIGIN, DAY);
        index = new BookIndex(bookSetup());
        for (uint256 i = 0; i < 12; ++i) {
            lose(1000);
        }
        uint256 time = silentUntil(12);
        vm.warp(time - 1);
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotOver.selector, time - 1, time);
        require(isRefused(abi.encodeCall(index.end, ()), fault), "a second before");
        vm.warp(time);
        index.end();
    }

    /// @notice An index that never had a day holds collateral for no longer than twice its window.
    function testAnIndexWithoutDaysEnds() public {
        index = new BookIndex(bookSetupFrom(9));
        uint256 time = block.timestamp + 36 * uint256(DAY);
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotOver.selector, block.timestamp, time);
        require(isRefused(abi.encodeCall(index.end, ()), fault), "too early");
        vm.warp(time);
        index.end();
        require(index.lastDay() == 0, "no day");
    }
}
