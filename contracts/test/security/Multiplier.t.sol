// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {Deviation} from "../../src/libraries/Deviation.sol";
import {ExposureMultiplier} from "../../src/libraries/ExposureMultiplier.sol";
import {BookIndex} from "../../src/security/BookIndex.sol";
import {BookState} from "../../src/security/BookState.sol";
import {TradingCalendar} from "../../src/security/TradingCalendar.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

/// @notice The multiplier falls at once and rises slowly, by bounds that are proved, and counts from a later boundary; the ratio
/// of deviations is that of a list of losses.
contract MultiplierTest is BookModel {
    /// @dev The multiplier is at 64, with value at risk between 2 % and 2.5 % of a target of 2 %.
    function setUp() public {
        makeBook(8);
        for (uint256 i = 0; i < 8; ++i) {
            lose(21_000);
        }
    }

    function isAt(uint256 nextDay, uint256 dayAfter) private view returns (bool) {
        (uint256 a, uint256 b) = index.multipliers();
        return a == nextDay && b == dayAfter;
    }

    // --- rule 4

    function testALooseBoundMovesNothing() public {
        require(isAt(64, 64), "between 2 % and 2.5 %: neither bound says anything");
        require(ExposureMultiplier.fallen(64, 200, 0, 1) == 64, "no lower bound");
        require(ExposureMultiplier.risen(64, 200, type(uint256).max, 128, 4, 1) == 64, "no upper bound");
        require(ExposureMultiplier.fallen(64, 200, 200, 1) == 64, "the target itself");
        require(ExposureMultiplier.risen(64, 200, 200, 128, 4, 1) == 64, "the target itself");
    }

    function testItFallsAtOnce() public {
        lose(41_000);
        require(isAt(64, 64), "one row beyond the tail's");
        lose(41_000);
        require(isAt(64, 32), "value at risk of 4 %: half the book, whatever the distance");
    }

    /// @notice A change is never in force on the day whose row made it, nor on the next one, whose opening was seen.
    function testAChangeCountsFromTheNextBoundary() public {
        lose(41_000);
        lose(41_000);
        // The row of period 10 made the change. The days of 10 and 11 open before or when it closes.
        require(rowAt(9).multiplier == 64, "its own day");
        lose(41_000);
        require(rowAt(10).multiplier == 64, "the day that opened at its close");
        lose(41_000);
        require(rowAt(11).multiplier == 32, "the one after it");
    }

    /// @notice The multiplier of a day is that of the rows that had closed when the day before opened, whatever comes later.
    /// forge-config: default.fuzz.runs = 16
    function testNoLaterRowChangesADaysMultiplier(int64 first, int64 second) public {
        (, uint256 coming) = index.multipliers();
        lose(int256(first) % 90_000);
        (uint256 nextDay, uint256 dayAfter) = index.multipliers();
        require(nextDay == coming, "fixed when the day before opened");
        lose(int256(second) % 90_000);
        (nextDay,) = index.multipliers();
        require(nextDay == dayAfter, "fixed when the day before opened");
        lose(0);
        require(rowAt(10).multiplier == nextDay, "and in force");
    }

    function testItRisesByAtMostSoMuchADay() public {
        // The window forgets its losses: value at risk is below 1 %, and the cap is 128.
        for (uint256 i = 0; i < 6; ++i) {
            lose(0);
        }
        uint256 before;
        (, before) = index.multipliers();
        require(before == 64, "two rows of the window are beyond 2 %");
        for (uint256 i = 0; i < 20; ++i) {
            lose(0);
            uint256 after__;
            (, after__) = index.multipliers();
            require(after__ == (before + 4 > 128 ? 128 : before + 4), "by four, up to the cap");
            before = after__;
        }
        require(before == 128, "twice the book");
    }

    /// @notice A row of three days lets it rise by three days' rise; a row that is not a day's by nothing.
    function testARiseIsOfTheDaysThatPassed() public {
        for (uint256 i = 0; i < 6; ++i) {
            lose(0);
        }
        lose(0, period + 3);
        require(!rowAt(14).own && isAt(64, 76), "three times four");
        loseAfterAGap(0, period + 7);
        require(rowAt(15).own && isAt(76, 80), "one day, though seven have passed: a gap proves nothing");
    }

    function testRowsOfNoDayMoveNoMultiplier() public {
        forget();
        delete losses;
        bytes memory bitmap = everyDay(64);
        bitmap[1] = 0x9f;
        calendar = new TradingCalendar(bitmap, ORIGIN, DAY);
        index = new BookIndex(bookSetup());
        for (uint256 i = 0; i < 8; ++i) {
            lose(41_000);
        }
        require(isAt(64, 32), "period 8 is a day");
        lose(41_000);
        lose(41_000);
        require(isAt(64, 32), "9 and 10 are none");
        lose(41_000);
        require(isAt(32, 32), "11 is one");
    }

    /// @notice At the highest rung nothing is known above it: a target beyond the ladder lets nothing rise.
    function testTheHighestRungIsNoUpperBound() public {
        forget();
        delete losses;
        index = new BookIndex(farTarget());
        for (uint256 i = 0; i < 10; ++i) {
            lose(90_000);
        }
        require(index.index(1) == 16 && isAt(64, 64), "value at risk may be anything");
    }

    function farTarget() private view returns (BookState.Setup memory setup_) {
        setup_ = bookSetup();
        setup_.multiplier.target = 5_000;
    }

    /// @notice Value at risk of a quarter of the target would let it rise to 256, and there is room for 160.
    function testItNeverRisesAboveItsCap() public pure {
        require(ExposureMultiplier.risen(120, 200, 50, 128, 40, 2) == 128, "to the cap");
        require(ExposureMultiplier.risen(128, 200, 50, 128, 40, 2) == 128, "and no further");
    }

    function testAChangeBelowAStepIsRefused() public pure {
        // 64 * 200 / 203 = 63.
        require(ExposureMultiplier.fallen(64, 200, 203, 2) == 64, "a fall of one");
        require(ExposureMultiplier.fallen(64, 200, 203, 1) == 63, "where a step is one");
        require(ExposureMultiplier.fallen(64, 200, 206, 2) == 62, "a fall of a step");
        // 64 * 200 / 197 = 64; / 196 = 65; / 193 = 66.
        require(ExposureMultiplier.risen(64, 200, 196, 128, 4, 2) == 64, "a rise of one");
        require(ExposureMultiplier.risen(64, 200, 193, 128, 4, 2) == 66, "a rise of a step");
        require(ExposureMultiplier.risen(64, 200, 100, 128, 1, 2) == 64, "no room for a step");
        require(ExposureMultiplier.risen(127, 200, 50, 128, 4, 2) == 127, "less than a step below the cap");
    }

    /// @notice Whatever bounds come, the multiplier is never above target over lower bound by a step or more; it never rises to
    /// more than target over upper bound, the cap, or the room; and it never falls by an upper bound.
    function testMultipliersStayWithinTheirBounds(uint16 m, uint16 target, uint16 lower, uint16 above, uint16 room)
        public
        pure
    {
        uint256 multiplier = m % 4096;
        uint256 upper = uint256(lower) + 1 + above;
        uint256 fallen = ExposureMultiplier.fallen(multiplier, target, lower, 3);
        require(fallen <= multiplier, "down");
        require(lower == 0 || fallen * lower < 64 * uint256(target) + 3 * uint256(lower), "within a step of the target");
        require(fallen == multiplier || fallen + 3 <= multiplier, "at least a step");
        uint256 risen = ExposureMultiplier.risen(multiplier, target, upper, 4000, room, 3);
        require(risen >= multiplier && risen <= multiplier + room, "up, within the room");
        require(risen == multiplier || (risen <= 4000 && risen * upper <= 64 * uint256(target)), "at most the target");
        require(risen == multiplier || risen >= multiplier + 3, "at least a step");
        require(fallen == multiplier || risen == multiplier, "never both");
    }

    // --- deviations

    function testRootsAreThoseOfTheLibrary(uint256 square) public pure {
        require(Deviation.root(square >> 198) == Math.sqrt(square >> 198), "the largest ones");
        square >>= 198 + square % 58;
        require(Deviation.root(square) == Math.sqrt(square), "any");
        uint256 root = square >> 29;
        require(Deviation.root(root * root) == root, "of a square");
        require(root == 0 || Deviation.root(root * root - 1) == root - 1, "below a square");
        require(Deviation.root(0) == 0 && Deviation.root(2 ** 58 - 1) == 2 ** 29 - 1, "the ends");
    }

    /// @dev Ratio and calm of row e by the list of all losses.
    function deviationOf(uint256 e) private view returns (uint256 ratio, bool calm) {
        uint256 square;
        uint256 sum;
        uint256 root;
        calm = true;
        for (uint256 i = 0; i <= e; ++i) {
            uint256 move = uint256(losses[i] < 0 ? -losses[i] : losses[i]) / 256;
            calm = i == 0 || losses[i] <= 0 || move * move <= 16 * square;
            square = i == 0 ? move * move : (94 * square + 6 * move * move) / 100;
            root = Math.sqrt(square);
            if (i >= 20) sum += root;
        }
        ratio = e < 20 || sum == 0 ? 256 : 256 * root * (e - 19) / sum;
        if (ratio > 65_535) ratio = 65_535;
    }

    /// forge-config: default.fuzz.runs = 4
    function testRatiosAreThoseOfAListOfLosses(uint256 seed) public {
        for (uint256 i = 0; i < 40; ++i) {
            int256 size = i % 9 == 8 ? int256(90_000) : int256(5_000);
            lose(int256(uint256(keccak256(abi.encode(seed, i))) % uint256(2 * size)) - size);
        }
        for (uint256 e = 0; e < epoch; ++e) {
            (uint256 ratio, bool calm) = deviationOf(e);
            IBookIndex.Row memory row = rowAt(e);
            require(row.ratio == ratio && row.calm == calm, "ratio and calm");
        }
    }

    function testFourDeviationsAreCalmAndMoreAreNot() public pure {
        // A deviation of 1 %: 100 * 2^12.
        uint256 square = 409_600 ** 2;
        (,,, bool calm) = Deviation.next(square, 0, 30, 400 << 20);
        require(calm, "4 %");
        (,,, calm) = Deviation.next(square, 0, 30, (400 << 20) + 256);
        require(!calm, "more");
        (,,, calm) = Deviation.next(square, 0, 30, -(800 << 20));
        require(calm, "a gain");
        (,,, calm) = Deviation.next(0, 0, 0, 800 << 20);
        require(calm, "the first row");
    }

    function testRatiosAreSaturated() public pure {
        (,, uint256 ratio,) = Deviation.next(0, 1, 4_000, 9_000 << 20);
        require(ratio == 65_535, "the most");
        (,, ratio,) = Deviation.next(0, 0, 4_000, 0);
        require(ratio == 256, "nothing ever moved");
    }
}
