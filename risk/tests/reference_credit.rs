//! Credit figures that others computed: QuantLib, FinancePy, Hull and White 2004, open-risk, Basel
//! II annex
//! 5. The cases and their data lie beside the repository (`../shared/reference/open`); without them
//!    the
//! tests say that they were skipped.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use tailproof_core::pool::{Copula, FactorModel};
use tailproof_risk::credit::irb::{ExposureClass, risk_weight};
use tailproof_risk::credit::large_pool::LargePool;
use tailproof_risk::credit::spreads::fair_spread;
use tailproof_risk::credit::{LossDistribution, Obligor};

const NODES: usize = 401;

fn cases() -> Option<(PathBuf, Vec<Value>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/open");
    let Ok(text) = std::fs::read_to_string(folder.join("credit.json")) else {
        println!("skipped: the reference figures are not beside the repository");
        return None;
    };
    Some((folder, serde_json::from_str(&text).unwrap()))
}

/// The cases of a kind; each test says how many it expects.
fn of_kind(kind: &str, count: usize) -> Option<(PathBuf, Vec<Value>)> {
    let (folder, cases) = cases()?;
    let cases: Vec<Value> = cases.into_iter().filter(|case| case["kind"] == kind).collect();
    assert_eq!(cases.len(), count, "{kind}");
    Some((folder, cases))
}

