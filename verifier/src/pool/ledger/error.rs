//! The reasons why a step cannot come next in a ledger of a pool.

use tailproof_core::echo::echo;

use super::kind::StepKind;

/// The reason a step cannot come next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolLedgerError {
    /// A field of a step that is not in its one form.
    #[error("{}: {field} is '{}', which is not {expected}", echo(.cut_off), echo(.found))]
    Form {
        /// Cut-off of the step.
        cut_off: String,
        /// Name of the field.
        field: &'static str,
        /// The text found.
        found: String,
        /// Description of the form.
        expected: &'static str,
    },
    /// A step with a field that its kind has not, or without one that it has.
    #[error("{}: a step of kind {} {}", echo(.cut_off), kind.name(), if *expected { "has 'from' and 'before'" } else { "has neither 'from' nor 'before'" })]
    Fields {
        /// Cut-off of the step.
        cut_off: String,
        /// Kind of the step.
        kind: StepKind,
        /// Whether the kind has an earlier date and commitment.
        expected: bool,
    },
    /// A proof that is already in the ledger.
    #[error("this proof is in the ledger already, for {}", echo(.0))]
    ProvedTwice(String),
    /// A month that does not begin where the last one ended.
    #[error(
        "the month is from {} to {}, and the ledger goes to {}: a month begins at the last cut-off; prove the months \
         between first", echo(.from), echo(.cut_off), echo(.last)
    )]
    NotTheNext {
        /// Beginning of the month.
        from: String,
        /// End of the month.
        cut_off: String,
        /// Last cut-off of the ledger.
        last: String,
    },
    /// A cut-off that is not after the last.
    #[error("{} is not after {}, the last cut-off of the ledger", echo(.cut_off), echo(.last))]
    OutOfOrder {
        /// The cut-off.
        cut_off: String,
        /// Last cut-off of the ledger.
        last: String,
    },
    /// A proof about the pool, or a span, whose cut-off is not the last one.
    #[error("the proof is about {}, and the ledger goes to {}", echo(.cut_off), echo(.last))]
    NotTheLast {
        /// Cut-off of the proof.
        cut_off: String,
        /// Last cut-off of the ledger.
        last: String,
    },
    /// A span from a date that is no cut-off of the ledger before the last one.
    #[error("the span is from {}, which is no earlier cut-off of the ledger", echo(.0))]
    NoCutOff(String),
    /// A proof about another commitment than the ledger's.
    #[error("the commitment of {} is {} in the ledger, and {} in the proof: another pool", echo(.cut_off), echo(.expected), echo(.found))]
    OtherPool {
        /// The cut-off.
        cut_off: String,
        /// The ledger's commitment.
        expected: String,
        /// The proof's.
        found: String,
    },
}
