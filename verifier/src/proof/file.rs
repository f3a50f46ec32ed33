//! Proof files: JSON with the claim in words, the public values needed to rebuild the instance, and
//! the proof.
//!
//! A verifier recomputes every control input from its own mandate and scenario files. From the
//! proof file it takes only the three points, the commitment, and the book unit (which the
//! commitment contains, so that a wrong one fails). Everything else in the file must agree with the
//! verifier's files.

use serde::{Deserialize, Serialize};
use tailproof_core::pool::Category;
use tailproof_core::{ScenarioSet, Unit};

use crate::backend::{Backend, Groth16};
use crate::claim::Claim;
use crate::commitment::consolidated;
use crate::encoding::{digest_from_hex, input_from_hex, input_to_hex, parse_file};
use crate::error::{MalformedError, VerifyError, differs};
use crate::field::CommitmentField;
use crate::inputs::controls::CONTROLS;
use crate::inputs::layout::{COMMITMENT, CONTEXT};
use crate::json_file::parse_unit;
use crate::proof::evidence::ProofJson;
use crate::shape::{Shape, Statement};

/// Version of the proof file.
pub const VERSION: u16 = 1;
const FORMAT: &str = "tailproof-proof";

/// Version of the coefficients by which parametric clauses multiply a deviation. Those of version 1
/// depended on the platform's mathematics library.
pub const COEFFICIENTS: u16 = 2;

/// Returns the version of the coefficients in a shape's controls; `None` if it has none.
fn coefficients(shape: Shape) -> Option<u16> {
    shape.is_parametric().then_some(COEFFICIENTS)
}

/// Returns the name of a statement in a file.
fn statement_name(shape: Shape) -> &'static str {
    match shape.statement() {
        Statement::Market { .. } | Statement::MarketLimits | Statement::MarketRules(_) => "market",
        Statement::Parametric => "parametric",
        Statement::Pnl { .. } => "pnl",
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
    /// Version of the coefficients of a parametric statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coefficients: Option<u16>,
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

/// Returns the `backend` of a proof file.
///
/// # Errors
/// Errors if the text is not a proof file.
pub fn backend_of(text: &str) -> Result<String, MalformedError> {
    parse_file::<Json>(text, FORMAT).map(|json| json.backend)
}

/// The claim in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimText {
    /// Name of the mandate.
    pub mandate: String,
    /// Digest of the mandate.
    pub mandate_digest: String,
    /// Clauses of the mandate, one sentence each.
    pub clauses: Vec<String>,
    /// Number of scenarios.
    pub scenarios: usize,
    /// Digest of the scenario set.
    pub scenarios_digest: String,
    /// Factor names.
    pub factors: Vec<String>,
    /// Value of a book unit, in currency.
    pub unit: String,
}

impl ClaimText {
    /// Returns a claim as a proof file states it.
    pub(crate) fn new(claim: &Claim, unit: Unit) -> Self {
        let factors = match claim {
            Claim::Market(claim) => claim.scenarios().factors().to_vec(),
            Claim::Pool(claim) => {
                claim.deal().schema().map(|schema| schema.names(Category::Grade).to_vec()).unwrap_or_default()
            }
        };
        Self {
            mandate: claim.name().to_owned(),
            mandate_digest: hex::encode(claim.terms_digest()),
            clauses: claim.stated(),
            scenarios: claim.scenarios().map_or(0, ScenarioSet::scenarios),
            scenarios_digest: claim.scenarios_digest().map(hex::encode).unwrap_or_default(),
            factors,
            unit: unit.to_string(),
        }
    }
}

/// A decoded proof file: canonical numbers, points on their curves and in their subgroups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile<B: Backend = Groth16> {
    /// Shape of the keys.
    pub shape: Shape,
    /// Digest of the verifying key.
    pub keys: [u8; 32],
    /// The claim as the prover words it.
    pub claim: ClaimText,
    /// Value of a book unit.
    pub unit: Unit,
    /// Commitment to the book; for a consolidated book, the hash of its sub-books' commitments.
    pub commitment: B::Field,
    /// Commitments to the sub-books of a consolidated book; empty for one book.
    pub commitments: Vec<B::Field>,
    /// Context that the proof is bound to.
    pub context: B::Field,
    /// Control inputs as the prover states them, for sending the proof to a contract.
    pub controls: [B::Field; CONTROLS],
    /// The proof, with everything else its check needs.
    pub evidence: B::Evidence,
}

