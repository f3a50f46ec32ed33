//! Private books: exposures per factor, and the integer positions a statement is about.
//!
//! * `units`: amounts of currency as whole book units.
//! * `cash`: rows that do not move.
//! * `lots`: several rows of one factor as one.
//! * `trade`: exposures that may be added, to see what they change.
//! * `pnl`: the gains of a P&L vector.
//! * `notes`: what is likely wrong with a book that can be read.

mod cash;
mod lots;
mod notes;
mod pnl;
mod trade;
mod units;

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;
use tailproof_core::error::{BookProblem, PriceProblem, Problem, RowError};
use tailproof_core::fixed_point::Unit;
use tailproof_core::mandate::Mandate;
use tailproof_core::positions::Positions;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::text::{parse_decimal, shortened};

pub(crate) use cash::is_cash_in;
pub(crate) use lots::{Lots, merged};
pub use notes::BookNote;
pub use trade::Trade;

/// A book's holding of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// signed market value in currency
    Exposure(Decimal),
    /// signed number of pieces; times the scenario set's last price
    Quantity(Decimal),
    /// signed fraction of the net asset value, which must then be stated
    Weight(Decimal),
}

impl Holding {
    /// Whether it takes no net asset value to be an amount of currency.
    pub fn is_amount(self) -> bool {
        !matches!(self, Holding::Weight(_))
    }

    /// Returns the number, whatever it counts.
    pub fn number(self) -> Decimal {
        match self {
            Holding::Exposure(number) | Holding::Quantity(number) | Holding::Weight(number) => number,
        }
    }
}

/// A row of a book: a factor with the exposure to it, and to the columns of Greeks behind it.
#[derive(Clone, PartialEq, Eq)]
pub struct BookRow {
    /// name of the factor
    pub factor: String,
    /// exposure to it
    pub holding: Holding,
    /// what the row counts in the net asset value, in currency, where that is not its exposure: the
    /// premium of an option, 0 for a future
    pub value: Option<Decimal>,
    /// currency times half of the squared return; 0 for none
    pub gamma: Decimal,
    /// currency times the change of an implied volatility by 1; 0 for none
    pub vega: Decimal,
    /// currency gained a day where nothing moves, negative for options that are held; 0 for none
    pub theta: Decimal,
    /// whether the book says that the row is cash; a row named CASH is cash whatever it says here
    pub is_cash: bool,
}

impl BookRow {
    /// Returns the exposures to columns of Greeks, each with its name in a book.
    fn greeks(&self) -> [(&'static str, Decimal); 3] {
        [("gamma", self.gamma), ("vega", self.vega), ("theta", self.theta)]
    }

    fn has_greeks(&self) -> bool {
        self.greeks().iter().any(|(_, amount)| !amount.is_zero())
    }
}

/// A book in currency or pieces: private.
#[derive(Clone, PartialEq, Eq)]
pub struct Book {
    rows: Vec<BookRow>,
    currency: Option<String>,
    trades: Vec<Trade>,
}

impl std::fmt::Debug for Book {
    /// Shows the number of rows and nothing else.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// The amounts of a book over a scenario set, in currency.
struct Amounts {
    /// exposures, in the order of the set's factors; 0 where the book has none
    exposures: Vec<Decimal>,
    /// what each row counts in the net asset value, where the book says it
    values: Option<Vec<Decimal>>,
    /// cash, an amount for each row of it
    cash: Vec<Decimal>,
    /// trades, each with the place of its factor
    trades: Vec<(usize, Decimal)>,
}

impl Book {
    /// Returns the book of `rows`.
    ///
    /// # Errors
    /// No rows; a factor without a name, or named twice. The error names the row by its index.
    pub fn new(rows: Vec<BookRow>) -> Result<Self, RowError> {
        let mut seen = HashSet::new();
        for (index, BookRow { factor, .. }) in rows.iter().enumerate() {
            let problem = match factor.is_empty() {
                true => Problem::EmptyName,
                false if !seen.insert(factor) => Problem::DuplicateName(factor.clone()),
                false => continue,
            };
            return Err(RowError::new(index, "factor", problem));
        }
        if rows.is_empty() {
            return Err(Problem::Empty("no positions".into()).into());
        }
        Ok(Self { rows, currency: None, trades: Vec::new() })
    }

