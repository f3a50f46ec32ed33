//! Attacks on the P&L statement, each refused by the constraint that it is named after, and accepted
//! without it where the attack is about that constraint alone.

use ark_bn254::Fr;
use ethnum::I256;
use halo2_proofs::pasta::Fp;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::pnl::labels as pnl;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::{ScenarioSet, TailMass, Unit};
use tailproof_verifier::commitment;

use crate::support::market::repair_commitment;
use crate::support::pnl::{days, days_of, vector};
use crate::support::{Case, Instance, Lies, TestCircuit, lies, shape};

fn int(value: i128) -> I256 {
    I256::from(value)
}

/// Distance of two slots of a commitment.
const STEP: i128 = 1 << 45;

/// Losses of 900, 250 and -400 in cents, one threshold at 60 %, so that 1.2 of 3 days may lie beyond.
fn case_of(text: &str) -> Case {
    Case::pnl(shape(text), &[&[-900, -250, 400]], 5_000, [600_000, 600_000])
}

fn case() -> Case {
    case_of("3pnl/1")
}

/// The claim that no loss is above `most` cents, which may be false.
fn no_loss_above(mut case: Case, most: u64) -> Case {
    case.claim.var_limit = LimitUnits { absolute: most << 20, per_nav: 0 };
    case.claim.cvar_limit = LimitUnits::OFF;
    (case.claim.var_tail, case.claim.cvar_tail) = (TailMass::NOTHING, TailMass::NOTHING);
    case.thresholds = [i128::from(most) << 20; 2];
    case
}

/// The lie is refused by exactly this constraint, by both backends and the plain evaluator.
#[track_caller]
fn refused(case: &Case, told: &[(Label, usize, I256)], by: Label) {
    let told = lies(told);
    case.assert_violations(&told, &[by]);
    assert_eq!(case.plain(&told), [by]);
}

/// As [`refused`], and without the constraint every backend accepts the lie.
#[track_caller]
fn refused_by_nothing_else(case: &Case, told: &[(Label, usize, I256)], by: Label) {
    refused(case, told, by);
    let told = lies(told);
    let (system, assignment) = case.recorded(Some(by), &told);
    assert!(system.is_satisfied(&assignment), "r1cs without {by}");
    assert_eq!(case.halo2(&told).without(by).violations(), Vec::<String>::new(), "halo2 without {by}");
    assert!(case.plain_without(by, &told).is_empty(), "plain without {by}");
}

/// The worst loss is lent to the next slot: 2^45 cents more of the first day are one cent less of the
/// second, in the same element of the same commitment.
#[test]
fn a_slot_cannot_borrow_from_its_neighbour() {
    for text in ["3pnl/1", "3pnl"] {
        let case = no_loss_above(case_of(text), 251);
        assert_eq!(case.violations(&Lies::new()), [labels::VAR_TAIL.sum], "a loss of 900 is above 251");
        let told = [(pnl::GAIN, 0, int(-900 + STEP)), (pnl::GAIN, 1, int(-251))];
        refused_by_nothing_else(&case, &told, labels::DISTANCE.bit);
    }
}

/// A digit as wide as a distance and a threshold allow still has one place: the widest gain that the
/// distances admit is below half a slot.
#[test]
fn the_widest_gain_is_below_half_a_slot() {
    let most = (1i128 << 42) + (1 << 43) - 1;
    assert!(2 * most < STEP);
}

/// Each desk's commitment is one to a vector: a desk cannot borrow from the slot of a neighbouring day
/// while another desk pays it back, so that the sums are the same.
#[test]
fn a_desk_cannot_borrow_from_a_slot_that_another_pays_back() {
    let desks: [&[i64]; 2] = [&[-500, -200, 300], &[-400, -50, 100]];
    let case = Case::pnl(shape("3pnl/1+2books"), &desks, 2_500, [600_000; 2]);
    case.assert_violations(&Lies::new(), &[]);
    let half = 1i128 << 42;
    let slot = |desk: usize, day: usize, gain: i128| (pnl::SLOT_BIT, 3 * desk + day, int(gain + half));
    let told = [slot(0, 0, -500 + STEP), slot(0, 1, -201), slot(1, 0, -400 - STEP), slot(1, 1, -49)];
    refused_by_nothing_else(&case, &told, pnl::SLOT_BIT);
}

#[test]
fn a_loss_cannot_be_called_less() {
    let case = case();
    let worst = 900 - 250;
    // A smaller distance; the true one on the other side.
    refused(&case, &[(labels::DISTANCE.bit, 0, int(worst - 2))], labels::DISTANCE.product);
    case.assert_violations(&lies(&[(labels::DISTANCE.sign, 0, int(0))]), &[labels::DISTANCE.product]);
    // A negative distance on the other side.
    let told = [(labels::DISTANCE.sign, 0, int(0)), (labels::DISTANCE.bit, 0, int(-worst))];
    refused_by_nothing_else(&case, &told, labels::DISTANCE.bit);
    // (2 s - 1) d = m with s = 2.
    let mut off = case;
    off.claim.cvar_limit = LimitUnits::OFF;
    (off.claim.var_tail, off.claim.cvar_tail) = (TailMass::EVERYTHING, TailMass::EVERYTHING);
    let told = [(labels::DISTANCE.sign, 0, int(2)), (labels::DISTANCE.bit, 0, int(3 * worst))];
    refused_by_nothing_else(&off, &told, labels::DISTANCE.sign);
}

#[test]
fn a_threshold_is_in_range() {
    let mut case = case();
    (case.claim.var_limit, case.claim.cvar_limit) = (LimitUnits::OFF, LimitUnits::OFF);
    refused_by_nothing_else(&case, &[(labels::THRESHOLD_BIT, 0, int(1 << 43))], labels::THRESHOLD_BIT);
}

