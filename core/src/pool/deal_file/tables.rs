//! The tables of a deal's file, as TOML has them.

use std::collections::BTreeMap;

use super::collateral::CollateralTable;
use super::month::MonthTable;
use super::tape::TapeTable;
use super::value::SecSaTable;
use crate::mandate::scenario_rule::Kinds;
use crate::pool::cashflow::terms::CashflowTable;
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
        pub top_obligors: Option<TopTable>,
        pub collateral: Option<CollateralTable>,
        pub scenarios: Option<ScenariosTable>,
        pub cashflow: Option<CashflowTable>,
        pub month: Option<MonthTable>,
        pub sec_sa: Option<SecSaTable>,
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
    /// So many largest obligors, and the largest share of the balance that they owe together.
    pub(super) struct TopTable {
        pub count: Scalar,
        pub share_max: Scalar,
    }
}

toml_table! {
    /// Scenarios of a credit model, or, with `[collateral]`, of the market.
    pub(super) struct ScenariosTable {
        pub model: Option<CopulaName>,
        pub rho: Option<Scalar>,
        pub degrees: Option<Scalar>,
        pub nodes: Option<usize>,
        pub paths: Option<usize>,
        pub granular: Option<usize>,
        pub finite: Option<Scalar>,
        pub kind: Kinds = Kinds::Some(Vec::new()),
        pub horizon: Option<usize>,
        pub least_window: Option<usize>,
        pub latest_not_before: Option<String>,
        pub weights: Option<String>,
        pub digest: Option<String>,
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum CopulaName {
    Gaussian,
    StudentT,
}

tree_words!(CopulaName { "gaussian" => Gaussian, "student-t" => StudentT });
