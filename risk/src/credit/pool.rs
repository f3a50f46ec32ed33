//! Losses of a pool of loans and of a deal's tranches, three ways.
//!
//! Loans that are paid or in default are not part of the pool. Loans of one obligor default together, with the mean of their probabilities
//! by loss. The notional is the balance of what is part of the pool.

use std::collections::HashMap;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::copula::FactorModel;
use super::deal::Deal;
use super::large_pool::LargePool;
use super::losses::{LossDistribution, Obligor, TrancheFigures};
use super::tape::Tape;
use crate::input::Problem;
use crate::montecarlo::Draws;

/// How losses are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// exactly given the common factor, by recursion over obligors
    Recursion,
    /// in the limit of many small loans of the mean probability
    LargePool,
    /// by drawing so many paths from a seed
    MonteCarlo {
        /// number of paths
        paths: usize,
        /// public seed
        seed: [u8; 32],
    },
}

/// What a pool and its tranches lose.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolLosses {
    /// of the pool, as a fraction of its notional
    pub expected_loss: f64,
    /// of each tranche of the deal, in its order
    pub tranches: Vec<TrancheFigures>,
}

/// What stands behind a name of the pool.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Name {
    /// loss on default, a fraction of the notional
    loss: f64,
    probability: f64,
}

/// Loans with their assumptions, by obligor.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    names: Vec<Name>,
    notional_cents: u64,
}

/// Nodes of the common factor.
const NODES: usize = 201;
/// Most loss units of a recursion whose losses have a common divisor.
const MOST_UNITS: u64 = 20_000;
/// Loss units where they have none; a loss between two numbers of units is split between them, so that its mean is kept.
const UNITS: u32 = 2_000;

impl Pool {
    /// The pool of a tape under the assumptions of a deal.
    ///
    /// # Errors
    /// A loan without assumptions; nothing that is owed.
    #[allow(clippy::cast_precision_loss)]
    pub fn new(tape: &Tape, deal: &Deal) -> Result<Self, Problem> {
        let loans = || tape.loans().iter().filter(|loan| loan.is_in_pool());
        let notional_cents: u64 = loans().map(|loan| loan.balance).sum();
        if notional_cents == 0 {
            return Err(Problem::Empty("nothing is owed on any loan of the pool".into()));
        }
        let mut names: Vec<Name> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for loan in loans() {
            let (probability, lgd) = deal.assumptions(loan)?;
            let loss = loan.balance as f64 * lgd / notional_cents as f64;
            let place = loan.obligor.as_deref().and_then(|obligor| places.get(obligor).copied());
            match place {
                Some(place) if names[place].loss + loss > 0.0 => {
                    let name = &mut names[place];
                    let total = name.loss + loss;
                    name.probability = (name.probability * name.loss + probability * loss) / total;
                    name.loss = total;
                }
                _ => {
                    places.extend(loan.obligor.as_deref().map(|obligor| (obligor, names.len())));
                    names.push(Name { loss, probability });
                }
            }
        }
        Ok(Self { names, notional_cents })
    }

    /// Number of obligors.
    pub fn obligors(&self) -> usize {
        self.names.len()
    }

    /// What is owed, in cents.
    pub fn notional_cents(&self) -> u64 {
        self.notional_cents
    }

    /// Losses under a model.
    ///
    /// # Errors
    /// No paths; a large pool without correlation.
    pub fn losses(&self, deal: &Deal, model: &FactorModel, method: Method) -> Result<PoolLosses, Problem> {
        match method {
            Method::Recursion => self.by_recursion(deal, model),
            Method::LargePool => self.as_large_pool(deal, model),
            Method::MonteCarlo { paths, seed } => self.by_simulation(deal, model, paths, seed),
        }
    }

    /// Losses in units, and units of the notional.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
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

    fn by_recursion(&self, deal: &Deal, model: &FactorModel) -> Result<PoolLosses, Problem> {
        let (obligors, units) = self.in_units();
        let distribution = LossDistribution::of(&obligors, model, NODES)?;
        let tranches = deal.tranches().iter();
        Ok(PoolLosses {
            expected_loss: distribution.mean() / units,
            tranches: tranches
                .map(|tranche| distribution.tranche(tranche.attachment * units, tranche.detachment * units))
                .collect::<Result<_, _>>()?,
        })
    }

    fn as_large_pool(&self, deal: &Deal, model: &FactorModel) -> Result<PoolLosses, Problem> {
        let lost: f64 = self.names.iter().map(|name| name.loss).sum();
        let mean: f64 = self.names.iter().map(|name| name.loss * name.probability).sum();
        let pool = LargePool::new(mean / lost, *model)?;
        let tranches = deal.tranches().iter().map(|tranche| pool.tranche(tranche.attachment, tranche.detachment, lost));
        Ok(PoolLosses { expected_loss: mean, tranches: tranches.collect::<Result<_, _>>()? })
    }

    #[allow(clippy::cast_precision_loss)]
    fn by_simulation(
        &self,
        deal: &Deal,
        model: &FactorModel,
        paths: usize,
        seed: [u8; 32],
    ) -> Result<PoolLosses, Problem> {
        if paths == 0 {
            let range = "1 and above".into();
            return Err(Problem::OutOfRange { what: "the number of paths".into(), value: "0".into(), range });
        }
        let thresholds =
            self.names.iter().map(|name| model.threshold(name.probability)).collect::<Result<Vec<f64>, _>>()?;
        let mut draws = Draws::new(ChaCha20Rng::from_seed(seed));
        let none = TrancheFigures { expected_loss: 0.0, hit: 0.0, wipe_out: 0.0 };
        let mut sums = vec![none; deal.tranches().len()];
        let mut total = 0.0;
        for _ in 0..paths {
            let node = model.draw(&mut draws);
            let mut loss = 0.0;
            for (name, threshold) in self.names.iter().zip(&thresholds) {
                if draws.uniform() <= model.conditional(*threshold, &node) {
                    loss += name.loss;
                }
            }
            total += loss;
            for (sum, tranche) in sums.iter_mut().zip(deal.tranches()) {
                let width = tranche.detachment - tranche.attachment;
                sum.expected_loss += (loss - tranche.attachment).clamp(0.0, width) / width;
                sum.hit += if loss > tranche.attachment { 1.0 } else { 0.0 };
                sum.wipe_out += if loss >= tranche.detachment { 1.0 } else { 0.0 };
            }
        }
        let count = paths as f64;
        let mean = |sum: TrancheFigures| TrancheFigures {
            expected_loss: sum.expected_loss / count,
            hit: sum.hit / count,
            wipe_out: sum.wipe_out / count,
        };
        Ok(PoolLosses { expected_loss: total / count, tranches: sums.into_iter().map(mean).collect() })
    }
}
