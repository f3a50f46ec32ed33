//! Limits on the book itself, and the liquidity cost.

use ethnum::I256;
use tailproof_core::fixed_point::{FRACTION_BITS, GROSS_BITS};
use tailproof_core::mandate::LimitUnits;
use tailproof_verifier::Shape;
use tailproof_verifier::commitment::HASH_INPUTS;
use tailproof_verifier::market::controls;
use tailproof_verifier::market::layout;
use tailproof_verifier::market::limits::{WORDS, word_fields};

use super::books::Book;
use super::clauses::room;
use super::{ClauseLimit, MarketWitness, labels};
use crate::bound::BoundError;
use crate::instructions::{FactorRow, Instructions, Label, RangeLabels};
use crate::integer::{Builder, Num};

/// The limits of a statement.
pub(super) struct Limits<E> {
    pub var: ClauseLimit<E>,
    pub cvar: ClauseLimit<E>,
    /// where the shape has them
    pub book: Option<BookLimits<E>>,
}

/// Those on the book itself.
pub(super) struct BookLimits<E> {
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

/// The limits, whose packed words hash to the control.
pub(super) fn open_limits<B: Instructions>(
    builder: &mut Builder<'_, B>,
    witness: &MarketWitness,
) -> Result<Limits<B::Integer>, BoundError> {
    let mut numbers = Vec::new();
    let mut hashed = Vec::with_capacity(HASH_INPUTS);
    for (word, limbs) in witness.limit_words().iter().enumerate() {
        let fields = word_fields(word);
        let mut packed = builder.constant(I256::ZERO)?;
        let mut position = 0;
        for (field, value) in fields.iter().zip(controls::unpack(&fields, *limbs)) {
            let number = builder.range(labels::LIMITS.bit, I256::from(value), field.bits)?;
            packed = builder.combine(&[(&packed, I256::ONE), (&number, I256::ONE << position)])?;
            position += field.bits;
            numbers.push(number);
        }
        hashed.push(builder.backend.to_element(packed.expression()));
    }
    assert_eq!(hashed.len(), WORDS);
    let zero = builder.constant(I256::ZERO)?;
    hashed.resize(HASH_INPUTS, builder.backend.to_element(zero.expression()));
    let digest = builder.backend.hash(labels::LIMITS_HASH, &hashed);
    let control = builder.backend.control(layout::LIMITS);
    builder.backend.assert_equal(labels::LIMITS_OPEN, &digest, &control);

    let mut numbers = numbers.into_iter();
    let mut next = || numbers.next().expect("as many as there are fields");
    let mut limit = || ClauseLimit { absolute: next(), share: next() };
    let (var, cvar) = (limit(), limit());
    let (liquidity, no_var_floor) = ([next(), next()], next());
    let mut limit = || ClauseLimit { absolute: next(), share: next() };
    let (var_floor, gross, net, concentration) = (limit(), limit(), limit(), limit());
    let (net_floor_above, net_floor_below, large_threshold, large) = (limit(), limit(), limit(), limit());
    let book = BookLimits {
        liquidity,
        no_var_floor,
        var_floor,
        gross,
        net,
        net_floor_above,
        net_floor_below,
        concentration,
        large_threshold,
        large,
    };
    Ok(Limits { var, cvar, book: Some(book) })
}

/// Constrains a number of book units to be within a limit.
fn within<B: Instructions>(
    builder: &mut Builder<'_, B>,
    (share, rest): (Label, RangeLabels),
    limit: &ClauseLimit<B::Integer>,
    nav: &Num<B::Integer>,
    units: &Num<B::Integer>,
) -> Result<(), BoundError> {
    let figure = builder.combine(&[(units, I256::ONE << FRACTION_BITS)])?;
    let room = room(builder, share, limit, nav, &figure)?;
    builder.assert_nonnegative(rest, &room)
}

/// The clauses on the book. Returns the cost of closing it at the half-spreads, in loss units, as it counts in value at risk and in
/// expected shortfall: it or zero.
pub(super) fn book_limits<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    limits: &BookLimits<B::Integer>,
    book: &Book<B::Integer>,
) -> Result<[Num<B::Integer>; 2], BoundError> {
    let nav = &book.nav;
    let mut magnitudes = Vec::with_capacity(shape.factors());
    let mut exposures = Vec::with_capacity(shape.factors());
    let mut costs = Vec::with_capacity(shape.factors());
    for factor in 0..shape.factors() {
        let (exposure, magnitude) = (&book.exposures.entries()[factor], &book.exposures.magnitudes()[factor]);
        let counted = builder.factor_input(FactorRow::IsExposure, factor)?;
        let half_spread = builder.factor_input(FactorRow::HalfSpread, factor)?;
        exposures.push(builder.product(labels::COUNTED_EXPOSURE, &counted, exposure)?);
        magnitudes.push(builder.product(labels::COUNTED_MAGNITUDE, &counted, magnitude)?);
        costs.push(builder.product(labels::SPREAD_COST, &half_spread, magnitude)?);
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

/// Some number is at least every magnitude, and within the limit.
fn concentration<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &BookLimits<B::Integer>,
    nav: &Num<B::Integer>,
    magnitudes: &[Num<B::Integer>],
) -> Result<(), BoundError> {
    let honest = magnitudes.iter().map(|magnitude| builder.value(magnitude)).max().unwrap_or(I256::ZERO);
    let largest = builder.range(labels::LARGEST_BIT, honest, GROSS_BITS)?;
    for magnitude in magnitudes {
        let rest = builder.sub(&largest, magnitude)?;
        builder.assert_nonnegative(labels::LARGEST_COVERS, &rest)?;
    }
    let labels = (labels::CONCENTRATION_SHARE, labels::CONCENTRATION_LIMIT);
    within(builder, labels, &limits.concentration, nav, &largest)
}

/// Some number within the threshold is at least every magnitude that is not counted as large, and those that are stay within
/// their limit together.
fn large_exposures<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &BookLimits<B::Integer>,
    nav: &Num<B::Integer>,
    magnitudes: &[Num<B::Integer>],
) -> Result<(), BoundError> {
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
