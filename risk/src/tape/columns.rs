//! Where the columns of a tape stand in a file, and what is taken off their cells.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use tailproof_core::error::{InputError, Problem, TapeProblem};
use tailproof_core::pool::TapeTerms;
use tailproof_core::text::shortened;

use super::mapping::{ALL, ASSET, COLUMNS, Mapping, PERIOD};
use super::problem::TapeFileProblem;
use crate::table::TableError;

/// The cells of one column of a tape.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells<'m> {
    /// its place in the file
    pub place: Option<usize>,
    /// the text of every row
    pub constant: Option<&'m str>,
    prefix: Option<&'m str>,
    suffix: Option<&'m str>,
    /// codes for no value
    none: Vec<&'m str>,
    /// what its numbers are multiplied by
    pub factor: Option<Decimal>,
}

impl<'m> Cells<'m> {
    /// Returns the cells of a column of the file that is none of the tape's.
    pub fn of_file(place: usize, mapping: &'m Mapping) -> Self {
        Self { place: Some(place), none: codes(mapping, ALL).collect(), ..Self::default() }
    }

    fn of_tape(column: &'static str, place: Option<usize>, mapping: &'m Mapping) -> Self {
        let text = |table: &'m BTreeMap<String, String>| table.get(column).map(|text| text.trim());
        let keeps_codes = ["id", "currency", "cut_off"].contains(&column);
        let none = codes(mapping, ALL).filter(|_| !keeps_codes).chain(codes(mapping, column)).collect();
        Self {
            place,
            constant: mapping.constants.get(column).map(String::as_str),
            prefix: text(&mapping.prefixes),
            suffix: text(&mapping.suffixes),
            none,
            factor: mapping.scale.get(column).map(|factor| factor.0),
        }
    }

    /// Returns the text of a cell without what stands before and behind it; `None` if it says that
    /// there is no value.
    pub fn clean<'c>(&self, cell: &'c str) -> Option<&'c str> {
        let is_none = |text: &str| text.is_empty() || self.none.iter().any(|code| is_code(code, text));
        let cell = cell.trim();
        if is_none(cell) {
            return None;
        }
        let text = self.prefix.and_then(|prefix| cell.strip_prefix(prefix)).unwrap_or(cell).trim();
        let text = self.suffix.and_then(|suffix| text.strip_suffix(suffix)).unwrap_or(text).trim();
        (!is_none(text)).then_some(text)
    }
}

/// Whether a text is a code for no value: one that ends in `*` is every text that begins so.
fn is_code(code: &str, text: &str) -> bool {
    match code.strip_suffix('*').filter(|start| !start.is_empty()) {
        Some(start) => text.starts_with(start),
        None => code == text,
    }
}

fn codes<'m>(mapping: &'m Mapping, column: &str) -> impl Iterator<Item = &'m str> + use<'m> {
    mapping.none.get(column).into_iter().flatten().map(|code| code.trim())
}

/// The columns of a tape in a file.
#[derive(Debug)]
pub(super) struct Columns<'m> {
    cells: Vec<Cells<'m>>,
    /// the column of periods
    pub period: Option<usize>,
}

