// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Counts and finds the bits of a word, of which bit 0 is the highest one
library Bits {
    /// @notice Number of bits that are set.
    function count(uint256 word) internal pure returns (uint256) {
        unchecked {
            word -= (word >> 1) & (type(uint256).max / 3);
            word = (word & (type(uint256).max / 5)) + ((word >> 2) & (type(uint256).max / 5));
            word = (word + (word >> 4)) & (type(uint256).max / 17);
            // Sums of two bytes each: a sum of all 32 does not fit one byte.
            word = (word & (type(uint256).max / 257)) + ((word >> 8) & (type(uint256).max / 257));
            return (word * (type(uint256).max / 65_535)) >> 240;
        }
    }

    /// @notice Place of the n-th bit that is set, from the highest one; n counts from 1 and is at most `count(word)`.
    function nth(uint256 word, uint256 n) internal pure returns (uint256 place) {
        unchecked {
            for (uint256 half = 128; half != 0; half >>= 1) {
                uint256 ahead = count(word >> (256 - half));
                if (n > ahead) {
                    (n, word, place) = (n - ahead, word << half, place + half);
                }
            }
        }
    }
}
