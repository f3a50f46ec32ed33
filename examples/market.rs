//! A book of 20 stocks meets a mandate on value at risk and expected shortfall, and nobody sees the
//! book.
//!
//! `cargo run --release --example market`

use std::error::Error;

use tailproof::commitments::{CommitmentFile, commit};
use tailproof::keys::insecure_development_keys;
use tailproof::scenarios::historical::historical;
use tailproof::{Books, Claim, Expected, Groth16, Mandate, MandateClaim, OsRng, ProofFile, Prover, Unproved, csv};

const PRICES: &str = include_str!("../src/demo/prices.csv");
const BOOK: &str = include_str!("../src/demo/book.csv");
const MANDATE: &str = include_str!("../src/demo/mandate.toml");

/// Proves and verifies, and returns what there is to say about it.
pub fn run() -> Result<Vec<String>, Box<dyn Error>> {
    let mut said = Vec::new();

    // Public: the moves of the last 8 days, and the mandate over them.
    let prices = csv::read_prices("prices.csv", PRICES.as_bytes())?;
    let scenarios = historical(&prices, 1, Some(8))?;
    let mandate = Mandate::from_toml("mandate.toml", MANDATE)?;
    let claim = MandateClaim::new(mandate, scenarios)?;

    // Private: the book, with a net asset value of ten million.
    let nav = Some("10000000".parse()?);
    let book = csv::read_book("book.csv", BOOK.as_bytes())?.positions(claim.scenarios(), None, nav)?;
    let factors = claim.scenarios().factors();
    let (commitment, opening) = commit(&book, factors, &mut OsRng);
    said.push(format!("committed to a book over {} factors", commitment.factors.len()));
    let held = Books::new(vec![opening.open(book, factors)?])?;

    // Keys that one party makes alone are for development. Keys of a ceremony are read from files.
    let shape = Claim::from(claim.clone()).smallest_shape(1, 0)?;
    let (proving, verifying) = insecure_development_keys(shape, &mut OsRng)?;
    let prover = Prover::<Groth16>::new(proving, verifying)?;
    said.push(format!("made keys of shape {shape}"));
    let proof = prover.prove(&claim, &held, None, &mut OsRng)?.to_json();

    // Whoever has the claim, the commitment, the proof and the verifying key checks them.
    let proof = ProofFile::<Groth16>::from_json(&proof)?;
    let commitment = CommitmentFile::Book(commitment).value::<Groth16>()?;
    let expected = Expected { commitments: Some(vec![commitment]), ..Expected::default() };
    let verified = prover.verifier().verify(&claim, &proof, &expected)?;
    said.extend(verified.claims.iter().map(|sentence| format!("proved: {sentence}")));

    // A stricter mandate is false: there are figures for its prover, and no proof.
    let strict = Mandate::from_toml("strict.toml", &MANDATE.replace("450000", "1000"))?;
    let strict = MandateClaim::new(strict, claim.scenarios().clone())?;
    match prover.prove(&strict, &held, None, &mut OsRng) {
        Err(Unproved::FalseClaim(_)) => said.push("a limit of 1,000 does not hold, and is not proved".into()),
        other => drop(other?),
    }
    Ok(said)
}

#[allow(dead_code)]
fn main() -> Result<(), Box<dyn Error>> {
    run()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
