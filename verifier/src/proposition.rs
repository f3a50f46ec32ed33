//! What a proof is about besides a commitment, as a verifier has it: a mandate over scenarios, or a deal about a pool of loans, perhaps over
//! credit scenarios.

use tailproof_core::pool::{Category, Deal};
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::{Mandate, ScenarioSet, Unit};

use crate::commitment::CommitmentField;
use crate::error::InstanceError;
use crate::market::controls::CONTROLS;
use crate::market::layout::ScenarioInputs;
use crate::market::{MarketClaim, context};
use crate::pool::PoolTerms;
use crate::proof_file::ClaimText;
use crate::shape::Shape;

/// Public files that make a claim of a commitment.
#[derive(Debug, Clone, Copy)]
pub enum Proposition<'p> {
    /// a book meets a mandate over scenarios
    Market {
        /// the mandate
        mandate: &'p Mandate,
        /// the scenarios
        set: &'p ScenarioSet,
    },
    /// a deal's claims about a pool of loans hold
    Pool {
        /// the deal
        deal: &'p Deal,
        /// credit scenarios, if the claims are about losses
        set: Option<&'p ScenarioSet>,
    },
}

impl<'p> From<(&'p Mandate, &'p ScenarioSet)> for Proposition<'p> {
    fn from((mandate, set): (&'p Mandate, &'p ScenarioSet)) -> Self {
        Proposition::Market { mandate, set }
    }
}

impl<'p> From<(&'p Deal, Option<&'p ScenarioSet>)> for Proposition<'p> {
    fn from((deal, set): (&'p Deal, Option<&'p ScenarioSet>)) -> Self {
        Proposition::Pool { deal, set }
    }
}

impl Proposition<'_> {
    /// The scenario part of the public inputs.
    ///
    /// # Errors
    /// More scenarios or factors than the shape has; a proposition of another kind than the shape.
    pub fn inputs(&self, shape: Shape) -> Result<ScenarioInputs, InstanceError> {
        match self {
            Proposition::Market { mandate, set } => ScenarioInputs::of_mandate(shape, set, mandate),
            Proposition::Pool { deal, set } => {
                let schema = deal.require_schema().map_err(|problem| InstanceError::Pool(problem.to_string()))?;
                // Before sizes are compared: keys of another kind would be told to be larger.
                PoolTerms::of(shape, deal, *set)?;
                ScenarioInputs::of_pool(shape, &schema.digest(), *set)
            }
        }
    }

    /// What a proof is bound to that is not bound to a use on chain: a digest of the public files.
    pub fn context<F: CommitmentField>(&self) -> F {
        match self {
            Proposition::Market { mandate, set } => context(&mandate.digest(), &scenario_file::digest(set)),
            Proposition::Pool { deal, set } => {
                let scenarios = set.map_or([0; 32], scenario_file::digest);
                context(&deal.digest(), &scenarios)
            }
        }
    }

    /// The control inputs of the claim about a commitment, of a book in units of `unit`.
    ///
    /// # Errors
    /// A claim that cannot be stated for the shape.
    pub fn controls<F: CommitmentField>(
        &self,
        shape: Shape,
        unit: Unit,
        commitment: F,
        context: F,
    ) -> Result<[F; CONTROLS], InstanceError> {
        match self {
            Proposition::Market { mandate, set } => {
                Ok(MarketClaim::new(shape, mandate, set, unit, commitment, context)?.controls())
            }
            Proposition::Pool { deal, set } => Ok(PoolTerms::of(shape, deal, *set)?.controls(commitment, context)),
        }
    }

    /// The value of a book unit where the public files fix it: of a pool, that of the deal's tape.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            Proposition::Market { .. } => None,
            Proposition::Pool { deal, .. } => deal.schema().map(|schema| schema.unit()),
        }
    }

    /// The claim in words.
    pub(crate) fn text(&self, unit: Unit) -> ClaimText {
        match self {
            Proposition::Market { mandate, set } => ClaimText {
                mandate: mandate.name().to_owned(),
                mandate_digest: hex::encode(mandate.digest()),
                clauses: mandate.clauses().iter().map(ToString::to_string).collect(),
                scenarios: set.scenarios(),
                scenarios_digest: hex::encode(scenario_file::digest(set)),
                factors: set.factors().to_vec(),
                unit: unit.to_string(),
            },
            Proposition::Pool { deal, set } => ClaimText {
                mandate: deal.name().to_owned(),
                mandate_digest: hex::encode(deal.digest()),
                clauses: deal.sentences(),
                scenarios: set.map_or(0, ScenarioSet::scenarios),
                scenarios_digest: set.map(|set| hex::encode(scenario_file::digest(set))).unwrap_or_default(),
                factors: deal.schema().map(|schema| schema.names(Category::Grade).to_vec()).unwrap_or_default(),
                unit: unit.to_string(),
            },
        }
    }
}
