//! How a scenario set was made: the header from which anybody makes it again.

mod checks;
mod correlations;
mod variant;

use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::scenarios::event::{Event, NoRow};
use crate::scenarios::factors::{THETA_PREFIX, is_exposure};
use crate::scenarios::treatment::Treatment;
use crate::tree::from_tree;

pub use checks::MOST_DESCRIPTION;
pub use correlations::Correlations;
pub use variant::{Variant, decay};

/// Most bits of a scale.
pub const MOST_SCALE: u32 = 15;
/// Version of the generator of Student-t credit scenarios. Version 1 took its quantiles from the
/// platform's mathematical library, so another platform could make another set.
pub const STUDENT_T_VERSION: u32 = 2;

/// Version of the generator of credit scenarios that bound losses from above. Sets with nodes and
/// an earlier version are quadratures, which bound nothing.
pub const CREDIT_BOUND_VERSION: u32 = 3;

/// How a scenario set was made: enough for anyone to make it again from the same prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Generator {
    /// Overlapping simple returns of a price history.
    Historical {
        /// days from the first price of a return to its last
        horizon: usize,
        /// the differences from plain historical simulation
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variant: Option<Variant>,
        /// slot of the newest row, where the set is a rolling window: [`crate::scenarios::Place::Ring`]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ring: Option<usize>,
        /// slot of the one row of a window: [`crate::scenarios::Place::Slot`]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slot: Option<usize>,
        /// what was done to the prices before, if anything
        #[serde(default, skip_serializing_if = "Option::is_none")]
        treatment: Option<Box<Treatment>>,
        /// digest of the prices that were used, in hex: [`crate::PriceHistory::digest`]
        prices_sha256: String,
    },
    /// Paths drawn from a model that was fitted to a price history.
    MonteCarlo {
        /// `normal`, `student-t` or `jump`
        model: String,
        /// of Student's t, a decimal
        #[serde(default, skip_serializing_if = "Option::is_none")]
        degrees_of_freedom: Option<String>,
        /// of jump diffusion
        #[serde(default, skip_serializing_if = "Option::is_none")]
        jumps: Option<Jumps>,
        /// how the covariance was estimated: `sample`, `ewma` or `ledoit-wolf`
        covariance: String,
        /// how it was repaired, if that was asked for
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repair: Option<String>,
        /// days of a return
        horizon: usize,
        /// whether log returns have no drift, in place of their own mean
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        zero_drift: bool,
        /// whether every second path mirrors the one before
        antithetic: bool,
        /// the public seed, 32 bytes in hex
        seed: String,
        /// what was done to the prices before, if anything
        #[serde(default, skip_serializing_if = "Option::is_none")]
        treatment: Option<Box<Treatment>>,
        /// digest of the prices that were used, in hex: [`crate::PriceHistory::digest`]
        prices_sha256: String,
    },
    /// The mean and the factor of a covariance of daily returns, for parametric figures.
    Covariance {
        /// how the covariance was estimated: `sample`, `ewma` or `ledoit-wolf`
        covariance: String,
        /// how it was repaired, if that was asked for
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repair: Option<String>,
        /// whether the mean is that of the returns, or zero
        with_mean: bool,
        /// days of a gain
        horizon: usize,
        /// how many of the newest returns it is estimated from
        returns: usize,
        /// entries are times 2^(20 + scale)
        scale: u32,
        /// what was done to the prices before, if anything
        #[serde(default, skip_serializing_if = "Option::is_none")]
        treatment: Option<Box<Treatment>>,
        /// digest of the prices that were used, in hex: [`crate::PriceHistory::digest`]
        prices_sha256: String,
    },
    /// The mean and the factor of a covariance that a table gives, for parametric figures.
    CovarianceTable {
        /// how it was repaired, if that was asked for
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repair: Option<String>,
        /// entries are times 2^(20 + scale)
        scale: u32,
        /// digest of the table's values, in hex: [`crate::table::digest`]
        table_sha256: String,
    },
    /// The factor of a matrix of weights and correlations, for margins by rule: the entry of two
    /// factors is the product of their weights and their correlation.
    MarginTable {
        /// the set of correlations
        correlations: Correlations,
        /// entries are times 2^(20 + scale)
        scale: u32,
        /// digest of the weights and the medium correlations, in hex: [`crate::table::digest`]
        table_sha256: String,
    },
    /// Sixteen moves of the price and the volatility of one underlying: [`crate::scenarios::scan`].
    Scan {
        /// the largest common move of the price, a decimal fraction of it
        price: String,
        /// the move of the implied volatility, a decimal; absent where the set has no vega
        #[serde(default, skip_serializing_if = "Option::is_none")]
        volatility: Option<String>,
        /// whether the set has a column of gammas
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        gamma: bool,
        /// the extreme move as a multiple of `price`, a decimal
        extreme: String,
        /// the part of an extreme loss that counts, a decimal
        cover: String,
    },
    /// A table of named scenarios.
    Stress {
        /// digest of the table's values, in hex: [`crate::table::digest`]
        table_sha256: String,
    },
    /// Moves of prices between named dates.
    Events {
        /// the events, in the order of the scenarios
        events: Vec<Event>,
        /// what was done about a date without a row of prices; absent where it is refused
        #[serde(default, skip_serializing_if = "NoRow::is_refuse")]
        no_row: NoRow,
        /// the day of the last prices
        last: String,
        /// digest of the prices of all dates that were used, in hex:
        /// [`crate::PriceHistory::digest`]
        prices_sha256: String,
    },
    /// The scenarios of another model, from a table.
    Imported {
        /// in the maker's words, if there are any
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// the column of weights; absent where every scenario weighs 1
        #[serde(default, skip_serializing_if = "Option::is_none")]
        weights: Option<String>,
        /// digest of the table's values, in hex: [`crate::table::digest`]
        table_sha256: String,
    },
    /// Shares that buckets of a loan pool lose, for values of a common factor.
    Credit {
        /// `gaussian` or `student-t`
        model: String,
        /// version of the generator: [`CREDIT_BOUND_VERSION`] where nodes bound losses. Otherwise
        /// [`STUDENT_T_VERSION`] for `student-t`; absent for `gaussian`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
        /// of Student's t, a decimal
        #[serde(default, skip_serializing_if = "Option::is_none")]
        degrees_of_freedom: Option<String>,
        /// correlation of asset returns, a decimal
        rho: String,
        /// most rows of a bound, or nodes of a quadrature
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nodes: Option<usize>,
        /// cumulative weights, of 10^7, at which a bound is exact
        #[serde(default, skip_serializing_if = "Option::is_none")]
        breakpoints: Option<Vec<u32>>,
        /// what makes a bound one of a pool of finitely many obligors
        #[serde(default, skip_serializing_if = "Option::is_none")]
        finite: Option<Finite>,
        /// paths drawn in place of nodes
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paths: Option<usize>,
        /// their public seed, 32 bytes in hex
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seed: Option<String>,
        /// loans with defaults of their own
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slots: Option<usize>,
        /// digest of the grades with their probabilities of default and losses given default, in
        /// hex
        assumptions_sha256: String,
    },
    /// Payments of the replines of a loan pool by month: [`crate::scenarios::cashflow`].
    Cashflow {
        /// version of the generator: [`crate::scenarios::cashflow::CASHFLOW_VERSION`]
        version: u32,
        /// `grade` or `sector`: what a repline's code is
        replines: String,
        /// names of the levels of stress, in the order of the rows
        blocks: Vec<String>,
        /// months of each
        months: u32,
        /// digest of the assumptions, in hex: [`crate::pool::cashflow::Assumptions::digest`]
        assumptions_sha256: String,
    },
    /// What is lost of the grades of a loan pool after a sale of their collateral, for moves of the
    /// market.
    Collateral {
        /// how the moves were made: historical, Monte Carlo or stress scenarios of the assets
        of: Box<Generator>,
        /// digest of the grades with their assets, LTVs and haircuts, and of the horizon, in hex:
        /// [`crate::pool::collateral::CollateralTerms::digest`]
        terms_sha256: String,
    },
    /// The days of a P&L vector, whose gains a book's commitment holds: [`crate::scenarios::pnl`].
    Pnl {
        /// what the vector is of, in the committer's words
        source: String,
    },
    /// Made by a caller of the library.
    Custom {
        /// in the caller's words
        description: String,
    },
}

