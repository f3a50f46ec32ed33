//! Premium of cover by the capacity that it takes, as `PremiumCurve` computes it.

use alloy::primitives::{U256, U512};

use crate::error::Failure;

/// Rates and the kink are in millionths.
pub const ONE: u32 = 1_000_000;
/// The ratio is in 256ths.
const MEAN: u16 = 256;
/// Faces and assets are at most this.
pub const MOST_ASSETS: u128 = (1 << 92) - 1;
/// The sum of base, slope and steep is at most this: ten times the face.
const MOST_RATE: u64 = 10 * ONE as u64;

/// Premium of a whole life as a share of face, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// At no use of capacity, when the deviation is at its mean.
    pub base: u32,
    /// What it rises by, to full use.
    pub slope: u32,
    /// What it rises by in addition, from the kink to full use.
    pub steep: u32,
    /// Use from which it rises steeply.
    pub kink: u32,
}

impl Rates {
    /// Checks the rates.
    ///
    /// # Errors
    /// The base is zero, the kink is full use or more, or the rate at full use is above ten times the face.
    pub fn check(&self) -> Result<(), Failure> {
        let rate = u64::from(self.base) + u64::from(self.slope) + u64::from(self.steep);
        if self.base == 0 || rate > MOST_RATE || self.kink >= ONE {
            return Err(Failure::Usage(format!(
                "rates base {}, slope {}, steep {}, kink {}: the base is at least 1, the first three sum to at most \
                 {MOST_RATE}, the kink is below {ONE}",
                self.base, self.slope, self.steep, self.kink
            )));
        }
        Ok(())
    }

    /// Returns the premium of a whole life, rounded up.
    ///
    /// # Errors
    /// The face is more than what is free, or assets are too large for the contract.
    pub fn premium(&self, face: u128, locked: u128, assets: u128, ratio: u16) -> Result<u128, Failure> {
        if assets > MOST_ASSETS || locked > assets || face > assets - locked {
            return Err(Failure::Usage(format!(
                "a face of {face} does not fit: {locked} of {assets} are locked, and at most {MOST_ASSETS} are managed"
            )));
        }
        let wide = |value: u128| U256::from(value);
        let (one, beyond) = (U256::from(ONE), U256::from(ONE - self.kink));
        let twice = U256::from(2) * wide(assets);
        let (face, locked) = (wide(face), wide(locked));
        let straight = U256::from(self.base) * twice + U256::from(self.slope) * (U256::from(2) * locked + face);
        let above = |used: U256| (one * used).saturating_sub(U256::from(self.kink) * wide(assets));
        let (from, to) = (above(locked), above(locked + face));
        let integral = face * straight * (one * beyond) + U256::from(self.steep) * (to - from) * (to + from);
        let cube = |value: u16| U256::from(value).pow(U256::from(3));
        let over = twice * one * one * beyond * cube(MEAN);
        let premium = (U512::from(integral) * U512::from(cube(ratio.max(MEAN)))).div_ceil(U512::from(over));
        u128::try_from(premium).map_err(|_| Failure::Usage("the premium has more than 128 bits".to_owned()))
    }

    /// Returns the premium that a vault asks: whole units a day.
    ///
    /// # Errors
    /// As for [`Rates::premium`].
    pub fn by_day(&self, face: u128, locked: u128, assets: u128, ratio: u16, life: u16) -> Result<u128, Failure> {
        Ok(self.premium(face, locked, assets, ratio)?.div_ceil(u128::from(life)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_premium_of_the_example_and_its_cube() {
        let rates = Rates { base: 20_000, slope: 60_000, steep: 0, kink: 0 };
        let of = |ratio| rates.premium(250_000_000, 0, 1_000_000_000, ratio).unwrap();
        assert_eq!([of(0), of(256), of(512), of(257)], [6_875_000, 6_875_000, 55_000_000, 6_955_882]);
        assert_eq!(rates.premium(1, 0, 1_000_000_000, 256).unwrap(), 1, "rounded up");
        assert_eq!(rates.by_day(250_000_000, 0, 1_000_000_000, 256, 20).unwrap(), 343_750);
        assert!(rates.premium(2, 9, 10, 256).unwrap_err().to_string().contains("9 of 10"));
    }

    #[test]
    fn cover_beyond_the_kink_is_dearer_and_nothing_overflows() {
        let rates = Rates { base: 20_000, slope: 60_000, steep: 300_000, kink: 800_000 };
        rates.check().unwrap();
        assert_eq!(rates.premium(200_000_000, 800_000_000, 1_000_000_000, 256).unwrap(), 44_800_000);
        let steep = Rates { base: 1, slope: 0, steep: 9_999_999, kink: 999_999 };
        let most = MOST_ASSETS;
        assert!(steep.premium(most, 0, most, u16::MAX).is_ok_and(|premium| premium > most));
        let dear = Rates { base: 10_000_000, slope: 0, steep: 0, kink: 0 };
        assert!(dear.premium(most, 0, most, u16::MAX).is_ok_and(|premium| premium > 10 * most));
    }
}
