//! Private books: exposures per factor, and the integer positions a statement is about.

use std::collections::HashSet;

use ethnum::I256;
use rust_decimal::Decimal;
use tailproof_core::error::{PriceProblem, Problem, RowError};
use tailproof_core::fixed_point::{MAX_GROSS, MAX_NAV, Unit, div_round};
use tailproof_core::positions::Positions;
use tailproof_core::scenarios::{factors::is_exposure, set::ScenarioSet};
use tailproof_core::text::{parse_decimal, shortened};

/// A book's holding of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// signed market value in currency
    Exposure(Decimal),
    /// signed number of pieces; times the scenario set's last price
    Quantity(Decimal),
}

/// A row of a book: a factor with the exposure to it, and to the columns of Greeks behind it.
#[derive(Clone, PartialEq, Eq)]
pub struct BookRow {
    /// name of the factor
    pub factor: String,
    /// exposure to it
    pub holding: Holding,
    /// currency times half of the squared return; 0 for none
    pub gamma: Decimal,
    /// currency times the change of an implied volatility by 1; 0 for none
    pub vega: Decimal,
}

/// A book in currency or pieces: private.
#[derive(Clone, PartialEq, Eq)]
pub struct Book {
    rows: Vec<BookRow>,
}

impl std::fmt::Debug for Book {
    /// Shows the number of rows and nothing else.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
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
        Ok(Self { rows })
    }

    /// Returns each factor with its exposure as it is stated; `None` for holdings in pieces and for rows with Greeks.
    pub fn exposures_as_stated(&self) -> impl Iterator<Item = (&str, Option<Decimal>)> {
        self.rows.iter().map(|row| match row.holding {
            Holding::Exposure(value) if row.gamma.is_zero() && row.vega.is_zero() => (&*row.factor, Some(value)),
            _ => (&*row.factor, None),
        })
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> &[BookRow] {
        &self.rows
    }

    /// Returns the exposures in currency, in the order of the set's factors; 0 where the book has
    /// none.
    fn exposures(&self, set: &ScenarioSet) -> Result<Vec<Decimal>, RowError> {
        let mut exposures: Vec<Option<Decimal>> = vec![None; set.factors().len()];
        let mut put = |place: usize, amount: Decimal| match exposures[place].replace(amount) {
            Some(_) => Err(Problem::DuplicateName(set.factors()[place].clone())),
            None => Ok(()),
        };
        let place = |name: &str| set.factors().iter().position(|known| known == name);
        for (index, BookRow { factor, holding, gamma, vega }) in self.rows.iter().enumerate() {
            let at_cell = |column: &'static str| move |problem| RowError::new(index, column, problem);
            let known = place(factor).ok_or_else(|| {
                at_cell("factor")(Problem::UnknownFactor { factor: factor.clone(), known: shortened(set.factors()) })
            })?;
            for (greek, amount) in [("gamma", gamma), ("vega", vega)] {
                if amount.is_zero() {
                    continue;
                }
                let column = format!("{greek}:{factor}");
                let missing = Problem::NeedsColumn { column: column.clone(), greek };
                let place = place(&column).ok_or(missing).map_err(at_cell(greek))?;
                put(place, *amount).map_err(at_cell(greek))?;
            }
            let exposure = match holding {
                Holding::Exposure(value) => *value,
                Holding::Quantity(quantity) => value_of(*quantity, set, known).map_err(at_cell("quantity"))?,
            };
            put(known, exposure).map_err(at_cell("factor"))?;
        }
        Ok(exposures.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// Returns the book as integers over the factors of `set`.
    ///
    /// `unit` is the value of a book unit; without one it is a cent, whatever the book. The unit is
    /// public, so one that followed from the book would tell the decade of its gross exposure. An
    /// exposure is rounded to the nearest unit, halves away from zero. `nav` is the net asset value
    /// in currency (default: the sum of the exposures), rounded down.
    ///
    /// # Errors
    /// A factor that the set does not have; a gross total or net asset value beyond what statements
    /// can hold; a net asset value that is negative.
    pub fn positions(
        &self,
        set: &ScenarioSet,
        unit: Option<Unit>,
        nav: Option<Decimal>,
    ) -> Result<Positions, RowError> {
        let exposures = self.exposures(set)?;
        Ok(positions_in(set, &exposures, unit.unwrap_or(Unit::CENT), nav)?)
    }

    /// Returns the book in a given unit with a given net asset value in that unit, as an opening
    /// states them.
    ///
    /// # Errors
    /// As [`Book::positions`].
    pub fn positions_as_committed(&self, set: &ScenarioSet, unit: Unit, nav: u64) -> Result<Positions, RowError> {
        let exposures = self.exposures(set)?;
        Ok(Positions::new(unit, in_units(&exposures, unit)?, nav)?)
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
    quantity.checked_mul(price).ok_or_else(|| Problem::OutOfRange {
        what: "the position".into(),
        value: format!("{quantity} x {price}"),
        range: "28 digits".into(),
    })
}

/// Returns exposures rounded to whole units.
fn in_units(exposures: &[Decimal], unit: Unit) -> Result<Vec<i64>, Problem> {
    let units = exposures.iter().map(|exposure| {
        let (numerator, denominator) = unit.ratio(*exposure);
        div_round(numerator, denominator)
    });
    let units: Vec<I256> = units.collect();
    if units.iter().map(|units| units.abs()).sum::<I256>() > I256::from(MAX_GROSS) {
        let value = total(exposures.iter().map(Decimal::abs));
        return Err(Problem::UnitTooSmall {
            what: "the gross exposure",
            value,
            most: MAX_GROSS,
            unit: unit.to_decimal(),
        });
    }
    Ok(units.iter().map(|value| value.as_i64()).collect())
}

/// Returns the positions of exposures in a unit.
fn positions_in(
    set: &ScenarioSet,
    exposures: &[Decimal],
    unit: Unit,
    nav: Option<Decimal>,
) -> Result<Positions, Problem> {
    let exposures_in_units = in_units(exposures, unit)?;
    let nav_in_units = match nav {
        Some(amount) => {
            let (numerator, denominator) = unit.ratio(amount);
            numerator.div_euclid(denominator)
        }
        None if has_steps(set, &exposures_in_units) => return Err(PriceProblem::SumOfSteps.into()),
        None => {
            let all = exposures_in_units.iter().zip(set.factors());
            I256::from(all.filter(|(_, name)| is_exposure(name)).map(|(exposure, _)| exposure).sum::<i64>())
        }
    };
    let sum =
        || total(exposures.iter().zip(set.factors()).filter(|(_, name)| is_exposure(name)).map(|(value, _)| *value));
    if nav_in_units < I256::ZERO {
        return Err(match nav {
            None => Problem::MissingNav { sum: sum() },
            Some(nav) => Problem::OutOfRange {
                what: "the net asset value".into(),
                value: nav.to_string(),
                range: "0 and above".into(),
            },
        });
    }
    if nav_in_units > I256::from(MAX_NAV) {
        let value = nav.map_or_else(sum, |nav| nav.to_string());
        return Err(Problem::UnitTooSmall {
            what: "the net asset value",
            value,
            most: MAX_NAV,
            unit: unit.to_decimal(),
        });
    }
    Positions::new(unit, exposures_in_units, nav_in_units.as_u64())
}

/// Whether an exposure is currency per step of absolute moves, so that no sum is a value.
fn has_steps(set: &ScenarioSet, exposures: &[i64]) -> bool {
    let treatment = set.generator().treatment();
    let held = exposures.iter().zip(set.factors()).filter(|(exposure, _)| **exposure != 0);
    treatment.is_some_and(|treatment| held.map(|(_, name)| name).any(|name| treatment.is_absolute(name)))
}

/// Returns a sum for an error message.
fn total(amounts: impl IntoIterator<Item = Decimal>) -> String {
    let sum = amounts.into_iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount));
    sum.map_or_else(|| "of more than 28 digits".to_owned(), |sum| sum.to_string())
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
        assert!(matches!(error.problem, Problem::UnknownFactor { .. }));
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
        let positions = book.positions(&set, None, None).unwrap();
        assert_eq!(
            (positions.exposures(), positions.nav()),
            (&[100, 300][..], 100),
            "the net asset value has no Greeks"
        );
    }

    #[test]
    fn debug_output_does_not_show_the_book() {
        let positions = positions("factor,exposure\nA,123.45\n", None, None).unwrap();
        assert!(!format!("{positions:?}").contains("123"));
    }
}
