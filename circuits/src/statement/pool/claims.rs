//! Claims about the pool as inequalities between integers: every quotient is multiplied out.

use ethnum::I256;
use tailproof_core::pool::claims::{AVERAGE_SCALE, WHOLE};
use tailproof_core::pool::{Category, Field};

use super::labels::{self, ShareLabels};
use super::totals::Totals;
use crate::bound::BoundError;
use crate::instructions::{Instructions, RangeLabels};
use crate::integer::{Builder, Num};

/// What is claimed of the pool, but for the bounds of each loan's numbers.
pub(super) struct PoolLimits<E> {
    loans: [Num<E>; 2],
    balance: [Num<E>; 2],
    averages: Vec<[Num<E>; 2]>,
    /// lower and upper bounds of each loan's numbers
    pub each: [Vec<Num<E>>; 2],
    obligor: Num<E>,
    herfindahl: Num<E>,
    delinquent: Num<E>,
    shares: Vec<Vec<Num<E>>>,
    coverage: Vec<Coverage<E>>,
}

struct Coverage<E> {
    values: Vec<Num<E>>,
    amount: Num<E>,
    share: Num<E>,
}

impl<E> PoolLimits<E> {
    /// From the terms, in the order of `tailproof_verifier::pool::terms::limit_fields`.
    pub(super) fn of(mut terms: std::vec::IntoIter<Num<E>>) -> Self {
        let mut next = || terms.next().expect("as many as there are fields");
        let loans = [next(), next()];
        let balance = [next(), next()];
        let averages = Field::ALL.map(|_| [next(), next()]).into();
        let mut each = [Vec::new(), Vec::new()];
        for _ in Field::ALL {
            each[0].push(next());
            each[1].push(next());
        }
        let (obligor, herfindahl, delinquent) = (next(), next(), next());
        let shares = Category::ALL.map(|category| (0..category.most()).map(|_| next()).collect()).into();
        let coverage = (0..2)
            .map(|_| Coverage {
                values: (0..Category::Grade.most()).map(|_| next()).collect(),
                amount: next(),
                share: next(),
            })
            .collect();
        Self { loans, balance, averages, each, obligor, herfindahl, delinquent, shares, coverage }
    }
}

/// `low <= figure <= high`.
fn between<B: Instructions>(
    builder: &mut Builder<'_, B>,
    labels: [RangeLabels; 2],
    [low, high]: &[Num<B::Integer>; 2],
    figure: &Num<B::Integer>,
) -> Result<(), BoundError> {
    let above = builder.sub(figure, low)?;
    builder.assert_nonnegative(labels[0], &above)?;
    let below = builder.sub(high, figure)?;
    builder.assert_nonnegative(labels[1], &below)
}

/// `scale * part <= limit * total`.
pub(super) fn at_most<B: Instructions>(
    builder: &mut Builder<'_, B>,
    labels: ShareLabels,
    (part, scale): (&Num<B::Integer>, u64),
    limit: &Num<B::Integer>,
    total: &Num<B::Integer>,
) -> Result<(), BoundError> {
    let allowed = builder.product(labels.product, limit, total)?;
    let rest = builder.combine(&[(&allowed, I256::ONE), (part, -I256::from(scale))])?;
    builder.assert_nonnegative(labels.within, &rest)
}

/// All claims.
pub(super) fn pool_claims<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &PoolLimits<B::Integer>,
    totals: &Totals<B::Integer>,
) -> Result<(), BoundError> {
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
