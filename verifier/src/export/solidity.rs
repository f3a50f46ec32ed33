//! Solidity source of a verifier contract for one key.

use ark_bn254::{G1Affine, G2Affine};
use ark_ff::PrimeField;

use crate::export::evm::{g1_words, g2_words};
use crate::groth16::VerifyingKey;
use crate::inputs::controls::CONTROLS;
use crate::keys::file::key_digest;

/// Source of the contract, with placeholders for the key's numbers.
const TEMPLATE: &str = include_str!("../../templates/TailproofVerifier.sol");

/// Returns the source of the verifier contract for `key`: the template in `templates/` with the
/// key's points filled in.
///
/// The contract holds only the points of the constant and of the control inputs; the scenario
/// matrix enters a call as the scenario point.
pub fn verifier_contract(key: &VerifyingKey) -> String {
    let groth16 = key.groth16();
    let mut source = TEMPLATE.to_owned();
    let mut set = |name: &str, value: String| {
        let placeholder = format!("{{{{{name}}}}}");
        assert!(source.contains(&placeholder), "the template has a place for {name}");
        source = source.replace(&placeholder, &value);
    };
    set("SHAPE", key.shape().to_string());
    set("KEYS", hex::encode(key_digest(key)));
    set("CIRCUIT", hex::encode(key.header().circuit));
    set("PROVENANCE", key.header().provenance.to_string());
    set("CONTROLS", CONTROLS.to_string());
    set("Q", ark_bn254::Fq::MODULUS.to_string());
    set("R", ark_bn254::Fr::MODULUS.to_string());
    let g1 = |set: &mut dyn FnMut(&str, String), name: &str, point: &G1Affine| {
        for (coordinate, word) in ["X", "Y"].iter().zip(g1_words(point)) {
            set(&format!("{name}_{coordinate}"), format!("0x{}", hex::encode(word)));
        }
    };
    let g2 = |set: &mut dyn FnMut(&str, String), name: &str, point: &G2Affine| {
        for (coordinate, word) in ["X_IM", "X_RE", "Y_IM", "Y_RE"].iter().zip(g2_words(point)) {
            set(&format!("{name}_{coordinate}"), format!("0x{}", hex::encode(word)));
        }
    };
    g1(&mut set, "ALPHA", &groth16.alpha_g1);
    g2(&mut set, "BETA", &groth16.beta_g2);
    g2(&mut set, "GAMMA", &groth16.gamma_g2);
    g2(&mut set, "DELTA", &groth16.delta_g2);
    for (index, point) in groth16.gamma_abc_g1[..=CONTROLS].iter().enumerate() {
        g1(&mut set, &format!("IC{index}"), point);
    }
    source
}
