//! Transforms between coefficients and values on the domains of the scalar field.

pub mod plan;

use ark_bn254::Fr;
use ark_ff::{FftField, Field, One, Zero};
use rayon::prelude::*;

use crate::engine::{Engine, Path};
#[cfg(target_arch = "x86_64")]
use crate::ifma::fft;
use crate::portable::fft as portable;
#[cfg(target_arch = "x86_64")]
use plan::Plan;

/// Transforms of one size on one engine: 2^k, 3 2^k or 9 2^k, up to 9 2^28.
///
/// The domain is that of arkworks' `Radix2EvaluationDomain`, or of `MixedRadixEvaluationDomain` for
/// multiples of three: the powers of [`Transform::root`], in order.
#[derive(Debug, Clone)]
pub struct Transform {
    size: usize,
    root: Fr,
    how: How,
}

#[derive(Debug, Clone)]
enum How {
    Portable,
    /// With plans for the root and for its inverse.
    #[cfg(target_arch = "x86_64")]
    Ifma(Box<fft::Plans>),
}

impl Transform {
    /// Returns the transforms of a size; `None` if it is none of 2^k, 3 2^k, 9 2^k, or the field
    /// has no such root of unity.
    pub fn new(engine: Engine, size: usize) -> Option<Self> {
        let odd = size.checked_shr(size.trailing_zeros())?;
        if ![1, 3, 9].contains(&odd) {
            return None;
        }
        let root = Fr::get_root_of_unity(size as u64)?;
        let how = match engine.0 {
            #[cfg(target_arch = "x86_64")]
            Path::Ifma(ifma) if Plan::fits(size) => How::Ifma(Box::new(fft::Plans::new(ifma, size, root)?)),
            _ => How::Portable,
        };
        Some(Self { size, root, how })
    }

    /// Returns the number of coefficients and of values.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Returns the root of unity whose powers are the domain.
    pub fn root(&self) -> Fr {
        self.root
    }

    /// Turns coefficients into values.
    ///
    /// # Panics
    /// Panics if there are not as many as the size.
    pub fn fft(&self, values: &mut [Fr]) {
        assert_eq!(values.len(), self.size, "as many values as the domain has");
        match &self.how {
            How::Portable => portable::transform(values, self.root, Fr::one()),
            #[cfg(target_arch = "x86_64")]
            How::Ifma(plans) => plans.fft(values),
        }
    }

    /// Turns values into coefficients.
    ///
    /// # Panics
    /// Panics if there are not as many as the size.
    pub fn ifft(&self, values: &mut [Fr]) {
        assert_eq!(values.len(), self.size, "as many values as the domain has");
        match &self.how {
            How::Portable => {
                let over_size = Fr::from(self.size as u64).inverse().expect("sizes are below the modulus");
                portable::transform(values, self.root.inverse().expect("a root of unity"), over_size);
            }
            #[cfg(target_arch = "x86_64")]
            How::Ifma(plans) => plans.ifft(values),
        }
    }

    /// Turns coefficients into values on the domain times `shift`.
    ///
    /// # Panics
    /// Panics if there are not as many as the size.
    pub fn coset_fft(&self, values: &mut [Fr], shift: Fr) {
        multiply_by_powers(values, shift);
        self.fft(values);
    }

    /// Turns values on the domain times `shift` into coefficients.
    ///
    /// # Panics
    /// Panics if there are not as many as the size, or `shift` is zero.
    pub fn coset_ifft(&self, values: &mut [Fr], shift: Fr) {
        self.ifft(values);
        multiply_by_powers(values, shift.inverse().expect("a shift that is not zero"));
    }

    /// Turns values on the domain into values on the domain times `shift`, in each column.
    ///
    /// # Panics
    /// Panics if there are not as many as the size in a column, or `shift` is zero.
    pub fn move_to_coset(&self, columns: &mut [&mut [Fr]], shift: Fr) {
        assert!(!shift.is_zero(), "a shift that is not zero");
        assert!(columns.iter().all(|column| column.len() == self.size), "as many values as the domain has");
        match &self.how {
            How::Portable => portable::move_to_coset(columns, self.root, shift),
            #[cfg(target_arch = "x86_64")]
            How::Ifma(plans) => plans.move_to_coset(columns, shift),
        }
    }
}

/// Multiplies value i by the i-th power.
fn multiply_by_powers(values: &mut [Fr], base: Fr) {
    const CHUNK: usize = 1 << 10;
    debug_assert!(!base.is_zero());
    values.par_chunks_mut(CHUNK).enumerate().for_each(|(index, chunk)| {
        let mut power = base.pow([(index * CHUNK) as u64]);
        for value in chunk {
            *value *= power;
            power *= base;
        }
    });
}
