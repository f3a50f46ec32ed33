//! One proof on two threads, against two proofs at once on a thread each.

use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};
use tailproof_prover::groth16::prove_with_blinding_on;
use tailproof_simd::Engine;

use crate::Market;
use crate::turns::median;

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

/// Prints the throughput of one proof on two threads over that of two proofs on one thread each,
/// from a witness, by the clock. It is at least 0.93 where two cores have nothing else to do.
pub fn two_threads() {
    for text in ["500x100/1", "10000x20/1"] {
        let market = Market::new(text);
        let assignment = market.assignment();
        let [r, s] = market.blinding;
        let (one, other, both) = (pool(1), pool(1), pool(2));
        for engine in Engine::all().into_iter().rev() {
            let prove = || prove_with_blinding_on(engine, &market.proving, &assignment, r, s).unwrap();
            let rounds = if text == "500x100/1" { 21 } else { 5 };
            let mut ratios: Vec<f64> = (0..rounds)
                .map(|_| {
                    let start = Instant::now();
                    std::thread::scope(|scope| {
                        for pool in [&one, &other] {
                            scope.spawn(|| pool.install(prove));
                        }
                    });
                    let two = start.elapsed().as_secs_f64();
                    let start = Instant::now();
                    both.install(prove);
                    two / 2.0 / start.elapsed().as_secs_f64()
                })
                .collect();
            let ratio = median(&mut ratios);
            println!("throughput of {text} on two threads, {}: {ratio:.3}, at least 0.93", engine.name());
        }
    }
}
