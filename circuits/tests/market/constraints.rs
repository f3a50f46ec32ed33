//! One attack for each constraint of the market statement, named after it. Everything else about
//! the assignment is right, so exactly this constraint refuses it.

use std::sync::Arc;

use crate::support::market::repair_commitment;
use crate::support::{Case, Instance, Lies, TestCircuit, lies, scenario_set, shape};
use ark_bn254::Fr;
use ark_ff::{BigInteger, Field, PrimeField};
use ethnum::I256;
use halo2_proofs::pasta::Fp;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::statement::market::labels;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::{Positions, ScenarioSet, TailMass, Unit};
use tailproof_verifier::inputs::layout;
use tailproof_verifier::inputs::packing::Packing;

fn int(value: i128) -> I256 {
    I256::from(value)
}

/// Three scenarios, three factors, one threshold at 60 % (so 1.2 of 3 may lie beyond): losses 900,
/// 250, -400 in units.
fn case() -> Case {
    case_of("3x3/1")
}

fn case_of(text: &str) -> Case {
    let set = scenario_set(3, vec![1, 1, 1], vec![-3, -1, 5, -1, 1, 2, 2, -2, -4]);
    let positions = Positions::new(Unit::CENT, vec![200, 50, -50], 5_000).unwrap();
    Case::tight(shape(text), set, positions, [600_000, 500_000], Fr::from(123u64))
}

/// Two blocks of exposures in the commitment.
fn wide_case(text: &str, factors: usize) -> Case {
    let set = scenario_set(factors, vec![1], vec![-1; factors]);
    let exposures = (1..=factors as i64).collect();
    let positions = Positions::new(Unit::CENT, exposures, 5_000).unwrap();
    Case::tight(shape(text), set, positions, [600_000, 600_000], Fr::from(123u64))
}

/// The lie is refused by exactly this constraint, by both oracles.
fn refused(case: &Case, told: &[(Label, usize, I256)], by: Label) {
    let told = lies(told);
    case.assert_violations(&Lies::new(), &[]);
    case.assert_violations(&told, &[by]);
    assert_eq!(case.plain(&told), [by]);
}

/// As [`refused`], with the public commitment moved to what the lie hashes to.
fn refused_about_another_commitment(case: &Case, told: &[(Label, usize, I256)], by: Label) {
    let (system, mut assignment) = case.r1cs(&lies(told));
    repair_commitment(&system, &mut assignment);
    assert_eq!(system.violations(&assignment), [by]);
    // The other backend's commitment is not moved, and refuses too.
    let mut refusals = vec![by, labels::COMMITMENT];
    refusals.sort_unstable();
    assert_eq!(case.halo2(&lies(told)).violations(), refusals);
}

/// The `index`-th witness under a label.
fn variable(system: &System, label: Label, index: usize) -> usize {
    let mut positions = system.witness_labels().iter().enumerate().filter(|(_, name)| **name == label);
    system.instances() + positions.nth(index).unwrap().0
}

/// The assignment with one variable moved.
fn moved(case: &Case, label: Label, index: usize) -> (Arc<System>, Vec<Fr>) {
    let (system, mut assignment) = case.r1cs(&Lies::new());
    assignment[variable(&system, label, index)] += Fr::from(5u64);
    (system, assignment)
}

fn context_used() {
    let (system, mut assignment) = case().r1cs(&Lies::new());
    assignment[layout::CONTEXT] += Fr::from(1u64);
    assert_eq!(system.violations(&assignment), [labels::CONTEXT]);
}

fn tails_bit() {
    // A numerator of 2^56 more, taken from the denominator's field above it: a heavier tail under
    // the same control.
    let tail = case().claim.var_tail;
    let (a, b) = (i128::from(tail.numerator() - 1), i128::from(tail.denominator() - 1));
    let told = [(labels::TAILS.bit, 0, int(a + (1 << 56))), (labels::TAILS.bit, 1, int(b - 1))];
    refused(&case(), &told, labels::TAILS.bit);
}

