//! Private figures by methods other than order statistics, for comparison. No proof is about them.

use clap::ValueEnum;
use ethnum::I256;
use serde_json::{Value, json};
use tailproof_core::measures::{losses, risk_figures};
use tailproof_core::{Amount, Confidence, Positions, Problem, ScenarioSet};
use tailproof_risk::measure::parametric::{
    Divisor, EwmaStart, Figures, Moments, cornish_fisher, degrees_of_freedom, ewma_variance, normal, of_variance,
    student_t,
};

use crate::cli::{Method, Risk};
use crate::failure::Failure;
use crate::output::{out, print_json};

/// The decay of RiskMetrics for daily returns.
const LAMBDA: f64 = 0.94;

/// Why a method has no figures for these scenarios.
fn refused(why: &str) -> Failure {
    Failure::Option { option: "method", problem: Problem::Other(why.into()) }
}

/// Value at risk and expected shortfall in currency, losses positive.
fn figures(
    method: Method,
    set: &ScenarioSet,
    positions: &Positions,
    confidence: Confidence,
) -> Result<Figures, Failure> {
    let tail = f64::from(1_000_000 - confidence.millionths()) / 1e6;
    if method == Method::Historical {
        let figures = risk_figures(set, positions, confidence);
        return Ok(Figures { value_at_risk: figures.var.to_f64(), expected_shortfall: figures.cvar.to_f64() });
    }
    if set.weights().windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(refused("scenarios of different weights have historical figures only"));
    }
    let unit = positions.unit();
    let gain = |loss: &i128| -Amount::from_loss(I256::from(*loss), I256::ONE, unit).to_f64();
    let gains: Vec<f64> = losses(set, positions).iter().map(gain).collect();
    let moments =
        || Moments::of(&gains, Divisor::Sample).ok_or_else(|| refused("the book gains the same in every scenario"));
    match method {
        Method::Historical => Err(Failure::Defect("historical figures are made above")),
        Method::Normal => Ok(normal(&moments()?, tail)),
        Method::CornishFisher => Ok(cornish_fisher(&moments()?, tail)),
        Method::StudentT => {
            let moments = moments()?;
            let degrees = degrees_of_freedom(&moments)
                .ok_or_else(|| refused("the tails of the gains are no heavier than a normal's; use --method normal"))?;
            student_t(&moments, degrees, tail).ok_or(Failure::Defect("fitted degrees of freedom are above 4"))
        }
        Method::Ewma => {
            let variance = ewma_variance(&gains, LAMBDA, EwmaStart::Normalised).unwrap_or(0.0);
            Ok(of_variance(variance, tail))
        }
    }
}

fn name(method: Method) -> String {
    method.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned())
}

fn to_json(method: Method, figures: Figures, set: &ScenarioSet, confidence: Confidence) -> Value {
    json!({
        "method": name(method),
        "var": figures.value_at_risk,
        "cvar": figures.expected_shortfall,
        "scenarios": set.scenarios(),
        "confidence": f64::from(confidence.millionths()) / 1e6,
    })
}

/// One method's figures.
pub fn show(options: &Risk, set: &ScenarioSet, positions: &Positions, confidence: Confidence) -> Result<(), Failure> {
    let figures = figures(options.method, set, positions, confidence)?;
    if options.json {
        print_json(&to_json(options.method, figures, set, confidence));
        return Ok(());
    }
    out!("PRIVATE: figures of the book itself, of the method {}; no proof is about them.\n", name(options.method));
    out!("{confidence} VaR   {:>20.2}", figures.value_at_risk);
    out!("{confidence} CVaR  {:>20.2}", figures.expected_shortfall);
    Ok(())
}

/// All methods in one table.
pub fn compare(
    options: &Risk,
    set: &ScenarioSet,
    positions: &Positions,
    confidence: Confidence,
) -> Result<(), Failure> {
    let all = Method::value_variants().iter().map(|method| (*method, figures(*method, set, positions, confidence)));
    if options.json {
        let rows: Vec<Value> = all
            .map(|(method, figures)| match figures {
                Ok(figures) => to_json(method, figures, set, confidence),
                Err(failure) => json!({ "method": name(method), "refused": failure.to_string() }),
            })
            .collect();
        print_json(&rows.into());
        return Ok(());
    }
    out!("PRIVATE: figures of the book itself; proofs are about the historical ones.\n");
    out!("{:<15} {:>20} {:>20}", "method", format!("{confidence} VaR"), format!("{confidence} CVaR"));
    for (method, figures) in all {
        match figures {
            Ok(Figures { value_at_risk, expected_shortfall }) => {
                out!("{:<15} {value_at_risk:>20.2} {expected_shortfall:>20.2}", name(method));
            }
            Err(failure) => out!("{:<15} {failure}", name(method)),
        }
    }
    Ok(())
}
