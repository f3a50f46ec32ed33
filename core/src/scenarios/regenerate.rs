//! Scenario sets made again from what their headers name, and compared.
//!
//! [`Recomputed`] makes plain historical sets and credit sets again, exactly. Sets that are
//! estimated or drawn from a fitted model have their makers in another crate, behind the same trait
//! [`Regenerate`].

use jiff::civil::Date;

use crate::error::Problem;
use crate::pool::Deal;
use crate::prices::PriceHistory;
use crate::scenarios::credit::{self, parameters_from};
use crate::scenarios::generator::Generator;
use crate::scenarios::historical::historical;
use crate::scenarios::set::ScenarioSet;
use crate::table::DecimalTable;

/// Something that scenario sets are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// a price history
    Prices,
    /// implied volatilities of factors
    Volatilities,
    /// a deal, with its probabilities of default and losses given default
    Deal,
    /// a stress table or a table of covariances
    Table,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Source::Prices => "prices",
            Source::Volatilities => "implied volatilities",
            Source::Deal => "a deal",
            Source::Table => "a table",
        })
    }
}

/// The sources at hand. A set needs those that its generator names; the others are not looked at,
/// except volatilities, which are refused for a set that has no columns of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'s> {
    /// a price history
    pub prices: Option<&'s PriceHistory>,
    /// implied volatilities of factors on the dates of the prices
    pub volatilities: Option<&'s PriceHistory>,
    /// a deal
    pub deal: Option<&'s Deal>,
    /// a stress table or a table of covariances
    pub table: Option<&'s DecimalTable>,
}

impl<'s> Sources<'s> {
    /// Returns the sources of a set of prices alone.
    pub fn prices(prices: &'s PriceHistory) -> Self {
        Self { prices: Some(prices), ..Self::default() }
    }

    /// Returns the sources of a set of credit scenarios.
    pub fn deal(deal: &'s Deal) -> Self {
        Self { deal: Some(deal), ..Self::default() }
    }

    /// Returns the prices of the set's factors, in the set's order.
    ///
    /// # Errors
    /// No prices, or none of one of the factors.
    pub fn prices_of(&self, factors: &[String]) -> Result<PriceHistory, RegenerateError> {
        let prices = self.prices.ok_or(RegenerateError::Missing(Source::Prices))?;
        prices.select(factors).map_err(RegenerateError::from_source(Source::Prices))
    }

    /// Returns the prices of `factors` up to the date of the set's last scenario; all of them if
    /// its label is no date.
    ///
    /// # Errors
    /// No prices, none of one of the factors, or none so old.
    pub fn prices_up_to_last_label(
        &self,
        set: &ScenarioSet,
        factors: &[String],
    ) -> Result<PriceHistory, RegenerateError> {
        let prices = self.prices_of(factors)?;
        let Some(last) = set.labels().last().and_then(|label| label.parse::<Date>().ok()) else { return Ok(prices) };
        prices.up_to(last).ok_or_else(|| {
            let problem = Problem::Empty(format!("no prices up to {last}, the date of the set's last scenario"));
            RegenerateError::Source { source_kind: Source::Prices, problem }
        })
    }

    /// Refuses implied volatilities for a set that has no columns of them.
    ///
    /// # Errors
    /// There are volatilities.
    pub fn check_no_volatilities(&self) -> Result<(), RegenerateError> {
        self.volatilities.map_or(Ok(()), |_| Err(RegenerateError::Unused(Source::Volatilities)))
    }
}

/// How a set compares with the one that was made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// they are the same
    Identical,
    /// the set was made from another source of this kind: its header has another digest
    OtherSource(Source),
    /// the header's sources are these, and what they make is another set, or has another header
    OtherSet,
}

/// A set that was made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remade {
    /// the set as it was made again; `None` if a source was found to be another one before anything
    /// was made
    pub set: Option<ScenarioSet>,
    /// how the set in question compares with it
    pub comparison: Comparison,
}

