//! Statements with rules: one attack for each constraint, and agreement of every backend with the
//! mandate's own figures.

use ark_bn254::Fr;
use ethnum::I256;
use rand::Rng;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::market::{MarketWitness, labels};
use tailproof_core::mandate::{BookUnits, Groups, LimitUnits, SignedBookUnits};
use tailproof_core::{Mandate, Positions, ScenarioSet, TailMass, Unit};
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::layout::FactorRow;
use tailproof_verifier::market::BookLimits;
use tailproof_verifier::{MarketClaim, Shape, commitment};

use crate::support::{Case, Instance, Lies, lies, rng, scenario_set, shape, system};

const FACTORS: usize = 3;

/// Three scenarios of three factors, the net asset value the sum of the exposures, and two groups at
/// their figures: 270 gross of the first and the last, -50 net of the second.
fn case() -> Case {
    case_of([200, -50, 70], 220)
}

fn case_of(exposures: [i64; FACTORS], nav: u64) -> Case {
    let set = scenario_set(FACTORS, vec![1, 1, 1], vec![-3, -1, 5, -1, 1, 2, 2, -2, -4]);
    let book = Positions::new(Unit::CENT, exposures.to_vec(), exposures.iter().sum::<i64>().unsigned_abs()).unwrap();
    let mut case =
        Case::tight(shape("3x3+rules+2groups"), set, book, [600_000; 2], Fr::from(123u64)).with_tight_rules();
    case.claim.book = BookLimits::OFF;
    (case.claim.var_limit, case.claim.cvar_limit) = (LimitUnits::OFF, LimitUnits::OFF);
    (case.claim.var_tail, case.claim.cvar_tail) = (TailMass::EVERYTHING, TailMass::EVERYTHING);
    case.positions = Positions::new(Unit::CENT, exposures.to_vec(), nav).unwrap();
    case.claim.commitment = commitment::commit(&case.set.factors_digest(), &case.positions, case.blinding);
    case
}

fn changed(change: impl Fn(&mut Case)) -> Case {
    let mut case = case();
    change(&mut case);
    case
}

const BILLION: i128 = 1_000_000_000;

/// A constraint, an instance, and the lies that it refuses.
type Attack = (Label, Case, Vec<(Label, usize, I256)>);

