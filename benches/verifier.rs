//! Verification and the scenario point, on one thread: CPU time.

use std::hint::black_box;

use crate::cpu_time::CpuTime;
use crate::support::{Instance, on_one_thread, rng};
use criterion::{Criterion, criterion_group};
use tailproof_prover::claims::prove_claim;
use tailproof_prover::setup::insecure_development_keys;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::scenario_point::scenario_point;

fn verifier(criterion: &mut Criterion<CpuTime>) {
    let shape: Shape = "512x128/1".parse().unwrap();
    let instance = Instance::new(shape);
    let scenarios = ScenarioInputs::new(shape, &instance.set).unwrap();
    let mut rng = rng();
    let (proving, verifying) = insecure_development_keys(shape, &mut rng).unwrap();
    let proof = prove_claim(&proving, &instance.claim.controls(), &scenarios, &instance.witness(), &mut rng).unwrap();
    let controls = instance.claim.controls();
    let point = scenario_point(&verifying, &scenarios).unwrap();

    let mut group = criterion.benchmark_group("512x128/1");
    group.bench_function("verify with a known scenario point", |bencher| {
        on_one_thread(|| bencher.iter(|| verifying.verify(&controls, &point, black_box(&proof)).unwrap()));
    });
    group.sample_size(10);
    group.bench_function("scenario point", |bencher| {
        on_one_thread(|| bencher.iter(|| scenario_point(&verifying, black_box(&scenarios))));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = verifier
}
