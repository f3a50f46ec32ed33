//! Delta-gamma-vega figures of an option book beside full Black-Scholes revaluation, on real prices
//! and implied volatilities: the error of the expansion. The data lie beside the repository
//! (`../shared/data`); without them the test says that it was skipped.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]

use std::path::Path;

use statrs::distribution::{Continuous, ContinuousCDF, Normal};
use tailproof_core::Unit;
use tailproof_core::measures::{losses, risk_figures};
use tailproof_core::scenarios::generator::Variant;
use tailproof_risk::csv::read_book;
use tailproof_risk::generate::variants::variant;

/// Years to expiry.
const EXPIRY: f64 = 0.25;
const SCENARIOS: usize = 500;

/// Value, delta, gamma and vega of a European option without interest and dividends (Black and
/// Scholes 1973).
struct Option {
    value: f64,
    delta: f64,
    gamma: f64,
    vega: f64,
}

fn black_scholes(spot: f64, strike: f64, volatility: f64, call: bool) -> Option {
    let normal = Normal::standard();
    let root = volatility * EXPIRY.sqrt();
    let d1 = ((spot / strike).ln() + root * root / 2.0) / root;
    let d2 = d1 - root;
    let value = spot * normal.cdf(d1) - strike * normal.cdf(d2);
    let shift = if call { 0.0 } else { 1.0 };
    Option {
        value: value - shift * (spot - strike),
        delta: normal.cdf(d1) - shift,
        gamma: normal.pdf(d1) / (spot * root),
        vega: spot * normal.pdf(d1) * EXPIRY.sqrt(),
    }
}

#[test]
fn the_expansion_of_an_option_book_beside_full_revaluation() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let read = |name: &str| {
        let bytes = std::fs::read(data.join(name)).ok()?;
        Some(tailproof_risk::csv::read_prices(name, &bytes[..]).unwrap())
    };
    let (Some(prices), Some(volatilities)) =
        (read("us_stocks20_daily_prices.csv"), read("us_stocks20_implied_vol_daily.csv"))
    else {
        println!("skipped: {} is not there", data.display());
        return;
    };
    // Calls and puts, bought and sold, some out of the money: (position, strike over spot, call).
    let deal = |stock: usize| {
        let size = [1_000.0, -600.0, 800.0, -400.0][stock % 4];
        (size * (1.0 + stock as f64 / 10.0), 0.9 + 0.05 * (stock % 5) as f64, !stock.is_multiple_of(3))
    };
    let last = prices.len() - 1;
    let price = |row: usize, stock: usize| prices.row(row)[stock].to_string().parse::<f64>().unwrap();
    let implied = |row: usize, stock: usize| {
        let found = volatilities.dates().binary_search(&prices.dates()[row]).unwrap();
        volatilities.row(found)[stock].to_string().parse::<f64>().unwrap()
    };
    let stocks = prices.factors().len();
    let mut csv = String::from("factor,delta,gamma,vega\n");
    let mut delta_only = String::from("factor,delta\n");
    for stock in 0..stocks {
        let (size, moneyness, call) = deal(stock);
        let (spot, volatility) = (price(last, stock), implied(last, stock));
        let option = black_scholes(spot, moneyness * spot, volatility, call);
        let name = &prices.factors()[stock];
        let (delta, gamma) = (size * option.delta * spot, size * option.gamma * spot * spot);
        csv.push_str(&format!("{name},{delta:.2},{gamma:.2},{:.2}\n", size * option.vega));
        delta_only.push_str(&format!("{name},{delta:.2}\n"));
    }

    let of = Variant { gamma: true, ..Variant::default() };
    let set = variant(&prices, Some(&volatilities), 1, Some(SCENARIOS), &of).unwrap();
    let figures = |csv: &str| {
        let nav = Some(1_000_000.into());
        let positions = read_book("b.csv", csv.as_bytes()).unwrap().positions(&set, Some(Unit::CENT), nav).unwrap();
        let figures = risk_figures(&set, &positions, "0.99".parse().unwrap());
        (figures.var.to_f64(), figures.cvar.to_f64(), losses(&set, &positions))
    };
    let (var, cvar, expanded) = figures(&csv);
    let (var_of_delta, cvar_of_delta, _) = figures(&delta_only);

    // Every option at its price of today's spot moved by the day's return and today's volatility
    // moved by the day's change.
    let mut full: Vec<f64> = (0..SCENARIOS)
        .map(|scenario| {
            let day = last - SCENARIOS + 1 + scenario;
            let gains = (0..stocks).map(|stock| {
                let (size, moneyness, call) = deal(stock);
                let (spot, volatility) = (price(last, stock), implied(last, stock));
                let strike = moneyness * spot;
                let moved = spot * price(day, stock) / price(day - 1, stock);
                let shifted = volatility + implied(day, stock) - implied(day - 1, stock);
                let value = |spot, volatility| black_scholes(spot, strike, volatility, call).value;
                size * (value(moved, shifted) - value(spot, volatility))
            });
            -gains.sum::<f64>()
        })
        .collect();
    let errors =
        expanded.iter().zip(&full).map(|(expanded, full)| (*expanded as f64 * 0.01 / f64::from(1 << 20) - full).abs());
    let mean_error = errors.sum::<f64>() / SCENARIOS as f64;
    full.sort_by(|left, right| right.total_cmp(left));
    // 99 % of 500 scenarios: five lie beyond, and are the shortfall.
    let (true_var, true_cvar) = (full[5], full[..5].iter().sum::<f64>() / 5.0);
    let error = |found: f64, truth: f64| (found / truth - 1.0) * 100.0;
    println!("full revaluation: VaR {true_var:.0}, CVaR {true_cvar:.0}; mean error of a scenario {mean_error:.0}");
    println!("delta, gamma, vega: VaR {:+.2} %, CVaR {:+.2} %", error(var, true_var), error(cvar, true_cvar));
    let of_delta = (error(var_of_delta, true_var), error(cvar_of_delta, true_cvar));
    println!("delta alone: VaR {:+.2} %, CVaR {:+.2} %", of_delta.0, of_delta.1);
    assert!(error(var, true_var).abs() < LIMIT && error(cvar, true_cvar).abs() < LIMIT);
    assert!(mean_error < 0.05 * true_var);
    // Convexity is in the tail.
    assert!(of_delta.1.abs() > 5.0 * error(cvar, true_cvar).abs());
}

/// Percent of the figure of full revaluation.
const LIMIT: f64 = 1.0;
