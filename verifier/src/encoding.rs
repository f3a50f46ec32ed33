//! Canonical encodings of field elements, points and digests.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::MalformedError;
use crate::field::InputField;

/// Returns the 32 big-endian bytes of a field element.
pub fn to_bytes<F: PrimeField>(value: &F) -> [u8; 32] {
    let bytes = value.into_bigint().to_bytes_be();
    let mut word = [0; 32];
    word[32 - bytes.len()..].copy_from_slice(&bytes);
    word
}

/// Returns a field element as `0x` and 64 lower-case hex digits.
pub fn to_hex<F: PrimeField>(value: &F) -> String {
    format!("0x{}", hex::encode(to_bytes(value)))
}

/// Returns the field element of 32 big-endian bytes; `None` at or above the modulus.
pub fn from_bytes<F: PrimeField>(bytes: &[u8; 32]) -> Option<F> {
    let value = F::from_be_bytes_mod_order(bytes);
    (to_bytes(&value) == *bytes).then_some(value)
}

/// Returns the field element that [`to_hex`] writes as `text`. `field` names it in the error.
///
/// # Errors
/// Errors if `text` is not `0x` and 64 lower-case hex digits, or the number is not below the
/// modulus.
pub fn from_hex<F: PrimeField>(field: &str, text: &str) -> Result<F, MalformedError> {
    let not_canonical = || MalformedError::NotCanonical { field: field.to_owned() };
    let digits = text.strip_prefix("0x").ok_or_else(not_canonical)?;
    if digits.len() != 64 || !digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(not_canonical());
    }
    let bytes: [u8; 32] = hex::decode(digits).ok().and_then(|b| b.try_into().ok()).ok_or_else(not_canonical)?;
    from_bytes(&bytes).ok_or_else(not_canonical)
}

/// Returns the 32 big-endian bytes of an element of a field of public inputs.
pub fn input_to_bytes<F: InputField>(value: &F) -> [u8; 32] {
    let mut word = [0; 32];
    for (chunk, limb) in word.chunks_mut(8).zip(value.limbs().iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    word
}

/// Returns an element of a field of public inputs as [`to_hex`] writes it.
pub fn input_to_hex<F: InputField>(value: &F) -> String {
    format!("0x{}", hex::encode(input_to_bytes(value)))
}

/// Returns the element of a field of public inputs that [`input_to_hex`] writes as `text`.
///
/// # Errors
/// The errors of [`from_hex`].
pub fn input_from_hex<F: InputField>(field: &str, text: &str) -> Result<F, MalformedError> {
    let not_canonical = || MalformedError::NotCanonical { field: field.to_owned() };
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 64).ok_or_else(not_canonical)?;
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(hex::decode(digits).map_err(|_| not_canonical())?.chunks(8)) {
        *limb = u64::from_be_bytes(chunk.try_into().expect("8 bytes"));
    }
    F::from_limbs(limbs).filter(|value| input_to_hex(value) == text).ok_or_else(not_canonical)
}

/// Returns the 32-byte digest of 64 lower-case hex digits. `field` names it in the error.
///
/// # Errors
/// Errors on any other text.
pub fn digest_from_hex(field: &'static str, text: &str) -> Result<[u8; 32], MalformedError> {
    let lower = text.bytes().all(|byte| !byte.is_ascii_uppercase());
    hex::decode(text).ok().filter(|_| lower).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        MalformedError::Unexpected { field, found: text.to_owned(), expected: "64 lower-case hex digits".into() }
    })
}

/// Parses JSON into a type with named fields, and refuses a text that differs in content when it is
/// serialized again: serde's derived readers accept a list of values for an object, and more than
/// one form of a number.
///
/// # Errors
/// Errors on a text that is not JSON, on missing, doubled or extra fields, and on another form of
/// the same content.
pub fn parse_json<T: Serialize + DeserializeOwned>(text: &str) -> Result<T, MalformedError> {
    let syntax = |error: serde_json::Error| MalformedError::Syntax(error.to_string());
    // From bytes, as everywhere: readers of texts are others, and a module for browsers would have both.
    let parsed: T = serde_json::from_slice(text.as_bytes()).map_err(syntax)?;
    let value: serde_json::Value = serde_json::from_slice(text.as_bytes()).map_err(syntax)?;
    if serde_json::to_value(&parsed).map_err(syntax)? != value {
        return Err(MalformedError::Syntax(
            "not in its canonical form: objects are written with the names of their fields".into(),
        ));
    }
    Ok(parsed)
}

