//! The layers of a transform in eight lanes, and their roots of unity.
//!
//! Lane l holds the values l m to (l + 1) m - 1 of n = 8 m, so that all but three layers have the
//! same factor in all lanes. Three layers of radix 2 go across the lanes; then each lane has a
//! transform of size m, of radix 3 while 3 divides the size and of radix 2 after that. Sizes here
//! count positions: a position is eight values.

use ark_bn254::Fr;
use ark_ff::{Field, One};

use crate::limbs::limbs;

/// Lanes of a vector.
pub const LANES: usize = 8;

/// A layer inside the lanes.
#[derive(Debug, Clone)]
pub struct Layer {
    /// 2 or 3.
    pub radix: usize,
    /// For each position q of a part, the root's power q; for radix 3 its square too. In the form
    /// of the vector code.
    pub factors: Vec<[[u64; 5]; 2]>,
}

/// The layers for one root of unity.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The n-th root of unity.
    pub root: Fr,
    /// The layers inside the lanes, the outermost first.
    pub layers: Vec<Layer>,
    /// Primitive third root of unity, for layers of radix 3.
    pub third: Fr,
    /// `order[q]`: position q of a transformed lane l has the values `bit-reversed l + 8 order[q]`.
    pub order: Vec<u32>,
}

impl Plan {
    /// Whether a size has a plan.
    pub fn fits(size: usize) -> bool {
        // Two positions go through memory at a time.
        size.is_multiple_of(4 * LANES)
    }

    /// Returns the plan of a size 2^k, 3 2^k or 9 2^k that fits and its root of unity; `None` if
    /// positions have no number of 32 bits.
    pub fn new(size: usize, root: Fr) -> Option<Self> {
        let positions = size / LANES;
        u32::try_from(size).ok()?;
        let mut layers = Vec::new();
        let mut order = vec![0u32];
        let mut radices = Vec::new();
        let mut left = positions;
        while left > 1 {
            let radix = if left.is_multiple_of(3) { 3 } else { 2 };
            // The root of this layer's transforms, whose size is `left`.
            let root = root.pow([(size / left) as u64]);
            left /= radix;
            layers.push(Layer { radix, factors: powers(root, left) });
            radices.push(radix);
        }
        // From the innermost outwards: part r of a transform has the values that are r modulo the
        // radix.
        for radix in radices.into_iter().rev() {
            let inner = order;
            let radix = u32::try_from(radix).ok()?;
            order = (0..radix).flat_map(|part| inner.iter().map(move |at| radix * at + part)).collect();
        }
        let third = if positions.is_multiple_of(3) { root.pow([(size / 3) as u64]) } else { Fr::one() };
        Some(Self { root, layers, third, order })
    }
}

/// Returns the first powers of a root and their squares.
fn powers(root: Fr, count: usize) -> Vec<[[u64; 5]; 2]> {
    let mut power = Fr::from(16u64);
    let mut square = power;
    let twice = root.square();
    let step = |_| {
        let pair = [power, square].map(|x| limbs(x.0.0));
        power *= root;
        square *= twice;
        pair
    };
    (0..count).map(step).collect()
}

/// Returns an element as products of the vector code take it: times 2^260, in limbs of 52 bits.
pub fn form(x: Fr) -> [u64; 5] {
    limbs((x * Fr::from(16u64)).0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::FftField;

    #[test]
    fn every_value_has_one_place() {
        for size in [32, 64, 96, 288, 1024, 4608] {
            let plan = Plan::new(size, Fr::get_root_of_unity(size as u64).unwrap()).unwrap();
            let mut order = plan.order.clone();
            order.sort_unstable();
            assert!(order.into_iter().eq(0..u32::try_from(size / LANES).unwrap()));
            assert_eq!(plan.layers.iter().map(|layer| layer.radix).product::<usize>(), size / LANES);
        }
    }
}
