//! The order of public inputs, defined here alone.
//!
//! | index | input |
//! | --- | --- |
//! | 0 | the constant 1 |
//! | 1 | commitment |
//! | 2 | context |
//! | 3 | tails |
//! | 4 | limits |
//! | 5 | factors: digest of the factor names |
//! | 6 + t (N + 2) + i | entry S[t, i], i < N |
//! | 6 + t (N + 2) + N | xi_t = sum over j of S[t, 2j] S[t, 2j+1] |
//! | 6 + t (N + 2) + N + 1 | weight w_t |
//! | 6 + T (N + 2) + i | with limits on the book: 1 if factor i is an exposure, else 0 |
//! | 6 + T (N + 2) + N + i | with limits on the book: half-spread of factor i times 2^20 |
//!
//! Indices 1 to 4 are the *controls*; from 5 on they belong to the scenario set and enter a
//! verification as one point. A scenario set smaller than the shape is padded with zero columns
//! (for a pool, columns that lose everything) and with zero rows of weight 0.
//!
//! For a pool, inputs 3 to 5 are the hash of claims about the pool, the hash of claims about
//! losses, and the digest of the tape's schema.

use ark_bn254::Fr;
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::mandate::liquidity::HALF_SPREAD_BITS;
use tailproof_core::scenarios::factors::is_exposure;
use tailproof_core::{Mandate, ScenarioSet};

use super::controls::CONTROLS;
use crate::encoding::digest_to_field;
use crate::error::InstanceError;
use crate::field::InputField;
use crate::pool::PoolError;
use crate::shape::Shape;

/// Index of the commitment.
pub const COMMITMENT: usize = 1;
/// Index of the context.
pub const CONTEXT: usize = 2;
/// Index of the packed tails and unit.
pub const TAILS: usize = 3;
/// Index of the packed limits.
pub const LIMITS: usize = 4;
/// Index of the factor names digest: the first input of the scenario part.
pub const FACTORS: usize = CONTROLS + 1;
/// Index of the first scenario row.
pub const ROWS: usize = FACTORS + 1;

/// Returns the number of public inputs per scenario row.
pub fn row_width(shape: Shape) -> usize {
    shape.factors() + 2
}

/// Returns the index of the first entry of a scenario row.
pub fn row(shape: Shape, scenario: usize) -> usize {
    ROWS + scenario * row_width(shape)
}

/// A public number of each factor, for limits on the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorRow {
    /// 1 if the factor is an exposure, 0 for columns of Greeks.
    IsExposure,
    /// The half-spread times 2^20.
    HalfSpread,
}

impl FactorRow {
    /// All public numbers of a factor, in order.
    pub const ALL: [FactorRow; 2] = [FactorRow::IsExposure, FactorRow::HalfSpread];

    /// Returns the number of bits of an entry.
    pub fn bits(self) -> u32 {
        match self {
            FactorRow::IsExposure => 1,
            FactorRow::HalfSpread => HALF_SPREAD_BITS,
        }
    }
}

/// Returns the index of the public number `row` of a factor.
pub fn factor_input(shape: Shape, row: FactorRow, factor: usize) -> usize {
    ROWS + factor_place(shape, row, factor)
}

/// Returns the same index, counted from [`ROWS`].
fn factor_place(shape: Shape, row: FactorRow, factor: usize) -> usize {
    shape.scenarios() * row_width(shape) + row as usize * shape.factors() + factor
}

/// Returns the number of public inputs, the constant 1 included.
pub fn public_inputs(shape: Shape) -> usize {
    let factor_rows = if shape.has_limits() { FactorRow::ALL.len() } else { 0 };
    ROWS + shape.scenarios() * row_width(shape) + factor_rows * shape.factors()
}

/// The scenario part of the public inputs as integers, padded to a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioInputs {
    shape: Shape,
    factors: Fr,
    rows: Vec<i64>,
}

impl ScenarioInputs {
    /// Returns the inputs of scenario set `set` under `shape`, with the half-spreads of `mandate`
    /// if the shape has limits on the book.
    ///
    /// # Errors
    /// Errors if `set` has more scenarios or factors than `shape`, or the half-spreads do not fit
    /// the factors.
    pub fn from_mandate(shape: Shape, set: &ScenarioSet, mandate: &Mandate) -> Result<Self, InstanceError> {
        let mut inputs = Self::new(shape, set)?;
        let spreads = mandate.half_spread_entries(set)?;
        inputs.set_half_spreads(&spreads);
        Ok(inputs)
    }

    /// Sets the half-spreads if the shape has limits on the book.
    pub fn set_half_spreads(&mut self, spreads: &[i64]) {
        if self.shape.has_limits() {
            let first = factor_place(self.shape, FactorRow::HalfSpread, 0);
            self.rows[first..first + spreads.len()].copy_from_slice(spreads);
        }
    }

