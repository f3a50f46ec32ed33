//! Tables of decimals with named rows and columns: stress tables and covariances, as values.

use std::collections::HashSet;

use rust_decimal::Decimal;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::error::{Problem, RowError};
use crate::text::check_printable;

/// A table of decimals whose rows and columns have names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecimalTable {
    columns: Vec<String>,
    rows: Vec<(String, Vec<Decimal>)>,
}

impl DecimalTable {
    /// Returns the table of `rows`: for each name, one decimal for each of `columns`. `key` names
    /// the column of the rows' names in errors.
    ///
    /// # Errors
    /// No columns or no rows; a name that is empty or occurs twice; a row of another length. The
    /// error names the row by its index.
    pub fn new(key: &str, columns: Vec<String>, rows: Vec<(String, Vec<Decimal>)>) -> Result<Self, RowError> {
        check_names(&columns, "no columns").map_err(|(place, problem)| match place {
            Some(place) => RowError::in_header(&columns[place], problem),
            None => problem.into(),
        })?;
        let names: Vec<&String> = rows.iter().map(|(name, _)| name).collect();
        check_names(&names, "at least one row is needed").map_err(|(place, problem)| match place {
            Some(place) => RowError::new(place, key, problem),
            None => problem.into(),
        })?;
        if let Some(row) = rows.iter().position(|(_, values)| values.len() != columns.len()) {
            let (have, need) = (rows[row].1.len(), columns.len());
            return Err(RowError::new(row, key, Problem::RowLength { have, need }));
        }
        Ok(Self { columns, rows })
    }

    /// Column names.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Rows with their names.
    pub fn rows(&self) -> &[(String, Vec<Decimal>)] {
        &self.rows
    }

    /// Returns the digest of the values under a `domain`, see [`digest`].
    pub fn digest(&self, domain: &str) -> [u8; 32] {
        digest(domain, &self.columns, self.rows.iter().map(|(name, values)| (name.clone(), &values[..])))
    }
}

/// Checks that there are names that can be shown, none empty, no two the same; the error names the
/// place.
pub(crate) fn check_names<T: AsRef<str>>(names: &[T], empty: &str) -> Result<(), (Option<usize>, Problem)> {
    if names.is_empty() {
        return Err((None, Problem::Empty(empty.into())));
    }
    let mut seen = HashSet::new();
    for (place, name) in names.iter().map(AsRef::as_ref).enumerate() {
        if name.is_empty() {
            return Err((Some(place), Problem::EmptyName));
        }
        check_printable(name).map_err(|problem| (Some(place), problem))?;
        if !seen.insert(name) {
            return Err((Some(place), Problem::DuplicateName(name.to_owned())));
        }
    }
    Ok(())
}

/// Returns the digest of named rows of decimals: SHA-256 over a line with `domain`, the JSON list
/// of the column names, and for each row the JSON list of its name and its values, each on a line
/// of its own. A value is a decimal without trailing zeros, so the digest is that of the values,
/// however a file writes them.
pub fn digest<'t>(
    domain: &str,
    columns: &[String],
    rows: impl IntoIterator<Item = (String, &'t [Decimal])>,
) -> [u8; 32] {
    let text = |value: &Decimal| value.normalize().to_string();
    digest_of_texts(domain, columns, rows.into_iter().map(|(name, values)| (name, values.iter().map(text))))
}

/// Returns the digest of named rows of cells, as [`digest`] takes it of decimals.
pub(crate) fn digest_of_texts(
    domain: &str,
    columns: &[String],
    rows: impl IntoIterator<Item = (String, impl Iterator<Item = String>)>,
) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(domain);
    hasher.update("\n");
    hasher.update(json!(columns).to_string());
    for (name, cells) in rows {
        let row: Vec<String> = std::iter::once(name).chain(cells).collect();
        hasher.update("\n");
        hasher.update(json!(row).to_string());
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[&str], rows: &[(&str, &[&str])]) -> Result<DecimalTable, RowError> {
        let text = |text: &&str| (*text).to_owned();
        let row = |(name, values): &(&str, &[&str])| {
            (text(name), values.iter().map(|value| value.parse().unwrap()).collect())
        };
        DecimalTable::new("name", columns.iter().map(text).collect(), rows.iter().map(row).collect())
    }

    #[test]
    fn the_digest_is_that_of_the_values() {
        let digest = |value| table(&["A"], &[("x", &[value])]).unwrap().digest("d");
        assert_eq!(digest("1.50"), digest("1.5"));
        assert_ne!(digest("1.5"), digest("1.51"));
        assert_ne!(digest("1.5"), table(&["A"], &[("x", &["1.5"])]).unwrap().digest("e"));
    }

    #[test]
    fn names_are_there_and_distinct_and_rows_are_as_long_as_the_header() {
        let place = |error: RowError| (error.row, error.column);
        assert_eq!(place(table(&["A", "A"], &[("x", &["1", "2"])]).unwrap_err()), (None, "A".into()));
        assert_eq!(place(table(&["A"], &[("x", &["1"]), ("x", &["2"])]).unwrap_err()), (Some(1), "name".into()));
        assert_eq!(table(&["A"], &[("", &["1"])]).unwrap_err().problem, Problem::EmptyName);
        assert_eq!(table(&["A"], &[("x", &[])]).unwrap_err().problem, Problem::RowLength { have: 0, need: 1 });
        assert!(matches!(table(&[], &[]).unwrap_err().problem, Problem::Empty(_)));
    }
}
