//! Development keys from a single party.
//!
//! Whoever runs this briefly knows the secret behind the keys and could forge proofs with it. The
//! keys' header says so, and so does every verification with them.

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{Field, One, UniformRand, Zero};
use ark_groth16::r1cs_to_qap::R1CSToQAP;
use ark_poly::{EvaluationDomain, GeneralEvaluationDomain};
use ark_relations::gr1cs::SynthesisError;
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_simd::Engine;
use tailproof_verifier::keys::header::{KeyHeader, Provenance};
use tailproof_verifier::{MalformedError, Shape, VerifyingKey};
use zeroize::Zeroizing;

use crate::lean_qap::{INPUT_ROWS, LeanReduction, domain_size};
use crate::proving_key::ProvingKey;

/// The reason no keys were made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A shape without a circuit.
    #[error("no circuit of shape {0} exists: its numbers would leave the field")]
    NoCircuit(Shape),
    /// A failure of arkworks' key generation.
    #[error("key generation failed: {0}")]
    Generator(String),
    /// A generated key that is not one of the shape.
    #[error(transparent)]
    Key(#[from] MalformedError),
}

/// Returns a proving and a verifying key for `shape`, made by one party from `rng`: for development
/// only.
///
/// # Errors
/// Errors if no circuit of this shape exists, or arkworks' key generation fails.
pub fn insecure_development_keys(
    shape: Shape,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(ProvingKey, VerifyingKey), SetupError> {
    insecure_development_keys_on(Engine::current(), shape, rng)
}

/// Returns the keys of [`insecure_development_keys`], computed by the given engine. They are the
/// same on every engine.
///
/// # Errors
/// The errors of [`insecure_development_keys`].
pub fn insecure_development_keys_on(
    engine: Engine,
    shape: Shape,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(ProvingKey, VerifyingKey), SetupError> {
    let system = statement_system(shape).map_err(|_| SetupError::NoCircuit(shape))?;
    let secrets = Zeroizing::new(std::array::from_fn(|_| Fr::rand(rng)));
    let key = generate(engine, &system, &secrets, rng)?;
    let header = KeyHeader { shape, circuit: system.digest(), provenance: Provenance::InsecureDevelopment };
    let proving = ProvingKey::from_arkworks(header, &key, &system)?;
    Ok((proving, VerifyingKey::new(header, key.vk)?))
}

/// The columns of the three matrices at a secret point.
struct Columns {
    values: [Zeroizing<Vec<Fr>>; 3],
    /// The scalars of the quotient's points, before they are divided by delta.
    quotient: Zeroizing<Vec<Fr>>,
}

/// Evaluates the columns of a system at `tau`, as the lean reduction does.
fn columns_at(system: &System, tau: Fr) -> Result<Columns, SetupError> {
    let too_large = || SetupError::Generator(SynthesisError::PolynomialDegreeTooLarge.to_string());
    let constraints = system.constraints();
    let domain = GeneralEvaluationDomain::<Fr>::new(domain_size(constraints)).ok_or_else(too_large)?;
    let lagrange = Zeroizing::new(domain.evaluate_all_lagrange_coefficients(tau));
    let mut values = [(); 3].map(|()| Zeroizing::new(vec![Fr::zero(); system.variables()]));
    values[0][..INPUT_ROWS].copy_from_slice(&lagrange[constraints..constraints + INPUT_ROWS]);
    for (column, matrix) in values.iter_mut().zip(system.matrices()) {
        for (row, at_tau) in lagrange.iter().enumerate().take(matrix.rows()) {
            for (variable, coefficient) in matrix.row(row) {
                column[*variable as usize] += if coefficient.is_one() { *at_tau } else { *at_tau * coefficient };
            }
        }
    }
    let quotient = LeanReduction::h_query_scalars::<Fr, GeneralEvaluationDomain<Fr>>(
        domain.size() - 1,
        tau,
        domain.evaluate_vanishing_polynomial(tau),
        Fr::one(),
    );
    Ok(Columns { values, quotient: Zeroizing::new(quotient.map_err(|_| too_large())?) })
}

/// Returns the key that arkworks' `generate_parameters_with_qap` makes over the lean reduction,
/// from the generators and the secrets alpha, beta, gamma and delta.
fn generate(
    engine: Engine,
    system: &System,
    secrets: &[Fr; 4],
    rng: &mut impl RngCore,
) -> Result<ark_groth16::ProvingKey<Bn254>, SetupError> {
    let [alpha, beta, gamma, delta] = *secrets;
    // arkworks draws it outside a domain with rows for all public inputs.
    let tau = GeneralEvaluationDomain::<Fr>::new(system.constraints() + system.instances())
        .ok_or_else(|| SetupError::Generator(SynthesisError::PolynomialDegreeTooLarge.to_string()))?
        .sample_element_outside_domain(rng);
    let tau = Zeroizing::new(tau);
    let Columns { values: [a, b, c], quotient } = columns_at(system, *tau)?;
    let inverse = |secret: Fr| secret.inverse().ok_or_else(|| SetupError::Generator("a secret is zero".into()));
    let [over_gamma, over_delta] = [Zeroizing::new(inverse(gamma)?), Zeroizing::new(inverse(delta)?)];
    let times = |values: &[Fr], factor: Fr| -> Zeroizing<Vec<Fr>> {
        Zeroizing::new(values.par_iter().map(|value| *value * factor).collect())
    };
    let joined: Zeroizing<Vec<Fr>> =
        Zeroizing::new(a.par_iter().zip(&*b).zip(&*c).map(|((a, b), c)| beta * a + alpha * b + c).collect());
    let (instances, witnesses) = joined.split_at(system.instances());
    let [alpha_g1, beta_g1, delta_g1] = [alpha, beta, delta].map(|secret| (G1Affine::generator() * secret).into());
    let [beta_g2, gamma_g2, delta_g2] = [beta, gamma, delta].map(|secret| (G2Affine::generator() * secret).into());
    // Together, so that the generator's table is made once.
    let parts =
        [&a, &b, &times(&quotient, *over_delta), &times(witnesses, *over_delta), &times(instances, *over_gamma)];
    let scalars = Zeroizing::new(parts.map(|part| part.as_slice()).concat());
    let mut points = engine.g1_multiples(G1Affine::generator(), &scalars).into_iter();
    let [a_query, b_g1_query, h_query, l_query, gamma_abc_g1] =
        parts.map(|part| points.by_ref().take(part.len()).collect::<Vec<_>>());
    Ok(ark_groth16::ProvingKey {
        vk: ark_groth16::VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1 },
        beta_g1,
        delta_g1,
        a_query,
        b_g1_query,
        b_g2_query: engine.g2_multiples(G2Affine::generator(), &b),
        h_query,
        l_query,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Projective, G2Projective};
    use ark_ec::PrimeGroup;
    use ark_groth16::Groth16;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;
    use tailproof_circuits::r1cs::system::Replay;

    #[test]
    fn keys_are_those_of_arkworks_on_every_engine() {
        let system = statement_system("2x3/1".parse().unwrap()).unwrap();
        let mut rng = ChaCha20Rng::seed_from_u64(21);
        let secrets: [Fr; 4] = std::array::from_fn(|_| Fr::rand(&mut rng));
        let expected = Groth16::<Bn254, LeanReduction>::generate_parameters_with_qap(
            Replay { system: &system, assignment: None },
            secrets[0],
            secrets[1],
            secrets[2],
            secrets[3],
            G1Projective::generator(),
            G2Projective::generator(),
            &mut rng.clone(),
        )
        .unwrap();
        for engine in Engine::all() {
            let key = generate(engine, &system, &secrets, &mut rng.clone()).unwrap();
            assert!(key == expected, "{}", engine.name());
        }
    }
}
