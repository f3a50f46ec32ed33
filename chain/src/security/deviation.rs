//! Exponentially weighted deviation of a book's moves, and its mean over time.

/// A ratio of 1.
pub const ONE: u16 = 256;
/// Rows at the beginning that are not in the mean.
const SKIPPED: u64 = 20;

/// The deviation after some rows. Moves are in basis points times 2^12.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deviation {
    square: u64,
    sum: u64,
    rows: u64,
}

impl Deviation {
    /// Takes a row's loss, in basis points times 2^20. Returns the deviation over its mean, in 256ths, and whether the
    /// loss is at most four deviations, as they were before.
    pub fn take(&mut self, loss: i64) -> (u16, bool) {
        let own = (loss.unsigned_abs() >> 8).pow(2);
        let calm = self.rows == 0 || loss <= 0 || own <= 16 * self.square;
        self.square = if self.rows == 0 { own } else { (94 * self.square + 6 * own) / 100 };
        self.rows += 1;
        let Some(number) = self.rows.checked_sub(SKIPPED).filter(|number| *number != 0) else { return (ONE, calm) };
        self.sum += self.now();
        if self.sum == 0 {
            return (ONE, calm);
        }
        let ratio = u128::from(ONE) * u128::from(self.now()) * u128::from(number) / u128::from(self.sum);
        (u16::try_from(ratio).unwrap_or(u16::MAX), calm)
    }

    /// Returns the deviation, in basis points times 2^12.
    pub fn now(&self) -> u64 {
        self.square.isqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_that_of_the_deviation_to_its_mean_so_far() {
        let mut deviation = Deviation::default();
        for _ in 0..20 {
            assert_eq!(deviation.take(100 << 20), (ONE, true));
        }
        assert_eq!(deviation.take(100 << 20), (ONE, true), "steady moves");
        assert_eq!(deviation.now(), 100 << 12);
        // 0.94 + 0.06 * 9 = 1.48 of the square.
        assert_eq!(
            deviation.take(-(300 << 20)),
            (u16::try_from(256 * 498_300 * 2 / (409_600 + 498_300)).unwrap(), true)
        );
    }

    #[test]
    fn a_loss_is_calm_up_to_four_deviations_as_they_were() {
        let mut deviation = Deviation::default();
        deviation.take(100 << 20);
        let mut same = deviation.clone();
        assert!(deviation.take(400 << 20).1);
        assert!(!same.take((400 << 20) + 256).1);
        assert!(same.take(-(9_000 << 20)).1, "a gain");
    }
}
