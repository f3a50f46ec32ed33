// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {ITradingCalendar} from "../interfaces/ITradingCalendar.sol";
import {TradingCalendar} from "./TradingCalendar.sol";

/// @title Which rows are a day's own, and when too many days had none
/// @dev The next 49 periods behind the last day are kept beside the index's state, so that the calendar is seldom read.
abstract contract BookDays is IBookIndex {
    /// @notice Seconds after its push within which a row's day can be revoked.
    uint256 public constant SETTLING = 48 hours;
    /// @notice Days in a row without rows of their own that do not end the index.
    uint256 public constant MOST_WITHOUT = 10;

    /// @inheritdoc IBookIndex
    ITradingCalendar public immutable calendar;

    /// @dev Bits of the calendar that are kept beside the state: 49 periods behind the last day, the next one highest, then a one.
    uint256 internal constant AHEAD = 50;
    uint256 private constant KNOWN = (0xffffffff << 32) | ((2 ** AHEAD - 1) << (256 - AHEAD));
    /// @dev The contract whose code is the calendar's bitmap.
    address private immutable DAYS;
    /// @dev Time from which the index can be ended if no day had a row of its own.
    uint256 internal immutable GIVEN_UP;
    uint256 private immutable PERIOD;

    /// @param rows_ Number of rows of the window.
    constructor(TradingCalendar calendar_, uint256 periodLength, uint256 rows_) {
        (calendar, DAYS, PERIOD) = (calendar_, calendar_.store(), periodLength);
        GIVEN_UP = block.timestamp + (2 * rows_ + 20) * periodLength;
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

    /// @dev When more than ten days after `last` have closed, and two more calendar days for their rows to come.
    function _silentUntil(uint256 last) internal view returns (uint256) {
        if (last == 0) return GIVEN_UP;
        uint256 without = MOST_WITHOUT + 1;
        uint256 left = calendar.count(last, type(uint256).max);
        // Behind the calendar's last day, each period stands for a day.
        if (left > without) left = without;
        return calendar.closes(calendar.dayAfter(last, left)) + (without - left) * PERIOD + SETTLING;
    }
}