#[track_caller]
fn assert_close(case: &Value, what: &str, computed: f64, expected: f64) {
    let tolerance = |name: &str| case["tolerance"][name].as_f64().unwrap_or(0.0);
    let error = (computed - expected).abs();
    assert!(
        error <= tolerance("abs") + tolerance("rel") * expected.abs(),
        "{} {what}: computed {computed}, expected {expected}",
        case["name"]
    );
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn gaussian(correlation: f64) -> FactorModel {
    FactorModel::new(Copula::Gaussian, correlation).unwrap()
}

fn homogeneous(count: usize, probability: f64) -> Vec<Obligor> {
    vec![Obligor { loss: 1, extra: 0.0, probability }; count]
}

fn tranches(case: &Value) -> Vec<(f64, f64, f64)> {
    let bounds = case["params"]["tranches"].as_array().unwrap();
    let expected = case["expected"].as_object().unwrap();
    let found = |low: f64, high: f64| {
        let matches = |key: &str| {
            let (left, right) = key.split_once('-').unwrap();
            left.parse::<f64>().unwrap() == low && right.parse::<f64>().unwrap() == high
        };
        number(expected.iter().find(|(key, _)| matches(key)).unwrap().1)
    };
    bounds
        .iter()
        .map(|bound| (number(&bound[0]), number(&bound[1])))
        .map(|(low, high)| (low, high, found(low, high)))
        .collect()
}

/// Basel II, annex 5: risk weights of four classes.
#[test]
fn basel_risk_weights() {
    let Some((_, cases)) = of_kind("vasicek_irb", 4) else { return };
    for case in cases {
        let class = match case["params"]["class"].as_str().unwrap() {
            "corp" => ExposureClass::Corporate { maturity: number(&case["params"]["M"]) },
            "mort" => ExposureClass::ResidentialMortgage,
            "ret" => ExposureClass::OtherRetail,
            "qrre" => ExposureClass::QualifyingRevolving,
            other => panic!("{other}"),
        };
        let probabilities = case["inputs"]["PD_percent"].as_array().unwrap();
        let expected = case["expected"]["risk_weight_percent"].as_array().unwrap();
        for (probability, expected) in probabilities.iter().zip(expected) {
            let weight = risk_weight(class, number(probability) / 100.0, number(&case["params"]["LGD"]));
            assert_close(&case, &probability.to_string(), weight * 100.0, number(expected));
        }
    }
}

/// open-risk and FinancePy: numbers of defaults in a homogeneous pool.
#[test]
fn numbers_of_defaults() {
    let Some((_, cases)) = of_kind("gaussian_copula_pmf", 4) else { return };
    for case in cases {
        let (inputs, params) = (&case["inputs"], &case["params"]);
        let count = inputs["N"].as_u64().or(inputs["names"].as_u64()).unwrap() as usize;
        let probability = params["PD"].as_f64().or(inputs["PD"].as_f64()).unwrap();
        let correlation = params["asset_correlation"].as_f64().or(params["rho"].as_f64()).unwrap();
        let distribution =
            LossDistribution::new(&homogeneous(count, probability), &gaussian(correlation), NODES).unwrap();
        let expected = case["expected"]["pmf_k0_to_10"].as_array().or(case["expected"]["P_loss_0_1_2_3"].as_array());
        for (defaults, expected) in expected.unwrap().iter().enumerate() {
            assert_close(&case, &defaults.to_string(), distribution.probabilities()[defaults], number(expected));
        }
        if let Some(expected) = case["expected"]["std_defaults"].as_f64() {
            assert_close(&case, "deviation", distribution.deviation(), expected);
        }
    }
}

/// open-risk: the large-pool limit.
#[test]
fn large_pools() {
    let Some((_, cases)) = of_kind("vasicek_lhp", 2) else { return };
    for case in cases {
        let pool =
            LargePool::new(number(&case["params"]["PD"]), gaussian(number(&case["params"]["asset_correlation"])))
                .unwrap();
        for (level, expected) in case["expected"]["lim_q"].as_object().unwrap() {
            assert_close(&case, level, pool.quantile(level.parse().unwrap()), number(expected));
        }
        for (share, expected) in case["expected"]["lim_cdf"].as_object().unwrap() {
            assert_close(&case, share, pool.cdf(share.parse().unwrap()), number(expected));
        }
        assert_close(&case, "deviation", pool.deviation(), number(&case["expected"]["lim_ul"]));
    }
}

/// QuantLib and FinancePy: expected losses of tranches by recursion; a name loses 1 - recovery of
/// its share.
#[test]
fn tranches_by_recursion() {
    let Some((folder, cases)) = of_kind("tranche_el", 3) else { return };
    for case in cases {
        let inputs = &case["inputs"];
        let count = number(&inputs["names"]) as usize;
        let obligors = match inputs["file"].as_str() {
            Some(file) => {
                let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
                let probability = |record: csv::StringRecord| record[1].parse().unwrap();
                let rows = reader.records().map(|record| Obligor {
                    loss: 1,
                    extra: 0.0,
                    probability: probability(record.unwrap()),
                });
                rows.collect()
            }
            None => homogeneous(count, number(&inputs["PD"])),
        };
        assert_eq!(obligors.len(), count);
        let distribution = LossDistribution::new(&obligors, &gaussian(number(&case["params"]["rho"])), NODES).unwrap();
        let units = count as f64 / (1.0 - number(&inputs["recovery"]));
        for (low, high, expected) in tranches(&case) {
            let computed = distribution.tranche(low * units, high * units).unwrap().expected_loss;
            assert_close(&case, &format!("{low}-{high}"), computed, expected);
        }
    }
}

/// The same in the large-pool limit.
#[test]
fn tranches_of_large_pools() {
    let Some((_, cases)) = of_kind("tranche_el_lhp", 3) else { return };
    for case in cases {
        let inputs = &case["inputs"];
        let probability = inputs["PD"].as_f64().or(inputs["mean_PD"].as_f64()).unwrap();
        let pool = LargePool::new(probability, gaussian(number(&case["params"]["rho"]))).unwrap();
        for (low, high, expected) in tranches(&case) {
            let computed = pool.tranche(low, high, 1.0 - number(&inputs["recovery"])).unwrap().expected_loss;
            assert_close(&case, &format!("{low}-{high}"), computed, expected);
        }
    }
}

/// Losses of a pool of equal names with a hazard rate at the end of each quarter.
fn by_quarter(case: &Value, of: impl Fn(&LossDistribution) -> f64) -> Vec<f64> {
    let inputs = &case["inputs"];
    let count = number(&inputs["names"]) as usize;
    let quarters = (number(&inputs["maturity_years"]) * 4.0) as usize;
    let model = gaussian(number(&case["params"]["rho"]));
    (1..=quarters)
        .map(|quarter| {
            let probability = 1.0 - (-number(&inputs["hazard"]) * quarter as f64 / 4.0).exp();
            of(&LossDistribution::new(&homogeneous(count, probability), &model, NODES).unwrap())
        })
        .collect()
}

/// Hull and White 2004, table 7: spreads of tranches.
#[test]
fn spreads_of_tranches() {
    let Some((_, cases)) = of_kind("tranche_spread", 1) else { return };
    for case in cases {
        let units = number(&case["inputs"]["names"]) / (1.0 - number(&case["inputs"]["recovery"]));
        for (low, high, expected) in tranches(&case) {
            let lost = by_quarter(&case, |losses| losses.tranche(low * units, high * units).unwrap().expected_loss);
            let spread = fair_spread(&lost, number(&case["inputs"]["rate"])) * 1e4;
            assert_close(&case, &format!("{low}-{high}"), spread, expected);
        }
    }
}

/// Hull and White 2004: the nth default of a basket, which pays 1 - recovery.
#[test]
fn spreads_of_nth_to_default() {
    let Some((_, cases)) = of_kind("nth_to_default_spread", 2) else { return };
    for case in cases {
        let orders = case["params"]["n"].as_array().unwrap();
        for (order, expected) in orders.iter().zip(case["expected"]["spread_bp"].as_array().unwrap()) {
            let least = order.as_u64().unwrap() as usize;
            let reached = by_quarter(&case, |losses| losses.probabilities()[least..].iter().sum());
            let paid = 1.0 - number(&case["inputs"]["recovery"]);
            let spread = fair_spread(&reached, number(&case["inputs"]["rate"])) * paid * 1e4;
            assert_close(&case, &order.to_string(), spread, number(expected));
        }
    }
}

/// FinancePy on real balances of loans.
#[test]
fn the_loss_of_a_loan_pool() {
    let Some((folder, cases)) = of_kind("loan_pool_loss_distribution", 1) else { return };
    for case in cases {
        let mut reader = csv::Reader::from_path(folder.join(case["inputs"]["file"].as_str().unwrap())).unwrap();
        let rows = reader.records().map(|record| record.unwrap());
        let obligor = |row: csv::StringRecord| Obligor {
            loss: row[2].parse::<f64>().unwrap() as u32,
            extra: 0.0,
            probability: row[3].parse().unwrap(),
        };
        let obligors: Vec<Obligor> = rows.map(obligor).filter(|obligor| obligor.loss > 0).collect();
        let total: u32 = obligors.iter().map(|obligor| obligor.loss).sum();
        assert_eq!(f64::from(total), number(&case["inputs"]["total_units"]));
        let losses = LossDistribution::new(&obligors, &gaussian(number(&case["params"]["rho"])), NODES).unwrap();
        for (key, expected) in case["expected"].as_object().unwrap() {
            let computed = match key.split_once('_') {
                None if key == "EL" => losses.mean(),
                None if key == "std" => losses.deviation(),
                None if key.starts_with("VaR") => losses.value_at_risk(key[3..].parse().unwrap()) as f64,
                None => losses.expected_shortfall(key[2..].parse().unwrap()),
                Some((_, bounds)) => {
                    let (low, high) = bounds.split_once('_').unwrap();
                    let units = |text: &str| text.parse::<f64>().unwrap() * f64::from(total);
                    losses.tranche(units(low), units(high)).unwrap().expected_loss
                }
            };
            assert_close(&case, key, computed, number(expected));
        }
    }
}

/// No case of the file is left out.
#[test]
fn every_case_is_of_a_kind_that_is_tested() {
    let Some((_, cases)) = cases() else { return };
    assert_eq!(cases.len(), 4 + 4 + 2 + 3 + 3 + 1 + 2 + 1);
}
