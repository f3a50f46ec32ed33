//! Transactions that were signed, and whose outcome is not known yet.
//!
//! A step of a command, such as pushing one row, signs one transaction. Its bytes are in the journal
//! before they are sent. A run that finds the step there sends the same bytes again: a node ignores
//! bytes that it knows, and a chain takes a nonce once. So nothing is sent twice.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use alloy::primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::files;

/// A signed transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// sender
    pub from: Address,
    /// of the sender
    pub nonce: u64,
    /// of the transaction
    pub hash: B256,
    /// signed bytes
    pub raw: Bytes,
}

/// The journal of a deployment. It is locked as long as it is open: two runs at once would take the
/// same nonces.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    steps: BTreeMap<String, Pending>,
    _lock: File,
}

impl Journal {
    /// Opens the journal, or begins one.
    ///
    /// # Errors
    /// It cannot be read, or another run has it open.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let mut lock_path = path.to_owned().into_os_string();
        lock_path.push(".lock");
        let lock_path = PathBuf::from(lock_path);
        let lock = File::create(&lock_path).map_err(Failure::writing(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                let problem = "another run sends transactions of this deployment; wait until it has ended";
                return Err(Failure::malformed(path)(problem));
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(Failure::writing(&lock_path)(error)),
        }
        let steps = if path.exists() { files::read_json(path)? } else { BTreeMap::new() };
        Ok(Self { path: path.to_owned(), steps, _lock: lock })
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the transaction of a step.
    pub fn pending(&self, step: &str) -> Option<&Pending> {
        self.steps.get(step)
    }

    /// Returns the name of a step that an earlier run began and did not see the end of; else a new one, with `at` behind it. For
    /// steps that may be wanted more than once, such as deposits.
    pub fn step(&self, name: &str, at: u64) -> String {
        let prefix = format!("{name}/at/");
        self.steps.keys().find(|step| step.starts_with(&prefix)).cloned().unwrap_or_else(|| format!("{prefix}{at}"))
    }

    /// Returns the transactions of other steps, in the order of their nonces.
    pub fn others(&self, step: &str) -> Vec<(String, Pending)> {
        let others = self.steps.iter().filter(|(other, _)| *other != step);
        let mut others: Vec<_> = others.map(|(step, pending)| (step.clone(), pending.clone())).collect();
        others.sort_by_key(|(_, pending)| pending.nonce);
        others
    }

    /// Enters a transaction before it is sent.
    ///
    /// # Errors
    /// The disk refuses; then nothing may be sent.
    pub fn enter(&mut self, step: &str, pending: Pending) -> Result<(), Failure> {
        self.steps.insert(step.to_owned(), pending);
        self.write()
    }

    /// Removes a step whose outcome is known.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn settle(&mut self, step: &str) -> Result<(), Failure> {
        self.steps.remove(step);
        self.write()
    }

    fn write(&self) -> Result<(), Failure> {
        files::write_json(&self.path, &self.steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(nonce: u64) -> Pending {
        Pending { from: Address::repeat_byte(1), nonce, hash: B256::repeat_byte(2), raw: Bytes::from(vec![3, 4]) }
    }

    #[test]
    fn a_journal_remembers_what_was_sent_until_it_is_settled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.json.journal");
        let mut journal = Journal::open(&path).unwrap();
        journal.enter("push/9", pending(5)).unwrap();
        drop(journal);
        let mut journal = Journal::open(&path).unwrap();
        assert_eq!(journal.pending("push/9"), Some(&pending(5)));
        journal.settle("push/9").unwrap();
        drop(journal);
        assert_eq!(Journal::open(&path).unwrap().pending("push/9"), None);
    }

    #[test]
    fn a_step_of_an_earlier_run_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(&folder.path().join("d.json.journal")).unwrap();
        let first = journal.step("deposit/5", 10);
        assert_ne!(journal.step("deposit/5", 11), first, "nothing was begun");
        journal.enter(&first, pending(5)).unwrap();
        assert_eq!(journal.step("deposit/5", 11), first);
        assert_ne!(journal.step("deposit/50", 10), first);
        journal.settle(&first).unwrap();
        assert_ne!(journal.step("deposit/5", 11), first);
    }

    #[test]
    fn two_runs_at_once_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.json.journal");
        let first = Journal::open(&path).unwrap();
        assert!(Journal::open(&path).unwrap_err().to_string().contains("another run"));
        drop(first);
        Journal::open(&path).unwrap();
    }
}
