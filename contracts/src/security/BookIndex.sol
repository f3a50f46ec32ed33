// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {IPriceRow} from "../interfaces/IPriceRow.sol";
import {IRollingWindow} from "../interfaces/IRollingWindow.sol";
import {ITradingCalendar} from "../interfaces/ITradingCalendar.sol";
import {Deviation} from "../libraries/Deviation.sol";
import {ExposureMultiplier} from "../libraries/ExposureMultiplier.sol";
import {LossLadder} from "../libraries/LossLadder.sol";
import {BookState} from "./BookState.sol";

/// @title Risk of a public book, from the window's own rows and without a proof
/// @notice Whoever marks shows the group of the window's next row, which must have the digest that the window keeps. So nobody is
/// trusted with what the window is not trusted with already.
contract BookIndex is BookState {
    constructor(Setup memory setup) BookState(setup) {}

    /// @inheritdoc IBookIndex
    function mark(bytes calldata shown) external {
        unchecked {
            uint256 head = _head;
            if (_isOver(head)) revert Over(uint32(head >> 32));
            (int256 loss, uint256 stamp) = _read(uint32(head), shown);
            Day memory day;
            if (uint32(head) + 1 >= FULL && _isOver(day, head, stamp)) return _end(head);
            uint256 word = _enter(head, loss);
            _keep(head, loss, stamp, day, word);
        }
    }

    /// @dev What the calendar says of a row.
    struct Day {
        /// Whether the row's period is a day, and the row its own.
        bool is_;
        bool own;
        /// Days in the row's move.
        uint256 elapsed;
    }

    /// @dev The loss and the stamp of the next row.
    function _read(uint256 epoch, bytes calldata shown) private view returns (int256 loss, uint256 stamp) {
        unchecked {
            uint256 slot = epoch % T;
            (bytes32 kept, uint256 rows_) = window.groupOf(slot);
            if (epoch >= rows_ || rows_ > epoch + T) revert NotNext(epoch);
            uint256 size = 12 * N;
            if (shown.length != size + 384) revert WrongShown(epoch);
            bool right;
            assembly ("memory-safe") {
                let free := mload(0x40)
                let behind := add(shown.offset, size)
                calldatacopy(free, shown.offset, size)
                let entries := keccak256(free, size)
                calldatacopy(free, add(behind, 0xa0), 0xe0)
                stamp := mload(add(free, 0xc0))
                let own := keccak256(free, 0xe0)
                mstore(free, entries)
                calldatacopy(add(free, 0x20), behind, 0xa0)
                right := eq(own, mload(add(free, add(0x20, shl(5, and(slot, 3))))))
                right := and(right, eq(keccak256(free, 0xc0), kept))
            }
            if (!right || uint32(stamp) != epoch) revert WrongShown(epoch);
            uint256 from;
            assembly ("memory-safe") {
                from := add(shown.offset, mul(3, sub(3, and(slot, 3))))
            }
            loss = -_gain(from);
        }
    }

    /// @dev Asks the calendar about a row; whether more than ten days had no row of their own.
    function _isOver(Day memory day, uint256 head, uint256 stamp) private view returns (bool) {
        unchecked {
            (uint256 period, uint256 previous) = (uint32(stamp >> 32), uint32(stamp >> 64));
            uint256 last = uint32(head >> 32);
            if (_follows(previous, period)) {
                (day.is_, day.own, day.elapsed) = (true, true, 1);
                if (previous == last) return false;
            } else {
                (day.is_, day.elapsed) = (calendar.isDay(period), calendar.count(previous, period));
            }
            if (last == 0) return false;
            uint256 since = calendar.count(last, period);
            return since > (day.own ? MOST_WITHOUT + 1 : MOST_WITHOUT);
        }
    }

    /// @dev Puts a loss in the place of the one that leaves. Returns what its row is kept with: loss, rungs, level.
    function _enter(uint256 head, int256 loss) private returns (uint256 word) {
        unchecked {
            uint256 reached = LossLadder.rungs(loss, LOWEST, STEP);
            uint256 leaving;
            if (uint32(head) >= FULL) leaving = _rows[(uint32(head) - T) % RING];
            uint256 left = uint8(leaving >> 48);
            uint256 counts = _counts;
            if (reached != left) {
                counts = LossLadder.replaced(counts, reached, left);
                _counts = counts;
            }
            // Losses that reach no rung are in no sum. A bucket has 64 bits: 2^16 losses below 2^37.
            if (left != 0) _sums[(left - 1) >> 2] -= uint256(uint48(leaving)) << (64 * ((left - 1) & 3));
            if (reached != 0) _sums[(reached - 1) >> 2] += uint256(loss) << (64 * ((reached - 1) & 3));
            word = uint48(uint256(loss)) | (reached << 48) | (LossLadder.level(counts, tail) << 56);
        }
    }

    /// @dev Keeps a row and the state after it.
    function _keep(uint256 head, int256 loss, uint256 stamp, Day memory day, uint256 word) private {
        unchecked {
            uint256 epoch = uint32(head);
            uint256 multiplier = uint16(head >> 176) & 0xfff;
            uint256 coming = (head >> 188) & 0xfff;
            uint256 ratio;
            {
                (uint256 square, uint256 sum, uint256 ratio_, bool calm) =
                    Deviation.next(uint64(head >> 64) & (2 ** 60 - 1), uint64(head >> 124) & (2 ** 52 - 1), epoch - FIRST, loss);
                ratio = ratio_;
                if (calm) word |= 1 << 66;
                uint256 last = day.own ? uint32(stamp >> 32) : uint32(head >> 32);
                uint256 after_ = day.is_ ? _moved(coming, uint8(word >> 56), day.elapsed) : coming;
                _head = (epoch + 1) | (last << 32) | (square << 64) | (sum << 124)
                    | ((day.is_ ? coming : multiplier) << 176) | (after_ << 188);
            }
            if (day.own) word |= 1 << 64;
            // The stamp's period, previous period and time of the push are kept side by side, as they are in it.
            _rows[epoch % RING] = word | (multiplier << 72) | (ratio << 88) | (((stamp >> 32) & (2 ** 104 - 1)) << 104);
            emit Marked(epoch, uint32(stamp >> 32), loss, uint8(word >> 56), multiplier, ratio, day.own);
        }
    }

    /// @inheritdoc IBookIndex
    function revoke(
        uint256 epoch,
        IPriceRow.Statement calldata one,
        bytes calldata signaturesOfOne,
        IPriceRow.Statement calldata other,
        bytes calldata signaturesOfOther
    ) external {
        uint256 word = _kept(epoch);
        uint256 period = uint32(word >> 104);
        uint256 deadline = (word >> 168) + SETTLING;
        if (block.timestamp > deadline) revert TooLate(deadline, block.timestamp);
        bytes32 source = keccak256(abi.encode(block.chainid, window));
        if (
            one.source != source || other.source != source || one.period != period || other.period != period
                || keccak256(abi.encode(one)) == keccak256(abi.encode(other))
        ) revert NoEquivocation(period);
        attestations.check(one, signaturesOfOne);
        attestations.check(other, signaturesOfOther);
        _rows[epoch % RING] = word | (1 << 65);
        emit Revoked(epoch, period);
    }

    /// @inheritdoc IBookIndex
    function end() external {
        uint256 head = _head;
        if (_isOver(head)) revert Over(uint32(head >> 32));
        uint256 epoch = uint32(head);
        (, uint256 rows_) = window.groupOf(0);
        // A row that has left the window can never be marked.
        if (rows_ <= epoch + T) {
            if (epoch < rows_) revert NotMarked(epoch, epoch);
            uint256 time = _silentUntil(uint32(head >> 32));
            if (block.timestamp < time) revert NotOver(block.timestamp, time);
        }
        _end(head);
    }

    function _end(uint256 head) private {
        _head = head | (1 << 200);
        emit Ended(uint32(head >> 32));
    }
}
