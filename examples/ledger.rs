//! A ledger of daily proofs: value at risk before the day, the loss of the day within it, and an
//! audit of all.
//!
//! `cargo run --release --example ledger`

use std::error::Error;

use tailproof::commitments::commit;
use tailproof::keys::insecure_development_keys;
use tailproof::ledger::{Against, Archive, KeyRing, Kind, Ledger};
use tailproof::scenarios::historical::historical;
use tailproof::{Books, Claim, Groth16, Mandate, MandateClaim, OsRng, PriceHistory, Prover, Verifier, csv};

const PRICES: &str = include_str!("../src/demo/prices.csv");
const BOOK: &str = include_str!("../src/demo/book.csv");
/// Days of history behind a forecast.
const WINDOW: usize = 4;

/// Returns the claim of a forecast over `WINDOW` days, or of a realised loss over one.
fn claim(kind: Kind, until: &PriceHistory) -> Result<MandateClaim, Box<dyn Error>> {
    let (clause, window) = match kind {
        Kind::Forecast => ("measure = \"var\"\nconfidence = 0.75", WINDOW),
        Kind::Realised => ("measure = \"stress\"", 1),
    };
    let mandate = format!("name = \"desk A\"\n[[clause]]\n{clause}\nlimit = 400000\n");
    let scenarios = historical(until, 1, Some(window))?;
    Ok(MandateClaim::new(Mandate::from_toml("mandate.toml", &mandate)?, scenarios)?)
}

/// Keeps a ledger for two days and audits it, and returns what there is to say about it.
pub fn run() -> Result<Vec<String>, Box<dyn Error>> {
    let prices = csv::read_prices("prices.csv", PRICES.as_bytes())?;
    let dates = prices.dates();
    let until = |row: usize| prices.up_to(dates[row]).ok_or("no such day");
    let first = prices.len() - 2;

    // The book is committed to once. Keys are those of both kinds of steps.
    let scenarios = historical(&prices, 1, Some(1))?;
    let book = csv::read_book("book.csv", BOOK.as_bytes())?.positions(&scenarios, None, None)?;
    let (_, opening) = commit(&book, scenarios.factors(), &mut OsRng);
    let held = Books::new(vec![opening.open(book, scenarios.factors())?])?;
    let prover = |kind, row| -> Result<Prover<Groth16>, Box<dyn Error>> {
        let shape = Claim::from(claim(kind, &until(row)?)?).smallest_shape(1, 0)?;
        let (proving, verifying) = insecure_development_keys(shape, &mut OsRng)?;
        Ok(Prover::new(proving, verifying)?)
    };
    let provers = [prover(Kind::Forecast, first - 1)?, prover(Kind::Realised, first)?];
    let groth16 = provers.iter().map(|prover| Verifier::new(prover.verifier().key().clone())).collect();
    let keys = KeyRing { groth16, ..KeyRing::default() };

    // Each proof is bound to its place: the digest of the ledger so far, and the kind and date of
    // the step.
    let mut ledger = Ledger::new("desk A".into(), "0.75".parse()?)?;
    // The archive holds the files of the steps for an auditor; a folder or a database does as well.
    let (mut archive, mut said) = (Archive::default(), Vec::new());
    for (row, date) in dates.iter().enumerate().skip(first) {
        let date = date.to_string();
        for (kind, prover, last) in [(Kind::Forecast, &provers[0], row - 1), (Kind::Realised, &provers[1], row)] {
            let claim = claim(kind, &until(last)?)?;
            let context = ledger.context_after(ledger.steps().len(), kind, &date);
            let proof = prover.prove(&claim, &held, Some(context), &mut OsRng)?.to_json().into_bytes();
            let added = ledger.append(kind, Some(&date), &claim.clone().into(), &proof, &keys)?;
            archive.add(&claim, &proof);
            said.push(format!("{date}: {kind:?}, {}", added.verified.claims.join("; ")));
        }
    }

    // An auditor verifies every proof in its place, and compares days and moves with the market's
    // prices.
    let audit = ledger.verify(&archive, &keys, &Against::prices(&prices))?;
    said.push(format!("{} proofs, {} days, {} exceedances", audit.steps.len(), audit.days, audit.exceedances));
    Ok(said)
}

#[allow(dead_code)]
fn main() -> Result<(), Box<dyn Error>> {
    run()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
