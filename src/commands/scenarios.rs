//! `tailproof scenarios`: make and show public scenario sets.

use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use serde_json::json;
use tailproof::Groth16;
use tailproof::core::pool::Deal;
use tailproof::core::pool::assumptions::{AgreedSource, CreditParameters, FactorSource};
use tailproof::core::prices::WantedMoves;
use tailproof::core::scenarios::Place;
use tailproof::core::scenarios::credit::grid::TOTAL_WEIGHT;
use tailproof::core::scenarios::credit::{MOST_FAILURE, credit_scenarios, worst_mean};
use tailproof::core::scenarios::file as scenario_file;
use tailproof::core::scenarios::generator::Variant;
use tailproof::core::scenarios::generator::{Generator, Jumps};
use tailproof::core::scenarios::historical::historical;
use tailproof::core::scenarios::regenerate::{Comparison, Regenerate as _, RegenerateError, Source as Made, Sources};
use tailproof::core::text::{parse_decimal, whole};
use tailproof::core::{InputError, PriceHistory, ScenarioSet};
use tailproof::risk::generate::covariance::{Estimator, Repair};
use tailproof::risk::generate::covariance_set;
use tailproof::risk::generate::montecarlo::{FITTED, Model, Parameters, montecarlo};
use tailproof::risk::generate::regenerate::Makers;
use tailproof::risk::generate::variants::{decay, variant};
use tailproof::risk::market::{self, read_moves};
use tailproof::store::{Access, Kind};
use tailproof::table::TableOptions;
use tailproof::verifier::encoding::to_hex;
use tailproof::verifier::scenario_point::scenario_point;

use super::scenario_tables;
use crate::claims::scenario_inputs;
use crate::cli::{
    CovarianceEstimator, CovarianceRepair, CovarianceSet, CreditSet, Historical, MonteCarlo, PathModel, PriceArgs,
    PublicOptions, Regenerate, ScenarioPoint, Scenarios, ShowScenarios,
};
use crate::failure::Failure;
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::options::{factor_model, seed};
use crate::output::{note, out, print_json};
use crate::prepared;
use crate::progress::spin;
use crate::sources::{move_unit, raw_prices, table_of};
use crate::writing;

/// Runs one of the commands of `tailproof scenarios`.
pub fn run(command: &Scenarios) -> Result<(), Failure> {
    match command {
        Scenarios::Historical(options) => make_historical(options),
        Scenarios::Montecarlo(options) => make_montecarlo(options),
        Scenarios::Covariance(options) => make_covariance(options),
        Scenarios::Regenerate(options) => regenerate(options),
        Scenarios::Stress(options) => scenario_tables::stress(options),
        Scenarios::Events(options) => scenario_tables::events(options),
        Scenarios::Import(options) => scenario_tables::import(options),
        Scenarios::Credit(options) => make_credit(options),
        Scenarios::Show(options) => show(options),
        Scenarios::Point(options) => point(options),
    }
}

