//! Top obligors: the limit holds exactly at what the largest debts add up to, and no threshold, side or
//! distance makes less of it.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use ethnum::I256;
use rand::seq::SliceRandom;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::pool::labels;
use tailproof_core::pool::schema::WHOLE;
use tailproof_core::pool::{PoolClaim, PoolLoan};

use super::constraints::{Bench, loose};
use crate::support::pool::{PoolCase, loan, pool_of};
use crate::support::{Instance, Lies, lies, rng};

/// A shape with two unused rows and more, since pools here have at most three loans.
const SHAPE: &str = "5loans+pool+top";
const THRESHOLD: Label = labels::TOP_THRESHOLD_BIT;
const SIDE: Label = labels::TOP_DISTANCE.sign;
const DISTANCE: Label = labels::TOP_DISTANCE.bit;
/// The row in which the last obligor's debt is whole, behind unused rows.
const LAST: usize = 4;

/// A pool of loans, each with its balance and whether it begins an obligor, under a limit in billionths.
fn of(loans: &[(u64, bool)], count: u16, limit: u64) -> PoolCase {
    let mut case = loose(SHAPE);
    let loans: Vec<PoolLoan> = loans.iter().map(|(owed, new)| loan(*owed, [1; 4], [1; 3], false, *new)).collect();
    case.collateral = pool_of(case.shape, loans);
    case.claims = vec![PoolClaim::TopObligorsAtMost(count, limit)];
    case.restate();
    case
}

/// What each obligor owes.
fn debts(loans: &[(u64, bool)]) -> Vec<u64> {
    let mut debts: Vec<u64> = Vec::new();
    for (index, (owed, new)) in loans.iter().enumerate() {
        match debts.last_mut().filter(|_| !new && index > 0) {
            Some(debt) => *debt += owed,
            None => debts.push(*owed),
        }
    }
    debts
}

/// What so many largest obligors owe, by the largest sum over all sets of obligors.
fn largest_together(loans: &[(u64, bool)], count: u16) -> u64 {
    let debts = debts(loans);
    let sets = (0..1u32 << debts.len()).filter(|set| set.count_ones() <= count.into());
    let owed =
        |set: u32| debts.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1).map(|(_, debt)| debt).sum();
    sets.map(owed).max().unwrap()
}

/// Pools of one to three loans with balances of up to three, whoever owes them.
fn small_pools() -> Vec<Vec<(u64, bool)>> {
    let mut pools = vec![Vec::new()];
    let mut all = Vec::new();
    for _ in 0..3 {
        let longer = pools.iter().flat_map(|pool: &Vec<(u64, bool)>| {
            (1..=3).flat_map(|owed| [true, false].map(|new| [&pool[..], &[(owed, new)]].concat()))
        });
        pools = longer.collect();
        all.extend(pools.iter().filter(|pool| pool[0].1).cloned());
    }
    all
}

/// A sample of small pools, with one to four obligors in the limit: it holds at the figure, rounded up
/// to billionths, and not one billionth below.
#[test]
fn every_small_pool_is_judged_as_its_largest_debts_are() {
    let none = Vec::<Label>::new();
    let mut pools = small_pools();
    pools.shuffle(&mut rng(31));
    let (mut held, mut refused) = (0, 0);
    for (round, pool) in pools.iter().take(if cfg!(feature = "nightly") { pools.len() } else { 24 }).enumerate() {
        let balance: u64 = pool.iter().map(|(owed, _)| owed).sum();
        for count in 1..=4 {
            let least = (largest_together(pool, count) * WHOLE).div_ceil(balance);
            let within = of(pool, count, least);
            assert_eq!(within.violations(&Lies::new()), none, "{pool:?}, {count}");
            let beyond = of(pool, count, least - 1);
            assert_eq!(beyond.violations(&Lies::new()), [labels::TOP.within.sum], "{pool:?}, {count}");
            (held, refused) = (held + 1, refused + 1);
            if round % 8 == usize::from(count) {
                assert_eq!(
                    (within.plain(&Lies::new()), beyond.plain(&Lies::new())),
                    (none.clone(), vec![labels::TOP.within.sum])
                );
                assert_eq!(within.halo2(&Lies::new()).violations(), Vec::<String>::new(), "{pool:?}, {count}");
                assert_eq!(beyond.halo2(&Lies::new()).violations(), [labels::TOP.within.sum], "{pool:?}, {count}");
            }
        }
    }
    assert!(held >= 96 && refused >= 96);
}