impl<B: Backend> ProofFile<B> {
    /// Returns the file of a proof of a claim about a book or tape in units of `unit`, made with
    /// keys of a given shape and digest.
    pub fn new(
        (shape, keys): (Shape, [u8; 32]),
        claim: &Claim,
        unit: Unit,
        controls: [B::Field; CONTROLS],
        evidence: B::Evidence,
    ) -> Self {
        Self {
            shape,
            keys,
            claim: ClaimText::new(claim, unit),
            unit,
            commitment: controls[COMMITMENT - 1],
            commitments: Vec::new(),
            context: controls[CONTEXT - 1],
            controls,
            evidence,
        }
    }

    /// Returns the file with the commitments to the sub-books of a consolidated book. A single
    /// commitment is left out.
    pub fn with_commitments(mut self, commitments: &[B::Field]) -> Self {
        self.commitments = if commitments.len() > 1 { commitments.to_vec() } else { Vec::new() };
        self
    }

    /// Returns the commitments to the sub-books: the commitment itself for one book.
    pub fn sub_books(&self) -> &[B::Field] {
        if self.commitments.is_empty() { std::slice::from_ref(&self.commitment) } else { &self.commitments }
    }

    /// Returns the file's JSON.
    pub fn to_json(&self) -> String {
        let (scenario_point, proof) = B::encode(&self.evidence);
        let json = Json {
            format: FORMAT.into(),
            version: VERSION,
            backend: B::NAME.into(),
            statement: statement_name(self.shape).into(),
            coefficients: coefficients(self.shape),
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

    /// Returns the proof file in a text. Parsing is strict.
    ///
    /// # Errors
    /// Errors on missing, doubled or extra fields; another format, version or backend; a number
    /// that is not canonical; a point off its curve, outside its subgroup or at infinity.
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
        expect("backend", &json.backend, B::NAME)?;
        let shape: Shape = json.shape.parse().map_err(|_| MalformedError::Unexpected {
            field: "shape",
            found: json.shape.clone(),
            expected: "TxN".into(),
        })?;
        expect("shape", &json.shape, &shape.to_string())?;
        expect("statement", &json.statement, statement_name(shape))?;
        check_coefficients(json.coefficients, shape)?;
        let unit =
            parse_unit(&json.claim.unit).map_err(|_| MalformedError::NotCanonical { field: "claim.unit".into() })?;
        let commitments: Vec<B::Field> = inputs_from_hex("commitments", &json.commitments)?;
        let commitment = input_from_hex("commitment", &json.commitment)?;
        if !commitments_agree(shape, &commitments, &commitment) {
            let books = if shape.books() == 1 { 0 } else { shape.books() };
            return Err(MalformedError::Unexpected {
                field: "commitments",
                found: format!("{} of them", commitments.len()),
                expected: format!("{books}, which make the commitment together"),
            });
        }
        let controls: Vec<B::Field> = inputs_from_hex("controls", &json.controls)?;
        Ok(Self {
            shape,
            keys: digest_from_hex("keys", &json.keys)?,
            unit,
            commitment,
            commitments,
            context: input_from_hex("context", &json.context)?,
            controls: controls.try_into().expect("as many as there are controls"),
            evidence: B::decode(json.scenario_point, json.proof)?,
            claim: json.claim,
        })
    }

    /// Checks that the file states the claim that follows from the verifier's own terms.
    pub(crate) fn states(&self, expected: &ClaimText, claim: &[B::Field; CONTROLS]) -> Result<(), VerifyError> {
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
        let controls = |controls: &[B::Field]| list(&controls.iter().map(input_to_hex).collect::<Vec<_>>());
        differs("list of controls", controls(&self.controls), controls(claim))
    }
}

/// Whether the commitments to sub-books are those of a shape, and `commitment` is made of them.
pub(crate) fn commitments_agree<F: CommitmentField>(shape: Shape, sub_books: &[F], commitment: &F) -> bool {
    match shape.books() {
        1 => sub_books.is_empty(),
        books => sub_books.len() == books && consolidated(sub_books) == *commitment,
    }
}

/// Checks that a file states the version of the coefficients behind the controls of its shape.
fn check_coefficients(stated: Option<u16>, shape: Shape) -> Result<(), MalformedError> {
    if stated == coefficients(shape) {
        return Ok(());
    }
    let found = stated.map_or_else(|| "1".to_owned(), |version| version.to_string());
    Err(match coefficients(shape) {
        Some(expected) => {
            MalformedError::WrongVersion { what: "the proof's list of parametric coefficients", found, expected }
        }
        None => MalformedError::Unexpected { field: "coefficients", found, expected: "none".into() },
    })
}

/// Returns the public inputs of a list, named by `field` and their index in errors.
fn inputs_from_hex<F: CommitmentField>(field: &str, texts: &[String]) -> Result<Vec<F>, MalformedError> {
    texts.iter().enumerate().map(|(index, text)| input_from_hex(&format!("{field}[{index}]"), text)).collect()
}
