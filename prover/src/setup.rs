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

use crate::lean_qap::{DomainKind, INPUT_ROWS, LeanReduction, domain};
use crate::proving_key::{KeyPoints, ProvingKey, inputs_in_c};

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
    make(Engine::current(), shape, DomainKind::Least, rng)
}

/// Returns the keys of [`insecure_development_keys`] on a domain of the given kind.
///
/// # Errors
/// The errors of [`insecure_development_keys`].
pub fn insecure_development_keys_of(
    kind: DomainKind,
    shape: Shape,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(ProvingKey, VerifyingKey), SetupError> {
    make(Engine::current(), shape, kind, rng)
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
    make(engine, shape, DomainKind::Least, rng)
}

fn make(
    engine: Engine,
    shape: Shape,
    kind: DomainKind,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(ProvingKey, VerifyingKey), SetupError> {
    let system = statement_system(shape).map_err(|_| SetupError::NoCircuit(shape))?;
    let secrets = Zeroizing::new(std::array::from_fn(|_| Fr::rand(rng)));
    let (points, vk) = generate(engine, &system, kind, &secrets, rng)?;
    let header = KeyHeader { shape, circuit: system.digest(), provenance: Provenance::InsecureDevelopment };
    let proving = ProvingKey::new(header, points, &system)?;
    Ok((proving, VerifyingKey::new(header, vk)?))
}

/// The columns of the three matrices at a secret point.
struct Columns {
    values: [Zeroizing<Vec<Fr>>; 3],
    /// The scalars of the quotient's points, before they are divided by delta.
    quotient: Zeroizing<Vec<Fr>>,
    /// The vanishing polynomial of the domain at the point: tau^m - 1.
    vanishing: Zeroizing<Fr>,
}

/// Evaluates the columns of a system at `tau`, as the lean reduction does.
fn columns_at(system: &System, kind: DomainKind, tau: Fr) -> Result<Columns, SetupError> {
    let too_large = || SetupError::Generator(SynthesisError::PolynomialDegreeTooLarge.to_string());
    let constraints = system.constraints();
    let domain = domain::<Fr>(kind.size(constraints)).map_err(|_| too_large())?;
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
    let vanishing = Zeroizing::new(domain.evaluate_vanishing_polynomial(tau));
    let quotient = <LeanReduction>::h_query_scalars::<Fr, GeneralEvaluationDomain<Fr>>(
        domain.size() - 1,
        tau,
        *vanishing,
        Fr::one(),
    );
    Ok(Columns { values, quotient: Zeroizing::new(quotient.map_err(|_| too_large())?), vanishing })
}

/// Returns the points of the key that arkworks' `generate_parameters_with_qap` makes over the lean
/// reduction, with the part of C in L and by itself, from the generators and the secrets alpha,
/// beta, gamma and delta.
fn generate(
    engine: Engine,
    system: &System,
    kind: DomainKind,
    secrets: &[Fr; 4],
    rng: &mut impl RngCore,
) -> Result<(KeyPoints, ark_groth16::VerifyingKey<Bn254>), SetupError> {
    let [alpha, beta, gamma, delta] = *secrets;
    // arkworks draws it outside a domain with rows for all public inputs.
    let tau = GeneralEvaluationDomain::<Fr>::new(system.constraints() + system.instances())
        .ok_or_else(|| SetupError::Generator(SynthesisError::PolynomialDegreeTooLarge.to_string()))?
        .sample_element_outside_domain(rng);
    let tau = Zeroizing::new(tau);
    let Columns { values: [a, b, c], quotient, vanishing } = columns_at(system, kind, *tau)?;
    let inverse = |secret: Fr| secret.inverse().ok_or_else(|| SetupError::Generator("a secret is zero".into()));
    let [over_gamma, over_delta] = [Zeroizing::new(inverse(gamma)?), Zeroizing::new(inverse(delta)?)];
    let times = |values: &[Fr], factor: Fr| -> Zeroizing<Vec<Fr>> {
        Zeroizing::new(values.par_iter().map(|value| *value * factor).collect())
    };
    // On the odd powers X^m = -1, so the values of C there are those of C (1 - X^m) / 2, which is
    // zero on the even ones.
    let part_of_c = Zeroizing::new(*vanishing * inverse(Fr::from(2u64))?);
    let joined = |factor: Fr| -> Zeroizing<Vec<Fr>> {
        let columns = a.par_iter().zip(&*b).zip(&*c);
        Zeroizing::new(columns.map(|((a, b), c)| beta * a + alpha * b + factor * c).collect())
    };
    let instances = system.instances();
    let inputs = Zeroizing::new(joined(Fr::one())[..instances].to_vec());
    let witnesses = Zeroizing::new(joined(Fr::one() + *part_of_c)[instances..].to_vec());
    let inputs_in_c: Vec<Fr> =
        inputs_in_c(&system.matrices()[2], instances).into_iter().map(|input| c[input as usize]).collect();
    let inputs_in_c = Zeroizing::new(inputs_in_c);
    let [alpha_g1, beta_g1, delta_g1] = [alpha, beta, delta].map(|secret| (G1Affine::generator() * secret).into());
    let [beta_g2, gamma_g2, delta_g2] = [beta, gamma, delta].map(|secret| (G2Affine::generator() * secret).into());
    // Together, so that the generator's table is made once.
    let parts = [
        &a,
        &b,
        &times(&quotient, *over_delta),
        &times(&witnesses, *over_delta),
        &times(&inputs_in_c, *part_of_c * *over_delta),
        &times(&inputs, *over_gamma),
    ];
    let scalars = Zeroizing::new(parts.map(|part| part.as_slice()).concat());
    let mut points = engine.g1_multiples(G1Affine::generator(), &scalars).into_iter();
    let [a, b_g1, h, l, c, gamma_abc_g1] = parts.map(|part| points.by_ref().take(part.len()).collect::<Vec<_>>());
    let b_g2 = engine.g2_multiples(G2Affine::generator(), &b);
    let vk = ark_groth16::VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1 };
    Ok((KeyPoints { alpha_g1, beta_g1, delta_g1, beta_g2, delta_g2, a, b_g1, b_g2, h, l, c }, vk))
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

    fn by_arkworks<const POWER_OF_TWO: bool>(
        system: &System,
        secrets: &[Fr; 4],
        rng: &mut ChaCha20Rng,
    ) -> ark_groth16::ProvingKey<Bn254> {
        Groth16::<Bn254, LeanReduction<POWER_OF_TWO>>::generate_parameters_with_qap(
            Replay { system, assignment: None },
            secrets[0],
            secrets[1],
            secrets[2],
            secrets[3],
            G1Projective::generator(),
            G2Projective::generator(),
            rng,
        )
        .unwrap()
    }

    #[test]
    fn keys_are_those_of_arkworks_on_every_engine() {
        let shape: Shape = "2x3/1".parse().unwrap();
        let system = statement_system(shape).unwrap();
        let header = KeyHeader { shape, circuit: system.digest(), provenance: Provenance::InsecureDevelopment };
        let mut rng = ChaCha20Rng::seed_from_u64(21);
        let secrets: [Fr; 4] = std::array::from_fn(|_| Fr::rand(&mut rng));
        for kind in DomainKind::ALL {
            let stock = match kind {
                DomainKind::Least => by_arkworks::<false>(&system, &secrets, &mut rng.clone()),
                DomainKind::PowerOfTwo => by_arkworks::<true>(&system, &secrets, &mut rng.clone()),
            };
            let expected = ProvingKey::from_arkworks(header, &stock, &system).unwrap();
            assert_eq!(expected.domain(), kind.size(system.constraints()));
            for engine in Engine::all() {
                let (points, vk) = generate(engine, &system, kind, &secrets, &mut rng.clone()).unwrap();
                assert!(vk == stock.vk, "{}", engine.name());
                let key = ProvingKey::new(header, points, &system).unwrap();
                assert!(key == expected && key.to_arkworks(vk) == stock, "{kind:?}, {}", engine.name());
            }
        }
    }
}
