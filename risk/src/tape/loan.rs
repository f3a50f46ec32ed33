//! A row as a loan.

use rust_decimal::Decimal;
use tailproof_core::error::Problem;
use tailproof_core::pool::Field;
use tailproof_core::pool::schema::DEFAULTED;
use tailproof_core::pool::tape::{Loan, MAX_BALANCE_CENTS, Status};
use tailproof_core::text::to_f64;

use super::mapping::{Bands, Ended, Spread};
use super::problem::TapeFileProblem;
use super::row::Row;
use crate::table::TableError;

/// Most basis points of a rate or LTV.
const MOST_BASIS_POINTS: u64 = 10_000_000;

impl Row<'_> {
    /// Reads the row.
    pub fn loan(&self) -> Result<Loan, TableError> {
        let id = match self.of.mapping.number_rows {
            true => format!("row {}", self.of.sheet.grid.line(self.row)),
            false => self.name("id")?.ok_or_else(|| self.wrong("id", Problem::MissingValue))?,
        };
        let status = self.status()?;
        let stays_in_default = status == Some(Status::Default) && self.of.grades.iter().any(|grade| grade == DEFAULTED);
        let balance = self.balance()?.ok_or_else(|| self.wrong("balance", TapeFileProblem::Blank("balance")))?;
        self.check_end(balance)?;
        let implied = self.of_spread()?;
        let mut loan = Loan {
            id,
            balance,
            rate: self.field(Field::Rate)?,
            ltv: self.field(Field::Ltv)?,
            score: self.field(Field::Score)?,
            term: None,
            grade: match self.of.terms {
                // Whatever its grade on the tape, it has that of loans in default.
                Some(_) if stays_in_default => None,
                Some(terms) => self.schema_grade(terms)?,
                None => self.category("grade")?,
            },
            sector: self.category("sector")?,
            region: self.category("region")?,
            obligor: self.name("obligor")?,
            status,
            pd: self.fraction("pd", false)?.or(implied.map(|(pd, _)| pd)),
            lgd: self.fraction("lgd", true)?.or(implied.map(|(_, lgd)| lgd)),
            collateral: self.name("collateral")?,
            numbers: self.spare_numbers()?,
        };
        loan.term = self.term(loan.is_in_pool(), &loan.id)?;
        if let Some(terms) = self.of.terms.filter(|_| loan.is_in_pool()) {
            loan.grade = self.grade_by_asset(terms, &loan)?;
        }
        if stays_in_default && loan.term.is_none() && self.text("term").is_some() {
            // Past its maturity.
            loan.term = Some(0);
        }
        Ok(loan)
    }

    fn field(&self, field: Field) -> Result<Option<u32>, TableError> {
        if let Some(terms) = self.of.terms {
            return self.schema_number(terms, field);
        }
        let found = match field {
            Field::Rate => self.steps("rate", 2, MOST_BASIS_POINTS, "0 to 100000 percent"),
            Field::Ltv => self.steps("ltv", 2, MOST_BASIS_POINTS, "0 to 100000 percent"),
            _ => self.steps("score", 0, 1_023, "0 to 1023"),
        };
        Ok(found?.map(|value| u32::try_from(value).unwrap_or(u32::MAX)))
    }

    fn balance(&self) -> Result<Option<u64>, TableError> {
        match self.of.unit {
            Some(unit) => self.schema_balance(unit),
            None => self.steps("balance", 2, MAX_BALANCE_CENTS, "0 to 10 billion"),
        }
    }

    /// Returns a name, or the band of a number where the mapping has bands for the column.
    fn category(&self, column: &str) -> Result<Option<String>, TableError> {
        let Some(Bands { column, bands }) = self.of.mapping.bands.get(column) else { return self.name(column) };
        let Some(number) = self.file_number(column)? else { return Ok(None) };
        let found = bands.iter().find(|(_, below)| number < below.0).map(|(name, _)| name.clone());
        let beyond = || self.of.sheet.at(self.row, &column.0, Problem::BeyondBands(number.to_string()));
        found.map(Some).ok_or_else(beyond)
    }

    /// Probability of default and loss given default that a spread implies, where a mapping has
    /// one.
    fn of_spread(&self) -> Result<Option<(f64, f64)>, TableError> {
        let Some(Spread { column, recovery, years }) = &self.of.mapping.spread else { return Ok(None) };
        let (Some(spread), Some(recovered)) = (self.file_number(column)?, self.file_number(recovery)?) else {
            return Err(self.of.sheet.at(self.row, &column.0, Problem::MissingValue));
        };
        let (spread, recovered) = (to_f64(spread), to_f64(recovered));
        let lgd = 1.0 - recovered;
        let probability = -libm::expm1(-spread / 10_000.0 / lgd * f64::from(*years));
        if (0.0..1.0).contains(&recovered) && probability > 0.0 && probability < 1.0 {
            return Ok(Some((probability, lgd)));
        }
        let problem = Problem::NoProbability { spread: spread.to_string(), recovery: recovered.to_string() };
        Err(self.of.sheet.at(self.row, &column.0, problem))
    }

    /// Returns the status: that of a loan that has ended, of a known word, or of days past due.
    fn status(&self) -> Result<Option<Status>, TableError> {
        if let Some(terms) = self.of.terms {
            return self.schema_status(terms);
        }
        if let Some((word, ended)) = self.end()? {
            let unknown = || self.at_end(ended, TapeFileProblem::UnknownEnd(word.to_owned()));
            return ended.words.get(word).copied().map(Some).ok_or_else(unknown);
        }
        let text = self.text("status");
        // A word of the mapping may be that of another status here.
        let of_mapping = |text: &str| self.of.mapping.status.get(text).copied();
        let known = text.and_then(|text| of_mapping(text).or_else(|| Status::from_name(text)));
        match (known, text) {
            (Some(status), _) => Ok(Some(status)),
            (None, Some(name)) if self.of.mapping.days_past_due.is_none() => {
                let known = Status::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                Err(self.wrong("status", Problem::UnknownStatus { name: name.to_owned(), known }))
            }
            _ => self.status_of_days(),
        }
    }

    fn status_of_days(&self) -> Result<Option<Status>, TableError> {
        let Some(least) = &self.of.mapping.days_past_due else { return Ok(None) };
        let days = self.steps("days_past_due", 0, u64::from(u32::MAX), "0 to 4294967295")?;
        Ok(days.map(|days| least.status(u32::try_from(days).unwrap_or(u32::MAX))))
    }

    /// Returns the word that says how the loan ended, if there is one.
    fn end(&self) -> Result<Option<(&str, &Ended)>, TableError> {
        let Some(ended) = &self.of.mapping.ended else { return Ok(None) };
        let sheet = self.of.sheet;
        let absent = || super::columns::absent(sheet.file, sheet.header_line, &sheet.header, &ended.column.0);
        let place = super::columns::place_of(&sheet.header, &ended.column.0).ok_or_else(absent)?;
        Ok(self.file_text(place).map(|word| (word, ended)))
    }

    /// Checks, under a schema, that nothing is owed on a loan that has ended.
    fn check_end(&self, cents: u64) -> Result<(), TableError> {
        match self.end()? {
            Some((word, ended)) if self.of.terms.is_some() && cents > 0 => {
                let (word, balance) = (word.to_owned(), Decimal::new(i64::try_from(cents).unwrap_or(i64::MAX), 2));
                Err(self.at_end(ended, TapeFileProblem::EndedOwes { word, balance: balance.to_string() }))
            }
            _ => Ok(()),
        }
    }

    fn at_end(&self, ended: &Ended, problem: TapeFileProblem) -> TableError {
        self.of.sheet.at(self.row, &ended.column.0, problem)
    }
}
