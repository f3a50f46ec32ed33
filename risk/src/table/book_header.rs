//! The header of a book: which column holds the factors, which the amounts.

use tailproof_core::error::Problem;

use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::{Column, header_rows, note_lines};
use super::reading::{NoteBasis, NoteKind, Reading};

/// What a column of a book holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Factor,
    Exposure,
    Quantity,
    Weight,
    Gamma,
    Vega,
    Currency,
    /// for people, and not read
    Words,
}

/// Names of columns in the plain layout, in lower case.
const PLAIN: [(&str, Role); 6] = [
    ("factor", Role::Factor),
    ("exposure", Role::Exposure),
    ("delta", Role::Exposure),
    ("quantity", Role::Quantity),
    ("gamma", Role::Gamma),
    ("vega", Role::Vega),
];

/// Other names of the same, as brokers and administrators write them.
const OTHERS: [(&str, Role); 24] = [
    ("ticker", Role::Factor),
    ("symbol", Role::Factor),
    ("instrument", Role::Factor),
    ("security", Role::Factor),
    ("asset", Role::Factor),
    ("market value", Role::Exposure),
    ("market_value", Role::Exposure),
    ("marketvalue", Role::Exposure),
    ("position value", Role::Exposure),
    ("value", Role::Exposure),
    ("shares", Role::Quantity),
    ("qty", Role::Quantity),
    ("units", Role::Quantity),
    ("weight", Role::Weight),
    ("weights", Role::Weight),
    ("currency", Role::Currency),
    ("ccy", Role::Currency),
    ("name", Role::Words),
    ("description", Role::Words),
    ("isin", Role::Words),
    ("cusip", Role::Words),
    ("sedol", Role::Words),
    ("sector", Role::Words),
    ("country", Role::Words),
];

/// The columns of a book, by their places in the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BookColumns {
    pub factor: Column,
    pub amount: Column,
    pub is_quantity: bool,
    pub gamma: Option<Column>,
    pub vega: Option<Column>,
    pub currency: Option<Column>,
}

/// Finds the row of the header: the first one that names factors and amounts, or else the first one.
pub(crate) fn find_header(file: &str, grid: &Grid, reading: &mut Reading) -> Result<usize, TableError> {
    let rows = header_rows(grid);
    let Some(first) = rows.first() else {
        return Err(TableError::in_file(file, Problem::Empty("a header line is needed".into())));
    };
    let is_header = |row: &usize| {
        let roles: Vec<Role> = grid.cells(*row).filter_map(role).collect();
        let amounts = [Role::Exposure, Role::Quantity, Role::Weight];
        roles.contains(&Role::Factor) && amounts.iter().any(|amount| roles.contains(amount))
    };
    let header = rows.iter().copied().find(is_header).unwrap_or(*first);
    let above: Vec<usize> = (0..header).filter(|row| !grid.is_blank(*row)).collect();
    note_lines(grid, &above, "lines above the header", reading);
    Ok(header)
}

/// Returns what a name says that a column holds, whatever its capitals.
fn role(name: &str) -> Option<Role> {
    let name = name.to_lowercase();
    PLAIN.iter().chain(&OTHERS).find(|(known, _)| *known == name).map(|(_, role)| *role)
}

impl BookColumns {
    /// Returns the columns of a book, and reports names that are not those of the plain layout.
    pub fn of(columns: &[Column], reading: &mut Reading) -> Result<Self, TableProblem> {
        let bad_header = || Problem::Header {
            found: format!("'{}'", columns.iter().map(|column| &column.name[..]).collect::<Vec<_>>().join(",")),
            expected: "factor,exposure or factor,delta or factor,quantity (with optional gamma, vega)".into(),
        };
        let roles =
            columns.iter().map(|column| role(&column.name)).collect::<Option<Vec<_>>>().ok_or_else(bad_header)?;
        let the = |wanted: Role| {
            let mut found =
                columns.iter().zip(&roles).filter(|(_, role)| **role == wanted).map(|(column, _)| column.clone());
            match (found.next(), found.next()) {
                (found, None) => Ok(found),
                _ => Err(bad_header()),
            }
        };
        let factor = the(Role::Factor)?.ok_or_else(bad_header)?;
        let (amount, is_quantity) = match (the(Role::Exposure)?, the(Role::Quantity)?, the(Role::Weight)?) {
            (Some(amount), None, None) => (amount, false),
            (None, Some(amount), None) => (amount, true),
            (None, None, Some(_)) => return Err(TableProblem::Weights),
            _ => return Err(bad_header().into()),
        };
        for (column, role) in columns.iter().zip(&roles) {
            let name = &column.name;
            let what = match role {
                _ if PLAIN.iter().any(|(plain, _)| name.eq_ignore_ascii_case(plain)) => continue,
                Role::Factor => format!("column '{name}' holds the factors"),
                Role::Exposure => format!("column '{name}' holds the exposures, in currency"),
                Role::Quantity => format!("column '{name}' holds quantities"),
                Role::Words => format!("column '{name}' left out"),
                Role::Currency | Role::Weight | Role::Gamma | Role::Vega => continue,
            };
            reading.add(NoteKind::Header, NoteBasis::Guess, what);
        }
        let (gamma, vega, currency) = (the(Role::Gamma)?, the(Role::Vega)?, the(Role::Currency)?);
        Ok(Self { factor, amount, is_quantity, gamma, vega, currency })
    }
}
