//! The roll-forward: months hold exactly as plain arithmetic says, and lies about them are refused.

use std::collections::BTreeSet;

use ark_bn254::Fr;
use ark_ff::Field as _;
use ethnum::I256;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::pool::labels;
use tailproof_circuits::statement::pool::labels::month as roll;
use tailproof_core::pool::month::claims::Flow;
use tailproof_core::pool::month::{MonthClaim, Reason};
use tailproof_core::pool::{Category, Field, LoanPool, PoolLoan};

use super::constraints::Bench;
use crate::support::month::{self, Month};
use crate::support::pool::{PoolCase, loan};
use crate::support::{Instance, Lies, lies, rng};

const SHAPES: [&str; 2] = ["5loans+pool+roll", "4loans+pool+bands+numbers+distinct+collateral+roll+top"];
/// A shape with every constraint about a month.
pub const SHAPE: &str = "6loans+pool+numbers+roll";

/// Four loans: an addition that is delinquent, two in default, and one whose term is over. Three more
/// are gone.
pub fn case() -> PoolCase {
    let default = month::DEFAULTED;
    let mut loans = vec![
        loan(40, [1_200, 8_000, 700, 36], [0, 1, 2], true, true),
        loan(500, [900, 7_000, 650, 24], [default, 1, 3], false, true),
        loan(250, [1_500, 6_000, 720, 48], [default, 4, 2], false, true),
        loan(90, [1_500, 6_000, 720, 0], [1, 4, 2], true, true),
    ];
    loans.iter_mut().for_each(|loan| (loan.fields[4], loan.fields[5]) = (30, 9));
    PoolCase::tight(SHAPE, loans, None, &[])
}

/// The same without claims.
pub fn loose() -> PoolCase {
    case().loosened()
}

fn with_claims(claims: Vec<MonthClaim>) -> PoolCase {
    let mut case = loose();
    case.month = case.month.map(|mut month| {
        let scheduled = month.terms.scheduled().to_vec();
        month.terms = month.terms.with_claims(scheduled, claims);
        month
    });
    case.restate();
    case
}

/// One false claim at a time, of each kind, and another pool under the later commitment.
pub fn false_cases() -> Vec<PoolCase> {
    let claims = [
        MonthClaim::CollectedAtLeast(10_000),
        MonthClaim::AtMost(Flow::ChargedOff, 1),
        MonthClaim::PrepaidAtMost(1),
        MonthClaim::DefaultsAtMost(4, 1),
        MonthClaim::AdditionOnly(Category::Region, vec![7]),
        MonthClaim::NoAdditionDelinquent,
    ];
    let mut cases: Vec<PoolCase> = claims.into_iter().map(|claim| with_claims(vec![claim])).collect();
    let mut other = loose();
    other.committed = Some(LoanPool::from_loans(other.collateral.loans()[..2].to_vec(), [5; 32]).with_spare_numbers());
    cases.push(other);
    cases
}

/// Values that are moved, by label and place, and the labels that refuse them.
type Told = (Vec<(Label, usize, I256)>, Vec<Label>);

