//! Scenario sets of a deal's losses: whether a set is what the deal asks for.

use tailproof_core::ScenarioSet;
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::pool::{Category, Deal};
use tailproof_core::scenarios::collateral::has_terms_of;
use tailproof_core::scenarios::credit::{parameters_from, remade};
use tailproof_core::scenarios::generator::Generator;

use super::error::{LossKind, PoolError};
use crate::shape::{PoolSizes, Shape};

/// Checks that `set` holds losses whose header names the assumptions of `deal`: credit scenarios, or
/// those of its collateral where it has some.
///
/// # Errors
/// Errors on another kind of set, other assumptions, other scenario parameters than the deal's, and
/// entries that are not losses.
pub fn check_assumptions(deal: &Deal, set: &ScenarioSet) -> Result<(), PoolError> {
    if deal.collateral().is_some() {
        check_collateral(deal, set)?;
    } else {
        check_credit(deal, set)?;
    }
    let loss = -(1 << FRACTION_BITS)..=0;
    if set.entries().iter().any(|entry| !loss.contains(entry)) {
        return Err(PoolError::NotLosses);
    }
    Ok(())
}

/// Checks that the header of `set` is of losses under the terms of the deal's collateral.
fn check_collateral(deal: &Deal, set: &ScenarioSet) -> Result<(), PoolError> {
    if !matches!(set.generator(), Generator::Collateral { .. }) {
        return Err(PoolError::NotOfCollateral);
    }
    if has_terms_of(deal, set)? { Ok(()) } else { Err(PoolError::OtherCollateral) }
}

/// Checks that the header of `set` is of credit scenarios under the deal's assumptions.
fn check_credit(deal: &Deal, set: &ScenarioSet) -> Result<(), PoolError> {
    let Generator::Credit { assumptions_sha256, .. } = set.generator() else {
        return Err(PoolError::NotCreditScenarios);
    };
    if *assumptions_sha256 != hex::encode(deal.assumptions_digest()?) {
        return Err(PoolError::OtherAssumptions);
    }
    if let (Some(agreed), Some(parameters)) = (deal.scenarios(), parameters_from(set.generator())?) {
        agreed.check(&parameters)?;
    }
    Ok(())
}

/// Checks that `set` is the one that its header makes from the assumptions of `deal`. Its header
/// alone would let any losses pass under the name of a model. Losses of collateral are made from
/// prices, which a deal does not have: a verifier makes them again where it has these, and says that
/// they are as given where not.
///
/// # Errors
/// Errors on a set that its header does not make, and on a header of an older generator.
pub fn check_made(deal: &Deal, set: &ScenarioSet) -> Result<(), PoolError> {
    if deal.collateral().is_some() {
        return Ok(());
    }
    if remade(deal, set.generator())? == *set { Ok(()) } else { Err(PoolError::NotItsHeaders) }
}

/// Checks that `set` holds losses over the buckets of the deal's tape.
pub(super) fn check_set(shape: Shape, sizes: PoolSizes, deal: &Deal, set: &ScenarioSet) -> Result<(), PoolError> {
    if sizes.granular && deal.collateral().is_some() {
        return Err(PoolError::CollateralOfGrades(shape));
    }
    check_assumptions(deal, set)?;
    let grades = deal.require_schema()?.names(Category::Grade);
    let expected: Vec<String> = if sizes.granular {
        let buckets = shape.factors() / sizes.loans;
        if grades.len() != buckets {
            return Err(PoolError::OtherGrades { shape, buckets, grades: grades.len() });
        }
        let slots = set.factors().len().div_ceil(buckets);
        (1..=slots).flat_map(|slot| grades.iter().map(move |grade| format!("{slot}:{grade}"))).collect()
    } else {
        grades.to_vec()
    };
    if matches!(set.generator(), Generator::Credit { slots: Some(_), .. }) && !sizes.granular {
        return Err(PoolError::SingleLoans(shape));
    }
    if set.factors() != expected {
        let kind = LossKind::of(deal);
        return Err(PoolError::OtherBuckets { kind, grades: grades.to_vec(), granular: sizes.granular });
    }
    Ok(())
}
