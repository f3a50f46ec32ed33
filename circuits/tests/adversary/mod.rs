//! The adversary: searches for a second witness of a satisfied statement, and for a world where circuit and plain arithmetic
//! disagree. A statement gets all of this by being listed in [`targets`].
#![allow(clippy::cast_possible_truncation, clippy::unwrap_used)]

#[cfg(not(feature = "planted-bug"))]
mod cells;
#[path = "../common/mod.rs"]
mod common;
mod freedom;
mod lies;
mod overflow;
mod rank;
mod targets;
mod worlds;
