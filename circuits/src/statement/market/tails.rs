//! Exceedances and excesses of the losses over the thresholds, summed with the scenario weights.

use ethnum::I256;
use tailproof_verifier::Shape;

use super::{MarketWitness, THRESHOLD_BITS, labels};
use crate::bound::Interval;
use crate::builder::{Builder, Magnitude, Num, NumOf, ScenarioProducts, SignOfZero};
use crate::error::Built;
use crate::instructions::Instructions;

/// Thresholds, and the sums over scenarios that the clauses compare.
pub(in crate::statement) struct TailSums<E> {
    /// The threshold of value at risk.
    pub var_threshold: Num<E>,
    /// The threshold of expected shortfall.
    pub cvar_threshold: Num<E>,
    /// The total weight of the scenarios whose loss is beyond the first threshold.
    pub beyond: Num<E>,
    /// The total weight of the scenarios whose loss is said to reach the second threshold, where
    /// the statement has limits; else zero.
    pub reach: Num<E>,
    /// Twice the weighted total excess over the second threshold.
    pub twice_excess: Num<E>,
}

/// Thresholds that a prover chooses.
pub(in crate::statement) struct Thresholds<E> {
    /// That of value at risk.
    pub var: Num<E>,
    /// That of expected shortfall: the same where the statement has one.
    pub cvar: Num<E>,
}

/// Returns thresholds of `bits` bits each.
pub(in crate::statement) fn thresholds<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    honest: [i128; 2],
    bits: u32,
) -> Built<B, Thresholds<B::Integer>> {
    let mut thresholds = Vec::with_capacity(shape.thresholds());
    for honest in &honest[..shape.thresholds()] {
        thresholds.push(builder.signed_range(labels::THRESHOLD_BIT, I256::from(*honest), bits)?);
    }
    let var = thresholds[0].clone();
    let cvar = thresholds.pop().unwrap_or_else(|| var.clone());
    Ok(Thresholds { var, cvar })
}

/// Returns the sums, given `gains`: the products of the scenario matrix and the exposures, which
/// are losses negated.
pub(super) fn tail_sums<B: Instructions>(
    builder: &mut Builder<'_, B>,
    mut gains: ScenarioProducts<B::Integer>,
    shape: Shape,
    witness: &MarketWitness,
) -> Built<B, TailSums<B::Integer>> {
    let thresholds = thresholds(builder, shape, witness.thresholds(), THRESHOLD_BITS)?;
    let farthest = gains.all()[0].interval().plus(&thresholds.cvar.interval())?.magnitude();
    weighted_sums(builder, shape, thresholds, farthest, |builder, scenario, _, threshold, zero| {
        // l - z = -gain - z
        builder.distance(labels::DISTANCE, &mut gains, scenario, (I256::MINUS_ONE, threshold), zero)
    })
}

/// Which of two thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::statement) enum Which {
    /// The first, of value at risk.
    First,
    /// The second, of expected shortfall.
    Second,
}

/// Returns the sums, given the distance of the loss of a scenario from a threshold, which is at most
/// `farthest`. For each scenario, the first threshold comes first.
///
/// One range check per scenario and threshold gives the side and the distance of a loss. One
/// product per scenario weights everything at once, in disjoint ranges of bits of one number. The
/// total is split again at the end.
pub(in crate::statement) fn weighted_sums<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    thresholds: Thresholds<B::Integer>,
    farthest: I256,
    mut distance: impl FnMut(&mut Builder<'_, B>, usize, Which, &NumOf<B>, SignOfZero) -> Built<B, Magnitude<B::Integer>>,
) -> Built<B, TailSums<B::Integer>> {
    let Thresholds { var: var_threshold, cvar: cvar_threshold } = thresholds;
    let two = shape.thresholds() == 2;

    // The bit position that the excesses of all scenarios cannot reach.
    let weight = builder.weight(0)?.interval();
    let scenarios = Interval::constant(I256::from(shape.scenarios() as u64))?;
    let excess = Interval::new(I256::ZERO, farthest * I256::from(2))?.product(&weight)?.product(&scenarios)?;
    let shift = I256::ONE << excess.unsigned_bits()?;
    let count = weight.product(&scenarios)?;
    let second_shift = shift << count.unsigned_bits()?;
    let none = builder.constant(I256::ZERO)?;

    let mut weighted = Vec::with_capacity(shape.scenarios());
    for scenario in 0..shape.scenarios() {
        let first = distance(builder, scenario, Which::First, &var_threshold, SignOfZero::Negative)?;
        let (excess, reach) = if two {
            // A loss that equals the threshold reaches it.
            let zero = if shape.has_limits() { SignOfZero::Positive } else { SignOfZero::Negative };
            let second = distance(builder, scenario, Which::Second, &cvar_threshold, zero)?;
            (second.twice_positive_part, if shape.has_limits() { second.positive } else { none.clone() })
        } else {
            (first.twice_positive_part, none.clone())
        };
        let together = builder.combine(&[(&first.positive, shift), (&reach, second_shift), (&excess, I256::ONE)])?;
        let weight = builder.weight(scenario)?;
        weighted.push(builder.product(labels::WEIGHTED, &together, &weight)?);
    }
    let total = builder.sum(&weighted)?;
    let two_parts = [(labels::EXCESS_BIT, excess), (labels::BEYOND_BIT, count)];
    let [twice_excess, beyond, reach] = if shape.has_limits() {
        let [excess, beyond] = two_parts;
        builder.split(labels::SPLIT, &total, [excess, beyond, (labels::REACH_BIT, count)])?
    } else {
        let [twice_excess, beyond] = builder.split(labels::SPLIT, &total, two_parts)?;
        [twice_excess, beyond, none]
    };
    Ok(TailSums { var_threshold, cvar_threshold, beyond, reach, twice_excess })
}
