//! Losses of a pool of loans and of a deal's tranches, four ways.
//!
//! Loans that are paid or in default are not part of the pool. Loans of one obligor default
//! together, with the mean of their probabilities by loss. The notional is the balance of what is
//! part of the pool.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::credit::graded::GradedPool;
use crate::credit::irb;
use crate::credit::large_pool::LargePool;
use crate::credit::losses::{LossDistribution, Obligor, Progress, TrancheFigures};
use tailproof_core::draws::Draws;
use tailproof_core::error::{Problem, TapeProblem};
use tailproof_core::pool::copula::FactorModel;
use tailproof_core::pool::deal::Deal;
use tailproof_core::pool::tape::Tape;

/// How the losses of a pool are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LossMethod {
    /// exactly given the common factor, by recursion over obligors
    Recursion,
    /// in the limit of many small loans of the mean probability
    LargePool,
    /// in the limit of many small loans of each probability
    GradedLargePool,
    /// by drawing so many paths from a seed
    MonteCarlo {
        /// number of paths
        paths: usize,
        /// public seed
        seed: [u8; 32],
        /// correlation of asset returns that loans of one sector have besides
        sector: f64,
    },
}

/// Losses in the worst cases, as a fraction of the pool or tranche.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TailLosses {
    /// least loss that is exceeded with a probability of at most one less the confidence
    pub var: f64,
    /// mean of the worst cases (Acerbi and Tasche 2002)
    pub cvar: f64,
}

/// Returns value at risk and expected shortfall of a piece of the notional, from outcomes of the
/// pool's loss with their probabilities, the least loss first.
pub(crate) fn tail_losses(outcomes: &[(f64, f64)], attachment: f64, detachment: f64, confidence: f64) -> TailLosses {
    let width = detachment - attachment;
    let lost = |loss: f64| (loss - attachment).clamp(0.0, width) / width;
    // Probabilities sum to one up to rounding.
    let reached = confidence - 1e-12;
    let mut below = 0.0;
    let place = outcomes.iter().position(|(_, probability)| {
        below += probability;
        below >= reached
    });
    let var = lost(place.map_or(1.0, |place| outcomes[place].0));
    let excess: f64 = outcomes.iter().map(|(loss, probability)| (lost(*loss) - var).max(0.0) * probability).sum();
    TailLosses { var, cvar: var + excess / (1.0 - confidence) }
}

/// Expected losses of a pool and its tranches.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolLosses {
    /// of the pool, as a fraction of its notional
    pub expected_loss: f64,
    /// of each tranche of the deal, in its order
    pub tranches: Vec<TrancheFigures>,
}

/// An obligor of the pool.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Name {
    /// loss on default, a fraction of the notional
    loss: f64,
    probability: f64,
    /// number of its sector
    sector: usize,
}

/// Checks the confidence of tail losses.
///
/// # Errors
/// It is not between 0 and 1.
pub fn check_confidence(confidence: f64) -> Result<(), Problem> {
    if confidence > 0.0 && confidence < 1.0 {
        return Ok(());
    }
    let range = "0 to 1, both excluded".into();
    Err(Problem::OutOfRange { what: "the confidence".into(), value: confidence.to_string(), range })
}

/// Returns the tails of the notional and of each tranche.
fn tails_of(outcomes: &[(f64, f64)], deal: &Deal, confidence: f64) -> (TailLosses, Vec<TailLosses>) {
    let of = |low: f64, high: f64| tail_losses(outcomes, low, high, confidence);
    let tranches = deal.tranches().iter().map(|tranche| of(tranche.attachment, tranche.detachment));
    (of(0.0, 1.0), tranches.collect())
}

/// Returns the losses of a distribution as fractions of the notional, with their probabilities.
fn outcomes_of(distribution: &LossDistribution, units: f64) -> Vec<(f64, f64)> {
    let of = |(lost, probability): (usize, &f64)| (lost as f64 / units, *probability);
    distribution.probabilities().iter().enumerate().map(of).collect()
}

/// Returns expected losses of the pool and figures of each tranche.
fn tranches_of(distribution: &LossDistribution, units: f64, deal: &Deal) -> Result<PoolLosses, Problem> {
    let of = |low: f64, high: f64| distribution.tranche(low * units, high * units);
    let tranches = deal.tranches().iter().map(|tranche| of(tranche.attachment, tranche.detachment));
    Ok(PoolLosses { expected_loss: distribution.mean() / units, tranches: tranches.collect::<Result<_, _>>()? })
}

