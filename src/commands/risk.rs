//! `tailproof risk`: private figures, without a proof.

use serde_json::json;
use tailproof::core::measures::{TailMass, losses, risk_figures, value_at_risk_rank};
use tailproof::core::{Amount, Confidence, Mandate, Positions, ScenarioSet};
use tailproof::verifier::InstanceError;

use super::{histogram, methods};
use crate::cli::{Method, Risk};
use crate::failure::Failure;
use crate::files;
use crate::options::{positions, say_unit};
use crate::output::{out, print_json};

/// Runs `tailproof risk`.
pub fn run(options: &Risk) -> Result<(), Failure> {
    let (set, _, positions) = positions(&options.book)?;
    say_unit(&positions);
    if let Some(mandate) = &options.mandate {
        return clauses(options, &files::mandate(mandate)?, &set, &positions);
    }
    if set.generator().covariance_scale().is_some() {
        let text = "the set is a covariance, not scenarios: its figures are those of clauses, see --mandate";
        return Err(Failure::Usage(text.into()));
    }
    let level = options.confidence.as_deref().unwrap_or_default();
    let confidence: Confidence = level.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
    if options.compare {
        return methods::compare(options, &set, &positions, confidence);
    }
    if options.method != Method::Historical {
        return methods::show(options, &set, &positions, confidence);
    }
    let figures = risk_figures(&set, &positions, confidence);
    let losses = losses(&set, &positions);
    let tail = TailMass::new(confidence, set.total_weight());
    let (rank, counted) = (value_at_risk_rank(&losses, set.weights(), tail), set.scenarios() - set.unseen());
    if options.json {
        print_json(&json!({
            "var": figures.var.to_f64(),
            "cvar": figures.cvar.to_f64(),
            "var_rank": rank,
            "scenarios": set.scenarios(),
            "scenarios_of_weight_zero": set.unseen(),
            "windows_apart": set.windows_apart(),
            "confidence": f64::from(confidence.millionths()) / 1e6,
        }));
        return Ok(());
    }
    let worst = (0..losses.len()).filter(|t| set.weights()[*t] > 0).max_by_key(|t| losses[*t]).unwrap_or(0);
    out!("PRIVATE: figures of the book itself; nothing is proved.\n");
    out!("scenarios       {}", set.sentence());
    out!("book unit       {}", positions.unit());
    let line = |name: &str, figure: Amount, note: &str| out!("{name:<15} {figure:>20}{note}");
    let share = |figure: Amount| match figures.nav.millionths() {
        0 => String::new(),
        _ => format!("  {:.2} % of NAV", figure.to_f64() / figures.nav.to_f64() * 100.0),
    };
    line("NAV", figures.nav, "");
    line("gross exposure", figures.gross, "");
    line(&format!("{confidence} VaR"), figures.var, &format!("{}  {}", share(figures.var), ranked(rank, counted)));
    line(&format!("{confidence} CVaR"), figures.cvar, &share(figures.cvar));
    line("worst loss", figures.worst, &format!("  in {}", set.labels()[worst]));
    if set.unseen() > 0 {
        out!("note            {} scenarios have weight 0 and are in no figure, nor in the worst loss", set.unseen());
    }
    if rank == 1 {
        out!("note            {counted} scenarios show no loss beyond {confidence}: its VaR is the worst of them");
    }
    if let Some(apart) = set.windows_apart() {
        out!("note            windows overlap: {} of them, of which {apart} fit without overlap", set.scenarios());
    }
    out!("\n{}", histogram::histogram(&losses, &positions, &[("VaR", figures.var), ("CVaR", figures.cvar)]));
    Ok(())
}

/// Returns which of the worst scenarios a value at risk is: `the 6th worst of 500`.
fn ranked(rank: usize, counted: usize) -> String {
    let ending = match (rank % 100, rank % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    if rank == 1 { format!("the worst of {counted}") } else { format!("the {rank}{ending} worst of {counted}") }
}

/// Prints the clauses of a mandate with the book's figures.
fn clauses(options: &Risk, mandate: &Mandate, set: &ScenarioSet, positions: &Positions) -> Result<(), Failure> {
    let figures = mandate.evaluate(set, positions).map_err(InstanceError::from)?;
    let unit = InstanceError::check_unit(mandate, positions.unit());
    let allowed = mandate.check_scenarios(set);
    if options.json {
        let clause = |figure: &tailproof::core::mandate::ClauseFigure| {
            json!({
                "clause": figure.clause.to_string(),
                "measure": figure.clause.measure.name(),
                "figure": figure.figure.to_f64(),
                "limit": figure.limit.to_f64(),
                "floor": figure.floor.map(Amount::to_f64),
                "holds": figure.holds(),
            })
        };
        let holds = figures.iter().all(|figure| figure.holds());
        let clauses: Vec<_> = figures.iter().map(clause).collect();
        let not_allowed = allowed.as_ref().err().map(ToString::to_string);
        print_json(&json!({
            "mandate": mandate.name(),
            "holds": holds,
            "scenarios_not_allowed": not_allowed,
            "unit_not_accepted": unit.as_ref().err().map(ToString::to_string),
            "clauses": clauses,
        }));
        return Ok(allowed.map_err(InstanceError::from).and(unit)?);
    }
    out!("PRIVATE: figures of the book itself; nothing is proved.\n");
    out!("mandate         {}", mandate.name());
    out!("scenarios       {}\n", set.sentence());
    out!("{:>18} {:>18} {:>8}  clause", "figure", "limit", "used");
    for figure in &figures {
        let used = match figure.limit.millionths() {
            0 => String::from("-"),
            _ => format!("{:.1} %", figure.figure.to_f64() / figure.limit.to_f64() * 100.0),
        };
        let broken = if figure.holds() { "" } else { "  BROKEN" };
        out!("{:>18} {:>18} {used:>8}  {}{broken}", figure.figure, figure.limit, figure.clause);
    }
    Ok(allowed.map_err(InstanceError::from).and(unit)?)
}
