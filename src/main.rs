//! `tailproof`: prove that a private book meets a public risk mandate, and check such proofs.

mod bundles;
mod cached;
mod claims;
mod cli;
mod commands;
mod evidence;
mod failure;
#[cfg(debug_assertions)]
mod faults;
mod files;
mod flows;
mod interruption;
mod keys;
mod mandate_files;
mod months;
mod options;
mod output;
mod pages;
mod pools;
mod prepared;
mod progress;
mod sources;
mod tapes;
mod vouchers;
mod writing;

use std::panic::catch_unwind;
use std::process::ExitCode;

use clap::Parser;

use crate::output::note;

fn main() -> ExitCode {
    let given = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    if let Some(version) = cli::version::asked_as_json(given) {
        output::print_json(&version);
        return ExitCode::from(results_lost(0));
    }
    let arguments = cli::Arguments::parse();
    if arguments.quiet {
        output::quiet();
    }
    interruption::watch();
    start_threads();
    // A panic is a defect, or memory or threads that are not there; its message is printed.
    let result = catch_unwind(|| commands::run(arguments.command)).unwrap_or(Err(failure::Failure::Panicked));
    let code = match &result {
        Ok(()) => 0,
        Err(failure) => {
            output::failure(format_args!("{} {failure}", failure.kind()));
            failure.exit_code()
        }
    };
    ExitCode::from(results_lost(code))
}

/// Starts the threads of the prover, or one if there are no more.
fn start_threads() {
    let built = rayon::ThreadPoolBuilder::new().build_global();
    if built.is_err() {
        let single = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
        if single.is_err() {
            note!("warning: the system gives no threads");
        }
    }
}

/// Returns the exit status, which is 2 instead of 0 if results could not be printed.
fn results_lost(code: u8) -> u8 {
    let Some(error) = output::failed() else { return code };
    let written = writing::written();
    let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    let written = if names.is_empty() { String::new() } else { format!("; written: {}", names.join(", ")) };
    output::failure(format_args!("error: cannot print results to standard output: {error}{written}"));
    code.max(2 * u8::from(code == 0))
}
