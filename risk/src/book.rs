//! Private books: exposures per factor from CSV, and the integer positions a statement is about.

use std::io::Read;

use ethnum::I256;
use rust_decimal::Decimal;

use crate::csv::Table;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::fixed_point::{MAX_GROSS, MAX_NAV, Unit, div_round};
use tailproof_core::positions::Positions;
use tailproof_core::scenarios::set::{ScenarioSet, is_exposure};
use tailproof_core::text::{parse_decimal, shortened};

/// What a book holds of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// signed market value in currency
    Exposure(Decimal),
    /// signed number of pieces; times the scenario set's last price
    Quantity(Decimal),
}

/// A book as it stands in its file: private.
#[derive(Clone, PartialEq, Eq)]
pub struct Book {
    file: String,
    rows: Vec<Row>,
}

/// A line of a book.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    line: u64,
    factor: String,
    holding: Holding,
    /// exposures to the columns of Greeks behind the factor, with the prefix of their names
    greeks: Vec<(&'static str, Decimal)>,
}

impl std::fmt::Debug for Book {
    /// Shows the number of rows and nothing else.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

impl Book {
    /// Reads `factor,exposure` (or `delta`, the same: currency times return) or `factor,quantity`, and perhaps `gamma` (currency times
    /// half of the squared return) and `vega` (currency times the change of an implied volatility by 1). `file` names it in errors.
    ///
    /// # Errors
    /// A header without these columns, unknown columns, a factor named twice, a cell that is not a decimal.
    pub fn from_csv(file: &str, input: impl Read) -> Result<Self, InputError> {
        let table = Table::read(file, input)?;
        let lower: Vec<String> = table.header.iter().map(|name| name.to_ascii_lowercase()).collect();
        let position = |name: &str| lower.iter().position(|column| column == name);
        let bad_header = || {
            InputError::of_row(
                file,
                1,
                Problem::Header {
                    found: format!("'{}'", table.header.join(",")),
                    expected: "factor,exposure or factor,delta or factor,quantity (with optional gamma, vega)".into(),
                },
            )
        };
        let factor_column = position("factor").ok_or_else(bad_header)?;
        let (value_column, quantity) = match (position("exposure"), position("delta"), position("quantity")) {
            (Some(column), None, None) | (None, Some(column), None) => (column, false),
            (None, None, Some(column)) => (column, true),
            _ => return Err(bad_header()),
        };
        let greeks: Vec<(&'static str, usize)> = [("gamma:", "gamma"), ("vega:", "vega")]
            .into_iter()
            .filter_map(|(prefix, name)| Some((prefix, position(name)?)))
            .collect();
        if table.header.len() != 2 + greeks.len() {
            return Err(bad_header());
        }
        let mut rows: Vec<Row> = Vec::with_capacity(table.rows.len());
        let mut seen = std::collections::HashSet::new();
        for (line, cells) in &table.rows {
            let factor = cells[factor_column].clone();
            if factor.is_empty() {
                return Err(InputError::of_cell(file, *line, "factor", Problem::EmptyName));
            }
            if !seen.insert(factor.clone()) {
                return Err(InputError::of_cell(file, *line, "factor", Problem::DuplicateName(factor)));
            }
            let decimal = |column: usize| {
                parse_decimal(&cells[column])
                    .map_err(|problem| InputError::of_cell(file, *line, &table.header[column], problem))
            };
            let mut of_row = Vec::new();
            for (prefix, column) in &greeks {
                if !cells[*column].is_empty() && !decimal(*column)?.is_zero() {
                    of_row.push((*prefix, decimal(*column)?));
                }
            }
            let value = decimal(value_column)?;
            let holding = if quantity { Holding::Quantity(value) } else { Holding::Exposure(value) };
            rows.push(Row { line: *line, factor, holding, greeks: of_row });
        }
        if rows.is_empty() {
            return Err(InputError::of_file(file, Problem::Empty("no positions".into())));
        }
        Ok(Self { file: file.to_owned(), rows })
    }

    /// Exposures in currency, in the order of the set's factors; 0 where the book has none.
    fn exposures(&self, set: &ScenarioSet) -> Result<Vec<Decimal>, InputError> {
        let mut exposures = vec![Decimal::ZERO; set.factors().len()];
        let mut seen = vec![false; set.factors().len()];
        for Row { line, factor, holding, greeks } in &self.rows {
            let at_row = |column: &str, problem| InputError::of_cell(&self.file, *line, column, problem);
            let index = set.factors().iter().position(|name| name == factor).ok_or_else(|| {
                let problem = Problem::UnknownFactor { factor: factor.clone(), known: shortened(set.factors()) };
                at_row("factor", problem)
            })?;
            for (prefix, amount) in greeks {
                let name = format!("{prefix}{factor}");
                let column = prefix.trim_end_matches(':');
                let index = set.factors().iter().position(|known| *known == name).ok_or_else(|| {
                    let option = if column == "gamma" { "--gamma" } else { "--implied-volatility" };
                    let advice = format!(
                        "the scenario set has no column '{name}'; make one by `scenarios historical {option}`, or leave it 0"
                    );
                    at_row(column, Problem::Other(advice))
                })?;
                if std::mem::replace(&mut seen[index], true) {
                    return Err(at_row(column, Problem::DuplicateName(name)));
                }
                exposures[index] = *amount;
            }
            if std::mem::replace(&mut seen[index], true) {
                return Err(at_row("factor", Problem::DuplicateName(factor.clone())));
            }
            exposures[index] = match holding {
                Holding::Exposure(value) => *value,
                Holding::Quantity(quantity) => {
                    let prices = set.last_prices().ok_or_else(|| {
                        at_row(
                            "quantity",
                            Problem::Other("the scenario set carries no prices; give exposures instead".into()),
                        )
                    })?;
                    let price = parse_decimal(&prices[index]).map_err(|problem| at_row("quantity", problem))?;
                    quantity.checked_mul(price).ok_or_else(|| {
                        at_row(
                            "quantity",
                            Problem::OutOfRange {
                                what: "the position".into(),
                                value: format!("{quantity} x {price}"),
                                range: "28 digits".into(),
                            },
                        )
                    })?
                }
            };
        }
        Ok(exposures)
    }

    /// The book as integers over the factors of `set`.
    ///
    /// `unit` is the value of a book unit; without one it is a cent, or finer (down to a millionth) where the exposures
    /// are written with more places and the gross total still fits. An exposure is rounded to the nearest unit, halves
    /// away from zero. `nav` is the net asset value in currency (default: the sum of the exposures), rounded down.
    ///
    /// # Errors
    /// A factor that the set does not have; a gross total or net asset value beyond what statements can hold; a net asset
    /// value that is negative.
    pub fn positions(
        &self,
        set: &ScenarioSet,
        unit: Option<Unit>,
        nav: Option<Decimal>,
    ) -> Result<Positions, InputError> {
        let exposures = self.exposures(set)?;
        match unit {
            Some(unit) => self.positions_in(set, &exposures, unit, nav),
            None => {
                let places = exposures.iter().map(|value| value.normalize().scale()).max().unwrap_or(0).clamp(2, 6);
                // The finest unit that fits; what a cent cannot hold is an error that says so.
                (3..=places)
                    .rev()
                    .find_map(|places| {
                        let unit = Unit::from_millionths(10u64.pow(6 - places)).ok()?;
                        self.positions_in(set, &exposures, unit, nav).ok()
                    })
                    .map_or_else(|| self.positions_in(set, &exposures, Unit::CENT, nav), Ok)
            }
        }
    }

    /// The book in a given unit with a given net asset value in that unit: what an opening says it was committed as.
    ///
    /// # Errors
    /// As [`Book::positions`].
    pub fn positions_as_committed(&self, set: &ScenarioSet, unit: Unit, nav: u64) -> Result<Positions, InputError> {
        let exposures = self.exposures(set)?;
        Positions::new(unit, self.in_units(&exposures, unit)?, nav)
            .map_err(|problem| InputError::of_file(&self.file, problem))
    }

    /// Exposures rounded to whole units.
    fn in_units(&self, exposures: &[Decimal], unit: Unit) -> Result<Vec<i64>, InputError> {
        let units = exposures.iter().map(|exposure| {
            let (numerator, denominator) = unit.ratio(*exposure);
            div_round(numerator, denominator)
        });
        let units: Vec<I256> = units.collect();
        if units.iter().map(|units| units.abs()).sum::<I256>() > I256::from(MAX_GROSS) {
            let problem = Problem::OutOfRange {
                what: "the gross exposure".into(),
                value: total(exposures.iter().map(Decimal::abs)),
                range: format!("what a statement holds, 0 to {}", limit(MAX_GROSS, unit)),
            };
            return Err(InputError::of_file(&self.file, problem));
        }
        Ok(units.iter().map(|value| value.as_i64()).collect())
    }

    fn positions_in(
        &self,
        set: &ScenarioSet,
        exposures: &[Decimal],
        unit: Unit,
        nav: Option<Decimal>,
    ) -> Result<Positions, InputError> {
        let of_file = |problem| InputError::of_file(&self.file, problem);
        let exposures_in_units = self.in_units(exposures, unit)?;
        let nav_in_units = match nav {
            Some(amount) => {
                let (numerator, denominator) = unit.ratio(amount);
                numerator.div_euclid(denominator)
            }
            None => {
                let all = exposures_in_units.iter().zip(set.factors());
                I256::from(all.filter(|(_, name)| is_exposure(name)).map(|(exposure, _)| exposure).sum::<i64>())
            }
        };
        if nav_in_units < I256::ZERO || nav_in_units > I256::from(MAX_NAV) {
            let (value, advice) = match nav {
                Some(nav) => (nav.to_string(), ""),
                None => (
                    total(
                        exposures
                            .iter()
                            .zip(set.factors())
                            .filter(|(_, name)| is_exposure(name))
                            .map(|(exposure, _)| *exposure),
                    ),
                    " (it is the sum of the exposures: a long-short book needs --nav)",
                ),
            };
            let range = if nav_in_units < I256::ZERO {
                "0 and above".to_owned()
            } else {
                format!("0 to {}", limit(MAX_NAV, unit))
            };
            let range = format!("{range}{advice}");
            return Err(of_file(Problem::OutOfRange { what: "the net asset value".into(), value, range }));
        }
        Positions::new(unit, exposures_in_units, nav_in_units.as_u64()).map_err(of_file)
    }
}

/// The most that a statement holds, for an error message.
fn limit(units: i64, unit: Unit) -> String {
    let amount = Decimal::from(units) * unit.to_decimal();
    format!("{} currency units at a book unit of {unit}; choose a larger --unit", amount.round())
}

/// A sum for an error message.
fn total(amounts: impl IntoIterator<Item = Decimal>) -> String {
    let sum = amounts.into_iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount));
    sum.map_or_else(|| "of more than 28 digits".to_owned(), |sum| sum.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::scenarios::generator::Generator;

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
        Book::from_csv("b.csv", text.as_bytes())?.positions(&set(), unit, nav)
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
    fn finer_exposures_take_a_finer_unit_while_they_fit() {
        let fine = positions("factor,exposure\nA,0.05125\n", None, None).unwrap();
        assert_eq!((fine.unit().millionths(), fine.exposures()[0]), (10, 5_125));
        let large = positions("factor,exposure\nA,2000000000.123\n", None, None).unwrap();
        assert_eq!((large.unit(), large.exposures()[0]), (Unit::CENT, 200_000_000_012));
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
        assert!(error.to_string().contains("--nav"), "{error}");
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
        assert!(error.contains("'gamma:A'") && error.contains("--gamma"), "{error}");
    }

    #[test]
    fn a_column_is_set_once() {
        let set = ScenarioSet::new(
            Generator::Custom { description: "test".into() },
            vec!["A".into(), "gamma:A".into()],
            vec!["one".into()],
            None,
            vec![1],
            vec![1, 2],
        )
        .unwrap();
        let text = "factor,exposure,gamma\nA,1,3\ngamma:A,5,0\n";
        let error = Book::from_csv("b.csv", text.as_bytes()).unwrap().positions(&set, None, None).unwrap_err();
        assert_eq!((error.row, &error.problem), (Some(3), &Problem::DuplicateName("gamma:A".into())));
        let book = Book::from_csv("b.csv", &b"factor,exposure,gamma\nA,1,3\n"[..]).unwrap();
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
