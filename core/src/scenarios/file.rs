//! The scenario file, `.scn`: one encoding per set, closed by its own digest.
//!
//! # Layout
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | magic `TAILSCEN` |
//! | 2 | version, `u16` little-endian, 1 |
//! | 2 | fractional bits of an entry, `u16` little-endian, 20 |
//! | 4 | T, scenarios, `u32` little-endian |
//! | 4 | N, factors, `u32` little-endian |
//! | 4 | M, bytes of the header that follows, `u32` little-endian |
//! | M | header: JSON object with `generator`, `factors`, `labels`, `last_prices`, and `cash` where there is some, without white space, in this order |
//! | 4 T | weights, `u32` little-endian |
//! | 4 T N | entries, row-major, `i32` little-endian, two's complement |
//! | 32 | SHA-256 of all bytes before |
//!
//! The closing SHA-256 is the set's digest. A file that does not re-encode to itself is refused.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{InputError, Problem, ScenarioFileProblem};
use crate::fixed_point::{FRACTION_BITS, MAX_FACTORS, MAX_SCENARIOS};
use crate::scenarios::generator::Generator;
use crate::scenarios::set::ScenarioSet;
use crate::tree::{from_tree, read_json};

const MAGIC: &[u8; 8] = b"TAILSCEN";
/// Version of scenario files.
pub const VERSION: u16 = 1;
const DIGEST_BYTES: usize = 32;
const FIXED_BYTES: usize = 24;

#[derive(Serialize)]
struct Header {
    generator: Generator,
    factors: Vec<String>,
    labels: Vec<String>,
    last_prices: Option<Vec<String>>,
    /// how many of the last factors are cash
    #[serde(skip_serializing_if = "is_none")]
    cash: usize,
}

from_tree!(struct Header { generator, factors, labels, last_prices, cash = 0 });

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_none(cash: &usize) -> bool {
    *cash == 0
}

/// Encodes a set; the same set always gives the same bytes.
pub fn encode(set: &ScenarioSet) -> Vec<u8> {
    let header = Header {
        generator: set.generator().clone(),
        factors: set.factors().to_vec(),
        labels: set.labels().to_vec(),
        last_prices: set.last_prices().map(<[String]>::to_vec),
        cash: set.cash().len(),
    };
    let header = serde_json::to_vec(&header).expect("a header of strings and numbers is always JSON");
    let size = |length: usize| u32::try_from(length).expect("sizes are bounded by ScenarioSet").to_le_bytes();
    let mut bytes = Vec::with_capacity(FIXED_BYTES + header.len() + 4 * (set.scenarios() + set.entries().len()) + 32);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&size(FRACTION_BITS as usize)[..2]);
    bytes.extend_from_slice(&size(set.scenarios()));
    bytes.extend_from_slice(&size(set.factors().len()));
    bytes.extend_from_slice(&size(header.len()));
    bytes.extend_from_slice(&header);
    for weight in set.weights() {
        bytes.extend_from_slice(&weight.to_le_bytes());
    }
    for entry in set.entries() {
        bytes.extend_from_slice(&entry.to_le_bytes());
    }
    let digest = Sha256::digest(&bytes);
    bytes.extend_from_slice(&digest);
    bytes
}

/// The digest that names a set: the closing SHA-256 of its file.
pub fn digest(set: &ScenarioSet) -> [u8; 32] {
    let bytes = encode(set);
    bytes[bytes.len() - DIGEST_BYTES..].try_into().expect("32 bytes")
}

/// Decodes a scenario file strictly. `file` names it in errors.
///
/// # Errors
/// Wrong magic, version or digest; truncated, or with bytes left over; values outside their ranges;
/// a header that is not in its one canonical form.
pub fn decode(file: &str, bytes: &[u8]) -> Result<(ScenarioSet, [u8; 32]), InputError> {
    decode_inner(bytes).map_err(|problem| InputError::in_file(file, problem))
}

