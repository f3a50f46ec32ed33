//! Code of contracts, as forge writes it.

use std::path::{Path, PathBuf};

use alloy::primitives::{Bytes, hex};
use serde::Deserialize;

use crate::error::Failure;
use crate::files;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    bytecode: Bytecode,
    deployed_bytecode: Bytecode,
}

#[derive(Deserialize)]
struct Bytecode {
    object: String,
}

/// Returns where forge puts the artefact of a contract. One that it has compiled with several sets
/// of options may have the name of the default set behind its own.
pub fn path(folder: &Path, name: &str) -> PathBuf {
    let folder = folder.join(format!("{name}.sol"));
    let (plain, default) = (folder.join(format!("{name}.json")), folder.join(format!("{name}.default.json")));
    if !plain.exists() && default.exists() { default } else { plain }
}

/// Reads the creation code of an artefact.
///
/// # Errors
/// It is not there, has no code, or its libraries are not linked.
pub fn code(path: &Path) -> Result<Bytes, Failure> {
    linked(path, read(path)?.bytecode)
}

/// Reads the code that a contract without immutable values has on chain.
///
/// # Errors
/// As [`code`].
pub fn runtime_code(path: &Path) -> Result<Bytes, Failure> {
    linked(path, read(path)?.deployed_bytecode)
}

fn read(path: &Path) -> Result<Artifact, Failure> {
    if !path.exists() {
        return Err(Failure::malformed(path)(
            "is not there: run `forge build` in contracts/, after `tailproof solidity` has written the verifier",
        ));
    }
    files::read_json(path)
}

fn linked(path: &Path, Bytecode { object }: Bytecode) -> Result<Bytes, Failure> {
    if object.contains("__$") {
        return Err(Failure::malformed(path)("has places for libraries: it is not linked"));
    }
    let code = hex::decode(&object).map_err(Failure::malformed(path))?;
    if code.is_empty() { Err(Failure::malformed(path)("has no code: is it an interface?")) } else { Ok(code.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artefact_of_several_sets_of_options_is_that_of_the_default_one() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str| folder.path().join("A.sol").join(name);
        std::fs::create_dir(folder.path().join("A.sol")).unwrap();
        assert_eq!(path(folder.path(), "A"), of("A.json"), "the name that is missed");
        for name in ["A.small.json", "A.default.json"] {
            std::fs::write(of(name), "{}").unwrap();
        }
        assert_eq!(path(folder.path(), "A"), of("A.default.json"));
        std::fs::write(of("A.json"), "{}").unwrap();
        assert_eq!(path(folder.path(), "A"), of("A.json"));
    }
}
