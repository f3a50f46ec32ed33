//! `tailproof pool losses`: losses of a pool and its tranches, without a proof.

use std::time::Duration;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde_json::{Value, json};
use tailproof::core::pool::{Deal, FactorModel};
use tailproof::core::text::in_words;
use tailproof::core::{InputError, Problem};
use tailproof::risk::credit::pool::{LossMethod as Method, TailLosses, check_confidence};
use tailproof::risk::credit::spreads::tranche_spreads;
use tailproof::risk::credit::{Pool, PoolLosses as Losses};

use crate::cli::{LossMethod, PoolLosses};
use crate::failure::Failure;
use crate::files;
use crate::options::{factor_model, number, seed};
use crate::output::{note, out, print_json};
use crate::progress::{bar, spin};
use crate::tapes;

/// The requested figures of the pool, and of each tranche in the order of the deal.
struct Figures {
    losses: Losses,
    tails: Option<(TailLosses, Vec<TailLosses>)>,
    spreads: Option<Vec<f64>>,
    capital: Option<f64>,
}

/// Runs `tailproof pool losses`.
pub fn run(options: &PoolLosses) -> Result<(), Failure> {
    let model = factor_model(&options.copula)?;
    let method = method(options)?;
    let deal = files::deal(&options.deal)?;
    let tape = tapes::read(&options.tape, &options.reading, deal.schema())?.tape;
    let name = options.tape.display().to_string();
    let pool = Pool::new(&tape, &deal).map_err(|problem| InputError::in_file(&name, problem))?;
    let figures = figures(options, &pool, &deal, &model, method)?;
    if options.json {
        print_json(&as_json(&deal, &figures));
    } else {
        print(options, &pool, &deal, &figures);
    }
    Ok(())
}

fn method(options: &PoolLosses) -> Result<Method, Failure> {
    match (options.method, &options.paths, &options.seed) {
        (LossMethod::Recursion, None, None) => Ok(Method::Recursion),
        (LossMethod::Lhp, None, None) => Ok(Method::LargePool),
        (LossMethod::LhpGraded, None, None) => Ok(Method::GradedLargePool),
        (LossMethod::Montecarlo, Some(paths), Some(text)) => {
            let sector = options.sector_rho.as_deref().map(|text| number("sector-rho", text)).transpose()?;
            Ok(Method::MonteCarlo { paths: *paths, seed: seed(text)?, sector: sector.unwrap_or(0.0) })
        }
        _ => Err(Failure::Usage("--paths and --seed are for the method montecarlo, which needs both".into())),
    }
}

fn figures(
    options: &PoolLosses,
    pool: &Pool,
    deal: &Deal,
    model: &FactorModel,
    method: Method,
) -> Result<Figures, Failure> {
    let name = options.tape.display().to_string();
    let of_tape = |problem| Failure::from(InputError::in_file(&name, problem));
    let of_option = |option| move |problem| Failure::Option { option, problem };
    let confidence = options.confidence.as_deref().map(|text| number("confidence", text)).transpose()?;
    confidence.map_or(Ok(()), check_confidence).map_err(of_option("confidence"))?;
    let rate = options.rate.as_deref().map(flat_rate).transpose()?;
    if options.maturity.is_some() && rate.is_none() && options.capital.is_none() {
        return Err(Failure::Usage("--maturity is for fair spreads, with --rate, or for --capital".into()));
    }
    let mixed = pool.obligors_of_several_probabilities();
    if mixed > 0 {
        note!(
            "warning: {mixed} obligors have loans of several probabilities of default: the mean is taken, weighted by loss"
        );
    }
    if method == Method::Recursion {
        // Spreads take the losses at the end of each quarter.
        let recursions = 1 + rate.and(options.maturity).map_or(0, |years| 4 * years);
        let estimate = pool.recursion_time(model).map_err(of_tape)? * recursions;
        if let Some(note) = slow(estimate, pool.obligors()) {
            note!("note: {note}");
        }
    }
    let losses = bar("computing losses", |progress| pool.losses_and_tails(deal, model, method, confidence, progress));
    let (losses, tails) = losses.map_err(of_tape)?;
    let spreads = options
        .maturity
        .zip(rate)
        .map(|(years, rate)| spin("computing spreads", || tranche_spreads(pool, deal, model, method, years, rate)));
    let spreads = spreads.transpose().map_err(of_tape)?;
    // Capital covers losses within a year.
    let of_a_year = options.maturity.map(|years| pool.within(1.0 / f64::from(years)));
    let capital = options.capital.zip(of_a_year).map(|(class, pool)| pool.capital(class.into()));
    Ok(Figures { losses, tails, spreads, capital })
}

