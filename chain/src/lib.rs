//! Tailproof's contracts on an EVM chain: what `tailproof chain` does.
//!
//! * [`prices`], [`oracle`], [`typed`]: rows of prices, and what is signed;
//! * [`mirror`]: a rolling window as its contract keeps it, computed again from the chain's events;
//! * [`ladder`], [`terms`], [`bounds`], [`verifier`], [`config`]: mandates and deployments;
//! * [`security`]: the security on a public book's risk, in the contracts' integers;
//! * [`node`], [`journal`], [`deployment`], [`signer`]: a chain, what was sent, where it is, and who signs;
//! * [`events`], [`tail`]: what contracts said, and which blocks it stands in;
//! * `cli`, `commands`: the command line, whose door is [`run`].

pub mod artifacts;
pub mod bounds;
mod cli;
mod commands;
pub mod config;
pub mod contracts;
pub mod deployment;
pub mod error;
pub mod events;
#[cfg(test)]
mod fake;
pub mod files;
pub mod journal;
pub mod ladder;
pub mod mirror;
pub mod node;
pub mod oracle;
mod output;
pub mod prices;
pub mod security;
pub mod signer;
pub mod tail;
pub mod terms;
pub mod typed;
pub mod verifier;

use std::process::ExitCode;

use clap::Parser;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the system gives no event loop: {error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(commands::run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
