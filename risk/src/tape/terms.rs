//! Remaining terms: numbers of months, or months to a date of maturity.

use tailproof_core::error::Problem;
use tailproof_core::pool::Field;
use tailproof_core::text::{parse_day, parse_decimal};

use super::mapping::{Mapping, Moment};
use super::problem::TapeFileProblem;
use super::row::Row;
use super::sheet::Sheet;
use crate::table::{DateColumn, Reading, TableError, TableOptions, is_date_like};

/// Longest term, in months.
const MOST_MONTHS: u64 = 12_000;

/// Reads the dates of maturity of all rows, where the column of terms has dates in another writing than
/// YYYY-MM-DD.
pub(super) fn maturities(
    sheet: &Sheet<'_>,
    mapping: &Mapping,
    options: &TableOptions,
    reading: &mut Reading,
) -> Result<Option<Vec<Option<Moment>>>, TableError> {
    let texts: Vec<Option<&str>> = sheet.rows.iter().map(|row| sheet.text(*row, "term")).collect();
    if let Some(writing) = mapping.dates.get("term") {
        let read = |(row, text): (&usize, &Option<&str>)| {
            let other = |text: &str| TapeFileProblem::OtherWriting { text: text.into(), writing: writing.to_string() };
            text.map(|text| writing.read(text).ok_or_else(|| sheet.wrong(*row, "term", other(text)))).transpose()
        };
        return sheet.rows.iter().zip(&texts).map(read).collect::<Result<_, _>>().map(Some);
    }
    refuse_mixed(sheet, &texts)?;
    let is_other = |text: &str| parse_day(text).is_err() && parse_decimal(text).is_err() && is_date_like(text, false);
    if !texts.iter().flatten().any(|text| is_other(text)) {
        return Ok(None);
    }
    let with_text = || sheet.rows.iter().zip(&texts).filter_map(|(row, text)| Some((*row, (*text)?)));
    let column = DateColumn {
        file: sheet.file,
        name: sheet.name_of("term"),
        cells: with_text().map(|(_, text)| text).collect(),
        lines: with_text().map(|(row, _)| sheet.grid.line(row)).collect(),
    };
    let mut days = column.days(options, reading)?.0.into_iter();
    let day = |text: &Option<&str>| text.and_then(|_| days.next()).map(Moment::from);
    Ok(Some(texts.iter().map(day).collect()))
}

/// Refuses a column with dates in some rows and numbers in others, such as days that a spreadsheet
/// counts: they would be months.
fn refuse_mixed(sheet: &Sheet<'_>, texts: &[Option<&str>]) -> Result<(), TableError> {
    let find = |is: fn(&str) -> bool| {
        let mut rows = sheet.rows.iter().zip(texts).filter_map(|(row, text)| Some((*row, (*text)?)));
        rows.find(|(_, text)| is(text))
    };
    let date = find(|text| parse_day(text).is_ok());
    let number = find(|text| parse_decimal(text).is_ok());
    match date.zip(number) {
        None => Ok(()),
        Some(((of_date, date), (of_number, number))) => {
            let (date, row, number) = (date.to_owned(), sheet.grid.line(of_date), number.to_owned());
            Err(sheet.wrong(of_number, "term", TapeFileProblem::MixedTerms { date, row, number }))
        }
    }
}

impl Row<'_> {
    /// Returns the months of a term: a number, or up to a date of maturity, begun months counted whole.
    /// A loan that is part of the pool and past its maturity has 0, and is named; another has none.
    pub fn term(&self, is_in_pool: bool, id: &str) -> Result<Option<u32>, TableError> {
        let Some(text) = self.text("term") else { return Ok(None) };
        let Some(maturity) = self.maturity(text)? else { return self.months() };
        let from = self.of.cut_off.ok_or_else(|| self.wrong("term", TapeFileProblem::NoCutOff(text.to_owned())))?;
        let months = maturity.months_from(from);
        if months.is_none() && is_in_pool {
            self.of.past_maturity.borrow_mut().push(id.to_owned());
            return Ok(Some(0));
        }
        Ok(months)
    }

    /// Returns the date of maturity, if the cell is one. A mapping with `as_of` says that it is.
    fn maturity(&self, text: &str) -> Result<Option<Moment>, TableError> {
        if let Some(maturities) = &self.of.maturities {
            return Ok(maturities.get(self.index).copied().flatten());
        }
        let must_be = self.of.terms.is_none() && self.of.mapping.as_of.is_some();
        match parse_day(text) {
            Ok(day) => Ok(Some(day.into())),
            Err(Problem::NotADate(_)) if !must_be => Ok(None),
            Err(problem) => Err(self.wrong("term", problem)),
        }
    }

    fn months(&self) -> Result<Option<u32>, TableError> {
        match self.of.terms {
            Some(terms) => self.schema_number(terms, Field::Term),
            None => {
                let months = self.steps("term", 0, MOST_MONTHS, "0 to 12000 months")?;
                Ok(months.map(|months| u32::try_from(months).unwrap_or(u32::MAX)))
            }
        }
    }
}