impl Remade {
    /// Returns a set made again, compared with the `original`; another digest of the source in its
    /// header means that `source` is another one.
    pub fn new(original: &ScenarioSet, set: ScenarioSet, source: Source) -> Self {
        let same_source = set.generator().source_digest() == original.generator().source_digest();
        let comparison = match (set == *original, same_source) {
            (true, _) => Comparison::Identical,
            (false, true) => Comparison::OtherSet,
            (false, false) => Comparison::OtherSource(source),
        };
        Self { set: Some(set), comparison }
    }

    /// Returns that `source` is not the one that the header names.
    pub fn other(source: Source) -> Self {
        Self { set: None, comparison: Comparison::OtherSource(source) }
    }

    /// Whether the set is the one that its sources and its header make.
    pub fn identical(&self) -> bool {
        self.comparison == Comparison::Identical
    }

    /// Whether the sources are those that the header names.
    pub fn same_sources(&self) -> bool {
        !matches!(self.comparison, Comparison::OtherSource(_))
    }
}

/// Why a set was not made again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegenerateError {
    /// The set's generator needs a source that is not at hand.
    #[error("making it again takes {0}")]
    Missing(Source),
    /// A source is given that the set has nothing of.
    #[error("it has no columns of {0}: leave them out")]
    Unused(Source),
    /// No maker of sets of this generator is at hand.
    #[error("it was not made again: its generator is not one of those that are recomputed here")]
    NoMaker,
    /// The header of a custom set does not say how it was made.
    #[error("its header does not say how it was made")]
    NoOrigin,
    /// The header's parameters are none of the generator's.
    #[error(transparent)]
    Header(Problem),
    /// A source from which no such set can be made.
    #[error("{problem}")]
    Source {
        /// the source
        source_kind: Source,
        /// why not
        problem: Problem,
    },
}

impl RegenerateError {
    /// Returns what makes an error of a problem with a source.
    pub fn from_source(source_kind: Source) -> impl Fn(Problem) -> Self {
        move |problem| Self::Source { source_kind, problem }
    }
}