/// Lies told together, and all the constraints that refuse them.
pub fn told(bench: &Bench) -> Vec<Told> {
    let int = |value: i64| I256::from(value);
    let two = |bits: u32| I256::ONE << bits;
    let of = |label: Label, index: usize, change: I256| (label, index, bench.honest(label, index) + change);
    // Rows of the later tape; those of the earlier one are one less. Each row has three numbers.
    let [added, fell, rose, over] = [0, 1, 2, 3];
    let number = |row: usize, place: usize| 3 * row + place;
    let eligible = labels::ELIGIBLE;
    let [paid, charged_off, repurchased] = roll::GONE;
    let balance = |row: usize| I256::from(bench.case.collateral.loans()[row].balance);
    vec![
        // An addition that is two, and an unused row that is one.
        (vec![(roll::ADDITION, added, int(2))], vec![roll::ADDITION, roll::TUPLES]),
        (vec![(roll::ADDITION, 5, int(1))], vec![roll::ADDITION_LOAN, roll::TUPLES]),
        // A change of 6 as one of 2 three times, and one that fell by less than nothing.
        (vec![(roll::SIGN, rose, int(2)), (roll::CHANGE, rose, int(2))], vec![roll::SIGN]),
        (vec![(roll::SIGN, rose, int(0)), (roll::CHANGE, rose, int(-6))], vec![roll::CHANGE]),
        (vec![of(roll::CHANGE, rose, int(1)), (roll::FELL, rose, int(1))], vec![roll::FELL]),
        (vec![of(roll::CHANGE, fell, int(1)), (roll::ROSE, fell, int(1))], vec![roll::ROSE]),
        // Parts of a tuple that borrow from each other: grade and LTV, delinquency and balance, LTV and
        // the first spare number.
        (vec![of(roll::GRADE, over, two(32)), of(roll::NUMBER, number(over, 0), int(-1))], vec![roll::GRADE]),
        (vec![of(roll::DELINQUENT, rose, int(2)), of(roll::CHANGE, rose, int(1))], vec![roll::DELINQUENT]),
        (
            vec![of(roll::NUMBER, number(rose, 0), two(34)), of(roll::NUMBER, number(rose, 1), int(-1))],
            vec![roll::NUMBER],
        ),
        (vec![of(roll::MOVED, 4 * rose + 1, two(34)), of(roll::NUMBER, number(rose, 1), int(-1))], vec![roll::MOVED]),
        // Terms that fell by more than the months, by fewer than none, and where they are not over.
        (
            vec![of(roll::TERM, over, int(-1)), of(roll::NUMBER, number(over, 0), -two(24))],
            vec![roll::TERM, roll::NUMBER],
        ),
        (
            vec![of(roll::TERM, over, int(3)), of(roll::NUMBER, number(over, 0), two(24) * 3)],
            vec![roll::TERM_ROOM.sum, roll::NUMBER],
        ),
        (
            vec![
                of(roll::TERM, over, int(3)),
                (roll::TERM_ROOM.bit, over, int(-1)),
                of(roll::NUMBER, number(over, 0), two(24) * 3),
            ],
            vec![roll::TERM_ROOM.bit, roll::NUMBER],
        ),
        (
            vec![of(roll::TERM, rose, int(1)), of(roll::NUMBER, number(rose, 0), two(24))],
            vec![roll::TERM_OVER, roll::NUMBER],
        ),
        // One loan in default counted often, and the other less than not at all.
        (
            vec![(roll::IN_DEFAULT, fell, int(1) + balance(rose)), (roll::IN_DEFAULT, rose, int(1) - balance(fell))],
            vec![roll::IN_DEFAULT],
        ),
        (
            vec![of(roll::DEFAULT_AMOUNT, fell, int(1)), of(roll::DEFAULT_AMOUNT, rose, int(-1))],
            vec![roll::DEFAULT_AMOUNT],
        ),
        // A loan that is gone for one reason, and less than not at all for another.
        (vec![(paid, over - 1, int(-1)), (charged_off, over - 1, int(1))], vec![paid]),
        (vec![(charged_off, over - 1, int(-1)), (paid, over - 1, int(1))], vec![charged_off]),
        (vec![(repurchased, over - 1, int(-1)), (paid, over - 1, int(1))], vec![repurchased]),
        (vec![(charged_off, fell - 1, int(1)), (paid, fell - 1, int(1))], vec![roll::STAYS, roll::TUPLES]),
        // Totals that borrow from the part above them, or are out of range.
        (
            vec![of(roll::OPENING_BIT, 4, two(35)), of(roll::DEFAULTS_BIT, 4, int(-1))],
            vec![roll::OPENING_BIT, roll::DEFAULTS.within.sum],
        ),
        (vec![of(roll::DEFAULTS_BIT, 4, two(60))], vec![roll::DEFAULTS_BIT, roll::GRADES_BEFORE.equal]),
        (vec![of(roll::ADDED_BIT, 100, two(60))], vec![roll::ADDED_BIT, labels::TOTALS[2]]),
        (vec![of(roll::IN_DEFAULT_BIT, 5, two(60))], vec![roll::IN_DEFAULT_BIT, roll::MARKED, labels::TOTALS[0]]),
        // Bounds of additions.
        (
            vec![
                of(roll::ADDITIONS.low, 6 * added, int(1)),
                of(eligible.above, 6 * added, int(-1)),
                of(eligible.below, 6 * added, int(1)),
            ],
            vec![roll::ADDITIONS.low],
        ),
        (
            vec![of(roll::ADDITIONS.bounded, added, int(1)), of(eligible.below, 6 * added, int(1))],
            vec![roll::ADDITIONS.bounded],
        ),
        (
            vec![of(roll::ADDITIONS.span_word, 0, int(1)), of(eligible.below, 6 * added, int(1))],
            vec![roll::ADDITIONS.span_word],
        ),
    ]
}

/// Labels of constraints that are about field elements, not hints.
pub const ELEMENTS: [Label; 5] =
    [roll::COMMITMENTS_HASH, roll::TUPLE_BEFORE, roll::TUPLE_AFTER, roll::GRADES_BEFORE.row, roll::GRADES_BEFORE.total];

