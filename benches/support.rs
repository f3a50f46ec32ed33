//! Instances for the benches: realistic sizes, figures from a fixed seed.

use std::hint::black_box;

use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, Proof};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, Matrix, SynthesisError, Variable as ArkVariable,
};
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Mandate, Positions, ScenarioSet, Unit};
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::{MarketClaim, Shape, commitment};

pub fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(2026)
}

/// The CPU time of the process, in all of its threads: arkworks starts some of its own. On a machine
/// with other work beside it, that is what two runs have in common.
pub struct CpuTime;

/// Returns the nanoseconds that the process was on a CPU. The system counts in steps of 10 ms.
fn on_cpu() -> u64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap();
    // Behind the name in brackets, the times of user and system are the fields 12 and 13.
    let fields = status.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(2);
    fields.map(|field| field.parse::<u64>().unwrap() * 10_000_000).sum()
}

impl Measurement for CpuTime {
    type Intermediate = u64;
    type Value = u64;

    fn start(&self) -> u64 {
        on_cpu()
    }

    fn end(&self, begun: u64) -> u64 {
        on_cpu() - begun
    }

    fn add(&self, one: &u64, other: &u64) -> u64 {
        one + other
    }

    fn zero(&self) -> u64 {
        0
    }

    #[allow(clippy::cast_precision_loss)]
    fn to_f64(&self, nanoseconds: &u64) -> f64 {
        *nanoseconds as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// Runs work on one thread.
pub fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(work)
}

pub struct Instance {
    pub set: ScenarioSet,
    pub mandate: Mandate,
    pub claim: MarketClaim,
    pub positions: Positions,
    pub blinding: Fr,
}

impl Instance {
    /// A set as large as the shape, daily moves of up to 5 %, and a book of up to a million a
    /// factor.
    pub fn new(shape: Shape) -> Self {
        let mut rng = rng();
        let (scenarios, factors) = (shape.scenarios(), shape.factors());
        let set = ScenarioSet::new(
            Generator::Custom { description: "bench".into() },
            (0..factors).map(|i| format!("F{i}")).collect(),
            (0..scenarios).map(|t| format!("S{t}")).collect(),
            None,
            vec![1; scenarios],
            (0..scenarios * factors).map(|_| rng.gen_range(-52_429..52_429)).collect(),
        )
        .unwrap();
        let exposures = (0..factors).map(|_| rng.gen_range(-50_000_000..100_000_000)).collect();
        let positions = Positions::new(Unit::CENT, exposures, 5_000_000_000).unwrap();
        let second = if shape.thresholds() == 1 { "0.99" } else { "0.975" };
        let text = format!(
            "name = \"bench\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.99\nlimit_nav = 0.5\n\
             [[clause]]\nmeasure = \"cvar\"\nconfidence = {second}\nlimit = 100000000\n"
        );
        let mandate = Mandate::from_toml("bench", &text).unwrap();
        let blinding = Fr::from(rng.r#gen::<u128>());
        let commitment = commitment::commit(&set.factors_digest(), &positions, blinding);
        let claim = MarketClaim::new(shape, &mandate, &set, Unit::CENT, commitment, Fr::from(1u64)).unwrap();
        Self { set, mandate, claim, positions, blinding }
    }

    pub fn witness(&self) -> MarketWitness {
        MarketWitness::new(&self.claim, &self.set, self.positions.clone(), self.blinding)
    }
}

/// The same circuit for arkworks' own key generation. The controls are its public inputs and the
/// scenario inputs are witnesses, so that its domain has the size of the lean one.
#[derive(Clone, Copy)]
struct Stock<'s>(&'s System);

impl ConstraintSynthesizer<Fr> for Stock<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        // Keys are made without values.
        let value = || Err(SynthesisError::AssignmentMissing);
        for _ in 1..=CONTROLS {
            let _ = cs.new_input_variable(value)?;
        }
        for _ in CONTROLS + 1..self.0.variables() {
            let _ = cs.new_witness_variable(value)?;
        }
        let variable = |index: u32| match index as usize {
            0 => ArkVariable::One,
            index if index <= CONTROLS => ArkVariable::instance(index),
            index => ArkVariable::witness(index - CONTROLS - 1),
        };
        for row in 0..self.0.constraints() {
            let [a, b, c] = self
                .0
                .matrices()
                .each_ref()
                .map(|matrix| LinearCombination(matrix.row(row).iter().map(|(v, k)| (*k, variable(*v))).collect()));
            cs.enforce_r1cs_constraint(|| a, || b, || c)?;
        }
        Ok(())
    }
}

/// Returns arkworks' own prover for the same circuit at the same domain size, with keys of its own.
pub fn stock_prover<'s>(
    system: &System,
    controls: &[Fr],
    assignment: &'s [Fr],
    [r, s]: [Fr; 2],
) -> impl Fn() -> Proof<Bn254> + Send + Sync + 's {
    let key = Groth16::<Bn254>::generate_random_parameters_with_reduction(Stock(system), &mut rng()).unwrap();
    let matrices: Vec<Matrix<Fr>> = system
        .matrices()
        .iter()
        .map(|matrix| {
            (0..matrix.rows()).map(|row| matrix.row(row).iter().map(|(v, k)| (*k, *v as usize)).collect()).collect()
        })
        .collect();
    let constraints = system.constraints();
    let verifying = key.vk.clone().into();
    let prove = move || {
        Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
            &key,
            r,
            s,
            &matrices,
            CONTROLS + 1,
            constraints,
            black_box(assignment),
        )
        .unwrap()
    };
    assert!(Groth16::<Bn254>::verify_proof(&verifying, &prove(), controls).unwrap());
    prove
}
