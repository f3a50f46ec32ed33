//! The table of the prover's speed: every row is a ratio of medians of CPU time, for each engine of
//! the processor, and stands beside its limit.
//!
//! `cargo bench --bench speed` makes the whole table; `cargo bench --bench speed -- market pool`
//! makes some parts of it. Not by criterion, which takes its benches one after the other: here the
//! works of a row take turns in one process, since only times of the same minutes can be compared.
//! All run on one thread, except where a row says two.
#![allow(missing_docs, clippy::unwrap_used)]

mod commands;
mod memory;
mod points;
#[allow(dead_code, reason = "the other bench uses all of it")]
mod support;
mod threads;
mod turns;
mod yardstick;

use std::hint::black_box;

use ark_bn254::{Fr, G1Affine};
use ark_ff::UniformRand;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_prover::ProvingKey;
use tailproof_prover::groth16::{prove_with_blinding_on, prove_with_blinding_over};
use tailproof_prover::set_points::SetPoints;
use tailproof_prover::setup::{insecure_development_keys, insecure_development_keys_on};
use tailproof_simd::Engine;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::scenario_point::{scenario_point_by, sum_over_inputs_on};

use support::{Instance, PoolInstance, rng};
use turns::{Limits, Work, in_turn, row, work};
use yardstick::{MARKET_500_20, MARKET_500_100, MARKET_10000_20, POOL_10000, Profile, Yardstick};

/// Works on the shape that has about 2^16 constraints of the same kind as (10000, 20) has 2^20.
const GROWTH: &str = "820x20/1";

/// The parts of the table.
const PARTS: [(&str, fn()); 8] = [
    ("market", market),
    ("set", scenario_points),
    ("large", large),
    ("pool", pool),
    ("keys", keys),
    ("points", points::points),
    ("commands", commands::commands),
    ("threads", threads::two_threads),
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|(part, _)| part != name)) {
        panic!("{unknown} is no part of the table; the parts are {}", PARTS.map(|(part, _)| part).join(", "));
    }
    turns::head();
    for (_, make) in PARTS.iter().filter(|(part, _)| wanted.is_empty() || wanted.iter().any(|name| name == part)) {
        make();
    }
}

/// Arkworks' stock prover for a circuit of the first release.
fn stock(yardstick: &Yardstick) -> Work<'_> {
    work("arkworks' stock prover, first release's circuit", || yardstick.prove())
}

/// A market claim with its keys.
struct Market {
    shape: Shape,
    instance: Instance,
    scenarios: ScenarioInputs,
    controls: [Fr; CONTROLS],
    proving: ProvingKey,
    blinding: [Fr; 2],
}

impl Market {
    fn new(text: &str) -> Self {
        let shape: Shape = text.parse().unwrap();
        let instance = Instance::new(shape);
        let scenarios = ScenarioInputs::new(shape, &instance.set).unwrap();
        let controls = instance.claim.controls();
        let rng = &mut rng();
        let (proving, _) = insecure_development_keys(shape, rng).unwrap();
        Self { shape, instance, scenarios, controls, proving, blinding: [Fr::rand(rng), Fr::rand(rng)] }
    }

    fn assignment(&self) -> Vec<Fr> {
        statement_assignment(&self.controls, &self.scenarios, &self.instance.witness()).unwrap()
    }

    /// Makes the witness and proves.
    fn cold(&self, engine: Engine) -> Work<'_> {
        let [r, s] = self.blinding;
        work(&format!("{}, cold, {}", self.shape, engine.name()), move || {
            prove_with_blinding_on(engine, &self.proving, black_box(&self.assignment()), r, s).unwrap()
        })
    }

    /// Makes the witness and proves, with the set's points at hand.
    fn prepared<'m>(&'m self, engine: Engine, set: &'m SetPoints) -> Work<'m> {
        let [r, s] = self.blinding;
        work(&format!("{}, prepared set, {}", self.shape, engine.name()), move || {
            let assignment = black_box(self.assignment());
            prove_with_blinding_over(engine, &self.proving, Some(set), &assignment, [r, s]).unwrap()
        })
    }
}

fn market() {
    let yardstick = Yardstick::new(&MARKET_500_100);
    let market = Market::new(MARKET_500_100.name);
    let mut works = vec![stock(&yardstick)];
    works.extend(Engine::all().into_iter().map(|engine| market.cold(engine)));
    row("(500, 100)/1, cold set, witness included", Limits(0.15, 0.60), &in_turn(15, works));
    let set = SetPoints::new(&market.proving, &market.scenarios).unwrap();
    let mut works = vec![stock(&yardstick)];
    works.extend(Engine::all().into_iter().map(|engine| market.prepared(engine, &set)));
    row("the same, prepared set, a book of a batch", Limits(0.12, 0.55), &in_turn(15, works));
}

