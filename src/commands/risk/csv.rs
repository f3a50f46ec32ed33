//! Amounts in the CSV of figures.

use tailproof::core::Amount;

/// Returns an amount as CSV has it: to a millionth, rounded up.
pub fn plain(amount: Amount) -> String {
    amount.to_decimal().normalize().to_string()
}