/// The time from which a recursion is said to take long.
const LONG: Duration = Duration::from_secs(10);

/// Returns what to say of a recursion that takes long.
fn slow(estimate: Duration, obligors: usize) -> Option<String> {
    let long = (estimate >= LONG).then(|| in_words(estimate))?;
    Some(format!(
        "the recursion over {obligors} obligors takes about {long}; --method lhp or montecarlo is faster, and estimates"
    ))
}

/// Returns an annual rate as a fraction.
fn flat_rate(text: &str) -> Result<f64, Failure> {
    let rate = number("rate", text)?;
    if rate.abs() < 1.0 {
        return Ok(rate);
    }
    let range = "-1 to 1, both excluded; 0.03 is 3 % a year".into();
    let problem = Problem::OutOfRange { what: "the rate".into(), value: text.to_owned(), range };
    Err(Failure::Option { option: "rate", problem })
}

fn as_json(deal: &Deal, figures: &Figures) -> Value {
    let mut tranches = Vec::with_capacity(figures.losses.tranches.len());
    for (index, (tranche, lost)) in deal.tranches().iter().zip(&figures.losses.tranches).enumerate() {
        let mut row = json!({
            "name": tranche.name,
            "expected_loss": lost.expected_loss,
            "hit": lost.hit,
            "wipe_out": lost.wipe_out,
        });
        if let Some((_, tails)) = &figures.tails {
            row["var"] = json!(tails[index].var);
            row["cvar"] = json!(tails[index].cvar);
        }
        if let Some(spreads) = &figures.spreads {
            row["spread"] = json!(spreads[index]);
        }
        tranches.push(row);
    }
    let mut all = json!({ "expected_loss": figures.losses.expected_loss, "tranches": tranches });
    if let Some((pool, _)) = &figures.tails {
        all["var"] = json!(pool.var);
        all["cvar"] = json!(pool.cvar);
    }
    if let Some(capital) = figures.capital {
        all["capital"] = json!(capital);
    }
    all
}

fn percent(fraction: f64) -> String {
    format!("{:.4} %", fraction * 100.0)
}

fn print(options: &PoolLosses, pool: &Pool, deal: &Deal, figures: &Figures) {
    let (cents, obligors) = (pool.notional_cents(), pool.obligors());
    out!("PRIVATE: figures of the pool itself; nothing is proved.\n");
    out!("deal            {}", deal.name());
    out!("pool            {}.{:02} owed by {obligors} obligors", cents / 100, cents % 100);
    out!("expected loss   {}", percent(figures.losses.expected_loss));
    if let (Some((tail, _)), Some(confidence)) = (&figures.tails, &options.confidence) {
        out!("at {confidence:<13}VaR {}, CVaR {}", percent(tail.var), percent(tail.cvar));
        out!(
            "enhancement     a tranche that attaches at {} is hit with a probability of at most one less that confidence",
            percent(tail.var)
        );
    }
    if let (Some(capital), Some(class)) = (figures.capital, options.capital) {
        let class = class.to_possible_value();
        let class = class.as_ref().map_or("", PossibleValue::get_name);
        out!(
            "capital         {} of what is owed, a risk weight of {} ({class}, PDs of one year)",
            percent(capital),
            percent(12.5 * capital)
        );
    }
    let mut header = format!(
        "{:<16} {:>9} {:>9} {:>14} {:>10} {:>10}",
        "tranche", "from", "to", "expected loss", "hit", "wiped out"
    );
    header += if figures.tails.is_some() { "        VaR       CVaR" } else { "" };
    header += if figures.spreads.is_some() { "     spread" } else { "" };
    out!("\n{header}");
    for (index, (tranche, lost)) in deal.tranches().iter().zip(&figures.losses.tranches).enumerate() {
        let mut row = format!(
            "{:<16} {:>9} {:>9} {:>14} {:>10} {:>10}",
            tranche.name,
            format!("{:.2} %", tranche.attachment * 100.0),
            format!("{:.2} %", tranche.detachment * 100.0),
            percent(lost.expected_loss),
            percent(lost.hit),
            percent(lost.wipe_out)
        );
        if let Some((_, tails)) = &figures.tails {
            row += &format!(" {:>10} {:>10}", percent(tails[index].var), percent(tails[index].cvar));
        }
        if let Some(spreads) = &figures.spreads {
            row += &format!(" {:>7.1} bp", spreads[index] * 10_000.0);
        }
        out!("{row}");
    }
}
