//! Which rows of a file are read: those of one period, of chosen values, with the values that are asked
//! for. Rows that are left out are counted by their reason.

use serde::Serialize;
use tailproof_core::echo::echo;

use super::columns::{absent, place_of};
use super::mapping::{COLUMNS, Mapping, Moment, PERIOD, Words};
use super::problem::TapeFileProblem;
use super::sheet::Sheet;
use crate::table::TableError;

/// Rows of a file that were left out, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// the reason
    pub reason: String,
    /// number of rows
    pub rows: usize,
}

/// Most periods that an error lists.
const MOST_PERIODS: usize = 8;

/// Keeps the rows that the mapping and the period choose.
pub(super) fn select(
    sheet: &mut Sheet<'_>,
    mapping: &Mapping,
    period: Option<&str>,
) -> Result<Vec<LeftOut>, TableError> {
    let mut left_out = Vec::new();
    for (name, words) in &mapping.only {
        let place =
            place_of(&sheet.header, name).ok_or_else(|| absent(sheet.file, sheet.header_line, &sheet.header, name))?;
        let has = |grid_cell: &str, words: &Words| words.iter().any(|word| word.trim() == grid_cell);
        let rows = std::mem::take(&mut sheet.rows);
        let (kept, others): (Vec<usize>, Vec<usize>) =
            rows.into_iter().partition(|row| has(sheet.grid.cell(*row, place), words));
        sheet.rows = kept;
        add(&mut left_out, format!("'{}' is not {}", echo(name), echo(&words.to_string())), others.len());
    }
    if let Some(period) = period {
        let others = keep_period(sheet, mapping, period)?;
        let name = sheet.columns.period.map_or(PERIOD, |place| &sheet.header[place]);
        add(&mut left_out, format!("'{}' is not {}", echo(name), echo(period)), others);
    }
    for column in COLUMNS.into_iter().filter(|column| mapping.leave_out_blank.iter().any(|name| name == column)) {
        let before = sheet.rows.len();
        let rows = std::mem::take(&mut sheet.rows);
        sheet.rows = rows.into_iter().filter(|row| sheet.text(*row, column).is_some()).collect();
        add(&mut left_out, format!("no {column}"), before - sheet.rows.len());
    }
    Ok(left_out)
}

/// Adds a reason that rows were left out for.
pub(super) fn add(left_out: &mut Vec<LeftOut>, reason: String, rows: usize) {
    if rows > 0 {
        left_out.push(LeftOut { reason, rows });
    }
}

/// Keeps the rows of a period, and returns how many others there are.
fn keep_period(sheet: &mut Sheet<'_>, mapping: &Mapping, period: &str) -> Result<usize, TableError> {
    let Some(place) = sheet.columns.period else {
        return Err(TableError::in_row(sheet.file, sheet.header_line, TapeFileProblem::NoPeriods));
    };
    let asked = moment(mapping, PERIOD, period);
    let is_asked = |cell: &str| cell == period || asked.is_some() && moment(mapping, PERIOD, cell) == asked;
    let kept: Vec<usize> = sheet.rows.iter().copied().filter(|row| is_asked(sheet.grid.cell(*row, place))).collect();
    if kept.is_empty() {
        let (period, column) = (period.to_owned(), sheet.header[place].clone());
        let known = periods(sheet).join(", ");
        return Err(TableError::in_file(sheet.file, TapeFileProblem::NoPeriod { period, column, known }));
    }
    let others = sheet.rows.len() - kept.len();
    sheet.rows = kept;
    Ok(others)
}

/// Returns the first few periods of the file, in its order.
pub(super) fn periods(sheet: &Sheet<'_>) -> Vec<String> {
    let Some(place) = sheet.columns.period else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for row in &sheet.rows {
        let cell = sheet.grid.cell(*row, place);
        if !found.iter().any(|known| known == cell) {
            if found.len() == MOST_PERIODS {
                found.push("others".into());
                break;
            }
            found.push(cell.to_owned());
        }
    }
    found
}

/// Reads a day or a month of a column, in the writing that the mapping states for it.
pub(super) fn moment(mapping: &Mapping, column: &str, text: &str) -> Option<Moment> {
    mapping.dates.get(column).map_or_else(|| Moment::usual(text), |writing| writing.read(text))
}

/// Returns the one day or month of a column that all rows have, if they have one.
fn common(sheet: &Sheet<'_>, mapping: &Mapping, column: &str) -> Option<Moment> {
    let text = |row: usize| match column {
        PERIOD => sheet.columns.period.map(|place| sheet.grid.cell(row, place)),
        _ => sheet.text(row, column),
    };
    let mut rows = sheet.rows.iter();
    let first = text(*rows.next()?)?;
    let found = moment(mapping, column, first)?;
    let same = |text: &str| text == first || moment(mapping, column, text) == Some(found);
    rows.all(|row| text(*row).is_some_and(same)).then_some(found)
}

/// Returns the day or month of the tape that its own columns state, with the column.
pub(super) fn own_cut_off<'s>(sheet: &'s Sheet<'_>, mapping: &Mapping) -> Option<(Moment, &'s str)> {
    if let Some(found) = common(sheet, mapping, "cut_off") {
        return Some((found, sheet.name_of("cut_off")));
    }
    let place = sheet.columns.period?;
    common(sheet, mapping, PERIOD).map(|found| (found, &sheet.header[place][..]))
}

/// Checks that a tape without a schema is of one date, as far as its column of them can be read.
pub(super) fn check_cut_off(sheet: &Sheet<'_>, mapping: &Mapping) -> Result<(), TableError> {
    let dated = |row: &usize| Some((*row, moment(mapping, "cut_off", sheet.text(*row, "cut_off")?)?));
    let mut dates = sheet.rows.iter().filter_map(dated);
    let Some((_, first)) = dates.next() else { return Ok(()) };
    match dates.find(|(_, date)| *date != first) {
        None => Ok(()),
        Some((row, other)) => {
            let (first, other) = (first.to_string(), other.to_string());
            Err(sheet.wrong(row, "cut_off", TapeFileProblem::SeveralCutOffs { first, other }))
        }
    }
}

/// Checks that a tape without a schema has amounts in one currency.
pub(super) fn check_currency(sheet: &Sheet<'_>) -> Result<(), TableError> {
    let mut currencies = sheet.rows.iter().filter_map(|row| Some((*row, sheet.text(*row, "currency")?)));
    let Some((_, first)) = currencies.next() else { return Ok(()) };
    match currencies.find(|(_, currency)| *currency != first) {
        None => Ok(()),
        Some((row, other)) => {
            let (first, other, column) = (first.to_owned(), other.to_owned(), sheet.name_of("currency").to_owned());
            Err(sheet.wrong(row, "currency", TapeFileProblem::SeveralCurrencies { first, other, column }))
        }
    }
}
