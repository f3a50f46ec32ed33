//! Prices from files under the options that say what is done to them.

use std::path::{Path, PathBuf};

use tailproof::core::error::CollateralProblem;
use tailproof::core::prices::{CurrencyTable, MissingPolicy, Preparation};
use tailproof::core::scenarios::historical::historical;
use tailproof::core::{InputError, PriceHistory, ScenarioSet};
use tailproof::day::Config;
use tailproof::day::config as desk;
use tailproof::risk::market::{self, PriceSource};
use tailproof::table::TableOptions;

use crate::cli::{Missing, PriceArgs};
use crate::failure::Failure;
use crate::files;
use crate::output::note;

/// Most suspicions that are said one by one.
const MOST_SAID: usize = 20;

/// Returns the files that options name.
pub fn inputs(options: &PriceArgs) -> impl Iterator<Item = &Path> {
    let files = [&options.for_book, &options.moves, &options.currencies, &options.rates];
    files.into_iter().flatten().map(|path| &**path)
}

/// Reads prices, and makes of them the history that options ask for: `window` moves over `horizon`
/// days, the newest.
pub fn prices(
    path: &Path,
    options: &PriceArgs,
    tables: &TableOptions,
    window: Option<usize>,
    horizon: usize,
) -> Result<PriceHistory, Failure> {
    let prices = source(path, options, tables)?.history(window, horizon, None)?;
    say_treatment(&prices);
    Ok(prices)
}

/// Reads prices of assets that secure loans, as they are: none is missing, carried or converted.
pub fn of_assets(
    path: &Path,
    assets: &[String],
    tables: &TableOptions,
    window: Option<usize>,
    horizon: usize,
) -> Result<PriceHistory, Failure> {
    let raw = files::price_columns(path, tables)?.take(Some(assets))?;
    if let Some(asset) = assets.iter().find(|asset| raw.table.place_of(asset).is_none()) {
        let problem = CollateralProblem::NoPrices(asset.clone());
        return Err(InputError::in_file(&path.display().to_string(), problem.into()).into());
    }
    let choices = Preparation { factors: Some(assets.to_vec()), ..Preparation::default() };
    Ok(PriceSource::new(raw, None, choices).history(window, horizon, None)?)
}

/// Reads prices, with the choices that options make.
pub fn source(path: &Path, options: &PriceArgs, tables: &TableOptions) -> Result<PriceSource, Failure> {
    let columns = files::price_columns(path, tables)?;
    let rates = options.rates.as_deref().map(|path| files::raw_prices(path, tables)).transpose()?;
    let choices = choices(options, columns.names(), tables)?;
    let used = choices.factors.as_ref().map(|factors| {
        let indices = choices.proxies.iter().map(|(_, index)| index);
        factors.iter().chain(indices).cloned().collect::<Vec<_>>()
    });
    let raw = columns.take(used.as_deref())?;
    for (name, _) in choices.proxies.iter().filter(|(name, _)| raw.table.place_of(name).is_some()) {
        note!("note: '{name}' has prices of its own, which are not used: it is a proxy");
    }
    Ok(PriceSource::new(raw, rates, choices))
}

/// Says what was done to prices.
pub fn say_treatment(prices: &PriceHistory) {
    for part in prices.treatment().into_iter().flat_map(|treatment| treatment.parts()) {
        note!("note: {part}");
    }
}

/// Reads the prices of a desk, under the treatment that its configuration states.
pub fn of_desk(config: &Config) -> Result<PriceSource, Failure> {
    let source = source(&config.path(&config.prices), &options(config)?, &config.tables.options())?;
    let moves = config.treatment.moves.as_deref().map(|path| config.path(path)).unwrap_or_default();
    source.check_steps().map_err(|problem| Failure::Usage(format!("{}: {problem}", moves.display())))?;
    Ok(source)
}

