//! Checks of proofs.

use ark_bn254::{Fr, G1Affine};
use serde_json::Value;
use tailproof_verifier::encoding::from_hex;
use tailproof_verifier::export::evm::{self, Call, Word};
use tailproof_verifier::{Groth16, Prepared, ProofFile, Verifier};

use crate::files;
#[cfg(feature = "halo2")]
use crate::halo2;
use crate::outcome::result;
use crate::question::{Question, word};
use crate::refusal::Refusal;
use crate::request::{Fields, missing};
use crate::store;
use crate::terms::Terms;

/// Checks a proof file against `keys`, terms and expectations.
pub fn file(proof: &[u8], mut fields: Fields) -> Result<Value, Refusal> {
    let keys = fields.number("keys")?.ok_or_else(|| missing("keys"))?;
    let (terms, question) = (Terms::take(&mut fields)?, Question::take(&mut fields)?);
    fields.end()?;
    #[cfg(feature = "halo2")]
    if files::is_of::<tailproof_verifier::Halo2>(proof)? {
        return halo2::file(proof, keys, terms, &question);
    }
    let proof = files::proof(proof)?;
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
