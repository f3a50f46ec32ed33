//! Mappings: how the columns of a file become those of a loan tape.

mod parts;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Deserialize;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::pool::tape::Status;
use tailproof_core::pool::tape_terms::Rounding;
use tailproof_core::text::parse_day;
use tailproof_core::toml_file::read_toml;

use super::problem::TapeFileProblem;
use crate::table::{DateOrder, DecimalMark, Separator, TableError, TableOptions};
use parts::{decimal_mark, order, rounding, separator};

pub(super) use parts::{Amount, Bands, Days, Ended, Place, Ratio, Spread, Words};
pub(super) use writing::{Moment, Writing};

/// How columns of a file become those of a tape, from TOML. The chapter "Write a mapping" of the
/// book has an example of each table:
///
/// ```toml
/// as_of = "2018-03-31"    # terms are dates of maturity
/// positions = 32          # the file has no header, and so many cells in a row
///
/// [columns]               # column of the tape = column of the file, by its name or number
/// id = 20
/// balance = 11
///
/// [none]                  # codes for no value, by column of the tape, or for all
/// score = ["9999"]
///
/// [status]                # status in the file = current, grace, delinquent, default or paid
/// "Fully Paid" = "paid"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    pub(super) columns: BTreeMap<String, Place>,
    pub(super) suffixes: BTreeMap<String, String>,
    pub(super) prefixes: BTreeMap<String, String>,
    pub(super) none: BTreeMap<String, Vec<String>>,
    pub(super) status: BTreeMap<String, Status>,
    pub(super) days_past_due: Option<Days>,
    pub(super) ended: Option<Ended>,
    pub(super) constants: BTreeMap<String, String>,
    pub(super) scale: BTreeMap<String, Amount>,
    pub(super) ratios: BTreeMap<String, Ratio>,
    pub(super) bands: BTreeMap<String, Bands>,
    pub(super) spread: Option<Spread>,
    pub(super) dates: BTreeMap<String, Writing>,
    pub(super) only: BTreeMap<String, Words>,
    pub(super) numbers: BTreeMap<String, Place>,
    pub(super) leave_out_blank: Vec<String>,
    pub(super) number_rows: bool,
    pub(super) as_of: Option<String>,
    pub(super) period: Option<String>,
    pub(super) positions: Option<usize>,
    #[serde(deserialize_with = "rounding")]
    pub(super) rounding: Option<Rounding>,
    #[serde(deserialize_with = "separator")]
    pub(super) separator: Option<Separator>,
    #[serde(deserialize_with = "decimal_mark")]
    pub(super) decimal: Option<DecimalMark>,
    #[serde(deserialize_with = "order")]
    pub(super) date_order: Option<DateOrder>,
}

/// Columns of a tape.
pub(super) const COLUMNS: [&str; 18] = [
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
    ASSET,
];

/// The column of assets, which is read where the schema's grades have assets.
pub(super) const ASSET: &str = "asset";

/// Columns of numbers, behind which units may stand.
pub(super) const NUMBERS: [&str; 8] = ["balance", "rate", "ltv", "score", "term", "pd", "lgd", "days_past_due"];

/// The column of months of a file that has a row for each loan and month. It is none of a tape's.
pub(super) const PERIOD: &str = "period";

/// Codes for no value in every column.
pub(super) const ALL: &str = "all";

/// Names of the mappings of public tapes, with their texts.
const MAPPINGS: [(&str, &str); 7] = [
    ("cdx-na-ig-s7", include_str!("../../../data/mappings/cdx-na-ig-s7.toml")),
    ("esma-annex-2", include_str!("../../../data/mappings/esma-annex-2.toml")),
    ("fannie-mae-110", include_str!("../../../data/mappings/fannie-mae-110.toml")),
    ("lending-club-2015", include_str!("../../../data/mappings/lending-club-2015.toml")),
    ("lending-club-2018", include_str!("../../../data/mappings/lending-club-2018.toml")),
    ("sba-7a-foia", include_str!("../../../data/mappings/sba-7a-foia.toml")),
    ("sba-national", include_str!("../../../data/mappings/sba-national.toml")),
];

