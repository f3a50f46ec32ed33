//! Sizes and speed of the statements, on one thread.
#![allow(missing_docs, clippy::unwrap_used)]

mod batch;
mod cpu_time;
mod pool;
mod pool_flags;
mod prover;
#[allow(dead_code, reason = "`speed` uses the rest of it")]
mod support;
mod verifier;

criterion::criterion_main!(prover::benches, batch::benches, verifier::benches, pool::benches, pool_flags::benches);
