//! The pool statement with every claim and with tranches: witness and proof on one thread, and
//! verification; and the credit sets that every verifier makes again.

use std::hint::black_box;

use crate::cpu_time::CpuTime;
use crate::support::{PoolInstance, credit_set, deal, on_one_thread, rng};
use ark_bn254::Fr;
use ark_ff::UniformRand;
use criterion::{Criterion, criterion_group};
use tailproof_prover::groth16::prove_with_blinding;
use tailproof_prover::setup::insecure_development_keys;
use tailproof_verifier::scenario_point::scenario_point;

fn pool(criterion: &mut Criterion<CpuTime>) {
    for (text, loans) in [("1024loans+pool+64x8/3tranches", 1_024), ("10000loans+pool+64x8/3tranches", 9_900)] {
        let pool = PoolInstance::new(text, loans);
        let mut rng = rng();
        let (proving, verifying) = insecure_development_keys(pool.shape, &mut rng).unwrap();
        let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        let assignment = pool.assignment();
        let proof = prove_with_blinding(&proving, &assignment, r, s).unwrap();
        let point = scenario_point(&verifying, &pool.scenarios).unwrap();
        verifying.verify(&pool.controls, &point, &proof).unwrap();

        let mut group = criterion.benchmark_group(text);
        group.sample_size(10);
        group.bench_function("witness", |bencher| {
            on_one_thread(|| bencher.iter(|| black_box(&pool).assignment()));
        });
        group.bench_function("proof without its witness", |bencher| {
            on_one_thread(|| bencher.iter(|| prove_with_blinding(&proving, black_box(&assignment), r, s).unwrap()));
        });
        group.bench_function("verify with a known scenario point", |bencher| {
            on_one_thread(|| bencher.iter(|| verifying.verify(&pool.controls, &point, black_box(&proof)).unwrap()));
        });
        group.finish();
    }
}

fn credit_sets(criterion: &mut Criterion<CpuTime>) {
    let deal = deal();
    let mut group = criterion.benchmark_group("credit set");
    group.sample_size(10);
    for (degrees, rows) in [(None, 64), (None, 1_024), (Some("4"), 256), (Some("4"), 1_024)] {
        let name = format!("{rows} scenarios, {}", degrees.map_or("normal".into(), |it| format!("t of {it} degrees")));
        group.bench_function(name, |bencher| {
            on_one_thread(|| bencher.iter(|| credit_set(black_box(&deal), degrees, rows)));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = pool, credit_sets
}
