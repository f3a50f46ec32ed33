//! Amounts of currency as whole book units.

use ethnum::I256;
use rust_decimal::Decimal;
use tailproof_core::error::{BookProblem, CashProblem, PriceProblem, Problem, RowError};
use tailproof_core::fixed_point::{MAX_GROSS, MAX_NAV, Unit, div_round};
use tailproof_core::mandate::rules::sum_of_values;
use tailproof_core::positions::Positions;
use tailproof_core::scenarios::{factors::is_exposure, set::ScenarioSet};

use super::Amounts;

/// Returns a net asset value rounded down to a whole number of units.
///
/// # Errors
/// One that is negative, or beyond what statements hold.
pub(super) fn rounded_down(nav: Decimal, unit: Unit) -> Result<Decimal, Problem> {
    if nav.is_sign_negative() && !nav.is_zero() {
        let (value, range) = (nav.to_string(), "0 and above".into());
        return Err(Problem::OutOfRange { what: "the net asset value".into(), value, range });
    }
    let (numerator, denominator) = unit.ratio(nav);
    let units = numerator.div_euclid(denominator);
    if units > I256::from(MAX_NAV) {
        return Err(nav_too_large(nav.to_string(), unit));
    }
    Ok(in_currency(units.as_u64(), unit).unwrap_or(nav))
}

/// Returns a number of units as currency; `None` for more than a decimal holds, which no number up
/// to [`MAX_NAV`] is.
pub(super) fn in_currency(units: u64, unit: Unit) -> Option<Decimal> {
    let millionths = i128::from(units).checked_mul(i128::from(unit.millionths()))?;
    Decimal::try_from_i128_with_scale(millionths, 6).ok()
}

/// Returns an amount in whole units, halves away from zero.
pub(super) fn nearest(amount: Decimal, unit: Unit) -> I256 {
    let (numerator, denominator) = unit.ratio(amount);
    div_round(numerator, denominator)
}

/// Returns the exposures after the trades, rounded to whole units.
pub(super) fn exposures(amounts: &Amounts, unit: Unit) -> Result<Vec<i64>, Problem> {
    let mut after = amounts.exposures.clone();
    for (place, amount) in &amounts.trades {
        let sum = after[*place].checked_add(*amount);
        after[*place] = sum.ok_or_else(|| super::beyond_digits(format!("{} + {amount}", after[*place])))?;
    }
    let units: Vec<I256> = after.iter().map(|exposure| nearest(*exposure, unit)).collect();
    if units.iter().map(|units| units.abs()).sum::<I256>() > I256::from(MAX_GROSS) {
        let value = total(after.iter().map(Decimal::abs));
        let (what, most, unit) = ("the gross exposure", MAX_GROSS, unit.to_decimal());
        return Err(Problem::UnitTooSmall { what, value, most, unit });
    }
    Ok(units.iter().map(|value| value.as_i64()).collect())
}

/// Returns the positions of amounts in a unit. `nav` is a stated net asset value.
pub(super) fn positions_in(
    set: &ScenarioSet,
    amounts: &Amounts,
    unit: Unit,
    nav: Option<Decimal>,
) -> Result<Positions, Problem> {
    let exposures_in_units = exposures(amounts, unit)?;
    let nav_in_units = match nav {
        Some(nav) => nearest(nav, unit),
        None if !set.cash().is_empty() && amounts.values.is_some() => sum_of_columns(set, &exposures_in_units)?,
        None if amounts.values.is_some() => sum_in_units(set, amounts, unit)?,
        None if has_steps(set, &exposures_in_units) => return Err(PriceProblem::SumOfSteps.into()),
        None if has_greeks(set, &exposures_in_units) => return Err(BookProblem::SumOfDeltas.into()),
        None if !set.cash().is_empty() => sum_of_columns(set, &exposures_in_units)?,
        None => sum_in_units(set, amounts, unit)?,
    };
    Positions::new(unit, exposures_in_units, nav_in_units.as_u64())
}

