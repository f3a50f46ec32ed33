// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {IRollingWindow} from "../../src/interfaces/IRollingWindow.sol";
import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {BookIndex} from "../../src/security/BookIndex.sol";
import {BookState} from "../../src/security/BookState.sol";
import {TradingCalendar} from "../../src/security/TradingCalendar.sol";
import {RollingWindow} from "../../src/sources/RollingWindow.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

/// @notice Says what a window says, but of moves of two periods.
contract WindowOfTwoPeriods {
    RollingWindow private immutable window;

    constructor(RollingWindow window_) {
        window = window_;
    }

    function terms() external view returns (IScenarioSource.Terms memory terms_) {
        terms_ = window.terms();
        terms_.horizon = 2;
    }

    function rows() external view returns (IPriceRow) {
        return window.rows();
    }
}

/// @notice What is shown to the index is what the window keeps, row after row; and a book is what the rules allow.
contract BookAttacksTest is BookModel {
    uint256 private constant ENTRIES = 12 * 8;

    function setUp() public {
        makeBook(8);
        for (uint256 i = 0; i < 9; ++i) {
            lose(int256(1000 * i));
        }
    }

    /// @dev Pushes a row that is not marked, and returns what marks it.
    function pending() private returns (bytes memory shown) {
        pushLoss(5000, period + 1);
        return shownToMark(epoch - 1);
    }

    function isWrong(bytes memory shown) private returns (bool) {
        bytes memory fault = abi.encodeWithSelector(IBookIndex.WrongShown.selector, index.next());
        return isRefused(abi.encodeCall(index.mark, (shown)), fault);
    }

    function notNext(bytes memory shown) private returns (bool) {
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotNext.selector, index.next());
        return isRefused(abi.encodeCall(index.mark, (shown)), fault);
    }

    // --- marks

    function testAnEntryOfAnotherSlotIsRefused() public {
        bytes memory shown = pending();
        for (uint256 c = 0; c < 3; ++c) {
            (shown[c], shown[3 + c]) = (shown[3 + c], shown[c]);
        }
        require(isWrong(shown), "entries of two slots");
    }

    function testAnotherGroupIsRefused() public {
        pending();
        bytes memory shown = bytes.concat(groupBytes(1), digests(1), abi.encode(xiOf[1]), preimage((epoch - 1) % 8));
        require(isWrong(shown), "another group");
        shown = bytes.concat(groupBytes(1), digests(0), abi.encode(xiOf[0]), preimage((epoch - 1) % 8));
        require(isWrong(shown), "another group's entries");
    }

    function testTheStampOfAnotherRowIsRefused() public {
        bytes memory shown = pending();
        uint256 slot = (epoch - 1) % 8;
        for (uint256 s = 0; s < 8; ++s) {
            if (s == slot) continue;
            bytes memory other =
                bytes.concat(groupBytes(slot / 4), digests(slot / 4), abi.encode(xiOf[slot / 4]), preimage(s));
            require(isWrong(other), "another row's stamp");
        }
        // The row of the slot that left, whose digest was the group's.
        for (uint256 i = 0; i < 8; ++i) {
            index.mark(shown);
            shown = pending();
        }
        bytes memory old = shown;
        index.mark(shown);
        for (uint256 i = 0; i < 7; ++i) {
            index.mark(pending());
        }
        pending();
        require(isWrong(old), "the row that was in the slot");
    }

    /// @notice The stamp says which day the row is of: nobody writes another period, or an earlier push, into it.
    function testAForgedStampIsRefused() public {
        bytes memory shown = pending();
        // From the end: epoch 4 bytes, period 4, previous period 4, time of the push 5.
        for (uint256 i = 5; i <= 17; i += 4) {
            shown[shown.length - i] ^= 0x01;
            require(isWrong(shown), "a changed stamp");
            shown[shown.length - i] ^= 0x01;
        }
        index.mark(shown);
    }

    /// forge-config: default.fuzz.runs = 40
    function testAnyChangedByteIsRefused(uint256 seed) public {
        bytes memory shown = pending();
        shown[seed % shown.length] ^= bytes1(uint8(1 << ((seed >> 128) % 8)));
        require(isWrong(shown), "a changed bit");
    }

    function testAByteMoreOrLessIsRefused() public {
        bytes memory shown = pending();
        require(isWrong(bytes.concat(shown, hex"00")), "a byte more");
        assembly ("memory-safe") {
            mstore(shown, sub(mload(shown), 1))
        }
        require(isWrong(shown), "a byte less");
        require(isWrong(""), "nothing");
    }

    function testMarksAreInOrder() public {
        pending();
        bytes memory second = pending();
        require(isWrong(second), "the second before the first");
        index.mark(shownToMark(epoch - 2));
        index.mark(second);
    }

    function testARowIsMarkedOnce() public {
        bytes memory shown = pending();
        index.mark(shown);
        require(notNext(shown), "again");
        require(index.next() == epoch, "one row");
    }

    /// @notice A row that has left the window cannot be marked any more: the index ends, and holds nobody's collateral.
    function testAnIndexThatMissedARowEnds() public {
        bytes memory first = pending();
        for (uint256 i = 0; i < 7; ++i) {
            pending();
        }
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotMarked.selector, 9, 9);
        require(isRefused(abi.encodeCall(index.end, ()), fault), "it can be marked");
        pending();
        require(notNext(first), "it has left");
        index.end();
        require(index.lastDay() == 9, "the last day");
    }

    // --- days

    /// @notice A row of two days has no day of its own: a crash of the first cannot be hidden in the second's recovery.
    function testAMoveOfTwoDaysIsNotNetted() public {
        lose(0, period + 2);
        IBookIndex.Row memory row = rowAt(epoch - 1);
        require(!row.own && row.period == 11 && row.previous == 9, "void");
        lose(1000);
        require(rowAt(epoch - 1).own, "the next one");
    }

    /// @notice The day before has no row, but the move of the row's own day is whole.
    function testARowBehindAGapIsItsDaysOwn() public {
        loseAfterAGap(1000, period + 3);
        IBookIndex.Row memory row = rowAt(epoch - 1);
        require(row.own && row.previous == 11 && row.period == 12, "own");
    }

    function testARowThatIsNotADayIsVoid() public {
        bytes memory bitmap = everyDay(64);
        bitmap[1] = 0xaf;
        makeBookAgain(bitmap);
        for (uint256 i = 0; i < 8; ++i) {
            lose(1000);
        }
        // Periods 9 and 11 are no days.
        require(rowAt(7).own, "period 8");
        lose(1000);
        require(!rowAt(8).own, "period 9 is no day");
        lose(1000);
        require(!rowAt(9).own, "period 10 begins at the close of 8");
        lose(1000, 12);
        require(rowAt(10).own, "a day behind a period that is none");
    }

    /// @dev Begins again with another calendar.
    function makeBookAgain(bytes memory bitmap) private {
        forget();
        delete losses;
        calendar = new TradingCalendar(bitmap, ORIGIN, DAY);
        index = new BookIndex(bookSetup());
    }

    /// @notice The calendar is read again when the bits that are kept are used up, also where days are far between.
    /// forge-config: default.fuzz.runs = 6
    function testDaysAreThoseOfTheCalendar(uint256 seed) public {
        bytes memory bitmap = everyDay(2048);
        for (uint256 p = 16; p < 2040; ++p) {
            if (uint256(keccak256(abi.encode(seed, p))) % 16 < seed % 15) {
                bitmap[p / 8] &= ~bytes1(uint8(0x80 >> (p % 8)));
            }
        }
        for (uint256 i = 20; i < 28; ++i) {
            bitmap[i] = 0;
        }
        makeBookAgain(bitmap);
        for (uint256 i = 0; i < 8; ++i) {
            lose(1000);
        }
        for (uint256 i = 0; i < 60; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i, "row")));
            uint256 eve = calendar.isDay(period) ? period : calendar.dayAfter(period, 1);
            uint256 day = calendar.dayAfter(eve, 1);
            if (random % 8 == 0) day += random % 3;
            bool own = calendar.isDay(day) && calendar.dayBefore(day) == period;
            lose(1000, day);
            require(rowAt(epoch - 1).own == own, "the day's own");
        }
    }

    // --- books

    function refusesSetup(BookState.Setup memory setup_, string memory field, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(BookState.BadSetup.selector, field, value));
        new BookIndex(setup_);
    }

    function testAFactorAbove15PercentIsRefused() public {
        BookState.Setup memory setup_ = bookSetupFrom(9);
        (setup_.weights[0], setup_.weights[1]) = (1501, 999);
        refusesSetup(setup_, "weight", 0);
        (setup_.weights[0], setup_.weights[1]) = (999, -1501);
        refusesSetup(setup_, "weight", 1);
        (setup_.weights[0], setup_.weights[1]) = (1000, -1500);
        new BookIndex(setup_);
        setup_.weights[2] = type(int16).min;
        refusesSetup(setup_, "weight", 2);
    }

    function testWeightsThatDoNotSumAreRefused() public {
        BookState.Setup memory setup_ = bookSetupFrom(9);
        setup_.weights[7] = 1249;
        refusesSetup(setup_, "sum of weights", 9_999);
        setup_.weights[7] = 1251;
        refusesSetup(setup_, "sum of weights", 10_001);
        setup_.weights = new int16[](113);
        refusesSetup(setup_, "weights", 113);
    }

    function testACalendarOfAnotherClockIsRefused() public {
        BookState.Setup memory setup_ = bookSetup();
        setup_.calendar = new TradingCalendar(everyDay(64), ORIGIN + 1, DAY);
        refusesSetup(setup_, "origin", ORIGIN + 1);
        setup_.calendar = new TradingCalendar(everyDay(64), ORIGIN, DAY - 1);
        refusesSetup(setup_, "periodLength", DAY - 1);
    }

    function testAWindowOfAbsoluteMovesIsRefused() public {
        (absolute, unit) = (4, 1e8);
        forget();
        refusesSetup(bookSetup(), "absolute", 4);
    }

    function testAWindowOfAnotherHorizonIsRefused() public {
        BookState.Setup memory setup_ = bookSetupFrom(9);
        setup_.window = IRollingWindow(address(new WindowOfTwoPeriods(window)));
        refusesSetup(setup_, "horizon", 2);
    }

    function testLaddersAndTailsOutOfRangeAreRefused() public {
        BookState.Setup memory setup_ = bookSetupFrom(9);
        setup_.lowest = 0;
        refusesSetup(setup_, "lowest", 0);
        (setup_.lowest, setup_.step) = (100, 0);
        refusesSetup(setup_, "step of the ladder", 0);
        (setup_.step, setup_.tail) = (50, 8);
        refusesSetup(setup_, "tail", 8);
        (setup_.tail, setup_.share) = (7, 0);
        refusesSetup(setup_, "share", 0);
        setup_.share = 1_000_001;
        refusesSetup(setup_, "share", 1_000_001);
    }

    function testMultipliersOutOfRangeAreRefused() public {
        BookState.Setup memory setup_ = bookSetupFrom(9);
        setup_.multiplier.target = 0;
        refusesSetup(setup_, "target", 0);
        (setup_.multiplier.target, setup_.multiplier.cap) = (200, 0);
        refusesSetup(setup_, "cap", 0);
        setup_.multiplier.cap = 4096;
        refusesSetup(setup_, "cap", 4096);
        (setup_.multiplier.cap, setup_.multiplier.step) = (128, 0);
        refusesSetup(setup_, "step", 0);
        (setup_.multiplier.step, setup_.multiplier.rise) = (5, 4);
        refusesSetup(setup_, "rise", 4);
        setup_.multiplier.rise = 129;
        refusesSetup(setup_, "rise", 129);
    }

    /// @notice An index begins with a row that is in the window, or with the next one.
    function testAFirstRowThatIsNotInTheWindowIsRefused() public {
        BookState.Setup memory setup_ = bookSetup();
        refusesSetup(setup_, "first", 0);
        setup_.first = 10;
        refusesSetup(setup_, "first", 10);
        setup_.first = 9;
        new BookIndex(setup_);
        setup_.first = 1;
        index = new BookIndex(setup_);
        for (uint256 i = 1; i < 9; ++i) {
            index.mark(shownToMark(i));
            require(index.row(i).loss == losses[i], "history");
        }
        index.valueAtRisk();
        bytes memory fault = abi.encodeWithSelector(IBookIndex.Forgotten.selector, 0);
        require(isRefused(abi.encodeCall(index.row, (0)), fault), "before the first");
    }

    function testOldRowsAreForgotten() public {
        // The ring has 512 rows where the window has eight: the first one's place is taken by row 512.
        vm.store(address(index), 0, bytes32(uint256(vm.load(address(index), 0)) - 9 + 512));
        index.row(0);
        vm.store(address(index), 0, bytes32(uint256(vm.load(address(index), 0)) + 1));
        bytes memory fault = abi.encodeWithSelector(IBookIndex.Forgotten.selector, 0);
        require(isRefused(abi.encodeCall(index.row, (0)), fault), "its place is taken");
        fault = abi.encodeWithSelector(IBookIndex.NotMarked.selector, 513, 513);
        require(isRefused(abi.encodeCall(index.row, (513)), fault), "not yet");
    }
}
