//! Loan pools: the tape as values, the loans that are proved, the deal and its claims.
//!
//! * [`tape`]: the loans as a tape states them; [`schema`]: the columns that are committed to, and
//!   their ranges; [`tape_terms`], [`bands`], [`assets`], [`ids`]: what the tape's words and numbers
//!   mean.
//! * [`loan_pool`]: the loans as the integers that a commitment binds, and their figures.
//! * [`deal`]: tranches, credit assumptions and claims; its file format is read in `deal_file`.
//! * [`claims`], [`coverage`], [`tranches`]: the claims of a deal about its pool and its tranches,
//!   exactly.
//! * [`sec_sa`]: inputs of the standardised approach for securitisations, and what they bound.
//! * [`cashflow`]: replines, their assumptions by month, and the value that is linear in a pool.
//! * [`month`]: what happened to a pool between two dates, and the claims of a deal about that.
//! * [`assumptions`]: how the credit scenarios of a deal are made; [`copula`]: the common factor
//!   behind them. [`collateral`]: the terms of loans against assets that the market prices.

pub mod assets;
pub mod assumptions;
pub mod bands;
pub mod cashflow;
pub mod claims;
pub mod collateral;
mod columns;
mod committers_word;
pub mod copula;
pub mod coverage;
pub mod deal;
mod deal_file;
pub mod ids;
pub mod loan_pool;
pub mod month;
mod rounding;
pub mod schema;
pub mod sec_sa;
pub mod tape;
pub mod tape_terms;
pub mod tranches;

pub use claims::PoolClaim;
pub use copula::{Copula, FactorModel};
pub use deal::Deal;
pub use loan_pool::{LoanPool, PoolFigures, PoolLoan};
pub use schema::{Category, Column, Field, TapeSchema};
pub use tape::{Loan, Status, Tape};
pub use tape_terms::TapeTerms;
pub use tranches::{PieceLimits, TrancheTerms};
