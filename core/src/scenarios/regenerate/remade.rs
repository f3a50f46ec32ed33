//! How a set compares with the one that was made again.

use std::collections::HashMap;

use super::{RegenerateError, Source};
use crate::scenarios::generator::Generator;
use crate::scenarios::set::ScenarioSet;
use crate::text::day;

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
        let is_of_pool = source == Source::Deal || matches!(original.generator(), Generator::Collateral { .. });
        let tolerance = if is_of_pool { 0 } else { tolerance };
        let differences = Differences::new(original, &set, tolerance);
        let same_sources = set.generator().source_digests() == original.generator().source_digests();
        let same_prices = !same_sources || set.last_prices() == original.last_prices();
        let same_terms = set.factors() == original.factors()
            && set.labels() == original.labels()
            && set.weights() == original.weights()
            && set.generator().without_sources() == original.generator().without_sources();
        let is_dated = matches!(set.generator().market(), Generator::Historical { .. })
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

    /// Returns the same of a set that has columns of cash besides.
    ///
    /// # Errors
    /// Those of [`ScenarioSet::with_cash`].
    pub fn with_cash(self, names: &[String]) -> Result<Self, RegenerateError> {
        let set = self.set.map(|set| set.with_cash(names)).transpose().map_err(RegenerateError::Header)?;
        Ok(Self { set, ..self })
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
