//! Case files of a desk, each with its right reading in `market.json`.

use std::path::Path;

use rust_decimal::Decimal;
use serde_json::Value;
use tailproof_core::Confidence;
use tailproof_core::prices::{Preparation, PriceHistory};
use tailproof_core::scenarios::historical::historical;
use tailproof_core::text::to_f64;
use tailproof_risk::book::Holding;
use tailproof_risk::generate::stress::stress;
use tailproof_risk::market;
use tailproof_risk::measure::backtest::Backtest;
use tailproof_risk::table::{
    GainColumns, MoveUnit, Reading, Setting, TableError, TableOptions, read_book, read_gains, read_price_columns,
    read_stress_table,
};

/// Cases whose answer is a policy, and not a matter of reading: what is warned of, filled in, chosen
/// or summed.
const POLICIES: [&str; 3] = ["books/factor-not-in-prices.csv", "books/lower-case.csv", "books/weights.csv"];

fn words(case: &Value, key: &str) -> Vec<String> {
    let words = case[key].as_array().cloned().unwrap_or_default();
    words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Returns the history that a case's options make of its prices, and of which a set is made; what is
/// warned of is warned of.
fn prepared(
    case: &Value,
    name: &str,
    bytes: &[u8],
    options: &TableOptions,
) -> Result<(PriceHistory, Reading), TableError> {
    let (columns, reading) = read_price_columns(name, bytes, options)?;
    let args = words(case, "args");
    let of = |option: &str| args.iter().position(|word| word == option).map(|place| &*args[place + 1]);
    let window = of("--window").map(|text| text.parse().unwrap());
    let factors: Option<Vec<String>> = of("--factors").map(|text| text.split(',').map(str::to_owned).collect());
    let raw = columns.take(factors.as_deref())?;
    let choices = Preparation { window, factors, horizon: 1, ..Preparation::default() };
    let history = choices.prepare(&raw.table, None).map_err(|error| raw.place(error))?;
    let set = historical(&history, 1, window).map_err(|problem| raw.place(problem.into()))?;
    let said = market::of_both(&history, &set).iter().map(|found| format!("{found}\n")).collect::<String>();
    assert!(words(case, "warns").iter().all(|word| said.contains(&**word)), "{name}: {said}");
    assert!(!case["warns"].is_null() || said.is_empty(), "{name}: {said}");
    Ok((history, reading))
}

/// Compares a reading with the right one.
fn compare(case: &Value, bytes: &[u8]) -> Result<Reading, TableError> {
    let (name, options) = (case["file"].as_str().unwrap(), TableOptions::default());
    let check = &case["check"];
    let (factors, reading) = if case["kind"] == "prices" {
        let (history, reading) = prepared(case, name, bytes, &options)?;
        let last = history.len() - 1;
        let dates = [history.dates()[0], history.dates()[last]].map(|date| date.to_string());
        assert_eq!(dates, [&case["first"], &case["last"]].map(|date| date.as_str().unwrap().to_owned()), "{name}");
        assert_eq!(history.len() as u64, case["rows"].as_u64().unwrap(), "{name}");
        let place = history.factors().iter().position(|factor| check[0] == **factor).unwrap();
        let row = history.row_of(check[1].as_str().unwrap().parse().unwrap()).unwrap();
        let found = history.simple_returns().unwrap()[row - 1][place];
        assert!((found - check[2].as_f64().unwrap()).abs() < 1e-8, "{name}: {found}");
        (history.factors().to_vec(), reading)
    } else {
        let (file, reading) = read_book(name, bytes, &options)?;
        let rows = file.book().rows();
        let row = rows.iter().find(|row| check[0] == *row.factor).unwrap();
        let found = match row.holding {
            Holding::Exposure(value) => value,
            // At the last price of the set that the books are over.
            Holding::Quantity(number) => number * Decimal::new(126_480, 2),
            Holding::Weight(_) => panic!("{name}: weights take a net asset value"),
        };
        assert_eq!(to_f64(found), check[2].as_f64().unwrap(), "{name}");
        (rows.iter().map(|row| row.factor.clone()).collect(), reading)
    };
    assert_eq!(factors, words(case, "factors"), "{name}");
    Ok(reading)
}

/// Compares a stress table with the right one.
fn compare_stress(case: &Value, bytes: &[u8]) -> Result<Reading, TableError> {
    let name = case["file"].as_str().unwrap();
    let (table, reading) = read_stress_table(name, bytes, MoveUnit::Fraction, &TableOptions::default())?;
    let set = stress(table.table()).map_err(|error| table.place(error))?;
    assert_eq!(set.factors(), words(case, "factors"), "{name}");
    let scenario = set.labels().iter().position(|label| case["check"][1] == **label).unwrap();
    let factor = set.factors().iter().position(|factor| case["check"][0] == **factor).unwrap();
    let found = f64::from(set.row(scenario)[factor]) / f64::from(1 << 20);
    assert!((found - case["check"][2].as_f64().unwrap()).abs() < 1e-6, "{name}: {found}");
    Ok(reading)
}

/// Compares a backtest with the right one.
fn compare_backtest(case: &Value, bytes: &[u8]) -> Result<Reading, TableError> {
    let name = case["file"].as_str().unwrap();
    let (gains, reading) = read_gains(name, bytes, &GainColumns::named("r", "v"), &TableOptions::default())?;
    let confidence: Confidence = case["check"][1].as_str().unwrap().parse().unwrap();
    let record = Backtest::from_gains(&gains.days, confidence).unwrap();
    assert_eq!(Some(record.observations()), case["rows"].as_u64(), "{name}");
    assert_eq!(Some(record.exceedances()), case["check"][2].as_u64(), "{name}");
    let dates = gains.dates.unwrap();
    assert_eq!(case["first"], dates[0].to_string(), "{name}");
    assert_eq!(case["last"], dates[dates.len() - 1].to_string(), "{name}");
    let warning = record.scale_warning().unwrap_or_default();
    assert!(words(case, "warns").iter().all(|word| warning.contains(&**word)), "{name}: {warning}");
    Ok(reading)
}

#[test]
fn every_case_is_read_rightly_or_refused_with_its_cure() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/cases/market"));
    let text = std::fs::read_to_string(folder.join("market.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut compared = 0;
    for case in &cases {
        let name = case["file"].as_str().unwrap();
        if POLICIES.contains(&name) || (case["kind"] == "book" && !case["args"].is_null()) {
            continue;
        }
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let found = match case["kind"].as_str().unwrap() {
            "stress" => compare_stress(case, &bytes),
            "backtest" => compare_backtest(case, &bytes),
            _ => compare(case, &bytes),
        };
        match (found, case["reads"].as_bool().unwrap()) {
            (Ok(_), true) => {}
            (Err(refused), false) => {
                let from = refused.problem.setting() == Some(Setting::From);
                // The library does not know the option.
                let said = if from { format!("{refused} (--from)") } else { refused.to_string() };
                // The names of options are the command line's.
                let named = words(case, "refused_names").into_iter().filter(|word| from || !word.starts_with("--"));
                assert!(named.into_iter().all(|word| said.contains(&*word)), "{name}: {said}");
            }
            (Err(refused), true) if name.ends_with(".parquet") && !cfg!(feature = "parquet") => {
                assert!(refused.to_string().contains("--features parquet"));
            }
            (found, _) => panic!("{name}: {found:?}"),
        }
        compared += 1;
    }
    assert!(compared > 63, "{compared}");
}
