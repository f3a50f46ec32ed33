//! Keys and proofs of halo2.

use std::convert::Infallible;
use std::sync::Arc;

use ark_bn254::G1Affine;
use serde_json::Value;
use tailproof_circuits::halo2_keys::file::MAGIC;
use tailproof_circuits::halo2_keys::{decode_key, stated_digest};
use tailproof_verifier::halo2::VerifyingKey;
use tailproof_verifier::{Backend, Halo2, MalformedError, Verifier};

use crate::files;
use crate::outcome::result;
use crate::question::Question;
use crate::refusal::Refusal;
use crate::request::Handle;
use crate::store::{self, Thing};
use crate::system::System;
use crate::terms::Terms;

impl System for Halo2 {
    fn key(file: &[u8]) -> Result<VerifyingKey, MalformedError> {
        decode_key(file)
    }

    fn stated(file: &[u8]) -> Result<Option<[u8; 32]>, MalformedError> {
        stated_digest(file).map(Some)
    }

    fn point(expected: Option<G1Affine>) -> Result<Option<Infallible>, Refusal> {
        match expected {
            None => Ok(None),
            Some(_) => {
                let reason = format!("a scenario point is not supported by the backend {}", Halo2::NAME);
                Err(Refusal::new("other-backend", reason))
            }
        }
    }
}

/// Whether a file is a key of halo2.
pub fn is_key(file: &[u8]) -> bool {
    file.starts_with(MAGIC)
}

/// Decodes a key. One that states another digest than the pinned one is refused before it is derived.
pub fn keys(file: &[u8], pinned: Option<[u8; 32]>) -> Result<Verifier<Halo2>, Refusal> {
    let malformed = |error| Refusal::malformed("keys", &error);
    let stated = Halo2::stated(file).map_err(malformed)?;
    match pinned {
        Some(pinned) if stated != Some(pinned) => Err(Refusal::other_digest("keys", stated, &pinned)),
        _ => Ok(Verifier::new(decode_key(file).map_err(malformed)?)),
    }
}

/// Checks a proof file.
pub fn file(proof: &[u8], keys: Handle, terms: Terms, question: &Question) -> Result<Value, Refusal> {
    let proof = files::proof::<Halo2>(proof)?;
    store::with(|store| {
        let (verifier, claim) = (store.halo2_keys(keys)?, store.claim(terms)?);
        let expected = question.expected(&claim, store)?;
        let checked = verifier.check(&claim, &proof, &expected)?;
        Ok(result(&checked, &claim))
    })
}

/// Returns verifying keys as a thing.
pub fn thing(verifier: Verifier<Halo2>) -> Thing {
    Thing::Halo2Keys(Arc::new(verifier))
}
