//! Grids of assumptions: at its own value an assumption moves nothing, and elsewhere in the
//! direction that it must.

use std::path::Path;

use tailproof_core::distributions::normal;
use tailproof_core::error::{CollateralProblem, Problem};
use tailproof_core::pool::cashflow::Assumptions;
use tailproof_core::pool::loan_pool::PoolLoan;
use tailproof_core::pool::{Deal, Loan, LoanPool, Tape};
use tailproof_core::scenarios::Generator;
use tailproof_core::{Confidence, ScenarioSet};
use tailproof_risk::cashflow::NotesTerms;
use tailproof_risk::cashflow::projected::PoolTotals;
use tailproof_risk::cashflow::sensitivity::{
    Axis, CollateralModel, CreditModel, NotesModel, Point, TrancheModel, sensitivity,
};

const DEAL: &str = "name = \"d\"\n[[tranche]]\nname = \"first\"\nattachment = 0\ndetachment = 0.1\n[[tranche]]\n\
                    name = \"last\"\nattachment = 0.1\ndetachment = 1\n[pd]\nA = 0.03\nB = 0.1\n[lgd]\nother = 0.5\n\
                    [tape]\ncolumns = [\"rate\", \"term\", \"grade\"]\ngrades = [\"A\", \"B\"]\n\
                    [cashflow]\nreplines = \"grade\"\n";

fn tape() -> Tape {
    let loan = |id: &str, balance, grade: &str| Loan {
        id: id.into(),
        balance,
        rate: Some(600),
        ltv: None,
        score: None,
        term: Some(60),
        grade: Some(grade.into()),
        sector: None,
        region: None,
        obligor: None,
        status: None,
        pd: None,
        lgd: None,
        collateral: None,
        numbers: [None; 2],
    };
    Tape::new(vec![loan("1", 7_000_000_000, "A"), loan("2", 3_000_000_000, "B")]).unwrap()
}

fn pool() -> LoanPool {
    let loan = |balance, rate, code| PoolLoan {
        balance,
        fields: [rate, 0, 0, 60, 0, 0],
        codes: [code, 0, 0],
        delinquent: false,
        new_obligor: true,
    };
    LoanPool::from_loans(vec![loan(70_000_000, 712, 0), loan(30_000_000, 1_089, 1)], [0; 32])
}

/// The points of all usual grids, and the run without a change.
fn points() -> (Vec<Point>, tailproof_risk::cashflow::Run) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cashflow");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (deal, pool) = (Deal::from_toml("d.toml", DEAL).unwrap(), pool());
    let assumptions = Assumptions::from_toml("a.toml", &read("pro-rata.assumptions.toml")).unwrap();
    let terms = NotesTerms::from_toml("n.toml", &read("pro-rata.notes.toml"), deal.schema().unwrap()).unwrap();
    let totals = PoolTotals::new(&deal, &pool).unwrap();
    let tranches = TrancheModel::Credit(CreditModel::new(&deal, &tape(), 0.2, None).unwrap());
    let notes = NotesModel { pool: &totals, assumptions: &assumptions, block: 0, terms: &terms };
    let grids: Vec<(Axis, Vec<f64>)> = Axis::ALL.into_iter().map(|axis| (axis, axis.usual().to_vec())).collect();
    let points = sensitivity(Some(&tranches), Some(&notes), &grids).unwrap();
    let projected = totals.project(&assumptions, 0).unwrap();
    (points, totals.pay(&projected, &terms, &assumptions).unwrap())
}

#[test]
fn an_assumption_moves_what_it_has_a_part_in_and_nothing_at_its_own_value() {
    let (points, run) = points();
    assert_eq!(points.len(), 34);
    let of = |axis: Axis| points.iter().filter(move |point| point.axis == axis);
    for (axis, own) in
        [(Axis::DefaultRate, 1.0), (Axis::Recovery, 0.0), (Axis::Prepayment, 1.0), (Axis::InterestRate, 0.0)]
    {
        let point = of(axis).find(|point| point.value == own).unwrap();
        for (note, figures) in point.notes.as_ref().unwrap().iter().zip(&run.notes) {
            assert_eq!(
                (note.average_life, note.yield_at_par),
                (figures.average_life, figures.yield_at_par),
                "{axis:?}"
            );
            assert_eq!((note.unpaid, note.interest_unpaid), (figures.loss(), figures.interest_unpaid), "{axis:?}");
        }
    }
    assert!(of(Axis::Correlation).all(|point| point.notes.is_none() && point.tranches.is_some()));
    assert!(of(Axis::Prepayment).chain(of(Axis::InterestRate)).all(|point| point.tranches.is_none()));
    assert!(of(Axis::Volatility).all(|point| point.tranches.is_none() && point.notes.is_none()));
    let base = of(Axis::Correlation).find(|point| point.value == 0.2).unwrap();
    let own = of(Axis::DefaultRate).find(|point| point.value == 1.0).unwrap();
    assert_eq!(base.tranches, own.tranches);
    // The pool's expected loss is its probabilities of default times what is lost.
    let tranches = own.tranches.as_ref().unwrap();
    let expected = (0.7 * 0.03 + 0.3 * 0.1) * 0.5;
    let found = 0.1 * tranches[0].expected_loss + 0.9 * tranches[1].expected_loss;
    assert!((found - expected).abs() < 1e-5, "{found} {expected}");
}

