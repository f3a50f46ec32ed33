//! The start of the second phase: computes the points of a circuit's keys from powers of tau, with
//! gamma and delta still 1.
//!
//! For each variable, `A_i(tau)`, `B_i(tau)` and `beta A_i(tau) + alpha B_i(tau) + C_i(tau)` are
//! combinations of Lagrange points by the columns of the circuit's matrices. Anybody can recompute
//! them, so a ceremony file holds only the points that contributions change.

use ark_bn254::{G1Affine, G1Projective, G2Affine};
use ark_ff::Zero;
use tailproof_circuits::r1cs::System;

use crate::columns::{Columns, each};
use crate::lean_qap::INPUT_ROWS;
use crate::proving_key::inputs_in_c;
use crate::snarkjs_files::powers_of_tau::DomainPowers;

/// The points of a circuit's keys before any contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitialPoints {
    /// `beta A_i + alpha B_i + C_i` of the instance variables; undivided, since gamma is 1.
    pub ic: Vec<G1Affine>,
    /// The same for the other variables, with the part of the quotient that C takes; contributions
    /// divide it by delta.
    pub l: Vec<G1Affine>,
    /// Basis of the quotient; contributions divide it by delta.
    pub h: Vec<G1Affine>,
    /// The part of the quotient that C takes, of each public input in C; contributions divide it by
    /// delta.
    pub c: Vec<G1Affine>,
    /// `A_i` of all variables.
    pub a: Vec<G1Affine>,
    /// `B_i` of all variables in G1.
    pub b_g1: Vec<G1Affine>,
    /// `B_i` of all variables in G2.
    pub b_g2: Vec<G2Affine>,
}

impl InitialPoints {
    /// Returns the points of the circuit `system`: combinations of the Lagrange points by its
    /// columns.
    ///
    /// # Panics
    /// If `powers` are for a smaller domain than the circuit's.
    pub fn new(system: &System, powers: &DomainPowers) -> Self {
        assert!(powers.lagrange_g1.len() >= system.constraints() + INPUT_ROWS);
        let (variables, instances) = (system.variables(), system.instances());
        let [a, b, c] = system.matrices().each_ref().map(|matrix| Columns::new(matrix, variables));
        let input_row = |variable: usize| (variable < INPUT_ROWS).then_some(system.constraints() + variable);
        let a_query: Vec<G1Affine> = each(variables, |variable| {
            let own = input_row(variable).map_or(G1Projective::zero(), |row| powers.lagrange_g1[row].into());
            a.combine(variable, &powers.lagrange_g1) + own
        });
        let b_g1 = each(variables, |variable| b.combine(variable, &powers.lagrange_g1));
        let b_g2 = each(variables, |variable| b.combine(variable, &powers.lagrange_g2));
        let mut ic = each(variables, |variable| {
            let own = input_row(variable).map_or(G1Projective::zero(), |row| powers.lagrange_beta[row].into());
            a.combine(variable, &powers.lagrange_beta)
                + b.combine(variable, &powers.lagrange_alpha)
                + c.combine(variable, &powers.lagrange_g1)
                + own
        });
        let whole = ic.split_off(instances);
        let folded = &powers.folded_rows;
        let l = each(whole.len(), |place| whole[place] - c.combine(instances + place, folded));
        let inputs = inputs_in_c(&system.matrices()[2], instances);
        let c = each(inputs.len(), |place| -c.combine(inputs[place] as usize, folded));
        Self { ic, l, h: powers.odd_lagrange.clone(), c, a: a_query, b_g1, b_g2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProvingKey;
    use crate::lean_qap::{DomainKind, LeanReduction};
    use crate::point_transform::{powers, root_of};
    use crate::snarkjs_files::powers_of_tau::{PowersOfTau, write_development_powers};
    use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
    use ark_ec::{AffineRepr, PrimeGroup};
    use ark_ff::{Field, One, UniformRand};
    use ark_groth16::{Groth16, ProvingKey as StockKey};
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha20Rng;
    use std::io::Cursor;
    use tailproof_circuits::r1cs::assembly::statement_system;
    use tailproof_circuits::r1cs::system::Replay;
    use tailproof_verifier::keys::header::{KeyHeader, Provenance};

    fn by_arkworks(system: &System, [tau, alpha, beta]: [Fr; 3]) -> StockKey<Bn254> {
        Groth16::<Bn254, LeanReduction<true>>::generate_parameters_with_qap(
            Replay { system, assignment: None },
            alpha,
            beta,
            Fr::one(),
            Fr::one(),
            G1Projective::generator(),
            G2Projective::generator(),
            &mut Repeat(tau),
        )
        .unwrap()
    }

    /// The generator `Repeat` makes arkworks' key generation draw the same tau as the development
    /// powers.
    #[test]
    fn the_points_are_those_of_key_generation_with_the_same_secrets() {
        let shape = "1x1/1".parse().unwrap();
        let system = statement_system(shape).unwrap();
        let header = KeyHeader { shape, circuit: system.digest(), provenance: Provenance::InsecureDevelopment };
        let rng = ChaCha20Rng::seed_from_u64(5);
        let mut secrets = rng.clone();
        let secret: [Fr; 3] = std::array::from_fn(|_| Fr::rand(&mut secrets));
        let size = DomainKind::PowerOfTwo.size(system.constraints());
        let power = size.ilog2();
        for larger in [0, 1] {
            let mut file = Vec::new();
            write_development_powers(&mut file, power + larger, &mut rng.clone()).unwrap();
            let powers = PowersOfTau::open(Cursor::new(&file)).unwrap().domain(size, &mut rng.clone()).unwrap();
            let points = InitialPoints::new(&system, &powers);
            let mut key = by_arkworks(&system, secret);
            assert_eq!(points.ic, key.vk.gamma_abc_g1);
            assert_eq!(points.a, key.a_query);
            assert_eq!(points.b_g1, key.b_g1_query);
            assert_eq!(points.b_g2, key.b_g2_query);
            let whole = size < 1 << (power + larger);
            assert_eq!(points.h == key.h_query, whole, "a domain of the file's power lacks the last one");
            if !whole {
                agree_on_quotients(&points.h, &key.h_query, &mut secrets);
                key.h_query.clone_from(&points.h);
            }
            let folded = ProvingKey::from_arkworks(header, &key, &system).unwrap();
            assert!(!points.c.is_empty());
            assert_eq!(points.c, folded.c.points);
            assert_eq!(points.l.into_iter().filter(|point| !point.is_zero()).collect::<Vec<_>>(), folded.l.points);
        }
    }

    /// On quotients, whose top coefficient is zero, the two bases agree.
    fn agree_on_quotients(one: &[G1Affine], other: &[G1Affine], rng: &mut ChaCha20Rng) {
        let mut values: Vec<Fr> = (0..one.len()).map(|_| rng.r#gen()).collect();
        let root = root_of(2 * one.len()).unwrap();
        // The coefficient of X^(2m-1) of the interpolation through zero on even points is sum_i v_i
        // w^(2i+1) / 2m.
        let turns = powers(root * root, root, one.len());
        let top: Fr = values.iter().zip(turns).map(|(value, turn)| *value * turn).sum();
        values[0] -= top * root.inverse().unwrap();
        let with = |bases: &[G1Affine]| crate::snarkjs_files::powers_of_tau::combination(bases, &values);
        assert_eq!(with(one), with(other));
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
