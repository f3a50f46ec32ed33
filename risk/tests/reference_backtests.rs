//! Backtests that others computed. The cases lie beside the repository
//! (`../shared/reference/open`); without them the tests say that they were skipped.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tailproof_core::Confidence;
use tailproof_risk::measure::backtest::{
    Backtest, Transitions, binomial_test, exact_binomial_test, independence, proportion_of_failures, traffic_light,
};
use tailproof_risk::table::{GainColumns, TableOptions, read_gains};

fn cases(kind: &str) -> Option<(PathBuf, Vec<Value>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/open");
    let Ok(text) = std::fs::read_to_string(folder.join("backtest.json")) else {
        println!("skipped: the reference figures are not beside the repository");
        return None;
    };
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    let cases: Vec<Value> = all.into_iter().filter(|case| case["kind"] == kind).collect();
    assert!(!cases.is_empty(), "{kind}");
    Some((folder, cases))
}

#[track_caller]
fn assert_close(case: &Value, computed: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    let tolerance = |kind: &str| case["tolerance"][kind].as_f64().unwrap_or(0.0);
    let allowed = tolerance("abs").max(tolerance("rel") * expected.abs());
    assert!((computed - expected).abs() <= allowed, "{}: {computed}, expected {expected}", case["name"]);
}

fn count(case: &Value, name: &str) -> u64 {
    case["inputs"][name].as_u64().unwrap_or_else(|| panic!("{}: {name}", case["name"]))
}

#[test]
fn proportions_of_failures() {
    let Some((_, cases)) = cases("kupiec_pof") else { return };
    for case in cases {
        let probability = case["params"]["p"].as_f64().unwrap();
        let test = proportion_of_failures(count(&case, "n"), count(&case, "x"), probability);
        for (name, expected) in case["expected"].as_object().unwrap() {
            let computed = if name.starts_with("LR") { test.likelihood_ratio } else { test.p_value };
            assert_close(&case, computed, expected);
        }
    }
}

#[test]
fn binomial_tests() {
    let Some((_, cases)) = cases("binomial_test") else { return };
    for case in cases {
        let probability = case["params"]["p"].as_f64().unwrap();
        let (days, exceedances) = (count(&case, "n"), count(&case, "x"));
        if case["params"]["alternative"] == "two-sided" {
            let p_value = exact_binomial_test(days, exceedances, probability);
            assert_close(&case, p_value, &case["expected"]["p_value"]);
        } else {
            let (score, p_value) = binomial_test(days, exceedances, probability);
            assert_close(&case, score, &case["expected"]["z"]);
            assert_close(&case, p_value, &case["expected"]["p_value"]);
        }
    }
}

#[test]
fn independence_of_exceedances() {
    let Some((_, cases)) = cases("christoffersen_independence") else { return };
    for case in cases {
        let [none_none, one_none, none_one, one_one] = ["N00", "N10", "N01", "N11"].map(|name| count(&case, name));
        let test = independence(Transitions { none_none, none_one, one_none, one_one });
        assert_close(&case, test.likelihood_ratio, &case["expected"]["LR"]);
        if let Some(p_value) = case["expected"].get("p_value") {
            assert_close(&case, test.p_value, p_value);
        }
    }
}

#[test]
fn regions_in_which_kupiec_does_not_reject() {
    let Some((_, cases)) = cases("kupiec_region") else { return };
    for case in cases {
        let (days, probability) = (count(&case, "n"), case["params"]["p"].as_f64().unwrap());
        let roots: Vec<f64> = serde_json::from_value(case["expected"]["roots"].clone()).unwrap();
        // The integers strictly inside the two roots of LR = 3.841 are those that are not rejected.
        let accepted: Vec<u64> = (0..=days)
            .filter(|exceedances| proportion_of_failures(days, *exceedances, probability).likelihood_ratio <= 3.841)
            .collect();
        #[allow(clippy::cast_precision_loss)]
        let inside: Vec<u64> = (0..=days).filter(|x| roots[0] < *x as f64 && (*x as f64) < roots[1]).collect();
        assert_eq!(accepted, inside);
    }
}

#[test]
fn traffic_lights() {
    let Some((_, cases)) = cases("traffic_light") else { return };
    for case in cases {
        let (days, probability) = (count(&case, "n"), case["params"]["p"].as_f64().unwrap());
        let expected = &case["expected"];
        match case["inputs"].get("exceptions") {
            Some(exceptions) => {
                for (index, exceedances) in exceptions.as_array().unwrap().iter().enumerate() {
                    let light = traffic_light(days, exceedances.as_u64().unwrap(), probability);
                    let percent = &expected["cumulative_probability_percent"][index];
                    assert_close(&case, 100.0 * light.cumulative_probability, percent);
                    assert_eq!(expected["zone"][index], light.zone.to_string());
                }
            }
            None => {
                let light = traffic_light(days, count(&case, "x"), probability);
                for (name, value) in expected.as_object().unwrap() {
                    match (name.as_str(), value.as_str()) {
                        (_, Some(zone)) => assert_eq!(zone, light.zone.to_string()),
                        ("typeI" | "TypeI" | "type_I", _) => {}
                        _ => assert_close(&case, light.cumulative_probability, value),
                    }
                }
            }
        }
    }
}

#[test]
fn whole_records_of_returns_and_values_at_risk() {
    let Some((folder, cases)) = cases("kupiec_christoffersen_traffic") else { return };
    for case in cases {
        let text = |name: &str| case["inputs"][name].as_str().unwrap();
        let tail = case["params"]["alpha"].as_f64().unwrap();
        let confidence: Confidence = format!("{:.6}", 1.0 - tail).parse().unwrap();
        let file = File::open(folder.join(text("file"))).unwrap();
        let columns = GainColumns::named(text("return_column"), text("var_column"));
        let (gains, _) = read_gains("reference", file, &columns, &TableOptions::default()).unwrap();
        let backtest = Backtest::from_gains(&gains.days, confidence).unwrap();
        let expected = &case["expected"];
        assert_eq!(backtest.observations(), count(&case, "n"));
        assert_eq!(Some(backtest.exceedances()), expected["exceedances"].as_u64(), "{}", case["name"]);
        assert_close(&case, backtest.kupiec().unwrap().likelihood_ratio, &expected["uc_LR"]);
        assert_close(&case, backtest.kupiec().unwrap().p_value, &expected["uc_p"]);
        assert_close(&case, backtest.conditional_coverage().unwrap().likelihood_ratio, &expected["cc_LR"]);
        assert_close(&case, backtest.conditional_coverage().unwrap().p_value, &expected["cc_p"]);
        assert_close(&case, backtest.traffic_light().unwrap().cumulative_probability, &expected["traffic_cum_prob"]);
        assert_eq!(expected["zone"], backtest.traffic_light().unwrap().zone.to_string());
    }
}
