//! `tailproof snarkjs`: a proof for `snarkjs groth16 verify`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tailproof::Groth16;
use tailproof::store::{Access, Kind};
use tailproof::verifier::export::snarkjs::{proof, public_signals, verification_key};
use tailproof::verifier::inputs::all_inputs;
use tailproof::verifier::scenario_point::scenario_point;

use super::verify::{other_keys, read_proof};
use crate::claims::scenario_inputs;
use crate::cli::{PublicOptions, Snarkjs};
use crate::failure::Failure;
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::output::out;
use crate::writing;

/// Runs `tailproof snarkjs`.
pub fn run(options: &Snarkjs) -> Result<(), Failure> {
    let outputs = ["verification_key.json", "public.json", "proof.json"].map(|name| options.output.join(name));
    let outputs: Vec<&Path> = outputs.iter().map(PathBuf::as_path).collect();
    let mut inputs = vec![options.proof.as_path()];
    let public = [&options.scenarios, &options.mandate, &options.deal, &options.assumptions];
    inputs.extend(public.into_iter().flatten().map(|path| &**path));
    files::refuse_overlap(&outputs, &inputs)?;
    let file = read_proof(&options.proof)?;
    let verifier = Groth16::verifier(&options.keys)?;
    if file.keys != verifier.key_digest() {
        return Err(other_keys(&file, &verifier, &options.keys));
    }
    keys::warn_of_development(verifier.provenance());
    let named = PublicOptions {
        scenarios: options.scenarios.clone(),
        mandate: options.mandate.clone(),
        deal: options.deal.clone(),
        assumptions: options.assumptions.clone(),
    };
    let scenarios = scenario_inputs(verifier.shape(), &named)?;
    let point = scenario_point(verifier.key(), &scenarios)?;
    if point != file.evidence.scenario_point {
        let text = "the proof is about other scenarios, half-spreads or columns of a tape than these files";
        return Err(Failure::Usage(text.into()));
    }
    let inputs = all_inputs(&file.controls, &scenarios);
    let contents: [Value; 3] = [verification_key(verifier.key()), public_signals(&inputs), proof(&file.evidence.proof)];
    let kinds = [Kind::SnarkjsKey, Kind::SnarkjsSignals, Kind::SnarkjsProof];
    let files: Vec<_> =
        outputs.iter().zip(kinds).map(|(path, kind)| writing::output(path, kind, Access::Public, false)).collect();
    let mut writing = writing::begin_in(&options.output, &files, "name another folder")?;
    for (index, value) in contents.iter().enumerate() {
        writing.stage(index, format!("{value:#}\n").as_bytes())?;
    }
    writing.put()?;
    out!(
        "wrote verification_key.json, public.json ({} signals) and proof.json into {}",
        inputs.len(),
        options.output.display()
    );
    Ok(())
}
