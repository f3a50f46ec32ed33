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
mod clauses;
pub mod labels;
mod limits;
mod opening;
pub(super) mod room;
mod rules;
mod sizes;
mod tails;
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

/// The tail of a clause: `mass / divisor` is the weight that may lie beyond the threshold. Both are
/// at least 1.
struct Tail<E> {
    mass: Num<E>,
    divisor: Num<E>,
}

/// Runs the statement on a builder.
pub(super) fn market<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
) -> Built<B, ()> {
    bind_context(builder)?;
    let tails = unpack(builder, labels::TAILS, layout::TAILS, tail_fields(shape.thresholds()))?;
    let unit = &tails[2];
    let limits = if shape.has_limits() {
        limits::open_limits(builder, shape, witness)?
    } else {
        let limits = unpack(builder, labels::LIMITS, layout::LIMITS, limit_fields())?;
        let limit = |first: usize| ClauseLimit { absolute: limits[first].clone(), share: limits[first + 1].clone() };
        OpenedLimits { var: limit(0), cvar: limit(2), book: None, rules: None }
    };
    let tail = |builder: &Builder<'_, B>, mass: &NumOf<B>, divisor: &NumOf<B>| -> Built<B, Tail<B::Integer>> {
        let one = builder.constant(I256::ONE)?;
        Ok(Tail { mass: builder.add(mass, &one)?, divisor: builder.add(divisor, &one)? })
    };
    let var_tail = tail(builder, &tails[0], &tails[1])?;
    let cvar_tail = match tails.get(3..) {
        Some([mass, divisor]) => Some(tail(builder, mass, divisor)?),
        _ => None,
    };
    let book = books::open_books(builder, shape, witness, unit)?;
    if let Some(of_mandate) = &limits.rules {
        rules::rules(builder, of_mandate, &book)?;
    }
    if shape.rules().is_some_and(|sizes| sizes.caps) {
        sizes::caps(builder, book.exposures.magnitudes())?;
    }
    let gains = builder.scenario_products(labels::LOSSES, &book.exposures)?;
    let sums = tails::tail_sums(builder, gains, shape, witness)?;
    let cvar_tail = cvar_tail.as_ref().unwrap_or(&var_tail);
    let [var_cost, cvar_cost] = match &limits.book {
        Some(of_book) => limits::book_limits(builder, shape, of_book, &book)?.map(Some),
        None => [None, None],
    };
    clauses::value_at_risk(builder, &sums, &var_tail, &limits.var, &book.nav, var_cost.as_ref())?;
    clauses::expected_shortfall(builder, &sums, cvar_tail, &limits.cvar, &book.nav, cvar_cost.as_ref())?;
    match (&limits.book, &var_cost) {
        (Some(of_book), Some(cost)) => clauses::floor(builder, &sums, &var_tail, of_book, &book.nav, cost),
        _ => Ok(()),
    }
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
