//! The scenario point: the part of a verification that belongs to the public scenario set.
//!
//! `P_S = factors * IC[5] + sum over t, i of S[t,i] * IC[..] + xi_t * IC[..] + w_t * IC[..]`: one
//! group element for the whole matrix, the same for every book. The chapter "Scenario point" of the
//! book explains why it binds.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{CurveGroup, VariableBaseMSM};

use crate::error::VerifyError;
use crate::groth16::VerifyingKey;
use crate::inputs::layout::{FACTORS, ROWS, ScenarioInputs};

/// Returns the scenario point of `inputs` under `key`, computed by one multi-scalar multiplication
/// over small signed scalars.
///
/// # Errors
/// Errors if the inputs were made for another shape than the key's.
pub fn scenario_point(key: &VerifyingKey, inputs: &ScenarioInputs) -> Result<G1Affine, VerifyError> {
    #[cfg(feature = "simd")]
    let sum = |bases: &[G1Affine], scalars: &[i64]| match tailproof_simd::Engine::current() {
        tailproof_simd::Engine::PORTABLE => small_sum(bases, scalars),
        vectors => vectors.g1_msm_small(bases, scalars),
    };
    #[cfg(not(feature = "simd"))]
    let sum = small_sum;
    scenario_point_by(key, inputs, sum)
}

/// Returns the point of [`scenario_point`], given a function that returns the sum of scalars times
/// points, such as [`small_sum`].
///
/// # Errors
/// Errors if the inputs were made for another shape than the key's.
pub fn scenario_point_by(
    key: &VerifyingKey,
    inputs: &ScenarioInputs,
    sum: impl Fn(&[G1Affine], &[i64]) -> G1Projective,
) -> Result<G1Affine, VerifyError> {
    if inputs.shape() != key.shape() {
        return Err(VerifyError::OtherShape { key: key.shape(), inputs: inputs.shape() });
    }
    let ic = &key.groth16().gamma_abc_g1;
    Ok((sum(&ic[ROWS..], inputs.rows()) + ic[FACTORS] * inputs.factors::<Fr>()).into_affine())
}

/// Returns the sum of scalars times points by arkworks, with the scalars by sign and width.
pub fn small_sum(bases: &[G1Affine], scalars: &[i64]) -> G1Projective {
    let mut narrow = Signed::<u32>::default();
    let mut wide = Signed::<u64>::default();
    for (base, value) in bases.iter().zip(scalars) {
        if *value == 0 {
            continue;
        }
        match u32::try_from(value.unsigned_abs()) {
            Ok(magnitude) => narrow.push(*base, magnitude, *value < 0),
            Err(_) => wide.push(*base, value.unsigned_abs(), *value < 0),
        }
    }
    let narrow = G1Projective::msm_u32(&narrow.positive.0, &narrow.positive.1)
        - G1Projective::msm_u32(&narrow.negative.0, &narrow.negative.1);
    let wide = G1Projective::msm_u64(&wide.positive.0, &wide.positive.1)
        - G1Projective::msm_u64(&wide.negative.0, &wide.negative.1);
    narrow + wide
}

/// Bases and scalar magnitudes, grouped by sign.
struct Signed<T> {
    positive: (Vec<G1Affine>, Vec<T>),
    negative: (Vec<G1Affine>, Vec<T>),
}

impl<T> Default for Signed<T> {
    fn default() -> Self {
        Self { positive: (Vec::new(), Vec::new()), negative: (Vec::new(), Vec::new()) }
    }
}

impl<T> Signed<T> {
    fn push(&mut self, base: G1Affine, magnitude: T, negative: bool) {
        let side = if negative { &mut self.negative } else { &mut self.positive };
        side.0.push(base);
        side.1.push(magnitude);
    }
}
