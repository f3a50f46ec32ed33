//! Scenarios as a window on chain keeps them: whole in its ring, or one row in its slot. Proofs are
//! about the ring's order, and every figure is that of the date's.

use std::collections::HashSet;

use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use rand::rngs::OsRng;
use tailproof::scenarios::generator::Generator;
use tailproof::scenarios::{Place, variants::variant};
use tailproof::{
    Claim, Expected, InstanceError, MandateClaim, ProofFile, Provable, Prover, ProvingBackend, Refused, ScenarioSet,
    Shape, Unproved, VerifyError,
};
use tailproof_core::scenarios::generator::Variant;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::layout::{self, FACTORS};
use tailproof_verifier::scenario_point::scenario_point;

use super::made::{books, groth16, halo2, mandate, prices, scenarios};

const SHAPE: &str = "4x3/1";

fn shape() -> Shape {
    SHAPE.parse().unwrap()
}

fn ring(newest: usize) -> ScenarioSet {
    scenarios(6, 4).placed(Some(Place::Ring(newest))).unwrap()
}

fn slot(slot: usize) -> ScenarioSet {
    scenarios(7, 1).placed(Some(Place::Slot(slot))).unwrap()
}

fn var(set: ScenarioSet) -> MandateClaim {
    MandateClaim::new(mandate(&["var 0.75 5000"]), set).unwrap()
}

fn stress(set: ScenarioSet) -> MandateClaim {
    MandateClaim::new(mandate(&["stress - 5000"]), set).unwrap()
}

/// Returns the rows of a set in an order written by hand, with a set of no place. A row of weight 0
/// stands for an empty slot.
fn by_hand(set: &ScenarioSet, order: [Option<usize>; 4]) -> ScenarioSet {
    let generator = Generator::Custom { description: "by hand".into() };
    let labels = (0..4).map(|slot| format!("slot {slot}")).collect();
    let weights = order.map(|row| row.map_or(0, |row| set.weights()[row])).to_vec();
    let entries = order.iter().flat_map(|row| row.map_or(&[0; 3][..], |row| set.row(row)).iter().copied()).collect();
    ScenarioSet::new(generator, set.factors().to_vec(), labels, None, weights, entries).unwrap()
}

/// The orders of four rows, the oldest being row 0, for each slot of the newest.
const ORDERS: [[Option<usize>; 4]; 4] = [
    [Some(3), Some(0), Some(1), Some(2)],
    [Some(2), Some(3), Some(0), Some(1)],
    [Some(1), Some(2), Some(3), Some(0)],
    [Some(0), Some(1), Some(2), Some(3)],
];

#[test]
fn a_ring_has_the_scenario_point_of_its_rows_in_the_order_of_slots() {
    let key = groth16(SHAPE);
    let point =
        |set: &ScenarioSet| scenario_point(key.verifier().key(), &ScenarioInputs::new(shape(), set).unwrap()).unwrap();
    let linear = Variant { linear_weights: true, ..Variant::default() };
    let linear = variant(&prices(6), None, 1, Some(4), &linear).unwrap();
    let mut points: Vec<G1Affine> = Vec::new();
    for set in [scenarios(6, 4), linear] {
        for (newest, order) in ORDERS.into_iter().enumerate() {
            let ring = set.clone().placed(Some(Place::Ring(newest))).unwrap();
            assert_eq!(point(&ring), point(&by_hand(&set, order)), "{newest}");
            points.push(point(&ring));
        }
        assert_eq!(points.last(), Some(&point(&set)), "the newest in the last slot is the date's order");
    }
    assert_eq!(points.into_iter().collect::<HashSet<_>>().len(), 8, "each order has its own point");
}

/// The day's own point: `factors IC_5` and the row's part, computed from the key's points.
#[test]
fn a_slot_has_the_point_of_its_row_alone() {
    let prover = groth16(SHAPE);
    let key = prover.verifier().key();
    let set = slot(2);
    let inputs = ScenarioInputs::new(shape(), &set).unwrap();
    let two_to = |bits: u32| (0..bits).fold(Fr::from(1u64), |power, _| power + power);
    let [a, b, c] = [0, 1, 2].map(|factor| Fr::from(i64::from(set.row(0)[factor])));
    let ic = |index: usize| key.groth16().gamma_abc_g1[index];
    let first = layout::group(shape(), 0);
    let packed = [a, b, c].into_iter().enumerate();
    // Four scenarios a row, 63 bits apart; of three factors, the first two are neighbours.
    let row = packed.map(|(factor, entry)| ic(first + factor) * (entry * two_to(126))).sum::<ark_bn254::G1Projective>();
    let expected = row
        + ic(layout::xi(shape(), 0)) * (a * b * two_to(252))
        + ic(layout::weight(shape(), 2))
        + ic(FACTORS) * inputs.factors::<Fr>();
    assert_eq!(scenario_point(key, &inputs).unwrap(), expected.into_affine());
    let plain = by_hand(&set, [None, None, Some(0), None]);
    assert_eq!(scenario_point(key, &ScenarioInputs::new(shape(), &plain).unwrap()).unwrap(), expected.into_affine());
}

fn proved<B: ProvingBackend>(prover: &Prover<B>, claim: &MandateClaim) -> ProofFile<B> {
    let proof = prover.prove(claim, books(), None, &mut OsRng).unwrap();
    prover.verifier().verify(claim, &proof, &Expected::default()).unwrap();
    // And as a file that was read.
    let read = ProofFile::from_json(&proof.to_json()).unwrap();
    prover.verifier().verify(claim, &read, &Expected::default()).unwrap();
    proof
}

