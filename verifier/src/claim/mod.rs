//! The claim: everything public that a proof is about, except the commitment.

mod rounding;
mod shapes;

use std::sync::Arc;

use tailproof_core::error::{GroupProblem, Problem};
use tailproof_core::mandate::{NavSource, ScenarioRule};
use tailproof_core::pool::{Deal, TapeSchema};
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::scenarios::generator::CreditKind;
use tailproof_core::{Mandate, ScenarioSet, Unit};

use crate::error::{InstanceError, VerifyError};
use crate::field::CommitmentField;
use crate::inputs::ScenarioInputs;
use crate::inputs::controls::CONTROLS;
use crate::market::claim::slots;
use crate::market::rules::rule_sizes;
use crate::market::{MarketClaim, context};
use crate::pool::scenarios::{check_assumptions, check_made};
use crate::pool::terms::PoolTerms;
use crate::pool::value::check_value;
use crate::pool::{LossKind, PoolError};
use crate::shape::{MAX_GROUPS, RuleSizes, Shape};

/// A public claim about a private book or pool. Its terms fit each other; no keys are involved yet.
#[derive(Debug, Clone)]
pub enum Claim {
    /// A book meets a mandate over scenarios.
    Market(MandateClaim),
    /// A pool of loans satisfies the claims of a deal.
    Pool(DealClaim),
}

/// The claim that a book meets a mandate over a scenario set.
#[derive(Debug, Clone)]
pub struct MandateClaim {
    pub(crate) mandate: Arc<Mandate>,
    pub(crate) set: Arc<ScenarioSet>,
}

/// The claim that a pool satisfies a deal. Claims about losses are over credit scenarios, or over losses
/// of its collateral.
#[derive(Debug, Clone)]
pub struct DealClaim {
    deal: Arc<Deal>,
    set: Option<Arc<ScenarioSet>>,
}

impl MandateClaim {
    /// Returns the claim that a book meets `mandate` over `scenarios`.
    ///
    /// # Errors
    /// Errors if `mandate` has more clauses than one proof holds, a clause that does not apply to
    /// this kind of set, half-spreads for factors that the set does not have, cash that moves, groups that
    /// do not fit the set or are not given ([`Mandate::under`]), caps or costs that do not or are not
    /// ([`Mandate::under_caps`], [`Mandate::under_impact`]), a rule for
    /// scenario sets that does not allow this one, or another currency than that of its prices.
    pub fn new(
        mandate: impl Into<Arc<Mandate>>,
        scenarios: impl Into<Arc<ScenarioSet>>,
    ) -> Result<Self, InstanceError> {
        let (mandate, set) = (mandate.into(), scenarios.into());
        mandate.clauses().iter().try_for_each(|clause| clause.check_set(&set))?;
        slots(&mandate)?;
        if mandate.needs_rules() && set.generator().covariance_scale().is_some() {
            return Err(InstanceError::RulesOverCovariance);
        }
        mandate.check_cash(&set)?;
        let groups = mandate.group_columns(&set)?.len();
        if groups > MAX_GROUPS {
            return Err(Problem::from(GroupProblem::TooMany { found: groups, most: MAX_GROUPS }).into());
        }
        mandate.cost_curves(&set)?;
        mandate.cap_entries(&set)?;
        mandate.check_scenarios(&set)?;
        InstanceError::check_base(&mandate, &set)?;
        Ok(Self { mandate, set })
    }

    /// Returns the mandate.
    pub fn mandate(&self) -> &Mandate {
        &self.mandate
    }

    /// Returns the scenario set.
    pub fn scenarios(&self) -> &ScenarioSet {
        &self.set
    }

    /// Returns the sizes of the mandate's rules, each group of a clause on each counted.
    pub(super) fn rule_sizes(&self) -> RuleSizes {
        rule_sizes(&self.mandate, self.mandate.group_columns(&self.set).map_or(0, |columns| columns.len()))
    }

    /// Returns what a prover of so many sub-books should know about their net asset values: limits
    /// in fractions of them are looser where each sub-book holds the value of the whole fund.
    pub fn nav_note(&self, sub_books: usize) -> Option<String> {
        let is_stated = self.mandate.nav_source() == NavSource::Stated;
        nav_of_several(sub_books).filter(|_| is_stated && self.mandate.uses_nav())
    }
}

/// Returns what limits in fractions of the net asset value are fractions of, for several sub-books.
pub(crate) fn nav_of_several(books: usize) -> Option<String> {
    (books > 1).then(|| {
        format!(
            "limits are fractions of the sum of the values that {books} commitments hold; books that each hold the \
             fund's whole value make limits {books} times looser"
        )
    })
}

