//! Tables of moves: stress tables, and sets of other models.

use std::io::Read;

use rust_decimal::Decimal;
use tailproof_core::error::Problem;

use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::Column;
use super::named::{Key, NamedTable, TableFile};
use super::options::{Separator, TableOptions};
use super::reading::{NoteBasis, NoteKind, Reading};

/// The unit of the moves of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MoveUnit {
    /// -0.2 is a fall of 20 %
    #[default]
    Fraction,
    /// -20 is one
    Percent,
}

/// Names of a column of scenarios in a stress table.
const STRESS: Key = Key {
    plain: "name",
    others: &["scenario", "scenario name", "scenario_name", "stress", "shock", "event"],
    expected: "name,FACTOR,…",
    optional: false,
};

/// The same in a set of another model.
const IMPORT: Key = Key {
    plain: "name",
    others: &["scenario", "scenario name", "scenario_name", "label", "id", "path", "date", "day"],
    expected: "name,FACTOR,… or FACTOR,…",
    optional: true,
};

/// Names of a column of weights, in lower case.
const WEIGHTS: [&str; 5] = ["weight", "weights", "probability", "probabilities", "prob"];

/// Reads a stress table in any of the layouts of [`crate::table`]: `name,FACTOR,…`, a row a
/// scenario. The values are fractions, whatever the unit of the table. `file` names it in errors.
///
/// # Errors
/// Another header; a name that is empty or occurs twice; a cell without a number, or with a per cent
/// sign in a table of fractions; no scenario; any guess, if `options` are strict.
pub fn read_stress_table(
    file: &str,
    input: impl Read,
    unit: MoveUnit,
    options: &TableOptions,
) -> Result<(TableFile, Reading), TableError> {
    read(file, input, STRESS, unit, None, options)
}

/// Reads the scenarios of any model in any of the layouts of [`crate::table`]: a row a scenario,
/// perhaps with names in the first column. Moves are read as fractions, whatever the unit of the
/// table. The column `weights` has weights, which stay as they are.
///
/// # Errors
/// As [`read_stress_table`]; no column of that name; a column that is named as weights where none is
/// asked for.
pub fn read_imported_table(
    file: &str,
    input: impl Read,
    weights: Option<&str>,
    unit: MoveUnit,
    options: &TableOptions,
) -> Result<(TableFile, Reading), TableError> {
    read(file, input, IMPORT, unit, Some(weights), options)
}

/// Reads a table of moves; with `weights`, one that may have a column of weights.
fn read(
    file: &str,
    input: impl Read,
    key: Key,
    unit: MoveUnit,
    weights: Option<Option<&str>>,
    options: &TableOptions,
) -> Result<(TableFile, Reading), TableError> {
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let weight_name = weights.flatten();
    let grid = match unit {
        MoveUnit::Percent => without_signs(file, &grid, separator, key, weight_name, options)?,
        MoveUnit::Fraction => grid,
    };
    let table = NamedTable::find(file, &grid, separator, options, key, &mut reading)?;
    check_columns(&table, weights)?;
    check_signs(&table, unit)?;
    let read = table.read(&mut reading, |value, column| match unit {
        MoveUnit::Percent if weight_name != Some(column.name.as_str()) => hundredth(value),
        _ => Ok(value),
    })?;
    if unit == MoveUnit::Percent {
        reading.add(NoteKind::Numbers, NoteBasis::Setting, "moves in per cent");
    }
    if options.strict {
        reading.refuse_guesses()?;
    }
    Ok((read, reading))
}

/// Checks that the column of weights is there, and that none is taken for a factor.
fn check_columns(table: &NamedTable<'_>, weights: Option<Option<&str>>) -> Result<(), TableError> {
    let wrong = |problem| Err(TableError::in_row(table.file, table.header_line, problem));
    let names = || table.columns.iter().map(|column| &column.name);
    match weights {
        Some(Some(name)) if !names().any(|found| found == name) => {
            let known = names().map(String::as_str).collect::<Vec<_>>().join(", ");
            wrong(TableProblem::NoColumn { name: name.to_owned(), known })
        }
        Some(Some(_)) => Ok(()),
        _ => match names().find(|name| WEIGHTS.contains(&&*name.to_lowercase())) {
            Some(name) => wrong(TableProblem::UnaskedWeights(name.clone())),
            None => Ok(()),
        },
    }
}

/// Checks that no cell has a per cent sign in a table of fractions.
fn check_signs(table: &NamedTable<'_>, unit: MoveUnit) -> Result<(), TableError> {
    if unit == MoveUnit::Percent {
        return Ok(());
    }
    for row in &table.rows {
        for column in &table.columns {
            let cell = table.grid.cell(*row, column.place);
            if cell.ends_with('%') {
                return Err(table.at(*row, &column.name, TableProblem::PercentSign(cell.to_owned())));
            }
        }
    }
    Ok(())
}

/// Returns a table without the per cent signs behind its numbers.
///
/// # Errors
/// Signs behind some of the moves alone: the others may be fractions.
fn without_signs<'g>(
    file: &str,
    grid: &'g Grid,
    separator: Separator,
    key: Key,
    weights: Option<&str>,
    options: &TableOptions,
) -> Result<Grid, TableError> {
    let table = NamedTable::find(file, grid, separator, options, key, &mut Reading::plain(file))?;
    let columns: Vec<&Column> = table.columns.iter().filter(|column| weights != Some(column.name.as_str())).collect();
    let cells = || table.rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, *column)));
    let cell = |(row, column): (usize, &Column)| grid.cell(row, column.place);
    let is_bare = |cell: &str| !cell.ends_with('%') && cell.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let signed = cells().find(|place| cell(*place).ends_with('%'));
    if let Some((bare, signed)) = cells().find(|place| is_bare(cell(*place))).zip(signed) {
        let (bare_cell, signed) = (cell(bare).to_owned(), cell(signed).to_owned());
        return Err(table.at(bare.0, &bare.1.name, TableProblem::MixedPercents { bare: bare_cell, signed }));
    }
    let mut is_row = vec![false; grid.len()];
    table.rows.iter().for_each(|row| is_row[*row] = true);
    let is_move = |row: usize, place: usize| is_row[row] && columns.iter().any(|column| column.place == place);
    let bare = |row, place, cell: &'g str| match cell.strip_suffix('%') {
        Some(bare) if is_move(row, place) => bare.trim_end(),
        _ => cell,
    };
    grid.mapped(&options.limits, bare).map_err(|problem| TableError::in_file(file, problem))
}

/// Returns a hundredth of a value, exactly.
fn hundredth(value: Decimal) -> Result<Decimal, TableProblem> {
    let fraction = value.normalize();
    let mut exact = fraction;
    match fraction.scale() + 2 <= Decimal::MAX_SCALE && exact.set_scale(fraction.scale() + 2).is_ok() {
        true => Ok(exact),
        false => Err(Problem::NotANumber(value.to_string()).into()),
    }
}
