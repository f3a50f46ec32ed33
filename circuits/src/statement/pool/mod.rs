//! The pool statement: what a committed pool of loans is, and what the pieces of its notional lose
//! over public credit scenarios.
//!
//! The book's chapter "Pool statement" has public inputs, witness and relation. Each constraint's
//! label is its anchor there. In short:
//!
//! * the commitment opens to loans under the schema; rows that are not loans are zero;
//! * the numbers of every loan are between their bounds, and one of them in the band of its grade;
//! * number of loans, balance, weighted averages, shares, obligors and coverage are within limits;
//! * exposures by bucket, times the scenario matrix, are losses; for each piece of the notional
//!   between two attachment points, the expected loss, the probability of a hit and the expected
//!   shortfall are within limits.

mod claims;
pub mod labels;
mod tape;
mod terms;
mod totals;
mod tranches;
mod witness;

use ethnum::I256;
use tailproof_core::pool::{Category, Field};
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::layout;
use tailproof_verifier::pool::terms::{BAND_BITS, limit_fields, tranche_fields};
use tailproof_verifier::shape::PoolSizes;

use super::market::bind_context;
use crate::builder::{Builder, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;
use claims::{BandLimits, OpenedPoolLimits};
use tape::{EachLoan, LoanRow};
use terms::open_terms;
use tranches::OpenedTranches;

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
    let limits = if sizes.limits { Some(OpenedPoolLimits::new::<B>(sizes, limits)?) } else { None };
    let fields = if sizes.tranches > 0 { tranche_fields(sizes.tranches) } else { Vec::new() };
    let terms = open_terms(builder, labels::TRANCHES, layout::LIMITS, &fields, witness.tranche_words())?;

    let each = limits.as_ref().map(|limits| each_loan(builder, sizes, limits)).transpose()?;
    let loans = tape::loans(builder, sizes, witness, each.as_ref())?;
    tape::open_commitment(builder, sizes, &loans, witness)?;
    let balance = totals::balance(builder, &loans)?;
    let mut grades = None;
    if let Some(limits) = &limits {
        let totals = totals::totals(builder, &loans, witness, &balance)?;
        claims::pool_claims(builder, limits, &totals)?;
        grades = totals.by_code.into_iter().next();
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
    Ok(EachLoan { bounds, bands })
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