fn tails_packed() {
    refused(&case(), &[(labels::TAILS.bit, 0, int(1 << 50))], labels::TAILS.sum);
}

fn limits_bit() {
    let limit = i128::from(case().claim.var_limit.absolute);
    let told = [(labels::LIMITS.bit, 0, int(limit + (1 << 64))), (labels::LIMITS.bit, 1, int(-1))];
    // The share of -1 billionth takes less than the 2^64 gives.
    refused(&case(), &told, labels::LIMITS.bit);
}

fn limits_packed() {
    refused(&case(), &[(labels::LIMITS.bit, 0, int(1 << 60))], labels::LIMITS.sum);
}

fn exposure_sign_bit() {
    // (2 s - 1) x = m with s = 2: a magnitude of three times the exposure.
    let told = [(labels::EXPOSURES.entry.sign, 0, int(2)), (labels::EXPOSURES.entry.bit, 0, int(600))];
    refused(&case(), &told, labels::EXPOSURES.entry.sign);
}

fn exposure_magnitude_bit() {
    // A negative magnitude, which would make room under the gross bound.
    let told = [(labels::EXPOSURES.entry.sign, 1, int(0)), (labels::EXPOSURES.entry.bit, 1, int(-50))];
    refused(&case(), &told, labels::EXPOSURES.entry.bit);
}

fn exposure_magnitude() {
    refused(&case(), &[(labels::EXPOSURES.entry.bit, 0, int(1))], labels::EXPOSURES.entry.product);
}

/// Exposures that each fit but whose sum does not; losses stay in range because the entries are
/// small.
fn beyond_gross() -> Vec<(Label, usize, I256)> {
    let most = (1i128 << 38) - 1;
    vec![(labels::EXPOSURES.entry.product, 0, int(most)), (labels::EXPOSURES.entry.product, 1, int(most))]
}

fn gross_range() {
    let mut case = case();
    case.claim.var_limit = LimitUnits::OFF;
    case.claim.cvar_limit = LimitUnits::OFF;
    refused_about_another_commitment(&case, &beyond_gross(), labels::EXPOSURES.total.sum);
}

fn gross_bit() {
    let mut case = case();
    case.claim.var_limit = LimitUnits::OFF;
    case.claim.cvar_limit = LimitUnits::OFF;
    let mut told = beyond_gross();
    told.push((labels::EXPOSURES.total.bit, 0, int(2 * ((1i128 << 38) - 1) + 50)));
    refused_about_another_commitment(&case, &told, labels::EXPOSURES.total.bit);
}

fn nav_bit() {
    refused_about_another_commitment(&case(), &[(labels::NAV_BIT, 0, int(1 << 50))], labels::NAV_BIT);
}

fn commitment_block_active() {
    // A flag of 2 on an empty block: twice the step of the chain.
    let case = {
        let mut case = case_of("3x67/1");
        case.set = scenario_set(3, vec![1, 1, 1], case.set.entries().to_vec());
        case
    };
    refused_about_another_commitment(&case, &[(labels::BLOCK_ACTIVE, 0, int(2))], labels::BLOCK_ACTIVE);
}

fn commitment_block_order() {
    let case = wide_case("1x133/1", 66);
    refused_about_another_commitment(&case, &[(labels::BLOCK_ACTIVE, 1, int(1))], labels::BLOCK_ORDER);
}

fn commitment_block_empty() {
    // Exposures in a block that the commitment skips.
    let case = wide_case("1x67/1", 67);
    refused_about_another_commitment(&case, &[(labels::BLOCK_ACTIVE, 0, int(0))], labels::BLOCK_EMPTY);
}

fn commitment_block_chain() {
    let (system, mut assignment) = moved(&wide_case("1x67/1", 67), labels::BLOCK_CHAIN, 0);
    repair_commitment(&system, &mut assignment);
    assert_eq!(system.violations(&assignment), [labels::BLOCK_CHAIN]);
}

