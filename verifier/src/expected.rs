//! The expectations of a verifier, besides the claim.

use ark_bn254::Fr;
use tailproof_core::scenarios::regenerate::{Regenerate, Sources};

use crate::attestation::{Attestation, AttestorKey};
use crate::backend::Backend;
use crate::digest_list::DigestList;

/// The caller's expectations of a proof, besides the claim.
#[derive(Debug, Clone)]
pub struct Expected<'e, B: Backend> {
    /// The commitments that the proof must be about, one for each sub-book, in any order; `None`
    /// to accept any.
    pub commitments: Option<Vec<B::Field>>,
    /// Context that the proof must be bound to; `None` for the digest of the claim's terms.
    pub context: Option<Fr>,
    /// Scenario point that must be the one computed from the scenario set and the key.
    pub scenario_point: Option<B::ScenarioPoint>,
    /// Seed that the scenarios must have been drawn with; `None` to accept the header's.
    pub seed: Option<[u8; 32]>,
    /// Keys that are refused; `None` if there is no list.
    pub withdrawn: Option<&'e DigestList>,
    /// Attestors who must have vouched for the commitments; `None` to ask for none.
    pub attestors: Option<Attestors<'e>>,
    /// Maker and sources to regenerate the scenario set, and refuse one that cannot be regenerated
    /// from them; without them, the verdict says that the set was not regenerated.
    pub remake: Option<Remake<'e>>,
}

/// The attestors that a verifier asks for, with the attestations at hand.
#[derive(Debug, Clone, Copy)]
pub struct Attestors<'e> {
    /// The keys that must have vouched, each for every commitment.
    pub keys: &'e [AttestorKey],
    /// The attestations.
    pub given: &'e [Attestation],
    /// Identifier of the entity; `None` to take the one that the attestations name.
    pub subject: Option<[u8; 32]>,
    /// The time at which they must hold, in Unix seconds UTC.
    pub at: u64,
    /// The statements that are revoked; `None` if there is no list.
    pub revoked: Option<&'e DigestList>,
}

/// A maker of scenario sets, with the sources at hand.
#[derive(Clone, Copy)]
pub struct Remake<'e> {
    /// The maker.
    pub maker: &'e (dyn Regenerate + Sync),
    /// The sources.
    pub sources: Sources<'e>,
}

impl std::fmt::Debug for Remake<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remake").field("sources", &self.sources).finish_non_exhaustive()
    }
}

impl<B: Backend> Default for Expected<'_, B> {
    fn default() -> Self {
        Self {
            commitments: None,
            context: None,
            scenario_point: None,
            seed: None,
            withdrawn: None,
            attestors: None,
            remake: None,
        }
    }
}
