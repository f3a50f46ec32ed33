//! The pool statement agrees with plain arithmetic: claims exactly at a pool's figures hold, and
//! none with a unit less.

use crate::support::pool::{PoolCase, loan};
use crate::support::{Instance, Lies, rng, scenario_set};
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::pool::labels;
use tailproof_core::pool::bands::Bands;
use tailproof_core::pool::cashflow::ValueClaim;
use tailproof_core::pool::coverage::Coverage;
use tailproof_core::pool::sec_sa::CapitalCharge;
use tailproof_core::pool::{PoolClaim, PoolFigures, PoolLoan};

const SHAPES: [&str; 9] = [
    "5loans+pool",
    "5loans+4x3/3tranches",
    "4loans+pool+3x4/2tranches",
    "3loans+3x6/1tranches+granular",
    "3loans+pool+2x12/2tranches+granular",
    "4loans+pool+bands",
    "4loans+pool+bands+numbers+distinct+collateral+3x4/2tranches",
    "5loans+pool+value",
    "5loans+pool+top",
];

/// A claim with its limit moved by one unit, to where it does not hold.
fn tighter(claim: &PoolClaim) -> Option<PoolClaim> {
    let covered = |coverage: &Coverage| Coverage { amount: coverage.amount + 1, ..coverage.clone() };
    Some(match claim {
        PoolClaim::LoansAtLeast(limit) => PoolClaim::LoansAtLeast(limit + 1),
        PoolClaim::BalanceAtLeast(limit) => PoolClaim::BalanceAtLeast(limit + 1),
        PoolClaim::AverageAtLeast(field, limit) => PoolClaim::AverageAtLeast(*field, limit + 1),
        PoolClaim::EachAtLeast(field, limit) if *limit < field.most() => PoolClaim::EachAtLeast(*field, limit + 1),
        PoolClaim::LoansAtMost(limit) => PoolClaim::LoansAtMost(limit - 1),
        PoolClaim::BalanceAtMost(limit) => PoolClaim::BalanceAtMost(limit - 1),
        PoolClaim::AverageAtMost(field, limit) if *limit > 0 => PoolClaim::AverageAtMost(*field, limit - 1),
        PoolClaim::EachAtMost(field, limit) if *limit > 0 => PoolClaim::EachAtMost(*field, limit - 1),
        PoolClaim::ShareAtMost(category, code, limit) if *limit > 0 => {
            PoolClaim::ShareAtMost(*category, *code, limit - 1)
        }
        PoolClaim::TopObligorsAtMost(count, limit) => PoolClaim::TopObligorsAtMost(*count, limit - 1),
        PoolClaim::ObligorAtMost(limit) => PoolClaim::ObligorAtMost(limit - 1),
        PoolClaim::HerfindahlAtMost(limit) => PoolClaim::HerfindahlAtMost(limit - 1),
        PoolClaim::DelinquentAtMost(limit) if *limit > 0 => PoolClaim::DelinquentAtMost(limit - 1),
        PoolClaim::Overcollateralisation(coverage) => PoolClaim::Overcollateralisation(covered(coverage)),
        PoolClaim::InterestCoverage(coverage) => PoolClaim::InterestCoverage(covered(coverage)),
        PoolClaim::ValueAtLeast(value) => {
            PoolClaim::ValueAtLeast(ValueClaim { least: value.least + 1, ..value.clone() })
        }
        PoolClaim::PastDueAtMost(code, limit) if *limit > 0 => PoolClaim::PastDueAtMost(*code, limit - 1),
        PoolClaim::CapitalAtMost(charge) => {
            PoolClaim::CapitalAtMost(CapitalCharge { limit: charge.limit - 1, ..charge.clone() })
        }
        _ => return None,
    })
}

/// Cases with one end of a band moved by one, to where a loan is outside it.
fn narrower(case: &PoolCase) -> Vec<PoolCase> {
    let Some(Bands::Number { number, limits }) = &case.bands else { return Vec::new() };
    let grade = limits.iter().position(Option::is_some).unwrap();
    let [low, high] = limits[grade].unwrap();
    let ends = [(low < number.most()).then_some([low + 1, high]), (high > 0).then_some([low, high - 1])];
    let moved = |ends: [u64; 2]| {
        let mut moved = case.clone();
        let mut limits = limits.clone();
        limits[grade] = Some(ends);
        moved.bands = Some(Bands::Number { number: *number, limits });
        moved.restate();
        moved
    };
    ends.into_iter().flatten().map(moved).collect()
}

