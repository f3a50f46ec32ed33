//! Verification of halo2 proofs: the inner-product argument over the Pasta curves. There is no
//! trusted setup, and no verifier for the EVM.
//!
//! # Public inputs
//!
//! Instance columns hold the scenario matrix, one column per lane. The circuit processes the lanes
//! in parallel: scenario `t` is in lane `t mod 8`, from row `floor(t / 8) N` on, one factor per
//! row. Another instance column holds the controls, the digest of the factor names, the weights,
//! and the public numbers of factors. Inputs are the integers of [`crate::inputs::layout`] as
//! elements of the base field of Pallas; Winograd's column is not used.
//!
//! # Keys
//!
//! The verifier derives the verifying key from the circuit: nothing about it is secret, and nothing
//! is taken on trust. The crate `tailproof-circuits` derives it, in its module `halo2_keys`, since it
//! knows the circuit; this crate holds it and checks proofs. Without the feature `halo2`, there is no key and no check: files are read, and
//! that is all.
//!
//! The digest that names a key in proofs is SHA-256 over
//!
//! | bytes | content |
//! | --- | --- |
//! | 22 | `tailproof/halo2-key/v2` |
//! | 1, n | length of the shape's text; the text |
//! | 32 | digest of the circuit: fixed columns, selectors, copies, and the version of gates and lookups |
//! | 4 | k, `u32` little-endian: the circuit has 2^k rows |
//! | 32 each | 2^k + 2 points of Vesta, compressed: the generators, and those of the blinding and of the inner product |
//!
//! Everything in halo2's key follows from these. The digest does not depend on halo2's debug text
//! of a key, but proofs do: halo2 puts a hash of that text into its transcript. A proof therefore
//! verifies only with a version of halo2 that prints keys in the same way.

#[cfg(feature = "halo2")]
mod key;
#[cfg(not(feature = "halo2"))]
#[path = "no_key.rs"]
mod key;

use pasta_curves::Fp;

pub use key::VerifyingKey;

use crate::field::InputField;
use crate::inputs::ScenarioInputs;
use crate::inputs::controls::CONTROLS;
use crate::inputs::layout::FactorRow;
use crate::shape::Shape;

/// Number of lanes: scenarios that the circuit processes in parallel, each in its own instance
/// column.
pub const LANES: usize = 8;
/// Number of instance columns: one for the controls and one per lane.
pub const INSTANCE_COLUMNS: usize = 1 + LANES;
/// Row of the first control in the controls' column.
pub const CONTROLS_ROW: usize = 0;
/// Row of the factor names digest.
pub const FACTORS_ROW: usize = CONTROLS;
/// Row of the first weight.
pub const WEIGHTS_ROW: usize = FACTORS_ROW + 1;

/// Returns the row of the public number `row` of a factor.
pub fn factor_row(shape: Shape, row: FactorRow, factor: usize) -> usize {
    WEIGHTS_ROW + shape.scenarios() + row.place(shape) * shape.factors() + factor
}

/// Returns the number of rows of a lane.
pub fn lane_rows(shape: Shape) -> usize {
    shape.scenarios().div_ceil(LANES) * shape.factors()
}

/// Returns the lane of a scenario and its first row there.
pub fn lane(shape: Shape, scenario: usize) -> (usize, usize) {
    (scenario % LANES, scenario / LANES * shape.factors())
}

/// Returns all public inputs as instance columns.
pub fn instance_columns(controls: &[Fp; CONTROLS], scenarios: &ScenarioInputs) -> Vec<Vec<Fp>> {
    let shape = scenarios.shape();
    let integer = |value: i64| Fp::from_integer(value.into());
    let mut columns = vec![vec![Fp::zero(); lane_rows(shape)]; INSTANCE_COLUMNS];
    columns[0] = controls.to_vec();
    columns[0].push(scenarios.factors());
    columns[0].extend((0..shape.scenarios()).map(|scenario| integer(scenarios.weight(scenario))));
    columns[0].extend(scenarios.factor_rows().iter().map(|value| integer(*value)));
    for scenario in 0..shape.scenarios() {
        let (lane, first) = lane(shape, scenario);
        for (factor, entry) in scenarios.entries(scenario).iter().enumerate() {
            columns[1 + lane][first + factor] = integer(*entry);
        }
    }
    columns
}
