//! A column of dates: one writing, one order of day and month, oldest first.

use jiff::civil::Date;
use tailproof_core::error::Problem;
use tailproof_core::text::parse_day;

use super::date::{Written, check_midnight, split_time};
use super::error::{Setting, TableError, TableProblem};
use super::options::{DateOrder, TableOptions};
use super::reading::{NoteBasis, NoteKind, Reading};

/// Cells of a column of dates, with the line of each.
pub(crate) struct DateColumn<'t> {
    /// the file
    pub file: &'t str,
    /// name of the column
    pub name: &'t str,
    /// the cells
    pub cells: Vec<&'t str>,
    /// their lines
    pub lines: Vec<u64>,
}

/// Whether a cell is a date in some writing, perhaps with a time of the day. Serial days are numbers
/// and count only where `serial` says that dates are expected.
pub(crate) fn is_date_like(cell: &str, serial: bool) -> bool {
    let (date, _) = split_time(cell);
    Written::of(date).is_some_and(|written| serial || written.writing != super::date::Writing::Serial)
}

impl DateColumn<'_> {
    /// Reads the dates, in the order of the rows, and reports how they are written.
    pub fn read(&self, options: &TableOptions, reading: &mut Reading) -> Result<Vec<Date>, TableError> {
        let (days, guessed) = self.days(options, reading)?;
        if let Some(order) = guessed {
            self.check_order(&days, order)?;
        }
        Ok(days)
    }

    /// Reads dates that need not ascend, and reports how they are written. Returns them with the order
    /// of day and month, if it was guessed.
    pub fn days(
        &self,
        options: &TableOptions,
        reading: &mut Reading,
    ) -> Result<(Vec<Date>, Option<DateOrder>), TableError> {
        // The plain writing needs no more.
        if let Ok(days) = self.cells.iter().map(|cell| parse_day(cell)).collect::<Result<Vec<_>, _>>() {
            return Ok((days, None));
        }
        let written = self.written()?;
        let Some((first, _)) = written.first() else { return Ok((Vec::new(), None)) };
        let order = match options.date_order {
            Some(order) => order,
            None => self.order(&written)?,
        };
        let open = matches!(first.writing, super::date::Writing::Numeric { .. });
        let settled = open && options.date_order.is_some();
        let basis = if settled { NoteBasis::Setting } else { NoteBasis::Guess };
        let note = reading.add(NoteKind::Dates, basis, format!("dates as {}", first.writing.describe(order)));
        if open {
            note.settled_by(Setting::DateOrder);
        }
        let day = |(row, (written, text)): (usize, &(Written, &str))| {
            written.day(order).ok_or_else(|| self.error(row, Problem::NotADate((*text).to_owned())))
        };
        let days = written.iter().enumerate().map(day).collect::<Result<Vec<_>, _>>()?;
        Ok((days, (open && !settled).then_some(order)))
    }

    /// Returns the writing of each cell, which is one for all.
    fn written(&self) -> Result<Vec<(Written, &str)>, TableError> {
        let mut all: Vec<(Written, &str)> = Vec::with_capacity(self.cells.len());
        for (row, text) in self.cells.iter().enumerate() {
            let (date, time) = split_time(text);
            let problem = if text.is_empty() { Problem::MissingValue } else { Problem::NotADate((*text).to_owned()) };
            let written = Written::of(date).ok_or_else(|| self.error(row, problem))?;
            check_midnight(text, time).map_err(|problem| self.error(row, problem))?;
            if let Some((first, other)) = all.first()
                && first.writing != written.writing
            {
                let (text, other) = ((*text).to_owned(), (*other).to_owned());
                return Err(self.error(row, TableProblem::OtherWriting { text, other }));
            }
            all.push((written, text));
        }
        Ok(all)
    }

    /// Returns the one order of day and month that fits every date.
    fn order(&self, written: &[(Written, &str)]) -> Result<DateOrder, TableError> {
        let (day_month, month_day) = (DateOrder::DayMonth, DateOrder::MonthDay);
        let misfit = |order: DateOrder| written.iter().position(|(date, _)| date.day(order).is_none());
        match (misfit(day_month), misfit(month_day)) {
            (None, Some(_)) => Ok(day_month),
            (Some(_), None) => Ok(month_day),
            (None, None) => {
                let differs = |(date, _): &(Written, &str)| date.day(day_month) != date.day(month_day);
                let Some(row) = written.iter().position(differs) else { return Ok(day_month) };
                let (date, text) = written[row];
                let day = |order| date.day(order).map(|day| day.to_string()).unwrap_or_default();
                let (day_month, month_day) = (day(day_month), day(month_day));
                Err(self.error(row, TableProblem::AmbiguousDates { text: text.to_owned(), day_month, month_day }))
            }
            (Some(one), Some(other)) if one == other => {
                Err(self.error(one, Problem::NotADate(written[one].1.to_owned())))
            }
            (Some(not_day_first), Some(not_month_first)) => {
                let (text, other) = (written[not_day_first].1.to_owned(), written[not_month_first].1.to_owned());
                Err(self.error(not_day_first, TableProblem::MixedOrders { text, order: month_day, other }))
            }
        }
    }

    /// Checks that days ascend or descend under an order that only some of the dates call for. A
    /// spreadsheet that was set to another country turns some dates and leaves the others.
    fn check_order(&self, days: &[Date], order: DateOrder) -> Result<(), TableError> {
        match first_out_of_order(days) {
            Some(row) if days[row] != days[row - 1] => {
                let (text, date) = (self.cells[row].to_owned(), days[row].to_string());
                let previous = days[row - 1].to_string();
                Err(self.error(row, TableProblem::OutOfOrder { text, date, order, previous }))
            }
            _ => Ok(()),
        }
    }

    fn error(&self, row: usize, problem: impl Into<TableProblem>) -> TableError {
        TableError::in_cell(self.file, self.lines[row], self.name, problem)
    }

    /// Returns whether the rows are newest first, once it is sure that each day comes once and that
    /// the days ascend or descend.
    pub fn newest_first(&self, days: &[Date]) -> Result<bool, TableError> {
        if let Some(row) = first_out_of_order(days) {
            let (date, previous) = (days[row].to_string(), days[row - 1].to_string());
            let twice = days[..row].contains(&days[row]);
            return Err(match twice {
                true => self.error(row, TableProblem::DoubledDate(date)),
                false => self.error(row, Problem::UnsortedDate { date, previous }),
            });
        }
        Ok(matches!(days, [first, .., last] if first > last))
    }
}

