//! `tailproof prove`: a proof that a committed book meets a mandate.

use serde_json::json;
use tailproof_circuits::r1cs::market::market_system;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_prover::market::{MarketProofError, prove_market};
use tailproof_prover::opening::Opening;
use tailproof_prover::{ProvingKey, lean_qap::domain_size};
use tailproof_risk::Mandate;
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::market::context as default_context;
use tailproof_verifier::market::layout::ScenarioInputs;
use tailproof_verifier::proof_file::ProofFile;
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::{MarketClaim, VerifyingKey};

use super::{context, print_json, warn_of_development_keys};
use crate::cli::Prove;
use crate::failure::{Failure, Mismatch};
use crate::files::{self, Access};
use crate::output::out;
use crate::progress::spin;

/// What was proved.
pub struct Proved {
    pub claim: MarketClaim,
    pub mandate: Mandate,
    pub constraints: usize,
    pub keys: [u8; 32],
}

pub fn run(options: &Prove) -> Result<(), Failure> {
    let Proved { claim, mandate, constraints, keys } = prove(options)?;
    if options.json {
        print_json(&json!({
            "proof": options.output,
            "commitment": to_hex(&claim.commitment),
            "context": to_hex(&claim.context),
            "shape": claim.shape.to_string(),
            "constraints": constraints,
            "domain": domain_size(constraints),
            "keys": hex::encode(keys),
        }));
        return Ok(());
    }
    out!("proved, without showing the book under commitment {}:", to_hex(&claim.commitment));
    for clause in mandate.clauses() {
        out!("  {clause}");
    }
    out!("wrote {}", options.output.display());
    Ok(())
}

/// Makes the proof and writes its file.
pub fn prove(options: &Prove) -> Result<Proved, Failure> {
    let inputs = [options.book.as_path(), &options.opening, &options.scenarios, &options.mandate];
    files::refuse_overlap(&[&options.output], &inputs)?;
    let (set, scenarios_digest) = files::scenarios(&options.scenarios)?;
    let mandate = files::mandate(&options.mandate)?;
    let opening =
        Opening::from_json(&files::read_text(&options.opening)?).map_err(Failure::malformed(&options.opening))?;
    let positions = files::book(&options.book)?.positions_as_committed(&set, opening.unit(), opening.nav())?;
    if !opening.opens_to(&set, &positions) {
        return Err(Failure::Mismatch(Mismatch::Opening {
            opening: options.opening.clone(),
            book: options.book.clone(),
            scenarios: options.scenarios.clone(),
        }));
    }
    let context = match context(options.context.as_deref())? {
        Some(context) => context,
        None => default_context(&mandate.digest(), &scenarios_digest),
    };
    let verifying = files::verifying_key(&options.keys)?;
    let shape = verifying.shape();
    let scenarios = ScenarioInputs::new(shape, &set)?;
    let claim = MarketClaim::new(shape, &mandate, &set, positions.unit(), opening.commitment(), context)?;

    let figures = mandate.evaluate(&set, &positions);
    if figures.iter().any(|figure| !figure.holds) {
        return Err(Failure::FalseClaim(figures));
    }

    let proving = proving_key(options, &verifying)?;
    warn_of_development_keys(proving.header());
    let witness = MarketWitness::new(&claim, &set, positions, opening.blinding());
    let proof = spin("proving", || prove_market(&proving, &claim, &set, &witness, &mut rand::rngs::OsRng))
        .map_err(|error| explain(error, &proving, options))?;
    let point = scenario_point(&verifying, &scenarios);
    verifying
        .verify(&claim.controls(), &point, &proof)
        .map_err(|_| Failure::Mismatch(Mismatch::KeyPair(options.keys.clone())))?;

    let file = ProofFile::new(&verifying, &mandate, &set, &claim, point, proof);
    files::write(&options.output, file.to_json().as_bytes(), Access::Public)?;
    Ok(Proved { claim, mandate, constraints: proving.constraints(), keys: file.keys })
}

/// A claim that holds and is still not provable means that keys and program differ.
fn explain(error: MarketProofError, key: &ProvingKey, options: &Prove) -> Failure {
    let expected = market_system(key.header().shape).map(|system| system.digest());
    match expected {
        Ok(expected) if expected != key.header().circuit => Failure::Mismatch(Mismatch::Circuit {
            folder: options.keys.clone(),
            found: hex::encode(key.header().circuit),
            expected: hex::encode(expected),
        }),
        _ => error.into(),
    }
}

fn proving_key(options: &Prove, verifying: &VerifyingKey) -> Result<ProvingKey, Failure> {
    let path = options.keys.join("proving.key");
    let key = ProvingKey::decode(&files::read(&path)?).map_err(Failure::malformed(&path))?;
    if key.header() != verifying.header() {
        return Err(Failure::Mismatch(Mismatch::KeyPair(options.keys.clone())));
    }
    Ok(key)
}
