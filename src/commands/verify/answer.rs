//! A proof file that is checked with keys, and what options expect of it.

use std::path::{Path, PathBuf};

use ark_bn254::Fr;
use tailproof::attestations::Attestation;
use tailproof::verifier::proof::backend_of;
use tailproof::verifier::verdict::Checked;
use tailproof::{
    Backend, Claim, DigestList, Expected, Groth16, Halo2, ProofFile, Refused, Verified, Verifier, VerifyError,
};

use crate::claims::commitments;
use crate::cli::Verify;
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::options::{context, seed};
use crate::sources::SourceFiles;
use crate::vouchers::Vouchers;

/// A proof file that has a verdict.
pub struct Answer {
    pub checked: Checked,
    /// The commitment file that the proof is not about, if that is the reason.
    file: Option<PathBuf>,
}

impl Answer {
    /// Returns the verdict; the failure of a proof that is not valid names the file that it is not
    /// about.
    pub fn verdict(&self) -> Result<&Verified, Failure> {
        self.checked.verdict.as_ref().map_err(|error| match (error, &self.file) {
            (VerifyError::OtherCommitment { proved, known }, Some(file)) => Failure::Mismatch(Mismatch::Commitment {
                proof: proved.clone(),
                file: file.clone(),
                file_commitment: known.clone(),
            }),
            (error, _) => Failure::NotValid(error.clone()),
        })
    }
}

/// Expectations of a proof, besides the claim.
#[derive(Default)]
pub struct Question<'q> {
    pub context: Option<Fr>,
    /// Commitment files that the proof must be about.
    pub commitments: &'q [PathBuf],
    pub scenario_point: Option<&'q str>,
    pub seed: Option<[u8; 32]>,
    pub withdrawn: Option<DigestList>,
    pub sources: SourceFiles,
    pub vouchers: Option<Vouchers>,
}

/// Reads what options expect of a proof.
pub fn question<'o>(options: &'o Verify, claim: &Claim, of_bundle: Vec<Attestation>) -> Result<Question<'o>, Failure> {
    Ok(Question {
        context: context(options.context.as_deref())?,
        commitments: &options.commitment,
        scenario_point: options.scenario_point.as_deref(),
        seed: options.seed.as_deref().map(seed).transpose()?,
        withdrawn: options.withdrawn.as_deref().map(files::withdrawn_keys).transpose()?,
        sources: SourceFiles::read(&options.sources, claim, options.strict)?,
        vouchers: Vouchers::read(&options.vouchers, of_bundle)?,
    })
}

/// Verifies a proof file with the keys of a folder: an error is bad input, a proof that is not
/// valid is a verdict.
pub fn check(path: &Path, claim: &Claim, keys: &Path, question: &Question<'_>) -> Result<Answer, Failure> {
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
) -> Result<Answer, Failure> {
    let proof = ProofFile::<B>::from_json(text).map_err(Failure::malformed(path))?;
    checked_by(&proof, B::verifier(folder)?, claim, folder, question)
}

/// Verifies a proof with a key, which `place` names.
pub fn checked_by<B: KeyFolder>(
    proof: &ProofFile<B>,
    verifier: Verifier<B>,
    claim: &Claim,
    place: &Path,
    question: &Question<'_>,
) -> Result<Answer, Failure> {
    let named = commitments::<B>(claim, question.commitments)?;
    let expected = Expected {
        // Any will do if no file is given.
        commitments: Some(named.iter().map(|(_, value)| *value).collect()).filter(|_: &Vec<_>| !named.is_empty()),
        context: question.context,
        scenario_point: B::point(question.scenario_point)?,
        seed: question.seed,
        withdrawn: question.withdrawn.as_ref(),
        attestors: question.vouchers.as_ref().map(Vouchers::attestors),
        remake: question.sources.remake(),
    };
    keys::warn_of_development(verifier.provenance());
    let checked = verifier.check(claim, proof, &expected).map_err(|refused| of_refused(refused, place))?;
    let file = checked.verdict.as_ref().err().and_then(|error| other_commitment(error, proof, &named));
    Ok(Answer { checked, file })
}

/// Returns the first commitment file that a proof is not about, if that is the error.
fn other_commitment<B: Backend>(
    error: &VerifyError,
    proof: &ProofFile<B>,
    named: &[(&PathBuf, B::Field)],
) -> Option<PathBuf> {
    if !matches!(error, VerifyError::OtherCommitment { .. }) {
        return None;
    }
    let differs = named.iter().find(|(_, known)| !proof.sub_books().contains(known));
    differs.map(|(path, _)| (*path).clone())
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
            "the proof is about {proved} commitment(s), {expected} of --commitment are given: name each"
        )),
        Refused::Instance(error) => error.into(),
        Refused::NotValid(error) => error.into(),
        other @ (Refused::NotRemade(_) | Refused::NothingToRemake) => Failure::NoVerdict(other.into()),
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
