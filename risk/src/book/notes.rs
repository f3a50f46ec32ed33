//! Notes on a book that can be read and is likely not meant as it stands.

use std::fmt;

use rust_decimal::Decimal;
use tailproof_core::measures::exposures;
use tailproof_core::positions::Positions;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::{Amount, text::to_f64};

use super::{Book, Holding, is_cash_in};

/// What is likely wrong with a book.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BookNote {
    /// Exposures that sum to 1, or to 100.
    LikelyWeights {
        /// their sum
        sum: Decimal,
    },
    /// A net asset value that is the net of a long-short book.
    NetAsNav {
        /// the sum of the exposures
        net: Amount,
        /// the sum of their magnitudes
        gross: Amount,
    },
}

impl fmt::Display for BookNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BookNote::LikelyWeights { sum } => write!(
                formatter,
                "the exposures sum to {}: a weight is not an amount of currency; if these are weights, name the column \
                 'weight' and state the net asset value",
                sum.normalize()
            ),
            BookNote::NetAsNav { net, gross } => write!(
                formatter,
                "the net asset value is taken to be the net of a long-short book, {net}, beside a gross exposure of \
                 {gross}: shares of it say little; state that of the book"
            ),
        }
    }
}

impl Book {
    /// Returns what is likely wrong with the book, as `positions` were made of it. `stated` says
    /// that its net asset value was stated, and not taken to be the sum.
    pub fn notes(&self, set: &ScenarioSet, positions: &Positions, stated: bool) -> Vec<BookNote> {
        let mut notes = Vec::new();
        if positions.is_pnl() {
            return notes;
        }
        notes.extend(self.likely_weights());
        let has_cash = self.rows.iter().any(|row| is_cash_in(row, self.currency()));
        if stated || has_cash {
            return notes;
        }
        let held = exposures(positions, |column| set.is_exposure(column));
        let gross = held.iter().map(|exposure| exposure.abs()).sum::<i128>();
        let is_short = held.iter().any(|exposure| *exposure < 0);
        let net = i128::from(positions.nav());
        if is_short && 2 * net < gross {
            let [net, gross] = [net, gross].map(|units| Amount::from_units(units, positions.unit()));
            notes.push(BookNote::NetAsNav { net, gross });
        }
        notes
    }

    /// Exposures of two rows and more that sum to 1 or to 100, to a two-hundredth of it.
    fn likely_weights(&self) -> Option<BookNote> {
        let amount = |row: &super::BookRow| match row.holding {
            Holding::Exposure(value) => Some(value),
            _ => None,
        };
        let amounts: Vec<Decimal> = self.rows.iter().map(amount).collect::<Option<_>>()?;
        let sum = amounts.iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(*amount))?;
        let near = |whole: f64| (to_f64(sum) - whole).abs() <= whole / 200.0;
        (amounts.len() > 1 && (near(1.0) || near(100.0))).then_some(BookNote::LikelyWeights { sum })
    }
}
