//! A scenario set that is prepared for many proofs, and set points that cannot be trusted.

use rand::rngs::OsRng;
use tailproof::keys::{ProvingKey, insecure_development_keys};
use tailproof::prover::SetPoints;
use tailproof::prover::set_points::file::{PointsOf, decode, encode, inputs_digest};
use tailproof::{Claim, Expected, Groth16, MandateClaim, Prover, Shape, Statement, Unproved};
use tailproof_verifier::inputs::ScenarioInputs;

use super::made::{books, claim, groth16, mandate, scenarios};

const SHAPE: &str = "4x3/1";

fn shape() -> Shape {
    SHAPE.parse().unwrap()
}

fn inputs(claim: &MandateClaim) -> ScenarioInputs {
    Claim::from(claim.clone()).scenario_inputs(shape()).unwrap()
}

/// A claim over the same factors on other days.
fn other_claim() -> MandateClaim {
    MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(5, 4)).unwrap()
}

#[test]
fn a_prepared_set_proves_what_the_prover_proves_and_no_claim_over_other_scenarios() {
    let prover = groth16(SHAPE);
    let (claim, other) = (claim(), other_claim());
    let set = prover.prepare(inputs(&claim)).unwrap();
    let again = prover.prepare_with(inputs(&claim), *set.set_points()).unwrap();
    for set in [&set, &again] {
        let proof = set.prove(&claim, books(), None, &mut OsRng).unwrap();
        prover.verifier().verify(&claim, &proof, &Expected::default()).unwrap();
        let refused = set.prove(&other, books(), None, &mut OsRng).unwrap_err();
        assert_eq!(refused, Unproved::OtherScenarios);
        assert!(!set.refuted());
        // What an earlier run left: this proof, and not one of another context or another text.
        let statement = Statement::new(&claim, books(), shape(), None).unwrap();
        assert!(set.proves(&statement, &proof));
        let elsewhere = Statement::new(&claim, books(), shape(), Some(7.into())).unwrap();
        assert!(!set.proves(&elsewhere, &proof));
        assert!(!set.proves(&Statement::new(&other, books(), shape(), None).unwrap(), &proof));
        let mut reworded = proof.clone();
        reworded.claim.mandate.push('!');
        assert!(!set.proves(&statement, &reworded));
    }
}

/// The same scenarios with other half-spreads are other inputs.
#[test]
fn a_claim_with_other_half_spreads_than_the_prepared_ones_is_refused() {
    let shape: Shape = "4x3+limits".parse().unwrap();
    let prover = groth16("4x3+limits");
    let mut inputs = Claim::from(claim()).scenario_inputs(shape).unwrap();
    inputs.set_half_spreads(&[0, 0, 1]);
    let set = prover.prepare(inputs).unwrap();
    assert_eq!(set.prove(&claim(), books(), None, &mut OsRng).unwrap_err(), Unproved::OtherScenarios);
}

/// Set B's file under set A's name, with A's digests: its points are in their groups, and nothing in
/// the file tells that they are B's.
#[test]
fn set_points_of_another_set_under_this_sets_digests_make_no_proof_and_are_made_again() {
    let prover = groth16(SHAPE);
    let (a, b) = (claim(), other_claim());
    let of = PointsOf { key: prover.proving_key().digest(), inputs: inputs_digest(&inputs(&a)) };
    let of_b = SetPoints::new(prover.proving_key(), &inputs(&b)).unwrap();
    let forged = decode(&encode(&of_b, &of), &of).unwrap();
    let set = prover.prepare_with(inputs(&a), forged).unwrap();
    // Two at once, in one pool: each finds it out, and the points are made again.
    let prove = || set.prove(&a, books(), None, &mut OsRng).unwrap();
    let (one, other) = rayon::join(prove, prove);
    for proof in [one, other] {
        prover.verifier().verify(&a, &proof, &Expected::default()).unwrap();
        assert!(prover.verifier().verify(&b, &proof, &Expected::default()).is_err());
    }
    assert!(set.refuted());
    assert_eq!(*set.set_points(), SetPoints::new(prover.proving_key(), &inputs(&a)).unwrap());
}

/// A key whose proofs do not verify: true points do not help, and wrong ones do not excuse it.
#[test]
fn a_proof_that_fails_with_true_set_points_is_the_keys_fault() {
    let (proving, verifying) = insecure_development_keys(shape(), &mut OsRng).unwrap();
    let system = tailproof_circuits::r1cs::assembly::statement_system(shape()).unwrap();
    let mut changed = proving.to_arkworks(verifying.groth16().clone());
    changed.l_query.swap(0, 1);
    let changed = ProvingKey::from_arkworks(*proving.header(), &changed, &system).unwrap();
    let prover = Prover::<Groth16>::new(changed, verifying).unwrap();
    for (points, refuted) in [(inputs(&claim()), false), (inputs(&other_claim()), true)] {
        let points = SetPoints::new(prover.proving_key(), &points).unwrap();
        let set = prover.prepare_with(inputs(&claim()), points).unwrap();
        assert_eq!(set.prove(&claim(), books(), None, &mut OsRng).unwrap_err(), Unproved::NotTrusted);
        assert_eq!(set.refuted(), refuted);
    }
}
