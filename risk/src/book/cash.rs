//! Cash: rows that do not move, and count in the net asset value.

use super::BookRow;

/// The name of cash, in any case.
const CASH: &str = "CASH";

/// Whether a row is cash, unless the scenario set has a factor of its name: the book says so, it is
/// named CASH, or CASH and the book's currency.
pub(crate) fn is_cash_in(row: &BookRow, currency: Option<&str>) -> bool {
    let of_currency = || currency_of(&row.factor).is_some_and(|name| currency == Some(name));
    row.is_cash || row.factor.eq_ignore_ascii_case(CASH) || of_currency()
}

/// Whether a name is that of cash in a currency.
pub(super) fn is_cash_of_some_currency(name: &str) -> bool {
    currency_of(name).is_some()
}

/// Returns the currency of a name such as `CASH USD`.
fn currency_of(name: &str) -> Option<&str> {
    let (cash, currency) = name.split_once([' ', '_', '-'])?;
    let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    Some(currency).filter(|_| is_code && cash.eq_ignore_ascii_case(CASH))
}
