// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Msm} from "./Msm.sol";

/// @title A pushed row of a rolling window: its key points, its group, and its entries
/// @notice Slot s = 4 g + j is digit j of group g. A group's digest is the hash of: the hash of its entries (12 bytes a factor,
/// 3 a slot, two's complement, slot 3 first), the digests of its four slots, and its xi. A slot's digest is the hash of: the
/// row's point, xi's key point, the hash of the weight's point, the row's own xi, and its stamp. An empty slot's digest is 0.
library PackedRow {
    /// @notice The key row or its path is not that of the slot.
    error WrongKeyRow(uint256 slot);
    /// @notice The shown group is not the one that is kept.
    error WrongGroup(uint256 group);
    error PriceIsZero(uint256 factor);
    /// @notice The move's magnitude is above 2^23 - 1, which is -800 % or +800 %.
    error EntryOutOfRange(uint256 factor, int256 entry);

    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    /// @dev 2^23 in each of the four places of packed entries.
    uint256 private constant OFFSETS = 0x800000800000800000800000;
    /// @dev R - 2^23 (1 + 2^63 + 2^126 + 2^189)
    uint256 private constant SHIFTED = 21888242871832693204017120921087941587971782018455496885998489783287033102337;
    uint256 private constant MOST = (1 << 23) - 1;

    /// @dev Where things are, and what was computed.
    struct Work {
        /// Number of factors, and of the slot.
        uint256 factors;
        uint256 slot;
        /// The row's period, the period that its move begins with, and the hash of the prices that it closes with.
        uint256 period;
        uint256 previous;
        bytes32 prices;
        /// In calldata: behind the group's entries.
        uint256 shown;
        /// In memory: key points, then xi's key point, then the hash of the weight's point.
        uint256 keys;
        /// In memory: the group's entries, 12 bytes a factor, then room for one more.
        uint256 group;
        /// Stamp of the row that leaves, zero for none.
        uint256 leaving;
        /// In memory: the row's new entries, a signed word each, an even number of them.
        uint256 entries;
        /// The bitwise or of their magnitudes.
        uint256 biggest;
        /// In memory: the row's point.
        uint256 point;
        /// Sum of the products of neighbours among the row's own entries, signed; and the group's new xi.
        uint256 ownXi;
        uint256 xi;
    }

    /// @dev Copies the key row to memory and checks it against the root of the key.
    /// @param from In calldata: the key row, then the path.
    function readKeys(Work memory work, uint256 from, uint256 depth, bytes32 root) internal pure {
        unchecked {
            uint256 slot = work.slot;
            uint256 size = (work.factors << 6) + 96;
            uint256 keys;
            bytes32 hash;
            assembly ("memory-safe") {
                let free := mload(0x40)
                // A leaf holds its slot.
                mstore(free, slot)
                keys := add(free, 0x20)
                calldatacopy(keys, from, size)
                mstore(0x40, add(keys, size))
                hash := keccak256(free, add(size, 0x20))
                let path := add(from, size)
                let index := slot
                for { let end := add(path, shl(5, depth)) } lt(path, end) { path := add(path, 0x20) } {
                    let right := shl(5, and(index, 1))
                    mstore(right, hash)
                    mstore(xor(right, 0x20), calldataload(path))
                    hash := keccak256(0, 0x40)
                    index := shr(1, index)
                }
            }
            if (hash != root) revert WrongKeyRow(slot);
            work.keys = keys;
        }
    }

    /// @dev Copies the group's entries to memory and returns their hash.
    /// @param from In calldata: the entries.
    function readGroup(Work memory work, uint256 from) internal pure returns (bytes32 hash) {
        unchecked {
            uint256 size = 12 * work.factors;
            uint256 group;
            assembly ("memory-safe") {
                group := mload(0x40)
                calldatacopy(group, from, size)
                let end := add(group, size)
                // An odd last column stands beside a zero.
                mstore(end, 0)
                mstore(0x40, add(end, 0x20))
                hash := keccak256(group, size)
            }
            work.group = group;
            work.shown = from + size;
        }
    }

    /// @dev Digest of a slot that has a row.
    /// @param keys In memory: xi's key point, then the hash of the weight's point.
    function slotDigest(uint256 x, uint256 y, uint256 keys, uint256 ownXi, uint256 stamp)
        internal
        pure
        returns (bytes32 digest)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, x)
            mstore(add(free, 0x20), y)
            mcopy(add(free, 0x40), keys, 0x60)
            mstore(add(free, 0xa0), ownXi)
            mstore(add(free, 0xc0), stamp)
            digest := keccak256(free, 0xe0)
        }
    }

    /// @dev Digest of a group.
    /// @param own Digest of slot `slot`.
    /// @param others In calldata: the digests of the group's three other slots, in order.
    function groupDigest(bytes32 entries, uint256 slot, bytes32 own, uint256 others, uint256 xi)
        internal
        pure
        returns (bytes32 digest)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            let place := shl(5, and(slot, 3))
            mstore(free, entries)
            calldatacopy(add(free, 0x20), others, place)
            mstore(add(add(free, 0x20), place), own)
            calldatacopy(add(add(free, 0x40), place), add(others, place), sub(0x60, place))
            mstore(add(free, 0xa0), xi)
            digest := keccak256(free, 0xc0)
        }
    }

    /// @dev Computes the row's entries: each is the move times 2^20, relative to the price that it begins with, or over `unit` for
    /// a factor whose bit of `absolute` is set. Halves are rounded away from zero.
    /// @param prices In calldata: before, then now, 8 bytes a factor each.
    function readEntries(Work memory work, uint256 prices, uint256 absolute, uint256 unit) internal pure {
        uint256 size = work.factors;
        uint256 entries;
        assembly ("memory-safe") {
            entries := mload(0x40)
            let end := add(entries, shl(5, size))
            // An odd last entry stands beside a zero.
            mstore(end, 0)
            mstore(0x40, add(end, 0x20))
        }
        work.entries = entries;
        if (absolute == 0) work.biggest = _relative(entries, prices, size);
        else work.biggest = _mixed(entries, prices, size, absolute, unit);
    }

    function _relative(uint256 entries, uint256 prices, uint256 size) private pure returns (uint256 biggest) {
        bool zero;
        assembly ("memory-safe") {
            let width := shl(3, size)
            let to := entries
            for { let at_ := prices } lt(at_, add(prices, width)) { at_ := add(at_, 8) } {
                let p0 := shr(192, calldataload(at_))
                let p1 := shr(192, calldataload(add(at_, width)))
                zero := or(zero, iszero(mul(p0, p1)))
                switch lt(p1, p0)
                case 0 {
                    p1 := div(add(shl(21, sub(p1, p0)), p0), shl(1, p0))
                    biggest := or(biggest, p1)
                    mstore(to, p1)
                }
                default {
                    p1 := div(add(shl(21, sub(p0, p1)), p0), shl(1, p0))
                    biggest := or(biggest, p1)
                    mstore(to, sub(0, p1))
                }
                to := add(to, 0x20)
            }
        }
        if (zero || biggest > MOST) _mixed(entries, prices, size, 0, 1);
    }

    /// @dev The same for any kinds of moves; dearer. Refuses the first entry that is out of range.
    function _mixed(uint256 entries, uint256 prices, uint256 size, uint256 absolute, uint256 unit)
        private
        pure
        returns (uint256 biggest)
    {
        for (uint256 i = 0; i < size; ++i) {
            uint256 p0;
            uint256 p1;
            assembly ("memory-safe") {
                p0 := shr(192, calldataload(add(prices, shl(3, i))))
                p1 := shr(192, calldataload(add(prices, shl(3, add(i, size)))))
            }
            if (p0 == 0 || p1 == 0) revert PriceIsZero(i);
            uint256 over = (absolute >> i) & 1 == 0 ? p0 : unit;
            uint256 magnitude = (((p1 < p0 ? p0 - p1 : p1 - p0) << 21) + over) / (2 * over);
            int256 entry = p1 < p0 ? -int256(magnitude) : int256(magnitude);
            if (magnitude > MOST) revert EntryOutOfRange(i, entry);
            biggest |= magnitude;
            assembly ("memory-safe") {
                mstore(add(entries, shl(5, i)), entry)
            }
        }
    }

    /// @dev Puts the new entries in their places of the group, and computes xi: the group's, modulo R, and the row's own.
    /// A packed entry is spread so that slot j begins at bit 63 j. Four signed digits are four unsigned ones less 2^23 each.
    function pack(Work memory work) internal pure returns (bytes32 hash) {
        unchecked {
            uint256 place = work.group;
            uint256 end = place + 12 * work.factors;
            uint256 shift = 24 * (work.slot & 3);
            uint256 e = work.entries;
            uint256 own;
            uint256 xi;
            assembly ("memory-safe") {
                let hole := not(shl(shift, 0xffffff))
                let rest := 0xffffffffffffffffffffffffffffffffffffffff
                for {} lt(place, end) { place := add(place, 12) } {
                    let even := mload(e)
                    let word := mload(place)
                    let p := or(and(shr(160, word), hole), shl(shift, and(even, 0xffffff)))
                    mstore(place, or(shl(160, p), and(word, rest)))
                    p := xor(p, OFFSETS)
                    p := or(and(p, 0xffffffffffff), shl(78, and(p, 0xffffffffffff000000000000)))
                    p := or(
                        and(p, 0x3fffffc0000000000000000000000000ffffff),
                        shl(39, and(p, 0x3fffffc0000000000000000000000000ffffff000000))
                    )

                    place := add(place, 12)
                    let odd := mload(add(e, 0x20))
                    word := mload(place)
                    let q := or(and(shr(160, word), hole), shl(shift, and(odd, 0xffffff)))
                    mstore(place, or(shl(160, q), and(word, rest)))
                    q := xor(q, OFFSETS)
                    q := or(and(q, 0xffffffffffff), shl(78, and(q, 0xffffffffffff000000000000)))
                    q := or(
                        and(q, 0x3fffffc0000000000000000000000000ffffff),
                        shl(39, and(q, 0x3fffffc0000000000000000000000000ffffff000000))
                    )
                    xi := addmod(xi, mulmod(add(p, SHIFTED), add(q, SHIFTED), R), R)
                    own := add(own, mul(even, odd))
                    e := add(e, 0x40)
                }
            }
            work.ownXi = own;
            work.xi = xi;
            uint256 group = work.group;
            uint256 size = 12 * work.factors;
            assembly ("memory-safe") {
                hash := keccak256(group, size)
            }
        }
    }

    /// @dev Computes the row's point, which is then at `work.point` in memory.
    function addUp(Work memory work) internal view {
        unchecked {
            uint256 size = work.factors;
            // An odd number and the zero beside it. The point beside it is xi's, times zero.
            uint256 even = size + (size & 1);
            uint256 at_ = Msm.sum(work.keys, work.entries, even, work.biggest);
            assembly ("memory-safe") {
                mstore(0x40, add(at_, 0x40))
            }
            work.point = at_;
        }
    }
}