impl DealClaim {
    /// Returns the claim that a pool satisfies `deal`. Claims about losses are over `scenarios`.
    ///
    /// # Errors
    /// Errors if `deal` does not say how its tape is read, or says so in version 1, which leaves
    /// the meaning of words and numbers to a private mapping; if it claims nothing; if it claims a net
    /// present value and is not made of its assumptions (`Deal::under`); if it has claims about losses
    /// and there are no `scenarios`, or if `scenarios` are not what their header and the deal's
    /// assumptions make: the set is made again, always, and compared. Losses of collateral rest on
    /// prices too: their header is compared here, and [`crate::Verifier::verify`] makes them again
    /// where it is given the prices.
    pub fn new(deal: impl Into<Arc<Deal>>, scenarios: Option<Arc<ScenarioSet>>) -> Result<Self, InstanceError> {
        let (deal, set) = (deal.into(), scenarios);
        deal.require_schema().and_then(|schema| schema.require_terms().map(drop)).map_err(PoolError::from)?;
        let of_losses = deal.terms().is_some_and(|terms| !terms.sentences().is_empty());
        if deal.claims().is_empty() && deal.month().is_none() && !of_losses {
            return Err(PoolError::ClaimsNothing.into());
        }
        if of_losses && set.is_none() {
            return Err(PoolError::LossesNeedScenarios(LossKind::of(&deal)).into());
        }
        check_value(&deal)?;
        if let Some(set) = set.as_deref() {
            check_assumptions(&deal, set)?;
            check_made(&deal, set)?;
        }
        Ok(Self { deal, set })
    }

    /// Returns whether the scenarios are what their header and the deal make, whoever gives them: not
    /// losses of collateral, which rest on prices.
    pub fn makes_its_scenarios(&self) -> bool {
        self.deal.collateral().is_none()
    }

    /// Returns the deal.
    pub fn deal(&self) -> &Deal {
        &self.deal
    }

    /// Returns the scenarios of losses, where the claim is about these.
    pub fn scenarios(&self) -> Option<&ScenarioSet> {
        self.set.as_deref()
    }
}

/// The claim that a pool satisfies a deal, and came from an earlier one as the deal's month says.
#[derive(Debug, Clone)]
pub struct RollClaim(DealClaim);

impl RollClaim {
    /// Returns the claim of a deal that has a month.
    ///
    /// # Errors
    /// Errors if it has none.
    pub fn new(claim: DealClaim) -> Result<Self, InstanceError> {
        if claim.deal.month().is_some() { Ok(Self(claim)) } else { Err(PoolError::TakesNoEarlierPool.into()) }
    }

    /// Returns the deal.
    pub fn deal(&self) -> &Deal {
        self.0.deal()
    }
}

impl From<RollClaim> for Claim {
    fn from(claim: RollClaim) -> Self {
        Claim::Pool(claim.0)
    }
}

impl From<MandateClaim> for Claim {
    fn from(claim: MandateClaim) -> Self {
        Claim::Market(claim)
    }
}

impl From<DealClaim> for Claim {
    fn from(claim: DealClaim) -> Self {
        Claim::Pool(claim)
    }
}

impl Claim {
    /// Returns the claim that a book meets `mandate` over `scenarios`.
    ///
    /// # Errors
    /// The errors of [`MandateClaim::new`].
    pub fn market(
        mandate: impl Into<Arc<Mandate>>,
        scenarios: impl Into<Arc<ScenarioSet>>,
    ) -> Result<Self, InstanceError> {
        MandateClaim::new(mandate, scenarios).map(Claim::Market)
    }

    /// Returns the claim that a pool satisfies `deal`, over `scenarios` where it is about losses.
    ///
    /// # Errors
    /// The errors of [`DealClaim::new`].
    pub fn pool(deal: impl Into<Arc<Deal>>, scenarios: Option<Arc<ScenarioSet>>) -> Result<Self, InstanceError> {
        DealClaim::new(deal, scenarios).map(Claim::Pool)
    }

    /// Returns the name of the mandate or deal.
    pub fn name(&self) -> &str {
        match self {
            Claim::Market(claim) => claim.mandate.name(),
            Claim::Pool(claim) => claim.deal.name(),
        }
    }

    /// Returns the claims in words, one sentence each.
    pub fn sentences(&self) -> Vec<String> {
        match self {
            Claim::Market(claim) => {
                let clauses = claim.mandate.clauses().iter().map(|clause| clause.sentence_over(&claim.set));
                clauses.chain(claim.mandate.rule_sentences()).collect()
            }
            Claim::Pool(claim) => claim.deal.sentences_over(claim.set.as_deref()),
        }
    }

    /// Returns the claims as a proof file states them: in the words of [`Claim::sentences`], except
    /// over a quadrature and over scenarios of weight 0, whose proofs are older than those words.
    pub(crate) fn stated(&self) -> Vec<String> {
        match self {
            Claim::Market(claim) => {
                let clauses = claim.mandate.clauses().iter().map(ToString::to_string);
                clauses.chain(claim.mandate.rule_sentences()).collect()
            }
            Claim::Pool(claim)
                if claim.scenarios().and_then(|set| set.generator().credit_kind()) == Some(CreditKind::Quadrature) =>
            {
                claim.deal.sentences()
            }
            _ => self.sentences(),
        }
    }

