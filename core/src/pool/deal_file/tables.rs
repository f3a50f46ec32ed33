//! The tables of a deal's file, as TOML has them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::tape::TapeTable;
use crate::toml_file::Scalar;

/// The tables of a deal's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tables {
    pub name: String,
    #[serde(default)]
    pub complete: bool,
    #[serde(default)]
    pub tranche: Vec<TrancheTable>,
    #[serde(default)]
    pub pd: BTreeMap<String, f64>,
    #[serde(default)]
    pub lgd: BTreeMap<String, f64>,
    pub tape: Option<TapeTable>,
    #[serde(default)]
    pub claims: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub shares: BTreeMap<String, BTreeMap<String, Scalar>>,
    #[serde(default)]
    pub eligible: BTreeMap<String, Scalar>,
    pub overcollateralisation: Option<NotesTable>,
    pub interest_coverage: Option<DueTable>,
    pub scenarios: Option<ScenariosTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrancheTable {
    pub name: String,
    pub attachment: Scalar,
    pub detachment: Scalar,
    pub expected_loss: Option<Scalar>,
    pub hit: Option<Scalar>,
    pub cvar: Option<Scalar>,
    pub confidence: Option<Scalar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotesTable {
    pub notes: Option<Scalar>,
    pub notes_share: Option<Scalar>,
    pub ratio: Scalar,
    #[serde(default)]
    pub value: BTreeMap<String, Scalar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DueTable {
    pub due: Option<Scalar>,
    pub due_share: Option<Scalar>,
    pub ratio: Scalar,
    #[serde(default)]
    pub value: BTreeMap<String, Scalar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenariosTable {
    pub model: CopulaName,
    pub rho: Scalar,
    pub degrees: Option<Scalar>,
    pub nodes: Option<usize>,
    pub paths: Option<usize>,
    pub granular: Option<usize>,
    pub finite: Option<Scalar>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CopulaName {
    Gaussian,
    StudentT,
}