/// Every threshold in reach: it proves the limit exactly if the bracket of the book's page is within it,
/// and none proves a limit that is not so.
#[test]
fn no_threshold_proves_less_than_the_figure() {
    let pool = [(3, true), (2, false), (4, true)];
    for count in [1u16, 2, 3] {
        let figure = largest_together(&pool, count);
        for (share, is_so) in [((figure * WHOLE).div_ceil(9), true), ((figure * WHOLE).div_ceil(9) - 1, false)] {
            let case = of(&pool, count, share);
            let mut proved = 0;
            for threshold in 0..=7u64 {
                let bracket = u64::from(count) * threshold
                    + debts(&pool).iter().map(|debt| debt.saturating_sub(threshold)).sum::<u64>();
                let found = case.violations(&lies(&[(THRESHOLD, 0, threshold.into())]));
                assert_eq!(found.is_empty(), bracket * WHOLE <= share * 9, "{count}, {share}, {threshold}: {found:?}");
                proved += usize::from(found.is_empty());
            }
            assert_eq!(proved > 0, is_so, "{count}, {share}");
            for threshold in [-1i64, -2, -5] {
                let found = case.violations(&lies(&[(THRESHOLD, 0, threshold.into())]));
                assert!(found.contains(&THRESHOLD), "{threshold}: {found:?}");
            }
        }
    }
}

/// A side that is set where an obligor's debt is not whole adds to the sum, so it proves no more.
#[test]
fn a_side_in_another_row_only_adds() {
    let pool = [(6, true), (2, false), (4, true)];
    // The first row has 6 of 8, and the threshold is 4.
    let told = lies(&[(THRESHOLD, 0, 4.into()), (SIDE, 0, 1.into()), (DISTANCE, 0, 4.into())]);
    for (share, accepted) in [(WHOLE * 2 / 3 + 1, false), (WHOLE, true)] {
        let case = of(&pool, 1, share);
        assert_eq!(case.violations(&Lies::new()), Vec::<Label>::new());
        let refused: &[Label] = if accepted { &[] } else { &[labels::TOP.within.sum] };
        case.assert_violations(&told, refused);
    }
    // Below the threshold, the distance would be negative.
    let told = lies(&[(THRESHOLD, 0, 7.into()), (SIDE, 0, 1.into()), (DISTANCE, 0, (-2).into())]);
    of(&pool, 1, WHOLE).assert_violations(&told, &[DISTANCE]);
}

/// A side of one half, which is a field element and no bit, makes a distance vanish.
#[test]
fn a_side_between_both_is_refused() {
    let bench = Bench::new(of(&[(10, true), (500, false), (2_500, true)], 1, (1 << 30) - 1));
    let mut moved = bench.case.assignment(&lies(&[(THRESHOLD, 0, 510.into())]));
    assert_eq!(bench.system.violations(&moved), Vec::<Label>::new());
    moved[bench.variable(SIDE, LAST)] = Fr::from(2u64).inverse().unwrap();
    for bit in 0..32 {
        moved[bench.variable(DISTANCE, 32 * LAST + bit)] = Fr::ZERO;
    }
    let refused = bench.system.violations(&moved);
    assert!(
        refused.contains(&SIDE) && refused.iter().all(|label| [SIDE, labels::TOP.within.sum].contains(label)),
        "{refused:?}"
    );
}

/// Planted bugs: the last row of an obligor is missed, a debt above the threshold counts as one below
/// it, and a threshold is below zero. Without the constraint that each is about, every backend accepts
/// a share that is too small.
#[test]
fn without_its_constraint_a_larger_share_passes_for_a_smaller_one() {
    // The larger obligor owes 2,500 of 3,010, and its debt is whole in the last row of the shape.
    let pool = [(10, true), (500, false), (2_500, true)];
    let at = |threshold: i64| (THRESHOLD, 0, I256::from(threshold));
    let missed = vec![at(510), (DISTANCE, LAST, 0.into())];
    let below = vec![at(510), (SIDE, LAST, 0.into()), (DISTANCE, LAST, (-1_990).into())];
    let cases = [
        (1, 600_000_000, missed, labels::TOP_DISTANCE.product),
        (1, 600_000_000, below, DISTANCE),
        // Both obligors are among the five largest, and owe everything.
        (5, 500_000_000, vec![at(-502)], THRESHOLD),
    ];
    for (count, limit, told, bug) in cases {
        let case = of(&pool, count, limit);
        case.assert_violations(&Lies::new(), &[labels::TOP.within.sum]);
        let told = lies(&told);
        case.assert_violations(&told, &[bug]);
        let (system, assignment) = case.recorded(Some(bug), &told);
        assert!(system.is_satisfied(&assignment), "r1cs without {bug}");
        assert_eq!(case.halo2(&told).without(bug).violations(), Vec::<String>::new(), "halo2 without {bug}");
        assert!(case.plain_without(bug, &told).is_empty(), "plain without {bug}");
    }
}
