//! An upper bound on the error that rounding a book to its unit causes in its figures.

use ethnum::I256;
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::pool::TapeSchema;
use tailproof_core::pool::loan_pool::MAX_LOANS;
use tailproof_core::pool::tape_terms::Rounding;
use tailproof_core::{Amount, Clause, ScenarioSet, Unit};

use super::{Claim, DealClaim, MandateClaim};

impl Claim {
    /// Returns an upper bound on how much rounding `books` sub-books to `unit` can change a loss.
    ///
    /// Each exposure moves by at most half a unit in each sub-book, so the bound is half a unit,
    /// times the number of sub-books, times the largest sum of magnitudes of a scenario's moves,
    /// half-spreads, or the highest rates of liquidity costs, included. The gain of a day of a P&L
    /// vector moves by at most half a unit. A parametric figure moves by at most its coefficient times the
    /// deviation of such a difference, plus the mean of that difference. Balances of a pool are
    /// whole units, so the bound is zero, unless the deal's schema rounds them: then each of at most
    /// as many loans as a statement holds moves by a unit, or half of one.
    pub fn rounding_at_most(&self, unit: Unit, books: usize) -> Amount {
        let (mandate, set) = match self {
            Claim::Market(MandateClaim { mandate, set }) => (mandate, set),
            Claim::Pool(claim) => return of_pool(claim, unit),
        };
        let books = I256::from(books as u64);
        if let Some(scale) = set.generator().covariance_scale() {
            let squared = mandate.clauses().iter().filter_map(Clause::squared_coefficient).max().unwrap_or(0);
            return Amount::from_loss(books * parametric(set, squared), I256::from(2u64 << scale), unit);
        }
        if set.is_pnl() {
            return Amount::from_loss(books << FRACTION_BITS, I256::from(2), unit);
        }
        let moves = (0..set.scenarios())
            .map(|scenario| set.row(scenario).iter().map(|entry| u64::from(entry.unsigned_abs())).sum());
        let costs = mandate.cost_curves(set).unwrap_or_default();
        let most: u64 =
            moves.max().unwrap_or(0) + costs.iter().map(|cost| cost.highest_rate().unsigned_abs()).sum::<u64>();
        Amount::from_loss(books * I256::from(most), I256::from(2), unit)
    }
}

/// Returns how much the balance of a pool can change by the rounding that its schema names.
fn of_pool(claim: &DealClaim, unit: Unit) -> Amount {
    let terms = claim.deal().schema().and_then(TapeSchema::terms);
    let units = match terms.map_or(Rounding::Refuse, |terms| terms.rounding) {
        Rounding::Refuse => 0,
        Rounding::HalfEven => MAX_LOANS.div_ceil(2),
        Rounding::Down | Rounding::Up => MAX_LOANS,
    };
    Amount::from_units(units as i128, unit)
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