fn commitment_hash() {
    let (system, assignment) = moved(&case(), labels::BLINDING, 0);
    assert_eq!(system.violations(&assignment), [labels::COMMITMENT_HASH]);
    // The last S-box moved and the commitment with it: a commitment that hashes to nothing.
    let (system, _) = case().r1cs(&Lies::new());
    let boxes = system.witness_labels().iter().filter(|label| **label == labels::COMMITMENT_HASH).count();
    let (system, mut assignment) = moved(&case(), labels::COMMITMENT_HASH, boxes - 1);
    repair_commitment(&system, &mut assignment);
    assert_eq!(system.violations(&assignment), [labels::COMMITMENT_HASH]);
}

fn commitment_opens() {
    let mut other = case();
    other.claim.commitment += Fr::from(1u64);
    assert_eq!(other.violations(&Lies::new()), [labels::COMMITMENT]);
    assert_eq!(other.plain(&Lies::new()), [labels::COMMITMENT]);
    // Another book, another blinding, another unit, other factors.
    let mut book = case();
    book.positions = Positions::new(Unit::CENT, vec![200, 50, -49], 5_000).unwrap();
    book.claim.var_limit = LimitUnits::OFF;
    book.claim.cvar_limit = LimitUnits::OFF;
    assert_eq!(book.violations(&Lies::new()), [labels::COMMITMENT]);
    let mut blinding = case();
    blinding.blinding += Fr::from(1u64);
    assert_eq!(blinding.violations(&Lies::new()), [labels::COMMITMENT]);
    let mut unit = case();
    unit.claim.unit = Unit::from_millionths(10_001).unwrap();
    assert_eq!(unit.violations(&Lies::new()), [labels::COMMITMENT]);
    let (system, mut assignment) = case().r1cs(&Lies::new());
    assignment[layout::FACTORS] += Fr::from(1u64);
    assert_eq!(system.violations(&assignment), [labels::COMMITMENT_HASH]);
}

/// As above for the other backend: controls of the true claim, witnesses of another book, blinding,
/// unit.
#[test]
fn commitment_opens_over_the_other_field() {
    let circuit = |change: &dyn Fn(&mut Case, &mut [Fp; 4])| {
        let mut changed = case();
        let mut controls = changed.pasta_claim().controls();
        change(&mut changed, &mut controls);
        TestCircuit::new(controls, changed.inputs(), changed.witness(), &Lies::new()).violations()
    };
    assert!(circuit(&|_, _| {}).is_empty());
    let other_book = |case: &mut Case, _: &mut [Fp; 4]| {
        case.positions = Positions::new(Unit::CENT, vec![200, 50, -51], 5_000).unwrap();
    };
    assert!(circuit(&other_book).contains(&labels::COMMITMENT.to_owned()));
    assert_eq!(circuit(&|case, _| case.blinding += Fr::from(1u64)), [labels::COMMITMENT]);
    assert_eq!(circuit(&|_, controls| controls[layout::COMMITMENT - 1] += Fp::one()), [labels::COMMITMENT]);
    assert_eq!(
        circuit(&|case, _| case.positions = Positions::new(Unit::CENT, vec![200, 50, -50], 5_001).unwrap()),
        [labels::COMMITMENT]
    );
    // Another set of factor names with the same moves.
    let renamed = |case: &mut Case, _: &mut [Fp; 4]| {
        let names = vec!["X".into(), "Y".into(), "Z".into()];
        let labels = case.set.labels().to_vec();
        let (weights, entries) = (case.set.weights().to_vec(), case.set.entries().to_vec());
        case.set = ScenarioSet::new(case.set.generator().clone(), names, labels, None, weights, entries).unwrap();
    };
    assert_eq!(circuit(&renamed), [labels::COMMITMENT]);
}