/// The terms under which a bound of losses is one of a pool of finitely many obligors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finite {
    /// weight, of 10^7, with which the losses may be larger, and which loses everything
    pub failure: u32,
    /// most that an obligor may owe, in billionths of the balance; claimed in the same deal
    pub obligor_max: u64,
}

/// The kind of the losses of credit scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditKind {
    /// upper bounds: no claim over them is too weak
    Bound,
    /// values of a quadrature, above or below the losses
    Quadrature,
    /// draws from a public seed, above or below the losses
    Drawn,
}

/// Jumps as a desk states them: each a decimal, or `fitted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jumps {
    /// expected jumps a day
    pub intensity: String,
    /// mean of a jump's log return
    pub mean: String,
    /// its standard deviation
    pub volatility: String,
}

from_tree!(enum Generator by "kind", nothing Generator::Custom { description: String::new() }, {
    "historical" => Historical { horizon, variant, ring, slot, treatment, prices_sha256 },
    "monte-carlo" => MonteCarlo { model, degrees_of_freedom, jumps, covariance, repair, horizon, zero_drift = false, antithetic, seed, treatment, prices_sha256 },
    "covariance" => Covariance { covariance, repair, with_mean, horizon, returns, scale, treatment, prices_sha256 },
    "covariance-table" => CovarianceTable { repair, scale, table_sha256 },
    "margin-table" => MarginTable { correlations, scale, table_sha256 },
    "scan" => Scan { price, volatility, gamma = false, extreme, cover },
    "stress" => Stress { table_sha256 },
    "events" => Events { events, no_row = NoRow::default(), last, prices_sha256 },
    "imported" => Imported { description, weights, table_sha256 },
    "credit" => Credit { model, version, degrees_of_freedom, rho, nodes, breakpoints, finite, paths, seed, slots, assumptions_sha256 },
    "cashflow" => Cashflow { version, replines, blocks, months, assumptions_sha256 },
    "collateral" => Collateral { of, terms_sha256 },
    "pnl" => Pnl { source },
    "custom" => Custom { description },
});

