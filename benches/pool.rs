//! The pool statement with every claim and with tranches: witness and proof on one thread, and
//! verification. The loans are those of the demo, again and again under new names.

use std::hint::black_box;

use crate::support::{CpuTime, on_one_thread, rng};
use ark_bn254::Fr;
use ark_ff::UniformRand;
use criterion::{Criterion, criterion_group};
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::pool::PoolWitness;
use tailproof_core::pool::assumptions::{CreditParameters, FactorSource};
use tailproof_core::pool::{Deal, LoanPool, Tape, TapeSchema};
use tailproof_core::scenarios::credit::credit_scenarios;
use tailproof_prover::groth16::prove_with_blinding;
use tailproof_prover::setup::insecure_development_keys;
use tailproof_risk::csv::{Mapping, read_tape_under};
use tailproof_verifier::pool::commitment::commit;
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::{Claim, Shape};

const LOANS: &str = include_str!("../src/demo/loans.csv");
const DEAL: &str = include_str!("../src/demo/deal.toml");

/// So many loans.
fn tape(loans: usize, schema: &TapeSchema) -> Tape {
    let mut text = format!("{}\n", LOANS.lines().next().unwrap());
    let rows = LOANS.lines().skip(1).filter(|row| !row.ends_with(",paid")).cycle();
    for (index, row) in rows.take(loans).enumerate() {
        let (_, rest) = row.split_once(',').unwrap();
        text += &format!("L{index},{rest}\n");
    }
    read_tape_under("bench", text.as_bytes(), &Mapping::default(), schema).unwrap().tape
}

fn pool(criterion: &mut Criterion<CpuTime>) {
    let deal = Deal::from_toml(
        "bench",
        &DEAL.replace("balance_min = 2800000", "balance_min = 1").replace("nodes = 32", "nodes = 64"),
    )
    .unwrap();
    let parameters =
        CreditParameters { rho: "0.1".into(), degrees: None, source: FactorSource::Nodes(64), slots: None };
    let set = credit_scenarios(&deal, &parameters).unwrap();
    for (text, loans) in [("1024loans+pool+64x8/3tranches", 1_024), ("10000loans+pool+64x8/3tranches", 9_900)] {
        let shape: Shape = text.parse().unwrap();
        let collateral = LoanPool::new(&tape(loans, deal.schema().unwrap()), deal.schema().unwrap()).unwrap();
        let blinding = Fr::from(7u64);
        let claim = Claim::pool(deal.clone(), Some(std::sync::Arc::new(set.clone()))).unwrap();
        let scenarios = claim.scenario_inputs(shape).unwrap();
        let schema = deal.schema().unwrap();
        let commitment: Fr = commit(&schema.digest(), &collateral, blinding);
        let controls = claim.controls(shape, schema.unit(), commitment, Fr::from(1u64)).unwrap();
        let terms = tailproof_verifier::PoolTerms::from_deal(shape, &deal, Some(&set)).unwrap();
        let thresholds = deal.terms().unwrap().thresholds(&set, &collateral.exposures(set.factors().len()));
        let witness = PoolWitness::new::<Fr>(shape, &terms, collateral, blinding, thresholds);
        let mut rng = rng();
        let (proving, verifying) = insecure_development_keys(shape, &mut rng).unwrap();
        let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        let assignment = statement_assignment(&controls, &scenarios, &witness).unwrap();
        let proof = prove_with_blinding(&proving, &assignment, r, s).unwrap();
        let point = scenario_point(&verifying, &scenarios).unwrap();
        verifying.verify(&controls, &point, &proof).unwrap();

        let mut group = criterion.benchmark_group(text);
        group.sample_size(10);
        group.bench_function("witness", |bencher| {
            on_one_thread(|| {
                bencher.iter(|| statement_assignment(&controls, black_box(&scenarios), &witness).unwrap())
            });
        });
        group.bench_function("proof without its witness", |bencher| {
            on_one_thread(|| bencher.iter(|| prove_with_blinding(&proving, black_box(&assignment), r, s).unwrap()));
        });
        group.bench_function("verify with a known scenario point", |bencher| {
            on_one_thread(|| bencher.iter(|| verifying.verify(&controls, &point, black_box(&proof)).unwrap()));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = pool
}
