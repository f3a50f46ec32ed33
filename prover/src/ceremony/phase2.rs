//! The start of the second phase: computes the points of a circuit's keys from powers of tau, with
//! gamma and delta still 1.
//!
//! For each variable, `A_i(tau)`, `B_i(tau)` and `beta A_i(tau) + alpha B_i(tau) + C_i(tau)` are
//! combinations of Lagrange points by the columns of the circuit's matrices. Anybody can recompute
//! them, so a ceremony file holds only the points that contributions change.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, One, PrimeField, Zero};
use rayon::prelude::*;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::r1cs::system::Matrix;

use crate::lean_qap::{INPUT_ROWS, domain_size};
use crate::snarkjs_files::powers_of_tau::DomainPowers;

/// The points of a circuit's keys before any contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitialPoints {
    /// `beta A_i + alpha B_i + C_i` of the instance variables; undivided, since gamma is 1.
    pub ic: Vec<G1Affine>,
    /// The same for the other variables; contributions divide it by delta.
    pub l: Vec<G1Affine>,
    /// Basis of the quotient; contributions divide it by delta.
    pub h: Vec<G1Affine>,
    /// `A_i` of all variables.
    pub a: Vec<G1Affine>,
    /// `B_i` of all variables in G1.
    pub b_g1: Vec<G1Affine>,
    /// `B_i` of all variables in G2.
    pub b_g2: Vec<G2Affine>,
}

/// Returns the base-2 logarithm of the size of the domain that a circuit needs.
pub fn log_domain(system: &System) -> u32 {
    domain_size(system.constraints()).trailing_zeros()
}

impl InitialPoints {
    /// Returns the points of the circuit `system`: combinations of the Lagrange points by its
    /// columns.
    ///
    /// # Panics
    /// If `powers` are for another domain than the circuit's.
    pub fn new(system: &System, powers: &DomainPowers) -> Self {
        assert_eq!(powers.lagrange_g1.len(), domain_size(system.constraints()));
        let (variables, instances) = (system.variables(), system.instances());
        let [a, b, c] = system.matrices().each_ref().map(|matrix| Columns::new(matrix, variables));
        let input_row = |variable: usize| (variable < INPUT_ROWS).then_some(system.constraints() + variable);
        let a_query: Vec<G1Affine> = normalised(variables, |variable| {
            let own = input_row(variable).map_or(G1Projective::zero(), |row| powers.lagrange_g1[row].into());
            a.combine(variable, &powers.lagrange_g1) + own
        });
        let b_g1 = normalised(variables, |variable| b.combine(variable, &powers.lagrange_g1));
        let b_g2 = normalised(variables, |variable| b.combine(variable, &powers.lagrange_g2));
        let mut ic = normalised(variables, |variable| {
            let own = input_row(variable).map_or(G1Projective::zero(), |row| powers.lagrange_beta[row].into());
            a.combine(variable, &powers.lagrange_beta)
                + b.combine(variable, &powers.lagrange_alpha)
                + c.combine(variable, &powers.lagrange_g1)
                + own
        });
        let l = ic.split_off(instances);
        Self { ic, l, h: powers.odd_lagrange.clone(), a: a_query, b_g1, b_g2 }
    }
}

fn normalised<G: CurveGroup>(count: usize, point: impl Fn(usize) -> G + Sync + Send) -> Vec<G::Affine> {
    let points: Vec<G> = (0..count).into_par_iter().with_min_len(64).map(point).collect();
    points.par_chunks(1 << 12).flat_map_iter(G::normalize_batch).collect()
}

/// A matrix stored by columns; the terms of a column are sorted by coefficient.
struct Columns {
    ends: Vec<usize>,
    terms: Vec<(u32, Fr)>,
}

