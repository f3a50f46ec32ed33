//! The P&L statement.

mod agreement;
mod attacks;