fn decode_inner(bytes: &[u8]) -> Result<(ScenarioSet, [u8; 32]), Problem> {
    if !bytes.starts_with(MAGIC) {
        return Err(ScenarioFileProblem::Magic.into());
    }
    if bytes.len() < FIXED_BYTES + DIGEST_BYTES {
        return Err(ScenarioFileProblem::CutOff.into());
    }
    let version = u16::from_le_bytes([bytes[8], bytes[9]]);
    if version != VERSION {
        return Err(ScenarioFileProblem::Version { found: version, expected: VERSION }.into());
    }
    let (body, digest) = bytes.split_at(bytes.len() - DIGEST_BYTES);
    if Sha256::digest(body).as_slice() != digest {
        return Err(ScenarioFileProblem::Digest.into());
    }
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes")) as usize;
    let fraction_bits = u16::from_le_bytes([bytes[10], bytes[11]]);
    if u32::from(fraction_bits) != FRACTION_BITS {
        return Err(ScenarioFileProblem::FractionBits { found: fraction_bits, expected: FRACTION_BITS }.into());
    }
    let (scenarios, factors, header_bytes) = (number(12), number(16), number(20));
    if scenarios > MAX_SCENARIOS || factors > MAX_FACTORS {
        return Err(ScenarioFileProblem::TooLarge { most: (MAX_SCENARIOS, MAX_FACTORS), scenarios, factors }.into());
    }
    // The sizes are bounded above, so only the header's could overflow on a 32-bit machine.
    let length = (FIXED_BYTES + 4 * scenarios + 4 * scenarios * factors).checked_add(header_bytes);
    if length != Some(body.len()) {
        return Err(ScenarioFileProblem::Length.into());
    }
    let weights_at = FIXED_BYTES + header_bytes;
    let entries_at = weights_at + 4 * scenarios;
    let malformed = |error: String| Problem::Syntax(format!("header: {error}"));
    let header =
        serde_json::from_slice(&body[FIXED_BYTES..weights_at]).map_err(|error| malformed(error.to_string()))?;
    let header: Header = read_json(&header).map_err(malformed)?;
    if header.factors.len() != factors {
        return Err(ScenarioFileProblem::Factors.into());
    }
    let words = |range: &[u8]| -> Vec<[u8; 4]> {
        range.chunks_exact(4).map(|word| word.try_into().expect("4 bytes")).collect()
    };
    let weights = words(&body[weights_at..entries_at]).into_iter().map(u32::from_le_bytes).collect();
    let entries = words(&body[entries_at..]).into_iter().map(i32::from_le_bytes).collect();
    let set = ScenarioSet::new(header.generator, header.factors, header.labels, header.last_prices, weights, entries)?;
    let set = if header.cash > 0 { set.with_last_as_cash(header.cash)? } else { set };
    if encode(&set) != bytes {
        return Err(ScenarioFileProblem::NotCanonical.into());
    }
    Ok((set, digest.try_into().expect("32 bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> ScenarioSet {
        ScenarioSet::new(
            Generator::Custom { description: "test".into() },
            vec!["A".into(), "B".into()],
            vec!["one".into(), "two".into(), "three".into()],
            None,
            vec![1, 0, 7],
            vec![1, -1, 2, -2, 8_388_607, -8_388_607],
        )
        .unwrap()
    }

    #[test]
    fn encoding_and_decoding_are_inverse() {
        let bytes = encode(&small());
        let (set, digest) = decode("s.scn", &bytes).unwrap();
        assert_eq!(set, small());
        assert_eq!(digest, super::digest(&small()));
    }

    #[test]
    fn truncation_at_any_byte_is_refused() {
        let bytes = encode(&small());
        for length in 0..bytes.len() {
            assert!(decode("s.scn", &bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
        }
    }

    #[test]
    fn a_change_of_any_byte_and_a_trailing_byte_are_refused() {
        let bytes = encode(&small());
        for position in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[position] ^= 1;
            assert!(decode("s.scn", &changed).is_err(), "byte {position}");
        }
        let mut longer = bytes;
        longer.push(0);
        assert!(decode("s.scn", &longer).is_err());
    }

    #[test]
    fn a_header_in_another_form_is_refused_even_with_a_right_digest() {
        let bytes = encode(&small());
        let text = String::from_utf8_lossy(&bytes[FIXED_BYTES..]).into_owned();
        let header_bytes = text.find("}\u{1}").map_or_else(|| text.find("null}").unwrap() + 5, |at| at + 1);
        let mut body = bytes[..FIXED_BYTES].to_vec();
        body[20..24].copy_from_slice(&u32::try_from(header_bytes + 1).unwrap().to_le_bytes());
        body.extend_from_slice(&bytes[FIXED_BYTES..FIXED_BYTES + header_bytes]);
        body.push(b' ');
        body.extend_from_slice(&bytes[FIXED_BYTES + header_bytes..bytes.len() - 32]);
        let digest = Sha256::digest(&body);
        body.extend_from_slice(&digest);
        let error = decode("s.scn", &body).unwrap_err();
        assert!(error.to_string().contains("canonical"), "{error}");
    }
}
