//! Set points: the part of a proof's sums that belongs to the scenario set, the same for every book.
//!
//! A proof is made of sums of multiples of the key's points. In A and B, the multiples of the public
//! inputs from [`FACTORS`] on depend on the scenario set alone, and so do their multiples in C by the
//! points of public inputs there. Their sums are four points. They are computed once for a set and a
//! key, and are kept in a [file](mod@file).
//!
//! Set points are the prover's alone. A verifier never takes them, and neither does the check of a
//! proof before it is written: both compute the scenario point from the scenarios. A wrong set point
//! makes a proof that does not verify. It cannot take the blinding out of a proof: A and B are
//! uniform whatever is added to them, as long as it is in their groups.

pub mod file;

use std::ops::Range;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::CurveGroup;
use ark_ff::Zero;
use tailproof_simd::Engine;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::inputs::layout::FACTORS;
use tailproof_verifier::inputs::packing::Packing;
use tailproof_verifier::inputs::{ScenarioInputs, all_inputs};

use crate::prove_error::ProveError;
use crate::proving_key::ProvingKey;

/// The scenario set's part of a proof's sums, for one proving key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetPoints {
    /// part of the sum over the A query
    pub(crate) a: G1Affine,
    /// part of the sum over the B query in G1
    pub(crate) b_g1: G1Affine,
    /// part of the sum over the B query in G2
    pub(crate) b_g2: G2Affine,
    /// part of the sum over the public inputs that stand in the matrix C
    pub(crate) c: G1Affine,
}

impl SetPoints {
    /// Returns the set points of scenario inputs under a key, by the engine of the processor.
    ///
    /// # Errors
    /// [`ProveError::OtherCircuit`] if the inputs are for another shape than the key.
    pub fn new(key: &ProvingKey, inputs: &ScenarioInputs) -> Result<Self, ProveError> {
        if inputs.shape() != key.header().shape {
            let (expected, found) = (key.instances, all_inputs(&[Fr::zero(); CONTROLS], inputs).len() + 1);
            return Err(ProveError::OtherCircuit { expected, found });
        }
        Ok(Self::of_values(Engine::current(), key, &set_values(inputs)))
    }

    /// Returns the set points of the public inputs from [`FACTORS`] on.
    pub(crate) fn of_values(engine: Engine, key: &ProvingKey, values: &[Fr]) -> Self {
        let queries = [&key.a.variables, &key.b_g1.variables, &key.c.variables];
        let [in_a, in_b, in_c] = queries.map(|variables| set_range(key, variables));
        let of = |variables: &[u32]| -> Vec<Fr> {
            variables.iter().map(|variable| values[*variable as usize - FACTORS]).collect()
        };
        let (a, b) = (of(&key.a.variables[in_a.clone()]), of(&key.b_g1.variables[in_b.clone()]));
        let c = of(&key.c.variables[in_c.clone()]);
        let bits = Packing::of(key.header().shape).bits;
        Self {
            a: engine.g1_msm_of_packed(&key.a.points[in_a], &a, bits).into_affine(),
            b_g1: engine.g1_msm_of_packed(&key.b_g1.points[in_b.clone()], &b, bits).into_affine(),
            b_g2: engine.g2_msm_of_packed(&key.b_g2[in_b], &b, bits).into_affine(),
            c: engine.g1_msm(&key.c.points[in_c], &c).into_affine(),
        }
    }
}

/// Returns the public inputs from [`FACTORS`] on.
pub(crate) fn set_values(inputs: &ScenarioInputs) -> Vec<Fr> {
    // The constant 1 is not among them.
    all_inputs(&[Fr::zero(); CONTROLS], inputs).split_off(FACTORS - 1)
}

/// Returns which of a query's variables, in ascending order, are the scenario set's.
pub(crate) fn set_range(key: &ProvingKey, variables: &[u32]) -> Range<usize> {
    let below = |limit: usize| variables.partition_point(|variable| (*variable as usize) < limit);
    below(FACTORS)..below(key.instances)
}
