//! Exceedances and excesses of the losses over the thresholds, summed with the scenario weights.

use ethnum::I256;
use tailproof_verifier::Shape;

use super::{MarketWitness, THRESHOLD_BITS, labels};
use crate::bound::{BoundError, Interval};
use crate::instructions::Instructions;
use crate::integer::{Builder, Magnitude, Num, NumOf};

/// What the clauses are about.
pub(super) struct TailSums<E> {
    /// threshold of value at risk
    pub var_threshold: Num<E>,
    /// threshold of expected shortfall
    pub cvar_threshold: Num<E>,
    /// total weight of the scenarios whose loss is beyond the first threshold
    pub beyond: Num<E>,
    /// twice the weighted total excess over the second threshold
    pub twice_excess: Num<E>,
}

/// One range check per scenario and threshold gives the side and the distance of a loss; one product per scenario weights
/// both at once, in two disjoint ranges of bits of one number, whose total is split again at the end.
///
/// `gains` are the products of the scenario matrix and the exposures: losses negated.
pub(super) fn tail_sums<B: Instructions>(
    builder: &mut Builder<'_, B>,
    gains: &[Num<B::Integer>],
    shape: Shape,
    witness: &MarketWitness,
) -> Result<TailSums<B::Integer>, BoundError> {
    let mut thresholds = Vec::with_capacity(shape.thresholds());
    for honest in &witness.thresholds()[..shape.thresholds()] {
        thresholds.push(builder.signed_range(labels::THRESHOLD_BIT, I256::from(*honest), THRESHOLD_BITS)?);
    }
    let var_threshold = thresholds[0].clone();
    let cvar_threshold = thresholds.pop().unwrap_or_else(|| var_threshold.clone());
    let two = shape.thresholds() == 2;

    // The bit position that the excesses of all scenarios cannot reach.
    let weight = builder.weight(0)?.interval();
    let scenarios = Interval::constant(I256::from(shape.scenarios() as u64))?;
    let distance = gains[0].interval().plus(&cvar_threshold.interval())?.magnitude();
    let excess = Interval::new(I256::ZERO, distance * I256::from(2))?.product(&weight)?.product(&scenarios)?;
    let shift = I256::ONE << excess.unsigned_bits()?;

    let mut weighted = Vec::with_capacity(gains.len());
    for (scenario, gain) in gains.iter().enumerate() {
        let mut side_of = |threshold: &Num<B::Integer>| -> Result<Magnitude<B::Integer>, BoundError> {
            // l - z = -(gain + z)
            let distance = builder.combine(&[(gain, I256::MINUS_ONE), (threshold, I256::MINUS_ONE)])?;
            builder.magnitude(labels::DISTANCE, &distance)
        };
        let first = side_of(&var_threshold)?;
        let excess = if two { side_of(&cvar_threshold)?.twice_positive_part } else { first.twice_positive_part };
        let both = builder.combine(&[(&first.positive, shift), (&excess, I256::ONE)])?;
        let weight = builder.weight(scenario)?;
        weighted.push(builder.product(labels::WEIGHTED, &both, &weight)?);
    }
    let total = builder.sum(&weighted)?;
    let (beyond, twice_excess) = split(builder, &total, shift, excess, weight.product(&scenarios)?)?;
    Ok(TailSums { var_threshold, cvar_threshold, beyond, twice_excess })
}

/// Splits `total = beyond * shift + excess` into its parts, which are unique because `excess < shift`.
fn split<B: Instructions>(
    builder: &mut Builder<'_, B>,
    total: &Num<B::Integer>,
    shift: I256,
    excess: Interval,
    beyond: Interval,
) -> Result<(NumOf<B>, NumOf<B>), BoundError> {
    let value = builder.backend.value(total.expression());
    let excess = builder.range(labels::EXCESS_BIT, value.rem_euclid(shift), excess.unsigned_bits()?)?;
    let beyond = builder.range(labels::BEYOND_BIT, value.div_euclid(shift), beyond.unsigned_bits()?)?;
    let parts = builder.combine(&[(&beyond, shift), (&excess, I256::ONE)])?;
    let parts = builder.backend.to_element(parts.expression());
    let total = builder.backend.to_element(total.expression());
    builder.backend.assert_equal(labels::SPLIT, &parts, &total);
    Ok((beyond, excess))
}
