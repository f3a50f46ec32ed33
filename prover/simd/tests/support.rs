//! Points, scalars and the comparison.

use ark_bn254::Fr;
use ark_ec::short_weierstrass::Affine;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup, ScalarMul, VariableBaseMSM};
use ark_ff::{AdditiveGroup, UniformRand};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use tailproof_simd::Engine;

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// A curve and its sums on an engine.
pub trait Curve:
    AffineRepr<ScalarField = Fr, Group: VariableBaseMSM<MulBase = Self> + ScalarMul<MulBase = Self>>
{
    fn on(engine: Engine, bases: &[Self], scalars: &[Fr]) -> Self::Group;
}

impl Curve for Affine<ark_bn254::g1::Config> {
    fn on(engine: Engine, bases: &[Self], scalars: &[Fr]) -> Self::Group {
        engine.g1_msm(bases, scalars)
    }
}

impl Curve for Affine<ark_bn254::g2::Config> {
    fn on(engine: Engine, bases: &[Self], scalars: &[Fr]) -> Self::Group {
        engine.g2_msm(bases, scalars)
    }
}

/// Compares all engines with arkworks.
pub fn compare<C: Curve>(bases: &[C], scalars: &[Fr], name: &str) {
    let expected = C::Group::msm(bases, scalars).unwrap();
    for engine in Engine::all() {
        assert_eq!(C::on(engine, bases, scalars), expected, "{name} on {}", engine.name());
    }
}

/// Points `start, start + step, ...`.
pub fn progression<C: Curve>(start: C::Group, step: C::Group, count: usize) -> Vec<C> {
    let points = std::iter::successors(Some(start), |point| Some(*point + step));
    C::Group::normalize_batch(&points.take(count).collect::<Vec<_>>())
}

pub fn random_points<C: Curve>(rng: &mut ChaCha20Rng, count: usize) -> Vec<C> {
    let scalars: Vec<Fr> = (0..count).map(|_| Fr::rand(rng)).collect();
    C::Group::generator().batch_mul(&scalars)
}

/// A scalar of at most so many bits, of either sign.
pub fn short(rng: &mut ChaCha20Rng, bits: u32) -> Fr {
    let value = match bits {
        0 => Fr::ZERO,
        1..=128 => Fr::from(rng.r#gen::<u128>() >> (128 - bits)),
        _ => Fr::rand(rng),
    };
    if rng.r#gen() { -value } else { value }
}

/// Scalars as a prover has them: many zeros, many of magnitude 1, small ones, few full ones.
pub fn profile(rng: &mut ChaCha20Rng, count: usize) -> Vec<Fr> {
    let one = |rng: &mut ChaCha20Rng| match rng.gen_range(0..100) {
        0..40 => Fr::ZERO,
        40..65 => short(rng, 1),
        65..85 => short(rng, 23),
        85..97 => short(rng, 64),
        _ => Fr::rand(rng),
    };
    (0..count).map(|_| one(rng)).collect()
}