/// Loans with their assumptions, by obligor.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    names: Vec<Name>,
    notional_cents: u64,
    /// loans, and how many of them have no sector
    loans: (usize, usize),
    /// obligors whose loans have several probabilities of default
    mixed: usize,
}

/// Most paths of a simulation.
const MOST_PATHS: usize = 10_000_000;
/// Nodes of the common factor.
const NODES: usize = 201;
/// Most loss units of a recursion whose losses have a common divisor.
const MOST_UNITS: u64 = 20_000;
/// Loss units where they have none; a loss between two numbers of units is split between them, so
/// that its mean is kept.
const UNITS: u32 = 2_000;

/// How far a mean by recursion may be from the mean, as a fraction of it.
const MEAN_TOLERANCE: f64 = 1e-3;

/// The tail of the pool's losses, and of each tranche's, in the order of the deal.
pub type PoolTails = (TailLosses, Vec<TailLosses>);

impl Pool {
    /// The pool of a tape under the assumptions of a deal.
    ///
    /// # Errors
    /// A loan without assumptions; nothing that is owed, or that can be lost.
    pub fn new(tape: &Tape, deal: &Deal) -> Result<Self, Problem> {
        deal.require_credit()?;
        let loans = || tape.loans().iter().filter(|loan| loan.is_in_pool());
        if let Some(schema) = deal.schema()
            && tape.loans().iter().any(|loan| schema.holds(loan) && !loan.is_in_pool())
        {
            return Err(TapeProblem::LossesOfDefaults.into());
        }
        let notional_cents: u64 = loans().map(|loan| loan.balance).sum();
        if notional_cents == 0 {
            return Err(Problem::Empty("nothing is owed on any loan of the pool".into()));
        }
        let mut names: Vec<Name> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut sectors: HashMap<Option<&str>, usize> = HashMap::new();
        let mut mixed: HashSet<usize> = HashSet::new();
        let is_blank = |sector: &Option<String>| sector.as_deref().is_none_or(|name| name.trim().is_empty());
        let without_sector = loans().filter(|loan| is_blank(&loan.sector)).count();
        for loan in loans() {
            let (probability, lgd) = deal.assumptions(loan)?;
            let loss = loan.balance as f64 * lgd / notional_cents as f64;
            let place = loan.obligor.as_deref().and_then(|obligor| places.get(obligor).copied());
            match place {
                Some(place) if names[place].loss + loss > 0.0 => {
                    let name = &mut names[place];
                    if name.loss > 0.0 && loss > 0.0 && name.probability != probability {
                        mixed.insert(place);
                    }
                    let total = name.loss + loss;
                    name.probability = (name.probability * name.loss + probability * loss) / total;
                    name.loss = total;
                }
                _ => {
                    places.extend(loan.obligor.as_deref().map(|obligor| (obligor, names.len())));
                    let next = sectors.len();
                    let sector = *sectors.entry(loan.sector.as_deref()).or_insert(next);
                    names.push(Name { loss, probability, sector });
                }
            }
        }
        if names.iter().all(|name| name.loss == 0.0) {
            return Err(Problem::Empty("nothing can be lost: every loss given default is 0".into()));
        }
        let loans = (loans().count(), without_sector);
        Ok(Self { names, notional_cents, loans, mixed: mixed.len() })
    }

    /// Number of obligors.
    pub fn obligors(&self) -> usize {
        self.names.len()
    }

    /// Number of obligors whose loans have several probabilities of default. In Basel's
    /// ratings-based approach a probability of default is the obligor's; one that is given by loan is
    /// averaged here, weighted by loss.
    pub fn obligors_of_several_probabilities(&self) -> usize {
        self.mixed
    }

    /// Returns the notional, in cents.
    pub fn notional_cents(&self) -> u64 {
        self.notional_cents
    }

    /// Regulatory capital as a fraction of the notional, for each obligor at the mean of its
    /// probabilities ([`irb::capital`]): losses at 99.9 % beyond the expected ones, all obligors in
    /// one class. It does not depend on the model. Probabilities are to be those of one year: see
    /// [`Pool::within`]; they have Basel's floor.
    pub fn capital(&self, class: irb::ExposureClass) -> f64 {
        let of = |name: &Name| name.loss * irb::capital(class, name.probability.max(irb::LEAST_PROBABILITY), 1.0);
        self.names.iter().map(of).sum()
    }

