//! A proving key in the `.zkey` format of snarkjs, so that snarkjs and compatible provers
//! (rapidsnark, ark-circom) can prove with our keys.
//!
//! | section | content |
//! | --- | --- |
//! | 1 | protocol: 1 Groth16 |
//! | 2 | fields, numbers of variables and of public inputs, domain, alpha, beta, gamma, delta |
//! | 3 | points of the public inputs, the constant 1 first |
//! | 4 | coefficients of A and B: matrix, row, variable, value |
//! | 5, 6, 7 | A query, B query in G1, B query in G2, of all variables |
//! | 8 | L query |
//! | 9 | H query, on the odd coset |
//! | 10 | digest of the circuit, contributions |
//!
//! Such a prover proves on a domain of 2^k points, so only keys on a power of two are written
//! ([`crate::lean_qap::DomainKind::PowerOfTwo`]). Its L query is the usual one, which is computed from
//! ours. It computes C = A B on the domain, so it needs no third matrix. Our files have rows
//! only for the constant 1 and the control inputs, where snarkjs' own have one for each public
//! input; the coefficients in the file express this, and the prover follows them. Contributions are
//! in our own transcript, not in section 10, so `snarkjs zkey verify` does not apply.

use std::io::{self, Write};

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ff::{Field, One};
use tailproof_verifier::VerifyingKey;

use super::sections::{write_head, write_section, write_section_head};
use crate::lean_qap::INPUT_ROWS;
use crate::proving_key::ProvingKey;
use crate::raw_points::{FIELD_BYTES, RawPoint, modulus_bytes, write_field, write_points};

const MAGIC: &[u8; 4] = b"zkey";
const VERSION: u32 = 1;
const GROTH16: u32 = 1;

fn word(value: usize) -> [u8; 4] {
    u32::try_from(value).expect("fewer than 2^32").to_le_bytes()
}

fn write_dense<G: RawPoint>(mut writer: impl Write, id: u32, points: &[G]) -> io::Result<()> {
    write_section_head(&mut writer, id, points.len() * G::BYTES)?;
    let mut bytes = Vec::new();
    for chunk in points.chunks(1 << 14) {
        bytes.clear();
        write_points(&mut bytes, chunk);
        writer.write_all(&bytes)?;
    }
    Ok(())
}

/// The reason no `.zkey` file was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ZkeyError {
    /// Keys on a domain that provers which take the file do not have.
    #[error("these keys are on a domain of {0} points, and provers that take a .zkey have domains of 2^k points only")]
    Domain(usize),
    /// A failure to write.
    #[error("{0}")]
    Write(#[from] io::Error),
}

/// Writes the `.zkey` file of a pair of keys on a power-of-two domain. This takes two transforms of
/// as many points as the domain has.
///
/// # Errors
/// [`ZkeyError::Domain`] for keys on another domain; errors if the writer fails.
pub fn write_zkey(mut writer: impl Write, proving: &ProvingKey, verifying: &VerifyingKey) -> Result<(), ZkeyError> {
    if !proving.domain().is_power_of_two() {
        return Err(ZkeyError::Domain(proving.domain()));
    }
    let vk = verifying.groth16();
    let key = proving.to_arkworks(vk.clone());
    write_head(&mut writer, MAGIC, VERSION, 10)?;
    write_section(&mut writer, 1, &GROTH16.to_le_bytes())?;

    let mut header = Vec::new();
    header.extend(word(FIELD_BYTES));
    header.extend(modulus_bytes::<Fq>());
    header.extend(word(FIELD_BYTES));
    header.extend(modulus_bytes::<Fr>());
    header.extend(word(key.a_query.len()));
    header.extend(word(vk.gamma_abc_g1.len() - 1));
    header.extend(word(key.h_query.len()));
    write_points::<G1Affine>(&mut header, &[vk.alpha_g1, key.beta_g1]);
    write_points::<G2Affine>(&mut header, &[vk.beta_g2, vk.gamma_g2]);
    key.delta_g1.write(&mut header);
    vk.delta_g2.write(&mut header);
    write_section(&mut writer, 2, &header)?;

    write_dense(&mut writer, 3, &vk.gamma_abc_g1)?;
    write_coefficients(&mut writer, proving)?;
    write_dense(&mut writer, 5, &key.a_query)?;
    write_dense(&mut writer, 6, &key.b_g1_query)?;
    write_dense(&mut writer, 7, &key.b_g2_query)?;
    write_dense(&mut writer, 8, &key.l_query)?;
    write_dense(&mut writer, 9, &key.h_query)?;
    // snarkjs' own files have a BLAKE2b digest of the circuit of 64 bytes here. Ours is 32 bytes,
    // and names the circuit elsewhere too.
    let mut contributions = proving.header().circuit.to_vec();
    contributions.resize(64, 0);
    contributions.extend(word(0));
    write_section(&mut writer, 10, &contributions)?;
    Ok(writer.flush()?)
}

/// Writes section 4. A value is stored times 2^512, so that one Montgomery multiplication by a
/// plain witness value gives a product in Montgomery form.
fn write_coefficients(mut writer: impl Write, proving: &ProvingKey) -> io::Result<()> {
    let [a, b, _] = proving.matrices();
    let rows = proving.constraints();
    let count = a.terms().len() + b.terms().len() + INPUT_ROWS;
    write_section_head(&mut writer, 4, 4 + count * (12 + FIELD_BYTES))?;
    writer.write_all(&word(count))?;
    let radix = Fr::from(2u64).pow([256]);
    let mut bytes = Vec::new();
    let mut put = |bytes: &mut Vec<u8>, matrix: usize, row: usize, variable: usize, value: Fr| -> io::Result<()> {
        bytes.extend([word(matrix), word(row), word(variable)].concat());
        write_field(bytes, &(value * radix));
        if bytes.len() > 1 << 20 {
            writer.write_all(bytes)?;
            bytes.clear();
        }
        Ok(())
    };
    for (index, matrix) in [a, b].into_iter().enumerate() {
        for row in 0..rows {
            for (variable, value) in matrix.row(row) {
                put(&mut bytes, index, row, *variable as usize, *value)?;
            }
        }
    }
    for input in 0..INPUT_ROWS {
        put(&mut bytes, 0, rows + input, input, Fr::one())?;
    }
    writer.write_all(&bytes)
}
