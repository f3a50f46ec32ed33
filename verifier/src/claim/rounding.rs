//! An upper bound on the error that rounding a book to its unit causes in its figures.

use ethnum::I256;
use tailproof_core::{Amount, Clause, ScenarioSet, Unit};

use super::{Claim, MandateClaim};

impl Claim {
    /// Returns an upper bound on how much rounding `books` sub-books to `unit` can change a loss.
    ///
    /// Each exposure moves by at most half a unit in each sub-book, so the bound is half a unit,
    /// times the number of sub-books, times the largest sum of magnitudes of a scenario's moves,
    /// half-spreads included. A parametric figure moves by at most its coefficient times the
    /// deviation of such a difference, plus the mean of that difference. Pools are not rounded: a
    /// tape whose balances are not whole units is refused, so the bound is zero.
    pub fn rounding_at_most(&self, unit: Unit, books: usize) -> Amount {
        let Claim::Market(MandateClaim { mandate, set }) = self else { return Amount::from_units(0, unit) };
        let books = I256::from(books as u64);
        if let Some(scale) = set.generator().covariance_scale() {
            let squared = mandate.clauses().iter().filter_map(Clause::squared_coefficient).max().unwrap_or(0);
            return Amount::from_loss(books * parametric(set, squared), I256::from(2u64 << scale), unit);
        }
        let moves = (0..set.scenarios())
            .map(|scenario| set.row(scenario).iter().map(|entry| u64::from(entry.unsigned_abs())).sum());
        let spreads = mandate.half_spread_entries(set).unwrap_or_default();
        let most: u64 = moves.max().unwrap_or(0) + spreads.iter().map(|spread| spread.unsigned_abs()).sum::<u64>();
        Amount::from_loss(books * I256::from(most), I256::from(2), unit)
    }
}

/// Returns the coefficient times the deviation of one-unit moves, plus their mean, rounded up.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn parametric(set: &ScenarioSet, squared_coefficient: u64) -> I256 {
    let total = |row: usize| set.row(row).iter().map(|entry| f64::from(entry.unsigned_abs())).sum::<f64>();
    let coefficient = (squared_coefficient as f64 / f64::from(1u32 << 30)).sqrt();
    let deviation = (1..set.scenarios()).map(|row| total(row) * total(row)).sum::<f64>().sqrt();
    // The margin exceeds the error of double precision.
    I256::from(((coefficient * deviation + total(0)) * (1.0 + 1e-9)).ceil() as i64)
}
