//! Value at risk and expected shortfall of a private book over a public scenario set, in exact
//! integers.
//!
//! The loss in scenario t is `l_t = -sum_i S[t,i] x[i]` in loss units (book unit times 2^-20),
//! positive for a loss. With integer weights `w_t` of total W:
//!
//! * `VaR_a = inf { v : sum of w_t over l_t > v  <=  (1-a) W }`: the upper order statistic of
//!   losses that numpy calls `inverted_cdf`.
//! * `CVaR_a = min over z of z + sum_t w_t max(l_t - z, 0) / ((1-a) W)` (Rockafellar and Uryasev
//!   2000, theorem 1), attained at `z = VaR_a`: with the fractional weight of the VaR scenario,
//!   coherent for discrete distributions (Acerbi and Tasche 2002, definition 2.6).

use ethnum::I256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::confidence::Confidence;
use crate::fixed_point::{Amount, FRACTION_BITS, Unit};
use crate::positions::Positions;
use crate::scenarios::set::ScenarioSet;

/// The weight of the tail, `(1 - a) W`, as a fraction in lowest terms.
///
/// The numerator is in 1..=2^56, the denominator in 1..=10^6: both are at least 1 for every
/// confidence in (0, 1) and every set, so nothing ever divides by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TailMass {
    numerator: u64,
    denominator: u32,
}

impl TailMass {
    /// Bits of the numerator minus one.
    pub const NUMERATOR_BITS: u32 = 56;
    /// Bits of the denominator minus one.
    pub const DENOMINATOR_BITS: u32 = 20;
    /// A tail so heavy that no loss is beyond it: what a clause that is off uses.
    pub const EVERYTHING: TailMass = TailMass { numerator: 1 << Self::NUMERATOR_BITS, denominator: 1 };

    /// A tail so light that no loss is beyond it: weights are integers, and half of one is not
    /// reached.
    pub const NOTHING: TailMass = TailMass { numerator: 1, denominator: 2 };

    /// The tail of a confidence over a total weight.
    pub fn new(confidence: Confidence, total_weight: u64) -> Self {
        let complement = u128::from(1_000_000 - confidence.millionths());
        let (mut a, mut b) = (complement * u128::from(total_weight), 1_000_000u128);
        let numerator = a;
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Self {
            numerator: u64::try_from(numerator / a).expect("a total weight is below 2^36 and a complement below 2^20"),
            denominator: u32::try_from(1_000_000 / a).expect("a divisor of a million"),
        }
    }

    /// Numerator, at least 1.
    pub fn numerator(self) -> u64 {
        self.numerator
    }

    /// Denominator, at least 1.
    pub fn denominator(self) -> u32 {
        self.denominator
    }
}

/// The loss of each scenario, in loss units; of a P&L vector, the loss of each day.
///
/// # Panics
/// If the positions are over another number of factors than the set, or the gains over another number
/// of days.
pub fn losses(set: &ScenarioSet, positions: &Positions) -> Vec<i128> {
    if set.is_pnl() {
        assert_eq!(positions.gains().len(), set.scenarios(), "gains are those of the days of a set");
        return positions.gains().iter().map(|gain| -i128::from(*gain) << FRACTION_BITS).collect();
    }
    assert!(!positions.is_pnl(), "gains are those of the days of a set");
    assert_eq!(positions.exposures().len(), set.factors().len(), "positions are made over a scenario set's factors");
    (0..set.scenarios())
        .map(|scenario| {
            let row = set.row(scenario).iter().zip(positions.exposures());
            // Below 2^61: an entry is below 2^23, and the magnitudes of the exposures sum to below 2^38.
            -i128::from(row.map(|(entry, exposure)| i64::from(*entry) * *exposure).sum::<i64>())
        })
        .collect()
}

