//! Scenario sets made again from what their headers name, and compared.
//!
//! [`Recomputed`] makes historical sets of plain moves and credit sets again, exactly. Sets that are
//! estimated or drawn from a fitted model have their makers in another crate, behind the same trait
//! [`Regenerate`].

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::civil::Date;

use crate::error::Problem;
use crate::pool::Deal;
use crate::prices::{Preparation, PriceHistory, PriceTable};
use crate::scenarios::credit::{self, parameters_from};
use crate::scenarios::event::wanted;
use crate::scenarios::events::events;
use crate::scenarios::generator::{Generator, Variant};
use crate::scenarios::historical::historical;
use crate::scenarios::set::ScenarioSet;
use crate::table::DecimalTable;
use crate::text::day;

/// Something that scenario sets are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// a price history
    Prices,
    /// rates of currencies
    Rates,
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
            Source::Rates => "rates of currencies",
            Source::Volatilities => "implied volatilities",
            Source::Deal => "a deal",
            Source::Table => "a table",
        })
    }
}

/// The sources at hand, and how far moves may differ from theirs. A set needs those that its
/// generator names; the others are not looked at, except volatilities, which are refused for a set
/// that has no columns of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'s> {
    /// a price history
    pub prices: Option<&'s PriceHistory>,
    /// prices as their source has them, in place of a history: the treatment that a set's header
    /// states is applied to them
    pub raw: Option<&'s PriceTable>,
    /// rates of currencies on the dates of the prices
    pub rates: Option<&'s PriceTable>,
    /// implied volatilities of factors on the dates of the prices
    pub volatilities: Option<&'s PriceHistory>,
    /// a deal
    pub deal: Option<&'s Deal>,
    /// a stress table or a table of covariances
    pub table: Option<&'s DecimalTable>,
    /// steps by which an entry of a set may differ from the one that is made again; 0 unless the
    /// prices at hand are known to be rounded otherwise. Entries of credit sets may not differ
    pub tolerance: u32,
}

impl<'s> Sources<'s> {
    /// Returns the sources of a set of prices alone.
    pub fn prices(prices: &'s PriceHistory) -> Self {
        Self { prices: Some(prices), ..Self::default() }
    }

    /// Returns the sources of a set of prices as their source has them.
    pub fn raw(prices: &'s PriceTable) -> Self {
        Self { raw: Some(prices), ..Self::default() }
    }

    /// Returns the sources of a set of credit scenarios.
    pub fn deal(deal: &'s Deal) -> Self {
        Self { deal: Some(deal), ..Self::default() }
    }

    /// Returns the prices of `factors`, in that order, under the treatment that the set's header
    /// states. Of raw prices these are the newest that `window` moves take, all without one.
    ///
    /// # Errors
    /// No prices, or none of one of the factors; rates that are lacking; prices to which the
    /// treatment cannot be applied.
    pub fn prices_of(
        &self,
        set: &ScenarioSet,
        factors: &[String],
        window: Option<usize>,
    ) -> Result<PriceHistory, RegenerateError> {
        self.prepared(set, factors, window, None)
    }

    fn prepared(
        &self,
        set: &ScenarioSet,
        factors: &[String],
        window: Option<usize>,
        until: Option<Date>,
    ) -> Result<PriceHistory, RegenerateError> {
        let treatment = set.generator().treatment();
        let of_prices = RegenerateError::from_source(Source::Prices);
        let table = match (self.raw, self.prices) {
            (Some(raw), _) => Cow::Borrowed(raw),
            (None, Some(prices)) if treatment.is_none() => {
                let prices = prices.select(factors).map_err(of_prices)?;
                return match until {
                    Some(last) => prices.up_to(last).ok_or_else(|| no_prices_up_to(last)),
                    None => Ok(prices),
                };
            }
            (None, Some(prices)) => Cow::Owned(PriceTable::from(prices)),
            (None, None) => return Err(RegenerateError::Missing(Source::Prices)),
        };
        if treatment.is_some_and(|treatment| treatment.currencies.is_some()) && self.rates.is_none() {
            return Err(RegenerateError::Missing(Source::Rates));
        }
        if let Some(last) = until
            && table.dates()[0] > last
        {
            return Err(no_prices_up_to(last));
        }
        let choices = Preparation::of_treatment(treatment, factors).map_err(RegenerateError::Header)?;
        let horizon = set.generator().horizon().unwrap_or(1);
        let choices = Preparation { horizon, window, until, ..choices };
        choices.prepare(&table, self.rates).map_err(|error| match error.row {
            Some(row) if !matches!(error.problem, Problem::Prices(_)) => {
                of_prices(error.problem.in_part(format!("{} of {}", error.column, table.dates()[row])))
            }
            _ => of_prices(error.problem),
        })
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
        window: Option<usize>,
    ) -> Result<PriceHistory, RegenerateError> {
        self.prepared(set, factors, window, set.labels().last().and_then(|label| day(label)))
    }

