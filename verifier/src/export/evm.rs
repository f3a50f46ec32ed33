//! Encodings for the EVM: 32-byte big-endian words, G2 with the imaginary coordinate first
//! (EIP-197).

use ark_bn254::{Fq2, Fr, G1Affine, G2Affine};
use ark_ff::PrimeField;

use crate::encoding::{from_bytes, g1_from_coordinates, g2_from_coordinates, to_bytes};
use crate::error::MalformedError;
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

/// The arguments of `verifyProof`, decoded: canonical numbers, points on their curves and in their
/// subgroups, none at infinity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The proof.
    pub proof: Proof,
    /// The scenario point.
    pub scenario_point: G1Affine,
    /// The controls.
    pub controls: [Fr; CONTROLS],
}

fn element<F: PrimeField>(field: &str, index: usize, word: &Word) -> Result<F, MalformedError> {
    from_bytes(word).ok_or_else(|| MalformedError::NotCanonical { field: format!("{field}[{index}]") })
}

/// Returns the G1 point that [`g1_words`] makes `words` of. `field` names it in the error.
///
/// # Errors
/// Errors on a coordinate at or above the modulus, and on a point off the curve; (0, 0), the EVM's
/// point at infinity, is off the curve.
pub fn g1_from_words(field: &str, words: &[Word; 2]) -> Result<G1Affine, MalformedError> {
    g1_from_coordinates(field, element(field, 0, &words[0])?, element(field, 1, &words[1])?)
}

/// Returns the G2 point that [`g2_words`] makes `words` of. `field` names it in the error.
///
/// # Errors
/// Errors on a coordinate at or above the modulus, and on a point off the curve or outside the
/// subgroup.
pub fn g2_from_words(field: &str, words: &[Word; 4]) -> Result<G2Affine, MalformedError> {
    let [x1, x0, y1, y0] = [0, 1, 2, 3].map(|index| element(field, index, &words[index]));
    g2_from_coordinates(field, Fq2::new(x0?, x1?), Fq2::new(y0?, y1?))
}

/// Returns the proof that [`proof_words`] makes `words` of.
///
/// # Errors
/// The errors of [`g1_from_words`] and [`g2_from_words`]. A contract takes such a proof for one that
/// is not valid.
pub fn proof_from_words(words: &[Word; 8]) -> Result<Proof, MalformedError> {
    let [a0, a1, b0, b1, b2, b3, c0, c1] = *words;
    Ok(Proof {
        a: g1_from_words("proof.a", &[a0, a1])?,
        b: g2_from_words("proof.b", &[b0, b1, b2, b3])?,
        c: g1_from_words("proof.c", &[c0, c1])?,
    })
}

/// Returns the controls in words.
///
/// # Errors
/// Errors on a control at or above the group order, at which a contract reverts.
pub fn controls_from_words(words: &[Word; CONTROLS]) -> Result<[Fr; CONTROLS], MalformedError> {
    let mut controls = [Fr::from(0u64); CONTROLS];
    for (index, (control, word)) in controls.iter_mut().zip(words).enumerate() {
        *control = element("controls", index, word)?;
    }
    Ok(controls)
}

/// Returns the call that [`verify_proof_calldata`] makes `data` of.
///
/// # Errors
/// Errors on any other bytes: another selector, length or head, and the errors of
/// [`proof_from_words`] and [`controls_from_words`].
pub fn call_from_calldata(data: &[u8]) -> Result<Call, MalformedError> {
    let damaged = |part| MalformedError::Damaged { what: "calldata of verifyProof", part };
    let (selector, rest) = data.split_first_chunk().ok_or_else(|| damaged("selector"))?;
    if *selector != VERIFY_PROOF_SELECTOR {
        return Err(damaged("selector"));
    }
    // Proof, scenario point, offset and length of the controls, the controls.
    let words: [Word; 12 + CONTROLS] = words(rest).ok_or_else(|| damaged("length"))?;
    let [proof @ .., _, _, _, _, _, _, _, _] = words;
    let [_, _, _, _, _, _, _, _, x, y, _, _, controls @ ..] = words;
    let call = Call {
        proof: proof_from_words(&proof)?,
        scenario_point: g1_from_words("scenarioPoint", &[x, y])?,
        controls: controls_from_words(&controls)?,
    };
    if verify_proof_calldata(&call.proof, &call.scenario_point, &call.controls) != data {
        return Err(damaged("head"));
    }
    Ok(call)
}

