//! Distinct ids: pools hold exactly if no digest occurs twice, and no list makes one that does look
//! as if none did.

use std::collections::BTreeSet;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use ethnum::I256;
use rand::Rng;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::pool::labels;
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::{LoanPool, PoolClaim, PoolFigures};

use super::constraints::{Bench, loose, seventy};
use crate::support::pool::{PoolCase, digests, loan, pool_of};
use crate::support::{Instance, Lies, lies, rng};

const SHAPE: &str = "5loans+pool+distinct+collateral";
/// Bits of a step.
const STEP_BITS: usize = 65;

/// The case with other digests of ids, which the commitment binds.
pub fn with_ids(case: PoolCase, ids: [Vec<u64>; 2]) -> PoolCase {
    let mut case = case;
    let loans = case.collateral.loans().to_vec();
    case.collateral = LoanPool::from_loans(loans, [5; 32]).with_ids(ids);
    case
}

/// So many loans with these digests, of loans and of collateral alike.
fn of_digests(shape: &str, digests: &[u64]) -> PoolCase {
    let mut case = loose(shape);
    let loans = (0..digests.len() as u64).map(|index| loan(index + 1, [1; 4], [1; 3], false, true)).collect();
    case.collateral = pool_of(case.shape, loans);
    with_ids(case, [digests.to_vec(), digests.to_vec()])
}

/// Whether the claim of a kind holds, by the plain evaluation of a deal.
fn holds(case: &PoolCase, kind: IdKind) -> bool {
    let schema =
        tailproof_core::pool::TapeSchema::new(tailproof_core::Unit::CENT, [].into(), [vec![], vec![], vec![]]).unwrap();
    PoolClaim::Distinct(kind).evaluate(&PoolFigures::new(&case.collateral), &schema).holds
}

/// Every backend says what the plain evaluation says, of random digests and of those at the ends of
/// their range, with and without one that is repeated.
#[test]
fn pools_hold_exactly_if_no_digest_occurs_twice() {
    let mut rng = rng(31);
    let most = u64::MAX;
    let mut lists: Vec<Vec<u64>> =
        vec![vec![0], vec![most], vec![0, most], vec![most, most - 1, 0, 1, 2], vec![0, 0], vec![most, 7, most]];
    for round in 0..24 {
        // Few values, so that most of these lists repeat one.
        let values = if round % 2 == 0 { 5 } else { most };
        let count = rng.gen_range(3..=5);
        lists.push((0..count).map(|_| rng.gen_range(0..values)).collect());
    }
    let mut verdicts = [0; 2];
    for (round, list) in lists.iter().enumerate() {
        let case = of_digests(SHAPE, list);
        let expected = IdKind::ALL.iter().all(|kind| holds(&case, *kind));
        assert_eq!(expected, list.iter().collect::<BTreeSet<_>>().len() == list.len());
        let violated = if expected { Vec::new() } else { vec![labels::DISTINCT_STEP] };
        assert_eq!(case.violations(&Lies::new()), violated, "{list:?}");
        assert_eq!(case.plain(&Lies::new()), violated, "{list:?}");
        if round < 10 {
            assert_eq!(case.halo2(&Lies::new()).violations(), violated, "{list:?}");
        }
        verdicts[usize::from(expected)] += 1;
    }
    assert!(verdicts.iter().all(|count| *count > 6), "both verdicts occur often: {verdicts:?}");
}

/// One kind is repeated, and the shape is about the other.
#[test]
fn each_flag_is_about_its_own_ids() {
    let ids = [vec![3, 3], vec![5, 6]];
    for (flags, refused) in [("distinct", true), ("collateral", false), ("distinct+collateral", true)] {
        let case = with_ids(of_digests(&format!("5loans+pool+{flags}"), &[1, 2]), ids.clone());
        let expected: &[Label] = if refused { &[labels::DISTINCT_STEP] } else { &[] };
        case.assert_violations(&Lies::new(), expected);
    }
}

/// The fraud that the claim is against: a tape whose loans stand in it again under new ids.
#[test]
fn a_hundred_loans_copied_under_new_ids_with_the_same_collateral_are_refused() {
    let houses = digests(100);
    let twice: Vec<u64> = houses.iter().chain(&houses).copied().collect();
    let copied = of_digests("200loans+pool+distinct+collateral", &digests(200));
    assert_eq!(copied.violations(&Lies::new()), Vec::<Label>::new());
    let copied = with_ids(copied, [digests(200), twice]);
    assert_eq!(PoolFigures::new(&copied.collateral).repeated_ids, [Some(0), Some(100)]);
    assert!(!holds(&copied, IdKind::Collateral) && holds(&copied, IdKind::Loan));
    assert_eq!(copied.violations(&Lies::new()), [labels::DISTINCT_STEP]);
    assert_eq!(copied.plain(&Lies::new()), [labels::DISTINCT_STEP]);
}