/// Makes a historical set, writes its file, and returns the set.
pub fn write_historical(options: &Historical) -> Result<ScenarioSet, Failure> {
    let reference_file = options.stressed.as_deref().filter(|text| *text != "equal").map(Path::new);
    let mut inputs = vec![options.prices.as_path()];
    inputs.extend(reference_file);
    inputs.extend([&options.liquidity_horizons, &options.implied_volatility].into_iter().flatten().map(|path| &**path));
    inputs.extend(prepared::inputs(&options.treatment));
    files::refuse_overlap(&[&options.output], &inputs)?;
    // One spelling for each number, so that equal scenarios give equal files.
    let one_spelling = |option, text: &Option<String>| {
        let Some(text) = text else { return Ok(None) };
        decay(option, text).map_err(|problem| Failure::Option { option, problem })?;
        written(option, text).map(Some)
    };
    let age_weighted = one_spelling("age-weighted", &options.age_weighted)?;
    let volatility_scaled = one_spelling("volatility-scaled", &options.volatility_scaled)?;
    let tables = options.tables.options();
    // Both look at all prices.
    let whole = options.stressed.is_some() || volatility_scaled.is_some();
    let window = options.window.filter(|_| !whole);
    let prices = prepared::prices(&options.prices, &options.treatment, &tables, window, options.horizon)?;
    let name = options.prices.display().to_string();
    let volatilities = options.implied_volatility.as_deref().map(|path| files::prices(path, &tables)).transpose()?;
    let wanted = Variant {
        stressed: options.stressed.as_deref().map(|text| reference(text, &name, &prices, &tables)).transpose()?,
        age_weighted,
        linear_weights: options.linear_weights,
        volatility_scaled,
        liquidity_horizons: options
            .liquidity_horizons
            .as_deref()
            .map(|path| files::liquidity_horizons(path, prices.factors(), &tables))
            .transpose()?,
        gamma: options.gamma,
        cross_gamma: options.cross_gamma,
        volatilities_sha256: None,
    };
    let place = place(options, &wanted)?;
    if place.is_some() {
        check_steps(options)?;
    }
    let set = if wanted == Variant::default() && volatilities.is_none() {
        historical(&prices, options.horizon, options.window)
    } else {
        variant(&prices, volatilities.as_ref(), options.horizon, options.window, &wanted)
    };
    let set = set.map_err(|problem| InputError::in_file(&name, problem))?;
    let set = match place {
        Some((option, place)) => set.placed(Some(place)).map_err(|problem| Failure::Option { option, problem })?,
        None => set,
    };
    let bytes = scenario_file::encode(&set);
    writing::write(&options.output, Kind::Scenarios, &bytes, Access::Public)?;
    prepared::say_suspicions(&prices, &set);
    Ok(set)
}

/// Returns the place of the rows that the options ask for, with the option that does.
fn place(options: &Historical, variant: &Variant) -> Result<Option<(&'static str, Place)>, Failure> {
    let ring = options.ring.map(|newest| ("ring", Place::Ring(newest)));
    let Some((option, place)) = ring.or(options.slot.map(|slot| ("slot", Place::Slot(slot)))) else { return Ok(None) };
    // Before anything is made: the refusal is of options, whatever the prices.
    place.check_variant(variant).map_err(|problem| Failure::Option { option, problem: problem.into() })?;
    Ok(Some((option, place)))
}

