//! A circuit's structure depends on its shape alone: it is the same for the zero witness, which
//! keys are made with, and for random witnesses, with and without lies.

use ark_bn254::Fr;
use ethnum::I256;
use rand::Rng;
use tailproof_circuits::statement::market::labels as market;
use tailproof_circuits::statement::pool::labels as pool;
use tailproof_core::{Positions, Unit};
use tailproof_verifier::Shape;

use crate::support::circuit::TestCircuit;
use crate::support::pool::PoolCase;
use crate::support::recorder::Recorder;
use crate::support::{Case, Instance, Lies, lies, rng, shape, system};

/// A random instance of a market or parametric shape. Its claim need not be true.
fn random_market(shape: Shape, seed: u64) -> Case {
    let mut rng = rng(seed);
    let scale = [1000, 1 << 38][seed as usize];
    let mut case = Case::random(&mut rng, shape, scale);
    let factors = case.set.factors().len();
    for index in 1..shape.books() {
        let exposures = (0..factors).map(|_| rng.gen_range(-scale / 99..=scale / 99)).collect();
        let positions = Positions::new(Unit::CENT, exposures, rng.gen_range(0..1 << 30)).unwrap();
        case.others.push((positions, Fr::from(index as u64)));
    }
    case
}

/// The structure of an instance is that of its shape, with and without a lie.
fn assert_structure_of_shape(instance: &impl Instance, told: &Lies) {
    let shape = instance.shape();
    let zero = Recorder::record(&TestCircuit::for_shape(shape)).structure();
    for told in [told, &Lies::new()] {
        assert!(instance.recorded(None, told).0 == *system(shape), "{shape}: constraints depend on values");
        let found = Recorder::record(&instance.halo2(told)).structure();
        assert!(found == zero, "{shape}: the layout depends on values");
    }
}

fn structure_of_a_market_shape_depends_on_no_value(text: &str) {
    // A lie at either end of the statement.
    let told = lies(&[(market::NAV_BIT, 0, I256::from(-1)), (market::EXCESS_BIT, 0, I256::from(-7))]);
    for seed in 0..2 {
        assert_structure_of_shape(&random_market(shape(text), seed), &told);
    }
}

each!(structure_of_a_market_shape_depends_on_no_value:
    one_threshold = "3x4/1",
    two_thresholds = "4x3",
    blocks = "2x133",
    limits = "3x4+limits",
    books = "3x3/1+2books",
    rules = "3x4+rules+3groups",
    sizes = "3x4+rules+caps+impact",
    limits_and_books = "3x3+limits+3books",
    parametric = "4x3+parametric",
    parametric_and_books = "3x2+parametric+2books",
);

fn structure_of_a_pnl_shape_depends_on_no_value(text: &str) {
    let told = lies(&[(market::NAV_BIT, 0, I256::from(-1)), (market::EXCESS_BIT, 0, I256::from(-7))]);
    let shape = shape(text);
    for (seed, scale) in [(0, 1000), (1, 1 << 38)] {
        let mut rng = rng(seed);
        let mut case = Case::random_pnl(&mut rng, shape, scale);
        for index in 1..shape.books() {
            let gains = case.positions.gains().iter().map(|_| rng.gen_range(-scale..=scale)).collect();
            let unit = case.positions.unit();
            let vector = Positions::pnl(unit, gains, rng.gen_range(0..1 << 30)).unwrap();
            case.others.push((vector, Fr::from(index as u64)));
        }
        assert_structure_of_shape(&case, &told);
    }
}

each!(structure_of_a_pnl_shape_depends_on_no_value:
    one_threshold = "3pnl/1",
    two_thresholds = "4pnl",
    blocks = "112pnl",
    desks = "3pnl/1+3books",
);

fn structure_of_a_pool_shape_depends_on_no_value(text: &str) {
    let told = lies(&[(pool::LOAN, 0, I256::from(5))]);
    for (seed, scale) in [(0, 1 << 20), (1, (1 << 32) / 60)] {
        assert_structure_of_shape(&PoolCase::random(&mut rng(seed), text, scale), &told);
    }
}

each!(structure_of_a_pool_shape_depends_on_no_value:
    limits = "5loans+pool",
    tranches = "5loans+4x3/3tranches",
    both = "4loans+pool+3x4/2tranches",
    blocks = "60loans+2x2/1tranches",
    granular = "3loans+3x6/1tranches+granular",
    distinct = "36loans+pool+distinct+collateral",
    roll = "5loans+pool+numbers+roll",
    value = "4loans+pool+value+3x4/2tranches",
    top = "5loans+pool+top",
    granular_and_limits = "3loans+pool+2x12/2tranches+granular",
);
