//! `tailproof chain watch`: events of the deployment as they come, and those that a reorganisation took back.

use std::collections::BTreeMap;
use std::time::Duration;

use alloy::primitives::{Address, B256};
use alloy::rpc::types::{Filter, Log};
use serde_json::{Value, json};

use super::session::Session;
use crate::cli::{Common, Watch};
use crate::deployment::Deployment;
use crate::error::Failure;
use crate::events::Event;
use crate::node::Node;
use crate::output::{progress, result};
use crate::tail::{KEPT, Seen, Tail};

/// How often new blocks are asked for.
const POLL: Duration = Duration::from_secs(1);

pub async fn run(common: &Common, options: &Watch) -> Result<(), Failure> {
    let session = Session::open(common).await?;
    let from = match options.from {
        Some(block) => block,
        None => session.node.newest().await?,
    };
    let mut watcher = Watcher::new(&session, from);
    loop {
        for (json, line) in watcher.look().await? {
            result(common.json, &json, &line);
        }
        if options.until.is_some_and(|until| watcher.from > until) {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

/// An announcement: JSON and a line.
type Said = (Value, String);

/// A deployment's events from one block on.
struct Watcher<'a> {
    node: &'a Node,
    /// Names of the contracts by their addresses.
    names: BTreeMap<Address, &'a str>,
    /// The first block that was not looked at.
    from: u64,
    tail: Tail,
}

impl<'a> Watcher<'a> {
    fn new(session: &'a Session, from: u64) -> Self {
        let Session { deployment: Deployment { contracts, .. }, node } = session;
        let names = contracts.iter().map(|(name, contract)| (contract.address, name.as_str())).collect();
        Self { node, names, from, tail: Tail::default() }
    }

    /// Returns what happened since the last look: first the events that no longer stand, newest
    /// first, then the new ones.
    async fn look(&mut self) -> Result<Vec<Said>, Failure> {
        let mut said = self.taken_back().await?;
        let newest = self.node.newest().await?;
        if newest < self.from {
            return Ok(said);
        }
        // Hashes before events: if a block changes between the two questions, the next look notices
        // it.
        let first = self.from.max((newest + 1).saturating_sub(KEPT as u64));
        let mut blocks = Vec::new();
        for number in first..=newest {
            match self.node.hash(number).await? {
                Some(hash) => blocks.push(Seen { number, hash, shown: Vec::new() }),
                None => return Ok(said),
            }
        }
        let filter = Filter::new()
            .address(self.names.keys().copied().collect::<Vec<_>>())
            .from_block(self.from)
            .to_block(newest);
        let logs = self.node.logs(&filter).await?;
        let of = |log: &Log| log.block_number.and_then(|number| number.checked_sub(first));
        let place = |log: &Log| of(log).and_then(|place| usize::try_from(place).ok());
        let is_of = |log: &Log, hash: B256| log.block_hash.is_none_or(|of| of == hash);
        if logs
            .iter()
            .any(|log| place(log).is_some_and(|at| blocks.get(at).is_none_or(|block| !is_of(log, block.hash))))
        {
            return Ok(said);
        }
        for log in &logs {
            let shown = self.shown(log);
            if let Some(block) = place(log).and_then(|place| blocks.get_mut(place)) {
                block.shown.push(shown.clone());
            }
            said.push(shown);
        }
        blocks.into_iter().for_each(|block| self.tail.push(block));
        self.from = newest + 1;
        Ok(said)
    }

    /// Forgets blocks that the chain no longer has, and returns what was said of them.
    async fn taken_back(&mut self) -> Result<Vec<Said>, Failure> {
        let (mut gone, mut replaced) = (0, false);
        for block in self.tail.newest_first() {
            match self.node.hash(block.number).await? {
                Some(hash) if hash == block.hash => break,
                Some(_) => replaced = true,
                // A node that is behind has no block there; the next one tells.
                None => {}
            }
            gone += 1;
        }
        if !replaced {
            return Ok(Vec::new());
        }
        let mut said = Vec::new();
        for Seen { number, hash, shown } in std::iter::from_fn(|| self.tail.pop()).take(gone) {
            self.from = number;
            for (mut json, line) in shown.into_iter().rev() {
                json["removed"] = true.into();
                said.push((json, format!("reorganised away, block {hash}: {line}")));
            }
        }
        progress(&format!("the chain was reorganised: {gone} blocks from {} on were replaced", self.from));
        if self.tail.newest_first().next().is_none() {
            let from = self.from;
            progress(&format!(
                "no block that is remembered stands; what was said of blocks before {from} may not either"
            ));
        }
        Ok(said)
    }

    /// Returns an event as JSON and as a line.
    fn shown(&self, log: &Log) -> Said {
        let (block, address) = (log.block_number.unwrap_or_default(), log.address());
        let contract = self.names.get(&address).copied().unwrap_or_default();
        let base = |event: &str| json!({ "block": block, "block_hash": log.block_hash, "address": address, "contract": contract, "event": event });
        if let Some(event) = Event::read(&log.inner.data) {
            let mut json = base(&event.name);
            if let Some(all) = json.as_object_mut() {
                all.extend(event.json());
            }
            return (json, format!("block {block}: {contract}: {}", event.sentence()));
        }
        let mut json = base("other");
        json["topic"] = json!(log.topic0());
        let topic = log.topic0().copied().unwrap_or_default();
        (json, format!("block {block}: {contract}: an event that this program does not know ({topic})"))
    }
}

#[cfg(test)]
mod tests;
