//! Historical value at risk and expected shortfall that others computed, each under the convention it was made under.
//!
//! The cases and their data lie beside the repository (`../shared/reference/open`); without them the tests say that they were
//! skipped.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use tailproof_core::mandate::Method;
use tailproof_core::measures::risk_figures;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Clause, Limit, Measure, Positions, ScenarioSet, Unit};
use tailproof_risk::csv::read_covariance_table;
use tailproof_risk::generate::covariance::{Covariance, Estimator, means};
use tailproof_risk::generate::covariance_set::from_table;
use tailproof_risk::generate::montecarlo::{Model, Parameters, montecarlo};
use tailproof_risk::measure::conventions::{
    QuantileType, ShortfallTail, Threshold, expected_shortfall_of_returns, quantile, value_at_risk_of_losses,
    value_at_risk_of_returns,
};
use tailproof_risk::measure::parametric::{
    Divisor, EwmaStart, Figures, Moments, cornish_fisher, ewma_variance, from_variance, normal, normal_contributions,
};

fn reference() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/open");
    if folder.join("var_es.json").exists() {
        return Some(folder);
    }
    println!("skipped: the reference figures are not beside the repository");
    None
}

struct Case {
    folder: PathBuf,
    json: Value,
}

impl Case {
    fn load(name: &str) -> Option<Self> {
        let folder = reference()?;
        let cases: Vec<Value> =
            serde_json::from_str(&std::fs::read_to_string(folder.join("var_es.json")).unwrap()).unwrap();
        let json = cases.into_iter().find(|case| case["name"] == name).unwrap_or_else(|| panic!("no case {name}"));
        Some(Self { folder, json })
    }

    /// A column of the case's file; the stock prices stand in another folder than the case says.
    fn column(&self, name: &str) -> Vec<f64> {
        let file = self.json["inputs"]["file"].as_str().unwrap();
        let path = match file.strip_prefix("../../public/") {
            Some(data) => self.folder.join("../../data").join(data),
            None => self.folder.join(file),
        };
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let index = reader.headers().unwrap().iter().position(|column| column == name).unwrap();
        reader.records().map(|record| record.unwrap()[index].parse().unwrap()).collect()
    }

    fn expected(&self) -> Vec<(String, f64)> {
        let expected = self.json["expected"].as_object().unwrap();
        expected.iter().map(|(key, value)| (key.clone(), value.as_f64().unwrap())).collect()
    }

    /// Compares under the case's own tolerance.
    #[track_caller]
    fn assert_close(&self, key: &str, computed: f64, expected: f64) {
        let tolerance = &self.json["tolerance"];
        let close = if let Some(places) = tolerance["trunc"].as_i64() {
            let scale = 10f64.powi(places as i32);
            (computed * scale + 1e-9).floor() / scale == expected
        } else if let Some(relative) = tolerance["rel"].as_f64() {
            (computed - expected).abs() <= relative * expected.abs()
        } else {
            (computed - expected).abs() <= tolerance["abs"].as_f64().unwrap()
        };
        assert!(close, "{} {key}: computed {computed}, expected {expected}", self.json["name"]);
    }
}

/// PerformanceAnalytics, VaR: type 7.
#[test]
fn performance_analytics_value_at_risk_is_the_linear_quantile() {
    for name in ["pa_snapshot_var_historical_95", "pa_run_VaR.historical_0.95"] {
        let Some(case) = Case::load(name) else { return };
        for (column, expected) in case.expected() {
            let var = value_at_risk_of_returns(&case.column(&column), 0.95, QuantileType::Linear);
            case.assert_close(&column, var, expected);
        }
    }
}

const BEYOND_LINEAR: ShortfallTail = ShortfallTail::StrictlyBeyond(Threshold::OfReturns(QuantileType::Linear));

/// PerformanceAnalytics, ES: mean strictly beyond the type-7 quantile.
#[test]
fn performance_analytics_shortfall_is_strictly_beyond_the_linear_quantile() {
    for name in ["pa_snapshot_es_historical_95", "pa_run_ES.historical_0.95"] {
        let Some(case) = Case::load(name) else { return };
        for (column, expected) in case.expected() {
            let shortfall = expected_shortfall_of_returns(&case.column(&column), 0.95, BEYOND_LINEAR);
            case.assert_close(&column, shortfall, expected);
        }
    }
}

#[test]
fn performance_analytics_baseline_on_the_first_hundred_rows() {
    let Some(case) = Case::load("pa_baseline_historical") else { return };
    let returns = &case.column("Convertible Arbitrage")[..100];
    for (key, expected) in case.expected() {
        let computed = match key.as_str() {
            "VaR" => value_at_risk_of_returns(returns, 0.95, QuantileType::Linear),
            _ => expected_shortfall_of_returns(returns, 0.95, BEYOND_LINEAR),
        };
        case.assert_close(&key, computed, expected);
    }
}