    /// Refuses implied volatilities for a set that has no columns of them.
    ///
    /// # Errors
    /// There are volatilities.
    pub fn check_no_volatilities(&self) -> Result<(), RegenerateError> {
        self.volatilities.map_or(Ok(()), |_| Err(RegenerateError::Unused(Source::Volatilities)))
    }
}

fn no_prices_up_to(last: Date) -> RegenerateError {
    let problem = Problem::Empty(format!("no prices up to {last}, the date of the set's last scenario"));
    RegenerateError::Source { source_kind: Source::Prices, problem }
}

/// How a set compares with the one that was made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// they are the same
    Identical,
    /// the moves are the same within the tolerance, and so is everything else that a claim is
    /// about: names, labels, weights and parameters. The header of a historical set may name
    /// another digest of the source, as where prices are rounded otherwise: its moves are named by
    /// their days. Moves of other sets are tied to days by that digest alone
    SameMoves,
    /// the set was made from another source of this kind: its header has another digest
    OtherSource(Source),
    /// the header's sources are these, and what they make is another set, or has another header
    OtherSet,
}

/// How the entries of a set differ from those that were made again. An entry is compared with the
/// one of the same name in the scenario of the same label, wherever they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Differences {
    /// entries of the set
    pub entries: usize,
    /// entries that were not made again: no such name, or no such label
    pub missing: usize,
    /// the largest difference of two entries, in steps: 2^-20, for covariances 2^-(20 + scale)
    pub largest: u32,
    /// entries that differ by more steps than the tolerance
    pub beyond: usize,
    /// steps by which an entry may differ
    pub tolerance: u32,
}

impl Differences {
    /// Compares the entries of a set with those of another one, which was made again.
    pub fn new(set: &ScenarioSet, again: &ScenarioSet, tolerance: u32) -> Self {
        let places = |labels: &[String]| -> HashMap<String, usize> {
            labels.iter().enumerate().rev().map(|(place, label)| (label.clone(), place)).collect()
        };
        let (rows, columns) = (places(again.labels()), places(again.factors()));
        let columns: Vec<Option<usize>> = set.factors().iter().map(|name| columns.get(name).copied()).collect();
        let same_labels = set.labels() == again.labels();
        let mut found = Self { entries: set.entries().len(), tolerance, ..Self::default() };
        for (row, label) in set.labels().iter().enumerate() {
            let other = if same_labels { Some(row) } else { rows.get(label).copied() };
            for (entry, column) in set.row(row).iter().zip(&columns) {
                match (other, column) {
                    (Some(other), Some(column)) => found.add(entry.abs_diff(again.row(other)[*column])),
                    _ => found.missing += 1,
                }
            }
        }
        found
    }

    fn add(&mut self, steps: u32) {
        self.largest = self.largest.max(steps);
        self.beyond += usize::from(steps > self.tolerance);
    }

    /// Whether every entry was made again, within the tolerance.
    pub fn are_within(&self) -> bool {
        self.missing == 0 && self.beyond == 0
    }
}

impl std::fmt::Display for Differences {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { entries, missing, largest, beyond, tolerance } = self;
        write!(
            f,
            "{beyond} of {entries} moves differ by more than {tolerance} step(s) of 2^-20, the largest difference is \
             {largest} step(s)"
        )?;
        if *missing > 0 { write!(f, "; {missing} were not made again") } else { Ok(()) }
    }
}

/// A set that was made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remade {
    /// the set as it was made again; `None` if the source of the header's digest is another one,
    /// and no set could be made from it
    pub set: Option<ScenarioSet>,
    /// how the set in question compares with it
    pub comparison: Comparison,
    /// how their entries differ
    pub differences: Differences,
    /// whether the sources are those that the header of the set in question names
    pub same_sources: bool,
}