fn loss_pair() {
    // A pair product and its row moved together: the loss of the worst scenario becomes 700
    // smaller.
    let case = case();
    let (system, mut assignment) = case.r1cs(&lies(&[(labels::LOSSES.row, 0, honest_gain(&case, 0) + int(700))]));
    assert_eq!(system.violations(&assignment), [labels::LOSSES.row]);
    assignment[variable(&system, labels::LOSSES.pair, 0)] += Fr::from(700u64);
    assert_eq!(system.violations(&assignment), [labels::LOSSES.pair]);
}

fn loss_row() {
    let case = case();
    refused(&case, &[(labels::LOSSES.row, 0, honest_gain(&case, 0) + int(700))], labels::LOSSES.row);
}

fn loss_exposure_neighbours() {
    // Every loss becomes 100 smaller: all are digits of one group.
    let case = case();
    let told: Vec<_> = (0..3).map(|t| (labels::LOSSES.row, t, honest_gain(&case, t) + int(100))).collect();
    let (system, mut assignment) = case.r1cs(&lies(&told));
    let together = Packing::of(case.claim.shape).pack([Fr::from(100u64); 3]);
    assignment[variable(&system, labels::LOSSES.neighbours, 1)] -= together;
    assert_eq!(system.violations(&assignment), [labels::LOSSES.neighbours]);
}

fn honest_gain(case: &Case, scenario: usize) -> I256 {
    let row = case.set.row(scenario).iter();
    row.zip(case.positions.exposures())
        .map(|(s, x)| int(i128::from(*s) * i128::from(*x)))
        .fold(I256::ZERO, |a, b| a + b)
}

fn threshold_bit() {
    let mut case = case();
    case.claim.var_limit = LimitUnits::OFF;
    case.claim.cvar_limit = LimitUnits::OFF;
    // 2^61 above the offset of 2^61: one more than the greatest threshold.
    refused(&case, &[(labels::THRESHOLD_BIT, 0, int(1 << 62))], labels::THRESHOLD_BIT);
}

/// Distances of the three losses from the threshold, the second loss: 650, 0, -650 (see [`case`]).
fn distances(case: &Case) -> [i128; 3] {
    let losses = tailproof_core::measures::losses(&case.set, &case.positions);
    [0, 1, 2].map(|t| losses[t] - case.thresholds[0])
}

/// The same case. Its worst loss lies beyond the threshold: hiding it is what lies try.
fn case_with_a_loss_beyond() -> Case {
    let case = case();
    let [worst, _, _] = distances(&case);
    assert!(worst > 0);
    case
}

fn distance_sign_bit() {
    let case = case_with_a_loss_beyond();
    let [_, _, best] = distances(&case);
    assert!(best < 0);
    // (2 s - 1) d = m with s = -1: three times the distance, positive.
    let told = [(labels::DISTANCE.sign, 2, int(-1)), (labels::DISTANCE.bit, 2, int(-3 * best))];
    let told = lies(&told);
    assert!(case.violations(&told).contains(&labels::DISTANCE.sign));
    assert_eq!(case.violations(&told), case.plain(&told));
    // With sign 2 on the worst scenario, m = 3 d: more excess than there is, so only the boolean
    // and the limit refuse.
    let mut off = case.clone();
    off.claim.cvar_limit = LimitUnits::OFF;
    off.claim.var_tail = TailMass::EVERYTHING;
    off.claim.cvar_tail = off.claim.var_tail;
    let [worst, _, _] = distances(&off);
    refused(
        &off,
        &[(labels::DISTANCE.sign, 0, int(2)), (labels::DISTANCE.bit, 0, int(3 * worst))],
        labels::DISTANCE.sign,
    );
}

fn distance_bit() {
    // The worst scenario called not beyond, its distance negative.
    let case = case_with_a_loss_beyond();
    let [worst, _, _] = distances(&case);
    refused(&case, &[(labels::DISTANCE.sign, 0, int(0)), (labels::DISTANCE.bit, 0, int(-worst))], labels::DISTANCE.bit);
}

