//! Failures of the commands, each with what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

use alloy::primitives::{Address, B256};

/// A failure of a command. Its exit status is 1 if the chain refused what was asked, 2 otherwise.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A file cannot be read or written.
    #[error("cannot {what} {}: {error}", path.display())]
    Io {
        /// `read` or `write`
        what: &'static str,
        /// of the file
        path: PathBuf,
        /// of the system
        error: std::io::Error,
    },
    /// A file does not say what it should.
    #[error("{}: {problem}", path.display())]
    Malformed {
        /// of the file
        path: PathBuf,
        /// where and why
        problem: String,
    },
    /// Options that do not go together, or are missing.
    #[error("{0}")]
    Usage(String),
    /// The node does not answer, or answers with an error.
    #[error("{rpc}: {problem}; give the address of a node with --rpc or TAILPROOF_RPC")]
    Rpc {
        /// address of the node, without credentials
        rpc: String,
        /// of the transport
        problem: String,
    },
    /// The chain is another one.
    #[error("the node is of chain {found}, and {} is of chain {expected}", path.display())]
    OtherChain {
        /// of the node
        found: u64,
        /// of the deployment
        expected: u64,
        /// of the deployment
        path: PathBuf,
    },
    /// A contract refused a call.
    #[error("{contract} refused {call}: {reason}")]
    Refused {
        /// name of the contract
        contract: String,
        /// name of the call
        call: String,
        /// the error with its values
        reason: String,
    },
    /// A transaction of an earlier run was replaced.
    #[error(
        "nonce {nonce} of {from} was used by another transaction than {hash}, which this deployment sent for {step}. \
         Look at the account's transactions, then remove the entry \"{step}\" from {}", path.display()
    )]
    Replaced {
        /// what it was sent for
        step: String,
        /// sender
        from: Address,
        /// of the transaction
        nonce: u64,
        /// of the transaction
        hash: B256,
        /// of the journal
        path: PathBuf,
    },
    /// A transaction was mined and reverted.
    #[error("{step}: transaction {hash} was mined and reverted: {reason}")]
    Reverted {
        /// what it was sent for
        step: String,
        /// of the transaction
        hash: B256,
        /// the error with its values
        reason: String,
    },
}

impl Failure {
    /// Returns the exit status.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Refused { .. } | Failure::Reverted { .. } => 1,
            _ => 2,
        }
    }

    /// Returns a function that makes the failure of reading `path`.
    pub fn reading(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |error| Self::Io { what: "read", path: path.to_owned(), error }
    }

    /// Returns a function that makes the failure of writing `path`.
    pub fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |error| Self::Io { what: "write", path: path.to_owned(), error }
    }

    /// Returns a function that makes the failure of a file that says something wrong.
    pub fn malformed<E: fmt::Display>(path: &Path) -> impl FnOnce(E) -> Self + '_ {
        |problem| Self::Malformed { path: path.to_owned(), problem: problem.to_string() }
    }
}
