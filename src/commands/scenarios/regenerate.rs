//! `tailproof scenarios regenerate`: makes a set again, and compares the two.

use std::path::PathBuf;

use serde_json::json;
use tailproof::core::scenarios::regenerate::{Comparison, Regenerate as _, RegenerateError, Source as Made, Sources};
use tailproof::core::{InputError, ScenarioSet};
use tailproof::risk::generate::regenerate::Makers;

use crate::cli::Regenerate;
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};
use crate::progress::spin;
use crate::sources::{move_unit, raw_prices, table_of};

/// Regenerates a set from the prices or the deal that its header names, and compares the two.
pub fn run(options: &Regenerate) -> Result<(), Failure> {
    let (set, digest) = files::scenarios(&options.file)?;
    let tables = options.tables.options();
    let deal = options.deal.as_deref().map(files::deal).transpose()?;
    let read = |path: &PathBuf, set| raw_prices(path, set, deal.as_ref(), &tables);
    let prices = options.prices.as_ref().map(|path| read(path, Some(&set))).transpose()?;
    let rates = options.rates.as_ref().map(|path| read(path, None)).transpose()?;
    let volatilities = options.implied_volatility.as_ref();
    let volatilities = volatilities.map(|path| files::prices(path, &tables)).transpose()?;
    let assumptions = options.assumptions.as_deref().map(crate::flows::assumptions).transpose()?;
    let unit = move_unit(options.percent);
    let table = options.table.as_deref().map(|path| table_of(Some(&set), path, unit, &tables)).transpose()?;
    let sources = Sources {
        table: table.as_ref(),
        raw: prices.as_ref().map(|prices| &prices.table),
        rates: rates.as_ref().map(|rates| &rates.table),
        volatilities: volatilities.as_ref(),
        deal: deal.as_ref(),
        assumptions: assumptions.as_ref(),
        tolerance: options.tolerance,
        ..Sources::default()
    };
    let remade = spin("making the set again", || Makers.regenerate(&set, &sources));
    let remade = remade.map_err(|error| not_made_again(options, error))?;
    let differences = remade.differences;
    if options.json {
        print_json(&json!({
            "made_again": remade.made_again(),
            "identical": remade.identical(),
            "same_prices": remade.same_sources(),
            "digest": hex::encode(digest),
            "moves": differences.entries,
            "moves_missing": differences.missing,
            "moves_beyond_tolerance": differences.beyond,
            "tolerance": differences.tolerance,
            "largest_difference": differences.largest,
        }));
    }
    let source = made_from(&set, &sources);
    let why = match remade.comparison {
        Comparison::Identical | Comparison::SameMoves if options.json => return Ok(()),
        Comparison::Identical => {
            out!("identical: {} is what {source}", options.file.display());
            return Ok(());
        }
        Comparison::SameMoves => {
            out!(
                "made again: {} has the names, dates and weights that {source}; {differences}",
                options.file.display()
            );
            if !remade.same_sources() {
                out!("note: its header names other prices, with the digest {}", named_source(&set));
            }
            return Ok(());
        }
        Comparison::OtherSet => format!("{source} another set: {differences}"),
        Comparison::OtherSource(Made::Deal) => {
            "it was made from other grades, or other assumptions about their losses".to_owned()
        }
        Comparison::OtherSource(Made::Prices) => format!(
            "it was made from other prices: those that it used have the digest {}; {differences}",
            named_source(&set)
        ),
        Comparison::OtherSource(Made::Table) => format!("it was made from another table: {differences}"),
        Comparison::OtherSource(Made::Assumptions) => format!("it was made from other assumptions: {differences}"),
        Comparison::OtherSource(other) => format!("it was made from other {other}; {differences}"),
    };
    Err(Failure::NotIdentical(why))
}

/// Returns what a set is made again from, in words.
fn made_from(set: &ScenarioSet, sources: &Sources<'_>) -> &'static str {
    if set.generator().makes_itself() {
        return "its header alone makes";
    }
    match (sources.deal.is_some(), sources.table.is_some(), sources.raw.is_some()) {
        (true, ..) if sources.assumptions.is_some() => "this deal, these assumptions and its header make",
        (true, true, _) => "this table, this deal and its header make",
        (true, _, true) => "these prices, this deal and its header make",
        (true, ..) => "this deal and its header make",
        (_, true, _) => "this table and its header make",
        _ => "these prices and its header make",
    }
}

/// Returns the digest of the source that a set names.
fn named_source(set: &ScenarioSet) -> &str {
    set.generator().source_digest().unwrap_or_default()
}

/// Returns a failure that names the source from which a set could not be regenerated, or the
/// missing option.
fn not_made_again(options: &Regenerate, error: RegenerateError) -> Failure {
    let of_file = |path: Option<&PathBuf>, problem| {
        InputError::in_file(&path.unwrap_or(&options.file).display().to_string(), problem).into()
    };
    let of_set = |text: String| Failure::Usage(format!("{}: {text}", options.file.display()));
    match error {
        RegenerateError::Missing(Made::Rates) => {
            of_set("its prices were converted: making it again takes --rates, the rates of currencies".into())
        }
        RegenerateError::Header(problem) => of_file(None, problem),
        RegenerateError::Source { source_kind, problem } => {
            let path = match source_kind {
                Made::Prices => options.prices.as_ref(),
                Made::Volatilities => options.implied_volatility.as_ref(),
                Made::Deal => options.deal.as_ref(),
                Made::Table => options.table.as_ref(),
                Made::Assumptions => options.assumptions.as_ref(),
                Made::Rates => options.rates.as_ref(),
                Made::Header => None,
            };
            of_file(path, problem)
        }
        RegenerateError::Missing(Made::Prices) => of_set(format!("{error}; give --prices")),
        RegenerateError::Missing(Made::Volatilities) => of_set(format!("{error}; give --implied-volatility")),
        RegenerateError::Missing(Made::Deal) => of_set(format!("{error}; give --deal")),
        RegenerateError::Missing(Made::Assumptions) => of_set(format!("{error}; give --assumptions")),
        RegenerateError::Missing(Made::Table) => of_set(format!("{error}; give --table")),
        RegenerateError::Unused(Made::Volatilities) => of_set(format!("{error} (--implied-volatility)")),
        error => of_set(error.to_string()),
    }
}
