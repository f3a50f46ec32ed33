//! `tailproof zkey`: keys for snarkjs and compatible provers.

use tailproof::Groth16;
use tailproof::prover::snarkjs_files::zkey::write_zkey;

use crate::cli::Zkey;
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::keys::{self, KeyFolder};
use crate::output::out;

/// Runs `tailproof zkey`.
pub fn run(options: &Zkey) -> Result<(), Failure> {
    let inputs = keys::NAMES.map(|name| options.keys.join(name));
    files::refuse_overlap(&[&options.output], &inputs.each_ref().map(|path| &**path))?;
    let verifier = Groth16::verifier(&options.keys)?;
    keys::warn_of_development(verifier.provenance());
    let prover = Groth16::prover(&options.keys, verifier)?;
    let (proving, verifying) = (prover.proving_key(), prover.verifier().key());
    files::refuse_precious(&options.output, None)?;
    let staged = files::stage_with(&options.output, Access::Public, |file| {
        write_zkey(file, proving, verifying).map_err(Failure::io("write", &options.output))
    })?;
    staged.put()?;
    out!("wrote {}; `tailproof prove --witness` writes what a prover needs beside it", options.output.display());
    Ok(())
}
