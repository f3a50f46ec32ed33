//! Sums and transforms of every engine: arkworks is the oracle.

use std::sync::LazyLock;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup, ScalarMul, VariableBaseMSM};
use ark_poly::{EvaluationDomain, MixedRadixEvaluationDomain, Radix2EvaluationDomain};
use tailproof_simd::{Engine, Transform};

/// The multiples -128 to 127 of the generators.
static MULTIPLES: LazyLock<(Vec<G1Affine>, Vec<G2Affine>)> =
    LazyLock::new(|| (multiples::<G1Projective>(), multiples::<G2Projective>()));

fn multiples<G: CurveGroup<ScalarField = Fr>>() -> Vec<G::Affine> {
    let first = G::generator() * Fr::from(-128);
    let points = std::iter::successors(Some(first), |point| Some(*point + G::generator()));
    G::normalize_batch(&points.take(256).collect::<Vec<_>>())
}

/// A scalar of a kind: small, near zero from below, about half of the modulus, or wide.
fn scalar(kind: u8, value: u8) -> Fr {
    let wide = Fr::from(u128::MAX - u128::from(value));
    match kind % 5 {
        0 => Fr::from(value),
        1 => -Fr::from(value),
        2 => (Fr::from(value) - Fr::from(1u64)) / Fr::from(2u64),
        3 => Fr::from(u64::from(value) << (kind / 5)),
        _ => wide * wide + Fr::from(kind),
    }
}

/// Of the coset that values move to.
const SHIFT: u64 = 5;

/// The values that coefficients turn into, and those that values turn into on the coset.
fn transforms<D: EvaluationDomain<Fr>>(domain: D, values: &[Fr]) -> [Vec<Fr>; 2] {
    let coset = domain.get_coset(Fr::from(SHIFT)).expect("a shift that is not zero");
    [domain.fft(values), coset.fft(&domain.ifft(values))]
}

/// Points of few values, so that equal and opposite ones meet, with scalars of every kind; and the
/// scalars through a transform.
pub fn vectors(data: &[u8]) {
    let (terms, _) = data.as_chunks::<3>();
    let terms = &terms[..terms.len().min(400)];
    let scalars: Vec<Fr> = terms.iter().map(|[_, kind, value]| scalar(*kind, *value)).collect();
    let (g1, g2) = &*MULTIPLES;
    let g1: Vec<G1Affine> = terms.iter().map(|[base, ..]| g1[usize::from(*base)]).collect();
    let g2: Vec<G2Affine> = terms.iter().take(64).map(|[base, ..]| g2[usize::from(*base)]).collect();
    let small = &scalars[..g2.len()];
    let size = [1, 3, 9][scalars.len() % 3] << (scalars.len() % 9);
    let mut values = scalars.clone();
    values.resize(size, Fr::from(1u64));
    let [transformed, moved] = if size.is_power_of_two() {
        transforms(Radix2EvaluationDomain::new(size).expect("a size with transforms"), &values)
    } else {
        transforms(MixedRadixEvaluationDomain::new(size).expect("a size with transforms"), &values)
    };
    let expected = (
        G1Projective::msm(&g1, &scalars).expect("as many scalars").into_affine(),
        G2Projective::msm(&g2, small).expect("as many scalars").into_affine(),
        G1Projective::generator().batch_mul(small),
        transformed,
        moved,
    );
    let results = |engine: Engine| {
        let transform = Transform::new(engine, size).expect("a size with transforms");
        let mut moved = values.clone();
        transform.move_to_coset(&mut [&mut moved], Fr::from(SHIFT));
        let mut transformed = values.clone();
        transform.fft(&mut transformed);
        (
            engine.g1_msm(&g1, &scalars).into_affine(),
            engine.g2_msm(&g2, small).into_affine(),
            engine.g1_multiples(G1Projective::generator().into_affine(), small),
            transformed,
            moved,
        )
    };
    for engine in Engine::all() {
        assert!(results(engine) == expected, "{} differs from arkworks", engine.name());
    }
}