impl Remade {
    /// Returns a set made again, compared with the `original`; another digest of the source in its
    /// header means that `source` is another one. An entry may differ by `tolerance` steps.
    pub fn new(original: &ScenarioSet, set: ScenarioSet, source: Source, tolerance: u32) -> Self {
        let tolerance = if source == Source::Deal { 0 } else { tolerance };
        let differences = Differences::new(original, &set, tolerance);
        let same_sources = set.generator().source_digests() == original.generator().source_digests();
        let same_prices = !same_sources || set.last_prices() == original.last_prices();
        let same_terms = set.factors() == original.factors()
            && set.labels() == original.labels()
            && set.weights() == original.weights()
            && set.generator().without_sources() == original.generator().without_sources();
        let is_dated = matches!(set.generator(), Generator::Historical { .. })
            && original.labels().iter().all(|label| day(label).is_some());
        let same_moves = differences.are_within() && same_terms && same_prices && source != Source::Deal;
        let comparison = match same_sources {
            _ if set == *original => Comparison::Identical,
            _ if same_moves && (same_sources || is_dated) => Comparison::SameMoves,
            true => Comparison::OtherSet,
            false => Comparison::OtherSource(source),
        };
        Self { set: Some(set), comparison, differences, same_sources }
    }

    /// Returns that `source` is not the one that the header of the `original` names, and makes no
    /// set.
    pub fn other(original: &ScenarioSet, source: Source) -> Self {
        let entries = original.entries().len();
        let differences = Differences { entries, missing: entries, ..Differences::default() };
        Self { set: None, comparison: Comparison::OtherSource(source), differences, same_sources: false }
    }

    /// Whether the set is to the bit the one that its sources and its header make.
    pub fn identical(&self) -> bool {
        self.comparison == Comparison::Identical
    }

    /// Whether the set says what its sources and its header make: it is identical, or has the same
    /// moves within the tolerance. A set of which this is false was not made again.
    pub fn made_again(&self) -> bool {
        matches!(self.comparison, Comparison::Identical | Comparison::SameMoves)
    }

    /// Returns what a set that was made again was made from, and how it differs: `from` names the
    /// sources for people.
    pub fn in_words(&self, from: &str) -> String {
        let mut words = format!("from {from}");
        if !self.same_sources {
            words.push_str("; its header names another digest");
        }
        if self.differences.largest > 0 {
            words.push_str(&format!("; {}", self.differences));
        }
        words
    }

