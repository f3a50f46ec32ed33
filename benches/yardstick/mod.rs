//! The yardstick of the prover: arkworks' stock prover on circuits of the sizes that the first
//! release had.
//!
//! A [`Yardstick`] is a synthetic constraint system. It has as many rows, variables, public inputs
//! and matrix terms as the circuit of a shape had in the first release, and as many values of each
//! length in each matrix ([`profiles`]). So it stays what it is when the circuits change. Its key
//! is honest, made from random secrets. `Groth16::<Bn254, FirstRelease>` proves it, over the
//! reduction of the first release: in arkworks' own one, rows for all public inputs would double
//! the domain.

mod profiles;
mod reduction;

use std::hint::black_box;

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, PrimeGroup};
use ark_ff::{Field, One, UniformRand, Zero};
use ark_groth16::r1cs_to_qap::{R1CSToQAP, evaluate_constraint};
use ark_groth16::{Groth16, Proof, ProvingKey, VerifyingKey};
use ark_poly::GeneralEvaluationDomain;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, Matrix, Result, SynthesisError, Variable,
};
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha20Rng;
use tailproof_simd::Engine;

use crate::support::rng;
pub use profiles::{MARKET_500_20, MARKET_500_100, MARKET_10000_20, POOL_10000, Profile};
use reduction::{FirstRelease, INPUT_ROWS, columns};

/// Returns a value of a class of counts, of either sign from the third class on. As in the benches'
/// books, moves are of up to 5 % and products are of two exposures of up to a million.
fn value(class: usize, rng: &mut ChaCha20Rng) -> Fr {
    let magnitude: u64 = match class {
        0 => return Fr::zero(),
        1 => return Fr::one(),
        2 => rng.gen_range(2..52_429),
        3 => rng.gen_range(1 << 12..100_000_000) * rng.gen_range(1 << 12..100_000_000),
        _ => return Fr::rand(rng),
    };
    if rng.r#gen() { Fr::from(magnitude) } else { -Fr::from(magnitude) }
}

/// A synthetic system with its key and an assignment that satisfies it.
pub struct Yardstick {
    matrices: Vec<Matrix<Fr>>,
    instances: usize,
    assignment: Vec<Fr>,
    key: ProvingKey<Bn254>,
    blinding: [Fr; 2],
}

impl Yardstick {
    /// Returns the system of a profile, always the same one, after verifying a proof of it.
    pub fn new(profile: &Profile) -> Self {
        let rng = &mut rng();
        let mut variables: Vec<(bool, u8, Fr)> = Vec::new();
        for kind in profile.kinds {
            for (class, count) in kind.counts.into_iter().enumerate() {
                variables.extend((0..count).map(|_| (!kind.public, kind.matrices, value(class, rng))));
            }
        }
        variables.shuffle(rng);
        variables.sort_by_key(|(private, ..)| *private);
        // The constant 1 stands in every matrix.
        variables.insert(0, (false, 7, Fr::one()));
        let instances = variables.partition_point(|(private, ..)| !private);
        let assignment: Vec<Fr> = variables.iter().map(|(.., value)| *value).collect();
        let places: Vec<u8> = variables.iter().map(|(_, matrices, _)| *matrices).collect();
        let matrices = matrices(profile, &places, &assignment, rng);
        let blinding = [Fr::rand(rng), Fr::rand(rng)];
        let key = key(&matrices, instances, assignment.len(), rng);
        let yardstick = Self { matrices, instances, assignment, key, blinding };
        let verifying = yardstick.key.vk.clone().into();
        let inputs = &yardstick.assignment[1..instances];
        assert!(Groth16::<Bn254>::verify_proof(&verifying, &yardstick.prove(), inputs).unwrap());
        yardstick
    }

    /// Returns a proof by arkworks' stock prover.
    pub fn prove(&self) -> Proof<Bn254> {
        let [r, s] = self.blinding;
        Groth16::<Bn254, FirstRelease>::create_proof_with_reduction_and_matrices(
            &self.key,
            r,
            s,
            &self.matrices,
            self.instances,
            self.matrices[0].len(),
            black_box(&self.assignment),
        )
        .unwrap()
    }

    /// Returns keys by arkworks' generator.
    pub fn generate(&self) -> ProvingKey<Bn254> {
        let rng = &mut rng();
        let [alpha, beta, gamma, delta] = [(); 4].map(|()| Fr::rand(rng));
        let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
        Groth16::<Bn254, FirstRelease>::generate_parameters_with_qap(
            Replay(self),
            alpha,
            beta,
            gamma,
            delta,
            g1,
            g2,
            rng,
        )
        .unwrap()
    }
}

/// The rows of a yardstick, for arkworks' generator.
struct Replay<'y>(&'y Yardstick);

