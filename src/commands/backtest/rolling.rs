//! The backtest of a book over prices.

use std::path::Path;

use serde_json::{Value, json};
use tailproof::core::{Confidence, InputError, Unit};
use tailproof::csv::{Cell, written_row};
use tailproof::risk::measure::rolling::{CRITICAL_VALUES, Rolling, rolling};
use tailproof::scenarios::historical::historical;

use super::{lines, record_json};
use crate::cli::Backtest;
use crate::failure::Failure;
use crate::files;
use crate::options::{Held, amount};
use crate::output::{note, out, print_json};
use crate::prepared;

/// Runs `tailproof backtest --book`.
pub fn run(options: &Backtest, book: &Path, prices: &Path, window: usize) -> Result<(), Failure> {
    let level = options.confidence.as_deref().unwrap_or_default();
    let confidence: Confidence = level.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
    let (tables, nav) = (options.evidence.tables.options(), amount("nav", options.nav.as_deref())?);
    let history = prepared::prices(prices, &options.treatment, &tables, None, 1)?;
    let in_prices = |problem| InputError::in_file(&prices.display().to_string(), problem);
    let set = historical(&history, 1, None).map_err(in_prices)?;
    let file = files::book(book, &tables)?;
    // The net asset value is in no figure here: a book whose sum is negative needs none.
    let stated = nav.or_else(|| file.book().rows().iter().all(|row| row.holding.is_amount()).then(|| 0.into()));
    let positions = file.positions_that_fit(&set, stated)?;
    if positions.unit() > Unit::CENT {
        note!("note: {}: a cent does not hold the book: losses are in units of {}", book.display(), positions.unit());
    }
    let held = Held::new(file, positions, &set, true);
    held.say_notes();
    let found = rolling(&set, &held.positions, window, confidence).map_err(in_prices)?;
    if options.json {
        print_json(&to_json(&found, window, &held.notes));
    } else if options.csv {
        print_csv(&found);
    } else {
        print(&found, window);
    }
    Ok(())
}

fn span(found: &Rolling) -> [&str; 2] {
    [found.days.first(), found.days.last()].map(|day| day.map_or("", |day| &day.label))
}

fn print(found: &Rolling, window: usize) {
    let [first, last] = span(found);
    out!("PRIVATE: figures of the book itself; nothing is proved.\n");
    out!("{:<21} {first} to {last}, exposures held constant, each over the {window} days before it", "tested");
    for (name, text) in lines(&found.record) {
        out!("{name:<21} {text}");
    }
    let statistic = match found.second_statistic() {
        Ok(statistic) => {
            let rejected = CRITICAL_VALUES.iter().rev().find(|(_, critical)| statistic < *critical);
            let verdict = rejected.map_or("not rejected at 5 %".to_owned(), |(level, critical)| {
                format!(
                    "rejected at {} %: below {critical:.2}: losses beyond VaR are more or larger than stated",
                    level * 100.0
                )
            });
            format!("Z2 {statistic:>9.4}   0 expected   {verdict}")
        }
        Err(reason) => format!("n/a: {reason}"),
    };
    out!("{:<21} {statistic}", "expected shortfall");
    let [(_, five), (_, least)] = CRITICAL_VALUES;
    let of = if found.is_as_simulated() { "" } else { ": this record is another, so they are a guide" };
    out!(
        "note                  Z2 is the second test of Acerbi and Szekely (2014); its critical values, {five:.2} at 5 % and \
         {least:.1} at 0.01 %, are for 250 days at 97.5 %{of}"
    );
}

fn to_json(found: &Rolling, window: usize, notes: &[String]) -> Value {
    let [first, last] = span(found);
    let mut whole = record_json(&found.record, None);
    let (statistic, reason) = match found.second_statistic() {
        Ok(statistic) => (Some(statistic), None),
        Err(reason) => (None, Some(reason.to_string())),
    };
    let critical = CRITICAL_VALUES.map(|(significance, value)| {
        let rejected = statistic.map(|statistic| statistic < value);
        json!({ "significance": significance, "value": value, "rejected": rejected })
    });
    let days: Vec<Value> = found
        .days
        .iter()
        .map(|day| {
            let [loss, var, cvar] = found.amounts(day).map(|amount| amount.to_f64());
            json!({ "date": day.label, "loss": loss, "var": var, "cvar": cvar, "exceeded": day.exceeds() })
        })
        .collect();
    whole["window"] = json!(window);
    (whole["first"], whole["last"]) = (json!(first), json!(last));
    whole["notes"] = json!(notes);
    whole["expected_shortfall"] = json!({
        "z2": statistic,
        "expected": 0.0,
        "critical": critical,
        "critical_for_this_record": found.is_as_simulated(),
        "source": "Acerbi and Szekely 2014, test 2; critical values for 250 days at 97.5 %",
        "not_applicable": reason,
    });
    whole["days"] = days.into();
    whole
}

fn print_csv(found: &Rolling) {
    out!("date,loss,var,cvar,exceeded");
    for day in &found.days {
        let amounts = found.amounts(day).map(|amount| amount.to_decimal().normalize().to_string());
        let exceeded = day.exceeds().to_string();
        let mut cells = vec![Cell::Text(&day.label)];
        cells.extend(amounts.iter().chain([&exceeded]).map(|cell| Cell::Plain(cell)));
        out!("{}", written_row(cells));
    }
}
