//! Six deals that `cashflow/deals.py` computed apart, with QuantLib: every amount of every month to
//! the unit, and values at the tolerances stated here.

use std::path::Path;

use serde_json::Value;
use tailproof_core::pool::cashflow::Assumptions;
use tailproof_core::pool::loan_pool::PoolLoan;
use tailproof_core::pool::{Deal, LoanPool};
use tailproof_risk::cashflow::projected::PoolTotals;
use tailproof_risk::cashflow::waterfall::MonthBooks;
use tailproof_risk::cashflow::{NotesTerms, PoolFlows, Run};

const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"rate\", \"term\", \"grade\"]\ngrades = [\"A\", \"B\"]\n\
                    [claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n";

/// Amounts of a month, one for each note, fee or party.
type List = fn(&MonthBooks) -> Vec<i128>;
/// An amount of a month.
type Number = fn(&MonthBooks) -> i128;

/// NPV in units: QuantLib discounts in doubles, factors here have 60 bits.
const NPV: f64 = 1e-3;
/// Yields and average lives.
const RATE: f64 = 1e-9;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cashflow")
}

fn cases() -> Vec<Value> {
    let text = std::fs::read_to_string(folder().join("deals.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    assert!(all["versions"]["QuantLib"].is_string());
    all["deals"].as_array().unwrap().clone()
}

/// One loan of each code, with the case's balance and rate.
fn pool(case: &Value) -> LoanPool {
    let loan = |(code, totals): (u8, &Value)| PoolLoan {
        balance: totals[0].as_u64().unwrap(),
        fields: [u32::try_from(totals[1].as_u64().unwrap()).unwrap(), 0, 0, 0, 0, 0],
        codes: [code, 0, 0],
        delinquent: false,
        new_obligor: true,
    };
    LoanPool::from_loans((0u8..).zip(case["totals"].as_array().unwrap()).map(loan).collect(), [0; 32])
}

/// What this code makes of a case, and the pool's value.
struct Made {
    flows: PoolFlows,
    run: Run,
    value: tailproof_risk::cashflow::PoolValue,
    lower: f64,
}

fn made(case: &Value) -> Made {
    let name = case["name"].as_str().unwrap();
    let read = |kind: &str| std::fs::read_to_string(folder().join(format!("{name}.{kind}.toml"))).unwrap();
    let deal = Deal::from_toml("d.toml", DEAL).unwrap();
    let assumptions = Assumptions::from_toml("a.toml", &read("assumptions")).unwrap();
    assumptions.of_deal(&deal).unwrap();
    let terms = NotesTerms::from_toml("n.toml", &read("notes"), deal.schema().unwrap()).unwrap();
    let (pool, deal) = (pool(case), &deal);
    let totals = PoolTotals::new(deal, &pool).unwrap();
    let projected = totals.project(&assumptions, 0).unwrap();
    let run = totals.pay(&projected, &terms, &assumptions).unwrap();
    let value = projected.value(100.0).unwrap();
    let lower = projected.lower.unwrap() as f64 / (1u64 << 40) as f64;
    Made { flows: projected.flows, run, value, lower }
}

#[track_caller]
fn amounts(case: &Value, what: &str, expected: &Value, found: Vec<i128>) {
    let expected: Vec<i128> =
        expected.as_array().unwrap().iter().map(|amount| amount.as_i64().unwrap().into()).collect();
    let first = expected.iter().zip(&found).position(|(expected, found)| expected != found);
    assert_eq!(first, None, "{} {what}: month {:?}: {expected:?} {found:?}", case["name"], first.map(|at| at + 1));
    assert_eq!(expected.len(), found.len(), "{} {what}", case["name"]);
}

#[test]
fn pools_pay_the_same_units_in_every_month() {
    for case in cases() {
        let flows = made(&case).flows;
        let column = |of: fn(&tailproof_risk::cashflow::MonthFlow) -> u64| -> Vec<i128> {
            flows.months.iter().map(|month| of(month).into()).collect()
        };
        let pool = &case["pool"];
        amounts(&case, "interest", &pool["interest"], column(|month| month.interest));
        amounts(&case, "principal", &pool["principal"], column(|month| month.principal));
        amounts(&case, "defaults", &pool["defaults"], column(|month| month.defaults));
        amounts(&case, "recoveries", &pool["recoveries"], column(|month| month.recoveries));
        amounts(&case, "fees", &pool["fees"], column(|month| month.fees));
        amounts(&case, "balance", &pool["balance"], column(|month| month.balance));
    }
}

#[test]
fn values_yields_and_average_lives_are_quantlib_s() {
    for case in cases() {
        let Made { value, lower, flows, .. } = made(&case);
        let expected = |key: &str| case["value"][key].as_f64().unwrap();
        assert!((value.npv - expected("npv")).abs() < NPV, "{}: {} {}", case["name"], value.npv, expected("npv"));
        let yields = value.effective_yield.unwrap();
        assert!((yields - expected("yield")).abs() < RATE, "{}: {yields} {}", case["name"], expected("yield"));
        let life = value.average_life.unwrap();
        assert!((life - expected("average_life")).abs() < RATE, "{}: {life}", case["name"]);
        // The row over totals is rounded down twice for each code. It is of payments before they are whole
        // units, of which four sums may lack one each.
        let below = value.npv - lower;
        assert!((-4.0..1e-5 * flows.balance as f64).contains(&below), "{}: {below}", case["name"]);
    }
}

#[test]
fn notes_are_paid_the_same_units_in_every_month() {
    for case in cases() {
        let run = made(&case).run;
        let months = &case["months"];
        let rows = months["interest"].as_array().unwrap().len();
        assert_eq!(run.months.len(), rows, "{}", case["name"]);
        let lists: [(&str, List); 5] = [
            ("interest", |month| month.notes.iter().map(|note| note.interest).collect()),
            ("principal", |month| month.notes.iter().map(|note| note.principal).collect()),
            ("balance", |month| month.notes.iter().map(|note| note.balance).collect()),
            ("fees", |month| month.fees.clone()),
            ("residuals", |month| month.residuals.clone()),
        ];
        for (key, of) in lists {
            for (month, expected) in run.months.iter().zip(months[key].as_array().unwrap()) {
                amounts(&case, &format!("{key} of month {}", month.month), expected, of(month));
            }
        }
        let mut compared = lists.len();
        let numbers: [(&str, Number); 9] = [
            ("remainder", |month| month.remainder[1]),
            ("reserve", |month| month.reserve[1]),
            ("liquidity_drawn", |month| month.liquidity_drawn),
            ("liquidity_repaid", |month| month.liquidity_repaid),
            ("liquidity_interest", |month| month.liquidity_interest),
            ("guarantee_drawn", |month| month.guarantee_drawn),
            ("swap_received", |month| month.swap_received),
            ("swap_paid", |month| month.swap_paid),
            ("call", |month| month.call),
        ];
        for (key, of) in numbers.into_iter().filter(|(key, _)| !months[*key].is_null()) {
            amounts(&case, key, &months[key], run.months.iter().map(of).collect());
            compared += 1;
        }
        if let Some(triggers) = months["triggers"].as_array() {
            for (month, expected) in run.months.iter().zip(triggers) {
                let expected: Vec<bool> = expected.as_array().unwrap().iter().map(|on| on.as_bool().unwrap()).collect();
                assert_eq!(month.triggers, expected, "{} {}", case["name"], month.month);
            }
            compared += 1;
        }
        assert_eq!(compared, months.as_object().unwrap().len(), "{}: a column was not compared", case["name"]);
    }
}

/// The deals do what they are about: triggers go on and off, the guarantee is used up, the pool is
/// called.
#[test]
fn the_deals_reach_what_they_are_about() {
    let of = |name: &str| {
        let case = cases().into_iter().find(|case| case["name"] == name).unwrap();
        made(&case).run
    };
    let diversion = of("diversion");
    let on = |trigger: usize| diversion.months.iter().filter(|month| month.triggers[trigger]).count();
    assert!(on(1) > 0 && on(2) > 0 && on(2) < diversion.months.len(), "{} {}", on(1), on(2));
    let reserve = of("reserve");
    assert_eq!(reserve.months.iter().map(|month| month.guarantee_drawn).sum::<i128>(), 4_000_000);
    assert!(reserve.months.iter().any(|month| month.liquidity_drawn > 0) && reserve.notes[1].principal_unpaid > 0);
    let floating = of("floating");
    assert!(floating.months.iter().any(|month| month.swap_received > 0));
    assert!(floating.months.iter().any(|month| month.swap_paid > 0));
    let called = of("called");
    assert_eq!(called.called, Some(113));
    assert!(of("pro-rata").months.iter().any(|month| month.remainder[1] > 0));
}
