//! A row as a schema of version 2 reads it.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use tailproof_core::error::{Problem, TapeProblem};
use tailproof_core::pool::Field;
use tailproof_core::pool::bands::Bands;
use tailproof_core::pool::schema::SPARE_NUMBERS;
use tailproof_core::pool::tape::{Loan, MAX_BALANCE_CENTS, Status};
use tailproof_core::pool::tape_terms::{OtherCurrencies, Rounding, Scale, StatusTerms, TapeTerms};
use tailproof_core::text::parse_decimal;

use super::columns::place_of;
use super::mapping::{ASSET, Moment, PERIOD};
use super::problem::TapeFileProblem;
use super::row::Row;
use super::select::moment;
use crate::table::TableError;

impl Row<'_> {
    /// Returns a number of the schema, in its steps.
    pub fn schema_number(&self, terms: &TapeTerms, field: Field) -> Result<Option<u32>, TableError> {
        let Some(column) = field.column() else { return Ok(None) };
        let Some(value) = self.number(column.name())? else { return Ok(None) };
        let wrong = |problem: Problem| self.wrong(column.name(), problem);
        let out_of_range = || Problem::OutOfRange {
            what: format!("the {}", column.name()),
            value: value.to_string(),
            range: format!("0 to 2^32 steps of {}", TapeTerms::step(field)),
        };
        let is_ratio = self.of.mapping.ratios.contains_key(column.name());
        let scaled = match terms.scale.get(&column) {
            // A ratio of the mapping is in percent.
            Some(Scale::Fraction) if !is_ratio => value.checked_mul(Decimal::ONE_HUNDRED),
            _ => Some(value),
        };
        let scaled = scaled.ok_or_else(|| wrong(out_of_range()))?;
        let steps = self.in_steps(column.name(), scaled, TapeTerms::step(field), terms.rounding).map_err(wrong)?;
        u32::try_from(steps).map(Some).map_err(|_| wrong(out_of_range()))
    }

    /// Returns the spare numbers of the schema, in their steps.
    pub fn spare_numbers(&self) -> Result<[Option<u32>; SPARE_NUMBERS], TableError> {
        let mut found = [None; SPARE_NUMBERS];
        let Some(terms) = self.of.terms else { return Ok(found) };
        for ((number, place), value) in terms.numbers.iter().zip(&self.of.spare).zip(&mut found) {
            let Some(text) = self.file_text(*place) else { continue };
            let wrong = |problem: Problem| self.of.sheet.at(self.row, &self.of.sheet.header[*place], problem);
            let number_of = |text| self.of.numbers.borrow_mut().read(text, *place);
            let decimal = number_of(text)
                .map_err(|problem| self.of.sheet.at(self.row, &self.of.sheet.header[*place], problem))?;
            let steps = self.in_steps(&number.name, decimal, number.step, terms.rounding).map_err(wrong)?;
            *value = Some(u32::try_from(steps).unwrap_or(u32::MAX));
        }
        Ok(found)
    }

    /// Whether the row is in the schema's currency, and of its date.
    pub fn is_of_the_tape(&self, terms: &TapeTerms) -> Result<bool, TableError> {
        self.check_dates(terms)?;
        if !self.of.sheet.has("currency") {
            return Ok(true);
        }
        let found = self.text("currency").ok_or_else(|| self.wrong("currency", Problem::MissingValue))?;
        match terms.other_currencies {
            _ if found == terms.currency => Ok(true),
            OtherCurrencies::LeaveOut => Ok(false),
            OtherCurrencies::Refuse => {
                let (found, expected) = (found.to_owned(), terms.currency.clone());
                Err(self.wrong("currency", Problem::from(TapeProblem::OtherCurrency { found, expected })))
            }
        }
    }

    /// Checks that the row is of the schema's date, as far as its columns tell.
    fn check_dates(&self, terms: &TapeTerms) -> Result<(), TableError> {
        let agrees = |column: &str, text: &str| {
            let found = moment(self.of.mapping, column, text);
            found.is_some_and(|found| found.agrees(Moment::from(terms.cut_off)))
        };
        let expected = terms.cut_off.to_string();
        if let Some(found) = self.text("cut_off").filter(|found| !agrees("cut_off", found)) {
            let found = found.to_owned();
            return Err(self.wrong("cut_off", Problem::from(TapeProblem::OtherCutOff { found, expected })));
        }
        let sheet = self.of.sheet;
        let is_read = self.of.has_period || self.of.mapping.columns.contains_key(PERIOD);
        let Some(place) = sheet.columns.period.filter(|_| is_read) else { return Ok(()) };
        let found = sheet.grid.cell(self.row, place);
        if agrees(PERIOD, found) {
            return Ok(());
        }
        let problem = TapeFileProblem::OtherPeriod { found: found.to_owned(), expected };
        Err(sheet.at(self.row, &sheet.header[place], problem))
    }

    /// Returns the status by the schema's terms.
    pub fn schema_status(&self, terms: &TapeTerms) -> Result<Option<Status>, TableError> {
        let wrong = |column, problem: TapeProblem| self.wrong(column, Problem::from(problem));
        match &terms.status {
            None if self.text("status").is_some() => Err(wrong("status", TapeProblem::NoStatusTerms)),
            None => Ok(None),
            Some(StatusTerms::Words(words)) => {
                let Some(text) = self.text("status") else { return Ok(None) };
                let unknown = || wrong("status", TapeProblem::UnknownStatus(text.to_owned()));
                words.get(text).copied().map(Some).ok_or_else(unknown)
            }
            Some(days) => {
                let Some(value) = self.number("days_past_due")? else { return Ok(None) };
                let whole = Rounding::Refuse.steps("days_past_due", value, Decimal::ONE);
                let whole = whole.map_err(|problem| self.wrong("days_past_due", problem))?.0;
                Ok(days.of_days(u32::try_from(whole).unwrap_or(u32::MAX)))
            }
        }
    }

    /// Returns the grade by the schema's bands over a column of the file, or the tape's.
    pub fn schema_grade(&self, terms: &TapeTerms) -> Result<Option<String>, TableError> {
        let own = self.name("grade")?;
        let Some(bands @ Bands::Column { column, .. }) = &terms.bands else { return Ok(own) };
        let sheet = self.of.sheet;
        let wrong = |problem: Problem| sheet.at(self.row, column, problem);
        let text = place_of(&sheet.header, column).map(|place| sheet.grid.cell(self.row, place)).unwrap_or_default();
        let value = parse_decimal(text).map_err(wrong)?;
        let number = format!("{column} {text}");
        let no_band = || wrong(TapeProblem::NoBand { number: number.clone() }.into());
        let band = bands.code_of_column(value).and_then(|code| self.of.grades.get(code)).ok_or_else(no_band)?;
        match own.filter(|grade| grade != band) {
            Some(grade) => Err(wrong(TapeProblem::OtherBand { grade, number, band: band.clone() }.into())),
            None => Ok(Some(band.clone())),
        }
    }

    /// Returns the grade of a loan of the pool: where the schema's grades have assets and the row names
    /// one, that of the asset whose band has the loan's number; otherwise the loan's own.
    pub fn grade_by_asset(&self, terms: &TapeTerms, loan: &Loan) -> Result<Option<String>, TableError> {
        let own = loan.grade.clone();
        let Some(Bands::Number { number, .. }) = terms.bands.as_ref().filter(|_| terms.assets.is_some()) else {
            return Ok(own);
        };
        let value = match (number, number.spare()) {
            (_, Some(index)) => loan.numbers[index],
            (Field::Rate, _) => loan.rate,
            (Field::Ltv, _) => loan.ltv,
            (Field::Score, _) => loan.score,
            _ => loan.term,
        };
        let (Some(asset), Some(value)) = (self.name(ASSET)?, value) else { return Ok(own) };
        let found = terms.grade_of_asset(&asset, value.into()).and_then(|code| self.of.grades.get(code));
        let number =
            || terms.bands.as_ref().map_or(String::new(), |bands| bands.in_words(value.into(), &terms.numbers));
        let wrong = |problem: TapeProblem| self.wrong(ASSET, Problem::from(problem));
        let found =
            found.ok_or_else(|| wrong(TapeProblem::NoBandOfAsset { number: number(), asset: asset.clone() }))?;
        match own.filter(|grade| grade != found) {
            Some(grade) => Err(wrong(TapeProblem::OtherBand { grade, number: number(), band: found.clone() })),
            None => Ok(Some(found.clone())),
        }
    }

    /// Returns the balance in cents, by the schema's rounding.
    pub fn schema_balance(&self, unit: Decimal) -> Result<Option<u64>, TableError> {
        let Some(value) = self.number("balance")? else { return Ok(None) };
        let rounding = self.of.terms.map_or(Rounding::Refuse, |terms| terms.rounding);
        let wrong = |problem: Problem| self.wrong("balance", problem);
        let units = self.in_steps("balance", value, unit, rounding).map_err(wrong)?;
        let cents = (unit * Decimal::ONE_HUNDRED).to_u64().and_then(|cents| cents.checked_mul(units));
        cents.filter(|cents| *cents <= MAX_BALANCE_CENTS).map(Some).ok_or_else(|| {
            let (value, range) = (value.to_string(), "0 to 10 billion".to_owned());
            wrong(Problem::OutOfRange { what: "the balance".into(), value, range })
        })
    }
}
