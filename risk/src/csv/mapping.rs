//! Mappings: how the columns of a file become those of a loan tape.

use std::collections::BTreeMap;

use serde::Deserialize;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::pool::tape::Status;
use tailproof_core::text::parse_day;
use tailproof_core::toml_file::read_toml;

/// How columns of a file become those of a tape, from TOML:
///
/// ```toml
/// [columns]               # column of the tape = column of the file
/// id = "loan_id"
/// rate = "interest_rate"
///
/// [suffixes]              # what stands behind numbers
/// term = "months"
///
/// [status]                # status in the file = current, grace, delinquent, default or paid
/// "Fully Paid" = "paid"
///
/// [constants]             # columns that are the same for all loans
/// balance = "1000000"
///
/// [bands.grade]           # a name by the size of a number: the first band that it is below
/// column = "spread"
/// bands = [["tight", 50], ["wide", 1000]]
///
/// [spread]                # pd and lgd from a credit spread in basis points and a recovery: 1 - exp(-spread / (1 - recovery) years)
/// column = "5Y"
/// recovery = "Recovery"
/// years = 5
///
/// [numbers]               # spare number of the deal's [[tape.numbers]] = column of the file
/// seasoning = "age"
///
/// # above the tables: as_of = "2018-03-31" where terms are dates of maturity, YYYY-MM-DD
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[serde(default)]
    pub(super) columns: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) suffixes: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) status: BTreeMap<String, Status>,
    #[serde(default)]
    pub(super) constants: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) bands: BTreeMap<String, Bands>,
    pub(super) spread: Option<Spread>,
    pub(super) as_of: Option<String>,
    #[serde(default)]
    pub(super) numbers: BTreeMap<String, String>,
}

/// Names by the size of a number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bands {
    pub column: String,
    pub bands: Vec<(String, u32)>,
}

/// Probability of default and loss given default from a credit spread.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spread {
    pub column: String,
    pub recovery: String,
    pub years: u32,
}

/// Columns of a tape.
pub(super) const COLUMNS: [&str; 17] = [
    "id",
    "balance",
    "rate",
    "ltv",
    "score",
    "term",
    "grade",
    "sector",
    "region",
    "obligor",
    "status",
    "pd",
    "lgd",
    "collateral",
    "currency",
    "cut_off",
    "days_past_due",
];

/// Names of the mappings of public tapes, with their texts.
const MAPPINGS: [(&str, &str); 3] = [
    ("cdx-na-ig-s7", include_str!("../../data/mappings/cdx-na-ig-s7.toml")),
    ("lending-club-2015", include_str!("../../data/mappings/lending-club-2015.toml")),
    ("lending-club-2018", include_str!("../../data/mappings/lending-club-2018.toml")),
];

impl Mapping {
    /// Returns the mapping of a public tape, by its name, see [`Mapping::names`].
    ///
    /// # Errors
    /// None: the mappings of this crate are read by its tests.
    pub fn named(name: &str) -> Option<Result<Self, InputError>> {
        let found = MAPPINGS.iter().find(|(known, _)| *known == name);
        found.map(|(name, text)| Self::from_toml(name, text))
    }

    /// Returns the names of the mappings of public tapes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        MAPPINGS.iter().map(|(name, _)| *name)
    }

    /// Returns the day from which terms are counted, if they are dates.
    pub fn as_of(&self) -> Option<&str> {
        self.as_of.as_deref()
    }

    /// Returns the words that the mapping reads as a status.
    pub fn words_of(&self, status: Status) -> impl Iterator<Item = &str> {
        self.status.iter().filter(move |(_, of)| **of == status).map(|(word, _)| word.as_str())
    }

    /// Whether a column is the band of a number: a deal of version 2 has such bands itself.
    pub fn has_bands(&self) -> bool {
        !self.bands.is_empty()
    }

    /// Reads a mapping from TOML. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML, unknown keys, a column that tapes do not have, bands that do not rise.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, InputError> {
        let mapping: Self = read_toml(file, text)?;
        let mut named = mapping.columns.keys().chain(mapping.suffixes.keys()).chain(mapping.constants.keys());
        if let Some(unknown) = named.find(|name| !COLUMNS.contains(&name.as_str())) {
            let problem = Problem::NoTapeColumn { name: unknown.clone(), known: COLUMNS.join(", ") };
            return Err(InputError::in_file(file, problem));
        }
        if let Some(other) = mapping.bands.keys().find(|name| !["grade", "sector", "region"].contains(&name.as_str())) {
            return Err(InputError::in_file(file, Problem::NoBands(other.clone())));
        }
        for (name, Bands { bands, .. }) in &mapping.bands {
            if bands.is_empty() || bands.windows(2).any(|pair| pair[0].1 >= pair[1].1) {
                return Err(InputError::in_file(file, Problem::UnsortedBands(name.clone())));
            }
        }
        if let Some(date) = &mapping.as_of {
            parse_day(date).map_err(|problem| InputError::in_file(file, problem))?;
        }
        Ok(mapping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mappings_of_public_tapes_are_read() {
        for name in Mapping::names() {
            assert!(Mapping::named(name).unwrap().is_ok(), "{name}");
        }
        assert!(Mapping::named("none").is_none());
    }
}
