//! `tailproof zkey`: keys for snarkjs and provers of its family.

use tailproof_prover::snarkjs_files::zkey::write_zkey;

use super::warn_of_development_keys;
use crate::cli::Zkey;
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::out;

pub fn run(options: &Zkey) -> Result<(), Failure> {
    let inputs = ["proving.key", "verifying.key"].map(|name| options.keys.join(name));
    files::refuse_overlap(&[&options.output], &[&inputs[0], &inputs[1]])?;
    let verifying = files::verifying_key(&options.keys)?;
    let proving = files::proving_key(&options.keys, &verifying)?;
    warn_of_development_keys(verifying.header());
    let staged = files::stage_with(&options.output, Access::Public, |file| {
        write_zkey(file, &proving, &verifying).map_err(Failure::io("write", &options.output))
    })?;
    staged.put()?;
    out!("wrote {}; `tailproof prove --witness` writes what a prover needs beside it", options.output.display());
    Ok(())
}
