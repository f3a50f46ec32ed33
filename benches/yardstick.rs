//! The yardstick of the prover: arkworks' stock prover on circuits of the sizes that the first
//! release had.
//!
//! A [`Yardstick`] is a synthetic constraint system. It has as many rows, variables, public inputs
//! and matrix terms as the circuit of a shape had in the first release, and as many values of each
//! length in each matrix. So it stays what it is when the circuits change. Its key is honest, made
//! from random secrets. `Groth16::<Bn254, FirstRelease>` proves it, over the reduction of the first
//! release: in arkworks' own one, rows for all public inputs would double the domain.

use std::hint::black_box;

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, PrimeGroup};
use ark_ff::{Field, One, PrimeField, UniformRand, Zero};
use ark_groth16::r1cs_to_qap::{R1CSToQAP, evaluate_constraint};
use ark_groth16::{Groth16, Proof, ProvingKey, VerifyingKey};
use ark_poly::{EvaluationDomain, GeneralEvaluationDomain};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, Matrix, R1CS_PREDICATE_LABEL, Result, SynthesisError,
    Variable,
};
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha20Rng;
use tailproof_simd::Engine;

use crate::support::rng;

/// Public inputs with a row of their own: the constant 1 and the controls.
const INPUT_ROWS: usize = 6;

/// Variables that stand in the same matrices.
struct Kind {
    public: bool,
    /// Bits 0, 1, 2: whether they stand in A, B, C.
    matrices: u8,
    /// How many are 0, are 1, have up to 23 bits, have up to 64 bits, and are full.
    counts: [usize; 5],
}

/// A circuit of the first release, as counted in its system and in the assignment of a book or
/// pool.
pub struct Profile {
    /// The shape.
    pub name: &'static str,
    rows: usize,
    /// Terms of A, B, C, and how many of them have the coefficient 1.
    terms: [(usize, usize); 3],
    kinds: &'static [Kind],
}

const fn public(matrices: u8, counts: [usize; 5]) -> Kind {
    Kind { public: true, matrices, counts }
}

const fn private(matrices: u8, counts: [usize; 5]) -> Kind {
    Kind { public: false, matrices, counts }
}

/// 500 scenarios, 20 factors, two thresholds.
pub const MARKET_500_20: Profile = Profile {
    name: "500x20",
    rows: 72_112,
    terms: [(210_433, 75_857), (157_579, 75_583), (76_869, 8_332)],
    kinds: &[
        public(1, [0, 1, 4_999, 0, 0]),
        public(2, [0, 500, 5_000, 0, 0]),
        public(3, [0, 1, 0, 0, 1]),
        public(4, [0, 0, 1, 499, 3]),
        private(3, [1_062, 64, 5, 15, 1]),
        private(4, [488, 1, 1, 4_519, 19]),
        private(5, [0, 0, 0, 500, 257]),
        private(6, [1, 0, 0, 0, 0]),
        private(7, [41_048, 22_623, 0, 0, 501]),
    ],
};

/// 500 scenarios, 100 factors, one threshold.
pub const MARKET_500_100: Profile = Profile {
    name: "500x100/1",
    rows: 63_734,
    terms: [(195_613, 87_823), (150_406, 87_307), (92_462, 28_541)],
    kinds: &[
        public(1, [0, 1, 24_999, 0, 0]),
        public(2, [1, 500, 24_999, 0, 0]),
        public(3, [0, 1, 0, 0, 1]),
        public(4, [0, 0, 0, 500, 3]),
        private(3, [559, 86, 10, 90, 1]),
        private(4, [495, 1, 1, 24_552, 7]),
        private(5, [0, 0, 0, 500, 426]),
        private(6, [1, 0, 0, 0, 13]),
        private(7, [22_695, 12_940, 0, 0, 839]),
    ],
};

/// 10,000 scenarios, 20 factors, one threshold.
pub const MARKET_10000_20: Profile = Profile {
    name: "10000x20/1",
    rows: 752_484,
    terms: [(2_749_805, 842_229), (1_508_833, 841_955), (853_303, 140_832)],
    kinds: &[
        public(1, [0, 2, 99_998, 0, 0]),
        public(2, [2, 10_000, 99_998, 0, 0]),
        public(3, [0, 1, 0, 0, 1]),
        public(4, [0, 0, 24, 9_976, 3]),
        private(3, [9_943, 121, 4, 16, 1]),
        private(4, [9_900, 1, 1, 90_012, 114]),
        private(5, [0, 0, 0, 10_000, 257]),
        private(6, [1, 0, 0, 0, 0]),
        private(7, [398_737, 222_868, 0, 0, 501]),
    ],
};

