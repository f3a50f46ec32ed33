//! Statements with caps and with costs that grow: one attack for each constraint, and agreement of
//! every backend with the mandate's own figures.

use ark_bn254::Fr;
use ethnum::I256;
use rand::Rng;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::market::{MarketWitness, labels};
use tailproof_core::fixed_point::{MAX_GROSS, Unit};
use tailproof_core::mandate::impact::{Breakpoint, CostCurve, cost};
use tailproof_core::mandate::{Caps, Impact, LimitUnits};
use tailproof_core::{Amount, Mandate, Positions, ScenarioSet};
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::layout::FactorRow;
use tailproof_verifier::market::BookLimits;
use tailproof_verifier::{MarketClaim, Shape, commitment};

use crate::support::{Case, Instance, Lies, lies, rng, scenario_set, shape, system};

const SHAPE: &str = "3x3+rules+caps+impact";
const ENTRIES: [i32; 9] = [-3, -1, 5, -1, 1, 2, 2, -2, -4];

/// Three scenarios of three factors: caps at the magnitudes, a limit on value at risk at its figure
/// with the cost, and for each factor a breakpoint 9 units below its magnitude and one 9 units
/// above.
fn case() -> Case {
    let mut case = of_books(SHAPE, &[[200, -50, 70]]);
    case.claim.cvar_limit = LimitUnits::OFF;
    case
}

/// The same with a limit on expected shortfall at its figure with the cost too.
fn of_books(text: &str, books: &[[i64; 3]]) -> Case {
    let set = scenario_set(3, vec![1, 1, 1], ENTRIES.to_vec());
    let book = |exposures: &[i64; 3]| Positions::new(Unit::CENT, exposures.to_vec(), 5_000).unwrap();
    let books = books.iter().enumerate().map(|(index, exposures)| (book(exposures), Fr::from(123 + index as u64)));
    let mut case = Case::consolidated(shape(text), set, books.collect(), [600_000; 2]);
    case = case.with_tight_sizes().with_tight_limits();
    case.claim.book = BookLimits { liquidity: [true; 2], ..BookLimits::OFF };
    case
}

fn changed(change: impl Fn(&mut Case)) -> Case {
    let mut case = case();
    change(&mut case);
    case
}

/// The limit on value at risk is one loss unit below the figure.
fn limit() -> Case {
    changed(|case| case.claim.var_limit.absolute -= 1)
}

/// The floor under value at risk is one loss unit above the figure.
fn floor() -> Case {
    changed(|case| {
        let figure = std::mem::replace(&mut case.claim.var_limit, LimitUnits::OFF);
        case.claim.book.var_floor = Some(LimitUnits { absolute: figure.absolute + 1, ..figure });
    })
}

/// The limit on expected shortfall is one loss unit below the figure.
fn shortfall() -> Case {
    let mut case = of_books(SHAPE, &[[200, -50, 70]]);
    case.claim.var_limit = LimitUnits::OFF;
    case.claim.cvar_limit.absolute -= 1;
    case
}

/// A constraint, an instance, and the lies that it refuses.
type Attack = (Label, Case, Vec<(Label, usize, I256)>);

fn attacks() -> Vec<Attack> {
    let int = |value: i128| I256::from(value);
    let capped = changed(|case| case.caps[1] = Some(49));
    let distance = labels::IMPACT_DISTANCE;
    vec![
        // A magnitude one unit above its cap, of a short position.
        (labels::CAP.sum, capped.clone(), vec![]),
        (labels::CAP.bit, capped, vec![(labels::CAP.bit, 1, int(-1))]),
        // A cost that is deflated under a limit, and one that is inflated under a floor.
        (labels::IMPACT_COST, limit(), vec![(labels::IMPACT_COST, 0, int(899))]),
        (labels::IMPACT_COST, floor(), vec![(labels::IMPACT_COST, 0, int(901))]),
        (labels::IMPACT_COST, shortfall(), vec![(labels::IMPACT_COST, 0, int(899))]),
        (labels::IMPACT_BEYOND, limit(), vec![(labels::IMPACT_BEYOND, 2, int(8))]),
        (labels::IMPACT_BEYOND, floor(), vec![(labels::IMPACT_BEYOND, 2, int(10))]),
        (labels::IMPACT_BEYOND, shortfall(), vec![(labels::IMPACT_BEYOND, 2, int(8))]),
        (labels::IMPACT_BEYOND, floor(), vec![(labels::IMPACT_BEYOND, 5, int(1))]),
        // A magnitude above its breakpoint is said to be below it, so that nothing is beyond.
        (distance.product, shortfall(), vec![(distance.sign, 0, int(0))]),
        (distance.product, limit(), vec![(distance.sign, 0, int(0))]),
        (distance.bit, limit(), vec![(distance.sign, 0, int(0)), (distance.bit, 0, int(-9))]),
        // One below its breakpoint is said to be above it, so that less than nothing is beyond.
        (distance.product, limit(), vec![(distance.sign, 1, int(1))]),
        (distance.bit, limit(), vec![(distance.sign, 1, int(1)), (distance.bit, 1, int(-9))]),
        // A side that is no side: twice as much is beyond.
        (distance.sign, floor(), vec![(distance.sign, 0, int(2)), (distance.bit, 0, int(27))]),
    ]
}

