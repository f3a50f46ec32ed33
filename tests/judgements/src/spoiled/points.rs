//! The proof itself: points and bytes.

use ark_bn254::{Fq, Fq2, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use serde_json::{Value, json};
use tailproof_verifier::encoding::{from_hex, to_hex};

use super::{bad_input, not_valid, other_digit, with_field, with_proof};
use crate::claims::Claim;
use crate::made::{Made, Way, Work};

/// Places of the eight coordinates.
const COORDINATES: [&str; 8] = [
    "/proof/a/0",
    "/proof/a/1",
    "/proof/b/0/0",
    "/proof/b/0/1",
    "/proof/b/1/0",
    "/proof/b/1/1",
    "/proof/c/0",
    "/proof/c/1",
];

pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("a coordinate of A", |work, claim| moved(work, claim, 0)),
        ("a coordinate of B", |work, claim| moved(work, claim, 4)),
        ("a coordinate of C", |work, claim| moved(work, claim, 7)),
        ("a digit anywhere in the points", |work, claim| moved(work, claim, work.draw.below(8))),
        ("A and C change places", |work, claim| {
            let mut proof = groth16(claim)?.clone();
            let (a, c) = (proof["proof"]["a"].take(), proof["proof"]["c"].take());
            (proof["proof"]["a"], proof["proof"]["c"]) = (c, a);
            not_valid(with_proof(work, claim, proof.to_string()))
        }),
        ("the negative of A", |work, claim| {
            groth16(claim)?;
            not_valid(with_field(work, claim, "/proof/a/1", negative)?)
        }),
        ("the negative of B", |work, claim| {
            let mut proof = groth16(claim)?.clone();
            let y = proof.pointer_mut("/proof/b/1")?;
            *y = json!([negative(&y[0]), negative(&y[1])]);
            not_valid(with_proof(work, claim, proof.to_string()))
        }),
        ("A of another proof of the same claim", |work, claim| of_another(work, claim, "/proof/a")),
        ("B of another proof of the same claim", |work, claim| of_another(work, claim, "/proof/b")),
        ("C of another proof of the same claim", |work, claim| of_another(work, claim, "/proof/c")),
        ("a coordinate at or above the modulus", |work, claim| {
            groth16(claim)?;
            chained(bad_input(with_field(work, claim, "/proof/c/0", beyond_modulus)?))
        }),
        ("A at infinity", |work, claim| {
            groth16(claim)?;
            let zero = to_hex(&Fq::from(0u64));
            chained(bad_input(with_field(work, claim, "/proof/a", |_| json!([zero, zero]))?))
        }),
        ("B outside its subgroup", |work, claim| {
            groth16(claim)?;
            chained(bad_input(with_field(work, claim, "/proof/b", |_| outside_the_subgroup())?))
        }),
        ("a coordinate of the scenario point", |work, claim| {
            bad_input(with_field(work, claim, "/scenario_point/0", |x| other_digit(x, 0))?)
        }),
        ("another scenario point", |work, claim| {
            let mut proof = groth16(claim)?.clone();
            proof["scenario_point"] = proof["proof"]["a"].clone();
            super::not_valid_off_chain(with_proof(work, claim, proof.to_string()))
        }),
        ("a digit anywhere in a proof of halo2", |work, claim| {
            let digits = halo2(claim)?.len() - 2;
            not_valid(with_field(work, claim, "/proof", |proof| other_digit(proof, work.draw.below(digits)))?)
        }),
        ("a proof of halo2 without its last 32 bytes", |work, claim| {
            let cut = halo2(claim)?.len() - 64;
            not_valid(with_field(work, claim, "/proof", |proof| proof.as_str().unwrap()[..cut].into())?)
        }),
        ("a proof of halo2 with 32 bytes more", |work, claim| {
            halo2(claim)?;
            let longer = |proof: &Value| format!("{}{}", proof.as_str().unwrap(), "00".repeat(32)).into();
            not_valid(with_field(work, claim, "/proof", longer)?)
        }),
    ]
}

fn groth16(claim: &Claim) -> Option<&Value> {
    claim.is_groth16().then_some(&claim.proof)
}

fn halo2(claim: &Claim) -> Option<&str> {
    claim.proof["proof"].as_str()
}

/// A contract is given such points too.
fn chained(made: Option<Made>) -> Option<Made> {
    made.map(|made| Made { on_chain: true, ..made })
}

/// A coordinate with a digit changed, so that the point is off its curve: no other digit of one coordinate alone is
/// on it, except with a chance of about 2^-250.
fn moved(work: &Work<'_>, claim: &Claim, coordinate: usize) -> Option<Made> {
    groth16(claim)?;
    // Not the first digits: they may lift the number over the modulus, which is another case.
    let from_end = work.draw.below(60);
    chained(bad_input(with_field(work, claim, COORDINATES[coordinate], |value| other_digit(value, from_end))?))
}

fn of_another(work: &Work<'_>, claim: &Claim, pointer: &str) -> Option<Made> {
    groth16(claim)?;
    not_valid(with_field(work, claim, pointer, |_| claim.again.pointer(pointer).unwrap().clone())?)
}

fn field(value: &Value) -> Fq {
    from_hex("coordinate", value.as_str().unwrap()).unwrap()
}

fn negative(value: &Value) -> Value {
    to_hex(&-field(value)).into()
}

/// The same coordinate plus the modulus, which fits 32 bytes.
fn beyond_modulus(value: &Value) -> Value {
    let mut number = field(value).into_bigint();
    assert!(!number.add_with_carry(&Fq::MODULUS));
    format!("0x{}", hex::encode(number.to_bytes_be())).into()
}

/// A point on the curve of B that is in no proof.
fn outside_the_subgroup() -> Value {
    let points =
        (1u64..).filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(0u64)), false));
    let point = points.into_iter().find(|point| !point.is_in_correct_subgroup_assuming_on_curve()).unwrap();
    let (x, y) = point.xy().unwrap();
    json!([[to_hex(&x.c0), to_hex(&x.c1)], [to_hex(&y.c0), to_hex(&y.c1)]])
}
