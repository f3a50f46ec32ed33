//! The numbers of a table: one decimal mark for all, found from those that can have only one
//! reading.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use tailproof_core::error::Problem;

use super::error::{Setting, TableError, TableProblem};
use super::grid::Grid;
use super::number::{Negative, Number, is_missing, is_plain, plain, read};
use super::options::{DecimalMark, Separator, TableOptions};
use super::reading::{NoteBasis, NoteKind, Reading};

/// A reader of the numbers of one table.
#[derive(Debug)]
pub(crate) struct Numbers {
    mark: DecimalMark,
    basis: NoteBasis,
    /// cells with each mark between thousands
    thousands: BTreeMap<char, u64>,
    /// the sign of currency of each column, and the cells that have it
    currencies: BTreeMap<usize, (char, u64)>,
    brackets: u64,
    behind: u64,
}

/// A place in a grid.
type Place = (usize, usize);

impl Numbers {
    /// Finds the decimal mark of the cells at `places`. An error comes with its place.
    pub fn of(
        grid: &Grid,
        places: impl Iterator<Item = Place> + Clone,
        separator: Separator,
        options: &TableOptions,
    ) -> Result<Self, (Place, TableProblem)> {
        let points = grid.typed || separator == Separator::Comma;
        // Most tables have but plain numbers.
        if points && options.decimal.is_none() && places.clone().all(|(row, column)| grid.is_plain(row, column)) {
            return Ok(Self::new(DecimalMark::Point, NoteBasis::Guess));
        }
        let cells = places.map(|place| (place, grid.cell(place.0, place.1)));
        Self::of_cells(points, cells, options)
    }

    /// Finds the decimal mark of cells, each with its place. `points` tells that commas are no part of
    /// numbers in the plain layout. An error comes with its place.
    pub fn of_cells<'c>(
        points: bool,
        cells: impl Iterator<Item = (Place, &'c str)> + Clone,
        options: &TableOptions,
    ) -> Result<Self, (Place, TableProblem)> {
        let (mark, basis) = match options.decimal {
            Some(mark) => (mark, NoteBasis::Setting),
            None => (likely(points, cells)?, NoteBasis::Guess),
        };
        Ok(Self::new(mark, basis))
    }

    fn new(mark: DecimalMark, basis: NoteBasis) -> Self {
        let (thousands, currencies) = (BTreeMap::new(), BTreeMap::new());
        Self { mark, basis, thousands, currencies, brackets: 0, behind: 0 }
    }

    /// Returns the number of a cell that is a plain one, as most are; [`Numbers::read`] reads them all.
    #[inline]
    pub fn plain(&self, cell: &str) -> Option<Decimal> {
        plain(cell, self.mark)
    }

    /// Reads a cell of a column.
    pub fn read(&mut self, cell: &str, column: usize) -> Result<Decimal, TableProblem> {
        if let Some(value) = self.plain(cell) {
            return Ok(value);
        }
        if cell.is_empty() {
            return Err(Problem::MissingValue.into());
        }
        let number = read(cell, self.mark).ok_or_else(|| Problem::NotANumber(cell.to_owned()))?;
        self.count(&number, column)?;
        Ok(number.value)
    }

    fn count(&mut self, number: &Number, column: usize) -> Result<(), TableProblem> {
        if let Some(mark) = number.thousands {
            *self.thousands.entry(mark).or_default() += 1;
        }
        if let Some(sign) = number.currency {
            let (first, count) = self.currencies.entry(column).or_insert((sign, 0));
            if *first != sign {
                return Err(TableProblem::MixedCurrencies { first: (*first).into(), other: sign.into() });
            }
            *count += 1;
        }
        match number.negative {
            Some(Negative::Brackets) => self.brackets += 1,
            Some(Negative::Behind) => self.behind += 1,
            None => {}
        }
        Ok(())
    }

    /// Reports how the numbers were written.
    pub fn report(&self, reading: &mut Reading) {
        if self.mark == DecimalMark::Comma {
            reading
                .add(NoteKind::Numbers, self.basis, format!("decimal mark {}", self.mark))
                .settled_by(Setting::Decimal);
        }
        for (mark, cells) in &self.thousands {
            let name = if mark.is_ascii_punctuation() { format!("'{mark}'") } else { "a space".into() };
            let note = reading.add(NoteKind::Numbers, self.basis, format!("{name} between thousands, in cells"));
            note.settled_by(Setting::Decimal).count = Some(*cells);
        }
        let mut count = |basis, what: String, count: u64| {
            if count > 0 {
                reading.add(NoteKind::Numbers, basis, what).count = Some(count);
            }
        };
        let mut signs: BTreeMap<char, u64> = BTreeMap::new();
        for (sign, cells) in self.currencies.values() {
            *signs.entry(*sign).or_default() += cells;
        }
        for (sign, cells) in signs {
            count(NoteBasis::Guess, format!("'{sign}' taken off numbers, in cells"), cells);
        }
        count(NoteBasis::Guess, "numbers in brackets, taken as negative".into(), self.brackets);
        count(NoteBasis::Guess, "numbers with a minus behind them".into(), self.behind);
    }
}

