//! `tailproof`: prove that a private book meets a public risk mandate, and check such proofs.

mod claims;
mod cli;
mod commands;
mod failure;
mod files;
mod interruption;
mod keys;
mod options;
mod output;
mod pictures;
mod progress;
mod sources;
mod vouchers;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    interruption::watch();
    match commands::run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{} {failure}", failure.kind());
            failure.exit_code()
        }
    }
}
