//! A securitiser proves what a deal says of its loans and of the losses of its tranches, without
//! showing a loan.
//!
//! `cargo run --release --example pool`

use std::error::Error;
use std::sync::Arc;

use tailproof::commitments::{CommitmentFile, commit};
use tailproof::keys::insecure_development_keys;
use tailproof::scenarios::credit::credit_scenarios;
use tailproof::scenarios::{CreditParameters, FactorSource};
use tailproof::{Claim, Deal, DealClaim, Expected, Groth16, LoanPool, OsRng, Prover, tape};

const LOANS: &str = include_str!("../src/demo/loans.csv");
const DEAL: &str = r#"
name = "Ten consumer loans"
[tape]
version = 2
cut_off = "2018-03-31"
currency = "USD"
columns = ["rate", "grade", "status"]
grades = ["A", "B", "C", "D", "E", "F", "G"]
[tape.scale]
rate = "percent"
[tape.status]
current = ["current"]
grace = ["grace"]
delinquent = ["delinquent"]
[claims]
loans_min = 10
average_rate_min = 8
[pd]
A = 0.039
B = 0.144
C = 0.230
D = 0.395
E = 0.468
F = 0.688
G = 0.688
[lgd]
other = 0.877
[[tranche]]
name = "equity"
attachment = 0
detachment = 0.4
[[tranche]]
name = "senior"
attachment = 0.4
detachment = 1
expected_loss = 0.05
"#;

/// Proves and verifies, and returns what there is to say about it.
pub fn run() -> Result<Vec<String>, Box<dyn Error>> {
    // Public: the deal, and credit scenarios from its probabilities of default.
    let deal = Arc::new(Deal::from_toml("deal.toml", DEAL)?);
    let source = FactorSource::Nodes(16);
    let parameters = CreditParameters { rho: "0.1".into(), degrees: None, source, slots: None };
    let scenarios = Arc::new(credit_scenarios(&deal, &parameters)?);
    let claim = DealClaim::new(deal.clone(), Some(scenarios))?;

    // Private: the first ten loans of the demo.
    let first: Vec<&str> = LOANS.lines().take(11).collect();
    let schema = deal.require_schema()?;
    let (rows, mapping) = (first.join("\n"), tape::Mapping::default());
    let tape = tape::read_tape_under("loans.csv", rows.as_bytes(), &mapping, schema)?.tape;
    let loans = LoanPool::new(&tape, schema)?;
    let count = loans.loans().len();
    let (commitment, opening) = commit(&loans, schema, &mut OsRng);
    let held = opening.open(loans, schema)?;

    let shape = Claim::from(claim.clone()).smallest_shape(1, count)?;
    let (proving, verifying) = insecure_development_keys(shape, &mut OsRng)?;
    let prover = Prover::<Groth16>::new(proving, verifying)?;
    let proof = prover.prove(&claim, &held, None, &mut OsRng)?;

    let commitment = CommitmentFile::Pool(commitment).value::<Groth16>()?;
    let expected = Expected { commitments: Some(vec![commitment]), ..Expected::default() };
    let verified = prover.verifier().verify(&claim, &proof, &expected)?;
    let mut said = vec![format!("committed to {count} loans"), format!("made keys of shape {shape}")];
    said.extend(verified.claims.iter().map(|sentence| format!("proved: {sentence}")));
    Ok(said)
}

#[allow(dead_code)]
fn main() -> Result<(), Box<dyn Error>> {
    run()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
