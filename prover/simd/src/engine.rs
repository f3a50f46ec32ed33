//! The choice between the vector code and the portable one.

use std::sync::OnceLock;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInt, BigInteger};
use rayon::prelude::*;
use zeroize::Zeroizing;

#[cfg(target_arch = "x86_64")]
use crate::ifma::{G1, G2, Ifma, ladder};
use crate::msm::near::Near;
use crate::msm::scalar::Packed;
use crate::msm::{msm, msm_packed, multiples::multiples};
use crate::portable::additions as portable;

/// Points that a thread checks at a time.
const CHECKED: usize = 1 << 10;

/// Points that a thread multiplies at a time, with one inversion.
const MULTIPLIED: usize = 1 << 9;

/// The environment variable that chooses the portable code, if it is set to anything but the empty
/// text or `0`.
pub const PORTABLE: &str = "TAILPROOF_PORTABLE";

/// How sums and transforms are computed. The results of all engines are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engine(pub(crate) Path);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Path {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Ifma(Ifma),
}

impl Engine {
    /// The portable code, on any processor.
    pub const PORTABLE: Self = Self(Path::Portable);

    /// Returns the vector code; `None` on a processor without AVX-512 IFMA.
    pub fn ifma() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        return Ifma::detect().map(|ifma| Self(Path::Ifma(ifma)));
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    /// Returns the engine of this process: the fastest of the processor, unless the environment
    /// chooses the portable one by [`PORTABLE`]. It is chosen once.
    pub fn current() -> Self {
        static CURRENT: OnceLock<Engine> = OnceLock::new();
        *CURRENT.get_or_init(|| {
            let portable = std::env::var_os(PORTABLE).is_some_and(|value| !value.is_empty() && value != "0");
            if portable { Self::PORTABLE } else { Self::ifma().unwrap_or(Self::PORTABLE) }
        })
    }

    /// Returns the engines of this processor, the portable one first.
    pub fn all() -> Vec<Self> {
        [Self::PORTABLE].into_iter().chain(Self::ifma()).collect()
    }

