//! Key rows: the points of a verifying key that a contract needs to exchange one scenario of a
//! point, and the Merkle root by which it recognises them.
//!
//! # Layout
//!
//! A shape of T scenarios, N factors and s slots a group has T *slots*, numbered as its scenarios:
//! slot `t = s g + j` is the `j`-th of group `g`. With `w` bits between slots ([`Packing`]), the
//! *row* of slot `t` is
//!
//! | bytes | content |
//! | --- | --- |
//! | 64 N | for each factor `i`, the point `2^(w j) IC_(g,i)` |
//! | 64 | the point `IC_(g,xi)` |
//! | 32 | Keccak-256 of the point `IC_(t,w)`, by which the weight is multiplied |
//!
//! with points as x, then y, each 32 big-endian bytes. The *leaf* of a slot is Keccak-256 of the
//! slot, as 32 big-endian bytes, and its row. An inner node is Keccak-256 of its left and its right
//! child; leaves from T up to the next power of two are zero. A path goes from the leaf's sibling
//! upwards; bit `k` of the slot, from the lowest, says whether node `k` of the way is a right child.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use tailproof_core::fixed_point::MAX_GROSS;

use crate::attestation::{keccak, word};
use crate::export::evm::{Word, g1_words};
use crate::groth16::VerifyingKey;
use crate::inputs::layout::{self, FACTORS, FactorRow};
use crate::inputs::packing::Packing;
use crate::shape::Shape;

/// A slot that a shape does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no slot {slot} under keys of shape {shape}; {}", known_slots(*shape))]
pub struct NoSlot {
    /// The slot.
    pub slot: usize,
    /// Shape of the keys.
    pub shape: Shape,
}

impl NoSlot {
    /// Checks that a shape has a slot.
    ///
    /// # Errors
    /// It has not.
    pub fn check(shape: Shape, slot: usize) -> Result<(), Self> {
        if slot < slots(shape) { Ok(()) } else { Err(Self { slot, shape }) }
    }
}

/// Returns the number of slots with a row: none without factors, as for the days of a P&L vector, which
/// have no moves that a contract could keep.
fn slots(shape: Shape) -> usize {
    if shape.factors() == 0 { 0 } else { shape.scenarios() }
}

fn known_slots(shape: Shape) -> String {
    match slots(shape) {
        0 => "this shape has no scenarios with factors".to_owned(),
        scenarios => format!("slots are 0 to {}", scenarios - 1),
    }
}

/// The key rows of a verifying key.
#[derive(Debug)]
pub struct KeyRows<'k> {
    key: &'k VerifyingKey,
    /// The tree, from its leaves to its root; empty without scenarios.
    levels: Vec<Vec<Word>>,
}

impl<'k> KeyRows<'k> {
    /// Computes the leaves of all slots and the tree over them.
    pub fn new(key: &'k VerifyingKey) -> Self {
        let shape = key.shape();
        let mut leaves = Vec::with_capacity(slots(shape).next_power_of_two());
        for group in (0..Packing::of(shape).groups(shape)).filter(|_| slots(shape) > 0) {
            for row in rows_of(key, group) {
                leaves.push(leaf(leaves.len(), &row));
            }
        }
        let levels = if leaves.is_empty() { Vec::new() } else { tree(leaves) };
        Self { key, levels }
    }

    /// Returns the row of a slot: the bytes of its leaf behind the slot.
    ///
    /// # Errors
    /// The shape has no such slot.
    pub fn row(&self, slot: usize) -> Result<Vec<u8>, NoSlot> {
        self.check(slot)?;
        let slots = Packing::of(self.key.shape()).slots;
        Ok(rows_of(self.key, slot / slots).swap_remove(slot % slots))
    }

    /// Returns the point by which a slot's weight is multiplied.
    ///
    /// # Errors
    /// The shape has no such slot.
    pub fn weight_point(&self, slot: usize) -> Result<G1Affine, NoSlot> {
        self.check(slot)?;
        Ok(weight_point(self.key, slot))
    }

    /// Returns the siblings on the way from a slot's leaf to the root.
    ///
    /// # Errors
    /// The shape has no such slot.
    pub fn path(&self, slot: usize) -> Result<Vec<Word>, NoSlot> {
        self.check(slot)?;
        let below = &self.levels[..self.levels.len() - 1];
        Ok(below.iter().enumerate().map(|(height, nodes)| nodes[slot >> height ^ 1]).collect())
    }

    /// Returns the root; zero for a shape without scenarios or without factors.
    pub fn root(&self) -> Word {
        self.levels.last().map_or([0; 32], |top| top[0])
    }

