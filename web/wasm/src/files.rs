//! Files that a message carries.

use tailproof_core::echo::echo;
use tailproof_verifier::proof::backend_of;
use tailproof_verifier::{Backend, CommitmentFile, ProofFile};

use crate::refusal::Refusal;
use crate::system::{self, System};

/// Returns the text of a file.
pub fn text<'f>(file: &str, bytes: &'f [u8]) -> Result<&'f str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| Refusal::malformed(file, &error))
}

/// Whether a proof file says that it is of a proof system.
pub fn is_of<B: Backend>(proof: &[u8]) -> Result<bool, Refusal> {
    let backend = backend_of(text("proof", proof)?).map_err(|error| Refusal::malformed("proof", &error))?;
    Ok(backend == B::NAME)
}

/// Reads a proof file.
pub fn proof<B: System>(bytes: &[u8]) -> Result<ProofFile<B>, Refusal> {
    let malformed = |error| Refusal::malformed("proof", &error);
    let text = text("proof", bytes)?;
    let backend = backend_of(text).map_err(malformed)?;
    if backend != B::NAME {
        let (found, here) = (echo(&backend), system::CHECKED_HERE);
        return Err(Refusal::new("other-backend", format!("the proof is of {found}, and this module checks {here}")));
    }
    ProofFile::from_json(text).map_err(malformed)
}

/// Reads a commitment file.
pub fn commitment(bytes: &[u8]) -> Result<CommitmentFile, Refusal> {
    let file = CommitmentFile::from_json(text("commitment", bytes)?);
    file.map_err(|error| Refusal::malformed("commitment", &error))
}
