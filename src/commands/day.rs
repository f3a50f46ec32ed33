//! `tailproof day`: a desk's day in one command.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use ark_bn254::Fr;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};
use tailproof::attestations::time;
use tailproof::commitments::{BookCommitment, BookOpening, commit};
use tailproof::core::InputError;
use tailproof::day::work::run as do_day;
use tailproof::day::{Config, Hands, Inputs, Origin, Outcome, Proved, Report, When};
use tailproof::ledger::{KeyRing, Kind};
use tailproof::risk::market::PriceSource;
use tailproof::{Amount, Books, Figures, Groth16, Halo2, MandateClaim, Positions, Statement, Unproved};

use crate::cli::Day;
use crate::failure::Failure;
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::output::{note, out, print_json};
use crate::prepared;
use crate::progress::spin;
use crate::writing;

pub use tailproof::day::config::NAME as CONFIG;

/// Reads the configuration of a desk.
pub fn config(path: &Path) -> Result<Config, Failure> {
    let text = files::read_text(path).map_err(|failure| match failure {
        Failure::Io { file, error, .. } if error.kind() == std::io::ErrorKind::NotFound => Failure::Usage(format!(
            "there is no {}: make one with `tailproof init --prices P --book B --mandate M`, or name one with --config",
            file.display()
        )),
        other => other,
    })?;
    Ok(Config::from_toml(path, &text)?)
}

/// Runs `tailproof day`.
pub fn run(options: &Day) -> Result<(), Failure> {
    done(options).map_err(|failure| failure.between_files(writing::written()))
}

fn done(options: &Day) -> Result<(), Failure> {
    // From here on nobody else does a day of this desk. The lock ends with the process. It is on the file
    // itself, whatever links lead to it: the file is read, and never written.
    let place = options.config.canonicalize().unwrap_or_else(|_| options.config.clone());
    let _hold = writing::hold(&place)?;
    let config = config(&options.config)?;
    let prices = prepared::of_desk(&config)?;
    let (date, is_weekend) = match &options.date {
        Some(date) => (date.clone(), false),
        None => today(&prices),
    };
    let is_closed = is_weekend || config.holidays.contains(&date);
    let book = files::book(&config.path(&config.book), &config.tables.options())?;
    let mandate = config.path(&config.mandate);
    let (name, text) = (mandate.display().to_string(), files::read_text(&mandate)?);
    let named = files::named_texts(&mandate)?;
    let inputs = Inputs { config: &config, prices: &prices, book: &book, mandate: (&name, &text), named: &named };
    let mut hands = Keys { config: &config, warned: false };
    let (is_named, missed) = (options.date.is_some(), options.missed.as_deref());
    let report = do_day(inputs, writing::store(), &mut hands, When { date: &date, is_named, is_closed, missed })?;
    if options.json {
        print_json(&as_json(&date, &report));
    } else {
        print(&date, &report, (is_weekend, is_closed, is_named));
    }
    match report.forecast {
        Some(Outcome::False { figures, .. }) => Err(Failure::FalseClaim(Figures::Mandate(figures))),
        _ => Ok(()),
    }
}

/// Returns today's date in UTC, and whether it is on a weekend on which the prices have no days.
fn today(prices: &PriceSource) -> (String, bool) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let date = time::text(seconds).chars().take(10).collect();
    // 1970-01-01 was a Thursday.
    let is_weekend = (seconds / 86_400 + 3) % 7 >= 5;
    let traded = prices.days().iter().any(|date| date.weekday().to_monday_zero_offset() >= 5);
    (date, is_weekend && !traded)
}

/// The keys of a desk.
struct Keys<'k> {
    config: &'k Config,
    warned: bool,
}

impl Keys<'_> {
    fn folder(&self, kind: Kind) -> PathBuf {
        let keys = &self.config.keys;
        self.config.path(if kind == Kind::Forecast { &keys.forecast } else { &keys.realised })
    }

    fn prove_with<B: KeyFolder>(
        &mut self,
        folder: &Path,
        (claim, held): (&MandateClaim, &Books),
        (date, context): (&str, Fr),
    ) -> Result<Proved, Failure> {
        let verifier = B::verifier(folder)?;
        if !std::mem::replace(&mut self.warned, true) {
            keys::warn_of_development(verifier.provenance());
        }
        let statement = match Statement::<B>::new(claim, held, verifier.shape(), Some(context)) {
            Err(Unproved::FalseClaim(Figures::Mandate(figures))) => return Ok(Proved::False(figures)),
            other => other?,
        };
        let (prover, key) = B::loaded(folder, verifier)?;
        let (set, _) = B::prepare(&prover, key, statement.inputs(), None)?;
        let mut rng = random(&format!("proof {date} {}", hex::encode(claim.mandate().digest())))?;
        let proof = spin("proving", || set.prove_statement(&statement, &mut rng))?;
        Ok(Proved::Proof(proof.to_json().into_bytes()))
    }
}