/// Copied loans, and a prover who tells other digests than those of the root: new ones, and the same
/// in another order.
#[test]
fn ids_that_are_not_the_roots_are_refused() {
    let id = labels::ID_BITS[0];
    let copied = with_ids(of_digests(SHAPE, &[1, 2, 3]), [vec![8, 8, 9], vec![1, 2, 3]]);
    copied.assert_violations(&lies(&[(id, 1, I256::from(10))]), &[labels::ID_OPENS]);
    let honest = of_digests(SHAPE, &[8, 4, 9]);
    honest.assert_violations(&lies(&[(id, 0, I256::from(4)), (id, 1, I256::from(8))]), &[labels::ID_OPENS]);
    // A row in a block that is not active.
    let far = lies(&[(id, 69, I256::from(4))]);
    assert_eq!(of_digests("70loans+pool+distinct", &[8, 4, 9]).violations(&far), [labels::ID_EMPTY]);
    assert_eq!(seventy().violations(&lies(&[(id, 69, I256::from(4))])), [labels::ID_OPENS]);
}

/// A list that is fitted to a known challenge: its last entry makes the sums equal, although two
/// loans have one id. That the steps are hashed into the challenge refuses it, and that they are in
/// range. A test of the circuit's own counts how many there are in a small field.
#[test]
fn a_list_fitted_to_the_challenge_is_refused() {
    let bench = Bench::new(with_ids(loose("3loans+pool+distinct"), [vec![5, 9, 5], vec![1, 2, 3]]));
    assert_eq!(bench.case.violations(&Lies::new()), [labels::DISTINCT_STEP]);
    let mut moved = bench.case.assignment(&Lies::new());
    let inverse = |value: Fr| value.inverse().unwrap();
    let fractions: Vec<Fr> = (0..3).map(|row| moved[bench.variable(labels::DISTINCT_ROW_FRACTION, row)]).collect();
    let challenge = Fr::from(5u64) + inverse(fractions[0]);
    let [first, second] = [0u64, 1].map(Fr::from);
    let rest = fractions.iter().sum::<Fr>() - inverse(challenge - first) - inverse(challenge - second);
    let entries = [first, second, challenge - inverse(rest)];
    let (mut before, mut packed) = (-Fr::from(1u64), Fr::ZERO);
    for (index, entry) in entries.into_iter().enumerate() {
        let step = entry - before - Fr::from(1u64);
        for bit in 0..STEP_BITS {
            moved[bench.variable(labels::DISTINCT_STEP, index * STEP_BITS + bit)] =
                if bit == 0 { step } else { Fr::ZERO };
        }
        moved[bench.variable(labels::DISTINCT_ENTRY, index)] = entry;
        moved[bench.variable(labels::DISTINCT_ENTRY_FRACTION, index)] = inverse(challenge - entry);
        packed += step * Fr::from(2u64).pow([(STEP_BITS * index) as u64]);
        before = entry;
    }
    moved[bench.variable(labels::DISTINCT_ELEMENT, 0)] = packed;
    let refused: BTreeSet<Label> = bench.system.violations(&moved).into_iter().collect();
    assert_eq!(refused, BTreeSet::from([labels::DISTINCT_STEP, labels::CHALLENGE]));
}

/// Planted bugs: without the range check of steps, or of ids, every backend accepts a pool with a
/// loan that stands in it twice.
#[test]
fn without_a_range_check_copied_loans_are_accepted() {
    let copied = of_digests("3loans+pool+distinct", &[8, 8, 9]);
    // The digests of the root are 7, 9 and 9: the second borrows 2^64 from the third.
    let borrowed = with_ids(copied.clone(), [vec![7, 9, 9], vec![1, 2, 3]]);
    let id = labels::ID_BITS[0];
    let told = lies(&[(id, 1, I256::from(9) + (I256::ONE << 64)), (id, 2, I256::from(8))]);
    for (case, told, bug) in [(copied, Lies::new(), labels::DISTINCT_STEP), (borrowed, told, id)] {
        case.assert_violations(&told, &[bug]);
        let (system, assignment) = case.recorded(Some(bug), &told);
        assert!(system.is_satisfied(&assignment), "r1cs without {bug}");
        assert_eq!(case.halo2(&told).without(bug).violations(), Vec::<String>::new(), "halo2 without {bug}");
        assert!(case.plain_without(bug, &told).is_empty(), "plain without {bug}");
    }
}
