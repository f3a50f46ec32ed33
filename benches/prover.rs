//! The prover at (500, 100), one confidence, on one thread: CPU time, and the parts above the
//! cryptography. `speed` compares it with arkworks' own prover.

use std::hint::black_box;

use crate::cpu_time::CpuTime;
use crate::support::{Instance, on_one_thread, rng};
use ark_bn254::Fr;
use ark_ff::UniformRand;
use criterion::{Criterion, criterion_group};
use halo2_proofs::pasta::Fp;
use tailproof_circuits::r1cs::assembly::{statement_assignment, statement_system};
use tailproof_core::Unit;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_prover::groth16::prove_with_blinding;
use tailproof_prover::halo2::{decode_key, derive_proving_key, derive_verifying_key, encode_key, prove_claim};
use tailproof_prover::setup::insecure_development_keys;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::{MarketClaim, Shape, commitment};

fn prover(criterion: &mut Criterion<CpuTime>) {
    let shape: Shape = "500x100/1".parse().unwrap();
    let instance = Instance::new(shape);
    let scenarios = ScenarioInputs::new(shape, &instance.set).unwrap();
    let controls = instance.claim.controls();
    let assignment = statement_assignment(&controls, &scenarios, &instance.witness()).unwrap();
    let mut rng = rng();
    let (proving, verifying) = insecure_development_keys(shape, &mut rng).unwrap();
    let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));

    let mut group = criterion.benchmark_group("500x100/1");
    group.sample_size(10);
    group.bench_function("proof without its witness", |bencher| {
        on_one_thread(|| bencher.iter(|| prove_with_blinding(&proving, black_box(&assignment), r, s).unwrap()));
    });

    let bytes = scenario_file::encode(&instance.set);
    group.bench_function("above the cryptography: scenario file", |bencher| {
        on_one_thread(|| bencher.iter(|| scenario_file::decode("bench", black_box(&bytes)).unwrap()));
    });
    group.bench_function("above the cryptography: figures of the clauses", |bencher| {
        on_one_thread(|| bencher.iter(|| instance.mandate.evaluate(black_box(&instance.set), &instance.positions)));
    });
    group.bench_function("above the cryptography: witness", |bencher| {
        on_one_thread(|| {
            bencher.iter(|| {
                let scenarios = ScenarioInputs::new(shape, black_box(&instance.set)).unwrap();
                statement_assignment(&controls, &scenarios, &instance.witness()).unwrap()
            });
        });
    });
    let key_file = proving.encode();
    group.bench_function("loading the proving key", |bencher| {
        on_one_thread(|| bencher.iter(|| tailproof_prover::ProvingKey::decode(black_box(&key_file)).unwrap()));
    });
    let system = statement_system(shape).unwrap();
    group.bench_function("checking the proving key against the verifying key and the circuit", |bencher| {
        on_one_thread(|| bencher.iter(|| proving.check(black_box(&verifying), &system).unwrap()));
    });
    group.finish();
}

/// Ten thousand scenarios, and the statements that have one table row each; proving with its
/// witness, as a command does it.
fn other_shapes(criterion: &mut Criterion<CpuTime>) {
    for text in ["10000x20/1", "500x20+limits", "500x20"] {
        let shape: Shape = text.parse().unwrap();
        let instance = Instance::new(shape);
        let scenarios = ScenarioInputs::new(shape, &instance.set).unwrap();
        let mut rng = rng();
        let (proving, _) = insecure_development_keys(shape, &mut rng).unwrap();
        let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        let mut group = criterion.benchmark_group(text);
        group.sample_size(10);
        group.bench_function("witness and proof", |bencher| {
            on_one_thread(|| {
                bencher.iter(|| {
                    let witness = instance.witness();
                    let assignment = statement_assignment(&instance.claim.controls(), &scenarios, &witness).unwrap();
                    prove_with_blinding(&proving, black_box(&assignment), r, s).unwrap()
                });
            });
        });
        group.finish();
    }
}

/// The halo2 backend, on the same statement.
fn halo2(criterion: &mut Criterion<CpuTime>) {
    let shape: Shape = "500x100/1".parse().unwrap();
    let instance = Instance::new(shape);
    let Instance { set, mandate, positions, blinding, .. } = &instance;
    let commitment = commitment::commit(&set.factors_digest(), positions, *blinding);
    let claim = MarketClaim::new(shape, mandate, set, Unit::CENT, commitment, Fp::from(1)).unwrap();
    let scenarios = ScenarioInputs::new(shape, set).unwrap();
    let verifying = derive_verifying_key(shape).unwrap();
    let proving = derive_proving_key(&verifying).unwrap();
    let prove = || prove_claim(&verifying, &proving, &claim.controls(), &scenarios, &instance.witness()).unwrap();
    let proof = prove();
    verifying.verify(&claim.controls(), &scenarios, &proof).unwrap();
    eprintln!("a proof is {} bytes, of 2^{} rows", proof.len(), verifying.params().k());

    let mut group = criterion.benchmark_group("500x100/1 halo2");
    group.sample_size(10);
    group.bench_function("witness and proof", |bencher| on_one_thread(|| bencher.iter(prove)));
    group.bench_function("verify", |bencher| {
        on_one_thread(|| bencher.iter(|| verifying.verify(&claim.controls(), &scenarios, black_box(&proof)).unwrap()));
    });
    let file = encode_key(&verifying);
    group.bench_function("read and check a derived key", |bencher| {
        on_one_thread(|| bencher.iter(|| decode_key(black_box(&file)).unwrap()));
    });
    group.bench_function("derive the proving key", |bencher| {
        on_one_thread(|| bencher.iter(|| derive_proving_key(&verifying).unwrap()));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = prover, other_shapes, halo2
}
