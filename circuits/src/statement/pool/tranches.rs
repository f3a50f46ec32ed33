//! Claims about the losses of pieces of the notional.
//!
//! Losses times 5^6 are compared with attachment points: a point of a millionths of a balance B is
//! `a 2^14 B` (see `tailproof_core::pool::tranches`). With excesses
//! `u(z) = max(5^6 l - z, 0)`, the loss of the piece between two points is `u(low) - u(high)`. Its
//! part beyond a threshold y inside the piece is `u(y) - u(high)`. So one range check per scenario
//! and threshold is enough for all of them.

use ethnum::I256;
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::pool::schema::WHOLE;
use tailproof_core::pool::tranches::{LOSS_FACTOR, NOTIONAL, POINT_SHIFT};
use tailproof_verifier::Shape;

use super::comparisons::at_most;
use super::terms::Fields;
use super::{PoolWitness, labels};
use crate::bound::{Interval, bits_of};
use crate::builder::{Builder, Magnitude, Num, NumOf, ScenarioProducts, SignOfZero};
use crate::error::Built;
use crate::instructions::Instructions;

/// The limits of a piece, range-checked.
struct OpenedPiece<E> {
    expected_loss: Num<E>,
    hit: Num<E>,
    shortfall: Num<E>,
    /// The tail mass, at least 1.
    mass: Num<E>,
    /// The tail divisor, at least 1.
    divisor: Num<E>,
}

/// The limits of the tranches, range-checked.
pub(super) struct OpenedTranches<E> {
    /// The attachment points between the pieces.
    points: Vec<Num<E>>,
    expected_loss: Num<E>,
    pieces: Vec<OpenedPiece<E>>,
}

impl<E: Clone> OpenedTranches<E> {
    /// Returns the limits behind terms in the order of
    /// `tailproof_verifier::pool::terms::tranche_fields`.
    ///
    /// # Errors
    /// If there are fewer terms than fields.
    pub(super) fn new<B: Instructions<Integer = E>>(
        builder: &Builder<'_, B>,
        pieces: usize,
        terms: Vec<Num<E>>,
    ) -> Built<B, Self> {
        let mut fields = Fields::new("terms of tranches", terms);
        let one = builder.constant(I256::ONE)?;
        let points = fields.many::<B>(pieces - 1)?;
        let expected_loss = fields.next::<B>()?;
        let mut all = Vec::with_capacity(pieces);
        for _ in 0..pieces {
            let (expected_loss, hit, shortfall) = (fields.next::<B>()?, fields.next::<B>()?, fields.next::<B>()?);
            let mass = builder.add(&fields.next::<B>()?, &one)?;
            let divisor = builder.add(&fields.next::<B>()?, &one)?;
            all.push(OpenedPiece { expected_loss, hit, shortfall, mass, divisor });
        }
        Ok(Self { points, expected_loss, pieces: all })
    }
}

/// Sums over scenarios: twice the weighted excess over a point, and the weight beyond it.
struct Beyond<E> {
    twice_excess: Num<E>,
    weight: Option<Num<E>>,
}

/// Proves the claims about the losses of exposures that are not negative and sum to the balance.
pub(super) fn tranche_claims<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    terms: &OpenedTranches<B::Integer>,
    exposures: &[NumOf<B>],
    balance: &NumOf<B>,
    witness: &PoolWitness,
) -> Built<B, ()> {
    // The verifier admits only credit losses: entries from minus one to zero.
    let entries = Interval::new(-(I256::ONE << FRACTION_BITS), I256::ZERO)?;
    let gains = builder.scenario_products_of_parts(labels::LOSSES, exposures, balance, entries)?;
    let mut losses = Vec::with_capacity(shape.scenarios());
    for gain in gains.all() {
        losses.push(builder.combine(&[(gain, MINUS_LOSS)])?);
    }
    let mut weights = Vec::with_capacity(losses.len());
    for scenario in 0..shape.scenarios() {
        weights.push(builder.weight(scenario)?);
    }
    let total_weight = builder.sum(&weights)?;
    let total_weight = builder.named(labels::WEIGHT, &total_weight)?;

    // The ends of the pieces, from zero to the whole notional.
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
    let mut over = Scenarios { gains, weights, total_weight };
    for end in &ends[1..ends.len() - 1] {
        beyond.push(beyond_point(builder, &mut over, end)?);
    }
    beyond.push(Beyond { twice_excess: none, weight: None });

    let allowed = builder.product(labels::POOL_LOSS_LIMIT, &terms.expected_loss, &notional)?;
    let allowed = builder.combine(&[(&allowed, I256::from(2))])?;
    at_most(builder, labels::POOL_LOSS, (&twice_lost, WHOLE), &allowed, &over.total_weight)?;
    for (index, limits) in terms.pieces.iter().enumerate() {
        let piece = [(&ends[index], &beyond[index]), (&ends[index + 1], &beyond[index + 1])];
        piece_claims(builder, limits, piece, &mut over, witness.thresholds()[index])?;
    }
    Ok(())
}

