//! Tables of decimals: stress tables and covariances.

use std::io::Read;

use tailproof_core::error::{InputError, Problem, RowError};
use tailproof_core::table::DecimalTable;
use tailproof_core::text::parse_decimal;

use super::table::Table;

/// A table of decimals as it stands in a file: errors about its values name lines of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFile {
    file: String,
    /// the line of each row
    lines: Vec<u64>,
    table: DecimalTable,
}

impl TableFile {
    /// The values.
    pub fn table(&self) -> &DecimalTable {
        &self.table
    }

    /// Returns the error of the file for one of the table.
    pub fn place(&self, error: RowError) -> InputError {
        error.in_file(&self.file, &self.lines)
    }
}

/// Reads a stress table `name,FACTOR,…`, a row a scenario. `file` names it in errors.
///
/// # Errors
/// Another header; a name that is empty or occurs twice; a cell that is no decimal; no scenario.
pub fn read_stress_table(file: &str, input: impl Read) -> Result<TableFile, InputError> {
    read(file, input, "name")
}

/// Reads a covariance `factor,A,B,…`, a row for each factor, perhaps after a row `mean`. `file`
/// names it in errors.
///
/// # Errors
/// Another header; a name that is empty or occurs twice; a cell that is no decimal; no rows.
pub fn read_covariance_table(file: &str, input: impl Read) -> Result<TableFile, InputError> {
    read(file, input, "factor")
}

/// Reads a table whose first column, `key`, has the names of the rows.
fn read(file: &str, input: impl Read, key: &str) -> Result<TableFile, InputError> {
    let Table { header, rows } = Table::read(file, input)?;
    let columns = match header.split_first() {
        Some((first, columns)) if first.eq_ignore_ascii_case(key) && !columns.is_empty() => columns.to_vec(),
        _ => {
            let problem = Problem::Header { found: header.join(","), expected: format!("{key},FACTOR,…") };
            return Err(InputError::in_row(file, 1, problem));
        }
    };
    let (mut lines, mut values) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for (line, cells) in rows.iter() {
        let mut cells = cells.iter();
        let name = cells.next().unwrap_or_default().to_owned();
        let read = |(cell, column): (&str, &String)| {
            parse_decimal(cell).map_err(|problem| InputError::in_cell(file, line, column, problem))
        };
        values.push((name, cells.zip(&columns).map(read).collect::<Result<Vec<_>, _>>()?));
        lines.push(line);
    }
    let table = DecimalTable::new(key, columns, values).map_err(|error| error.in_file(file, &lines))?;
    Ok(TableFile { file: file.to_owned(), lines, table })
}