/// Whether an exposure is currency per step of absolute moves, so that no sum is a value.
fn has_steps(set: &ScenarioSet, exposures: &[i64]) -> bool {
    let treatment = set.generator().treatment();
    let held = exposures.iter().zip(set.factors()).filter(|(exposure, _)| **exposure != 0);
    treatment.is_some_and(|treatment| held.map(|(_, name)| name).any(|name| treatment.is_absolute(name)))
}

/// Whether the book has Greeks, so that an exposure is a delta and no value.
fn has_greeks(set: &ScenarioSet, exposures: &[i64]) -> bool {
    exposures.iter().zip(set.factors()).any(|(exposure, name)| *exposure != 0 && !is_exposure(name))
}

impl Amounts {
    /// Returns the amounts with cash in the set's first column of cash, and with what values are more or
    /// less than exposures: the sum of the columns is then the sum of the values and of the cash. Trades
    /// are paid from there. A set without such a column leaves cash beside the exposures.
    pub(super) fn with_cash_in_its_column(mut self, set: &ScenarioSet) -> Result<Self, RowError> {
        let Some(name) = set.cash().first() else { return Ok(self) };
        let column = set.factors().len() - set.cash().len();
        let mut cash = self.cash.drain(..).collect::<Vec<_>>();
        if let Some(values) = self.values.take() {
            let counted = self.exposures.iter().enumerate().filter(|(place, _)| set.is_value(*place));
            cash.extend(counted.map(|(_, exposure)| -*exposure).chain(values));
            self.values = Some(Vec::new());
        }
        let beyond = |_| Problem::from(BookProblem::CashBeyond(name.clone()));
        let sum = cash.iter().try_fold(self.exposures[column], |sum, amount| sum.checked_add(*amount));
        self.exposures[column] = sum.ok_or(()).map_err(beyond)?;
        let paid: Vec<(usize, Decimal)> = self
            .trades
            .iter()
            .filter(|(place, _)| set.is_value(*place))
            .map(|(_, amount)| (column, -*amount))
            .collect();
        self.trades.extend(paid);
        Ok(self)
    }
}

/// Returns the sum of the values, or else of the exposures, and of the cash in units: trades are paid
/// in cash, and do not change it.
fn sum_in_units(set: &ScenarioSet, amounts: &Amounts, unit: Unit) -> Result<I256, Problem> {
    let exposures = || amounts.exposures.iter().zip(set.factors()).filter(|(_, name)| is_exposure(name));
    let held: Vec<Decimal> = match &amounts.values {
        Some(values) => values.clone(),
        None => exposures().map(|(amount, _)| *amount).collect(),
    };
    let all = || held.iter().chain(&amounts.cash).copied();
    let sum = all().map(|amount| nearest(amount, unit)).sum::<I256>();
    if sum < I256::ZERO {
        return Err(Problem::MissingNav { sum: total(all()) });
    }
    if sum > I256::from(MAX_NAV) {
        return Err(nav_too_large(total(all()), unit));
    }
    Ok(sum)
}

/// Returns the sum of the exposures and of the cash of a set with columns of cash, in units: what a
/// mandate whose net asset value is a sum asks for.
fn sum_of_columns(set: &ScenarioSet, exposures: &[i64]) -> Result<I256, Problem> {
    match sum_of_values(set, exposures) {
        sum @ 0.. => Ok(I256::from(sum)),
        _ => Err(CashProblem::Negative.into()),
    }
}

fn nav_too_large(value: String, unit: Unit) -> Problem {
    Problem::UnitTooSmall { what: "the net asset value", value, most: MAX_NAV, unit: unit.to_decimal() }
}

/// Returns a sum for an error message.
fn total(amounts: impl IntoIterator<Item = Decimal>) -> String {
    let sum = amounts.into_iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount));
    sum.map_or_else(|| "of more than 28 digits".to_owned(), |sum| sum.to_string())
}
