// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

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
            uint256 move = uint256(loss < 0 ? -loss : loss) >> 8;
            uint256 own = move * move;
            calm = row == 0 || loss <= 0 || own <= 16 * square;
            after_ = row == 0 ? own : (94 * square + 6 * own) / 100;
            (total, ratio) = (sum, ONE);
            if (row >= SKIPPED) {
                uint256 deviation = Math.sqrt(after_);
                total += deviation;
                if (total != 0) ratio = ONE * deviation * (row + 1 - SKIPPED) / total;
                if (ratio > MOST) ratio = MOST;
            }
        }
    }
}
