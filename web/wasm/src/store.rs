//! What was decoded, under handles.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use tailproof_core::pool::Deal;
use tailproof_core::{Mandate, ScenarioSet};
use tailproof_verifier::{Claim, CommitmentFile, Groth16, Prepared, PreparedScenarios, Verifier};

use crate::question::Terms;
use crate::refusal::Refusal;

/// Prepared claims that are kept. A page checks many proofs of few claims.
const PREPARED: usize = 8;
/// Prepared scenario sets that are kept. A page checks many claims over few sets.
const SETS: usize = 4;

/// The number of a thing that was decoded.
pub type Handle = u64;

/// A thing that was decoded.
pub enum Thing {
    Keys(Arc<Verifier<Groth16>>),
    Scenarios(Arc<ScenarioSet>),
    Mandate(Arc<Mandate>),
    Deal(Arc<Deal>),
    Commitment(Box<CommitmentFile>),
}

/// Everything that was decoded and not released.
#[derive(Default)]
pub struct Store {
    last: Handle,
    things: BTreeMap<Handle, Thing>,
    /// Prepared claims, the newest last.
    prepared: Vec<PreparedClaim>,
    /// Prepared scenario sets, the newest last.
    sets: Vec<PreparedSet>,
}

/// The key and the terms of a claim, and what was prepared of them.
type PreparedClaim = ((Handle, Terms), Arc<Prepared<Groth16>>);

/// The keys and the scenario set, and the part of a check that belongs to them.
type PreparedSet = ((Handle, Option<Handle>), Arc<PreparedScenarios<Groth16>>);

/// Runs `work` on the store. The module has one thread; on the host, each thread has a store.
pub fn with<T>(work: impl FnOnce(&mut Store) -> T) -> T {
    thread_local!(static STORE: RefCell<Store> = RefCell::default());
    STORE.with_borrow_mut(work)
}

impl Store {
    /// Keeps a thing, and returns its handle.
    pub fn keep(&mut self, thing: Thing) -> Handle {
        self.last += 1;
        self.things.insert(self.last, thing);
        self.last
    }

    /// Forgets a thing and the claims made of it.
    pub fn release(&mut self, handle: Handle) -> Result<(), Refusal> {
        self.things.remove(&handle).ok_or_else(|| unknown(handle))?;
        let is_of = |terms: &Terms| [terms.mandate, terms.deal, terms.scenarios].contains(&Some(handle));
        self.prepared.retain(|((keys, terms), _)| *keys != handle && !is_of(terms));
        self.sets.retain(|((keys, set), _)| *keys != handle && *set != Some(handle));
        Ok(())
    }

    fn thing(&self, handle: Handle) -> Result<&Thing, Refusal> {
        self.things.get(&handle).ok_or_else(|| unknown(handle))
    }

    /// Returns keys.
    pub fn keys(&self, handle: Handle) -> Result<Arc<Verifier<Groth16>>, Refusal> {
        match self.thing(handle)? {
            Thing::Keys(keys) => Ok(keys.clone()),
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

    /// Returns a claim prepared for keys. Its scenario point is computed once for all claims over the
    /// set, except that half-spreads of a mandate may make it another one.
    pub fn prepared(&mut self, keys: Handle, terms: Terms) -> Result<Arc<Prepared<Groth16>>, Refusal> {
        if let Some(at) = self.prepared.iter().position(|(of, _)| *of == (keys, terms)) {
            let known = self.prepared.remove(at);
            self.prepared.push(known);
        } else {
            let of = (keys, terms.scenarios);
            let known: Vec<_> =
                self.sets.iter().filter(|(set, _)| *set == of).map(|(_, known)| known.clone()).collect();
            let prepared = self.keys(keys)?.prepare_beside(&self.claim(terms)?, &known)?;
            self.sets.retain(|(_, set)| !Arc::ptr_eq(set, prepared.scenarios()));
            newest(&mut self.sets, (of, prepared.scenarios().clone()), SETS);
            newest(&mut self.prepared, ((keys, terms), Arc::new(prepared)), PREPARED);
        }
        self.prepared.last().map(|(_, prepared)| prepared.clone()).ok_or_else(|| unknown(keys))
    }
}

/// Adds the newest of a list, which keeps at most `most`.
fn newest<T>(list: &mut Vec<T>, one: T, most: usize) {
    if list.len() == most {
        list.remove(0);
    }
    list.push(one);
}

fn unknown(handle: Handle) -> Refusal {
    Refusal::use_of(format!("there is nothing under the handle {handle}"))
}

fn other_kind(handle: Handle, expected: &str) -> Refusal {
    Refusal::use_of(format!("the handle {handle} is not of {expected}"))
}
