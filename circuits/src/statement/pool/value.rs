//! Claims on net present value and on inputs of SEC-SA: linear in the totals by grade and by sector.

use ethnum::I256;
use tailproof_core::pool::Category;
use tailproof_core::pool::cashflow::value::VALUE_BITS;
use tailproof_core::pool::schema::WHOLE;
use tailproof_verifier::pool::value::{BALANCE_VALUE_OFFSET, REPLINES};

use super::comparisons::at_most;
use super::labels::value as labels;
use super::terms::Fields;
use super::totals::Totals;
use crate::builder::{Builder, Num};
use crate::error::{Built, SynthesisError};
use crate::instructions::Instructions;

/// The terms of these claims, range-checked.
pub(super) struct OpenedValue<E> {
    least: Num<E>,
    /// Values of a unit of balance, and of one at a basis point, by category and code.
    coefficients: Vec<Vec<[Num<E>; 2]>>,
    /// A bit for each grade: whether it is that of loans in default.
    defaulted: Vec<Num<E>>,
    past_due: Num<E>,
    charges: Vec<Num<E>>,
    capital: Num<E>,
}

impl<E> OpenedValue<E> {
    /// Returns the terms in the order of `tailproof_verifier::pool::value::value_fields`.
    ///
    /// # Errors
    /// If there are fewer terms than fields.
    pub(super) fn new<B: Instructions<Integer = E>>(
        builder: &Builder<'_, B>,
        fields: &mut Fields<E>,
    ) -> Built<B, Self> {
        let least = fields.next::<B>()?;
        let offset = builder.constant(I256::from(BALANCE_VALUE_OFFSET))?;
        let mut coefficients = Vec::with_capacity(REPLINES.len());
        for category in REPLINES {
            let mut of_category = Vec::with_capacity(category.most());
            for _ in 0..category.most() {
                let [balance, interest] = fields.pair::<B>()?;
                of_category.push([builder.sub(&balance, &offset)?, interest]);
            }
            coefficients.push(of_category);
        }
        let grades = Category::Grade.most();
        Ok(Self {
            least,
            coefficients,
            defaulted: fields.many::<B>(grades)?,
            past_due: fields.next::<B>()?,
            charges: fields.many::<B>(grades)?,
            capital: fields.next::<B>()?,
        })
    }
}

/// Proves all of these claims.
pub(super) fn value_claims<B: Instructions>(
    builder: &mut Builder<'_, B>,
    value: &OpenedValue<B::Integer>,
    totals: &Totals<B::Integer>,
) -> Built<B, ()> {
    net_present_value(builder, value, totals)?;
    let grades = &totals.by_code[Category::Grade as usize];
    let mut late = vec![totals.delinquent.clone()];
    for (is_default, balance) in value.defaulted.iter().zip(grades) {
        late.push(builder.product(labels::IN_DEFAULT, is_default, balance)?);
    }
    let late = builder.sum(&late)?;
    at_most(builder, labels::PAST_DUE, (&late, WHOLE), &value.past_due, &totals.balance)?;
    let mut charged = Vec::with_capacity(grades.len());
    for (charge, balance) in value.charges.iter().zip(grades) {
        charged.push(builder.product(labels::CHARGE, charge, balance)?);
    }
    // Charges and the limit are both in billionths.
    let charged = builder.sum(&charged)?;
    at_most(builder, labels::CAPITAL, (&charged, 1), &value.capital, &totals.balance)
}

/// Proves that the totals, each at its value, are worth at least so much.
fn net_present_value<B: Instructions>(
    builder: &mut Builder<'_, B>,
    value: &OpenedValue<B::Integer>,
    totals: &Totals<B::Integer>,
) -> Built<B, ()> {
    let mut worth = Vec::new();
    let interest = [&totals.interest, &totals.interest_by_sector];
    for ((category, coefficients), interest) in REPLINES.into_iter().zip(&value.coefficients).zip(interest) {
        let balances = &totals.by_code[category as usize];
        let (expected, found) = (coefficients.len(), balances.len().min(interest.len()));
        if expected != found {
            return Err(SynthesisError::Length { list: "totals by repline", expected, found });
        }
        for (([of_balance, of_interest], balance), interest) in coefficients.iter().zip(balances).zip(interest) {
            worth.push(builder.product(labels::OF_BALANCE, of_balance, balance)?);
            worth.push(builder.product(labels::OF_INTEREST, of_interest, interest)?);
        }
    }
    let worth = builder.sum(&worth)?;
    let rest = builder.combine(&[(&worth, I256::ONE), (&value.least, -(I256::ONE << VALUE_BITS))])?;
    builder.assert_nonnegative(labels::VALUE, &rest)
}
