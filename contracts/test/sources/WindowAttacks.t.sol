// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {PackedRow} from "../../src/libraries/PackedRow.sol";
import {RollingWindow} from "../../src/sources/RollingWindow.sol";
import {WindowState} from "../../src/sources/WindowState.sol";
import {vm} from "../Vm.sol";
import {AttackedWindow} from "./AttackedWindow.sol";

/// @notice Attacks by points of other days, and by rows that do not follow the last one or that nobody signed.
contract WindowAttacksTest is AttackedWindow {
    // --- points

    function testThePointOfAnotherDayIsRefused() public {
        uint256[2] memory old = pointOf(total());
        IScenarioSource.Witness memory oldWitness = witness();
        pushDraft(next(moved(20)));
        uint256[2] memory now_ = pointOf(total());
        require(window.isPoint(11, now_[0], now_[1], witness()), "today's");
        require(window.isPoint(10, old[0], old[1], oldWitness), "yesterday's as yesterday's");
        require(!window.isPoint(11, old[0], old[1], oldWitness), "yesterday's as today's");
        require(!window.isPoint(11, old[0], old[1], witness()), "yesterday's with today's witness");
        require(!window.isPoint(10, now_[0], now_[1], witness()), "today's as yesterday's");
        require(!window.isPoint(11, now_[0], Q - now_[1], witness()), "the negated point");
        require(!window.isPoint(11, now_[0] + Q, now_[1], witness()), "a coordinate plus the modulus");
        require(!window.isPoint(12, now_[0], now_[1], witness()), "tomorrow's");
        require(!window.isPoint(type(uint256).max, now_[0], now_[1], witness()), "an epoch far away");
    }

    function testEveryPartOfTheWitnessIsBound() public view {
        uint256[2] memory p = pointOf(total());
        IScenarioSource.Witness memory shown = witness();
        (bytes32 prices, uint32 period_) = (shown.prices, shown.period);
        require(window.isPoint(10, p[0], p[1], shown), "the witness");
        shown.prices = ~prices;
        require(!window.isPoint(10, p[0], p[1], shown), "other prices");
        (shown.prices, shown.period) = (prices, period_ + 1);
        require(!window.isPoint(10, p[0], p[1], shown), "a later period");
        (shown.period, shown.gaps) = (period_, 1);
        require(!window.isPoint(10, p[0], p[1], shown), "other gaps");
    }

    function testAnExpiredPointIsRefused() public {
        uint256[2][12] memory points;
        IScenarioSource.Witness[12] memory witnesses;
        for (uint256 i = 0; i < 12; ++i) {
            (points[i], witnesses[i]) = (pointOf(total()), witness());
            for (uint256 back = 0; back <= i; ++back) {
                uint256[2] memory p = points[i - back];
                bool served = window.isPoint(epoch - 1 - back, p[0], p[1], witnesses[i - back]);
                require(served == (back < 8), "the last eight epochs are served");
            }
            uint256[2] memory newest = points[i];
            require(
                !window.isPoint(epoch - 9, newest[0], newest[1], witnesses[i]),
                "as that of the epoch whose place it has"
            );
            pushDraft(next(moved(30 + i)));
        }
    }

    function testAWindowThatIsNotFullServesNothing() public {
        forget();
        for (uint256 r = 0; r < 8; ++r) {
            require(
                refuses(
                    abi.encodeCall(window.newest, ()), abi.encodeWithSelector(IScenarioSource.NotFull.selector, r, 8)
                ),
                "newest"
            );
            pushDraft(next(moved(r)));
            require(isNewest() == (r == 7), "no point before the eighth row");
        }
        (uint256 x, uint256 y) = point(base() + weights());
        require(!window.isPoint(type(uint256).max, x, y, IScenarioSource.Witness(0, 0, 0)), "the point without rows");
        pushDraft(next(moved(9)));
        require(isNewest(), "served from then on");
    }

    // --- rows that do not follow

    function testAStalledRowIsRefused() public {
        Draft memory draft = next(moved(20));
        bytes memory call = pushCall(draft);
        pushDraft(draft);
        bytes memory fault = abi.encodeWithSelector(RollingWindow.NotLater.selector, period, period);
        require(refuses(call, fault), "the same row again");
        draft = next(moved(21));
        draft.period = period;
        require(refuses(pushCall(draft), fault), "another row of the same period");
        draft.period = period - 1;
        fault = abi.encodeWithSelector(RollingWindow.NotLater.selector, period - 1, period);
        require(refuses(pushCall(draft), fault), "a row of the past");
    }

    function testAJumpingRowIsRefused() public {
        Draft memory draft = next(moved(20));
        draft.period = 10_001;
        uint256 closes = ORIGIN + 10_001 * uint256(DAY);
        bytes memory fault = abi.encodeWithSelector(RollingWindow.NotClosed.selector, closes, block.timestamp);
        require(refuses(pushCall(draft), fault), "a period that has not closed");
        vm.warp(closes - 1);
        fault = abi.encodeWithSelector(RollingWindow.NotClosed.selector, closes, closes - 1);
        require(refuses(pushCall(draft), fault), "a second before it closes");
        draft.period = (1 << 32) + period;
        fault = abi.encodeWithSelector(RollingWindow.NotClosed.selector, type(uint256).max, closes - 1);
        require(refuses(pushCall(draft), fault), "a period with a higher word");
        vm.warp(closes);
        draft.period = 10_001;
        pushDraft(draft);
    }

    function testAMoveThatBeginsBeforeTheLastRowIsRefused() public {
        Draft memory draft = next(moved(20));
        draft.previous = period - 1;
        bytes memory fault =
            abi.encodeWithSelector(RollingWindow.PreviousOutOfOrder.selector, period - 1, period, period + 1);
        require(refuses(pushCall(draft), fault), "before the last row");
        draft.previous = period + 1;
        fault = abi.encodeWithSelector(RollingWindow.PreviousOutOfOrder.selector, period + 1, period, period + 1);
        require(refuses(pushCall(draft), fault), "not before the row itself");
    }

    function testAnEmptyRowIsRefused() public {
        uint256 needed = 92 * 4 + 32 * 3 + 416;
        bytes memory row = bytesOf(next(moved(20)));
        require(row.length == needed, "length of a row");
        bytes[4] memory wrong = [bytes(""), new bytes(needed - 1), new bytes(needed + 1), new bytes(needed + 35)];
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory fault = abi.encodeWithSelector(WindowState.WrongLength.selector, wrong[i].length, needed);
            require(refuses(abi.encodeCall(window.push, (period + 1, wrong[i], "")), fault), "another length");
        }
        (bool ok,) = address(window).call(abi.encodeCall(window.push, (period + 1, new bytes(needed), "")));
        require(!ok, "zeros");
    }

    function testAPriceOfZeroIsRefused() public {
        Draft memory draft = next(moved(20));
        draft.now_[2] = 0;
        require(refuses(pushCall(draft), abi.encodeWithSelector(PackedRow.PriceIsZero.selector, 2)), "now");
        draft = next(moved(20));
        draft.before = moved(20);
        draft.before[3] = 0;
        require(refuses(pushCall(draft), abi.encodeWithSelector(PackedRow.PriceIsZero.selector, 3)), "before");
    }

    function testARowOfAnotherSourceIsRefused() public {
        Draft memory draft = next(moved(20));
        IPriceRow.Statement memory other = statement(draft);
        other.source = keccak256(abi.encode(block.chainid, address(this)));
        require(isUnsigned(draft, signedBy(3, seats.digest(other))), "another window");
        other.source = keccak256(abi.encode(block.chainid + 1, window));
        bytes memory signatures = signedBy(3, seats.digest(other));
        require(isUnsigned(draft, signatures), "another chain");
        vm.chainId(block.chainid + 1);
        window.push(draft.period, bytesOf(draft), signatures);
    }

    function testEveryPartOfTheStatementIsSigned() public {
        Draft memory draft = next(moved(20));
        IPriceRow.Statement memory right = statement(draft);
        for (uint256 field = 0; field < 5; ++field) {
            IPriceRow.Statement memory other = abi.decode(abi.encode(right), (IPriceRow.Statement));
            if (field == 0) ++other.period;
            if (field == 1) --other.previous;
            if (field == 2) other.last = ~other.last;
            if (field == 3) other.before = ~other.before;
            if (field == 4) other.now_ = ~other.now_;
            require(isUnsigned(draft, signedBy(3, seats.digest(other))), "another statement");
        }
    }

    /// @notice Prices before a move that nobody signed, such as those of a split that was not.
    function testAnUnsignedSplitIsRefused() public {
        Draft memory draft = next(moved(20));
        bytes memory signatures = signed(draft);
        draft.before = moved(20);
        require(isUnsigned(draft, signatures), "prices before the move");
    }

    function testAnUnsignedGapIsRefused() public {
        Draft memory draft = next(moved(20));
        draft.period += 2;
        bytes memory signatures = signed(draft);
        draft.previous = period + 1;
        require(isUnsigned(draft, signatures), "a gap that nobody signed");
        signatures = signed(draft);
        draft.previous = period;
        require(isUnsigned(draft, signatures), "a gap that is not told");
    }

    /// @notice Prices did not move in a period. The row after it must not be pushed before it, as if the period were missed.
    function testARowStandsBehindOneRowAlone() public {
        Draft memory flat = next(closing);
        (uint256 epoch_, uint256 period_) = (epoch, period);
        IPriceRow.Statement memory after_ = statement(flat);
        (after_.period, after_.previous) = (uint32(period_ + 2), uint32(period_ + 1));
        after_.last = keccak256(abi.encode(closingHash, period_ + 1));
        bytes memory signatures = signedBy(3, seats.digest(after_));
        Draft memory early = Draft(period_ + 2, period_ + 1, closing, closing);
        require(isUnsigned(early, signatures), "the row after a flat period, too early");
        pushDraft(flat);
        require(epoch == epoch_ + 1 && follows(early), "now it follows");
        window.push(early.period, bytesOf(early), signatures);
    }
}
