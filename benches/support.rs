//! Instances for the benches: realistic sizes, figures from a fixed seed.

use ark_bn254::Fr;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_circuits::statement::pool::PoolWitness;
use tailproof_core::pool::assumptions::{CreditParameters, FactorSource};
use tailproof_core::pool::{Deal, LoanPool, Tape, TapeSchema};
use tailproof_core::scenarios::credit::credit_scenarios;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Mandate, Positions, ScenarioSet, Unit};
use tailproof_risk::tape::{Mapping, read_tape_under};
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::pool::commitment::commit;
use tailproof_verifier::{Claim, MarketClaim, PoolTerms, Shape, commitment};

const LOANS: &str = include_str!("../src/demo/loans.csv");
const DEAL: &str = include_str!("../src/demo/deal.toml");

pub fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(2026)
}

/// Runs work on one thread.
pub fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(work)
}

pub struct Instance {
    pub set: ScenarioSet,
    pub mandate: Mandate,
    /// The mandate's file.
    pub mandate_text: String,
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
        Self { set, mandate, mandate_text: text, claim, positions, blinding }
    }

    pub fn witness(&self) -> MarketWitness {
        MarketWitness::new(&self.claim, &self.set, self.positions.clone(), self.blinding)
    }
}

/// A pool with every claim and with tranches. The loans are those of the demo, again and again
/// under new names.
pub struct PoolInstance {
    pub shape: Shape,
    pub controls: [Fr; CONTROLS],
    pub scenarios: ScenarioInputs,
    pub witness: PoolWitness,
}

impl PoolInstance {
    /// So many loans for a shape of 64 scenarios.
    pub fn new(shape: &str, loans: usize) -> Self {
        let shape: Shape = shape.parse().unwrap();
        let deal = deal();
        let set = credit_set(&deal, None, 64);
        let schema = deal.schema().unwrap();
        let collateral = LoanPool::new(&tape(loans, schema), schema).unwrap();
        let blinding = Fr::from(7u64);
        let claim = Claim::pool(deal.clone(), Some(std::sync::Arc::new(set.clone()))).unwrap();
        let scenarios = claim.scenario_inputs(shape).unwrap();
        let commitment: Fr = commit(&schema.digest(), &collateral, blinding);
        let controls = claim.controls(shape, schema.unit(), commitment, Fr::from(1u64)).unwrap();
        let terms = PoolTerms::from_deal(shape, &deal, Some(&set)).unwrap();
        let thresholds = deal.terms().unwrap().thresholds(&set, &collateral.exposures(set.factors().len()));
        let witness = PoolWitness::new::<Fr>(shape, &terms, collateral, blinding, thresholds);
        Self { shape, controls, scenarios, witness }
    }

    pub fn assignment(&self) -> Vec<Fr> {
        statement_assignment(&self.controls, &self.scenarios, &self.witness).unwrap()
    }
}

/// The demo's deal, for a set of 64 scenarios.
pub fn deal() -> Deal {
    let text = DEAL.replace("balance_min = 2800000", "balance_min = 1").replace("nodes = 32", "nodes = 64");
    Deal::from_toml("bench", &text).unwrap()
}

/// The set of a deal over so many nodes of a normal factor, or of Student's t of so many degrees.
pub fn credit_set(deal: &Deal, degrees: Option<&str>, nodes: usize) -> ScenarioSet {
    let source = FactorSource::Nodes(nodes);
    let parameters = CreditParameters { rho: "0.1".into(), degrees: degrees.map(str::to_owned), source, slots: None };
    credit_scenarios(deal, &parameters).unwrap()
}

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
