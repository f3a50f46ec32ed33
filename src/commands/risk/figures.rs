//! Value at risk and expected shortfall of books, as text, JSON and CSV.

use serde_json::{Map, Value, json};
use tailproof::core::{Amount, Confidence};
use tailproof::csv::{Cell, written_row};
use tailproof::risk::measure::figures::{BookFigures, Level, book_figures};
use tailproof::{Positions, ScenarioSet};

use super::books::Case;
use super::csv::plain;
use super::{contributions, histogram};
use crate::cli::Risk;
use crate::output::{out, print_json};

/// Prints the figures of books at confidences.
pub fn run(options: &Risk, set: &ScenarioSet, books: &[Case], confidences: &[Confidence]) {
    if options.json {
        print_json(&to_json(options, set, books, confidences));
        return;
    }
    if options.csv {
        return print_csv(set, books, confidences);
    }
    match (books, confidences) {
        ([book], [confidence]) if book.after.is_none() => one(set, book, *confidence),
        _ => table(set, books, confidences),
    }
    if options.contributions {
        books.iter().for_each(|book| contributions::print(set, book, confidences, books.len() > 1));
    }
}

/// Returns one object for one book at one confidence, and otherwise one for each book.
fn to_json(options: &Risk, set: &ScenarioSet, books: &[Case], confidences: &[Confidence]) -> Value {
    let of_book = |book: &Case| -> (Map<String, Value>, Vec<Map<String, Value>>) {
        let positions = &book.held.positions;
        let figures = book_figures(set, positions, confidences);
        let after = book.after.as_ref().map(|after| book_figures(set, after, confidences));
        let mut head = summary(set, &figures, positions);
        head.insert("book".into(), book.name.clone().into());
        head.insert("notes".into(), book.held.notes.clone().into());
        let level = |(index, level): (usize, &Level)| {
            let mut found = level_json(set, level);
            if let (Some(figures), Some(positions)) = (&after, &book.after) {
                let mut after = summary(set, figures, positions);
                after.extend(level_json(set, &figures.levels[index]));
                found.insert("after".into(), after.into());
            }
            if options.contributions {
                found.insert("contributions".into(), contributions::to_json(set, book.last(), level.confidence));
            }
            found
        };
        (head, figures.levels.iter().enumerate().map(level).collect())
    };
    let mut of_books: Vec<_> = books.iter().map(of_book).collect();
    let mut whole = match (&mut of_books[..], confidences) {
        ([(head, levels)], [_]) => {
            let mut whole = std::mem::take(head);
            whole.extend(levels.pop().unwrap_or_default());
            whole
        }
        _ => {
            let books = of_books.into_iter().map(|(mut head, levels)| {
                head.insert("figures".into(), levels.into_iter().map(Value::from).collect());
                Value::from(head)
            });
            Map::from_iter([("books".into(), books.collect::<Vec<_>>().into())])
        }
    };
    whole.extend(of_set(set));
    if !options.trade.is_empty() {
        whole.insert("trades".into(), options.trade.clone().into());
    }
    whole.into()
}

fn of_set(set: &ScenarioSet) -> Map<String, Value> {
    let sample = json!({
        "scenarios": set.scenarios(),
        "scenarios_of_weight_zero": set.unseen(),
        "windows_apart": set.windows_apart(),
        "sample": set.sentence().to_string(),
    });
    sample.as_object().cloned().unwrap_or_default()
}

fn summary(set: &ScenarioSet, figures: &BookFigures, positions: &Positions) -> Map<String, Value> {
    let found = json!({
        "nav": figures.nav.to_f64(),
        // A P&L vector has no exposures.
        "gross": (!positions.is_pnl()).then(|| figures.gross.to_f64()),
        "worst": figures.worst.to_f64(),
        "worst_scenario": set.labels()[figures.worst_scenario],
        "unit": positions.unit().to_string(),
    });
    found.as_object().cloned().unwrap_or_default()
}

fn level_json(set: &ScenarioSet, level: &Level) -> Map<String, Value> {
    let found = json!({
        "var": level.var.to_f64(),
        "cvar": level.cvar.to_f64(),
        "var_rank": level.rank,
        "var_scenario": set.labels()[level.scenario],
        "confidence": f64::from(level.confidence.millionths()) / 1e6,
    });
    found.as_object().cloned().unwrap_or_default()
}

