// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Rings of 250 bits: which of the last 250 rows were exceeded, and which were silent
library Rings {
    uint256 internal constant LENGTH = 250;

    struct Ring {
        uint256 exceeded;
        uint256 silent;
        /// Row to be settled next; zero before the first.
        uint64 next;
        /// Rows in the ring.
        uint8 due;
        /// Where the next row goes.
        uint8 cursor;
    }

    /// @notice Puts a row in the place of the oldest.
    function put(Ring storage ring, bool exceeded, bool silent) internal {
        uint256 bit = uint256(1) << ring.cursor;
        uint256 word = exceeded ? ring.exceeded | bit : ring.exceeded & ~bit;
        if (word != ring.exceeded) ring.exceeded = word;
        word = silent ? ring.silent | bit : ring.silent & ~bit;
        if (word != ring.silent) ring.silent = word;
        if (ring.due < LENGTH) ++ring.due;
        ring.cursor = ring.cursor + 1 == LENGTH ? 0 : ring.cursor + 1;
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