/// Returns the exposures that limits on the book are about: those of the columns that count.
pub fn exposures(positions: &Positions, counts: impl Fn(usize) -> bool) -> Vec<i128> {
    let all = positions.exposures().iter().enumerate();
    all.filter(|(column, _)| counts(*column)).map(|(_, exposure)| i128::from(*exposure)).collect()
}

/// The losses of a book, computed once for every figure: secret, zeroized when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Losses(Vec<i128>);

impl Losses {
    /// Returns the loss of each scenario, as [`losses`].
    ///
    /// # Panics
    /// As [`losses`].
    pub fn new(set: &ScenarioSet, positions: &Positions) -> Self {
        Self(losses(set, positions))
    }
}

impl std::ops::Deref for Losses {
    type Target = [i128];

    fn deref(&self) -> &[i128] {
        &self.0
    }
}

impl std::fmt::Debug for Losses {
    /// Shows nothing private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Losses").finish_non_exhaustive()
    }
}

/// Value at risk in loss units; see the module's definition.
///
/// # Panics
/// If there are no losses, or other numbers of losses and weights.
pub fn value_at_risk(losses: &[i128], weights: &[u32], tail: TailMass) -> i128 {
    assert!(!losses.is_empty() && losses.len() == weights.len());
    let mut order: Vec<(i128, u32)> = losses.iter().copied().zip(weights.iter().copied()).collect();
    order.sort_unstable_by_key(|(loss, _)| std::cmp::Reverse(*loss));
    let mut beyond = 0u128;
    for (loss, weight) in &order {
        beyond += u128::from(*weight);
        if beyond * u128::from(tail.denominator) > u128::from(tail.numerator) {
            return *loss;
        }
    }
    order[order.len() - 1].0
}

/// Returns which of the worst scenarios the value at risk is, 1 for the worst one, among those of
/// positive weight. With weights of 1, `(1 - a) T` losses may lie beyond it: the 6th worst of 500
/// at 99 %. Where losses are equal, the first of them counts that reaches the tail.
///
/// # Panics
/// As [`value_at_risk`].
pub fn value_at_risk_rank(losses: &[i128], weights: &[u32], tail: TailMass) -> usize {
    assert!(!losses.is_empty() && losses.len() == weights.len());
    let mut order: Vec<(i128, u32)> = losses.iter().copied().zip(weights.iter().copied()).collect();
    order.retain(|(_, weight)| *weight > 0);
    order.sort_unstable_by_key(|(loss, weight)| (std::cmp::Reverse(*loss), *weight));
    let mut beyond = 0u128;
    let found = order.iter().position(|(_, weight)| {
        beyond += u128::from(*weight);
        beyond * u128::from(tail.denominator) > u128::from(tail.numerator)
    });
    found.map_or(order.len(), |place| place + 1)
}

/// Expected shortfall in loss units, as a fraction with a positive denominator; see the module's
/// definition.
///
/// # Panics
/// As [`value_at_risk`].
pub fn expected_shortfall(losses: &[i128], weights: &[u32], tail: TailMass) -> (I256, I256) {
    let threshold = value_at_risk(losses, weights, tail);
    (shortfall_numerator(losses, weights, tail, threshold), I256::from(tail.numerator))
}

/// `A z + B sum_t w_t max(l_t - z, 0)` for the tail A / B: the Rockafellar-Uryasev objective times
/// A.
pub fn shortfall_numerator(losses: &[i128], weights: &[u32], tail: TailMass, threshold: i128) -> I256 {
    let excess: I256 = losses
        .iter()
        .zip(weights)
        .map(|(loss, weight)| I256::from(*weight) * I256::from((loss - threshold).max(0)))
        .fold(I256::ZERO, |sum, term| sum + term);
    I256::from(threshold) * I256::from(tail.numerator) + I256::from(tail.denominator) * excess
}