/// Refuses steps that are found from the window, for rows that a ring keeps under other steps.
fn check_steps(options: &Historical) -> Result<(), Failure> {
    let Some(path) = &options.treatment.moves else { return Ok(()) };
    let moves = read_moves(&path.display().to_string(), files::open_table(path)?)?;
    match moves.iter().find(|(_, moves)| **moves == WantedMoves::Absolute(None)) {
        Some((factor, _)) => Err(Failure::Usage(format!(
            "{}: '{factor}' has absolute moves and no step, and the step that is found changes with the window; state it \
             for --ring and --slot",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Returns the exposures of a reference portfolio: those of a book's file, or equal ones. Only
/// their proportions matter.
fn reference(
    text: &str,
    prices_name: &str,
    prices: &PriceHistory,
    tables: &TableOptions,
) -> Result<Vec<String>, Failure> {
    if text == "equal" {
        return Ok(vec!["1".into(); prices.factors().len()]);
    }
    let plain = historical(prices, 1, Some(1)).map_err(|problem| InputError::in_file(prices_name, problem))?;
    let positions = files::book(Path::new(text), tables)?.positions(&plain, None, Some(0.into()))?;
    Ok(positions.exposures().iter().map(ToString::to_string).collect())
}

/// Makes a covariance set and writes its file.
fn make_covariance(options: &CovarianceSet) -> Result<(), Failure> {
    let mut inputs: Vec<&Path> = options.prices.iter().chain(&options.table).map(PathBuf::as_path).collect();
    inputs.extend(prepared::inputs(&options.treatment));
    files::refuse_overlap(&[&options.output], &inputs)?;
    let repair = options.repair.map(repair);
    let set = match (&options.prices, &options.table) {
        (Some(path), _) => {
            let CovarianceSet { zero_mean, horizon, window, .. } = *options;
            let estimator = estimator(options.covariance);
            let parameters = covariance_set::Parameters { estimator, repair, with_mean: !zero_mean, horizon, window };
            check_plain_moves(&options.treatment, "covariance")?;
            let tables = options.tables.options();
            let prices = prepared::prices(path, &options.treatment, &tables, window, 1)?;
            prepared::say_history(&prices);
            covariance_set::from_prices(&prices, &parameters)
                .map_err(|problem| InputError::in_file(&path.display().to_string(), problem))?
        }
        (None, Some(_)) if options.treatment.any() => {
            return Err(Failure::Usage(
                "a table of a covariance has no prices: leave the options of prices out".into(),
            ));
        }
        (None, Some(path)) => {
            let table = files::covariance_table(path, &options.tables.options())?;
            covariance_set::from_table(table.table(), repair).map_err(|error| table.place(error))?
        }
        (None, None) => return Err(Failure::Defect("neither prices nor a table")),
    };
    writing::write(&options.output, Kind::Scenarios, &scenario_file::encode(&set), Access::Public)?;
    print_written(&set, &options.output, options.json);
    Ok(())
}

/// Refuses kinds of moves for sets that take simple returns of prices.
fn check_plain_moves(options: &PriceArgs, command: &str) -> Result<(), Failure> {
    let option = match options {
        PriceArgs { moves: Some(_), .. } => "--moves",
        PriceArgs { returns: true, .. } => "--returns",
        _ => return Ok(()),
    };
    Err(Failure::Usage(format!(
        "{option} is for `scenarios historical`: `scenarios {command}` takes prices and their returns"
    )))
}

fn estimator(covariance: CovarianceEstimator) -> Estimator {
    match covariance {
        CovarianceEstimator::Sample => Estimator::Sample,
        CovarianceEstimator::Ewma => Estimator::Ewma,
        CovarianceEstimator::LedoitWolf => Estimator::LedoitWolf,
    }
}

fn repair(repair: CovarianceRepair) -> Repair {
    match repair {
        CovarianceRepair::Clip => Repair::Clip,
    }
}

fn make_historical(options: &Historical) -> Result<(), Failure> {
    print_written(&write_historical(options)?, &options.output, options.json);
    Ok(())
}

fn make_montecarlo(options: &MonteCarlo) -> Result<(), Failure> {
    let inputs: Vec<&Path> = std::iter::once(&*options.prices).chain(prepared::inputs(&options.treatment)).collect();
    files::refuse_overlap(&[&options.output], &inputs)?;
    check_plain_moves(&options.treatment, "montecarlo")?;
    let jumps = [&options.jump_intensity, &options.jump_mean, &options.jump_volatility];
    if options.model != PathModel::Jump && jumps.iter().any(|given| given.is_some()) {
        let text = "--jump-intensity, --jump-mean and --jump-volatility are for the model jump";
        return Err(Failure::Usage(text.into()));
    }
    let one_spelling = |option, text: &String| if text == FITTED { Ok(text.clone()) } else { written(option, text) };
    let model = match (options.model, &options.degrees) {
        (PathModel::StudentT, Some(degrees)) => Model::StudentT(one_spelling("degrees", degrees)?),
        (PathModel::Normal, None) => Model::Normal,
        (PathModel::Jump, None) => {
            let text = |option, given: &Option<String>| {
                given.as_ref().map_or_else(|| Ok(FITTED.to_owned()), |text| one_spelling(option, text))
            };
            Model::Jump(Jumps {
                intensity: text("jump-intensity", &options.jump_intensity)?,
                mean: text("jump-mean", &options.jump_mean)?,
                volatility: text("jump-volatility", &options.jump_volatility)?,
            })
        }
        _ => {
            return Err(Failure::Usage("--degrees is for the model student-t, which needs it".into()));
        }
    };
    let (estimator, repair) = (estimator(options.covariance), options.repair.map(repair));
    let MonteCarlo { horizon, zero_drift, paths, antithetic, .. } = *options;
    let parameters =
        Parameters { model, estimator, repair, horizon, zero_drift, paths, antithetic, seed: seed(&options.seed)? };
    let prices = prepared::prices(&options.prices, &options.treatment, &options.tables.options(), None, 1)?;
    prepared::say_history(&prices);
    let set = spin("drawing paths", || montecarlo(&prices, &parameters))
        .map_err(|problem| InputError::in_file(&options.prices.display().to_string(), problem))?;
    writing::write(&options.output, Kind::Scenarios, &scenario_file::encode(&set), Access::Public)?;
    print_written(&set, &options.output, options.json);
    Ok(())
}

/// Regenerates a set from the prices or the deal that its header names, and compares the two.
fn regenerate(options: &Regenerate) -> Result<(), Failure> {
    let (set, digest) = files::scenarios(&options.file)?;
    let tables = options.tables.options();
    let read = |path: &PathBuf, set| raw_prices(path, set, &tables);
    let prices = options.prices.as_ref().map(|path| read(path, Some(&set))).transpose()?;
    let rates = options.rates.as_ref().map(|path| read(path, None)).transpose()?;
    let volatilities = options.implied_volatility.as_ref();
    let volatilities = volatilities.map(|path| files::prices(path, &tables)).transpose()?;
    let deal = options.deal.as_deref().map(files::deal).transpose()?;
    let unit = move_unit(options.percent);
    let table = options.table.as_deref().map(|path| table_of(Some(&set), path, unit, &tables)).transpose()?;
    let sources = Sources {
        table: table.as_ref(),
        raw: prices.as_ref().map(|prices| &prices.table),
        rates: rates.as_ref().map(|rates| &rates.table),
        volatilities: volatilities.as_ref(),
        deal: deal.as_ref(),
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
    let source = made_from(&sources);
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
            "it was made from other grades, probabilities of default or losses given default".to_owned()
        }
        Comparison::OtherSource(Made::Prices) => format!(
            "it was made from other prices: those that it used have the digest {}; {differences}",
            named_source(&set)
        ),
        Comparison::OtherSource(Made::Table) => format!("it was made from another table: {differences}"),
        Comparison::OtherSource(other) => format!("it was made from other {other}; {differences}"),
    };
    Err(Failure::NotIdentical(why))
}

/// Returns what a set is made again from, in words.
fn made_from(sources: &Sources<'_>) -> &'static str {
    match (sources.deal, sources.table) {
        (Some(_), _) => "this deal and its header make",
        (_, Some(_)) => "this table and its header make",
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
                Made::Rates => options.rates.as_ref(),
            };
            of_file(path, problem)
        }
        RegenerateError::Missing(Made::Prices) => of_set(format!("{error}; give --prices")),
        RegenerateError::Missing(Made::Volatilities) => of_set(format!("{error}; give --implied-volatility")),
        RegenerateError::Missing(Made::Deal) => of_set(format!("{error}; give --deal")),
        RegenerateError::Missing(Made::Table) => of_set(format!("{error}; give --table")),
        RegenerateError::Unused(Made::Volatilities) => of_set(format!("{error} (--implied-volatility)")),
        error => of_set(error.to_string()),
    }
}

fn make_credit(options: &CreditSet) -> Result<(), Failure> {
    print_written(&write_credit(options)?, &options.output, options.json);
    Ok(())
}

/// Excess of a mean loss over what it is from which more rows are advised.
const MOST_EXCESS: f64 = 0.15;

/// Returns the number of rows where none is given: that of the deal, or the usual one of the model.
fn default_nodes(deal: &Deal, options: &CreditSet) -> usize {
    match deal.scenarios().map(|agreed| agreed.source) {
        Some(AgreedSource::Nodes(nodes) | AgreedSource::Finite(nodes, _)) => nodes,
        _ if options.copula.degrees.is_some() => 256,
        _ => 64,
    }
}

/// Returns the weight with which a bound of finitely many obligors may fail, as the option or the
/// deal says.
fn finite_failure(deal: &Deal, options: &CreditSet) -> Result<Option<u32>, Failure> {
    let Some(text) = &options.finite else {
        return Ok(match deal.scenarios().map(|agreed| agreed.source) {
            Some(AgreedSource::Finite(_, failure)) => Some(failure),
            _ => None,
        });
    };
    let weight = parse_decimal(text).and_then(|share| whole("the probability", share, 7, u64::from(MOST_FAILURE)));
    let weight = weight.map_err(|problem| Failure::Option { option: "finite", problem })?;
    Ok(u32::try_from(weight).ok())
}

/// Makes a credit set, writes its file, and returns the set.
pub fn write_credit(options: &CreditSet) -> Result<ScenarioSet, Failure> {
    files::refuse_overlap(&[&options.output], &[&options.deal])?;
    let deal = files::deal(&options.deal)?;
    // Check the options first, so that an error names its option.
    factor_model(&options.copula)?;
    let source = match (options.nodes, options.paths, &options.seed) {
        (nodes, None, None) => {
            let rows = nodes.unwrap_or_else(|| default_nodes(&deal, options));
            let finite = finite_failure(&deal, options)?;
            // A deal without the cap is refused where the set is made.
            let cap = deal.obligor_cap().unwrap_or_default();
            finite.map_or(FactorSource::Nodes(rows), |failure| FactorSource::Finite { rows, failure, cap })
        }
        (None, Some(paths), Some(text)) => FactorSource::Paths { paths, seed: seed(text)? },
        _ => return Err(Failure::Usage("give --nodes, or --paths and --seed".into())),
    };
    let rho = written("rho", &options.copula.rho)?;
    let degrees = options.copula.degrees.as_ref().map(|text| written("degrees", text)).transpose()?;
    let parameters = CreditParameters { rho, degrees, source, slots: options.slots };
    let name = options.deal.display().to_string();
    let of_deal = |problem| InputError::in_file(&name, problem);
    let set = spin("making scenarios", || credit_scenarios(&deal, &parameters)).map_err(of_deal)?;
    writing::write(&options.output, Kind::Scenarios, &scenario_file::encode(&set), Access::Public)?;
    if matches!(source, FactorSource::Nodes(_))
        && let Some((grade, share)) = worst_mean(&deal, &set).map_err(of_deal)?
        && share > MOST_EXCESS
    {
        let percent = share * 100.0;
        note!(
            "note: over these rows the mean loss of grade '{grade}' is {percent:.0} % above PD times LGD; more --nodes are closer"
        );
    }
    Ok(set)
}

/// Returns a number of an option in its one spelling, so that equal scenarios give equal files.
fn written(option: &'static str, text: &str) -> Result<String, Failure> {
    let number = parse_decimal(text).map_err(|problem| Failure::Option { option, problem })?;
    Ok(number.normalize().to_string())
}

/// Prints a summary of the set that was written.
fn print_written(set: &ScenarioSet, output: &Path, json: bool) {
    let digest = scenario_file::digest(set);
    if json {
        print_json(&summary(set, &digest));
    } else {
        out!("wrote {}: {}", output.display(), set.sentence());
        out!("digest {}", hex::encode(digest));
    }
}

fn show(options: &ShowScenarios) -> Result<(), Failure> {
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

/// Most names of a stress table that are shown.
const MOST_NAMES: usize = 20;

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
        Generator::CovarianceTable { table_sha256, .. } => out!("table         {table_sha256} (SHA-256 of its rows)"),
        Generator::Custom { .. } => {}
    }
}

/// Returns a cumulative weight of a bound as a percentage.
fn percent_of_weight(weight: u32) -> String {
    let share = Decimal::from(weight) * Decimal::ONE_HUNDRED / Decimal::from(TOTAL_WEIGHT);
    format!("{} %", share.normalize())
}

fn point(options: &ScenarioPoint) -> Result<(), Failure> {
    let digest = options.file.as_deref().map(files::scenarios).transpose()?.map(|(_, digest)| hex::encode(digest));
    let verifier = Groth16::verifier(&options.keys)?;
    keys::warn_of_development(verifier.provenance());
    let named =
        PublicOptions { scenarios: options.file.clone(), mandate: options.mandate.clone(), deal: options.deal.clone() };
    let point = scenario_point(verifier.key(), &scenario_inputs(verifier.shape(), &named)?)?;
    let [x, y] = [to_hex(&point.x), to_hex(&point.y)];
    if options.json {
        print_json(&json!({ "scenarios_digest": digest, "scenario_point": [x, y] }));
    } else {
        out!("0x{}{}", &x[2..], &y[2..]);
    }
    Ok(())
}

pub(super) fn summary(set: &ScenarioSet, digest: &[u8; 32]) -> serde_json::Value {
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
        "digest": hex::encode(digest),
        "suspicions": market::of_set(set),
    })
}