    /// Losses under a model.
    ///
    /// # Errors
    /// No paths; a large pool without correlation; a correlation or degrees of freedom too extreme
    /// for the recursion.
    pub fn losses(&self, deal: &Deal, model: &FactorModel, method: LossMethod) -> Result<PoolLosses, Problem> {
        match method {
            LossMethod::Recursion => {
                let (obligors, units) = self.in_units();
                tranches_of(&Self::distribution(&obligors, units, model, &|_, _| {})?, units, deal)
            }
            LossMethod::LargePool => self.as_large_pool(deal, model),
            LossMethod::GradedLargePool => {
                let tranches: Vec<_> = deal.tranches().iter().map(|one| (one.attachment, one.detachment)).collect();
                let expected_loss = self.names.iter().map(|name| name.loss * name.probability).sum();
                Ok(PoolLosses { expected_loss, tranches: self.graded(model)?.tranches(&tranches)? })
            }
            LossMethod::MonteCarlo { paths, seed, sector } => self.by_simulation(deal, model, (paths, seed, sector)),
        }
    }

    /// Returns how long one recursion over the pool's obligors will take, from the time of one value
    /// of the common factor.
    ///
    /// # Errors
    /// As [`Pool::losses`].
    pub fn recursion_time(&self, model: &FactorModel) -> Result<Duration, Problem> {
        LossDistribution::estimate(&self.in_units().0, model, NODES)
    }

    /// Losses, and with a confidence the tails of [`Pool::tails`]: by one recursion, of which
    /// `progress` is told.
    ///
    /// # Errors
    /// As [`Pool::losses`] and [`Pool::tails`].
    pub fn losses_and_tails(
        &self,
        deal: &Deal,
        model: &FactorModel,
        method: LossMethod,
        confidence: Option<f64>,
        progress: Progress<'_>,
    ) -> Result<(PoolLosses, Option<PoolTails>), Problem> {
        confidence.map_or(Ok(()), check_confidence)?;
        if method != LossMethod::Recursion {
            let tails = confidence.map(|confidence| self.tails(deal, model, method, confidence));
            return Ok((self.losses(deal, model, method)?, tails.transpose()?));
        }
        let (obligors, units) = self.in_units();
        let distribution = Self::distribution(&obligors, units, model, progress)?;
        let tails = confidence.map(|confidence| tails_of(&outcomes_of(&distribution, units), deal, confidence));
        Ok((tranches_of(&distribution, units, deal)?, tails))
    }

    /// The pool at another horizon, under a constant hazard rate: the probability of default within
    /// a share of the horizon.
    #[must_use]
    pub fn within(&self, share: f64) -> Self {
        let of = |probability: f64| -libm::expm1(share * libm::log1p(-probability));
        let names = self.names.iter().map(|name| Name { probability: of(name.probability), ..*name });
        Self { names: names.collect(), ..self.clone() }
    }

    /// Value at risk and expected shortfall of the pool, and of each tranche of a deal.
    ///
    /// # Errors
    /// As [`Pool::losses`]; a confidence outside (0, 1).
    pub fn tails(
        &self,
        deal: &Deal,
        model: &FactorModel,
        method: LossMethod,
        confidence: f64,
    ) -> Result<(TailLosses, Vec<TailLosses>), Problem> {
        check_confidence(confidence)?;
        Ok(tails_of(&self.outcomes(model, method)?, deal, confidence))
    }

    /// Losses of the pool as fractions of its notional with their probabilities, the least first.
    fn outcomes(&self, model: &FactorModel, method: LossMethod) -> Result<Vec<(f64, f64)>, Problem> {
        let mut outcomes: Vec<(f64, f64)> = match method {
            LossMethod::Recursion => {
                let (obligors, units) = self.in_units();
                outcomes_of(&Self::distribution(&obligors, units, model, &|_, _| {})?, units)
            }
            LossMethod::LargePool => {
                let lost: f64 = self.names.iter().map(|name| name.loss).sum();
                let mean: f64 = self.names.iter().map(|name| name.loss * name.probability).sum();
                let outcomes = LargePool::new(mean / lost, *model)?.outcomes();
                outcomes.into_iter().map(|(share, weight)| (share * lost, weight)).collect()
            }
            LossMethod::GradedLargePool => self.graded(model)?.outcomes(),
            LossMethod::MonteCarlo { paths, seed, sector } => {
                let losses = self.simulated(model, (paths, seed, sector))?;
                losses.into_iter().map(|loss| (loss, 1.0 / paths as f64)).collect()
            }
        };
        outcomes.sort_by(|left, right| left.0.total_cmp(&right.0));
        Ok(outcomes)
    }

