//! Net present value and inputs of SEC-SA: claims hold exactly up to their last unit, and lies about
//! them are refused.

use ark_bn254::Fr;
use ethnum::I256;
use rand::Rng;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::pool::labels;
use tailproof_circuits::statement::pool::labels::value as own;
use tailproof_core::pool::cashflow::ValueClaim;
use tailproof_core::pool::cashflow::claim::{BALANCE_VALUE_BITS, INTEREST_VALUE_BITS};
use tailproof_core::pool::cashflow::value::{VALUE_BITS, ValueCoefficients};
use tailproof_core::pool::schema::WHOLE;
use tailproof_core::pool::sec_sa::CapitalCharge;
use tailproof_core::pool::{Category, PoolClaim, PoolFigures};

use super::constraints::{Bench, loose};
use crate::support::pool::{PoolCase, loan, pool_of, value_claim};
use crate::support::{Instance, Lies, lies, rng};

/// A shape with every constraint of these claims.
pub const SHAPE: &str = "3loans+pool+value";

/// The loose case with these claims.
fn with(claims: Vec<PoolClaim>) -> PoolCase {
    let mut case = loose(SHAPE);
    case.claims = claims;
    case.restate();
    case
}

/// Every code at the same value.
fn flat(replines: Category, balance: i64, interest: i64, least: u64) -> PoolClaim {
    let coefficients = vec![ValueCoefficients { balance, interest }; replines.most()];
    PoolClaim::ValueAtLeast(value_claim(replines, coefficients, least))
}

/// One false claim at a time, of each kind. The pool owes 3,010, of which 500 are delinquent.
pub fn false_cases() -> Vec<PoolCase> {
    let charges = vec![80_000_000; Category::Grade.most()];
    vec![
        with(vec![flat(Category::Grade, 1 << VALUE_BITS, 0, 3_011)]),
        with(vec![PoolClaim::PastDueAtMost(9, 166_112_956)]),
        with(vec![PoolClaim::CapitalAtMost(CapitalCharge { charges, limit: 79_999_999, words: String::new() })]),
    ]
}

/// Values that are moved, by label and place, and the labels that refuse them.
type Told = (Vec<(Label, usize, I256)>, Vec<Label>);

/// A sector's balance that borrows from its interest, which are two parts of one number, and interest
/// that is out of range.
pub fn told(bench: &Bench) -> Vec<Told> {
    let of = |label: Label, change: I256| (label, 0, bench.honest(label, 0) + change);
    let (sector, interest) = (labels::TOTAL_BITS[1], own::SECTOR_INTEREST_BIT);
    let two = |bits: u32| I256::ONE << bits;
    vec![
        (vec![of(sector, -two(34)), of(interest, I256::ONE)], vec![sector]),
        (vec![of(interest, two(70))], vec![interest, labels::TOTALS[1]]),
    ]
}

/// Values of random pools under random coefficients of both signs, and those at the ends of their
/// ranges, hold up to their whole units in every backend, and not one unit beyond.
#[test]
fn values_hold_up_to_their_last_unit() {
    let mut rng = rng(51);
    let most = [(1i64 << (BALANCE_VALUE_BITS - 1)) - 1, (1 << INTEREST_VALUE_BITS) - 1];
    let (mut negative, mut refused) = (0, 0);
    for round in 0..12 {
        let mut case =
            PoolCase::random(&mut rng, "5loans+pool+value", [9, 1 << 20, (1 << 32) / 5][round % 3]).loosened();
        let replines = [Category::Grade, Category::Sector][round % 2];
        let mut any = |_| {
            let [balance, interest] = most;
            if round > 9 {
                return ValueCoefficients { balance: most[0], interest };
            }
            ValueCoefficients { balance: rng.gen_range(-balance / 8..=balance), interest: rng.gen_range(0..=interest) }
        };
        let coefficients: Vec<_> = (0..replines.most()).map(&mut any).collect();
        negative += coefficients.iter().filter(|of| of.balance < 0).count();
        let figures = PoolFigures::new(&case.collateral);
        let claim = value_claim(replines, coefficients, 0);
        let Ok(units) = u64::try_from(claim.value(&figures).unwrap() >> VALUE_BITS) else { continue };
        let units = units.min((1 << 48) - 2);
        for least in [units, units + 1] {
            let claim = ValueClaim { least, ..claim.clone() };
            let holds = claim.holds(&figures);
            assert_eq!(holds, claim.value(&figures).unwrap() >= i128::from(least) << VALUE_BITS);
            refused += usize::from(!holds);
            case.claims = vec![PoolClaim::ValueAtLeast(claim)];
            case.restate();
            let violated = if holds { Vec::new() } else { vec![own::VALUE.sum] };
            assert_eq!(case.violations(&Lies::new()), violated, "round {round}");
            assert_eq!(case.plain(&Lies::new()), violated, "round {round}");
            if round < 4 {
                assert_eq!(case.halo2(&Lies::new()).violations(), violated, "round {round}");
            }
        }
    }
    assert!(negative > 5 && refused > 5, "{negative} {refused}");
}