/// Makes scenario sets again.
pub trait Regenerate {
    /// Makes a set again from its sources and its header, and compares. Sources are brought into
    /// the set's order first: other columns, another order of columns, and prices after the set's
    /// last date do not matter.
    ///
    /// # Errors
    /// A source that is missing or does not fit; a header that says nothing that can be made.
    fn regenerate(&self, set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError>;
}

/// Makes again what a verifier recomputes itself: plain historical sets from prices, credit sets
/// from a deal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recomputed;

impl Regenerate for Recomputed {
    fn regenerate(&self, set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError> {
        match set.generator() {
            Generator::Historical { horizon, variant: None, .. } => {
                sources.check_no_volatilities()?;
                let prices = sources.prices_up_to_last_label(set, set.factors())?;
                let again = historical(&prices, *horizon, Some(set.scenarios()));
                let again = again.map_err(RegenerateError::from_source(Source::Prices))?;
                Ok(Remade::new(set, again, Source::Prices))
            }
            Generator::Credit { .. } => {
                parameters_from(set.generator()).map_err(RegenerateError::Header)?;
                let deal = sources.deal.ok_or(RegenerateError::Missing(Source::Deal))?;
                let again = credit::remade(deal, set.generator());
                let again = again.map_err(RegenerateError::from_source(Source::Deal))?;
                Ok(Remade::new(set, again, Source::Deal))
            }
            Generator::Custom { .. } => Err(RegenerateError::NoOrigin),
            _ => Err(RegenerateError::NoMaker),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::assumptions::{CreditParameters, FactorSource};
    use crate::scenarios::credit::credit_scenarios;
    use crate::testing::prices;

    const PRICES: &str = "date,A,B\n2024-01-02,100,3\n2024-01-03,110,2\n2024-01-04,99,2.5\n2024-01-05,99,4\n";
    const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"grade\"]\ngrades = [\"A\", \"B\"]\n[claims]\nloans_min = 1\n\
                        [pd]\nA = 0.02\nB = 0.1\n[lgd]\nother = 0.5\n";

    fn compared(set: &ScenarioSet, prices: &PriceHistory) -> Comparison {
        Recomputed.regenerate(set, &Sources::prices(prices)).unwrap().comparison
    }

    #[test]
    fn the_prices_that_a_set_used_make_it_again_however_they_are_written() {
        let set = historical(&prices(PRICES), 1, Some(2)).unwrap();
        assert_eq!(compared(&set, &prices(PRICES)), Comparison::Identical);
        for written_otherwise in [
            "date,B,A\n2024-01-03,2,110\n2024-01-04,2.50,99\n2024-01-05,4.0,99\n",
            "date,A,C,B\n2023-12-29,1,7,8\n2024-01-03,110,7,2\n2024-01-04,99,7,2.5\n2024-01-05,99,7,4\n2024-01-08,9,9,9\n",
        ] {
            assert_eq!(compared(&set, &prices(written_otherwise)), Comparison::Identical, "{written_otherwise}");
        }
    }

    #[test]
    fn other_prices_are_told_from_another_set() {
        let set = historical(&prices(PRICES), 1, Some(2)).unwrap();
        let other = compared(&set, &prices(&PRICES.replace("99,4", "99,5")));
        assert_eq!(other, Comparison::OtherSource(Source::Prices));
        let mut entries = set.entries().to_vec();
        entries[0] += 1;
        let last = set.last_prices().map(<[String]>::to_vec);
        let (generator, factors) = (set.generator().clone(), set.factors().to_vec());
        let changed =
            ScenarioSet::new(generator, factors, set.labels().to_vec(), last, set.weights().to_vec(), entries).unwrap();
        assert_eq!(compared(&changed, &prices(PRICES)), Comparison::OtherSet);
    }

    #[test]
    fn a_source_that_is_missing_or_does_not_fit_is_named() {
        let set = historical(&prices(PRICES), 1, Some(2)).unwrap();
        let refused = |sources: &Sources<'_>| Recomputed.regenerate(&set, sources).unwrap_err();
        assert_eq!(refused(&Sources::default()), RegenerateError::Missing(Source::Prices));
        let history = prices(PRICES);
        let with_volatilities = Sources { volatilities: Some(&history), ..Sources::prices(&history) };
        assert_eq!(refused(&with_volatilities), RegenerateError::Unused(Source::Volatilities));
        for unfit in [
            "date,A\n2024-01-03,110\n2024-01-04,99\n2024-01-05,99\n",
            "date,A,B\n2024-01-04,99,2.5\n2024-01-05,99,4\n",
            "date,A,B\n2025-01-04,99,2.5\n2025-01-05,99,4\n",
        ] {
            let error = refused(&Sources::prices(&prices(unfit)));
            assert!(matches!(error, RegenerateError::Source { source_kind: Source::Prices, .. }), "{error}");
        }
    }

    #[test]
    fn credit_sets_are_made_again_from_their_deal_and_older_student_t_sets_are_refused() {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        let parameters = CreditParameters {
            rho: "0.2".into(),
            degrees: Some("4".into()),
            source: FactorSource::Paths { paths: 3, seed: [1; 32] },
            slots: None,
        };
        let set = credit_scenarios(&deal, &parameters).unwrap();
        assert!(Recomputed.regenerate(&set, &Sources::deal(&deal)).unwrap().identical());
        let other = Deal::from_toml("d.toml", &DEAL.replace("0.02", "0.03")).unwrap();
        let remade = Recomputed.regenerate(&set, &Sources::deal(&other)).unwrap();
        assert_eq!(remade.comparison, Comparison::OtherSource(Source::Deal));
        assert!(!remade.identical() && !remade.same_sources());
        let prices = prices(PRICES);
        let refused = Recomputed.regenerate(&set, &Sources::prices(&prices)).unwrap_err();
        assert_eq!(refused, RegenerateError::Missing(Source::Deal));

        let mut generator = set.generator().clone();
        let Generator::Credit { version, .. } = &mut generator else { panic!("not of credit") };
        *version = None;
        let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
        let older =
            ScenarioSet::new(generator, factors, labels, None, set.weights().to_vec(), set.entries().to_vec()).unwrap();
        let refused = Recomputed.regenerate(&older, &Sources::deal(&deal)).unwrap_err();
        assert!(matches!(refused, RegenerateError::Header(Problem::GeneratorVersion { found: 1, .. })), "{refused}");
    }
}
