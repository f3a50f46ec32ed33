//! `tailproof prove`: a proof that a committed book meets a mandate, or that a deal's claims about
//! a committed pool hold.

use std::path::Path;

use ark_bn254::Fr;
use serde_json::json;
use tailproof::circuits::r1cs::assembly::{statement_assignment, statement_system};
use tailproof::keys::DomainKind;
use tailproof::prover::setup::SetupError;
use tailproof::prover::snarkjs_files::witness::encode_witness;
use tailproof::store::{Access, Kind};
use tailproof::verifier::encoding::input_to_hex;
use tailproof::verifier::export::snarkjs::parse_proof;
use tailproof::verifier::proof::Groth16Evidence;
use tailproof::verifier::scenario_point::scenario_point;
use tailproof::{Backend, Claim, Groth16, Halo2, ProofFile, Statement, Verifier};
use zeroize::Zeroizing;

use super::prove_batch;
use crate::bundles;
use crate::claims::{Case, public_paths, subject};
use crate::cli::{Backend as Named, Prove};
use crate::failure::Failure;
use crate::files;
use crate::keys::{self, KeyFolder, of_keys};
use crate::options::context;
use crate::output::{note, out, print_json, shown};
use crate::progress::spin;
use crate::writing;

pub fn run(options: &Prove) -> Result<(), Failure> {
    if let (Some(books), Some(proofs)) = (&options.batch, &options.output) {
        return match options.backend {
            Named::Groth16 => prove_batch::run::<Groth16>(options, books, proofs),
            Named::Halo2 => prove_batch::run::<Halo2>(options, books, proofs),
        };
    }
    match (options.backend, &options.witness, &options.snarkjs_proof) {
        (Named::Halo2, None, None) => prove_with_halo2(options),
        (Named::Halo2, ..) => {
            Err(Failure::OtherBackend { what: "a witness or a proof of snarkjs", backend: Halo2::NAME })
        }
        (Named::Groth16, Some(path), _) => write_witness(options, path),
        (Named::Groth16, None, Some(path)) => take_proof(options, path),
        (Named::Groth16, None, None) => prove_with_groth16(options),
    }
}

/// A true claim, stated for the keys of a folder.
struct Stated<B: KeyFolder> {
    claim: Claim,
    verifier: Verifier<B>,
    statement: Statement<B>,
}

/// Reads all files but the proving key, and refuses a false claim.
fn state<B: KeyFolder>(options: &Prove) -> Result<Stated<B>, Failure> {
    refuse_overlap(options)?;
    let case = Case::read(options)?;
    if let Case::Market(claim, books) = &case
        && let Some(note) = claim.nav_note(books.books().len())
    {
        note!("note: {note}");
    }
    let context = context(options.context.as_deref())?;
    let verifier = B::verifier(&options.keys)?;
    let statement = statement(&case, &verifier, context)?;
    keys::warn_of_development(verifier.provenance());
    Ok(Stated { claim: case.claim(), verifier, statement })
}

/// States a claim for the keys of a verifier, and refuses a false one.
pub fn statement<B: KeyFolder>(
    case: &Case,
    verifier: &Verifier<B>,
    context: Option<Fr>,
) -> Result<Statement<B>, Failure> {
    Ok(match case {
        Case::Market(claim, books) => Statement::new(claim, books, verifier.shape(), context),
        Case::Pool(claim, loans) => Statement::new(&**claim, &**loans, verifier.shape(), context),
        Case::Month(claim, months) => Statement::new(&**claim, &**months, verifier.shape(), context),
    }?)
}

/// Refuses an output that is also an input, or a file of another kind.
fn refuse_overlap(options: &Prove) -> Result<(), Failure> {
    let public = options.public();
    let mut inputs: Vec<&Path> = public_paths(&public).collect();
    inputs.extend(
        options.book.iter().chain(&options.opening).chain(&options.pool).chain(&options.before).map(|path| &**path),
    );
    inputs.extend(options.before_opening.as_deref());
    inputs.extend(options.reasons.as_deref());
    inputs.extend(options.snarkjs_proof.as_deref());
    inputs.extend(options.mapping.as_deref().map(Path::new));
    let keys = keys::NAMES.map(|name| options.keys.join(name));
    inputs.extend(keys.iter().map(|path| &**path));
    let outputs: Vec<&Path> =
        options.output.iter().chain(&options.witness).chain(&options.bundle).map(|path| &**path).collect();
    files::refuse_overlap(&outputs, &inputs)?;
    let proof = options.output.iter().map(|path| writing::output(path, Kind::Proof, Access::Public, false));
    let witness = options.witness.iter().map(|path| writing::output(path, Kind::Witness, Access::Secret, false));
    proof.chain(witness).try_for_each(|output| writing::check(&output, "name another file"))
}

