//! Parametric value at risk and expected shortfall that other libraries computed.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

use serde_json::Value;
use tailproof_core::mandate::Method;
use tailproof_core::{Clause, Limit, Measure, Positions, ScenarioSet, Unit};
use tailproof_risk::generate::covariance::{Covariance, Estimator, means};
use tailproof_risk::generate::covariance_set::from_table;
use tailproof_risk::generate::montecarlo::{Model, Parameters, montecarlo};
use tailproof_risk::measure::conventions::{QuantileType, quantile};
use tailproof_risk::measure::parametric::{
    Divisor, EwmaStart, Figures, Moments, cornish_fisher, ewma_variance, from_variance, normal, normal_contributions,
};
use tailproof_risk::table::{TableOptions, read_covariance_table};

use crate::reference_cases::{
    Case, EWMA, LEVELS, ORE_DELTA_GAMMA, ORE_GAMMA, PA_MODIFIED, PA_NORMAL, PA_NORMAL_BASELINE, PA_PORTFOLIO,
    PORTFOLIOS,
};

/// The tail of a case.
fn tail(case: &Case) -> f64 {
    let parameter = |name: &str| case.json["params"][name].as_f64();
    1.0 - parameter("p").or(parameter("level")).unwrap()
}

/// PerformanceAnalytics, normal: mean and standard deviation with divisor n; quantstats: n - 1.
#[test]
fn normal_value_at_risk_and_shortfall() {
    let both =
        |figures: Figures, key: &str| if key == "ES" { figures.expected_shortfall } else { figures.value_at_risk };
    for name in PA_NORMAL {
        let Some(case) = Case::load(name) else { return };
        for (column, expected) in case.expected() {
            let moments = Moments::new(&case.column(&column), Divisor::Population).unwrap();
            case.assert_close(&column, normal(&moments, tail(&case)).value_at_risk, expected);
        }
    }
    let case = Case::load(PA_NORMAL_BASELINE).unwrap();
    let moments = Moments::new(&case.column("Convertible Arbitrage")[..100], Divisor::Population).unwrap();
    for (key, expected) in case.expected() {
        case.assert_close(&key, both(normal(&moments, tail(&case)), &key), expected);
    }
    for portfolio in PORTFOLIOS {
        for level in LEVELS {
            let case = Case::load(&format!("run_{portfolio}_gaussian_{level}")).unwrap();
            let moments = Moments::new(&case.column("portfolio_return"), Divisor::Sample).unwrap();
            for (key, expected) in case.expected() {
                case.assert_close(&key, both(normal(&moments, tail(&case)), &key), expected);
            }
        }
    }
}

/// PerformanceAnalytics, modified: moments with divisor n; its shortfall is at least the value at
/// risk.
#[test]
fn cornish_fisher_value_at_risk_and_shortfall() {
    for name in PA_MODIFIED {
        let Some(case) = Case::load(name) else { return };
        for (column, expected) in case.expected() {
            let moments = Moments::new(&case.column(&column), Divisor::Population).unwrap();
            let figures = cornish_fisher(&moments, tail(&case));
            let computed = if name.contains("es_") { figures.expected_shortfall } else { figures.value_at_risk };
            case.assert_close(&column, computed, expected);
        }
    }
}

/// Equal weights over the stocks' returns, as a portfolio rebalanced every day.
fn equal_portfolio(case: &Case) -> Vec<f64> {
    let path = case.folder.join(case.json["inputs"]["file"].as_str().unwrap());
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.records().map(|record| {
        let returns: Vec<f64> = record.unwrap().iter().skip(1).map(|cell| cell.parse().unwrap()).collect();
        returns.iter().sum::<f64>() / returns.len() as f64
    });
    rows.collect()
}

/// PerformanceAnalytics' portfolio function: divisor n - 1.
#[test]
fn normal_value_at_risk_of_a_portfolio() {
    let Some(case) = Case::load(PA_PORTFOLIO) else { return };
    let moments = Moments::new(&equal_portfolio(&case), Divisor::Sample).unwrap();
    case.assert_close(
        "total",
        normal(&moments, tail(&case)).value_at_risk,
        case.json["expected"]["total"].as_f64().unwrap(),
    );
    let rows = stock_returns(&case);
    let covariance = Covariance::estimate(&rows, Estimator::Sample).unwrap();
    let weights = vec![1.0 / 20.0; 20];
    let contributions = normal_contributions(&means(&rows), &covariance, &weights, tail(&case));
    for (computed, expected) in contributions.iter().zip(case.json["expected"]["contribution"].as_array().unwrap()) {
        case.assert_close("contribution", *computed, expected.as_f64().unwrap());
    }
    // The figure that the parametric statement proves, over entries of 23 bits.
    let expected = case.json["expected"]["total"].as_f64().unwrap();
    let set = covariance_set(&means(&rows), &covariance);
    let proved = proved_parametric(&set, &[50_000_000; 20], "0.99", Measure::Var) / 1e9;
    assert!((proved / expected - 1.0).abs() < 1e-6, "{proved} {expected}");
}

