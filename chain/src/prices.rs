//! Rows of prices as a window takes them: integers of equal decimals, and periods for dates.

use alloy::primitives::{B256, keccak256};
use tailproof_core::PriceHistory;
use tailproof_core::fixed_point::MAX_ENTRY;

use crate::error::Failure;

/// Decimals of prices on chain.
pub const DECIMALS: u32 = 8;

/// The prices of one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRow {
    /// Days since 1970-01-01.
    pub period: u32,
    /// The date, `YYYY-MM-DD`.
    pub date: String,
    /// Times 10^[`DECIMALS`], one for each factor.
    pub prices: Vec<u64>,
}

impl PriceRow {
    /// Returns the prices as a window takes them: 8 bytes each, big-endian.
    pub fn bytes(&self) -> Vec<u8> {
        packed(&self.prices)
    }

    /// Returns the hash that price rows are attested by.
    pub fn hash(&self) -> B256 {
        keccak256(self.bytes())
    }
}

/// Returns prices as a window takes them.
pub fn packed(prices: &[u64]) -> Vec<u8> {
    prices.iter().flat_map(|price| price.to_be_bytes()).collect()
}

/// Reads prices as a window takes them.
///
/// # Errors
/// The bytes are no multiple of 8.
pub fn unpacked(bytes: &[u8]) -> Result<Vec<u64>, Failure> {
    let (prices, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(Failure::Usage(format!("{} bytes of prices in an event; they come in eights", bytes.len())));
    }
    Ok(prices.iter().map(|price| u64::from_be_bytes(*price)).collect())
}

/// Returns every row of a history.
///
/// # Errors
/// A price with more than eight decimals, or too large for 64 bits with eight decimals; a date
/// before 1970. Nothing is rounded: a rounded price would make other moves than the ones that
/// proofs are over.
pub fn rows(history: &PriceHistory) -> Result<Vec<PriceRow>, Failure> {
    let epoch = jiff::civil::date(1970, 1, 1);
    (0..history.len())
        .map(|index| {
            let date = history.dates()[index];
            let days = (date - epoch).get_days();
            let period =
                u32::try_from(days).map_err(|_| Failure::Usage(format!("{date}: dates on chain begin in 1970")))?;
            let prices = history.row(index).iter().zip(history.factors()).map(|(price, factor)| {
                let price = price.normalize();
                let scale = price.scale();
                let units = 10u64.checked_pow(DECIMALS.saturating_sub(scale)).map(i128::from);
                let value = units.and_then(|units| price.mantissa().checked_mul(units));
                value.filter(|_| scale <= DECIMALS).and_then(|value| u64::try_from(value).ok()).ok_or_else(|| {
                    let most = u64::MAX / 10u64.pow(DECIMALS);
                    Failure::Usage(format!(
                        "{date}, {factor}: {price} is no price on chain: at most {DECIMALS} decimals and below {most}. \
                         Round the file, and make scenario sets from the rounded one"
                    ))
                })
            });
            Ok(PriceRow { period, date: date.to_string(), prices: prices.collect::<Result<_, _>>()? })
        })
        .collect()
}

/// Returns the entry of one factor, times 2^20 and rounded half away from zero: the move over `over`, which is the
/// price before for a relative one.
///
/// # Errors
/// A price of zero, or a move out of range.
pub fn entry(date: &str, factor: usize, before: u64, now: u64, over: u64) -> Result<i32, Failure> {
    let refuse = |why: &str| Failure::Usage(format!("{date}, factor {factor}: {why}"));
    if before == 0 || now == 0 {
        return Err(refuse("a price of zero"));
    }
    let over = u128::from(over);
    let magnitude = ((u128::from(before.abs_diff(now)) << 21) + over) / (2 * over);
    let magnitude = i32::try_from(magnitude).ok().filter(|magnitude| i64::from(*magnitude) <= MAX_ENTRY);
    let magnitude = magnitude.ok_or_else(|| refuse("a move of more than 800 %"))?;
    Ok(if now < before { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(text: &str) -> PriceHistory {
        tailproof::csv::read_prices("p.csv", text.as_bytes()).unwrap()
    }

    #[test]
    fn prices_become_integers_of_eight_decimals_and_dates_periods() {
        let rows = rows(&history("date,A,B\n1970-01-02,1.5,0.00000001\n2020-03-16,242.21,184467440737\n")).unwrap();
        assert_eq!((rows[0].period, &rows[0].prices[..]), (1, &[150_000_000, 1][..]));
        assert_eq!((rows[1].period, rows[1].prices[0]), (18_337, 24_221_000_000));
        assert_eq!(unpacked(&rows[1].bytes()).unwrap(), rows[1].prices);
    }

    #[test]
    fn a_price_is_never_rounded() {
        for price in ["1.000000001", "184467440738"] {
            let refused = rows(&history(&format!("date,A\n2020-01-01,{price}\n2020-01-02,1\n"))).unwrap_err();
            assert!(refused.to_string().contains("2020-01-01, A") && refused.to_string().contains(price), "{refused}");
        }
    }
}
