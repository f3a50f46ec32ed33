//! Cash flows of a pool in private: what it pays by month, what that is worth, and what notes
//! receive. The book's chapter "Cash flows of a pool" has the formulas.
//!
//! * [`flows`]: the pool's payments in whole units, from its totals and the public matrix.
//! * [`bands`]: the replines beside the loans that they represent.
//! * [`value`]: net present value, yield and weighted average life.
//! * [`waterfall`]: notes, accounts and external flows, month by month.
//! * [`projected`]: a pool under a block of assumptions, from its loans to the value.
//! * [`sensitivity`]: tranches and notes over grids of assumptions.

pub mod bands;
pub mod flows;
pub mod projected;
pub mod sensitivity;
pub mod value;
pub mod waterfall;

pub use flows::{MonthFlow, PoolFlows};
pub use projected::Projected;
pub use value::PoolValue;
pub use waterfall::{NotesTerms, Run};

/// What every figure says of itself.
pub const REPRESENTATIVE: &str = "of representative loans of each band";
