//! The halo2 backend: keys that everybody derives, and proofs under them.

use std::path::Path;

use serde_json::{Value, json};
use tailproof_prover::halo2::{decode_key, derive_proving_key, derive_verifying_key, encode_key, prove_claim};
use tailproof_verifier::Shape;
use tailproof_verifier::encoding::input_to_hex;
use tailproof_verifier::halo2::VerifyingKey;
use tailproof_verifier::proof_file::{Halo2, ProofFile, ProofSystem};

use super::print_json;
use super::prove::report;
use crate::claimant::Claimant;
use crate::cli::Prove;
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::progress::spin;

const KEY_NAME: &str = "transparent.key";

/// Derives the key of a shape and writes what takes long of it.
pub fn write_key(shape: Shape, folder: &Path, force: bool) -> Result<Value, Failure> {
    let path = folder.join(KEY_NAME);
    if !force {
        files::refuse_existing(&path, "name another folder, or use --force")?;
    }
    files::make_folder(folder)?;
    let key = spin("deriving keys", || derive_verifying_key(shape))?;
    let file = encode_key(&key);
    files::write(&path, &file, Access::Public)?;
    Ok(json!({
        "shape": shape.to_string(),
        "backend": Halo2::BACKEND,
        "rows": 1u64 << key.params().k(),
        "verifying_key": hex::encode(key.digest()),
        "provenance": "transparent",
        "key_bytes": file.len(),
    }))
}

/// Reads the key of a folder, and derives it again.
pub fn verifying_key(folder: &Path) -> Result<VerifyingKey, Failure> {
    let path = folder.join(KEY_NAME);
    let file = files::read(&path)?;
    spin("deriving keys", || decode_key(&file)).map_err(Failure::malformed(&path))
}

/// `tailproof prove --backend halo2`.
pub fn prove(options: &Prove) -> Result<(), Failure> {
    if options.witness.is_some() || options.snarkjs_proof.is_some() {
        return Err(Failure::OtherBackend { what: "a witness or a proof of snarkjs", backend: Halo2::BACKEND });
    }
    let claimant = Claimant::read(options)?;
    let verifying = verifying_key(&options.keys)?;
    let shape = verifying.shape();
    let scenarios = claimant.public.proposition().inputs(shape)?;
    let (controls, witness) = claimant.claim(shape)?;
    let proving = spin("deriving keys", || derive_proving_key(&verifying))?;
    let proof = spin("proving", || prove_claim(&verifying, &proving, &controls, &scenarios, &witness))?;
    verifying.verify(&controls, &scenarios, &proof).map_err(|_| Failure::Defect("a claim that holds has no proof"))?;
    let size = proof.len();
    let (proposition, unit) = (claimant.public.proposition(), claimant.unit());
    let file = ProofFile::<Halo2>::new((shape, verifying.digest()), proposition, unit, controls, proof);
    let file = file.with_commitments(&claimant.commitments());
    if let Some(path) = &options.output {
        files::write(path, file.to_json().as_bytes(), Access::Public)?;
    }
    if options.json {
        print_json(&json!({
            "proof": options.output,
            "backend": Halo2::BACKEND,
            "commitment": input_to_hex(&file.commitment),
            "context": input_to_hex(&file.context),
            "shape": shape.to_string(),
            "rows": 1u64 << verifying.params().k(),
            "proof_bytes": size,
            "keys": hex::encode(file.keys),
        }));
    } else {
        report(options, &input_to_hex(&file.commitment), &claimant.public);
    }
    Ok(())
}