impl Columns {
    fn new(matrix: &Matrix, variables: usize) -> Self {
        let mut ends = vec![0usize; variables + 1];
        for (variable, _) in matrix.terms() {
            ends[*variable as usize + 1] += 1;
        }
        for variable in 0..variables {
            ends[variable + 1] += ends[variable];
        }
        let mut next = ends.clone();
        let mut terms = vec![(0, Fr::zero()); matrix.terms().len()];
        for row in 0..matrix.rows() {
            for (variable, coefficient) in matrix.row(row) {
                let place = &mut next[*variable as usize];
                terms[*place] = (u32::try_from(row).expect("fewer than 2^32 rows"), *coefficient);
                *place += 1;
            }
        }
        for variable in 0..variables {
            terms[ends[variable]..ends[variable + 1]].sort_unstable_by_key(|(_, coefficient)| coefficient.0);
        }
        Self { ends, terms }
    }

    /// Returns `sum_rows coefficient * points[row]`. Points with the same coefficient are added
    /// before they are multiplied: most columns have few coefficients, and most coefficients are
    /// small.
    fn combine<A: AffineRepr<ScalarField = Fr>>(&self, variable: usize, points: &[A]) -> A::Group {
        let terms = &self.terms[self.ends[variable]..self.ends[variable + 1]];
        let mut total = A::Group::zero();
        let mut long = Vec::new();
        for run in terms.chunk_by(|left, right| left.1 == right.1) {
            let mut sum = A::Group::zero();
            for (row, _) in run {
                sum += points[*row as usize];
            }
            if is_long(run[0].1) { long.push((sum, run[0].1)) } else { total += scaled(sum, run[0].1) }
        }
        match &long[..] {
            [] => total,
            [(point, coefficient)] => total + scaled(*point, *coefficient),
            several => total + interleaved(several),
        }
    }
}

/// Whether neither a coefficient nor its negation is short: one of a hash's matrices.
fn is_long(coefficient: Fr) -> bool {
    [coefficient, -coefficient].iter().all(|value| value.into_bigint().num_bits() > 128)
}

/// Returns `sum coefficient * point`, with the doublings shared by all terms. The rows of a hash have
/// many terms with coefficients as long as the field.
fn interleaved<G: CurveGroup<ScalarField = Fr>>(terms: &[(G, Fr)]) -> G {
    const WINDOW: usize = 5;
    const MULTIPLES: usize = 1 << (WINDOW - 2);
    let digits: Vec<Vec<i64>> =
        terms.iter().map(|(_, coefficient)| coefficient.into_bigint().find_wnaf(WINDOW).expect("a window")).collect();
    let odd_multiples = terms.iter().flat_map(|(point, _)| {
        let double = point.double();
        std::iter::successors(Some(*point), move |multiple| Some(*multiple + double)).take(MULTIPLES)
    });
    let tables = G::normalize_batch(&odd_multiples.collect::<Vec<G>>());
    let mut total = G::zero();
    for place in (0..digits.iter().map(Vec::len).max().unwrap_or(0)).rev() {
        total.double_in_place();
        for (digits, table) in digits.iter().zip(tables.chunks_exact(MULTIPLES)) {
            let digit = digits.get(place).copied().unwrap_or(0);
            let multiple = usize::try_from(digit.unsigned_abs() / 2).expect("a small digit");
            match digit.signum() {
                1 => total += table[multiple],
                -1 => total -= table[multiple],
                _ => {}
            }
        }
    }
    total
}