/// A pool of 9,900 loans with every claim, and tranches.
pub const POOL_10000: Profile = Profile {
    name: "10000loans+pool+64x8/3tranches",
    rows: 2_146_101,
    terms: [(5_144_584, 2_178_471), (11_594_072, 2_144_717), (5_168_419, 366_837)],
    kinds: &[
        public(1, [4, 0, 252, 0, 0]),
        public(2, [4, 0, 252, 0, 0]),
        public(3, [0, 1, 0, 0, 1]),
        public(4, [1, 0, 0, 63, 2]),
        public(6, [1, 6, 57, 0, 0]),
        public(7, [0, 0, 0, 0, 1]),
        private(3, [8_679, 1_606, 1, 0, 1]),
        private(4, [10_622, 1, 0, 20_061, 10_048]),
        private(5, [470, 0, 0, 63, 93_137]),
        private(6, [90, 0, 0, 2, 4_836]),
        private(7, [1_134_281, 714_558, 0, 3, 126_311]),
    ],
};

/// Returns a value of a class of [`Kind::counts`]: 1, or of either sign.
fn value(class: usize, rng: &mut ChaCha20Rng) -> Fr {
    let bits = [0, 1, 23, 64, 254][class];
    let magnitude = match bits {
        0 => return Fr::zero(),
        1 => return Fr::one(),
        23 => rng.gen_range(2..1 << 23),
        64 => rng.gen_range(1 << 23..1u128 << 64),
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
/// they are repeated until there are as many terms as the profile says. A term of the constant 1 makes
/// the product right.
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
    for row in 0..profile.rows {
        let [a, b, c] = [0, 1, 2].map(|index| evaluate_constraint(&matrices[index][row], assignment));
        matrices[2][row].push((a * b - c, 0));
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

/// Returns the columns of the matrices at a point.
fn columns<F: PrimeField, D: EvaluationDomain<F>>(
    matrices: &[Matrix<F>],
    variables: usize,
    at: F,
) -> Result<[Vec<F>; 3]> {
    let constraints = matrices[0].len();
    let domain = D::new(constraints + INPUT_ROWS).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
    let lagrange = domain.evaluate_all_lagrange_coefficients(at);
    let mut columns = [(); 3].map(|()| vec![F::zero(); variables]);
    columns[0][..INPUT_ROWS].copy_from_slice(&lagrange[constraints..constraints + INPUT_ROWS]);
    for (column, matrix) in columns.iter_mut().zip(matrices) {
        for (row, value) in matrix.iter().zip(&lagrange) {
            for (coefficient, variable) in row {
                column[*variable] += *value * coefficient;
            }
        }
    }
    Ok(columns)
}

/// The reduction of the first release, by arkworks' transforms: the constant 1 and the controls
/// have a row of their own, and the quotient is taken on the odd coset of the domain of twice the
/// size.
pub struct FirstRelease;

impl R1CSToQAP for FirstRelease {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        cs: ConstraintSystemRef<F>,
        t: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize)> {
        let variables = cs.num_instance_variables() + cs.num_witness_variables();
        let matrices = &cs.to_matrices()?[R1CS_PREDICATE_LABEL];
        let domain = D::new(matrices[0].len() + INPUT_ROWS).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let [a, b, c] = columns::<F, D>(matrices, variables, *t)?;
        Ok((a, b, c, domain.evaluate_vanishing_polynomial(*t), variables - 1, domain.size()))
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        _: usize,
        constraints: usize,
        assignment: &[F],
    ) -> Result<Vec<F>> {
        let domain = D::new(constraints + INPUT_ROWS).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let root = F::get_root_of_unity(2 * domain.size() as u64).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let coset = domain.get_coset(root).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let mut values = [0, 1, 2].map(|index: usize| -> Vec<F> {
            let mut values: Vec<F> = matrices[index].iter().map(|row| evaluate_constraint(row, assignment)).collect();
            values.resize(domain.size(), F::zero());
            values
        });
        values[0][constraints..constraints + INPUT_ROWS].copy_from_slice(&assignment[..INPUT_ROWS]);
        for column in &mut values {
            domain.ifft_in_place(column);
            coset.fft_in_place(column);
        }
        let [mut a, b, c] = values;
        a.iter_mut().zip(&b).zip(&c).for_each(|((a, b), c)| *a = *a * b - c);
        Ok(a)
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        t: F,
        _: F,
        delta_inverse: F,
    ) -> Result<Vec<F>> {
        let double = D::new(2 * (max_power + 1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let lagrange = double.evaluate_all_lagrange_coefficients(t);
        Ok(lagrange.into_iter().skip(1).step_by(2).map(|value| value * delta_inverse).collect())
    }
}
