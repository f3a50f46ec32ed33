//! The powers of tau that a domain needs.
//!
//! Domains of 2^k points have their Lagrange bases in a prepared file. Those of 3 2^k and 9 2^k are
//! transformed from the powers.

use std::io::{Read, Seek};

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::Field;
use rand::{CryptoRng, RngCore};

use super::checks::{check_basis, check_powers, same_ratio, top_power};
use super::{PowersOfTau, check_last_record, section};
use crate::point_transform::{inverse, normalised, powers, root_of, scale_by, transform};
use crate::raw_points::all_valid;
use crate::snarkjs_files::FileError;
use crate::snarkjs_files::sections::Sections;

/// The powers of tau that the second phase of a ceremony needs for a domain, after checking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainPowers {
    /// `L_i(tau)` in G1.
    pub lagrange_g1: Vec<G1Affine>,
    /// `L_i(tau)` in G2.
    pub lagrange_g2: Vec<G2Affine>,
    /// `alpha L_i(tau)`.
    pub lagrange_alpha: Vec<G1Affine>,
    /// `beta L_i(tau)`.
    pub lagrange_beta: Vec<G1Affine>,
    /// Lagrange basis of the domain of twice the size, on the odd coset: the H query.
    pub odd_lagrange: Vec<G1Affine>,
    /// `sum_i l_j(w^(2i+1)) H_i` for each row j: the points by which values of C change the sum over
    /// H.
    pub folded_rows: Vec<G1Affine>,
    /// alpha in G1.
    pub alpha_g1: G1Affine,
    /// beta in G1.
    pub beta_g1: G1Affine,
    /// beta in G2.
    pub beta_g2: G2Affine,
}

/// The powers themselves, of one tau.
struct Monomials {
    /// up to the double domain's top power, which may be missing
    tau_g1: Vec<G1Affine>,
    tau_g2: Vec<G2Affine>,
    alpha: Vec<G1Affine>,
    beta: Vec<G1Affine>,
    beta_g2: G2Affine,
}

impl<R: Read + Seek> PowersOfTau<R> {
    /// Reads, checks and returns the powers that a domain of `size` points needs. A file of power p
    /// is enough for `size` up to 2^p.
    ///
    /// # Errors
    /// Errors if the file is too small, or does not hold powers of one tau.
    ///
    /// # Panics
    /// Panics if the field has no domain of twice the size.
    pub fn domain(&mut self, size: usize, rng: &mut (impl RngCore + CryptoRng)) -> Result<DomainPowers, FileError> {
        let needed = size.next_power_of_two().trailing_zeros();
        if needed > self.power {
            return Err(FileError::TooFewPowers { power: self.power, needed });
        }
        let sections = &mut self.sections;
        check_last_record(sections, self.records.last().copied())?;
        // For its largest domain, the file has one power less than the double domain needs.
        let powers_g1 = if size == 1 << self.power { 2 * size - 1 } else { 2 * size };
        let monomials = Monomials {
            tau_g1: sections.points(section::TAU_G1, 0, powers_g1)?,
            tau_g2: sections.points(section::TAU_G2, 0, size)?,
            alpha: sections.points(section::ALPHA_TAU_G1, 0, size)?,
            beta: sections.points(section::BETA_TAU_G1, 0, size)?,
            beta_g2: sections.points::<G2Affine>(section::BETA_G2, 0, 1)?[0],
        };
        let Monomials { tau_g1, tau_g2, alpha, beta, beta_g2 } = &monomials;
        check_powers(tau_g1, tau_g2, alpha, beta, *beta_g2, rng)?;
        if size.is_power_of_two() { prepared(sections, monomials, rng) } else { Ok(transformed(&monomials)) }
    }
}

