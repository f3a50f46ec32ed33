//! A public book, and what it loses on a row.

use crate::error::Failure;

/// Basis points of the whole book.
const WHOLE: u32 = 10_000;
/// The largest weight of a factor, in basis points.
const MOST: u16 = 1_500;

/// Weights of a public book, in basis points of its gross value; negative ones are short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book(Vec<i16>);

impl Book {
    /// Returns the book of some weights, in the order of the window's factors.
    ///
    /// # Errors
    /// A weight is above 15 %, or they do not sum to 100 % in magnitude.
    pub fn new(weights: Vec<i16>) -> Result<Self, Failure> {
        if let Some((factor, weight)) = weights.iter().enumerate().find(|(_, weight)| weight.unsigned_abs() > MOST) {
            return Err(Failure::Usage(format!(
                "the weight of factor {factor} is {weight} basis points; a factor has at most {MOST}"
            )));
        }
        let sum: u32 = weights.iter().map(|weight| u32::from(weight.unsigned_abs())).sum();
        if sum != WHOLE {
            return Err(Failure::Usage(format!("the weights sum to {sum} basis points in magnitude, not to {WHOLE}")));
        }
        Ok(Self(weights))
    }

    /// Returns the book of equal weights. What does not divide goes to the first factors.
    ///
    /// # Errors
    /// There are fewer than seven factors: each would weigh more than 15 %.
    pub fn equal(factors: usize) -> Result<Self, Failure> {
        let number = u32::try_from(factors).ok().filter(|number| (1..=WHOLE).contains(number));
        let number = number.ok_or_else(|| Failure::Usage(format!("{factors} factors have no equal weights")))?;
        let of = |factor: u32| WHOLE / number + u32::from(factor < WHOLE % number);
        Self::new((0..number).map(|factor| i16::try_from(of(factor)).unwrap_or(i16::MAX)).collect())
    }

    /// Returns the weights.
    pub fn weights(&self) -> &[i16] {
        &self.0
    }

    /// Returns the loss on a row's entries, in basis points times 2^20; a gain is negative. It is exact.
    ///
    /// # Errors
    /// The row has another number of entries than the book has weights.
    pub fn loss(&self, entries: &[i32]) -> Result<i64, Failure> {
        if entries.len() != self.0.len() {
            return Err(Failure::Usage(format!(
                "{} factors, and the book has {} weights",
                entries.len(),
                self.0.len()
            )));
        }
        Ok(-self.0.iter().zip(entries).map(|(weight, entry)| i64::from(*weight) * i64::from(*entry)).sum::<i64>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_has_all_of_its_value_and_no_factor_above_15_percent() {
        assert_eq!(Book::equal(20).unwrap().weights(), [500; 20]);
        let equal = Book::equal(7).unwrap();
        assert_eq!((equal.weights()[0], equal.weights()[6]), (1_429, 1_428));
        assert!(Book::equal(6).unwrap_err().to_string().contains("factor 0 is 1667"));
        assert!(Book::new(vec![1_000; 9]).unwrap_err().to_string().contains("9000"));
    }

    #[test]
    fn a_loss_is_exact() {
        let mut weights = vec![1_000; 10];
        weights[9] = -1_000;
        let mut entries = [0; 10];
        (entries[0], entries[9]) = (-3, -5);
        assert_eq!(Book::new(weights).unwrap().loss(&entries).unwrap(), 3_000 - 5_000);
    }
}
