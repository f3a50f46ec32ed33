// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {PackedRow} from "../../src/libraries/PackedRow.sol";
import {RollingWindow} from "../../src/sources/RollingWindow.sol";
import {SignedRow} from "../../src/sources/SignedRow.sol";
import {vm} from "../Vm.sol";
import {WindowModel} from "./WindowModel.sol";

/// @notice Attacks on a rolling window, each named, on a full window of eight rows and four factors.
contract WindowAttacksTest is WindowModel {
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    /// @dev Where the parts of a row begin: the path, the group's entries, what is behind them.
    uint256 private constant PATH = 64 * 4 + 96;
    uint256 private constant ENTRIES = PATH + 3 * 32;
    uint256 private constant BEHIND = ENTRIES + 12 * 4;

    function setUp() public {
        make(4, 8, 3);
        for (uint256 r = 0; r < 11; ++r) {
            pushDraft(next(moved(r)));
        }
    }

    function pushCall(Draft memory draft) private view returns (bytes memory) {
        return abi.encodeCall(window.push, (draft.period, bytesOf(draft), signed(draft)));
    }

    function refusesRow(Draft memory draft, bytes memory row, bytes memory fault) private returns (bool) {
        return refuses(abi.encodeCall(window.push, (draft.period, row, signed(draft))), fault);
    }

    /// @dev Whether a row is refused because its signatures are not the seats': another digest has other signers.
    function isUnsigned(Draft memory draft, bytes memory signatures) private returns (bool) {
        (bool ok, bytes memory data) =
            address(window).call(abi.encodeCall(window.push, (draft.period, bytesOf(draft), signatures)));
        return !ok && (bytes4(data) == SignedRow.NotASeat.selector || bytes4(data) == SignedRow.OutOfOrder.selector);
    }

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
        require(!window.isPoint(3, now_[0], now_[1], witness()), "as that of the epoch whose place it has");
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
            pushDraft(next(moved(30 + i)));
        }
    }

    function testAWindowThatIsNotFullServesNothing() public {
        forget();
        for (uint256 r = 0; r < 8; ++r) {
            require(refuses(abi.encodeCall(window.newest, ()), abi.encodeWithSelector(IScenarioSource.NotFull.selector, r, 8)), "newest");
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
            bytes memory fault = abi.encodeWithSelector(RollingWindow.WrongLength.selector, wrong[i].length, needed);
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

    // --- griefing

    /// @notice The seats signed two rows of one period. The first one that comes stands; the second is refused, and the window
    /// goes on.
    function testPushGriefingStopsOnlyTheDuplicate() public {
        Draft memory one = next(moved(20));
        Draft memory two = next(moved(21));
        bytes memory late = pushCall(one);
        pushDraft(two);
        require(refuses(late, abi.encodeWithSelector(RollingWindow.NotLater.selector, period, period)), "the second");
        pushDraft(next(moved(22)));
        require(isNewest(), "the window goes on");
    }

    function testARowMayNotBeShownAnotherHead() public {
        Draft memory draft = next(moved(20));
        bytes memory row = bytesOf(draft);
        row[BEHIND + 0x100 + 31] ^= 0x01;
        bytes memory call = abi.encodeCall(window.push, (draft.period, row, signed(draft)));
        require(refuses(call, abi.encodeWithSelector(RollingWindow.WrongHead.selector, 11)), "the kept point");
    }

    /// @notice No byte of a row may change: all of it is in a hash that is kept, in the key's root, or signed.
    function testNoByteOfARowMayChange() public {
        Draft memory draft = next(moved(20));
        bytes memory row = bytesOf(draft);
        bytes memory signatures = signed(draft);
        for (uint256 i = 0; i < row.length; ++i) {
            row[i] ^= bytes1(uint8(1 << (i % 8)));
            (bool ok,) = address(window).call(abi.encodeCall(window.push, (draft.period, row, signatures)));
            require(!ok, "a changed byte");
            row[i] ^= bytes1(uint8(1 << (i % 8)));
        }
        window.push(draft.period, row, signatures);
    }

    // --- keys and packed rows

    function testTheKeyRowOfAnotherSlotIsRefused() public {
        Draft memory draft = next(moved(20));
        bytes memory fault = abi.encodeWithSelector(PackedRow.WrongKeyRow.selector, 3);
        for (uint256 slot = 0; slot < 8; ++slot) {
            if (slot == 3) continue;
            bytes memory row = bytesOf(draft);
            overwrite(row, 0, bytes.concat(leafRow(slot), path(slot)));
            require(refusesRow(draft, row, fault), "with its path");
            overwrite(row, PATH, path(3));
            require(refusesRow(draft, row, fault), "with this path");
        }
    }

    function testANeighboursEntryOfAnotherSlotIsRefused() public {
        Draft memory draft = next(moved(20));
        bytes memory fault = abi.encodeWithSelector(PackedRow.WrongGroup.selector, 0);
        bytes memory row = bytesOf(draft);
        // Factor 1: slots 3, 2, 1, 0 with three bytes each.
        for (uint256 j = 0; j < 3; ++j) {
            for (uint256 c = 0; c < 3; ++c) {
                (row[ENTRIES + 12 + 3 * j + c], row[ENTRIES + 15 + 3 * j + c]) =
                    (row[ENTRIES + 15 + 3 * j + c], row[ENTRIES + 12 + 3 * j + c]);
            }
            require(refusesRow(draft, row, fault), "entries of other slots");
        }
        row = bytesOf(draft);
        overwrite(row, ENTRIES, groupBytes(1));
        require(refusesRow(draft, row, fault), "another group's entries");
    }

    function testANeighboursEntryOfAnotherDayIsRefused() public {
        bytes memory old = bytes.concat(groupBytes(0), others(3));
        bytes memory oldXi = abi.encode(xiOf[0]);
        for (uint256 i = 0; i < 8; ++i) {
            pushDraft(next(moved(40 + i)));
        }
        Draft memory draft = next(moved(20));
        bytes memory fault = abi.encodeWithSelector(PackedRow.WrongGroup.selector, 0);
        bytes memory row = bytesOf(draft);
        overwrite(row, ENTRIES, old);
        require(refusesRow(draft, row, fault), "entries and digests");
        overwrite(row, ENTRIES + old.length, oldXi);
        require(refusesRow(draft, row, fault), "and xi of eight days ago");
    }

    /// @notice The row that leaves is subtracted, so nobody may choose its point, or say that the slot was empty.
    function testTheLeavingRowIsTheKeptOne() public {
        Draft memory draft = next(moved(20));
        bytes memory fault = abi.encodeWithSelector(PackedRow.WrongGroup.selector, 0);
        bytes memory row = bytesOf(draft);
        overwrite(row, BEHIND + 0x80, abi.encode(pointOf(rowScalar[4])));
        require(refusesRow(draft, row, fault), "another row's point");
        overwrite(row, BEHIND + 0x80, new bytes(128));
        require(refusesRow(draft, row, fault), "an empty slot");
    }

    /// @notice An empty slot has no point: else the first lap could subtract any.
    function testAnEmptySlotHasNoPoint() public {
        forget();
        Draft memory draft = next(moved(1));
        bytes memory row = bytesOf(draft);
        overwrite(row, BEHIND + 0x80, abi.encode(pointOf(5)));
        bytes memory fault = abi.encodeWithSelector(PackedRow.WrongGroup.selector, 0);
        require(refusesRow(draft, row, fault), "a point of an empty slot");
        row = bytesOf(draft);
        row[BEHIND + 0xdf] = 0x01;
        require(refusesRow(draft, row, fault), "an own xi of an empty slot");
    }

    /// @notice xi is an element of the scalar field. Reduced modulo the base field's order, it is that of no set.
    function testXiReducedModuloQIsNotThePoints() public {
        pushDraft(next(moved(20)));
        require(isNewest(), "modulo R");
        uint256 wrong = addmod(total(), mulmod(addmod(xiModulo(Q) % R, R - xiOf[0], R), scalarAt(0, n), R), R);
        require(wrong != total(), "the two differ");
        (uint256 x, uint256 y) = point(wrong);
        require(!window.isPoint(epoch - 1, x, y, witness()), "modulo Q");
        // An alias of the kept xi is refused as well.
        for (uint256 i = 0; i < 7; ++i) {
            pushDraft(next(moved(21 + i)));
        }
        Draft memory draft = next(moved(40));
        bytes memory row = bytesOf(draft);
        overwrite(row, BEHIND + 0x60, abi.encode(xiOf[0] + R));
        bytes memory fault = abi.encodeWithSelector(PackedRow.WrongGroup.selector, 0);
        require(refusesRow(draft, row, fault), "xi plus R");
    }

    /// @dev Group 0's xi by the same formula, modulo something else.
    function xiModulo(uint256 modulus) private view returns (uint256 xi) {
        for (uint256 i = 0; i < n; i += 2) {
            uint256[2] memory p;
            for (uint256 c = 0; c < 2; ++c) {
                for (uint256 j = 0; j < 4; ++j) {
                    int256 e = entryOf(j, i + c);
                    uint256 digit = e < 0 ? modulus - uint256(-e) : uint256(e);
                    p[c] = addmod(p[c], mulmod(digit, 1 << (63 * j), modulus), modulus);
                }
            }
            xi = addmod(xi, mulmod(p[0], p[1], modulus), modulus);
        }
    }

    function testAnEntryThatCarriesIntoTheNextSlotIsRefused() public {
        Draft memory draft = next(moved(20));
        draft.before = ones();
        for (uint256 i = 0; i < 4; ++i) {
            draft.now_[i] = draft.before[i];
        }
        draft.now_[2] = 9 * draft.before[2];
        bytes memory fault = abi.encodeWithSelector(PackedRow.EntryOutOfRange.selector, 2, int256(2 ** 23));
        require(refuses(pushCall(draft), fault), "+800 %");
        (draft.before[2], draft.now_[2]) = (1, type(uint64).max);
        int256 e = entry(2, 1, type(uint64).max);
        fault = abi.encodeWithSelector(PackedRow.EntryOutOfRange.selector, 2, e);
        require(refuses(pushCall(draft), fault), "the largest move that prices can say");
    }

    function testAnAbsoluteEntryThatIsTooLargeIsRefused() public {
        (absolute, unit) = (8, 1e8);
        forget();
        Draft memory draft = next(ones());
        (draft.before[3], draft.now_[3]) = (9e8, 1e8);
        bytes memory fault = abi.encodeWithSelector(PackedRow.EntryOutOfRange.selector, 3, -int256(2 ** 23));
        require(refuses(pushCall(draft), fault), "-8");
    }

    // --- rows alone

    function testARowsOwnPointIsOfItsEpochAlone() public {
        bytes memory shown = shownOf(2);
        window.rowPoint(10, shown);
        bytes memory fault = abi.encodeWithSelector(RollingWindow.NotKept.selector, 2, 10);
        require(refuses(abi.encodeCall(window.rowPoint, (2, shown)), fault), "the row that left");
        fault = abi.encodeWithSelector(RollingWindow.NotKept.selector, 18, 10);
        require(refuses(abi.encodeCall(window.rowPoint, (18, shown)), fault), "the row to come");
        for (uint256 i = 0; i < 13; ++i) {
            shown[32 * i + 31] ^= 0x01;
            fault = abi.encodeWithSelector(PackedRow.WrongGroup.selector, 0);
            require(refuses(abi.encodeCall(window.rowPoint, (10, shown)), fault), "a changed word");
            shown[32 * i + 31] ^= 0x01;
        }
        fault = abi.encodeWithSelector(RollingWindow.WrongLength.selector, 417, 416);
        require(refuses(abi.encodeCall(window.rowPoint, (10, bytes.concat(shown, hex"00"))), fault), "a byte more");
    }

    function overwrite(bytes memory row, uint256 from, bytes memory with) private pure {
        for (uint256 i = 0; i < with.length; ++i) {
            row[from + i] = with[i];
        }
    }
}
