//! Powers of tau that one party knows: for rehearsals and tests.

use std::io::{self, Write};

use ark_bn254::{Fq, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{Field, One, UniformRand};
use ark_poly::{EvaluationDomain, GeneralEvaluationDomain};
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use super::{MAGIC, MAX_POWER, VERSION, section};
use crate::raw_points::{FIELD_BYTES, RawPoint, modulus_bytes, write_points};
use crate::snarkjs_files::sections::{write_head, write_section, write_section_head};

/// Writes powers of tau that one party knows: for rehearsals and tests. The file lists no
/// contribution, so [`contributions`](super::PowersOfTau::contributions) returns 0.
///
/// # Errors
/// Errors if the writer fails.
///
/// # Panics
/// If the power is 0 or at least [`MAX_POWER`].
pub fn write_development_powers(
    mut writer: impl Write,
    power: u32,
    rng: &mut (impl RngCore + CryptoRng),
) -> io::Result<()> {
    assert!((1..MAX_POWER).contains(&power));
    let mut secrets: [Fr; 3] = std::array::from_fn(|_| Fr::rand(rng));
    let [tau, alpha, beta] = secrets;
    let size = 1usize << power;
    let g1 = BatchMulPreprocessing::new(G1Projective::generator(), 2 * size);
    let g2 = BatchMulPreprocessing::new(G2Projective::generator(), size);

    let mut powers = Zeroizing::new(vec![Fr::one(); 2 * size - 1]);
    for index in 1..powers.len() {
        powers[index] = powers[index - 1] * tau;
    }
    write_head(&mut writer, MAGIC, VERSION, 11)?;
    let mut header = u32::try_from(FIELD_BYTES).expect("small").to_le_bytes().to_vec();
    header.extend(modulus_bytes::<Fq>());
    header.extend([power.to_le_bytes(), power.to_le_bytes()].concat());
    write_section(&mut writer, section::HEADER, &header)?;

    let times = |scalars: &[Fr], factor: Fr| -> Zeroizing<Vec<Fr>> {
        Zeroizing::new(scalars.par_iter().map(|scalar| *scalar * factor).collect())
    };
    let mut bytes = Vec::new();
    write_points(&mut bytes, &g1.batch_mul(&powers));
    write_section(&mut writer, section::TAU_G1, &bytes)?;
    bytes.clear();
    write_points(&mut bytes, &g2.batch_mul(&powers[..size]));
    write_section(&mut writer, section::TAU_G2, &bytes)?;
    for (id, factor) in [(section::ALPHA_TAU_G1, alpha), (section::BETA_TAU_G1, beta)] {
        bytes.clear();
        write_points(&mut bytes, &g1.batch_mul(&times(&powers[..size], factor)));
        write_section(&mut writer, id, &bytes)?;
    }
    bytes.clear();
    (G2Projective::generator() * beta).into_affine().write(&mut bytes);
    write_section(&mut writer, section::BETA_G2, &bytes)?;
    write_section(&mut writer, section::CONTRIBUTIONS, &0u32.to_le_bytes())?;

    let mut levels: Vec<Zeroizing<Vec<Fr>>> = Vec::new();
    for level in 0..=power + 1 {
        let domain = GeneralEvaluationDomain::<Fr>::new(1 << level).expect("a small power of two");
        let mut basis = domain.evaluate_all_lagrange_coefficients(tau);
        if level == power + 1 {
            // The coefficient of X^(n-1) in L_i is w^i / n.
            let top = powers[powers.len() - 1] * tau * domain.size_as_field_element().inverse().expect("not zero");
            for (value, root) in basis.iter_mut().zip(domain.elements()) {
                *value -= root * top;
            }
        }
        levels.push(Zeroizing::new(basis));
    }
    let sections = [
        (section::LAGRANGE_G1, Fr::one(), power + 1),
        (section::LAGRANGE_G2, Fr::one(), power),
        (section::LAGRANGE_ALPHA, alpha, power),
        (section::LAGRANGE_BETA, beta, power),
    ];
    for (id, factor, top) in sections {
        let in_g2 = id == section::LAGRANGE_G2;
        let point = if in_g2 { <G2Affine as RawPoint>::BYTES } else { <G1Affine as RawPoint>::BYTES };
        write_section_head(&mut writer, id, ((2usize << top) - 1) * point)?;
        for level in &levels[..=top as usize] {
            bytes.clear();
            if in_g2 {
                write_points(&mut bytes, &g2.batch_mul(level));
            } else if factor.is_one() {
                write_points(&mut bytes, &g1.batch_mul(level));
            } else {
                write_points(&mut bytes, &g1.batch_mul(&times(level, factor)));
            }
            writer.write_all(&bytes)?;
        }
    }
    secrets.zeroize();
    writer.flush()
}
