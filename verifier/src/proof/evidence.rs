//! The part of a proof file that depends on the proof system.

use std::fmt::Debug;

use ark_bn254::{Fq2, G1Affine};
use serde::{Deserialize, Serialize};

use crate::encoding::{from_hex, g1_from_coordinates, g2_from_coordinates, to_hex};
use crate::error::MalformedError;
use crate::groth16::Proof;

/// The part of a file that depends on the proof system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ProofJson {
    /// The points of a Groth16 proof.
    Points(Points),
    /// The bytes of a halo2 proof, in hex.
    Bytes(String),
}

/// The points of a Groth16 proof, by their coordinates in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    a: [String; 2],
    b: [[String; 2]; 2],
    c: [String; 2],
}

/// Reads and writes evidence. The trait is sealed: its module is private.
pub trait Codec {
    /// The proof, and what else a file holds for the verifier.
    type Evidence: Clone + PartialEq + Eq + Debug + Send + Sync;

    /// Returns the scenario point and the proof as a file holds them.
    fn encode(evidence: &Self::Evidence) -> (Option<[String; 2]>, ProofJson);

    /// Returns the evidence in a file. Parsing is strict.
    ///
    /// # Errors
    /// The proof of another backend; a number or point that is not in its canonical form.
    fn decode(point: Option<[String; 2]>, proof: ProofJson) -> Result<Self::Evidence, MalformedError>;
}

/// A Groth16 proof, with the scenario point that a contract takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groth16Evidence {
    /// The scenario point as the prover states it.
    pub scenario_point: G1Affine,
    /// The proof.
    pub proof: Proof,
}

fn wrong_proof(expected: &str) -> MalformedError {
    let expected = expected.to_owned();
    MalformedError::Unexpected { field: "proof", found: "that of another backend".into(), expected }
}

/// Returns a Groth16 proof as a file holds it.
pub(crate) fn groth16_encode(evidence: &Groth16Evidence) -> (Option<[String; 2]>, ProofJson) {
    let Groth16Evidence { scenario_point: point, proof: Proof { a, b, c } } = evidence;
    let points = Points {
        a: [to_hex(&a.x), to_hex(&a.y)],
        b: [[to_hex(&b.x.c0), to_hex(&b.x.c1)], [to_hex(&b.y.c0), to_hex(&b.y.c1)]],
        c: [to_hex(&c.x), to_hex(&c.y)],
    };
    (Some([to_hex(&point.x), to_hex(&point.y)]), ProofJson::Points(points))
}

/// Reads a Groth16 proof.
pub(crate) fn groth16_decode(point: Option<[String; 2]>, proof: ProofJson) -> Result<Groth16Evidence, MalformedError> {
    let (Some([x, y]), ProofJson::Points(Points { a, b, c })) = (&point, &proof) else {
        return Err(wrong_proof("a scenario_point and the points a, b, c"));
    };
    let fq2 = |name: &str, pair: &[String; 2]| -> Result<Fq2, MalformedError> {
        Ok(Fq2::new(from_hex(&format!("{name}[0]"), &pair[0])?, from_hex(&format!("{name}[1]"), &pair[1])?))
    };
    let g1 = |name: &str, [x, y]: [&String; 2]| -> Result<G1Affine, MalformedError> {
        g1_from_coordinates(name, from_hex(&format!("{name}[0]"), x)?, from_hex(&format!("{name}[1]"), y)?)
    };
    let proof = Proof {
        a: g1("proof.a", [&a[0], &a[1]])?,
        b: g2_from_coordinates("proof.b", fq2("proof.b[0]", &b[0])?, fq2("proof.b[1]", &b[1])?)?,
        c: g1("proof.c", [&c[0], &c[1]])?,
    };
    Ok(Groth16Evidence { scenario_point: g1("scenario_point", [x, y])?, proof })
}

/// Returns a halo2 proof as a file holds it.
pub(crate) fn halo2_encode(evidence: &Vec<u8>) -> (Option<[String; 2]>, ProofJson) {
    (None, ProofJson::Bytes(format!("0x{}", hex::encode(evidence))))
}

/// Reads a halo2 proof.
pub(crate) fn halo2_decode(point: Option<[String; 2]>, proof: ProofJson) -> Result<Vec<u8>, MalformedError> {
    let (None, ProofJson::Bytes(text)) = (point, proof) else {
        return Err(wrong_proof("bytes, and no scenario_point"));
    };
    let digits = text.strip_prefix("0x").filter(|digits| !digits.bytes().any(|byte| byte.is_ascii_uppercase()));
    let bytes = digits.and_then(|digits| hex::decode(digits).ok());
    bytes.ok_or_else(|| MalformedError::NotCanonical { field: "proof".into() })
}

/// Returns the coordinates of a point for an error message.
pub(crate) fn g1_text(point: &G1Affine) -> String {
    format!("({}, {})", to_hex(&point.x), to_hex(&point.y))
}
