//! Long tables: a row for each date and name, made into a row for each date.

use std::collections::HashMap;

use jiff::civil::Date;

use super::error::{Setting, TableError, TableProblem};
use super::grid::{Grid, too_many};
use super::layout::Column;
use super::options::{Limits, TableOptions};
use super::price_header::{plain_name, same_name};
use super::reading::{NoteBasis, NoteKind, Reading};
use super::separator::is_number_like;

/// Names of a column of names, in lower case.
const NAMES: [&str; 14] = [
    "ticker",
    "symbol",
    "factor",
    "name",
    "instrument",
    "asset",
    "security",
    "isin",
    "ric",
    "code",
    "sedol",
    "cusip",
    "id",
    "identifier",
];

/// The columns of a long table besides its dates.
#[derive(Debug)]
pub(crate) struct LongColumns {
    /// place of the names
    names: usize,
    /// place of the values, and their name
    values: Column,
    /// on whose word they are that
    basis: NoteBasis,
}

/// The cells of a long table, as places in its grid: for each date, one for each name.
#[derive(Debug)]
pub(crate) struct Pivot {
    /// the names, in the order in which they first come
    pub names: Vec<String>,
    /// a row for each date, oldest first
    pub days: Vec<(Date, Vec<Option<usize>>)>,
    /// place of the values
    pub column: usize,
}

impl LongColumns {
    /// Returns the columns of a long table, if the columns besides the dates have a name that says
    /// so, whose cells are no numbers. Of several columns of values, the field that is set counts.
    pub fn find(
        file: &str,
        grid: &Grid,
        columns: &[Column],
        rows: &[usize],
        header_line: u64,
        options: &TableOptions,
    ) -> Result<Option<Self>, TableError> {
        let is_name = |column: &&Column| {
            // Columns of doubles make their texts when one is asked for.
            let first = || rows.first().map(|row| grid.cell(*row, column.place)).unwrap_or_default();
            NAMES.contains(&&*plain_name(&column.name)) && !first().is_empty() && !is_number_like(first())
        };
        let Some(names) = columns.iter().find(is_name) else { return Ok(None) };
        let values: Vec<&Column> = columns.iter().filter(|column| *column != names).collect();
        let listed = || values.iter().map(|column| &column.name[..]).collect::<Vec<_>>().join(", ");
        if let Some(field) = options.field.as_deref().filter(|_| !values.is_empty()) {
            let Some(values) = values.iter().find(|column| same_name(&column.name, field)) else {
                let problem = TableProblem::NoColumn { name: field.to_owned(), known: listed() };
                return Err(TableError::in_row(file, header_line, problem));
            };
            let (values, basis) = ((*values).clone(), NoteBasis::Setting);
            return Ok(Some(Self { names: names.place, values, basis }));
        }
        match values[..] {
            [values] => {
                let (values, basis) = (values.clone(), NoteBasis::Guess);
                Ok(Some(Self { names: names.place, values, basis }))
            }
            [] => Ok(None),
            _ => Err(TableError::in_row(file, header_line, TableProblem::SeveralValues(listed()))),
        }
    }

    /// Makes a row of each date. A date and a name come together once; where they do not, the cell
    /// is `None`.
    pub fn pivot(
        &self,
        file: &str,
        grid: &Grid,
        rows: &[usize],
        dates: &[Date],
        limits: &Limits,
        reading: &mut Reading,
    ) -> Result<Pivot, TableError> {
        let mut names: Vec<String> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut found: Vec<(Date, usize, usize)> = Vec::with_capacity(rows.len());
        for (row, date) in rows.iter().zip(dates) {
            let name = grid.cell(*row, self.names);
            let place = *places.entry(name).or_insert_with(|| {
                names.push(name.to_owned());
                names.len() - 1
            });
            found.push((*date, place, *row));
        }
        found.sort_unstable();
        if let Some(pair) = found.windows(2).find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
            let (date, place, row) = pair[1];
            let problem = TableProblem::RepeatedDay { date: date.to_string(), name: names[place].clone() };
            return Err(TableError::in_cell(file, grid.line(row), &self.values.name, problem));
        }
        // A row for each of many names on a day of its own would expand to the square of its size.
        let count = found.chunk_by(|one, other| one.0 == other.0).count();
        if count.saturating_mul(names.len()) > limits.cells {
            return Err(TableError::in_file(file, too_many(limits)));
        }
        let days: Vec<(Date, Vec<Option<usize>>)> = found
            .chunk_by(|one, other| one.0 == other.0)
            .map(|day| {
                let mut cells = vec![None; names.len()];
                day.iter().for_each(|(_, place, row)| cells[*place] = Some(*row));
                (day[0].0, cells)
            })
            .collect();
        let what = format!(
            "long format: {} rows made into {} days of {} factors, '{}' as prices",
            rows.len(),
            days.len(),
            names.len(),
            self.values.name
        );
        reading.add(NoteKind::Long, self.basis, what).settled_by(Setting::Field);
        Ok(Pivot { names, days, column: self.values.place })
    }
}
