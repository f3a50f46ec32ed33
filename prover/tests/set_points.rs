//! Set points and their file.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{Field, UniformRand};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};
use tailproof_prover::SetPoints;
use tailproof_prover::groth16::{prove_with_blinding, prove_with_blinding_over};
use tailproof_prover::raw_points::{RawPoint, write_points};
use tailproof_prover::set_points::file::{BYTES, PointsOf, SetPointsError, VERSION, decode, encode, inputs_digest};
use tailproof_simd::Engine;
use tailproof_verifier::MalformedError;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::layout::FactorRow;

use crate::groth16::{Made, made};

/// Places in the file.
const KEY: usize = 10;
const INPUTS: usize = 42;
const A: usize = 74;
const B_G1: usize = 138;
const B_G2: usize = 202;
const C: usize = 330;
const DIGEST: usize = 394;

fn points_of(made: &Made) -> (SetPoints, PointsOf) {
    let of = PointsOf { key: made.proving.digest(), inputs: inputs_digest(&made.scenarios) };
    (SetPoints::new(&made.proving, &made.scenarios).unwrap(), of)
}

/// Writes the digest of a changed file anew, as whoever changed it would.
fn sealed(mut file: Vec<u8>) -> Vec<u8> {
    let digest: [u8; 32] = Sha256::digest(&file[..DIGEST]).into();
    file[DIGEST..].copy_from_slice(&digest);
    file
}

#[test]
fn a_proof_with_set_points_is_equal_bit_for_bit_to_one_without() {
    for shape in ["4x3", "2x3/1", "2x3+limits"] {
        let made = made(shape, 1);
        let (points, _) = points_of(&made);
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let blinding = [Fr::rand(&mut rng), Fr::rand(&mut rng)];
        let proof = prove_with_blinding(&made.proving, &made.assignment, blinding[0], blinding[1]).unwrap();
        for engine in Engine::all() {
            let over = |set| prove_with_blinding_over(engine, &made.proving, set, &made.assignment, blinding);
            assert_eq!(over(Some(&points)), Ok(proof), "{shape}, {}", engine.name());
            assert_eq!(over(None), Ok(proof), "{shape}, {}", engine.name());
        }
    }
}

#[test]
fn set_points_of_inputs_for_another_shape_are_refused() {
    let made = made("2x3/1", 6);
    assert!(SetPoints::new(&made.proving, &ScenarioInputs::zero("4x3".parse().unwrap())).is_err());
}

#[test]
fn every_moved_byte_of_a_file_of_set_points_is_refused() {
    let (points, of) = points_of(&made("2x3/1", 6));
    let file = encode(&points, &of);
    assert_eq!((file.len(), decode(&file, &of)), (BYTES, Ok(points)));
    for position in 0..file.len() {
        for bit in [1, 0x80] {
            let mut changed = file.clone();
            changed[position] ^= bit;
            assert!(decode(&changed, &of).is_err(), "byte {position}");
        }
        assert!(decode(&file[..position], &of).is_err(), "cut at {position}");
    }
    assert!(decode(&[&file[..], &[0]].concat(), &of).is_err());
    // Of another version, by its name.
    let mut other = file.clone();
    other[8] += 1;
    let found = (VERSION + 1).to_string();
    let refused = decode(&sealed(other), &of);
    assert!(
        matches!(&refused, Err(SetPointsError::Malformed(MalformedError::WrongVersion { found: version, .. }))
        if *version == found),
        "{refused:?}"
    );
}

#[test]
fn set_points_for_another_key_or_other_scenarios_are_refused() {
    let made = made("2x3/1", 6);
    let (points, of) = points_of(&made);
    let file = encode(&points, &of);
    for (place, error) in [(KEY, SetPointsError::OtherKey), (INPUTS, SetPointsError::OtherScenarios)] {
        let mut other = file.clone();
        other[place + 31] ^= 1;
        assert_eq!(decode(&sealed(other), &of), Err(error));
    }
    let other_key = PointsOf { key: crate::groth16::made("2x3/1", 7).proving.digest(), ..of };
    assert_eq!(decode(&file, &other_key), Err(SetPointsError::OtherKey));
}

/// The digest of inputs tells shapes apart, and half-spreads.
#[test]
fn the_digest_of_scenario_inputs_is_over_all_of_them() {
    let zero = |shape: &str| ScenarioInputs::zero(shape.parse().unwrap());
    let mut digests = vec![];
    for shape in ["2x3", "2x3/1", "2x3+limits", "2x3/1+2books"] {
        digests.push(inputs_digest(&zero(shape)));
    }
    let mut spread = zero("2x3+limits");
    spread.set_half_spreads(&[0, 0, 1]);
    assert_eq!(spread.of_factor(FactorRow::HalfSpread, 2), 1);
    digests.push(inputs_digest(&spread));
    digests.push(inputs_digest(&made("2x3", 6).scenarios));
    let all = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), all);
}

/// Points of the attacker's choice under right digests: off the curve, at the modulus, outside the
/// subgroup of G2.
#[test]
fn set_points_outside_their_groups_are_refused_under_right_digests() {
    let (points, of) = points_of(&made("2x3/1", 6));
    let file = encode(&points, &of);
    let refused = |at: usize, bytes: &[u8]| {
        let mut changed = file.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        let refused = decode(&sealed(changed), &of);
        assert!(
            matches!(refused, Err(SetPointsError::Malformed(MalformedError::BadPoint { .. }))),
            "{at}: {refused:?}"
        );
    };
    let mut of_order_two = Vec::new();
    write_points(&mut of_order_two, &[G1Affine::new_unchecked(1u64.into(), 0u64.into())]);
    for at in [A, B_G1, C] {
        refused(at, &of_order_two);
        refused(at, &[0xff; 64]);
    }
    refused(B_G2, &[0xff; 128]);
    let on_twist = (1u64..).find_map(|x| {
        let x = ark_bn254::Fq2::new(x.into(), ark_bn254::Fq::ONE);
        G2Affine::get_point_from_x_unchecked(x, false)
    });
    let mut outside = Vec::new();
    on_twist.unwrap().write(&mut outside);
    refused(B_G2, &outside);
    // The point at infinity is in every group: the part of a set without entries.
    let none = [G1Affine::zero(); 1];
    let mut zero = Vec::new();
    write_points(&mut zero, &none);
    let mut changed = file.clone();
    changed[A..A + 64].copy_from_slice(&zero);
    assert!(decode(&sealed(changed), &of).is_ok());
}
