//! Proof files: JSON with the claim in words, the public values it takes to rebuild the instance, and the proof.
//!
//! A verifier recomputes every control input from its own mandate and scenario files. From the proof file it takes only the
//! three points, the commitment, and the book unit (which the commitment contains, so that a wrong one fails); whatever
//! else the file states must equal what follows from the verifier's files.

use ark_bn254::{Fq2, Fr, G1Affine};
use halo2_proofs::pasta::Fp;
use serde::{Deserialize, Serialize};
use tailproof_core::Unit;
use tailproof_core::text::parse_decimal;

use crate::commitment::{CommitmentField, consolidated};
use crate::encoding::{
    digest_from_hex, from_hex, g1_from_coordinates, g2_from_coordinates, input_from_hex, input_to_hex, parse_file,
    to_hex,
};
use crate::error::{InstanceError, MalformedError, VerifyError};
use crate::groth16::{Proof, VerifyingKey};
use crate::halo2;
use crate::key_file::key_digest;
use crate::market::controls::{CONTROLS, InputField};
use crate::market::layout::{COMMITMENT, CONTEXT};
use crate::proposition::Proposition;
use crate::scenario_point::scenario_point;
use crate::shape::{Shape, Statement};

/// Version of the proof file.
pub const VERSION: u16 = 1;
const FORMAT: &str = "tailproof-proof";

/// The name of a statement in a file.
fn statement_name(shape: Shape) -> &'static str {
    match shape.statement() {
        Statement::Market { .. } | Statement::MarketLimits => "market",
        Statement::Parametric => "parametric",
        Statement::Pool(_) => "pool",
    }
}

/// The file as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    format: String,
    version: u16,
    backend: String,
    statement: String,
    shape: String,
    keys: String,
    claim: ClaimText,
    commitment: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    commitments: Vec<String>,
    context: String,
    controls: [String; CONTROLS],
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario_point: Option<[String; 2]>,
    proof: ProofJson,
}

/// The part of a file that a proof system determines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum ProofJson {
    /// Groth16
    Points(Points),
    /// halo2: bytes in hex
    Bytes(String),
}

/// A proof system: its field, and what its proofs are.
pub trait ProofSystem: sealed::Codec {
    /// The field of public inputs.
    type Field: CommitmentField;
    /// What a file holds for the verifier besides the claim.
    type Evidence: Clone + PartialEq + Eq + std::fmt::Debug;
    /// The name in the file's `backend`.
    const BACKEND: &'static str;
}

mod sealed {
    use super::{MalformedError, ProofJson, ProofSystem};

    /// Evidence from and to a file. Not for other crates.
    pub trait Codec {
        /// Writes evidence.
        #[allow(private_interfaces)]
        fn encode(evidence: &<Self as ProofSystem>::Evidence) -> (Option<[String; 2]>, ProofJson)
        where
            Self: ProofSystem;
        /// Reads evidence.
        #[allow(private_interfaces)]
        fn decode(
            point: Option<[String; 2]>,
            proof: ProofJson,
        ) -> Result<<Self as ProofSystem>::Evidence, MalformedError>
        where
            Self: ProofSystem;
    }
}

/// Groth16 over BN254.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groth16;

/// halo2 with the inner-product argument over the Pasta curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halo2;

/// A Groth16 proof, and the scenario point for whoever sends it to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groth16Evidence {
    /// the scenario point as the prover states it
    pub scenario_point: G1Affine,
    /// the proof
    pub proof: Proof,
}

impl ProofSystem for Groth16 {
    type Field = Fr;
    type Evidence = Groth16Evidence;
    const BACKEND: &'static str = "groth16-bn254";
}

impl ProofSystem for Halo2 {
    type Field = Fp;
    type Evidence = Vec<u8>;
    const BACKEND: &'static str = "halo2-ipa-pasta";
}

fn wrong_proof(expected: &str) -> MalformedError {
    let expected = expected.to_owned();
    MalformedError::Unexpected { field: "proof", found: "that of another backend".into(), expected }
}