    /// Losses in units, and units of the notional.
    #[allow(clippy::cast_possible_truncation)]
    fn in_units(&self) -> (Vec<Obligor>, f64) {
        // Losses that are whole hundredths of a cent may have a common divisor.
        let whole: Vec<u64> =
            self.names.iter().map(|name| (name.loss * self.notional_cents as f64 * 100.0).round() as u64).collect();
        let divisor = whole.iter().fold(0u64, |mut a, b| {
            let mut b = *b;
            while b != 0 {
                (a, b) = (b, a % b);
            }
            a
        });
        let total: u64 = whole.iter().sum();
        if divisor > 0 && total / divisor <= MOST_UNITS {
            let units = self.notional_cents as f64 * 100.0 / divisor as f64;
            let obligor = |(loss, name): (&u64, &Name)| Obligor {
                loss: u32::try_from(loss / divisor).unwrap_or(u32::MAX),
                extra: 0.0,
                probability: name.probability,
            };
            return (whole.iter().zip(&self.names).map(obligor).collect(), units);
        }
        let lost: f64 = self.names.iter().map(|name| name.loss).sum();
        let units = f64::from(UNITS) / lost;
        let obligor = |name: &Name| {
            let loss = name.loss * units;
            Obligor { loss: loss.floor() as u32, extra: loss - loss.floor(), probability: name.probability }
        };
        (self.names.iter().map(obligor).collect(), units)
    }

    /// The distribution of losses in units. Its mean is known, so that a quadrature that is too
    /// coarse is found out.
    fn distribution(
        obligors: &[Obligor],
        units: f64,
        model: &FactorModel,
        progress: Progress<'_>,
    ) -> Result<LossDistribution, Problem> {
        let distribution = LossDistribution::reporting(obligors, model, NODES, progress)?;
        let mean = |obligor: &Obligor| (f64::from(obligor.loss) + obligor.extra) * obligor.probability;
        let expected = obligors.iter().map(mean).sum::<f64>() / units;
        let found = distribution.mean() / units;
        let is_close = (found - expected).abs() <= MEAN_TOLERANCE * expected;
        if !is_close {
            return Err(Problem::TooCoarse {
                found: format!("{found:.6}"),
                expected: format!("{expected:.6}"),
                nodes: NODES,
            });
        }
        Ok(distribution)
    }

    fn graded(&self, model: &FactorModel) -> Result<GradedPool, Problem> {
        GradedPool::new(self.names.iter().map(|name| (name.loss, name.probability)), *model)
    }

    fn as_large_pool(&self, deal: &Deal, model: &FactorModel) -> Result<PoolLosses, Problem> {
        let lost: f64 = self.names.iter().map(|name| name.loss).sum();
        let mean: f64 = self.names.iter().map(|name| name.loss * name.probability).sum();
        let pool = LargePool::new(mean / lost, *model)?;
        let tranches = deal.tranches().iter().map(|tranche| pool.tranche(tranche.attachment, tranche.detachment, lost));
        Ok(PoolLosses { expected_loss: mean, tranches: tranches.collect::<Result<_, _>>()? })
    }

    /// Losses of paths that are drawn from a seed.
    fn simulated(&self, model: &FactorModel, drawn: (usize, [u8; 32], f64)) -> Result<Vec<f64>, Problem> {
        let (paths, seed, sector) = drawn;
        if !(1..=MOST_PATHS).contains(&paths) {
            let (what, value) = ("the number of paths".into(), paths.to_string());
            return Err(Problem::OutOfRange { what, value, range: format!("1 to {MOST_PATHS}") });
        }
        if !(sector >= 0.0 && model.correlation() + sector < 1.0) {
            let (value, range) = (sector.to_string(), "0 up to one less the correlation".into());
            return Err(Problem::OutOfRange { what: "the correlation within a sector".into(), value, range });
        }
        let (loans, without) = self.loans;
        if sector > 0.0 && without > 0 {
            return Err(Problem::NoSector { without, loans });
        }
        let thresholds =
            self.names.iter().map(|name| model.threshold(name.probability)).collect::<Result<Vec<f64>, _>>()?;
        let sectors = self.names.iter().map(|name| name.sector + 1).max().unwrap_or(0);
        let mut draws = Draws::new(ChaCha20Rng::from_seed(seed));
        let path = |_| {
            let node = model.draw(&mut draws);
            let factors: Vec<f64> = (0..sectors).map(|_| if sector > 0.0 { draws.normal() } else { 0.0 }).collect();
            let mut loss = 0.0;
            for (name, threshold) in self.names.iter().zip(&thresholds) {
                if draws.uniform() <= model.conditional_in_sector(*threshold, &node, sector, factors[name.sector]) {
                    loss += name.loss;
                }
            }
            loss
        };
        Ok((0..paths).map(path).collect())
    }

