//! Checks of proofs.

use ark_bn254::{Fr, G1Affine};
use serde_json::Value;
use tailproof_core::echo::echo;
use tailproof_verifier::attestation::Attestation;
use tailproof_verifier::attestation::key::CHECKED_HERE;
use tailproof_verifier::bundle::{Bundle, Content, Pins};
use tailproof_verifier::encoding::{digest_from_hex, from_hex};
use tailproof_verifier::export::evm::{self, Call, Word};
use tailproof_verifier::keys::decode_verifying_key;
use tailproof_verifier::proof::backend_of;
use tailproof_verifier::{Backend, Checked, Claim, CommitmentFile, Groth16, Prepared, ProofFile, Verifier};

use crate::question::{Question, Terms, of_claim, word};
use crate::refusal::Refusal;
use crate::request::{Fields, missing};
use crate::store;

/// Returns the result of a verification that has a verdict.
pub fn result(checked: &Checked, claim: &Claim) -> Value {
    let mut json = checked.to_json(claim);
    json["verdict"] = true.into();
    json
}

/// Reads a proof file.
fn proof_file(bytes: &[u8]) -> Result<ProofFile<Groth16>, Refusal> {
    let malformed = |error| Refusal::malformed("proof", &error);
    let text = text("proof", bytes)?;
    let backend = backend_of(text).map_err(malformed)?;
    if backend != Groth16::NAME {
        let (found, here) = (echo(&backend), Groth16::NAME);
        return Err(Refusal::new("other-backend", format!("the proof is of {found}, and this module checks {here}")));
    }
    ProofFile::from_json(text).map_err(malformed)
}

/// Checks a proof file against `keys`, terms and expectations.
pub fn file(proof: &[u8], mut fields: Fields) -> Result<Value, Refusal> {
    let keys = fields.number("keys")?.ok_or_else(|| missing("keys"))?;
    let (terms, question) = (Terms::take(&mut fields)?, Question::take(&mut fields)?);
    fields.end()?;
    let proof = proof_file(proof)?;
    store::with(|store| {
        let (verifier, prepared) = (store.keys(keys)?, store.prepared(keys, terms)?);
        let expected = question.expected(prepared.claim(), store)?;
        let checked = verifier.check_prepared(&prepared, &proof, &expected)?;
        Ok(result(&checked, prepared.claim()))
    })
}

/// Checks a proof as a contract takes it.
pub fn call(mut fields: Fields) -> Result<Value, Refusal> {
    let keys = fields.number("keys")?.ok_or_else(|| missing("keys"))?;
    let call = CallQuestion::take(fields)?;
    store::with(|store| {
        let (verifier, prepared) = (store.keys(keys)?, store.prepared(keys, call.terms)?);
        let proof = call.proof(&verifier, &prepared)?;
        let expected = call.question.expected(prepared.claim(), store)?;
        let checked = verifier.check_prepared(&prepared, &proof, &expected)?;
        Ok(result(&checked, prepared.claim()))
    })
}

/// A question about a proof as a contract takes it: `calldata`, or `proof`, `controls` and, where it is
/// known, the contract's `point`. The controls and the point are compared with those that follow from
/// the claim. `sub_books` has the commitments of a consolidated book.
pub struct CallQuestion {
    pub terms: Terms,
    pub question: Question,
    calldata: Option<String>,
    proof: Vec<String>,
    controls: Vec<String>,
    point: Vec<String>,
    sub_books: Vec<Fr>,
}

impl CallQuestion {
    /// Takes all of `fields`.
    pub fn take(mut fields: Fields) -> Result<Self, Refusal> {
        let (terms, question) = (Terms::take(&mut fields)?, Question::take(&mut fields)?);
        let calldata = fields.text("calldata")?;
        let [proof, controls, point, sub_books] =
            ["proof", "controls", "point", "sub_books"].map(|name| fields.texts(name));
        let (proof, controls, point) = (proof?, controls?, point?);
        fields.end()?;
        let of_books = |(index, text): (usize, &String)| from_hex(&format!("sub_books[{index}]"), text);
        let sub_books = sub_books?.iter().enumerate().map(of_books).collect::<Result<Vec<Fr>, _>>()?;
        Ok(Self { terms, question, calldata, proof, controls, point, sub_books })
    }

    /// Returns the proof as a file has it.
    pub fn proof(
        &self,
        verifier: &Verifier<Groth16>,
        prepared: &Prepared<Groth16>,
    ) -> Result<ProofFile<Groth16>, Refusal> {
        let Self { calldata, proof, controls, point, sub_books, .. } = self;
        let call = match calldata {
            Some(data) if proof.is_empty() && controls.is_empty() && point.is_empty() => of_calldata(data)?,
            Some(_) => return Err(Refusal::use_of("give the calldata or the words, not both")),
            None => of_words(proof, controls, point, prepared.scenario_point())?,
        };
        Ok(ProofFile::from_call(verifier.key(), prepared.claim(), &call)?.with_commitments(sub_books))
    }
}

