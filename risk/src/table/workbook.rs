//! Workbooks (.xlsx): the cells of one sheet, as texts.

use std::io::{self, Cursor, Read};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::double::shortest;
use super::error::{Setting, TableError, TableProblem};
use super::grid::Grid;
use super::options::{Limits, TableOptions};
use super::reading::{NoteBasis, NoteKind, Reading};

/// A cell of a sheet: its row, its column, its text.
type SheetCell = (u32, u32, String);

/// Reads the cells of a sheet: the one that is set, or the only one that has cells.
pub(crate) fn read(
    file: &str,
    bytes: &[u8],
    options: &TableOptions,
    reading: &mut Reading,
) -> Result<Grid, TableError> {
    let in_file = |problem| TableError::in_file(file, problem);
    check_archive(bytes, &options.limits).map_err(in_file)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| in_file(broken(error)))?;
    reading.add(NoteKind::Format, NoteBasis::File, "a workbook; numbers as the shortest decimals of their doubles");
    let cells = match &options.sheet {
        Some(name) => {
            let known = sheets(&book);
            if !known.contains(name) {
                let problem = TableProblem::NoSheet { name: name.clone(), known: known.join(", ") };
                return Err(in_file(problem));
            }
            reading.add(NoteKind::Sheet, NoteBasis::Setting, format!("sheet '{name}'"));
            cells(&mut book, name, &options.limits).map_err(in_file)?
        }
        None => only_sheet(&mut book, &options.limits, reading).map_err(in_file)?,
    };
    grid(cells, &options.limits).map_err(in_file)
}

/// Checks that an archive is a workbook, and that its parts do not expand beyond the limit. What the
/// archive states of their sizes may be false: they are expanded to know.
fn check_archive(bytes: &[u8], limits: &Limits) -> Result<(), TableProblem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    if !has("xl/workbook.xml") {
        return Err(TableProblem::OtherFormat(match () {
            () if has("xl/workbook.bin") => "a binary Excel workbook (.xlsb)",
            () if has("content.xml") => "an OpenDocument file",
            () => "a zip archive",
        }));
    }
    let mut left = limits.workbook;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        let count = io::copy(&mut part.take(left.saturating_add(1)), &mut io::sink()).map_err(broken)?;
        let most = limits.workbook;
        left = left.checked_sub(count).ok_or(TableProblem::TooLarge { most, what: "bytes" })?;
    }
    Ok(())
}

fn broken(error: impl std::fmt::Display) -> TableProblem {
    TableProblem::Broken { format: "workbook", reason: error.to_string() }
}

/// Returns the names of the sheets of cells that are not hidden.
fn sheets(book: &Xlsx<Cursor<&[u8]>>) -> Vec<String> {
    let visible = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible);
    visible.map(|sheet| sheet.name.clone()).collect()
}

/// Returns the cells of the only sheet that has some.
fn only_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    limits: &Limits,
    reading: &mut Reading,
) -> Result<Vec<SheetCell>, TableProblem> {
    let names = sheets(book);
    let mut found: Vec<(String, Vec<SheetCell>)> = Vec::new();
    for name in &names {
        let cells = cells(book, name, limits)?;
        if !cells.is_empty() {
            found.push((name.clone(), cells));
        }
        if found.len() > 1 {
            return Err(TableProblem::SeveralSheets(names.join(", ")));
        }
    }
    let Some((name, cells)) = found.pop() else { return Ok(Vec::new()) };
    if names.len() > 1 {
        let what = format!("sheet '{name}', the only one with cells");
        reading.add(NoteKind::Sheet, NoteBasis::Guess, what).settled_by(Setting::Sheet);
    }
    Ok(cells)
}

/// Returns the cells of a sheet that are not empty, in the order of the file.
fn cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, limits: &Limits) -> Result<Vec<SheetCell>, TableProblem> {
    let mut reader = book.worksheet_cells_reader(name).map_err(broken)?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let text = text(cell.get_value());
        if !text.trim().is_empty() {
            if cells.len() >= limits.cells {
                return Err(super::grid::too_many(limits));
            }
            let (row, column) = cell.get_position();
            cells.push((row, column, text));
        }
    }
    Ok(cells)
}

/// Returns a cell as a text: numbers as the shortest decimals that read back as the same doubles,
/// days as YYYY-MM-DD.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => shortest(*value),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second, milli) == (0, 0, 0, 0) {
                date
            } else {
                format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}")
            }
        }
        DataRef::DateTime(duration) => duration.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// Makes a grid of cells, with empty ones before each as far as its row needs them.
fn grid(mut cells: Vec<SheetCell>, limits: &Limits) -> Result<Grid, TableProblem> {
    if !cells.is_sorted_by_key(|(row, column, _)| (*row, *column)) {
        cells.sort_by_key(|(row, column, _)| (*row, *column));
    }
    let mut grid = Grid::of_types();
    // A table may begin in any column.
    let left = cells.iter().map(|(_, column, _)| *column).min().unwrap_or(0);
    let mut last: Option<(u32, u32)> = None;
    for (row, column, text) in &cells {
        let next = match last {
            Some((same, before)) if same == *row => before + 1,
            _ => {
                let after_blank = last.is_some_and(|(before, _)| before + 1 < *row);
                grid.begin_row(row + 1, after_blank);
                left
            }
        };
        for _ in next..*column {
            grid.push("", limits)?;
        }
        grid.push(text.trim(), limits)?;
        last = Some((*row, *column));
    }
    Ok(grid)
}
