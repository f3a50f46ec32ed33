//! Public caps on the magnitude of each exposure: position limits of an exchange, and days times
//! participation times traded volume.
//!
//! ```csv
//! factor,cap,volume
//! AAPL,5000000,120000000
//! TSLA,,80000000
//! rest,1000000,
//! ```
//!
//! Where a row has both, the smaller one counts. The file is the verifier's: a mandate has its
//! digest.

use ethnum::I256;
use rust_decimal::Decimal;

use crate::error::{CapProblem, InputError, Problem};
use crate::fixed_point::{MAX_GROSS, Unit, pow10};
use crate::mandate::factor_file::{FactorFile, Kind};

const KIND: Kind<2> = Kind { domain: "tailproof/caps/v1", columns: ["cap", "volume"] };

/// The place of the volume among the columns.
const VOLUME: usize = 1;

/// The largest amount of a file.
const MOST: u64 = 1_000_000_000_000_000_000;

/// The share of a day's volume that a fund trades, and the days that it may take to close a
/// position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeShare {
    /// days, 1 to 1000
    pub days: u32,
    /// a fraction of a day's volume, above 0 and at most 1, with at most nine places
    pub participation: Decimal,
}

impl VolumeShare {
    /// Returns the share of the two keys of a mandate; `None` where neither is there.
    ///
    /// # Errors
    /// One without the other; one out of range.
    pub(super) fn new(days: Option<Decimal>, participation: Option<Decimal>) -> Result<Option<Self>, Problem> {
        let (days, participation) = match (days, participation) {
            (None, None) => return Ok(None),
            (Some(days), Some(participation)) => (days.normalize(), participation.normalize()),
            _ => return Err(CapProblem::DaysAndParticipation.into()),
        };
        let out_of_range = |what: &str, value: Decimal, range: &str| {
            Err(Problem::OutOfRange { what: what.into(), value: value.to_string(), range: range.into() })
        };
        let whole = u32::try_from(days).ok().filter(|whole| (1..=1000).contains(whole) && days.scale() == 0);
        let Some(days) = whole else { return out_of_range("cap_days", days, "1 to 1000, whole days") };
        if participation <= Decimal::ZERO || participation > Decimal::ONE || participation.scale() > 9 {
            let range = "above 0 and at most 1, a fraction of a day's volume with at most nine places";
            return out_of_range("cap_participation", participation, range);
        }
        Ok(Some(Self { days, participation }))
    }

    /// Returns days times participation.
    fn factor(self) -> Decimal {
        Decimal::from(self.days) * self.participation
    }
}

/// Public caps on the magnitudes of exposures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caps(FactorFile<2>);

impl Caps {
    /// Reads caps from CSV. `file` names it in errors.
    ///
    /// # Errors
    /// A header of other columns than `factor` and `cap`, `volume` or both; a row without either;
    /// an amount that is no decimal, or outside 0 to 10^18; a factor that is listed twice; no row.
    pub fn from_csv(file: &str, text: &str) -> Result<Self, InputError> {
        let check = |values: &[Option<Decimal>; 2]| {
            let beyond = values.iter().flatten().find(|value| **value > Decimal::from(MOST));
            match beyond {
                Some(value) => Err(Problem::OutOfRange {
                    what: "an amount".into(),
                    value: value.to_string(),
                    range: "0 to 10^18".into(),
                }),
                None if values == &[None, None] => Err(CapProblem::NeitherCapNorVolume.into()),
                None => Ok(()),
            }
        };
        FactorFile::read(file, text, KIND, check).map(Self)
    }

    /// A digest of what the caps say, not of how their file is laid out.
    pub fn digest(&self) -> [u8; 32] {
        self.0.digest()
    }

    /// The rows of the file.
    pub fn file(&self) -> &FactorFile<2> {
        &self.0
    }

    /// Whether a cap is made of a traded volume, which takes a [`VolumeShare`].
    pub fn has_volumes(&self) -> bool {
        self.0.has_cells_in(VOLUME)
    }

