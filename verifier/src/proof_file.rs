//! Proof files: JSON with the claim in words, the public values it takes to rebuild the instance, and the proof.
//!
//! A verifier recomputes every control input from its own mandate and scenario files. From the proof file it takes only the
//! three points, the commitment, and the book unit (which the commitment contains, so that a wrong one fails); whatever
//! else the file states must equal what follows from the verifier's files.

use ark_bn254::{Fq2, Fr, G1Affine};
use serde::{Deserialize, Serialize};
use tailproof_risk::input::parse_decimal;
use tailproof_risk::{Mandate, ScenarioSet, Unit, scenario_file};

use crate::encoding::{digest_from_hex, from_hex, g1_from_coordinates, g2_from_coordinates, parse_json, to_hex};
use crate::error::{InstanceError, MalformedError, VerifyError};
use crate::groth16::{Proof, VerifyingKey};
use crate::key_file::key_digest;
use crate::market::controls::CONTROLS;
use crate::market::layout::ScenarioInputs;
use crate::market::{MarketClaim, context};
use crate::scenario_point::scenario_point;
use crate::shape::Shape;

/// Version of the proof file.
pub const VERSION: u16 = 1;
const FORMAT: &str = "tailproof-proof";
const BACKEND: &str = "groth16-bn254";
const STATEMENT: &str = "market";

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
    context: String,
    controls: [String; CONTROLS],
    scenario_point: [String; 2],
    proof: Points,
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

impl ClaimText {
    fn new(mandate: &Mandate, set: &ScenarioSet, unit: Unit) -> Self {
        Self {
            mandate: mandate.name().to_owned(),
            mandate_digest: hex::encode(mandate.digest()),
            clauses: mandate.clauses().iter().map(ToString::to_string).collect(),
            scenarios: set.scenarios(),
            scenarios_digest: hex::encode(scenario_file::digest(set)),
            factors: set.factors().to_vec(),
            unit: unit.to_string(),
        }
    }
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
pub struct ProofFile {
    /// shape of the keys
    pub shape: Shape,
    /// digest of the verifying key file
    pub keys: [u8; 32],
    /// the claim as the prover words it
    pub claim: ClaimText,
    /// value of a book unit
    pub unit: Unit,
    /// commitment to the book
    pub commitment: Fr,
    /// what the proof is bound to
    pub context: Fr,
    /// the control inputs as the prover states them, for whoever sends the proof to a contract
    pub controls: [Fr; CONTROLS],
    /// the scenario point as the prover states it, likewise
    pub scenario_point: G1Affine,
    /// the proof
    pub proof: Proof,
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

impl ProofFile {
    /// The file for a proof of a claim that follows from a mandate and a scenario set.
    pub fn new(
        key: &VerifyingKey,
        mandate: &Mandate,
        set: &ScenarioSet,
        claim: &MarketClaim,
        scenario_point: G1Affine,
        proof: Proof,
    ) -> Self {
        Self {
            shape: claim.shape,
            keys: key_digest(key),
            claim: ClaimText::new(mandate, set, claim.unit),
            unit: claim.unit,
            commitment: claim.commitment,
            context: claim.context,
            controls: claim.controls(),
            scenario_point,
            proof,
        }
    }

