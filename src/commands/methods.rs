//! Private figures by methods other than order statistics, for comparison. They are never proved.

use clap::ValueEnum;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde_json::{Value, json};
use tailproof::core::measures::risk_figures;
use tailproof::core::{Amount, Confidence, Positions, ScenarioSet, Unit};
use tailproof::risk::measure::methods::{self, EstimationMethod, MethodError};
use tailproof::risk::measure::parametric::Figures;

use crate::cli::{Method, Risk};
use crate::failure::Failure;
use crate::output::{out, print_json};

/// Returns value at risk and expected shortfall in currency, with losses positive.
fn figures(
    method: Method,
    set: &ScenarioSet,
    positions: &Positions,
    confidence: Confidence,
) -> Result<Figures, Failure> {
    let estimation = match method {
        Method::Historical => EstimationMethod::Historical,
        Method::Normal => EstimationMethod::Normal,
        Method::CornishFisher => EstimationMethod::CornishFisher,
        Method::StudentT => EstimationMethod::StudentT,
        Method::Ewma => EstimationMethod::Ewma,
    };
    methods::figures(estimation, set, positions, confidence).map_err(|error| {
        let advice = match error {
            MethodError::LightTails => "; use --method normal",
            MethodError::OutsideDomain { .. } => "; use --method historical or student-t",
            _ => "",
        };
        Failure::Usage(format!("--method: {error}{advice}"))
    })
}

/// Returns an estimate as exact figures are shown: to a hundredth, rounded up, with separators.
fn shown(figure: f64) -> String {
    let millionths = Decimal::from_f64(figure).and_then(|figure| figure.checked_mul(1_000_000.into()));
    let millionths = millionths.and_then(|figure| figure.ceil().to_i128());
    millionths.map_or(format!("{figure:.2}"), |figure| Amount::from_units(figure, Unit::FINEST).to_string())
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

/// Prints the figures of one method.
pub fn show(options: &Risk, set: &ScenarioSet, positions: &Positions, confidence: Confidence) -> Result<(), Failure> {
    let figures = figures(options.method, set, positions, confidence)?;
    if options.json {
        print_json(&to_json(options.method, figures, set, confidence));
        return Ok(());
    }
    out!("PRIVATE: figures of the book itself, of the method {}; no proof is about them.\n", name(options.method));
    out!("{confidence} VaR   {:>20}", shown(figures.value_at_risk));
    out!("{confidence} CVaR  {:>20}", shown(figures.expected_shortfall));
    Ok(())
}

/// Prints the figures of all methods in one table.
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
            // The figures that proofs are about, rounded up as everywhere.
            Ok(_) if method == Method::Historical => {
                let exact = risk_figures(set, positions, confidence);
                out!("{:<15} {:>20} {:>20}", name(method), exact.var, exact.cvar);
            }
            Ok(Figures { value_at_risk, expected_shortfall }) => {
                let (var, cvar) = (shown(value_at_risk), shown(expected_shortfall));
                out!("{:<15} {var:>20} {cvar:>20}", name(method));
            }
            Err(failure) => out!("{:<15} {failure}", name(method)),
        }
    }
    Ok(())
}
