//! `tailproof verify`: is this a proof that what these public files claim holds of the commitment?

use std::path::Path;

use ark_bn254::G1Affine;
use ethnum::I256;
use serde_json::json;
use tailproof_core::{Amount, Clause, Unit};
use tailproof_prover::opening::Commitment;
use tailproof_prover::pool_opening::PoolCommitment;
use tailproof_verifier::encoding::{from_hex, g1_from_coordinates, input_to_hex, to_hex};
use tailproof_verifier::key_file::key_digest;
use tailproof_verifier::proof_file::{CheckError, CheckOptions, Groth16, Halo2, ProofFile, ProofSystem, backend_of};
use tailproof_verifier::{MalformedError, VerifyingKey};

use super::{context, print_json, transparent, warn_of_development_keys};
use crate::cli::Verify;
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::output::out;
use crate::public_files::PublicFiles;

/// What was looked at, and what came of it.
pub struct Checked {
    pub backend: &'static str,
    pub commitment: String,
    pub sub_books: Vec<String>,
    pub keys: String,
    pub unit: Unit,
    pub public: PublicFiles,
    pub insecure: bool,
    pub outcome: Result<(), Failure>,
}

pub fn run(options: &Verify) -> Result<(), Failure> {
    let Checked { backend, commitment, sub_books, unit, public, insecure, outcome, .. } = check(options)?;
    let sentences = public.sentences();
    let rounding = rounding_at_most(&public, unit, sub_books.len());
    if options.json {
        print_json(&json!({
            "valid": outcome.is_ok(),
            "reason": outcome.as_ref().err().map(ToString::to_string),
            "backend": backend,
            "mandate": public.name(),
            "clauses": sentences,
            "commitment": commitment,
            "commitments": sub_books,
            "commitment_compared": !options.commitment.is_empty(),
            "unit": unit.to_string(),
            "rounding_at_most": rounding.to_f64(),
            "insecure_development_keys": insecure,
        }));
    } else if outcome.is_ok() {
        out!("VALID: the {} under commitment {commitment}", public.subject());
        match &public {
            PublicFiles::Market { mandate, set } => {
                out!("meets the mandate \"{}\" over {}:", mandate.name(), set.sentence());
            }
            PublicFiles::Pool { deal, set } => {
                let over = set.as_ref().map(|set| format!(" over {}", set.sentence()));
                out!("is as the deal \"{}\" says{}:", deal.name(), over.unwrap_or_default());
            }
        }
        for sentence in sentences {
            out!("  {sentence}");
        }
        if matches!(public, PublicFiles::Market { .. }) {
            out!("book unit {unit}: the rounding of the book to it changes a loss by at most {rounding}");
        }
        for sub_book in sub_books.iter().filter(|_| sub_books.len() > 1) {
            out!("sub-book {sub_book}");
        }
        if options.commitment.is_empty() {
            out!("note: compare the commitment with the one you know, or give it with --commitment");
        }
    }
    outcome
}

/// Verifies: an error is bad input, a proof that is not valid is an outcome.
pub fn check(options: &Verify) -> Result<Checked, Failure> {
    let text = files::read_text(&options.proof)?;
    let malformed = Failure::malformed(&options.proof);
    match backend_of(&text).map_err(malformed)?.as_str() {
        Halo2::BACKEND => check_halo2(options, &text),
        _ => check_groth16(options, &text),
    }
}

fn check_groth16(options: &Verify, text: &str) -> Result<Checked, Failure> {
    let file = ProofFile::<Groth16>::from_json(text).map_err(Failure::malformed(&options.proof))?;
    let public = PublicFiles::read(&options.public)?;
    let key = files::verifying_key(&options.keys)?;
    let attested = options.scenario_point.as_deref().map(attested_point).transpose();
    let check = CheckOptions {
        context: context(options.context.as_deref())?,
        scenario_point: attested.map_err(Failure::malformed(Path::new("command line")))?,
    };
    warn_of_development_keys(key.header());
    let outcome = match file.check(&key, public.proposition(), check) {
        Err(CheckError::OtherKeys) => return Err(other_keys(&file, &key, &options.keys)),
        outcome => outcome_of(outcome)?,
    };
    let proved: Vec<String> = file.sub_books().iter().map(to_hex).collect();
    let outcome = about_commitments(options, outcome, &proved, |path| {
        let text = files::read_text(path)?;
        Ok(match &public {
            PublicFiles::Market { .. } => {
                to_hex(&Commitment::from_json(&text).map_err(Failure::malformed(path))?.commitment)
            }
            PublicFiles::Pool { .. } => {
                to_hex(&PoolCommitment::from_json(&text).map_err(Failure::malformed(path))?.commitment)
            }
        })
    })?;
    Ok(Checked {
        backend: Groth16::BACKEND,
        commitment: to_hex(&file.commitment),
        sub_books: proved,
        keys: hex::encode(file.keys),
        unit: file.unit,
        public,
        insecure: key.header().provenance.is_insecure(),
        outcome,
    })
}

