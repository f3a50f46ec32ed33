//! The header of a book: which column holds the factors, which the amounts.

use tailproof_core::error::Problem;

use super::error::TableError;
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
    /// what a row counts in the net asset value, beside its exposure
    Value,
    Gamma,
    Vega,
    Theta,
    Currency,
    /// what says that a row is cash
    Class,
    /// for people, and not read
    Words,
}

/// Names of columns in the plain layout, in lower case.
const PLAIN: [(&str, Role); 7] = [
    ("factor", Role::Factor),
    ("exposure", Role::Exposure),
    ("delta", Role::Exposure),
    ("quantity", Role::Quantity),
    ("gamma", Role::Gamma),
    ("vega", Role::Vega),
    ("theta", Role::Theta),
];

/// Other names of the same, as brokers and administrators write them.
const OTHERS: [(&str, Role); 30] = [
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
    ("asset class", Role::Class),
    ("asset_class", Role::Class),
    ("assetclass", Role::Class),
    ("asset type", Role::Class),
    ("asset_type", Role::Class),
    ("type", Role::Class),
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
    pub amounts: Amounts,
    /// what each row counts in the net asset value
    pub value: Option<Column>,
    pub gamma: Option<Column>,
    pub vega: Option<Column>,
    pub theta: Option<Column>,
    pub currency: Option<Column>,
    pub class: Option<Column>,
}

/// What the numbers of a book are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amounts {
    Exposures,
    Quantities,
    Weights,
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
    pub fn of(columns: &[Column], reading: &mut Reading) -> Result<Self, Problem> {
        let bad_header = || Problem::Header {
            found: format!("'{}'", columns.iter().map(|column| &column.name[..]).collect::<Vec<_>>().join(",")),
            expected: crate::csv::BOOK_COLUMNS.into(),
        };
        let mut roles =
            columns.iter().map(|column| role(&column.name)).collect::<Option<Vec<_>>>().ok_or_else(bad_header)?;
        value_beside_exposures(columns, &mut roles);
        let the = |wanted: Role| {
            let mut found =
                columns.iter().zip(&roles).filter(|(_, role)| **role == wanted).map(|(column, _)| column.clone());
            match (found.next(), found.next()) {
                (found, None) => Ok(found),
                _ => Err(bad_header()),
            }
        };
        let factor = the(Role::Factor)?.ok_or_else(bad_header)?;
        let (amount, amounts) = match (the(Role::Exposure)?, the(Role::Quantity)?, the(Role::Weight)?) {
            (Some(amount), None, None) => (amount, Amounts::Exposures),
            (None, Some(amount), None) => (amount, Amounts::Quantities),
            (None, None, Some(amount)) => (amount, Amounts::Weights),
            _ => return Err(bad_header()),
        };
        for (column, role) in columns.iter().zip(&roles) {
            let name = &column.name;
            let what = match role {
                Role::Value if name.eq_ignore_ascii_case("value") => continue,
                _ if PLAIN.iter().any(|(plain, _)| name.eq_ignore_ascii_case(plain)) => continue,
                Role::Factor => format!("column '{name}' holds the factors"),
                Role::Exposure => format!("column '{name}' holds the exposures, in currency"),
                Role::Quantity => format!("column '{name}' holds quantities"),
                Role::Weight => format!("column '{name}' holds weights, fractions of the net asset value"),
                Role::Value => format!("column '{name}' holds what rows count in the net asset value"),
                Role::Class => format!("column '{name}' says which rows are cash"),
                Role::Words => format!("column '{name}' left out"),
                Role::Currency | Role::Gamma | Role::Vega | Role::Theta => continue,
            };
            let stated = *role == Role::Weight && name.eq_ignore_ascii_case("weight");
            let basis = if stated { NoteBasis::File } else { NoteBasis::Guess };
            reading.add(NoteKind::Header, basis, what);
        }
        let (gamma, vega, theta) = (the(Role::Gamma)?, the(Role::Vega)?, the(Role::Theta)?);
        let (currency, class) = (the(Role::Currency)?, the(Role::Class)?);
        let value = the(Role::Value)?;
        Ok(Self { factor, amount, amounts, value, gamma, vega, theta, currency, class })
    }
}

/// Takes a column of values for what counts in the net asset value, where another one holds the
/// exposures. Alone, it holds them.
fn value_beside_exposures(columns: &[Column], roles: &mut [Role]) {
    let stated = |name: &str| PLAIN.iter().any(|(plain, role)| *role == Role::Exposure && *plain == name);
    let has_exposures = columns.iter().any(|column| stated(&column.name.to_lowercase()));
    for place in 0..columns.len() {
        let name = columns[place].name.to_lowercase();
        let beside_pieces = name == "value" && roles.iter().any(|role| matches!(role, Role::Quantity | Role::Weight));
        if roles[place] == Role::Exposure && !stated(&name) && (has_exposures || beside_pieces) {
            roles[place] = Role::Value;
        }
    }
}
