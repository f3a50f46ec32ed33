//! The adversary: it searches for a second witness of a satisfied statement, and for a world where
//! circuit and plain arithmetic disagree. A statement listed in [`targets`] gets all of it.

mod cells;
mod freedom;
mod lies;
mod overflow;
mod rank;
mod targets;
mod worlds;