    /// Returns the cap of each factor in whole book units of `unit`, rounded down; `None` for a
    /// factor that has none and needs none. A cap beyond the gross exposure of every book is cut to
    /// that.
    ///
    /// # Errors
    /// A factor that needs a cap and has none; a volume without a share; caps of which none can be
    /// reached.
    pub(super) fn entries(
        &self,
        factors: &[String],
        must_have_one: impl Fn(usize) -> bool,
        share: Option<VolumeShare>,
        unit: Unit,
    ) -> Result<Vec<Option<i64>>, CapProblem> {
        let mut entries = Vec::with_capacity(factors.len());
        for row in self.0.of_factors(factors, &must_have_one)? {
            let Some([cap, volume]) = row else {
                entries.push(None);
                continue;
            };
            let of_volume = match (volume, share) {
                (Some(_), None) => return Err(CapProblem::NoShare),
                (Some(volume), Some(share)) => Some(units(*volume, share.factor(), unit)),
                (None, _) => None,
            };
            let of_cap = cap.map(|cap| units(cap, Decimal::ONE, unit));
            entries.push(of_cap.into_iter().chain(of_volume).min());
        }
        let mut of_exposures =
            (0..factors.len()).filter(|index| must_have_one(*index)).filter_map(|index| entries[index]);
        if of_exposures.all(|cap| cap == MAX_GROSS) {
            return Err(CapProblem::NothingCapped);
        }
        Ok(entries)
    }
}

/// Returns an amount times a factor in whole units, rounded down and cut to the gross exposure of a
/// book.
fn units(amount: Decimal, factor: Decimal, unit: Unit) -> i64 {
    let (numerator, denominator) = unit.ratio(amount);
    let (numerator, denominator) = (numerator * I256::from(factor.mantissa()), denominator * pow10(factor.scale()));
    numerator.div_euclid(denominator).min(I256::from(MAX_GROSS)).as_i64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caps(text: &str) -> Caps {
        Caps::from_csv("c.csv", text).unwrap()
    }

    fn share(days: &str, participation: &str) -> Result<Option<VolumeShare>, Problem> {
        VolumeShare::new(days.parse().ok(), participation.parse().ok())
    }

    #[test]
    fn the_smaller_of_cap_and_volume_counts_in_whole_units_rounded_down() {
        let caps = caps("factor,cap,volume\nA,10.019,\nB,10,33.33\nC,,33.33\nrest,1e18,\n");
        let factors = ["A", "B", "C", "D", "cash"].map(str::to_owned);
        let must = |index| index < 4;
        // 3 days at 10 % of 33.33 are 9.999.
        let entries = caps.entries(&factors, must, share("3", "0.1").unwrap(), Unit::CENT);
        assert_eq!(entries, Ok(vec![Some(1001), Some(999), Some(999), Some(MAX_GROSS), None]));
        assert_eq!(caps.entries(&factors, must, None, Unit::CENT), Err(CapProblem::NoShare));
        let unit = Unit::from_millionths(7_000_000).unwrap();
        let entries = caps.entries(&factors, must, share("3", "0.1").unwrap(), unit);
        assert_eq!(entries, Ok(vec![Some(1), Some(1), Some(1), Some(MAX_GROSS), None]));
    }

    #[test]
    fn caps_that_no_book_can_reach_are_refused() {
        let caps = caps("factor,cap\nrest,1e18\n");
        let must = |index| index == 0;
        let refused = caps.entries(&["A".into(), "cash".into()], must, None, Unit::CENT);
        assert_eq!(refused, Err(CapProblem::NothingCapped));
        assert_eq!(caps.entries(&["cash".into()], |_| false, None, Unit::CENT), Err(CapProblem::NothingCapped));
    }

    #[test]
    fn the_digest_is_of_the_meaning_not_of_the_layout() {
        let base = caps("factor,cap,volume\nA,1,2\nrest,3,\n").digest();
        assert_eq!(base, caps("cap,volume,factor\n3.0,,rest\r\n1.00, 2,\"A\"\r\n").digest());
        for other in ["factor,cap,volume\nA,2,1\nrest,3,\n", "factor,cap,volume\nA,1,2\nB,3,\n", "factor,cap\nA,1\n"] {
            assert_ne!(base, caps(other).digest(), "{other}");
        }
    }

    #[test]
    fn malformed_caps_and_shares_are_refused() {
        for (text, said) in [
            ("factor,cap,volume\nA,,\n", "neither a cap nor a volume"),
            ("factor,cap\nA,1.1e18\n", "10^18"),
            ("factor,rate\nA,1\n", "factor, cap, volume"),
        ] {
            let error = Caps::from_csv("c.csv", text).unwrap_err().to_string();
            assert!(error.contains(said) && error.starts_with("c.csv"), "{text}: {error}");
        }
        assert_eq!(share("", ""), Ok(None));
        for (days, participation) in [("5", ""), ("", "0.2"), ("0", "0.2"), ("1.5", "0.2"), ("5", "0"), ("5", "1.1")] {
            assert!(share(days, participation).is_err(), "{days} {participation}");
        }
        assert!(share("1001", "0.2").is_err() && share("5", "0.0000000001").is_err());
    }
}