/// A scenario point, against the sum that it was with one scenario a row: as many small scalars as
/// there are entries, xi and weights, by the same engine.
fn scenario_points() {
    let shape: Shape = "512x128/1".parse().unwrap();
    let instance = Instance::new(shape);
    let scenarios = &ScenarioInputs::new(shape, &instance.set).unwrap();
    let (_, verifying) = insecure_development_keys(shape, &mut rng()).unwrap();
    let mut alone = Vec::new();
    for scenario in 0..shape.scenarios() {
        let entries = scenarios.entries(scenario);
        alone.extend(entries);
        alone.extend([entries.chunks_exact(2).map(|pair| pair[0] * pair[1]).sum(), scenarios.weight(scenario)]);
    }
    let bases: Vec<G1Affine> = verifying.groth16().gamma_abc_g1.iter().cycle().take(alone.len()).copied().collect();
    let (bases, alone, verifying) = (&bases, &alone, &verifying);
    let mut ratios = Vec::new();
    for engine in Engine::all() {
        let works = vec![
            work(&format!("one scenario a row, {}", engine.name()), move || engine.g1_msm_small(bases, alone)),
            work(&format!("packed, {}", engine.name()), move || {
                scenario_point_by(verifying, scenarios, |points| sum_over_inputs_on(engine, points, scenarios))
            }),
        ];
        let times = in_turn(31, works);
        ratios.push(times[1] / times[0]);
    }
    turns::ratios("scenario point of 512x128, against one scenario a row", Limits(1.1, 1.1), &ratios);
}

/// (10000, 20), and how the time of a constraint grows.
fn large() {
    let yardstick = Yardstick::new(&MARKET_10000_20);
    let (large, small) = (Market::new(MARKET_10000_20.name), Market::new(GROWTH));
    let mut works = vec![stock(&yardstick)];
    works.extend(Engine::all().into_iter().map(|engine| large.cold(engine)));
    let times = in_turn(3, works);
    row("(10000, 20)/1, cold", Limits(0.13, 0.60), &times);
    let works = Engine::all().into_iter().map(|engine| small.cold(engine)).collect();
    let small_times = in_turn(9, works);
    // The times of a constraint, the smaller circuit's first.
    let rows = [large.proving.constraints(), small.proving.constraints()].map(|rows| rows as f64);
    let growth: Vec<f64> = times[1..].iter().zip(&small_times).map(|(l, s)| l / rows[0] / (s / rows[1])).collect();
    let name = format!("time of a constraint, {} against {}", large.shape, small.shape);
    turns::ratios(&name, Limits(1.35, 1.35), &growth);
}

fn pool() {
    let yardstick = Yardstick::new(&POOL_10000);
    let pool = PoolInstance::new(POOL_10000.name, 9_900);
    let rng = &mut rng();
    let (proving, _) = insecure_development_keys(pool.shape, rng).unwrap();
    let [r, s] = [Fr::rand(rng), Fr::rand(rng)];
    let (pool, proving) = (&pool, &proving);
    let mut works = vec![stock(&yardstick)];
    works.extend(Engine::all().into_iter().map(|engine| {
        work(&format!("{}, {}", pool.shape, engine.name()), move || {
            prove_with_blinding_on(engine, proving, &pool.assignment(), r, s).unwrap()
        })
    }));
    row("10000loans+pool+64x8/3tranches, no bands, witness included", Limits(0.17, 0.75), &in_turn(3, works));
}

/// Development keys of (500, 20) with two thresholds, against arkworks' generator.
fn keys() {
    const PROFILE: Profile = MARKET_500_20;
    let yardstick = Yardstick::new(&PROFILE);
    let shape: Shape = PROFILE.name.parse().unwrap();
    let mut works = vec![work("arkworks' generator, first release's circuit", || yardstick.generate())];
    works.extend(Engine::all().into_iter().map(|engine| {
        work(&format!("keys of {shape}, {}", engine.name()), move || {
            insecure_development_keys_on(engine, shape, &mut rng()).unwrap()
        })
    }));
    row("development keys of (500, 20)", Limits(0.30, 0.90), &in_turn(3, works));
}
