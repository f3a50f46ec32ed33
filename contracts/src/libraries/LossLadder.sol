// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title How many rows of a window reach each of 16 rungs
/// @notice Counter k, of 16 bits, is the number of rows that lose at least rung k, counted from 0. So counters fall from the lowest
/// to the highest one, and value at risk reaches a rung if its counter is above the tail: exactly, without a sorted list.
library LossLadder {
    uint256 internal constant RUNGS = 16;
    uint256 private constant ONES = 0x0001000100010001000100010001000100010001000100010001000100010001;

    /// @notice Number of rungs that a loss reaches.
    /// @param loss In basis points times 2^20.
    /// @param lowest The lowest rung, in basis points, and what is between rungs.
    function rungs(int256 loss, uint256 lowest, uint256 step) internal pure returns (uint256 reached) {
        unchecked {
            // Rungs are whole basis points, so what is behind them decides nothing.
            loss >>= 20;
            if (loss < int256(lowest)) return 0;
            reached = (uint256(loss) - lowest) / step + 1;
            if (reached > RUNGS) reached = RUNGS;
        }
    }

    /// @notice Counters after a row with `entering` rungs has replaced one with `leaving`.
    function replaced(uint256 counts, uint256 entering, uint256 leaving) internal pure returns (uint256) {
        unchecked {
            return counts + (ONES & below(entering)) - (ONES & below(leaving));
        }
    }

    /// @notice Number of counters above `tail`.
    function level(uint256 counts, uint256 tail) internal pure returns (uint256 reached) {
        unchecked {
            while (reached < RUNGS && uint16(counts >> (16 * reached)) > tail) ++reached;
        }
    }

    /// @notice Counter of a rung, from 0.
    function counter(uint256 counts, uint256 rung) internal pure returns (uint256) {
        return uint16(counts >> (16 * rung));
    }

    function below(uint256 k) private pure returns (uint256) {
        unchecked {
            return k == RUNGS ? type(uint256).max : (1 << (16 * k)) - 1;
        }
    }
}
