//! The pool act of `tailproof demo`: loans, tranches, and what is refused, on embedded real data.

use std::sync::Arc;

use rand::rngs::OsRng;
use tailproof::commitments::{PoolOpening, commit};
use tailproof::core::pool::assumptions::{CreditParameters, FactorSource};
use tailproof::scenarios::credit::credit_scenarios;
use tailproof::verifier::encoding::to_hex;
use tailproof::{Deal, DealClaim, Expected, LoanPool, OpenError, ScenarioSet, Unproved, tape};

use super::demo_files::{Folder, development_prover, unexpected};
use super::verify::rests_on_lines;
use crate::failure::Failure;
use crate::output::out;
use crate::pools::in_deal;

/// The first 200 of 10,000 consumer loans; see `src/demo/SOURCES.md`.
const LOANS: &str = include_str!("../demo/loans.csv");
const DEAL: &str = include_str!("../demo/deal.toml");
const SHAPE: &str = "200loans+pool+32x7/2tranches";
const NODES: usize = 32;
/// A loan of the tape, and the same with a cent more.
const CENT: (&str, &str) = ("1,27015.86,", "1,27015.87,");

/// Plays the act in a folder.
pub fn tell(folder: &Folder) -> Result<(), Failure> {
    folder.hide("loans.csv", LOANS)?;
    folder.publish("deal.toml", DEAL)?;
    let deal = Deal::from_toml("deal.toml", DEAL)?;
    let set = Arc::new(scenarios(folder, &deal)?);
    out!("public: {}", set.sentence());
    let prover = development_prover(SHAPE, &folder.path("pool-keys"))?;

    let loans = loans("loans.csv", LOANS, &deal)?;
    let schema = deal.require_schema().map_err(in_deal)?;
    let (commitment, opening) = commit(&loans, schema, &mut OsRng);
    let stored = opening.to_json();
    folder.hide("pool.opening", &*stored)?;
    folder.publish("pool.commitment.json", commitment.to_json())?;
    out!("commitment to the loans on a real tape of 200 that are not paid: {}", to_hex(&commitment.commitment));

    let held = opening.open(loans, schema).map_err(|_| Failure::Defect("an opening does not open"))?;
    let claim = DealClaim::new(deal.clone(), Some(set.clone()))?;
    let proof = prover.prove(&claim, &held, None, &mut OsRng)?;
    folder.publish("pool-proof.json", proof.to_json())?;
    deal.sentences_over(Some(&set)).iter().for_each(|sentence| out!("proved: {sentence}"));
    let expected = Expected { commitments: Some(vec![commitment.commitment]), ..Expected::default() };
    let verified = prover.verifier().verify(&claim, &proof, &expected).map_err(unexpected)?;
    out!("VALID ({} constraints), and rests on", prover.proving_key().constraints());
    rests_on_lines(&verified).for_each(|line| out!("  {line}"));

    let (loan, cent_more) = CENT;
    let changed = self::loans("cent.csv", &LOANS.replacen(loan, cent_more, 1), &deal)?;
    let opening = PoolOpening::from_json(&stored).map_err(Failure::malformed("pool.opening".as_ref()))?;
    match opening.open(changed, schema) {
        Err(OpenError::OtherTape { .. }) => out!("a loan with a cent more: the opening does not open to it"),
        _ => return Err(Failure::Defect("another tape was opened")),
    }
    let text = DEAL.replace("average_rate_min = 12.5", "average_rate_min = 13");
    folder.publish("tight-deal.toml", &text)?;
    let tighter = DealClaim::new(Deal::from_toml("tight-deal.toml", &text)?, Some(set))?;
    match prover.prove(&tighter, &held, None, &mut OsRng) {
        Err(Unproved::FalseClaim(figures)) => {
            out!("a higher average rate: {}", Failure::FalseClaim(figures));
            Ok(())
        }
        Err(other) => Err(other.into()),
        Ok(_) => Err(Failure::Defect("a false claim was proved")),
    }
}

fn scenarios(folder: &Folder, deal: &Deal) -> Result<ScenarioSet, Failure> {
    let parameters =
        CreditParameters { rho: "0.1".into(), degrees: None, source: FactorSource::Nodes(NODES), slots: None };
    let set = credit_scenarios(deal, &parameters).map_err(in_deal)?;
    folder.publish("credit.scn", tailproof::scenarios::file::encode(&set))?;
    Ok(set)
}

fn loans(name: &str, text: &str, deal: &Deal) -> Result<LoanPool, Failure> {
    let schema = deal.require_schema().map_err(in_deal)?;
    let reading = tape::read_tape_under(name, text.as_bytes(), &tape::Mapping::default(), schema)?;
    LoanPool::new(&reading.tape, schema).map_err(in_deal)
}
