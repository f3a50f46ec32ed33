//! The halo2 backend: a PLONKish circuit over the base field of Pallas.
//!
//! * [`columns`]: columns, gates and lookups.
//! * [`linear`]: linear expressions over values that have a place.
//! * `assigner`, [`layout`]: cells of a region; expressions, products and range checks in rows.
//! * `lanes`, `poseidon`: the matrix and the hash.
//! * `instructions`: the instruction set.
//! * [`circuit`]: the circuit of a statement; [`rows`] counts its rows.
//! * [`violations()`]: evaluates every constraint of a circuit.

mod assigner;
pub mod circuit;
pub mod columns;
mod instructions;
mod lanes;
pub mod layout;
pub mod linear;
mod poseidon;
pub mod rows;
mod violations;

pub use assigner::UNUSED;
pub use circuit::StatementCircuit;
pub use columns::Columns;
pub use layout::Halo2;
pub use violations::violations;
