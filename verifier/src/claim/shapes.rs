//! The smallest shape that a claim fits.

use ark_bn254::Fr;
use tailproof_core::pool::bands::Bands;
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::{Category, PoolClaim};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{ScenarioSet, Unit};

use super::{Claim, DealClaim};
use crate::error::InstanceError;
use crate::pool::value::is_on_value;
use crate::shape::{PoolSizes, Shape, Statement};

impl Claim {
    /// Returns the smallest shape whose keys prove the claim about `books` sub-books, or about a
    /// pool of `loans` loans. The other of the two numbers is ignored.
    ///
    /// # Errors
    /// Errors if no shape holds the claim.
    pub fn smallest_shape(&self, books: usize, loans: usize) -> Result<Shape, InstanceError> {
        let mut refused = InstanceError::NoShape;
        for shape in self.candidates(books.max(1), loans.max(1)) {
            let stated = self.scenario_inputs(shape).and_then(|_| {
                let zero = Fr::from(0u64);
                self.controls(shape, self.unit().unwrap_or(Unit::FINEST), zero, zero)
            });
            match stated {
                Ok(_) => return Ok(shape),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// Returns the shapes of exactly the claim's sizes, the smallest first.
    fn candidates(&self, books: usize, loans: usize) -> Vec<Shape> {
        match self {
            Claim::Market(claim) => {
                let (scenarios, factors) = (claim.set.least_rows(), claim.set.factors().len());
                let statements = match claim.set.generator().covariance_scale() {
                    Some(_) => vec![Statement::Parametric],
                    None if claim.set.is_pnl() => [1, 2].map(|thresholds| Statement::Pnl { thresholds }).to_vec(),
                    None => vec![
                        Statement::Market { thresholds: 1 },
                        Statement::Market { thresholds: 2 },
                        Statement::MarketLimits,
                        Statement::MarketRules(claim.rule_sizes()),
                    ],
                };
                let shapes = statements.into_iter().filter_map(|statement| {
                    Shape::of_statement(scenarios, factors, statement).and_then(|shape| shape.with_books(books)).ok()
                });
                shapes.collect()
            }
            Claim::Pool(claim) => pool_shape(claim, loans).into_iter().collect(),
        }
    }
}

/// Returns the shape of exactly the deal's sizes; `None` if they are out of range.
fn pool_shape(claim: &DealClaim, loans: usize) -> Option<Shape> {
    let DealClaim { deal, set } = claim;
    let grades = deal.schema().map_or(1, |schema| schema.names(Category::Grade).len().max(1));
    let pieces = deal.terms().map_or(0, |terms| terms.pieces.len());
    let granular = matches!(set.as_deref().map(ScenarioSet::generator), Some(Generator::Credit { slots: Some(_), .. }));
    let factors = set.as_deref().map_or(0, |set| set.factors().len());
    let bands = deal.schema().and_then(|schema| schema.terms()).and_then(|terms| terms.bands.as_ref());
    let has_bands = bands.is_some_and(Bands::are_committed);
    let sizes = PoolSizes {
        loans: if granular { factors / grades } else { loans },
        limits: !deal.claims().is_empty() || deal.month().is_some(),
        tranches: if set.is_some() { pieces } else { 0 },
        granular,
        bands: has_bands && !deal.claims().is_empty(),
        numbers: deal.schema().is_some_and(|schema| !schema.numbers().is_empty()),
        distinct_loans: deal.claims().contains(&PoolClaim::Distinct(IdKind::Loan)),
        distinct_collateral: deal.claims().contains(&PoolClaim::Distinct(IdKind::Collateral)),
        roll: deal.month().is_some(),
        value: deal.claims().iter().any(is_on_value),
        top: deal.claims().iter().any(|claim| matches!(claim, PoolClaim::TopObligorsAtMost(..))),
    };
    Shape::of_statement(set.as_deref().map_or(0, ScenarioSet::scenarios), factors, Statement::Pool(sizes)).ok()
}
