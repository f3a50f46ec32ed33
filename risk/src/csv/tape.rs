//! Loan tapes: a row a loan, from CSV, perhaps under other column names that a mapping gives.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use tailproof_core::error::{InputError, Problem, TapeProblem};
use tailproof_core::pool::bands::Bands as SchemaBands;
use tailproof_core::pool::schema::DEFAULTED;
use tailproof_core::pool::tape::{Loan, MAX_BALANCE_CENTS, Status, Tape};
use tailproof_core::pool::tape_terms::{OtherCurrencies, Rounding, SPARE_NUMBERS, Scale, StatusTerms, TapeTerms};
use tailproof_core::pool::{Category, Field, TapeSchema};
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
    /// what words and numbers mean, under a schema of version 2
    terms: Option<&'t TapeTerms>,
    /// the schema's unit of balances, under a schema of version 2
    unit: Option<Decimal>,
    /// names of grades, in the order of their codes
    grades: &'t [String],
    /// columns of the spare numbers
    spare: &'t [usize],
    /// how many numbers were rounded by the schema's rule
    rounded: &'t Cell<usize>,
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
        let is_date = self.text("term").is_some_and(|text| !matches!(parse_day(text), Err(Problem::NotADate(_))));
        if let Some(terms) = self.terms.filter(|_| !is_date) {
            return self.schema_number(terms, Field::Term);
        }
        let cut_off = self.terms.map(|terms| terms.cut_off.to_string());
        let as_of = cut_off.or_else(|| self.mapping.as_of.clone());
        let (Some(as_of), Some(text)) = (&as_of, self.text("term")) else {
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

    /// Returns a number in whole steps, by the rounding of the schema.
    fn in_steps(&self, column: &str, value: Decimal, step: Decimal) -> Result<u64, InputError> {
        let rounding = self.terms.map_or(Rounding::Refuse, |terms| terms.rounding);
        let (steps, was_rounded) =
            rounding.steps(column, value, step).map_err(|problem| self.wrong(column, problem))?;
        self.rounded.set(self.rounded.get() + usize::from(was_rounded));
        Ok(steps)
    }

    /// Returns a number of the schema, in its steps.
    fn schema_number(&self, terms: &TapeTerms, field: Field) -> Result<Option<u32>, InputError> {
        let Some(column) = field.column() else { return Ok(None) };
        let Some(text) = self.text(column.name()) else { return Ok(None) };
        let wrong = |problem| self.wrong(column.name(), problem);
        let value = parse_decimal(text).map_err(wrong)?;
        let out_of_range = || Problem::OutOfRange {
            what: format!("the {}", column.name()),
            value: text.to_owned(),
            range: format!("0 to 2^32 steps of {}", TapeTerms::step(field)),
        };
        let value = match terms.scale.get(&column) {
            Some(Scale::Fraction) => value.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(|| wrong(out_of_range()))?,
            _ => value,
        };
        let steps = self.in_steps(column.name(), value, TapeTerms::step(field))?;
        u32::try_from(steps).map(Some).map_err(|_| wrong(out_of_range()))
    }

    /// Returns the spare numbers of the schema, in their steps.
    fn spare_numbers(&self) -> Result<[Option<u32>; SPARE_NUMBERS], InputError> {
        let mut found = [None; SPARE_NUMBERS];
        let Some(terms) = self.terms else { return Ok(found) };
        for ((number, place), value) in terms.numbers.iter().zip(self.spare).zip(&mut found) {
            let text = self.cells[*place].trim();
            if text.is_empty() {
                continue;
            }
            let wrong = |problem| InputError::in_cell(self.file, self.line, &self.header[*place], problem);
            let (steps, was_rounded) = parse_decimal(text)
                .and_then(|value| terms.rounding.steps(&number.name, value, number.step))
                .map_err(wrong)?;
            self.rounded.set(self.rounded.get() + usize::from(was_rounded));
            *value = Some(u32::try_from(steps).unwrap_or(u32::MAX));
        }
        Ok(found)
    }

    /// Whether the row is in the schema's currency, and of its date.
    fn is_of_the_tape(&self, terms: &TapeTerms) -> Result<bool, InputError> {
        if let Some(found) = self.text("cut_off").filter(|found| *found != terms.cut_off.to_string()) {
            let (found, expected) = (found.to_owned(), terms.cut_off.to_string());
            return Err(self.wrong("cut_off", TapeProblem::OtherCutOff { found, expected }.into()));
        }
        if !self.places.contains_key("currency") && !self.mapping.constants.contains_key("currency") {
            return Ok(true);
        }
        let found = self.text("currency").ok_or_else(|| self.wrong("currency", Problem::MissingValue))?;
        match terms.other_currencies {
            _ if found == terms.currency => Ok(true),
            OtherCurrencies::LeaveOut => Ok(false),
            OtherCurrencies::Refuse => {
                let (found, expected) = (found.to_owned(), terms.currency.clone());
                Err(self.wrong("currency", TapeProblem::OtherCurrency { found, expected }.into()))
            }
        }
    }

    /// Returns the status by the schema's terms.
    fn schema_status(&self, terms: &TapeTerms) -> Result<Option<Status>, InputError> {
        match &terms.status {
            None if self.text("status").is_some() => Err(self.wrong("status", TapeProblem::NoStatusTerms.into())),
            None => Ok(None),
            Some(StatusTerms::Words(words)) => {
                let Some(text) = self.text("status") else { return Ok(None) };
                let unknown = || self.wrong("status", TapeProblem::UnknownStatus(text.to_owned()).into());
                words.get(text).copied().map(Some).ok_or_else(unknown)
            }
            Some(days) => {
                let Some(text) = self.text("days_past_due") else { return Ok(None) };
                let wrong = |problem| self.wrong("days_past_due", problem);
                let value = parse_decimal(text).map_err(wrong)?;
                let whole = Rounding::Refuse.steps("days_past_due", value, Decimal::ONE).map_err(wrong)?.0;
                Ok(days.of_days(u32::try_from(whole).unwrap_or(u32::MAX)))
            }
        }
    }

    /// Returns the grade by the schema's bands over a column of the file, or the tape's.
    fn schema_grade(&self, terms: &TapeTerms) -> Result<Option<String>, InputError> {
        let own = self.text("grade").map(str::to_owned);
        let Some(bands @ SchemaBands::Column { column, .. }) = &terms.bands else { return Ok(own) };
        let wrong = |problem| InputError::in_cell(self.file, self.line, column, problem);
        let place = self.header.iter().position(|header| header.trim() == column);
        let text = place.map(|place| self.cells[place].trim()).unwrap_or_default();
        let value = parse_decimal(text).map_err(wrong)?;
        let number = format!("{column} {text}");
        let no_band = || wrong(TapeProblem::NoBand { number: number.clone() }.into());
        let band = bands.code_of_column(value).and_then(|code| self.grades.get(code)).ok_or_else(no_band)?;
        match own.filter(|grade| grade != band) {
            Some(grade) => Err(wrong(TapeProblem::OtherBand { grade, number, band: band.clone() }.into())),
            None => Ok(Some(band.clone())),
        }
    }

    /// Returns the balance in cents, by the schema's rounding.
    fn schema_balance(&self, unit: Decimal) -> Result<Option<u64>, InputError> {
        let Some(text) = self.text("balance") else { return Ok(None) };
        let wrong = |problem| self.wrong("balance", problem);
        let units = self.in_steps("balance", parse_decimal(text).map_err(wrong)?, unit)?;
        let cents = (unit * Decimal::ONE_HUNDRED).to_u64().and_then(|cents| cents.checked_mul(units));
        cents.filter(|cents| *cents <= MAX_BALANCE_CENTS).map(Some).ok_or_else(|| {
            let range = "0 to 10 billion".to_owned();
            wrong(Problem::OutOfRange { what: "the balance".into(), value: text.to_owned(), range })
        })
    }

    fn status(&self) -> Result<Option<Status>, InputError> {
        if let Some(terms) = self.terms {
            return self.schema_status(terms);
        }
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
        let field = |field: Field, without: &dyn Fn() -> Result<Option<u32>, InputError>| match self.terms {
            Some(terms) => self.schema_number(terms, field),
            None => without(),
        };
        let status = self.status()?;
        let stays_in_default = status == Some(Status::Default) && self.grades.iter().any(|grade| grade == DEFAULTED);
        let mut loan = Loan {
            id: named("id")?.ok_or_else(|| missing("id"))?,
            balance: match self.unit {
                Some(unit) => self.schema_balance(unit)?,
                None => self.scaled("balance", 2, MAX_BALANCE_CENTS, "0 to 10 billion, in whole cents")?,
            }
            .ok_or_else(|| missing("balance"))?,
            rate: field(Field::Rate, &|| percent("rate"))?,
            ltv: field(Field::Ltv, &|| percent("ltv"))?,
            score: field(Field::Score, &|| whole("score", 1_023, "0 to 1023"))?,
            term: None,
            grade: match self.terms {
                // Whatever its grade on the tape, it has that of loans in default.
                Some(_) if stays_in_default => None,
                Some(terms) => self.schema_grade(terms)?,
                None => category("grade")?,
            },
            sector: category("sector")?,
            region: category("region")?,
            obligor: named("obligor")?,
            status,
            pd: self.fraction("pd", false)?.or(implied.map(|(pd, _)| pd)),
            lgd: self.fraction("lgd", true)?.or(implied.map(|(_, lgd)| lgd)),
            collateral: named("collateral")?,
            numbers: self.spare_numbers()?,
        };
        loan.term = self.term(loan.is_in_pool())?;
        if stays_in_default && loan.term.is_none() && self.text("term").is_some() {
            // Past its maturity.
            loan.term = Some(0);
        }
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

/// A tape, and what was done to it under its schema.
#[derive(Debug, Clone, PartialEq)]
pub struct TapeReading {
    /// the loans
    pub tape: Tape,
    /// number of rows in other currencies, which were left out
    pub left_out: usize,
    /// number of numbers that were rounded
    pub rounded: usize,
}

/// Reads a tape without a schema: words and numbers are the mapping's. Figures can be about it; a
/// commitment takes [`read_tape_under`]. `file` names it in errors.
///
/// # Errors
/// No column of ids or balances, or one that is misspelt by its capitals; a loan twice; a cell that
/// is not what its column holds, by row and column; no loans.
pub fn read_tape(file: &str, input: impl Read, mapping: &Mapping) -> Result<Tape, InputError> {
    Ok(read(file, input, mapping, None)?.tape)
}

/// Reads a tape as a schema says. The mapping says where something stands, and the schema what it
/// means; a schema of version 1 leaves that to the mapping. `file` names the tape in errors.
///
/// # Errors
/// The errors of [`read_tape`]; a mapping that defines a status, a date or bands otherwise than the
/// schema, has a constant for a column of the file, or a suffix that is a part of numbers; a row of
/// another currency or date; a number that is not whole in its steps, where the schema rounds
/// nothing.
pub fn read_tape_under(
    file: &str,
    input: impl Read,
    mapping: &Mapping,
    schema: &TapeSchema,
) -> Result<TapeReading, InputError> {
    if let Some(terms) = schema.terms() {
        check_mapping(mapping, terms).map_err(|problem| InputError::in_file(file, problem))?;
    }
    read(file, input, mapping, Some(schema).filter(|schema| schema.terms().is_some()))
}

/// Columns of numbers, behind which units may stand.
const NUMBERS: [&str; 8] = ["balance", "rate", "ltv", "score", "term", "pd", "lgd", "days_past_due"];

/// Checks that a mapping does not define what a schema defines.
fn check_mapping(mapping: &Mapping, terms: &TapeTerms) -> Result<(), Problem> {
    if let Some(name) = mapping.bands.keys().next() {
        return Err(TapeProblem::MappingBands(name.clone()).into());
    }
    if let Some(name) = mapping.numbers.keys().find(|name| !terms.numbers.iter().any(|number| number.name == **name)) {
        return Err(TapeProblem::UnknownNumber(name.clone()).into());
    }
    let is_of_numbers = |suffix: &str| suffix.chars().any(|found| found.is_numeric() || "+-.,".contains(found));
    let is_changed = |(column, suffix): &(&String, &String)| is_of_numbers(suffix) || !NUMBERS.contains(&&column[..]);
    if let Some((column, suffix)) = mapping.suffixes.iter().find(is_changed) {
        return Err(TapeProblem::MappingSuffix { column: column.clone(), suffix: suffix.clone() }.into());
    }
    if let Some(found) = mapping.as_of.as_ref().filter(|found| **found != terms.cut_off.to_string()) {
        let (found, expected) = (found.clone(), terms.cut_off.to_string());
        return Err(TapeProblem::OtherCutOff { found, expected }.into());
    }
    for (word, found) in &mapping.status {
        let expected = match &terms.status {
            Some(StatusTerms::Words(words)) => words.get(word).copied(),
            _ => None,
        };
        if expected != Some(*found) {
            let expected = expected.map_or("does not have it".to_owned(), |status| status.name().to_owned());
            return Err(TapeProblem::OtherStatus { word: word.clone(), found: found.name(), expected }.into());
        }
    }
    Ok(())
}

fn read(
    file: &str,
    input: impl Read,
    mapping: &Mapping,
    schema: Option<&TapeSchema>,
) -> Result<TapeReading, InputError> {
    let table = Table::read(file, input)?;
    let mut places = BTreeMap::new();
    let place_of = |name: &str| table.header.iter().position(|header| header.trim() == name);
    let absent = |name: &str| {
        let expected = format!("a column '{name}'");
        InputError::in_row(file, 1, Problem::Header { found: shortened(&table.header), expected })
    };
    for column in COLUMNS {
        let mapped = mapping.columns.get(column).map(String::as_str);
        let name = mapped.unwrap_or(column);
        let found = place_of(name);
        if table.header.iter().filter(|header| header.trim() == name).count() > 1 {
            return Err(InputError::in_row(file, 1, Problem::DuplicateName(name.to_owned())));
        }
        if let Some(value) = mapping.constants.get(column).filter(|_| schema.is_some() && found.is_some()) {
            let (column, value) = (column.to_owned(), value.clone());
            return Err(InputError::in_row(file, 1, TapeProblem::MappingConstant { column, value }.into()));
        }
        let is_needed = ["id", "balance"].contains(&column) && !mapping.constants.contains_key(column);
        if found.is_none() && (mapped.is_some() || is_needed) {
            return Err(absent(name));
        }
        places.extend(found.map(|found| (column, found)));
    }
    refuse_misspelt(file, &table.header, &places, mapping)?;
    let terms = schema.and_then(TapeSchema::terms);
    let mut spare = Vec::new();
    for number in terms.iter().flat_map(|terms| &terms.numbers) {
        let name = mapping.numbers.get(&number.name).unwrap_or(&number.name);
        spare.push(place_of(name).ok_or_else(|| absent(name))?);
    }
    let rounded = Cell::new(0);
    let (mut loans, mut lines) = (Vec::with_capacity(table.rows.len()), Vec::with_capacity(table.rows.len()));
    for (line, cells) in table.rows.iter() {
        let row = Row {
            file,
            line,
            cells,
            header: &table.header,
            places: &places,
            mapping,
            terms,
            unit: schema.map(|schema| schema.unit().to_decimal()),
            grades: schema.map_or(&[], |schema| schema.names(Category::Grade)),
            spare: &spare,
            rounded: &rounded,
        };
        if terms.map_or(Ok(true), |terms| row.is_of_the_tape(terms))? {
            loans.push(row.loan()?);
            lines.push(line);
        }
    }
    let left_out = table.rows.len() - loans.len();
    let tape = Tape::new(loans).map_err(|mut error| {
        if let Some(place) = places.get(&error.column[..]) {
            error.column.clone_from(&table.header[*place]);
        }
        error.in_file(file, &lines)
    })?;
    let tape = match schema {
        Some(schema) => tape.read_under(schema.digest()),
        None => tape,
    };
    Ok(TapeReading { tape, left_out, rounded: rounded.get() })
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
