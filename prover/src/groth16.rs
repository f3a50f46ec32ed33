//! The Groth16 prover over a [`ProvingKey`] (Groth 2016, section 3.2).

use std::ops::Range;

use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{UniformRand, Zero};
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use tailproof_simd::Engine;
use tailproof_verifier::Proof;
use tailproof_verifier::inputs::layout::FACTORS;
use zeroize::{Zeroize, Zeroizing};

pub use crate::prove_error::ProveError;

use crate::lean_qap::{INPUT_ROWS, product_on};
use crate::proving_key::{ProvingKey, Query};
use crate::raw_points::RawPoint;
use crate::set_points::{SetPoints, set_range};

/// Returns a proof that `assignment` satisfies the key's constraints, with blinding from `rng`.
///
/// # Errors
/// Errors if the assignment does not satisfy the constraints: then no proof exists.
/// [`ProveError::NotTrusted`] if the key's points are not those of an honest key: B of every proof
/// is checked to be in its subgroup. Whoever writes the proof verifies it first, as
/// [`crate::Prover`] does.
pub fn prove(key: &ProvingKey, assignment: &[Fr], rng: &mut (impl RngCore + CryptoRng)) -> Result<Proof, ProveError> {
    prove_over(key, None, assignment, rng)
}

/// Returns the proof of [`prove`], with the set points of the scenario set, or computing them. Wrong
/// set points make a proof that does not verify.
///
/// # Errors
/// The errors of [`prove`].
pub fn prove_over(
    key: &ProvingKey,
    set: Option<&SetPoints>,
    assignment: &[Fr],
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Proof, ProveError> {
    let (mut r, mut s) = (Fr::rand(rng), Fr::rand(rng));
    let proof = prove_with_blinding_over(Engine::current(), key, set, assignment, [r, s]);
    r.zeroize();
    s.zeroize();
    proof
}

/// Returns a proof with given blinding. It is zero-knowledge only if `r` and `s` are uniform and
/// never reused.
///
/// # Errors
/// The errors of [`prove`].
pub fn prove_with_blinding(key: &ProvingKey, assignment: &[Fr], r: Fr, s: Fr) -> Result<Proof, ProveError> {
    prove_with_blinding_on(Engine::current(), key, assignment, r, s)
}

/// Returns the proof of [`prove_with_blinding`], computed by the given engine. It is the same on
/// every engine.
///
/// # Errors
/// The errors of [`prove`].
pub fn prove_with_blinding_on(
    engine: Engine,
    key: &ProvingKey,
    assignment: &[Fr],
    r: Fr,
    s: Fr,
) -> Result<Proof, ProveError> {
    prove_with_blinding_over(engine, key, None, assignment, [r, s])
}

/// Returns the proof of [`prove_with_blinding_on`], with the set points of the scenario set, or
/// computing them. The proof is the same: in A and B, the multiples of the set's public inputs are
/// added up apart from the book's.
///
/// # Errors
/// The errors of [`prove`].
pub fn prove_with_blinding_over(
    engine: Engine,
    key: &ProvingKey,
    set: Option<&SetPoints>,
    assignment: &[Fr],
    [r, s]: [Fr; 2],
) -> Result<Proof, ProveError> {
    if assignment.len() != key.variables {
        return Err(ProveError::OtherCircuit { expected: key.variables, found: assignment.len() });
    }
    let gather = |variables: &[u32]| -> Zeroizing<Vec<Fr>> {
        Zeroizing::new(variables.par_iter().map(|variable| assignment[*variable as usize]).collect())
    };
    let of_set = || SetPoints::of_values(engine, key, &assignment[FACTORS..key.instances]);
    let g1 = |query: &Query<G1Affine>, scalars: &[Fr]| {
        around(key, &query.variables, |range| engine.g1_msm(&query.points[range.clone()], &scalars[range]))
    };
    // Side by side, so that a thread that is done with one part takes work of the other.
    let (h_sum, (l_sum, a, b_g1, b)) = rayon::join(
        || product_of(engine, key, assignment).map(|h| engine.g1_msm(&key.h, &Zeroizing::new(h))),
        || {
            let set = set.copied().unwrap_or_else(of_set);
            let l_sum = engine.g1_msm(&key.l.points, &gather(&key.l.variables));
            let l_sum = l_sum + g1(&key.c, &gather(&key.c.variables)) + set.c;
            let a = g1(&key.a, &gather(&key.a.variables)) + set.a + key.alpha_g1 + key.delta_g1 * r;
            let scalars = gather(&key.b_g1.variables);
            let b_g1 = g1(&key.b_g1, &scalars) + set.b_g1 + key.beta_g1 + key.delta_g1 * s;
            let of_b = |range: Range<usize>| engine.g2_msm(&key.b_g2[range.clone()], &scalars[range]);
            let b = around(key, &key.b_g1.variables, of_b) + set.b_g2 + key.beta_g2 + key.delta_g2 * s;
            (l_sum, a, b_g1, b)
        },
    );
    let h_sum = h_sum?;
    let c = l_sum + h_sum + a * s + b_g1 * r - key.delta_g1 * (r * s);
    let proof = Proof { a: a.into_affine(), b: b.into_affine(), c: c.into_affine() };
    let valid = [proof.a, proof.c].iter().all(|point| point.is_valid() && !point.is_zero())
        && proof.b.is_valid()
        && !proof.b.is_zero();
    if valid { Ok(proof) } else { Err(ProveError::NotTrusted) }
}

/// Returns the sum over a query without the scenario set's variables.
fn around<G: std::ops::Add<Output = G>>(key: &ProvingKey, variables: &[u32], sum: impl Fn(Range<usize>) -> G) -> G {
    let set = set_range(key, variables);
    sum(0..set.start) + sum(set.end..variables.len())
}

/// Evaluates the matrices, checks every constraint, and returns the scalars of the H query: the
/// values of A B. The key holds the part of C.
fn product_of(engine: Engine, key: &ProvingKey, assignment: &[Fr]) -> Result<Vec<Fr>, ProveError> {
    let constraints = key.constraints();
    let size = key.h.len();
    let [mut a, b, mut c] = key.matrices.each_ref().map(|matrix| {
        // Room for the whole domain, so that no outgrown buffer with private values is left behind.
        let mut values = Vec::with_capacity(size);
        values.par_extend((0..constraints).into_par_iter().map(|row| matrix.evaluate_row(row, assignment)));
        values.resize(size, Fr::zero());
        values
    });
    let first = (0..constraints).into_par_iter().find_first(|row| a[*row] * b[*row] != c[*row]);
    if let Some(row) = first {
        [a, b, c].zeroize();
        return Err(ProveError::Unsatisfied { row });
    }
    a[constraints..constraints + INPUT_ROWS].copy_from_slice(&assignment[..INPUT_ROWS]);
    c.zeroize();
    product_on(engine, [a, b]).ok_or(ProveError::TooLarge)
}