/// Returns the contribution of each factor to expected shortfall, in loss units: the mean of its
/// losses over the tail, by Euler's principle (Tasche, *Expected shortfall and beyond*, 2002). They
/// sum to the shortfall. The weight that the tail leaves for the scenarios exactly at the value at
/// risk is shared among them by their own.
///
/// # Panics
/// As [`losses`].
pub fn shortfall_contributions(set: &ScenarioSet, positions: &Positions, tail: TailMass) -> Vec<f64> {
    let losses = losses(set, positions);
    let threshold = value_at_risk(&losses, set.weights(), tail);
    let mass = tail.numerator as f64 / f64::from(tail.denominator);
    let weight_where = |of: &dyn Fn(i128) -> bool| -> f64 {
        let weights = losses.iter().zip(set.weights()).filter(|(loss, _)| of(**loss));
        weights.map(|(_, weight)| f64::from(*weight)).sum()
    };
    let (beyond, at) = (weight_where(&|loss| loss > threshold), weight_where(&|loss| loss == threshold));
    let share = if at > 0.0 { (mass - beyond).max(0.0) / at } else { 0.0 };
    let mut contributions = vec![0.0; positions.exposures().len()];
    for (scenario, loss) in losses.iter().enumerate() {
        let counted = if *loss > threshold {
            1.0
        } else if *loss == threshold {
            share
        } else {
            continue;
        };
        let weight = counted * f64::from(set.weights()[scenario]) / mass;
        let row = set.row(scenario).iter().zip(positions.exposures());
        for (contribution, (entry, exposure)) in contributions.iter_mut().zip(row) {
            *contribution -= weight * f64::from(*entry) * *exposure as f64;
        }
    }
    contributions
}

/// The private risk figures of a book at one confidence, in currency, losses positive, rounded up
/// to a millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RiskFigures {
    /// value at risk
    pub var: Amount,
    /// expected shortfall
    pub cvar: Amount,
    /// largest loss of the set
    pub worst: Amount,
    /// sum of the magnitudes of the exposures
    pub gross: Amount,
    /// net asset value
    pub nav: Amount,
}

