//! The scenario point: the part of a verification that belongs to the public scenario set.
//!
//! `P_S = factors * IC[5] + sum over public inputs from the first group on of input * IC[..]`: one
//! group element for the whole matrix, the same for every book. The chapter "Scenario point" of the
//! book explains why it binds, and "Packed scenarios" how it is computed slot by slot.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, CurveGroup, VariableBaseMSM};

use crate::error::VerifyError;
use crate::groth16::VerifyingKey;
use crate::inputs::ScenarioInputs;
use crate::inputs::layout::{self, FACTORS, FactorRow, ROWS};
use crate::inputs::packing::Packing;

/// Returns the scenario point of `inputs` under `key`.
///
/// # Errors
/// Errors if the inputs were made for another shape than the key's.
pub fn scenario_point(key: &VerifyingKey, inputs: &ScenarioInputs) -> Result<G1Affine, VerifyError> {
    #[cfg(feature = "simd")]
    let sum = |points: &[G1Affine]| sum_over_inputs_on(tailproof_simd::Engine::current(), points, inputs);
    #[cfg(not(feature = "simd"))]
    let sum = |points: &[G1Affine]| sum_over_inputs(points, inputs);
    scenario_point_by(key, inputs, sum)
}

/// Returns the point of [`scenario_point`], given a function that returns what [`sum_over_inputs`]
/// returns.
///
/// # Errors
/// Errors if the inputs were made for another shape than the key's.
pub fn scenario_point_by(
    key: &VerifyingKey,
    inputs: &ScenarioInputs,
    sum: impl Fn(&[G1Affine]) -> G1Projective,
) -> Result<G1Affine, VerifyError> {
    if inputs.shape() != key.shape() {
        return Err(VerifyError::OtherShape { key: key.shape(), inputs: inputs.shape() });
    }
    let ic = &key.groth16().gamma_abc_g1;
    Ok((sum(&ic[ROWS..]) + ic[FACTORS] * inputs.factors::<Fr>()).into_affine())
}

/// Returns the sum of the public inputs from [`ROWS`] on times points, computed by an engine: by one
/// sum over packed integers.
#[cfg(feature = "simd")]
pub fn sum_over_inputs_on(
    engine: tailproof_simd::Engine,
    points: &[G1Affine],
    inputs: &ScenarioInputs,
) -> G1Projective {
    let (mut other_points, mut others) = xi_terms(points, inputs);
    let (wide_points, wide): (Vec<G1Affine>, Vec<Fr>) = wide_terms(points, inputs).unzip();
    other_points.extend(wide_points);
    others.extend(wide);
    let packed = engine.g1_msm_packed(points, &packed_inputs(inputs), Packing::of(inputs.shape()).bits);
    packed + engine.g1_msm(&other_points, &others)
}

/// Whether a public number of a factor has more bits than an entry: one such would make the digits of all
/// packed numbers as long.
#[cfg(feature = "simd")]
fn is_wide(value: i64) -> bool {
    value.unsigned_abs() >= 1 << tailproof_core::fixed_point::ENTRY_BITS
}

/// The points of wide public numbers of factors, and their values.
#[cfg(feature = "simd")]
fn wide_terms(points: &[G1Affine], inputs: &ScenarioInputs) -> impl Iterator<Item = (G1Affine, Fr)> {
    let rows = inputs.factor_rows();
    let first = points.len() - rows.len();
    let wide = rows.iter().enumerate().filter(|(_, value)| is_wide(**value));
    wide.map(move |(place, value)| (points[first + place], Fr::from(*value)))
}

/// The public inputs from [`ROWS`] on as packed integers, with zero in place of each xi and of wide numbers.
#[cfg(feature = "simd")]
fn packed_inputs(inputs: &ScenarioInputs) -> Vec<tailproof_simd::Packed> {
    use tailproof_simd::Packed;
    let shape = inputs.shape();
    let packing = Packing::of(shape);
    let alone = |value: i64| Packed { digits: [value, 0, 0, 0] };
    let mut packed = Vec::with_capacity(layout::public_inputs(shape) - ROWS);
    for group in 0..packing.groups(shape) {
        let scenarios = packing.scenarios(shape, group);
        let first = packed.len();
        packed.resize(first + layout::before_weights(shape), alone(0));
        for (slot, scenario) in scenarios.clone().enumerate() {
            let entries = inputs.entries(scenario).iter();
            packed[first..].iter_mut().zip(entries).for_each(|(packed, entry)| packed.digits[slot] = *entry);
        }
        packed.extend(scenarios.map(|scenario| alone(inputs.weight(scenario))));
    }
    packed.extend(inputs.factor_rows().iter().map(|value| alone(if is_wide(*value) { 0 } else { *value })));
    packed
}

