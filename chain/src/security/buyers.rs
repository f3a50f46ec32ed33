//! What buyers who know something gain over a history, and what each rule takes from them.

use super::deviation::Deviation;
use super::index::Index;
use super::schedule::Layer;
use super::series::{FACE, Offer, Outcome, premium};
use super::{book::Book, premium::ONE};
use crate::error::Failure;
use crate::oracle::Move;
use crate::prices::PriceRow;

/// Premiums and payouts of some covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Orders that were filled.
    pub covers: usize,
    /// Orders that were returned, since their pricing row was not calm.
    pub returned: usize,
    /// Premium of those that were filled.
    pub premium: u128,
    /// The same without the ratio.
    pub flat: u128,
    /// What they were paid.
    pub paid: u128,
}

impl Sum {
    /// Returns what was paid, over the premium.
    pub fn paid_over_premium(&self) -> f64 {
        ratio(self.paid, self.premium)
    }

    /// Returns what was paid, over the premium without the ratio.
    pub fn paid_over_flat(&self) -> f64 {
        ratio(self.paid, self.flat)
    }
}

/// Returns a ratio of sums, for people; zero over zero is zero.
#[expect(clippy::cast_precision_loss, reason = "shown to a person")]
fn ratio(part: u128, whole: u128) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Returns the base rate that is a multiple, in percent, of the mean payout: in millionths, rounded up.
pub fn base_of(outcomes: &[Outcome], percent: u32) -> u32 {
    let paid: u128 = outcomes.iter().map(|outcome| outcome.paid).sum();
    let over = (outcomes.len() as u128).max(1) * FACE * 100;
    u32::try_from((paid * u128::from(ONE) * u128::from(percent)).div_ceil(over)).unwrap_or(u32::MAX).max(1)
}

/// Returns the sums of some covers at a base rate.
///
/// # Errors
/// The base is out of range.
pub fn sum<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>, base: u32, life: u16) -> Result<Sum, Failure> {
    let mut sum = Sum::default();
    for outcome in outcomes {
        if outcome.returned {
            sum.returned += 1;
            continue;
        }
        sum.covers += 1;
        sum.premium += premium(base, life, outcome.ratio)?;
        sum.flat += premium(base, life, 0)?;
        sum.paid += outcome.paid;
    }
    Ok(sum)
}

/// Returns the deviation after each row.
pub fn deviations(index: &Index) -> Vec<u64> {
    let mut deviation = Deviation::default();
    let mut after = |loss| {
        deviation.take(loss);
        deviation.now()
    };
    index.rows().iter().map(|row| after(row.loss)).collect()
}

/// Returns the covers whose pricing row has a deviation among the highest `millionths` of them all.
pub fn of_highest<'a>(outcomes: &'a [Outcome], deviations: &[u64], millionths: u32) -> Vec<&'a Outcome> {
    let mut sorted: Vec<&Outcome> = outcomes.iter().collect();
    sorted.sort_by_key(|outcome| std::cmp::Reverse(deviations[outcome.row]));
    sorted.truncate(outcomes.len() * millionths as usize / ONE as usize);
    sorted
}

/// Covers of buyers who see a day on which the deviation jumps, the highest `millionths` of jumps.
#[derive(Debug, Clone, Default)]
pub struct Jumps {
    /// Priced at the row before that day, as a contract would that sells at its last price.
    pub stale: Vec<Outcome>,
    /// Bought before the day's close, and priced at its row.
    pub before_close: Vec<Outcome>,
    /// Bought after the day's close and before its row is pushed, and priced at the row after it.
    pub after_close: Vec<Outcome>,
}