/// Computes [`RiskFigures`].
pub fn risk_figures(set: &ScenarioSet, positions: &Positions, confidence: Confidence) -> RiskFigures {
    let unit: Unit = positions.unit();
    let losses = losses(set, positions);
    let tail = TailMass::new(confidence, set.total_weight());
    let (numerator, denominator) = expected_shortfall(&losses, set.weights(), tail);
    let worst = losses.iter().zip(set.weights()).filter(|(_, weight)| **weight > 0).map(|(loss, _)| *loss).max();
    let figure = |loss: i128| Amount::from_loss(I256::from(loss), I256::ONE, unit);
    RiskFigures {
        var: figure(value_at_risk(&losses, set.weights(), tail)),
        cvar: Amount::from_loss(numerator, denominator, unit),
        worst: figure(worst.unwrap_or(0)),
        gross: Amount::from_units(
            exposures(positions, |column| set.is_exposure(column)).iter().map(|exposure| exposure.abs()).sum(),
            unit,
        ),
        nav: Amount::from_units(i128::from(positions.nav()), unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(confidence: &str, weight: u64) -> TailMass {
        TailMass::new(confidence.parse().unwrap(), weight)
    }

    #[test]
    fn tail_mass_is_exact_and_in_lowest_terms() {
        assert_eq!(tail("0.99", 500), TailMass { numerator: 5, denominator: 1 });
        assert_eq!(tail("0.975", 500), TailMass { numerator: 25, denominator: 2 });
        assert_eq!(tail("0.999999", 1), TailMass { numerator: 1, denominator: 1_000_000 });
    }

    #[test]
    fn value_at_risk_is_the_upper_order_statistic_of_losses() {
        let losses: Vec<i128> = (1..=100).collect();
        let weights = vec![1; 100];
        // At 95 %, five losses may lie beyond: 96..100. The infimum is 95.
        assert_eq!(value_at_risk(&losses, &weights, tail("0.95", 100)), 95);
        assert_eq!(value_at_risk(&losses, &weights, tail("0.951", 100)), 96);
        assert_eq!(value_at_risk(&losses, &weights, tail("0.999", 100)), 100);
        assert_eq!(value_at_risk(&losses, &weights, TailMass::EVERYTHING), 1);
    }

    #[test]
    fn value_at_risk_says_which_of_the_worst_it_is() {
        let losses: Vec<i128> = (1..=500).collect();
        let rank = |confidence| value_at_risk_rank(&losses, &[1; 500], tail(confidence, 500));
        assert_eq!((rank("0.99"), rank("0.975"), rank("0.998"), rank("0.9981")), (6, 13, 2, 1));
        assert_eq!(value_at_risk_rank(&[9, 8, 7, 6], &[0, 1, 5, 1], tail("0.5", 7)), 2, "of those with weight");
        assert_eq!(value_at_risk_rank(&[1, 2], &[1, 1], TailMass::EVERYTHING), 2);
    }

    #[test]
    fn weights_count_as_repetitions() {
        let (losses, weights) = (vec![7, 3, 10], vec![2, 5, 1]);
        let repeated = vec![7, 7, 3, 3, 3, 3, 3, 10];
        for confidence in ["0.5", "0.8", "0.875", "0.9"] {
            let tail = tail(confidence, 8);
            assert_eq!(value_at_risk(&losses, &weights, tail), value_at_risk(&repeated, &[1; 8], tail));
            assert_eq!(expected_shortfall(&losses, &weights, tail), expected_shortfall(&repeated, &[1; 8], tail));
        }
    }

    #[test]
    fn expected_shortfall_has_the_fractional_weight_of_the_var_scenario() {
        let losses: Vec<i128> = (1..=10).collect();
        // (1-a) n = 2.5: (10 + 9 + 0.5 * 8) / 2.5 = 9.2
        let (numerator, denominator) = expected_shortfall(&losses, &[1; 10], tail("0.75", 10));
        assert_eq!(numerator * I256::from(10), denominator * I256::from(92));
    }

    #[test]
    fn contributions_sum_to_the_shortfall() {
        let set = ScenarioSet::new(
            crate::scenarios::generator::Generator::Custom { description: "test".into() },
            vec!["A".into(), "B".into()],
            (0..10).map(|t| t.to_string()).collect(),
            None,
            vec![1, 2, 1, 1, 3, 1, 1, 1, 2, 1],
            (0..20).map(|i| (i * 37 % 23 - 11) * 1000).collect(),
        )
        .unwrap();
        let positions = Positions::new(Unit::CENT, vec![700, -300], 0).unwrap();
        for confidence in ["0.5", "0.8", "0.93"] {
            let tail = tail(confidence, set.total_weight());
            let (numerator, denominator) = expected_shortfall(&losses(&set, &positions), set.weights(), tail);
            let shortfall = numerator.as_f64() / denominator.as_f64();
            let sum: f64 = shortfall_contributions(&set, &positions, tail).iter().sum();
            assert!((sum / shortfall - 1.0).abs() < 1e-12, "{confidence}: {sum} {shortfall}");
        }
    }

    proptest::proptest! {
        #[test]
        fn value_at_risk_minimises_the_objective(
            losses in proptest::collection::vec(-1000i128..1000, 1..30),
            seed in 1u32..1000,
            ppm in 1u32..999_999,
        ) {
            let weights: Vec<u32> = (0u32..).take(losses.len()).map(|i| seed.wrapping_mul(i * 7 + 3) % 5 + 1).collect();
            let tail = TailMass::new(Confidence::from_millionths(ppm).unwrap(), weights.iter().map(|w| u64::from(*w)).sum());
            let (best, _) = expected_shortfall(&losses, &weights, tail);
            for z in -1001..1001 {
                proptest::prop_assert!(shortfall_numerator(&losses, &weights, tail, z) >= best);
            }
        }
    }
}