/// Splits bytes into exactly so many words.
fn words<const N: usize>(bytes: &[u8]) -> Option<[Word; N]> {
    let (words, rest) = bytes.as_chunks();
    if rest.is_empty() { words.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fq;
    use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
    use ark_ff::{AdditiveGroup, BigInteger, Field};

    fn call() -> Call {
        let g1 = |k: u64| (ark_bn254::G1Projective::generator() * Fr::from(k)).into_affine();
        let b = (ark_bn254::G2Projective::generator() * Fr::from(5u64)).into_affine();
        let controls = [11u64, 12, 13, 14].map(Fr::from);
        Call { proof: Proof { a: g1(2), b, c: g1(3) }, scenario_point: g1(7), controls }
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        let call = call();
        assert_eq!(proof_from_words(&proof_words(&call.proof)), Ok(call.proof));
        assert_eq!(g1_from_words("p", &g1_words(&call.scenario_point)), Ok(call.scenario_point));
        let data = verify_proof_calldata(&call.proof, &call.scenario_point, &call.controls);
        assert_eq!(call_from_calldata(&data), Ok(call));
    }

    #[test]
    fn words_with_a_second_meaning_are_refused() {
        let call = call();
        // A coordinate plus the modulus is the same number to a careless reader.
        let mut words = proof_words(&call.proof);
        let mut x = call.proof.a.x.into_bigint();
        x.add_with_carry(&Fq::MODULUS);
        words[0] = x.to_bytes_be().try_into().unwrap();
        let error = proof_from_words(&words).unwrap_err();
        assert!(matches!(&error, MalformedError::NotCanonical { field } if field == "proof.a[0]"), "{error}");
        // So is a control plus the group order.
        let mut controls = call.controls.map(|control| to_bytes(&control));
        let mut second = call.controls[1].into_bigint();
        second.add_with_carry(&Fr::MODULUS);
        controls[1] = second.to_bytes_be().try_into().unwrap();
        assert!(
            matches!(controls_from_words(&controls), Err(MalformedError::NotCanonical { field }) if field == "controls[1]")
        );
        // The EVM's point at infinity, and a point off the curve.
        for point in [[[0; 32]; 2], [to_bytes(&Fq::ONE), to_bytes(&Fq::ONE)]] {
            assert!(matches!(g1_from_words("p", &point), Err(MalformedError::BadPoint { .. })));
        }
        // A point of the twist outside the subgroup.
        let outside = (1u64..)
            .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::ZERO), false))
            .filter(|point| !point.is_in_correct_subgroup_assuming_on_curve())
            .unwrap();
        assert!(matches!(
            g2_from_words("b", &g2_words(&outside)),
            Err(MalformedError::BadPoint { why: "outside the subgroup", .. })
        ));
        assert!(!outside.is_zero());
    }

    #[test]
    fn every_byte_of_calldata_counts() {
        let call = call();
        let data = verify_proof_calldata(&call.proof, &call.scenario_point, &call.controls);
        for at in 0..data.len() {
            let mut changed = data.clone();
            changed[at] ^= 1;
            assert_ne!(call_from_calldata(&changed), Ok(call), "byte {at}");
        }
        for cut in [&data[..data.len() - 1], &data[..data.len() - 32], &data[..3], &[]] {
            assert!(call_from_calldata(cut).is_err());
        }
        assert!(call_from_calldata(&[&data[..], &[0; 32]].concat()).is_err());
    }
}
