//! What-if: a book after trades that were not made yet.
//!
//! A trade adds an amount of currency to the exposure to one factor. It is paid from cash: the net
//! asset value stays, and so does every other exposure. Over a set with columns of cash, the first of
//! them pays for trades of factors that count in the net asset value. The amount is rounded to the
//! book's unit by itself, halves away from zero, so the sum may differ by one unit from that of a book
//! in which the trade is already booked.

use std::str::FromStr;

use rust_decimal::Decimal;
use tailproof_core::error::Problem;
use tailproof_core::fixed_point::{MAX_GROSS, div_round};
use tailproof_core::positions::Positions;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::text::{parse_decimal, shortened};

/// A change of the exposure to one factor, in currency. It is private.
#[derive(Clone, PartialEq, Eq)]
pub struct Trade {
    /// Name of the factor.
    pub factor: String,
    /// Signed amount of currency that is added to the exposure.
    pub amount: Decimal,
}

impl std::fmt::Debug for Trade {
    /// Shows no amount and no name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trade")
    }
}

impl FromStr for Trade {
    type Err = Problem;

    /// Reads `FACTOR,+AMOUNT` or `FACTOR,-AMOUNT`. The last comma separates, since a name may have
    /// one; the sign is required, because an amount without one could also be a new exposure.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let wanted = || Problem::Syntax(format!("'{text}' is no trade; write FACTOR,+AMOUNT or FACTOR,-AMOUNT"));
        let (factor, amount) = text.rsplit_once(',').ok_or_else(wanted)?;
        let (factor, amount) = (factor.trim(), amount.trim());
        let unsigned = amount.strip_prefix(['+', '-']).ok_or_else(wanted)?;
        if factor.is_empty() || !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
            return Err(wanted());
        }
        let value = parse_decimal(unsigned)?;
        let amount = if amount.starts_with('-') { -value } else { value };
        Ok(Self { factor: factor.to_owned(), amount })
    }
}

/// Returns `positions` over `set` after `trades`, which may name a factor more than once.
///
/// # Errors
/// A factor that the set does not have; a gross total beyond what statements hold; positions that
/// are not over the factors of `set`.
pub fn after(set: &ScenarioSet, positions: &Positions, trades: &[Trade]) -> Result<Positions, Problem> {
    if positions.exposures().len() != set.factors().len() {
        return Err(Problem::OtherFactors);
    }
    let unit = positions.unit();
    let mut exposures = positions.exposures().to_vec();
    let cash = (!set.cash().is_empty()).then(|| set.factors().len() - set.cash().len());
    for Trade { factor, amount } in trades {
        let unknown = || Problem::UnknownFactor { factor: factor.clone(), known: shortened(set.factors()) };
        let place = set.factors().iter().position(|known| known == factor).ok_or_else(unknown)?;
        let (numerator, denominator) = unit.ratio(*amount);
        let beyond = || {
            let (what, value) = ("the exposure after the trade", amount.to_string());
            Problem::UnitTooSmall { what, value, most: MAX_GROSS, unit: unit.to_decimal() }
        };
        let units = i64::try_from(div_round(numerator, denominator)).map_err(|_| beyond())?;
        let paid = cash.filter(|_| set.is_value(place)).map(|column| (column, -units));
        for (place, units) in [(place, units)].into_iter().chain(paid) {
            let sum = exposures[place].checked_add(units);
            let within = sum.filter(|sum| sum.unsigned_abs() <= MAX_GROSS.unsigned_abs());
            exposures[place] = within.ok_or_else(beyond)?;
        }
    }
    Positions::new(unit, exposures, positions.nav())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::fixed_point::Unit;
    use tailproof_core::scenarios::generator::Generator;

    fn set() -> ScenarioSet {
        let generator = Generator::Custom { description: "test".into() };
        let names = vec!["A".into(), "B, C".into()];
        ScenarioSet::new(generator, names, vec!["one".into()], None, vec![1], vec![1, 2]).unwrap()
    }

    fn traded(trades: &[&str]) -> Result<Positions, Problem> {
        let book = Positions::new(Unit::CENT, vec![100, -200], 50).unwrap();
        let trades = trades.iter().map(|trade| trade.parse()).collect::<Result<Vec<Trade>, _>>()?;
        after(&set(), &book, &trades)
    }

    #[test]
    fn trades_add_up_and_leave_the_net_asset_value() {
        let after = traded(&["A,+10.005", "B, C,-1", "A,-0.5"]).unwrap();
        assert_eq!((after.exposures(), after.nav()), (&[1_051, -300][..], 50));
        assert_eq!(traded(&[]).unwrap().exposures(), [100, -200]);
    }

    #[test]
    fn the_first_column_of_cash_pays_for_a_trade() {
        let set = set().with_cash(&["cash".into(), "margin loan".into()]).unwrap();
        let book = Positions::new(Unit::CENT, vec![100, -200, 500, -300], 100).unwrap();
        let traded = |trade: &str| after(&set, &book, &[trade.parse().unwrap()]).unwrap();
        assert_eq!((traded("A,+1").exposures(), traded("A,+1").nav()), (&[200, -200, 400, -300][..], 100));
        // A transfer from one column of cash to another, and one to itself.
        assert_eq!(traded("margin loan,+3").exposures(), [100, -200, 200, 0]);
        assert_eq!(traded("cash,+3").exposures(), book.exposures());
    }

    #[test]
    fn an_amount_without_a_sign_is_no_trade() {
        for text in ["A,10", "A", ",+1", "A,+", "A,+x", "A,+-1", "A,--1", "A,++1", "A,+ 1", ""] {
            assert!(text.parse::<Trade>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_trade_of_an_unknown_factor_or_beyond_the_unit_is_refused() {
        assert!(matches!(traded(&["Z,+1"]), Err(Problem::UnknownFactor { .. })));
        for amount in ["A,+70000000000000000000000000000", "A,-92233720368547758.07", "A,+3000000000"] {
            assert!(traded(&[amount]).is_err(), "{amount}");
        }
    }

    #[test]
    fn debug_output_does_not_show_a_trade() {
        let trade: Trade = "ACME,+123".parse().unwrap();
        let shown = format!("{trade:?}");
        assert!(!shown.contains("123") && !shown.contains("ACME"));
    }
}
