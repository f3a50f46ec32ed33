//! Tranches at a point of a grid: the losses of defaults in the limit of a large pool, or the bad debt of
//! loans against collateral.

use tailproof_core::error::{Problem, TapeProblem};
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY};
use tailproof_core::pool::deal::Tranche;
use tailproof_core::pool::{Category, Copula, Deal, FactorModel, Loan, LoanPool, Tape, TrancheTerms};
use tailproof_core::scenarios::Generator;
use tailproof_core::scenarios::collateral::{collateral_scenarios, entries};
use tailproof_core::text::to_f64;
use tailproof_core::{Confidence, ScenarioSet};

use super::axis::Axis;
use crate::credit::graded::GradedPool;
use crate::credit::pool::tail_losses;

/// The confidence of an expected shortfall, in millionths, where neither the caller nor a claim has one.
pub const USUAL_CONFIDENCE: u32 = 990_000;

/// Figures of a tranche at a point of a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TranchePoint {
    /// expected loss, a share of the tranche
    pub expected_loss: f64,
    /// probability of a first unit of loss
    pub hit: f64,
    /// expected shortfall, a share of the tranche
    pub cvar: f64,
}

/// The losses of a deal's tranches.
#[derive(Debug, Clone)]
pub enum TrancheModel {
    /// those of defaults
    Credit(CreditModel),
    /// those of collateral
    Collateral(Box<CollateralModel>),
}

impl TrancheModel {
    /// Returns the figures at a point; `None` where the assumption has no part in them.
    pub(super) fn at(&self, axis: Axis, value: f64) -> Result<Option<Vec<TranchePoint>>, Problem> {
        match self {
            TrancheModel::Credit(model) => model.at(axis, value),
            TrancheModel::Collateral(model) => model.at(axis, value),
        }
    }
}

/// Returns the confidence of each tranche's expected shortfall: the caller's, that of its claim, or the
/// usual one.
fn confidences(deal: &Deal, confidence: Option<Confidence>) -> Vec<Confidence> {
    let usual = Confidence::from_millionths(USUAL_CONFIDENCE).ok();
    let pieces = deal.terms().map(|terms| &terms.pieces[..]).unwrap_or_default();
    let claimed = |name: &String| {
        pieces.iter().find(|piece| piece.name.as_ref() == Some(name)).and_then(|piece| piece.limits.confidence)
    };
    let of = |tranche: &Tranche| confidence.or_else(|| claimed(&tranche.name)).or(usual);
    deal.tranches().iter().filter_map(of).collect()
}

/// The losses of a deal's tranches, in the limit of many small loans of each probability of default.
#[derive(Debug, Clone)]
pub struct CreditModel {
    /// share of the notional, probability of default and loss given default of each loan
    loans: Vec<(f64, f64, f64)>,
    /// attachment and detachment of each tranche
    ends: Vec<(f64, f64)>,
    /// the confidence of each tranche's expected shortfall
    confidences: Vec<Confidence>,
    correlation: f64,
}

impl CreditModel {
    /// Returns the model of a tape under a deal, at a correlation above zero. `confidence` is that of
    /// every expected shortfall; without it, it is that of each tranche's claim, or [`USUAL_CONFIDENCE`].
    ///
    /// # Errors
    /// A deal whose losses are those of collateral; a loan without assumptions, or in default and of the
    /// pool; a correlation out of range.
    pub fn new(deal: &Deal, tape: &Tape, correlation: f64, confidence: Option<Confidence>) -> Result<Self, Problem> {
        deal.require_credit()?;
        FactorModel::new(Copula::Gaussian, correlation)?;
        if let Some(schema) = deal.schema()
            && tape.loans().iter().any(|loan| schema.holds(loan) && !loan.is_in_pool())
        {
            return Err(TapeProblem::LossesOfDefaults.into());
        }
        let loans: Vec<_> = tape.loans().iter().filter(|loan| loan.is_in_pool()).collect();
        let notional: f64 = loans.iter().map(|loan| loan.balance as f64).sum();
        let of = |loan: &&Loan| {
            let (probability, lost) = deal.assumptions(loan)?;
            Ok((loan.balance as f64 / notional, probability, lost))
        };
        let loans = loans.iter().map(of).collect::<Result<_, Problem>>()?;
        let ends = deal.tranches().iter().map(|tranche| (tranche.attachment, tranche.detachment)).collect();
        Ok(Self { loans, ends, confidences: confidences(deal, confidence), correlation })
    }

