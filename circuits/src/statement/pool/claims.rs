//! Claims about the pool as inequalities between integers. Every quotient is multiplied out.

use ethnum::I256;
use tailproof_core::pool::claims::AVERAGE_SCALE;
use tailproof_core::pool::schema::WHOLE;
use tailproof_core::pool::{Category, Field};

use tailproof_verifier::shape::PoolSizes;

use super::comparisons::{at_most, between};
use super::labels;
use super::month::terms::OpenedMonth;
use super::terms::Fields;
use super::top::TopLimit;
use super::totals::Totals;
use super::value::OpenedValue;
use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;

/// The limits of the claims about the pool, range-checked.
pub(super) struct OpenedPoolLimits<E> {
    loans: [Num<E>; 2],
    balance: [Num<E>; 2],
    averages: Vec<[Num<E>; 2]>,
    /// Lower and upper bounds of the numbers of every loan.
    pub each: [Vec<Num<E>>; 2],
    obligor: Num<E>,
    herfindahl: Num<E>,
    delinquent: Num<E>,
    shares: Vec<Vec<Num<E>>>,
    coverage: Vec<Coverage<E>>,
    /// Bands of grades, in shapes that have them.
    pub bands: Option<BandLimits<E>>,
    /// The claims on value, in shapes that have them.
    pub value: Option<OpenedValue<E>>,
    /// The largest obligors together, in shapes with a limit on them.
    pub top: Option<TopLimit<E>>,
    /// The month before, in shapes with an earlier pool.
    pub month: Option<OpenedMonth<E>>,
}

/// The bands of grades.
pub(super) struct BandLimits<E> {
    /// A bit for each number of a loan: that which decides the grade.
    pub select: Vec<Num<E>>,
    /// Least and greatest number, by code.
    pub ends: [Vec<Num<E>>; 2],
}

struct Coverage<E> {
    values: Vec<Num<E>>,
    amount: Num<E>,
    share: Num<E>,
}

impl<E> OpenedPoolLimits<E> {
    /// Returns the limits behind terms in the order of
    /// `tailproof_verifier::pool::terms::limit_fields`.
    ///
    /// # Errors
    /// If there are fewer terms than fields.
    pub(super) fn new<B: Instructions<Integer = E>>(
        builder: &Builder<'_, B>,
        sizes: PoolSizes,
        terms: Vec<Num<E>>,
    ) -> Built<B, Self> {
        let mut fields = Fields::new("limits of the pool", terms);
        let loans = fields.pair::<B>()?;
        let balance = fields.pair::<B>()?;
        let numbers = Field::all(sizes.numbers).len();
        let averages = (0..numbers).map(|_| fields.pair::<B>()).collect::<Result<_, _>>()?;
        let each = pairs::<B>(&mut fields, numbers)?;
        let (obligor, herfindahl, delinquent) = (fields.next::<B>()?, fields.next::<B>()?, fields.next::<B>()?);
        let mut shares = Vec::with_capacity(Category::ALL.len());
        for category in Category::ALL {
            shares.push(fields.many::<B>(category.most())?);
        }
        let mut coverage = Vec::with_capacity(2);
        for _ in 0..2 {
            let values = fields.many::<B>(Category::Grade.most())?;
            coverage.push(Coverage { values, amount: fields.next::<B>()?, share: fields.next::<B>()? });
        }
        let bands = match sizes.bands {
            true => {
                let select = fields.many::<B>(numbers)?;
                Some(BandLimits { select, ends: pairs::<B>(&mut fields, Category::Grade.most())? })
            }
            false => None,
        };
        let value = if sizes.value { Some(OpenedValue::new(builder, &mut fields)?) } else { None };
        let top = match sizes.top {
            true => Some(TopLimit { count: fields.next::<B>()?, share: fields.next::<B>()? }),
            false => None,
        };
        let month = if sizes.roll { Some(OpenedMonth::new(builder, sizes, &mut fields)?) } else { None };
        Ok(Self {
            loans,
            balance,
            averages,
            each,
            obligor,
            herfindahl,
            delinquent,
            shares,
            coverage,
            bands,
            value,
            top,
            month,
        })
    }
}

/// Returns the next `count` pairs of fields: lower bounds, and upper bounds.
fn pairs<B: Instructions>(fields: &mut Fields<B::Integer>, count: usize) -> Built<B, [Vec<NumOf<B>>; 2]> {
    let mut ends = [Vec::with_capacity(count), Vec::with_capacity(count)];
    for _ in 0..count {
        let [low, high] = fields.pair::<B>()?;
        ends[0].push(low);
        ends[1].push(high);
    }
    Ok(ends)
}

/// Proves all claims about the pool.
pub(super) fn pool_claims<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &OpenedPoolLimits<B::Integer>,
    totals: &Totals<B::Integer>,
) -> Built<B, ()> {
    let balance = &totals.balance;
    between(builder, labels::LOANS, &limits.loans, &totals.loans)?;
    between(builder, labels::BALANCES, &limits.balance, balance)?;
    for ([low, high], sum) in limits.averages.iter().zip(&totals.weighted) {
        let needed = builder.product(labels::AVERAGES[0].product, low, balance)?;
        let rest = builder.combine(&[(sum, I256::from(AVERAGE_SCALE)), (&needed, I256::MINUS_ONE)])?;
        builder.assert_nonnegative(labels::AVERAGES[0].within, &rest)?;
        at_most(builder, labels::AVERAGES[1], (sum, AVERAGE_SCALE), high, balance)?;
    }
    at_most(builder, labels::OBLIGOR, (&totals.largest_obligor, WHOLE), &limits.obligor, balance)?;
    let square = builder.product(labels::SQUARE, balance, balance)?;
    at_most(builder, labels::HERFINDAHL, (&totals.squared, WHOLE), &limits.herfindahl, &square)?;
    at_most(builder, labels::DELINQUENT_SHARE, (&totals.delinquent, WHOLE), &limits.delinquent, balance)?;
    for (limits, totals) in limits.shares.iter().zip(&totals.by_code) {
        for (limit, total) in limits.iter().zip(totals) {
            at_most(builder, labels::SHARE, (total, WHOLE), limit, balance)?;
        }
    }
    coverage_tests(builder, limits, totals)
}

/// Proves the coverage tests: the balances of grades, and their interest, each counted at its
/// value.
fn coverage_tests<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &OpenedPoolLimits<B::Integer>,
    totals: &Totals<B::Integer>,
) -> Built<B, ()> {
    let balance = &totals.balance;
    let amounts = [&totals.by_code[Category::Grade as usize], &totals.interest];
    for (index, (coverage, amounts)) in limits.coverage.iter().zip(amounts).enumerate() {
        let mut counted = Vec::with_capacity(amounts.len());
        for (value, amount) in coverage.values.iter().zip(amounts) {
            counted.push(builder.product(labels::COVERAGE_VALUE[index], value, amount)?);
        }
        let labels = labels::COVERAGE[index];
        let needed = builder.product(labels.product, &coverage.share, balance)?;
        let has = builder.sum(&counted)?;
        let minus = I256::MINUS_ONE;
        let rest = builder.combine(&[(&has, I256::ONE), (&coverage.amount, minus), (&needed, minus)])?;
        builder.assert_nonnegative(labels.within, &rest)?;
    }
    Ok(())
}