/// Returns the covers of buyers who see a jump.
pub fn jumps(index: &Index, offer: &Offer, millionths: u32) -> Jumps {
    let deviations = deviations(index);
    // A day is seen that has its own row, and a row before it.
    let seen = (1..index.rows().len()).filter(|at| index.rows()[*at].own && index.rows()[*at - 1].own);
    let mut seen: Vec<usize> = seen.filter(|at| offer.outcome(index, before_close(index, *at)).is_some()).collect();
    let number = seen.len() * millionths as usize / ONE as usize;
    // By deviation / deviation before, without a division.
    let product = |at: usize, other: usize| u128::from(deviations[at]) * u128::from(deviations[other - 1]);
    seen.sort_by(|a, b| product(*b, *a).cmp(&product(*a, *b)));
    let mut jumps = Jumps::default();
    for at in seen.into_iter().take(number) {
        let time = before_close(index, at);
        let stale = offer.days(index, time).and_then(|days| offer.priced_at(index, at - 1, &days));
        jumps.stale.extend(stale);
        jumps.before_close.extend(offer.outcome(index, time));
        jumps.after_close.extend(offer.outcome(index, time + 2));
    }
    jumps
}

fn before_close(index: &Index, row: usize) -> u64 {
    index.calendar().closes(index.rows()[row].period) - 1
}

/// Days with a payout, in order: numbers of their rows.
pub fn payout_days(index: &Index, layer: &Layer) -> Vec<usize> {
    let pays = |at: &usize| {
        let row = &index.rows()[*at];
        row.own && layer.payout(layer.index_of(row, index), 0).0 != 0
    };
    (0..index.rows().len()).filter(pays).collect()
}

/// Returns what [`FACE`] would be paid if the index of covers were the first day that pays, and not the greatest: both
/// sums, over all covers.
pub fn first_and_greatest(index: &Index, layer: &Layer, outcomes: &[Outcome]) -> (u128, u128) {
    let of = |outcome: &Outcome| {
        let days = outcome.position.first..=outcome.position.last;
        let mut rows = index.rows().iter().filter(|row| row.own && days.contains(&row.period));
        let first = rows.find_map(|row| {
            Some(layer.payout(layer.index_of(row, index), outcome.position.eve)).filter(|(part, _)| *part != 0)
        });
        first.map_or(0, |(part, whole)| FACE * u128::from(part) / u128::from(whole))
    };
    (outcomes.iter().map(of).sum(), outcomes.iter().map(|outcome| outcome.paid).sum())
}

/// What payout days pay to cover of that day alone, if their rows come or do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Withheld {
    /// With a row of their own.
    pub own: u128,
    /// If the row is held back, and the next row's move has both days: as a contract would pay that nets them.
    pub netted: u128,
}

/// Returns what payout days pay if their rows are held back. Under the rules they are void then: nothing is paid, and
/// the day's premium is returned.
///
/// # Errors
/// A move over two days is none that a window takes.
pub fn withheld(index: &Index, layer: &Layer, book: &Book, rows: &[PriceRow]) -> Result<Withheld, Failure> {
    let mut sums = Withheld::default();
    let face = |(part, whole): (u64, u64)| FACE * u128::from(part) / u128::from(whole);
    for at in payout_days(index, layer) {
        let row = &index.rows()[at];
        let Ok(day) = rows.binary_search_by_key(&row.period, |row| row.period) else { continue };
        let (Some(before), Some(next)) = (day.checked_sub(1).and_then(|day| rows.get(day)), rows.get(day + 1)) else {
            continue;
        };
        sums.own += face(layer.payout(layer.index_of(row, index), 0));
        let last = alloy::primitives::B256::ZERO;
        let both = Move { previous: before.period, last, before: before.prices.clone(), now: next.clone() };
        let loss = book.loss(&both.entries()?)?;
        sums.netted += face(layer.payout(u64::try_from(loss).unwrap_or(0), 0));
    }
    Ok(sums)
}

/// Returns how many payout days an underwriter escapes who asks to leave a second after each of them has opened, with a
/// cooldown: those that are behind its boundary.
pub fn escaped(index: &Index, layer: &Layer, cooldown: u64) -> usize {
    let calendar = index.calendar();
    let escapes = |at: &usize| {
        let day = index.rows()[*at].period;
        let opened = calendar.day_before(day).map(|eve| calendar.closes(eve) + 1);
        let opening = opened.and_then(|time| calendar.first_opening(time + cooldown + 1));
        opening.and_then(|first| calendar.day_before(first)).is_some_and(|boundary| boundary < day)
    };
    payout_days(index, layer).iter().filter(|at| escapes(at)).count()
}
