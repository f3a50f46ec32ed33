//! Sizes and speed of the statements, on one thread.
#![allow(missing_docs, clippy::unwrap_used)]

mod pool;
mod prover;
mod support;
mod verifier;

criterion::criterion_main!(prover::benches, verifier::benches, pool::benches);