/// Returns of the stocks, one row a day.
fn stock_returns(case: &Case) -> Vec<Vec<f64>> {
    let path = case.folder.join(case.json["inputs"]["file"].as_str().unwrap());
    let mut reader = csv::Reader::from_path(path).unwrap();
    let records = reader.records().map(|record| record.unwrap());
    records.map(|record| record.iter().skip(1).map(|cell| cell.parse().unwrap()).collect()).collect()
}

/// A covariance set through its table.
fn covariance_set(means: &[f64], covariance: &Covariance) -> ScenarioSet {
    let size = means.len();
    let names: Vec<String> = (0..size).map(|factor| format!("F{factor}")).collect();
    let row = |name: &str, values: &mut dyn Iterator<Item = f64>| {
        let cells: Vec<String> = values.map(|value| format!("{value:e}")).collect();
        format!("{name},{}\n", cells.join(","))
    };
    let mut table = format!("factor,{}\n", names.join(","));
    table += &row("mean", &mut means.iter().copied());
    for (index, name) in names.iter().enumerate() {
        table += &row(name, &mut (0..size).map(|column| covariance.entry(index, column)));
    }
    from_table(read_covariance_table("reference", table.as_bytes(), &TableOptions::default()).unwrap().0.table(), None)
        .unwrap()
}

/// The figure of a normal clause for exposures in whole currency units, in currency.
fn proved_parametric(set: &ScenarioSet, exposures: &[i64], confidence: &str, measure: Measure) -> f64 {
    let positions = Positions::new(Unit::from_millionths(1_000_000).unwrap(), exposures.to_vec(), 0).unwrap();
    let confidence = Some(confidence.parse().unwrap());
    let plain = Clause::new(measure, confidence, Limit::Absolute(0.into()));
    let clause = Clause { method: Method::Normal, ..plain };
    clause.evaluate(set, &positions, 0).unwrap().figure.to_f64()
}

/// Open Source Risk Engine, delta-gamma normal. Gammas are exposures to columns of half squares and
/// of products of factors. Under a diagonal covariance their means are `W / 2` and 0, their
/// variances `W^2 / 2` and `W_i W_j`. Columns are scaled to unit variance, exposures the other way.
/// The upper quantiles are the figures of the opposite book.
#[test]
fn open_source_risk_engine_on_delta_gamma_normal() {
    for name in ORE_DELTA_GAMMA {
        let Some(case) = Case::load(name) else { return };
        let numbers = |list: &Value| -> Vec<f64> {
            list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
        };
        let (delta, variance) =
            (numbers(&case.json["inputs"]["delta"]), numbers(&case.json["inputs"]["covariance_diagonal"]));
        let mut columns: Vec<(f64, f64)> =
            delta.iter().zip(&variance).map(|(delta, w)| (0.0, delta * w.sqrt())).collect();
        for triplet in case.json["inputs"]["gamma_triplets_i_j_value"].as_array().unwrap() {
            let [i, j, gamma] = numbers(triplet)[..] else { panic!("{triplet}") };
            let (i, j) = (i as usize, j as usize);
            columns.push(match i == j {
                true => (0.5f64.sqrt(), gamma * variance[i] / 2f64.sqrt()),
                false => (0.0, gamma * (variance[i] * variance[j]).sqrt()),
            });
        }
        columns.retain(|(_, exposure)| *exposure != 0.0);
        let size = columns.len();
        let means: Vec<f64> = columns.iter().map(|(mean, _)| *mean).collect();
        let identity = (0..size * size).map(|at| if at % (size + 1) == 0 { 1.0 } else { 0.0 }).collect();
        let set = covariance_set(&means, &Covariance::from_entries(size, identity).unwrap());
        // Exposures in hundredths, which round to less than the tolerance.
        let exposures: Vec<i64> = columns.iter().map(|(_, exposure)| (exposure * 100.0).round() as i64).collect();
        let opposite: Vec<i64> = exposures.iter().map(|exposure| -exposure).collect();
        for (key, expected) in case.expected() {
            let level: f64 = key[1..].parse().unwrap();
            let computed = match level < 0.5 {
                true => -proved_parametric(&set, &exposures, &format!("{}", 1.0 - level), Measure::Var) / 100.0,
                false => proved_parametric(&set, &opposite, &format!("{level}"), Measure::Var) / 100.0,
            };
            case.assert_close(&key, computed, expected);
        }
    }
}

