//! Faults: errors of the disk, processes that are killed, two at once, closed streams. Nothing that
//! a person made is lost, and no status lies.

mod at_once;
mod cases;
mod desk;
#[cfg(debug_assertions)]
mod every_step;
mod kinds;
mod limits;
mod pairs;
mod signals;
mod store;
mod streams;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Starts two commands as nearly at once as two processes start, and returns what both said.
fn both(mut one: Command, mut other: Command) -> [Output; 2] {
    let piped = |command: &mut Command| command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (one, other) = (piped(&mut one), piped(&mut other));
    [one, other].map(|child| child.wait_with_output().unwrap())
}

/// The names of the temporary files in a folder.
fn temporaries(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".tailproof-")).collect()
}
