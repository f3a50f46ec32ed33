//! Public files with a row for each factor, in CSV: caps and liquidation costs.

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::error::{CapProblem, InputError, Problem};
use crate::text::{check_printable, parse_decimal};

/// Stands for every exposure that a file does not list.
pub(super) const REST: &str = "rest";

/// A kind of file: how its digest begins, and its columns behind the factor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind<const N: usize> {
    /// The first line of the text whose hash is the digest.
    pub(super) domain: &'static str,
    pub(super) columns: [&'static str; N],
}

/// A public file with a row for each factor, or for the rest, and one cell in it for each of `N`
/// columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorFile<const N: usize> {
    kind: Kind<N>,
    /// The factors in the order of their names, with the decimals of their cells; `None` for an
    /// empty cell.
    rows: Vec<(String, [Option<Decimal>; N])>,
}

impl<const N: usize> FactorFile<N> {
    /// Reads a file with the columns `factor` and some of those of its kind, in any order. `check`
    /// is asked about each row. `file` names the file in errors.
    ///
    /// # Errors
    /// A header without `factor`, with none of the columns, with another column or with one twice;
    /// a row of another length; a cell that is no decimal, or below zero; a factor that is listed
    /// twice, or whose name cannot be shown; no row; the errors of `check`.
    pub(super) fn read(
        file: &str,
        text: &str,
        kind: Kind<N>,
        check: impl Fn(&[Option<Decimal>; N]) -> Result<(), Problem>,
    ) -> Result<Self, InputError> {
        let columns = kind.columns;
        let of_file = |problem: CapProblem| InputError::in_file(file, problem.into());
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let mut lines = lines.map(|(index, line)| (index as u64 + 1, cells(line)));
        let (row, header) = lines.next().ok_or_else(|| of_file(CapProblem::NoRow))?;
        let header = header.map_err(|problem| InputError::in_row(file, row, problem))?;
        let wrong = || of_file(CapProblem::Header { columns: columns.join(", ") });
        let place = |name: &str| header.iter().position(|found| found == name);
        let known = |name: &String| name == "factor" || columns.contains(&name.as_str());
        let twice = (0..header.len()).any(|one| header[..one].contains(&header[one]));
        let factor = place("factor").filter(|_| !twice && header.len() > 1 && header.iter().all(known));
        let factor = factor.ok_or_else(wrong)?;
        let places = columns.map(place);

        let mut rows = Vec::new();
        for (row, found) in lines {
            let of_row = |problem| InputError::in_row(file, row, problem);
            let found = found.map_err(of_row)?;
            if found.len() != header.len() {
                return Err(of_row(Problem::RowLength { have: found.len(), need: header.len() }));
            }
            let name = &found[factor];
            if name.is_empty() {
                return Err(of_row(Problem::EmptyName));
            }
            check_printable(name).map_err(of_row)?;
            let mut values = [None; N];
            for (value, (column, place)) in values.iter_mut().zip(columns.iter().zip(places)) {
                let Some(cell) = place.map(|place| &found[place]).filter(|cell| !cell.is_empty()) else { continue };
                let of_cell = |problem| InputError::in_cell(file, row, column, problem);
                let number = parse_decimal(cell).map_err(of_cell)?;
                if number.is_sign_negative() && !number.is_zero() {
                    let (what, range) = ((*column).to_owned(), "0 and above".to_owned());
                    return Err(of_cell(Problem::OutOfRange { what, value: number.to_string(), range }));
                }
                *value = Some(number.normalize());
            }
            check(&values).map_err(of_row)?;
            rows.push((name.clone(), values));
        }
        if rows.is_empty() {
            return Err(of_file(CapProblem::NoRow));
        }
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(of_file(CapProblem::Twice(pair[0].0.clone())));
        }
        Ok(Self { kind, rows })
    }

    /// A digest of what the file says, not of how it is laid out: SHA-256 over a line that names
    /// its kind and one line for each factor in the order of names.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(format!("{}\n{}", self.kind.domain, self.canonical_lines())).into()
    }

    /// Returns how many rows the file has, the one for the rest included.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether the file has a row for every exposure that it does not list.
    pub fn has_rest(&self) -> bool {
        self.rest().is_some()
    }

    /// Returns whether a row has a cell in a column, by the column's place among those of the kind.
    pub(super) fn has_cells_in(&self, column: usize) -> bool {
        self.rows.iter().any(|(_, cells)| cells[column].is_some())
    }

    /// Returns whether the file has a row of the factor's own.
    pub(super) fn lists(&self, factor: &str) -> bool {
        self.listed(factor).is_some()
    }

    /// The row of a factor, if the file lists it.
    pub(super) fn listed(&self, factor: &str) -> Option<&[Option<Decimal>; N]> {
        let found = self.rows.binary_search_by(|(name, _)| name.as_str().cmp(factor));
        found.ok().map(|place| &self.rows[place].1).filter(|_| factor != REST)
    }

    /// The row of every exposure that the file does not list, if there is one.
    pub(super) fn rest(&self) -> Option<&[Option<Decimal>; N]> {
        let found = self.rows.binary_search_by(|(name, _)| name.as_str().cmp(REST));
        found.ok().map(|place| &self.rows[place].1)
    }

    /// Returns the row of each factor; `None` for one that has none and needs none. `must_have_one`
    /// says of a factor by its index whether it needs a row: every exposure does, and cash and
    /// columns of Greeks have one only if the file lists them.
    ///
    /// # Errors
    /// A factor that needs a row and has none; a factor of the name that stands for the rest.
    pub(super) fn of_factors(
        &self,
        factors: &[String],
        must_have_one: impl Fn(usize) -> bool,
    ) -> Result<Vec<Option<&[Option<Decimal>; N]>>, CapProblem> {
        if self.rest().is_some() && factors.iter().any(|factor| factor == REST) {
            return Err(CapProblem::FactorOfRest);
        }
        let row = |(index, factor): (usize, &String)| match self.listed(factor) {
            Some(row) => Ok(Some(row)),
            None if !must_have_one(index) => Ok(None),
            None => self.rest().map(Some).ok_or_else(|| CapProblem::NoRowOf(factor.clone())),
        };
        factors.iter().enumerate().map(row).collect()
    }

    /// Returns how many factors of a list the file lists, and how many are in the rest, in words.
    /// `must_have_one` says of a factor by its index whether it needs a row: every exposure does.
    ///
    /// # Errors
    /// A factor that needs a row and has none; a factor of the name that stands for the rest.
    pub fn rows_of(&self, factors: &[String], must_have_one: impl Fn(usize) -> bool) -> Result<String, Problem> {
        self.of_factors(factors, &must_have_one)?;
        Ok(self.in_words(factors, must_have_one))
    }

    /// Returns how many factors of a list the file lists, and how many that need a row are in the
    /// rest, in words.
    pub(super) fn in_words(&self, factors: &[String], must_have_one: impl Fn(usize) -> bool) -> String {
        let listed = factors.iter().filter(|factor| self.lists(factor)).count();
        let is_in_rest = |(index, factor): &(usize, &String)| !self.lists(factor) && must_have_one(*index);
        let rest = factors.iter().enumerate().filter(is_in_rest).count();
        match self.rest() {
            Some(_) => format!("{listed} listed, {rest} in the rest"),
            None => format!("{listed} listed"),
        }
    }

    /// One line for each row in the order of names: the name as JSON, and each cell behind the name
    /// of its column.
    fn canonical_lines(&self) -> String {
        let line = |(name, values): &(String, [Option<Decimal>; N])| {
            let mut line = serde_json::to_string(name).expect("a string is always JSON");
            for (column, value) in self.kind.columns.iter().zip(values) {
                line.extend(value.map(|value| format!(" {column} {value}")));
            }
            line + "\n"
        };
        self.rows.iter().map(line).collect()
    }
}

