// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {IPriceRow} from "../interfaces/IPriceRow.sol";
import {IRollingWindow} from "../interfaces/IRollingWindow.sol";
import {IScenarioSource} from "../interfaces/IScenarioSource.sol";
import {ExposureMultiplier} from "../libraries/ExposureMultiplier.sol";
import {LossLadder} from "../libraries/LossLadder.sol";
import {WindowState} from "../sources/WindowState.sol";
import {BookDays} from "./BookDays.sol";
import {PublicBook} from "./PublicBook.sol";
import {TradingCalendar} from "./TradingCalendar.sol";

/// @title What a book's index keeps, and what can be read of it
abstract contract BookState is BookDays, PublicBook {
    /// @notice How an index is set up. All of it is fixed.
    struct Setup {
        /// A window of relative moves.
        IRollingWindow window;
        /// A calendar of the window's clock, whose days are at most 205 periods apart: others have no row of their own.
        TradingCalendar calendar;
        /// Number of the first row that is marked: one that is still in the window, or the next one.
        uint32 first;
        /// Basis points of each factor. Their magnitudes are at most 1,500 and sum to 10,000.
        int16[] weights;
        /// Basis points of the lowest rung, and between rungs.
        uint16 lowest;
        uint16 step;
        /// Rows of the window that may be beyond value at risk.
        uint16 tail;
        /// Share of the window's rows that expected shortfall is the mean of, in millionths.
        uint32 share;
        /// How the multiplier moves.
        ExposureMultiplier.Terms multiplier;
    }

    /// @inheritdoc IBookIndex
    IRollingWindow public immutable window;
    /// @notice Who stands behind the window's rows.
    IPriceRow public immutable attestations;
    /// @notice Rows of the window that may be beyond value at risk.
    uint256 public immutable tail;
    /// @notice Share of the window's rows that expected shortfall is the mean of, in millionths.
    uint256 public immutable share;

    /// @dev The most rows that a window has, and one more.
    uint256 private constant MOST_ROWS = 65_536;
    uint256 internal immutable T;
    /// @dev First row that is marked, and the first behind a full window.
    uint256 internal immutable FIRST;
    uint256 internal immutable FULL;
    /// @dev Number of rows that are kept.
    uint256 internal immutable RING;
    /// @dev Of the ladder, in basis points.
    uint256 internal immutable LOWEST;
    uint256 internal immutable STEP;
    uint256 private immutable TARGET;
    uint256 private immutable CAP;
    uint256 private immutable RISE;
    uint256 private immutable LEAST;

    /// @dev From the lowest bit: next epoch 32, last day with a row of its own 32, square of the deviation 60, sum of deviations
    /// 52, multiplier of the next day 12 and of the day after it 12, whether the index has ended 1, level 5, `AHEAD` bits of the
    /// calendar.
    uint256 internal _head;
    /// @dev Number of rows of the window that reach each rung: see `LossLadder`.
    uint256 internal _counts;
    /// @dev Sum of the losses that reach k rungs and no more, k from 1 to 16, 64 bits each.
    uint256[4] internal _sums;
    /// @dev From the lowest bit: loss 48, rungs 8, level 8, own, revoked, calm in 8, multiplier 16, ratio 16, period 32, previous
    /// period 32, time of the push 40.
    uint256[MOST_ROWS] internal _rows;

    constructor(Setup memory setup)
        BookDays(setup.calendar, setup.window.terms().periodLength, setup.window.terms().rows)
        PublicBook(setup.weights)
    {
        (window, FIRST) = (setup.window, setup.first);
        IScenarioSource.Terms memory terms = setup.window.terms();
        T = terms.rows;
        FULL = setup.first + T;
        // With as many rows as the window has, the one that leaves is in the place of the one that enters.
        RING = T < 256 ? 512 : T;
        attestations = WindowState(address(setup.window)).rows();
        _checkWindow(setup, terms);
        (LOWEST, STEP) = (setup.lowest, setup.step);
        if (setup.lowest == 0) revert BadSetup("lowest", 0);
        if (setup.step == 0) revert BadSetup("step of the ladder", 0);
        if (setup.tail >= T) revert BadSetup("tail", setup.tail);
        if (setup.share == 0 || setup.share > 1_000_000) revert BadSetup("share", setup.share);
        (tail, share) = (setup.tail, setup.share);
        (string memory field, uint256 value) = ExposureMultiplier.fault(setup.multiplier);
        if (bytes(field).length != 0) revert BadSetup(field, value);
        (TARGET, CAP) = (setup.multiplier.target, setup.multiplier.cap);
        (RISE, LEAST) = (setup.multiplier.rise, setup.multiplier.step);
        uint256 start = CAP < ExposureMultiplier.ONE ? CAP : ExposureMultiplier.ONE;
        _head = setup.first | (start << 176) | (start << 188);
    }

    function _checkWindow(Setup memory setup, IScenarioSource.Terms memory terms) private view {
        if (terms.horizon != 1) revert BadSetup("horizon", terms.horizon);
        (uint256 absolute,) = WindowState(address(setup.window)).moves();
        if (absolute != 0) revert BadSetup("absolute", absolute);
        TradingCalendar days_ = setup.calendar;
        if (days_.origin() != terms.origin) revert BadSetup("origin", days_.origin());
        if (days_.periodLength() != terms.periodLength) revert BadSetup("periodLength", days_.periodLength());
        (, uint256 rows_) = setup.window.groupOf(0);
        if (setup.first > rows_ || setup.first + uint256(terms.rows) < rows_) revert BadSetup("first", setup.first);
    }

    /// @inheritdoc IBookIndex
    function next() external view returns (uint256 epoch) {
        return uint32(_head);
    }

    /// @inheritdoc IBookIndex
    function lastDay() external view returns (uint256 period) {
        uint256 head = _head;
        return _isOver(head) ? uint32(head >> 32) : type(uint256).max;
    }

    /// @inheritdoc IBookIndex
    function row(uint256 epoch) external view returns (Row memory) {
        uint256 word = _kept(epoch);
        return Row({
            loss: int48(uint48(word)),
            rungs: uint8(word >> 48),
            level: uint8(word >> 56),
            own: (word >> 64) & 1 != 0,
            revoked: (word >> 65) & 1 != 0,
            calm: (word >> 66) & 1 != 0,
            multiplier: uint16(word >> 72),
            ratio: uint16(word >> 88),
            period: uint32(word >> 104),
            previous: uint32(word >> 136),
            pushed: uint40(word >> 168)
        });
    }

    /// @inheritdoc IBookIndex
    function isFinal(uint256 epoch) external view returns (bool) {
        uint256 word = _kept(epoch);
        if (block.timestamp <= (word >> 168) + SETTLING) return false;
        uint256 head = _head;
        return epoch + 2 < uint32(head) || _isOver(head);
    }

    /// @inheritdoc IBookIndex
    function index(uint256 tail_) public view returns (uint256 rungs) {
        _requireFull();
        return LossLadder.level(_counts, tail_);
    }

    /// @inheritdoc IBookIndex
    function valueAtRisk() external view returns (uint256 lower, uint256 upper) {
        uint256 level = index(tail);
        upper = level == LossLadder.RUNGS ? type(uint256).max : LOWEST + level * STEP;
        if (level != 0) lower = LOWEST + (level - 1) * STEP;
    }

    /// @inheritdoc IBookIndex
    function expectedShortfall() external view returns (uint256 most) {
        _requireFull();
        uint256 counts = _counts;
        uint256 sum;
        most = type(uint256).max;
        for (uint256 left = LossLadder.RUNGS; left != 0; --left) {
            // Losses of at least rung k, and what they exceed it by.
            uint256 k = left - 1;
            sum += uint64(_sums[k >> 2] >> (64 * (k & 3)));
            uint256 rung = (LOWEST + k * STEP) << 20;
            uint256 excess = sum - LossLadder.counter(counts, k) * rung;
            uint256 bound = rung + (excess * 1_000_000 + T * share - 1) / (T * share);
            if (bound < most) most = bound;
        }
    }

    /// @inheritdoc IBookIndex
    function ladder() external view returns (uint256 lowest, uint256 step) {
        return (LOWEST, STEP);
    }

    /// @notice Multipliers of the next day that has a row, and of the one after it, in 64ths.
    function multipliers() external view returns (uint256 nextDay, uint256 dayAfter) {
        uint256 head = _head;
        return ((head >> 176) & 0xfff, (head >> 188) & 0xfff);
    }

    /// @notice How the multiplier moves.
    function multiplierTerms() external view returns (ExposureMultiplier.Terms memory) {
        return ExposureMultiplier.Terms(uint32(TARGET), uint16(CAP), uint16(RISE), uint16(LEAST));
    }

    /// @notice The first row that is marked, and the number of rows that must be before there is value at risk.
    function range() external view returns (uint256 first, uint256 rows_) {
        return (FIRST, T);
    }

    /// @dev The multiplier after a row of a day.
    function _moved(uint256 multiplier, uint256 level, uint256 elapsed) internal view returns (uint256) {
        unchecked {
            uint256 upper = LOWEST + level * STEP;
            if (level != 0) {
                uint256 fallen = ExposureMultiplier.fallen(multiplier, TARGET, upper - STEP, LEAST);
                if (fallen != multiplier) return fallen;
            }
            if (level == LossLadder.RUNGS) return multiplier;
            return ExposureMultiplier.risen(multiplier, TARGET, upper, CAP, elapsed * RISE, LEAST);
        }
    }

    function _isOver(uint256 head) internal pure returns (bool) {
        return (head >> 200) & 1 != 0;
    }

    function _kept(uint256 epoch) internal view returns (uint256) {
        uint256 marked = uint32(_head);
        if (epoch >= marked) revert NotMarked(epoch, marked);
        if (epoch < FIRST || epoch + RING < marked) revert Forgotten(epoch);
        return _load(epoch);
    }

    function _load(uint256 epoch) internal view returns (uint256 word) {
        uint256 place = epoch % RING;
        assembly ("memory-safe") {
            word := sload(add(_rows.slot, place))
        }
    }

    function _save(uint256 epoch, uint256 word) internal {
        uint256 place = epoch % RING;
        assembly ("memory-safe") {
            sstore(add(_rows.slot, place), word)
        }
    }

    function _requireFull() private view {
        uint256 marked = uint32(_head);
        if (marked < FULL) revert NotMarked(FULL - 1, marked);
    }
}