    fn check(&self, slot: usize) -> Result<(), NoSlot> {
        NoSlot::check(self.key.shape(), slot)
    }
}

/// Returns the leaf of a slot with this row.
pub fn leaf(slot: usize, row: &[u8]) -> Word {
    keccak(&[&word(slot as u64), row])
}

/// Returns the root that a leaf and a path lead to.
pub fn root_of(slot: usize, leaf: Word, path: &[Word]) -> Word {
    path.iter().enumerate().fold(leaf, |node, (height, sibling)| match slot >> height & 1 {
        0 => keccak(&[&node, sibling]),
        _ => keccak(&[sibling, &node]),
    })
}

/// Returns the point that the digest of the factors multiplies.
pub fn factors_point(key: &VerifyingKey) -> G1Affine {
    key.groth16().gamma_abc_g1[FACTORS]
}

/// Returns the sum of the points of all weights: what they add to the point of a set in which each
/// scenario weighs 1.
pub fn weights_point(key: &VerifyingKey) -> G1Affine {
    let points = (0..key.shape().scenarios()).map(|slot| weight_point(key, slot));
    points.sum::<G1Projective>().into_affine()
}

/// Returns what the public numbers of factors add to a scenario point if every factor is an exposure, in no
/// group, without a cap and of no cost; the point at infinity for shapes without limits on the book.
pub fn exposures_point(key: &VerifyingKey) -> G1Affine {
    let shape = key.shape();
    let terms = FactorRow::of(shape).filter_map(|row| match row {
        FactorRow::IsExposure | FactorRow::IsValue => Some((row, 1)),
        FactorRow::Cap | FactorRow::Breakpoint(_) => Some((row, MAX_GROSS)),
        _ => None,
    });
    let sums = terms.map(|(row, number)| {
        let first = layout::factor_input(shape, row, 0);
        let points = &key.groth16().gamma_abc_g1[first..first + shape.factors()];
        points.iter().sum::<G1Projective>() * Fr::from(number)
    });
    sums.sum::<G1Projective>().into_affine()
}

/// Returns a point as the EVM writes it: the point at infinity is (0, 0).
pub(crate) fn point_words(point: &G1Affine) -> [Word; 2] {
    if point.is_zero() { [[0; 32]; 2] } else { g1_words(point) }
}

fn weight_point(key: &VerifyingKey, slot: usize) -> G1Affine {
    key.groth16().gamma_abc_g1[layout::weight(key.shape(), slot)]
}

/// Returns the rows of a group's slots.
fn rows_of(key: &VerifyingKey, group: usize) -> Vec<Vec<u8>> {
    let shape = key.shape();
    let packing = Packing::of(shape);
    let ic = &key.groth16().gamma_abc_g1;
    let first = layout::group(shape, group);
    let mut points = ic[first..first + shape.factors()].to_vec();
    let xi = point_words(&ic[layout::xi(shape, group)]);
    let mut rows = Vec::with_capacity(packing.slots);
    for slot in packing.scenarios(shape, group) {
        if !rows.is_empty() {
            points = shifted(&points, packing);
        }
        let weight = keccak(&point_words(&weight_point(key, slot)).each_ref().map(<[u8; 32]>::as_slice));
        let mut row = Vec::with_capacity(64 * points.len() + 96);
        points.iter().flat_map(point_words).chain(xi).chain([weight]).for_each(|word| row.extend_from_slice(&word));
        rows.push(row);
    }
    rows
}

/// Returns points times 2^bits: those of the next slot.
fn shifted(points: &[G1Affine], packing: Packing) -> Vec<G1Affine> {
    #[cfg(feature = "simd")]
    return tailproof_simd::Engine::current().g1_times(points, &packing.factor(1));
    #[cfg(not(feature = "simd"))]
    {
        let by = packing.factor(1);
        let multiples: Vec<G1Projective> = points.iter().map(|point| *point * by).collect();
        G1Projective::normalize_batch(&multiples)
    }
}

/// Returns the levels of the tree over leaves, of which there is at least one.
fn tree(mut leaves: Vec<Word>) -> Vec<Vec<Word>> {
    leaves.resize(leaves.len().next_power_of_two(), [0; 32]);
    let mut levels = vec![leaves];
    while levels[levels.len() - 1].len() > 1 {
        let below = &levels[levels.len() - 1];
        let nodes = below.chunks_exact(2).map(|pair| keccak(&[&pair[0], &pair[1]])).collect();
        levels.push(nodes);
    }
    levels
}
