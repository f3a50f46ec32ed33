//! The kinds of steps of a ledger of a pool.

use serde::{Deserialize, Serialize};

/// The kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// A proof about the last commitment.
    Pool,
    /// A roll-forward from the last commitment to a new one.
    Month,
    /// A roll-forward from an earlier commitment of the ledger to the last one.
    Span,
}

impl StepKind {
    /// Returns the name in files.
    pub fn name(self) -> &'static str {
        match self {
            StepKind::Pool => "pool",
            StepKind::Month => "month",
            StepKind::Span => "span",
        }
    }
}