    /// Returns the inputs of a pool statement: the digest of the tape's schema replaces that of the
    /// factor names. Columns beyond those of `set` lose everything in every scenario, so that no
    /// loan can be assigned to a bucket without losses.
    ///
    /// # Errors
    /// Errors if `shape` is not for pools of loans, or `set` has more scenarios or factors than
    /// `shape`.
    pub fn of_pool(shape: Shape, schema: &[u8; 32], set: Option<&ScenarioSet>) -> Result<Self, InstanceError> {
        if shape.pool().is_none() {
            return Err(PoolError::NotAPool(shape).into());
        }
        let mut inputs = set.map_or_else(|| Ok(Self::zero(shape)), |set| Self::padded(shape, set))?;
        if let Some(set) = set {
            let mut entries = vec![-(1 << FRACTION_BITS); shape.factors()];
            for scenario in 0..set.scenarios() {
                entries[..set.factors().len()].copy_from_slice(set.row(scenario));
                let row = &mut inputs.rows[scenario * row_width(shape)..][..row_width(shape)];
                for (input, entry) in row.iter_mut().zip(&entries) {
                    *input = i64::from(*entry);
                }
                row[shape.factors()] = xi(&entries);
            }
        }
        Ok(Self { factors: digest_to_field(schema), ..inputs })
    }

    /// Returns the inputs of scenario set `set` under `shape`, with half-spreads of zero.
    ///
    /// # Errors
    /// Errors if `shape` is for pools of loans, or `set` has more scenarios or factors than
    /// `shape`.
    pub fn new(shape: Shape, set: &ScenarioSet) -> Result<Self, InstanceError> {
        if shape.pool().is_some() {
            return Err(InstanceError::NotABook(shape));
        }
        Self::padded(shape, set)
    }

    /// Returns the inputs of a set under a shape of either kind.
    fn padded(shape: Shape, set: &ScenarioSet) -> Result<Self, InstanceError> {
        if set.scenarios() > shape.scenarios() {
            return Err(InstanceError::TooManyScenarios { have: set.scenarios(), shape });
        }
        if set.factors().len() > shape.factors() {
            return Err(InstanceError::TooManyFactors { have: set.factors().len(), shape });
        }
        let width = row_width(shape);
        let mut rows = vec![0i64; public_inputs(shape) - ROWS];
        if shape.has_limits() {
            for (factor, name) in set.factors().iter().enumerate() {
                rows[factor_place(shape, FactorRow::IsExposure, factor)] = i64::from(is_exposure(name));
            }
        }
        for (scenario, target) in rows.chunks_exact_mut(width).take(set.scenarios()).enumerate() {
            let entries = set.row(scenario);
            for (to, from) in target.iter_mut().zip(entries) {
                *to = i64::from(*from);
            }
            target[shape.factors()] = xi(entries);
            target[shape.factors() + 1] = i64::from(set.weights()[scenario]);
        }
        Ok(Self { shape, factors: digest_to_field(&set.factors_digest()), rows })
    }

    /// Returns the inputs of an all-zero scenario set, for building a circuit when only its
    /// constraints matter.
    pub fn zero(shape: Shape) -> Self {
        Self { shape, factors: Fr::from(0u64), rows: vec![0; public_inputs(shape) - ROWS] }
    }

    /// Returns the shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Returns the factor names digest as a field element.
    pub fn factors<F: InputField>(&self) -> F {
        F::from_limbs(self.factors.limbs()).expect("below 2^248")
    }

    /// Returns the public inputs from [`ROWS`] on: entries, xi and weight of each scenario in turn,
    /// then the public numbers of factors.
    pub fn rows(&self) -> &[i64] {
        &self.rows
    }

    /// Returns the entries of one scenario.
    pub fn entries(&self, scenario: usize) -> &[i64] {
        &self.rows[scenario * row_width(self.shape)..][..self.shape.factors()]
    }

    /// Returns xi of one scenario.
    pub fn xi(&self, scenario: usize) -> i64 {
        self.rows[scenario * row_width(self.shape) + self.shape.factors()]
    }

    /// Returns the weight of one scenario.
    pub fn weight(&self, scenario: usize) -> i64 {
        self.rows[scenario * row_width(self.shape) + self.shape.factors() + 1]
    }

    /// Returns the public number `row` of a factor. The shape must have limits on the book.
    pub fn of_factor(&self, row: FactorRow, factor: usize) -> i64 {
        self.rows[factor_place(self.shape, row, factor)]
    }

    /// Returns the public numbers of all factors in the order of the inputs; empty for a shape
    /// without limits on the book.
    pub fn factor_rows(&self) -> &[i64] {
        &self.rows[self.shape.scenarios() * row_width(self.shape)..]
    }
}

/// Returns Winograd's column (Winograd 1968): the sum of products of neighbouring entries. Its
/// magnitude is below 2^58 for every scenario set, since entries are below 2^23 and there are at
/// most 2^12 factors.
pub fn xi(entries: &[i32]) -> i64 {
    entries.chunks_exact(2).map(|pair| i64::from(pair[0]) * i64::from(pair[1])).sum()
}

/// Returns all public inputs after the constant 1 as field elements, for verifiers that take them
/// separately.
pub fn all_inputs(controls: &[Fr; CONTROLS], scenarios: &ScenarioInputs) -> Vec<Fr> {
    let mut inputs = controls.to_vec();
    inputs.push(scenarios.factors);
    inputs.extend(scenarios.rows.iter().map(|value| Fr::from(*value)));
    inputs
}
