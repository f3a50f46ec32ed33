// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IPriceRow} from "../interfaces/IPriceRow.sol";
import {IRollingWindow} from "../interfaces/IRollingWindow.sol";
import {PackedRow} from "../libraries/PackedRow.sol";
import {WindowPoints} from "../libraries/WindowPoints.sol";
import {WindowState} from "./WindowState.sol";

/// @title A window of the newest T rows of prices, as a scenario point
/// @notice Each row of prices replaces the oldest one, and moves the point by the difference. The chapter "Rolling window" of
/// the book has the layout of rows byte by byte, what is trusted, and what a push costs.
contract RollingWindow is WindowState {
    using PackedRow for PackedRow.Work;

    error NotLater(uint256 period, uint256 last);
    error NotClosed(uint256 closes, uint256 time);
    /// @notice A move begins at the last row's period or later, and before the row's own.
    error PreviousOutOfOrder(uint256 previous, uint256 last, uint256 period);
    /// @notice The shown point, or the shown prices of the last row, are not those that are kept.
    error WrongHead(uint256 epoch);
    error AlreadyFull(uint256 epoch);
    /// @notice A load begins behind the next row.
    error NotNext(uint256 epoch, uint256 next);
    error LengthsDiffer(uint256 periods, uint256 rows, uint256 signatures);

    constructor(Setup memory setup) WindowState(setup) {}

    /// @inheritdoc IRollingWindow
    function push(uint256 period, bytes calldata row, bytes calldata signatures) external {
        _push(period, row, signatures);
    }

    /// @notice Pushes rows until the window is full, so that history is loaded in few transactions. Rows that are already there
    /// are skipped: who pushes one of them first does not stop the load.
    /// @param epoch Number of the first of these rows.
    function load(uint256 epoch, uint256[] calldata periods, bytes[] calldata rows_, bytes[] calldata signatures)
        external
    {
        uint256 next = uint32(_state);
        if (epoch > next) revert NotNext(epoch, next);
        if (periods.length != rows_.length || signatures.length != rows_.length) {
            revert LengthsDiffer(periods.length, rows_.length, signatures.length);
        }
        if (epoch + rows_.length > T) revert AlreadyFull(epoch + rows_.length - 1);
        for (uint256 i = next - epoch; i < rows_.length; ++i) {
            uint256 free;
            assembly ("memory-safe") {
                free := mload(0x40)
            }
            _push(periods[i], rows_[i], signatures[i]);
            // The next row takes the same memory.
            assembly ("memory-safe") {
                mstore(0x40, free)
            }
        }
    }

    /// @dev Pushes a row. The book's chapter has its layout; what is behind the group's entries is at these offsets:
    /// 0 digests of the group's other slots; 0x60 xi; 0x80 leaving row's point; 0xc0 its own xi; 0xe0 its stamp; 0x100 the kept
    /// point; 0x140 before; then now; then, where the row does not follow the last one, hash of its prices and `previous`.
    function _push(uint256 period, bytes calldata row, bytes calldata signatures) private {
        unchecked {
            uint256 state = _state;
            PackedRow.Work memory work;
            (work.factors, work.slot, work.period) = (N, uint32(state) % T, period);
            (uint256 from, bool follows) = _checked(state, period, row);
            work.readKeys(from, DEPTH, ROOT);
            _readGroup(work, from + 64 * work.factors + 96 + 32 * DEPTH);
            _attest(work, state, follows, signatures);
            work.readEntries(work.shown + 0x140, ABSOLUTE, UNIT);
            bytes32 entries = work.pack();
            work.addUp();

            uint256 gap = uint32(state) != 0 && work.previous != uint32(state >> 32) ? 1 : 0;
            _keepGroup(work, entries, _stamp(work, state, gap));
            _keepPoint(work, state, uint16(state >> 64) + gap - (work.leaving >> 136));
            if (!follows) _logBreak(work, state, gap);
            if (uint32(state) + 1 == T) emit Sealed(uint32(state));
        }
    }

    /// @dev From the lowest bit: epoch 32, period 32, previous 32, time of the push 40, whether the row follows a gap. Never zero:
    /// a period is later than another one. A row that is there before the window is full has time 0, so that a load does not
    /// depend on its block.
    function _stamp(PackedRow.Work memory work, uint256 state, uint256 gap) private view returns (uint256 stamp) {
        stamp = uint32(state) | (work.period << 32) | (work.previous << 64) | (gap << 136);
        if (uint32(state) >= T) stamp |= block.timestamp << 96;
    }

    /// @dev Checks times and length. Returns where the row begins in calldata, and whether it follows the last one.
    function _checked(uint256 state, uint256 period, bytes calldata row)
        private
        view
        returns (uint256 from, bool follows)
    {
        unchecked {
            uint256 last = uint32(state >> 32);
            if (period <= last) revert NotLater(period, last);
            if (period > type(uint32).max) revert NotClosed(type(uint256).max, block.timestamp);
            uint256 closes = ORIGIN + period * PERIOD;
            if (closes > block.timestamp) revert NotClosed(closes, block.timestamp);
            uint256 needed = 92 * N + 32 * DEPTH + 416;
            follows = row.length == needed;
            if (!follows && row.length != needed + 36) revert WrongLength(row.length, needed);
            assembly ("memory-safe") {
                from := row.offset
            }
        }
    }

    /// @dev Reads the shown group and checks it, with the row that leaves.
    function _readGroup(PackedRow.Work memory work, uint256 from) private view {
        unchecked {
            bytes32 entries = work.readGroup(from);
            uint256 shown = work.shown;
            uint256 stamp;
            uint256 x;
            uint256 y;
            uint256 ownXi;
            uint256 xi;
            assembly ("memory-safe") {
                xi := calldataload(add(shown, 0x60))
                x := calldataload(add(shown, 0x80))
                y := calldataload(add(shown, 0xa0))
                ownXi := calldataload(add(shown, 0xc0))
                stamp := calldataload(add(shown, 0xe0))
            }
            uint256 slot = work.slot;
            bytes32 own;
            // A stamp is never zero. The point may be: of a row without moves. An empty slot has nothing.
            if (stamp != 0) own = PackedRow.slotDigest(x, y, work.keys + 64 * work.factors, ownXi, stamp);
            else if ((x | y | ownXi) != 0) revert PackedRow.WrongGroup(slot >> 2);
            bytes32 kept = _groups[slot >> 2];
            if (PackedRow.groupDigest(entries, slot, own, shown, xi) != (kept == 0 ? EMPTY : kept)) {
                revert PackedRow.WrongGroup(slot >> 2);
            }
            work.leaving = stamp;
        }
    }

    /// @dev Checks the kept point and the last row's prices, and asks for the attestation of the row.
    function _attest(PackedRow.Work memory work, uint256 state, bool follows, bytes calldata signatures) private view {
        unchecked {
            IPriceRow.Statement memory statement;
            (uint256 x, uint256 y) = _readPrices(work, statement);
            uint256 lastPeriod = uint32(state >> 32);
            work.previous = lastPeriod;
            statement.last = statement.before;
            if (!follows) {
                uint256 behind = work.shown + 0x140 + 16 * work.factors;
                bytes32 last;
                uint256 previous;
                assembly ("memory-safe") {
                    last := calldataload(behind)
                    previous := shr(224, calldataload(add(behind, 0x20)))
                }
                if (previous < lastPeriod || previous >= work.period) {
                    revert PreviousOutOfOrder(previous, lastPeriod, work.period);
                }
                (statement.last, work.previous) = (last, previous);
            }
            uint256 epoch = uint32(state);
            if (_heads[(epoch + KEPT - 1) % KEPT] != _head(x, y, statement.last, lastPeriod, uint16(state >> 64))) {
                revert WrongHead(epoch);
            }
            if (epoch != 0) statement.last = _pair(statement.last, lastPeriod);
            statement.source = _source();
            statement.period = uint32(work.period);
            statement.previous = uint32(work.previous);
            rows.check(statement, signatures);
        }
    }

    /// @dev Hashes the shown prices. Returns the shown point.
    function _readPrices(PackedRow.Work memory work, IPriceRow.Statement memory statement)
        private
        pure
        returns (uint256 x, uint256 y)
    {
        unchecked {
            uint256 from = work.shown + 0x100;
            uint256 width = 8 * work.factors;
            bytes32 before;
            bytes32 prices;
            assembly ("memory-safe") {
                let free := mload(0x40)
                calldatacopy(free, from, add(0x40, shl(1, width)))
                x := mload(free)
                y := mload(add(free, 0x20))
                before := keccak256(add(free, 0x40), width)
                prices := keccak256(add(add(free, 0x40), width), width)
            }
            (statement.before, statement.now_, work.prices) = (before, prices, prices);
        }
    }

    /// @dev Keeps the group with the new row in its slot.
    function _keepGroup(PackedRow.Work memory work, bytes32 entries, uint256 stamp) private {
        unchecked {
            uint256 point = work.point;
            uint256 x;
            uint256 y;
            assembly ("memory-safe") {
                x := mload(point)
                y := mload(add(point, 0x20))
            }
            bytes32 own = PackedRow.slotDigest(x, y, work.keys + 64 * work.factors, work.ownXi, stamp);
            _groups[work.slot >> 2] = PackedRow.groupDigest(entries, work.slot, own, work.shown, work.xi);
        }
    }

    /// @dev Keeps the point with the new row, and what belongs to it.
    function _keepPoint(PackedRow.Work memory work, uint256 state, uint256 gaps) private {
        unchecked {
            uint256 epoch = uint32(state);
            (uint256 x, uint256 y) = WindowPoints.moved(work);
            _heads[epoch % KEPT] = _head(x, y, work.prices, work.period, gaps);
            _state = (epoch + 1) | (work.period << 32) | (gaps << 64) | (block.timestamp << 80);
            emit Row(epoch, work.period, work.previous, x, y, _prices(work, 8 * work.factors));
        }
    }

    /// @dev Logs a gap, and prices before the move that are not those of the last row.
    function _logBreak(PackedRow.Work memory work, uint256 state, uint256 gap) private {
        uint256 epoch = uint32(state);
        if (gap != 0) emit Gap(epoch, uint32(state >> 32), work.previous);
        bytes calldata before = _prices(work, 0);
        uint256 behind = work.shown + 0x140 + 16 * work.factors;
        bytes32 last;
        assembly ("memory-safe") {
            last := calldataload(behind)
        }
        if (keccak256(before) != last) emit Adjusted(epoch, before);
    }

    /// @dev Prices in calldata: those before the move, or behind them those after it.
    function _prices(PackedRow.Work memory work, uint256 behind) private pure returns (bytes calldata prices) {
        unchecked {
            uint256 offset = work.shown + 0x140 + behind;
            uint256 width = 8 * work.factors;
            assembly ("memory-safe") {
                prices.offset := offset
                prices.length := width
            }
        }
    }
}
