//! A ledger of a pool: a chain of months, each with its proof that the pool came from what it was.
//!
//! A ledger begins with a commitment at a cut-off date. A *month* is a roll-forward from the last
//! commitment to a new one. A *pool* step is a proof about the last commitment, and a *span* a
//! roll-forward to it from an earlier commitment of the ledger. The context of each proof binds it
//! to its place, as in a [ledger of a book](crate::ledger).
//!
//! * [`chain`]: the steps, their order, and the ledger file.
//! * [`step`]: the place of a proof, and the step that a verified proof makes.
//! * [`audit`]: every proof verified again, from artefacts that are found by their digests.

pub mod audit;
pub mod chain;
pub mod error;
mod kind;
pub mod step;

pub use audit::{PoolAgainst, PoolAudit, PoolAuditError};
pub use chain::{Beginning, PoolLedger, PoolStep};
pub use error::PoolLedgerError;
pub use kind::StepKind;
pub use step::{Place, PoolStepError};