impl sealed::Codec for Groth16 {
    #[allow(private_interfaces)]
    fn encode(evidence: &Groth16Evidence) -> (Option<[String; 2]>, ProofJson) {
        let Groth16Evidence { scenario_point: point, proof: Proof { a, b, c } } = evidence;
        let points = Points {
            a: [to_hex(&a.x), to_hex(&a.y)],
            b: [[to_hex(&b.x.c0), to_hex(&b.x.c1)], [to_hex(&b.y.c0), to_hex(&b.y.c1)]],
            c: [to_hex(&c.x), to_hex(&c.y)],
        };
        (Some([to_hex(&point.x), to_hex(&point.y)]), ProofJson::Points(points))
    }

    #[allow(private_interfaces)]
    fn decode(point: Option<[String; 2]>, proof: ProofJson) -> Result<Groth16Evidence, MalformedError> {
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
}

impl sealed::Codec for Halo2 {
    #[allow(private_interfaces)]
    fn encode(evidence: &Vec<u8>) -> (Option<[String; 2]>, ProofJson) {
        (None, ProofJson::Bytes(format!("0x{}", hex::encode(evidence))))
    }

    #[allow(private_interfaces)]
    fn decode(point: Option<[String; 2]>, proof: ProofJson) -> Result<Vec<u8>, MalformedError> {
        let (None, ProofJson::Bytes(text)) = (point, proof) else {
            return Err(wrong_proof("bytes, and no scenario_point"));
        };
        let digits = text.strip_prefix("0x").filter(|digits| !digits.bytes().any(|byte| byte.is_ascii_uppercase()));
        let bytes = digits.and_then(|digits| hex::decode(digits).ok());
        bytes.ok_or_else(|| MalformedError::NotCanonical { field: "proof".into() })
    }
}

/// The `backend` of a proof file.
///
/// # Errors
/// Not a proof file.
pub fn backend_of(text: &str) -> Result<String, MalformedError> {
    parse_file::<Json>(text, FORMAT).map(|json| json.backend)
}

/// The claim in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimText {
    /// name of the mandate
    pub mandate: String,
    /// its digest
    pub mandate_digest: String,
    /// its clauses, one sentence each
    pub clauses: Vec<String>,
    /// number of scenarios
    pub scenarios: usize,
    /// digest of the scenario set
    pub scenarios_digest: String,
    /// factor names
    pub factors: Vec<String>,
    /// value of a book unit, in currency
    pub unit: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Points {
    a: [String; 2],
    b: [[String; 2]; 2],
    c: [String; 2],
}

/// A decoded proof file: canonical numbers, points on their curves and in their subgroups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile<S: ProofSystem = Groth16> {
    /// shape of the keys
    pub shape: Shape,
    /// digest of the verifying key
    pub keys: [u8; 32],
    /// the claim as the prover words it
    pub claim: ClaimText,
    /// value of a book unit
    pub unit: Unit,
    /// commitment to the book: of a consolidated one, what its sub-books' commitments make together
    pub commitment: S::Field,
    /// commitments to the sub-books of a consolidated book; empty for one book
    pub commitments: Vec<S::Field>,
    /// what the proof is bound to
    pub context: S::Field,
    /// the control inputs as the prover states them, for whoever sends the proof to a contract
    pub controls: [S::Field; CONTROLS],
    /// the proof, and what it needs
    pub evidence: S::Evidence,
}

/// Why a proof file was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// made with other keys
    #[error("the proof was made with other keys")]
    OtherKeys,
    /// the claim cannot be stated for the keys
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// not a proof of the claim
    #[error(transparent)]
    NotValid(#[from] VerifyError),
}

/// What a verifier may bring besides mandate and scenario set.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckOptions {
    /// the use the proof must be bound to, in place of the digest of mandate and scenario set
    pub context: Option<Fr>,
    /// a scenario point attested by someone who is not the prover, in place of the one recomputed from the scenario set
    pub scenario_point: Option<G1Affine>,
}

