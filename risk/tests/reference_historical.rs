//! Historical value at risk and expected shortfall that other libraries computed, each under the
//! convention of that library.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

use tailproof_core::measures::risk_figures;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Positions, ScenarioSet, Unit};
use tailproof_risk::measure::conventions::{
    QuantileType, ShortfallTail, Threshold, expected_shortfall_of_returns, quantile, value_at_risk_of_losses,
    value_at_risk_of_returns,
};

use crate::reference_cases::{
    ALPHAS, Case, EMPYRICAL, LEVELS, ORE_HISTORICAL, PA_BASELINE, PA_SHORTFALL, PA_VAR, PORTFOLIOS, SKFOLIO,
};

/// PerformanceAnalytics, VaR: type 7.
#[test]
fn performance_analytics_value_at_risk_is_the_linear_quantile() {
    for name in PA_VAR {
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
    for name in PA_SHORTFALL {
        let Some(case) = Case::load(name) else { return };
        for (column, expected) in case.expected() {
            let shortfall = expected_shortfall_of_returns(&case.column(&column), 0.95, BEYOND_LINEAR);
            case.assert_close(&column, shortfall, expected);
        }
    }
}

#[test]
fn performance_analytics_baseline_on_the_first_hundred_rows() {
    let Some(case) = Case::load(PA_BASELINE) else { return };
    let returns = &case.column("Convertible Arbitrage")[..100];
    for (key, expected) in case.expected() {
        let computed = match key.as_str() {
            "VaR" => value_at_risk_of_returns(returns, 0.95, QuantileType::Linear),
            _ => expected_shortfall_of_returns(returns, 0.95, BEYOND_LINEAR),
        };
        case.assert_close(&key, computed, expected);
    }
}

/// skfolio: the k-th worst return, and Rockafellar-Uryasev with the fractional weight; on prices,
/// so simple returns too.
#[test]
fn skfolio_on_apple() {
    for name in SKFOLIO {
        let Some(case) = Case::load(name) else { return };
        let prices = case.column("AAPL");
        let returns: Vec<f64> = prices.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        for (key, expected) in case.expected() {
            let computed = match key.as_str() {
                "VaR" => value_at_risk_of_returns(&returns, 0.95, QuantileType::InverseCdf),
                _ => expected_shortfall_of_returns(&returns, 0.95, ShortfallTail::Fractional),
            };
            case.assert_close(&key, computed, expected);
            // And the integers that are proved: entries of 20 fractional bits, off by at most half
            // of one.
            let proved = proved_figure(&returns, "0.95", &key);
            assert!((proved - expected).abs() < 1.0 / f64::from(1 << 20), "{key}: {proved} and {expected}");
        }
    }
}

#[test]
fn empyrical_interpolates_two_points() {
    let Some(case) = Case::load(EMPYRICAL) else { return };
    let cutoffs = case.json["params"]["cutoffs"].as_array().unwrap();
    let expected = case.json["expected"]["percentile"].as_array().unwrap();
    for (cutoff, expected) in cutoffs.iter().zip(expected) {
        let computed = quantile(&[1.0, 2.0], cutoff.as_f64().unwrap(), QuantileType::Linear);
        case.assert_close("percentile", computed, expected.as_f64().unwrap());
    }
}

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
                    // k = ceil((1 - beta) n) in floating point, where (1 - 0.95) * 1000 is a little
                    // over 50.
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
        for alpha in ALPHAS {
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
    let Some(case) = Case::load(ORE_HISTORICAL) else { return };
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
