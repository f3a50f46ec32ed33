//! Tables that are written as CSV.

use std::fmt::Write;

/// A cell of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'t> {
    /// A text of whatever origin. One that a spreadsheet would compute gets an apostrophe before it:
    /// it begins with `=`, `+`, `-`, `@`, a tab or a carriage return.
    Text(&'t str),
    /// A number, or another text of the program's own, as it is.
    Plain(&'t str),
}

/// Returns a cell as RFC 4180 writes it. Line feeds become spaces: a row is one line.
pub fn written(cell: Cell<'_>) -> String {
    let (text, mark) = match cell {
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => (text, "'"),
        Cell::Text(text) | Cell::Plain(text) => (text, ""),
    };
    let text = format!("{mark}{}", text.replace(['\n', '\r'], " "));
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Returns a row of a table, without a line feed.
pub fn written_row<'t>(cells: impl IntoIterator<Item = Cell<'t>>) -> String {
    let mut row = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        let _ = write!(row, "{}{}", if index > 0 { "," } else { "" }, written(cell));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_compute_are_texts() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+A", "'+A"),
            ("-A", "'-A"),
            ("@SUM(A1,A2)", "\"'@SUM(A1,A2)\""),
            ("\t=1", "'\t=1"),
            ("\r=1", "' =1"),
            ("A \"b\"", "\"A \"\"b\"\"\""),
            ("A\nB", "A B"),
        ] {
            assert_eq!(written(Cell::Text(text)), cell, "{text}");
        }
        assert_eq!(written_row([Cell::Text("A,B"), Cell::Plain("-5.25"), Cell::Text("")]), "\"A,B\",-5.25,");
    }
}