impl<S: ProofSystem> ProofFile<S> {
    /// The file for a proof of a claim that follows from public files and is about a book or tape in units of `unit`, with keys of a
    /// given shape and digest.
    pub fn new<'p>(
        (shape, keys): (Shape, [u8; 32]),
        proposition: impl Into<Proposition<'p>>,
        unit: Unit,
        controls: [S::Field; CONTROLS],
        evidence: S::Evidence,
    ) -> Self {
        Self {
            shape,
            keys,
            claim: proposition.into().text(unit),
            unit,
            commitment: controls[COMMITMENT - 1],
            commitments: Vec::new(),
            context: controls[CONTEXT - 1],
            controls,
            evidence,
        }
    }

    /// The file with the commitments to the sub-books of a consolidated book, which say nothing if there is only one.
    pub fn with_commitments(mut self, commitments: &[S::Field]) -> Self {
        self.commitments = if commitments.len() > 1 { commitments.to_vec() } else { Vec::new() };
        self
    }

    /// The commitments to the sub-books: the commitment itself for one book.
    pub fn sub_books(&self) -> &[S::Field] {
        if self.commitments.is_empty() { std::slice::from_ref(&self.commitment) } else { &self.commitments }
    }

    /// Writes the file's JSON.
    pub fn to_json(&self) -> String {
        let (scenario_point, proof) = S::encode(&self.evidence);
        let json = Json {
            format: FORMAT.into(),
            version: VERSION,
            backend: S::BACKEND.into(),
            statement: statement_name(self.shape).into(),
            shape: self.shape.to_string(),
            keys: hex::encode(self.keys),
            claim: self.claim.clone(),
            commitment: input_to_hex(&self.commitment),
            commitments: self.commitments.iter().map(input_to_hex).collect(),
            context: input_to_hex(&self.context),
            controls: self.controls.map(|control| input_to_hex(&control)),
            scenario_point,
            proof,
        };
        let mut text = serde_json::to_string_pretty(&json).expect("strings and numbers are always JSON");
        text.push('\n');
        text
    }

    /// Reads a proof file strictly.
    ///
    /// # Errors
    /// Missing, doubled or extra fields; another format, version or backend; a number not in its one canonical form; a point
    /// off its curve, outside its subgroup or at infinity.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: Json = parse_file(text, FORMAT)?;
        let expect = |field, found: &str, expected: &str| {
            if found == expected {
                return Ok(());
            }
            Err(MalformedError::Unexpected { field, found: found.to_owned(), expected: expected.to_owned() })
        };
        if json.version != VERSION {
            return Err(MalformedError::WrongVersion {
                what: "the proof file",
                found: json.version.to_string(),
                expected: VERSION,
            });
        }
        expect("backend", &json.backend, S::BACKEND)?;
        let shape: Shape = json.shape.parse().map_err(|_| MalformedError::Unexpected {
            field: "shape",
            found: json.shape.clone(),
            expected: "TxN".into(),
        })?;
        expect("shape", &json.shape, &shape.to_string())?;
        expect("statement", &json.statement, statement_name(shape))?;
        let unit = parse_decimal(&json.claim.unit)
            .and_then(Unit::from_decimal)
            .ok()
            .filter(|unit| unit.to_string() == json.claim.unit)
            .ok_or_else(|| MalformedError::NotCanonical { field: "claim.unit".into() })?;
        let mut commitments = Vec::with_capacity(json.commitments.len());
        for (index, text) in json.commitments.iter().enumerate() {
            commitments.push(input_from_hex(&format!("commitments[{index}]"), text)?);
        }
        let commitment = input_from_hex("commitment", &json.commitment)?;
        let books = if shape.books() == 1 { 0 } else { shape.books() };
        if commitments.len() != books || (books > 1 && consolidated(&commitments) != commitment) {
            return Err(MalformedError::Unexpected {
                field: "commitments",
                found: format!("{} of them", commitments.len()),
                expected: format!("{books}, which make the commitment together"),
            });
        }
        let mut controls = Vec::with_capacity(CONTROLS);
        for (index, text) in json.controls.iter().enumerate() {
            controls.push(input_from_hex(&format!("controls[{index}]"), text)?);
        }
        Ok(Self {
            shape,
            keys: digest_from_hex("keys", &json.keys)?,
            unit,
            commitment,
            commitments,
            context: input_from_hex("context", &json.context)?,
            controls: controls.try_into().expect("as many as there are controls"),
            evidence: S::decode(json.scenario_point, json.proof)?,
            claim: json.claim,
        })
    }

    /// The controls that a verifier's own public files make of the file's commitment and unit. Whatever else the file states must say
    /// the same.
    fn expected_controls(
        &self,
        proposition: Proposition<'_>,
        options: &CheckOptions,
    ) -> Result<[S::Field; CONTROLS], CheckError> {
        let bound =
            options.context.map(|context| InputField::from_limbs(context.limbs()).expect("below every modulus"));
        let expected = bound.unwrap_or_else(|| proposition.context());
        let controls = match proposition.controls(self.shape, self.unit, self.commitment, expected) {
            Err(InstanceError::UnitTooCoarse { unit, coarsest }) => {
                return Err(VerifyError::UnitTooCoarse { unit, coarsest }.into());
            }
            other => other?,
        };
        if let Some(unit) = proposition.unit() {
            differs("unit", self.unit.to_string(), unit.to_string())?;
        }
        self.states(&proposition.text(self.unit), &controls)?;
        Ok(controls)
    }

    /// Whether the file states the claim that the verifier's files make.
    fn states(&self, expected: &ClaimText, claim: &[S::Field; CONTROLS]) -> Result<(), VerifyError> {
        let stated = &self.claim;
        let list = |items: &[String]| items.join("; ");
        differs("mandate digest", &stated.mandate_digest, &expected.mandate_digest)?;
        differs("scenarios digest", &stated.scenarios_digest, &expected.scenarios_digest)?;
        differs("mandate", &stated.mandate, &expected.mandate)?;
        if stated.clauses != expected.clauses {
            let (stated, expected) = (list(&stated.clauses), list(&expected.clauses));
            return Err(VerifyError::OtherClaim { field: "list of clauses", stated, expected });
        }
        differs("number of scenarios", stated.scenarios.to_string(), expected.scenarios.to_string())?;
        if stated.factors != expected.factors {
            let (stated, expected) = (list(&stated.factors), list(&expected.factors));
            return Err(VerifyError::OtherClaim { field: "list of factors", stated, expected });
        }
        differs("context", input_to_hex(&self.context), input_to_hex(&claim[CONTEXT - 1]))?;
        let controls = |controls: &[S::Field]| list(&controls.iter().map(input_to_hex).collect::<Vec<_>>());
        differs("list of controls", controls(&self.controls), controls(claim))
    }
}

