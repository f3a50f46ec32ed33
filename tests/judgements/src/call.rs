//! The question about a proof as a call of a verifier contract.

use ark_bn254::Fr;
use serde_json::Value;
use tailproof_core::mandate::NamedTexts;
use tailproof_core::pool::Deal;
use tailproof_core::pool::cashflow::Assumptions;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::text::parse_decimal;
use tailproof_core::{Mandate, Unit};
use tailproof_verifier::encoding::{from_hex, to_bytes};
use tailproof_verifier::export::evm::{VERIFY_PROOF_SELECTOR, g1_words};
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::keys::decode_verifying_key;
use tailproof_verifier::{Claim, CommitmentFile, Groth16, Verifier};

use crate::case::Question;
use crate::made::Work;

/// Returns the calldata of `verifyProof` in hex: the words of the proof as they are in its file, and
/// the scenario point and the controls of the claim that the verifier expects. `None` if there is no
/// such claim, or if the file has no words of 32 bytes.
pub fn call(work: &Work<'_>, question: &Question) -> Option<String> {
    let proof: Value = serde_json::from_slice(&work.bytes(question.proof.as_ref()?)).ok()?;
    if proof["backend"] != "groth16-bn254" {
        return None;
    }
    let set = question.scenarios.as_ref().map(|set| scenario_file::decode("set", &work.bytes(set)));
    let set = set.transpose().ok()?.map(|(set, _)| set.into());
    let claim = match (&question.mandate, &question.deal) {
        (Some(mandate), _) => {
            let mandate = Mandate::from_toml("mandate", &work.text(mandate)).ok()?;
            let text = |file: &Option<String>| file.as_ref().map(|file| work.text(file));
            let [groups, caps, impact] = [&question.groups, &question.caps, &question.impact].map(text);
            let named = NamedTexts { groups, caps, impact };
            Claim::market(named.complete("mandate", mandate).ok()?, set?).ok()?
        }
        (None, deal) => {
            let deal = Deal::from_toml("deal", &work.text(deal.as_ref()?)).ok()?;
            let deal = match &question.assumptions {
                Some(file) => deal.under(&Assumptions::from_toml("assumptions", &work.text(file)).ok()?).ok()?,
                None => deal,
            };
            Claim::pool(deal, set).ok()?
        }
    };
    let key = work.bytes(&format!("{}/verifying.key", question.keys.as_ref()?));
    let verifier = Verifier::<Groth16>::new(decode_verifying_key(&key).ok()?);
    let point = verifier.prepare(&claim).ok()?.scenario_point()?;

    let unit = Unit::from_decimal(parse_decimal(proof["claim"]["unit"].as_str()?).ok()?).ok()?;
    let stated = from_hex("commitment", proof["commitment"].as_str()?).ok()?;
    let commitment = match &question.commitments[..] {
        [one] => CommitmentFile::from_json(&work.text(one)).ok()?.value_for::<Groth16>(&claim).ok()?,
        // Of several sub-books, a contract is told the hash.
        _ => stated,
    };
    let context = question.context.as_ref().map(|context| from_hex::<Fr>("context", context));
    let context = context.transpose().ok()?.unwrap_or_else(|| claim.context());
    let controls: [Fr; CONTROLS] = claim.controls(verifier.shape(), unit, commitment, context).ok()?;

    let mut data = VERIFY_PROOF_SELECTOR.to_vec();
    // Solidity has the imaginary part first.
    for pointer in ["/a/0", "/a/1", "/b/0/1", "/b/0/0", "/b/1/1", "/b/1/0", "/c/0", "/c/1"] {
        let word = hex::decode(proof["proof"].pointer(pointer)?.as_str()?.strip_prefix("0x")?).ok()?;
        data.extend(<[u8; 32]>::try_from(word).ok()?);
    }
    data.extend(g1_words(&point).concat());
    for number in [32 * 11, CONTROLS as u64] {
        data.extend(to_bytes(&Fr::from(number)));
    }
    data.extend(controls.iter().flat_map(to_bytes));
    Some(format!("0x{}", hex::encode(data)))
}