impl<'m> Columns<'m> {
    /// Finds the columns by the header, whose line is `line`. With the `terms` of a schema, a constant
    /// does not take the place of a column of the file.
    pub fn of(
        file: &str,
        line: u64,
        header: &[String],
        mapping: &'m Mapping,
        terms: Option<&TapeTerms>,
    ) -> Result<Self, TableError> {
        let mut cells = Vec::with_capacity(COLUMNS.len());
        let (has_schema, has_assets) = (terms.is_some(), terms.is_some_and(|terms| terms.assets.is_some()));
        for column in COLUMNS {
            if column == ASSET && !has_assets {
                cells.push(Cells::default());
                continue;
            }
            let mapped = mapping.columns.get(column).map(|place| &place.0[..]);
            let name = mapped.unwrap_or(column);
            let mut places = header.iter().enumerate().filter(|(_, header)| *header == name).map(|(place, _)| place);
            let (found, second) = (places.next(), places.next());
            if second.is_some() {
                return Err(InputError::in_row(file, line, Problem::DuplicateName(name.to_owned())).into());
            }
            if let Some(value) = mapping.constants.get(column).filter(|_| has_schema && found.is_some()) {
                let (column, value) = (column.to_owned(), value.clone());
                return Err(
                    InputError::in_row(file, line, TapeProblem::MappingConstant { column, value }.into()).into()
                );
            }
            if has_schema && found.is_some() && mapping.ratios.contains_key(column) {
                return Err(TableError::in_row(file, line, TapeFileProblem::RatioOfColumn(column.to_owned())));
            }
            let is_needed = ["id", "balance"].contains(&column) && !mapping.constants.contains_key(column);
            let is_needed = is_needed && !(column == "id" && mapping.number_rows);
            let is_needed = (is_needed || mapped.is_some()) && !mapping.ratios.contains_key(column);
            if found.is_none() && is_needed {
                return Err(absent(file, line, header, name));
            }
            cells.push(Cells::of_tape(column, found, mapping));
        }
        let period = mapping.columns.get(PERIOD).map(|place| &place.0[..]);
        let columns = Self { cells, period: place_of(header, period.unwrap_or(PERIOD)) };
        if let (Some(name), None) = (period, columns.period) {
            return Err(absent(file, line, header, name));
        }
        columns.refuse_misspelt(file, line, header, mapping, has_assets)?;
        refuse_double(file, line, header, mapping)?;
        Ok(columns)
    }

    /// Returns the cells of a column; `None` if tapes have no such column.
    pub fn find(&self, column: &str) -> Option<&Cells<'m>> {
        COLUMNS.iter().position(|known| *known == column).map(|place| &self.cells[place])
    }

    /// Returns the cells of a column that tapes have.
    pub fn get(&self, column: &str) -> &Cells<'m> {
        self.find(column).expect("a column of tapes")
    }

    /// Refuses a column that would not be read for its capitals alone. A mapping may read it as
    /// another, or give the column of the tape otherwise.
    fn refuse_misspelt(
        &self,
        file: &str,
        line: u64,
        header: &[String],
        mapping: &Mapping,
        has_assets: bool,
    ) -> Result<(), TableError> {
        let known = || COLUMNS.into_iter().filter(|column| has_assets || *column != ASSET);
        let read: Vec<&str> = mapping.names_of_file().collect();
        for name in header.iter().map(|name| name.trim()).filter(|name| !read.contains(name)) {
            let lower = name.to_lowercase();
            let Some(column) = known().find(|column| *column == lower && *column != name) else { continue };
            let is_given = self.get(column).place.is_some() || mapping.constants.contains_key(column);
            let is_given = is_given || mapping.bands.contains_key(column) || mapping.ratios.contains_key(column);
            let is_given = is_given || mapping.spread.is_some() && ["pd", "lgd"].contains(&column);
            if !is_given {
                let problem = Problem::Capitals { found: name.to_owned(), column: column.to_owned() };
                return Err(InputError::in_row(file, line, problem).into());
            }
        }
        Ok(())
    }
}

/// Refuses a name that the mapping reads, or the column of periods, where two columns of the file have
/// it: one of them would be taken in silence.
fn refuse_double(file: &str, line: u64, header: &[String], mapping: &Mapping) -> Result<(), TableError> {
    let double = |name: &&str| header.iter().filter(|header| header == name).count() > 1;
    match mapping.names_of_file().chain([PERIOD]).find(double) {
        None => Ok(()),
        Some(name) => Err(InputError::in_row(file, line, Problem::DuplicateName(name.to_owned())).into()),
    }
}

/// Returns the place of a column of the file.
pub(super) fn place_of(header: &[String], name: &str) -> Option<usize> {
    header.iter().position(|header| header == name)
}

/// Returns the error of a column that the file does not have.
pub(super) fn absent(file: &str, line: u64, header: &[String], name: &str) -> TableError {
    let expected = format!("a column '{name}'");
    InputError::in_row(file, line, Problem::Header { found: shortened(header), expected }).into()
}
