//! Limits on the book itself, and the liquidity cost.

use ethnum::I256;
use tailproof_core::fixed_point::{FRACTION_BITS, GROSS_BITS};
use tailproof_core::mandate::LimitUnits;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::controls;
use tailproof_verifier::inputs::layout;
use tailproof_verifier::market::limits::WORDS;
use tailproof_verifier::market::rules::{rule_word_fields, words};

use super::books::OpenedBook;
use super::room::{ClauseLimit, room};
use super::rules::OpenedRules;
use super::sizes::cost_beyond;
use super::{MarketWitness, labels};
use crate::builder::{Builder, Num, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::{FactorRow, Instructions, Label, RangeLabels};
use crate::statement::hash_chain::hash_chain;

/// The limits of a statement, range-checked.
pub(super) struct OpenedLimits<E> {
    pub var: ClauseLimit<E>,
    pub cvar: ClauseLimit<E>,
    /// The limits on the book itself, where the shape has them.
    pub book: Option<OpenedBookLimits<E>>,
    /// The terms on net asset value and groups, where the shape has them.
    pub rules: Option<OpenedRules<E>>,
}

/// The limits on the book itself, range-checked.
pub(super) struct OpenedBookLimits<E> {
    liquidity: [Num<E>; 2],
    pub no_var_floor: Num<E>,
    pub var_floor: ClauseLimit<E>,
    gross: ClauseLimit<E>,
    net: ClauseLimit<E>,
    net_floor_above: ClauseLimit<E>,
    net_floor_below: ClauseLimit<E>,
    concentration: ClauseLimit<E>,
    large_threshold: ClauseLimit<E>,
    large: ClauseLimit<E>,
}

/// The number of fields behind the control: ten limits of two fields each, and three flags.
const FIELDS: usize = 2 * 10 + 3;

/// Returns the limits, whose packed words hash to the control.
pub(super) fn open_limits<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
) -> Built<B, OpenedLimits<B::Integer>> {
    let count = shape.rules().map_or(WORDS, words);
    let mut numbers = Vec::with_capacity(count);
    let mut packed_words = Vec::with_capacity(count);
    for word in 0..count {
        let fields = rule_word_fields(word);
        let values = controls::unpack(&fields, witness.limit_word(word));
        let (fields, packed) = builder.unpack(labels::LIMITS.bit, &fields, values)?;
        numbers.push(fields);
        packed_words.push(builder.element(&packed));
    }
    let digest = match shape.rules() {
        Some(_) => hash_chain(builder, labels::LIMITS_HASH, None, &packed_words)?,
        None => builder.wide_hash(labels::LIMITS_HASH, packed_words)?,
    };
    let control = builder.control(layout::LIMITS);
    builder.assert_equal(labels::LIMITS_OPEN, &digest, &control)?;
    let of_rules = numbers.split_off(WORDS);
    let opened = limits_of_fields::<B>(numbers.concat())?;
    Ok(OpenedLimits { rules: shape.rules().map(|_| OpenedRules::of_words::<B>(of_rules)).transpose()?, ..opened })
}

/// The limits in the order of `tailproof_verifier::market::limits`.
fn limits_of_fields<B: Instructions>(numbers: Vec<NumOf<B>>) -> Built<B, OpenedLimits<B::Integer>> {
    let fields: Result<[NumOf<B>; FIELDS], _> = numbers.try_into();
    let [
        var,
        var_share,
        cvar,
        cvar_share,
        in_var,
        in_cvar,
        no_var_floor,
        var_floor,
        var_floor_share,
        gross,
        gross_share,
        net,
        net_share,
        concentration,
        concentration_share,
        above,
        above_share,
        below,
        below_share,
        large_threshold,
        large_threshold_share,
        large,
        large_share,
    ] = fields.map_err(|fields| SynthesisError::Length { list: "limits", expected: FIELDS, found: fields.len() })?;
    let limit = |absolute, share| ClauseLimit { absolute, share };
    let book = OpenedBookLimits {
        liquidity: [in_var, in_cvar],
        no_var_floor,
        var_floor: limit(var_floor, var_floor_share),
        gross: limit(gross, gross_share),
        net: limit(net, net_share),
        net_floor_above: limit(above, above_share),
        net_floor_below: limit(below, below_share),
        concentration: limit(concentration, concentration_share),
        large_threshold: limit(large_threshold, large_threshold_share),
        large: limit(large, large_share),
    };
    Ok(OpenedLimits { var: limit(var, var_share), cvar: limit(cvar, cvar_share), book: Some(book), rules: None })
}

/// Constrains a number of book units to be within a limit.
fn within<B: Instructions>(
    builder: &mut Builder<'_, B>,
    (share, rest): (Label, RangeLabels),
    limit: &ClauseLimit<B::Integer>,
    nav: &NumOf<B>,
    units: &NumOf<B>,
) -> Built<B, ()> {
    let figure = builder.combine(&[(units, I256::ONE << FRACTION_BITS)])?;
    let room = room(builder, share, limit, nav, &figure)?;
    builder.assert_nonnegative(rest, &room)
}

