//! Loan tapes: a row a loan, from CSV, perhaps under other column names that a mapping gives.

use std::collections::BTreeMap;
use std::io::Read;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::pool::tape::{Loan, MAX_BALANCE_CENTS, Status, Tape};
use tailproof_core::text::{check_printable, parse_day, parse_decimal, shortened, to_f64};

use super::mapping::{Bands, COLUMNS, Mapping, Spread};
use super::table::{Cells, Table};

/// A row as it is read.
struct Row<'t> {
    file: &'t str,
    line: u64,
    cells: Cells<'t>,
    header: &'t [String],
    places: &'t BTreeMap<&'static str, usize>,
    mapping: &'t Mapping,
}

impl Row<'_> {
    fn wrong(&self, column: &str, problem: Problem) -> InputError {
        let name = self.places.get(column).map_or(column, |place| &self.header[*place]);
        InputError::in_cell(self.file, self.line, name, problem)
    }

    /// The number in a column of the file.
    fn file_number(&self, column: &str) -> Result<f64, InputError> {
        let place = self.header.iter().position(|header| header.trim() == column);
        let text = place.map(|place| self.cells[place].trim()).unwrap_or_default();
        let wrong = |problem| InputError::in_cell(self.file, self.line, column, problem);
        parse_decimal(text).map(to_f64).map_err(wrong)
    }

    /// The name of a band that a number of the file is in, where a mapping has bands for a column.
    fn band(&self, column: &str) -> Result<Option<String>, InputError> {
        let Some(Bands { column, bands }) = self.mapping.bands.get(column) else { return Ok(None) };
        let number = self.file_number(column)?;
        let found = bands.iter().find(|(_, below)| number < f64::from(*below)).map(|(name, _)| name.clone());
        let beyond = || InputError::in_cell(self.file, self.line, column, Problem::BeyondBands(number.to_string()));
        found.map(Some).ok_or_else(beyond)
    }

    /// Probability of default and loss given default that a spread implies, where a mapping has
    /// one.
    fn of_spread(&self) -> Result<Option<(f64, f64)>, InputError> {
        let Some(Spread { column, recovery, years }) = &self.mapping.spread else { return Ok(None) };
        let (spread, recovered) = (self.file_number(column)?, self.file_number(recovery)?);
        let lgd = 1.0 - recovered;
        let probability = -libm::expm1(-spread / 10_000.0 / lgd * f64::from(*years));
        if (0.0..1.0).contains(&recovered) && probability > 0.0 && probability < 1.0 {
            return Ok(Some((probability, lgd)));
        }
        let problem = Problem::NoProbability { spread: spread.to_string(), recovery: recovered.to_string() };
        Err(InputError::in_cell(self.file, self.line, column, problem))
    }

    /// Months: a number, or up to a date of maturity, begun months counted whole. A loan that is
    /// not part of the pool may be past its maturity.
    fn term(&self, is_in_pool: bool) -> Result<Option<u32>, InputError> {
        let (Some(as_of), Some(text)) = (&self.mapping.as_of, self.text("term")) else {
            let months = self.scaled("term", 0, 1_023, "0 to 1023 months (a date takes a mapping with 'as_of')")?;
            return Ok(months.map(|value| u32::try_from(value).unwrap_or(u32::MAX)));
        };
        let wrong = |problem| self.wrong("term", problem);
        let (from, to) = (parse_day(as_of).map_err(wrong)?, parse_day(text).map_err(wrong)?);
        let whole =
            (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month()) - i32::from(from.month());
        let months = whole + i32::from(to.day() > from.day());
        if to <= from && !is_in_pool {
            return Ok(None);
        }
        if to <= from {
            return Err(wrong(Problem::Matured { maturity: to.to_string(), as_of: from.to_string() }));
        }
        u32::try_from(months).map(Some).map_err(|_| wrong(Problem::NotADate(text.to_owned())))
    }

    /// The text of a cell; `None` if the column is not there, or the cell is empty.
    fn text(&self, column: &str) -> Option<&str> {
        if let Some(constant) = self.mapping.constants.get(column) {
            return Some(constant);
        }
        let text = self.cells[*self.places.get(column)?].trim();
        let suffix = self.mapping.suffixes.get(column);
        let text = suffix.and_then(|suffix| text.strip_suffix(suffix.trim())).unwrap_or(text).trim();
        (!text.is_empty()).then_some(text)
    }

    /// A number of a range, times a power of ten that makes it whole.
    fn scaled(&self, column: &str, places: u32, most: u64, range: &str) -> Result<Option<u64>, InputError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let wrong = |problem| self.wrong(column, problem);
        let value = parse_decimal(text).map_err(wrong)?;
        let scaled = value.checked_mul(Decimal::from(10u64.pow(places)));
        // Interest and loan to value are looked at in basis points; balances, terms and scores are
        // exact.
        let is_rounded = ["rate", "ltv"].contains(&column);
        let scaled = if is_rounded { scaled.map(|value| value.round()) } else { scaled };
        let scaled = scaled.map(|value| value.normalize()).filter(|value| value.scale() == 0);
        let found = scaled.and_then(|value| value.to_u64()).filter(|value| *value <= most);
        found.map(Some).ok_or_else(|| {
            wrong(Problem::OutOfRange {
                what: format!("the {column}"),
                value: text.to_owned(),
                range: range.to_owned(),
            })
        })
    }

    /// A fraction strictly between 0 and 1, or with its ends.
    fn fraction(&self, column: &str, with_ends: bool) -> Result<Option<f64>, InputError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let value = parse_decimal(text).map(to_f64).map_err(|problem| self.wrong(column, problem))?;
        let inside = if with_ends { (0.0..=1.0).contains(&value) } else { value > 0.0 && value < 1.0 };
        if inside {
            return Ok(Some(value));
        }
        let range = if with_ends { "0 to 1" } else { "0 to 1, both excluded" };
        let problem =
            Problem::OutOfRange { what: format!("the {column}"), value: text.to_owned(), range: range.into() };
        Err(self.wrong(column, problem))
    }

    fn status(&self) -> Result<Option<Status>, InputError> {
        let Some(text) = self.text("status") else { return Ok(None) };
        let known = Status::ALL.iter().find(|(name, _)| *name == text).map(|(_, status)| *status);
        known.or_else(|| self.mapping.status.get(text).copied()).map(Some).ok_or_else(|| {
            let names: Vec<&str> = Status::ALL.iter().map(|(name, _)| *name).collect();
            self.wrong("status", Problem::UnknownStatus { name: text.to_owned(), known: names.join(", ") })
        })
    }

    fn loan(&self) -> Result<Loan, InputError> {
        let whole = |column, most, range| -> Result<Option<u32>, InputError> {
            Ok(self.scaled(column, 0, most, range)?.map(|value| u32::try_from(value).unwrap_or(u32::MAX)))
        };
        let percent = |column| -> Result<Option<u32>, InputError> {
            let value = self.scaled(column, 2, 100_000, "0 to 1000 percent")?;
            Ok(value.map(|value| u32::try_from(value).unwrap_or(u32::MAX)))
        };
        // Names are compared, and verdicts and proposals print them.
        let named = |column| -> Result<Option<String>, InputError> {
            let text = self.text(column);
            text.map_or(Ok(()), check_printable).map_err(|problem| self.wrong(column, problem))?;
            Ok(text.map(str::to_owned))
        };
        let missing = |column| self.wrong(column, Problem::MissingValue);
        let category = |column| match self.band(column)? {
            Some(band) => Ok(Some(band)),
            None => named(column),
        };
        let implied = self.of_spread()?;
        let mut loan = Loan {
            id: named("id")?.ok_or_else(|| missing("id"))?,
            balance: self
                .scaled("balance", 2, MAX_BALANCE_CENTS, "0 to 10 billion, in whole cents")?
                .ok_or_else(|| missing("balance"))?,
            rate: percent("rate")?,
            ltv: percent("ltv")?,
            score: whole("score", 1_023, "0 to 1023")?,
            term: None,
            grade: category("grade")?,
            sector: category("sector")?,
            region: category("region")?,
            obligor: named("obligor")?,
            status: self.status()?,
            pd: self.fraction("pd", false)?.or(implied.map(|(pd, _)| pd)),
            lgd: self.fraction("lgd", true)?.or(implied.map(|(_, lgd)| lgd)),
        };
        loan.term = self.term(loan.is_in_pool())?;
        Ok(loan)
    }
}

