//! How many rows of a window reach each of 16 rungs, and what follows for value at risk and expected shortfall.

use super::BASIS_POINT;
use crate::error::Failure;

/// Rungs of a ladder.
pub const RUNGS: u8 = 16;

/// Rungs, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ladder {
    /// The lowest one.
    pub lowest: u16,
    /// Between two.
    pub step: u16,
}

impl Ladder {
    /// Checks the rungs.
    ///
    /// # Errors
    /// The lowest is zero, or they do not rise.
    pub fn check(&self) -> Result<(), Failure> {
        if self.lowest == 0 || self.step == 0 {
            return Err(Failure::Usage(
                "the lowest rung, and the step between rungs, are at least a basis point".to_owned(),
            ));
        }
        Ok(())
    }

    /// Returns how many rungs a loss reaches; it is in basis points times 2^20.
    pub fn rungs(&self, loss: i64) -> u8 {
        let whole = loss >> 20;
        if whole < i64::from(self.lowest) {
            return 0;
        }
        let reached = (whole - i64::from(self.lowest)) / i64::from(self.step) + 1;
        u8::try_from(reached).unwrap_or(RUNGS).min(RUNGS)
    }

    /// Returns rung `k` of the ladder, counted from 0, in basis points.
    pub fn rung(&self, k: u8) -> u64 {
        u64::from(self.lowest) + u64::from(k) * u64::from(self.step)
    }

    /// Returns the bounds of value at risk where it reaches `level` rungs, in basis points: at least the first, and
    /// less than the second; `None` where the last rung is reached.
    pub fn bounds(&self, level: u8) -> (u64, Option<u64>) {
        let lower = level.checked_sub(1).map_or(0, |k| self.rung(k));
        (lower, (level < RUNGS).then(|| self.rung(level)))
    }
}

/// Counters and sums of a window's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that lose at least rung k.
    reaching: [u64; RUNGS as usize],
    /// Sum of the losses that reach k + 1 rungs and no more.
    sums: [u64; RUNGS as usize],
}

impl Counts {
    /// Takes a loss that reaches `rungs` rungs.
    pub fn enter(&mut self, loss: i64, rungs: u8) {
        self.reaching[..usize::from(rungs)].iter_mut().for_each(|count| *count += 1);
        if let Some(last) = rungs.checked_sub(1) {
            self.sums[usize::from(last)] += loss.unsigned_abs();
        }
    }

    /// Lets a loss go that reaches `rungs` rungs.
    pub fn leave(&mut self, loss: i64, rungs: u8) {
        self.reaching[..usize::from(rungs)].iter_mut().for_each(|count| *count -= 1);
        if let Some(last) = rungs.checked_sub(1) {
            self.sums[usize::from(last)] -= loss.unsigned_abs();
        }
    }

    /// Returns how many rungs value at risk reaches where `tail` rows may be beyond it.
    pub fn level(&self, tail: u64) -> u8 {
        self.reaching
            .iter()
            .zip(0..RUNGS)
            .take_while(|(count, _)| **count > tail)
            .map(|(_, k)| k + 1)
            .last()
            .unwrap_or(0)
    }

    /// Returns an upper bound of expected shortfall over `rows` rows at a tail share in millionths, in basis points
    /// times 2^20, rounded up: the least of rung + mean excess over it / tail share (Rockafellar and Uryasev 2000,
    /// theorem 1).
    pub fn expected_shortfall(&self, ladder: &Ladder, rows: u64, share: u32) -> u64 {
        let over = u128::from(rows) * u128::from(share);
        let mut sum = 0u64;
        let bounds = (0..RUNGS).rev().map(|k| {
            sum += self.sums[usize::from(k)];
            let rung = ladder.rung(k) * BASIS_POINT;
            let excess = sum - self.reaching[usize::from(k)] * rung;
            let bound = u128::from(rung) + (u128::from(excess) * 1_000_000).div_ceil(over);
            u64::try_from(bound).unwrap_or(u64::MAX)
        });
        bounds.min().unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LADDER: Ladder = Ladder { lowest: 100, step: 50 };

    fn bp(value: i64) -> i64 {
        value << 20
    }

    #[test]
    fn a_rung_is_reached_by_a_loss_of_at_least_as_much() {
        assert_eq!([LADDER.rungs(bp(100) - 1), LADDER.rungs(bp(100)), LADDER.rungs(bp(150) - 1)], [0, 1, 1]);
        assert_eq!([LADDER.rungs(bp(850)), LADDER.rungs(bp(5_000)), LADDER.rungs(-bp(500))], [16, 16, 0]);
        assert_eq!(
            (LADDER.bounds(0), LADDER.bounds(2), LADDER.bounds(16)),
            ((0, Some(100)), (150, Some(200)), (850, None))
        );
    }

    /// Against sorted lists: value at risk is the loss that `tail` rows are beyond, expected shortfall below its bound.
    #[test]
    fn counters_agree_with_sorted_losses() {
        let mut seed = 7u64;
        let mut draw = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from(seed >> 34).unwrap() - (1 << 29)
        };
        let losses: Vec<i64> = (0..300).map(|_| draw()).collect();
        let mut counts = Counts::default();
        for (at, loss) in losses.iter().enumerate() {
            counts.enter(*loss, LADDER.rungs(*loss));
            if let Some(left) = at.checked_sub(100) {
                counts.leave(losses[left], LADDER.rungs(losses[left]));
            }
        }
        let mut kept = losses[200..].to_vec();
        kept.sort_unstable_by_key(|loss| -loss);
        for tail in [0, 1, 5, 40, 99] {
            assert_eq!(counts.level(tail as u64), LADDER.rungs(kept[tail]), "{tail}");
        }
        let worst = u64::try_from(kept[..10].iter().sum::<i64>() / 10).unwrap();
        let bound = counts.expected_shortfall(&LADDER, 100, 100_000);
        assert!(bound >= worst && bound < worst + worst / 4, "{bound} {worst}");
    }
}