/// Returns the decimal mark that the cells call for. Without any cell that has but one reading, the
/// mark is the point where it must be for the plain layout: in a table with commas between cells or
/// with types, whose numbers have no commas.
fn likely<'c>(
    points: bool,
    cells: impl Iterator<Item = (Place, &'c str)> + Clone,
) -> Result<DecimalMark, (Place, TableProblem)> {
    if points && cells.clone().all(|(_, cell)| is_plain(cell)) {
        return Ok(DecimalMark::Point);
    }
    type Example<'c> = Option<(Place, &'c str)>;
    let (mut point, mut comma, mut either): (Example<'_>, Example<'_>, Example<'_>) = (None, None, None);
    for (place, cell) in cells {
        let (has_point, has_comma) = (cell.contains('.'), cell.contains(','));
        // A cell that can only repeat what is known is passed over.
        let known = (point.is_some() && !has_comma) || (comma.is_some() && !has_point);
        if known || !(has_point || has_comma) || is_missing(cell) {
            continue;
        }
        match (read(cell, DecimalMark::Point), read(cell, DecimalMark::Comma)) {
            (Some(_), None) => _ = point.get_or_insert((place, cell)),
            (None, Some(_)) => _ = comma.get_or_insert((place, cell)),
            // A cell with a comma is the better example of the two.
            (Some(one), Some(other))
                if one.value != other.value
                    && either.is_none_or(|(_, example)| has_comma && !example.contains(',')) =>
            {
                either = Some((place, cell));
            }
            _ => {}
        }
        if point.is_some() && comma.is_some() {
            break;
        }
    }
    match (point, comma, either) {
        (Some((place, point)), Some((other, comma)), _) => {
            let (point, comma) = (point.to_owned(), comma.to_owned());
            Err((place.max(other), TableProblem::MixedMarks { point, comma }))
        }
        (None, Some(_), _) => Ok(DecimalMark::Comma),
        (None, None, Some((place, text))) if !points || text.contains(',') => {
            let value = |mark| read(text, mark).map(|number| number.value.to_string()).unwrap_or_default();
            let (as_point, as_comma) = (value(DecimalMark::Point), value(DecimalMark::Comma));
            Err((place, TableProblem::AmbiguousNumbers { text: text.to_owned(), as_point, as_comma }))
        }
        _ => Ok(DecimalMark::Point),
    }
}

/// Returns the error of a place.
pub(crate) fn at(file: &str, grid: &Grid, row: usize, column: &str, problem: TableProblem) -> TableError {
    TableError::in_cell(file, grid.line(row), column, problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::options::Limits;

    /// Reads every cell of a text whose cells are separated by tabs, which are no part of a number.
    fn numbers(
        cells: &str,
        separator: Separator,
        options: &TableOptions,
    ) -> Result<(Vec<String>, Reading), TableProblem> {
        let grid = Grid::of_text("f", cells, Separator::Tab, &Limits::default()).unwrap();
        let places = (0..grid.len()).flat_map(|row| (0..grid.width(row)).map(move |column| (row, column)));
        let places: Vec<Place> = places.collect();
        let mut numbers =
            Numbers::of(&grid, places.iter().copied(), separator, options).map_err(|(_, problem)| problem)?;
        let read =
            |(row, column): &Place| numbers.read(grid.cell(*row, *column), *column).map(|value| value.to_string());
        let values = places.iter().map(read).collect::<Result<_, _>>()?;
        let mut reading = Reading::plain("f");
        numbers.report(&mut reading);
        Ok((values, reading))
    }

    fn guessed(cells: &str, separator: Separator) -> Result<Vec<String>, TableProblem> {
        numbers(cells, separator, &TableOptions::default()).map(|(values, _)| values)
    }

    #[test]
    fn one_number_with_one_reading_settles_the_mark_of_all() {
        assert_eq!(guessed("1,234\t1,5", Separator::Semicolon).unwrap(), ["1.234", "1.5"]);
        assert_eq!(guessed("1,234\t1.5", Separator::Comma).unwrap(), ["1234", "1.5"]);
        assert_eq!(guessed("1.234\t1,5", Separator::Semicolon).unwrap(), ["1234", "1.5"]);
        assert_eq!(guessed("1.234\t1.2345", Separator::Semicolon).unwrap(), ["1.234", "1.2345"]);
        assert_eq!(guessed("1.234\t12", Separator::Comma).unwrap(), ["1.234", "12"], "the plain layout");
        assert_eq!(guessed("1 234\t12", Separator::Semicolon).unwrap(), ["1234", "12"]);
    }

    #[test]
    fn numbers_with_two_readings_are_refused_unless_the_mark_is_set() {
        for (cells, separator) in [
            ("123,450\t1", Separator::Comma),
            ("123,450\t1.234", Separator::Comma),
            ("400.000\t1", Separator::Semicolon),
        ] {
            let refused = guessed(cells, separator).unwrap_err();
            assert!(matches!(refused, TableProblem::AmbiguousNumbers { .. }), "{cells}: {refused}");
        }
        let with = |mark| TableOptions { decimal: Some(mark), ..TableOptions::default() };
        let (values, reading) = numbers("123,450", Separator::Comma, &with(DecimalMark::Comma)).unwrap();
        assert_eq!((&values[0][..], reading.notes[0].basis), ("123.450", NoteBasis::Setting));
        let (values, reading) = numbers("123,450", Separator::Comma, &with(DecimalMark::Point)).unwrap();
        assert_eq!((&values[0][..], reading.notes[0].basis), ("123450", NoteBasis::Setting));
        assert!(numbers("1.5", Separator::Comma, &with(DecimalMark::Comma)).is_err());
    }

    #[test]
    fn two_marks_and_two_currencies_are_refused() {
        assert!(matches!(guessed("1,5\t1.5", Separator::Semicolon), Err(TableProblem::MixedMarks { .. })));
        assert!(matches!(guessed("$1\n€1", Separator::Comma), Err(TableProblem::MixedCurrencies { .. })));
        let (_, reading) = numbers("$1,000\t€1.50\n($2)\t€2.50\n", Separator::Comma, &TableOptions::default()).unwrap();
        let said = reading.to_string();
        for part in [
            "',' between thousands, in cells: 1",
            "'$' taken off numbers, in cells: 2",
            "in brackets, taken as negative: 1",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