#[test]
fn figures_go_the_way_that_they_must() {
    let (points, _) = points();
    let of = |axis: Axis| points.iter().filter(move |point| point.axis == axis).collect::<Vec<_>>();
    let rises = |values: Vec<f64>| values.windows(2).all(|pair| pair[0] < pair[1]);
    let losses =
        |axis| -> Vec<f64> { of(axis).iter().map(|point| point.tranches.as_ref().unwrap()[0].expected_loss).collect() };
    let last =
        |axis| -> Vec<f64> { of(axis).iter().map(|point| point.tranches.as_ref().unwrap()[1].expected_loss).collect() };
    let reversed = |values: Vec<f64>| values.into_iter().rev().collect::<Vec<_>>();
    assert!(rises(losses(Axis::DefaultRate)) && rises(reversed(losses(Axis::Recovery))));
    // More correlation takes losses from the first tranche to the last.
    assert!(rises(reversed(losses(Axis::Correlation))) && rises(last(Axis::Correlation)));
    let worth =
        |axis| -> Vec<f64> { of(axis).iter().map(|point| point.notes.as_ref().unwrap()[0].value.unwrap()).collect() };
    let life = |axis| -> Vec<f64> {
        of(axis).iter().map(|point| point.notes.as_ref().unwrap()[0].average_life.unwrap()).collect()
    };
    assert!(rises(reversed(worth(Axis::InterestRate))) && rises(reversed(life(Axis::Prepayment))));
}

/// The worst hundredth by the quantiles of the common factor, one by one: without nodes and weights.
#[test]
fn the_cvar_of_defaults_is_the_mean_of_the_worst_quantiles() {
    let (points, _) = points();
    let point = points.iter().find(|point| point.axis == Axis::Correlation && point.value == 0.2).unwrap();
    let (steps, rho) = (200_000, 0.2f64);
    let lost = |step: u32| {
        let factor = normal::quantile((f64::from(step) + 0.5) / f64::from(steps) * 0.01);
        let of =
            |probability: f64| normal::cdf((normal::quantile(probability) - rho.sqrt() * factor) / (1.0 - rho).sqrt());
        0.7 * 0.5 * of(0.03) + 0.3 * 0.5 * of(0.1)
    };
    let losses: Vec<f64> = (0..steps).map(lost).collect();
    for (tranche, (attachment, width)) in point.tranches.as_ref().unwrap().iter().zip([(0.0, 0.1), (0.1, 0.9)]) {
        let mean = losses.iter().map(|loss| (loss - attachment).clamp(0.0, width) / width).sum::<f64>();
        let expected = mean / f64::from(steps);
        assert!((tranche.cvar - expected).abs() < 1e-4, "{} {expected}", tranche.cvar);
    }
}

/// Two coins, whose loans are 600 and 400 units.
const COINS: &str = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-01-05\"\ncurrency = \"EUR\"\n\
    columns = [\"ltv\", \"grade\"]\ngrades = [\"A 60\", \"Z 50\"]\n[tape.scale]\nltv = \"percent\"\n\
    [tape.bands.grade]\nnumber = \"ltv\"\nlimits = { \"A 60\" = [0, 60], \"Z 50\" = [0, 50] }\n\
    assets = { \"A 60\" = \"A\", \"Z 50\" = \"Z\" }\n[claims]\nloans_min = 1\n\
    [collateral]\nhorizon = 1\nhaircut = { A = 0.1, Z = 0 }\n\
    [[tranche]]\nname = \"last\"\nattachment = 0.3\ndetachment = 1\ncvar = 0.5\nconfidence = 0.5\n\
    [[tranche]]\nname = \"fund\"\nattachment = 0\ndetachment = 0.3\n";

