// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITradingCalendar} from "../interfaces/ITradingCalendar.sol";
import {Bits} from "../libraries/Bits.sol";
import {CodeStore} from "../libraries/CodeStore.sol";

/// @title Days of trade, as a bitmap that is kept as code
/// @notice Bit p of the bitmap says whether period p is a day. Bit 0 is the highest bit of the first byte, bit 7 its lowest, bit 8
/// the highest one of the second byte. Periods behind the bitmap are no days.
contract TradingCalendar is ITradingCalendar {
    /// @notice A parameter is out of range.
    error BadSetup(string field, uint256 value);

    /// @inheritdoc ITradingCalendar
    bytes32 public immutable digest;
    /// @notice Unix time at which period 0 closes, and seconds of a period.
    uint256 public immutable origin;
    uint256 public immutable periodLength;
    /// @notice Contract whose code is a zero byte and the bitmap.
    address public immutable store;
    /// @notice Number of days, the first one and the last one.
    uint256 public immutable days_;
    uint256 public immutable first;
    uint256 public immutable last;

    /// @dev Number of periods that the bitmap speaks of.
    uint256 private immutable SIZE;

    /// @param bitmap At most 24,575 bytes, and at least one day.
    constructor(bytes memory bitmap, uint64 origin_, uint32 periodLength_) {
        if (periodLength_ == 0) revert BadSetup("periodLength", 0);
        if (bitmap.length > 24_575) revert BadSetup("bitmap", bitmap.length);
        (origin, periodLength, SIZE) = (origin_, periodLength_, 8 * bitmap.length);
        digest = sha256(bitmap);
        store = CodeStore.write(0, bitmap);
        uint256 number;
        uint256 newest;
        uint256 oldest = type(uint256).max;
        for (uint256 p = 0; p < 8 * bitmap.length; ++p) {
            if (uint8(bitmap[p >> 3]) & (0x80 >> (p & 7)) == 0) continue;
            (number, newest) = (number + 1, p);
            if (oldest > p) oldest = p;
        }
        if (number == 0) revert BadSetup("days", 0);
        (days_, first, last) = (number, oldest, newest);
    }

    /// @inheritdoc ITradingCalendar
    function isDay(uint256 period) public view returns (bool) {
        return _from(period) >> 255 != 0;
    }

    /// @inheritdoc ITradingCalendar
    function dayBefore(uint256 period) external view returns (uint256) {
        if (!isDay(period)) revert NotADay(period);
        uint256 end = period;
        while (end != 0) {
            uint256 width = end < 256 ? end : 256;
            uint256 word = _from(end - width) >> (256 - width);
            // The lowest bit is that of the period before `end`.
            if (word != 0) return end - 1 - (255 - Bits.nth(word & (~word + 1), 1));
            end -= width;
        }
        revert Beyond(period);
    }

    /// @inheritdoc ITradingCalendar
    /// @dev The zeroth is the period itself.
    function dayAfter(uint256 period, uint256 count_) public view returns (uint256) {
        if (count_ == 0) return period;
        uint256 left = count_;
        if (period < SIZE) {
            for (uint256 p = period + 1; p < SIZE; p += 256) {
                uint256 word = _from(p);
                uint256 number = Bits.count(word);
                if (left <= number) return p + Bits.nth(word, left);
                left -= number;
            }
        }
        revert Beyond(period);
    }

    /// @inheritdoc ITradingCalendar
    function count(uint256 from, uint256 to) external view returns (uint256 number) {
        if (to >= SIZE) to = SIZE - 1;
        if (from >= to) return 0;
        for (uint256 p = from + 1; p <= to; p += 256) {
            uint256 word = _from(p);
            if (to - p < 255) word >>= 255 - (to - p);
            number += Bits.count(word);
        }
    }

    /// @inheritdoc ITradingCalendar
    function closes(uint256 period) external view returns (uint256) {
        return origin + period * periodLength;
    }

    /// @inheritdoc ITradingCalendar
    function firstOpening(uint256 time) external view returns (uint256 period) {
        // The first period that closes at `time` or later: no day opens earlier that has its eve in it.
        period = time <= origin ? 0 : (time - origin + periodLength - 1) / periodLength;
        if (!isDay(period)) period = dayAfter(period, 1);
        return dayAfter(period, 1);
    }

    /// @dev 256 bits from a period on, of which the highest is the period's own.
    function _from(uint256 period) private view returns (uint256 word) {
        if (period >= SIZE) return 0;
        address at_ = store;
        assembly ("memory-safe") {
            // The word and the byte behind it, in the scratch space.
            extcodecopy(at_, 0, add(1, shr(3, period)), 0x40)
            let shift := and(period, 7)
            word := or(shl(shift, mload(0)), shr(sub(256, shift), mload(0x20)))
        }
    }
}
