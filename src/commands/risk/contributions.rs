//! What factors contribute, as text, JSON and CSV.

use serde_json::{Value, json};
use tailproof::core::Confidence;
use tailproof::csv::{Cell, written_row};
use tailproof::risk::measure::contributions::{Contribution, Parts, Step, contributions};
use tailproof::{Positions, ScenarioSet};

use super::books::Case;
use super::csv::plain;
use crate::output::out;

fn all(parts: Parts) -> [tailproof::Amount; 3] {
    [parts.component, parts.marginal, parts.incremental]
}

/// Returns the contributions of a book's factors.
pub fn to_json(set: &ScenarioSet, positions: &Positions, confidence: Confidence) -> Value {
    let parts = |parts: Parts| {
        let [component, marginal, incremental] = all(parts).map(|amount| amount.to_f64());
        json!({ "component": component, "marginal": marginal, "incremental": incremental })
    };
    let factor = |factor: &Contribution| {
        json!({
            "factor": set.factors()[factor.place],
            "exposure": factor.exposure.to_f64(),
            "var": parts(factor.var),
            "cvar": parts(factor.cvar),
        })
    };
    contributions(set, positions, confidence, Step::Millionth).factors.iter().map(factor).collect()
}

/// Prints the contributions of all books, after their trades if there are some.
pub fn print_csv(set: &ScenarioSet, books: &[Case], confidences: &[Confidence]) {
    let columns = ["component", "marginal", "incremental"];
    let names = ["var", "cvar"].map(|figure| columns.map(|column| format!("{figure}_{column}")).join(","));
    out!("book,confidence,factor,exposure,{}", names.join(","));
    for book in books {
        for confidence in confidences {
            let level = confidence.to_decimal().to_string();
            for factor in contributions(set, book.last(), *confidence, Step::Millionth).factors {
                let amounts: Vec<String> =
                    [all(factor.var), all(factor.cvar)].concat().into_iter().map(plain).collect();
                let exposure = plain(factor.exposure);
                let mut cells = vec![Cell::Text(&book.name), Cell::Plain(&level)];
                cells.extend([Cell::Text(&set.factors()[factor.place]), Cell::Plain(&exposure)]);
                cells.extend(amounts.iter().map(|amount| Cell::Plain(amount)));
                out!("{}", written_row(cells));
            }
        }
    }
}

/// Prints the contributions of a book, after its trades if there are some.
pub fn print(set: &ScenarioSet, book: &Case, confidences: &[Confidence], named: bool) {
    for confidence in confidences {
        let found = contributions(set, book.last(), *confidence, Step::Hundredth);
        let name = if named { format!(" of {}", book.name) } else { String::new() };
        let state = if book.after.is_some() { ", after the trades" } else { "" };
        out!("\ncontributions{name} at {confidence}{state}: components sum to the figure\n");
        let heading = |of: &str| format!("{:>16} {:>10} {:>16}", format!("{of} component"), "marginal", "incremental");
        out!("{:>18} {} {}  factor", "exposure", heading("VaR"), heading("CVaR"));
        for factor in &found.factors {
            let parts = |parts: Parts| {
                format!("{:>16} {:>10} {:>16}", parts.component, parts.marginal.to_decimal(), parts.incremental)
            };
            let name = &set.factors()[factor.place];
            out!("{:>18} {} {}  {name}", factor.exposure, parts(factor.var), parts(factor.cvar));
        }
        out!("{:>18} {:>16} {:>27} {:>16} {:>27}  all", "", found.var, "", found.cvar, "");
    }
}