    /// Whether the sources are those that the header names.
    pub fn same_sources(&self) -> bool {
        self.same_sources
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

/// Makes again what a verifier recomputes itself: historical sets of plain moves from prices, under
/// weights of any rule, and credit sets from a deal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recomputed;

impl Regenerate for Recomputed {
    fn regenerate(&self, set: &ScenarioSet, sources: &Sources<'_>) -> Result<Remade, RegenerateError> {
        match set.generator() {
            Generator::Historical { horizon, variant, .. } if variant.as_ref().is_none_or(Variant::has_plain_moves) => {
                sources.check_no_volatilities()?;
                let prices = sources.prices_up_to_last_label(set, set.factors(), Some(set.scenarios()))?;
                let again = historical(&prices, *horizon, Some(set.scenarios()));
                let again = again.and_then(|again| again.under_header_of(set));
                let again = again.map_err(RegenerateError::from_source(Source::Prices))?;
                Ok(Remade::new(set, again, Source::Prices, sources.tolerance))
            }
            Generator::Events { events: made, no_row, last, .. } => {
                sources.check_no_volatilities()?;
                let prices = sources.prepared(set, set.factors(), None, day(last))?;
                let again = events(&prices, &wanted(made), *no_row);
                let again = again.map_err(RegenerateError::from_source(Source::Prices))?;
                Ok(Remade::new(set, again, Source::Prices, sources.tolerance))
            }
            Generator::Credit { .. } => {
                parameters_from(set.generator()).map_err(RegenerateError::Header)?;
                let deal = sources.deal.ok_or(RegenerateError::Missing(Source::Deal))?;
                let again = credit::remade(deal, set.generator());
                let again = again.map_err(RegenerateError::from_source(Source::Deal))?;
                Ok(Remade::new(set, again, Source::Deal, sources.tolerance))
            }
            Generator::Custom { .. } => Err(RegenerateError::NoOrigin),
            _ => Err(RegenerateError::NoMaker),
        }
    }
}

impl ScenarioSet {
    /// Returns a plain historical set under the variant's weights and in the place that the header
    /// of another set has; the digest of its prices stays.
    fn under_header_of(&self, other: &ScenarioSet) -> Result<Self, Problem> {
        let mut generator = other.generator().clone();
        let Generator::Historical { variant, treatment, prices_sha256, .. } = &mut generator else {
            return Ok(self.clone());
        };
        // What was counted again, and not what the other header says.
        *treatment = self.generator().treatment().cloned().map(Box::new);
        *prices_sha256 = self.generator().source_digest().unwrap_or_default().to_owned();
        let weights = match variant {
            Some(variant) => variant.weights(self.scenarios())?,
            None => self.weights().to_vec(),
        };
        let last_prices = self.last_prices().map(<[String]>::to_vec);
        let (factors, labels) = (self.factors().to_vec(), self.labels().to_vec());
        ScenarioSet::new(generator, factors, labels, last_prices, weights, self.entries().to_vec())
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

    /// The same history as another party rounds it: 99 is 98.9999, and the first row of a window is
    /// a thousandth off.
    const ROUNDED: &str = "date,B,A\n2024-01-02,3,100\n2024-01-03,2.002,110\n2024-01-04,2.5,98.9999\n2024-01-05,4,99\n";

    #[test]
    fn moves_are_compared_by_name_and_date_entry_by_entry() {
        let set = historical(&prices(PRICES), 1, Some(2)).unwrap();
        let within = |tolerance| {
            let rounded = prices(ROUNDED);
            Recomputed.regenerate(&set, &Sources { tolerance, ..Sources::prices(&rounded) }).unwrap()
        };
        // 98.9999 / 110 and 99 / 98.9999 are 0.95 and 1.06 steps off, 2.5 / 2.002 is 1309 steps.
        let found = within(0);
        assert_eq!(found.differences, Differences { entries: 4, missing: 0, largest: 1309, beyond: 3, tolerance: 0 });
        assert_eq!(found.comparison, Comparison::OtherSource(Source::Prices));
        assert!(!found.made_again() && found.differences.to_string().contains("3 of 4 moves"));
        let found = within(1);
        assert_eq!((found.differences.beyond, found.made_again()), (1, false));
        let found = within(1309);
        assert_eq!((found.differences.beyond, found.comparison), (0, Comparison::SameMoves));
        assert!(found.made_again() && !found.identical() && !found.same_sources());
    }

    #[test]
    fn a_day_that_the_prices_do_not_have_was_not_made_again_whatever_the_tolerance() {
        let set = historical(&prices(PRICES), 1, None).unwrap();
        let other = prices("date,A,B\n2024-01-01,100,3\n2024-01-02,100,3\n2024-01-03,110,2\n2024-01-05,99,4\n");
        let found = Recomputed.regenerate(&set, &Sources { tolerance: u32::MAX, ..Sources::prices(&other) }).unwrap();
        assert_eq!((found.differences.missing, found.differences.beyond, found.made_again()), (2, 0, false));
    }

    #[test]
    fn a_header_that_differs_in_more_than_its_source_is_another_set_whatever_the_tolerance() {
        let history = prices(PRICES);
        let set = historical(&history, 1, Some(2)).unwrap();
        let changed = |generator: Generator, last: Option<Vec<String>>, weights: Vec<u32>| {
            let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
            let set = ScenarioSet::new(generator, factors, labels, last, weights, set.entries().to_vec()).unwrap();
            let again = historical(&history, 1, Some(2)).unwrap();
            Remade::new(&set, again, Source::Prices, u32::MAX).comparison
        };
        let header = |horizon, prices: &str| Generator::Historical {
            horizon,
            variant: None,
            ring: None,
            slot: None,
            treatment: None,
            prices_sha256: prices.into(),
        };
        let digest = set.generator().source_digest().unwrap();
        let (last, weights) = (set.last_prices().map(<[String]>::to_vec), set.weights().to_vec());
        assert_eq!(changed(header(1, digest), last.clone(), weights.clone()), Comparison::Identical);
        assert_eq!(changed(header(1, "other"), last.clone(), weights.clone()), Comparison::SameMoves);
        assert_eq!(changed(header(2, digest), last.clone(), weights.clone()), Comparison::OtherSet);
        // The digest covers prices, so other last prices beside it are not those of the header.
        assert_eq!(changed(header(1, digest), None, weights), Comparison::OtherSet);
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