/// Parses the JSON of a file that names its format, as [`parse_json`] does. The format is checked
/// first, so a file of another format is reported as such rather than as missing a field.
///
/// # Errors
/// Errors if the file names another format; otherwise the errors of [`parse_json`].
pub fn parse_file<T: Serialize + DeserializeOwned>(text: &str, format: &'static str) -> Result<T, MalformedError> {
    #[derive(serde::Deserialize)]
    struct Named {
        format: String,
    }
    if serde_json::from_slice::<Named>(text.as_bytes()).is_ok_and(|named| named.format != format) {
        return Err(MalformedError::WrongKind { expected: format });
    }
    parse_json(text)
}

/// Returns a digest as a field element: its first 31 bytes as a big-endian number, which is below
/// 2^248.
pub fn digest_to_field<F: InputField>(digest: &[u8; 32]) -> F {
    let mut limbs = [0u64; 4];
    for (place, byte) in digest[..31].iter().rev().enumerate() {
        limbs[place / 8] |= u64::from(*byte) << (8 * (place % 8));
    }
    F::from_limbs(limbs).expect("31 bytes are below every modulus")
}

/// Returns the G1 point with affine coordinates `x` and `y`. `field` names it in the error.
///
/// # Errors
/// Errors if the point is off the curve or at infinity. The curve's group has prime order, so there
/// is no subgroup to check.
pub fn g1_from_coordinates(field: &str, x: Fq, y: Fq) -> Result<G1Affine, MalformedError> {
    let bad = |why| MalformedError::BadPoint { field: field.to_owned(), why };
    let point = G1Affine::new_unchecked(x, y);
    if !point.is_on_curve() {
        return Err(bad("not on the curve"));
    }
    if point.is_zero() {
        return Err(bad("at infinity"));
    }
    Ok(point)
}

/// Returns the G2 point with affine coordinates `x` and `y`. `field` names it in the error.
///
/// # Errors
/// Errors if the point is off the curve, outside the subgroup of order r, or at infinity.
pub fn g2_from_coordinates(field: &str, x: Fq2, y: Fq2) -> Result<G2Affine, MalformedError> {
    let bad = |why| MalformedError::BadPoint { field: field.to_owned(), why };
    let point = G2Affine::new_unchecked(x, y);
    if !point.is_on_curve() {
        return Err(bad("not on the curve"));
    }
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(bad("outside the subgroup"));
    }
    if point.is_zero() {
        return Err(bad("at infinity"));
    }
    Ok(point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::One;

    #[test]
    fn one_encoding_for_each_element() {
        let one = to_hex(&Fr::one());
        assert_eq!(from_hex::<Fr>("f", &one).unwrap(), Fr::one());
        let modulus = format!("0x{}", hex::encode(Fr::MODULUS.to_bytes_be()));
        for text in [&one[2..], &one[..65], &format!("{one}0"), &one.replace("0x", "0X"), &modulus, "0x1", ""] {
            assert!(from_hex::<Fr>("f", text).is_err(), "{text}");
        }
        let largest = to_hex(&-Fr::one());
        assert!(from_hex::<Fr>("f", &largest).is_ok());
        assert!(from_hex::<Fr>("f", &largest.to_uppercase().replace("0X", "0x")).is_err());
    }

    #[test]
    fn a_curve_point_outside_the_subgroup_is_refused() {
        // Take the first x with a point on the twist. The twist's cofactor is huge, so the point is
        // not in the subgroup.
        let point = (1u64..)
            .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::one()), false))
            .unwrap();
        assert!(point.is_on_curve() && !point.is_in_correct_subgroup_assuming_on_curve());
        assert!(matches!(
            g2_from_coordinates("b", point.x, point.y),
            Err(MalformedError::BadPoint { why: "outside the subgroup", .. })
        ));
    }
}