/// A pool of which each unit has a negative value is worth nothing that can be claimed.
#[test]
fn fees_above_receipts_refuse_every_value() {
    let case = with(vec![flat(Category::Sector, -1, 0, 0)]);
    case.assert_violations(&Lies::new(), &[own::VALUE.sum]);
    let case = with(vec![flat(Category::Sector, 0, 0, 0)]);
    assert_eq!(case.violations(&Lies::new()), Vec::<Label>::new());
}

/// A loan in default that is late too counts twice: the share is never below W.
#[test]
fn loans_in_default_count_beside_delinquent_ones() {
    for (grade, most, held) in [(1, 800, true), (1, 799, false), (5, 400, true), (5, 399, false)] {
        let mut case = loose(SHAPE);
        let loans = vec![
            loan(600, [1; 4], [0; 3], false, true),
            loan(300, [1; 4], [1, 0, 0], true, true),
            loan(100, [1; 4], [1, 0, 0], true, true),
        ];
        case.collateral = pool_of(case.shape, loans);
        case.claims = vec![PoolClaim::PastDueAtMost(grade, most * WHOLE / 1_000)];
        case.restate();
        let violated: &[Label] = if held { &[] } else { &[own::PAST_DUE.within.sum] };
        case.assert_violations(&Lies::new(), violated);
    }
}

/// The planted bug: the row without its comparison. Every backend accepts a value that the pool does
/// not have, and with it none does.
#[test]
fn a_value_that_is_not_compared_is_found() {
    let case = false_cases().swap_remove(0);
    case.assert_violations(&Lies::new(), &[own::VALUE.sum]);
    let none = Lies::new();
    let (system, assignment) = case.recorded(Some(own::VALUE.sum), &none);
    assert!(system.is_satisfied(&assignment), "r1cs without the comparison");
    assert_eq!(case.halo2(&none).without(own::VALUE.sum).violations(), Vec::<String>::new(), "halo2 without it");
    assert!(case.plain_without(own::VALUE.sum, &none).is_empty(), "plain without it");
}

/// Coefficients are public: a prover who takes kinder ones is refused at the control, which the
/// verifier makes from the deal and its assumptions.
#[test]
fn coefficients_of_the_provers_choice_are_refused() {
    let public = with(vec![flat(Category::Grade, 1 << VALUE_BITS, 0, 3_011)]);
    let kinder = with(vec![flat(Category::Grade, 2 << VALUE_BITS, 0, 3_011)]);
    let (system, mut assignment) = kinder.r1cs(&Lies::new());
    assert_eq!(system.violations(&assignment), Vec::<Label>::new(), "the other coefficients hold");
    let controls = public.terms.controls::<Fr>(assignment[1], assignment[2]);
    assignment[1..=4].copy_from_slice(&controls);
    assert_eq!(system.violations(&assignment), [labels::LIMITS.open]);
}

/// The interest of sectors is fixed before the challenge: it is among what the challenge is the hash of.
#[test]
fn the_interest_of_sectors_is_hashed_into_the_challenge() {
    let bench = Bench::new(loose(SHAPE));
    let mut moved = bench.case.assignment(&Lies::new());
    let bit = bench.variable(own::SECTOR_INTEREST_BIT, 0);
    moved[bit] = Fr::from(1u64) - moved[bit];
    let found = bench.system.violations(&moved);
    assert!(found.contains(&labels::CHALLENGE) && found.contains(&labels::TOTAL_FRACTION[1]), "{found:?}");
    // Told before the challenge, another interest is refused by the equation alone.
    let honest = bench.honest(own::SECTOR_INTEREST_BIT, 0);
    let told = lies(&[(own::SECTOR_INTEREST_BIT, 0, honest + 1)]);
    bench.case.assert_violations(&told, &[labels::TOTALS[1]]);
}
