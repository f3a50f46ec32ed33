//! Checks of powers of tau, by random linear combinations and pairings.

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, Zero};
use ark_poly::{EvaluationDomain, GeneralEvaluationDomain};
use rand::{CryptoRng, Rng, RngCore};

use crate::raw_points::{RawPoint, all_valid};
use crate::snarkjs_files::FileError;

/// Returns `sum_i w^(-i) L_i(tau)`, which is `tau^(n-1)` for a complete basis and 0 for one without
/// top coefficients.
pub(super) fn top_power(basis: &[G1Affine]) -> G1Affine {
    let domain = GeneralEvaluationDomain::<Fr>::new(basis.len()).expect("at most 2^29 points");
    let inverse = domain.group_gen_inv();
    let scalars: Vec<Fr> =
        std::iter::successors(Some(Fr::one()), |power| Some(*power * inverse)).take(basis.len()).collect();
    combination(basis, &scalars).into_affine()
}

/// Returns coefficients of 128 bits for a random linear combination.
pub(crate) fn challenges(count: usize, rng: &mut (impl RngCore + CryptoRng)) -> Vec<Fr> {
    (0..count).map(|_| Fr::from(rng.r#gen::<u128>())).collect()
}

/// Returns `sum_i k_i P_i`.
pub(crate) fn combination<G: RawPoint>(points: &[G], scalars: &[Fr]) -> G::Group {
    G::sum_of_multiples(points, &scalars[..points.len()])
}

/// Returns whether `e(a, b) = e(c, d)`.
pub(crate) fn same_ratio(
    (a, b): (impl Into<G1Affine>, impl Into<G2Affine>),
    (c, d): (impl Into<G1Affine>, impl Into<G2Affine>),
) -> bool {
    let (a, b, c, d): (G1Affine, G2Affine, G1Affine, G2Affine) = (a.into(), b.into(), c.into(), d.into());
    Bn254::multi_pairing([a, -c], [b, d]).is_zero()
}

/// Checks that powers in G1 and G2 are those of one tau, and that alpha and beta are the same in
/// all places.
pub(super) fn check_powers(
    tau_g1: &[G1Affine],
    tau_g2: &[G2Affine],
    alpha: &[G1Affine],
    beta: &[G1Affine],
    beta_g2: G2Affine,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(), FileError> {
    let check = |holds: bool, why| if holds { Ok(()) } else { Err(FileError::NotPowers(why)) };
    let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
    let size = tau_g2.len();
    check(size > 1, "a domain of one point")?;
    check(
        [tau_g1, alpha, beta].iter().all(|points| all_valid(points, rng))
            && all_valid(tau_g2, rng)
            && beta_g2.is_valid(),
        "a point is not on its curve or not in its subgroup",
    )?;
    check(tau_g1[0] == g1 && tau_g2[0] == g2, "the power 0 is not the generator")?;
    check(!tau_g1[1].is_zero() && !alpha[0].is_zero() && !beta[0].is_zero(), "tau, alpha or beta is 0")?;
    check(tau_g1[size] != g1 && tau_g1[size] != -g1, "tau is a root of unity: nobody contributed")?;
    let most = tau_g1.len() - 1;
    let scalars = challenges(most, rng);
    let step = |powers: &[G1Affine]| {
        let last = powers.len() - 1;
        let low = combination(&powers[..last], &scalars);
        same_ratio((low, tau_g2[1]), (combination(&powers[1..], &scalars), g2))
    };
    check(step(tau_g1), "the powers in G1 do not belong to one tau")?;
    check(step(alpha), "the powers times alpha do not belong to the same tau")?;
    check(step(beta), "the powers times beta do not belong to the same tau")?;
    let low = combination(&tau_g2[..size - 1], &scalars);
    let high = combination(&tau_g2[1..], &scalars);
    check(same_ratio((tau_g1[1], low), (g1, high)), "the powers in G2 do not belong to the same tau")?;
    check(same_ratio((beta[0], g2), (g1, beta_g2)), "beta in G1 and G2 differ")
}

/// Checks that `basis[i] = sum_j c_ij powers[j]` for the coefficients `c_ij` of the domain's
/// Lagrange polynomials, where powers beyond those given count as zero.
pub(super) fn check_basis<G: RawPoint>(
    basis: &[G],
    powers: &[G],
    why: &'static str,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(), FileError> {
    if !all_valid(basis, rng) {
        return Err(FileError::NotPowers("a point is not on its curve or not in its subgroup"));
    }
    let domain = GeneralEvaluationDomain::<Fr>::new(basis.len()).expect("at most 2^28 points");
    let mut scalars = challenges(basis.len(), rng);
    let evaluated = combination(basis, &scalars);
    domain.ifft_in_place(&mut scalars);
    if combination(powers, &scalars) == evaluated { Ok(()) } else { Err(FileError::NotPowers(why)) }
}
