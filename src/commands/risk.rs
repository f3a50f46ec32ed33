//! `tailproof risk`: private figures, no proof.

use serde_json::json;
use tailproof_risk::measures::{losses, risk_figures};
use tailproof_risk::{Confidence, Figure};

use super::{methods, positions, print_json, report, scenarios};
use crate::cli::{Method, Risk};
use crate::failure::Failure;
use crate::output::out;

pub fn run(options: &Risk) -> Result<(), Failure> {
    let confidence: Confidence =
        options.confidence.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
    let (set, _, positions) = positions(&options.book)?;
    if options.compare {
        return methods::compare(options, &set, &positions, confidence);
    }
    if options.method != Method::Historical {
        return methods::show(options, &set, &positions, confidence);
    }
    let figures = risk_figures(&set, &positions, confidence);
    if options.json {
        print_json(&json!({
            "var": figures.var.to_f64(),
            "cvar": figures.cvar.to_f64(),
            "scenarios": set.scenarios(),
            "confidence": f64::from(confidence.millionths()) / 1e6,
        }));
        return Ok(());
    }
    let losses = losses(&set, &positions);
    let worst = (0..losses.len()).filter(|t| set.weights()[*t] > 0).max_by_key(|t| losses[*t]).unwrap_or(0);
    out!("PRIVATE: figures of the book itself; nothing is proved.\n");
    out!("scenarios       {}", scenarios::sentence(&set));
    out!("book unit       {}", positions.unit());
    let line = |name: &str, figure: Figure, note: &str| out!("{name:<15} {figure:>20}{note}");
    let share = |figure: Figure| match figures.nav.millionths() {
        0 => String::new(),
        _ => format!("  {:.2} % of NAV", figure.to_f64() / figures.nav.to_f64() * 100.0),
    };
    line("NAV", figures.nav, "");
    line("gross exposure", figures.gross, "");
    line(&format!("{confidence} VaR"), figures.var, &share(figures.var));
    line(&format!("{confidence} CVaR"), figures.cvar, &share(figures.cvar));
    line("worst loss", figures.worst, &format!("  in {}", set.labels()[worst]));
    out!("\n{}", report::histogram(&losses, &positions, &[("VaR", figures.var), ("CVaR", figures.cvar)]));
    Ok(())
}
