//! Keys, public signals and proofs in the layout of snarkjs, so that `snarkjs groth16 verify`
//! checks them.
//!
//! snarkjs takes every public input separately and does a scalar multiplication for each, so use
//! this for small shapes.

use ark_bn254::{Fq, Fq2, Fq12, Fr, G1Affine, G2Affine};
use ark_ff::{Field, PrimeField};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::encoding::{g1_from_coordinates, g2_from_coordinates, parse_json};
use crate::error::MalformedError;
use crate::groth16::{Proof, VerifyingKey};

fn decimal<F: PrimeField>(value: &F) -> Value {
    Value::String(value.into_bigint().to_string())
}

fn g1(point: &G1Affine) -> Value {
    json!([decimal(&point.x), decimal(&point.y), "1"])
}

fn g2(point: &G2Affine) -> Value {
    json!([[decimal(&point.x.c0), decimal(&point.x.c1)], [decimal(&point.y.c0), decimal(&point.y.c1)], ["1", "0"]])
}

/// Returns the content of `verification_key.json`.
pub fn verification_key(key: &VerifyingKey) -> Value {
    let groth16 = key.groth16();
    let pairing: Fq12 = <ark_bn254::Bn254 as ark_ec::pairing::Pairing>::pairing(groth16.alpha_g1, groth16.beta_g2).0;
    let coefficients: Vec<Value> = pairing.to_base_prime_field_elements().map(|value| decimal(&value)).collect();
    let nested: Vec<Value> =
        coefficients.chunks(6).map(|half| half.chunks(2).map(|pair| json!(pair)).collect::<Vec<_>>().into()).collect();
    json!({
        "protocol": "groth16",
        "curve": "bn128",
        "nPublic": groth16.gamma_abc_g1.len() - 1,
        "vk_alpha_1": g1(&groth16.alpha_g1),
        "vk_beta_2": g2(&groth16.beta_g2),
        "vk_gamma_2": g2(&groth16.gamma_g2),
        "vk_delta_2": g2(&groth16.delta_g2),
        "vk_alphabeta_12": nested,
        "IC": groth16.gamma_abc_g1.iter().map(g1).collect::<Vec<_>>(),
    })
}

/// Returns the content of `proof.json`.
pub fn proof(proof: &Proof) -> Value {
    json!({
        "pi_a": g1(&proof.a),
        "pi_b": g2(&proof.b),
        "pi_c": g1(&proof.c),
        "protocol": "groth16",
        "curve": "bn128",
    })
}

/// Returns the proof in a `proof.json` made by snarkjs or a compatible prover.
///
/// # Errors
/// Errors on another protocol or curve, on a number that is not canonical, and on a point off its
/// curve, outside its subgroup or at infinity.
pub fn parse_proof(text: &str) -> Result<Proof, MalformedError> {
    let json: ProofJson = parse_json(text)?;
    let curve = json.curve.as_deref().unwrap_or("bn128");
    for (field, found, expected) in [("protocol", json.protocol.as_str(), "groth16"), ("curve", curve, "bn128")] {
        if found != expected {
            return Err(MalformedError::Unexpected { field, found: found.into(), expected: expected.into() });
        }
    }
    let number = |field: &str, text: &str| -> Result<Fq, MalformedError> {
        // No number below the modulus has more digits.
        let digits = Some(text).filter(|text| text.len() <= 77);
        let value =
            digits.and_then(|text| text.parse::<Fq>().ok()).filter(|value| value.into_bigint().to_string() == *text);
        value.ok_or_else(|| {
            MalformedError::Syntax(format!(
                "{field}: expected a decimal number below the field's modulus, without leading zeros"
            ))
        })
    };
    let affine = |field: &str, last: &[&str], one: &[&str]| {
        let why = match last {
            _ if last == one => return Ok(()),
            _ if last.iter().all(|coordinate| *coordinate == "0") => "at infinity",
            _ => "not affine: its last coordinate is not 1",
        };
        Err(MalformedError::BadPoint { field: field.to_owned(), why })
    };
    let g1 = |field: &'static str, point: &[String; 3]| {
        affine(field, &[&point[2]], &["1"])?;
        g1_from_coordinates(field, number(field, &point[0])?, number(field, &point[1])?)
    };
    let fq2 =
        |pair: &[String; 2]| Ok::<_, MalformedError>(Fq2::new(number("pi_b", &pair[0])?, number("pi_b", &pair[1])?));
    affine("pi_b", &json.pi_b[2].each_ref().map(String::as_str), &["1", "0"])?;
    Ok(Proof {
        a: g1("pi_a", &json.pi_a)?,
        b: g2_from_coordinates("pi_b", fq2(&json.pi_b[0])?, fq2(&json.pi_b[1])?)?,
        c: g1("pi_c", &json.pi_c)?,
    })
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofJson {
    pi_a: [String; 3],
    pi_b: [[String; 2]; 3],
    pi_c: [String; 3],
    protocol: String,
    // rapidsnark leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    curve: Option<String>,
}

/// Returns the content of `public.json`: every public input after the constant 1.
pub fn public_signals(inputs: &[Fr]) -> Value {
    inputs.iter().map(decimal).collect::<Vec<_>>().into()
}