impl ConstraintSynthesizer<Fr> for Replay<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<()> {
        let Self(yardstick) = self;
        // Keys are made without values.
        let value = || Err(SynthesisError::AssignmentMissing);
        for _ in 1..yardstick.instances {
            let _ = cs.new_input_variable(value)?;
        }
        for _ in yardstick.instances..yardstick.assignment.len() {
            let _ = cs.new_witness_variable(value)?;
        }
        let variable = |index: usize| match index {
            0 => Variable::One,
            index if index < yardstick.instances => Variable::instance(index),
            index => Variable::witness(index - yardstick.instances),
        };
        for row in 0..yardstick.matrices[0].len() {
            let [a, b, c] = [0, 1, 2].map(|matrix| {
                let terms = yardstick.matrices[matrix][row].iter();
                LinearCombination(terms.map(|(coefficient, index)| (*coefficient, variable(*index))).collect())
            });
            cs.enforce_r1cs_constraint(|| a, || b, || c)?;
        }
        Ok(())
    }
}

/// Returns rows that the assignment satisfies. Every variable is in a row of each of its matrices;
/// they are repeated until there are as many terms as the profile says. A term of the constant 1
/// makes the product right.
fn matrices(profile: &Profile, places: &[u8], assignment: &[Fr], rng: &mut ChaCha20Rng) -> Vec<Matrix<Fr>> {
    let mut matrices: Vec<Matrix<Fr>> = vec![vec![Vec::new(); profile.rows]; 3];
    for (bit, (matrix, (terms, ones))) in matrices.iter_mut().zip(profile.terms).enumerate() {
        let members: Vec<usize> = (0..places.len()).filter(|variable| places[*variable] >> bit & 1 == 1).collect();
        let more = terms.saturating_sub(members.len() + if bit == 2 { profile.rows } else { 0 });
        // Neighbours in rows are neighbours among the variables, as in a statement.
        let count = members.len() + more;
        for (index, variable) in members.into_iter().cycle().take(count).enumerate() {
            let one = rng.gen_ratio(u32::try_from(ones).unwrap(), u32::try_from(terms).unwrap());
            let coefficient = if one { Fr::one() } else { Fr::from(rng.gen_range(2..u64::MAX)) };
            matrix[index % profile.rows].push((coefficient, variable));
        }
    }
    let [a, b, c] = &mut matrices[..] else { unreachable!("three matrices") };
    for ((a, b), c) in a.iter().zip(&*b).zip(c) {
        let [a, b, sum] = [a, b, &*c].map(|row| evaluate_constraint(row, assignment));
        c.push((a * b - sum, 0));
    }
    // Copies, so that rows lie in memory in their order.
    matrices.iter().map(|matrix| matrix.iter().map(|row| row.to_vec()).collect()).collect()
}

/// Returns an honest key, made by the engine of the processor.
fn key(matrices: &[Matrix<Fr>], instances: usize, variables: usize, rng: &mut ChaCha20Rng) -> ProvingKey<Bn254> {
    let [alpha, beta, gamma, delta, tau] = [(); 5].map(|()| Fr::rand(rng));
    let size = (matrices[0].len() + INPUT_ROWS).next_power_of_two();
    let [a, b, c] = columns::<Fr, GeneralEvaluationDomain<Fr>>(matrices, variables, tau).unwrap();
    let [over_gamma, over_delta] = [gamma, delta].map(|secret| secret.inverse().unwrap());
    let joined = a.iter().zip(&b).zip(&c).enumerate().map(|(index, ((a, b), c))| {
        (beta * a + alpha * b + c) * if index < instances { over_gamma } else { over_delta }
    });
    let mut gamma_abc: Vec<Fr> = joined.collect();
    let l = gamma_abc.split_off(instances);
    let h = FirstRelease::h_query_scalars::<Fr, GeneralEvaluationDomain<Fr>>(size - 1, tau, Fr::zero(), over_delta);
    let engine = Engine::current();
    let g1 = |scalars: &[Fr]| engine.g1_multiples(G1Affine::generator(), scalars);
    let g2 = |scalars: &[Fr]| engine.g2_multiples(G2Affine::generator(), scalars);
    let [beta_g2, gamma_g2, delta_g2] = [beta, gamma, delta].map(|secret| g2(&[secret])[0]);
    let vk = VerifyingKey { alpha_g1: g1(&[alpha])[0], beta_g2, gamma_g2, delta_g2, gamma_abc_g1: g1(&gamma_abc) };
    ProvingKey {
        vk,
        beta_g1: g1(&[beta])[0],
        delta_g1: g1(&[delta])[0],
        a_query: g1(&a),
        b_g1_query: g1(&b),
        b_g2_query: g2(&b),
        h_query: g1(&h.unwrap()),
        l_query: g1(&l),
    }
}
