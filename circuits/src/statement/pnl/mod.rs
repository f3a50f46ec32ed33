//! The P&L statement: value at risk and expected shortfall of a committed P&L vector.
//!
//! The book's chapter "P&L statement" has public inputs, witness and relation. In short, with gains
//! `g_t` in book units, losses `l_t = -g_t`, and tails, limits and shares as in the market statement:
//!
//! * the commitment opens to the gains, `nav`, `unit`, and the source and days of the vector;
//! * the clauses of the market statement hold for these losses, times 2^20.
//!
//! A slot of the commitment is 45 bits wide. For one vector, the distance of its loss from the threshold
//! bounds a gain. For several, each has a range check of its own: a sum that is in range says nothing
//! about its parts.

pub mod labels;

use ethnum::I256;
use tailproof_core::Positions;
use tailproof_core::fixed_point::{FRACTION_BITS, NAV_BITS, PNL_BITS};
use tailproof_verifier::Shape;
use tailproof_verifier::commitment::Slots;

use super::market::books::together;
use super::market::opening::{Numbers, open_commitment};
use super::market::tails::{TailSums, Which, thresholds, weighted_sums};
use super::market::{MarketWitness, bind_context, clauses, labels as market, open_clause_limits, open_tails};
use crate::builder::{Builder, Magnitude, Num, NumOf, SignOfZero};
use crate::error::Built;
use crate::instructions::Instructions;

/// Bits of a threshold in book units: every loss lies in (-2^42, 2^42).
pub const THRESHOLD_BITS: u32 = PNL_BITS + 1;
/// Bits of the distance of a loss from a threshold: both are at most 2^42 in magnitude.
pub const DISTANCE_BITS: u32 = PNL_BITS + 1;
/// Bits of the gain of a sub-book, with its sign.
pub const SLOT_BITS: u32 = PNL_BITS + 1;

/// Runs the statement on a builder.
pub(super) fn pnl<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
) -> Built<B, ()> {
    bind_context(builder)?;
    let tails = open_tails(builder, shape)?;
    let [var_limit, cvar_limit] = open_clause_limits(builder)?;

    let (vectors, sums) = match witness.books() {
        [(vector, _)] => one_vector(builder, shape, witness, vector)?,
        several => several_vectors(builder, shape, witness, several.iter().map(|(vector, _)| vector))?,
    };
    let mut commitments = Vec::with_capacity(vectors.len());
    let mut navs = Vec::with_capacity(vectors.len());
    for ((vector, blinding), gains) in witness.books().iter().zip(&vectors) {
        let nav = builder.range(market::NAV_BIT, I256::from(vector.nav()), NAV_BITS)?;
        let numbers = Numbers { slots: Slots::PNL, padded: gains, count: vector.gains().len() };
        commitments.push(open_commitment(builder, &numbers, *blinding, &nav, &tails.unit)?);
        navs.push(nav);
    }
    let nav = together(builder, commitments, &navs)?;

    let sums = in_loss_units(builder, sums)?;
    clauses::value_at_risk(builder, &sums, &tails.var, &var_limit, &nav, None)?;
    clauses::expected_shortfall(builder, &sums, &tails.cvar, &cvar_limit, &nav, None)
}

/// The gains of each vector, as many as the shape has days, and the sums over their losses.
type Opened<E> = (Vec<Vec<Num<E>>>, TailSums<E>);

/// Returns the gains of one vector, each bounded by the distance of its loss from the first threshold.
fn one_vector<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
    vector: &Positions,
) -> Built<B, Opened<B::Integer>> {
    let honest = padded(vector, shape);
    let mut gains: Vec<NumOf<B>> = Vec::with_capacity(shape.scenarios());
    let sums = sums(builder, shape, witness, |builder, day, which, threshold, zero| match which {
        Which::First => {
            let of_loss = (I256::MINUS_ONE, threshold);
            let (gain, distance) = builder.witness_by_distance(
                labels::GAIN,
                market::DISTANCE,
                honest[day],
                of_loss,
                DISTANCE_BITS,
                zero,
            )?;
            gains.push(gain);
            Ok(distance)
        }
        Which::Second => distance_of(builder, &gains[day], threshold, zero),
    })?;
    Ok((vec![gains], sums))
}

/// Returns the gains of several vectors, each in range, and the sums over the losses of their sum.
fn several_vectors<'v, B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
    vectors: impl Iterator<Item = &'v Positions>,
) -> Built<B, Opened<B::Integer>> {
    let mut gains = Vec::with_capacity(shape.books());
    for vector in vectors {
        let mut of_vector = Vec::with_capacity(shape.scenarios());
        for honest in padded(vector, shape) {
            of_vector.push(builder.signed_range(labels::SLOT_BIT, honest, SLOT_BITS)?);
        }
        gains.push(of_vector);
    }
    let sums = sums(builder, shape, witness, |builder, day, _, threshold, zero| {
        let gain = builder.sum(gains.iter().map(|of_vector| &of_vector[day]))?;
        distance_of(builder, &gain, threshold, zero)
    })?;
    Ok((gains, sums))
}

/// Returns the sums in book units.
fn sums<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
    distance: impl FnMut(&mut Builder<'_, B>, usize, Which, &NumOf<B>, SignOfZero) -> Built<B, Magnitude<B::Integer>>,
) -> Built<B, TailSums<B::Integer>> {
    let honest = witness.thresholds().map(|threshold| threshold >> FRACTION_BITS);
    let thresholds = thresholds(builder, shape, honest, THRESHOLD_BITS)?;
    let farthest = (I256::ONE << DISTANCE_BITS) - 1;
    weighted_sums(builder, shape, thresholds, farthest, distance)
}

/// Returns the distance of a loss from a threshold: `-gain - z`.
fn distance_of<B: Instructions>(
    builder: &mut Builder<'_, B>,
    gain: &NumOf<B>,
    threshold: &NumOf<B>,
    zero: SignOfZero,
) -> Built<B, Magnitude<B::Integer>> {
    let distance = builder.combine(&[(gain, I256::MINUS_ONE), (threshold, I256::MINUS_ONE)])?;
    builder.narrow_magnitude(market::DISTANCE, &distance, DISTANCE_BITS, zero)
}

/// Returns sums of losses in book units as sums in loss units, of which limits are.
fn in_loss_units<B: Instructions>(
    builder: &Builder<'_, B>,
    sums: TailSums<B::Integer>,
) -> Built<B, TailSums<B::Integer>> {
    let scaled = |number: &NumOf<B>| builder.combine(&[(number, I256::ONE << FRACTION_BITS)]);
    Ok(TailSums {
        var_threshold: scaled(&sums.var_threshold)?,
        cvar_threshold: scaled(&sums.cvar_threshold)?,
        twice_excess: scaled(&sums.twice_excess)?,
        ..sums
    })
}

/// The gains of the days of a shape. A vector may have fewer days: the last gains are zero.
fn padded(vector: &Positions, shape: Shape) -> Vec<I256> {
    let mut gains: Vec<I256> = vector.gains().iter().map(|gain| I256::from(*gain)).collect();
    gains.resize(shape.scenarios(), I256::ZERO);
    gains
}
