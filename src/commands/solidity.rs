//! `tailproof solidity`: the Solidity verifier contract for keys.

use tailproof::store::{Access, Kind};
use tailproof::verifier::export::solidity::verifier_contract;

use crate::cli::Solidity;
use crate::failure::Failure;
use crate::files;
use crate::keys;
use crate::output::out;
use crate::writing;

/// Runs `tailproof solidity`.
pub fn run(options: &Solidity) -> Result<(), Failure> {
    let inputs = keys::NAMES.map(|name| options.keys.join(name));
    files::refuse_overlap(&[&options.output], &inputs.each_ref().map(|path| &**path))?;
    let key = keys::verifying_key(&options.keys)?;
    keys::refuse_older_lists(&options.keys, &key)?;
    keys::warn_of_development(Some(key.header().provenance));
    writing::write(&options.output, Kind::Contract, verifier_contract(&key).as_bytes(), Access::Public)?;
    out!("wrote {}, shape {}", options.output.display(), key.shape());
    Ok(())
}
