//! `tailproof prove`: a proof that a committed book meets a mandate, or that a deal's claims about a committed pool hold.

use std::path::Path;

use ark_bn254::Fr;
use serde_json::json;
use tailproof_circuits::r1cs::assembly::{statement_assignment, statement_system};
use tailproof_circuits::statement::Witness;
use tailproof_prover::claims::prove_claim;
use tailproof_prover::groth16::ProveError;
use tailproof_prover::setup::SetupError;
use tailproof_prover::snarkjs_files::witness::encode_witness;
use tailproof_prover::{ProvingKey, lean_qap::domain_size};
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::key_file::{KeyHeader, key_digest};
use tailproof_verifier::market::controls::CONTROLS;
use tailproof_verifier::market::layout::{COMMITMENT, CONTEXT, ScenarioInputs};
use tailproof_verifier::proof_file::{Groth16, Groth16Evidence, ProofFile};
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::snarkjs::parse_proof;
use tailproof_verifier::{Shape, VerifyingKey};
use zeroize::Zeroizing;

use super::{print_json, transparent, warn_of_development_keys};
use crate::claimant::Claimant;
use crate::cli::{Backend, Prove};
use crate::failure::{Failure, Mismatch};
use crate::files::{self, Access};
use crate::output::out;
use crate::progress::spin;
use crate::public_files::PublicFiles;

/// What was proved.
pub struct Proved {
    pub controls: [Fr; CONTROLS],
    pub shape: Shape,
    pub public: PublicFiles,
    pub constraints: usize,
    pub keys: [u8; 32],
}

impl Proved {
    pub fn commitment(&self) -> Fr {
        self.controls[COMMITMENT - 1]
    }
}

pub fn run(options: &Prove) -> Result<(), Failure> {
    if options.backend == Backend::Halo2 {
        return transparent::prove(options);
    }
    if let Some(path) = &options.witness {
        return write_witness(options, path);
    }
    let proved = prove(options)?;
    let commitment = to_hex(&proved.commitment());
    if options.json {
        print_json(&json!({
            "proof": options.output,
            "commitment": commitment,
            "context": to_hex(&proved.controls[CONTEXT - 1]),
            "shape": proved.shape.to_string(),
            "constraints": proved.constraints,
            "domain": domain_size(proved.constraints),
            "keys": hex::encode(proved.keys),
        }));
        return Ok(());
    }
    report(options, &commitment, &proved.public);
    Ok(())
}

/// Says what was proved.
pub fn report(options: &Prove, commitment: &str, public: &PublicFiles) {
    out!("proved, without showing the {} under commitment {commitment}:", public.subject());
    for sentence in public.sentences() {
        out!("  {sentence}");
    }
    if let Some(path) = &options.output {
        out!("wrote {}", path.display());
    }
}

/// A true claim with its witness.
struct Prepared {
    claimant: Claimant,
    verifying: VerifyingKey,
    scenarios: ScenarioInputs,
    controls: [Fr; CONTROLS],
    witness: Witness,
}

/// Reads all files but the proving key and refuses a false claim.
fn prepare(options: &Prove) -> Result<Prepared, Failure> {
    let claimant = Claimant::read(options)?;
    let verifying = files::verifying_key(&options.keys)?;
    let scenarios = claimant.public.proposition().inputs(verifying.shape())?;
    let (controls, witness) = claimant.claim(verifying.shape())?;
    warn_of_development_keys(verifying.header());
    Ok(Prepared { claimant, verifying, scenarios, controls, witness })
}

/// Writes what another prover needs besides the keys.
fn write_witness(options: &Prove, path: &Path) -> Result<(), Failure> {
    let Prepared { verifying, scenarios, controls, witness, .. } = prepare(options)?;
    let shape = verifying.shape();
    let system = statement_system(shape).map_err(|_| SetupError::NoCircuit(shape))?;
    if system.digest() != verifying.header().circuit {
        return Err(other_circuit(verifying.header(), system.digest(), options));
    }
    let assignment = statement_assignment(&controls, &scenarios, &witness).map(Zeroizing::new);
    let assignment = assignment.map_err(|_| SetupError::NoCircuit(shape))?;
    files::write(path, &encode_witness(&assignment), Access::Secret)?;
    if options.json {
        print_json(&json!({ "witness": path, "variables": assignment.len() }));
    } else {
        out!("wrote {}: secret, it holds what is private", path.display());
    }
    Ok(())
}

/// Makes the proof and writes its file.
pub fn prove(options: &Prove) -> Result<Proved, Failure> {
    let Prepared { claimant, verifying, scenarios, controls, witness } = prepare(options)?;
    let shape = verifying.shape();
    let point = scenario_point(&verifying, &scenarios);
    let (proof, constraints) = match &options.snarkjs_proof {
        Some(path) => {
            let proof = parse_proof(&files::read_text(path)?).map_err(Failure::malformed(path))?;
            verifying.verify(&controls, &point, &proof)?;
            let system = statement_system(shape).map_err(|_| SetupError::NoCircuit(shape))?;
            (proof, system.constraints())
        }
        None => {
            let proving = spin("reading the proving key", || files::proving_key(&options.keys, &verifying))?;
            let proof =
                spin("proving", || prove_claim(&proving, &controls, &scenarios, &witness, &mut rand::rngs::OsRng))
                    .map_err(|error| explain(error, &proving, options))?;
            verifying
                .verify(&controls, &point, &proof)
                .map_err(|_| Failure::Mismatch(Mismatch::KeyPair(options.keys.clone())))?;
            (proof, proving.constraints())
        }
    };
    let file = ProofFile::<Groth16>::new(
        (shape, key_digest(&verifying)),
        claimant.public.proposition(),
        claimant.unit(),
        controls,
        Groth16Evidence { scenario_point: point, proof },
    )
    .with_commitments(&claimant.commitments());
    if let Some(path) = &options.output {
        files::write(path, file.to_json().as_bytes(), Access::Public)?;
    }
    Ok(Proved { controls, shape, public: claimant.public, constraints, keys: file.keys })
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
