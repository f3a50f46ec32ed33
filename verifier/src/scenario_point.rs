//! The scenario point: the part of a verification that belongs to the public scenario set.
//!
//! `P_S = factors * IC[5] + sum over public inputs from the first group on of input * IC[..]`: one
//! group element for the whole matrix, the same for every book. The chapter "Scenario point" of the
//! book explains why it binds, and "Packed scenarios" how it is computed slot by slot.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, CurveGroup, VariableBaseMSM};

use crate::error::VerifyError;
use crate::groth16::VerifyingKey;
use crate::inputs::layout::{self, FACTORS, FactorRow, ScenarioInputs};
use crate::inputs::packing::{self, Packing};

/// How sums of scalars times points are computed.
pub trait Sums {
    /// Returns the sum of small scalars times points.
    fn small(&self, bases: &[G1Affine], scalars: &[i64]) -> G1Projective;

    /// Returns the sum of scalars times points.
    fn full(&self, bases: &[G1Affine], scalars: &[Fr]) -> G1Projective;
}

/// The sums of arkworks.
#[derive(Debug, Clone, Copy)]
pub struct Arkworks;

impl Sums for Arkworks {
    fn small(&self, bases: &[G1Affine], scalars: &[i64]) -> G1Projective {
        small_sum(bases, scalars)
    }

    fn full(&self, bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
        G1Projective::msm_unchecked(bases, scalars)
    }
}

#[cfg(feature = "simd")]
impl Sums for tailproof_simd::Engine {
    fn small(&self, bases: &[G1Affine], scalars: &[i64]) -> G1Projective {
        match *self {
            tailproof_simd::Engine::PORTABLE => small_sum(bases, scalars),
            vectors => vectors.g1_msm_small(bases, scalars),
        }
    }

    fn full(&self, bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
        self.g1_msm(bases, scalars)
    }
}

/// Returns the scenario point of `inputs` under `key`.
///
/// # Errors
/// Errors if the inputs were made for another shape than the key's.
pub fn scenario_point(key: &VerifyingKey, inputs: &ScenarioInputs) -> Result<G1Affine, VerifyError> {
    #[cfg(feature = "simd")]
    let sums = tailproof_simd::Engine::current();
    #[cfg(not(feature = "simd"))]
    let sums = Arkworks;
    scenario_point_by(key, inputs, &sums)
}

/// Returns the point of [`scenario_point`], computed by the given sums.
///
/// # Errors
/// Errors if the inputs were made for another shape than the key's.
pub fn scenario_point_by(
    key: &VerifyingKey,
    inputs: &ScenarioInputs,
    sums: &impl Sums,
) -> Result<G1Affine, VerifyError> {
    if inputs.shape() != key.shape() {
        return Err(VerifyError::OtherShape { key: key.shape(), inputs: inputs.shape() });
    }
    let ic = &key.groth16().gamma_abc_g1;
    Ok((sum_over_inputs(ic, inputs, sums) + ic[FACTORS] * inputs.factors::<Fr>()).into_affine())
}

/// Returns the sum of the public inputs from the first group on times points, one for each public
/// input, the constant 1 included. Packed entries are summed slot by slot, over small scalars.
///
/// # Panics
/// If there are fewer points than public inputs.
pub fn sum_over_inputs(points: &[G1Affine], inputs: &ScenarioInputs, sums: &impl Sums) -> G1Projective {
    let shape = inputs.shape();
    let packing = Packing::of(shape);
    let groups = packing.groups(shape);
    let packed: Vec<G1Affine> =
        (0..groups).flat_map(|group| &points[layout::group(shape, group)..layout::xi(shape, group)]).copied().collect();
    // The last group may lack a slot.
    let of_slot = |slot: usize| {
        let scenarios = (slot..shape.scenarios()).step_by(packing.slots);
        let scalars: Vec<i64> = scenarios.flat_map(|scenario| inputs.entries(scenario)).copied().collect();
        sums.small(&packed[..scalars.len()], &scalars)
    };
    let mut slots = (0..packing.slots).rev().map(of_slot);
    let last = slots.next().unwrap_or_default();
    let sum = slots.fold(last, |sum, slot| (0..packing.bits).fold(sum, |sum, _| sum.double()) + slot);

    let xi: Vec<Fr> = (0..groups).map(|group| packing::xi(inputs, group)).collect();
    let xi_points: Vec<G1Affine> = (0..groups).map(|group| points[layout::xi(shape, group)]).collect();
    let weights = (0..shape.scenarios()).map(|scenario| (layout::weight(shape, scenario), inputs.weight(scenario)));
    let rows = inputs.factor_rows();
    let of_factors = layout::factor_input(shape, FactorRow::IsExposure, 0)..;
    let (small_points, small): (Vec<G1Affine>, Vec<i64>) =
        weights.chain(of_factors.zip(rows.iter().copied())).map(|(index, value)| (points[index], value)).unzip();
    sum + sums.full(&xi_points, &xi) + sums.small(&small_points, &small)
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
