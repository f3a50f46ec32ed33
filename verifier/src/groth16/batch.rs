//! Many proofs under one key with one multi-pairing: the small exponents test (Bellare, Garay and
//! Rabin 1998, section 3) on the equations of Groth16.
//!
//! A proof is valid if `e(A, B) e(I, -gamma) e(C, -delta)` is `e(alpha, beta)`, where `I` is the sum
//! of its public inputs. Each equation is raised to a power of 128 bits that nobody knew when the
//! proofs were made, and all are multiplied. The points of proofs are in groups of prime order, so
//! a product with a false equation in it holds for one power of that equation at most, whatever the
//! others are: with a probability of 2^-128. Where a product does not hold, halves of it are looked at,
//! so that an equation is in log2 n + 1 products at most. The powers are hashes of everything that is checked
//! and of the caller's seed. Whoever makes a proof would have to know the seed, or to try 2^128
//! proofs.
//!
//! Pairings with gamma and delta, and the final exponentiation, are then done once for all proofs.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective};
use ark_ec::bn::G2Prepared;
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, PrimeField};
use sha2::{Digest, Sha256};

use super::{Proof, VerifyingKey};
use crate::encoding::to_bytes;
use crate::error::VerifyError;
use crate::inputs::controls::CONTROLS;
use crate::keys::file::key_digest;

/// A proof with what it is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'p> {
    /// Control inputs.
    pub controls: &'p [Fr; CONTROLS],
    /// Scenario point, as critical as in [`VerifyingKey::verify`].
    pub scenario_point: &'p G1Affine,
    /// The proof.
    pub proof: &'p Proof,
}

/// A statement that is ready to be multiplied with others.
struct Term<'p> {
    statement: Statement<'p>,
    power: Fr,
    /// Point A times the power.
    a: G1Affine,
    b: G2Prepared<ark_bn254::Config>,
    /// Point C times the power.
    c: G1Projective,
}

impl VerifyingKey {
    /// Returns for each statement what [`VerifyingKey::verify`] returns. Valid proofs cost about a
    /// third of it; a refusal is always that of the proof alone.
    ///
    /// `seed` is 32 random bytes that whoever made the proofs does not know. A false proof among n passes
    /// with a probability of at most (log2 n + 1) 2^-128.
    pub fn verify_all(&self, statements: &[Statement<'_>], seed: &[u8; 32]) -> Vec<Result<(), VerifyError>> {
        let mut outcomes = vec![Ok(()); statements.len()];
        let (mut places, mut terms) = (Vec::new(), Vec::new());
        for (place, (statement, power)) in statements.iter().zip(self.powers(statements, seed)).enumerate() {
            if statement.scenario_point.is_zero() {
                outcomes[place] = Err(VerifyError::NoScenarios);
            } else {
                places.push(place);
                terms.push(Term::new(*statement, power));
            }
        }
        let mut found = vec![Ok(()); terms.len()];
        self.search(&terms, &mut found, false);
        for (place, outcome) in places.into_iter().zip(found) {
            outcomes[place] = outcome;
        }
        outcomes
    }

    /// Checks terms together, and halves of them where a proof is false. Returns whether all are valid.
    /// `is_false` says that one is known to be false.
    fn search(&self, terms: &[Term<'_>], outcomes: &mut [Result<(), VerifyError>], is_false: bool) -> bool {
        match terms {
            [] => true,
            [Term { statement: Statement { controls, scenario_point, proof }, .. }] => {
                outcomes[0] = self.verify(controls, scenario_point, proof);
                outcomes[0].is_ok()
            }
            _ if !is_false && self.holds(terms) => true,
            _ => {
                let half = terms.len() / 2;
                let (first, second) = outcomes.split_at_mut(half);
                let is_first = self.search(&terms[..half], first, false);
                self.search(&terms[half..], second, is_first) && is_first
            }
        }
    }

    /// Returns whether the product of the terms' equations holds.
    fn holds(&self, terms: &[Term<'_>]) -> bool {
        let ic = &self.prepared.vk.gamma_abc_g1;
        let mut scalars = [Fr::ZERO; CONTROLS + 1];
        // Terms over one scenario set share its point.
        let mut points: Vec<(G1Affine, Fr)> = Vec::new();
        for Term { statement, power, .. } in terms {
            scalars[0] += power;
            for (scalar, control) in scalars[1..].iter_mut().zip(statement.controls) {
                *scalar += *control * power;
            }
            match points.iter_mut().find(|(point, _)| point == statement.scenario_point) {
                Some((_, sum)) => *sum += power,
                None => points.push((*statement.scenario_point, *power)),
            }
        }
        let of_key = ic.iter().zip(&scalars).map(|(base, scalar)| *base * scalar);
        let inputs: G1Projective = of_key.chain(points.iter().map(|(point, sum)| *point * sum)).sum();
        let c: G1Projective = terms.iter().map(|term| term.c).sum();
        let shared = G1Projective::normalize_batch(&[inputs, c]);
        let product = Bn254::multi_miller_loop(
            terms.iter().map(|term| term.a).chain(shared),
            terms
                .iter()
                .map(|term| term.b.clone())
                .chain([self.prepared.gamma_g2_neg_pc.clone(), self.prepared.delta_g2_neg_pc.clone()]),
        );
        let expected = PairingOutput::<Bn254>(self.prepared.alpha_g1_beta_g2) * scalars[0];
        Bn254::final_exponentiation(product) == Some(expected)
    }

    /// Returns the power of each statement: a hash of all statements and the seed.
    fn powers(&self, statements: &[Statement<'_>], seed: &[u8; 32]) -> Vec<Fr> {
        let mut hasher = Sha256::new();
        hasher.update(b"tailproof/batch/v1");
        hasher.update(key_digest(self));
        hasher.update(seed);
        for Statement { controls, scenario_point, proof: Proof { a, b, c } } in statements {
            controls.iter().for_each(|control| hasher.update(to_bytes(control)));
            for coordinate in [&scenario_point.x, &scenario_point.y, &a.x, &a.y, &b.x.c0, &b.x.c1, &b.y.c0, &b.y.c1] {
                hasher.update(to_bytes(coordinate));
            }
            [&c.x, &c.y].into_iter().for_each(|coordinate| hasher.update(to_bytes(coordinate)));
        }
        let root: [u8; 32] = hasher.finalize().into();
        let power = |place: u64| {
            let hash = Sha256::new().chain_update(root).chain_update(place.to_be_bytes()).finalize();
            Fr::from_be_bytes_mod_order(&hash[..16])
        };
        (0..).map(power).take(statements.len()).collect()
    }
}

impl<'p> Term<'p> {
    fn new(statement: Statement<'p>, power: Fr) -> Self {
        let Proof { a, b, c } = *statement.proof;
        // A power has 128 bits.
        let bits = &power.into_bigint().0[..2];
        Self { statement, power, a: a.mul_bigint(bits).into_affine(), b: b.into(), c: c.mul_bigint(bits) }
    }
}