impl Mapping {
    /// Returns the mapping of a public tape, by its name, see [`Mapping::names`].
    ///
    /// # Errors
    /// None: the mappings of this crate are read by its tests.
    pub fn named(name: &str) -> Option<Result<Self, TableError>> {
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

    /// Returns the least days past due of grace, delinquent and default, where the mapping has all
    /// three.
    pub fn days_past_due(&self) -> Option<[u32; 3]> {
        let days = self.days_past_due.as_ref()?;
        Some([days.grace?, days.delinquent, days.default?])
    }

    /// Returns the name of the rounding, if there is one.
    pub fn rounding(&self) -> Option<&'static str> {
        self.rounding.map(Rounding::name)
    }

    /// Returns the names of columns of the file that the mapping reads.
    pub(super) fn names_of_file(&self) -> impl Iterator<Item = &str> {
        let of_bands = self.bands.values().map(|bands| &bands.column);
        let of_spread = self.spread.iter().flat_map(|spread| [&spread.column, &spread.recovery]);
        let of_ratios = self.ratios.values().flat_map(|ratio| [&ratio.above, &ratio.below]);
        let of_end = self.ended.iter().map(|ended| &ended.column);
        let places = self.columns.values().chain(self.numbers.values()).chain(of_bands).chain(of_spread);
        let names = places.chain(of_ratios).chain(of_end).map(|place| &place.0[..]);
        names.chain(self.only.keys().map(String::as_str))
    }

    /// Whether a column is the band of a number: a deal of version 2 has such bands itself.
    pub fn has_bands(&self) -> bool {
        !self.bands.is_empty()
    }

    /// Whether numbers of a column are multiplied: a deal of version 2 has its scale itself.
    pub fn has_scale(&self) -> bool {
        !self.scale.is_empty()
    }

