//! A desk's day: the loss of the last forecast's day is proved, and so is the forecast of the next.
//!
//! * [`config`]: `tailproof.toml`, the paths and settings of a desk.
//! * [`mod@plan`]: the steps of a day, from the ledger and the days of the prices.
//! * [`places`]: the names of the files that a day writes.
//! * [`work`]: the steps themselves. Each looks for its output first. What it finds is checked, not
//!   trusted; so a day that was killed goes on where it stopped, and a day that is done changes
//!   nothing.
//! * [`report`]: what became of a day.
//!
//! The keys, and the random numbers of commitments and proofs, are the caller's: see [`hands`].

pub mod config;
pub mod error;
pub mod hands;
pub mod holdings;
pub mod places;
pub mod plan;
pub mod report;
pub mod work;

pub use config::Config;
pub use error::DayError;
pub use hands::{Hands, Proved};
pub use plan::{Plan, PlanError, plan};
pub use report::{Origin, Outcome, Report};
pub use work::{Inputs, When};
