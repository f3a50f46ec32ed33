//! The prover at (500, 100), one threshold, on every engine of the processor, in turn in one run:
//! arkworks' stock prover for the same circuit is the yardstick. Times are medians on one thread.
//!
//! `cargo bench --bench engines`. Not by criterion, which takes its benches one after the other:
//! only times of the same minutes can be compared.
#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code, reason = "the other bench uses all of it")]
mod support;

use std::hint::black_box;
use std::time::Instant;

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::UniformRand;
use ark_groth16::{Groth16, ProvingKey};
use rand_chacha::ChaCha20Rng;
use support::{Instance, on_one_thread, rng, stock_prover};
use tailproof_circuits::r1cs::System;
use tailproof_circuits::r1cs::assembly::{statement_assignment, statement_system};
use tailproof_circuits::r1cs::system::Replay;
use tailproof_prover::LeanReduction;
use tailproof_prover::groth16::prove_with_blinding_on;
use tailproof_prover::setup::insecure_development_keys_on;
use tailproof_simd::Engine;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::layout::ScenarioInputs;
use tailproof_verifier::scenario_point::{scenario_point_by, small_sum};

/// Work that is timed, by its name.
type Work<'w> = (String, Box<dyn FnMut() + Send + 'w>);

/// Prints the median of each work and its ratio to the first one's.
fn in_turn(title: &str, rounds: usize, mut works: Vec<Work<'_>>) {
    let mut times = vec![Vec::new(); works.len()];
    on_one_thread(|| {
        for _ in 0..rounds {
            for ((_, work), times) in works.iter_mut().zip(&mut times) {
                let start = Instant::now();
                work();
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
    });
    let medians = times.iter_mut().map(|times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    let medians: Vec<f64> = medians.collect();
    eprintln!("{title}: medians of {rounds} rounds in turn, one thread");
    for ((name, _), median) in works.iter().zip(&medians) {
        eprintln!("  {name:32} {median:9.1} ms  {:.3} of the first", median / medians[0]);
    }
}

fn main() {
    let shape: Shape = "500x100/1".parse().unwrap();
    let instance = Instance::new(shape);
    let scenarios = ScenarioInputs::new(shape, &instance.set).unwrap();
    let controls = instance.claim.controls();
    let assignment = statement_assignment(&controls, &scenarios, &instance.witness()).unwrap();
    let mut rng = rng();
    let (proving, verifying) = insecure_development_keys_on(Engine::current(), shape, &mut rng).unwrap();
    let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
    let system = statement_system(shape).unwrap();
    let stock = stock_prover(&system, &controls, &assignment, [r, s]);

    let (proving, verifying, scenarios, assignment) = (&proving, &verifying, &scenarios, &assignment);
    let mut proofs: Vec<Work<'_>> = vec![work("arkworks' stock prover", stock)];
    let mut keys: Vec<Work<'_>> =
        vec![work("arkworks' generator, portable", || arkworks_key(&system, &mut support::rng()))];
    let mut points: Vec<Work<'_>> =
        vec![work("arkworks' sums of small scalars", || scenario_point_by(verifying, scenarios, small_sum))];
    for engine in Engine::all() {
        proofs.push(work(engine.name(), move || prove_with_blinding_on(engine, proving, black_box(assignment), r, s)));
        keys.push(work(engine.name(), move || insecure_development_keys_on(engine, shape, &mut support::rng())));
        points.push(work(engine.name(), move || {
            scenario_point_by(verifying, scenarios, |bases, scalars| engine.g1_msm_small(bases, scalars))
        }));
    }
    in_turn("a proof of 500x100/1, from a witness", 15, proofs);
    in_turn("keys of 500x100/1", 3, keys);
    in_turn("a scenario point of 500x100/1", 15, points);
}

/// Work whose result is of no interest.
fn work<'w, T>(name: &str, mut work: impl FnMut() -> T + Send + 'w) -> Work<'w> {
    (name.into(), Box::new(move || drop(black_box(work()))))
}

/// Keys as arkworks generates them from the circuit.
fn arkworks_key(system: &System, rng: &mut ChaCha20Rng) -> ProvingKey<Bn254> {
    let [alpha, beta, gamma, delta] = std::array::from_fn(|_| Fr::rand(rng));
    let circuit = Replay { system, assignment: None };
    let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
    Groth16::<Bn254, LeanReduction>::generate_parameters_with_qap(circuit, alpha, beta, gamma, delta, g1, g2, rng)
        .unwrap()
}
