//! `tailproof prove`: a proof that a committed book meets a mandate.

use std::path::{Path, PathBuf};

use ark_bn254::Fr;
use serde_json::json;
use tailproof_circuits::r1cs::assembly::{statement_assignment, statement_system};
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_prover::claims::prove_claim;
use tailproof_prover::groth16::ProveError;
use tailproof_prover::opening::Opening;
use tailproof_prover::setup::SetupError;
use tailproof_prover::snarkjs_files::witness::encode_witness;
use tailproof_prover::{ProvingKey, lean_qap::domain_size};
use tailproof_risk::{Mandate, Positions, ScenarioSet, scenario_file};
use tailproof_verifier::commitment::{CommitmentField, commit, consolidated};
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::key_file::{KeyHeader, key_digest};
use tailproof_verifier::market::context as default_context;
use tailproof_verifier::market::controls::InputField;
use tailproof_verifier::market::layout::ScenarioInputs;
use tailproof_verifier::proof_file::{Groth16, Groth16Evidence, ProofFile};
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::snarkjs::parse_proof;
use tailproof_verifier::{InstanceError, MarketClaim, Shape, VerifyingKey};
use zeroize::Zeroizing;

use super::{context, print_json, transparent, warn_of_development_keys};
use crate::cli::{Backend, Prove};
use crate::failure::{Failure, Mismatch};
use crate::files::{self, Access};
use crate::output::out;
use crate::progress::spin;

/// What was proved.
pub struct Proved {
    pub claim: MarketClaim,
    pub mandate: Mandate,
    pub constraints: usize,
    pub keys: [u8; 32],
}

pub fn run(options: &Prove) -> Result<(), Failure> {
    if options.backend == Backend::Halo2 {
        return transparent::prove(options);
    }
    if let Some(path) = &options.witness {
        return write_witness(options, path);
    }
    let Proved { claim, mandate, constraints, keys } = prove(options)?;
    if options.json {
        print_json(&json!({
            "proof": options.output,
            "commitment": to_hex(&claim.commitment),
            "context": to_hex(&claim.context),
            "shape": claim.shape.to_string(),
            "constraints": constraints,
            "domain": domain_size(constraints),
            "keys": hex::encode(keys),
        }));
        return Ok(());
    }
    report(options, &to_hex(&claim.commitment), &mandate);
    Ok(())
}

/// Says what was proved.
pub fn report(options: &Prove, commitment: &str, mandate: &Mandate) {
    out!("proved, without showing the book under commitment {commitment}:");
    for clause in mandate.clauses() {
        out!("  {clause}");
    }
    if let Some(path) = &options.output {
        out!("wrote {}", path.display());
    }
}

/// What the desk has: its book, opened, with mandate and scenario set.
pub struct Desk {
    pub set: ScenarioSet,
    pub mandate: Mandate,
    /// each book with the opening of its commitment
    pub books: Vec<(Positions, Opening)>,
    /// their sum
    pub positions: Positions,
    /// what the proof is bound to, if not to mandate and scenario set
    pub context: Option<Fr>,
}

impl Desk {
    /// Reads all files but the keys.
    pub fn read(options: &Prove) -> Result<Self, Failure> {
        let mut inputs = vec![options.scenarios.as_path(), &options.mandate];
        inputs.extend(options.book.iter().chain(&options.opening).map(PathBuf::as_path));
        inputs.extend(options.snarkjs_proof.as_deref());
        let keys = ["proving.key", "verifying.key", "transparent.key"].map(|name| options.keys.join(name));
        inputs.extend(keys.iter().map(PathBuf::as_path));
        let outputs: Vec<&Path> = options.output.iter().chain(&options.witness).map(PathBuf::as_path).collect();
        files::refuse_overlap(&outputs, &inputs)?;
        let (set, _) = files::scenarios(&options.scenarios)?;
        let mandate = files::mandate(&options.mandate)?;
        if options.book.len() != options.opening.len() {
            let (books, openings) = (options.book.len(), options.opening.len());
            return Err(Failure::Books(format!(
                "{books} of --book and {openings} of --opening: give the opening of each book, in the order of the books"
            )));
        }
        let mut books = Vec::with_capacity(options.book.len());
        for (book, path) in options.book.iter().zip(&options.opening) {
            let opening = Opening::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?;
            let positions = files::book(book)?.positions_as_committed(&set, opening.unit(), opening.nav())?;
            if !opening.opens_to(&set, &positions) {
                return Err(Failure::Mismatch(Mismatch::Opening {
                    opening: path.clone(),
                    book: book.clone(),
                    scenarios: options.scenarios.clone(),
                }));
            }
            books.push((positions, opening));
        }
        let all: Vec<Positions> = books.iter().map(|(positions, _)| positions.clone()).collect();
        let positions = Positions::consolidated(&all).map_err(|problem| Failure::Option { option: "book", problem })?;
        let context = context(options.context.as_deref())?;
        Ok(Self { set, mandate, books, positions, context })
    }

    /// The commitments to the books over the field of a backend.
    pub fn commitments<F: CommitmentField>(&self) -> Vec<F> {
        let digest = self.set.factors_digest();
        self.books.iter().map(|(positions, opening)| commit(&digest, positions, opening.blinding())).collect()
    }

