//! An assignment in the `.wtns` format of snarkjs, for provers that take a `.zkey`. The file is
//! secret: it contains the book.
//!
//! | section | content |
//! | --- | --- |
//! | 1 | bytes of a field element, the modulus, number of values |
//! | 2 | the values of all variables, the constant 1 first, as little-endian integers |

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use zeroize::Zeroizing;

use super::sections::{write_head, write_section, write_section_head};
use crate::raw_points::{FIELD_BYTES, modulus_bytes};

const MAGIC: &[u8; 4] = b"wtns";
const VERSION: u32 = 2;

/// Returns the file of an assignment; zeroized when dropped.
pub fn encode_witness(assignment: &[Fr]) -> Zeroizing<Vec<u8>> {
    let count = u32::try_from(assignment.len()).expect("fewer than 2^32 variables");
    // Reserve room for everything, so that growing the buffer leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(128 + assignment.len() * FIELD_BYTES));
    let into_memory = "writing to a vector does not fail";
    write_head(&mut *bytes, MAGIC, VERSION, 2).expect(into_memory);
    let size = u32::try_from(FIELD_BYTES).expect("small");
    let header = [&size.to_le_bytes()[..], &modulus_bytes::<Fr>(), &count.to_le_bytes()].concat();
    write_section(&mut *bytes, 1, &header).expect(into_memory);
    write_section_head(&mut *bytes, 2, assignment.len() * FIELD_BYTES).expect(into_memory);
    for value in assignment {
        let value = Zeroizing::new(value.into_bigint().to_bytes_le());
        bytes.extend_from_slice(&value);
    }
    bytes
}
