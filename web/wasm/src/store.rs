//! What was decoded, under handles.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use tailproof_core::pool::Deal;
use tailproof_core::{Mandate, ScenarioSet};
use tailproof_verifier::{Claim, CommitmentFile, Groth16, Prepared, Verifier};

use crate::refusal::Refusal;
use crate::request::Terms;

/// Prepared claims that are kept. A page checks many proofs of few claims.
const PREPARED: usize = 8;

/// A thing that was decoded.
pub enum Thing {
    /// Keys.
    Keys(Arc<Verifier<Groth16>>),
    /// A scenario set.
    Scenarios(Arc<ScenarioSet>),
    /// A mandate.
    Mandate(Arc<Mandate>),
    /// A deal.
    Deal(Arc<Deal>),
    /// A commitment.
    Commitment(Box<CommitmentFile>),
}

/// Everything that was decoded and not released.
#[derive(Default)]
pub struct Store {
    last: u32,
    things: BTreeMap<u32, Thing>,
    /// Prepared claims, the newest last.
    prepared: Vec<((u32, Terms), Arc<Prepared<Groth16>>)>,
}

/// Runs `work` on the store. The module has one thread; on the host, each thread has a store.
pub fn with<T>(work: impl FnOnce(&mut Store) -> T) -> T {
    thread_local!(static STORE: RefCell<Store> = RefCell::default());
    STORE.with_borrow_mut(work)
}

impl Store {
    /// Keeps a thing, and returns its handle.
    pub fn keep(&mut self, thing: Thing) -> u32 {
        self.last += 1;
        self.things.insert(self.last, thing);
        self.last
    }

    /// Forgets a thing and the claims made of it.
    pub fn release(&mut self, handle: u32) -> Result<(), Refusal> {
        self.things.remove(&handle).ok_or_else(|| unknown(handle))?;
        let is_of = |terms: &Terms| [terms.mandate, terms.deal, terms.scenarios].contains(&Some(handle));
        self.prepared.retain(|((keys, terms), _)| *keys != handle && !is_of(terms));
        Ok(())
    }

    fn thing(&self, handle: u32) -> Result<&Thing, Refusal> {
        self.things.get(&handle).ok_or_else(|| unknown(handle))
    }

    /// Returns keys.
    pub fn keys(&self, handle: u32) -> Result<Arc<Verifier<Groth16>>, Refusal> {
        match self.thing(handle)? {
            Thing::Keys(keys) => Ok(keys.clone()),
            _ => Err(other_kind(handle, "keys")),
        }
    }

    /// Returns a commitment.
    pub fn commitment(&self, handle: u32) -> Result<&CommitmentFile, Refusal> {
        match self.thing(handle)? {
            Thing::Commitment(commitment) => Ok(commitment),
            _ => Err(other_kind(handle, "a commitment")),
        }
    }

    /// Returns the claim that terms form.
    fn claim(&self, terms: Terms) -> Result<Claim, Refusal> {
        let scenarios = |handle| match self.thing(handle)? {
            Thing::Scenarios(set) => Ok(set.clone()),
            _ => Err(other_kind(handle, "a scenario set")),
        };
        let set = terms.scenarios.map(scenarios).transpose()?;
        match (terms.mandate, terms.deal, set) {
            (Some(handle), None, Some(set)) => match self.thing(handle)? {
                Thing::Mandate(mandate) => Ok(Claim::market(mandate.clone(), set)?),
                _ => Err(other_kind(handle, "a mandate")),
            },
            (None, Some(handle), set) => match self.thing(handle)? {
                Thing::Deal(deal) => Ok(Claim::pool(deal.clone(), set)?),
                _ => Err(other_kind(handle, "a deal")),
            },
            _ => Err(Refusal::use_of("a claim is a mandate over a scenario set, or a deal")),
        }
    }

    /// Returns a claim prepared for keys. Its scenario point is computed once.
    pub fn prepared(&mut self, keys: u32, terms: Terms) -> Result<Arc<Prepared<Groth16>>, Refusal> {
        if let Some(at) = self.prepared.iter().position(|(of, _)| *of == (keys, terms)) {
            let found = self.prepared.remove(at);
            let prepared = found.1.clone();
            self.prepared.push(found);
            return Ok(prepared);
        }
        let prepared = Arc::new(self.keys(keys)?.prepare(&self.claim(terms)?)?);
        if self.prepared.len() == PREPARED {
            self.prepared.remove(0);
        }
        self.prepared.push(((keys, terms), prepared.clone()));
        Ok(prepared)
    }
}

fn unknown(handle: u32) -> Refusal {
    Refusal::use_of(format!("there is nothing under the handle {handle}"))
}

fn other_kind(handle: u32, expected: &str) -> Refusal {
    Refusal::use_of(format!("the handle {handle} is not of {expected}"))
}
