//! `tailproof backtest`: tests of a record of value at risk.

use serde_json::json;
use tailproof::core::{Confidence, InputError};
use tailproof::risk::csv::read_gains;
use tailproof::risk::measure::backtest::{Backtest as Record, Test};

use super::ledger::Figures;
use crate::cli::Backtest;
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};

/// Returns the record of a table or of a ledger, and its confidence; for a ledger, also whether it
/// was verified and what is to be said about it.
fn record(options: &Backtest) -> Result<(Record, Confidence, Option<Figures>), Failure> {
    if let Some(path) = &options.ledger {
        let figures = Figures::read(path, &options.evidence)?;
        let confidence = figures.ledger.confidence();
        let record = Record::from_days(&figures.ledger.days(), confidence)
            .map_err(|problem| InputError::in_file(&path.display().to_string(), problem))?;
        return Ok((record, confidence, Some(figures)));
    }
    let (Some(pnl), Some(return_column), Some(var_column), Some(confidence)) =
        (&options.pnl, &options.return_column, &options.var_column, &options.confidence)
    else {
        return Err(Failure::Defect("neither a table nor a ledger"));
    };
    let confidence: Confidence =
        confidence.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
    let name = pnl.display().to_string();
    let days = read_gains(&name, files::open_large(pnl)?, return_column, var_column)?;
    let record = Record::from_gains(&days, confidence).map_err(|problem| InputError::in_file(&name, problem))?;
    Ok((record, confidence, None))
}

/// Runs `tailproof backtest`.
pub fn run(options: &Backtest) -> Result<(), Failure> {
    let (record, confidence, figures) = record(options)?;
    let verified = match (&figures, &options.ledger) {
        (Some(figures), Some(path)) => figures.require(path),
        _ => Ok(()),
    };
    let (kupiec, independence, coverage) = (record.kupiec(), record.independence(), record.conditional_coverage());
    let light = record.traffic_light();
    if options.json {
        let test = |test: Test| json!({ "lr": test.likelihood_ratio, "p": test.p_value });
        print_json(&json!({
            "verified": figures.as_ref().map(|figures| figures.audit.is_some()),
            "observations": record.observations(),
            "exceedances": record.exceedances(),
            "kupiec": test(kupiec),
            "independence": test(independence),
            "conditional_coverage": test(coverage),
            "traffic_light": { "zone": light.zone.to_string(), "cumulative_probability": light.cumulative_probability },
        }));
        return verified;
    }
    if let Some(heading) = figures.as_ref().and_then(Figures::heading) {
        out!("{heading}");
    }
    let days = record.observations();
    #[allow(clippy::cast_precision_loss)]
    let expected = days as f64 * f64::from(1_000_000 - confidence.millionths()) / 1e6;
    out!("days                  {days}");
    out!("exceedances           {} (expected {expected:.1} at {confidence})", record.exceedances());
    let line = |name: &str, test: Test| {
        let verdict = if test.p_value < 0.05 { "rejected at 95 %" } else { "not rejected at 95 %" };
        out!("{name:<21} LR {:>9.4}   p {:.4}   {verdict}", test.likelihood_ratio, test.p_value);
    };
    line("Kupiec", kupiec);
    line("independence", independence);
    line("conditional coverage", coverage);
    out!("traffic light         {} (cumulative probability {:.4})", light.zone, light.cumulative_probability);
    if let Some(multiplier) = record.basel_multiplier() {
        out!("Basel multiplier      {multiplier} (MAR99: 250 days at 99 %)");
    }
    for note in figures.iter().flat_map(Figures::notes) {
        out!("note: {note}");
    }
    verified
}