/// Proves what was stated, with the proving key of the folder, and writes the proof.
fn prove<B: KeyFolder>(
    options: &Prove,
    verifier: Verifier<B>,
    statement: &Statement<B>,
) -> Result<(ProofFile<B>, tailproof::Prover<B>), Failure> {
    let (prover, key) = B::loaded(&options.keys, verifier)?;
    let (set, cache) = B::prepare(&prover, key, statement.inputs(), options.cached())?;
    let proof = spin("proving", || set.prove_statement(statement, &mut rand::rngs::OsRng))?;
    write(options, &proof)?;
    B::keep(&set, cache.as_ref());
    drop(set);
    Ok((proof, prover))
}

fn prove_with_groth16(options: &Prove) -> Result<(), Failure> {
    let Stated { claim, verifier, statement } = state::<Groth16>(options)?;
    let (proof, prover) = prove(options, verifier, &statement)?;
    let key = prover.proving_key();
    report(options, &claim, &proof, key.constraints(), key.domain());
    Ok(())
}

/// Takes the proof that another prover made.
fn take_proof(options: &Prove, path: &Path) -> Result<(), Failure> {
    let Stated { claim, verifier, statement } = state::<Groth16>(options)?;
    let proof = parse_proof(&files::read_text(path)?).map_err(Failure::malformed(path))?;
    let scenario_point = scenario_point(verifier.key(), statement.inputs())?;
    let proof = statement.proof(&verifier, Groth16Evidence { scenario_point, proof })?;
    let shape = verifier.shape();
    let system = statement_system(shape).map_err(|_| SetupError::NoCircuit(shape))?;
    write(options, &proof)?;
    let constraints = system.constraints();
    // Such provers have domains of 2^k points only.
    report(options, &claim, &proof, constraints, DomainKind::PowerOfTwo.size(constraints));
    Ok(())
}

/// Prints the sentences that a Groth16 proof proves.
fn report(options: &Prove, claim: &Claim, proof: &ProofFile<Groth16>, constraints: usize, domain: usize) {
    if options.json {
        print_json(&json!({
            "proof": options.output.as_deref().map(shown),
            "commitment": input_to_hex(&proof.commitment),
            "context": input_to_hex(&proof.context),
            "shape": proof.shape.to_string(),
            "constraints": constraints,
            "domain": domain,
            "keys": hex::encode(proof.keys),
        }));
    } else {
        say(options, &input_to_hex(&proof.commitment), claim);
    }
}

fn prove_with_halo2(options: &Prove) -> Result<(), Failure> {
    let Stated { claim, verifier, statement } = state::<Halo2>(options)?;
    let (proof, prover) = prove(options, verifier, &statement)?;
    if options.json {
        print_json(&json!({
            "proof": options.output.as_deref().map(shown),
            "backend": Halo2::NAME,
            "commitment": input_to_hex(&proof.commitment),
            "context": input_to_hex(&proof.context),
            "shape": proof.shape.to_string(),
            "rows": 1u64 << prover.verifier().key().params().k(),
            "proof_bytes": proof.evidence.len(),
            "keys": hex::encode(proof.keys),
        }));
    } else {
        say(options, &input_to_hex(&proof.commitment), &claim);
    }
    Ok(())
}

fn write<B: KeyFolder>(options: &Prove, proof: &ProofFile<B>) -> Result<(), Failure> {
    let json = proof.to_json();
    let path = options.output.as_deref();
    path.map_or(Ok(()), |path| writing::write(path, Kind::Proof, json.as_bytes(), Access::Public))?;
    match &options.bundle {
        Some(path) => {
            let bundle = bundles::of_files::<B>(json.into_bytes(), &options.public(), &options.keys)?;
            bundles::write(path, &bundle)
        }
        None => Ok(()),
    }
}

/// Prints the sentences that were proved.
fn say(options: &Prove, commitment: &str, claim: &Claim) {
    out!("proved, without showing the {} under commitment {commitment}:", subject(claim));
    for sentence in claim.sentences() {
        out!("  {sentence}");
    }
    if let Some(path) = &options.output {
        out!("wrote {}", path.display());
    }
}

/// Writes the witness, which another prover needs besides the keys.
fn write_witness(options: &Prove, path: &Path) -> Result<(), Failure> {
    let Stated { verifier, statement, .. } = state::<Groth16>(options)?;
    let shape = verifier.shape();
    let system = statement_system(shape).map_err(|_| SetupError::NoCircuit(shape))?;
    let (found, expected) = (verifier.key().header().circuit, system.digest());
    if found != expected {
        return Err(of_keys(&options.keys, tailproof::KeysError::OtherCircuit { found, expected }));
    }
    let assignment = statement_assignment(statement.controls(), statement.inputs(), statement.witness());
    let assignment = assignment.map(Zeroizing::new).map_err(|_| SetupError::NoCircuit(shape))?;
    writing::write(path, Kind::Witness, &encode_witness(&assignment), Access::Secret)?;
    if options.json {
        print_json(&json!({ "witness": shown(path), "variables": assignment.len() }));
    } else {
        out!("wrote {}: secret, it holds what is private", path.display());
    }
    Ok(())
}
