//! Losses of loan pools and their tranches: one-factor copulas, loss distributions, large pools,
//! regulatory capital.
//!
//! Obligor i defaults within the horizon if its asset return `sqrt(rho) M + sqrt(1 - rho) e_i` is
//! below the quantile of its probability of default (Vasicek 2002; Li 2000). Given the common
//! factor M, defaults are independent: everything here is an integral over M of something that is
//! easy for one M.
//!
//! * [`losses`]: distributions of losses by recursion over obligors, and figures of tranches.
//! * [`large_pool`]: the limit of many small loans.
//! * [`graded`]: the same of several probabilities of default.
//! * [`pool`]: losses of a pool and its tranches, by either, or by simulation.
//! * [`irb`]: risk weights of the internal-ratings-based approach.
//! * [`description`]: figures of a pool's loans, for whoever holds the tape.
//! * [`proposal`]: the schema that a deal about a tape could have.
//! * [`scale`]: numbers of a tape in another scale than the schema says.
//! * [`spreads`]: fair spreads on a flat curve.

pub mod description;
pub mod graded;
pub mod irb;
pub mod large_pool;
pub mod losses;
pub mod pool;
pub mod proposal;
pub mod scale;
pub mod spreads;

pub use losses::{LossDistribution, Obligor, TrancheFigures};
pub use pool::{LossMethod, Pool, PoolLosses};
