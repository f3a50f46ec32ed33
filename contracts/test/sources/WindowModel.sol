// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {RollingWindow} from "../../src/sources/RollingWindow.sol";
import {SignedRow} from "../../src/sources/SignedRow.sol";
import {WindowState} from "../../src/sources/WindowState.sol";
import {vm} from "../Vm.sol";
import {KeyModel} from "./KeyModel.sol";

/// @notice A rolling window beside a model of it. The key's points are multiples of the generator by known scalars, so that the
/// model's point is one scalar, and nothing in it is computed as the contract does.
abstract contract WindowModel is KeyModel {
    uint64 internal constant ORIGIN = 1_500_000_000;
    uint32 internal constant DAY = 86_400;

    /// @dev A row to be pushed, before it is bytes.
    struct Draft {
        uint256 period;
        uint256 previous;
        uint256[] before;
        uint256[] now_;
    }

    uint256 internal quorum;
    uint256 internal absolute;
    uint64 internal unit;
    SignedRow internal seats;
    RollingWindow internal window;

    uint256 internal epoch;
    uint256 internal period;
    uint256 internal gaps;
    /// @dev Closing prices of the newest row, and their hash, zero before the first.
    uint256[] internal closing;
    bytes32 internal closingHash;
    mapping(uint256 slot => int256[]) internal entriesOf;
    mapping(uint256 slot => bytes32) internal digestOf;
    mapping(uint256 slot => uint256) internal rowScalar;
    mapping(uint256 slot => uint256) internal ownXi;
    mapping(uint256 slot => uint256) internal stampOf;
    mapping(uint256 group => uint256) internal xiOf;

    // --- the window

    function setup() internal view returns (WindowState.Setup memory) {
        return WindowState.Setup({
            key: key,
            rows: seats,
            factors: factorNames,
            origin: ORIGIN,
            periodLength: DAY,
            absolute: absolute,
            unit: unit
        });
    }

    function make(uint256 n_, uint256 t_, uint256 quorum_) internal {
        (n, t, quorum) = (n_, t_, quorum_);
        sortSeats();
        makeKey();
        seats = new SignedRow(quorum_ == 1 ? oneSeat() : seatAddresses(), quorum_);
        window = new RollingWindow(setup());
        vm.warp(ORIGIN + 10_000 * uint256(DAY));
    }

    function oneSeat() private view returns (address[] memory one) {
        one = new address[](1);
        one[0] = vm.addr(sortedKeys()[0]);
    }

    // --- rows as bytes

    function packed(uint256[] memory prices) internal pure returns (bytes memory out) {
        out = new bytes(8 * prices.length + 32);
        for (uint256 i = 0; i < prices.length; ++i) {
            uint256 price = prices[i];
            assembly ("memory-safe") {
                mstore(add(out, add(0x20, shl(3, i))), shl(192, price))
            }
        }
        assembly ("memory-safe") {
            mstore(out, sub(mload(out), 32))
        }
    }

    function groupBytes(uint256 group) internal view returns (bytes memory out) {
        uint256 size = 12 * n;
        out = new bytes(size + 32);
        for (uint256 i = 0; i < n; ++i) {
            uint256 word;
            for (uint256 j = 0; j < 4; ++j) {
                word |= (uint256(entryOf(4 * group + j, i)) & 0xffffff) << (24 * j + 160);
            }
            assembly ("memory-safe") {
                mstore(add(out, add(0x20, mul(12, i))), word)
            }
        }
        assembly ("memory-safe") {
            mstore(out, size)
        }
    }

    function entryOf(uint256 slot, uint256 i) internal view returns (int256) {
        return entriesOf[slot].length == 0 ? int256(0) : entriesOf[slot][i];
    }

    function others(uint256 slot) internal view returns (bytes memory out) {
        for (uint256 j = 0; j < 4; ++j) {
            if (j != slot % 4) out = bytes.concat(out, digestOf[4 * (slot / 4) + j]);
        }
    }

    function bytesOf(Draft memory draft) internal view returns (bytes memory row) {
        uint256 slot = epoch % t;
        uint256[2] memory leaving;
        if (stampOf[slot] != 0) leaving = rowPointOf(slot);
        row = bytes.concat(leafRow(slot), path(slot), groupBytes(slot / 4), others(slot));
        row = bytes.concat(row, abi.encode(xiOf[slot / 4], leaving, ownXi[slot], stampOf[slot], keptPoint()));
        row = bytes.concat(row, packed(draft.before), packed(draft.now_));
        if (!follows(draft)) row = bytes.concat(row, closingHash, bytes4(uint32(draft.previous)));
    }

    function follows(Draft memory draft) internal view returns (bool) {
        return epoch != 0 && draft.previous == period && keccak256(packed(draft.before)) == closingHash;
    }

    function statement(Draft memory draft) internal view returns (IPriceRow.Statement memory) {
        return IPriceRow.Statement({
            source: keccak256(abi.encode(block.chainid, window)),
            period: uint32(draft.period),
            previous: uint32(draft.previous),
            last: epoch == 0 ? bytes32(0) : keccak256(abi.encode(closingHash, period)),
            before: keccak256(packed(draft.before)),
            now_: keccak256(packed(draft.now_))
        });
    }

    function signed(Draft memory draft) internal view returns (bytes memory) {
        return signedBy(quorum, seats.digest(statement(draft)));
    }

    // --- the model

    function next(uint256[] memory prices) internal view returns (Draft memory) {
        if (epoch == 0) return Draft(1, 0, ones(), prices);
        return Draft(period + 1, period, closing, prices);
    }

    function ones() internal view returns (uint256[] memory out) {
        out = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            out[i] = 1e8;
        }
    }

    function entry(uint256 i, uint256 p0, uint256 p1) internal view returns (int256 e) {
        int256 over = int256((absolute >> i) & 1 == 1 ? uint256(unit) : p0);
        int256 numerator = (int256(p1) - int256(p0)) * 2 ** 20;
        e = numerator / over;
        int256 rest = numerator % over;
        if (2 * (rest < 0 ? -rest : rest) >= over) e += rest < 0 ? -1 : int256(1);
    }

    function groupXi(uint256 group) internal view returns (uint256 xi) {
        for (uint256 i = 0; i + 1 < n; i += 2) {
            uint256[2] memory p;
            for (uint256 j = 0; j < 4; ++j) {
                p[0] = addmod(p[0], mulmod(inField(entryOf(4 * group + j, i)), place(j), R), R);
                p[1] = addmod(p[1], mulmod(inField(entryOf(4 * group + j, i + 1)), place(j), R), R);
            }
            xi = addmod(xi, mulmod(p[0], p[1], R), R);
        }
    }

    /// @dev The kept point's scalar: all rows and all xi, added up anew.
    function total() internal view virtual returns (uint256 sum) {
        sum = addmod(base(), weights(), R);
        for (uint256 s = 0; s < t; ++s) {
            sum = addmod(sum, rowScalar[s], R);
            if (s % 4 == 0) sum = addmod(sum, mulmod(xiOf[s / 4], scalarAt(s, n), R), R);
        }
    }

    function rowPointOf(uint256 slot) internal view virtual returns (uint256[2] memory) {
        return pointOf(rowScalar[slot]);
    }

    function xiPointOf(uint256 slot) internal view virtual returns (uint256[2] memory) {
        return pointOf(scalarAt(slot, n));
    }

    function weightPointOf(uint256 slot) internal view virtual returns (uint256[2] memory) {
        return pointOf(weight(slot));
    }

    function keptPoint() internal view virtual returns (uint256[2] memory) {
        return pointOf(total());
    }

    /// @dev The row of a slot has been replaced, and with it its group's xi.
    function replaced(uint256 slot, uint256 oldXi) internal virtual {}

    /// @dev Takes a row into the model.
    function take(Draft memory draft) internal {
        uint256 slot = epoch % t;
        int256[] memory entries = new int256[](n);
        uint256 sum;
        int256 own;
        for (uint256 i = 0; i < n; ++i) {
            entries[i] = entry(i, draft.before[i], draft.now_[i]);
            sum = addmod(sum, mulmod(inField(entries[i]), mulmod(scalarAt(slot, i), place(slot), R), R), R);
            if (i % 2 == 1) own += entries[i] * entries[i - 1];
        }
        bool gap = epoch != 0 && draft.previous != period;
        gaps = gaps + (gap ? 1 : 0) - (stampOf[slot] >> 136);
        (entriesOf[slot], rowScalar[slot], ownXi[slot]) = (entries, sum, uint256(own));
        uint256 oldXi = xiOf[slot / 4];
        xiOf[slot / 4] = groupXi(slot / 4);
        replaced(slot, oldXi);
        stampOf[slot] = epoch | (draft.period << 32) | (draft.previous << 64) | (epoch < t ? 0 : block.timestamp << 96)
            | (gap ? 1 << 136 : 0);
        digestOf[slot] = slotDigest(slot);
        (closing, closingHash, period) = (draft.now_, keccak256(packed(draft.now_)), draft.period);
        ++epoch;
    }

    function slotDigest(uint256 slot) internal view returns (bytes32) {
        bytes memory row = leafRow(slot);
        bytes memory behind = new bytes(96);
        assembly ("memory-safe") {
            mcopy(add(behind, 0x20), add(row, sub(mload(row), 0x40)), 0x60)
        }
        return keccak256(bytes.concat(abi.encode(rowPointOf(slot)), behind, abi.encode(ownXi[slot], stampOf[slot])));
    }

    function pushDraft(Draft memory draft) internal {
        bytes memory row = bytesOf(draft);
        bytes memory signatures = signed(draft);
        window.push(draft.period, row, signatures);
        take(draft);
    }

    /// @dev Begins again with a window without rows.
    function forget() internal {
        window = new RollingWindow(setup());
        (epoch, period, gaps, closingHash) = (0, 0, 0, bytes32(0));
        for (uint256 slot = 0; slot < t; ++slot) {
            delete entriesOf[slot];
            delete digestOf[slot];
            delete rowScalar[slot];
            delete ownXi[slot];
            delete stampOf[slot];
            delete xiOf[slot / 4];
        }
    }

    function witness() internal view returns (IScenarioSource.Witness memory) {
        return IScenarioSource.Witness(closingHash, uint32(period), uint16(gaps));
    }

    function isNewest() internal view returns (bool) {
        uint256[2] memory kept = keptPoint();
        return window.isPoint(epoch - 1, kept[0], kept[1], witness());
    }

    /// @dev Prices of factors after moves that a seed determines, between -99.9 % and +779 %.
    function moved(uint256 seed) internal view returns (uint256[] memory prices) {
        prices = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            uint256 p0 = epoch == 0 ? 1e8 : closing[i];
            uint256 ratio = uint256(keccak256(abi.encode(seed, i))) % 9000 + 1;
            // Prices stay between 2^20 and 2^60.
            prices[i] = p0 < 1 << 20 ? p0 * 2 : p0 > 1 << 56 ? p0 / 3 : p0 * ratio / 1024 + 1;
        }
    }

    /// @dev What `rowPoint` is shown.
    function shownOf(uint256 slot) internal view returns (bytes memory) {
        return bytes.concat(
            keccak256(groupBytes(slot / 4)),
            others(slot),
            abi.encode(
                xiOf[slot / 4], rowPointOf(slot), xiPointOf(slot), weightPointOf(slot), ownXi[slot], stampOf[slot]
            )
        );
    }

    /// @dev Whether a call of the window is refused with these data.
    function refuses(bytes memory call, bytes memory fault) internal returns (bool) {
        (bool ok, bytes memory data) = address(window).call(call);
        return !ok && keccak256(data) == keccak256(fault);
    }
}
