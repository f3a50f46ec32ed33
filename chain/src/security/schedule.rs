//! What a cover pays, as `CoverSchedule` and `VarSecurity` compute it.

use super::index::{Index, Row};
use super::{BASIS_POINT, multiplier};
use crate::error::Failure;

/// The largest index that is kept.
const MOST: u64 = (1 << 48) - 1;
/// Basis points of the whole book.
const WHOLE: u16 = 10_000;

/// What a cover's index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Value at risk of the book over the window, to a rung
    ValueAtRisk,
    /// The book's loss of a day
    #[default]
    Realised,
    /// The loss of a day times the multiplier of that day
    Scaled,
}

/// Between which indices a cover pays, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Kind of index.
    pub kind: Kind,
    /// Index from which it pays.
    pub attachment: u16,
    /// Index at which it pays its whole face.
    pub detachment: u16,
}

impl Layer {
    /// Checks the layer.
    ///
    /// # Errors
    /// Attachment is zero or not below detachment, or detachment is above 100 %.
    pub fn check(&self) -> Result<(), Failure> {
        if self.attachment == 0 || self.attachment >= self.detachment || self.detachment > WHOLE {
            return Err(Failure::Usage(format!(
                "attachment {} and detachment {} basis points: 0 < attachment < detachment <= {WHOLE}",
                self.attachment, self.detachment
            )));
        }
        Ok(())
    }

    /// Returns the index of a row, in basis points times 2^20: zero for a gain. A loss times the multiplier is rounded
    /// down.
    pub fn index_of(&self, row: &Row, index: &Index) -> u64 {
        let loss = u64::try_from(row.loss).unwrap_or(0);
        let found = match self.kind {
            Kind::ValueAtRisk => index.setup().ladder.bounds(row.level).0 * BASIS_POINT,
            Kind::Realised => loss,
            Kind::Scaled => loss * u64::from(row.multiplier) / u64::from(multiplier::ONE),
        };
        found.min(MOST)
    }

    /// Returns what a unit pays, as a fraction: `(min(best, detachment) - max(attachment, eve)) / (detachment -
    /// attachment)`, at least zero. `eve` is the index on the eve of the first day for value at risk, else zero.
    pub fn payout(&self, best: u64, eve: u64) -> (u64, u64) {
        let (from, to) = (u64::from(self.attachment) * BASIS_POINT, u64::from(self.detachment) * BASIS_POINT);
        (best.min(to).saturating_sub(eve.max(from)), to - from)
    }
}

/// A cover's days and index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// First and last day.
    pub first: u32,
    /// Last day.
    pub last: u32,
    /// The greatest index of its days, in basis points times 2^20.
    pub best: u64,
    /// For value at risk, the index on the eve.
    pub eve: u64,
    /// Days without a row of their own.
    pub void: usize,
}

impl Position {
    /// Returns the position of a cover once all of its days are final; `None` if the index has no row of its last day
    /// or of a later one, and has not ended.
    pub fn settled(layer: &Layer, index: &Index, first: u32, last: u32) -> Option<Self> {
        let calendar = index.calendar();
        let eve_day = calendar.day_before(first)?;
        let rows = index.rows();
        let start = rows.partition_point(|row| row.period <= eve_day);
        let end = rows.partition_point(|row| row.period <= last);
        if rows.last().is_none_or(|row| row.period < last) && !index.has_ended() {
            return None;
        }
        let eve = match (layer.kind, start.checked_sub(1)) {
            (Kind::ValueAtRisk, Some(at)) => layer.index_of(&rows[at], index),
            _ => 0,
        };
        let own = || rows[start..end].iter().filter(|row| row.own);
        let best = own().map(|row| layer.index_of(row, index)).max().unwrap_or(0);
        Some(Self { first, last, best, eve, void: calendar.count(eve_day, last) - own().count() })
    }

    /// Returns what a face is owed, rounded down.
    pub fn owed(&self, layer: &Layer, face: u128) -> u128 {
        let (part, whole) = layer.payout(self.best, self.eve);
        // Faces are below 2^92, so that nothing overflows.
        face * u128::from(part) / u128::from(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYER: Layer = Layer { kind: Kind::Realised, attachment: 400, detachment: 800 };

    #[test]
    fn a_cover_pays_between_attachment_and_detachment_and_not_what_its_eve_would_pay() {
        LAYER.check().unwrap();
        assert!(Layer { detachment: 400, ..LAYER }.check().is_err());
        let bp = BASIS_POINT;
        assert_eq!(LAYER.payout(500 * bp, 0), (100 * bp, 400 * bp));
        assert_eq!([LAYER.payout(400 * bp, 0).0, LAYER.payout(9_000 * bp, 0).0], [0, 400 * bp]);
        assert_eq!([LAYER.payout(600 * bp, 500 * bp).0, LAYER.payout(600 * bp, 700 * bp).0], [100 * bp, 0]);
    }
}