fn each_attack_is_refused_by_its_constraint(half: usize) {
    for (label, case, told) in attacks().into_iter().skip(half).step_by(2) {
        let told = lies(&told);
        assert_eq!(case.violations(&told), [label], "{label}: r1cs");
        assert_eq!(case.plain(&told), [label], "{label}: plain");
        assert_eq!(case.halo2(&told).violations(), [label], "{label}: halo2");
    }
}

each!(each_attack_is_refused_by_its_constraint: first = 0, second = 1);

#[test]
fn every_constraint_has_its_attack() {
    let attacked: Vec<Label> = attacks().iter().map(|(label, ..)| *label).collect();
    for label in labels::ALL_CAPS.iter().chain(labels::ALL_IMPACT) {
        assert!(attacked.contains(label), "no attack on {label}");
    }
    case().assert_violations(&Lies::new(), &[]);
    assert_eq!(case().halo2(&Lies::new()).violations(), Vec::<String>::new());
}

/// Expected shortfall has the whole cost: at its figure with the cost it holds, and one loss unit
/// below it does not.
#[test]
fn expected_shortfall_with_a_growing_cost_has_its_last_unit() {
    let mut at = shortfall();
    // Losses of 200, 110 and -220 with 1.2 of 3 beyond 60 %: 185. Half-spreads cost 5,100, and 9
    // beyond each first breakpoint 2,727.
    assert_eq!(at.claim.cvar_limit.absolute, 185 + 5_100 + 2_727 - 1);
    at.assert_violations(&Lies::new(), &[labels::CVAR_LIMIT.sum]);
    assert_eq!(at.halo2(&Lies::new()).violations(), [labels::CVAR_LIMIT.sum]);
    at.claim.cvar_limit.absolute += 1;
    at.assert_violations(&Lies::new(), &[]);
    assert_eq!(at.halo2(&Lies::new()).violations(), Vec::<String>::new());
}

/// At a breakpoint both sides are accepted, and the cost is the same: one unit less of limit is
/// refused with either.
#[test]
fn at_a_breakpoint_either_side_says_the_same() {
    let at = |point: usize| {
        let mut case = case();
        let magnitude = case.positions.exposures()[0].abs();
        let before = cost(&case.curves(), &case.positions);
        case.breakpoints[0][point].above = magnitude;
        let after = cost(&case.curves(), &case.positions);
        case.claim.var_limit.absolute -= (before - after) as u64;
        case
    };
    for point in 0..2 {
        for side in 0..2i128 {
            let told = lies(&[(labels::IMPACT_DISTANCE.sign, point, I256::from(side))]);
            let mut case = at(point);
            case.assert_violations(&told, &[]);
            assert_eq!(case.halo2(&told).violations(), Vec::<String>::new(), "{point} {side}");
            case.claim.var_limit.absolute -= 1;
            assert_eq!(case.violations(&told), [labels::VAR_LIMIT.sum], "{point} {side}");
        }
    }
}

