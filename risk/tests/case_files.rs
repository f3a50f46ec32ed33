//! Case files of a desk that stand beside the source, if they do: prices and books, each with its
//! right reading in `market.json`. `TAILPROOF_CASES` names another folder.

use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use serde_json::Value;
use tailproof_core::text::to_f64;
use tailproof_risk::book::Holding;
use tailproof_risk::table::{Reading, TableError, TableOptions, read_book, read_prices};

/// Cases whose answer is a policy, and not a matter of reading: what is warned of, filled in, chosen
/// or summed.
const POLICIES: [&str; 8] = [
    "books/factor-not-in-prices.csv",
    "books/lower-case.csv",
    "prices/listing-from-0.0001.csv",
    "prices/missing-before-window.csv",
    "prices/ohlcv-one-ticker.csv",
    "prices/oil-negative.csv",
    "prices/returns.csv",
    "books/weights.csv",
];

fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases");
    std::env::var_os("TAILPROOF_CASES").map_or_else(beside, PathBuf::from)
}

fn words(case: &Value, key: &str) -> Vec<String> {
    let words = case[key].as_array().cloned().unwrap_or_default();
    words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Compares a reading with the right one.
fn compare(case: &Value, bytes: &[u8]) -> Result<Reading, TableError> {
    let (name, options) = (case["file"].as_str().unwrap(), TableOptions::default());
    let check = &case["check"];
    let (factors, reading) = if case["kind"] == "prices" {
        let (history, reading) = read_prices(name, bytes, &options)?;
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

#[test]
fn every_case_is_read_rightly_or_refused_with_its_cure() {
    let folder = folder();
    let Ok(text) = std::fs::read_to_string(folder.join("market.json")) else {
        println!("skipped: there are no case files in {}", folder.display());
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut compared = 0;
    for case in cases.iter().filter(|case| case["kind"] == "prices" || case["kind"] == "book") {
        let name = case["file"].as_str().unwrap();
        if POLICIES.contains(&name) || !case["args"].is_null() {
            continue;
        }
        let bytes = std::fs::read(folder.join(name)).unwrap();
        match (compare(case, &bytes), case["reads"].as_bool().unwrap()) {
            (Ok(_), true) => {}
            (Err(refused), false) => {
                let said = refused.to_string();
                assert!(words(case, "refused_names").iter().all(|word| said.contains(&**word)), "{name}: {said}");
            }
            (Err(refused), true) if name.ends_with(".parquet") && !cfg!(feature = "parquet") => {
                assert!(refused.to_string().contains("--features parquet"));
            }
            (found, _) => panic!("{name}: {found:?}"),
        }
        compared += 1;
    }
    assert!(compared > 50, "{compared}");
}
