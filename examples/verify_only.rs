//! A verifier has public files alone: scenarios, a mandate, a commitment, a verifying key and a
//! proof.
//!
//! `cargo run --release --example verify_only`

use std::error::Error;

use tailproof::commitments::CommitmentFile;
use tailproof::keys::decode_verifying_key;
use tailproof::scenarios::file;
use tailproof::{Claim, Expected, Groth16, Mandate, ProofFile, Refused, Verifier};

const SCENARIOS: &[u8] = include_bytes!("../tests/fixtures/0.1.0/market/scenarios.scn");
const MANDATE: &str = include_str!("../tests/fixtures/0.1.0/market/mandate.toml");
const COMMITMENT: &str = include_str!("../tests/fixtures/0.1.0/market/commitment.json");
const KEY: &[u8] = include_bytes!("../tests/fixtures/0.2.0/market/verifying.key");
const PROOF: &str = include_str!("../tests/fixtures/0.2.0/market/proof.json");

/// Verifies, and returns what there is to say about it.
pub fn run() -> Result<Vec<String>, Box<dyn Error>> {
    // The claim is what the proof is about. It comes from files of the verifier, not from the
    // prover.
    let (scenarios, _) = file::decode("scenarios.scn", SCENARIOS)?;
    let mandate = Mandate::from_toml("mandate.toml", MANDATE)?;
    let claim = Claim::market(mandate, scenarios.clone())?;

    // So do the key and the commitment that the book's owner published before.
    let verifier = Verifier::<Groth16>::new(decode_verifying_key(KEY)?);
    let commitment = CommitmentFile::from_json(COMMITMENT)?.value_for::<Groth16>(&claim)?;
    let expected = Expected { commitments: Some(vec![commitment]), ..Expected::default() };

    let proof = ProofFile::<Groth16>::from_json(PROOF)?;
    let verified = verifier.verify(&claim, &proof, &expected)?;
    let mut said = vec![format!("VALID: {}", verified.name)];
    said.extend(verified.claims.iter().map(|sentence| format!("proved: {sentence}")));
    let rests_on = |thing: &tailproof::RestsOn| format!("rests on the {}, {}", thing.what.name(), thing.how.name());
    said.extend(verified.rests_on.iter().map(rests_on));
    if verified.keys.is_development() {
        said.push("the keys are for development: whoever made them can forge proofs".into());
    }

    // The same proof is no proof of a stricter mandate.
    let strict = Mandate::from_toml("strict.toml", &MANDATE.replace("0.04 ", "0.03 "))?;
    let strict = Claim::market(strict, scenarios)?;
    match verifier.verify(&strict, &proof, &expected) {
        Err(Refused::NotValid(_)) => said.push("NOT VALID for a limit of 3 %".into()),
        other => drop(other?),
    }
    Ok(said)
}

#[allow(dead_code)]
fn main() -> Result<(), Box<dyn Error>> {
    run()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