from_tree!(struct Finite { failure, obligor_max });
from_tree!(struct Jumps { intensity, mean, volatility });

impl Generator {
    /// Returns the header of the market's scenarios behind losses of collateral; of another set, its
    /// own.
    pub fn market(&self) -> &Generator {
        match self {
            Generator::Collateral { of, .. } => of,
            own => own,
        }
    }

    /// Returns whether a set may have columns that move in no scenario: one of moves of a market.
    pub(in crate::scenarios) fn may_have_cash(&self) -> bool {
        matches!(
            self,
            Generator::Historical { .. }
                | Generator::MonteCarlo { .. }
                | Generator::Stress { .. }
                | Generator::Events { .. }
                | Generator::Imported { .. }
                | Generator::Custom { .. }
        )
    }

    /// Returns what was done to prices before moves were taken of them, if anything.
    pub fn treatment(&self) -> Option<&Treatment> {
        match self {
            Generator::Historical { treatment, .. }
            | Generator::MonteCarlo { treatment, .. }
            | Generator::Covariance { treatment, .. } => treatment.as_deref(),
            _ => None,
        }
    }

    /// Checks that the treatment is in its one form, over the factors of the set.
    pub(in crate::scenarios) fn check_treatment(&self, factors: &[String]) -> Result<(), Problem> {
        let is_historical = matches!(self, Generator::Historical { .. });
        self.treatment().map_or(Ok(()), |treatment| treatment.check(factors, is_historical))
    }

