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
    /// @dev The bits of the state that not every row changes: the last day, whether the index has ended, and the calendar's.
    uint256 private constant LASTING = (0xffffffff << 32) | (1 << 200) | ((2 ** AHEAD - 1) << (256 - AHEAD));

    constructor(Setup memory setup) BookState(setup) {}

    /// @inheritdoc IBookIndex
    function mark(bytes calldata shown) external {
        unchecked {
            uint256 head = _head;
            if (_isOver(head)) revert Over(uint32(head >> 32));
            (int256 loss, uint256 stamp) = _read(uint32(head), shown);
            uint256 elapsed;
            bool own;
            if (uint32(head) + 1 >= FULL) {
                uint256 known;
                (known, elapsed, own) = _day(head, uint32(stamp >> 64), uint32(stamp >> 32));
                if (known == 0) return _end(head);
                head = known;
            }
            uint256 word = _enter(head, loss);
            _keep(head, word, stamp, elapsed, own);
        }
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
                calldatacopy(free, shown.offset, shown.length)
                let entries := keccak256(free, size)
                // The digests and xi, with the hash of the entries before them in the place of the last ones.
                let group := add(free, sub(size, 0x20))
                mstore(group, entries)
                right := eq(keccak256(group, 0xc0), kept)
                let own := add(group, 0xc0)
                right := and(right, eq(keccak256(own, 0xe0), mload(add(group, add(0x20, shl(5, and(slot, 3)))))))
                stamp := mload(add(own, 0xc0))
            }
            // The window has the row, and no later one of its slot: so the stamp is the row's.
            if (!right) revert WrongShown(epoch);
            uint256 from;
            assembly ("memory-safe") {
                from := add(shown.offset, mul(3, sub(3, and(slot, 3))))
            }
            loss = _loss(from);
        }
    }

    /// @dev Puts a loss in the place of the one that leaves. Returns what its row is kept with: loss, rungs, level.
    function _enter(uint256 head, int256 loss) private returns (uint256 word) {
        unchecked {
            uint256 reached = LossLadder.rungs(loss, LOWEST, STEP);
            uint256 leaving;
            if (uint32(head) >= FULL) {
                uint256 place = (uint32(head) - T) % RING;
                assembly ("memory-safe") {
                    leaving := sload(add(_rows.slot, place))
                }
            }
            uint256 left = uint8(leaving >> 48);
            word = uint48(uint256(loss)) | (reached << 48);
            if (reached == left) {
                word |= ((head >> 201) & 0x1f) << 56;
            } else {
                uint256 counts = LossLadder.replaced(_counts, reached, left);
                _counts = counts;
                word |= LossLadder.level(counts, tail) << 56;
            }
            // Losses that reach no rung are in no sum. A bucket has 64 bits: 2^16 losses below 2^37.
            if (left != 0) _sums[(left - 1) >> 2] -= uint256(uint48(leaving)) << (64 * ((left - 1) & 3));
            if (reached != 0) _sums[(reached - 1) >> 2] += uint256(loss) << (64 * ((reached - 1) & 3));
        }
    }

    /// @dev Keeps a row and the state after it.
    /// @param word Loss, rungs and level.
    function _keep(uint256 head, uint256 word, uint256 stamp, uint256 elapsed, bool own) private {
        unchecked {
            uint256 multiplier = (head >> 176) & 0xfff;
            // The stamp's period, previous period and time of the push are kept side by side, as they are in it.
            word |= (multiplier << 72) | (((stamp >> 32) & (2 ** 104 - 1)) << 104);
            if (own) {
                word |= 1 << 64;
                // The row that fills the window has no time of a push. Its day can be revoked all the same.
                if (word >> 168 == 0) word |= block.timestamp << 168;
            }
            uint256 after_;
            (after_, word) = _deviated(head, word);
            after_ |= (head & LASTING) | (uint256(uint8(word >> 56)) << 201);
            uint256 coming = (head >> 188) & 0xfff;
            // A row of a day moves the multiplier of the day after the next one.
            if (elapsed == 0) after_ |= (multiplier << 176) | (coming << 188);
            else after_ |= (coming << 176) | (_moved(coming, uint8(word >> 56), elapsed) << 188);
            _head = after_;
            _save(uint32(head), word);
            _log(uint32(head), word);
        }
    }

    /// @dev The deviation after a row: of the state, the next epoch and both sums; the row's word with ratio and calm.
    function _deviated(uint256 head, uint256 word) private view returns (uint256 after_, uint256 row_) {
        unchecked {
            (uint256 square, uint256 sum, uint256 ratio, bool calm) = Deviation.next(
                (head >> 64) & (2 ** 60 - 1), (head >> 124) & (2 ** 52 - 1), uint32(head) - FIRST, int48(uint48(word))
            );
            after_ = (uint32(head) + 1) | (square << 64) | (sum << 124);
            row_ = word | (ratio << 88) | (calm ? 1 << 66 : 0);
        }
    }

    function _log(uint256 epoch, uint256 word) private {
        emit Marked(
            epoch,
            uint32(word >> 104),
            int48(uint48(word)),
            uint8(word >> 56),
            uint16(word >> 72),
            uint16(word >> 88),
            (word >> 64) & 1 != 0
        );
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
        _save(epoch, word | (1 << 65));
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