fn of_calldata(data: &str) -> Result<Call, Refusal> {
    let bytes = data.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    // Capitals are a second spelling.
    let bytes = bytes.filter(|_| !data.bytes().any(|byte| byte.is_ascii_uppercase()));
    let bytes = bytes.ok_or_else(|| Refusal::malformed("calldata", &"expected 0x and lower-case hex digits"))?;
    Ok(evm::call_from_calldata(&bytes)?)
}

fn of_words(
    proof: &[String],
    controls: &[String],
    point: &[String],
    computed: Option<G1Affine>,
) -> Result<Call, Refusal> {
    let scenario_point = match (point, computed) {
        ([], Some(computed)) => computed,
        (point, _) => evm::g1_from_words("point", &words("point", point)?)?,
    };
    Ok(Call {
        proof: evm::proof_from_words(&words("proof", proof)?)?,
        scenario_point,
        controls: evm::controls_from_words(&words("controls", controls)?)?,
    })
}

fn words<const N: usize>(field: &'static str, texts: &[String]) -> Result<[Word; N], Refusal> {
    let mut words = [[0; 32]; N];
    if texts.len() != N {
        return Err(Refusal::malformed(field, &format!("{} words, and {N} are needed", texts.len())));
    }
    for (place, text) in words.iter_mut().zip(texts) {
        *place = word(field, text)?;
    }
    Ok(words)
}

/// Checks a bundle against the digests in `pins`, of which that of `keys` is needed. Whatever else
/// nobody pinned makes the result not valid.
pub fn bundle(bytes: &[u8], mut fields: Fields) -> Result<Value, Refusal> {
    let mut given = fields.object("pins")?.ok_or_else(|| missing("pins"))?;
    let mut question = Question::take(&mut fields)?;
    fields.end()?;
    let digest = |text: Option<String>| text.map(|text| digest_from_hex("pins", &text)).transpose();
    let keys = digest(Some(given.needed("keys")?))?;
    let pins = Pins { keys, terms: digest(given.text("terms")?)?, scenarios: digest(given.text("scenarios")?)? };
    given.end()?;

    let bundle = Bundle::decode(bytes).map_err(|error| Refusal::malformed("bundle", &error))?;
    let claim = bundle.claim("bundle")?;
    let proof = proof_file(&bundle.proof)?;
    let key = decode_verifying_key(&bundle.key).map_err(|error| Refusal::malformed("keys", &error))?;
    let verifier = Verifier::<Groth16>::new(key);
    if let Some((content, pinned)) = pins.other(&claim, verifier.key_digest()) {
        // The bundle is looked at, and it is not what the caller knows: a verdict.
        let refusal = Refusal::other_digest(content.what, content.digest, &pinned);
        return Err(Refusal { is_verdict: true, ..refusal });
    }
    for file in &bundle.commitments {
        // They came with the proof, so they vouch for nothing.
        of_claim(&commitment(file)?, &claim)?;
    }
    let attestation = |bytes: &Vec<u8>| {
        let attestation = Attestation::from_json(text("attestation", bytes)?);
        attestation.map_err(|error| Refusal::malformed("attestation", &error))
    };
    if CHECKED_HERE {
        question.add(bundle.attestations.iter().map(attestation).collect::<Result<_, _>>()?);
    }
    let expected = store::with(|store| question.expected(&claim, store))?;
    let checked = verifier.check(&claim, &proof, &expected)?;

    let mut json = result(&checked, &claim);
    let unknown = pins.unknown(&claim, verifier.key_digest());
    json["from_bundle"] = unknown.iter().map(|content| content.what).collect();
    if checked.verdict.is_ok() && !unknown.is_empty() {
        let each =
            |Content { what, digest }: &Content| format!("the {what} ({})", hex::encode(digest.unwrap_or_default()));
        let list = unknown.iter().map(each).collect::<Vec<_>>().join("; ");
        json["valid"] = false.into();
        json["code"] = "from-bundle".into();
        json["reason"] = format!("from the bundle alone, and compared with nothing: {list}").into();
    }
    Ok(json)
}

/// Reads a commitment file.
pub fn commitment(bytes: &[u8]) -> Result<CommitmentFile, Refusal> {
    let file = CommitmentFile::from_json(text("commitment", bytes)?);
    file.map_err(|error| Refusal::malformed("commitment", &error))
}

/// Returns the text of a file.
pub fn text<'f>(file: &str, bytes: &'f [u8]) -> Result<&'f str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| Refusal::malformed(file, &error))
}
