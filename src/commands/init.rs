//! `tailproof init`: a desk's configuration, development keys of the smallest shapes, and a ledger.

use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tailproof::core::scenarios::historical::historical;
use tailproof::core::{InputError, Measure};
use tailproof::day::config::{Between, Context, Keys, Mark, Missing, Order, Tables, Treatment};
use tailproof::day::work::{read_ledger, realised_mandate};
use tailproof::day::{Config, DayError};
use tailproof::keys::DomainKind;
use tailproof::ledger::{Kind, Ledger};
use tailproof::risk::market::PriceSource;
use tailproof::store::{Access, Kind as FileKind, Output, Replace};
use tailproof::verifier::ledger::step::check_claim;
use tailproof::{Confidence, Limit, Mandate, MandateClaim, PriceHistory, Shape};

use super::day::in_file;
use super::keygen::{say_shape, write_keys};
use crate::cli::{self, DateOrder, DecimalMark, Init, PriceArgs, Separator, TableArgs};
use crate::failure::Failure;
use crate::files;
use crate::keys;
use crate::output::{note, out};
use crate::prepared;
use crate::writing;

/// Moves behind a forecast, if there are so many.
const WINDOW: usize = 250;
const ADVICE: &str = "it is the configuration of a desk; edit it, or name another with -o";

/// Runs `tailproof init`.
pub fn run(options: &Init) -> Result<(), Failure> {
    made(options).map_err(|failure| failure.between_files(writing::written()))
}

fn made(options: &Init) -> Result<(), Failure> {
    let output = Output { path: &options.output, access: Access::Public, replace: Replace::Never };
    let mut writing = writing::begin(&[output], ADVICE)?;
    let config = configuration(options)?;
    let mandate = files::mandate(&options.mandate)?;
    let (confidence, limit) = forecast_clause(&mandate, &options.mandate)?;
    // Read back as `day` reads it: what it would refuse is refused here.
    let read_back = |config: &Config| -> Result<(String, Config), Failure> {
        let text = config.to_toml().map_err(|problem| in_file(&options.output, problem))?;
        let config = Config::from_toml(&options.output, &text)?;
        Ok((text, config))
    };
    let prices = prepared::of_desk(&read_back(&config)?.1)?;
    let config = Config { window: options.window.unwrap_or_else(|| default_window(&prices)), ..config };
    let (text, config) = read_back(&config)?;
    let history = prices.history(Some(config.window), 1, None)?;
    prepared::say_treatment(&history);
    let forecast = over(&history, mandate.cash(), mandate.clone(), config.window, &options.prices)?;
    check_claim(Kind::Forecast, FAR, confidence, &forecast.clone().into()).map_err(Failure::Step)?;
    let (unit, nav) = (config.book_unit(), config.book_nav());
    let in_config = |problem| in_file(&options.output, problem);
    let (unit, nav) = (unit.map_err(in_config)?, nav.map_err(in_config)?);
    let book = files::book(&options.book, &options.tables.options())?;
    book.check_currency(&mandate)?;
    book.positions(forecast.scenarios(), unit, nav)?;
    let loss = Mandate::from_toml("the mandate of a loss", &realised_mandate(&mandate, limit))?;
    let last = history.dates().last().copied().unwrap_or_default();
    let last_move = prices.last_move_like(forecast.scenarios(), last)?;
    let loss = over(&last_move, mandate.cash(), loss, 1, &options.prices)?;
    let shapes = [("forecasts", forecast, &config.keys.forecast), ("realised losses", loss, &config.keys.realised)];
    for (what, claim, folder) in shapes {
        let shape = tailproof::Claim::from(claim).smallest_shape(1, 0)?;
        make_keys(what, shape, &config.path(folder))?;
    }
    make_ledger(options, &config, &mandate, confidence)?;
    for folder in [&config.proofs, &config.private] {
        writing::store().make_folder(&config.path(folder))?;
    }
    writing.stage(0, text.as_bytes())?;
    writing.put()?;
    out!("wrote {}: window {}, ledger at {confidence}", options.output.display(), config.window);
    out!("next: `tailproof day`, each day before its market opens, with the prices up to the day before");
    note!("note: {} holds secrets: openings, and the books that they open", config.path(&config.private).display());
    Ok(())
}

/// A day after all that prices have, for rules about a forecast whose day is not known.
const FAR: &str = "9999-12-31";

/// Returns the usual window, or the one of all prices.
fn default_window(prices: &PriceSource) -> usize {
    let rows = prices.days().len();
    WINDOW.min(if prices.choices().returns { rows } else { rows.saturating_sub(1) })
}

