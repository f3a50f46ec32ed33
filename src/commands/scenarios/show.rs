//! `tailproof scenarios show`: a set in words, and as JSON.

use rust_decimal::Decimal;
use serde_json::json;
use tailproof::core::ScenarioSet;
use tailproof::core::scenarios::Place;
use tailproof::core::scenarios::credit::grid::TOTAL_WEIGHT;
use tailproof::core::scenarios::generator::Generator;
use tailproof::risk::market;

use crate::cli::ShowScenarios;
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};

/// Most names of a stress table that are shown.
const MOST_NAMES: usize = 20;

/// Shows a set.
pub fn run(options: &ShowScenarios) -> Result<(), Failure> {
    let (set, digest) = files::scenarios(&options.file)?;
    if options.json {
        print_json(&summary(&set, &digest));
        return Ok(());
    }
    out!("{}", set.sentence());
    out!("digest        {}", hex::encode(digest));
    out!("total weight  {}", set.total_weight());
    if let Some(apart) = set.windows_apart() {
        out!("windows       overlap: of {}, {apart} fit without overlap", set.scenarios());
    }
    match set.generator().place() {
        Some(Place::Ring(newest)) => out!("ring          newest row in slot {newest} of 0 to {}", set.scenarios() - 1),
        Some(Place::Slot(slot)) => out!("slot          {slot}"),
        None => {}
    }
    for part in set.generator().treatment().into_iter().flat_map(|treatment| treatment.parts()) {
        out!("treatment     {part}");
    }
    show_source(&set);
    if let Some(origin) = set.note_on_origin() {
        out!("note          {origin}");
    }
    if set.is_pnl() {
        return Ok(());
    }
    out!("\n{:<14} {:>10} {:>10}  last price", "factor", "lowest", "highest");
    for (index, factor) in set.factors().iter().enumerate() {
        let column = || (0..set.scenarios()).map(|scenario| set.row(scenario)[index]);
        let scale = set.generator().covariance_scale().unwrap_or(0);
        let treatment = set.generator().treatment();
        let absolute = treatment.is_some_and(|treatment| treatment.is_absolute(factor));
        let (times, sign) = if absolute { (1.0, 'x') } else { (100.0, '%') };
        let value = |entry: Option<i32>| {
            f64::from(entry.unwrap_or(0)) * times / f64::from(1u32 << 20) / f64::from(1u32 << scale)
        };
        // The last price of a proxy is that of its index.
        let own = treatment.is_none_or(|treatment| treatment.index_of(factor).is_none());
        let last = set.last_prices().filter(|_| own).map_or("-", |prices| prices[index].as_str());
        let (low, high) = (value(column().min()), value(column().max()));
        out!("{factor:<14} {low:>8.2} {sign} {high:>8.2} {sign}  {last}");
    }
    let suspicions = market::of_set(&set);
    if !suspicions.is_empty() {
        out!("\nprobably wrong:");
        suspicions.iter().for_each(|suspicion| out!("  {suspicion}"));
    }
    Ok(())
}

/// Returns a set as JSON: its names, its header, and which of its data are probably wrong.
pub fn summary(set: &ScenarioSet, digest: &[u8; 32]) -> serde_json::Value {
    json!({
        "scenarios": set.scenarios(),
        "factors": set.factors(),
        "first": set.labels()[0],
        "last": set.labels()[set.scenarios() - 1],
        "total_weight": set.total_weight(),
        "scenarios_of_weight_zero": set.unseen(),
        "windows_apart": set.windows_apart(),
        "note_on_origin": set.note_on_origin(),
        "generator": set.generator(),
        "cash": set.cash(),
        "digest": hex::encode(digest),
        "suspicions": market::of_set(set),
    })
}

/// Prints what a set was made from.
fn show_source(set: &ScenarioSet) {
    match set.generator() {
        Generator::Historical { prices_sha256, .. } => {
            out!("prices        {prices_sha256} (SHA-256 of the rows that were used)")
        }
        Generator::MonteCarlo { prices_sha256, seed, .. } => {
            out!("prices        {prices_sha256} (SHA-256 of the rows that were used)");
            out!("seed          {seed}");
        }
        Generator::Covariance { prices_sha256, .. } => {
            out!("prices        {prices_sha256} (SHA-256 of the rows that were used)")
        }
        Generator::Credit { assumptions_sha256, breakpoints, seed, .. } => {
            out!("assumptions   {assumptions_sha256} (SHA-256 of the deal's grades, pd and lgd)");
            out!("made so       as the header says; `scenarios regenerate --deal` makes it again and compares");
            if let Some(breakpoints) = breakpoints {
                let exact: Vec<String> = breakpoints.iter().map(|weight| percent_of_weight(*weight)).collect();
                out!("exact at      {} (limits of the deal)", exact.join(", "));
            }
            if let Some(seed) = seed {
                out!("seed          {seed}");
            }
        }
        Generator::Cashflow { assumptions_sha256, .. } => {
            out!("assumptions   {assumptions_sha256} (SHA-256 of the lines of the assumptions)");
            out!(
                "made so       as the header says; `scenarios regenerate --deal --assumptions` makes it again and compares"
            );
        }
        Generator::Collateral { of, terms_sha256 } => {
            let source = of.source_digest().unwrap_or_default();
            let what = if of.is_its_makers() { "table " } else { "prices" };
            out!("{what}        {source} (SHA-256 of the rows that were used)");
            if let Some(seed) = of.seed() {
                out!("seed          {seed}");
            }
            out!("collateral    {terms_sha256} (SHA-256 of the deal's grades, assets, LTVs, haircuts and horizon)");
        }
        Generator::Events { prices_sha256, last, .. } => {
            out!("prices        {prices_sha256} (SHA-256 of the rows that were used, to {last})");
            set.labels().iter().for_each(|label| out!("event         {label}"));
        }
        Generator::Imported { description, weights, table_sha256 } => {
            out!("table         {table_sha256} (SHA-256 of its rows)");
            if let Some(text) = description {
                out!("maker's words {text}");
            }
            out!("weights       {}", weights.as_ref().map_or("equal".into(), |name| format!("column '{name}'")));
        }
        Generator::Stress { table_sha256 } => {
            out!("stress table  {table_sha256} (SHA-256 of its rows)");
            set.labels().iter().take(MOST_NAMES).for_each(|label| out!("scenario      {label}"));
            if set.scenarios() > MOST_NAMES {
                out!("              and {} more", set.scenarios() - MOST_NAMES);
            }
        }
        Generator::CovarianceTable { table_sha256, .. } | Generator::MarginTable { table_sha256, .. } => {
            out!("table         {table_sha256} (SHA-256 of its rows)")
        }
        Generator::Scan { .. } => set.labels().iter().for_each(|label| out!("scenario      {label}")),
        Generator::Pnl { source } => out!("source        {source} (in the committer's words)"),
        Generator::Custom { .. } => {}
    }
}

/// Returns a cumulative weight of a bound as a percentage.
fn percent_of_weight(weight: u32) -> String {
    let share = Decimal::from(weight) * Decimal::ONE_HUNDRED / Decimal::from(TOTAL_WEIGHT);
    format!("{} %", share.normalize())
}
