//! The module's interface on the host: the same messages, through the same exports.
#![allow(clippy::unwrap_used)]

mod bundles;
mod calls;
mod corpus;
mod fit;
mod halo2;
mod many;
mod module;
mod pnl;
mod pools;
mod shared_sets;
mod verdicts;
mod wrong_use;
