//! The claims of a deal on net present value and on inputs of SEC-SA as integers, behind the limits of
//! its pool: see the book's chapter "Value and SEC-SA".

use tailproof_core::pool::cashflow::claim::{BALANCE_VALUE_BITS, INTEREST_VALUE_BITS};
use tailproof_core::pool::cashflow::value::ValueCoefficients;
use tailproof_core::pool::cashflow::{ValueClaim, ValueRow};
use tailproof_core::pool::loan_pool::TOTAL_BITS;
use tailproof_core::pool::schema::{SHARE_BITS, WHOLE};
use tailproof_core::pool::sec_sa::CapitalCharge;
use tailproof_core::pool::{Category, Deal, PoolClaim};

use super::error::PoolError;
use crate::inputs::controls::{PackedField, field};

/// Added to the value of a unit of balance, which may be negative.
pub const BALANCE_VALUE_OFFSET: i64 = 1 << (BALANCE_VALUE_BITS - 1);
/// The categories that can be replines, in the order of the fields.
pub const REPLINES: [Category; 2] = [Category::Grade, Category::Sector];

/// Returns the fields of the claims on value and on inputs of SEC-SA, in order.
pub fn value_fields() -> Vec<PackedField> {
    let mut fields = vec![field("least value", TOTAL_BITS)];
    for category in REPLINES {
        for _ in 0..category.most() {
            fields.push(field("value of a unit of balance, and an offset", BALANCE_VALUE_BITS));
            fields.push(field("value of a unit of balance at a basis point", INTEREST_VALUE_BITS));
        }
    }
    let grades = Category::Grade.most();
    fields.extend(vec![field("whether a grade is that of loans in default", 1); grades]);
    fields.push(field("share that is delinquent or in default", SHARE_BITS));
    fields.extend(vec![field("capital charge of a grade", SHARE_BITS); grades]);
    fields.push(field("average capital charge", SHARE_BITS));
    fields
}

/// Returns whether a claim is among those that [`value_fields`] hold.
pub fn is_on_value(claim: &PoolClaim) -> bool {
    matches!(claim, PoolClaim::ValueAtLeast(_) | PoolClaim::PastDueAtMost(..) | PoolClaim::CapitalAtMost(_))
}

/// Checks that a deal that claims a net present value is made of its assumptions.
///
/// # Errors
/// Errors if it is not.
pub(crate) fn check_value(deal: &Deal) -> Result<(), PoolError> {
    match deal.value_claim().filter(|value| value.row.is_none()) {
        Some(value) => Err(PoolError::NeedsAssumptions(value.assumptions)),
        None => Ok(()),
    }
}

/// The claims on value and on inputs of SEC-SA among those of a deal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ValueOf<'c> {
    value: Option<(&'c ValueClaim, &'c ValueRow)>,
    past_due: Option<(u8, u64)>,
    capital: Option<&'c CapitalCharge>,
}