impl ProofFile<Groth16> {
    /// Verifies the proof against a verifier's own key and public files, and returns the controls of the claim that it proves.
    ///
    /// Every control input is recomputed; so is the scenario point, unless an attested one is given. Whatever else the file
    /// states must say the same.
    ///
    /// # Errors
    /// Other keys; a claim that cannot be stated for the keys; a proof of another claim, or of none.
    pub fn check<'p>(
        &self,
        key: &VerifyingKey,
        proposition: impl Into<Proposition<'p>>,
        options: CheckOptions,
    ) -> Result<[Fr; CONTROLS], CheckError> {
        let proposition = proposition.into();
        if self.shape != key.shape() || self.keys != key_digest(key) {
            return Err(CheckError::OtherKeys);
        }
        let inputs = proposition.inputs(self.shape)?;
        let controls = self.expected_controls(proposition, &options)?;
        let point = options.scenario_point.unwrap_or_else(|| scenario_point(key, &inputs));
        let Groth16Evidence { scenario_point: stated, proof } = &self.evidence;
        differs("scenario point", g1_text(stated), g1_text(&point))?;
        key.verify(&controls, &point, proof)?;
        Ok(controls)
    }
}

impl ProofFile<Halo2> {
    /// Verifies the proof against a key that the verifier derived and public files, and returns the controls of the claim that it
    /// proves.
    ///
    /// # Errors
    /// As [`ProofFile::<Groth16>::check`].
    pub fn check<'p>(
        &self,
        key: &halo2::VerifyingKey,
        proposition: impl Into<Proposition<'p>>,
        options: CheckOptions,
    ) -> Result<[Fp; CONTROLS], CheckError> {
        let proposition = proposition.into();
        if self.shape != key.shape() || self.keys != key.digest() {
            return Err(CheckError::OtherKeys);
        }
        let inputs = proposition.inputs(self.shape)?;
        let controls = self.expected_controls(proposition, &options)?;
        key.verify(&controls, &inputs, &self.evidence)?;
        Ok(controls)
    }
}

fn g1_text(point: &G1Affine) -> String {
    format!("({}, {})", to_hex(&point.x), to_hex(&point.y))
}

fn differs(field: &'static str, stated: impl Into<String>, expected: impl Into<String>) -> Result<(), VerifyError> {
    let (stated, expected) = (stated.into(), expected.into());
    if stated == expected { Ok(()) } else { Err(VerifyError::OtherClaim { field, stated, expected }) }
}
