//! Exposure that keeps value at risk at a target: down at once, up slowly.

use super::ladder::Ladder;
use crate::error::Failure;

/// A multiplier of 1.
pub const ONE: u16 = 64;
/// The largest multiplier that there is.
const MOST: u16 = 4_095;

/// How a multiplier moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Value at risk that the exposure should have, in basis points.
    pub target: u32,
    /// The largest multiplier, in 64ths.
    pub cap: u16,
    /// What it rises by at most a day, in 64ths.
    pub rise: u16,
    /// The least change that is made, in 64ths.
    pub step: u16,
}

impl Terms {
    /// Checks the terms.
    ///
    /// # Errors
    /// One is out of range; the message names it.
    pub fn check(&self) -> Result<(), Failure> {
        let range = |field: &str, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(Failure::Usage(format!("the multiplier's {field} is {value}; it is from {least} to {most}")))
        };
        range("target", u64::from(self.target), 1, u64::from(u32::MAX))?;
        range("cap", u64::from(self.cap), 1, u64::from(MOST))?;
        range("step", u64::from(self.step), 1, u64::from(self.cap))?;
        range("rise", u64::from(self.rise), u64::from(self.step), u64::from(self.cap))
    }

    /// Returns the multiplier that an index begins with.
    pub fn start(&self) -> u16 {
        ONE.min(self.cap)
    }

    /// Returns the multiplier after a row of a day where value at risk reaches `level` rungs, and the move has
    /// `elapsed` days.
    pub fn moved(&self, multiplier: u16, ladder: &Ladder, level: u8, elapsed: u64) -> u16 {
        let now = u64::from(multiplier);
        let (lower, upper) = ladder.bounds(level);
        let step = u64::from(self.step);
        let share = |bound: u64| u64::from(ONE) * u64::from(self.target) / bound;
        if lower != 0 && share(lower) + step <= now {
            return u16::try_from(share(lower)).unwrap_or(multiplier);
        }
        let Some(upper) = upper else { return multiplier };
        let most = share(upper).min(u64::from(self.cap)).min(now + elapsed * u64::from(self.rise));
        if most >= now + step { u16::try_from(most).unwrap_or(multiplier) } else { multiplier }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LADDER: Ladder = Ladder { lowest: 100, step: 50 };
    const TERMS: Terms = Terms { target: 200, cap: 128, rise: 4, step: 2 };

    #[test]
    fn it_falls_at_once_and_rises_slowly() {
        TERMS.check().unwrap();
        // Level 7: value at risk is at least 4 %, and less than 4.5 %.
        assert_eq!(TERMS.moved(64, &LADDER, 7, 1), 32);
        // No rung: less than 1 %, so that twice would do.
        assert_eq!(TERMS.moved(32, &LADDER, 0, 1), 36);
        assert_eq!(TERMS.moved(32, &LADDER, 0, 3), 44);
        assert_eq!(TERMS.moved(127, &LADDER, 0, 1), 127, "less than a step");
        // At least 2 %, and less than 2.5 %: neither bound moves it.
        assert_eq!(TERMS.moved(60, &LADDER, 3, 1), 60);
    }

    #[test]
    fn the_last_rung_is_no_upper_bound() {
        assert_eq!(TERMS.moved(2, &LADDER, 16, 1), 2);
        assert!(Terms { rise: 1, ..TERMS }.check().unwrap_err().to_string().contains("rise is 1"));
    }
}