/// A claim with its limit moved by one unit, to where it does not hold.
fn tighter(claim: &MonthClaim) -> Option<MonthClaim> {
    Some(match claim {
        MonthClaim::CollectedAtLeast(limit) => MonthClaim::CollectedAtLeast(limit + 1),
        MonthClaim::AtMost(flow, limit) if *limit > 0 => MonthClaim::AtMost(*flow, limit - 1),
        MonthClaim::PrepaidAtMost(limit) if *limit > 0 => MonthClaim::PrepaidAtMost(limit - 1),
        MonthClaim::DefaultsAtMost(code, limit) if *limit > 0 => MonthClaim::DefaultsAtMost(*code, limit - 1),
        MonthClaim::AdditionAtLeast(field, limit) if *limit < field.most() => {
            MonthClaim::AdditionAtLeast(*field, limit + 1)
        }
        MonthClaim::AdditionAtMost(field, limit) if *limit > 0 => MonthClaim::AdditionAtMost(*field, limit - 1),
        MonthClaim::AdditionOnly(category, codes) if !codes.is_empty() => {
            MonthClaim::AdditionOnly(*category, codes[1..].to_vec())
        }
        _ => return None,
    })
}

/// Claims about random months hold exactly at their figures, in every backend.
fn months_hold_at_their_figures_and_not_a_unit_beyond(text: &str) {
    let mut rng = rng(41 + text.len() as u64);
    for round in 0..6 {
        let scale = [9, 1 << 20, (1 << 32) / 12][round % 3];
        let case = PoolCase::random(&mut rng, text, scale);
        assert_eq!(case.violations(&Lies::new()), Vec::<Label>::new(), "{text}, round {round}");
        assert_eq!(case.plain(&Lies::new()), Vec::<Label>::new());
        if round == 0 {
            assert_eq!(case.halo2(&Lies::new()).violations(), Vec::<String>::new(), "{text}");
        }
        let month = case.month.clone().unwrap();
        let figures = month.figures(&case.collateral);
        let mut refused = 0;
        for (index, claim) in month.terms.claims().iter().enumerate().step_by(1 + round % 2) {
            let Some(tighter) = tighter(claim) else { continue };
            assert!(
                claim.holds(&figures, month.terms.scheduled()) && !tighter.holds(&figures, month.terms.scheduled()),
                "{tighter:?}"
            );
            let mut claims = month.terms.claims().to_vec();
            claims[index] = tighter.clone();
            let mut false_claim = case.clone();
            let terms = month.terms.clone().with_claims(month.terms.scheduled().to_vec(), claims);
            false_claim.month = Some(Month { terms, ..month.clone() });
            false_claim.restate();
            let found = false_claim.plain(&Lies::new());
            assert_eq!(found.len(), 1, "{text}: {tighter:?}: {found:?}");
            if refused % 5 == 0 {
                assert_eq!(false_claim.violations(&Lies::new()), found, "{tighter:?}");
            }
            refused += 1;
        }
        assert!(refused > 0, "{text}, round {round}");
    }
}

each!(months_hold_at_their_figures_and_not_a_unit_beyond: plain = SHAPES[0], flags = SHAPES[1]);

/// The case with another earlier pool, which its commitment binds.
fn with_before(change: impl Fn(&mut Vec<PoolLoan>, &mut Vec<u64>)) -> PoolCase {
    let mut case = loose();
    let month = case.month.as_mut().unwrap();
    let mut loans = month.before.loans().to_vec();
    let mut ids = month.before.ids(tailproof_core::pool::ids::IdKind::Loan).to_vec();
    change(&mut loans, &mut ids);
    let collateral = vec![9; loans.len()];
    month.before = LoanPool::from_loans(loans, [6; 32]).with_ids([ids, collateral]).with_spare_numbers();
    case
}

/// Planted frauds, each one loan that is not what it was: every backend refuses them at the match.
#[test]
fn a_loan_that_is_not_what_it_was_is_refused() {
    for (name, case) in [
        ("another id", with_before(|_, ids| ids[0] += 1)),
        ("another region", with_before(|loans, _| loans[0].codes[2] += 1)),
        ("another rate", with_before(|loans, _| loans[0].fields[0] += 1)),
        ("another score", with_before(|loans, _| loans[1].fields[2] += 1)),
        ("a term that fell by more", with_before(|loans, _| loans[1].fields[Field::Term as usize] += 1)),
        ("the second spare number", with_before(|loans, _| loans[1].fields[5] += 1)),
    ] {
        let found: BTreeSet<Label> = case.violations(&Lies::new()).into_iter().collect();
        assert_eq!(found, BTreeSet::from([roll::TUPLES]), "{name}");
        assert_eq!(case.plain(&Lies::new()), [roll::TUPLES], "{name}");
    }
}