/// Returns `coefficient * point`, computed with the shorter of the coefficient and its negation.
fn scaled<G: CurveGroup<ScalarField = Fr>>(point: G, coefficient: Fr) -> G {
    if coefficient.is_one() {
        return point;
    }
    let (plain, negated) = (coefficient.into_bigint(), (-coefficient).into_bigint());
    if negated < plain { -point.mul_bigint(negated) } else { point.mul_bigint(plain) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lean_qap::LeanReduction;
    use crate::snarkjs_files::powers_of_tau::{PowersOfTau, write_development_powers};
    use ark_bn254::{Bn254, G1Projective, G2Projective};
    use ark_ec::PrimeGroup;
    use ark_ff::UniformRand;
    use ark_groth16::Groth16;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha20Rng;
    use std::io::Cursor;
    use tailproof_circuits::r1cs::assembly::statement_system;
    use tailproof_circuits::r1cs::system::Replay;

    /// The generator `Repeat` makes arkworks' key generation draw the same tau as the development
    /// powers.
    #[test]
    fn the_points_are_those_of_key_generation_with_the_same_secrets() {
        let system = statement_system("1x1/1".parse().unwrap()).unwrap();
        let power = log_domain(&system);
        for larger in [0, 1] {
            let rng = ChaCha20Rng::seed_from_u64(5);
            let mut file = Vec::new();
            write_development_powers(&mut file, power + larger, &mut rng.clone()).unwrap();
            let powers = PowersOfTau::open(Cursor::new(&file)).unwrap().domain(power, &mut rng.clone()).unwrap();
            let points = InitialPoints::new(&system, &powers);

            let mut secrets = rng.clone();
            let [tau, alpha, beta]: [Fr; 3] = std::array::from_fn(|_| Fr::rand(&mut secrets));
            let mut from_tau = Repeat(tau);
            let key = Groth16::<Bn254, LeanReduction>::generate_parameters_with_qap(
                Replay { system: &system, assignment: None },
                alpha,
                beta,
                Fr::one(),
                Fr::one(),
                G1Projective::generator(),
                G2Projective::generator(),
                &mut from_tau,
            )
            .unwrap();
            assert_eq!(points.ic, key.vk.gamma_abc_g1);
            assert_eq!(points.l, key.l_query);
            assert_eq!(points.a, key.a_query);
            assert_eq!(points.b_g1, key.b_g1_query);
            assert_eq!(points.b_g2, key.b_g2_query);
            assert_eq!(points.h == key.h_query, larger == 1, "the largest domain lacks the last power");
            // On quotients (top coefficient zero) the two bases agree.
            let mut values: Vec<Fr> = (0..points.h.len()).map(|_| secrets.r#gen()).collect();
            let size = values.len();
            let root: Fr = ark_poly::EvaluationDomain::<Fr>::group_gen(
                &<ark_poly::GeneralEvaluationDomain<Fr> as ark_poly::EvaluationDomain<Fr>>::new(2 * size).unwrap(),
            );
            // The coefficient of X^(2m-1) of the interpolation through zero on even points is sum_i
            // v_i w^(2i+1) / 2m.
            let mut power_of_root = root;
            let mut top = Fr::zero();
            for value in &values {
                top += *value * power_of_root;
                power_of_root *= root * root;
            }
            values[0] -= top * ark_ff::Field::inverse(&root).unwrap();
            let with = |bases: &[G1Affine]| crate::snarkjs_files::powers_of_tau::combination(bases, &values);
            assert_eq!(with(&points.h), with(&key.h_query));
        }
    }

    #[test]
    fn interleaved_multiplication_is_the_sum_of_multiplications() {
        let mut rng = ChaCha20Rng::seed_from_u64(9);
        for count in 0..5 {
            let mut terms: Vec<(G1Projective, Fr)> =
                (0..count).map(|_| (G1Projective::rand(&mut rng), Fr::rand(&mut rng))).collect();
            terms.extend([(G1Projective::generator(), -Fr::one()), (G1Projective::zero(), Fr::from(5u64))]);
            let sum: G1Projective = terms.iter().map(|(point, coefficient)| *point * coefficient).sum();
            assert_eq!(interleaved(&terms), sum);
        }
    }

    /// A generator that always gives the same bytes: arkworks samples tau once, as a random field
    /// element.
    struct Repeat(Fr);

    impl rand::RngCore for Repeat {
        fn next_u32(&mut self) -> u32 {
            unreachable!("field elements are sampled from 64-bit words")
        }
        fn next_u64(&mut self) -> u64 {
            let limb = self.0.0.0[0];
            self.0.0.0.rotate_left(1);
            limb
        }
        fn fill_bytes(&mut self, _: &mut [u8]) {
            unreachable!("field elements are sampled from 64-bit words")
        }
        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand::Error> {
            unreachable!("field elements are sampled from 64-bit words")
        }
    }
}