    /// Returns the rule of the mandate or deal for its scenarios, if it has one: of a mandate
    /// without a table, the rule that comes with its name; of a deal, the one for the market behind
    /// losses of its collateral.
    pub fn scenario_rule(&self) -> Option<ScenarioRule> {
        match self {
            Claim::Market(claim) => claim.mandate.required_scenarios(),
            Claim::Pool(claim) => claim.set.as_ref().and_then(|_| claim.deal.market_rule()).cloned(),
        }
    }

    /// Returns the refusal of a set of which nothing but its header shows that the rule for
    /// scenarios allows it; `None` if there is nothing to show. Whoever made the set again does not
    /// need it.
    pub fn not_settled(&self) -> Option<VerifyError> {
        let rule = self.scenario_rule()?;
        let required = rule.rests_on_header()?;
        let digest = self.scenarios_digest().unwrap_or_default();
        Some(match self {
            Claim::Market(claim) if claim.mandate.scenario_rule().is_none() => VerifyError::NameNotSettled {
                name: claim.mandate.name().to_owned(),
                required,
                line: ScenarioRule { digest: Some(digest), ..rule }.line(),
            },
            _ => VerifyError::ScenariosNotSettled { required, digest: hex::encode(digest) },
        })
    }

    /// Returns the digest of the mandate or deal.
    pub fn terms_digest(&self) -> [u8; 32] {
        match self {
            Claim::Market(claim) => claim.mandate.digest(),
            Claim::Pool(claim) => claim.deal.digest(),
        }
    }

    /// Returns the scenario set, if the claim is over one.
    pub fn scenarios(&self) -> Option<&ScenarioSet> {
        match self {
            Claim::Market(claim) => Some(&claim.set),
            Claim::Pool(claim) => claim.set.as_deref(),
        }
    }

    /// Returns the digest of the scenario set, if the claim is over one.
    pub fn scenarios_digest(&self) -> Option<[u8; 32]> {
        self.scenarios().map(scenario_file::digest)
    }

    /// Returns the value of a unit if the public terms fix it: a deal fixes the unit of its tape, and caps that
    /// of a book.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            Claim::Market(claim) => claim.mandate.fixed_unit(),
            Claim::Pool(claim) => claim.deal.schema().map(|schema| schema.unit()),
        }
    }

    /// Returns the currency of the mandate's limits, if it names one, or of the deal's tape.
    pub fn currency(&self) -> Option<&str> {
        match self {
            Claim::Market(claim) => Some(claim.mandate.currency()).filter(|currency| !currency.is_empty()),
            Claim::Pool(claim) => {
                let terms = claim.deal.schema().and_then(TapeSchema::terms);
                terms.map(|terms| terms.currency.as_str())
            }
        }
    }

    /// Returns the scenario part of the public inputs under a shape.
    ///
    /// # Errors
    /// Errors if `shape` is for another kind of claim, or holds fewer scenarios or factors than the
    /// set has.
    pub fn scenario_inputs(&self, shape: Shape) -> Result<ScenarioInputs, InstanceError> {
        match self {
            Claim::Market(MandateClaim { mandate, set }) => {
                if shape.pool().is_some() {
                    return Err(InstanceError::NotABook(shape));
                }
                ScenarioInputs::from_mandate(shape, set, mandate)
            }
            Claim::Pool(DealClaim { deal, set }) => {
                let schema = deal.require_schema().map_err(PoolError::from)?;
                // Check the kind of the keys first: otherwise the error would ask for larger keys.
                PoolTerms::from_deal(shape, deal, set.as_deref())?;
                ScenarioInputs::of_pool(shape, &schema.digest(), set.as_deref())
            }
        }
    }

    /// Returns the context of a proof that is not bound to a use: a digest of the public terms.
    pub fn context<F: CommitmentField>(&self) -> F {
        context(&self.terms_digest(), &self.scenarios_digest().unwrap_or_default())
    }

    /// Returns the control inputs of the claim about `commitment`, a commitment to a book in units
    /// of `unit`.
    ///
    /// # Errors
    /// Errors if the claim cannot be stated for `shape`, or `unit` is coarser than the mandate
    /// accepts.
    pub fn controls<F: CommitmentField>(
        &self,
        shape: Shape,
        unit: Unit,
        commitment: F,
        context: F,
    ) -> Result<[F; CONTROLS], InstanceError> {
        match self {
            Claim::Market(MandateClaim { mandate, set }) => {
                Ok(MarketClaim::new(shape, mandate, set, unit, commitment, context)?.controls())
            }
            Claim::Pool(DealClaim { deal, set }) => {
                Ok(PoolTerms::from_deal(shape, deal, set.as_deref())?.controls(commitment, context))
            }
        }
    }
}
