//! The prover at (500, 100), one threshold, on every engine of the processor, in turn in one run:
//! arkworks' stock prover for the same circuit is the yardstick. Times are medians on one thread.

use std::hint::black_box;
use std::time::Instant;

use crate::prover::stock_prover;
use crate::support::{Instance, on_one_thread, rng};
use ark_bn254::Fr;
use ark_ff::UniformRand;
use criterion::{Criterion, criterion_group};
use tailproof_circuits::r1cs::assembly::{statement_assignment, statement_system};
use tailproof_prover::groth16::prove_with_blinding_on;
use tailproof_prover::setup::insecure_development_keys_on;
use tailproof_simd::Engine;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::layout::ScenarioInputs;
use tailproof_verifier::scenario_point::{narrow_and_wide_sums, scenario_point_by};

/// What is timed, by its name.
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

fn engines(criterion: &mut Criterion) {
    // A part of `criterion_main!`, whose own figures cannot be compared: each is of another minute.
    let _ = criterion;
    let shape: Shape = "500x100/1".parse().unwrap();
    let instance = Instance::new(shape);
    let scenarios = ScenarioInputs::new(shape, &instance.set).unwrap();
    let controls = instance.claim.controls();
    let assignment = statement_assignment(&controls, &scenarios, &instance.witness()).unwrap();
    let mut rng = rng();
    let (proving, verifying) = insecure_development_keys_on(Engine::current(), shape, &mut rng).unwrap();
    let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
    let system = statement_system(shape).unwrap();
    let stock = stock_prover(&system, &controls, &assignment, r, s);

    let mut works: Vec<Work<'_>> = vec![("arkworks' stock prover".into(), Box::new(|| drop(black_box(stock()))))];
    let mut keys: Vec<Work<'_>> = Vec::new();
    let mut points: Vec<Work<'_>> =
        vec![("small sums of arkworks".into(), Box::new(|| drop(scenario_point_by(&verifying, &scenarios, narrow_and_wide_sums))))];
    for engine in Engine::all() {
        let (proving, assignment, scenarios, verifying) = (&proving, &assignment, &scenarios, &verifying);
        works.push((
            engine.name().into(),
            Box::new(move || drop(prove_with_blinding_on(engine, proving, black_box(assignment), r, s).unwrap())),
        ));
        let mut rng = rng.clone();
        keys.push((
            engine.name().into(),
            Box::new(move || drop(insecure_development_keys_on(engine, shape, &mut rng).unwrap())),
        ));
        points.push((
            engine.name().into(),
            Box::new(move || drop(scenario_point_by(verifying, scenarios, |bases, scalars| engine.g1_msm_small(bases, scalars)))),
        ));
    }
    in_turn("a proof of 500x100/1, from a witness", 15, works);
    in_turn("keys of 500x100/1", 3, keys);
    in_turn("a scenario point of 500x100/1", 15, points);
}

criterion_group!(benches, engines);