/// skfolio: the k-th worst return, and Rockafellar-Uryasev with the fractional weight; on prices, so simple returns too.
#[test]
fn skfolio_on_apple() {
    for name in ["skfolio_test_var_aapl", "skfolio_test_cvar_aapl"] {
        let Some(case) = Case::load(name) else { return };
        let prices = case.column("AAPL");
        let returns: Vec<f64> = prices.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        for (key, expected) in case.expected() {
            let computed = match key.as_str() {
                "VaR" => value_at_risk_of_returns(&returns, 0.95, QuantileType::InverseCdf),
                _ => expected_shortfall_of_returns(&returns, 0.95, ShortfallTail::Fractional),
            };
            case.assert_close(&key, computed, expected);
            // And the integers that are proved: entries of 20 fractional bits, off by at most half of one.
            let proved = proved_figure(&returns, "0.95", &key);
            assert!((proved - expected).abs() < 1.0 / f64::from(1 << 20), "{key}: {proved} and {expected}");
        }
    }
}

#[test]
fn empyrical_interpolates_two_points() {
    let Some(case) = Case::load("empyrical_test_quantile_2pt") else { return };
    let cutoffs = case.json["params"]["cutoffs"].as_array().unwrap();
    let expected = case.json["expected"]["percentile"].as_array().unwrap();
    for (cutoff, expected) in cutoffs.iter().zip(expected) {
        let computed = quantile(&[1.0, 2.0], cutoff.as_f64().unwrap(), QuantileType::Linear);
        case.assert_close("percentile", computed, expected.as_f64().unwrap());
    }
}

const PORTFOLIOS: [&str; 2] = ["P1_us20_equal_last1000", "P3_crypto5_equal"];
const LEVELS: [&str; 3] = ["0.95", "0.99", "0.975"];

#[test]
fn five_libraries_on_value_at_risk() {
    for portfolio in PORTFOLIOS {
        for level in LEVELS {
            let Some(case) = Case::load(&format!("run_{portfolio}_VaR_{level}")) else { return };
            let returns = case.column("portfolio_return");
            let confidence: f64 = level.parse().unwrap();
            for (key, expected) in case.expected() {
                let library = key.split(['.', ' ']).next().unwrap();
                let computed = match library {
                    "riskfolio" => value_at_risk_of_returns(&returns, confidence, QuantileType::InverseCdf),
                    // k = ceil((1 - beta) n) in floating point, where (1 - 0.95) * 1000 is a little over 50.
                    "skfolio" | "QuantLib" => {
                        let mut sorted = returns.clone();
                        sorted.sort_by(f64::total_cmp);
                        -sorted[((1.0 - confidence) * returns.len() as f64).ceil() as usize - 1]
                    }
                    "empyrical" => value_at_risk_of_returns(&returns, confidence, QuantileType::Linear),
                    "qrmtools" => value_at_risk_of_losses(&returns, confidence),
                    other => panic!("unknown library {other}"),
                };
                case.assert_close(&key, computed, expected);
                if library == "qrmtools" {
                    let proved = proved_figure(&returns, level, "VaR");
                    assert!((proved - expected).abs() < 1.0 / f64::from(1 << 20), "{portfolio} {level}");
                }
            }
        }
    }
}

#[test]
fn seven_conventions_of_expected_shortfall() {
    let at_least_linear = ShortfallTail::AtLeast(Threshold::OfReturns(QuantileType::Linear));
    for portfolio in PORTFOLIOS {
        for level in LEVELS {
            let Some(case) = Case::load(&format!("run_{portfolio}_ES_{level}")) else { return };
            let returns = case.column("portfolio_return");
            for (key, expected) in case.expected() {
                let library = key.split(['.', ' ']).next().unwrap();
                let tail = match library {
                    "riskfolio" | "skfolio" => ShortfallTail::Fractional,
                    "empyrical" | "quantstats" => at_least_linear,
                    "QuantLib" => ShortfallTail::StrictlyBeyond(Threshold::OfLosses),
                    "qrmtools" if key.ends_with("\">\"") => ShortfallTail::StrictlyBeyond(Threshold::OfLosses),
                    "qrmtools" => ShortfallTail::AtLeast(Threshold::OfLosses),
                    other => panic!("unknown library {other}"),
                };
                let computed = expected_shortfall_of_returns(&returns, level.parse().unwrap(), tail);
                case.assert_close(&key, computed, expected);
                if library == "riskfolio" {
                    let proved = proved_figure(&returns, level, "CVaR");
                    assert!((proved - expected).abs() < 1.0 / f64::from(1 << 20), "{portfolio} {level}");
                }
            }
        }
    }
}