fn distance_magnitude() {
    // The worst scenario called not beyond, with its true distance; and with a smaller one.
    let case = case_with_a_loss_beyond();
    let [worst, _, _] = distances(&case);
    let less = [(labels::DISTANCE.bit, 0, int(worst - 2))];
    refused(&case, &less, labels::DISTANCE.product);
    let told = lies(&[(labels::DISTANCE.sign, 0, int(0))]);
    case.assert_violations(&told, &[labels::DISTANCE.product]);
}

fn tail_weighted() {
    refused(&case_with_a_loss_beyond(), &[(labels::WEIGHTED, 0, int(0))], labels::WEIGHTED);
}

/// Total excess and weight beyond, as the statement splits them, and the distance between the two
/// parts.
fn parts(case: &Case) -> (I256, I256, I256) {
    let [worst, ..] = distances(case);
    // 62 bits of distance, one for twice, 20 of weight, 2 of three scenarios, rounded up by the
    // product of the intervals.
    let (system, _) = case.r1cs(&Lies::new());
    let bits = system.row_labels().iter().filter(|label| **label == labels::EXCESS_BIT).count();
    (int(2 * worst), int(1), I256::ONE << bits as u32)
}

fn tail_excess_bit() {
    // One scenario less beyond, its weight hidden in an excess out of range.
    let mut off = case_with_a_loss_beyond();
    off.claim.var_tail = TailMass::EVERYTHING;
    off.claim.cvar_tail = TailMass::EVERYTHING;
    off.claim.cvar_limit = LimitUnits::OFF;
    let (excess, beyond, shift) = parts(&off);
    let told = [(labels::EXCESS_BIT, 0, excess + shift), (labels::BEYOND_BIT, 0, beyond - 1)];
    refused(&off, &told, labels::EXCESS_BIT);
}

fn tail_beyond_bit() {
    // Of 250 equal scenarios at 99 %, 2.5 may lie beyond and 3 do. Half a scenario is moved into
    // the excess: the weight beyond becomes the field element 5/2, for which the tail B beyond = 5
    // <= A = 5 holds, and the excess stays in range. The shortfall clause is off and does not mind.
    let scenarios = 250;
    let entries = (0..scenarios).map(|t| if t < 3 { -10 } else { -1 }).collect();
    let set = scenario_set(1, vec![1; scenarios], entries);
    let positions = Positions::new(Unit::CENT, vec![100], 5_000).unwrap();
    let mut case = Case::tight(shape("250x1"), set, positions, [990_000, 990_000], Fr::from(123u64));
    case.claim.cvar_tail = TailMass::EVERYTHING;
    case.claim.cvar_limit = LimitUnits::OFF;
    case.thresholds = [500, 2_000];
    case.claim.var_limit = LimitUnits::OFF;
    let (tail, honest) = (case.claim.var_tail, Vec::from([labels::VAR_TAIL.sum]));
    assert_eq!((tail.numerator(), tail.denominator()), (5, 2));
    assert_eq!(case.violations(&Lies::new()), honest, "three are beyond");

    let (system, mut assignment) = case.r1cs(&Lies::new());
    let variables = |label: Label| -> Vec<usize> {
        let named = system.witness_labels().iter().enumerate().filter(|(_, name)| **name == label);
        named.map(|(index, _)| system.instances() + index).collect()
    };
    let half = Fr::from(2u64).inverse().unwrap();
    // beyond = 5/2, all of it in the highest "bit".
    let beyond = variables(labels::BEYOND_BIT);
    let mut highest = Fr::from(5u64) * half;
    for (index, variable) in beyond.iter().enumerate() {
        assignment[*variable] = if index + 1 == beyond.len() { highest } else { Fr::from(0u64) };
        highest *= half;
    }
    // excess grows by half of the distance between the parts.
    let top = *variables(labels::EXCESS_BIT).last().unwrap();
    assert_eq!(assignment[top], Fr::from(0u64));
    assignment[top] = Fr::from(1u64);
    // B beyond = 5, and nothing is left of the tail.
    assignment[variables(labels::VAR_BEYOND)[0]] = Fr::from(5u64);
    for variable in variables(labels::VAR_TAIL.bit) {
        assignment[variable] = Fr::from(0u64);
    }
    // The shortfall clause, with the larger excess.
    let excess_product = variables(labels::CVAR_EXCESS)[0];
    let room = assignment[variables(labels::CVAR_ROOM)[0]];
    assignment[excess_product] += Fr::from(2u64).pow([variables(labels::EXCESS_BIT).len() as u64 - 1]);
    let rest = room * Fr::from(2u64) - assignment[excess_product] * Fr::from(LimitUnits::FIGURE_FACTOR);
    let bits = rest.into_bigint();
    for (index, variable) in variables(labels::CVAR_LIMIT.bit).into_iter().enumerate() {
        assignment[variable] = Fr::from(bits.get_bit(index));
    }
    assert_eq!(system.violations(&assignment), [labels::BEYOND_BIT]);
}

