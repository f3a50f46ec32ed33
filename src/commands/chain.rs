//! `tailproof chain`: hands over to the program `tailproof-chain`, which is installed apart.

use std::io;
use std::path::PathBuf;
use std::process::Command;

use crate::cli::Chain;
use crate::failure::Failure;

/// The program, and its package.
const PROGRAM: &str = "tailproof-chain";

pub fn run(options: &Chain) -> Result<(), Failure> {
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    for program in candidates() {
        failed = become_program(Command::new(program).args(&options.arguments));
        if failed.kind() != io::ErrorKind::NotFound {
            break;
        }
    }
    if failed.kind() == io::ErrorKind::NotFound {
        return Err(Failure::Usage(format!(
            "{PROGRAM} is not installed. From a checkout: cargo install --locked --path chain; from the registry: \
             cargo install --locked {PROGRAM}. It is looked for beside this program, and on the PATH"
        )));
    }
    Err(Failure::Usage(format!("cannot start {PROGRAM}: {failed}")))
}

/// The program beside this one, then the one on the PATH.
fn candidates() -> Vec<PathBuf> {
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join(&name)));
    beside.into_iter().chain([PathBuf::from(name)]).collect()
}

/// Becomes the program; returns only if that fails.
#[cfg(unix)]
fn become_program(command: &mut Command) -> io::Error {
    use std::os::unix::process::CommandExt;
    command.exec()
}

/// Runs the program and ends as it ends; returns only if it does not start.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(2)),
        Err(error) => error,
    }
}
