//! The gains of a P&L vector: a book whose rows are days, over the set of its days.

use ethnum::I256;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tailproof_core::error::{PnlProblem, Problem, RowError};
use tailproof_core::fixed_point::{MAX_PNL, Unit};
use tailproof_core::positions::Positions;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::text::day;

use super::{Book, BookRow, Holding, units};

impl Book {
    /// Returns a P&L vector: a row for each day, with its gain in currency.
    ///
    /// # Errors
    /// No days; a day that is not after the one before. The error names the row by its index.
    pub fn of_gains(gains: Vec<(Date, Decimal)>) -> Result<Self, RowError> {
        for (place, pair) in gains.windows(2).enumerate() {
            let (before, date) = (pair[0].0, pair[1].0);
            if date <= before {
                let problem = match date == before {
                    true => Problem::DuplicateDate(date.to_string()),
                    false => Problem::UnsortedDate { date: date.to_string(), previous: before.to_string() },
                };
                return Err(RowError::new(place + 1, "date", problem));
            }
        }
        let row = |(day, gain): (Date, Decimal)| BookRow {
            factor: day.to_string(),
            holding: Holding::Exposure(gain),
            value: None,
            gamma: Decimal::ZERO,
            vega: Decimal::ZERO,
            theta: Decimal::ZERO,
            is_cash: false,
        };
        Self::new(gains.into_iter().map(row).collect())
    }

    /// Returns whether the rows are days: then the amounts are gains, and the book is a P&L vector.
    pub fn is_pnl(&self) -> bool {
        self.rows.iter().all(|row| day(&row.factor).is_some())
    }

    /// Returns the days of a P&L vector, in order.
    ///
    /// # Errors
    /// A book whose rows are no days.
    pub fn days(&self) -> Result<Vec<Date>, Problem> {
        let days: Option<Vec<_>> = self.rows.iter().map(|row| day(&row.factor)).collect();
        days.ok_or_else(|| PnlProblem::NotAVector.into())
    }

    /// Returns the gains in a unit, with a net asset value of currency that is a whole number of units.
    pub(super) fn gains(&self, set: &ScenarioSet, unit: Unit, nav: Option<Decimal>) -> Result<Positions, RowError> {
        self.check_days(set)?;
        let nav = units::nearest(nav.ok_or(PnlProblem::NoNav).map_err(Problem::from)?, unit);
        Ok(Positions::pnl(unit, self.gains_in_units(unit)?, nav.as_u64())?)
    }

    /// Returns the gains in a unit, with a net asset value in that unit.
    pub(super) fn gains_as_committed(&self, set: &ScenarioSet, unit: Unit, nav: u64) -> Result<Positions, RowError> {
        self.check_days(set)?;
        Ok(Positions::pnl(unit, self.gains_in_units(unit)?, nav)?)
    }

    /// Checks that the rows are the days of the set, in their order.
    fn check_days(&self, set: &ScenarioSet) -> Result<(), Problem> {
        if !self.trades.is_empty() {
            return Err(PnlProblem::TakesPositions("a trade").into());
        }
        if !self.is_pnl() {
            return Err(PnlProblem::NotAVector.into());
        }
        let (found, expected) = (self.rows.len(), set.labels().len());
        if found != expected {
            let first = |label: &String| label.clone();
            let (first_found, first_expected) = (first(&self.rows[0].factor), first(&set.labels()[0]));
            return Err(PnlProblem::OtherDays { found, first_found, expected, first_expected }.into());
        }
        match self.rows.iter().zip(set.labels()).position(|(row, label)| row.factor != *label) {
            Some(place) => {
                let (found, expected) = (self.rows[place].factor.clone(), set.labels()[place].clone());
                Err(PnlProblem::OtherDay { place: place + 1, found, expected }.into())
            }
            None => Ok(()),
        }
    }

