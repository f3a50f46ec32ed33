//! `tailproof verify`: is this a proof that what these public files claim holds of the commitment?

use std::path::{Path, PathBuf};

use ark_bn254::Fr;
use serde_json::json;
use tailproof::verifier::encoding::input_to_hex;
use tailproof::verifier::proof::backend_of;
use tailproof::{
    Backend, Claim, Expected, Groth16, Halo2, KeysUsed, ProofFile, Refused, Unit, Verified, Verifier, VerifyError,
};

use super::prove::subject;
use crate::claims::{commitments, public_claim};
use crate::cli::Verify;
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::options::context;
use crate::output::{out, print_json};

/// The statements of a proof file, the keys that checked it, and the verdict.
pub struct Checked {
    pub backend: &'static str,
    pub commitment: String,
    pub sub_books: Vec<String>,
    pub unit: Unit,
    pub keys: KeysUsed,
    pub verdict: Result<Verified, NotValid>,
}

/// A verdict that a proof is not valid.
#[derive(Clone)]
pub struct NotValid {
    /// The reason.
    pub error: VerifyError,
    /// The commitment file that the proof is not about, if that is the reason.
    file: Option<PathBuf>,
}

impl From<NotValid> for Failure {
    fn from(NotValid { error, file }: NotValid) -> Self {
        match (error, file) {
            (VerifyError::OtherCommitment { proved, known }, Some(file)) => {
                Failure::Mismatch(Mismatch::Commitment { proof: proved, file, file_commitment: known })
            }
            (error, _) => Failure::NotValid(error),
        }
    }
}

/// Expectations of a proof, besides the claim.
#[derive(Default)]
pub struct Question<'q> {
    pub context: Option<Fr>,
    /// Commitment files that the proof must be about.
    pub commitments: &'q [PathBuf],
    pub scenario_point: Option<&'q str>,
}

pub fn run(options: &Verify) -> Result<(), Failure> {
    let claim = public_claim(&options.public)?;
    let question = Question {
        context: context(options.context.as_deref())?,
        commitments: &options.commitment,
        scenario_point: options.scenario_point.as_deref(),
    };
    let checked = check(&options.proof, &claim, &options.keys, &question)?;
    if options.json {
        print_json(&as_json(&checked, &claim, options));
    } else if checked.verdict.is_ok() {
        print(&checked, &claim, options);
    }
    Ok(checked.verdict.map(drop)?)
}

fn as_json(checked: &Checked, claim: &Claim, options: &Verify) -> serde_json::Value {
    let reason = checked.verdict.as_ref().err().map(|no| Failure::from(no.clone()).to_string());
    json!({
        "valid": checked.verdict.is_ok(),
        "reason": reason,
        "backend": checked.backend,
        "mandate": claim.name(),
        "clauses": claim.sentences(),
        "commitment": checked.commitment,
        "commitments": checked.sub_books,
        "commitment_compared": !options.commitment.is_empty(),
        "scenario_point_attested": options.scenario_point.is_some(),
        "unit": checked.unit.to_string(),
        "rounding_at_most": claim.rounding_at_most(checked.unit, checked.sub_books.len()).to_f64(),
        "insecure_development_keys": checked.keys.is_development(),
    })
}

fn print(checked: &Checked, claim: &Claim, options: &Verify) {
    let Checked { commitment, sub_books, unit, .. } = checked;
    out!("VALID: the {} under commitment {commitment}", subject(claim));
    let over = claim.scenarios().map(tailproof::ScenarioSet::sentence);
    match claim {
        Claim::Market(_) => {
            out!("meets the mandate \"{}\" over {}:", claim.name(), over.unwrap_or_default());
        }
        Claim::Pool(_) => {
            let over = over.map(|set| format!(" over {set}")).unwrap_or_default();
            out!("is as the deal \"{}\" says{over}:", claim.name());
        }
    }
    for sentence in claim.sentences() {
        out!("  {sentence}");
    }
    if matches!(claim, Claim::Market(_)) {
        let rounding = claim.rounding_at_most(*unit, sub_books.len());
        out!("book unit {unit}: the rounding of the book to it changes a loss by at most {rounding}");
    }
    for sub_book in sub_books.iter().filter(|_| sub_books.len() > 1) {
        out!("sub-book {sub_book}");
    }
    if options.scenario_point.is_some() {
        out!("note: the scenario point was taken as given: that it is the one of these scenarios was not checked");
    }
    if options.commitment.is_empty() {
        out!("note: compare the commitment with the one you know, or give it with --commitment");
    }
}