/// The cost of the circuit is that of plain integers: at their figure a limit and a floor hold, and
/// one loss unit further neither does, for books at, below and above breakpoints.
#[test]
fn costs_are_pinned_from_above_and_from_below() {
    let mut rng = rng(91);
    let text = shape(SHAPE);
    for turn in 0..12 {
        let mut case = Case::random(&mut rng, text, if turn == 0 { 1 << 38 } else { 500 });
        let sum = case.sum();
        let near = |magnitude: i64, rng: &mut rand_chacha::ChaCha20Rng| {
            let above = (magnitude + rng.gen_range(-3..=3)).clamp(0, MAX_GROSS);
            Breakpoint { above, increment: rng.gen_range(0..1 << 19) }
        };
        case.breakpoints = sum.exposures().iter().map(|x| [near(x.abs(), &mut rng), near(x.abs(), &mut rng)]).collect();
        case = case.with_tight_limits();
        case.claim.book = BookLimits { var_floor: case.claim.book.var_floor, liquidity: [true; 2], ..BookLimits::OFF };
        let figure = i128::from(case.claim.var_limit.absolute);
        let exact = case.thresholds[0] + cost(&case.curves(), &sum);
        // A book that gains, or shortfalls that were rounded up, have no tight limit.
        case.claim.cvar_limit = LimitUnits::OFF;
        if exact != figure {
            continue;
        }
        case.assert_violations(&Lies::new(), &[]);
        let mut less = case.clone();
        less.claim.var_limit.absolute -= 1;
        less.assert_violations(&Lies::new(), &[labels::VAR_LIMIT.sum]);
        let mut more = case.clone();
        more.claim.var_limit = LimitUnits::OFF;
        more.claim.book.var_floor = Some(LimitUnits { absolute: figure as u64 + 1, per_nav: 0 });
        more.assert_violations(&Lies::new(), &[labels::FLOOR_LIMIT.sum]);
    }
}

/// Caps and costs are about the sum of sub-books, whose own exposures may be larger or smaller.
#[test]
fn caps_and_costs_are_those_of_the_sum() {
    let text = "3x3+rules+caps+impact+2books";
    let case = || of_books(text, &[[500, -60, 0], [-300, 10, 70]]);
    assert_eq!(case().caps, [Some(200), Some(50), Some(70)]);
    case().assert_violations(&Lies::new(), &[]);
    let mut capped = case();
    capped.caps[0] = Some(199);
    capped.assert_violations(&Lies::new(), &[labels::CAP.sum]);
    let mut less = case();
    less.claim.var_limit.absolute -= 1;
    less.assert_violations(&Lies::new(), &[labels::VAR_LIMIT.sum]);
    let mut less = case();
    less.claim.cvar_limit.absolute -= 1;
    less.assert_violations(&Lies::new(), &[labels::CVAR_LIMIT.sum]);
}

/// A column that the set does not have holds nothing: its cap is zero.
#[test]
fn nothing_hides_behind_the_columns_of_the_set() {
    let set = scenario_set(2, vec![1, 1, 1], vec![-3, -1, -1, 1, 2, -2]);
    let hidden = Positions::new(Unit::CENT, vec![200, -50, 1], 5_000).unwrap();
    let seen = Positions::new(Unit::CENT, vec![200, -50], 5_000).unwrap();
    let mut case = Case::tight(shape("3x3+rules+caps"), set, seen, [600_000; 2], Fr::from(5u64)).with_tight_sizes();
    case.assert_violations(&Lies::new(), &[]);
    case.claim.commitment = commitment::commit(&case.set.factors_digest(), &hidden, case.blinding);
    case.positions = hidden;
    case.assert_violations(&Lies::new(), &[labels::CAP.sum]);
}

/// Files of caps and of costs, and a mandate that names them.
struct Files {
    caps: String,
    impact: String,
}

impl Files {
    /// Caps at these amounts in cents, and costs of these breakpoints in cents.
    fn new(caps: [i64; 4], above: [i64; 4]) -> Self {
        let mut files =
            Self { caps: "factor,cap\n".into(), impact: "factor,rate,above_1,rate_1,above_2,rate_2\n".into() };
        let cents = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        for factor in 0..4 {
            files.caps.push_str(&format!("F{factor},{}\n", cents(caps[factor])));
            let [first, second] = [cents(above[factor]), cents(2 * above[factor] + 1)];
            files.impact.push_str(&format!("F{factor},0.00{factor}1,{first},0.0{factor}23,{second},0.1\n"));
        }
        files
    }

