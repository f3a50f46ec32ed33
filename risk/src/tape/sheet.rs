//! A file as rows of loans: the header, the lines above it and below the table, a row that sums the
//! others.

use std::io::Read;

use tailproof_core::error::{InputError, Problem};
use tailproof_core::pool::TapeTerms;

use super::columns::Columns;
use super::mapping::Mapping;
use crate::table::{
    Grid, NoteBasis, NoteKind, Reading, Separator, TableError, TableOptions, TableProblem, check_widths, header_rows,
    note_lines,
};

/// The rows of a file that are loans.
#[derive(Debug)]
pub(super) struct Sheet<'m> {
    pub file: &'m str,
    pub grid: Grid,
    pub separator: Separator,
    /// names of the columns of the file; their numbers where it has no header
    pub header: Vec<String>,
    /// line of the header; 1 where there is none
    pub header_line: u64,
    /// rows of the grid
    pub rows: Vec<usize>,
    pub columns: Columns<'m>,
}

impl<'m> Sheet<'m> {
    /// Reads the cells of a file, and finds its columns.
    pub fn open(
        file: &'m str,
        input: impl Read,
        mapping: &'m Mapping,
        options: &TableOptions,
        terms: Option<&TapeTerms>,
        reading: &mut Reading,
    ) -> Result<Self, TableError> {
        let (grid, separator) = crate::table::open(file, input, options, reading)?;
        let (first, header, header_line) = match mapping.positions {
            Some(positions) => (0, (1..=positions).map(|number| number.to_string()).collect(), 1),
            None => {
                let row = find_header(file, &grid, mapping, reading)?;
                (row + 1, grid.cells(row).map(str::to_owned).collect(), grid.line(row))
            }
        };
        let header: Vec<String> = header;
        let columns = Columns::of(file, header_line, &header, mapping, terms)?;
        let rows = body(&grid, first, header.len(), reading);
        if let Some(positions) = mapping.positions {
            check_positions(file, &grid, &rows, positions)?;
        }
        let longer = check_widths(file, &grid, header.len(), &rows)?;
        if longer > 0 {
            let what = "empty cells beyond the last column left out, in rows";
            reading.add(NoteKind::Columns, NoteBasis::Guess, what).count = Some(longer);
        }
        if mapping.positions.is_some() {
            let what = format!("no header, and {} cells in a row", header.len());
            reading.add(NoteKind::Header, NoteBasis::Setting, what);
        }
        Ok(Self { file, grid, separator, header, header_line, rows, columns })
    }

    /// Returns the text of a cell of a row; `None` if the column is not there, or has no value.
    pub fn text(&self, row: usize, column: &str) -> Option<&str> {
        let cells = self.columns.get(column);
        match cells.constant {
            Some(constant) => Some(constant),
            None => cells.clean(self.grid.cell(row, cells.place?)),
        }
    }

    /// Whether a column is there, in the file or as a constant.
    pub fn has(&self, column: &str) -> bool {
        let cells = self.columns.get(column);
        cells.place.is_some() || cells.constant.is_some()
    }

    /// Returns what the file calls a column.
    pub fn name_of<'s>(&'s self, column: &'s str) -> &'s str {
        let place = self.columns.find(column).and_then(|cells| cells.place);
        place.map_or(column, |place| &self.header[place])
    }

    /// Returns the error of a row in a column of the tape.
    pub fn wrong(&self, row: usize, column: &str, problem: impl Into<TableProblem>) -> TableError {
        self.at(row, self.name_of(column), problem)
    }

    /// Returns the error of a row in a column of the file.
    pub fn at(&self, row: usize, name: &str, problem: impl Into<TableProblem>) -> TableError {
        TableError::in_cell(self.file, self.grid.line(row), name, problem)
    }
}

/// Checks that every row of a file without a header has so many cells: empty ones at its end are cells
/// of another version of the layout.
fn check_positions(file: &str, grid: &Grid, rows: &[usize], positions: usize) -> Result<(), TableError> {
    match rows.iter().find(|row| grid.width(**row) != positions && !grid.typed) {
        None => Ok(()),
        Some(row) => {
            let problem =
                format!("the row has {} cells, and the mapping's `positions` is {positions}", grid.width(*row));
            Err(TableError::in_row(file, grid.line(*row), Problem::Syntax(problem)))
        }
    }
}

/// Finds the row of the header: the first one that names the columns that every tape has, or else the
/// first one.
fn find_header(file: &str, grid: &Grid, mapping: &Mapping, reading: &mut Reading) -> Result<usize, TableError> {
    let rows = header_rows(grid);
    let Some(first) = rows.first() else {
        return Err(InputError::in_file(file, Problem::Empty("a header line is needed".into())).into());
    };
    let needed = ["id", "balance"].into_iter().filter(|column| !mapping.constants.contains_key(*column));
    let needed = needed.filter(|column| !(mapping.number_rows && *column == "id"));
    let needed = needed.map(|column| mapping.columns.get(column).map_or(column, |place| &place.0[..]));
    let needed: Vec<&str> = needed.collect();
    let is_header = |row: &usize| needed.iter().all(|name| grid.cells(*row).any(|cell| cell == *name));
    let header = rows.iter().copied().find(is_header).unwrap_or(*first);
    let above: Vec<usize> = (0..header).filter(|row| !grid.is_blank(*row)).collect();
    note_lines(grid, &above, "lines above the header", reading);
    Ok(header)
}

/// Returns the rows of loans: without blank ones, and without lines of text at the end.
fn body(grid: &Grid, first: usize, width: usize, reading: &mut Reading) -> Vec<usize> {
    let (blank, mut rows): (Vec<usize>, Vec<usize>) = (first..grid.len()).partition(|row| grid.is_blank(*row));
    let end = rows.iter().rposition(|row| !is_footer(grid, *row, width)).map_or(0, |last| last + 1);
    let footer = rows.split_off(end);
    note_lines(grid, &blank, "rows without any cell", reading);
    note_lines(grid, &footer, "lines below the table", reading);
    rows
}

/// Whether a row is a line of text below a table, in one cell. A word alone may be a loan whose row was
/// cut off.
fn is_footer(grid: &Grid, row: usize, width: usize) -> bool {
    let cell = grid.cell(row, 0);
    let alone = if grid.typed { grid.cells(row).skip(1).all(str::is_empty) } else { grid.width(row) == 1 };
    let is_text = !cell.starts_with(char::is_alphanumeric) || cell.contains(": ") || cell.matches(' ').count() > 1;
    alone && width > 1 && is_text && !cell.is_empty()
}
