// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {IPriceRow} from "../interfaces/IPriceRow.sol";
import {IRollingWindow} from "../interfaces/IRollingWindow.sol";
import {ITradingCalendar} from "../interfaces/ITradingCalendar.sol";
import {IScenarioSource} from "../interfaces/IScenarioSource.sol";
import {ExposureMultiplier} from "../libraries/ExposureMultiplier.sol";
import {LossLadder} from "../libraries/LossLadder.sol";
import {WindowState} from "../sources/WindowState.sol";
import {TradingCalendar} from "./TradingCalendar.sol";

/// @title What a book's index keeps, and what can be read of it
abstract contract BookState is IBookIndex {
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

    /// @notice A parameter is out of range, or does not fit the window.
    error BadSetup(string field, uint256 value);

    /// @notice Seconds after its push within which a row's day can be revoked.
    uint256 public constant SETTLING = 48 hours;
    /// @notice Days in a row without rows of their own that do not end the index.
    uint256 public constant MOST_WITHOUT = 10;

    /// @inheritdoc IBookIndex
    IRollingWindow public immutable window;
    /// @inheritdoc IBookIndex
    ITradingCalendar public immutable calendar;
    /// @notice Who stands behind the window's rows.
    IPriceRow public immutable attestations;
    /// @notice Rows of the window that may be beyond value at risk.
    uint256 public immutable tail;
    /// @notice Share of the window's rows that expected shortfall is the mean of, in millionths.
    uint256 public immutable share;

    /// @dev The most rows that a window has, and one more.
    uint256 private constant MOST_ROWS = 65_536;
    /// @dev Bits of the calendar that are kept beside the state: 49 periods behind the last day, the next one highest, then a one.
    uint256 internal constant AHEAD = 50;
    uint256 private constant KNOWN = (0xffffffff << 32) | ((2 ** AHEAD - 1) << (256 - AHEAD));

    uint256 internal immutable N;
    uint256 internal immutable T;
    /// @dev First row that is marked, and the first behind a full window.
    uint256 internal immutable FIRST;
    uint256 internal immutable FULL;
    /// @dev Number of rows that are kept.
    uint256 internal immutable RING;
    /// @dev Of the ladder, in basis points.
    uint256 internal immutable LOWEST;
    uint256 internal immutable STEP;
    /// @dev The contract whose code is the calendar's bitmap.
    address private immutable DAYS;
    /// @dev Time from which the index can be ended if no day had a row of its own.
    uint256 internal immutable GIVEN_UP;
    uint256 private immutable PERIOD;
    uint256 private immutable TARGET;
    uint256 private immutable CAP;
    uint256 private immutable RISE;
    uint256 private immutable LEAST;
    /// @dev 16 weights in each, the first one highest.
    uint256 private immutable W0;
    uint256 private immutable W1;
    uint256 private immutable W2;
    uint256 private immutable W3;
    uint256 private immutable W4;
    uint256 private immutable W5;
    uint256 private immutable W6;

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

    constructor(Setup memory setup) {
        (window, calendar, DAYS) = (setup.window, setup.calendar, setup.calendar.store());
        (N, FIRST) = (setup.weights.length, setup.first);
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
        PERIOD = terms.periodLength;
        GIVEN_UP = block.timestamp + (2 * T + 20) * PERIOD;

        (string memory field, uint256 value) = ExposureMultiplier.fault(setup.multiplier);
        if (bytes(field).length != 0) revert BadSetup(field, value);
        (TARGET, CAP) = (setup.multiplier.target, setup.multiplier.cap);
        (RISE, LEAST) = (setup.multiplier.rise, setup.multiplier.step);
        uint256 start = CAP < ExposureMultiplier.ONE ? CAP : ExposureMultiplier.ONE;
        _head = setup.first | (start << 176) | (start << 188);

        uint256[7] memory packed = _packed(setup.weights);
        (W0, W1, W2, W3, W4, W5, W6) = (packed[0], packed[1], packed[2], packed[3], packed[4], packed[5], packed[6]);
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

    /// @dev Weights, 16 in a word.
    function _packed(int16[] memory weights_) private pure returns (uint256[7] memory words) {
        uint256 number = weights_.length;
        if (number > 112) revert BadSetup("weights", number);
        uint256 sum;
        for (uint256 i = 0; i < number; ++i) {
            int256 w = weights_[i];
            uint256 magnitude = uint256(w < 0 ? -w : w);
            if (magnitude > 1_500) revert BadSetup("weight", i);
            sum += magnitude;
            words[i >> 4] |= (uint256(w) & 0xffff) << (240 - 16 * (i & 15));
        }
        if (sum != 10_000) revert BadSetup("sum of weights", sum);
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

    /// @notice Basis points of each factor, in the window's order.
    function weights() external view returns (int16[] memory out) {
        out = new int16[](N);
        uint256 at_ = _weights();
        for (uint256 i = 0; i < N; ++i) {
            int256 weight;
            assembly ("memory-safe") {
                weight := sar(240, mload(add(at_, shl(1, i))))
            }
            out[i] = int16(weight);
        }
    }

    /// @notice The first row that is marked, and the number of rows that must be before there is value at risk.
    function range() external view returns (uint256 first, uint256 rows_) {
        return (FIRST, T);
    }

    /// @dev Where the words of weights are in memory: the free memory, which is not taken.
    function _weights() private view returns (uint256 at_) {
        assembly ("memory-safe") {
            at_ := mload(0x40)
        }
        _put(at_, 0, W0);
        _put(at_, 32, W1);
        if (N <= 32) return at_;
        _put(at_, 64, W2);
        _put(at_, 96, W3);
        _put(at_, 128, W4);
        _put(at_, 160, W5);
        _put(at_, 192, W6);
    }

    function _put(uint256 at_, uint256 offset, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(at_, offset), word)
        }
    }

    /// @dev The book's loss: less the sum of weight times entry. An entry is the highest three bytes of a word, and the next
    /// factor's is 12 bytes on. Four factors are taken at a time: the weights behind the last one are zero.
    function _loss(uint256 from) internal view returns (int256 loss) {
        uint256 at_ = _weights();
        uint256 size = 12 * N;
        assembly ("memory-safe") {
            for { let end := add(from, size) } lt(from, end) { from := add(from, 48) } {
                let w := mload(at_)
                loss := sub(loss, mul(sar(240, w), sar(232, calldataload(from))))
                loss := sub(loss, mul(signextend(1, shr(224, w)), sar(232, calldataload(add(from, 12)))))
                loss := sub(loss, mul(signextend(1, shr(208, w)), sar(232, calldataload(add(from, 24)))))
                loss := sub(loss, mul(signextend(1, shr(192, w)), sar(232, calldataload(add(from, 36)))))
                at_ := add(at_, 8)
            }
        }
    }

    /// @dev What the calendar says of a row.
    /// @return known The state with the last day and the days behind it after the row; zero if more than ten days had no row of
    /// their own.
    /// @return elapsed Days in the row's move if its period is a day, else zero.
    /// @return own Whether the row is its day's own.
    function _day(uint256 head, uint256 previous, uint256 period)
        internal
        view
        returns (uint256 known, uint256 elapsed, bool own)
    {
        unchecked {
            uint256 last = uint32(head >> 32);
            if (previous == last) {
                uint256 distance = period - previous;
                uint256 ahead = head & (type(uint256).max << (256 - AHEAD));
                // Nothing is known behind the last bit that is set.
                uint256 rest = ahead << distance;
                if (rest != 0 && ahead >> (256 - distance) == 1) {
                    return (head & ~KNOWN | (period << 32) | rest, 1, true);
                }
            }
            return _readDay(head, last, previous, period);
        }
    }

    /// @dev The same, where the calendar itself is read.
    function _readDay(uint256 head, uint256 last, uint256 previous, uint256 period)
        private
        view
        returns (uint256 known, uint256 elapsed, bool own)
    {
        unchecked {
            known = head;
            uint256 distance = period - previous;
            uint256 bits = _bits(previous);
            // From `previous` to `period`, the outer two alone are days.
            own = distance < 256 - AHEAD && bits >> (255 - distance) == (1 << distance) | 1;
            if (own) {
                elapsed = 1;
                uint256 ahead = (((bits << (distance + 1)) >> (257 - AHEAD)) << 1) | 1;
                known = _known(head, period, ahead);
                if (previous == last) return (known, 1, true);
            } else if (calendar.isDay(period)) {
                elapsed = calendar.count(previous, period);
            }
            if (last == 0) return (known, elapsed, own);
            uint256 since = calendar.count(last, period);
            if (since > (own ? MOST_WITHOUT + 1 : MOST_WITHOUT)) known = 0;
        }
    }

    /// @dev The state with another last day, and with what is known of the periods behind it.
    function _known(uint256 head, uint256 last, uint256 ahead) private pure returns (uint256) {
        return (head & ~KNOWN) | (last << 32) | (ahead << (256 - AHEAD));
    }

    /// @dev 256 bits of the calendar from a period on, whose own is the highest: as `TradingCalendar` has them.
    function _bits(uint256 period) private view returns (uint256 word) {
        address at_ = DAYS;
        assembly ("memory-safe") {
            extcodecopy(at_, 0, add(1, shr(3, period)), 0x40)
            let shift := and(period, 7)
            word := or(shl(shift, mload(0)), shr(sub(256, shift), mload(0x20)))
        }
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

    /// @dev When more than ten days after `last` have closed, and two more calendar days for their rows to come.
    function _silentUntil(uint256 last) internal view returns (uint256) {
        if (last == 0) return GIVEN_UP;
        uint256 without = MOST_WITHOUT + 1;
        uint256 left = calendar.count(last, type(uint256).max);
        // Behind the calendar's last day, each period stands for a day.
        if (left > without) left = without;
        return calendar.closes(calendar.dayAfter(last, left)) + (without - left) * PERIOD + SETTLING;
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