/// Returns the first row that breaks the order of the days, which is the one of the first day and
/// the last.
fn first_out_of_order(days: &[Date]) -> Option<usize> {
    let newest_first = matches!(days, [first, .., last] if first > last);
    let breaks = |pair: &[Date]| if newest_first { pair[0] <= pair[1] } else { pair[0] >= pair[1] };
    days.windows(2).position(breaks).map(|row| row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str], order: Option<DateOrder>) -> Result<(Vec<String>, Reading), TableError> {
        let lines = (2..).take(cells.len()).collect();
        let column = DateColumn { file: "f", name: "date", cells: cells.to_vec(), lines };
        let options = TableOptions { date_order: order, ..TableOptions::default() };
        let mut reading = Reading::plain("f");
        let days = column.read(&options, &mut reading)?;
        column.newest_first(&days)?;
        Ok((days.iter().map(Date::to_string).collect(), reading))
    }

    #[test]
    fn the_order_of_day_and_month_is_the_one_that_fits_every_date() {
        for cells in [["12/02/2023", "13/02/2023"], ["02/12/2023", "02/13/2023"]] {
            let (days, reading) = read(&cells, None).unwrap();
            assert_eq!(days, ["2023-02-12", "2023-02-13"]);
            assert_eq!(reading.notes[0].basis, NoteBasis::Guess);
        }
        let (days, reading) = read(&["01/01/2023", "02/02/2023"], None).unwrap();
        assert_eq!((&days[1][..], reading.notes.len()), ("2023-02-02", 1), "the same day either way");
    }

    #[test]
    fn dates_that_fit_both_orders_are_refused_unless_the_order_is_set() {
        let cells = ["01/02/2023", "01/03/2023", "01/04/2023"];
        let refused = read(&cells, None).unwrap_err();
        assert_eq!(refused.problem.setting(), Some(super::super::error::Setting::DateOrder));
        let said = refused.to_string();
        assert!(said.contains("2023-02-01 with the day first and 2023-01-02 with the month first"), "{said}");
        let (days, reading) = read(&cells, Some(DateOrder::MonthDay)).unwrap();
        assert_eq!(
            (&days[..], reading.notes[0].basis),
            (&["2023-01-02", "2023-01-03", "2023-01-04"].map(String::from)[..], NoteBasis::Setting)
        );
        assert_eq!(read(&cells, Some(DateOrder::DayMonth)).unwrap().0[2], "2023-04-01");
    }

    /// Excel under another country's settings turns 01/03 into 03/01 and leaves 28/02.
    #[test]
    fn dates_are_never_read_row_by_row() {
        let said = read(&["27/02/2023", "28/02/2023", "03/01/2023", "13/03/2023"], None).unwrap_err().to_string();
        assert!(said.contains("'03/01/2023' is 2023-01-03"), "{said}");
        let said = read(&["28/02/2023", "03/13/2023"], None).unwrap_err().to_string();
        assert!(said.contains("write the dates in one order"), "{said}");
        let said = read(&["2023-02-28", "03/13/2023"], None).unwrap_err().to_string();
        assert!(said.contains("is not written as the dates above it"), "{said}");
        let said = read(&["30/02/2023", "01/03/2023"], None).unwrap_err().to_string();
        assert!(said.contains("'30/02/2023' is not a date"), "{said}");
    }

    #[test]
    fn days_that_neither_ascend_nor_descend_are_refused() {
        let problem = |cells: &[&str]| read(cells, None).unwrap_err().problem;
        let twice = |date: &str| TableProblem::DoubledDate(date.into());
        assert_eq!(problem(&["2023-01-02", "2023-01-03", "2023-01-03"]), twice("2023-01-03"));
        assert_eq!(problem(&["2023-01-03", "2023-01-03", "2023-01-02"]), twice("2023-01-03"));
        let unsorted = Problem::UnsortedDate { date: "2023-01-03".into(), previous: "2023-01-04".into() };
        assert_eq!(problem(&["2023-01-02", "2023-01-04", "2023-01-03"]), TableProblem::Input(unsorted));
    }
}