    /// Reads a mapping from TOML. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML, unknown keys, a column that tapes do not have, bands or days that do not rise.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, TableError> {
        let mapping: Self = read_toml(file, text)?;
        let in_file = |problem: Problem| InputError::in_file(file, problem);
        mapping.check_names().map_err(in_file)?;
        mapping.check_bands().map_err(in_file)?;
        if let Some(date) = &mapping.as_of {
            parse_day(date).map_err(in_file)?;
        }
        mapping.check_parts().map_err(|problem| TableError::in_file(file, problem))?;
        Ok(mapping)
    }

    /// Checks that the tables are about columns that tapes have.
    fn check_names(&self) -> Result<(), Problem> {
        let with_period = self.columns.keys().chain(self.dates.keys()).filter(|name| **name != PERIOD);
        let with_all = self.none.keys().filter(|name| **name != ALL);
        let named = with_period.chain(with_all);
        let named = named.chain(self.suffixes.keys()).chain(self.prefixes.keys()).chain(self.constants.keys());
        let mut named = named.chain(self.scale.keys()).chain(self.ratios.keys()).chain(&self.leave_out_blank);
        match named.find(|name| !COLUMNS.contains(&name.as_str())) {
            Some(unknown) => Err(Problem::NoTapeColumn { name: unknown.clone(), known: COLUMNS.join(", ") }),
            None => Ok(()),
        }
    }

    fn check_bands(&self) -> Result<(), Problem> {
        if let Some(other) = self.bands.keys().find(|name| !["grade", "sector", "region"].contains(&name.as_str())) {
            return Err(Problem::NoBands(other.clone()));
        }
        for (name, Bands { bands, .. }) in &self.bands {
            if bands.is_empty() || bands.windows(2).any(|pair| pair[0].1.0 >= pair[1].1.0) {
                return Err(Problem::UnsortedBands(name.clone()));
            }
        }
        Ok(())
    }

    /// Checks that each table is about columns that it can be about.
    fn check_parts(&self) -> Result<(), TapeFileProblem> {
        let misplaced = |table: &'static str, column: &str, known: &[&str]| {
            let (column, known) = (column.to_owned(), known.join(", "));
            Err(TapeFileProblem::Misplaced { table, column, known })
        };
        let scaled = ["balance", "rate", "ltv", "score", "pd", "lgd"];
        if let Some((column, _)) = self.scale.iter().find(|(column, _)| !scaled.contains(&&column[..])) {
            return misplaced("scale", column, &scaled);
        }
        if let Some((column, factor)) = self.scale.iter().find(|(_, factor)| factor.0 <= Decimal::ZERO) {
            return Err(TapeFileProblem::Factor { column: column.clone(), factor: factor.0 });
        }
        if let Some(column) = self.ratios.keys().find(|column| !["ltv", "rate"].contains(&&column[..])) {
            return misplaced("ratios", column, &["ltv", "rate"]);
        }
        let dated = ["term", "cut_off", PERIOD];
        if let Some(column) = self.dates.keys().find(|column| !dated.contains(&&column[..])) {
            return misplaced("dates", column, &dated);
        }
        let whole = ["id", "currency", "cut_off"];
        let codes: BTreeSet<&str> = self.none.keys().map(String::as_str).filter(|name| *name != ALL).collect();
        if let Some(column) = codes.into_iter().find(|column| whole.contains(column)) {
            let known: Vec<&str> = COLUMNS.into_iter().filter(|column| !whole.contains(column)).collect();
            return misplaced("none", column, &known);
        }
        self.check_once()?;
        self.days_past_due.as_ref().map_or(Ok(()), Days::check)?;
        if self.positions.is_some_and(|positions| positions == 0 || positions > 16_384) {
            return Err(TapeFileProblem::Positions);
        }
        Ok(())
    }

    /// Checks that no column of the tape is given twice.
    fn check_once(&self) -> Result<(), TapeFileProblem> {
        let tables: [(&'static str, Vec<&String>); 4] = [
            ("columns", self.columns.keys().collect()),
            ("constants", self.constants.keys().collect()),
            ("ratios", self.ratios.keys().collect()),
            ("bands", self.bands.keys().collect()),
        ];
        for (place, (first, columns)) in tables.iter().enumerate() {
            for (second, others) in &tables[place + 1..] {
                if let Some(column) = columns.iter().find(|column| others.contains(column)) {
                    let column = (*column).clone();
                    return Err(TapeFileProblem::GivenTwice { column, first, second });
                }
            }
        }
        if let Some(column) = self.scale.keys().find(|column| self.ratios.contains_key(*column)) {
            // A ratio has a factor of its own.
            return Err(TapeFileProblem::GivenTwice { column: column.clone(), first: "ratios", second: "scale" });
        }
        let has_ids = self.columns.contains_key("id") || self.constants.contains_key("id");
        if self.number_rows && has_ids { Err(TapeFileProblem::NumberedRows) } else { Ok(()) }
    }

    /// Returns the settings of a reading: those of the caller before those of the mapping.
    pub(super) fn options(&self, options: &TableOptions) -> TableOptions {
        let mut found = options.clone();
        found.separator = found.separator.or(self.separator);
        found.decimal = found.decimal.or(self.decimal);
        found.date_order = found.date_order.or(self.date_order);
        found
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

    #[test]
    fn tables_that_cannot_be_about_a_column_are_refused() {
        for (text, said) in [
            ("[scale]\nterm = 12\n", "[scale]"),
            ("[scale]\nrate = 0\n", "above 0"),
            ("[ratios.score]\nabove = \"a\"\nbelow = \"b\"\n", "[ratios]"),
            ("[dates]\nid = \"YYYYMM\"\n", "[dates]"),
            ("[dates]\nterm = \"YYYYQQ\"\n", "YYYYQQ"),
            ("[none]\nid = [\"NA\"]\n", "[none]"),
            ("[days_past_due]\ngrace = 30\ndelinquent = 30\n", "rises"),
            ("[columns]\nterm = -1\n", "numbered from 1"),
            ("separator = \"x\"\n", "is none of"),
            ("rounding = \"near\"\n", "half-even"),
            ("positions = 0\n", "positions"),
            ("leave_out_blank = [\"x\"]\n", "'x'"),
            ("[columns]\nrate = \"a\"\n[constants]\nrate = \"5\"\n", "[columns] and under [constants]"),
            ("[columns]\nltv = \"a\"\n[ratios.ltv]\nabove = \"a\"\nbelow = \"b\"\n", "[columns] and under [ratios]"),
            (
                "[constants]\ngrade = \"A\"\n[bands.grade]\ncolumn = \"a\"\nbands = [[\"x\", 1]]\n",
                "[constants] and under [bands]",
            ),
            ("[scale]\nltv = 100\n[ratios.ltv]\nabove = \"a\"\nbelow = \"b\"\n", "[ratios] and under [scale]"),
            ("number_rows = true\n[columns]\nid = \"loan\"\n", "keep one of both"),
        ] {
            let error = Mapping::from_toml("m.toml", text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