#[test]
fn the_nine_quantile_types_of_r() {
    for portfolio in PORTFOLIOS {
        for alpha in ["0.05", "0.01"] {
            let Some(case) = Case::load(&format!("run_{portfolio}_R_quantile_types_1to9_{alpha}")) else { return };
            let returns = case.column("portfolio_return");
            for (kind, (key, expected)) in QuantileType::ALL.into_iter().zip(case.expected()) {
                assert_eq!(key, format!("type{}", kind as u8));
                case.assert_close(&key, -quantile(&returns, alpha.parse().unwrap(), kind), expected);
            }
        }
    }
}

#[test]
fn open_source_risk_engine_on_overlapping_ten_day_losses() {
    let Some(case) = Case::load("ore_histsim_All") else { return };
    let gains = case.column("PLAmount");
    for (key, expected) in case.expected() {
        let computed = match key.strip_prefix("ES") {
            Some(alpha) => {
                -expected_shortfall_of_returns(&gains, 1.0 - alpha.parse::<f64>().unwrap(), ShortfallTail::WorstCount)
            }
            None => quantile(&gains, key[1..].parse().unwrap(), QuantileType::InverseCdf),
        };
        case.assert_close(&key, computed, expected);
    }
}

/// No case of these kinds is left out.
#[test]
fn every_historical_case_is_among_the_tests() {
    let Some(folder) = reference() else { return };
    let cases: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(folder.join("var_es.json")).unwrap()).unwrap();
    let source = include_str!("reference_figures.rs");
    let kinds = ["var_historical", "es_historical", "quantile_linear", "quantile_types", "pnl_var_es"];
    let mut seen = 0;
    for case in cases.iter().filter(|case| kinds.iter().any(|kind| case["kind"] == *kind)) {
        let name = case["name"].as_str().unwrap();
        let generated = PORTFOLIOS.iter().any(|portfolio| name.starts_with(&format!("run_{portfolio}_")));
        assert!(generated || source.contains(&format!("\"{name}\"")), "no test for {name}");
        seen += 1;
    }
    assert_eq!(seen, 25);
}

/// The figure that Tailproof proves for one unit of exposure to a return series.
fn proved_figure(returns: &[f64], confidence: &str, key: &str) -> f64 {
    let entries: Vec<i32> = returns.iter().map(|value| (value * f64::from(1 << 20)).round() as i32).collect();
    let set = ScenarioSet::new(
        Generator::Custom { description: "reference".into() },
        vec!["portfolio".into()],
        (0..entries.len()).map(|index| index.to_string()).collect(),
        None,
        vec![1; entries.len()],
        entries,
    )
    .unwrap();
    // A million units of a currency unit each, so that figures have twelve places of the return.
    let unit = Unit::from_millionths(1_000_000).unwrap();
    let positions = Positions::new(unit, vec![1_000_000], 0).unwrap();
    let figures = risk_figures(&set, &positions, confidence.parse().unwrap());
    let figure = if key == "VaR" { figures.var } else { figures.cvar };
    figure.to_f64() / 1e6
}

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
    for name in ["pa_snapshot_var_gaussian_95", "pa_run_VaR.Gaussian_0.95"] {
        let Some(case) = Case::load(name) else { return };
        for (column, expected) in case.expected() {
            let moments = Moments::new(&case.column(&column), Divisor::Population).unwrap();
            case.assert_close(&column, normal(&moments, tail(&case)).value_at_risk, expected);
        }
    }
    let case = Case::load("pa_baseline_gaussian").unwrap();
    let moments = Moments::new(&case.column("Convertible Arbitrage")[..100], Divisor::Population).unwrap();
    for (key, expected) in case.expected() {
        case.assert_close(&key, both(normal(&moments, tail(&case)), &key), expected);
    }
    for portfolio in ["us20_equal_last1000", "crypto5_equal"] {
        let number = if portfolio.starts_with("us") { "P1" } else { "P3" };
        for level in ["0.95", "0.975", "0.99"] {
            let case = Case::load(&format!("run_{number}_{portfolio}_gaussian_{level}")).unwrap();
            let moments = Moments::new(&case.column("portfolio_return"), Divisor::Sample).unwrap();
            for (key, expected) in case.expected() {
                case.assert_close(&key, both(normal(&moments, tail(&case)), &key), expected);
            }
        }
    }
}

