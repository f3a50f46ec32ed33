//! A security's index over a price file, from options: what `backtest` and `quote` begin with.

use crate::cli::{IndexOptions, SeriesOptions};
use crate::error::Failure;
use crate::oracle::moves_after;
use crate::prices::PriceRow;
use crate::security::book::Book;
use crate::security::calendar::Calendar;
use crate::security::index::{Index, Setup};
use crate::security::ladder::Ladder;
use crate::security::schedule::Layer;
use crate::security::series::Offer;
use crate::security::{buyers, multiplier, premium::Rates};

use super::window;

/// Prices and the index over them.
pub struct Loaded {
    pub rows: Vec<PriceRow>,
    pub index: Index,
    pub offer: Offer,
}

/// Reads prices, and computes the index.
///
/// # Errors
/// The file is none, an option is out of range, or the prices do not fill the window.
pub fn load(options: &IndexOptions, series: &SeriesOptions) -> Result<Loaded, Failure> {
    let history = window::history(&options.prices)?;
    let rows = window::price_rows(&options.prices)?;
    let factors: Vec<String> = history.factors().iter().map(ToString::to_string).collect();
    let setup = Setup {
        rows: options.rows,
        book: book(&options.weight, &factors)?,
        ladder: Ladder { lowest: options.lowest, step: options.step },
        tail: options.tail.unwrap_or(options.rows as u64 / 100),
        share: options.share,
        multiplier: multiplier::Terms {
            target: options.target,
            cap: options.cap,
            rise: options.rise,
            step: options.change,
        },
    };
    let layer = Layer { kind: series.kind, attachment: series.attachment, detachment: series.detachment };
    let offer = Offer { layer, life: series.life, waiting: series.waiting };
    offer.check()?;
    let skip = window::periods(&rows, &options.skip)?;
    let moves = moves_after(&rows, None, &skip)?;
    let calendar = Calendar::of_dates(rows.iter().map(|row| row.period).collect(), 0)?;
    let index = Index::over(setup, calendar, &moves)?;
    if !index.is_full() {
        return Err(Failure::Usage(format!(
            "{} makes {} rows, and the window has {}: give more prices, or a smaller window with --rows",
            options.prices.display(),
            index.rows().len(),
            options.rows
        )));
    }
    Ok(Loaded { rows, index, offer })
}

/// Returns the book of `NAME=BASIS POINTS` options; equal weights if there are none.
fn book(weights: &[String], factors: &[String]) -> Result<Book, Failure> {
    if weights.is_empty() {
        return Book::equal(factors.len());
    }
    let mut of = vec![0i16; factors.len()];
    for text in weights {
        let pair = text.split_once('=').and_then(|(name, value)| Some((name, value.parse::<i16>().ok()?)));
        let (name, value) = pair.ok_or_else(|| {
            Failure::Usage(format!("--weight {text}: a factor and its basis points, such as AAPL=500 or XOM=-250"))
        })?;
        let at = factors.iter().position(|factor| factor == name);
        let at = at.ok_or_else(|| Failure::Usage(format!("--weight {text}: the prices have no factor {name}")))?;
        of[at] = value;
    }
    Book::new(of)
}

/// Returns the rates: those of the options, or a base of 1.5 times the mean payout of the covers that ended.
///
/// # Errors
/// They are out of range, or no cover ended and there is no base.
pub fn rates(loaded: &Loaded, series: &SeriesOptions) -> Result<Rates, Failure> {
    let outcomes = loaded.offer.every_day(&loaded.index);
    let base = match series.base {
        Some(base) => base,
        None if outcomes.is_empty() => {
            let why = "no cover has begun and ended within these prices, so that there is no mean payout: give --base, more \
                       prices, or a smaller window with --rows";
            return Err(Failure::Usage(why.to_owned()));
        }
        None => buyers::base_of(&outcomes, 150),
    };
    let rates = Rates { base, slope: series.slope, steep: series.steep, kink: series.kink };
    rates.check()?;
    Ok(rates)
}

/// A share of millionths, as people read it.
pub fn percent(millionths: u64) -> String {
    format!("{}.{:02} %", millionths / 10_000, millionths % 10_000 / 100)
}

/// Basis points times 2^20, as people read them: percent with four decimals.
#[expect(clippy::cast_precision_loss, reason = "shown to a person")]
pub fn loss(value: i64) -> String {
    format!("{:.4} %", value as f64 / f64::from(1 << 20) / 100.0)
}