/// Two old balances that are not committed ones, the second fitted to a known challenge: the sums are
/// equal. That changes are in range, and hashed into the challenge, refuses both.
#[test]
fn an_old_balance_chosen_after_the_challenge_is_refused() {
    // The place of the balance in a tuple with spare numbers.
    const BALANCE: u64 = 159;
    let [over, fitted] = [3, 1];
    let bench = Bench::new(loose());
    let told = |row| lies(&[(roll::CHANGE, row, bench.honest(roll::CHANGE, row) + I256::ONE)]);
    let mut moved = bench.case.assignment(&told(over));
    assert!(bench.system.violations(&moved).contains(&roll::TUPLES));
    let sum = |label, moved: &[Fr]| (0..6).map(|row| moved[bench.variable(label, row)]).sum::<Fr>();
    let missing = sum(roll::TUPLE_BEFORE, &moved) - sum(roll::TUPLE_AFTER, &moved);
    let fraction = bench.variable(roll::TUPLE_AFTER, fitted);
    let inverse = |value: Fr| value.inverse().unwrap();
    let place = Fr::from(2u64).pow([BALANCE]);
    let by = (inverse(moved[fraction]) - inverse(moved[fraction] + missing)) * inverse(place);
    moved[fraction] += missing;
    moved[bench.variable(roll::CHANGE, 32 * fitted)] += by;
    moved[bench.variable(roll::FELL, fitted)] += by;
    // The element that has the change, at its place.
    let [honest, one_more] = [Lies::new(), told(fitted)].map(|lies| bench.case.assignment(&lies));
    let labels_of = bench.system.witness_labels().iter().enumerate();
    let elements = labels_of.filter(|(_, label)| **label == roll::ELEMENT).map(|(at, _)| bench.system.instances() + at);
    for element in elements {
        moved[element] += by * (one_more[element] - honest[element]);
    }
    let refused: BTreeSet<Label> = bench.system.violations(&moved).into_iter().collect();
    for label in [roll::CHANGE, labels::CHALLENGE] {
        assert!(refused.contains(&label), "{label}: {refused:?}");
    }
    for label in [roll::TUPLES, roll::TUPLE_AFTER, roll::ELEMENT, roll::FELL] {
        assert!(!refused.contains(&label), "{label}: {refused:?}");
    }
}

/// The planted bug: a row that vanishes. Without the equation, every backend accepts it.
#[test]
fn a_row_that_vanishes_is_refused() {
    // An earlier loan that nothing names as gone, and no later loan is.
    let mut case = loose();
    let month = case.month.as_mut().unwrap();
    let mut gone = month.before.loans()[0];
    gone.balance = 77;
    let (mut loans, mut ids) =
        (month.before.loans().to_vec(), month.before.ids(tailproof_core::pool::ids::IdKind::Loan).to_vec());
    let last = loans.len() - 1;
    (loans[last], ids[last]) = (gone, 4_711);
    let before = LoanPool::from_loans(loans, [6; 32]).with_ids([ids, vec![9; last + 1]]).with_spare_numbers();
    let named = [(4_711, Reason::Paid)];
    let reasons: Vec<(u64, Reason)> = case_reasons(month).into_iter().chain(named).collect();
    *month = Month::new(before, &case.collateral, &reasons, month.terms.clone());
    let told = lies(&[(roll::GONE[0], last, I256::ZERO)]);
    assert_eq!(case.violations(&Lies::new()), Vec::<Label>::new());
    case.assert_violations(&told, &[roll::TUPLES]);
    let (system, assignment) = case.recorded(Some(roll::TUPLES), &told);
    assert!(system.is_satisfied(&assignment), "r1cs without the equation");
    assert_eq!(case.halo2(&told).without(roll::TUPLES).violations(), Vec::<String>::new(), "halo2 without it");
    assert!(case.plain_without(roll::TUPLES, &told).is_empty(), "plain without it");
}

/// The reasons of a month by id, of loans that are gone and of balances.
fn case_reasons(month: &Month) -> Vec<(u64, Reason)> {
    let ids = month.before.ids(tailproof_core::pool::ids::IdKind::Loan);
    let gone = month.roll.gone().iter().zip(ids).filter_map(|(reason, id)| reason.map(|reason| (*id, reason)));
    let carried = month.roll.carried().iter().flatten().map(|carried| (ids[carried.before], carried.reason));
    gone.chain(carried).collect()
}
