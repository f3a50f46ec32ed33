//! What was decoded, under handles.

use std::cell::RefCell;
use std::sync::Arc;

use tailproof_core::pool::Deal;
use tailproof_core::{Mandate, ScenarioSet};
#[cfg(feature = "halo2")]
use tailproof_verifier::{Backend, Halo2};
use tailproof_verifier::{Claim, CommitmentFile, Groth16, Prepared, Verifier};

use crate::refusal::Refusal;
use crate::request::Handle;
use crate::terms::Terms;

/// Prepared claims that are kept. A page checks many proofs of few claims.
const PREPARED: usize = 8;

/// A thing that was decoded.
pub enum Thing {
    Keys(Arc<Verifier<Groth16>>),
    #[cfg(feature = "halo2")]
    Halo2Keys(Arc<Verifier<Halo2>>),
    Scenarios(Arc<ScenarioSet>),
    Mandate(Arc<Mandate>),
    Deal(Arc<Deal>),
    Commitment(Box<CommitmentFile>),
}

/// Everything that was decoded and not released.
#[derive(Default)]
pub struct Store {
    last: Handle,
    things: Vec<(Handle, Thing)>,
    /// Prepared claims, the newest last.
    prepared: Vec<PreparedClaim>,
}

/// The key and the terms of a claim, and what was prepared of them.
type PreparedClaim = ((Handle, Terms), Arc<Prepared<Groth16>>);

/// Runs `work` on the store. The module has one thread; on the host, each thread has a store.
pub fn with<T>(work: impl FnOnce(&mut Store) -> T) -> T {
    thread_local!(static STORE: RefCell<Store> = RefCell::default());
    STORE.with_borrow_mut(work)
}

impl Store {
    /// Keeps a thing, and returns its handle.
    pub fn keep(&mut self, thing: Thing) -> Handle {
        self.last += 1;
        self.things.push((self.last, thing));
        self.last
    }

    /// Forgets a thing and the claims made of it.
    pub fn release(&mut self, handle: Handle) -> Result<(), Refusal> {
        let place = self.things.iter().position(|(of, _)| *of == handle).ok_or_else(|| unknown(handle))?;
        self.things.swap_remove(place);
        let is_of = |terms: &Terms| [terms.mandate, terms.deal, terms.scenarios].contains(&Some(handle));
        self.prepared.retain(|((keys, terms), _)| *keys != handle && !is_of(terms));
        Ok(())
    }

    fn thing(&self, handle: Handle) -> Result<&Thing, Refusal> {
        self.things.iter().find(|(of, _)| *of == handle).map(|(_, thing)| thing).ok_or_else(|| unknown(handle))
    }

    /// Returns keys of Groth16.
    pub fn keys(&self, handle: Handle) -> Result<Arc<Verifier<Groth16>>, Refusal> {
        match self.thing(handle)? {
            Thing::Keys(keys) => Ok(keys.clone()),
            #[cfg(feature = "halo2")]
            Thing::Halo2Keys(_) => Err(other_keys(Groth16::NAME, Halo2::NAME)),
            _ => Err(other_kind(handle, "keys")),
        }
    }

    /// Returns keys of halo2.
    #[cfg(feature = "halo2")]
    pub fn halo2_keys(&self, handle: Handle) -> Result<Arc<Verifier<Halo2>>, Refusal> {
        match self.thing(handle)? {
            Thing::Halo2Keys(keys) => Ok(keys.clone()),
            Thing::Keys(_) => Err(other_keys(Halo2::NAME, Groth16::NAME)),
            _ => Err(other_kind(handle, "keys")),
        }
    }

    /// Returns a commitment.
    pub fn commitment(&self, handle: Handle) -> Result<&CommitmentFile, Refusal> {
        match self.thing(handle)? {
            Thing::Commitment(commitment) => Ok(commitment),
            _ => Err(other_kind(handle, "a commitment")),
        }
    }

    /// Returns the claim that terms form.
    pub fn claim(&self, terms: Terms) -> Result<Claim, Refusal> {
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

    /// Returns a claim prepared for keys. Its scenario point is computed once, and shared by claims over
    /// the same set.
    pub fn prepared(&mut self, keys: Handle, terms: Terms) -> Result<Arc<Prepared<Groth16>>, Refusal> {
        let known = self.prepared.iter().position(|(of, _)| *of == (keys, terms));
        let prepared = match known {
            Some(at) => self.prepared.remove(at).1,
            None => {
                let others = self.prepared.iter().map(|(_, prepared)| &**prepared);
                Arc::new(self.keys(keys)?.prepare_beside(&self.claim(terms)?, others)?)
            }
        };
        if self.prepared.len() == PREPARED {
            self.prepared.remove(0);
        }
        self.prepared.push(((keys, terms), prepared.clone()));
        Ok(prepared)
    }
}

fn unknown(handle: Handle) -> Refusal {
    Refusal::use_of(format!("there is nothing under the handle {handle}"))
}

fn other_kind(handle: Handle, expected: &str) -> Refusal {
    Refusal::use_of(format!("the handle {handle} is not of {expected}"))
}

#[cfg(feature = "halo2")]
fn other_keys(proof: &str, keys: &str) -> Refusal {
    Refusal::new("other-backend", format!("the proof is of {proof}, and the keys are of {keys}"))
}
