// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Exposure that keeps value at risk at a target: down at once, up slowly
/// @notice It falls only by a lower bound of value at risk, and rises only by an upper bound. So a loose bound moves nothing:
/// whoever knows little about the risk cannot change the exposure.
library ExposureMultiplier {
    /// @notice Multipliers are in 64ths: 64 is an exposure of once the book.
    uint256 internal constant ONE = 64;
    /// @notice The largest multiplier that there is.
    uint256 internal constant MOST = 4095;

    /// @notice How a multiplier moves. All of it is fixed.
    struct Terms {
        /// Value at risk that the exposure should have, in basis points.
        uint32 target;
        /// The largest multiplier.
        uint16 cap;
        /// What it rises by at most a day.
        uint16 rise;
        /// The least change that is made.
        uint16 step;
    }

    /// @notice The multiplier after a lower bound of value at risk is known: at most `target / lower`, at once.
    /// @param target Value at risk that the exposure should have, in basis points.
    /// @param lower Value at risk is at least this, in basis points; zero says nothing.
    /// @param step The least change that is made.
    function fallen(uint256 multiplier, uint256 target, uint256 lower, uint256 step) internal pure returns (uint256) {
        unchecked {
            if (lower == 0) return multiplier;
            uint256 most = ONE * target / lower;
            return most + step <= multiplier ? most : multiplier;
        }
    }

    /// @notice The multiplier after an upper bound of value at risk is known: up to `target / upper`, and no further than `room`.
    /// @param target Value at risk that the exposure should have, in basis points.
    /// @param upper Value at risk is less than this; the greatest integer says nothing.
    /// @param cap The largest multiplier.
    /// @param room What it may rise by: the most a day, times the days that have passed.
    /// @param step The least change that is made.
    function risen(uint256 multiplier, uint256 target, uint256 upper, uint256 cap, uint256 room, uint256 step)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            uint256 most = ONE * target / upper;
            if (most > cap) most = cap;
            if (most > multiplier + room) most = multiplier + room;
            return most >= multiplier + step ? most : multiplier;
        }
    }

    /// @notice The field that is out of range, and its value; nothing if none is.
    /// @dev A rise of a day has at least a step: else it would never rise.
    function fault(Terms memory terms) internal pure returns (string memory field, uint256 value) {
        if (terms.target == 0) return ("target", 0);
        if (terms.cap == 0 || terms.cap > MOST) return ("cap", terms.cap);
        if (terms.step == 0 || terms.step > terms.cap) return ("step", terms.step);
        if (terms.rise < terms.step || terms.rise > terms.cap) return ("rise", terms.rise);
    }
}
