//! A ledger of daily proofs: each day's value at risk, proved the day before, and whether the loss
//! of the day was proved to be within it.
//!
//! A ledger is a chain of steps. A *forecast* of a date is a proof that the value at risk of a
//! committed book, at the ledger's confidence, is within a limit. A *realised* step of the same
//! date is a proof that the same book lost no more than that limit in the one scenario of that day:
//! over that day's moves an exceedance cannot be proved away, and a day without a proof counts as
//! one. The context of each proof binds it to its place: it is the digest of all steps before and
//! of the kind and date of the next one. So no proof can stand in two ledgers, or twice in one.
//!
//! * [`chain`]: the steps, their order, and the ledger file.
//! * [`key_ring`]: keys of any proof system, and the proofs that they check.
//! * [`step`]: the step that a verified proof makes, with the rules about its scenarios and
//!   clauses.
//! * [`audit`]: every proof verified again, from artefacts that are found by their digests.
//! * [`moves`]: the scenarios of steps against the verifier's own prices.
//! * [`archive`]: such artefacts in memory.
//! * `heads`: heads and contexts, which [ledgers of pools](crate::pool::ledger) have too.

pub mod archive;
pub mod audit;
pub mod chain;
pub(crate) mod heads;
pub mod key_ring;
pub mod moves;
pub mod step;

pub use archive::Archive;
pub use audit::{Against, Artefacts, Audit, AuditError, PricesUsed};
pub use chain::{Kind, Ledger, LedgerError, Step, check_date, limit_text};
pub use key_ring::{KeyRing, NoVerdict};
pub use moves::OtherMoves;
pub use step::{Added, StepError};
