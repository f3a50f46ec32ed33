//! Credit risk of loan pools and their tranches: one-factor copulas, loss distributions, large pools, regulatory capital.
//!
//! Obligor i defaults within the horizon if its asset return `sqrt(rho) M + sqrt(1 - rho) e_i` is below the quantile of its probability of
//! default (Vasicek 2002; Li 2000). Given the common factor M, defaults are independent: everything here is an integral over M of
//! something that is easy for one M.
//!
//! * [`normal`]: the normal distribution, the same bits on every machine.
//! * [`copula`]: the common factor's distribution, and conditional default probabilities.
//! * [`losses`]: distributions of losses by recursion over obligors, and figures of tranches.
//! * [`large_pool`]: the limit of many small loans.
//! * [`irb`]: risk weights of the internal-ratings-based approach.
//! * [`spreads`]: fair spreads on a flat curve.
//! * [`tape`], [`deal`]: loans from CSV, tranches and assumptions from TOML.
//! * [`schema`], [`collateral`]: the loans of a pool as the integers that a commitment binds.
//! * [`pool_claims`], [`coverage`], [`tranche_claims`]: what a deal says of a pool and its tranches, exactly.
//! * [`scenarios`]: public credit scenarios over the buckets of a deal.
//! * [`pool`]: losses of a pool and its tranches.

pub mod collateral;
pub mod copula;
pub mod coverage;
pub mod deal;
mod deal_file;
pub mod irb;
pub mod large_pool;
pub mod losses;
pub mod normal;
pub mod pool;
pub mod pool_claims;
pub mod scenarios;
pub mod schema;
pub mod spreads;
pub mod tape;
pub mod tranche_claims;

pub use collateral::{Collateral, CollateralLoan, PoolFigures};
pub use copula::{Copula, FactorModel};
pub use deal::Deal;
pub use losses::{LossDistribution, Obligor, TrancheFigures};
pub use pool::{Pool, PoolLosses};
pub use pool_claims::PoolClaim;
pub use schema::{Category, Column, Field, TapeSchema};
pub use tape::{Loan, Mapping, Status, Tape};
pub use tranche_claims::{PieceLimits, TrancheTerms};
