//! The instruction set as a PLONKish circuit for halo2, over the base field of Pallas.
//!
//! * [`columns`]: columns, gates and lookups.
//! * [`backend`]: the instructions.
//! * [`circuit`]: the circuit of a statement, and how many rows a shape takes.
//! * [`rows`]: counts the rows that a circuit uses.

pub mod backend;
pub mod circuit;
pub mod columns;
pub mod rows;

pub use circuit::StatementCircuit;
pub use columns::Columns;
