// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {TradingCalendar} from "../../src/security/TradingCalendar.sol";
import {BookIndex} from "../../src/security/BookIndex.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

/// @notice Pushes and marks rows of all kinds, revokes some, and shows forged ones, in any order.
contract BookHandler is BookModel {
    /// @dev Of each marked row: whether a list of days says that it is its day's own.
    mapping(uint256 epoch => bool) private ownByModel;
    uint256 private last;
    bool private over;

    /// @dev Two rows of a period, of which the first was pushed.
    IPriceRow.Statement private one;
    IPriceRow.Statement private other;
    uint256 private twice;

    constructor() {
        make(8, 6, 1);
        // Five days of seven.
        bytes memory bitmap = new bytes(1_000);
        for (uint256 p = 0; p < 8_000; ++p) {
            if (p % 7 < 5) bitmap[p / 8] |= bytes1(uint8(0x80 >> (p % 8)));
        }
        calendar = new TradingCalendar(bitmap, ORIGIN, DAY);
        index = new BookIndex(bookSetup());
        vm.warp(closesAt(0));
    }

    function isDay(uint256 p) private pure returns (bool) {
        return p % 7 < 5;
    }

    function moveOf(uint256 seed) private pure returns (int256) {
        return seed % 4 == 0 ? int256(0) : int256(seed % 180_000) - 90_000;
    }

    function nextDay(uint256 p) private pure returns (uint256) {
        ++p;
        while (!isDay(p)) ++p;
        return p;
    }

    /// @dev Prices stay where a move of a millionth is more than rounding.
    function pushed(uint256 seed, uint256 period_, uint256 previous) private {
        Draft memory draft = next(after_(moveOf(seed)));
        if (draft.now_[0] < 1e7 || draft.now_[0] > 1e10) draft.now_ = ones();
        for (uint256 i = 0; i < n; ++i) {
            if (draft.now_[i] > 2 * draft.before[i] || 2 * draft.now_[i] < draft.before[i]) draft.before = draft.now_;
        }
        (draft.period, draft.previous) = (period_, previous);
        pushRow(draft);
        markAll();
    }

    /// @notice A row of the next day, from the close of the day before it.
    function pushDay(uint256 seed) external {
        uint256 day = nextDay(period);
        uint256 eve = day - 1;
        while (!isDay(eve)) --eve;
        pushed(seed, day, eve < period ? period : eve);
    }

    /// @notice A move over more than a day.
    function pushTwoDays(uint256 seed) external {
        pushed(seed, nextDay(nextDay(period)), period);
    }

    /// @notice A row of the next period, be it a day or not.
    function pushPeriod(uint256 seed) external {
        pushed(seed, period + 1, period);
    }

    /// @notice A row that skips periods, at times more than ten days.
    function pushBehindAGap(uint256 seed) external {
        uint256 previous = period + seed % (seed % 256 == 1 ? 40 : 4);
        pushed(seed, nextDay(previous), previous);
    }

    function markAll() private {
        while (index.next() < epoch) {
            uint256 e = index.next();
            (bool ok,) = address(index).call(abi.encodeCall(index.mark, (shownToMark(e))));
            require(ok == !over, "an index marks until it has ended");
            if (!ok) return;
            if (index.next() == e) {
                require(index.lastDay() == last, "it ended with its last day");
                over = true;
                return;
            }
            uint256 stamp = stampOf[e % t];
            (uint256 period_, uint256 previous) = (uint32(stamp >> 32), uint32(stamp >> 64));
            bool own = e + 1 >= t && isDay(period_) && isDay(previous) && nextDay(previous) == period_;
            require(missing(period_, own) <= 10, "no row counts behind more than ten days");
            if (own) last = period_;
            ownByModel[e] = own;
        }
    }

    /// @dev Days after the last own row without one, up to a period.
    function missing(uint256 period_, bool own) private view returns (uint256 number) {
        if (last == 0) return 0;
        for (uint256 p = last + 1; p <= period_; ++p) {
            if (isDay(p)) ++number;
        }
        if (own) --number;
    }

    /// @notice A group with a bit changed is refused, whether a row waits or not.
    function markForged(uint256 seed) external {
        if (epoch == 0) return;
        bytes memory shown = shownToMark(epoch - 1);
        shown[seed % shown.length] ^= bytes1(uint8(1 << ((seed >> 128) % 8)));
        (bool ok,) = address(index).call(abi.encodeCall(index.mark, (shown)));
        require(!ok, "forged");
    }

    /// @notice The seats sign two rows of a day: it becomes void, and nothing else changes.
    function revoke(uint256 seed) external {
        if (over || epoch < t) return;
        Draft memory draft = next(after_(seed % 2 == 0 ? int256(1000) : int256(-1000)));
        if (draft.now_[0] < 1e7 || draft.now_[0] > 1e10) return;
        draft.period = nextDay(period);
        other = statement(draft);
        other.now_ = keccak256("another row");
        one = statement(draft);
        pushRow(draft);
        markAll();
        if (over) return;
        uint256 e = epoch - 1;
        IBookIndex.Row memory before = index.row(e);
        bytes32 state = stateOf();
        index.revoke(e, one, signedBy(1, seats.digest(one)), other, signedBy(1, seats.digest(other)));
        require(state == stateOf(), "a void day moves nothing");
        before.revoked = true;
        require(keccak256(abi.encode(before)) == keccak256(abi.encode(index.row(e))), "but its own flag");
    }

    function stateOf() private view returns (bytes32) {
        (uint256 a, uint256 b) = index.multipliers();
        uint256 es = index.expectedShortfall();
        return keccak256(abi.encode(a, b, es, index.index(0), index.index(1), index.index(2), index.next()));
    }

    /// @notice Ends are refused as long as days come.
    function endEarly() external {
        (bool ok,) = address(index).call(abi.encodeCall(index.end, ()));
        require(!ok, "too early");
    }

    // --- invariants

    /// @notice Rungs, and the bound of expected shortfall, by the losses of the window's rows alone.
    function isRecount() external view returns (bool) {
        if (index.next() < t) return true;
        int256[] memory all = windowLosses();
        uint256[] memory rungs = new uint256[](t);
        uint256 least = type(uint256).max;
        for (uint256 k = 0; k < 16; ++k) {
            int256 rung = int256((100 + 50 * k) << 20);
            uint256 excess;
            uint256 number;
            for (uint256 i = 0; i < all.length; ++i) {
                if (all[i] < rung) continue;
                excess += uint256(all[i] - rung);
                ++number;
            }
            for (uint256 tail = 0; tail < number; ++tail) {
                ++rungs[tail];
            }
            uint256 most = uint256(rung) + (1_000_000 * excess + t * 250_000 - 1) / (t * 250_000);
            if (most < least) least = most;
        }
        for (uint256 tail = 0; tail < t; ++tail) {
            if (index.index(tail) != rungs[tail]) return false;
        }
        return index.expectedShortfall() == least;
    }

    /// @notice The newest rows that are marked are those that were pushed, and days' own as a list says.
    function areRowsThoseOfTheModel() external view returns (bool) {
        uint256 marked = index.next();
        for (uint256 e = marked < 8 ? 0 : marked - 8; e < marked; ++e) {
            IBookIndex.Row memory row = index.row(e);
            if (row.loss != losses[e] || row.own != ownByModel[e]) return false;
        }
        return true;
    }
}

contract BookInvariants {
    BookHandler private handler;

    function setUp() public {
        handler = new BookHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// forge-config: default.invariant.runs = 10
    /// forge-config: default.invariant.depth = 500
    /// forge-config: default.invariant.fail-on-revert = true
    function invariant_CountsAreThoseOfARecount() public view {
        require(handler.isRecount(), "counts and sums");
        require(handler.areRowsThoseOfTheModel(), "rows");
    }
}