fn tail_split() {
    let case = case_with_a_loss_beyond();
    refused(&case, &[(labels::BEYOND_BIT, 0, int(0))], labels::SPLIT);
    refused(&case, &[(labels::EXCESS_BIT, 0, int(0))], labels::SPLIT);
}

/// The threshold one below the second loss: two of three scenarios beyond, where 1.2 may be.
fn heavy_tail() -> Case {
    let mut case = case();
    case.thresholds = [case.thresholds[0] - 1; 2];
    case.claim.cvar_limit = LimitUnits::OFF;
    case.assert_violations(&Lies::new(), &[labels::VAR_TAIL.sum]);
    case
}

fn var_tail_product() {
    let case = heavy_tail();
    let told = lies(&[(labels::VAR_BEYOND, 0, int(0))]);
    case.assert_violations(&told, &[labels::VAR_BEYOND]);
    assert_eq!(case.plain(&told), [labels::VAR_BEYOND]);
}

fn var_tail() {
    assert_eq!(heavy_tail().plain(&Lies::new()), [labels::VAR_TAIL.sum]);
}

fn var_tail_bit() {
    let case = heavy_tail();
    let tail = case.claim.var_tail;
    let rest = i128::from(tail.numerator()) - 2 * i128::from(tail.denominator());
    assert!(rest < 0);
    let told = lies(&[(labels::VAR_TAIL.bit, 0, int(rest))]);
    case.assert_violations(&told, &[labels::VAR_TAIL.bit]);
    assert_eq!(case.plain(&told), [labels::VAR_TAIL.bit]);
}

/// A limit one below the value at risk.
fn tight_var() -> (Case, I256) {
    let mut case = case();
    case.claim.var_limit.absolute -= 1;
    case.assert_violations(&Lies::new(), &[labels::VAR_LIMIT.sum]);
    (case, -I256::from(LimitUnits::FIGURE_FACTOR))
}

fn var_limit() {
    assert_eq!(tight_var().0.plain(&Lies::new()), [labels::VAR_LIMIT.sum]);
}

fn var_limit_bit() {
    let (case, room) = tight_var();
    let told = lies(&[(labels::VAR_LIMIT.bit, 0, room)]);
    case.assert_violations(&told, &[labels::VAR_LIMIT.bit]);
    assert_eq!(case.plain(&told), [labels::VAR_LIMIT.bit]);
}

fn var_nav_share() {
    let (case, _) = tight_var();
    let told = lies(&[(labels::VAR_SHARE, 0, int(1 << 40))]);
    case.assert_violations(&told, &[labels::VAR_SHARE]);
    assert_eq!(case.plain(&told), [labels::VAR_SHARE]);
}

