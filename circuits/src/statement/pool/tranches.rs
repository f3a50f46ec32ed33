//! Claims about the losses of pieces of the notional.
//!
//! Losses times 5^6 are compared with attachment points: a point of a millionths of a balance B is `a 2^14 B` (see
//! `tailproof_core::pool::tranches`). With excesses `u(z) = max(5^6 l - z, 0)`, the loss of the piece between two points is
//! `u(low) - u(high)`, and what it is beyond a threshold y inside the piece is `u(y) - u(high)`: so one range check per scenario and threshold
//! gives everything.

use ethnum::I256;
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::pool::claims::WHOLE;
use tailproof_core::pool::tranches::{LOSS_FACTOR, NOTIONAL, POINT_SHIFT};
use tailproof_verifier::Shape;

use super::claims::at_most;
use super::{PoolWitness, labels};
use crate::bound::{BoundError, Interval, bits_of};
use crate::instructions::Instructions;
use crate::integer::{Builder, Num, NumOf, SignOfZero};

/// What is claimed of a piece.
struct Piece<E> {
    expected_loss: Num<E>,
    hit: Num<E>,
    shortfall: Num<E>,
    /// tail mass and divisor, at least 1
    mass: Num<E>,
    divisor: Num<E>,
}

/// What is claimed of the tranches.
pub(super) struct TrancheTerms<E> {
    /// attachment points between the pieces
    points: Vec<Num<E>>,
    expected_loss: Num<E>,
    pieces: Vec<Piece<E>>,
}

impl<E: Clone> TrancheTerms<E> {
    /// From the terms, in the order of `tailproof_verifier::pool::terms::tranche_fields`.
    pub(super) fn of<B: Instructions<Integer = E>>(
        builder: &Builder<'_, B>,
        pieces: usize,
        mut terms: std::vec::IntoIter<Num<E>>,
    ) -> Result<Self, BoundError> {
        let mut next = || terms.next().expect("as many as there are fields");
        let one = builder.constant(I256::ONE)?;
        let points = (1..pieces).map(|_| next()).collect();
        let expected_loss = next();
        let mut all = Vec::with_capacity(pieces);
        for _ in 0..pieces {
            let (expected_loss, hit, shortfall) = (next(), next(), next());
            let (mass, divisor) = (builder.add(&next(), &one)?, builder.add(&next(), &one)?);
            all.push(Piece { expected_loss, hit, shortfall, mass, divisor });
        }
        Ok(Self { points, expected_loss, pieces: all })
    }
}

/// Weighted sums of excess over a point, doubled, and of exceedance.
struct Beyond<E> {
    twice_excess: Num<E>,
    weight: Option<Num<E>>,
}

/// Claims over the losses of exposures that are not negative and sum to the balance.
pub(super) fn tranche_claims<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    terms: &TrancheTerms<B::Integer>,
    exposures: &[Num<B::Integer>],
    balance: &Num<B::Integer>,
    witness: &PoolWitness,
) -> Result<(), BoundError> {
    // The verifier admits credit losses only: entries from minus one to zero.
    let entries = Interval::new(-(I256::ONE << FRACTION_BITS), I256::ZERO)?;
    let gains = builder.scenario_products_of(labels::LOSSES, exposures, balance, entries)?;
    let mut losses = Vec::with_capacity(gains.len());
    for gain in &gains {
        losses.push(builder.combine(&[(gain, -I256::from(LOSS_FACTOR))])?);
    }
    let mut weights = Vec::with_capacity(losses.len());
    for scenario in 0..shape.scenarios() {
        weights.push(builder.weight(scenario)?);
    }
    let total_weight = builder.sum(&weights)?;
    let total_weight = builder.named(labels::WEIGHT, &total_weight);

    // Ends of the pieces, from zero to the whole notional.
    let mut ends = vec![builder.constant(I256::ZERO)?];
    for point in &terms.points {
        let point = builder.product(labels::POINT, point, balance)?;
        ends.push(builder.combine(&[(&point, I256::ONE << POINT_SHIFT)])?);
    }
    let notional = builder.combine(&[(balance, I256::from(NOTIONAL) << POINT_SHIFT)])?;
    ends.push(notional.clone());

    // All losses are beyond zero and none is beyond the notional.
    let mut weighted = Vec::with_capacity(losses.len());
    for (loss, weight) in losses.iter().zip(&weights) {
        weighted.push(builder.product(labels::LOSS_WEIGHTED, loss, weight)?);
    }
    let lost = builder.sum(&weighted)?;
    let twice_lost = builder.combine(&[(&lost, I256::from(2))])?;
    let none = builder.constant(I256::ZERO)?;
    let mut beyond = vec![Beyond { twice_excess: twice_lost.clone(), weight: None }];
    for end in &ends[1..ends.len() - 1] {
        beyond.push(beyond_point(builder, &losses, &weights, end)?);
    }
    beyond.push(Beyond { twice_excess: none, weight: None });

    let allowed = builder.product(labels::POOL_LOSS_LIMIT, &terms.expected_loss, &notional)?;
    let allowed = builder.combine(&[(&allowed, I256::from(2))])?;
    at_most(builder, labels::POOL_LOSS, (&twice_lost, WHOLE), &allowed, &total_weight)?;
    for (index, piece) in terms.pieces.iter().enumerate() {
        let (low, high) = (&ends[index], &ends[index + 1]);
        let width = builder.sub(high, low)?;
        let part = builder.sub(&beyond[index].twice_excess, &beyond[index + 1].twice_excess)?;
        let allowed = builder.product(labels::LOSS_LIMIT, &piece.expected_loss, &width)?;
        let allowed = builder.combine(&[(&allowed, I256::from(2))])?;
        at_most(builder, labels::EXPECTED_LOSS, (&part, WHOLE), &allowed, &total_weight)?;
        if let Some(weight) = &beyond[index].weight {
            at_most(builder, labels::HIT, (weight, WHOLE), &piece.hit, &total_weight)?;
        }
        shortfall(
            builder,
            piece,
            [low, high],
            &beyond[index + 1].twice_excess,
            (&losses, &weights),
            witness.thresholds()[index],
        )?;
    }
    Ok(())
}