/// ORE's test of a negative gamma, where Cornish-Fisher fails, and of a quadratic form with the
/// quantile of a chi-squared variable, which is simulated because it is given as a target for
/// simulations.
#[test]
fn open_source_risk_engine_on_gamma_alone() {
    let Some(case) = Case::load(ORE_GAMMA[0]) else { return };
    // -5000 u^2: mean, deviation, skewness and excess kurtosis of a scaled chi-squared variable.
    let moments =
        Moments { mean: -5_000.0, deviation: 5_000.0 * 2f64.sqrt(), skewness: -(8f64.sqrt()), excess_kurtosis: 12.0 };
    let computed = -cornish_fisher(&moments, case.json["params"]["p"].as_f64().unwrap()).value_at_risk;
    case.assert_close("cornish_fisher", computed, case.json["expected"]["cornish_fisher"].as_f64().unwrap());

    let case = Case::load(ORE_GAMMA[1]).unwrap();
    // Two days that move by about a tenth of a percent: a factor that is normal with a small
    // deviation.
    let rows = "date,A\n2024-01-01,100\n2024-01-02,100.1\n2024-01-03,100\n2024-01-04,100.1\n2024-01-05,100\n";
    let prices = tailproof_risk::csv::read_prices("p.csv", rows.as_bytes()).unwrap();
    let mut quantiles = Vec::new();
    for seed in 0..8 {
        let parameters = Parameters {
            model: Model::Normal,
            estimator: Estimator::Sample,
            repair: None,
            horizon: 100,
            zero_drift: true,
            paths: 60_000,
            antithetic: true,
            seed: [seed; 32],
        };
        let set = montecarlo(&prices, &parameters).unwrap();
        let log: Vec<f64> =
            set.entries().iter().map(|entry| (f64::from(*entry) / f64::from(1 << 20)).ln_1p()).collect();
        let variance = log.iter().map(|value| value * value).sum::<f64>() / log.len() as f64;
        let gains: Vec<f64> = log.iter().map(|value| 1e6 * value * value / variance / 2.0).collect();
        quantiles.push(quantile(&gains, 0.99, QuantileType::InverseCdf));
    }
    let mean = quantiles.iter().sum::<f64>() / quantiles.len() as f64;
    case.assert_close("q99", mean, case.json["expected"]["q99"].as_f64().unwrap());
}

/// skfolio and PerformanceAnalytics: mean zero, weights that sum to one. arch begins its recursion
/// with a backcast.
#[test]
fn exponentially_weighted_value_at_risk() {
    let Some(case) = Case::load(EWMA[0]) else { return };
    let variance = ewma_variance(&equal_portfolio(&case), 0.94, EwmaStart::Normalised).unwrap();
    for (key, expected) in case.expected() {
        let computed = if key == "portfolio_variance" { variance } else { from_variance(variance, 0.01).value_at_risk };
        case.assert_close(&key, computed, expected);
    }
    let arch = Case::load(EWMA[1]).unwrap();
    let file = arch.json["inputs"]["file"].as_str().unwrap().replace("../../public/", "../../data/");
    if !arch.folder.join(&file).exists() {
        println!("skipped: {} ({file} is not there)", arch.json["name"]);
        return;
    }
    let returns: Vec<f64> = arch.column("SP500").windows(2).map(|pair| 100.0 * (pair[1] / pair[0]).ln()).collect();
    let variance = ewma_variance(&returns, 0.94, EwmaStart::Backcast).unwrap();
    let expected = arch.json["expected"]["next_day_variance_pct2"].as_f64().unwrap();
    arch.assert_close("next_day_variance_pct2", variance, expected);
}

/// The same as a matrix: the variance of the portfolio is `w' V w`.
#[test]
fn exponentially_weighted_covariance() {
    let Some(case) = Case::load(EWMA[0]) else { return };
    let path = case.folder.join(case.json["inputs"]["file"].as_str().unwrap());
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows: Vec<Vec<f64>> = reader
        .records()
        .map(|record| record.unwrap().iter().skip(1).map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let covariance = Covariance::estimate(&rows, Estimator::Ewma).unwrap();
    let size = covariance.size();
    let total: f64 = (0..size).map(|i| (0..size).map(|j| covariance.entry(i, j)).sum::<f64>()).sum();
    let expected = case.json["expected"]["portfolio_variance"].as_f64().unwrap();
    case.assert_close("portfolio_variance", total / (size * size) as f64, expected);
    // The figure that the parametric statement proves.
    let set = covariance_set(&vec![0.0; size], &covariance);
    let expected = case.json["expected"]["VaR99_zero_mean"].as_f64().unwrap();
    let proved = proved_parametric(&set, &vec![50_000_000; size], "0.99", Measure::Var) / 1e9;
    assert!((proved / expected - 1.0).abs() < 1e-6, "{proved} {expected}");
}
