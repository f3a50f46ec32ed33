//! Shared by the tests of the command line: a folder to run it in, and keys and proofs that are
//! made once.
#![allow(clippy::unwrap_used)]

mod bug_classes;
mod desk;
pub mod last_units;
mod made;
mod pool;
pub mod pool_units;

pub use bug_classes::{CLASSES, Class, EXECUTABLES, missing_tests};
pub use desk::{BOOK, DEAL, Desk, LOANS, MANDATE, NAV, PRICES, Run, TIGHT, mandate, run, source};
pub use made::{KEYS, build, made_once, tailproof};
pub use pool::any_scenarios;
