//! A key's verifier on chain, compared with the key.
//!
//! Its constants say which key it is of; its code says that it does what the generated source does.
//! A contract could state the constants of one key and accept the proofs of another, so the code is
//! compared as well where a build of one's own is at hand.

use std::path::Path;

use alloy::primitives::{B256, Bytes, U256, keccak256};
use ark_bn254::G1Affine;
use ark_ec::AffineRepr as _;
use tailproof::keys::{VerifyingKey, key_digest};
use tailproof_verifier::export::evm::{Word, g1_words};
use tailproof_verifier::export::key_rows::{self, KeyRows};
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::inputs::packing::Packing;

use crate::artifacts;
use crate::error::Failure;

/// A public constant of the generated contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constant {
    /// name of the constant, which is that of its getter
    pub name: &'static str,
    /// what the key says that it is
    pub value: U256,
}

impl Constant {
    /// Returns the calldata of its getter.
    pub fn getter(&self) -> Bytes {
        Bytes::copy_from_slice(&keccak256(format!("{}()", self.name))[..4])
    }
}

/// Returns the constants of a key's contract, computed from the key.
pub fn constants(key: &VerifyingKey) -> Vec<Constant> {
    let shape = key.shape();
    let number = |value: usize| U256::from(value);
    let word = |word: Word| U256::from_be_bytes(word);
    let [factors_x, factors_y] = coordinates(&key_rows::factors_point(key));
    let [weights_x, weights_y] = coordinates(&key_rows::weights_point(key));
    let [exposures_x, exposures_y] = coordinates(&key_rows::exposures_point(key));
    let pairs = [
        ("KEY_DIGEST", word(key_digest(key))),
        ("IC_ROOT", word(KeyRows::new(key).root())),
        ("FACTORS", number(shape.factors())),
        ("SCENARIOS", number(shape.scenarios())),
        ("CONTROLS", number(CONTROLS)),
        ("SLOTS", number(Packing::of(shape).slots)),
        ("THRESHOLDS", number(shape.thresholds())),
        ("LIMITS", U256::from(shape.has_limits())),
        ("DEVELOPMENT", U256::from(key.header().provenance.is_insecure())),
        ("FACTORS_X", factors_x),
        ("FACTORS_Y", factors_y),
        ("WEIGHTS_X", weights_x),
        ("WEIGHTS_Y", weights_y),
        ("EXPOSURES_X", exposures_x),
        ("EXPOSURES_Y", exposures_y),
    ];
    pairs.into_iter().map(|(name, value)| Constant { name, value }).collect()
}

/// Returns the coordinates of a point as contracts have them: the point at infinity is (0, 0).
fn coordinates(point: &G1Affine) -> [U256; 2] {
    if point.is_zero() { [U256::ZERO; 2] } else { g1_words(point).map(U256::from_be_bytes) }
}

/// Compares the code of a contract on chain with that of an artefact. Returns whether there was one
/// to compare with.
///
/// # Errors
/// The artefact cannot be read. They differ: then what differs is said.
pub fn same_code(on_chain: &[u8], artifact: &Path) -> Result<bool, Failure> {
    if !artifact.exists() {
        return Ok(false);
    }
    let built = artifacts::runtime_code(artifact)?;
    if *built == *on_chain {
        return Ok(true);
    }
    let hash = |code: &[u8]| -> B256 { keccak256(code) };
    Err(Failure::Refused {
        contract: "the verifier".to_owned(),
        call: "the comparison of its code".to_owned(),
        reason: format!(
            "its {} bytes on chain hash to {}, and the {} bytes of {} to {}: it is another contract, or was compiled with \
             another compiler or other settings",
            on_chain.len(),
            hash(on_chain),
            built.len(),
            artifact.display(),
            hash(&built)
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_compared_with_a_build_of_ones_own_where_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("TailproofVerifier.json");
        assert!(!same_code(&[1, 2], &path).unwrap(), "nothing to compare with");
        let artifact = r#"{"bytecode":{"object":"0x00"},"deployedBytecode":{"object":"0x0102"}}"#;
        std::fs::write(&path, artifact).unwrap();
        assert!(same_code(&[1, 2], &path).unwrap());
        for other in [&[1, 3][..], &[1], &[]] {
            let refused = same_code(other, &path).unwrap_err();
            assert_eq!(refused.exit_code(), 1);
            assert!(refused.to_string().contains("it is another contract"), "{refused}");
        }
    }
}
