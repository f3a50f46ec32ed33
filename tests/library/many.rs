//! Many proofs under one key: each has the outcome that it has alone, and false ones do not cancel.

use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use rand::rngs::OsRng;
use tailproof::verifier::groth16::Statement;
use tailproof::verifier::verify::many::Asked;
use tailproof::{Expected, Groth16, MandateClaim, ProofFile, VerifyError};

use super::made::{books, claim, groth16, mandate, scenarios};

const SHAPE: &str = "4x3/1";

/// Returns some proofs of the claim of most tests, with contexts from 1 on.
fn proofs(number: u64) -> Vec<ProofFile<Groth16>> {
    let prover = groth16(SHAPE);
    (1..=number).map(|context| prover.prove(&claim(), books(), Some(Fr::from(context)), &mut OsRng).unwrap()).collect()
}

#[test]
fn each_of_many_proofs_has_the_verdict_that_it_has_alone() {
    let prover = groth16(SHAPE);
    let verifier = prover.verifier();
    let prepared = verifier.prepare(&claim()).unwrap();
    let other = MandateClaim::new(claim().mandate().clone(), scenarios(5, 4)).unwrap();
    let over_other = verifier.prepare(&other).unwrap();
    let mut proofs = proofs(7);
    // In place of the third and fourth: a proof of nothing, and one over another scenario point.
    let c = proofs[2].evidence.proof.c;
    proofs[2].evidence.proof.c = -c;
    proofs[3] = prover.prove(&other, books(), Some(Fr::from(4u64)), &mut OsRng).unwrap();
    let expected: Vec<_> = (1..=7u64)
        .map(|context| Expected { context: Some(Fr::from(context.min(6))), ..Expected::<Groth16>::default() })
        .collect();
    // The fifth is asked about under another claim, and the seventh under another context.
    let claims = [&prepared, &prepared, &prepared, &over_other, &over_other, &prepared, &prepared];
    let asked: Vec<_> = claims
        .into_iter()
        .zip(&proofs)
        .zip(&expected)
        .map(|((prepared, proof), expected)| Asked { prepared, proof, expected })
        .collect();
    let alone: Vec<_> =
        asked.iter().map(|one| verifier.check_prepared(one.prepared, one.proof, one.expected)).collect();
    let valid: Vec<bool> = alone.iter().map(|checked| checked.as_ref().is_ok_and(|one| one.verdict.is_ok())).collect();
    assert_eq!(valid, [true, true, false, true, false, true, false]);
    for length in 0..=asked.len() {
        assert_eq!(verifier.check_many(&asked[..length], &[7; 32]), alone[..length]);
    }
}

/// A scenario point belongs to keys and public inputs, and to no other claim.
#[test]
fn claims_over_one_set_share_its_point_and_others_do_not() {
    let (one, two) = (groth16(SHAPE), groth16("4x3"));
    let known = one.verifier().prepare(&claim()).unwrap();
    let same = MandateClaim::new(mandate(&["var 0.75 6000"]), claim().scenarios().clone()).unwrap();
    let other = MandateClaim::new(claim().mandate().clone(), scenarios(5, 4)).unwrap();
    for (verifier, claim, is_shared) in
        [(one.verifier(), &same, true), (one.verifier(), &other, false), (two.verifier(), &same, false)]
    {
        let alone = verifier.prepare(claim).unwrap();
        let beside = verifier.prepare_beside(claim, [&known]).unwrap();
        assert_eq!(beside.scenario_point(), alone.scenario_point());
        assert_eq!(beside.scenario_point() == known.scenario_point(), is_shared);
    }
    let proof = one.prove(&same, books(), None, &mut OsRng).unwrap();
    let beside = one.verifier().prepare_beside(&same, [&known]).unwrap();
    one.verifier().verify_prepared(&beside, &proof, &Expected::default()).unwrap();
}

/// Errors that cancel in a plain product of equations: what is added to the C of one proof is taken
/// from that of another.
#[test]
fn false_proofs_do_not_cancel_each_other() {
    let prover = groth16(SHAPE);
    let key = prover.verifier().key();
    let mut proofs = proofs(4);
    let controls: Vec<_> = proofs.iter().map(|proof| proof.controls).collect();
    let shift = G1Affine::generator().into_group();
    let (first, second) = (proofs[0].evidence.proof.c, proofs[3].evidence.proof.c);
    proofs[0].evidence.proof.c = (first + shift).into_affine();
    proofs[3].evidence.proof.c = (second - shift).into_affine();
    let statements: Vec<_> = proofs
        .iter()
        .zip(&controls)
        .map(|(proof, controls)| {
            let evidence = &proof.evidence;
            Statement { controls, scenario_point: &evidence.scenario_point, proof: &evidence.proof }
        })
        .collect();
    for seed in [[0; 32], [1; 32]] {
        let fails = Err(VerifyError::PairingFailed);
        assert_eq!(key.verify_all(&statements, &seed), [fails.clone(), Ok(()), Ok(()), fails]);
    }
    // The point at infinity is the point of no scenarios, in whatever company.
    let none = G1Affine::identity();
    let of_none = Statement { scenario_point: &none, ..statements[1] };
    let outcomes = key.verify_all(&[statements[1], of_none, statements[2]], &[2; 32]);
    assert_eq!(outcomes, [Ok(()), Err(VerifyError::NoScenarios), Ok(())]);
    assert_eq!(key.verify_all(&[], &[3; 32]), []);
}
