//! The public claim of a market proof, as integers.

use ark_bn254::Fr;
use sha2::{Digest, Sha256};
use tailproof_core::mandate::LimitUnits;
use tailproof_core::{Clause, Mandate, Measure, ScenarioSet, TailMass, Unit};

use super::limits::BookLimits;
use super::rules::RuleTerms;
use crate::encoding::digest_to_field;
use crate::error::InstanceError;
use crate::field::CommitmentField;
use crate::field::InputField;
use crate::inputs::check_days;
use crate::inputs::controls::{CONTROLS, pack_limits, pack_parametric, pack_tails};
use crate::shape::Shape;

/// The public claim, without the scenario matrix. `F` is the field of the backend's public inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketClaim<F = Fr> {
    /// Sizes of the statement.
    pub shape: Shape,
    /// Commitment to the book.
    pub commitment: F,
    /// Context that the proof is bound to; see [`context`].
    pub context: F,
    /// Value of a book unit.
    pub unit: Unit,
    /// Tail of the value-at-risk clause.
    pub var_tail: TailMass,
    /// Limit of the value-at-risk clause.
    pub var_limit: LimitUnits,
    /// Tail of the shortfall clause.
    pub cvar_tail: TailMass,
    /// Limit of the shortfall clause.
    pub cvar_limit: LimitUnits,
    /// Limits on the book itself; [`BookLimits::OFF`] in shapes without them.
    pub book: BookLimits,
    /// Terms on net asset value and groups; none in shapes without rules.
    pub rules: RuleTerms,
    /// Terms over a covariance, instead of the tails; [`Parametric::NONE`] in other shapes.
    pub parametric: Parametric,
}

/// The terms of a parametric claim, instead of tails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parametric {
    /// Squared coefficients of value at risk and expected shortfall times 2^30; 0 for a clause that
    /// is off.
    pub squared_coefficients: [u64; 2],
    /// Exponent of the covariance set: entries are scaled by 2^(20 + `scale`).
    pub scale: u32,
}

impl Parametric {
    /// The terms of a claim that is not parametric.
    pub const NONE: Parametric = Parametric { squared_coefficients: [0; 2], scale: 0 };
}

impl<F: CommitmentField> MarketClaim<F> {
    /// Returns the claim that the book under `commitment` meets `mandate` over `set`. A measure
    /// without a clause gets a limit at the top of the range, which every book meets.
    ///
    /// # Errors
    /// Errors on a shape for pools of loans, on two confidences under a shape with one threshold,
    /// on a clause that the shape does not support, and on a book unit coarser than the mandate
    /// accepts, or another than that of its caps and breakpoints.
    pub fn new(
        shape: Shape,
        mandate: &Mandate,
        set: &ScenarioSet,
        unit: Unit,
        commitment: F,
        context: F,
    ) -> Result<Self, InstanceError> {
        if shape.pool().is_some() {
            return Err(InstanceError::NotABook(shape));
        }
        InstanceError::check_unit(mandate, unit)?;
        mandate.check_fixed_unit(unit)?;
        if let Some(clause) = mandate.clauses().iter().find(|clause| clause.needs_limits() && !shape.has_limits()) {
            return Err(InstanceError::NeedsLimits { clause: clause.to_string(), shape });
        }
        check_days(shape, set)?;
        for clause in mandate.clauses() {
            clause.check_set(set)?;
        }
        match (shape.is_parametric(), set.generator().covariance_scale()) {
            (true, None) => return Err(InstanceError::ParametricShape { is: "scenarios", shape }),
            (false, Some(_)) => return Err(InstanceError::ParametricShape { is: "a covariance", shape }),
            _ => {}
        }
        let rules = RuleTerms::new(shape, mandate, set, unit)?;
        let (first, second) = slots(mandate)?;
        let weight = set.total_weight();
        let side = |clause: Option<&Clause>| clause.map(|clause| (clause.tail(weight), clause.limit_units(unit)));
        let (var, cvar) = (side(first), side(second));
        if let (1, Some(first), Some(second)) = (shape.thresholds(), first, second)
            && !shape.is_parametric()
            && first.tail(weight) != second.tail(weight)
        {
            return Err(InstanceError::TwoConfidences {
                first: first.figure_name(),
                second: second.figure_name(),
                shape,
            });
        }
        // With one threshold, the clause that is on lends its tail to the one that is off.
        let shared = |other: Option<(TailMass, LimitUnits)>| match (shape.thresholds(), other) {
            (1, Some((tail, _))) => tail,
            _ => TailMass::EVERYTHING,
        };
        let (var_tail, var_limit) = var.unwrap_or((shared(cvar), LimitUnits::OFF));
        let (cvar_tail, cvar_limit) = cvar.unwrap_or((shared(var), LimitUnits::OFF));
        let book = BookLimits::from_mandate(mandate, unit);
        if let (Some(second), true) = (second, book.var_floor.is_some() && cvar_tail != var_tail) {
            return Err(InstanceError::FloorAndOther(second.to_string()));
        }
        let squared = |clause: Option<&Clause>| clause.and_then(Clause::squared_coefficient).unwrap_or(0);
        let scale = set.generator().covariance_scale().unwrap_or(0);
        let parametric = Parametric { squared_coefficients: [squared(first), squared(second)], scale };
        Ok(Self {
            shape,
            commitment,
            context,
            unit,
            var_tail,
            var_limit,
            cvar_tail,
            cvar_limit,
            book,
            rules,
            parametric,
        })
    }

