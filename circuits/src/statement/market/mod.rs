//! The market statement: value at risk and expected shortfall of a committed book over a public
//! scenario set.
//!
//! The book's chapter "Market statement" has public inputs, witness and relation. Each constraint's
//! label is its anchor there. In short, with `l_t = -sum_i S[t,i] x[i]`, tails A/B, limits L and
//! shares F of the net asset value:
//!
//! * the commitment opens to `x`, `nav`, `unit` and the factor names of the scenario set;
//! * `sum_i |x_i| < 2^38`, `0 <= nav < 2^44`;
//! * value at risk: a threshold z has `B1 * sum_t w_t [l_t > z] <= A1` and
//!   `5^9 z <= 5^9 L1 + 2^11 F1 nav`;
//! * expected shortfall: a threshold z has
//!   `5^9 (A2 z + B2 sum_t w_t max(l_t - z, 0)) <= A2 (5^9 L2 + 2^11 F2 nav)`.
//!
//! With one threshold both clauses use the same z and tail.

pub(super) mod books;
pub(super) mod clauses;
pub mod labels;
mod limits;
pub(super) mod opening;
pub(super) mod room;
mod rules;
mod sizes;
pub(super) mod tails;
mod witness;

use ethnum::I256;
use tailproof_core::fixed_point::{ENTRY_BITS, GROSS_BITS};
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::controls::PackedField;
use tailproof_verifier::inputs::controls::{limit_fields, tail_fields};
use tailproof_verifier::inputs::{controls, layout};

use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::{Instructions, RangeLabels};
use limits::OpenedLimits;
use room::ClauseLimit;

pub use witness::MarketWitness;

/// Bits of a threshold: every loss, and so every useful threshold, lies in [-2^61, 2^61).
pub const THRESHOLD_BITS: u32 = ENTRY_BITS + GROSS_BITS + 1;

/// The first field of the second tail, behind those of the first and the unit.
const CVAR_TAIL: usize = 3;

/// The tail of a clause: `mass / divisor` is the weight that may lie beyond the threshold. Both are
/// at least 1.
pub(super) struct Tail<E> {
    mass: Num<E>,
    divisor: Num<E>,
}

/// The unit of the book, and the tails of the clauses.
pub(super) struct OpenedTails<E> {
    pub unit: Num<E>,
    pub var: Tail<E>,
    /// That of value at risk where the statement has one threshold.
    pub cvar: Tail<E>,
}

/// Runs the statement on a builder.
pub(super) fn market<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
) -> Built<B, ()> {
    bind_context(builder)?;
    let tails = open_tails(builder, shape)?;
    let limits = if shape.has_limits() {
        limits::open_limits(builder, shape, witness)?
    } else {
        let [var, cvar] = open_clause_limits(builder)?;
        OpenedLimits { var, cvar, book: None, rules: None }
    };
    let book = books::open_books(builder, shape, witness, &tails.unit)?;
    if let Some(of_mandate) = &limits.rules {
        rules::rules(builder, of_mandate, &book)?;
    }
    if shape.rules().is_some_and(|sizes| sizes.caps) {
        sizes::caps(builder, book.exposures.magnitudes())?;
    }
    let gains = builder.scenario_products(labels::LOSSES, &book.exposures)?;
    let sums = tails::tail_sums(builder, gains, shape, witness)?;
    let [var_cost, cvar_cost] = match &limits.book {
        Some(of_book) => limits::book_limits(builder, shape, of_book, &book)?.map(Some),
        None => [None, None],
    };
    clauses::value_at_risk(builder, &sums, &tails.var, &limits.var, &book.nav, var_cost.as_ref())?;
    clauses::expected_shortfall(builder, &sums, &tails.cvar, &limits.cvar, &book.nav, cvar_cost.as_ref())?;
    match (&limits.book, &var_cost) {
        (Some(of_book), Some(cost)) => clauses::floor(builder, &sums, &tails.var, of_book, &book.nav, cost),
        _ => Ok(()),
    }
}

/// Returns the unit and the tails behind their control.
pub(super) fn open_tails<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
) -> Built<B, OpenedTails<B::Integer>> {
    let fields = unpack(builder, labels::TAILS, layout::TAILS, tail_fields(shape.thresholds()))?;
    let one = builder.constant(I256::ONE)?;
    let tail = |first: usize| -> Built<B, Tail<B::Integer>> {
        Ok(Tail { mass: builder.add(&fields[first], &one)?, divisor: builder.add(&fields[first + 1], &one)? })
    };
    let cvar = if fields.len() > CVAR_TAIL { tail(CVAR_TAIL)? } else { tail(0)? };
    Ok(OpenedTails { unit: fields[2].clone(), var: tail(0)?, cvar })
}

/// Returns the limits of the clauses on losses behind their control.
pub(super) fn open_clause_limits<B: Instructions>(
    builder: &mut Builder<'_, B>,
) -> Built<B, [ClauseLimit<B::Integer>; 2]> {
    let fields = unpack(builder, labels::LIMITS, layout::LIMITS, limit_fields())?;
    let limit = |first: usize| ClauseLimit { absolute: fields[first].clone(), share: fields[first + 1].clone() };
    Ok([limit(0), limit(2)])
}

/// Makes the context an input of one constraint, so that no proof can be moved to another context.
pub(super) fn bind_context<B: Instructions>(builder: &mut Builder<'_, B>) -> Built<B, ()> {
    let context = builder.control(layout::CONTEXT);
    builder.element_product(labels::CONTEXT, &context, &context)?;
    Ok(())
}

/// Returns the fields of a packed control, each range-checked to its width; together they are the
/// control.
pub(super) fn unpack<B: Instructions>(
    builder: &mut Builder<'_, B>,
    labels: RangeLabels,
    index: usize,
    fields: &[PackedField],
) -> Built<B, Vec<NumOf<B>>> {
    let control = builder.control(index);
    let values = controls::unpack(fields, builder.control_value(index));
    let (numbers, packed) = builder.unpack(labels.bit, fields, values)?;
    let packed = builder.element(&packed);
    builder.assert_equal(labels.sum, &packed, &control)?;
    Ok(numbers)
}