impl<'c> ValueOf<'c> {
    /// Returns those of a list: the strictest of each kind.
    ///
    /// # Errors
    /// A claim on a value without its assumptions; two claims of a kind with other coefficients.
    pub fn new(claims: &'c [PoolClaim]) -> Result<Self, PoolError> {
        let mut found = Self::default();
        for claim in claims {
            match claim {
                PoolClaim::ValueAtLeast(claim) => {
                    let row = claim.row.as_ref().ok_or(PoolError::NeedsAssumptions(claim.assumptions))?;
                    let is_other = |(other, of): &(&ValueClaim, &ValueRow)| {
                        other.replines != claim.replines || of.coefficients() != row.coefficients()
                    };
                    if found.value.as_ref().is_some_and(is_other) {
                        return Err(PoolError::TwoRows("net present value"));
                    }
                    if found.value.is_none_or(|(other, _)| other.least < claim.least) {
                        found.value = Some((claim, row));
                    }
                }
                PoolClaim::PastDueAtMost(code, limit) => {
                    if found.past_due.is_some_and(|(other, _)| other != *code) {
                        return Err(PoolError::TwoRows("the share that is in default"));
                    }
                    let least = found.past_due.map_or(*limit, |(_, other)| other.min(*limit));
                    found.past_due = Some((*code, least));
                }
                PoolClaim::CapitalAtMost(charge) => {
                    if found.capital.is_some_and(|other| other.charges != charge.charges) {
                        return Err(PoolError::TwoRows("the capital charge"));
                    }
                    if found.capital.is_none_or(|other| charge.limit < other.limit) {
                        found.capital = Some(charge);
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

/// Returns the values of [`value_fields`]: of a kind without a claim, those that every pool meets.
pub fn value_values(of: ValueOf<'_>) -> Vec<u128> {
    let mut values = vec![of.value.map_or(0, |(claim, _)| claim.least.into())];
    for category in REPLINES {
        let row = of.value.filter(|(claim, _)| claim.replines == category).map(|(_, row)| row.coefficients());
        for code in 0..category.most() {
            let none = ValueCoefficients { balance: 0, interest: 0 };
            let of_code = row.and_then(|row| row.get(code)).copied().unwrap_or(none);
            // A row is made of coefficients in range.
            let balance = u128::try_from(of_code.balance + BALANCE_VALUE_OFFSET).unwrap_or(u128::MAX);
            values.extend([balance, u128::try_from(of_code.interest).unwrap_or(u128::MAX)]);
        }
    }
    let grades = Category::Grade.most();
    values.extend((0..grades).map(|code| u128::from(of.past_due.is_some_and(|(of, _)| usize::from(of) == code))));
    values.push(of.past_due.map_or(WHOLE, |(_, limit)| limit).into());
    values.extend((0..grades).map(|code| {
        let charge = of.capital.and_then(|capital| capital.charges.get(code));
        u128::from(charge.copied().unwrap_or(0))
    }));
    values.push(of.capital.map_or(WHOLE, |capital| capital.limit).into());
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(least: u64, balance: i64, interest: i64) -> PoolClaim {
        let coefficients = vec![ValueCoefficients { balance, interest }];
        let row = ValueRow::of("test", Category::Sector, coefficients).expect("in range");
        let block = "base".to_owned();
        PoolClaim::ValueAtLeast(ValueClaim {
            least,
            block,
            replines: Category::Sector,
            assumptions: [7; 32],
            row: Some(row),
        })
    }

    #[test]
    fn there_is_a_value_for_each_field_and_it_fits() {
        let charges = vec![WHOLE; 32];
        let ends = [-(1 << (BALANCE_VALUE_BITS - 1)) + 1, (1 << (BALANCE_VALUE_BITS - 1)) - 1];
        let mut lists = vec![Vec::new()];
        for balance in ends {
            lists.push(vec![
                claim((1 << TOTAL_BITS) - 1, balance, (1 << INTEREST_VALUE_BITS) - 1),
                PoolClaim::PastDueAtMost(31, WHOLE),
                PoolClaim::CapitalAtMost(CapitalCharge {
                    charges: charges.clone(),
                    limit: WHOLE,
                    words: String::new(),
                }),
            ]);
        }
        let fields = value_fields();
        for claims in lists {
            let values = value_values(ValueOf::new(&claims).expect("one of each kind"));
            assert_eq!(fields.len(), values.len());
            assert!(fields.iter().zip(values).all(|(field, value)| value >> field.bits == 0));
        }
    }

    #[test]
    fn the_strictest_of_two_claims_is_stated_and_other_coefficients_are_refused() {
        let two = [claim(5, 1, 1), claim(9, 1, 1), claim(7, 1, 1)];
        let values = value_values(ValueOf::new(&two).expect("one row"));
        assert_eq!(values, value_values(ValueOf::new(&two[1..2]).expect("one row")));
        let other = [claim(5, 1, 1), claim(5, 1, 2)];
        assert_eq!(ValueOf::new(&other), Err(PoolError::TwoRows("net present value")));
        let shares = [PoolClaim::PastDueAtMost(3, 50), PoolClaim::PastDueAtMost(3, 20)];
        assert_eq!(ValueOf::new(&shares).expect("one grade").past_due, Some((3, 20)));
        let grades = [PoolClaim::PastDueAtMost(3, 50), PoolClaim::PastDueAtMost(4, 20)];
        assert!(ValueOf::new(&grades).is_err());
    }

    #[test]
    fn a_value_without_its_assumptions_is_not_stated() {
        let PoolClaim::ValueAtLeast(with) = claim(5, 1, 1) else { unreachable!() };
        let without = [PoolClaim::ValueAtLeast(ValueClaim { row: None, ..with })];
        assert_eq!(ValueOf::new(&without), Err(PoolError::NeedsAssumptions([7; 32])));
    }
}
