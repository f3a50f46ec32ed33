//! The instruction set as a PLONKish circuit for halo2, over the base field of Pallas.
//!
//! * [`columns`]: columns, gates and lookups.
//! * [`backend`]: the instructions.
//! * [`market`]: the circuit of the market statement, and how many rows a shape takes.
//! * [`rows`]: counts the rows that a circuit uses.

pub mod backend;
pub mod columns;
pub mod market;
pub mod rows;

pub use columns::Columns;
pub use market::MarketCircuit;