/// Checks that the proof of one claim is none of the other, whose scenarios are the same in another
/// place: not as files, and not where an attacker writes the other's digest and context into them.
fn is_no_proof_of<B: ProvingBackend>(prover: &Prover<B>, one: &MandateClaim, other: &MandateClaim) {
    let (proof, there) = (proved(prover, one), proved(prover, other));
    let refused = prover.verifier().verify(other, &proof, &Expected::default()).unwrap_err();
    assert!(matches!(refused, Refused::NotValid(VerifyError::OtherClaim { .. })), "{refused:?}");
    // The very equation: the first proof's controls, with the inputs of either.
    let check = |inputs: &ScenarioInputs, controls, evidence| {
        B::check(prover.verifier().key(), controls, inputs, None, evidence).is_ok()
    };
    let inputs = |claim: &MandateClaim| Claim::from(claim.clone()).scenario_inputs(shape()).unwrap();
    assert!(check(&inputs(one), &proof.controls, &proof.evidence));
    assert!(!check(&inputs(other), &proof.controls, &proof.evidence));
    assert!(!check(&inputs(one), &there.controls, &there.evidence));
}

#[test]
fn both_backends_prove_a_ring_and_no_proof_is_one_of_another_order() {
    let (dates, ring) = (var(scenarios(6, 4)), var(ring(1)));
    is_no_proof_of(&groth16(SHAPE), &dates, &ring);
    is_no_proof_of(&halo2(SHAPE), &dates, &ring);
}

#[test]
fn both_backends_prove_a_day_in_its_slot_and_in_no_other() {
    let (first, third) = (stress(slot(0)), stress(slot(2)));
    is_no_proof_of(&groth16(SHAPE), &first, &third);
    is_no_proof_of(&halo2(SHAPE), &first, &third);
}

/// The pairing itself, with the point of the other order in place of the proof's own.
#[test]
fn a_proof_over_dates_fails_against_the_point_of_the_ring() {
    let prover = groth16(SHAPE);
    let key = prover.verifier().key();
    let (dates, ring) = (proved(&prover, &var(scenarios(6, 4))), proved(&prover, &var(ring(1))));
    let (of_dates, of_ring) = (dates.evidence.scenario_point, ring.evidence.scenario_point);
    key.verify(&dates.controls, &of_dates, &dates.evidence.proof).unwrap();
    key.verify(&ring.controls, &of_ring, &ring.evidence.proof).unwrap();
    let failed = Err(VerifyError::PairingFailed);
    assert_eq!(key.verify(&dates.controls, &of_ring, &dates.evidence.proof), failed);
    assert_eq!(key.verify(&ring.controls, &of_dates, &ring.evidence.proof), failed);
}

/// Figures, tails and limits know no order; a false claim is refused in either.
#[test]
fn figures_of_a_ring_and_of_a_slot_are_those_of_the_dates() {
    let clauses = ["var 0.75 5000", "cvar 0.75 5000"];
    let claim = |set: ScenarioSet| MandateClaim::new(mandate(&clauses), set).unwrap();
    let dates = claim(scenarios(6, 4)).evaluate(books()).unwrap();
    for newest in 0..4 {
        assert_eq!(claim(ring(newest)).evaluate(books()).unwrap(), dates);
    }
    let day = stress(scenarios(7, 1)).evaluate(books()).unwrap();
    assert_eq!(stress(slot(3)).evaluate(books()).unwrap(), day);
    let tight = |set| MandateClaim::new(mandate(&["cvar 0.75 100"]), set).unwrap();
    for set in [scenarios(6, 4), ring(2)] {
        let refused = groth16(SHAPE).prove(&tight(set), books(), None, &mut OsRng).unwrap_err();
        assert!(matches!(refused, Unproved::FalseClaim(_)), "{refused:?}");
    }
}

/// Nothing is padded or cut to make a ring fit: its slots would be others.
#[test]
fn a_ring_or_a_slot_that_the_keys_do_not_have_is_refused_when_proving_and_verifying() {
    let three = var(scenarios(6, 3).placed(Some(Place::Ring(0))).unwrap());
    let five = var(scenarios(7, 5).placed(Some(Place::Ring(4))).unwrap());
    let beyond = stress(slot(4));
    let proof = proved(&groth16(SHAPE), &var(ring(1)));
    let other = proved(&halo2(SHAPE), &var(ring(1)));
    for (claim, text) in [
        (three, "a window of 3 rows in a ring"),
        (five, "a window of 5 rows in a ring"),
        (beyond, "in slot 4, and the slots of keys of shape 4x3/1 are 0 to 3"),
    ] {
        let expected = Claim::from(claim.clone()).scenario_inputs(shape()).unwrap_err();
        assert!(matches!(expected, InstanceError::OtherRing { .. } | InstanceError::NoSlot { .. }), "{expected:?}");
        assert!(expected.to_string().contains(text), "{expected}");
        let unproved = groth16(SHAPE).prove(&claim, books(), None, &mut OsRng).unwrap_err();
        assert_eq!(unproved, Unproved::Instance(expected.clone()));
        let unproved = halo2(SHAPE).prove(&claim, books(), None, &mut OsRng).unwrap_err();
        assert_eq!(unproved, Unproved::Instance(expected));
        assert!(groth16(SHAPE).verifier().verify(&claim, &proof, &Expected::default()).is_err());
        assert!(halo2(SHAPE).verifier().verify(&claim, &other, &Expected::default()).is_err());
    }
    let smallest = |set: ScenarioSet| Claim::from(stress(set)).smallest_shape(1, 1).unwrap();
    assert_eq!((smallest(slot(4)).scenarios(), smallest(ring(3)).scenarios()), (5, 4));
}