    /// Writes the file's JSON.
    pub fn to_json(&self) -> String {
        let Proof { a, b, c } = &self.proof;
        let json = Json {
            format: FORMAT.into(),
            version: VERSION,
            backend: BACKEND.into(),
            statement: STATEMENT.into(),
            shape: self.shape.to_string(),
            keys: hex::encode(self.keys),
            claim: self.claim.clone(),
            commitment: to_hex(&self.commitment),
            context: to_hex(&self.context),
            controls: self.controls.map(|control| to_hex(&control)),
            scenario_point: [to_hex(&self.scenario_point.x), to_hex(&self.scenario_point.y)],
            proof: Points {
                a: [to_hex(&a.x), to_hex(&a.y)],
                b: [[to_hex(&b.x.c0), to_hex(&b.x.c1)], [to_hex(&b.y.c0), to_hex(&b.y.c1)]],
                c: [to_hex(&c.x), to_hex(&c.y)],
            },
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
        let json: Json = parse_json(text)?;
        let expect = |field, found: &str, expected: &str| {
            if found == expected {
                return Ok(());
            }
            Err(MalformedError::Unexpected { field, found: found.to_owned(), expected: expected.to_owned() })
        };
        expect("format", &json.format, FORMAT)?;
        if json.version != VERSION {
            return Err(MalformedError::WrongVersion {
                what: "the proof file",
                found: json.version.to_string(),
                expected: VERSION,
            });
        }
        expect("backend", &json.backend, BACKEND)?;
        expect("statement", &json.statement, STATEMENT)?;
        let shape: Shape = json.shape.parse().map_err(|_| MalformedError::Unexpected {
            field: "shape",
            found: json.shape.clone(),
            expected: "TxN".into(),
        })?;
        expect("shape", &json.shape, &shape.to_string())?;
        let unit = parse_decimal(&json.claim.unit)
            .and_then(Unit::from_decimal)
            .ok()
            .filter(|unit| unit.to_string() == json.claim.unit)
            .ok_or_else(|| MalformedError::NotCanonical { field: "claim.unit".into() })?;
        let Points { a, b, c } = &json.proof;
        let fq2 = |name: &str, pair: &[String; 2]| -> Result<Fq2, MalformedError> {
            Ok(Fq2::new(from_hex(&format!("{name}[0]"), &pair[0])?, from_hex(&format!("{name}[1]"), &pair[1])?))
        };
        let proof = Proof {
            a: g1_from_coordinates("proof.a", from_hex("proof.a[0]", &a[0])?, from_hex("proof.a[1]", &a[1])?)?,
            b: g2_from_coordinates("proof.b", fq2("proof.b[0]", &b[0])?, fq2("proof.b[1]", &b[1])?)?,
            c: g1_from_coordinates("proof.c", from_hex("proof.c[0]", &c[0])?, from_hex("proof.c[1]", &c[1])?)?,
        };
        let mut controls = [Fr::default(); CONTROLS];
        for (index, text) in json.controls.iter().enumerate() {
            controls[index] = from_hex(&format!("controls[{index}]"), text)?;
        }
        let [x, y] = &json.scenario_point;
        let scenario_point = g1_from_coordinates(
            "scenario_point",
            from_hex("scenario_point[0]", x)?,
            from_hex("scenario_point[1]", y)?,
        )?;
        Ok(Self {
            shape,
            controls,
            scenario_point,
            keys: digest_from_hex("keys", &json.keys)?,
            unit,
            commitment: from_hex("commitment", &json.commitment)?,
            context: from_hex("context", &json.context)?,
            proof,
            claim: json.claim,
        })
    }

    /// Verifies the proof against a verifier's own key, mandate and scenario set, and returns the claim that it proves.
    ///
    /// Every control input is recomputed; so is the scenario point, unless an attested one is given. Whatever else the file
    /// states must say the same.
    ///
    /// # Errors
    /// Other keys; a claim that cannot be stated for the keys; a proof of another claim, or of none.
    pub fn check(
        &self,
        key: &VerifyingKey,
        mandate: &Mandate,
        set: &ScenarioSet,
        options: CheckOptions,
    ) -> Result<MarketClaim, CheckError> {
        if self.shape != key.shape() || self.keys != key_digest(key) {
            return Err(CheckError::OtherKeys);
        }
        let scenarios_digest = scenario_file::digest(set);
        let expected_context = options.context.unwrap_or_else(|| context(&mandate.digest(), &scenarios_digest));
        let claim = match MarketClaim::new(self.shape, mandate, set, self.unit, self.commitment, expected_context) {
            Err(InstanceError::UnitTooCoarse { unit, coarsest }) => {
                return Err(VerifyError::UnitTooCoarse { unit, coarsest }.into());
            }
            other => other?,
        };
        let inputs = ScenarioInputs::new(self.shape, set)?;
        self.states(&ClaimText::new(mandate, set, self.unit), &claim)?;
        let point = options.scenario_point.unwrap_or_else(|| scenario_point(key, &inputs));
        differs("scenario point", g1_text(&self.scenario_point), g1_text(&point))?;
        key.verify(&claim.controls(), &point, &self.proof)?;
        Ok(claim)
    }

    /// Whether the file states the claim that the verifier's files make.
    fn states(&self, expected: &ClaimText, claim: &MarketClaim) -> Result<(), VerifyError> {
        let stated = &self.claim;
        let list = |items: &[String]| items.join("; ");
        differs("mandate digest", &stated.mandate_digest, &expected.mandate_digest)?;
        differs("scenarios digest", &stated.scenarios_digest, &expected.scenarios_digest)?;
        differs("mandate", &stated.mandate, &expected.mandate)?;
        differs("list of clauses", list(&stated.clauses), list(&expected.clauses))?;
        differs("number of scenarios", stated.scenarios.to_string(), expected.scenarios.to_string())?;
        differs("list of factors", list(&stated.factors), list(&expected.factors))?;
        differs("context", to_hex(&self.context), to_hex(&claim.context))?;
        let controls = |controls: &[Fr]| list(&controls.iter().map(to_hex).collect::<Vec<_>>());
        differs("list of controls", controls(&self.controls), controls(&claim.controls()))
    }
}

fn g1_text(point: &G1Affine) -> String {
    format!("({}, {})", to_hex(&point.x), to_hex(&point.y))
}

fn differs(field: &'static str, stated: impl Into<String>, expected: impl Into<String>) -> Result<(), VerifyError> {
    let (stated, expected) = (stated.into(), expected.into());
    if stated == expected { Ok(()) } else { Err(VerifyError::OtherClaim { field, stated, expected }) }
}
