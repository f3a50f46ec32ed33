//! Arithmetic of BN254 for provers: sums of multiples of points and transforms, in vectors where the
//! processor has them and in words of 64 bits where not.
//!
//! [`Engine`] has the functions. Values go in and come out in arkworks' types, and are equal on
//! every engine. The vector engine takes AVX-512 IFMA, which multiplies eight pairs of 52 bits at
//! once; it is found at run time. `TAILPROOF_PORTABLE=1` in the environment chooses the portable
//! engine. Both add points in batches that share an inversion.
//!
//! # Unsafe code
//!
//! This is the only crate of the workspace with `unsafe`, in two modules: `ifma` calls functions
//! that need the instructions, behind a value that only a processor that has them gives;
//! `ifma::memory` loads and stores whole cache lines by reference. All indices are checked.
//!
//! # Secrets
//!
//! Time and memory accesses depend on scalars, as in arkworks. Scratch on the heap that depends on
//! scalars is overwritten when it is dropped; registers and the stack are not.

#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]

mod engine;
mod fft;
#[cfg(target_arch = "x86_64")]
mod ifma;
mod inverse;
mod limbs;
mod msm;
mod portable;

pub use engine::{Engine, PORTABLE};
pub use fft::Transform;
pub use msm::scalar::Packed;
