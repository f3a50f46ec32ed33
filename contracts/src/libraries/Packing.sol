// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title The controls *tails* and *limits* of a market claim
/// @notice A contract that relies on a claim packs them itself, from its mandate and its source of scenarios. The results are
/// those of `tailproof_verifier::market::MarketClaim`. Not for shapes with limits on the book, whose limits are a hash, nor for
/// covariances, whose tails are coefficients.
library Packing {
    /// @notice Which scenarios are beyond a clause's threshold.
    /// @dev Off: no clause; Confidence: those beyond a confidence; Worst: none, for a clause on the worst loss.
    enum Tail {
        Off,
        Confidence,
        Worst
    }

    /// @notice A clause on value at risk, on expected shortfall, or on the worst loss.
    /// @param tail Which scenarios are beyond its threshold.
    /// @param confidence In millionths, 1 to 999,999; with `Tail.Confidence` only.
    /// @param ofNav Whether the limit is a fraction of the net asset value, rather than an amount of currency.
    /// @param mantissa The limit is mantissa / 10^decimals.
    /// @param decimals At most 28.
    struct Clause {
        Tail tail;
        uint32 confidence;
        bool ofNav;
        uint128 mantissa;
        uint8 decimals;
    }

    /// @notice A confidence of 0, or of 1 and more.
    error ConfidenceOutOfRange(uint256 millionths);
    /// @notice A total weight of 0, or of 2^36 and more.
    error WeightOutOfRange(uint256 weight);
    /// @notice A unit of 0, or of 2^40 millionths and more.
    error UnitOutOfRange(uint256 millionths);
    /// @notice An amount above 10^18; a fraction above 68 or with more than nine places; more than 28 decimals.
    error LimitOutOfRange(uint256 mantissa, uint256 decimals);
    /// @notice Two confidences, and the shape has one threshold.
    error ConfidencesDiffer(uint256 first, uint256 second);
    /// @notice A shape of a market claim has 1 or 2 thresholds.
    error ThresholdsOutOfRange(uint256 thresholds);

    uint256 private constant MILLION = 1_000_000;
    /// @dev Loss units of a book unit.
    uint256 private constant LOSS_UNITS = 1 << 20;
    /// @dev Bits of a tail's numerator less one, and of its denominator less one.
    uint256 private constant NUMERATOR_BITS = 56;
    uint256 private constant TAIL_BITS = 76;
    uint256 private constant UNIT_BITS = 40;
    /// @dev Bits of a limit in loss units, and of one in billionths of the net asset value behind it.
    uint256 private constant ABSOLUTE_BITS = 64;
    uint256 private constant LIMIT_BITS = 100;
    /// @dev A tail that no loss is beyond, since everything is in it: numerator 2^56, denominator 1.
    uint256 private constant EVERYTHING = (1 << NUMERATOR_BITS) - 1;
    /// @dev A tail of half a weight, which no loss is in: numerator 1, denominator 2.
    uint256 private constant NOTHING = 1 << NUMERATOR_BITS;
    /// @dev The top of the range, which no book reaches.
    uint256 private constant OFF = (1 << ABSOLUTE_BITS) - 1;

    /// @notice Packs a claim.
    /// @param thresholds Thresholds of the key's shape, 1 or 2.
    /// @param unit Value of a book unit in millionths of the currency.
    /// @param weight Total weight of the scenarios.
    /// @param first The clause on value at risk, or on the worst loss if there is none.
    /// @param second The clause on expected shortfall, or on the worst loss if there is one on value at risk and none on it.
    /// @return tails The control *tails*.
    /// @return limits The control *limits*.
    function pack(uint256 thresholds, uint256 unit, uint256 weight, Clause memory first, Clause memory second)
        internal
        pure
        returns (uint256 tails, uint256 limits)
    {
        if (unit == 0 || unit >> UNIT_BITS != 0) revert UnitOutOfRange(unit);
        if (thresholds == 0 || thresholds > 2) revert ThresholdsOutOfRange(thresholds);
        uint256 ofFirst = tail(first, weight);
        uint256 ofSecond = tail(second, weight);
        if (thresholds == 1) {
            // The clause that is on lends its tail to the one that is off.
            if (first.tail == Tail.Off) ofFirst = ofSecond;
            else if (second.tail == Tail.Off) ofSecond = ofFirst;
            else if (ofFirst != ofSecond) revert ConfidencesDiffer(first.confidence, second.confidence);
            ofSecond = 0;
        }
        tails = ofFirst | (unit << TAIL_BITS) | (ofSecond << (TAIL_BITS + UNIT_BITS));
        limits = limit(first, unit) | (limit(second, unit) << LIMIT_BITS);
    }

    /// @notice The weight of a clause's tail, (1 - confidence) weight in lowest terms: numerator less one, and denominator less
    /// one behind it.
    function tail(Clause memory clause, uint256 weight) internal pure returns (uint256) {
        if (weight == 0 || weight >> 36 != 0) revert WeightOutOfRange(weight);
        if (clause.tail == Tail.Off) return EVERYTHING;
        if (clause.tail == Tail.Worst) return NOTHING;
        uint256 confidence = clause.confidence;
        if (confidence == 0 || confidence >= MILLION) revert ConfidenceOutOfRange(confidence);
        uint256 numerator = (MILLION - confidence) * weight;
        (uint256 a, uint256 b) = (numerator, MILLION);
        while (b != 0) {
            (a, b) = (b, a % b);
        }
        return (numerator / a - 1) | ((MILLION / a - 1) << NUMERATOR_BITS);
    }

    /// @notice A clause's limit in loss units, rounded down, or in billionths of the net asset value behind them. An amount beyond
    /// the range is cut to its top, which no book reaches.
    function limit(Clause memory clause, uint256 unit) internal pure returns (uint256) {
        if (clause.tail == Tail.Off) return OFF;
        (uint256 mantissa, uint256 decimals) = (clause.mantissa, clause.decimals);
        if (decimals > 28) revert LimitOutOfRange(mantissa, decimals);
        uint256 one = 10 ** decimals;
        if (clause.ofNav) {
            uint256 billionths = mantissa * 1_000_000_000;
            if (billionths % one != 0 || billionths > 68 * 1_000_000_000 * one) {
                revert LimitOutOfRange(mantissa, decimals);
            }
            return (billionths / one) << ABSOLUTE_BITS;
        }
        if (mantissa > 1_000_000_000_000_000_000 * one) revert LimitOutOfRange(mantissa, decimals);
        uint256 absolute = mantissa * MILLION * LOSS_UNITS / (one * unit);
        return absolute > OFF ? OFF : absolute;
    }
}
