//! Settings of a reading: what the caller knows, so that nothing of it is guessed.

use std::fmt;

/// Settings of a reading. The default guesses everything that has one likely answer, and refuses
/// what has two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// Refuses every guess.
    pub strict: bool,
    /// order of day and month in dates such as `03/04/2023`
    pub date_order: Option<DateOrder>,
    /// the decimal mark; the other one then stands between thousands
    pub decimal: Option<DecimalMark>,
    /// the separator of cells
    pub separator: Option<Separator>,
    /// the column of prices of each name, in a table of prices that has several (open, high, close)
    pub field: Option<String>,
    /// name of the sheet of a workbook
    pub sheet: Option<String>,
    /// most that a file may expand to
    pub limits: Limits,
}

/// Order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// the day first: 31/12/2023
    DayMonth,
    /// the month first: 12/31/2023
    MonthDay,
}

impl fmt::Display for DateOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            DateOrder::DayMonth => "day before month",
            DateOrder::MonthDay => "month before day",
        })
    }
}

/// The mark between the whole part of a number and its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// 1,234.50
    Point,
    /// 1.234,50
    Comma,
}

impl DecimalMark {
    /// Returns the mark.
    pub fn mark(self) -> u8 {
        if self == DecimalMark::Point { b'.' } else { b',' }
    }

    /// Returns the mark that may then stand between thousands.
    pub fn thousands(self) -> u8 {
        if self == DecimalMark::Point { b',' } else { b'.' }
    }
}

impl fmt::Display for DecimalMark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "'{}'", char::from(self.mark()))
    }
}

/// The separator of cells in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// a tab
    Tab,
    /// `|`
    Bar,
}

impl Separator {
    /// All of them. Of two that fit a file equally well, the first is taken.
    pub const ALL: [Separator; 4] = [Separator::Comma, Separator::Semicolon, Separator::Tab, Separator::Bar];

    /// Returns the byte that separates.
    pub fn byte(self) -> u8 {
        match self {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
            Separator::Tab => b'\t',
            Separator::Bar => b'|',
        }
    }
}

impl fmt::Display for Separator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Separator::Tab => formatter.write_str("tab"),
            other => write!(formatter, "'{}'", char::from(other.byte())),
        }
    }
}

/// Most that a file may expand to. Small files can expand to very large ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// bytes of a text, after decompression
    pub text: u64,
    /// bytes of all parts of a workbook, after decompression
    pub workbook: u64,
    /// cells of a table
    pub cells: usize,
}

impl Default for Limits {
    /// 2 GiB of text, 512 MiB of a workbook's parts, 100 million cells.
    fn default() -> Self {
        Self { text: 2 << 30, workbook: 512 << 20, cells: 100_000_000 }
    }
}