/// The points of each xi, and their values.
fn xi_terms(points: &[G1Affine], inputs: &ScenarioInputs) -> (Vec<G1Affine>, Vec<Fr>) {
    let shape = inputs.shape();
    // Without factors there is none.
    let groups = (0..Packing::of(shape).groups(shape)).filter(|_| shape.factors() > 0);
    groups.map(|group| (points[layout::xi(shape, group) - ROWS], inputs.xi(group))).unzip()
}

/// Returns the sum of the public inputs from [`ROWS`] on times points, by arkworks: packed entries
/// slot by slot, over small scalars.
///
/// # Panics
/// If there are fewer points than public inputs from there on.
pub fn sum_over_inputs(points: &[G1Affine], inputs: &ScenarioInputs) -> G1Projective {
    let shape = inputs.shape();
    let packing = Packing::of(shape);
    let groups = packing.groups(shape);
    let point = |index: usize| points[index - ROWS];
    let of_group = |group| layout::group(shape, group)..layout::group(shape, group) + shape.factors();
    let packed: Vec<G1Affine> = (0..groups).flat_map(of_group).map(point).collect();
    // The last group may lack a slot.
    let of_slot = |slot: usize| {
        let scenarios = (slot..shape.scenarios()).step_by(packing.slots);
        let scalars: Vec<i64> = scenarios.flat_map(|scenario| inputs.entries(scenario)).copied().collect();
        small_sum(&packed[..scalars.len()], &scalars)
    };
    let mut slots = (0..packing.slots).rev().map(of_slot);
    let last = slots.next().unwrap_or_default();
    let sum = slots.fold(last, |sum, slot| (0..packing.bits).fold(sum, |sum, _| sum.double()) + slot);

    let (xi_points, xi) = xi_terms(points, inputs);
    let weights = (0..shape.scenarios()).map(|scenario| (layout::weight(shape, scenario), inputs.weight(scenario)));
    let of_factors = layout::factor_input(shape, FactorRow::IsExposure, 0)..;
    let (small_points, small): (Vec<G1Affine>, Vec<i64>) = weights
        .chain(of_factors.zip(inputs.factor_rows().iter().copied()))
        .map(|(index, value)| (point(index), value))
        .unzip();
    sum + G1Projective::msm_unchecked(&xi_points, &xi) + small_sum(&small_points, &small)
}

/// Returns the sum of scalars times points by arkworks, with the scalars by sign and width.
fn small_sum(bases: &[G1Affine], scalars: &[i64]) -> G1Projective {
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

#[cfg(all(test, feature = "simd"))]
mod tests {
    use super::*;
    use ark_ec::AffineRepr;
    use tailproof_core::ScenarioSet;
    use tailproof_core::scenarios::generator::Generator;
    use tailproof_simd::Engine;

    /// Every way of computing the sum, on full and partial groups, odd and even factors, factor
    /// rows, and statements of one slot, against one multiple for each input.
    #[test]
    fn sums_are_those_of_the_inputs_one_by_one() {
        let most = (1 << 23) - 1;
        let entries: Vec<i32> = (0..21).map(|i| [most, -most, 3, -1, 0, 77, -500][i % 7]).collect();
        let names = ["A", "B", "C"].map(str::to_owned).to_vec();
        let labels = (0..7).map(|scenario| scenario.to_string()).collect();
        let generator = Generator::Custom { description: "test".into() };
        let set = ScenarioSet::new(generator, names, labels, None, vec![3, 1, 1, 1, 1, 1, 9], entries).unwrap();
        for shape in [
            "7x3/1",
            "9x4",
            "8x3",
            "7x3+limits",
            "7x3+rules+2groups",
            "7x3+rules+1groups+caps+impact",
            "7x3+parametric",
        ] {
            sums_are_those_of(&ScenarioInputs::without_groups(shape.parse().unwrap(), &set).unwrap());
        }
        // Days without moves: weights alone, some of padding.
        let days: Vec<_> = ["2024-01-02", "2024-01-03", "2024-01-05"].map(|day| day.parse().unwrap()).to_vec();
        let days = tailproof_core::scenarios::pnl::pnl("Desk", &days).unwrap();
        for shape in ["3pnl/1", "5pnl"] {
            sums_are_those_of(&ScenarioInputs::without_groups(shape.parse().unwrap(), &days).unwrap());
        }
    }

    fn sums_are_those_of(inputs: &ScenarioInputs) {
        let (shape, packed) = (inputs.shape(), inputs.packed());
        let points: Vec<G1Affine> =
            (0..packed.len()).map(|i| (G1Affine::generator() * Fr::from(i as u64 * i as u64 + 7)).into()).collect();
        let expected: G1Projective = points.iter().zip(&packed).map(|(point, input)| *point * input).sum();
        assert_eq!(sum_over_inputs(&points, inputs), expected, "{shape}");
        for engine in Engine::all() {
            assert_eq!(sum_over_inputs_on(engine, &points, inputs), expected, "{shape} {}", engine.name());
        }
    }
}