    /// Returns the digest, in hex, of the prices, table or assumptions that a set was made from.
    pub fn source_digest(&self) -> Option<&str> {
        match self {
            Generator::Historical { prices_sha256, .. }
            | Generator::MonteCarlo { prices_sha256, .. }
            | Generator::Covariance { prices_sha256, .. }
            | Generator::Events { prices_sha256, .. } => Some(prices_sha256),
            Generator::CovarianceTable { table_sha256, .. }
            | Generator::MarginTable { table_sha256, .. }
            | Generator::Stress { table_sha256 }
            | Generator::Imported { table_sha256, .. } => Some(table_sha256),
            Generator::Credit { assumptions_sha256, .. } | Generator::Cashflow { assumptions_sha256, .. } => {
                Some(assumptions_sha256)
            }
            Generator::Collateral { of, .. } => of.source_digest(),
            Generator::Custom { .. } | Generator::Scan { .. } | Generator::Pnl { .. } => None,
        }
    }

    /// Returns the digests, in hex, of everything that a set was made from: its
    /// [`Generator::source_digest`], and that of implied volatilities or of the terms of collateral.
    pub fn source_digests(&self) -> [Option<&str>; 2] {
        if let Generator::Collateral { terms_sha256, .. } = self {
            return [self.source_digest(), Some(terms_sha256)];
        }
        let variant = match self {
            Generator::Historical { variant, .. } => variant.as_ref(),
            _ => None,
        };
        [self.source_digest(), variant.and_then(|variant| variant.volatilities_sha256.as_deref())]
    }

    /// Returns the header without its digests of sources: how a set was made, whatever from.
    pub(in crate::scenarios) fn without_sources(&self) -> Self {
        let mut header = self.clone();
        match &mut header {
            Generator::Historical { prices_sha256, variant, .. } => {
                prices_sha256.clear();
                let digest = variant.as_mut().and_then(|variant| variant.volatilities_sha256.as_mut());
                digest.into_iter().for_each(String::clear);
            }
            Generator::MonteCarlo { prices_sha256: digest, .. }
            | Generator::Covariance { prices_sha256: digest, .. }
            | Generator::CovarianceTable { table_sha256: digest, .. }
            | Generator::MarginTable { table_sha256: digest, .. }
            | Generator::Stress { table_sha256: digest }
            | Generator::Imported { table_sha256: digest, .. }
            | Generator::Events { prices_sha256: digest, .. }
            | Generator::Credit { assumptions_sha256: digest, .. }
            | Generator::Cashflow { assumptions_sha256: digest, .. } => digest.clear(),
            Generator::Collateral { of, terms_sha256 } => {
                **of = of.without_sources();
                terms_sha256.clear();
            }
            Generator::Custom { .. } | Generator::Scan { .. } | Generator::Pnl { .. } => {}
        }
        header
    }

    /// Whether the moves are those of a table or of a caller's own making: no prices make them, and
    /// their names are their maker's, also where they look like days. So are losses made from them.
    pub fn is_its_makers(&self) -> bool {
        matches!(
            self.market(),
            Generator::Stress { .. }
                | Generator::CovarianceTable { .. }
                | Generator::MarginTable { .. }
                | Generator::Imported { .. }
                | Generator::Custom { .. }
        )
    }

    /// Whether the header alone makes the set: one with other moves is refused when it is read. The days
    /// of a P&L vector have no moves.
    pub fn makes_itself(&self) -> bool {
        matches!(self, Generator::Scan { .. } | Generator::Pnl { .. })
    }