/// Returns the bases of 2^k points as the file has them, after checking that they belong to the
/// powers.
fn prepared<R: Read + Seek>(
    sections: &mut Sections<R>,
    monomials: Monomials,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<DomainPowers, FileError> {
    let Monomials { mut tau_g1, tau_g2, alpha, beta, beta_g2 } = monomials;
    let size = tau_g2.len();
    let lagrange_g1 = sections.points(section::LAGRANGE_G1, size - 1, size)?;
    check_basis(&lagrange_g1, &tau_g1[..size], "the Lagrange basis in G1 is another one's", rng)?;
    let double = sections.points(section::LAGRANGE_G1, 2 * size - 1, 2 * size)?;
    let wrong_double = "the Lagrange basis of the double domain is another one's";
    if !all_valid(&double, rng) {
        return Err(FileError::NotPowers("a point is not on its curve or not in its subgroup"));
    }
    if tau_g1.len() < double.len() {
        // If the basis has the top power, that power is the sum of w^(-i) L_i.
        let top = top_power(&double);
        if !top.is_zero() {
            let last = tau_g1[tau_g1.len() - 1];
            if !same_ratio((top, G2Affine::generator()), (last, tau_g2[1])) {
                return Err(FileError::NotPowers(wrong_double));
            }
            tau_g1.push(top);
        }
    }
    check_basis(&double, &tau_g1, wrong_double, rng)?;
    let lagrange_g2 = sections.points(section::LAGRANGE_G2, size - 1, size)?;
    check_basis(&lagrange_g2, &tau_g2, "the Lagrange basis in G2 is another one's", rng)?;
    let lagrange_alpha = sections.points(section::LAGRANGE_ALPHA, size - 1, size)?;
    check_basis(&lagrange_alpha, &alpha, "the Lagrange basis times alpha is another one's", rng)?;
    let lagrange_beta = sections.points(section::LAGRANGE_BETA, size - 1, size)?;
    check_basis(&lagrange_beta, &beta, "the Lagrange basis times beta is another one's", rng)?;
    Ok(DomainPowers {
        lagrange_g1,
        lagrange_g2,
        lagrange_alpha,
        lagrange_beta,
        odd_lagrange: double.into_iter().skip(1).step_by(2).collect(),
        folded_rows: normalised(&transform(&halves(&tau_g1, size), inverse_root(size))),
        alpha_g1: alpha[0],
        beta_g1: beta[0],
        beta_g2,
    })
}

/// Returns the bases of any domain, transformed from the powers.
fn transformed(monomials: &Monomials) -> DomainPowers {
    let Monomials { tau_g1, tau_g2, alpha, beta, beta_g2 } = monomials;
    let size = tau_g2.len();
    let root = root_of(size).expect("a domain of this size");
    let in_g1 = |points: &[G1Affine]| normalised(&inverse(&projective(points), root));
    let halves = halves(tau_g1, size);
    // On the odd powers, a value times w^(-j) is that of the domain's own basis.
    let turns = powers(double_root(size).inverse().expect("a root of unity"), Fr::ONE, size);
    let odd = transform(&scale_by(&halves, |place| turns[place]), inverse_root(size));
    DomainPowers {
        lagrange_g1: in_g1(&tau_g1[..size]),
        lagrange_g2: normalised(&inverse(&projective(tau_g2), root)),
        lagrange_alpha: in_g1(alpha),
        lagrange_beta: in_g1(beta),
        odd_lagrange: normalised(&odd),
        folded_rows: normalised(&transform(&halves, inverse_root(size))),
        alpha_g1: alpha[0],
        beta_g1: beta[0],
        beta_g2: *beta_g2,
    }
}

/// Returns `(tau^j - tau^(j+m)) / 2m` for each j below m: as X^m is -1 on the odd powers and 1 on
/// the even ones, the transforms of these have the values on the odd powers alone. A power that is
/// missing counts as zero.
fn halves(tau_g1: &[G1Affine], size: usize) -> Vec<G1Projective> {
    let over = Fr::from(2 * size as u64).inverse().expect("fewer points than the field has elements");
    let (low, high) = tau_g1.split_at(size);
    let mut points = projective(low);
    points.iter_mut().zip(high).for_each(|(low, high)| *low -= high);
    scale_by(&points, |_| over)
}

fn projective<G: AffineRepr>(points: &[G]) -> Vec<G::Group> {
    points.iter().map(|point| point.into_group()).collect()
}

fn double_root(size: usize) -> Fr {
    root_of(2 * size).expect("a domain of twice the size")
}

fn inverse_root(size: usize) -> Fr {
    root_of(size).and_then(|root| root.inverse()).expect("a domain of this size")
}
