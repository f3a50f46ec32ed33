//! Whole proofs at (500, 100), one confidence, on one thread: witness, proof and its check, with the
//! scenario set's part computed for the proof, kept from an earlier run, and shared by a batch.

use std::hint::black_box;

use crate::cpu_time::CpuTime;
use crate::support::{Instance, on_one_thread, rng};
use criterion::measurement::Measurement;
use criterion::{Criterion, criterion_group};
use tailproof_prover::opening::commit;
use tailproof_prover::setup::insecure_development_keys;
use tailproof_prover::{Books, Prover, Statement};
use tailproof_verifier::Shape;
use tailproof_verifier::backend::Groth16;
use tailproof_verifier::claim::MandateClaim;

/// Books of the batch.
const BOOKS: u64 = 64;

fn batch(criterion: &mut Criterion<CpuTime>) {
    let shape: Shape = "500x100/1".parse().unwrap();
    let instance = Instance::new(shape);
    let mut rng = rng();
    let (proving, verifying) = insecure_development_keys(shape, &mut rng).unwrap();
    let prover = Prover::<Groth16>::new(proving, verifying).unwrap();
    let factors = instance.set.factors().to_vec();
    let (_, opening) = commit(&instance.positions, &factors[..], &mut rng);
    let books = Books::new(vec![opening.open(instance.positions, &factors).unwrap()]).unwrap();
    let claim = MandateClaim::new(instance.mandate, instance.set).unwrap();
    let state = || Statement::<Groth16>::new(&claim, &books, shape, None).unwrap();
    let inputs = state().inputs().clone();
    let points = *prover.prepare(inputs.clone()).unwrap().set_points();

    let mut group = criterion.benchmark_group("500x100/1, whole proof");
    group.sample_size(10);
    group.bench_function("cold", |bencher| {
        let mut rng = rng.clone();
        on_one_thread(|| bencher.iter(|| prover.prove_statement(black_box(&state()), &mut rng).unwrap()));
    });
    group.bench_function("with set points of an earlier run", |bencher| {
        let mut rng = rng.clone();
        on_one_thread(|| {
            bencher.iter(|| {
                let set = prover.prepare_with(inputs.clone(), black_box(points)).unwrap();
                set.prove_statement(&state(), &mut rng).unwrap()
            });
        });
    });
    group.bench_function("a book of a batch of 64, with set points", |bencher| {
        let mut rng = rng.clone();
        on_one_thread(|| {
            bencher.iter_custom(|batches| {
                let begun = CpuTime.start();
                for _ in 0..batches {
                    let set = prover.prepare_with(inputs.clone(), black_box(points)).unwrap();
                    for _ in 0..BOOKS {
                        set.prove_statement(black_box(&state()), &mut rng).unwrap();
                    }
                }
                CpuTime.end(begun) / BOOKS
            });
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = batch
}
