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
//! | 6 + g (N + 1 + s) + i | packed entry of group g and factor i < N: sum over j of 2^(w j) S[s g + j, i] |
//! | 6 + g (N + 1 + s) + N | xi of group g: the sum of the products of neighbours among its packed entries |
//! | 6 + g (N + 1 + s) + N + 1 + j | weight of scenario s g + j, the j-th of its group |
//! | R + i | with limits on the book: 1 if factor i is an exposure, else 0 |
//! | R + N + i | with limits on the book: half-spread of factor i times 2^20 |
//! | R + 2 N + i | with rules: 1 if factor i counts in a net asset value that is a sum, else 0 |
//! | R + (3 + 2 g) N + i | with rules: 1 if factor i is in group g of a clause on net exposure, else 0 |
//! | R + (4 + 2 g) N + i | with rules: 1 if factor i is in group g of a clause on gross exposure, else 0 |
//! | R' + i | with caps: cap of factor i in book units |
//! | R'' + 2 j N + i | with costs that grow: breakpoint j of factor i in book units, j < 2 |
//! | R'' + (2 j + 1) N + i | with costs that grow: by how much its rate rises there, times 2^20 |
//!
//! There are G groups of s scenarios, T in all; the last group has the weights of the scenarios
//! that are left. [`super::packing`] has s and w of each statement. R = 6 + G (N + 1) + T is the
//! first index behind the groups. R' is the first index behind the clauses on groups, and R'' the
//! first one behind the caps, where the shape has them.
//!
//! Indices 1 to 4 are the *controls*; from 5 on they belong to the scenario set and enter a
//! verification as one point. A scenario set smaller than the shape is padded with zero columns
//! (for a pool, columns that lose everything) and with zero rows of weight 0. Its rows are the
//! first ones in date order, unless its header names their
//! [place](tailproof_core::scenarios::Place): in a ring, as a rolling window keeps them, or one row
//! in a slot. The indices of scenarios here are slots.
//!
//! A P&L vector has no factors. Then a group has no entries and no xi, and the weights are all
//! there is behind the digest.
//!
//! For a pool, inputs 3 to 5 are the hash of claims about the pool, the hash of claims about
//! losses, and the digest of the tape's schema.

use super::controls::CONTROLS;
pub use super::factor_rows::FactorRow;
use super::packing::Packing;
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

/// Returns the index of the first packed entry of a group. Its xi stands behind its last entry.
pub fn group(shape: Shape, group: usize) -> usize {
    ROWS + group * (before_weights(shape) + Packing::of(shape).slots)
}

/// Returns the index of a group's xi. The shape must have factors.
pub fn xi(shape: Shape, index: usize) -> usize {
    group(shape, index) + shape.factors()
}

/// Returns the number of inputs of a group before its weights: its entries and its xi; none where the
/// shape has no factors.
pub(crate) fn before_weights(shape: Shape) -> usize {
    match shape.factors() {
        0 => 0,
        factors => factors + 1,
    }
}

/// Returns the index of the weight of a scenario.
pub fn weight(shape: Shape, scenario: usize) -> usize {
    let slots = Packing::of(shape).slots;
    group(shape, scenario / slots) + before_weights(shape) + scenario % slots
}

/// Returns the index of the public number `row` of a factor.
pub fn factor_input(shape: Shape, row: FactorRow, factor: usize) -> usize {
    behind_groups(shape) + row.place(shape) * shape.factors() + factor
}

/// Returns the first index behind the groups.
fn behind_groups(shape: Shape) -> usize {
    ROWS + Packing::of(shape).groups(shape) * before_weights(shape) + shape.scenarios()
}

/// Returns the number of public inputs, the constant 1 included.
pub fn public_inputs(shape: Shape) -> usize {
    behind_groups(shape) + factor_rows(shape) * shape.factors()
}

/// Returns how many public numbers each factor has.
pub(super) fn factor_rows(shape: Shape) -> usize {
    FactorRow::of(shape).count()
}