    /// Returns the figures at a point; `None` where the assumption has no part in them.
    fn at(&self, axis: Axis, value: f64) -> Result<Option<Vec<TranchePoint>>, Problem> {
        // A probability of one has no quantile.
        const MOST: f64 = 1.0 - 1e-9;
        let (mut times, mut points, mut correlation) = (1.0, 0.0, self.correlation);
        match axis {
            Axis::DefaultRate => times = value,
            Axis::Recovery => points = value / 100.0,
            Axis::Correlation => correlation = value,
            Axis::Prepayment | Axis::InterestRate | Axis::Volatility => return Ok(None),
        }
        let moved = self.loans.iter().map(|(share, probability, lost)| {
            (share * (lost - points).clamp(0.0, 1.0), (probability * times).min(MOST))
        });
        let moved = moved.filter(|(_, probability)| *probability > 0.0);
        let pool = GradedPool::new(moved, FactorModel::new(Copula::Gaussian, correlation)?)?;
        let mut outcomes = pool.outcomes();
        outcomes.sort_by(|(left, _), (right, _)| left.total_cmp(right));
        let of = |((attachment, detachment), confidence): (&(f64, f64), &Confidence)| {
            let figures = pool.tranche(&outcomes, (*attachment, *detachment))?;
            let tail = tail_losses(&outcomes, *attachment, *detachment, to_f64(confidence.to_decimal()));
            Ok(TranchePoint { expected_loss: figures.expected_loss, hit: figures.hit, cvar: tail.cvar })
        };
        self.ends.iter().zip(&self.confidences).map(of).collect::<Result<_, Problem>>().map(Some)
    }
}

/// The bad debt of a deal's tranches over moves of what secures its loans.
#[derive(Debug, Clone)]
pub struct CollateralModel {
    deal: Deal,
    /// the moves of the market
    market: ScenarioSet,
    /// what is owed in each grade, in units
    exposures: Vec<i64>,
    /// the terms of the tranches, each with the confidence of its expected shortfall
    terms: TrancheTerms,
}

impl CollateralModel {
    /// Returns the model of a pool under a deal with collateral, over moves of its assets. `confidence` is
    /// that of every expected shortfall; without it, it is that of each tranche's claim, or
    /// [`USUAL_CONFIDENCE`].
    ///
    /// # Errors
    /// A deal without collateral; moves that make no losses of it.
    pub fn new(
        deal: &Deal,
        pool: &LoanPool,
        market: ScenarioSet,
        confidence: Option<Confidence>,
    ) -> Result<Self, Problem> {
        let losses = collateral_scenarios(deal, &market)?;
        let mut terms = deal.terms().ok_or(Problem::NoTape)?.clone();
        for (tranche, confidence) in deal.tranches().iter().zip(confidences(deal, confidence)) {
            let of = terms.pieces.iter_mut().filter(|piece| piece.name.as_ref() == Some(&tranche.name));
            of.for_each(|piece| piece.limits.confidence = Some(confidence));
        }
        let exposures = pool.exposures(losses.factors().len());
        Ok(Self { deal: deal.clone(), market, exposures, terms })
    }

    /// Returns the figures at a point; `None` where the assumption has no part in them.
    fn at(&self, axis: Axis, value: f64) -> Result<Option<Vec<TranchePoint>>, Problem> {
        if axis != Axis::Volatility {
            return Ok(None);
        }
        let set = self.losses(value)?;
        let of_pieces = self.terms.pieces.iter().zip(self.terms.shares(&set, &self.exposures));
        let of_pieces: Vec<_> = of_pieces.collect();
        let of = |tranche: &Tranche| {
            let found = of_pieces.iter().find(|(piece, _)| piece.name.as_ref() == Some(&tranche.name));
            found.map(|(_, shares)| TranchePoint {
                expected_loss: shares.expected_loss,
                hit: shares.hit,
                cvar: shares.cvar,
            })
        };
        Ok(Some(self.deal.tranches().iter().filter_map(of).collect()))
    }

    /// Returns the losses of grades where the logarithm of every move is so many times as large. No file
    /// has this set: its header says no more than that.
    fn losses(&self, times: f64) -> Result<ScenarioSet, Problem> {
        let (market, grades) = (&self.market, self.deal.require_schema()?.names(Category::Grade));
        let entries = entries(self.deal.require_collateral()?, market, |entry| widened(entry, times))?;
        let generator = Generator::Custom { description: format!("logarithms of moves times {times}") };
        let labels = market.labels().to_vec();
        ScenarioSet::new(generator, grades.to_vec(), labels, None, market.weights().to_vec(), entries)
    }
}

/// Returns the entry of a move whose logarithm is so many times as large: `(1 + r)^times - 1`. A move of
/// -100 % stays, but at 0 times, where nothing moves.
#[allow(clippy::cast_possible_truncation)]
fn widened(entry: i32, times: f64) -> i32 {
    let steps = f64::from(1u32 << FRACTION_BITS);
    let worth = (1.0 + f64::from(entry) / steps).max(0.0);
    let most = MAX_ENTRY as f64;
    ((worth.powf(times) - 1.0) * steps).round().clamp(-most, most) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_widened_by_their_logarithms() {
        let one = 1 << FRACTION_BITS;
        for (entry, times, widened_to) in [
            (-one / 2, 2.0, -3 * one / 4),
            (one, 2.0, 3 * one),
            (-3 * one / 4, 0.5, -one / 2),
            (-one, 2.0, -one),
            (-one, 0.0, 0),
            (123_457, 1.0, 123_457),
            (-1_048_575, 1.0, -1_048_575),
            (7 * one, 100.0, (1 << 23) - 1),
        ] {
            assert_eq!(widened(entry, times), widened_to, "{entry} {times}");
        }
    }
}
