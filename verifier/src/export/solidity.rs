//! Solidity source of a verifier contract for one key.

use ark_bn254::{G1Affine, G2Affine};
use ark_ff::PrimeField;

use crate::export::evm::{Word, g2_words};
use crate::export::key_rows::{self, KeyRows, point_words};
use crate::groth16::VerifyingKey;
use crate::inputs::controls::CONTROLS;
use crate::inputs::packing::Packing;
use crate::keys::file::key_digest;

/// Source of the contract, with placeholders for the key's numbers.
const TEMPLATE: &str = include_str!("../../templates/TailproofVerifier.sol");

/// The template while its placeholders are filled in.
struct Source(String);

impl Source {
    fn set(&mut self, name: &str, value: &str) {
        let placeholder = format!("{{{{{name}}}}}");
        assert!(self.0.contains(&placeholder), "the template has a place for {name}");
        self.0 = self.0.replace(&placeholder, value);
    }

    fn words<const K: usize>(&mut self, name: &str, parts: [&str; K], words: [Word; K]) {
        for (part, word) in parts.iter().zip(words) {
            self.set(&format!("{name}_{part}"), &hexadecimal(&word));
        }
    }

    fn g1(&mut self, name: &str, point: &G1Affine) {
        self.words(name, ["X", "Y"], point_words(point));
    }

    fn g2(&mut self, name: &str, point: &G2Affine) {
        self.words(name, ["X_IM", "X_RE", "Y_IM", "Y_RE"], g2_words(point));
    }
}

fn hexadecimal(word: &Word) -> String {
    format!("0x{}", hex::encode(word))
}

/// Returns the source of the verifier contract for `key`: the template in `templates/` with the
/// key's points filled in.
///
/// The contract holds only the points of the constant and of the control inputs; the scenario
/// matrix enters a call as the scenario point. Of the matrix's points it states a few sums and the
/// root over the [`key_rows`], from which other contracts keep scenario points.
pub fn verifier_contract(key: &VerifyingKey) -> String {
    let groth16 = key.groth16();
    let mut source = Source(TEMPLATE.to_owned());
    source.set("SHAPE", &key.shape().to_string());
    source.set("KEYS", &hex::encode(key_digest(key)));
    source.set("CIRCUIT", &hex::encode(key.header().circuit));
    source.set("PROVENANCE", &key.header().provenance.to_string());
    source.set("CONTROLS", &CONTROLS.to_string());
    source.set("Q", &ark_bn254::Fq::MODULUS.to_string());
    source.set("R", &ark_bn254::Fr::MODULUS.to_string());
    source.g1("ALPHA", &groth16.alpha_g1);
    source.g2("BETA", &groth16.beta_g2);
    source.g2("GAMMA", &groth16.gamma_g2);
    source.g2("DELTA", &groth16.delta_g2);
    for (index, point) in groth16.gamma_abc_g1[..=CONTROLS].iter().enumerate() {
        source.g1(&format!("IC{index}"), point);
    }
    set_facts(&mut source, key);
    source.0
}

/// Fills in what the contract states about its key for other contracts.
fn set_facts(source: &mut Source, key: &VerifyingKey) {
    let shape = key.shape();
    source.set("DEVELOPMENT", &key.header().provenance.is_insecure().to_string());
    source.set("SCENARIOS", &shape.scenarios().to_string());
    source.set("FACTORS", &shape.factors().to_string());
    source.set("SLOTS", &Packing::of(shape).slots.to_string());
    source.set("LIMITS", &shape.has_limits().to_string());
    source.set("THRESHOLDS", &shape.thresholds().to_string());
    source.g1("FACTORS", &key_rows::factors_point(key));
    source.g1("WEIGHTS", &key_rows::weights_point(key));
    source.g1("EXPOSURES", &key_rows::exposures_point(key));
    source.set("IC_ROOT", &hexadecimal(&KeyRows::new(key).root()));
}
