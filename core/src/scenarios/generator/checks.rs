//! Checks of headers: a verdict prints their texts.

use super::{Generator, Variant};
use crate::error::{CollateralProblem, Problem, SetProblem};
use crate::scenarios::event::{Event, check_events};
use crate::text::{check_printable, parse_decimal};

/// Most characters of a description.
pub const MOST_DESCRIPTION: usize = 200;

/// Checks the words about an imported set or a P&L vector, which verdicts print.
fn check_description(text: &str) -> Result<(), Problem> {
    let length = text.chars().count();
    if (1..=MOST_DESCRIPTION).contains(&length) {
        return Ok(());
    }
    let (what, range) = ("the number of characters of the description".into(), format!("1 to {MOST_DESCRIPTION}"));
    Err(Problem::OutOfRange { what, value: length.to_string(), range })
}

impl Generator {
    /// Checks that the header's texts can be shown to people.
    ///
    /// # Errors
    /// Control characters in one of them; a horizon of no days; two kinds of weights; columns of
    /// theta over days that they cannot have.
    pub(in crate::scenarios) fn check(&self) -> Result<(), Problem> {
        if matches!(self, Generator::Historical { horizon: 0, .. }) {
            return Err(SetProblem::NoHorizon.into());
        }
        if let Generator::Historical { variant: Some(variant), horizon, .. } = self {
            variant.check_weights()?;
            variant.check_theta(*horizon)?;
        }
        if let Generator::Events { events, last, .. } = self {
            check_events(events, last)?;
        }
        if let Generator::Imported { description: Some(description), .. } = self {
            check_description(description)?;
        }
        if let Generator::Pnl { source } = self {
            check_description(source)?;
        }
        self.check_words()?;
        self.check_credit()?;
        self.check_collateral()?;
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

    /// Checks that losses of collateral are those of plain moves of prices, and that the header has no
    /// free text: a verdict prints it.
    fn check_collateral(&self) -> Result<(), Problem> {
        let Generator::Collateral { of, terms_sha256 } = self else { return Ok(()) };
        let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let of_market = match &**of {
            Generator::Historical { .. } | Generator::MonteCarlo { .. } | Generator::Stress { .. } => of.check(),
            other => Err(CollateralProblem::Kind(other.kind()).into()),
        };
        of_market?;
        if !is_digest(terms_sha256) || !of.source_digest().is_some_and(is_digest) {
            return Err(SetProblem::CollateralDigest.into());
        }
        of.refuse_shaped_moves()
    }

    /// Refuses a header of scenarios that are not the relative moves of prices as they are, over one
    /// horizon, in the order of their dates.
    fn refuse_shaped_moves(&self) -> Result<(), Problem> {
        let variant = match self {
            Generator::Historical { variant, .. } => variant.clone().unwrap_or_default(),
            _ => Variant::default(),
        };
        let shaped = [
            (self.treatment().is_some(), "a treatment of prices"),
            (self.place().is_some(), "a place in a ring"),
            (variant.has_greeks(), "columns of Greeks"),
            (variant.liquidity_horizons.is_some(), "liquidity horizons"),
        ];
        match shaped.into_iter().find(|(is_so, _)| *is_so) {
            Some((_, what)) => Err(CollateralProblem::Moves(what).into()),
            None => Ok(()),
        }
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
            Generator::Collateral { of, terms_sha256 } => of.texts().into_iter().chain([terms_sha256]).collect(),
            Generator::Stress { table_sha256 } | Generator::MarginTable { table_sha256, .. } => vec![table_sha256],
            Generator::Scan { price, volatility, extreme, cover, .. } => {
                [price, extreme, cover].into_iter().chain(volatility).collect()
            }
            Generator::Events { events, last, prices_sha256, .. } => {
                [last, prices_sha256].into_iter().chain(events.iter().flat_map(Event::texts)).collect()
            }
            Generator::Imported { description, weights, table_sha256 } => {
                std::iter::once(table_sha256).chain(description).chain(weights).collect()
            }
            Generator::Cashflow { replines, blocks, assumptions_sha256, .. } => {
                [replines, assumptions_sha256].into_iter().chain(blocks).collect()
            }
            Generator::Pnl { source } => vec![source],
            Generator::Custom { description } => vec![description],
        }
    }
}