    /// Returns the gains in whole units, halves away from zero.
    fn gains_in_units(&self, unit: Unit) -> Result<Vec<i64>, RowError> {
        let gain = |(index, row): (usize, &super::BookRow)| {
            let amount = row.holding.number();
            let units = units::nearest(amount, unit);
            if units.abs() > I256::from(MAX_PNL) {
                let value = amount.abs().normalize().to_string();
                let (what, most, unit) = ("the profit or loss of a day", MAX_PNL, unit.to_decimal());
                return Err(RowError::new(index, "pnl", Problem::UnitTooSmall { what, value, most, unit }));
            }
            Ok(units.as_i64())
        };
        self.rows.iter().enumerate().map(gain).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::scenarios::pnl::pnl;

    fn book(rows: &[(&str, &str)]) -> Book {
        let row = |(day, gain): &(&str, &str)| BookRow {
            factor: (*day).to_owned(),
            holding: Holding::Exposure(gain.parse().unwrap()),
            value: None,
            gamma: Decimal::ZERO,
            vega: Decimal::ZERO,
            theta: Decimal::ZERO,
            is_cash: false,
        };
        Book::new(rows.iter().map(row).collect()).unwrap()
    }

    const ROWS: [(&str, &str); 3] = [("2024-01-02", "-900.005"), ("2024-01-03", "12"), ("2024-01-05", "0.004")];

    /// Days may be far apart.
    #[test]
    fn a_vector_has_its_days_in_order() {
        let of = |texts: &[&str]| {
            let gain = |text: &&str| (text.parse().unwrap(), Decimal::ONE);
            Book::of_gains(texts.iter().map(gain).collect())
        };
        assert_eq!(of(&["2024-01-02", "2024-01-05"]).unwrap().days().unwrap().len(), 2);
        let refused = |texts: &[&str]| of(texts).unwrap_err();
        let doubled = Problem::DuplicateDate("2024-01-02".into());
        assert_eq!(refused(&["2024-01-01", "2024-01-02", "2024-01-02"]), RowError::new(2, "date", doubled));
        let (date, previous) = ("2024-01-01".to_owned(), "2024-01-02".to_owned());
        let unsorted = Problem::UnsortedDate { date, previous };
        assert_eq!(refused(&["2024-01-02", "2024-01-01"]), RowError::new(1, "date", unsorted));
        assert!(matches!(refused(&[]).problem, Problem::Empty(_)));
    }

    #[test]
    fn gains_become_units_with_the_stated_net_asset_value() {
        let book = book(&ROWS);
        let set = pnl("Desk", &book.days().unwrap()).unwrap();
        let vector = book.positions(&set, None, Some("1000.019".parse().unwrap())).unwrap();
        assert_eq!((vector.gains(), vector.nav(), vector.unit()), (&[-90_001, 1_200, 0][..], 100_001, Unit::CENT));
        assert_eq!(book.positions_as_committed(&set, Unit::CENT, 100_001).unwrap(), vector);
        assert_eq!(book.positions(&set, None, None).unwrap_err().problem, PnlProblem::NoNav.into());
        assert!(book.notes(&set, &vector, true).is_empty());
    }

    #[test]
    fn other_days_and_other_books_are_refused() {
        let whole = book(&ROWS);
        let set = pnl("Desk", &whole.days().unwrap()).unwrap();
        let refused = |rows: &[(&str, &str)]| book(rows).positions(&set, None, Some(Decimal::ONE)).unwrap_err().problem;
        assert!(matches!(refused(&ROWS[..2]), Problem::Pnl(PnlProblem::OtherDays { found: 2, expected: 3, .. })));
        let other = [ROWS[0], ("2024-01-04", "12"), ROWS[2]];
        assert!(matches!(refused(&other), Problem::Pnl(PnlProblem::OtherDay { place: 2, .. })));
        assert_eq!(refused(&[("AAPL", "5"), ROWS[1], ROWS[2]]), PnlProblem::NotAVector.into());
        let large = [ROWS[0], ("2024-01-03", "43980465111.04"), ROWS[2]];
        assert!(matches!(refused(&large), Problem::UnitTooSmall { most: MAX_PNL, .. }));
        let trade = whole.after(&["2024-01-02,5".parse().unwrap()]);
        let problem = trade.positions(&set, None, Some(Decimal::ONE)).unwrap_err().problem;
        assert_eq!(problem, PnlProblem::TakesPositions("a trade").into());
    }
}
