//! Cash flows of a pool: replines, the public assumptions about them, and the value that is linear
//! in the totals of a pool. The book's chapter "Cash flows of a pool" has the formulas.
//!
//! * [`assumptions`]: replines, levels of stress, curve and vectors; `file` reads them from TOML.
//! * [`speeds`], [`discount`]: prepayments and defaults by month, and discount factors.
//! * [`projection`]: the months of a repline.
//! * [`totals`]: sums of balance and of balance times rate, by code.
//! * [`value`]: the coefficients of those totals in the net present value.
//! * [`claim`]: the claim of a deal on that value.
//! * [`fixed`]: the arithmetic, which is the same on every platform.
//!
//! [`crate::scenarios::cashflow`] makes the public matrix.

pub mod assumptions;
pub(crate) mod checks;
pub mod claim;
pub mod discount;
mod file;
pub mod fixed;
pub mod projection;
pub mod speeds;
pub mod terms;
pub mod totals;
pub mod value;

/// An example of a file of assumptions.
pub const EXAMPLE: &str = include_str!("example.toml");

pub use assumptions::{Amortisation, Assumptions, Behaviour, Block, Repline};
pub use claim::{ValueClaim, ValueRow};
pub use discount::DiscountCurve;
pub use terms::CashflowTerms;
pub use totals::{BandTotals, band_totals};