#[test]
fn clauses_are_refused_one_unit_further() {
    for text in ["3pnl/1", "3pnl"] {
        let mut var = case_of(text);
        var.claim.var_limit.absolute -= 1;
        var.assert_violations(&Lies::new(), &[labels::VAR_LIMIT.sum]);
        let mut cvar = case_of(text);
        cvar.claim.cvar_limit.absolute -= 1;
        cvar.assert_violations(&Lies::new(), &[labels::CVAR_LIMIT.sum]);
        let heavy = no_loss_above(case_of(text), 899);
        heavy.assert_violations(&Lies::new(), &[labels::VAR_TAIL.sum]);
        no_loss_above(case_of(text), 900).assert_violations(&Lies::new(), &[]);
    }
}

/// A vector with another gain, the days in another order, another day, source, unit, net asset value or
/// blinding, a desk of exposures: none opens the commitment.
#[test]
fn the_commitment_opens_to_its_vector_alone() {
    let opened = |change: &dyn Fn(&mut Case)| {
        let mut changed = case();
        let pasta = changed.pasta_claim().controls();
        change(&mut changed);
        (changed.claim.var_limit, changed.claim.cvar_limit) = (LimitUnits::OFF, LimitUnits::OFF);
        let mut controls = changed.pasta_claim().controls();
        controls[0] = pasta[0];
        let circuit = TestCircuit::new(controls, changed.inputs(), changed.witness(), &Lies::new());
        (changed.violations(&Lies::new()), circuit.violations())
    };
    assert_eq!(opened(&|_| {}), (vec![], vec![]));
    let refused = (vec![labels::COMMITMENT], vec![labels::COMMITMENT.to_owned()]);
    assert_eq!(opened(&|case| case.positions = vector(&[-899, -250, 400], 5_000)), refused);
    assert_eq!(opened(&|case| case.positions = vector(&[-250, -900, 400], 5_000)), refused);
    assert_eq!(opened(&|case| case.positions = vector(&[-900, -250, 400], 5_001)), refused);
    assert_eq!(opened(&|case| case.blinding += Fr::from(1u64)), refused);
    assert_eq!(opened(&|case| case.claim.unit = Unit::from_millionths(10_001).unwrap()), refused);
    assert_eq!(opened(&|case| case.set = days_of("Another desk", 3)), refused);
    let other_day = |case: &mut Case| {
        let mut labels = case.set.labels().to_vec();
        labels[2] = "2024-01-04".into();
        let generator = case.set.generator().clone();
        case.set = ScenarioSet::new(generator, Vec::new(), labels, None, vec![1; 3], Vec::new()).unwrap();
    };
    assert_eq!(opened(&other_day), refused);
    // The commitment to exposures of the same numbers, about names of the same digest.
    let exposures = tailproof_core::Positions::new(Unit::CENT, vec![-900, -250, 400], 5_000).unwrap();
    let digest = days(3).factors_digest();
    let mut changed = case();
    changed.claim.commitment = commitment::commit(&digest, &exposures, changed.blinding);
    let mut controls = changed.pasta_claim().controls();
    controls[0] = commitment::commit::<Fp>(&digest, &exposures, changed.blinding);
    let circuit = TestCircuit::new(controls, changed.inputs(), changed.witness(), &Lies::new());
    assert_eq!((changed.violations(&Lies::new()), circuit.violations()), refused);
}

/// Gains in a block that the commitment skips, a flag of 2, and blocks out of order.
#[test]
fn no_gain_hides_in_a_block_that_is_not_hashed() {
    let gains: Vec<i64> = (1..=56).collect();
    let about_another_commitment = |case: &Case, told: &[(Label, usize, I256)], by: Label| {
        let (system, mut assignment) = case.r1cs(&lies(told));
        repair_commitment(&system, &mut assignment);
        assert_eq!(system.violations(&assignment), [by]);
        let mut refusals = vec![by, labels::COMMITMENT];
        refusals.sort_unstable();
        assert_eq!(case.halo2(&lies(told)).violations(), refusals);
    };
    let two_blocks = Case::pnl(shape("56pnl/1"), &[&gains], 5_000, [600_000; 2]);
    about_another_commitment(&two_blocks, &[(labels::BLOCK_ACTIVE, 0, int(0))], labels::BLOCK_EMPTY);
    let one_block = Case::pnl(shape("56pnl/1"), &[&gains[..55]], 5_000, [600_000; 2]);
    about_another_commitment(&one_block, &[(labels::BLOCK_ACTIVE, 0, int(2))], labels::BLOCK_ACTIVE);
    let three = Case::pnl(shape("111pnl/1"), &[&gains[..55]], 5_000, [600_000; 2]);
    about_another_commitment(&three, &[(labels::BLOCK_ACTIVE, 1, int(1))], labels::BLOCK_ORDER);
}

/// A desk that is committed to twice counts once.
#[test]
fn a_desk_counts_once() {
    let mut case = Case::pnl(shape("2pnl/1+2books"), &[&[-5, 3], &[-5, 3]], 100, [500_000; 2]);
    case.others[0] = (case.positions.clone(), case.blinding);
    let commitment: Fr = commitment::commit(&case.set.factors_digest(), &case.positions, case.blinding);
    case.claim.commitment = commitment::consolidated(&[commitment; 2]);
    assert_eq!(case.violations(&Lies::new()), [labels::CONSOLIDATED_DISTINCT]);
}

#[test]
fn every_constraint_of_its_own_has_its_attack() {
    // See `a_desk_cannot_borrow_from_a_slot_that_another_pays_back`.
    assert_eq!(pnl::ALL, [pnl::SLOT_BIT]);
}