    /// Returns the name of the engine.
    pub fn name(self) -> &'static str {
        match self.0 {
            Path::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(_) => "AVX-512 IFMA",
        }
    }

    /// Returns the sum of `scalars[i]` times `bases[i]`, in time that depends on the scalars.
    ///
    /// # Panics
    /// Panics if there are not as many scalars as points.
    pub fn g1_msm(self, bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
        match self.0 {
            Path::Portable => msm(portable::G1::NEW, bases, scalars),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => msm(G1(ifma), bases, scalars),
        }
    }

    /// Returns the sum of `scalars[i]` times `bases[i]`, in time that depends on the scalars.
    ///
    /// # Panics
    /// Panics if there are not as many scalars as points.
    pub fn g2_msm(self, bases: &[G2Affine], scalars: &[Fr]) -> G2Projective {
        match self.0 {
            Path::Portable => msm(portable::G2::NEW, bases, scalars),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => msm(G2(ifma), bases, scalars),
        }
    }

    /// Returns the sum of small `scalars[i]` times `bases[i]`.
    ///
    /// # Panics
    /// Panics if there are not as many scalars as points.
    pub fn g1_msm_small(self, bases: &[G1Affine], scalars: &[i64]) -> G1Projective {
        match self.0 {
            Path::Portable => msm(portable::G1::NEW, bases, scalars),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => msm(G1(ifma), bases, scalars),
        }
    }

    /// Returns the sum of scalars times points, where each scalar holds small numbers that are
    /// `bits` apart, of magnitudes below 2^(bits - 1).
    ///
    /// # Panics
    /// Panics if there are not as many scalars as points.
    pub fn g1_msm_packed(self, bases: &[G1Affine], scalars: &[Packed], bits: u32) -> G1Projective {
        match self.0 {
            Path::Portable => msm_packed(portable::G1::NEW, bases, scalars, bits),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => msm_packed(G1(ifma), bases, scalars, bits),
        }
    }

    /// Returns the sum of `scalars[i]` times `bases[i]`, many of which hold small numbers that are
    /// `bits` apart.
    ///
    /// # Panics
    /// Panics if there are not as many scalars as points.
    pub fn g1_msm_of_packed(self, bases: &[G1Affine], scalars: &[Fr], bits: u32) -> G1Projective {
        let split = Split::new(bases, scalars, bits);
        self.g1_msm(&split.others.0, &split.others.1) + self.g1_msm_packed(&split.packed.0, &split.packed.1, bits)
    }

    /// Returns the sum of `scalars[i]` times `bases[i]`, many of which hold small numbers that are
    /// `bits` apart.
    ///
    /// # Panics
    /// Panics if there are not as many scalars as points.
    pub fn g2_msm_of_packed(self, bases: &[G2Affine], scalars: &[Fr], bits: u32) -> G2Projective {
        let split = Split::new(bases, scalars, bits);
        let packed = match self.0 {
            Path::Portable => msm_packed(portable::G2::NEW, &split.packed.0, &split.packed.1, bits),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => msm_packed(G2(ifma), &split.packed.0, &split.packed.1, bits),
        };
        self.g2_msm(&split.others.0, &split.others.1) + packed
    }

    /// Returns each scalar times the base.
    pub fn g1_multiples(self, base: G1Affine, scalars: &[Fr]) -> Vec<G1Affine> {
        match self.0 {
            Path::Portable => multiples(portable::G1::NEW, base, scalars),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => multiples(G1(ifma), base, scalars),
        }
    }

    /// Returns each scalar times the base.
    pub fn g2_multiples(self, base: G2Affine, scalars: &[Fr]) -> Vec<G2Affine> {
        match self.0 {
            Path::Portable => multiples(portable::G2::NEW, base, scalars),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => multiples(G2(ifma), base, scalars),
        }
    }

    /// Whether all points are on the curve of G1 or at infinity.
    pub fn g1_on_curve(self, points: &[G1Affine]) -> bool {
        points.par_chunks(CHECKED).all(|points| match self.0 {
            Path::Portable => points.iter().all(G1Affine::is_on_curve),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => ifma.g1_on_curve(points),
        })
    }

    /// Whether all points are on the curve of G2 or at infinity. They may be outside the subgroup
    /// of prime order.
    pub fn g2_on_curve(self, points: &[G2Affine]) -> bool {
        points.par_chunks(CHECKED).all(|points| match self.0 {
            Path::Portable => points.iter().all(G2Affine::is_on_curve),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) => ifma.g2_on_curve(points),
        })
    }

    /// Returns the scalar times each of the points, which must be on the curve.
    pub fn g1_times(self, points: &[G1Affine], scalar: &Fr) -> Vec<G1Affine> {
        let scalar = Zeroizing::new(Near::from(scalar));
        let magnitude = Zeroizing::new(BigInt::<4>(scalar.magnitude));
        #[cfg(target_arch = "x86_64")]
        let digits = Zeroizing::new(magnitude.find_wnaf(ladder::WIDTH).expect("a width of digits"));
        let chunk = |points: &[G1Affine]| {
            let mut multiples = match self.0 {
                Path::Portable => points.iter().map(|point| point.mul_bigint(*magnitude)).collect(),
                #[cfg(target_arch = "x86_64")]
                Path::Ifma(ifma) => ifma.g1_times(points, &digits),
            };
            if scalar.sign != 0 {
                multiples.iter_mut().for_each(|point| *point = -*point);
            }
            G1Projective::normalize_batch(&multiples)
        };
        points.par_chunks(MULTIPLIED).flat_map_iter(chunk).collect()
    }
}

/// Points with their scalars, the packed apart from the others.
struct Split<G> {
    packed: (Vec<G>, Vec<Packed>),
    others: (Vec<G>, Vec<Fr>),
}

impl<G: Copy> Split<G> {
    fn new(bases: &[G], scalars: &[Fr], bits: u32) -> Self {
        assert_eq!(bases.len(), scalars.len(), "as many scalars as points");
        let mut split = Self { packed: (Vec::new(), Vec::new()), others: (Vec::new(), Vec::new()) };
        for (base, scalar) in bases.iter().zip(scalars) {
            match Packed::of_field(scalar, bits) {
                Some(packed) => {
                    split.packed.0.push(*base);
                    split.packed.1.push(packed);
                }
                None => {
                    split.others.0.push(*base);
                    split.others.1.push(*scalar);
                }
            }
        }
        split
    }
}