    /// Returns the book with the currency of its amounts.
    #[must_use]
    pub fn in_currency(self, currency: Option<String>) -> Self {
        Self { currency, ..self }
    }

    /// Returns the book with trades after it: exposures are added, and paid in cash, so that the net
    /// asset value stays.
    #[must_use]
    pub fn after(&self, trades: &[Trade]) -> Self {
        let mut book = self.clone();
        book.trades.extend_from_slice(trades);
        book
    }

    /// The currency of its amounts, where the book states it.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// Returns each factor with its exposure as it is stated; `None` for holdings in pieces or
    /// weights and for rows with Greeks.
    pub fn exposures_as_stated(&self) -> impl Iterator<Item = (&str, Option<Decimal>)> {
        self.rows.iter().map(|row| match row.holding {
            Holding::Exposure(value) if !row.has_greeks() => (&*row.factor, Some(value)),
            _ => (&*row.factor, None),
        })
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> &[BookRow] {
        &self.rows
    }

    /// Checks that a mandate is in the book's currency, where both state one.
    ///
    /// # Errors
    /// Two currencies.
    pub fn check_currency(&self, mandate: &Mandate) -> Result<(), Problem> {
        let (Some(book), mandate) = (self.currency(), mandate.currency()) else { return Ok(()) };
        // GBp is a hundredth of GBP: capitals count unless there are none.
        let is_lower = book.bytes().all(|byte| byte.is_ascii_lowercase());
        if mandate.is_empty() || book == mandate || (is_lower && book.eq_ignore_ascii_case(mandate)) {
            return Ok(());
        }
        Err(BookProblem::OtherCurrency { book: book.to_owned(), mandate: mandate.to_owned() }.into())
    }

    /// Returns the amounts over the factors of `set`. `nav` is what weights are fractions of.
    fn amounts(&self, set: &ScenarioSet, nav: Option<Decimal>) -> Result<Amounts, RowError> {
        let places: HashMap<&str, usize> = set.factors().iter().map(String::as_str).zip(0..).collect();
        let mut exposures: Vec<Option<Decimal>> = vec![None; set.factors().len()];
        let mut cash = Vec::new();
        let mut put = |place: usize, amount: Decimal| match exposures[place].replace(amount) {
            Some(_) => Err(Problem::DuplicateName(set.factors()[place].clone())),
            None => Ok(()),
        };
        for (index, row) in self.rows.iter().enumerate() {
            let at_cell = |column: &'static str| move |problem| RowError::new(index, column, problem);
            let Some(known) = places.get(&*row.factor).copied() else {
                if !is_cash_in(row, self.currency()) {
                    return Err(at_cell("factor")(self.no_factor(&row.factor, set)));
                }
                for (greek, amount) in row.greeks() {
                    let column = format!("{greek}:{}", row.factor);
                    let still = amount.is_zero().then_some(()).ok_or(Problem::NeedsColumn { column, greek });
                    still.map_err(at_cell(greek))?;
                }
                let amount = amount_of_cash(row.holding, nav).map_err(at_cell("factor"))?;
                cash.push(row.value.unwrap_or(amount));
                continue;
            };
            for (greek, amount) in row.greeks() {
                if amount.is_zero() {
                    continue;
                }
                let column = format!("{greek}:{}", row.factor);
                let place = places.get(&*column).copied();
                let missing = || Problem::NeedsColumn { column: column.clone(), greek };
                put(place.ok_or_else(missing).map_err(at_cell(greek))?, amount).map_err(at_cell(greek))?;
            }
            let exposure = match row.holding {
                Holding::Exposure(value) => value,
                Holding::Quantity(quantity) => value_of(quantity, set, known).map_err(at_cell("quantity"))?,
                Holding::Weight(weight) => weighted(weight, nav).map_err(at_cell("weight"))?,
            };
            put(known, exposure).map_err(at_cell("factor"))?;
        }
        let exposures = exposures.into_iter().map(Option::unwrap_or_default).collect();
        let moving = self.rows.iter().filter(|row| places.contains_key(&*row.factor));
        let values = moving.map(|row| row.value).collect();
        Amounts { exposures, values, cash, trades: self.traded(&places, set)? }.with_cash_in_its_column(set)
    }

    /// Returns the trades with the places of their factors.
    fn traded(&self, places: &HashMap<&str, usize>, set: &ScenarioSet) -> Result<Vec<(usize, Decimal)>, Problem> {
        let place = |trade: &Trade| {
            let known = places.get(trade.factor()).copied();
            let known = known.ok_or_else(|| self.no_factor(trade.factor(), set).in_part(format!("the trade {trade}")));
            Ok((known?, trade.amount()))
        };
        self.trades.iter().map(place).collect()
    }

    /// The problem of a name that the set does not have.
    fn no_factor(&self, factor: &str, set: &ScenarioSet) -> Problem {
        let without_marks = |name: &str| -> String {
            name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        if cash::is_cash_of_some_currency(factor) {
            return BookProblem::CashOfCurrency(factor.to_owned()).into();
        }
        let plain = without_marks(factor);
        let similar = set.factors().iter().find(|known| !plain.is_empty() && without_marks(known) == plain).cloned();
        BookProblem::NoFactor { factor: factor.to_owned(), similar, known: shortened(set.factors()) }.into()
    }

    /// Returns the book as integers over the factors of `set`.
    ///
    /// `unit` is the value of a book unit; without one it is a cent, whatever the book. The unit is
    /// public, so one that followed from the book would tell the decade of its gross exposure. An
    /// exposure is rounded to the nearest unit, halves away from zero. `nav` is the net asset value
    /// in currency, rounded down (default: the sum of the values and of the cash, or of the exposures
    /// and of the cash where the book states no values). Weights are fractions of the rounded one.
    ///
    /// # Errors
    /// A factor that the set does not have, and that is no cash; over the days of a P&L vector, other
    /// days, trades, or no net asset value; weights without a net asset value;
    /// a gross total or net asset value beyond what statements can hold; a net asset value that is
    /// negative; options or absolute moves without values and without a net asset value.
    pub fn positions(
        &self,
        set: &ScenarioSet,
        unit: Option<Unit>,
        nav: Option<Decimal>,
    ) -> Result<Positions, RowError> {
        let unit = unit.unwrap_or(Unit::CENT);
        let nav = nav.map(|nav| units::rounded_down(nav, unit)).transpose()?;
        if set.is_pnl() {
            return self.gains(set, unit, nav);
        }
        let amounts = self.amounts(set, nav)?;
        Ok(units::positions_in(set, &amounts, unit, nav)?)
    }

    /// Returns the book as [`Book::positions`] does, in cents or, if they do not hold it, in the
    /// finest power of ten that does. For private figures alone: the unit follows from the book.
    ///
    /// # Errors
    /// As [`Book::positions`].
    pub fn positions_that_fit(&self, set: &ScenarioSet, nav: Option<Decimal>) -> Result<Positions, RowError> {
        let mut found = self.positions(set, Some(Unit::CENT), nav);
        for unit in (5..=12).map(|power| Unit::from_millionths(10u64.pow(power))) {
            match &found {
                Err(error) if matches!(error.problem, Problem::UnitTooSmall { .. }) => {
                    found = self.positions(set, Some(unit?), nav);
                }
                _ => break,
            }
        }
        found
    }

    /// Returns the book in a given unit with a given net asset value in that unit, as an opening
    /// states them.
    ///
    /// # Errors
    /// As [`Book::positions`].
    pub fn positions_as_committed(&self, set: &ScenarioSet, unit: Unit, nav: u64) -> Result<Positions, RowError> {
        if set.is_pnl() {
            return self.gains_as_committed(set, unit, nav);
        }
        let amounts = self.amounts(set, units::in_currency(nav, unit))?;
        Ok(Positions::new(unit, units::exposures(&amounts, unit)?, nav)?)
    }
}

/// Returns the value of a quantity of a factor at the set's last price.
fn value_of(quantity: Decimal, set: &ScenarioSet, factor: usize) -> Result<Decimal, Problem> {
    let name = &set.factors()[factor];
    let why = set.generator().treatment().and_then(|treatment| match name {
        _ if treatment.is_absolute(name) => Some("its moves are absolute, and an exposure is currency per step"),
        _ => treatment.index_of(name).map(|_| "it is a proxy, and has no price of its own"),
    });
    if let Some(why) = why {
        return Err(PriceProblem::NoQuantity { factor: name.clone(), why }.into());
    }
    let price = parse_decimal(&set.last_prices().ok_or(Problem::NoPrices)?[factor])?;
    quantity.checked_mul(price).ok_or_else(|| beyond_digits(format!("{quantity} x {price}")))
}

/// Returns a fraction of the net asset value.
fn weighted(weight: Decimal, nav: Option<Decimal>) -> Result<Decimal, Problem> {
    let nav = nav.ok_or(BookProblem::NavOfWeights)?;
    weight.checked_mul(nav).ok_or_else(|| beyond_digits(format!("{weight} x {nav}")))
}

/// Returns an amount of cash. A piece of cash is one unit of currency.
fn amount_of_cash(holding: Holding, nav: Option<Decimal>) -> Result<Decimal, Problem> {
    match holding {
        Holding::Exposure(amount) | Holding::Quantity(amount) => Ok(amount),
        Holding::Weight(weight) => weighted(weight, nav),
    }
}

fn beyond_digits(value: String) -> Problem {
    Problem::OutOfRange { what: "the position".into(), value, range: "28 digits".into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::read_book;
    use tailproof_core::error::InputError;
    use tailproof_core::scenarios::generator::{Generator, Variant};

    fn set() -> ScenarioSet {
        ScenarioSet::new(
            Generator::Custom { description: "test".into() },
            vec!["A".into(), "B".into()],
            vec!["one".into()],
            Some(vec!["10.5".into(), "3".into()]),
            vec![1],
            vec![1, 2],
        )
        .unwrap()
    }

    fn positions(text: &str, unit: Option<Unit>, nav: Option<Decimal>) -> Result<Positions, InputError> {
        read_book("b.csv", text.as_bytes())?.positions(&set(), unit, nav)
    }

    #[test]
    fn exposures_become_units_of_a_cent_and_nav_is_their_sum() {
        let positions = positions("factor,exposure\nB,-100.25\nA,1000\n", None, None).unwrap();
        assert_eq!(positions.unit(), Unit::CENT);
        assert_eq!(positions.exposures(), [100_000, -10_025]);
        assert_eq!(positions.nav(), 89_975);
        assert_eq!(positions.gross(), 110_025);
    }

    #[test]
    fn the_unit_does_not_tell_the_decade_of_a_book() {
        for exposure in ["0.05125", "0.123456", "200000.123456", "300000.123456", "2000000000.123"] {
            let book = positions(&format!("factor,exposure\nA,{exposure}\n"), None, None).unwrap();
            assert_eq!(book.unit(), Unit::CENT, "{exposure}");
        }
        let asked = positions("factor,exposure\nA,0.05125\n", Some(Unit::from_millionths(10).unwrap()), None).unwrap();
        assert_eq!((asked.unit().millionths(), asked.exposures()[0]), (10, 5_125));
    }

    #[test]
    fn a_book_that_a_cent_does_not_hold_is_refused_with_the_unit_that_does() {
        let refused = |exposure: &str| {
            positions(&format!("factor,exposure\nA,{exposure}\n"), None, None).unwrap_err().problem.to_string()
        };
        let said = refused("3000000000");
        assert!(said.contains("power of ten that holds it is 0.1;") && said.contains("shows the decade"), "{said}");
        let said = refused("300000000000");
        assert!(said.contains("power of ten that holds it is 10;"), "{said}");
    }

    #[test]
    fn quantities_are_valued_at_the_last_price() {
        let positions = positions("factor,quantity\nA,-2\nB,10\n", None, None).unwrap();
        assert_eq!(positions.exposures(), [-2_100, 3_000]);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        let error = positions("factor,exposure\nC,1\n", None, None).unwrap_err();
        assert!(matches!(error.problem, Problem::Book(BookProblem::NoFactor { .. })));
        assert_eq!((error.row, error.column.as_deref()), (Some(2), Some("factor")));
        let error = positions("factor,exposure\nA,3000000000\n", None, None).unwrap_err();
        assert!(error.to_string().contains("gross exposure"), "{error}");
        assert!(
            positions("factor,exposure\nA,3000000000\n", Some(Unit::from_millionths(1_000_000).unwrap()), None).is_ok()
        );
        let error = positions("factor,exposure\nA,-5\n", None, None).unwrap_err();
        assert!(error.to_string().contains("long-short book"), "{error}");
        assert!(positions("factor,exposure\nA,-5\n", None, Some(Decimal::from(7))).is_ok());
    }

    #[test]
    fn amounts_of_twenty_nine_digits_are_refused_without_overflow() {
        for amounts in [["70000000000000000000000000000"; 2], ["79228162514264337593543950335", "-10"]] {
            let text = format!("factor,exposure\nA,{}\nB,{}\n", amounts[0], amounts[1]);
            assert!(positions(&text, None, None).unwrap_err().to_string().contains("gross exposure"));
        }
    }

    #[test]
    fn malformed_books_are_refused() {
        for text in [
            "factor,exposure\n",
            "factor\nA\n",
            "factor,exposure,quantity\nA,1,1\n",
            "factor,exposure,note\nA,1,x\n",
            "factor,exposure\nA,1\nA,2\n",
            "factor,exposure\nA,\n",
            "factor,exposure\nA,1.000.000\n",
            "factor,exposure\n,1\n",
            "factor,exposure,gamma\nA,1,x\n",
            "factor,exposure,delta\nA,1,1\n",
        ] {
            assert!(positions(text, None, None).is_err(), "{text}");
        }
        assert!(positions("factor,exposure,gamma,vega\nA,1,0,\n", None, None).is_ok());
        let error = positions("factor,delta,gamma\nA,1,2\n", None, None).unwrap_err().to_string();
        assert!(error.contains("'gamma:A'"), "{error}");
    }

    #[test]
    fn a_column_is_set_once() {
        let set = ScenarioSet::new(
            Generator::Historical {
                horizon: 1,
                variant: Some(Variant { gamma: true, ..Variant::default() }),
                ring: None,
                slot: None,
                treatment: None,
                prices_sha256: String::new(),
            },
            vec!["A".into(), "gamma:A".into()],
            vec!["one".into()],
            None,
            vec![1],
            vec![1, 2],
        )
        .unwrap();
        let text = "factor,exposure,gamma\nA,1,3\ngamma:A,5,0\n";
        let error = read_book("b.csv", text.as_bytes()).unwrap().positions(&set, None, None).unwrap_err();
        assert_eq!((error.row, &error.problem), (Some(3), &Problem::DuplicateName("gamma:A".into())));
        let book = read_book("b.csv", &b"factor,exposure,gamma\nA,1,3\n"[..]).unwrap();
        let positions = book.positions(&set, None, Some(Decimal::ONE)).unwrap();
        assert_eq!((positions.exposures(), positions.nav()), (&[100, 300][..], 100));
        let error = book.positions(&set, None, None).unwrap_err();
        assert_eq!(error.problem, BookProblem::SumOfDeltas.into(), "a delta is no value");
    }

    #[test]
    fn debug_output_does_not_show_the_book() {
        let positions = positions("factor,exposure\nA,123.45\n", None, None).unwrap();
        assert!(!format!("{positions:?}").contains("123"));
    }
}
