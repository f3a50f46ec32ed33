//! The proof of one book.

use rand::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use tailproof_prover::prepared::PreparedSet;
use tailproof_prover::prover::{ProvingBackend, Statement, Unproved};
use tailproof_verifier::ProofFile;

use super::row::Status;

/// The reason in the row of a book whose claim is false: its figures are private.
pub const NOT_MET: &str = "the book does not meet the mandate";

/// A proof of a statement, with the SHA-256 of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The proof that is there is, byte for byte, one that could have been made now, and verifies.
    Kept([u8; 32]),
    /// The text of a proof that was made and verified, to be written.
    Proved(String, [u8; 32]),
}

/// Keeps the proof that is there, or makes one. `earlier` is the text of the file in the place of the
/// proof, whatever it is. A proof is kept only if it verifies and is one of this statement under these
/// keys, byte for byte.
///
/// # Errors
/// As [`PreparedSet::prove_statement`].
pub fn settle<B: ProvingBackend>(
    set: &PreparedSet<'_, B>,
    statement: &Statement<B>,
    earlier: Option<&str>,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Settled, Unproved> {
    if let Some(text) = earlier
        && ProofFile::<B>::from_json(text).is_ok_and(|proof| proof.to_json() == *text && set.proves(statement, &proof))
    {
        return Ok(Settled::Kept(Sha256::digest(text).into()));
    }
    let text = set.prove_statement(statement, rng)?.to_json();
    let digest = Sha256::digest(&text).into();
    Ok(Settled::Proved(text, digest))
}

/// Returns the status of a book that has no proof for a reason of its own. `None` for a reason that
/// every book would have: it stops the batch, and no row may tell at which book.
pub fn status_of(unproved: &Unproved) -> Option<Status> {
    match unproved {
        Unproved::FalseClaim(_) => Some(Status::False),
        Unproved::Instance(_) => Some(Status::BadInput),
        _ => None,
    }
}