    /// Returns the name of the kind in the header, such as `historical` or `stress`.
    pub fn kind(&self) -> &'static str {
        match self {
            Generator::Historical { .. } => "historical",
            Generator::MonteCarlo { .. } => "monte-carlo",
            Generator::Covariance { .. } => "covariance",
            Generator::CovarianceTable { .. } => "covariance-table",
            Generator::MarginTable { .. } => "margin-table",
            Generator::Scan { .. } => "scan",
            Generator::Stress { .. } => "stress",
            Generator::Events { .. } => "events",
            Generator::Imported { .. } => "imported",
            Generator::Credit { .. } => "credit",
            Generator::Cashflow { .. } => "cashflow",
            Generator::Collateral { .. } => "collateral",
            Generator::Pnl { .. } => "pnl",
            Generator::Custom { .. } => "custom",
        }
    }

    /// Returns the days from the first price of a move to its last, if the header states them: not
    /// for tables, losses of loans and sets of a caller's own making.
    pub fn horizon(&self) -> Option<usize> {
        match self {
            Generator::Historical { horizon, .. }
            | Generator::MonteCarlo { horizon, .. }
            | Generator::Covariance { horizon, .. } => Some(*horizon),
            _ => None,
        }
    }

    /// Returns the number of returns that a covariance was estimated from.
    pub fn returns(&self) -> Option<usize> {
        match self {
            Generator::Covariance { returns, .. } => Some(*returns),
            _ => None,
        }
    }

    /// Returns whether a set over `factors` may have a column of Greeks of this name: only variants of
    /// historical simulation and scans make such columns, and only of factors of the set.
    pub(in crate::scenarios) fn may_have_greek(&self, name: &str, factors: &[String]) -> bool {
        let is_factor = |name: &str| is_exposure(name) && factors.iter().any(|factor| factor == name);
        if let Generator::Scan { volatility, gamma, .. } = self {
            let is_greek_of = |prefix| name.strip_prefix(prefix).is_some_and(is_factor);
            return (*gamma && is_greek_of("gamma:")) || (volatility.is_some() && is_greek_of("vega:"));
        }
        let Generator::Historical { variant: Some(variant), .. } = self else { return false };
        if let Some(of) = name.strip_prefix("vega:") {
            return variant.volatilities_sha256.is_some() && is_factor(of);
        }
        if let Some(of) = name.strip_prefix(THETA_PREFIX) {
            return variant.theta && is_factor(of);
        }
        let Some(of) = name.strip_prefix("gamma:") else { return false };
        let mut pairs = of.match_indices('*').map(|(star, _)| (&of[..star], &of[star + 1..]));
        (variant.gamma && is_factor(of))
            || (variant.cross_gamma && pairs.any(|(one, other)| is_factor(one) && is_factor(other)))
    }

    /// Returns the weights that the maker gives to `count` scenarios; `None` where it may give any.
    ///
    /// # Errors
    /// A decay of weights that is not between 0 and 1.
    pub(in crate::scenarios) fn weights(&self, count: usize) -> Result<Option<Vec<u32>>, Problem> {
        match self {
            Generator::Historical { variant: Some(variant), .. } => variant.weights(count).map(Some),
            Generator::Credit { .. } | Generator::Custom { .. } | Generator::Imported { weights: Some(_), .. } => {
                Ok(None)
            }
            Generator::Collateral { of, .. } => of.weights(count),
            _ => Ok(Some(vec![1; count])),
        }
    }

    /// Returns what the losses of credit scenarios are; `None` for other sets.
    pub fn credit_kind(&self) -> Option<CreditKind> {
        match self {
            Generator::Credit { paths: Some(_), .. } => Some(CreditKind::Drawn),
            Generator::Credit { version: Some(CREDIT_BOUND_VERSION), .. } => Some(CreditKind::Bound),
            Generator::Credit { .. } => Some(CreditKind::Quadrature),
            _ => None,
        }
    }

    /// Returns the public seed of a set that was drawn, in hex. A verifier who agreed on a seed
    /// compares it: whoever may choose it can look for one that suits.
    pub fn seed(&self) -> Option<&str> {
        match self.market() {
            Generator::MonteCarlo { seed, .. } => Some(seed),
            Generator::Credit { seed, .. } => seed.as_deref(),
            _ => None,
        }
    }

    /// Checks that a set was drawn from a seed that was agreed on, in hex of either case.
    ///
    /// # Errors
    /// A set from another seed, or from none.
    pub fn check_seed(&self, agreed: &str) -> Result<(), Problem> {
        match self.seed() {
            Some(seed) if seed.eq_ignore_ascii_case(agreed) => Ok(()),
            found => Err(Problem::OtherSeed { agreed: agreed.to_owned(), found: found.map(str::to_owned) }),
        }
    }

    /// Returns the scale of a covariance or of a margin's matrix, whose rows are no scenarios; `None`
    /// for other sets.
    pub fn covariance_scale(&self) -> Option<u32> {
        match self {
            Generator::Covariance { scale, .. }
            | Generator::CovarianceTable { scale, .. }
            | Generator::MarginTable { scale, .. } => Some(*scale),
            _ => None,
        }
    }
}
