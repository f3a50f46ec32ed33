//! `tailproof snarkjs`: a proof for `snarkjs groth16 verify`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tailproof_verifier::market::layout::all_inputs;
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::snarkjs::{proof, public_signals, verification_key};

use super::scenario_inputs;
use super::verify::{other_keys, read_proof};
use crate::cli::Snarkjs;
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::out;

pub fn run(options: &Snarkjs) -> Result<(), Failure> {
    let outputs = ["verification_key.json", "public.json", "proof.json"].map(|name| options.output.join(name));
    let outputs: Vec<&Path> = outputs.iter().map(PathBuf::as_path).collect();
    let mut inputs = vec![options.proof.as_path()];
    inputs.extend([&options.scenarios, &options.mandate, &options.deal].into_iter().flatten().map(|path| &**path));
    files::refuse_overlap(&outputs, &inputs)?;
    let file = read_proof(&options.proof)?;
    let key = files::verifying_key(&options.keys)?;
    if file.keys != tailproof_verifier::key_file::key_digest(&key) {
        return Err(other_keys(&file, &key, &options.keys));
    }
    let named = [&options.scenarios, &options.mandate, &options.deal].map(|path| path.as_deref());
    let scenarios = scenario_inputs(key.shape(), named[0], named[1], named[2])?;
    let point = scenario_point(&key, &scenarios);
    if point != file.evidence.scenario_point {
        let text = "the proof is about other scenarios, half-spreads or columns of a tape than these files";
        return Err(Failure::Usage(text.into()));
    }
    let inputs = all_inputs(&file.controls, &scenarios);
    files::make_folder(&options.output)?;
    let write = |name: &str, value: Value| {
        files::write(&options.output.join(name), format!("{value:#}\n").as_bytes(), Access::Public)
    };
    write("verification_key.json", verification_key(&key))?;
    write("public.json", public_signals(&inputs))?;
    write("proof.json", proof(&file.evidence.proof))?;
    out!(
        "wrote verification_key.json, public.json ({} signals) and proof.json into {}",
        inputs.len(),
        options.output.display()
    );
    Ok(())
}
