//! The parts of a grid: lines above the header, the header, rows of data, lines below them.

use tailproof_core::error::Problem;

use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::reading::{NoteBasis, NoteKind, Reading};
use super::separator::is_number_like;

/// Most lines that are looked through for a header.
pub(crate) const MOST_LINES_ABOVE: usize = 64;

/// A column that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// its place in the grid
    pub place: usize,
    /// its name
    pub name: String,
}

/// Returns the number of cells of a row, without empty ones at its end.
pub(crate) fn filled_width(grid: &Grid, row: usize) -> usize {
    (0..grid.width(row)).rev().find(|column| !grid.cell(row, *column).is_empty()).map_or(0, |last| last + 1)
}

/// Whether a row is a comment: it begins with `#`.
pub(crate) fn is_comment(grid: &Grid, row: usize) -> bool {
    grid.cell(row, 0).starts_with('#')
}

/// Returns the rows that may hold a header: the first ones that are neither blank nor comments.
pub(crate) fn header_rows(grid: &Grid) -> Vec<usize> {
    let rows = (0..grid.len()).filter(|row| !grid.is_blank(*row) && !is_comment(grid, *row));
    rows.take(MOST_LINES_ABOVE).collect()
}

/// Reports lines that were left out.
pub(crate) fn note_lines(grid: &Grid, rows: &[usize], what: &str, reading: &mut Reading) {
    if let Some(first) = rows.first() {
        let note = reading.add(NoteKind::Lines, NoteBasis::Guess, format!("{what} left out"));
        (note.count, note.line) = (Some(rows.len() as u64), Some(grid.line(*first)));
    }
}

/// Returns the rows of data below a header: without blank ones, without comments where `comments`
/// says that a row may be one, and without those at the end that `is_footer` tells.
pub(crate) fn body(
    grid: &Grid,
    header: usize,
    comments: bool,
    is_footer: impl Fn(usize) -> bool,
    reading: &mut Reading,
) -> Vec<usize> {
    let below = header + 1..grid.len();
    // It has the right size for most files: growing would take twice the memory.
    let (mut blank, mut comment, mut rows) = (Vec::new(), Vec::new(), Vec::with_capacity(below.len()));
    for row in below {
        match (grid.is_blank(row), comments && is_comment(grid, row)) {
            (true, _) => blank.push(row),
            (false, true) => comment.push(row),
            (false, false) => rows.push(row),
        }
    }
    let end = rows.iter().rposition(|row| !is_footer(*row)).map_or(0, |last| last + 1);
    let footer = rows.split_off(end);
    note_lines(grid, &blank, "rows without any cell", reading);
    note_lines(grid, &comment, "comment lines", reading);
    note_lines(grid, &footer, "lines below the table", reading);
    rows
}

/// Returns the columns of a table, by the names of the row `header`. Columns with neither a name nor
/// cells are left out, and so are empty cells beyond the last column. `unnamed` is the one column
/// that needs no name; the first one may number the rows, and then has none.
pub(crate) fn columns(
    file: &str,
    grid: &Grid,
    header: usize,
    rows: &[usize],
    unnamed: Option<usize>,
    reading: &mut Reading,
) -> Result<Vec<Column>, TableError> {
    let width = grid.width(header);
    let longer = check_widths(file, grid, width, rows)?;
    if longer > 0 {
        let note =
            reading.add(NoteKind::Columns, NoteBasis::Guess, "empty cells beyond the last column left out, in rows");
        note.count = Some(longer);
    }
    let mut columns = Vec::with_capacity(width);
    let mut left_out = 0;
    for (place, name) in grid.cells(header).enumerate() {
        let has_cells = || rows.iter().any(|row| !grid.cell(*row, place).is_empty());
        if !name.is_empty() || unnamed == Some(place) || (place == 0 && has_cells()) {
            columns.push(Column { place, name: name.to_owned() });
        } else if has_cells() {
            return Err(TableError::in_row(file, grid.line(header), TableProblem::NoName(place + 1)));
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let note = reading.add(NoteKind::Columns, NoteBasis::Guess, "columns with neither a name nor cells left out");
        note.count = Some(left_out);
    }
    Ok(columns)
}

/// Checks that every row has a cell for each column. Returns how many have empty ones beyond.
pub(crate) fn check_widths(file: &str, grid: &Grid, width: usize, rows: &[usize]) -> Result<u64, TableError> {
    let mut longer = 0;
    for row in rows {
        let have = grid.width(*row);
        let short = have < width && !grid.typed;
        if short || (have > width && filled_width(grid, *row) > width) {
            let problem = format!("the row has {have} cells where the header has {width}");
            return Err(TableError::in_row(file, grid.line(*row), Problem::Syntax(problem)));
        }
        longer += u64::from(have > width);
    }
    Ok(longer)
}

/// Leaves out a column that numbers the rows, as data frames write it: it stands first, and its name
/// says that it is an index.
pub(crate) fn drop_row_numbers(grid: &Grid, columns: &mut Vec<Column>, rows: &[usize], reading: &mut Reading) {
    let Some(first) = columns.first().filter(|column| column.place == 0 && columns.len() > 1) else { return };
    let named = ["", "unnamed: 0", "index", "__index_level_0__"].contains(&&*first.name.to_lowercase());
    let start = rows.first().map(|row| grid.cell(*row, 0)).filter(|cell| is_number_like(cell));
    let Some(start) = start.and_then(|cell| cell.parse::<u64>().ok()).filter(|_| named) else { return };
    let numbered = |(row, number): (&usize, u64)| grid.cell(*row, 0) == number.to_string();
    if rows.iter().zip(start..).all(numbered) {
        reading.add(
            NoteKind::Columns,
            NoteBasis::Guess,
            format!("column 1 ('{}') numbers the rows: left out", first.name),
        );
        columns.remove(0);
    }
}