/// Verifies a proof file with the keys of a folder: an error is bad input, a proof that is not valid is a verdict.
pub fn check(path: &Path, claim: &Claim, keys: &Path, question: &Question<'_>) -> Result<Checked, Failure> {
    let text = files::read_text(path)?;
    if backend_of(&text).map_err(Failure::malformed(path))? == Halo2::NAME {
        return check_with::<Halo2>(path, &text, claim, keys, question);
    }
    check_with::<Groth16>(path, &text, claim, keys, question)
}

fn check_with<B: KeyFolder>(
    path: &Path,
    text: &str,
    claim: &Claim,
    folder: &Path,
    question: &Question<'_>,
) -> Result<Checked, Failure> {
    let proof = ProofFile::<B>::from_json(text).map_err(Failure::malformed(path))?;
    let verifier = B::verifier(folder)?;
    let expected = Expected {
        commitments: commitments::<B>(claim, question.commitments)?,
        context: question.context,
        attested: B::attested(question.scenario_point)?,
        remake: None,
    };
    keys::warn_of_development(verifier.provenance());
    let verdict = match verifier.verify(claim, &proof, &expected) {
        Ok(verified) => Ok(verified),
        Err(Refused::NotValid(error)) => {
            Err(NotValid { file: other_commitment(&error, &proof, &expected, question), error })
        }
        Err(refused) => return Err(of_refused(refused, folder)),
    };
    Ok(Checked {
        backend: B::NAME,
        commitment: input_to_hex(&proof.commitment),
        sub_books: proof.sub_books().iter().map(input_to_hex).collect(),
        unit: proof.unit,
        keys: used(&verifier),
        verdict,
    })
}

fn used<B: Backend>(verifier: &Verifier<B>) -> KeysUsed {
    KeysUsed { digest: verifier.key_digest(), provenance: verifier.provenance() }
}

/// Returns the commitment file that a proof is not about, if that is the error.
fn other_commitment<B: Backend>(
    error: &VerifyError,
    proof: &ProofFile<B>,
    expected: &Expected<'_, B>,
    question: &Question<'_>,
) -> Option<PathBuf> {
    if !matches!(error, VerifyError::OtherCommitment { .. }) {
        return None;
    }
    let known = expected.commitments.as_deref().unwrap_or_default();
    let differs = proof.sub_books().iter().zip(known).position(|(proved, known)| proved != known);
    differs.and_then(|index| question.commitments.get(index).cloned())
}

/// Returns the failure of a proof that has no verdict.
fn of_refused(refused: Refused, folder: &Path) -> Failure {
    match refused {
        Refused::OtherKeys { proof_shape, proof_keys, shape, keys } => Failure::Mismatch(Mismatch::Keys {
            proof_shape,
            proof_keys: hex::encode(proof_keys),
            folder: folder.to_owned(),
            shape,
            keys: hex::encode(keys),
        }),
        Refused::OtherCount { proved, expected } => Failure::Usage(format!(
            "the proof is about {proved} commitment(s), {expected} of --commitment are given: name each, in order"
        )),
        Refused::Instance(error) => error.into(),
        Refused::NotValid(error) => error.into(),
        other @ Refused::NotRemade(_) => Failure::NoVerdict(other.into()),
        _ => Failure::Defect("the verifier refused in a way that has no name"),
    }
}

/// Reads a Groth16 proof file.
pub fn read_proof(path: &Path) -> Result<ProofFile, Failure> {
    ProofFile::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))
}

/// Returns the failure of a proof that was made with other keys than those of a folder.
pub fn other_keys(proof: &ProofFile, verifier: &Verifier<Groth16>, folder: &Path) -> Failure {
    let (shape, keys) = (verifier.shape(), verifier.key_digest());
    of_refused(Refused::OtherKeys { proof_shape: proof.shape, proof_keys: proof.keys, shape, keys }, folder)
}
