//! The parametric statement: value at risk and expected shortfall of a committed book from a public
//! mean and covariance.
//!
//! The book's chapter "Parametric statement" has public inputs, witness and relation. In short,
//! with the gains `g_0` of the mean and `g_k` of the rows of the covariance's factor, all times
//! 2^s, squared coefficients `C = c^2 2^30` and limits L and F:
//!
//! * the commitment opens, as in the market statement;
//! * with `R = 2^s (5^9 L + 2^11 F nav) + 5^9 g_0`: `R >= 0` and
//!   `5^18 C sum_k g_k^2 <= 2^30 R^2`, for each clause.

pub mod labels;

use ethnum::I256;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::mandate::parametric::COEFFICIENT_FRACTION;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::controls::{limit_fields, parametric_fields};
use tailproof_verifier::inputs::layout;

use super::market::books::open_books;
use super::market::labels as market;
use super::market::room::{ClauseLimit, room};
use super::market::{MarketWitness, bind_context, unpack};
use crate::builder::{Builder, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::Instructions;

/// Runs the statement on a builder.
pub(super) fn parametric<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
) -> Built<B, ()> {
    bind_context(builder)?;
    let parameters = unpack(builder, labels::PARAMETERS, layout::TAILS, parametric_fields())?;
    let [var, cvar, unit, scale] = &parameters[..] else {
        return Err(SynthesisError::Length { list: "parameters", expected: 4, found: parameters.len() });
    };
    let limits = unpack(builder, market::LIMITS, layout::LIMITS, limit_fields())?;
    let book = open_books(builder, shape, witness, unit)?;
    let products = builder.scenario_products(market::LOSSES, &book.exposures)?;
    let gains = products.all();

    let mean = builder.weight(0)?;
    let mean = builder.product(labels::MEAN, &mean, &gains[0])?;
    let mut squares = Vec::with_capacity(gains.len());
    for (row, gain) in gains.iter().enumerate().skip(1) {
        let square = builder.product(labels::SQUARE, gain, gain)?;
        let weight = builder.weight(row)?;
        squares.push(builder.product(labels::WEIGHTED, &weight, &square)?);
    }
    let variance = builder.sum(&squares)?;

    for (coefficient, limit) in [(var, 0), (cvar, 2)] {
        let limit = ClauseLimit { absolute: limits[limit].clone(), share: limits[limit + 1].clone() };
        clause(builder, [coefficient, scale, &mean, &variance, &book.nav], &limit)?;
    }
    Ok(())
}

/// Proves that `coefficient * sqrt(variance) - mean` is inside the limit.
fn clause<B: Instructions>(
    builder: &mut Builder<'_, B>,
    [coefficient, scale, mean, variance, nav]: [&NumOf<B>; 5],
    limit: &ClauseLimit<B::Integer>,
) -> Built<B, ()> {
    let factor = I256::from(LimitUnits::FIGURE_FACTOR);
    let none = builder.constant(I256::ZERO)?;
    let limit = room(builder, labels::SHARE, limit, nav, &none)?;
    let limit = builder.product(labels::SCALED, scale, &limit)?;
    let room = builder.combine(&[(&limit, I256::ONE), (mean, factor)])?;
    builder.assert_nonnegative(labels::ROOM, &room)?;
    let square = builder.product(labels::ROOM_SQUARE, &room, &room)?;
    let spread = builder.product(labels::SPREAD, coefficient, variance)?;
    let rest = builder.combine(&[(&square, I256::ONE << COEFFICIENT_FRACTION), (&spread, -(factor * factor))])?;
    builder.assert_nonnegative(labels::LIMIT, &rest)
}