/// `5^6 l = - 5^6 gain`.
const MINUS_LOSS: I256 = I256::new(-(LOSS_FACTOR as i128));

/// The gains of scenarios with their weights.
struct Scenarios<E> {
    gains: ScenarioProducts<E>,
    weights: Vec<Num<E>>,
    total_weight: Num<E>,
}

impl<E: Clone> Scenarios<E> {
    /// Returns the distance of a scenario's loss from a point.
    fn distance<B: Instructions<Integer = E>>(
        &mut self,
        builder: &mut Builder<'_, B>,
        scenario: usize,
        point: &Num<E>,
    ) -> Built<B, Magnitude<E>> {
        let of_loss = (MINUS_LOSS, point);
        builder.distance(labels::DISTANCE, &mut self.gains, scenario, of_loss, SignOfZero::Negative)
    }
}

/// Proves the claims about a piece, given its two ends with the sums beyond them.
fn piece_claims<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &OpenedPiece<B::Integer>,
    [(low, beyond_low), (high, beyond_high)]: [(&NumOf<B>, &Beyond<B::Integer>); 2],
    over: &mut Scenarios<B::Integer>,
    threshold: i128,
) -> Built<B, ()> {
    let width = builder.sub(high, low)?;
    let part = builder.sub(&beyond_low.twice_excess, &beyond_high.twice_excess)?;
    let allowed = builder.product(labels::LOSS_LIMIT, &limits.expected_loss, &width)?;
    let allowed = builder.combine(&[(&allowed, I256::from(2))])?;
    at_most(builder, labels::EXPECTED_LOSS, (&part, WHOLE), &allowed, &over.total_weight)?;
    if let Some(weight) = &beyond_low.weight {
        at_most(builder, labels::HIT, (weight, WHOLE), &limits.hit, &over.total_weight)?;
    }
    shortfall(builder, limits, [low, high], &beyond_high.twice_excess, over, threshold)
}

/// Proves a limit on expected shortfall inside a piece (Rockafellar and Uryasev 2000): `A (y - low)
/// + D sum_t w_t (u_t(y) - u_t(high)) <= A limit (high - low)` for some y in the piece.
fn shortfall<B: Instructions>(
    builder: &mut Builder<'_, B>,
    piece: &OpenedPiece<B::Integer>,
    [low, high]: [&NumOf<B>; 2],
    twice_beyond: &NumOf<B>,
    over: &mut Scenarios<B::Integer>,
    honest: i128,
) -> Built<B, ()> {
    let bits = bits_of(high.interval().high());
    let threshold = builder.range(labels::THRESHOLD_BIT, I256::from(honest), bits)?;
    let above = builder.sub(&threshold, low)?;
    builder.assert_nonnegative(labels::THRESHOLD_ABOVE, &above)?;
    let below = builder.sub(high, &threshold)?;
    builder.assert_nonnegative(labels::THRESHOLD_BELOW, &below)?;
    let twice_excess = {
        let mut weighted = Vec::with_capacity(over.weights.len());
        for scenario in 0..over.weights.len() {
            let distance = over.distance(builder, scenario, &threshold)?;
            let weight = &over.weights[scenario];
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

/// Returns exceedances and excesses over a point. One product per scenario weights both, in
/// disjoint ranges of bits.
fn beyond_point<B: Instructions>(
    builder: &mut Builder<'_, B>,
    over: &mut Scenarios<B::Integer>,
    point: &NumOf<B>,
) -> Built<B, Beyond<B::Integer>> {
    let scenarios = Interval::constant(I256::from(over.weights.len() as u64))?;
    let weight = over.weights[0].interval();
    let most_lost = over.gains.all()[0].interval().times(MINUS_LOSS)?.high();
    let most = most_lost.max(point.interval().high()) * I256::from(2);
    let excess = Interval::new(I256::ZERO, most)?.product(&weight)?.product(&scenarios)?;
    let count = weight.product(&scenarios)?;
    let shift = I256::ONE << excess.unsigned_bits()?;
    let mut weighted = Vec::with_capacity(over.weights.len());
    for scenario in 0..over.weights.len() {
        let distance = over.distance(builder, scenario, point)?;
        let together = builder.combine(&[(&distance.positive, shift), (&distance.twice_positive_part, I256::ONE)])?;
        weighted.push(builder.product(labels::EXCESS_WEIGHTED, &together, &over.weights[scenario])?);
    }
    let total = builder.sum(&weighted)?;
    let parts = [(labels::EXCESS_BIT, excess), (labels::BEYOND_BIT, count)];
    let [twice_excess, weight] = builder.split(labels::EXCESS_SPLIT, &total, parts)?;
    Ok(Beyond { twice_excess, weight: Some(weight) })
}
