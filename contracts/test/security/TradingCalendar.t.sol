// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITradingCalendar} from "../../src/interfaces/ITradingCalendar.sol";
import {Bits} from "../../src/libraries/Bits.sol";
import {TradingCalendar} from "../../src/security/TradingCalendar.sol";
import {vm} from "../Vm.sol";

/// @notice The calendar says what a list of days says.
contract TradingCalendarTest {
    uint256 private constant ORIGIN = 1_000_000;
    uint256 private constant LENGTH = 3600;

    bytes private bitmap;
    TradingCalendar private calendar;

    function make(bytes memory bitmap_) private {
        bitmap = bitmap_;
        calendar = new TradingCalendar(bitmap_, uint64(ORIGIN), uint32(LENGTH));
    }

    /// @dev Days with gaps between them, whose lengths are those of weeks, or hundreds of periods.
    function random(uint256 seed, uint256 size, uint256 gap) private pure returns (bytes memory bits) {
        bits = new bytes(size);
        for (uint256 p = seed % gap; p < 8 * size; p += 1 + (seed % gap)) {
            bits[p / 8] |= bytes1(uint8(0x80 >> (p % 8)));
            seed = uint256(keccak256(abi.encode(seed)));
        }
    }

    function has(bytes memory bits, uint256 p) private pure returns (bool) {
        return p < 8 * bits.length && uint8(bits[p / 8]) & (0x80 >> (p % 8)) != 0;
    }

    function fails(bytes memory call, bytes4 fault, uint256 period) private returns (bool) {
        (bool ok, bytes memory data) = address(calendar).call(call);
        return !ok && keccak256(data) == keccak256(abi.encodeWithSelector(fault, period));
    }

    /// forge-config: default.fuzz.runs = 20
    function testCalendarIsANaiveModels(uint256 seed, uint8 size, bool sparse) public {
        bytes memory bits = random(seed, 1 + size % 160, sparse ? 700 : 4);
        bits[0] |= bytes1(uint8(1 << (seed % 8)));
        make(bits);
        for (uint256 i = 0; i < 12; ++i) {
            uint256 p = uint256(keccak256(abi.encode(seed, i))) % (8 * bits.length + 20);
            require(calendar.isDay(p) == has(bits, p), "isDay");
            isBefore(bits, p);
            isAfter(bits, p, (seed >> (8 * i)) % 9);
            isCount(bits, p, p + uint256(keccak256(abi.encode(i, seed))) % 1400);
            isOpening(bits, uint256(keccak256(abi.encode(seed, i, "time"))) % (ORIGIN + 9 * bits.length * LENGTH));
        }
        require(calendar.digest() == sha256(bits), "digest");
        require(calendar.days_() == naiveCount(bits, 0, 8 * bits.length) + (has(bits, 0) ? 1 : 0), "number of days");
        require(has(bits, calendar.first()) && naiveCount(bits, 0, calendar.first()) <= 1, "the first day");
        require(has(bits, calendar.last()) && naiveCount(bits, calendar.last(), 2000) == 0, "the last day");
    }

    function isBefore(bytes memory bits, uint256 p) private {
        bytes memory call = abi.encodeCall(calendar.dayBefore, (p));
        if (!has(bits, p)) return require(fails(call, ITradingCalendar.NotADay.selector, p), "no day");
        uint256 q = p;
        while (q != 0 && !has(bits, q - 1)) --q;
        if (q == 0) require(fails(call, ITradingCalendar.Beyond.selector, p), "the first day");
        else require(calendar.dayBefore(p) == q - 1, "dayBefore");
    }

    /// @dev The number of periods that the bitmap has, for none.
    function naiveAfter(bytes memory bits, uint256 p, uint256 count) private pure returns (uint256) {
        for (; count != 0 && p < 8 * bits.length;) {
            if (has(bits, ++p)) --count;
        }
        return count == 0 ? p : 8 * bits.length;
    }

    function isAfter(bytes memory bits, uint256 p, uint256 count) private {
        uint256 expected = naiveAfter(bits, p, count);
        bytes memory call = abi.encodeCall(calendar.dayAfter, (p, count));
        if (count != 0 && expected == 8 * bits.length) {
            require(fails(call, ITradingCalendar.Beyond.selector, p), "behind the last day");
        } else {
            require(calendar.dayAfter(p, count) == expected, "dayAfter");
        }
    }

    function naiveCount(bytes memory bits, uint256 from, uint256 to) private pure returns (uint256 number) {
        for (uint256 p = from + 1; p <= to; ++p) {
            if (has(bits, p)) ++number;
        }
    }

    function isCount(bytes memory bits, uint256 from, uint256 to) private view {
        require(calendar.count(from, to) == naiveCount(bits, from, to), "count");
        require(calendar.count(to, from) == 0, "nothing backwards");
    }

    function isOpening(bytes memory bits, uint256 time) private {
        bytes memory call = abi.encodeCall(calendar.firstOpening, (time));
        // The first day whose eve closes at the time or later.
        for (uint256 p = 0; p < 8 * bits.length; ++p) {
            if (!has(bits, p) || ORIGIN + p * LENGTH < time) continue;
            uint256 day = naiveAfter(bits, p, 1);
            if (day == 8 * bits.length) break;
            require(calendar.firstOpening(time) == day, "firstOpening");
            require(ORIGIN + calendar.dayBefore(day) * LENGTH >= time, "it opens later");
            return;
        }
        (bool ok, bytes memory data) = address(calendar).call(call);
        require(!ok && bytes4(data) == ITradingCalendar.Beyond.selector, "no day opens so late");
    }

    function testBitsAreCountedAndFound(uint256 word) public pure {
        uint256 number;
        for (uint256 place = 0; place < 256; ++place) {
            if ((word << place) >> 255 == 0) continue;
            ++number;
            require(Bits.nth(word, number) == place, "the n-th bit");
        }
        require(Bits.count(word) == number, "their number");
    }

    function testAllBitsAreCounted() public pure {
        require(Bits.count(type(uint256).max) == 256 && Bits.count(0) == 0, "all and none");
        require(Bits.nth(type(uint256).max, 256) == 255 && Bits.nth(1, 1) == 255, "the last one");
    }

    function testCountsEndWithTheBitmap() public {
        make(random(7, 100, 3));
        require(calendar.count(0, type(uint256).max) == naiveCount(bitmap, 0, 800), "to the end");
        require(calendar.count(800, type(uint256).max) == 0, "behind it");
        require(!calendar.isDay(type(uint256).max), "no day");
    }

    function testCalendarsWithoutDaysOrClockAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(TradingCalendar.BadSetup.selector, "days", 0));
        new TradingCalendar(new bytes(32), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(TradingCalendar.BadSetup.selector, "periodLength", 0));
        new TradingCalendar(hex"ff", 0, 0);
        vm.expectRevert(abi.encodeWithSelector(TradingCalendar.BadSetup.selector, "bitmap", 24_576));
        new TradingCalendar(new bytes(24_576), 0, 1);
    }

    /// @notice A calendar of twenty years of periods of a day can be deployed in one transaction.
    function testGasOfACalendarOfTwentyYears() public {
        uint256 before = gasleft();
        make(random(5, 913, 2));
        require(before - gasleft() < 16_777_216, "EIP-7825's cap");
        require(address(calendar).code.length <= 16_000, "at most 16,000 bytes");
    }
}