impl Hands for Keys<'_> {
    type Error = Failure;

    fn commit(
        &mut self,
        date: &str,
        positions: &Positions,
        factors: &[String],
    ) -> Result<(BookCommitment, BookOpening), Failure> {
        Ok(commit(positions, factors, &mut random(&format!("commitment {date}"))?))
    }

    fn prove(
        &mut self,
        kind: Kind,
        claim: &MandateClaim,
        held: &Books,
        context: (&str, Fr),
    ) -> Result<Proved, Failure> {
        let folder = self.folder(kind);
        if keys::has::<Halo2>(&folder) && !keys::has::<Groth16>(&folder) {
            return self.prove_with::<Halo2>(&folder, (claim, held), context);
        }
        self.prove_with::<Groth16>(&folder, (claim, held), context)
    }

    fn keys(&mut self, kind: Kind) -> Result<KeyRing, Failure> {
        let folder = self.folder(kind);
        let mut ring = KeyRing::default();
        if keys::has::<Halo2>(&folder) && !keys::has::<Groth16>(&folder) {
            ring.halo2.push(Halo2::verifier(&folder)?);
        } else {
            ring.groth16.push(Groth16::verifier(&folder)?);
        }
        Ok(ring)
    }
}

/// Returns a generator of random numbers for a step of a day.
fn random(step: &str) -> Result<ChaCha20Rng, Failure> {
    #[cfg(debug_assertions)]
    if let Some(seed) = crate::faults::seed(step) {
        return Ok(ChaCha20Rng::from_seed(seed));
    }
    let _ = step;
    ChaCha20Rng::from_rng(rand::rngs::OsRng).map_err(|_| Failure::Defect("the system gives no randomness"))
}

fn as_json(date: &str, report: &Report) -> Value {
    let outcome = |outcome: &Outcome| match outcome {
        Outcome::Added { date, limit, proof } => json!({
            "date": date, "added": true, "limit": limit, "proof": if *proof == Origin::Made { "made" } else { "found" },
        }),
        Outcome::False { date, figures } => {
            let figures: Vec<Value> = figures
                .iter()
                .map(|figure| {
                    json!({
                        "clause": figure.clause.to_string(),
                        "figure": figure.figure.to_f64(),
                        "limit": figure.limit.map(Amount::to_f64),
                        "holds": figure.holds(),
                    })
                })
                .collect();
            json!({ "date": date, "added": false, "private_figures": figures })
        }
    };
    json!({
        "date": date,
        "changed": !report.is_nothing(),
        "realised": report.realised.as_ref().map(outcome),
        "exceedance": report.exceedance,
        "forecast": report.forecast.as_ref().map(outcome),
        "new_commitment": report.committed,
        "revised": report.revised,
        "late": report.late,
        "head": hex::encode(report.head),
    })
}

fn print(date: &str, report: &Report, (is_weekend, is_closed, is_named): (bool, bool, bool)) {
    if report.is_nothing() {
        match (is_weekend, is_closed) {
            (true, _) => out!("{date} is on a weekend, on which the prices have no days: nothing was changed"),
            (false, true) => out!("{date} is a holiday of {CONFIG}: nothing was changed"),
            (false, false) => out!("{date} is done: the ledger has its forecast, and nothing was changed"),
        }
        if report.late && !is_named {
            note!(
                "note: the prices have {date} already, the day of the clock in UTC; to forecast the next day, name it"
            );
        }
    }
    let from = |origin: Origin| match origin {
        Origin::Made => "proved, verified and added",
        Origin::Found => "its proof was there already; verified and added",
    };
    match &report.realised {
        Some(Outcome::Added { date, limit, proof }) => {
            out!("realised  {date}  the loss is within {limit}: {}", from(*proof));
        }
        Some(Outcome::False { date, figures }) => {
            let loss = figures
                .first()
                .and_then(|figure| Some((figure.figure, figure.limit?)))
                .map(|(loss, limit)| format!(" (PRIVATE: the loss is {loss}, the limit {limit})"));
            out!("realised  {date}  the loss is beyond the limit, and is not proved{}", loss.unwrap_or_default());
        }
        None => {}
    }
    if let Some(date) = &report.exceedance {
        note!("warning: {date} counts as an exceedance from the next forecast on");
    }
    if let Some(date) = &report.revised {
        note!(
            "warning: the prices before {date} are no longer those that its forecast was made from: keep the old ones, since \
             the ledger is not valid against the new ones"
        );
    }
    match &report.forecast {
        Some(Outcome::Added { date, limit, proof }) => {
            out!("forecast  {date}  value at risk is within {limit}: {}", from(*proof));
            if report.committed {
                out!("book      {date}  committed to anew");
            }
        }
        Some(Outcome::False { date, .. }) => {
            out!("forecast  {date}  not proved, and nothing was added: the mandate is broken")
        }
        None => {}
    }
    out!("head      {}", hex::encode(report.head));
    if let (Some(Outcome::Added { date, .. }), true) = (&report.forecast, report.late) {
        note!(
            "note: the prices have {date} already: this forecast was made after its day, and the ledger does not say so"
        );
    } else if let Some(Outcome::Added { date, .. }) = &report.forecast {
        note!(
            "note: publish the head before {date} begins: the ledger orders steps, and does not say when they were made"
        );
    }
}

/// Returns an error about a file's content.
pub fn in_file(path: &Path, problem: tailproof::Problem) -> Failure {
    InputError::in_file(&path.display().to_string(), problem).into()
}