/// Rockafellar and Uryasev (2000) inside a piece: `A (y - low) + D sum_t w_t (u_t(y) - u_t(high)) <= A limit (high - low)` for some y of it.
fn shortfall<B: Instructions>(
    builder: &mut Builder<'_, B>,
    piece: &Piece<B::Integer>,
    [low, high]: [&Num<B::Integer>; 2],
    twice_beyond: &Num<B::Integer>,
    (losses, weights): (&[NumOf<B>], &[NumOf<B>]),
    honest: i128,
) -> Result<(), BoundError> {
    let bits = bits_of(high.interval().high());
    let threshold = builder.range(labels::THRESHOLD_BIT, I256::from(honest), bits)?;
    let above = builder.sub(&threshold, low)?;
    builder.assert_nonnegative(labels::THRESHOLD_ABOVE, &above)?;
    let below = builder.sub(high, &threshold)?;
    builder.assert_nonnegative(labels::THRESHOLD_BELOW, &below)?;
    let twice_excess = {
        let mut weighted = Vec::with_capacity(losses.len());
        for (loss, weight) in losses.iter().zip(weights) {
            let distance = builder.sub(loss, &threshold)?;
            let distance = builder.magnitude(labels::DISTANCE, &distance, SignOfZero::Negative)?;
            weighted.push(builder.product(labels::EXCESS_WEIGHTED, &distance.twice_positive_part, weight)?);
        }
        builder.sum(&weighted)?
    };
    let part = builder.sub(&twice_excess, twice_beyond)?;
    let part = builder.product(labels::SHORTFALL_EXCESS, &piece.divisor, &part)?;
    let reached = builder.product(labels::SHORTFALL_THRESHOLD, &piece.mass, &above)?;
    let figure = builder.combine(&[(&reached, I256::from(2)), (&part, I256::ONE)])?;
    let width = builder.sub(high, low)?;
    let allowed = builder.product(labels::SHORTFALL_LIMIT, &piece.shortfall, &width)?;
    let allowed = builder.combine(&[(&allowed, I256::from(2))])?;
    at_most(builder, labels::SHORTFALL, (&figure, WHOLE), &allowed, &piece.mass)
}

/// Exceedances and excesses over a point: one product per scenario weights both, in disjoint ranges of bits.
fn beyond_point<B: Instructions>(
    builder: &mut Builder<'_, B>,
    losses: &[NumOf<B>],
    weights: &[NumOf<B>],
    point: &Num<B::Integer>,
) -> Result<Beyond<B::Integer>, BoundError> {
    let scenarios = Interval::constant(I256::from(losses.len() as u64))?;
    let weight = weights[0].interval();
    let most = losses[0].interval().high().max(point.interval().high()) * I256::from(2);
    let excess = Interval::new(I256::ZERO, most)?.product(&weight)?.product(&scenarios)?;
    let count = weight.product(&scenarios)?;
    let shift = I256::ONE << excess.unsigned_bits()?;
    let mut weighted = Vec::with_capacity(losses.len());
    for (loss, weight) in losses.iter().zip(weights) {
        let distance = builder.sub(loss, point)?;
        let distance = builder.magnitude(labels::DISTANCE, &distance, SignOfZero::Negative)?;
        let together = builder.combine(&[(&distance.positive, shift), (&distance.twice_positive_part, I256::ONE)])?;
        weighted.push(builder.product(labels::EXCESS_WEIGHTED, &together, weight)?);
    }
    let total = builder.sum(&weighted)?;
    let parts = [(labels::EXCESS_BIT, excess), (labels::BEYOND_BIT, count)];
    let mut parts = builder.split(labels::EXCESS_SPLIT, &total, &parts)?.into_iter();
    match (parts.next(), parts.next()) {
        (Some(twice_excess), weight @ Some(_)) => Ok(Beyond { twice_excess, weight }),
        _ => Err(BoundError { operation: "the list of parts" }),
    }
}
