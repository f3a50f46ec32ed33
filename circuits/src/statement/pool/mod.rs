//! The pool statement: what a committed pool of loans is, and what the pieces of its notional lose
//! over public credit scenarios.
//!
//! The book's chapter "Pool statement" has public inputs, witness and relation. Each constraint's
//! label is its anchor there. In short:
//!
//! * the commitment opens to loans under the schema; rows that are not loans are zero;
//! * the numbers of every loan are between their bounds, and one of them in the band of its grade;
//! * ids of loans and of collateral are distinct, in shapes that prove it;
//! * the pool came from an earlier one as a month's claims say, in shapes with an earlier commitment;
//! * number of loans, balance, weighted averages, shares, obligors and coverage are within limits;
//! * so are the largest obligors together, in shapes with such a limit;
//! * the pool is worth so much, and has such inputs of SEC-SA, in shapes with these claims;
//! * exposures by bucket, times the scenario matrix, are losses; for each piece of the notional
//!   between two attachment points, the expected loss, the probability of a hit and the expected
//!   shortfall are within limits.

mod claims;
mod comparisons;
mod distinct;
mod fractions;
mod ids;
pub mod labels;
mod month;
mod tape;
mod terms;
mod top;
mod totals;
mod tranches;
mod value;
mod witness;

use ethnum::I256;
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::{Category, Field};
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::layout;
use tailproof_verifier::pool::terms::{BAND_BITS, limit_fields, tranche_fields};
use tailproof_verifier::shape::PoolSizes;

use super::market::bind_context;
use crate::builder::{Builder, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::{ElementInstructions, Instructions, IntegerInstructions};
use claims::{BandLimits, OpenedPoolLimits};
use fractions::Further;
use month::MonthSums;
use tape::{EachLoan, LoanRow, Opening};
use terms::open_terms;
use totals::Challenged;
use tranches::OpenedTranches;

pub use month::MonthWitness;
pub use witness::PoolWitness;

/// Runs the statement on a builder.
pub(super) fn pool<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    sizes: PoolSizes,
    witness: &PoolWitness,
) -> Built<B, ()> {
    bind_context(builder)?;
    let fields = if sizes.limits { limit_fields(sizes) } else { Vec::new() };
    let limits = open_terms(builder, labels::LIMITS, layout::TAILS, &fields, witness.limit_words())?;
    let limits = if sizes.limits { Some(OpenedPoolLimits::new(builder, sizes, limits)?) } else { None };
    let fields = if sizes.tranches > 0 { tranche_fields(sizes.tranches) } else { Vec::new() };
    let terms = open_terms(builder, labels::TRANCHES, layout::LIMITS, &fields, witness.tranche_words())?;

    let each = limits.as_ref().map(|limits| each_loan(builder, sizes, limits)).transpose()?;
    let loans = tape::loans(builder, sizes, witness.pool(), each.as_ref(), |row| witness.is_addition(row))?;
    let opening = Opening {
        schema: builder.factors(),
        blinding: witness.blinding(),
        tape_digest: witness.tape_digest(),
        id_roots: witness.id_roots(),
        loans: witness.loans(),
    };
    let (commitment, roots) = tape::open(builder, sizes, &loans, &opening)?;
    if !sizes.roll {
        let control = builder.control(layout::COMMITMENT);
        builder.assert_equal(labels::TAPE_OPENS, &commitment, &control)?;
    }
    let balance = totals::balance(builder, &loans)?;
    let mut grades = None;
    if let Some(limits) = &limits {
        grades = Some(limited(builder, sizes, limits, (&loans, commitment, &roots), &balance, witness)?);
    }
    if sizes.tranches > 0 {
        let terms = OpenedTranches::new(builder, sizes.tranches, terms)?;
        let exposures = exposures(builder, shape, sizes, &loans, &balance, grades)?;
        tranches::tranche_claims(builder, shape, &terms, &exposures, &balance, witness)?;
    }
    Ok(())
}