/// Claims of random pools in a shape hold exactly at their figures.
fn claims_at_the_figures_hold_and_a_unit_less_does_not(text: &str) {
    let place = SHAPES.iter().position(|shape| *shape == text).unwrap();
    let mut rng = rng(21 + place as u64);
    let none = Vec::<Label>::new();
    for round in (place..3 * SHAPES.len()).step_by(SHAPES.len()) {
        let scale = [9, 1 << 20, (1 << 32) / 5][round % 3];
        let case = PoolCase::random(&mut rng, text, scale);
        assert_eq!(case.violations(&Lies::new()), none, "{text}, round {round}");
        assert_eq!(case.plain(&Lies::new()), none);
        if round < SHAPES.len() {
            assert_eq!(case.halo2(&Lies::new()).violations(), Vec::<String>::new(), "{text}");
        }
        let figures = PoolFigures::new(&case.collateral);
        let mut refused = 0;
        for index in (0..case.claims.len()).step_by(if round < SHAPES.len() { 1 } else { 5 }) {
            let Some(claim) = tighter(&case.claims[index]) else { continue };
            let schema =
                tailproof_core::pool::TapeSchema::new(tailproof_core::Unit::CENT, [].into(), [vec![], vec![], vec![]]);
            assert!(!claim.evaluate(&figures, &schema.unwrap()).holds, "{claim:?} is not so");
            let mut false_claim = case.clone();
            false_claim.claims[index] = claim.clone();
            false_claim.restate();
            let found = false_claim.violations(&Lies::new());
            assert!(!found.is_empty(), "{text}: {claim:?} is refused");
            assert_eq!(false_claim.plain(&Lies::new()), found, "{claim:?}");
            if refused % 13 == 0 {
                assert!(!false_claim.halo2(&Lies::new()).violations().is_empty(), "{claim:?}");
            }
            refused += 1;
        }
        assert_eq!(refused > 0, !case.claims.is_empty(), "{text}");
        for moved in narrower(&case) {
            let found = moved.violations(&Lies::new());
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!([labels::BANDS.above, labels::BANDS.below].contains(&found[0]), "{found:?}");
            assert_eq!(moved.plain(&Lies::new()), found);
            assert_eq!(moved.halo2(&Lies::new()).violations(), found);
        }
        let Some(losses) = &case.losses else { continue };
        let mut tried = 0;
        let mut refuse = |change: &dyn Fn(&mut tailproof_core::pool::TrancheTerms) -> bool| {
            let mut false_claim = case.clone();
            let mut changed = losses.clone();
            if !change(&mut changed) {
                return;
            }
            false_claim.losses = Some(changed);
            false_claim.restate();
            let found = false_claim.violations(&Lies::new());
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(false_claim.plain(&Lies::new()), found);
            assert_eq!(false_claim.halo2(&Lies::new()).violations(), found);
            tried += 1;
        };
        let less = |limit: &mut u64| {
            *limit = limit.saturating_sub(1);
            *limit > 0
        };
        refuse(&|terms| less(&mut terms.expected_loss));
        for piece in 0..losses.pieces.len() {
            refuse(&|terms| less(&mut terms.pieces[piece].limits.expected_loss));
            refuse(&|terms| less(&mut terms.pieces[piece].limits.cvar));
            refuse(&|terms| piece > 0 && less(&mut terms.pieces[piece].limits.hit));
        }
        assert!(tried > 0);
    }
}

each!(claims_at_the_figures_hold_and_a_unit_less_does_not:
    limits = SHAPES[0], losses = SHAPES[1], both = SHAPES[2], granular = SHAPES[3], granular_and_limits = SHAPES[4],
    bands = SHAPES[5], bands_and_numbers = SHAPES[6], value = SHAPES[7], top = SHAPES[8]);

/// Fewer loans than the shape holds open the same commitment: a shape with room for more blocks
/// proves the same pool.
#[test]
fn a_larger_shape_opens_the_same_commitment() {
    let small = PoolCase::random(&mut rng(3), "4loans+2x3/1tranches", 1000);
    let mut large = small.clone();
    large.shape = "60loans+2x3/1tranches".parse().unwrap();
    large.restate();
    assert_eq!(small.controls::<ark_bn254::Fr>()[0], large.controls::<ark_bn254::Fr>()[0]);
    assert_eq!(large.violations(&Lies::new()), Vec::<Label>::new());
    assert_eq!(large.halo2(&Lies::new()).violations(), Vec::<String>::new());
}

/// The largest pool of a shape, and the smallest.
#[test]
fn extremes_of_every_range_are_provable() {
    let most = loan((1 << 32) - 1, [16_383, 16_383, 1_023, 511], [31, 63, 127], true, true);
    let most = PoolLoan { fields: [16_383, 16_383, 1_023, 511, 16_383, 16_383], ..most };
    let least = loan(1, [0; 4], [0; 3], false, true);
    for loan in [most, least] {
        for entry in [-(1 << 20), 0] {
            let set = scenario_set(32, vec![(1 << 20) - 1; 2], vec![entry; 64]);
            let text = "2loans+pool+bands+numbers+2x32/2tranches";
            let case = PoolCase::of_tail(text, vec![loan; 2], Some(set), &[500_000], 999_999);
            assert_eq!(case.violations(&Lies::new()), Vec::<Label>::new(), "{loan:?}, {entry}");
            assert_eq!(case.halo2(&Lies::new()).violations(), Vec::<String>::new());
        }
    }
}
