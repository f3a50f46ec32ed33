//! The job of a book.

use ark_bn254::Fr;
use sha2::{Digest, Sha256};
use tailproof_core::scenarios::file;
use tailproof_verifier::claim::MandateClaim;
use tailproof_verifier::encoding::to_hex;

/// Separates this hash from every other one.
const DOMAIN: &[u8] = b"tailproof/farm-job/v1";

/// The public terms that all books of a batch share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    mandate: [u8; 32],
    scenarios: [u8; 32],
    keys: [u8; 32],
    context: Option<Fr>,
}

impl Terms {
    /// Returns the terms of a claim that is proved with the keys of a digest. `context` is what every
    /// proof is bound to; without it, each is bound to the digest of mandate and set.
    pub fn new(claim: &MandateClaim, keys: [u8; 32], context: Option<Fr>) -> Self {
        Self { mandate: claim.mandate().digest(), scenarios: file::digest(claim.scenarios()), keys, context }
    }

    /// Returns the job of a book: SHA-256 of its name, its commitment over the field of Groth16 and the
    /// terms. So the row of a job says nothing of another claim, other keys or another book of the
    /// same name.
    pub fn job(&self, name: &str, commitment: &Fr) -> [u8; 32] {
        let [mandate, scenarios, keys] = [self.mandate, self.scenarios, self.keys].map(hex::encode);
        let context = self.context.as_ref().map(to_hex).unwrap_or_default();
        let mut hash = Sha256::new_with_prefix(DOMAIN);
        for text in [name, &to_hex(commitment), &mandate, &scenarios, &keys, &context] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hash.finalize().into()
    }
}