/// Proves the clauses on the book. Returns the cost of closing it at the half-spreads, or at rates that
/// grow, in loss units, as it counts in value at risk and in expected shortfall: the cost or zero.
pub(super) fn book_limits<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    limits: &OpenedBookLimits<B::Integer>,
    book: &OpenedBook<B::Integer>,
) -> Built<B, [NumOf<B>; 2]> {
    let nav = &book.nav;
    let mut magnitudes = Vec::with_capacity(shape.factors());
    let mut exposures = Vec::with_capacity(shape.factors());
    let mut costs = Vec::with_capacity(2 * shape.factors());
    let costs_grow = shape.rules().is_some_and(|sizes| sizes.impact);
    for factor in 0..shape.factors() {
        let (exposure, magnitude) = (&book.exposures.entries()[factor], &book.exposures.magnitudes()[factor]);
        let counted = builder.factor_input(FactorRow::IsExposure, factor)?;
        let half_spread = builder.factor_input(FactorRow::HalfSpread, factor)?;
        exposures.push(builder.product(labels::COUNTED_EXPOSURE, &counted, exposure)?);
        magnitudes.push(builder.product(labels::COUNTED_MAGNITUDE, &counted, magnitude)?);
        costs.push(builder.product(labels::SPREAD_COST, &half_spread, magnitude)?);
        if costs_grow {
            costs.push(cost_beyond(builder, factor, magnitude)?);
        }
    }

    let gross = builder.sum(&magnitudes)?;
    within(builder, (labels::GROSS_SHARE, labels::GROSS_LIMIT), &limits.gross, nav, &gross)?;

    let net = builder.sum(&exposures)?;
    within(builder, (labels::NET_SHARE, labels::NET_LIMIT), &limits.net, nav, &net)?;
    // net >= above - below, as 0 <= (net - above) + below.
    let minus_net = builder.combine(&[(&net, I256::MINUS_ONE << FRACTION_BITS)])?;
    let under = room(builder, labels::NET_FLOOR_BELOW_SHARE, &limits.net_floor_below, nav, &minus_net)?;
    let zero = builder.constant(I256::ZERO)?;
    let above = room(builder, labels::NET_FLOOR_ABOVE_SHARE, &limits.net_floor_above, nav, &zero)?;
    let rest = builder.sub(&under, &above)?;
    builder.assert_nonnegative(labels::NET_FLOOR, &rest)?;

    concentration(builder, limits, nav, &magnitudes)?;
    large_exposures(builder, limits, nav, &magnitudes)?;
    let cost = builder.sum(&costs)?;
    let [in_var, in_cvar] = &limits.liquidity;
    Ok([
        builder.product(labels::VAR_LIQUIDITY, in_var, &cost)?,
        builder.product(labels::CVAR_LIQUIDITY, in_cvar, &cost)?,
    ])
}

/// Proves concentration: some number is at least every magnitude, and within the limit.
fn concentration<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &OpenedBookLimits<B::Integer>,
    nav: &NumOf<B>,
    magnitudes: &[NumOf<B>],
) -> Built<B, ()> {
    let honest = magnitudes.iter().map(|magnitude| builder.value(magnitude)).max().unwrap_or(I256::ZERO);
    let largest = builder.range(labels::LARGEST_BIT, honest, GROSS_BITS)?;
    for magnitude in magnitudes {
        let rest = builder.sub(&largest, magnitude)?;
        builder.assert_nonnegative(labels::LARGEST_COVERS, &rest)?;
    }
    let labels = (labels::CONCENTRATION_SHARE, labels::CONCENTRATION_LIMIT);
    within(builder, labels, &limits.concentration, nav, &largest)
}

/// Proves the limit on large exposures: some number within the threshold is at least every
/// magnitude that is not counted as large, and the sum of those that are counted is within its
/// limit.
fn large_exposures<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &OpenedBookLimits<B::Integer>,
    nav: &NumOf<B>,
    magnitudes: &[NumOf<B>],
) -> Built<B, ()> {
    let threshold = &limits.large_threshold;
    let scaled = builder.value(&threshold.absolute) * I256::from(LimitUnits::FIGURE_FACTOR)
        + builder.value(&threshold.share) * I256::from(LimitUnits::NAV_FACTOR) * builder.value(nav);
    let most = (I256::ONE << GROSS_BITS) - 1;
    let honest = (scaled / (I256::from(LimitUnits::FIGURE_FACTOR) << FRACTION_BITS)).min(most);
    let small = builder.range(labels::LARGE_THRESHOLD_BIT, honest, GROSS_BITS)?;
    within(builder, (labels::LARGE_THRESHOLD_SHARE, labels::LARGE_THRESHOLD), threshold, nav, &small)?;

    let mut large = Vec::with_capacity(magnitudes.len());
    for magnitude in magnitudes {
        let is_large = builder.value(magnitude) > builder.value(&small);
        let flag = builder.range(labels::LARGE_FLAG, I256::from(u8::from(is_large)), 1)?;
        let amount = builder.product(labels::LARGE_AMOUNT, &flag, magnitude)?;
        let rest = builder.combine(&[(&small, I256::ONE), (magnitude, I256::MINUS_ONE), (&amount, I256::ONE)])?;
        builder.assert_nonnegative(labels::LARGE_COVERS, &rest)?;
        large.push(amount);
    }
    let large = builder.sum(&large)?;
    within(builder, (labels::LARGE_SHARE, labels::LARGE_LIMIT), &limits.large, nav, &large)
}
