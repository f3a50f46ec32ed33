//! Checks of proofs.

use ark_bn254::{Fr, G1Affine};
use serde_json::Value;
use tailproof_verifier::attestation::{Attestation, AttestorKey};
use tailproof_verifier::bundle::{self, Bundle, Content};
use tailproof_verifier::digest_list::DigestList;
use tailproof_verifier::encoding::{digest_from_hex, from_hex, g1_from_coordinates};
use tailproof_verifier::expected::Attestors;
use tailproof_verifier::export::evm::{self, Word};
use tailproof_verifier::keys::decode_verifying_key;
use tailproof_verifier::proof::backend_of;
use tailproof_verifier::{Backend, Checked, Claim, CommitmentFile, Expected, Groth16, ProofFile, Verifier};

use crate::refusal::Refusal;
use crate::request::{Call, Expectations, Pins, Terms};
use crate::store::{self, Store};

/// Expectations, decoded.
struct Decoded {
    commitments: Option<Vec<Fr>>,
    context: Option<Fr>,
    scenario_point: Option<G1Affine>,
    seed: Option<[u8; 32]>,
    withdrawn: Option<DigestList>,
    attestors: Option<DecodedAttestors>,
}

struct DecodedAttestors {
    keys: Vec<AttestorKey>,
    given: Vec<Attestation>,
    subject: Option<[u8; 32]>,
    at: u64,
    revoked: Option<DigestList>,
}

impl Decoded {
    /// Decodes expectations of a claim, with the commitments and attestations of a bundle.
    fn of(
        expectations: &Expectations,
        claim: &Claim,
        store: &Store,
        of_bundle: (&[CommitmentFile], Vec<Attestation>),
    ) -> Result<Self, Refusal> {
        let (in_bundle, attestations) = of_bundle;
        let named = expectations
            .commitments
            .iter()
            .map(|handle| store.commitment(*handle)?.value_for::<Groth16>(claim).map_err(Refusal::from));
        let named = named.collect::<Result<Vec<_>, _>>()?;
        // Commitments that came with the proof are read strictly, and vouch for nothing.
        for file in in_bundle {
            file.value_for::<Groth16>(claim)?;
        }
        let point = |[x, y]: &[String; 2]| {
            g1_from_coordinates("scenario_point", from_hex("scenario_point[0]", x)?, from_hex("scenario_point[1]", y)?)
        };
        let attestors = expectations.attestors.as_ref().map(|wanted| -> Result<_, Refusal> {
            let key =
                |text: &String| text.parse::<AttestorKey>().map_err(|error| Refusal::malformed("attestors", error));
            let attestation =
                |text: &String| Attestation::from_json(text).map_err(|error| Refusal::malformed("attestation", error));
            let mut given = wanted.attestations.iter().map(attestation).collect::<Result<Vec<_>, _>>()?;
            given.extend(attestations);
            Ok(DecodedAttestors {
                keys: wanted.keys.iter().map(key).collect::<Result<_, _>>()?,
                given,
                subject: wanted.subject.as_deref().map(|text| word("subject", text)).transpose()?,
                at: wanted.at,
                revoked: wanted.revoked.as_deref().map(DigestList::of_attestations).transpose()?,
            })
        });
        Ok(Self {
            commitments: Some(named).filter(|named| !named.is_empty()),
            context: expectations.context.as_deref().map(|text| from_hex("context", text)).transpose()?,
            scenario_point: expectations.scenario_point.as_ref().map(point).transpose()?,
            seed: expectations.seed.as_deref().map(|text| digest_from_hex("seed", text)).transpose()?,
            withdrawn: expectations.withdrawn.as_deref().map(DigestList::of_keys).transpose()?,
            attestors: attestors.transpose()?,
        })
    }

    fn expected(&self) -> Expected<'_, Groth16> {
        Expected {
            commitments: self.commitments.clone(),
            context: self.context,
            scenario_point: self.scenario_point,
            seed: self.seed,
            withdrawn: self.withdrawn.as_ref(),
            attestors: self.attestors.as_ref().map(|wanted| {
                let DecodedAttestors { keys, given, subject, at, revoked } = wanted;
                Attestors { keys, given, subject: *subject, at: *at, revoked: revoked.as_ref() }
            }),
            remake: None,
        }
    }
}

/// Returns the result of a verification that has a verdict.
fn result(checked: &Checked, claim: &Claim) -> Value {
    let mut json = checked.to_json(claim);
    json["verdict"] = true.into();
    json
}

/// Reads a proof file.
fn proof_file(bytes: &[u8]) -> Result<ProofFile<Groth16>, Refusal> {
    let malformed = |error| Refusal::malformed("proof", error);
    let text = text("proof", bytes)?;
    let backend = backend_of(text).map_err(malformed)?;
    if backend != Groth16::NAME {
        let reason = format!(
            "the proof is of {}, and this module checks {}",
            tailproof_core::echo::echo(&backend),
            Groth16::NAME
        );
        return Err(Refusal::new("other-backend", reason));
    }
    ProofFile::from_json(text).map_err(|error| Refusal::malformed("proof", error))
}