    fn mandate(&self, bounds: &str) -> Mandate {
        self.mandate_on("var", bounds)
    }

    /// A mandate of caps, and of a measure of losses with the cost.
    fn mandate_on(&self, measure: &str, bounds: &str) -> Mandate {
        let caps = Caps::from_csv("caps", &self.caps).unwrap();
        let impact = Impact::from_csv("impact", &self.impact).unwrap();
        let [of_caps, of_impact] = [caps.digest(), impact.digest()].map(hex::encode);
        let text = format!(
            "name = \"sizes\"\ncash = [\"cash\"]\ncaps = \"{of_caps}\"\nimpact = \"{of_impact}\"\n\
             [[clause]]\nmeasure = \"caps\"\n[[clause]]\nmeasure = \"{measure}\"\nconfidence = 0.5\nliquidity = true\n{bounds}\n"
        );
        let mandate = Mandate::from_toml("mandate", &text).unwrap().under_caps(caps).unwrap();
        mandate.under_impact(impact).unwrap()
    }
}

fn violations(shape: Shape, set: &ScenarioSet, mandate: &Mandate, positions: &Positions) -> Vec<Label> {
    let blinding = Fr::from(9u64);
    let commitment: Fr = commitment::commit(&set.factors_digest(), positions, blinding);
    let claim = MarketClaim::new(shape, mandate, set, positions.unit(), commitment, Fr::from(1u64)).unwrap();
    let inputs = ScenarioInputs::from_mandate(shape, set, mandate).unwrap();
    let witness = MarketWitness::new(&claim, set, positions.clone(), blinding);
    let assignment = statement_assignment(&claim.controls(), &inputs, &witness).unwrap();
    system(shape).violations(&assignment)
}

/// Caps, limits and floors at the figures of random books hold, and one cent or one millionth
/// further do not; the mandate's own figures say the same. Cash has neither a cap nor a cost.
#[test]
fn mandates_at_their_figures_hold_and_one_unit_further_do_not() {
    let mut rng = rng(78);
    let shape = shape("3x6+rules+1groups+caps+impact");
    for turn in 0..6 {
        let entries = (0..12).map(|_| rng.gen_range(-90_000..=90_000)).collect();
        let set = scenario_set(4, vec![1, 2, 1], entries).with_cash(&["cash".to_owned()]).unwrap();
        let mut exposures: Vec<i64> = (0..5).map(|_| rng.gen_range(-90_000..=90_000)).collect();
        exposures[4] *= 1_000;
        let positions = Positions::new(Unit::CENT, exposures.clone(), 5_000).unwrap();
        let magnitudes: [i64; 4] = std::array::from_fn(|factor| exposures[factor].abs());
        let files = Files::new(magnitudes, std::array::from_fn(|factor| magnitudes[factor] * (factor as i64 + 1) / 3));
        let figure = |mandate: &Mandate| mandate.evaluate(&set, &positions).unwrap()[1].figure;
        let exact = figure(&files.mandate("limit = 1"));
        let at = |key: &str, millionths: i128| {
            let amount = Amount::from_millionths(exact.millionths() + millionths).to_decimal();
            files.mandate(&if key == "floor" {
                format!("limit = 1000000\nfloor = {amount}")
            } else {
                format!("limit = {amount}")
            })
        };
        if exact.millionths() <= 1 {
            continue;
        }
        let holds = |mandate: &Mandate| mandate.evaluate(&set, &positions).unwrap().iter().all(|figure| figure.holds());
        for (mandate, refused) in [
            (at("limit", 0), vec![]),
            (at("limit", -1), vec![labels::VAR_LIMIT.sum]),
            (at("floor", -1), vec![]),
            (at("floor", 1), vec![labels::FLOOR_LIMIT.sum]),
        ] {
            assert_eq!(holds(&mandate), refused.is_empty(), "{turn}");
            assert_eq!(violations(shape, &set, &mandate, &positions), refused, "{turn}");
        }
        let shortfall = figure(&files.mandate_on("cvar", "limit = 1"));
        for (millionths, refused) in [(0, vec![]), (-1, vec![labels::CVAR_LIMIT.sum])] {
            let limit = Amount::from_millionths(shortfall.millionths() + millionths).to_decimal();
            let mandate = files.mandate_on("cvar", &format!("limit = {limit}"));
            assert_eq!(holds(&mandate), refused.is_empty(), "{turn}");
            assert_eq!(violations(shape, &set, &mandate, &positions), refused, "{turn}");
        }
        let mut less = magnitudes;
        less[turn % 4] -= 1;
        let lower = Files { caps: Files::new(less, [1; 4]).caps, impact: files.impact.clone() };
        let lower = lower.mandate(&format!("limit = {}", exact.to_decimal()));
        assert!(!holds(&lower) && lower.digest() != at("limit", 0).digest());
        assert_eq!(violations(shape, &set, &lower, &positions), [labels::CAP.sum], "{turn}");
    }
}

