// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Exponentially weighted deviation of a book's moves, and its mean over time, in integers
/// @notice A move is a loss's magnitude over 2^8, rounded down: in basis points times 2^12. After a row the square is
/// `(94 square + 6 move^2) / 100`, rounded down; after the first row it is `move^2`. The deviation is its root, rounded down. Its
/// mean is that over all rows but the first 20, with the newest one.
library Deviation {
    /// @notice Rows at the beginning that are not in the mean.
    uint256 internal constant SKIPPED = 20;
    /// @notice A ratio of 1.
    uint256 internal constant ONE = 256;
    uint256 private constant MOST = type(uint16).max;

    /// @param square As it was, below 2^58.
    /// @param sum Sum of deviations, as it was.
    /// @param row Number of the row, from 0.
    /// @param loss In basis points times 2^20, of magnitude below 2^37.
    /// @return after_ Square with this row, below 2^58.
    /// @return total Sum of deviations with this row.
    /// @return ratio Deviation over its mean, in 256ths, rounded down, at most 65,535; 256 while there is no mean.
    /// @return calm Whether the loss is at most four deviations, as they were before; true for the first row.
    function next(uint256 square, uint256 sum, uint256 row, int256 loss)
        internal
        pure
        returns (uint256 after_, uint256 total, uint256 ratio, bool calm)
    {
        unchecked {
            uint256 own = uint256(loss < 0 ? -loss : loss) >> 8;
            own *= own;
            calm = row == 0 || loss <= 0 || own <= 16 * square;
            after_ = row == 0 ? own : (94 * square + 6 * own) / 100;
            if (row < SKIPPED) return (after_, sum, ONE, calm);
            ratio = root(after_);
            total = sum + ratio;
            ratio = total == 0 ? ONE : ONE * ratio * (row + 1 - SKIPPED) / total;
            if (ratio > MOST) ratio = MOST;
        }
    }

    /// @notice The square root of an integer below 2^58, rounded down.
    /// @dev `Math.sqrt` of OpenZeppelin with fewer steps. The first guess is a quarter of a power of two off at most, and each
    /// step of Newton's doubles the digits that are right: 4.5, 9, 18 and 36 bits.
    function root(uint256 square) internal pure returns (uint256 guess) {
        assembly ("memory-safe") {
            let rest := square
            guess := 1
            if shr(32, rest) {
                rest := shr(32, rest)
                guess := 0x10000
            }
            if shr(16, rest) {
                rest := shr(16, rest)
                guess := shl(8, guess)
            }
            if shr(8, rest) {
                rest := shr(8, rest)
                guess := shl(4, guess)
            }
            if shr(4, rest) {
                rest := shr(4, rest)
                guess := shl(2, guess)
            }
            if shr(2, rest) { guess := shl(1, guess) }
            guess := shr(1, mul(3, guess))
            guess := shr(1, add(guess, div(square, guess)))
            guess := shr(1, add(guess, div(square, guess)))
            guess := shr(1, add(guess, div(square, guess)))
            guess := shr(1, add(guess, div(square, guess)))
            guess := sub(guess, gt(guess, div(square, guess)))
        }
    }
}