/// Returns the limits of every loan.
fn each_loan<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sizes: PoolSizes,
    limits: &OpenedPoolLimits<B::Integer>,
) -> Built<B, EachLoan<B::Integer>> {
    let [lows, highs] = &limits.each;
    let bits: Vec<u32> = Field::all(sizes.numbers).iter().map(|field| field.bits()).collect();
    let bounds = builder.bounds(labels::ELIGIBLE, &bits, lows, highs)?;
    let bands = match &limits.bands {
        // Two bits more than a limit has: one would do.
        Some(BandLimits { select, ends: [lows, highs] }) => {
            Some(builder.bands(labels::BANDS, select, (lows, highs), BAND_BITS, BAND_BITS + 2)?)
        }
        None => None,
    };
    let additions = match &limits.month {
        Some(month) => {
            let [lows, highs] = &month.additions;
            Some(builder.bounds(labels::month::ADDITIONS, &bits, lows, highs)?)
        }
        None => None,
    };
    Ok(EachLoan { bounds, bands, additions })
}

/// The rows of a tape with its commitment and the roots of ids in its header.
type OpenedTape<'t, B> = (
    &'t [LoanRow<<B as IntegerInstructions>::Integer>],
    <B as ElementInstructions>::Element,
    &'t [<B as ElementInstructions>::Element; 2],
);

/// Proves the claims about the pool, about its ids and about the month before it, and returns the
/// balances of its grades.
fn limited<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sizes: PoolSizes,
    limits: &OpenedPoolLimits<B::Integer>,
    (loans, commitment, roots): OpenedTape<'_, B>,
    balance: &NumOf<B>,
    witness: &PoolWitness,
) -> Built<B, Vec<NumOf<B>>> {
    let mut further = Further::none();
    let (mut lists, mut digests) = (Vec::new(), Vec::new());
    for (kind, root) in IdKind::ALL.into_iter().zip(roots).filter(|(kind, _)| sizes.opens(*kind)) {
        digests.push(ids::open_root(builder, kind, loans, root, witness.pool().ids(kind))?);
        if sizes.distinct(kind) {
            lists.push(distinct::rising(builder, loans, &digests[digests.len() - 1])?);
        }
    }
    let mut before = None;
    if let Some(month) = &limits.month {
        let months = month::months(builder, sizes, month, (commitment, loans, &digests[0]), witness)?;
        let (sums, others) = MonthSums::new(builder, &months, loans)?;
        further = others;
        before = Some((month, months, sums));
    }
    further.hashed.extend(lists.iter().flat_map(|list| list.hashed.iter().cloned()));
    let Challenged { totals, challenge } = totals::totals(builder, sizes, loans, witness, (balance, &further))?;
    lists.iter().try_for_each(|list| distinct::check(builder, &challenge, list))?;
    claims::pool_claims(builder, limits, &totals)?;
    if let Some(value) = &limits.value {
        value::value_claims(builder, value, &totals)?;
    }
    if let Some(limit) = &limits.top {
        top::top_obligors(builder, limit, loans, &totals)?;
    }
    let grade = Category::Grade as usize;
    if let Some((month, months, sums)) = &before {
        month::match_tuples(builder, &challenge, months)?;
        month::marked_defaults(builder, month, sums, &totals.by_code[grade])?;
        month::month_claims(builder, month, sums, balance)?;
    }
    totals.by_code.into_iter().nth(grade).ok_or(SynthesisError::Length { list: "categories", expected: 3, found: 0 })
}

/// Returns exposures by bucket, which sum to the balance.
fn exposures<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    sizes: PoolSizes,
    loans: &[LoanRow<B::Integer>],
    balance: &NumOf<B>,
    grades: Option<Vec<NumOf<B>>>,
) -> Built<B, Vec<NumOf<B>>> {
    let grade = Category::Grade as usize;
    if sizes.granular {
        let buckets = shape.factors() / sizes.loans;
        let mut exposures = Vec::with_capacity(shape.factors());
        for loan in loans {
            let labels = (labels::GRANULAR_BUCKET, labels::GRANULAR_SUM);
            exposures.extend(builder.in_bucket(labels, &loan.balance, &loan.codes[grade], buckets)?);
        }
        return Ok(exposures);
    }
    let Some(mut grades) = grades else {
        return totals::by_grade(builder, loans, balance, shape.factors());
    };
    // Loans of a grade that is not a bucket would have no losses.
    let zero = builder.constant(I256::ZERO)?;
    for beyond in grades.split_off(shape.factors()) {
        builder.assert_same(labels::BUCKETS, &beyond, &zero)?;
    }
    Ok(grades)
}