/// Returns the treatment of a configuration as options.
fn options(config: &Config) -> Result<PriceArgs, Failure> {
    let treatment = &config.treatment;
    let path = |path: &Option<PathBuf>| path.as_deref().map(|path| config.path(path));
    Ok(PriceArgs {
        missing: match treatment.missing {
            desk::Missing::Refuse => Missing::Refuse,
            desk::Missing::DropDay => Missing::DropDay,
            desk::Missing::Carry => Missing::Carry,
            desk::Missing::DropFactor => Missing::DropFactor,
        },
        factors: treatment.factors.clone(),
        for_book: treatment.for_book.then(|| config.path(&config.book)),
        proxy: treatment.proxies().map_err(|problem| Failure::Usage(problem.to_string()))?,
        moves: path(&treatment.moves),
        returns: treatment.returns,
        currencies: path(&treatment.currencies),
        rates: path(&treatment.rates),
        base: treatment.base.clone(),
    })
}

/// Returns the choices that options make.
fn choices(options: &PriceArgs, priced: &[String], tables: &TableOptions) -> Result<Preparation, Failure> {
    let of_book = options.for_book.as_deref().map(|path| of_book(path, options, priced, tables)).transpose()?;
    let moves = options.moves.as_deref().map(|path| -> Result<_, Failure> {
        Ok(market::read_moves(&path.display().to_string(), files::open_table(path)?)?)
    });
    let currencies = match (&options.currencies, &options.base) {
        (Some(path), Some(base)) => {
            let factors = market::read_currencies(&path.display().to_string(), files::open_table(path)?)?;
            Some(CurrencyTable { base: base.clone(), factors, cash: None })
        }
        _ => None,
    };
    Ok(Preparation {
        factors: options.factors.clone().or(of_book),
        proxies: options.proxy.clone(),
        returns: options.returns,
        moves: moves.transpose()?.unwrap_or_default(),
        currencies,
        missing: match options.missing {
            Missing::Refuse => MissingPolicy::Refuse,
            Missing::DropDay => MissingPolicy::DropDay,
            Missing::Carry => MissingPolicy::Carry,
            Missing::DropFactor => MissingPolicy::DropFactor,
        },
        ..Preparation::default()
    })
}

/// Returns the factors of a book in the order of the prices, then those that have none: proxies, cash
/// in other currencies, and whatever is refused. Cash in the book's own currency does not move.
fn of_book(path: &Path, options: &PriceArgs, priced: &[String], tables: &TableOptions) -> Result<Vec<String>, Failure> {
    let book = files::book(path, tables)?;
    let held: Vec<&str> = book.book().rows().iter().map(|row| &*row.factor).collect();
    let is_proxy = |name: &str| options.proxy.iter().any(|(proxy, _)| proxy == name);
    let is_priced = |name: &str| priced.iter().any(|known| known == name);
    let is_plain_cash = |name: &str| {
        let own = options.base.as_ref().map(|base| format!("CASH {base}"));
        name.eq_ignore_ascii_case("cash") || own.is_some_and(|own| name.eq_ignore_ascii_case(&own))
    };
    let priced = priced.iter().filter(|name| held.contains(&&***name)).cloned();
    let others = held.iter().filter(|name| !is_priced(name) && (is_proxy(name) || !is_plain_cash(name)));
    let factors = priced.chain(others.map(|name| (*name).to_owned())).collect();
    note!("note: the set is public, and its factors are the names that the book holds");
    Ok(factors)
}

/// Says what is probably wrong about prices and the moves made of them.
pub fn say_suspicions(prices: &PriceHistory, set: &ScenarioSet) {
    let found = market::of_both(prices, set);
    for suspicion in found.iter().take(MOST_SAID) {
        note!("note: {suspicion}");
    }
    if found.len() > MOST_SAID {
        note!("note: and {} more, which `scenarios show` lists as far as the set shows them", found.len() - MOST_SAID);
    }
}

/// Says what is probably wrong about prices of which no single moves are kept.
pub fn say_history(prices: &PriceHistory) {
    // A covariance or a drawn path hides the moves: those of one day are looked at instead.
    match historical(prices, 1, None) {
        Ok(set) => say_suspicions(prices, &set),
        Err(_) => market::of_history(prices).iter().for_each(|suspicion| note!("note: {suspicion}")),
    }
}
