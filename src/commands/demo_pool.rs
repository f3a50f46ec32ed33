//! The pool act of `tailproof demo`: loans, tranches, and what is refused, on embedded real data.

use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tailproof_verifier::Shape;
use tailproof_verifier::encoding::to_hex;

use super::{keygen, pool, prove, scenarios, verify};
use crate::cli::{
    Backend, CommitFiles, CopulaModel, CopulaOptions, CreditSet, PoolCommit, Prove, PublicOptions, Verify,
};
use crate::failure::{Failure, Mismatch};
use crate::files::{self, Access};
use crate::output::out;

/// The first 200 of 10,000 consumer loans; see `src/demo/SOURCES.md`.
const LOANS: &str = include_str!("../demo/loans.csv");
const DEAL: &str = include_str!("../demo/deal.toml");
const SHAPE: &str = "200loans+pool+32x7/2tranches";
/// A loan of the tape, and the same with a cent more.
const CENT: (&str, &str) = ("1,27015.86,", "1,27015.87,");

/// Plays the act in a folder.
pub fn tell(folder: &Path) -> Result<(), Failure> {
    let at = |name: &str| folder.join(name);
    files::write(&at("loans.csv"), LOANS.as_bytes(), Access::Secret)?;
    files::write(&at("deal.toml"), DEAL.as_bytes(), Access::Public)?;
    let set = scenarios::write_credit(&CreditSet {
        deal: at("deal.toml"),
        copula: CopulaOptions { model: CopulaModel::Gaussian, rho: "0.1".into(), degrees: None },
        nodes: Some(32),
        paths: None,
        seed: None,
        slots: None,
        output: at("credit.scn"),
        json: false,
    })?;
    out!("public: {}", set.sentence());
    let shape: Shape = SHAPE.parse()?;
    let rng = ChaCha20Rng::from_rng(rand::rngs::OsRng).map_err(|_| Failure::Defect("no randomness"))?;
    keygen::write_keys(shape, rng, &at("pool-keys"), true)?;
    let commitment = pool::commit(&PoolCommit {
        tape: at("loans.csv"),
        deal: at("deal.toml"),
        mapping: None,
        files: CommitFiles {
            output: at("pool.commitment.json"),
            opening: at("pool.opening"),
            force: true,
            json: false,
        },
    })?;
    out!("commitment to the loans on a real tape of 200 that are not paid: {}", to_hex(&commitment.commitment));
    let proved = prove::prove(&prove_options(folder, "loans.csv", "deal.toml", "pool-proof.json"))?;
    for sentence in proved.public.sentences() {
        out!("proved: {sentence}");
    }
    verify::check(&verify_options(folder, "deal.toml", "pool-proof.json"))?.outcome?;
    out!("VALID ({} constraints)", proved.constraints);

    let (loan, cent_more) = CENT;
    files::write(&at("cent.csv"), LOANS.replacen(loan, cent_more, 1).as_bytes(), Access::Secret)?;
    match prove::prove(&prove_options(folder, "cent.csv", "deal.toml", "no-proof.json")) {
        Err(Failure::Mismatch(Mismatch::PoolOpening { .. })) => {
            out!("a loan with a cent more: the opening does not open to it")
        }
        Err(other) => return Err(other),
        Ok(_) => return Err(Failure::Defect("another tape was proved about")),
    }
    let tighter = DEAL.replace("average_rate_min = 12.5", "average_rate_min = 13");
    files::write(&at("tight-deal.toml"), tighter.as_bytes(), Access::Public)?;
    match prove::prove(&prove_options(folder, "loans.csv", "tight-deal.toml", "no-proof.json")) {
        Err(refusal @ Failure::FalsePoolClaim(_)) => {
            out!("a higher average rate: {refusal}");
            Ok(())
        }
        Err(other) => Err(other),
        Ok(_) => Err(Failure::Defect("a false claim was proved")),
    }
}

fn prove_options(folder: &Path, tape: &str, deal: &str, proof: &str) -> Prove {
    Prove {
        book: Vec::new(),
        pool: Some(folder.join(tape)),
        mapping: None,
        opening: vec![folder.join("pool.opening")],
        scenarios: Some(folder.join("credit.scn")),
        mandate: None,
        deal: Some(folder.join(deal)),
        keys: folder.join("pool-keys"),
        context: None,
        output: Some(folder.join(proof)),
        backend: Backend::Groth16,
        witness: None,
        snarkjs_proof: None,
        json: false,
    }
}

fn verify_options(folder: &Path, deal: &str, proof: &str) -> Verify {
    let commitment: Vec<PathBuf> = vec![folder.join("pool.commitment.json")];
    Verify {
        proof: folder.join(proof),
        public: PublicOptions {
            scenarios: Some(folder.join("credit.scn")),
            mandate: None,
            deal: Some(folder.join(deal)),
        },
        keys: folder.join("pool-keys"),
        context: None,
        commitment,
        scenario_point: None,
        json: false,
    }
}