    /// The witness of a claim about the sum of the books.
    pub fn witness<F: CommitmentField>(&self, claim: &MarketClaim<F>) -> Result<MarketWitness, Failure> {
        let books = self.books.iter().map(|(positions, opening)| (positions.clone(), opening.blinding())).collect();
        MarketWitness::consolidated(claim, &self.set, books)
            .map_err(|problem| Failure::Option { option: "book", problem })
    }

    /// The claim about the book, if it is true.
    pub fn claim<F: CommitmentField>(&self, shape: Shape) -> Result<MarketClaim<F>, Failure> {
        if self.books.len() != shape.books() {
            return Err(InstanceError::OtherBooks { have: self.books.len(), shape }.into());
        }
        let commitment = consolidated(&self.commitments());
        let context = match self.context {
            Some(context) => F::from_limbs(context.limbs()).ok_or(Failure::Defect("a context beyond the field"))?,
            None => default_context(&self.mandate.digest(), &scenario_file::digest(&self.set)),
        };
        let unit = self.positions.unit();
        let claim = MarketClaim::new(shape, &self.mandate, &self.set, unit, commitment, context)?;
        let figures = self
            .mandate
            .evaluate(&self.set, &self.positions)
            .map_err(|problem| InstanceError::HalfSpreads(problem.to_string()))?;
        if figures.iter().any(|figure| !figure.holds()) {
            return Err(Failure::FalseClaim(figures));
        }
        Ok(claim)
    }
}

/// A true claim with its witness.
struct Prepared {
    set: ScenarioSet,
    mandate: Mandate,
    commitments: Vec<Fr>,
    verifying: VerifyingKey,
    scenarios: ScenarioInputs,
    claim: MarketClaim,
    witness: MarketWitness,
}

/// Reads all files but the proving key and refuses a false claim.
fn prepare(options: &Prove) -> Result<Prepared, Failure> {
    let desk = Desk::read(options)?;
    let verifying = files::verifying_key(&options.keys)?;
    let scenarios = ScenarioInputs::of_mandate(verifying.shape(), &desk.set, &desk.mandate)?;
    let claim = desk.claim(verifying.shape())?;
    warn_of_development_keys(verifying.header());
    let (commitments, witness) = (desk.commitments(), desk.witness(&claim)?);
    let Desk { set, mandate, .. } = desk;
    Ok(Prepared { set, mandate, commitments, verifying, scenarios, claim, witness })
}

/// Writes what another prover needs besides the keys.
fn write_witness(options: &Prove, path: &Path) -> Result<(), Failure> {
    let Prepared { verifying, scenarios, claim, witness, .. } = prepare(options)?;
    let system = statement_system(claim.shape).map_err(|_| SetupError::NoCircuit(claim.shape))?;
    if system.digest() != verifying.header().circuit {
        return Err(other_circuit(verifying.header(), system.digest(), options));
    }
    let assignment = statement_assignment(&claim.controls(), &scenarios, &witness).map(Zeroizing::new);
    let assignment = assignment.map_err(|_| SetupError::NoCircuit(claim.shape))?;
    files::write(path, &encode_witness(&assignment), Access::Secret)?;
    if options.json {
        print_json(&json!({ "witness": path, "variables": assignment.len() }));
    } else {
        out!("wrote {}: secret, it holds the book", path.display());
    }
    Ok(())
}

/// Makes the proof and writes its file.
pub fn prove(options: &Prove) -> Result<Proved, Failure> {
    let Prepared { set, mandate, commitments, verifying, scenarios, claim, witness } = prepare(options)?;
    let point = scenario_point(&verifying, &scenarios);
    let (proof, constraints) = match &options.snarkjs_proof {
        Some(path) => {
            let proof = parse_proof(&files::read_text(path)?).map_err(Failure::malformed(path))?;
            verifying.verify(&claim.controls(), &point, &proof)?;
            let system = statement_system(claim.shape).map_err(|_| SetupError::NoCircuit(claim.shape))?;
            (proof, system.constraints())
        }
        None => {
            let proving = files::proving_key(&options.keys, &verifying)?;
            let proof = spin("proving", || {
                prove_claim(&proving, &claim.controls(), &scenarios, &witness, &mut rand::rngs::OsRng)
            })
            .map_err(|error| explain(error, &proving, options))?;
            verifying
                .verify(&claim.controls(), &point, &proof)
                .map_err(|_| Failure::Mismatch(Mismatch::KeyPair(options.keys.clone())))?;
            (proof, proving.constraints())
        }
    };
    let file = ProofFile::<Groth16>::new(
        key_digest(&verifying),
        &mandate,
        &set,
        &claim,
        Groth16Evidence { scenario_point: point, proof },
    )
    .with_commitments(&commitments);
    if let Some(path) = &options.output {
        files::write(path, file.to_json().as_bytes(), Access::Public)?;
    }
    Ok(Proved { claim, mandate, constraints, keys: file.keys })
}

/// A claim that holds and is still not provable means that keys and program differ.
fn explain(error: ProveError, key: &ProvingKey, options: &Prove) -> Failure {
    let expected = statement_system(key.header().shape).map(|system| system.digest());
    match expected {
        Ok(expected) if expected != key.header().circuit => other_circuit(key.header(), expected, options),
        _ => error.into(),
    }
}

fn other_circuit(header: &KeyHeader, expected: [u8; 32], options: &Prove) -> Failure {
    Failure::Mismatch(Mismatch::Circuit {
        folder: options.keys.clone(),
        found: hex::encode(header.circuit),
        expected: hex::encode(expected),
    })
}