    /// Returns the words behind the *limits* control, for shapes with limits on the book.
    pub fn limit_words(&self) -> Vec<F> {
        match self.shape.rules() {
            Some(_) => self.rules.words(&self.book, self.var_limit, self.cvar_limit),
            None => self.book.words(self.var_limit, self.cvar_limit).to_vec(),
        }
    }

    /// Returns the control inputs, in the order of [`crate::inputs::layout`].
    pub fn controls(&self) -> [F; CONTROLS] {
        [
            self.commitment,
            self.context,
            if self.shape.is_parametric() {
                let Parametric { squared_coefficients, scale } = self.parametric;
                pack_parametric(squared_coefficients, self.unit, scale)
            } else {
                pack_tails(self.shape.thresholds(), self.var_tail, self.unit, self.cvar_tail)
            },
            if self.shape.rules().is_some() {
                self.rules.control(&self.book, self.var_limit, self.cvar_limit)
            } else if self.shape.has_limits() {
                self.book.control(self.var_limit, self.cvar_limit)
            } else {
                pack_limits(self.var_limit, self.cvar_limit)
            },
        ]
    }
}

/// Returns the clauses of the two thresholds. A worst-loss clause is a VaR clause with an empty
/// tail, or a CVaR clause with a vanishing tail, so it uses whichever slot is free. A margin has the
/// first: no other clause of the two is over its matrix.
pub(crate) fn slots(mandate: &Mandate) -> Result<(Option<&Clause>, Option<&Clause>), InstanceError> {
    let [var, cvar, stress] = [Measure::Var, Measure::Cvar, Measure::Stress].map(|measure| mandate.clause(measure));
    let margin = mandate.clause(Measure::Margin);
    match (var, cvar, stress) {
        _ if margin.is_some() => Ok((margin, None)),
        (Some(_), Some(_), Some(_)) => Err(InstanceError::TooManyClauses),
        (Some(_), None, _) => Ok((var, stress)),
        (None, _, Some(_)) => Ok((stress, cvar)),
        _ => Ok((var, cvar)),
    }
}

/// Returns the context of a proof that is not bound to a use on chain: the first 31 bytes of
/// SHA-256 over `tailproof/context/v1`, the mandate's digest and the scenario set's digest.
pub fn context<F: InputField>(mandate_digest: &[u8; 32], scenarios_digest: &[u8; 32]) -> F {
    let mut hasher = Sha256::new();
    hasher.update(b"tailproof/context/v1");
    hasher.update(mandate_digest);
    hasher.update(scenarios_digest);
    digest_to_field(&hasher.finalize().into())
}
