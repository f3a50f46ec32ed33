// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PackedRow} from "../../src/libraries/PackedRow.sol";
import {RollingWindow} from "../../src/sources/RollingWindow.sol";
import {WindowState} from "../../src/sources/WindowState.sol";
import {AttackedWindow} from "./AttackedWindow.sol";

/// @notice Attacks by what is shown with a row: key rows, groups, entries and xi of other slots and days.
contract PackedRowAttacksTest is AttackedWindow {
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
        bytes memory fault = abi.encodeWithSelector(WindowState.NotKept.selector, 2, 10);
        require(refuses(abi.encodeCall(window.rowPoint, (2, shown)), fault), "the row that left");
        fault = abi.encodeWithSelector(WindowState.NotKept.selector, 18, 10);
        require(refuses(abi.encodeCall(window.rowPoint, (18, shown)), fault), "the row to come");
        for (uint256 i = 0; i < 13; ++i) {
            shown[32 * i + 31] ^= 0x01;
            fault = abi.encodeWithSelector(PackedRow.WrongGroup.selector, 0);
            require(refuses(abi.encodeCall(window.rowPoint, (10, shown)), fault), "a changed word");
            shown[32 * i + 31] ^= 0x01;
        }
        fault = abi.encodeWithSelector(WindowState.WrongLength.selector, 417, 416);
        require(refuses(abi.encodeCall(window.rowPoint, (10, bytes.concat(shown, hex"00"))), fault), "a byte more");
    }
}
