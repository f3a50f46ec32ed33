//! The failures of a day.

use std::path::PathBuf;

use tailproof_core::Problem;
use tailproof_core::error::InputError;
use tailproof_risk::table::TableError;
use tailproof_verifier::ledger::{Kind, StepError};
use tailproof_verifier::{InstanceError, MalformedError};

use super::plan::PlanError;
use crate::store::StoreError;

/// The reason why a day was not done to its end. What it has written is found by the next run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DayError {
    /// The day cannot come next.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A file could not be written, or is held by another run.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file could not be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Error of the operating system.
        error: std::io::Error,
    },
    /// A file that is not what its name says.
    #[error("{}: {problem}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The problem.
        problem: MalformedError,
    },
    /// A table, a mandate or the configuration is faulty.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Prices from which no history can be made.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Prices that do not show the loss of a day.
    #[error("the prices do not show the loss of {date}: {problem}")]
    NoLoss {
        /// The day.
        date: String,
        /// The problem.
        problem: String,
    },
    /// A loss without a forecast.
    #[error("no forecast of {0} waits for its loss")]
    NoForecast(String),
    /// A file that is not the scenario set of the forecast.
    #[error(
        "{} is not the scenario set of the forecast of {date}, whose digest is in the ledger: its loss is taken as the \
         forecast's moves were, and cannot be without it", path.display()
    )]
    OtherScenarios {
        /// The file.
        path: PathBuf,
        /// The day of the forecast.
        date: String,
    },
    /// Settings that do not fit each other.
    #[error("{0}")]
    Problem(#[from] Problem),
    /// A mandate and scenarios that make no claim.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// A mandate with cash, groups, caps, costs that grow or a net asset value that is a sum.
    #[error(
        "the mandate has cash, groups, caps, costs of a file or nav = \"sum\", which a desk's day does not have: prove it with \
         `tailproof prove`"
    )]
    Rules,
    /// A mandate without the clause that a forecast of the ledger is about.
    #[error("the mandate has no clause on value at risk at {0}, the confidence of the ledger")]
    NoForecastClause(tailproof_core::Confidence),
    /// No opening of the forecast's commitment.
    #[error(
        "no opening in {} is of commitment {commitment}, which was forecast for {date}: put it there with its book, or the day \
         counts as an exceedance", folder.display()
    )]
    NoOpening {
        /// Folder of openings.
        folder: PathBuf,
        /// The commitment of the forecast.
        commitment: String,
        /// The day of the forecast.
        date: String,
    },
    /// An opening that does not open its book.
    #[error("{} does not open the book beside it: {reason}", path.display())]
    NotOpened {
        /// The opening.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A file that is not the mandate of the forecast.
    #[error("{} is not the mandate of the forecast of {date}, whose digest is in the ledger", path.display())]
    OtherMandate {
        /// The file.
        path: PathBuf,
        /// The day of the forecast.
        date: String,
    },
    /// A proof that makes no step of the ledger.
    #[error("the {} of {date} is not added to the ledger: {problem}", kind.name())]
    Step {
        /// Kind of the step.
        kind: Kind,
        /// Day of the step.
        date: String,
        /// The reason.
        problem: StepError,
    },
}
