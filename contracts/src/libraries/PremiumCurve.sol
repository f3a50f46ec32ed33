// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Premium of cover by the capacity that it takes
/// @notice rate(u) = base + slope u + steep max(0, u - kink) / (1 - kink), where u is the share of assets that is locked. A sale
/// costs the integral of the rate over the capacity that it takes, times the cube of the deviation's ratio: so cover sold in
/// parts costs as much as in one.
library PremiumCurve {
    /// @notice Rates and the kink are in millionths.
    uint256 internal constant ONE = 1_000_000;
    /// @notice The ratio is in 256ths.
    uint256 internal constant MEAN = 256;
    /// @notice Faces and assets are at most this: no intermediate result is above 2^256 then.
    uint256 internal constant MOST_ASSETS = 2 ** 92 - 1;
    /// @notice The sum of base, slope and steep is at most this: ten times the face.
    uint256 internal constant MOST_RATE = 10 * ONE;

    struct Rates {
        uint32 base;
        uint32 slope;
        uint32 steep;
        uint32 kink;
    }

    /// @notice Premium of a whole life in units of the asset, rounded up.
    /// @param locked What is locked before the sale: `locked + face` is at most `assets`.
    /// @param ratio EWMA deviation over its mean, in 256ths: below one, it counts as one.
    function premium(Rates memory rates, uint256 face, uint256 locked, uint256 assets, uint256 ratio)
        internal
        pure
        returns (uint256)
    {
        uint256 beyond = ONE - rates.kink;
        // Twice the assets times the integral of the straight part, and of the part beyond the kink.
        uint256 integral = face * (rates.base * 2 * assets + rates.slope * (2 * locked + face)) * (ONE * beyond);
        uint256 from = _above(rates.kink, locked, assets);
        uint256 to = _above(rates.kink, locked + face, assets);
        integral += rates.steep * (to - from) * (to + from);
        if (ratio < MEAN) ratio = MEAN;
        return
            Math.mulDiv(
                integral, ratio * ratio * ratio, (2 * assets * ONE * ONE * beyond) * MEAN ** 3, Math.Rounding.Ceil
            );
    }

    /// @dev How much of `locked` is beyond the kink, in millionths of a unit.
    function _above(uint256 kink, uint256 locked, uint256 assets) private pure returns (uint256) {
        return Math.saturatingSub(ONE * locked, kink * assets);
    }
}
