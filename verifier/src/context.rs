//! Contexts that bind a proof to a use on a chain: one encoding for Rust, Solidity and JavaScript.

use crate::attestation::{keccak, word};
use crate::encoding::digest_to_field;
use crate::field::InputField;

/// The type of a place, as EIP-712 writes it.
pub const TYPE: &str = "Context(uint256 chainId,address ledger,bytes32 entity,bytes32 claim,uint64 period)";

/// The use that a proof is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Number of the chain (EIP-155).
    pub chain_id: u64,
    /// Address of the contract that keeps the proofs.
    pub ledger: [u8; 20],
    /// Identifier of the entity whose holdings these are; the subject of its attestations.
    pub entity: [u8; 32],
    /// Digest of the mandate, or of the pool's deal.
    pub claim: [u8; 32],
    /// Number of the period; on a window, the epoch.
    pub period: u64,
}

impl Place {
    /// Returns Keccak-256 of the ABI encoding of the type's hash and the five values.
    pub fn hash(&self) -> [u8; 32] {
        let mut ledger = [0; 32];
        ledger[12..].copy_from_slice(&self.ledger);
        keccak(&[
            &keccak(&[TYPE.as_bytes()]),
            &word(self.chain_id),
            &ledger,
            &self.entity,
            &self.claim,
            &word(self.period),
        ])
    }

    /// Returns the context of a proof: the first 31 bytes of the hash as a big-endian number, below
    /// every field's modulus.
    pub fn context<F: InputField>(&self) -> F {
        digest_to_field(&self.hash())
    }
}