/// A limit one below the shortfall.
fn tight_cvar() -> Case {
    let mut case = case();
    case.claim.cvar_limit.absolute -= 1;
    case.assert_violations(&Lies::new(), &[labels::CVAR_LIMIT.sum]);
    case
}

fn cvar_limit() {
    assert_eq!(tight_cvar().plain(&Lies::new()), [labels::CVAR_LIMIT.sum]);
}

fn cvar_limit_bit() {
    let case = tight_cvar();
    let tail = case.claim.cvar_tail;
    let [worst, ..] = distances(&case);
    let factor = i128::from(LimitUnits::FIGURE_FACTOR);
    let room = factor * (i128::from(case.claim.cvar_limit.absolute) - case.thresholds[0]);
    let rest = 2 * i128::from(tail.numerator()) * room - factor * i128::from(tail.denominator()) * 2 * worst;
    assert!(rest < 0);
    let told = lies(&[(labels::CVAR_LIMIT.bit, 0, int(rest))]);
    case.assert_violations(&told, &[labels::CVAR_LIMIT.bit]);
    assert_eq!(case.plain(&told), [labels::CVAR_LIMIT.bit]);
}

fn cvar_products() {
    let case = tight_cvar();
    for (label, lie) in
        [(labels::CVAR_SHARE, int(1 << 40)), (labels::CVAR_ROOM, int(1 << 60)), (labels::CVAR_EXCESS, int(0))]
    {
        let told = lies(&[(label, 0, lie)]);
        case.assert_violations(&told, &[label]);
        assert_eq!(case.plain(&told), [label]);
    }
}

attacks! {
    context_used: labels::CONTEXT;
    tails_bit: labels::TAILS.bit;
    tails_packed: labels::TAILS.sum;
    limits_bit: labels::LIMITS.bit;
    limits_packed: labels::LIMITS.sum;
    exposure_sign_bit: labels::EXPOSURES.entry.sign;
    exposure_magnitude_bit: labels::EXPOSURES.entry.bit;
    exposure_magnitude: labels::EXPOSURES.entry.product;
    gross_range: labels::EXPOSURES.total.sum;
    gross_bit: labels::EXPOSURES.total.bit;
    nav_bit: labels::NAV_BIT;
    commitment_block_active: labels::BLOCK_ACTIVE;
    commitment_block_order: labels::BLOCK_ORDER;
    commitment_block_empty: labels::BLOCK_EMPTY;
    commitment_block_chain: labels::BLOCK_CHAIN;
    commitment_hash: labels::COMMITMENT_HASH;
    commitment_opens: labels::COMMITMENT;
    loss_pair: labels::LOSSES.pair;
    loss_row: labels::LOSSES.row;
    loss_exposure_neighbours: labels::LOSSES.neighbours;
    threshold_bit: labels::THRESHOLD_BIT;
    distance_sign_bit: labels::DISTANCE.sign;
    distance_bit: labels::DISTANCE.bit;
    distance_magnitude: labels::DISTANCE.product;
    tail_weighted: labels::WEIGHTED;
    tail_excess_bit: labels::EXCESS_BIT;
    tail_beyond_bit: labels::BEYOND_BIT;
    tail_split: labels::SPLIT;
    var_tail_product: labels::VAR_BEYOND;
    var_tail: labels::VAR_TAIL.sum;
    var_tail_bit: labels::VAR_TAIL.bit;
    var_limit: labels::VAR_LIMIT.sum;
    var_limit_bit: labels::VAR_LIMIT.bit;
    var_nav_share: labels::VAR_SHARE;
    cvar_limit: labels::CVAR_LIMIT.sum;
    cvar_limit_bit: labels::CVAR_LIMIT.bit;
    cvar_products: labels::CVAR_SHARE, labels::CVAR_ROOM, labels::CVAR_EXCESS;
}

#[test]
fn every_constraint_has_its_attack() {
    for label in labels::ALL {
        assert!(ATTACKS.contains(label), "no attack on {label}");
    }
}
