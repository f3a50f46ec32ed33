//! The vector code, behind a value that only a processor with AVX-512 IFMA gives.
//!
//! Functions with the instructions are safe to write and unsafe to call from others. They are called
//! here, by methods of [`Ifma`], and nowhere else; loads and stores are in [`memory`].

#![allow(unsafe_code)]

mod butterflies;
pub mod fft;
mod field;
mod g1;
mod inverse;
mod memory;
mod transpose;

use ark_bn254::G1Affine;

use crate::msm::kernel::{Addition, Kernel};
use inverse::CHAINS;
use memory::Words;

/// Proof that the processor has AVX-512F and AVX-512 IFMA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ifma(());

impl Ifma {
    /// Returns the proof, if the processor has the instructions.
    pub fn detect() -> Option<Self> {
        let there = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma");
        there.then_some(Self(()))
    }
}

/// Returns 1 in every lane, as products see it: 2^260 modulo p.
#[inline]
#[target_feature(enable = "avx512f")]
fn one() -> field::V {
    // 16 in arkworks' form.
    field::all_lanes(crate::limbs::limbs(const { ark_bn254::Fq::new(ark_ff::BigInt::new([16, 0, 0, 0])).0.0 }))
}

/// Additions in G1.
#[derive(Debug, Clone, Copy)]
pub struct G1(pub Ifma);

impl Kernel for G1 {
    type Affine = G1Affine;
    type Point = Words;
    type Group = g1::Group;
    type Inverses = [field::V; CHAINS];
    const BLOCK: usize = 1 << 13;
    const BATCH: usize = 1 << 12;

    fn pack(point: &G1Affine) -> Words {
        Ifma::pack_g1(point)
    }

    fn unpack(point: &Words) -> G1Affine {
        Ifma::unpack_g1(point)
    }

    fn negate(point: &Words) -> Words {
        Self::pack(&-Self::unpack(point))
    }

    fn groups(additions: usize) -> usize {
        additions.div_ceil(8 * CHAINS) * CHAINS
    }

    fn load<const SIGNED: bool>(self, source: &[Words], additions: &[Addition], groups: &mut [g1::Group]) {
        // SAFETY: `self` holds the proof that the processor has the instructions.
        unsafe { g1::load_groups::<SIGNED>(source, additions, groups) }
    }

    fn invert(self, groups: &mut [g1::Group]) -> Option<Self::Inverses> {
        // SAFETY: `self` holds the proof that the processor has the instructions.
        unsafe { g1::invert(groups) }
    }

    fn exceptional(self, groups: &mut [g1::Group], count: usize) -> Vec<usize> {
        // SAFETY: `self` holds the proof that the processor has the instructions.
        unsafe { g1::exceptional(groups, count) }
    }

    fn finish<const SIGNED: bool>(
        self,
        additions: &[Addition],
        groups: &[g1::Group],
        inverses: Self::Inverses,
        sums: &mut [Words],
    ) {
        // SAFETY: `self` holds the proof that the processor has the instructions.
        unsafe { g1::finish::<SIGNED>(additions, groups, inverses, sums) }
    }
}