    fn by_simulation(
        &self,
        deal: &Deal,
        model: &FactorModel,
        drawn: (usize, [u8; 32], f64),
    ) -> Result<PoolLosses, Problem> {
        let losses = self.simulated(model, drawn)?;
        let mean = |of: &dyn Fn(f64) -> f64| losses.iter().map(|loss| of(*loss)).sum::<f64>() / losses.len() as f64;
        let tranche = |tranche: &tailproof_core::pool::deal::Tranche| {
            let width = tranche.detachment - tranche.attachment;
            TrancheFigures {
                expected_loss: mean(&|loss| (loss - tranche.attachment).clamp(0.0, width) / width),
                hit: mean(&|loss| if loss > tranche.attachment { 1.0 } else { 0.0 }),
                wipe_out: mean(&|loss| if loss >= tranche.detachment { 1.0 } else { 0.0 }),
            }
        };
        Ok(PoolLosses { expected_loss: mean(&|loss| loss), tranches: deal.tranches().iter().map(tranche).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use tailproof_core::pool::copula::Copula;

    /// Thousands of obligors under Student's t take minutes: the recursion is done once for all
    /// figures, says how long it will take, and how far it is.
    #[test]
    fn losses_and_tails_take_one_recursion_that_reports_its_progress() {
        let names = (1..=40).map(|loan| Name { loss: 0.001 * f64::from(loan), probability: 0.02, sector: 0 }).collect();
        let pool = Pool { names, notional_cents: 100_000_000, loans: (40, 0), mixed: 0 };
        let text = "name = \"d\"\n[tape]\ncolumns = [\"grade\"]\ngrades = [\"A\"]\n[pd]\nA = 0.02\n[lgd]\nother = 0.5\n\
                    [[tranche]]\nname = \"a\"\nattachment = 0.01\ndetachment = 0.1\n";
        let deal = Deal::from_toml("d.toml", text).unwrap();
        let model = FactorModel::new(Copula::StudentT(4.0), 0.2).unwrap();
        let reports = Mutex::new(Vec::new());
        let report = |done, all| reports.lock().unwrap().push((done, all));
        let method = LossMethod::Recursion;
        let (losses, tails) = pool.losses_and_tails(&deal, &model, method, Some(0.99), &report).unwrap();
        let reports = reports.lock().unwrap().clone();
        let all = reports[0].1;
        let mut done: Vec<usize> = reports.iter().map(|report| report.0).collect();
        done.sort_unstable();
        assert!(all > 1 && done == (1..=all).collect::<Vec<_>>(), "{reports:?}");
        assert_eq!(losses, pool.losses(&deal, &model, method).unwrap());
        assert_eq!(tails.unwrap(), pool.tails(&deal, &model, method, 0.99).unwrap());
        assert!(pool.recursion_time(&model).unwrap() > Duration::ZERO);
        let refused = pool.losses_and_tails(&deal, &model, method, Some(1.0), &report).unwrap_err();
        assert!(refused.to_string().contains("the confidence"), "{refused}");
    }

    #[test]
    fn tails_of_a_few_outcomes() {
        let outcomes = [(0.0, 0.5), (0.1, 0.3), (0.4, 0.15), (1.0, 0.05)];
        let close = |found: TailLosses, var: f64, cvar: f64| {
            assert!((found.var - var).abs() < 1e-12 && (found.cvar - cvar).abs() < 1e-9, "{found:?}");
        };
        close(tail_losses(&outcomes, 0.0, 1.0, 0.9), 0.4, 0.7);
        close(tail_losses(&outcomes, 0.0, 1.0, 0.95), 0.4, 1.0);
        close(tail_losses(&outcomes, 0.2, 0.6, 0.9), 0.5, 0.75);
        close(tail_losses(&outcomes, 0.5, 1.0, 0.9), 0.0, 0.5);
    }
}
