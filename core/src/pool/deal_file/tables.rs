//! The tables of a deal's file, as TOML has them.

use std::collections::BTreeMap;

use super::tape::TapeTable;
use crate::tree::{Scalar, toml_table, tree_words};

toml_table! {
    /// The tables of a deal's file.
    pub(super) struct Tables {
        pub name: String,
        pub complete: bool = false,
        pub tranche: Vec<TrancheTable> = Vec::new(),
        pub pd: BTreeMap<String, f64> = BTreeMap::new(),
        pub lgd: BTreeMap<String, f64> = BTreeMap::new(),
        pub tape: Option<TapeTable>,
        pub claims: BTreeMap<String, Scalar> = BTreeMap::new(),
        pub shares: BTreeMap<String, BTreeMap<String, Scalar>> = BTreeMap::new(),
        pub eligible: BTreeMap<String, Scalar> = BTreeMap::new(),
        pub overcollateralisation: Option<NotesTable>,
        pub interest_coverage: Option<DueTable>,
        pub scenarios: Option<ScenariosTable>,
    }
}

toml_table! {
    pub(super) struct TrancheTable {
        pub name: String,
        pub attachment: Scalar,
        pub detachment: Scalar,
        pub expected_loss: Option<Scalar>,
        pub hit: Option<Scalar>,
        pub cvar: Option<Scalar>,
        pub confidence: Option<Scalar>,
    }
}

toml_table! {
    pub(super) struct NotesTable {
        pub notes: Option<Scalar>,
        pub notes_share: Option<Scalar>,
        pub ratio: Scalar,
        pub value: BTreeMap<String, Scalar> = BTreeMap::new(),
    }
}

toml_table! {
    pub(super) struct DueTable {
        pub due: Option<Scalar>,
        pub due_share: Option<Scalar>,
        pub ratio: Scalar,
        pub value: BTreeMap<String, Scalar> = BTreeMap::new(),
    }
}

toml_table! {
    pub(super) struct ScenariosTable {
        pub model: CopulaName,
        pub rho: Scalar,
        pub degrees: Option<Scalar>,
        pub nodes: Option<usize>,
        pub paths: Option<usize>,
        pub granular: Option<usize>,
        pub finite: Option<Scalar>,
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum CopulaName {
    Gaussian,
    StudentT,
}

tree_words!(CopulaName { "gaussian" => Gaussian, "student-t" => StudentT });