/// Refuses a column that would not be read for its capitals alone. A mapping may read it as
/// another, or give the column of the tape otherwise.
fn refuse_misspelt(
    file: &str,
    header: &[String],
    places: &BTreeMap<&'static str, usize>,
    mapping: &Mapping,
) -> Result<(), InputError> {
    let of_bands = mapping.bands.values().map(|bands| &bands.column);
    let of_spread = mapping.spread.iter().flat_map(|spread| [&spread.column, &spread.recovery]);
    let read: Vec<&str> = mapping.columns.values().chain(of_bands).chain(of_spread).map(String::as_str).collect();
    for name in header.iter().map(|name| name.trim()).filter(|name| !read.contains(name)) {
        let lower = name.to_lowercase();
        let Some(column) = COLUMNS.into_iter().find(|column| *column == lower && *column != name) else { continue };
        let is_given = places.contains_key(column) || mapping.constants.contains_key(column);
        let is_given = is_given || mapping.bands.contains_key(column);
        let is_given = is_given || mapping.spread.is_some() && ["pd", "lgd"].contains(&column);
        if !is_given {
            let problem = Problem::Capitals { found: name.to_owned(), column: column.to_owned() };
            return Err(InputError::in_row(file, 1, problem));
        }
    }
    Ok(())
}

