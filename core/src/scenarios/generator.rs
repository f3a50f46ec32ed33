//! How a scenario set was made: the header from which anybody makes it again.

use serde::{Deserialize, Serialize};

use crate::error::{Problem, SetProblem};
use crate::fixed_point::MAX_WEIGHT;
use crate::scenarios::event::{Event, NoRow, check_events};
use crate::scenarios::factors::is_exposure;
use crate::scenarios::treatment::Treatment;
use crate::text::{check_printable, parse_decimal, to_f64};
use crate::tree::from_tree;

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
    "stress" => Stress { table_sha256 },
    "events" => Events { events, no_row = NoRow::default(), last, prices_sha256 },
    "imported" => Imported { description, weights, table_sha256 },
    "credit" => Credit { model, version, degrees_of_freedom, rho, nodes, breakpoints, finite, paths, seed, slots, assumptions_sha256 },
    "custom" => Custom { description },
});

from_tree!(struct Finite { failure, obligor_max });
from_tree!(struct Jumps { intensity, mean, volatility });

impl Generator {
    /// Checks that the header's texts can be shown to people.
    ///
    /// # Errors
    /// Control characters in one of them; a horizon of no days; two kinds of weights.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if matches!(self, Generator::Historical { horizon: 0, .. }) {
            return Err(SetProblem::NoHorizon.into());
        }
        if let Generator::Historical { variant: Some(variant), .. } = self {
            variant.check_weights()?;
        }
        if let Generator::Events { events, last, .. } = self {
            check_events(events, last)?;
        }
        if let Generator::Imported { description: Some(description), .. } = self {
            check_description(description)?;
        }
        self.check_words()?;
        self.check_credit()?;
        self.texts().into_iter().try_for_each(|text| check_printable(text))
    }

    /// Checks the words of a model or an estimate: a verdict prints them as its own.
    fn check_words(&self) -> Result<(), Problem> {
        let is_estimator = |text: &str| ["sample", "ewma", "ledoit-wolf"].contains(&text);
        let is_model = |text: &str| ["normal", "student-t", "jump"].contains(&text);
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let words: [(&str, bool); 3] = match self {
            Generator::MonteCarlo { model, covariance, seed, .. } => {
                [(model, is_model(model)), (covariance, is_estimator(covariance)), (seed, is_hex(seed))]
            }
            Generator::Covariance { covariance, .. } => {
                [(covariance, is_estimator(covariance)), ("", true), ("", true)]
            }
            _ => return Ok(()),
        };
        match words.into_iter().find(|(_, is_known)| !is_known) {
            Some((word, _)) => Err(SetProblem::UnknownWord(word.to_owned()).into()),
            None => Ok(()),
        }
    }

    /// Checks that a header of credit scenarios has numbers where it says so, and no free text: a
    /// verdict prints it.
    fn check_credit(&self) -> Result<(), Problem> {
        let Generator::Credit { model, degrees_of_freedom, rho, seed, assumptions_sha256, .. } = self else {
            return Ok(());
        };
        let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !["gaussian", "student-t"].contains(&&**model) {
            return Err(Problem::CreditHeader("names no model of credit scenarios"));
        }
        if !is_digest(assumptions_sha256) || !seed.as_deref().is_none_or(is_digest) {
            return Err(Problem::CreditHeader("has a digest or seed that is not 64 hex digits"));
        }
        let mut numbers = std::iter::once(rho).chain(degrees_of_freedom);
        numbers.try_for_each(|number| parse_decimal(number).map(drop))
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
    pub(super) fn check_treatment(&self, factors: &[String]) -> Result<(), Problem> {
        let is_historical = matches!(self, Generator::Historical { .. });
        self.treatment().map_or(Ok(()), |treatment| treatment.check(factors, is_historical))
    }

    /// Returns every text of the header.
    fn texts(&self) -> Vec<&String> {
        match self {
            Generator::Historical { variant, prices_sha256, .. } => {
                let variant = variant.iter().flat_map(|variant| {
                    let texts = [&variant.age_weighted, &variant.volatility_scaled, &variant.volatilities_sha256];
                    texts.into_iter().flatten().chain(variant.stressed.iter().flatten())
                });
                std::iter::once(prices_sha256).chain(variant).collect()
            }
            Generator::MonteCarlo {
                model, degrees_of_freedom, jumps, covariance, repair, seed, prices_sha256, ..
            } => {
                let jumps = jumps.iter().flat_map(|jumps| [&jumps.intensity, &jumps.mean, &jumps.volatility]);
                let texts = [model, covariance, seed, prices_sha256].into_iter().chain(degrees_of_freedom);
                texts.chain(repair).chain(jumps).collect()
            }
            Generator::Covariance { covariance, repair, prices_sha256, .. } => {
                [covariance, prices_sha256].into_iter().chain(repair).collect()
            }
            Generator::CovarianceTable { repair, table_sha256, .. } => {
                std::iter::once(table_sha256).chain(repair).collect()
            }
            Generator::Credit { model, degrees_of_freedom, rho, seed, assumptions_sha256, .. } => {
                [model, rho, assumptions_sha256].into_iter().chain(degrees_of_freedom).chain(seed).collect()
            }
            Generator::Stress { table_sha256 } => vec![table_sha256],
            Generator::Events { events, last, prices_sha256, .. } => {
                [last, prices_sha256].into_iter().chain(events.iter().flat_map(Event::texts)).collect()
            }
            Generator::Imported { description, weights, table_sha256 } => {
                std::iter::once(table_sha256).chain(description).chain(weights).collect()
            }
            Generator::Custom { description } => vec![description],
        }
    }

    /// Returns the digest, in hex, of the prices, table or assumptions that a set was made from.
    pub fn source_digest(&self) -> Option<&str> {
        match self {
            Generator::Historical { prices_sha256, .. }
            | Generator::MonteCarlo { prices_sha256, .. }
            | Generator::Covariance { prices_sha256, .. }
            | Generator::Events { prices_sha256, .. } => Some(prices_sha256),
            Generator::CovarianceTable { table_sha256, .. }
            | Generator::Stress { table_sha256 }
            | Generator::Imported { table_sha256, .. } => Some(table_sha256),
            Generator::Credit { assumptions_sha256, .. } => Some(assumptions_sha256),
            Generator::Custom { .. } => None,
        }
    }

    /// Returns the digests, in hex, of everything that a set was made from: its
    /// [`Generator::source_digest`], and that of implied volatilities.
    pub fn source_digests(&self) -> [Option<&str>; 2] {
        let variant = match self {
            Generator::Historical { variant, .. } => variant.as_ref(),
            _ => None,
        };
        [self.source_digest(), variant.and_then(|variant| variant.volatilities_sha256.as_deref())]
    }

    /// Returns the header without its digests of sources: how a set was made, whatever from.
    pub(super) fn without_sources(&self) -> Self {
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
            | Generator::Stress { table_sha256: digest }
            | Generator::Imported { table_sha256: digest, .. }
            | Generator::Events { prices_sha256: digest, .. }
            | Generator::Credit { assumptions_sha256: digest, .. } => digest.clear(),
            Generator::Custom { .. } => {}
        }
        header
    }

    /// Whether the moves are those of a table or of a caller's own making: no prices make them, and
    /// their names are their maker's, also where they look like days.
    pub fn is_its_makers(&self) -> bool {
        matches!(
            self,
            Generator::Stress { .. }
                | Generator::CovarianceTable { .. }
                | Generator::Imported { .. }
                | Generator::Custom { .. }
        )
    }

    /// Returns the name of the kind in the header, such as `historical` or `stress`.
    pub fn kind(&self) -> &'static str {
        match self {
            Generator::Historical { .. } => "historical",
            Generator::MonteCarlo { .. } => "monte-carlo",
            Generator::Covariance { .. } => "covariance",
            Generator::CovarianceTable { .. } => "covariance-table",
            Generator::Stress { .. } => "stress",
            Generator::Events { .. } => "events",
            Generator::Imported { .. } => "imported",
            Generator::Credit { .. } => "credit",
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

    /// Returns whether a set over `factors` may have a column of Greeks of this name: only a
    /// variant of historical simulation makes such columns, and only of factors of the set.
    pub(super) fn may_have_greek(&self, name: &str, factors: &[String]) -> bool {
        let Generator::Historical { variant: Some(variant), .. } = self else { return false };
        let is_factor = |name: &str| is_exposure(name) && factors.iter().any(|factor| factor == name);
        if let Some(of) = name.strip_prefix("vega:") {
            return variant.volatilities_sha256.is_some() && is_factor(of);
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
    pub(super) fn weights(&self, count: usize) -> Result<Option<Vec<u32>>, Problem> {
        match self {
            Generator::Historical { variant: Some(variant), .. } => variant.weights(count).map(Some),
            Generator::Credit { .. } | Generator::Custom { .. } | Generator::Imported { weights: Some(_), .. } => {
                Ok(None)
            }
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
        match self {
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

    /// Returns the scale of a covariance, whose rows are no scenarios; `None` for other sets.
    pub fn covariance_scale(&self) -> Option<u32> {
        match self {
            Generator::Covariance { scale, .. } | Generator::CovarianceTable { scale, .. } => Some(*scale),
            _ => None,
        }
    }
}

/// Most characters of a description.
pub const MOST_DESCRIPTION: usize = 200;

/// Checks the words about an imported set, which verdicts print.
fn check_description(text: &str) -> Result<(), Problem> {
    let length = text.chars().count();
    if (1..=MOST_DESCRIPTION).contains(&length) {
        return Ok(());
    }
    let (what, range) = ("the number of characters of the description".into(), format!("1 to {MOST_DESCRIPTION}"));
    Err(Problem::OutOfRange { what, value: length.to_string(), range })
}

/// The options by which a set differs from plain historical simulation, see
/// [`crate::scenarios::historical`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// exposures of the reference portfolio whose worst window is taken, in factor order, whole
    /// numbers of any unit
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stressed: Option<Vec<String>>,
    /// weight of a return as a fraction of the next one's, a decimal in (0, 1)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_weighted: Option<String>,
    /// weights that fall by 1 from each return to the next older one
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub linear_weights: bool,
    /// decay of volatilities, a decimal in (0, 1)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volatility_scaled: Option<String>,
    /// days in which a position in each factor can be closed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liquidity_horizons: Option<Vec<u32>>,
    /// columns of half squares
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gamma: bool,
    /// columns of products
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cross_gamma: bool,
    /// digest of the implied volatilities that were used, in hex; the set has columns of their
    /// changes
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volatilities_sha256: Option<String>,
}

from_tree!(struct Variant { stressed, age_weighted, linear_weights = false, volatility_scaled, liquidity_horizons, gamma = false, cross_gamma = false, volatilities_sha256 });

impl Variant {
    /// Whether the moves are those of plain historical simulation, and only weights differ.
    pub fn has_plain_moves(&self) -> bool {
        Self { age_weighted: None, linear_weights: false, ..self.clone() } == Self::default()
    }

    /// Checks that there is one rule of weights.
    fn check_weights(&self) -> Result<(), SetProblem> {
        if self.linear_weights && self.age_weighted.is_some() { Err(SetProblem::TwoWeights) } else { Ok(()) }
    }

    /// Returns the weights of `count` returns, the oldest first: 1; 1 to `count` where they are
    /// linear; or with a decay the newest's 2^20 - 1 times its powers, to the nearest integer,
    /// halves away from zero.
    ///
    /// # Errors
    /// A decay that is not between 0 and 1; a decay and linear weights.
    pub fn weights(&self, count: usize) -> Result<Vec<u32>, Problem> {
        self.check_weights()?;
        if self.linear_weights {
            return Ok((1..).take(count).collect());
        }
        let Some(text) = &self.age_weighted else { return Ok(vec![1; count]) };
        let decay = decay("the decay of weights", text)?;
        let mut weight = f64::from(MAX_WEIGHT);
        let mut weights: Vec<u32> = (0..count)
            .map(|_| {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let rounded = libm::round(weight) as u32;
                weight *= decay;
                rounded
            })
            .collect();
        weights.reverse();
        Ok(weights)
    }
}

/// Returns the decay that `text` states; `what` names it in errors.
///
/// # Errors
/// Not a decimal between 0 and 1.
pub fn decay(what: &str, text: &str) -> Result<f64, Problem> {
    let value = to_f64(parse_decimal(text)?);
    if value > 0.0 && value < 1.0 {
        return Ok(value);
    }
    Err(Problem::OutOfRange { what: what.into(), value: text.into(), range: "0 to 1, both excluded".into() })
}
