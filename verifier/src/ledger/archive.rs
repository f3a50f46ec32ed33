//! Artefacts of a ledger that are held in memory.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tailproof_core::pool::Deal;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::{Mandate, ScenarioSet};

use super::audit::Artefacts;
use crate::claim::MandateClaim;

/// Artefacts of a ledger by the digests that its steps state.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    proofs: HashMap<[u8; 32], Vec<u8>>,
    scenarios: HashMap<[u8; 32], Arc<ScenarioSet>>,
    mandates: HashMap<[u8; 32], Arc<Mandate>>,
    deals: HashMap<[u8; 32], Arc<Deal>>,
}

impl Archive {
    /// Adds the artefacts of a step: its claim's scenario set and mandate, and its proof file.
    pub fn add(&mut self, claim: &MandateClaim, proof: &[u8]) {
        self.add_proof(proof);
        self.add_scenarios(claim.set.clone());
        self.add_mandate(claim.mandate.clone());
    }

    /// Adds a proof file, as the bytes that its step was made from.
    pub fn add_proof(&mut self, proof: &[u8]) {
        self.proofs.insert(Sha256::digest(proof).into(), proof.to_vec());
    }

    /// Adds a scenario set.
    pub fn add_scenarios(&mut self, set: Arc<ScenarioSet>) {
        self.scenarios.insert(scenario_file::digest(&set), set);
    }

    /// Adds a mandate.
    pub fn add_mandate(&mut self, mandate: Arc<Mandate>) {
        self.mandates.insert(mandate.digest(), mandate);
    }

    /// Adds a deal.
    pub fn add_deal(&mut self, deal: Arc<Deal>) {
        self.deals.insert(deal.digest(), deal);
    }
}

impl Artefacts for Archive {
    fn proof(&self, digest: &[u8; 32]) -> Option<Vec<u8>> {
        self.proofs.get(digest).cloned()
    }

    fn scenarios(&self, digest: &[u8; 32]) -> Option<Arc<ScenarioSet>> {
        self.scenarios.get(digest).cloned()
    }

    fn mandate(&self, digest: &[u8; 32]) -> Option<Arc<Mandate>> {
        self.mandates.get(digest).cloned()
    }

    fn deal(&self, digest: &[u8; 32]) -> Option<Arc<Deal>> {
        self.deals.get(digest).cloned()
    }
}
