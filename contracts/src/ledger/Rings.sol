// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../interfaces/IBacktestLedger.sol";

/// @title Rings of 250 bits: which of the last 250 rows were exceeded, and which were silent
/// @notice And how each of the last 64 rows was settled, void ones included, in the word that each row writes anyway.
library Rings {
    uint256 internal constant LENGTH = 250;
    /// @dev Rows whose outcome is kept.
    uint256 internal constant OUTCOMES = 64;

    struct Ring {
        uint256 exceeded;
        uint256 silent;
        /// Row to be settled next; zero before the first.
        uint64 next;
        /// Rows in the ring.
        uint8 due;
        /// Where the next row goes.
        uint8 cursor;
        /// Rows whose outcome is kept.
        uint8 known;
        /// Two bits a row, the newest lowest: its outcome less one.
        uint128 outcomes;
    }

    /// @notice Settles a row that is the next one. One that is not void takes the place of the oldest in the ring.
    /// @dev The head is read and written once: from the lowest bit next 64, due 8, cursor 8, known 8, outcomes 128.
    function settle(Ring storage ring, uint256 epoch, IBacktestLedger.Outcome outcome) internal {
        unchecked {
            uint256 head;
            assembly ("memory-safe") {
                head := sload(add(ring.slot, 2))
            }
            (uint256 counters, uint256 known) = (uint16(head >> 64), uint8(head >> 80));
            if (outcome != IBacktestLedger.Outcome.Void) counters = _put(ring, counters, outcome);
            if (known < OUTCOMES) ++known;
            uint256 outcomes = uint128(head >> 88 << 2) | (uint256(outcome) - 1);
            head = uint64(epoch + 1) | counters << 64 | known << 80 | outcomes << 88;
            assembly ("memory-safe") {
                sstore(add(ring.slot, 2), head)
            }
        }
    }

    /// @dev Puts a row in the place of the oldest. Returns the new `due` and, above it, `cursor`.
    function _put(Ring storage ring, uint256 counters, IBacktestLedger.Outcome outcome) private returns (uint256) {
        unchecked {
            (uint256 due, uint256 cursor) = (uint8(counters), counters >> 8);
            uint256 bit = 1 << cursor;
            uint256 old = ring.exceeded;
            uint256 word = outcome == IBacktestLedger.Outcome.Exceeded ? old | bit : old & ~bit;
            if (word != old) ring.exceeded = word;
            old = ring.silent;
            word = outcome == IBacktestLedger.Outcome.Silent ? old | bit : old & ~bit;
            if (word != old) ring.silent = word;
            if (due < LENGTH) ++due;
            return due | (cursor + 1 == LENGTH ? 0 : cursor + 1) << 8;
        }
    }

    /// @notice How a row was settled, as long as it is kept.
    function outcomeOf(Ring storage ring, uint256 epoch) internal view returns (IBacktestLedger.Outcome) {
        (uint256 next, uint256 known, uint256 outcomes) = (ring.next, ring.known, ring.outcomes);
        if (epoch >= next || next - epoch > known) return IBacktestLedger.Outcome.Unknown;
        return IBacktestLedger.Outcome((outcomes >> 2 * (next - epoch - 1) & 3) + 1);
    }

    /// @notice Number of bits that are set, of which there are fewer than 256.
    function ones(uint256 word) internal pure returns (uint256) {
        unchecked {
            word -= (word >> 1) & 0x5555555555555555555555555555555555555555555555555555555555555555;
            word = (word & 0x3333333333333333333333333333333333333333333333333333333333333333)
                + ((word >> 2) & 0x3333333333333333333333333333333333333333333333333333333333333333);
            word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
            return (word * 0x0101010101010101010101010101010101010101010101010101010101010101) >> 248;
        }
    }
}