/// Returns the configuration, whose window is not known yet.
fn configuration(options: &Init) -> Result<Config, Failure> {
    let folder = options.output.parent().filter(|folder| !folder.as_os_str().is_empty());
    let beside = folder.is_none_or(|folder| folder == Path::new("."));
    // Relative to the file; as given, if the file is in the folder of the command.
    let given = |path: &PathBuf| match beside || path.is_absolute() {
        true => Ok(path.clone()),
        false => path.canonicalize().map_err(Failure::io("find", path)),
    };
    let of = |path: &Option<PathBuf>| path.as_ref().map(given).transpose();
    let PriceArgs { for_book, factors, proxy, returns, base, .. } = &options.treatment;
    if for_book.as_ref().is_some_and(|book| *book != options.book) {
        return Err(Failure::Usage("--for-book names the book of the desk, which is that of --book".into()));
    }
    let treatment = Treatment {
        missing: match options.treatment.missing {
            cli::Missing::Refuse => Missing::Refuse,
            cli::Missing::DropDay => Missing::DropDay,
            cli::Missing::Carry => Missing::Carry,
            cli::Missing::DropFactor => Missing::DropFactor,
        },
        factors: factors.clone(),
        for_book: for_book.is_some(),
        proxy: proxy.iter().map(|(factor, index)| format!("{factor}={index}")).collect(),
        moves: of(&options.treatment.moves)?,
        returns: *returns,
        currencies: of(&options.treatment.currencies)?,
        rates: of(&options.treatment.rates)?,
        base: base.clone(),
    };
    Ok(Config {
        prices: given(&options.prices)?,
        book: given(&options.book)?,
        mandate: given(&options.mandate)?,
        ledger: "ledger.json".into(),
        proofs: "proofs".into(),
        private: "private".into(),
        window: WINDOW,
        nav: options.nav.clone(),
        unit: options.unit.clone(),
        context: Context::Ledger,
        holidays: Vec::new(),
        keys: Keys { forecast: "keys/forecast".into(), realised: "keys/realised".into() },
        tables: layout(&options.tables),
        treatment,
        folder: PathBuf::new(),
    })
}

fn layout(tables: &TableArgs) -> Tables {
    let layout = &tables.layout;
    Tables {
        strict: tables.strict,
        date_order: layout.date_order.map(|order| match order {
            DateOrder::Dmy => Order::Dmy,
            DateOrder::Mdy => Order::Mdy,
        }),
        decimal: layout.decimal.map(|mark| match mark {
            DecimalMark::Point => Mark::Point,
            DecimalMark::Comma => Mark::Comma,
        }),
        separator: layout.separator.map(|separator| match separator {
            Separator::Comma => Between::Comma,
            Separator::Semicolon => Between::Semicolon,
            Separator::Tab => Between::Tab,
            Separator::Bar => Between::Bar,
        }),
        sheet: layout.sheet.clone(),
        field: layout.field.clone(),
    }
}

/// Returns confidence and limit of the clause that the ledger's forecasts are about.
fn forecast_clause(mandate: &Mandate, path: &Path) -> Result<(Confidence, Limit), Failure> {
    let clause = mandate.clause(Measure::Var);
    clause.and_then(|clause| Some((clause.confidence?, clause.limit))).ok_or_else(|| {
        Failure::Usage(format!(
            "{} has no clause on value at risk, which a ledger of daily forecasts is about: add one, such as\n[[clause]]\n\
             measure = \"var\"\nconfidence = 0.99\nlimit_nav = 0.02",
            path.display()
        ))
    })
}

/// Returns the claim of a mandate over the moves of prices and columns of cash.
fn over(
    prices: &PriceHistory,
    cash: &[String],
    mandate: Mandate,
    window: usize,
    path: &Path,
) -> Result<MandateClaim, Failure> {
    let set = historical(prices, 1, Some(window))
        .and_then(|set| set.with_cash(cash))
        .map_err(|problem| InputError::in_file(&path.display().to_string(), problem))?;
    Ok(MandateClaim::new(mandate, set)?)
}

/// Makes development keys of a shape, unless an earlier run has made them.
fn make_keys(what: &str, shape: Shape, folder: &Path) -> Result<(), Failure> {
    say_shape(shape, &format!("the smallest for {what}"));
    keys::tidy_pair(folder);
    if keys::has::<tailproof::Groth16>(folder) {
        let found = keys::verifying_key(folder)?.shape();
        if found == shape {
            out!("kept the keys in {}", folder.display());
            return Ok(());
        }
        return Err(Failure::Usage(format!(
            "{} has keys of shape {found}, and {what} need {shape}: move them away, and run this again",
            folder.display()
        )));
    }
    let rng =
        ChaCha20Rng::from_rng(rand::rngs::OsRng).map_err(|_| Failure::Defect("the system gives no randomness"))?;
    write_keys(shape, DomainKind::Least, rng, folder, false)?;
    out!("made development keys in {}: for others to rely on proofs, make keys in a ceremony", folder.display());
    Ok(())
}

/// Makes an empty ledger, unless an earlier run has made it.
fn make_ledger(options: &Init, config: &Config, mandate: &Mandate, confidence: Confidence) -> Result<(), Failure> {
    let path = config.path(&config.ledger);
    let name = options.name.clone().unwrap_or_else(|| mandate.name().to_owned());
    let ledger = Ledger::new(name, confidence).map_err(|problem| Failure::Option { option: "name", problem })?;
    writing::store().tidy(&[&path]);
    match read_ledger(&path) {
        Ok(found) if found.to_json() == ledger.to_json() => return Ok(()),
        Err(DayError::Read { error, .. }) if error.kind() == std::io::ErrorKind::NotFound => {}
        Ok(_) | Err(_) => {
            return Err(Failure::Exists { file: path, advice: "it is not an empty ledger of this desk; move it away" });
        }
    }
    let output = writing::output(&path, FileKind::Ledger, Access::Public, false);
    let mut writing = writing::begin(&[output], "a ledger is added to, not written anew")?;
    writing.stage(0, ledger.to_json().as_bytes())?;
    writing.put()?;
    out!("wrote {}: an empty ledger of \"{}\"", path.display(), ledger.name());
    Ok(())
}
