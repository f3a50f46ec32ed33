//! Public half-spreads, at which closing a book costs something.
//!
//! Liquidity-adjusted value at risk adds to the figure half of the quoted spread of each position
//! (Bangia, Diebold, Schuermann and Stroughair 1999, the exogenous cost of liquidity):
//! `sum_i s_i |x_i|`.

use std::collections::BTreeMap;

use ethnum::I256;
use rust_decimal::Decimal;

use crate::error::Problem;
use crate::fixed_point::{FRACTION_BITS, pow10};
use crate::scenarios::set::ScenarioSet;
use crate::text::shortened;

/// Bits of a half-spread: below 100 %.
pub const HALF_SPREAD_BITS: u32 = FRACTION_BITS;

/// The widest half-spread.
const MOST: Decimal = Decimal::from_parts(99, 0, 0, false, 2);

/// Half of the difference of ask and bid, as a fraction of the mid price, per factor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HalfSpreads {
    /// of factors that are not named
    pub others: Option<Decimal>,
    /// by name
    pub named: BTreeMap<String, Decimal>,
}

impl HalfSpreads {
    /// Checks each spread.
    ///
    /// # Errors
    /// A spread outside [0, 0.99].
    pub fn check(&self) -> Result<(), Problem> {
        let spreads = self.named.iter().map(|(name, spread)| (format!("the half-spread of {name}"), spread));
        let others = self.others.iter().map(|spread| ("half_spread".to_owned(), spread));
        for (what, spread) in spreads.chain(others) {
            if (spread.is_sign_negative() && !spread.is_zero()) || *spread > MOST {
                let range = "0 to 0.99, a fraction of the mid price (0.0005 is 5 basis points)".into();
                return Err(Problem::OutOfRange { what, value: spread.to_string(), range });
            }
        }
        Ok(())
    }

    /// The spread of each factor of a set times 2^20, rounded up; 0 for columns that do not count as
    /// exposures.
    ///
    /// # Errors
    /// A name that is not a factor of the set; a factor without a spread.
    pub fn entries(&self, set: &ScenarioSet, counts: impl Fn(usize) -> bool) -> Result<Vec<i64>, Problem> {
        if let Some(name) = self.named.keys().find(|name| !set.factors().contains(name)) {
            return Err(Problem::UnknownFactor { factor: name.clone(), known: shortened(set.factors()) });
        }
        let entry = |(column, factor): (usize, &String)| {
            if !counts(column) {
                return Ok(0);
            }
            let spread =
                self.named.get(factor).or(self.others.as_ref()).ok_or_else(|| Problem::NoHalfSpread(factor.clone()))?;
            let numerator = I256::from(-spread.mantissa()) << FRACTION_BITS;
            Ok(-numerator.div_euclid(pow10(spread.scale())).as_i64())
        };
        set.factors().iter().enumerate().map(entry).collect()
    }
}