fn print_csv(set: &ScenarioSet, books: &[Case], confidences: &[Confidence]) {
    out!(
        "book,state,confidence,nav,gross,var,cvar,var_rank,of,var_scenario,worst,worst_scenario,scenarios_of_weight_zero,unit"
    );
    for book in books {
        for (state, positions) in book.states() {
            let figures = book_figures(set, positions, confidences);
            for level in &figures.levels {
                let confidence = level.confidence.to_decimal().to_string();
                let mut amounts = [figures.nav, figures.gross, level.var, level.cvar].map(plain);
                if positions.is_pnl() {
                    amounts[1].clear();
                }
                let numbers = [level.rank, figures.counted, set.unseen()].map(|number| number.to_string());
                let (worst, unit) = (plain(figures.worst), positions.unit().to_string());
                let mut cells = vec![Cell::Text(&book.name), Cell::Plain(state), Cell::Plain(&confidence)];
                cells.extend(amounts.iter().chain(&numbers[..2]).map(|cell| Cell::Plain(cell)));
                cells.extend([Cell::Text(&set.labels()[level.scenario]), Cell::Plain(&worst)]);
                cells.extend([Cell::Text(&set.labels()[figures.worst_scenario]), Cell::Plain(&numbers[2])]);
                cells.push(Cell::Plain(&unit));
                out!("{}", written_row(cells));
            }
        }
    }
}

fn share(figure: Amount, nav: Amount) -> String {
    match nav.millionths() {
        0 => String::new(),
        _ => format!("{:.2} % of NAV", figure.to_f64() / nav.to_f64() * 100.0),
    }
}

/// Prints a row for each book and confidence.
fn table(set: &ScenarioSet, books: &[Case], confidences: &[Confidence]) {
    out!("PRIVATE: figures of the books themselves; nothing is proved.\n");
    out!("scenarios       {}\n", set.sentence());
    out!("{:>10} {:>20} {:>20} {:>16}  {:<28} book", "confidence", "VaR", "CVaR", "VaR of NAV", "VaR is");
    for book in books {
        for (state, positions) in book.states() {
            let figures = book_figures(set, positions, confidences);
            for level in &figures.levels {
                let rank = ranked(level.rank, figures.counted);
                let state = if state.is_empty() { String::new() } else { format!(" ({state})") };
                out!(
                    "{:>10} {:>20} {:>20} {:>16}  {rank:<28} {}{state}",
                    level.confidence.to_string(),
                    level.var,
                    level.cvar,
                    share(level.var, figures.nav).trim_end_matches(" of NAV"),
                    book.name
                );
            }
        }
    }
}

/// Prints the figures of one book at one confidence.
fn one(set: &ScenarioSet, book: &Case, confidence: Confidence) {
    let positions = &book.held.positions;
    let figures = book_figures(set, positions, &[confidence]);
    let Some(level) = figures.levels.first() else { return };
    out!("PRIVATE: figures of the book itself; nothing is proved.\n");
    out!("scenarios       {}", set.sentence());
    out!("book unit       {}", positions.unit());
    let line = |name: &str, figure: Amount, note: &str| out!("{name:<15} {figure:>20}{note}");
    let share = |figure: Amount| match share(figure, figures.nav) {
        share if share.is_empty() => share,
        share => format!("  {share}"),
    };
    line("NAV", figures.nav, "");
    if !positions.is_pnl() {
        line("gross exposure", figures.gross, "");
    }
    let which = format!("{}, in {}", ranked(level.rank, figures.counted), set.labels()[level.scenario]);
    line(&format!("{confidence} VaR"), level.var, &format!("{}  {which}", share(level.var)));
    line(&format!("{confidence} CVaR"), level.cvar, &share(level.cvar));
    line("worst loss", figures.worst, &format!("  in {}", set.labels()[figures.worst_scenario]));
    if set.unseen() > 0 {
        out!("note            {} scenarios have weight 0 and are in no figure, nor in the worst loss", set.unseen());
    }
    let counted = figures.counted;
    if level.rank == 1 {
        out!("note            {counted} scenarios show no loss beyond {confidence}: its VaR is the worst of them");
    }
    if let Some(apart) = set.windows_apart() {
        out!("note            windows overlap: {} of them, of which {apart} fit without overlap", set.scenarios());
    }
    let marks = [("VaR", level.var), ("CVaR", level.cvar)];
    out!("\n{}", histogram::histogram(&figures.losses, positions, &marks));
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
