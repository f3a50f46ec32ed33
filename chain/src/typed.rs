//! What is signed off chain, as EIP-712 digests.

use alloy::primitives::{Address, B256, keccak256};
use alloy::sol;
use alloy::sol_types::{Eip712Domain, SolStruct, SolValue, eip712_domain};

sol! {
    /// A row of prices, as the seats of an oracle sign it.
    #[derive(Debug, PartialEq, Eq)]
    struct PriceRow {
        bytes32 source;
        uint32 period;
        uint32 previous;
        bytes32 last;
        bytes32 before;
        bytes32 now;
    }

    /// A statement about a commitment.
    #[derive(Debug, PartialEq, Eq)]
    struct Attestation {
        bytes32 commitment;
        bytes32 subject;
        uint64 asOf;
        uint64 expires;
        uint32 scope;
        bytes32 terms;
    }
}

/// Returns the identifier of a window, which every row names.
pub fn source(chain_id: u64, window: Address) -> B256 {
    keccak256((alloy::primitives::U256::from(chain_id), window).abi_encode())
}

/// Returns the domain of everything that is signed off chain. What is signed names its chain and contract itself,
/// where it is of one.
fn domain() -> Eip712Domain {
    eip712_domain! { name: "Tailproof", version: "1", }
}

/// Returns the digest of a row that a seat signs.
pub fn row_digest(row: &PriceRow) -> B256 {
    row.eip712_signing_hash(&domain())
}

/// Returns the digest of an attestation that a custodian signs.
pub fn attestation_digest(attestation: &Attestation) -> B256 {
    attestation.eip712_signing_hash(&domain())
}

/// Returns an entity as the subject of attestations: its account, padded.
pub fn subject(entity: Address) -> B256 {
    entity.into_word()
}
