//! The private figures of a deal's claims.

use tailproof_core::pool::claims::{PoolClaimFigure, evaluate_all};
use tailproof_core::pool::month::{MonthFigures, Roll};
use tailproof_core::pool::{Category, Deal, LoanPool, PoolFigures};
use tailproof_core::{Problem, ScenarioSet};

use super::error::{LossKind, PoolError};
use super::scenarios::{check_assumptions, check_made};
use super::value::check_value;

/// Returns the exposure of `pool` to each factor of `set`: by grade, or by loan and grade if each
/// loan has a slot.
///
/// # Errors
/// Errors if `set` is over other buckets than the deal's grades, or has fewer slots than the pool
/// has loans.
pub fn exposures(pool: &LoanPool, deal: &Deal, set: &ScenarioSet) -> Result<Vec<i64>, PoolError> {
    let grades = deal.require_schema()?.names(Category::Grade);
    if grades.is_empty() {
        return Err(Problem::NoGrades.into());
    }
    let (buckets, factors) = (grades.len(), set.factors().len());
    if factors == buckets {
        return Ok(pool.exposures(buckets));
    }
    let first = format!("1:{}", grades.first().map_or("", String::as_str));
    if !factors.is_multiple_of(buckets) || set.factors()[0] != first {
        let kind = LossKind::of(deal);
        return Err(PoolError::OtherBuckets { kind, grades: grades.to_vec(), granular: false });
    }
    let (slots, loans) = (factors / buckets, pool.loans().len());
    if slots < loans {
        return Err(PoolError::FewSlots { slots, loans });
    }
    Ok(pool.granular_exposures(slots, buckets))
}

/// Returns every claim of `deal` with the pool's figure, over scenarios of losses if `set` is given.
///
/// # Errors
/// Errors if the deal has no schema, or the scenarios are not those of the deal; if it claims a value
/// whose assumptions are not there; if it has a month, whose claims are about an earlier pool too.
pub fn figures(deal: &Deal, set: Option<&ScenarioSet>, pool: &LoanPool) -> Result<Vec<PoolClaimFigure>, PoolError> {
    if deal.month().is_some() {
        return Err(PoolError::NeedsEarlierPool);
    }
    figures_of_one_date(deal, set, pool)
}

/// Returns the claims of `deal` that are about one date, with the pool's figures: all but those of its
/// month.
///
/// # Errors
/// Errors if the deal has no schema, or the scenarios are not those of the deal; if it claims a value
/// whose assumptions are not there.
pub fn figures_of_one_date(
    deal: &Deal,
    set: Option<&ScenarioSet>,
    pool: &LoanPool,
) -> Result<Vec<PoolClaimFigure>, PoolError> {
    check_value(deal)?;
    let mut figures = evaluate_all(deal.claims(), &PoolFigures::new(pool), deal.require_schema()?);
    if let (Some(set), Some(terms)) = (set, deal.terms()) {
        check_assumptions(deal, set)?;
        check_made(deal, set)?;
        figures.extend(terms.evaluate(set, &exposures(pool, deal, set)?));
    }
    Ok(figures)
}

/// Returns every claim of `deal`, which has a month, with the figures of both pools.
///
/// # Errors
/// Errors if the deal has no schema or no month; if it claims a value whose assumptions are not there.
pub fn month_figures(
    deal: &Deal,
    before: &LoanPool,
    after: &LoanPool,
    roll: &Roll,
) -> Result<Vec<PoolClaimFigure>, PoolError> {
    check_value(deal)?;
    let (schema, terms) = (deal.require_schema()?, deal.month().ok_or(PoolError::TakesNoEarlierPool)?);
    let mut figures = evaluate_all(deal.claims(), &PoolFigures::new(after), schema);
    let of_month = MonthFigures::new(before, after, roll, schema.defaulted());
    figures.extend(terms.evaluate(&of_month, schema));
    Ok(figures)
}