/// Checks a proof file.
pub fn file(proof: &[u8], keys: u32, terms: Terms, expectations: &Expectations) -> Result<Value, Refusal> {
    let proof = proof_file(proof)?;
    store::with(|store| {
        let (verifier, prepared) = (store.keys(keys)?, store.prepared(keys, terms)?);
        let decoded = Decoded::of(expectations, prepared.claim(), store, (&[], Vec::new()))?;
        let checked = verifier.check_prepared(&prepared, &proof, &decoded.expected())?;
        Ok(result(&checked, prepared.claim()))
    })
}

/// Checks a proof as a contract takes it. The contract's scenario point is compared with the computed
/// one.
pub fn call(
    call: &Call,
    keys: u32,
    terms: Terms,
    sub_books: &[String],
    expectations: &Expectations,
) -> Result<Value, Refusal> {
    store::with(|store| {
        let (verifier, prepared) = (store.keys(keys)?, store.prepared(keys, terms)?);
        let call = arguments(call, prepared.scenario_point())?;
        let of_books = |(index, text): (usize, &String)| from_hex(&format!("sub_books[{index}]"), text);
        let sub_books = sub_books.iter().enumerate().map(of_books).collect::<Result<Vec<Fr>, _>>()?;
        let proof = ProofFile::from_call(verifier.key(), prepared.claim(), &call)?.with_commitments(&sub_books);
        let decoded = Decoded::of(expectations, prepared.claim(), store, (&[], Vec::new()))?;
        let checked = verifier.check_prepared(&prepared, &proof, &decoded.expected())?;
        Ok(result(&checked, prepared.claim()))
    })
}

/// Decodes the arguments of a call, strictly.
fn arguments(call: &Call, computed: Option<G1Affine>) -> Result<evm::Call, Refusal> {
    if let Some(data) = &call.calldata {
        if !(call.proof.is_empty() && call.scenario_point.is_empty() && call.controls.is_empty()) {
            return Err(Refusal::use_of("give the calldata or the words, not both"));
        }
        let digits = data.strip_prefix("0x").unwrap_or(data);
        let bytes = hex::decode(digits).map_err(|error| Refusal::malformed("calldata", error))?;
        return Ok(evm::call_from_calldata(&bytes)?);
    }
    Ok(evm::Call {
        proof: evm::proof_from_words(&words("proof", &call.proof)?)?,
        scenario_point: match &call.scenario_point[..] {
            [] => computed.ok_or_else(|| Refusal::use_of("the proof system has no scenario point"))?,
            point => evm::g1_from_words("scenario_point", &words("scenario_point", point)?)?,
        },
        controls: evm::controls_from_words(&words("controls", &call.controls)?)?,
    })
}

fn words<const N: usize>(field: &'static str, texts: &[String]) -> Result<[Word; N], Refusal> {
    let words = texts.iter().map(|text| word(field, text)).collect::<Result<Vec<_>, _>>()?;
    let wrong = || Refusal::malformed(field, format!("{} words, and {N} are needed", texts.len()));
    words.try_into().map_err(|_| wrong())
}

/// Returns the word in `0x` and 64 lower-case hex digits.
fn word(field: &'static str, text: &str) -> Result<Word, Refusal> {
    let digits = text.strip_prefix("0x").ok_or_else(|| Refusal::malformed(field, "expected 0x and 64 hex digits"))?;
    Ok(digest_from_hex(field, digits)?)
}

/// Checks a bundle. Its keys must be the pinned ones; what nobody pinned makes the result not valid.
pub fn bundle(bytes: &[u8], pins: &Pins, expectations: &Expectations) -> Result<Value, Refusal> {
    let digest = |text: &Option<String>, field| text.as_deref().map(|text| digest_from_hex(field, text)).transpose();
    let pins = bundle::Pins {
        keys: Some(digest_from_hex("pins.keys", &pins.keys)?),
        terms: digest(&pins.terms, "pins.terms")?,
        scenarios: digest(&pins.scenarios, "pins.scenarios")?,
    };
    let bundle = Bundle::decode(bytes)?;
    let claim = bundle.claim("bundle")?;
    let proof = proof_file(&bundle.proof)?;
    let verifier =
        Verifier::<Groth16>::new(decode_verifying_key(&bundle.key).map_err(|error| Refusal::malformed("keys", error))?);
    if let Some((content, pinned)) = pins.other(&claim, verifier.key_digest()) {
        return Err(Refusal::other_digest(content.what, &content.digest.unwrap_or_default(), &pinned));
    }
    let read = |bytes: &Vec<u8>| {
        CommitmentFile::from_json(text("commitment", bytes)?).map_err(|error| Refusal::malformed("commitment", error))
    };
    let commitments = bundle.commitments.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let read = |bytes: &Vec<u8>| {
        Attestation::from_json(text("attestation", bytes)?).map_err(|error| Refusal::malformed("attestation", error))
    };
    let attestations = bundle.attestations.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let decoded = store::with(|store| Decoded::of(expectations, &claim, store, (&commitments, attestations)))?;
    let checked = verifier.check(&claim, &proof, &decoded.expected())?;
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

/// Returns the text of a file.
pub fn text<'f>(file: &str, bytes: &'f [u8]) -> Result<&'f str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| Refusal::malformed(file, error))
}