/// Caps of another file, which the book meets: the public rows are those of the file that the
/// mandate names.
#[test]
fn caps_of_another_digest_are_refused() {
    let set = scenario_set(4, vec![1, 2, 1], vec![5; 12]).with_cash(&["cash".to_owned()]).unwrap();
    let (own, wider) = (Files::new([10; 4], [5; 4]), Files::new([90; 4], [5; 4]));
    let (own, wider) = (own.mandate("limit = 1000"), wider.mandate("limit = 1000"));
    let positions = Positions::new(Unit::CENT, vec![80, -80, 80, 8, 7], 500).unwrap();
    let shape = shape("3x5+rules+caps+impact");
    assert_eq!(violations(shape, &set, &wider, &positions), Vec::<Label>::new());
    assert_eq!(violations(shape, &set, &own, &positions), [labels::CAP.sum]);
    let other = Caps::from_csv("caps", &Files::new([90; 4], [5; 4]).caps).unwrap();
    let refused = own.under_caps(other).unwrap_err().to_string();
    assert!(refused.contains("about the file of caps with the digest"), "{refused}");
}

/// Numbers of a factor stand where the layout says, and those of cash and of columns beyond the set
/// are open and shut.
#[test]
fn public_rows_say_what_the_files_say() {
    let set = scenario_set(4, vec![1], vec![1, 2, 3, 4]).with_cash(&["cash".to_owned()]).unwrap();
    let mandate = Files::new([5, 6, 7, 8], [1, 2, 3, 4]).mandate("limit = 1");
    let inputs = ScenarioInputs::from_mandate(shape("3x6+rules+2groups+caps+impact"), &set, &mandate).unwrap();
    let row = |row: FactorRow| (0..6).map(|factor| inputs.of_factor(row, factor)).collect::<Vec<_>>();
    assert_eq!(row(FactorRow::Cap), [5, 6, 7, 8, MAX_GROSS, 0]);
    assert_eq!(row(FactorRow::Breakpoint(0)), [1, 2, 3, 4, MAX_GROSS, MAX_GROSS]);
    assert_eq!(row(FactorRow::Breakpoint(1)), [3, 5, 7, 9, MAX_GROSS, MAX_GROSS]);
    let steps = |rate: f64| (rate * f64::from(1 << 20)).ceil() as i64;
    let rates: Vec<[i64; 3]> = (0..4)
        .map(|factor| [0.0001 + 0.001 * f64::from(factor), 0.0023 + 0.01 * f64::from(factor), 0.1].map(steps))
        .collect();
    let expected = |of: fn(&[i64; 3]) -> i64| rates.iter().map(of).chain([0, 0]).collect::<Vec<_>>();
    assert_eq!(row(FactorRow::HalfSpread), expected(|rates| rates[0]));
    assert_eq!(row(FactorRow::RateIncrement(0)), expected(|rates| rates[1] - rates[0]));
    assert_eq!(row(FactorRow::RateIncrement(1)), expected(|rates| rates[2] - rates[1]));
    // Under a shape without them a mandate with caps has no inputs.
    for other in ["3x6+limits", "3x6+rules", "3x6+rules+caps", "3x6+rules+impact"] {
        assert!(ScenarioInputs::from_mandate(shape(other), &set, &mandate).is_err(), "{other}");
    }
    assert_eq!(CostCurve::NONE.cost(MAX_GROSS), 0);
}
