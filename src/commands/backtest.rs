//! `tailproof backtest`: tests of a record of value at risk.

mod rolling;

use serde_json::{Value, json};
use tailproof::core::{Confidence, InputError};
use tailproof::risk::measure::backtest::{Backtest as Record, NotApplicable, Test};

use super::ledger::Figures;
use crate::cli::Backtest;
use crate::failure::Failure;
use crate::files;
use crate::output::{note, out, print_json};

/// Returns the record of a table or of a ledger; for a ledger, also whether it was verified and what
/// is to be said about it.
fn record(options: &Backtest) -> Result<(Record, Option<Figures>), Failure> {
    if let Some(path) = &options.ledger {
        let figures = Figures::read(path, &options.evidence, options.treatment.rates.as_deref())?;
        let confidence = figures.ledger.confidence();
        let record = Record::from_days(&figures.ledger.days(), confidence)
            .map_err(|problem| InputError::in_file(&path.display().to_string(), problem))?;
        return Ok((record, Some(figures)));
    }
    let (Some(pnl), Some(return_column), Some(var_column), Some(confidence)) =
        (&options.pnl, &options.return_column, &options.var_column, &options.confidence)
    else {
        return Err(Failure::Defect("neither a table nor a ledger"));
    };
    let confidence: Confidence =
        confidence.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
    let name = pnl.display().to_string();
    let columns = options.gains.columns(return_column, var_column)?;
    let gains = files::gains(pnl, &columns, &options.evidence.tables.options())?;
    let record = Record::from_gains(&gains.days, confidence).map_err(|problem| InputError::in_file(&name, problem))?;
    Ok((record, None))
}

/// Level at which a test rejects.
const REJECTED: f64 = 0.05;

/// Returns the line of a test: its figures and what they say, or why it says nothing.
fn verdict(test: Result<Test, NotApplicable>, record: &Record, directed: bool) -> String {
    let test = match test {
        Ok(test) => test,
        Err(reason) => return format!("n/a: {reason}"),
    };
    let figures = format!("LR {:>9.4}   p {:.4}", test.likelihood_ratio, test.p_value);
    match (test.p_value < REJECTED, record.direction().filter(|_| directed)) {
        (true, Some(direction)) => format!("{figures}   rejected at 95 %: {direction}"),
        (true, None) => format!("{figures}   rejected at 95 %"),
        (false, _) => format!("{figures}   not rejected at 95 %"),
    }
}

/// Returns the JSON of a test.
fn to_json(test: Result<Test, NotApplicable>) -> Value {
    match test {
        Ok(test) => json!({ "lr": test.likelihood_ratio, "p": test.p_value, "rejected": test.p_value < REJECTED }),
        Err(reason) => json!({ "lr": null, "p": null, "rejected": null, "not_applicable": reason.to_string() }),
    }
}

/// Returns the lines of a record, each a name and what is said, for the terminal and the report.
pub fn lines(record: &Record) -> Vec<(&'static str, String)> {
    let (days, confidence) = (record.observations(), record.confidence());
    let light = match record.traffic_light() {
        Ok(light) => format!("{} (cumulative probability {:.4})", light.zone, light.cumulative_probability),
        Err(reason) => format!("n/a: {reason}"),
    };
    let of = if days == 1 { "day" } else { "days" };
    let (found, expected) = (record.exceedances(), record.expected_exactly());
    let exceedances = format!("{found} ({expected} expected in {days} {of} at {confidence})");
    let mut lines = vec![
        ("days", days.to_string()),
        ("exceedances", exceedances),
        ("Kupiec", verdict(record.kupiec(), record, true)),
        ("independence", verdict(record.independence(), record, false)),
        ("conditional coverage", verdict(record.conditional_coverage(), record, false)),
        ("traffic light", light),
    ];
    if let Some(found) = record.basel_multipliers() {
        lines.push(("Basel multiplier", format!("{} (MAR32.9, since 2023: 1.5 and add-on)", found.mar32)));
        lines.push(("of 1996", format!("{} (table 2 of the 1996 framework: 3 and add-on)", found.of_1996)));
    }
    lines
}

/// Returns the tests of a record; `verified` says whether a ledger's proofs were.
fn record_json(record: &Record, verified: Option<bool>) -> Value {
    let light = match record.traffic_light() {
        Ok(light) => {
            json!({ "zone": light.zone.to_string(), "cumulative_probability": light.cumulative_probability })
        }
        Err(reason) => {
            json!({ "zone": null, "cumulative_probability": null, "not_applicable": reason.to_string() })
        }
    };
    let multipliers = record.basel_multipliers();
    json!({
        "verified": verified,
        "observations": record.observations(),
        "exceedances": record.exceedances(),
        "expected": record.expected(),
        "confidence": f64::from(record.confidence().millionths()) / 1e6,
        "direction": record.direction().map(|direction| direction.to_string()),
        "kupiec": to_json(record.kupiec()),
        "independence": to_json(record.independence()),
        "conditional_coverage": to_json(record.conditional_coverage()),
        "traffic_light": light,
        "basel_multiplier_mar32": multipliers.map(|found| found.mar32),
        "basel_multiplier_1996": multipliers.map(|found| found.of_1996),
        "warnings": record.scale_warning().into_iter().collect::<Vec<_>>(),
    })
}

/// Runs `tailproof backtest`.
pub fn run(options: &Backtest) -> Result<(), Failure> {
    if options.book.is_none() && options.treatment.any_but_rates() {
        let text =
            "a treatment of prices is for --book: a table of days has none, and the sets of a ledger state theirs";
        return Err(Failure::Usage(text.into()));
    }
    if let (Some(book), Some(prices), Some(window)) = (&options.book, &options.evidence.prices, options.window) {
        return rolling::run(options, book, prices, window);
    }
    let (record, figures) = record(options)?;
    let verified = match (&figures, &options.ledger) {
        (Some(figures), Some(path)) => figures.require(path),
        _ => Ok(()),
    };
    if let Some(warning) = record.scale_warning() {
        note!("warning: {warning}");
    }
    if options.json {
        let is_verified = figures.as_ref().map(|figures| figures.audit.is_some());
        print_json(&record_json(&record, is_verified));
        return verified;
    }
    if let Some(heading) = figures.as_ref().and_then(Figures::heading) {
        out!("{heading}");
    }
    for (name, text) in lines(&record) {
        out!("{name:<21} {text}");
    }
    for note in figures.iter().flat_map(Figures::notes) {
        out!("note: {note}");
    }
    verified
}
