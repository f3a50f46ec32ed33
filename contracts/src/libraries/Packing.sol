// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title How confidence, unit and limits are packed into two control inputs
/// @notice For keys of market statements with two thresholds. Fields from the least significant bit up.
library Packing {
    /// @dev 2^56 in the numerator's field: no loss is beyond a tail so heavy. What a clause that is off has.
    uint256 internal constant EVERYTHING = 1 << 56;
    /// @dev A limit that no book reaches. What a clause that is off has.
    uint256 internal constant OFF = type(uint64).max;

    /// @notice Weight that may lie beyond a threshold, in lowest terms: (1 - confidence) totalWeight.
    /// @param confidence In millionths.
    function tail(uint256 confidence, uint256 totalWeight) internal pure returns (uint256 numerator, uint256 denominator) {
        numerator = (1_000_000 - confidence) * totalWeight;
        (uint256 a, uint256 b) = (numerator, 1_000_000);
        while (b != 0) {
            (a, b) = (b, a % b);
        }
        return (numerator / a, 1_000_000 / a);
    }

    /// @notice The *tails* control: 56, 20, 40, 56 and 20 bits.
    /// @param unit Book unit in millionths of the currency.
    function tails(uint256 numerator, uint256 denominator, uint256 unit, uint256 otherNumerator, uint256 otherDenominator)
        internal
        pure
        returns (uint256)
    {
        return (numerator - 1) | (denominator - 1) << 56 | unit << 76 | (otherNumerator - 1) << 116
            | (otherDenominator - 1) << 172;
    }

    /// @notice A limit in loss units, rounded down, and cut to the top of the range.
    /// @param amount In millionths of the currency; below 2^200.
    function limit(uint256 amount, uint256 unit) internal pure returns (uint256 units) {
        units = (amount << 20) / unit;
        if (units > OFF) units = OFF;
    }

    /// @notice The *limits* control of absolute limits in loss units: 64, 36, 64 and 36 bits, of which the shares of the net
    /// asset value are zero.
    function limits(uint256 varUnits, uint256 shortfallUnits) internal pure returns (uint256) {
        return varUnits | shortfallUnits << 100;
    }
}
