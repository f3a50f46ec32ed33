//! Tailproof's contracts on an EVM chain: what `tailproof chain` does.
//!
//! * [`prices`], [`oracle`], [`typed`]: rows of prices, and what is signed;
//! * [`mirror`]: a rolling window as its contract keeps it, computed again from the chain's events;
//! * [`ladder`], [`terms`], [`config`]: mandates and deployments;
//! * [`node`], [`journal`], [`deployment`], [`signer`]: a chain, what was sent, where it is, and who signs;
//! * [`cli`], [`commands`]: the command line.

pub mod artifacts;
pub mod cli;
pub mod commands;
pub mod config;
pub mod contracts;
pub mod deployment;
pub mod error;
pub mod files;
pub mod journal;
pub mod ladder;
pub mod mirror;
pub mod node;
pub mod oracle;
pub mod prices;
pub mod signer;
pub mod terms;
pub mod typed;