/// Returns the cells of a line, without the spaces around them. A cell in quotation marks may have
/// commas, and has a mark written twice.
fn cells(line: &str) -> Result<Vec<String>, Problem> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start();
        let (cell, behind) = match trimmed.strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted).ok_or(CapProblem::Quotation)?,
            None => match trimmed.split_once(',') {
                Some((cell, behind)) => (cell.trim().to_owned(), Some(behind)),
                None => (trimmed.trim().to_owned(), None),
            },
        };
        cells.push(cell);
        match behind {
            Some(behind) => rest = behind,
            None => return Ok(cells),
        }
    }
}

/// Returns the cell whose opening mark was read, and the text behind its comma; `None` if it does
/// not end.
fn quoted_cell(text: &str) -> Option<(String, Option<&str>)> {
    let (mut cell, mut rest) = (String::new(), text);
    loop {
        let (part, behind) = rest.split_once('"')?;
        cell.push_str(part);
        if let Some(behind) = behind.strip_prefix('"') {
            cell.push('"');
            rest = behind;
            continue;
        }
        let behind = behind.trim_start();
        return match behind.strip_prefix(',') {
            Some(behind) => Some((cell, Some(behind))),
            None if behind.is_empty() => Some((cell, None)),
            None => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kind<2> = Kind { domain: "a kind", columns: ["cap", "volume"] };

    fn read(text: &str) -> Result<FactorFile<2>, String> {
        FactorFile::read("f.csv", text, KIND, |_| Ok(())).map_err(|error| error.to_string())
    }

    #[test]
    fn cells_are_read_as_tools_write_them() {
        let text = "\u{feff}volume,\"factor\" , cap\r\n 5,\"A, \"\"x\"\"\",1.50\r\n\r\n,rest,2\r\n";
        let file = read(text).unwrap();
        let number = |text: &str| Some(text.parse::<Decimal>().unwrap());
        assert_eq!(file.listed("A, \"x\""), Some(&[number("1.5"), number("5")]));
        assert_eq!((file.rest(), file.listed("rest")), (Some(&[number("2"), None]), None));
        assert_eq!(file.canonical_lines(), "\"A, \\\"x\\\"\" cap 1.5 volume 5\n\"rest\" cap 2\n");
    }

    #[test]
    fn malformed_files_are_refused_with_what_to_do() {
        for (text, said) in [
            ("", "no row"),
            ("factor,cap\n", "no row"),
            ("factor\nA\n", "factor, cap, volume"),
            ("factor,limit\nA,1\n", "factor, cap, volume"),
            ("factor,cap,cap\nA,1,1\n", "factor, cap, volume"),
            ("cap,volume\n1,1\n", "factor, cap, volume"),
            ("factor,cap\nA,1,2\n", "row 2"),
            ("factor,cap\nA,-1\n", "column 'cap'"),
            ("factor,cap\nA,x\n", "'x' is not a decimal"),
            ("factor,cap\n,1\n", "row 2"),
            ("factor,cap\nA,1\nA,1\n", "'A' twice"),
            ("factor,cap\n\"A,1\n", "quotation"),
            ("factor,cap\n\"A\"b,1\n", "quotation"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said) && error.starts_with("f.csv"), "{text}: {error}");
        }
    }

    #[test]
    fn every_exposure_needs_a_row_and_others_only_where_they_are_listed() {
        let factors = ["A", "B", "gamma:A"].map(str::to_owned);
        let file = read("factor,cap\nA,1\ngamma:A,2\n").unwrap();
        let refused = file.of_factors(&factors, |index| index < 2);
        assert_eq!(refused, Err(CapProblem::NoRowOf("B".into())));
        assert!(file.of_factors(&factors, |index| index < 1).unwrap()[1].is_none());
        let file = read("factor,cap\nA,1\nrest,2\n").unwrap();
        let rows = file.of_factors(&factors, |index| index < 2).unwrap();
        assert_eq!(rows, [file.listed("A"), file.rest(), None]);
        assert_eq!(file.in_words(&factors, |index| index < 2), "1 listed, 1 in the rest");
        assert_eq!(file.of_factors(&["rest".into()], |_| true), Err(CapProblem::FactorOfRest));
    }
}