fn attacks() -> Vec<Attack> {
    let int = |value: i128| I256::from(value);
    let units = |absolute| BookUnits { absolute, per_nav: 0 };
    let floor = |group: usize, below_zero: bool, absolute: u64| {
        changed(|case| {
            case.claim.rules.groups[group].floor = SignedBookUnits { below_zero, magnitude: units(absolute) };
        })
    };
    let limit = changed(|case| case.claim.rules.groups[0].limit = units(269));
    let limit_alone = changed(|case| {
        case.claim.rules.groups[0].limit = units(269);
        case.claim.rules.groups[0].floor = SignedBookUnits::OFF;
    });
    vec![
        // A net asset value that is one unit more than the sum; and a term of the sum one unit more.
        (labels::NAV_SUM, case_of([200, -50, 70], 221), vec![]),
        (labels::VALUE, case_of([200, -50, 70], 221), vec![(labels::VALUE, 1, int(-49))]),
        // A book without its liabilities: the net asset value is the sum of what is not owed.
        (labels::NAV_SUM, case_of([200, -50, 70], 270), vec![]),
        (labels::GROUP_LIMIT.sum, limit.clone(), vec![]),
        (labels::GROUP_LIMIT.bit, limit.clone(), vec![(labels::GROUP_LIMIT.bit, 0, int(-BILLION))]),
        (labels::GROUP_SHARE, limit, vec![(labels::GROUP_SHARE, 0, int(BILLION))]),
        (labels::GROUP_MAGNITUDE, limit_alone, vec![(labels::GROUP_MAGNITUDE, 0, int(199))]),
        // A floor above the figure, of either sign.
        (labels::GROUP_FLOOR.sum, floor(1, true, 49), vec![]),
        (labels::GROUP_FLOOR.bit, floor(1, true, 49), vec![(labels::GROUP_FLOOR.bit, 1, int(-BILLION))]),
        (labels::GROUP_EXPOSURE, floor(1, true, 49), vec![(labels::GROUP_EXPOSURE, FACTORS + 1, int(-49))]),
        (labels::GROUP_FLOOR.sum, floor(0, false, 271), vec![]),
        (labels::GROUP_FLOOR_SHARE, floor(0, false, 271), vec![(labels::GROUP_FLOOR_SHARE, 0, int(-BILLION))]),
        (labels::GROUP_FLOOR_SIGN, floor(0, false, 271), vec![(labels::GROUP_FLOOR_SIGN, 0, int(BILLION / 2))]),
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
    for label in labels::ALL_RULES {
        assert!(attacked.contains(label), "no attack on {label}");
    }
    case().assert_violations(&Lies::new(), &[]);
}

/// A net asset value that is stated may be any, under the same keys.
#[test]
fn a_stated_net_asset_value_need_not_be_the_sum() {
    let mut case = case_of([200, -50, 70], 5);
    case.claim.rules.nav_is_sum = false;
    case.assert_violations(&Lies::new(), &[]);
    assert_eq!(case.halo2(&Lies::new()).violations(), Vec::<String>::new());
}

const GROUPS: &str =
    "[sector]\nrest = \"other\"\n[sector.groups]\nfirst = [\"F0\", \"F1\"]\nliquid = [\"F2\", \"cash\"]\n";

/// A mandate of groups of both kinds, with limits at these figures in cents, and the sum as net asset
/// value.
fn mandate([gross, net, floor, each]: [i64; 4]) -> Mandate {
    let amount =
        |cents: i64| format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
    let groups = Groups::from_toml("groups", GROUPS).unwrap();
    let text = format!(
        "name = \"rules\"\nnav = \"sum\"\ncash = [\"cash\"]\ngroups = \"{}\"\n\
         [[clause]]\nmeasure = \"gross\"\nclassification = \"sector\"\ngroup = \"first\"\nlimit = {}\n\
         [[clause]]\nmeasure = \"net\"\nclassification = \"sector\"\ngroup = \"liquid\"\nlimit = {}\nfloor = {}\n\
         [[clause]]\nmeasure = \"gross\"\nclassification = \"sector\"\ngroup = \"each\"\nlimit = {}\n\
         [[clause]]\nmeasure = \"gross\"\nlimit_nav = 68\n",
        hex::encode(groups.digest()),
        amount(gross),
        amount(net),
        amount(floor),
        amount(each)
    );
    Mandate::from_toml("mandate", &text).unwrap().under(groups).unwrap()
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

/// Limits at the figures of random books hold, and one unit further do not; the mandate's own figures
/// say the same. Cash counts in the groups that list it, and in no limit on exposures.
#[test]
fn groups_at_their_figures_hold_and_one_unit_further_do_not() {
    let mut rng = rng(77);
    let shape = shape("3x6+rules+6groups");
    for _ in 0..8 {
        let entries = (0..12).map(|_| rng.gen_range(-50..=50)).collect();
        let set = scenario_set(4, vec![1, 2, 1], entries).with_cash(&["cash".to_owned()]).unwrap();
        let mut exposures: Vec<i64> = (0..5).map(|_| rng.gen_range(-900..=900)).collect();
        exposures[4] = 5_000 - exposures[..4].iter().sum::<i64>();
        let positions = Positions::new(Unit::CENT, exposures.clone(), 5_000).unwrap();
        let first = exposures[0].abs() + exposures[1].abs();
        let liquid = exposures[2] + exposures[4];
        let each = [first, exposures[3].abs(), exposures[2].abs() + exposures[4].abs()].into_iter().max().unwrap();
        assert!(liquid > 0);
        let figures = [first, liquid, liquid, each];
        let holds = |mandate: &Mandate| mandate.evaluate(&set, &positions).unwrap().iter().all(|figure| figure.holds());
        let exact = mandate(figures);
        assert!(holds(&exact));
        assert_eq!(violations(shape, &set, &exact, &positions), Vec::<Label>::new());
        for (index, further, label) in [
            (0, -1, labels::GROUP_LIMIT.sum),
            (1, -1, labels::GROUP_LIMIT.sum),
            (2, 1, labels::GROUP_FLOOR.sum),
            (3, -1, labels::GROUP_LIMIT.sum),
        ] {
            let mut moved = figures;
            moved[index] += further;
            match index {
                1 => moved[2] = moved[1],
                // A floor is not above its limit.
                2 => moved[1] = moved[2],
                _ => {}
            }
            let tighter = mandate(moved);
            assert!(!holds(&tighter), "{index}");
            assert_eq!(violations(shape, &set, &tighter, &positions), [label], "{index}");
        }
    }
}

/// Flags of a factor stand where the layout says, and cash is no exposure.
#[test]
fn public_rows_say_what_the_mandate_says() {
    let set = scenario_set(4, vec![1], vec![1, 2, 3, 4]).with_cash(&["cash".to_owned()]).unwrap();
    let inputs = ScenarioInputs::from_mandate(shape("3x6+rules+6groups"), &set, &mandate([1, 1, 1, 1])).unwrap();
    let row = |row: FactorRow| (0..6).map(|factor| inputs.of_factor(row, factor)).collect::<Vec<_>>();
    assert_eq!(row(FactorRow::IsExposure), [1, 1, 1, 1, 0, 0]);
    assert_eq!(row(FactorRow::IsValue), [1, 1, 1, 1, 1, 0]);
    assert_eq!((row(FactorRow::InGross(0)), row(FactorRow::InNet(0))), (vec![1, 1, 0, 0, 0, 0], vec![0; 6]));
    assert_eq!((row(FactorRow::InGross(1)), row(FactorRow::InNet(1))), (vec![0; 6], vec![0, 0, 1, 0, 1, 0]));
    // Each group in the order of names: first, liquid, other.
    assert_eq!(
        (2..5).map(|group| row(FactorRow::InGross(group))).collect::<Vec<_>>(),
        [vec![1, 1, 0, 0, 0, 0], vec![0, 0, 1, 0, 1, 0], vec![0, 0, 0, 1, 0, 0],]
    );
    assert_eq!(row(FactorRow::InGross(5)), [0; 6]);
}
