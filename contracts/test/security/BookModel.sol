// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {ExposureMultiplier} from "../../src/libraries/ExposureMultiplier.sol";
import {BookIndex} from "../../src/security/BookIndex.sol";
import {BookState} from "../../src/security/BookState.sol";
import {TradingCalendar} from "../../src/security/TradingCalendar.sol";
import {WindowModel} from "../sources/WindowModel.sol";
import {vm} from "../Vm.sol";

/// @notice A public book's index over a real window, whose rows are signed by seats. Prices of all factors move alike, so that a
/// test says what a day loses.
abstract contract BookModel is WindowModel {
    BookIndex internal index;
    TradingCalendar internal calendar;
    /// @dev Losses of all rows, computed from the model's entries, in basis points times 2^20.
    int256[] internal losses;

    /// @dev A window of `t_` rows of eight factors, its calendar, and the index from the window's first row on.
    function makeBook(uint256 t_) internal {
        makeBook(t_, everyDay(4096));
    }

    function makeBook(uint256 t_, bytes memory bitmap) internal {
        make(8, t_, 1);
        calendar = new TradingCalendar(bitmap, ORIGIN, DAY);
        index = new BookIndex(bookSetup());
        vm.warp(closesAt(0));
    }

    /// @dev Rungs from 1 % to 8.5 % in steps of 0.5 %; at a tail of one row; a target of 2 %.
    function bookSetup() internal view virtual returns (BookState.Setup memory) {
        return bookSetupFrom(0);
    }

    function bookSetupFrom(uint32 first) internal view returns (BookState.Setup memory) {
        return BookState.Setup({
            window: window,
            calendar: calendar,
            first: first,
            weights: equalWeights(n),
            lowest: 100,
            step: 50,
            tail: 1,
            share: 250_000,
            multiplier: ExposureMultiplier.Terms({target: 200, cap: 128, rise: 4, step: 2})
        });
    }

    function equalWeights(uint256 number) internal pure returns (int16[] memory weights_) {
        weights_ = new int16[](number);
        for (uint256 i = 0; i < number; ++i) {
            weights_[i] = int16(uint16(10_000 / number));
        }
    }

    function everyDay(uint256 periods) internal pure returns (bytes memory bitmap) {
        bitmap = new bytes(periods / 8);
        for (uint256 i = 0; i < bitmap.length; ++i) {
            bitmap[i] = 0xff;
        }
    }

    function closesAt(uint256 period_) internal pure returns (uint256) {
        return ORIGIN + period_ * uint256(DAY);
    }

    // --- rows

    /// @dev Prices after every factor has lost so many millionths; negative for a gain.
    function after_(int256 millionths) internal view returns (uint256[] memory prices) {
        prices = epoch == 0 ? ones() : closing;
        for (uint256 i = 0; i < n; ++i) {
            prices[i] = uint256(int256(prices[i]) * (1_000_000 - millionths) / 1_000_000);
        }
    }

    /// @dev Pushes the row of the next period, an hour after its close, and marks it.
    function lose(int256 millionths) internal {
        lose(millionths, period + 1);
    }

    /// @dev The same for a later period: the move spans those in between.
    function lose(int256 millionths, uint256 period_) internal {
        pushLoss(millionths, period_);
        index.mark(shownToMark(index.next()));
    }

    function pushLoss(int256 millionths, uint256 period_) internal {
        Draft memory draft = next(after_(millionths));
        draft.period = period_;
        pushRow(draft);
    }

    /// @dev A row that begins at the close of the period before its own, whatever the last row's.
    function loseAfterAGap(int256 millionths, uint256 period_) internal {
        Draft memory draft = next(after_(millionths));
        (draft.period, draft.previous) = (period_, period_ - 1);
        pushRow(draft);
        index.mark(shownToMark(index.next()));
    }

    function pushRow(Draft memory draft) internal {
        uint256 time = closesAt(draft.period) + 1 hours;
        if (block.timestamp < time) vm.warp(time);
        pushDraft(draft);
        losses.push(lossOf((epoch - 1) % t));
    }

    function lossOf(uint256 slot) internal view returns (int256 loss) {
        int16[] memory weights_ = index.weights();
        for (uint256 i = 0; i < n; ++i) {
            loss -= int256(weights_[i]) * entriesOf[slot][i];
        }
    }

    /// @dev What `mark` is shown for an epoch.
    function shownToMark(uint256 epoch_) internal view returns (bytes memory) {
        uint256 slot = epoch_ % t;
        return bytes.concat(groupBytes(slot / 4), digests(slot / 4), abi.encode(xiOf[slot / 4]), preimage(slot));
    }

    function digests(uint256 group) internal view returns (bytes memory) {
        return
            abi.encode(digestOf[4 * group], digestOf[4 * group + 1], digestOf[4 * group + 2], digestOf[4 * group + 3]);
    }

    /// @dev What a slot's digest is the hash of.
    function preimage(uint256 slot) internal view returns (bytes memory) {
        uint256[2] memory p = rowPointOf(slot);
        return abi.encode(p, xiPointOf(slot), keccak256(abi.encode(weightPointOf(slot))), ownXi[slot], stampOf[slot]);
    }

    function isRefused(bytes memory call, bytes memory fault) internal returns (bool) {
        (bool ok, bytes memory data) = address(index).call(call);
        return !ok && keccak256(data) == keccak256(fault);
    }

    // --- by brute force

    /// @dev The last rows that are marked, at most the window's.
    function windowLosses() internal view returns (int256[] memory out) {
        uint256 end = index.next();
        uint256 size = end < t ? end : t;
        out = new int256[](size);
        for (uint256 i = 0; i < size; ++i) {
            out[i] = losses[end - size + i];
        }
    }

    /// @dev Rows of the window that lose at least this many basis points.
    function reaching(uint256 bp) internal view returns (uint256 number) {
        int256[] memory all = windowLosses();
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] >= int256(bp << 20)) ++number;
        }
    }

    function rowAt(uint256 epoch_) internal view returns (IBookIndex.Row memory) {
        return index.row(epoch_);
    }
}
