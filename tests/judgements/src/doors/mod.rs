//! The doors, each of which judges cases.

pub mod command;
pub mod contract;
pub mod script;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::Outcome;

/// A door's answer to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The outcome.
    pub outcome: Outcome,
    /// The code of a verdict that the proof is not valid, where the door has one.
    pub code: Option<String>,
}

/// The answers of a door by the case's id, of the cases that it can be given.
pub type Answers = BTreeMap<String, Answer>;