/// Reads a tape. `file` names it in errors.
///
/// # Errors
/// No column of ids or balances, or one that is misspelt by its capitals; a loan twice; a cell that
/// is not what its column holds, by row and column; no loans.
pub fn read_tape(file: &str, input: impl Read, mapping: &Mapping) -> Result<Tape, InputError> {
    let table = Table::read(file, input)?;
    let mut places = BTreeMap::new();
    for column in COLUMNS {
        let mapped = mapping.columns.get(column).map(String::as_str);
        let name = mapped.unwrap_or(column);
        let found = table.header.iter().position(|header| header.trim() == name);
        if table.header.iter().filter(|header| header.trim() == name).count() > 1 {
            return Err(InputError::in_row(file, 1, Problem::DuplicateName(name.to_owned())));
        }
        let is_needed = ["id", "balance"].contains(&column) && !mapping.constants.contains_key(column);
        if found.is_none() && (mapped.is_some() || is_needed) {
            let expected = format!("a column '{name}'");
            let problem = Problem::Header { found: shortened(&table.header), expected };
            return Err(InputError::in_row(file, 1, problem));
        }
        places.extend(found.map(|found| (column, found)));
    }
    refuse_misspelt(file, &table.header, &places, mapping)?;
    let mut loans = Vec::with_capacity(table.rows.len());
    for (line, cells) in table.rows.iter() {
        let row = Row { file, line, cells, header: &table.header, places: &places, mapping };
        loans.push(row.loan()?);
    }
    let lines: Vec<u64> = table.rows.lines();
    Tape::new(loans).map_err(|mut error| {
        if let Some(place) = places.get(&error.column[..]) {
            error.column.clone_from(&table.header[*place]);
        }
        error.in_file(file, &lines)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAPE: &str = "id,balance,rate,score,term,grade,region,status,pd\n1,1000.5,14.07,700,36,A,NJ,current,0.03\n\
                        2,250,,,,,,paid,\n";

    fn read(text: &str) -> Result<Tape, InputError> {
        read_tape("t.csv", text.as_bytes(), &Mapping::default())
    }

    #[test]
    fn loans_are_read_in_their_units() {
        let tape = read(TAPE).unwrap();
        let [first, second] = tape.loans() else { panic!("{tape:?}") };
        assert_eq!((first.balance, first.rate, first.score, first.term), (100_050, Some(1_407), Some(700), Some(36)));
        assert_eq!((first.grade.as_deref(), first.status, first.pd), (Some("A"), Some(Status::Current), Some(0.03)));
        assert_eq!((second.rate, second.status, second.ltv), (None, Some(Status::Paid), None));
    }

    #[test]
    fn a_mapping_reads_other_columns() {
        let text = "loan,owed,months,state\n7,12.34, 36 months,Fully Paid\n";
        let mapping = "[columns]\nid = \"loan\"\nbalance = \"owed\"\nterm = \"months\"\nstatus = \"state\"\n\
                       [suffixes]\nterm = \"months\"\n[status]\n\"Fully Paid\" = \"paid\"\n";
        let mapping = Mapping::from_toml("m.toml", mapping).unwrap();
        let tape = read_tape("t.csv", text.as_bytes(), &mapping).unwrap();
        assert_eq!((tape.loans()[0].term, tape.loans()[0].status), (Some(36), Some(Status::Paid)));
        for bad in ["[columns]\nname = \"x\"\n", "[colums]\n", "[status]\nx = \"fine\"\n"] {
            assert!(Mapping::from_toml("m.toml", bad).is_err(), "{bad}");
        }
        let absent = Mapping::from_toml("m.toml", "[columns]\nrate = \"interest\"\n").unwrap();
        assert!(read_tape("t.csv", TAPE.as_bytes(), &absent).unwrap_err().to_string().contains("'interest'"));
    }

    /// CDS spreads as a pool: equal notionals, grades by spread, probabilities of default from the
    /// spread.
    #[test]
    fn a_mapping_makes_loans_of_spreads() {
        let text = "Ticker,5Y,Recovery\nACE,24.44,0.4\nXYZ,300,0.4\n";
        let mapping = "[columns]\nid = \"Ticker\"\n[constants]\nbalance = \"1000\"\n[bands.grade]\ncolumn = \"5Y\"\n\
                       bands = [[\"tight\", 25], [\"wide\", 400]]\n[spread]\ncolumn = \"5Y\"\nrecovery = \"Recovery\"\nyears = 5\n";
        let read = |text: &str| read_tape("t.csv", text.as_bytes(), &Mapping::from_toml("m.toml", mapping).unwrap());
        let tape = read(text).unwrap();
        let grades: Vec<_> = tape.loans().iter().map(|loan| loan.grade.clone().unwrap()).collect();
        assert_eq!((grades, tape.loans()[0].balance), (vec!["tight".to_owned(), "wide".to_owned()], 100_000));
        let (pd, lgd) = (tape.loans()[1].pd.unwrap(), tape.loans()[1].lgd.unwrap());
        assert!((pd - (1.0 - (-0.03f64 / 0.6 * 5.0).exp())).abs() < 1e-12 && (lgd - 0.6).abs() < 1e-12);
        for bands in ["[[\"tight\", 400], [\"wide\", 25]]", "[[\"tight\", 25], [\"wide\", 25]]", "[]"] {
            let mapping = mapping.replace("[[\"tight\", 25], [\"wide\", 400]]", bands);
            assert!(Mapping::from_toml("m.toml", &mapping).unwrap_err().to_string().contains("lowest"), "{bands}");
        }
        for (from, to) in [("300", "500"), ("300", "x"), ("0.4\n", "1\n")] {
            assert!(read(&text.replace(from, to)).is_err(), "{to}");
        }
    }

    #[test]
    fn terms_are_months_to_a_maturity_that_is_not_past() {
        let mapping = Mapping::from_toml("m.toml", "as_of = \"2018-03-31\"\n").unwrap();
        let read = |maturity: &str| {
            let text = format!("id,balance,term\n1,5,{maturity}\n");
            read_tape("t.csv", text.as_bytes(), &mapping).map(|tape| tape.loans()[0].term.unwrap())
        };
        assert_eq!(read("2021-03-31").unwrap(), 36);
        assert_eq!(read("2018-04-01").unwrap(), 1);
        let past = read("2018-03-31").unwrap_err();
        assert_eq!((past.row, past.column.as_deref()), (Some(2), Some("term")));
        assert!(past.to_string().contains("not after"), "{past}");
        let paid = "id,balance,term,status\n1,5,2018-03-31,paid\n2,0,2010-01-01,\n";
        let paid = read_tape("t.csv", paid.as_bytes(), &mapping).unwrap();
        assert!(paid.loans().iter().all(|loan| loan.term.is_none() && !loan.is_in_pool()));
        assert!(read("36").is_err() && Mapping::from_toml("m.toml", "as_of = \"March\"\n").is_err());
    }

    #[test]
    fn bad_rows_are_named_by_row_and_column() {
        for (from, to, row, column) in [
            ("1000.5", "-1", 2, "balance"),
            ("1000.5", "1e15", 2, "balance"),
            ("1000.5", "", 2, "balance"),
            ("14.07", "x", 2, "rate"),
            ("700", "7000", 2, "score"),
            ("0.03", "1", 2, "pd"),
            ("paid", "gone", 3, "status"),
            ("\n2,", "\n1,", 3, "id"),
        ] {
            let error = read(&TAPE.replace(from, to)).unwrap_err();
            assert_eq!((error.row, error.column.as_deref()), (Some(row), Some(column)), "{to}: {error}");
        }
        let misspelt = read(&TAPE.replace("status", "Status")).unwrap_err().to_string();
        assert!(misspelt.contains("write it 'status'"), "{misspelt}");
        for mapping in [
            "[columns]\nsector = \"Status\"\n",
            "[columns]\nstatus = \"Status\"\n",
            "[constants]\nstatus = \"current\"\n",
        ] {
            let mapping = Mapping::from_toml("m.toml", mapping).unwrap();
            let text = TAPE.replace("status", "Status");
            assert!(read_tape("t.csv", text.as_bytes(), &mapping).is_ok(), "{mapping:?}");
        }
        assert!(read("id,rate\n1,2\n").is_err() && read("id,balance\n").is_err());
    }
}
