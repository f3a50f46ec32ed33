//! The backtest of a report: of a table of days, or of a ledger.

use maud::{Markup, html};
use tailproof::core::{Confidence, InputError};
use tailproof::risk::measure::backtest::Backtest as Record;

use crate::cli::Report;
use crate::commands::backtest::lines;
use crate::commands::ledger::Figures;
use crate::failure::Failure;
use crate::files;
use crate::output::note;
use crate::pages::{drawn, pictures};

/// The record, with what a picture shows of it.
struct Days {
    record: Record,
    /// gain and value at risk of each day, if they are known
    amounts: Vec<(f64, f64)>,
    /// the dates, if they are known
    dates: Vec<String>,
}

/// Returns the backtest of a table or a ledger; nothing if none is given.
pub fn backtest(options: &Report, ledger: Option<&Figures>) -> Result<Markup, Failure> {
    let Some(days) = days(options, ledger)? else { return Ok(html! {}) };
    let picture = match days.amounts.is_empty() {
        true => None,
        false => Some(drawn(pictures::record(&days.amounts, &days.dates))?),
    };
    let warning = days.record.scale_warning();
    if let Some(warning) = &warning {
        note!("warning: {warning}");
    }
    Ok(html! {
        h2 { "Backtest" }
        @if let Some(heading) = ledger.and_then(Figures::heading) { p.private.bad { (heading) } }
        @for note in ledger.into_iter().flat_map(Figures::notes) { p { (note) } }
        @if let Some(picture) = picture {
            (picture)
            p.quiet { "Bars are the days' gains and losses, the line is the value at risk stated for each, and dots are days that lost more." }
        }
        @if let Some(warning) = warning { p.bad { (warning) } }
        table.facts {
            @for (name, text) in lines(&days.record) { tr { th { (name) } td { (text) } } }
        }
    })
}

fn days(options: &Report, ledger: Option<&Figures>) -> Result<Option<Days>, Failure> {
    if let (Some(pnl), Some(return_column), Some(var_column)) =
        (&options.pnl, &options.return_column, &options.var_column)
    {
        let level = options.confidence.as_deref().unwrap_or_default();
        let confidence: Confidence =
            level.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
        let name = pnl.display().to_string();
        let columns = options.gains.columns(return_column, var_column)?;
        let gains = files::gains(pnl, &columns, &options.sources.layout.options(options.strict))?;
        let record =
            Record::from_gains(&gains.days, confidence).map_err(|problem| InputError::in_file(&name, problem))?;
        let amounts = record.days().iter().map(|day| (day.gain, day.value_at_risk)).collect();
        let dates = gains.dates.iter().flatten().map(ToString::to_string).collect();
        return Ok(Some(Days { record, amounts, dates }));
    }
    let Some(Figures { ledger, .. }) = ledger else { return Ok(None) };
    let record = Record::from_days(&ledger.days(), ledger.confidence())
        .map_err(|problem| Failure::Option { option: "ledger", problem })?;
    Ok(Some(Days { record, amounts: Vec::new(), dates: Vec::new() }))
}
