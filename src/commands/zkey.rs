//! `tailproof zkey`: keys for snarkjs and compatible provers.

use tailproof::Groth16;
use tailproof::prover::snarkjs_files::zkey::{ZkeyError, write_zkey};
use tailproof::store::{Access, Kind};

use crate::cli::Zkey;
use crate::failure::Failure;
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::output::out;
use crate::writing;

/// Runs `tailproof zkey`.
pub fn run(options: &Zkey) -> Result<(), Failure> {
    let inputs = keys::NAMES.map(|name| options.keys.join(name));
    files::refuse_overlap(&[&options.output], &inputs.each_ref().map(|path| &**path))?;
    let verifier = Groth16::verifier(&options.keys)?;
    keys::warn_of_development(verifier.provenance());
    let prover = Groth16::prover(&options.keys, verifier)?;
    let (proving, verifying) = (prover.proving_key(), prover.verifier().key());
    let refused = |error| match error {
        ZkeyError::Write(error) => Failure::io("write", &options.output)(error),
        error => Failure::Zkey { folder: options.keys.clone(), error },
    };
    if !proving.domain().is_power_of_two() {
        return Err(refused(ZkeyError::Domain(proving.domain())));
    }
    let output = writing::output(&options.output, Kind::Zkey, Access::Public, false);
    let mut writing = writing::begin(&[output], "name another file")?;
    writing.stage_with(0, |file| write_zkey(file, proving, verifying).map_err(refused))?;
    writing.put()?;
    out!("wrote {}; `tailproof prove --witness` writes what a prover needs beside it", options.output.display());
    Ok(())
}
