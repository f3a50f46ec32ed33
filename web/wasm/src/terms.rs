//! The terms of a claim, as a request names them.

use crate::refusal::Refusal;
use crate::request::{Fields, Handle};

/// Handles of the public terms of a claim: a mandate over a scenario set, or a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub mandate: Option<Handle>,
    pub deal: Option<Handle>,
    pub scenarios: Option<Handle>,
}

impl Terms {
    /// Takes `mandate`, `deal` and `scenarios`.
    pub fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let [mandate, deal, scenarios] = ["mandate", "deal", "scenarios"].map(|name| fields.number(name));
        Ok(Self { mandate: mandate?, deal: deal?, scenarios: scenarios? })
    }
}