/// PerformanceAnalytics, modified: moments with divisor n; its shortfall is at least the value at risk.
#[test]
fn cornish_fisher_value_at_risk_and_shortfall() {
    for name in ["pa_snapshot_var_modified_99", "pa_run_VaR.CornishFisher_0.95", "pa_snapshot_es_modified_95"] {
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
    let Some(case) = Case::load("pa_run_us20_PGVaR99") else { return };
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
    // What the parametric statement proves, over entries of 23 bits.
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
    from_table(read_covariance_table("reference", table.as_bytes()).unwrap().table(), None).unwrap()
}

/// The figure of a normal clause for exposures in whole currency units, in currency.
fn proved_parametric(set: &ScenarioSet, exposures: &[i64], confidence: &str, measure: Measure) -> f64 {
    let positions = Positions::new(Unit::from_millionths(1_000_000).unwrap(), exposures.to_vec(), 0).unwrap();
    let confidence = Some(confidence.parse().unwrap());
    let plain = Clause::new(measure, confidence, Limit::Absolute(0.into()));
    let clause = Clause { method: Method::Normal, ..plain };
    clause.evaluate(set, &positions, 0).unwrap().figure.to_f64()
}

/// Open Source Risk Engine, delta-gamma normal: gammas are exposures to columns of half squares and products of factors, whose means and
/// variances under a diagonal covariance are `W / 2` and `W^2 / 2`, and 0 and `W_i W_j`. Columns are scaled to unit variance, exposures the
/// other way. The upper quantiles are the figures of the opposite book.
#[test]
fn open_source_risk_engine_on_delta_gamma_normal() {
    for name in [
        "ore_parametric_PF1_All_All",
        "ore_parametric_PF2_All_Vega",
        "ore_parametric_All_InterestRate_DeltaGamma",
        "ore_parametric_PF2_FX_All",
    ] {
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

/// ORE's test of a negative gamma, where Cornish-Fisher fails; and of a quadratic form, whose quantile is that of a chi-squared variable:
/// simulated, since it is given as a target for that.
#[test]
fn open_source_risk_engine_on_gamma_alone() {
    let Some(case) = Case::load("ore_test_negative_gamma") else { return };
    // -5000 u^2: mean, deviation, skewness and excess kurtosis of a scaled chi-squared variable.
    let moments =
        Moments { mean: -5_000.0, deviation: 5_000.0 * 2f64.sqrt(), skewness: -(8f64.sqrt()), excess_kurtosis: 12.0 };
    let computed = -cornish_fisher(&moments, case.json["params"]["p"].as_f64().unwrap()).value_at_risk;
    case.assert_close("cornish_fisher", computed, case.json["expected"]["cornish_fisher"].as_f64().unwrap());

    let case = Case::load("ore_test_case002_quantile").unwrap();
    // Two days that move by about a tenth of a percent: a factor that is normal with a small deviation.
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

/// skfolio and PerformanceAnalytics: mean zero, weights that sum to one. arch begins its recursion with a backcast; the file of that
/// case is not beside the repository.
#[test]
fn exponentially_weighted_value_at_risk() {
    let Some(case) = Case::load("run_ewma_cov_us20_skfolio_PA") else { return };
    let variance = ewma_variance(&equal_portfolio(&case), 0.94, EwmaStart::Normalised).unwrap();
    for (key, expected) in case.expected() {
        let computed = if key == "portfolio_variance" { variance } else { from_variance(variance, 0.01).value_at_risk };
        case.assert_close(&key, computed, expected);
    }
    let arch = Case::load("run_arch_BT_sp500_2013_2018_ewma").unwrap();
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
    let Some(case) = Case::load("run_ewma_cov_us20_skfolio_PA") else { return };
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
    // What the parametric statement proves.
    let set = covariance_set(&vec![0.0; size], &covariance);
    let expected = case.json["expected"]["VaR99_zero_mean"].as_f64().unwrap();
    let proved = proved_parametric(&set, &vec![50_000_000; size], "0.99", Measure::Var) / 1e9;
    assert!((proved / expected - 1.0).abs() < 1e-6, "{proved} {expected}");
}

/// Every case of the file is a test here, by its name or by its portfolio's, and in the table of the book.
#[test]
fn every_case_is_tested_and_documented() {
    let Some(folder) = reference() else { return };
    let cases: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(folder.join("var_es.json")).unwrap()).unwrap();
    let (source, book) = (include_str!("reference_figures.rs"), include_str!("../../docs/src/conventions.md"));
    for case in &cases {
        let name = case["name"].as_str().unwrap();
        let generated = PORTFOLIOS.iter().any(|portfolio| name.starts_with(&format!("run_{portfolio}_")));
        assert!(generated || source.contains(&format!("\"{name}\"")), "no test for {name}");
        let family = PORTFOLIOS.iter().find(|portfolio| name.starts_with(&format!("run_{portfolio}_")));
        let row = family.map_or(name.to_owned(), |portfolio| format!("run_{portfolio}_*"));
        assert!(book.contains(&format!("`{row}`")), "docs/src/conventions.md has no row for {name}");
    }
    assert_eq!(cases.len(), 46);
}
