//! Covariances, weights and correlations, and liquidity horizons: tables with a row for each factor.

use std::io::Read;

use rust_decimal::prelude::ToPrimitive;
use tailproof_core::error::Problem;
use tailproof_core::text::shortened;

use crate::generate::margin::margin_table;

use super::error::{TableError, TableProblem};
use super::named::{Key, NamedTable, TableFile};
use super::options::TableOptions;
use super::reading::{NoteBasis, NoteKind, Reading};

/// Other names of a column of factors.
const FACTORS: [&str; 5] = ["factors", "ticker", "symbol", "instrument", "asset"];

/// Reads a covariance in any of the layouts of [`crate::table`]: `factor,A,B,…`, a row for each
/// factor, perhaps after a row `mean`. `file` names it in errors.
///
/// # Errors
/// Another header; a name that is empty or occurs twice; a cell without a number; no rows; any
/// guess, if `options` are strict.
pub fn read_covariance_table(
    file: &str,
    input: impl Read,
    options: &TableOptions,
) -> Result<(TableFile, Reading), TableError> {
    let key = Key { plain: "factor", others: &FACTORS, expected: "factor,FACTOR,…", optional: false };
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let table = NamedTable::find(file, &grid, separator, options, key, &mut reading)?;
    let read = table.read(&mut reading, |value, _| Ok(value))?;
    if options.strict {
        reading.refuse_guesses()?;
    }
    Ok((read, reading))
}

/// Most bytes of a rule by buckets.
const MOST_RULE: u64 = 1 << 24;

/// Reads weights and correlations of a margin: by buckets from a file whose name ends with `.toml`
/// ([`crate::generate::margin::margin_table`]), and else as a covariance, after a row `weight`. `file`
/// names it in errors.
///
/// # Errors
/// As [`read_covariance_table`]; a rule that says too little or too much.
pub fn read_margin_table(
    file: &str,
    input: impl Read,
    options: &TableOptions,
) -> Result<(TableFile, Reading), TableError> {
    if !file.to_ascii_lowercase().ends_with(".toml") {
        return read_covariance_table(file, input, options);
    }
    let mut text = String::new();
    let read = input.take(MOST_RULE + 1).read_to_string(&mut text);
    read.map_err(|error| TableError::in_file(file, Problem::Io(error.to_string())))?;
    if text.len() as u64 > MOST_RULE {
        return Err(TableError::in_file(file, TableProblem::TooLarge { most: MOST_RULE, what: "bytes" }));
    }
    let table = margin_table(file, &text)?;
    Ok((TableFile::without_lines(file, table), Reading::plain(file)))
}

/// Reads liquidity horizons in days in any of the layouts of [`crate::table`]: `factor,days` with
/// every one of `factors`. Returns them in that order. `file` names the table in errors.
///
/// # Errors
/// Another header; a factor that is unknown, doubled or left out; days that are no whole number; any
/// guess, if `options` are strict.
pub fn read_liquidity_horizons(
    file: &str,
    input: impl Read,
    factors: &[String],
    options: &TableOptions,
) -> Result<(Vec<u32>, Reading), TableError> {
    let key = Key { plain: "factor", others: &FACTORS, expected: "factor,days", optional: false };
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let table = NamedTable::find(file, &grid, separator, options, key, &mut reading)?;
    let days = days_column(&table, &mut reading)?;
    let mut numbers = table.numbers()?;
    let mut found: Vec<Option<u32>> = vec![None; factors.len()];
    for (index, row) in table.rows.iter().enumerate() {
        let (name, cell) = (table.name(index), grid.cell(*row, days));
        let place = factors.iter().position(|factor| *factor == name).ok_or_else(|| {
            let problem = Problem::UnknownFactor { factor: name.clone(), known: shortened(factors) };
            table.at(*row, "factor", problem.into())
        })?;
        if found[place].is_some() {
            return Err(table.at(*row, "factor", Problem::DuplicateName(name).into()));
        }
        let number = numbers.read(cell, days).ok().filter(rust_decimal::Decimal::is_integer);
        let number = number.and_then(|number| number.to_u32());
        found[place] = Some(number.ok_or_else(|| table.at(*row, "days", Problem::NotDays(cell.to_owned()).into()))?);
    }
    numbers.report(&mut reading);
    if options.strict {
        reading.refuse_guesses()?;
    }
    let missing = |index: usize| TableError::in_file(file, Problem::NoHorizon(factors[index].clone()));
    let days = found.iter().enumerate().map(|(index, days)| days.ok_or_else(|| missing(index)));
    Ok((days.collect::<Result<_, _>>()?, reading))
}

/// Returns the place of the one column of days.
fn days_column(table: &NamedTable<'_>, reading: &mut Reading) -> Result<usize, TableError> {
    match &table.columns[..] {
        [days] if days.name.eq_ignore_ascii_case("days") => Ok(days.place),
        [days] if ["horizon", "liquidity horizon", "liquidity_horizon"].contains(&&*days.name.to_lowercase()) => {
            let what = format!("column '{}' holds the days", days.name);
            reading.add(NoteKind::Header, NoteBasis::Guess, what);
            Ok(days.place)
        }
        others => {
            let names: Vec<&str> = others.iter().map(|column| &column.name[..]).collect();
            let problem =
                Problem::Header { found: format!("'factor,{}'", names.join(",")), expected: "factor,days".into() };
            Err(TableError::in_row(table.file, table.header_line, problem))
        }
    }
}