fn check_halo2(options: &Verify, text: &str) -> Result<Checked, Failure> {
    let file = ProofFile::<Halo2>::from_json(text).map_err(Failure::malformed(&options.proof))?;
    let public = PublicFiles::read(&options.public)?;
    let key = transparent::verifying_key(&options.keys)?;
    let check = CheckOptions { context: context(options.context.as_deref())?, scenario_point: None };
    if options.scenario_point.is_some() {
        return Err(Failure::OtherBackend { what: "a scenario point", backend: Halo2::BACKEND });
    }
    let outcome = match file.check(&key, public.proposition(), check) {
        Err(CheckError::OtherKeys) => {
            return Err(Failure::Mismatch(Mismatch::Keys {
                proof_shape: file.shape,
                proof_keys: hex::encode(file.keys),
                folder: options.keys.clone(),
                shape: key.shape(),
                keys: hex::encode(key.digest()),
            }));
        }
        outcome => outcome_of(outcome)?,
    };
    let commitment = input_to_hex(&file.commitment);
    let proved: Vec<String> = file.sub_books().iter().map(input_to_hex).collect();
    let outcome = about_commitments(options, outcome, &proved, |path| {
        let text = files::read_text(path)?;
        if matches!(public, PublicFiles::Pool { .. }) {
            let known = PoolCommitment::from_json(&text).map_err(Failure::malformed(path))?;
            return Ok(input_to_hex(&known.halo2_commitment));
        }
        let known = Commitment::from_json(&text).map_err(Failure::malformed(path))?;
        let known = known.halo2_commitment.as_ref().map(input_to_hex);
        known.ok_or(Failure::OtherBackend {
            what: "this commitment file, which an older version made,",
            backend: Halo2::BACKEND,
        })
    })?;
    Ok(Checked {
        backend: Halo2::BACKEND,
        commitment,
        sub_books: proved,
        keys: hex::encode(file.keys),
        unit: file.unit,
        public,
        insecure: false,
        outcome,
    })
}

/// Bad input is an error, a proof that is not valid an outcome.
fn outcome_of<T>(checked: Result<T, CheckError>) -> Result<Result<(), Failure>, Failure> {
    match checked {
        Ok(_) => Ok(Ok(())),
        Err(CheckError::Instance(error)) => Err(error.into()),
        Err(CheckError::NotValid(error)) => Ok(Err(Failure::NotValid(error))),
        Err(_) => Err(Failure::Defect("the verifier failed in a way that has no name")),
    }
}

/// Whether a valid proof is about the commitments that the verifier knows, if they gave any.
fn about_commitments(
    options: &Verify,
    outcome: Result<(), Failure>,
    proved: &[String],
    of: impl Fn(&Path) -> Result<String, Failure>,
) -> Result<Result<(), Failure>, Failure> {
    let given = options.commitment.len();
    if given != 0 && given != proved.len() {
        let sub_books = proved.len();
        return Err(Failure::Usage(format!(
            "the proof is about {sub_books} commitment(s), {given} of --commitment are given: name each, in order"
        )));
    }
    for (path, proved) in options.commitment.iter().zip(proved) {
        let known = of(path)?;
        if outcome.is_ok() && known != *proved {
            return Ok(Err(Failure::Mismatch(Mismatch::Commitment {
                proof: proved.clone(),
                file: path.clone(),
                file_commitment: known,
            })));
        }
    }
    Ok(outcome)
}

/// The most that a loss of the committed book differs from that of the book before it was rounded to its unit: half a unit of
/// each factor and sub-book, times the factor's move, in the scenario where that is most. Of a parametric figure: its coefficient times
/// the deviation of such a difference, and its mean.
fn rounding_at_most(public: &PublicFiles, unit: Unit, books: usize) -> Amount {
    let PublicFiles::Market { mandate, set } = public else {
        // A tape whose balances are not whole units is not committed to.
        return Amount::from_units(0, unit);
    };
    let books = I256::from(books as u64);
    if let Some(scale) = set.generator().covariance_scale() {
        let total = |row: usize| set.row(row).iter().map(|entry| f64::from(entry.unsigned_abs())).sum::<f64>();
        let squared = mandate.clauses().iter().filter_map(Clause::squared_coefficient).max().unwrap_or(0);
        #[allow(clippy::cast_precision_loss)]
        let coefficient = (squared as f64 / f64::from(1u32 << 30)).sqrt();
        let deviation = (1..set.scenarios()).map(|row| total(row) * total(row)).sum::<f64>().sqrt();
        // Rounded up by more than double precision errs.
        #[allow(clippy::cast_possible_truncation)]
        let most = ((coefficient * deviation + total(0)) * (1.0 + 1e-9)).ceil() as i64;
        return Amount::from_loss(books * I256::from(most), I256::from(2u64 << scale), unit);
    }
    let moves = (0..set.scenarios())
        .map(|scenario| set.row(scenario).iter().map(|entry| u64::from(entry.unsigned_abs())).sum());
    let spreads = mandate.half_spread_entries(set).unwrap_or_default();
    let most: u64 = moves.max().unwrap_or(0) + spreads.iter().map(|spread| spread.unsigned_abs()).sum::<u64>();
    Amount::from_loss(books * I256::from(most), I256::from(2), unit)
}

/// Reads a proof file.
pub fn read_proof(path: &Path) -> Result<ProofFile, Failure> {
    ProofFile::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))
}

/// Proof and keys do not belong together.
pub fn other_keys(file: &ProofFile, key: &VerifyingKey, folder: &Path) -> Failure {
    Failure::Mismatch(Mismatch::Keys {
        proof_shape: file.shape,
        proof_keys: hex::encode(file.keys),
        folder: folder.to_owned(),
        shape: key.shape(),
        keys: hex::encode(key_digest(key)),
    })
}

fn attested_point(text: &str) -> Result<G1Affine, MalformedError> {
    let field = "--scenario-point";
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 128 && digits.is_ascii());
    let digits = digits.ok_or_else(|| MalformedError::Syntax(format!("{field}: expected 0x and 128 hex digits")))?;
    let (x, y) = digits.split_at(64);
    g1_from_coordinates(field, from_hex(field, &format!("0x{x}"))?, from_hex(field, &format!("0x{y}"))?)
}
