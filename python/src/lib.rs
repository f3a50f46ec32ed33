//! The native module of the Python package `tailproof`: the library's types, as Python sees them.
//!
//! * `values`: numbers, paths and frames from Python.
//! * `errors`: errors of the library as exceptions of the package.
//! * `files`: files that are read and written.
//! * `process`: work outside of the interpreter's lock.
//!
//! Every other module is a class or two. Nothing is decided here: what is refused, and in which
//! words, is the library's.

mod asked;
mod batch;
mod book;
mod bundle;
mod commitment;
mod errors;
mod files;
mod gains;
mod keys;
mod ledger;
mod mandate;
mod months;
mod pool;
mod pool_ledger;
mod prepared;
mod prices;
mod process;
mod proof;
mod prover;
mod scenarios;
mod shown;
mod sources;
mod values;
mod verifying_key;

use pyo3::prelude::*;

/// The classes of the package. `tailproof/__init__.py` exports them.
#[pymodule(gil_used = true)]
mod _native {
    #[pymodule_export]
    use crate::asked::Attestors;
    #[pymodule_export]
    use crate::batch::{
        Hold, JobTerms, Plan, Row, Summary, doubled_by_case, listed, name_problem, read_results, standing, tidy,
        write_results,
    };
    #[pymodule_export]
    use crate::book::{Book, Risk};
    #[pymodule_export]
    use crate::bundle::Bundle;
    #[pymodule_export]
    use crate::commitment::{Commitment, Opening};
    #[pymodule_export]
    use crate::keys::Keys;
    #[pymodule_export]
    use crate::ledger::Ledger;
    #[pymodule_export]
    use crate::mandate::Mandate;
    #[pymodule_export]
    use crate::pool::{Deal, Pool, SecretOpening};
    #[pymodule_export]
    use crate::pool_ledger::PoolLedger;
    #[pymodule_export]
    use crate::prepared::Prepared;
    #[pymodule_export]
    use crate::proof::{Proof, RestsOn, Verified};
    #[pymodule_export]
    use crate::scenarios::Scenarios;
    #[pymodule_export]
    use crate::verifying_key::VerifyingKey;

    /// Real prices for examples, as a CSV.
    #[pymodule_export]
    const SAMPLE_PRICES: &str = tailproof::sample::PRICES;

    /// A made-up book over these prices, as a CSV.
    #[pymodule_export]
    const SAMPLE_BOOK: &str = tailproof::sample::BOOK;

    /// The reason in the row of a book whose claim is false.
    #[pymodule_export]
    const NOT_MET: &str = tailproof::batch::NOT_MET;

    /// Version of the package.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