fn coins() -> (Deal, LoanPool) {
    let loan =
        |balance, code| PoolLoan { balance, fields: [0; 6], codes: [code, 0, 0], delinquent: false, new_obligor: true };
    let deal = Deal::from_toml("d.toml", COINS).unwrap();
    (deal, LoanPool::from_loans(vec![loan(600, 0), loan(400, 1)], [0; 32]))
}

/// A day on which A falls to a half and Z by a fifth, and one on which nothing moves.
fn crash(generator: Generator) -> ScenarioSet {
    let half = -(1 << 19);
    let fifth = -209_715; // a fifth of 2^20, rounded to the nearest
    let (factors, labels) = (["A", "Z"].map(str::to_owned).to_vec(), ["crash", "calm"].map(str::to_owned).to_vec());
    ScenarioSet::new(generator, factors, labels, None, vec![1, 1], vec![half, fifth, 0, 0]).unwrap()
}

/// At twice the moves, A is at a quarter: less a tenth, that is 0.225 of 0.6, and 0.625 of it is lost, or
/// 0.375 of the pool. Z is at 0.64 of its price, and covers the 0.5 that is owed.
#[test]
fn bad_debt_over_wider_moves_is_that_by_hand() {
    let (deal, pool) = coins();
    let stress = || Generator::Stress { table_sha256: "0".repeat(64) };
    let model = |confidence: Option<Confidence>| {
        TrancheModel::Collateral(Box::new(CollateralModel::new(&deal, &pool, crash(stress()), confidence).unwrap()))
    };
    let at = |confidence, times| {
        let points = sensitivity(Some(&model(confidence)), None, &[(Axis::Volatility, vec![times])]).unwrap();
        let tranches = points[0].tranches.as_ref().unwrap();
        // In the order of the deal's file.
        [1, 0].map(|tranche| [tranches[tranche].expected_loss, tranches[tranche].hit, tranches[tranche].cvar])
    };
    let worst_quarter = Confidence::from_millionths(750_000).ok();
    let beyond = 0.075 / 0.7;
    for (times, fund, last) in [
        // A: 0.45 of 0.6, and a quarter is lost, or 0.15 of the pool.
        (1.0, [0.25, 0.5, 0.5], [0.0; 3]),
        (2.0, [0.5, 0.5, 1.0], [beyond / 2.0, 0.5, beyond]),
        // A is at 0.7071: what is owed is covered.
        (0.5, [0.0; 3], [0.0; 3]),
        // A at nothing, and Z at 0.8^100: all is lost on the day of the crash.
        (100.0, [0.5, 0.5, 1.0], [0.5, 0.5, 1.0]),
    ] {
        for (found, expected) in at(worst_quarter, times).iter().flatten().zip([fund, last].iter().flatten()) {
            assert!((found - expected).abs() < 1e-5, "{times}: {found} {expected}");
        }
    }
    // Without a confidence of the caller, that of the claim: the mean of the worse half of two days.
    let [fund, last] = at(None, 2.0);
    assert!((fund[2] - 1.0).abs() < 1e-5 && (last[2] - beyond).abs() < 1e-5);
}

#[test]
fn losses_of_one_kind_have_no_model_of_the_other() {
    let (deal, pool) = coins();
    let of_collateral: Problem = CollateralProblem::OfCollateral.into();
    assert_eq!(CreditModel::new(&deal, &tape(), 0.2, None).unwrap_err(), of_collateral);
    let model = |deal: &Deal, generator| CollateralModel::new(deal, &pool, crash(generator), None).unwrap_err();
    let stress = Generator::Stress { table_sha256: "0".repeat(64) };
    assert_eq!(model(&Deal::from_toml("d.toml", DEAL).unwrap(), stress), CollateralProblem::None.into());
    let custom = Generator::Custom { description: "mine".into() };
    assert_eq!(model(&deal, custom), CollateralProblem::Kind("custom").into());
}

#[test]
fn values_out_of_range_are_refused() {
    let grid = |axis, value: f64| sensitivity(None, None, &[(axis, vec![value])]);
    for (axis, value) in [
        (Axis::DefaultRate, -0.1),
        (Axis::Correlation, 1.1),
        (Axis::Recovery, 101.0),
        (Axis::Prepayment, 101.0),
        (Axis::InterestRate, f64::NAN),
        (Axis::Volatility, -1.0),
    ] {
        assert!(grid(axis, value).unwrap_err().to_string().contains(axis.name()), "{axis:?}");
    }
    assert!(grid(Axis::Recovery, -100.0).is_ok());
}
