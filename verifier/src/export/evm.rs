//! Encodings for the EVM: 32-byte big-endian words, G2 with the imaginary coordinate first
//! (EIP-197).

use ark_bn254::{Fr, G1Affine, G2Affine};

use crate::encoding::to_bytes;
use crate::groth16::Proof;
use crate::inputs::controls::CONTROLS;

/// A 32-byte word.
pub type Word = [u8; 32];

/// Returns the words of a G1 point: x, y.
pub fn g1_words(point: &G1Affine) -> [Word; 2] {
    [to_bytes(&point.x), to_bytes(&point.y)]
}

/// Returns the words of a G2 point: imaginary and real part of x, then of y.
pub fn g2_words(point: &G2Affine) -> [Word; 4] {
    [to_bytes(&point.x.c1), to_bytes(&point.x.c0), to_bytes(&point.y.c1), to_bytes(&point.y.c0)]
}

/// Returns the words of the argument `uint256[8] proof`: A, B, C.
pub fn proof_words(proof: &Proof) -> [Word; 8] {
    let [a0, a1] = g1_words(&proof.a);
    let [b0, b1, b2, b3] = g2_words(&proof.b);
    let [c0, c1] = g1_words(&proof.c);
    [a0, a1, b0, b1, b2, b3, c0, c1]
}

/// First four bytes of Keccak-256 of `verifyProof(uint256[8],uint256[2],uint256[])`.
pub const VERIFY_PROOF_SELECTOR: [u8; 4] = [0x74, 0xa9, 0x91, 0x8a];

/// First four bytes of Keccak-256 of `verifyMany(uint256[8][],uint256[2],uint256[4][])`.
pub const VERIFY_MANY_SELECTOR: [u8; 4] = [0xfc, 0xf0, 0x8d, 0xc4];

/// Returns the calldata of
/// `verifyMany(uint256[8][] proofs, uint256[2] scenarioPoint, uint256[4][] controls)`.
pub fn verify_many_calldata(scenario_point: &G1Affine, items: &[(Proof, [Fr; CONTROLS])]) -> Vec<u8> {
    let number = |value: usize| to_bytes(&Fr::from(value as u64));
    let proofs = items.iter().flat_map(|(proof, _)| proof_words(proof));
    let controls = items.iter().flat_map(|(_, controls)| controls.iter().map(to_bytes));
    let mut data = VERIFY_MANY_SELECTOR.to_vec();
    // The head has four words, then the arrays, each behind its length.
    let head = [number(32 * 4), g1_words(scenario_point)[0], g1_words(scenario_point)[1]];
    let head = head.into_iter().chain([number(32 * (5 + 8 * items.len()))]);
    let tail = [number(items.len())].into_iter().chain(proofs).chain([number(items.len())]).chain(controls);
    for word in head.chain(tail) {
        data.extend_from_slice(&word);
    }
    data
}

/// Returns the calldata of
/// `verifyProof(uint256[8] proof, uint256[2] scenarioPoint, uint256[] controls)`.
pub fn verify_proof_calldata(proof: &Proof, scenario_point: &G1Affine, controls: &[Fr; CONTROLS]) -> Vec<u8> {
    let number = |value: u64| to_bytes(&Fr::from(value));
    let mut data = VERIFY_PROOF_SELECTOR.to_vec();
    let head = proof_words(proof).into_iter().chain(g1_words(scenario_point));
    let tail = [number(32 * 11), number(CONTROLS as u64)].into_iter().chain(controls.iter().map(to_bytes));
    for word in head.chain(tail) {
        data.extend_from_slice(&word);
    }
    data
}
