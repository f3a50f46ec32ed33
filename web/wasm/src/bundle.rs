//! Checks of bundles.

use serde_json::Value;
use tailproof_verifier::attestation::Attestation;
use tailproof_verifier::bundle::{Bundle, BundleClaimError, Content, OtherDigest, Pins};
use tailproof_verifier::encoding::digest_from_hex;
use tailproof_verifier::{Claim, Groth16, Halo2, Verifier};

use crate::files::{self, commitment, text};
use crate::outcome::result;
use crate::question::{Question, of_claim};
use crate::refusal::Refusal;
use crate::request::{Fields, missing};
use crate::store;
use crate::system::System;

/// Checks a bundle against the digests in `pins`, of which that of `keys` is needed. Whatever else
/// nobody pinned makes the result not valid.
#[inline(never)]
pub fn bundle(bytes: &[u8], mut fields: Fields) -> Result<Value, Refusal> {
    let mut given = fields.object("pins")?.ok_or_else(|| missing("pins"))?;
    let question = Question::take(&mut fields)?;
    fields.end()?;
    let digest = |text: Option<String>| text.map(|text| digest_from_hex("pins", &text)).transpose();
    let keys = digest(Some(given.needed("keys")?))?;
    let pins = Pins { keys, terms: digest(given.text("terms")?)?, scenarios: digest(given.text("scenarios")?)? };
    given.end()?;

    let bundle = Bundle::decode(bytes).map_err(|error| Refusal::malformed("bundle", &error))?;
    let claim = bundle.claim("bundle")?;
    if files::is_of::<Halo2>(&bundle.proof)? {
        return of_halo2(&bundle, &claim, &pins, question);
    }
    of_bundle::<Groth16>(&bundle, &claim, &pins, question)
}

#[cfg(feature = "halo2")]
fn of_halo2(bundle: &Bundle, claim: &Claim, pins: &Pins, question: Question) -> Result<Value, Refusal> {
    of_bundle::<Halo2>(bundle, claim, pins, question)
}

/// Says which module checks the bundle: whoever asked cannot see it.
#[cfg(not(feature = "halo2"))]
fn of_halo2(_: &Bundle, _: &Claim, _: &Pins, _: Question) -> Result<Value, Refusal> {
    let here = crate::system::CHECKED_HERE;
    Err(Refusal::new("no-halo2-module", format!("the bundle's proof is of halo2, and this module checks {here}")))
}

fn of_bundle<B: System>(bundle: &Bundle, claim: &Claim, pins: &Pins, mut question: Question) -> Result<Value, Refusal> {
    let proof = files::proof::<B>(&bundle.proof)?;
    let malformed = |error| Refusal::malformed("keys", &error);
    // The bundle is looked at, and it is not what the caller knows: a verdict.
    let other = |other: OtherDigest| Refusal { code: OtherDigest::CODE, reason: other.to_string(), is_verdict: true };
    if let Some(stated) = B::stated(&bundle.key).map_err(malformed)? {
        pins.check(claim, stated).map_err(other)?;
    }
    let verifier = Verifier::<B>::new(B::key(&bundle.key).map_err(malformed)?);
    pins.check(claim, verifier.key_digest()).map_err(other)?;
    for file in &bundle.commitments {
        // They came with the proof, so they vouch for nothing.
        of_claim::<B>(&commitment(file)?, claim)?;
    }
    let attestation = |bytes: &Vec<u8>| {
        let attestation = Attestation::from_json(text("attestation", bytes)?);
        attestation.map_err(|error| Refusal::malformed("attestation", &error))
    };
    question.add(bundle.attestations.iter().map(attestation).collect::<Result<_, _>>()?);
    let expected = store::with(|store| question.expected(claim, store))?;
    let checked = verifier.check(claim, &proof, &expected)?;

    let mut json = result(&checked, claim);
    let unknown = pins.unknown(claim, verifier.key_digest());
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

impl Question {
    /// Adds the attestations of a bundle to those at hand.
    pub fn add(&mut self, attestations: Vec<Attestation>) {
        if let Some(vouchers) = &mut self.attestors {
            vouchers.given.extend(attestations);
        }
    }
}

impl From<BundleClaimError> for Refusal {
    fn from(error: BundleClaimError) -> Self {
        match error {
            BundleClaimError::Input(error) => error.into(),
            BundleClaimError::Instance(error) => error.into(),
            other => Self::malformed("bundle", &other),
        }
    }
}
