//! The operations that an engine offers to the sums of a curve's points.

use ark_bn254::Fr;
use ark_ec::AffineRepr;
use zeroize::Zeroize;

/// The bit of an index that says that the point is subtracted. Only entries into tables have it.
pub const SIGN: u32 = 1 << 31;

/// An addition of two points: where they are and where their sum goes.
#[derive(Debug, Clone, Copy, Default, Zeroize)]
pub struct Addition {
    /// The first point.
    pub a: u32,
    /// The second point.
    pub b: u32,
    /// The sum.
    pub out: u32,
}

/// Returns the place of an entry, without its sign.
#[inline]
pub fn place(entry: u32) -> usize {
    (entry & !SIGN) as usize
}

/// Additions of affine points in batches, each with one inversion.
///
/// The groups of a batch go through `load`, `invert` and `finish` in this order, with the same
/// additions.
pub trait Kernel: Copy + Send + Sync {
    /// A point as arkworks has it.
    type Affine: AffineRepr<ScalarField = Fr>;
    /// A point in whole cache lines. It is not the identity.
    type Point: Copy + Default + Zeroize + Send + Sync;
    /// Scratch of one addition or of several.
    type Group: Copy + Default + Zeroize;
    /// Accumulated inverses of a batch.
    type Inverses;
    /// Entries whose sums are made together: their scratch stays in the second-level cache.
    const BLOCK: usize;
    /// Additions of one inversion.
    const BATCH: usize;

    /// Returns a point, which is not the identity, in cache lines.
    fn pack(point: &Self::Affine) -> Self::Point;
    /// Returns the point of its cache lines.
    fn unpack(point: &Self::Point) -> Self::Affine;
    /// Returns the negative of a point.
    fn negate(point: &Self::Point) -> Self::Point;
    /// Returns the number of groups for a number of additions.
    fn groups(additions: usize) -> usize;
    /// Loads the points of `additions` into groups. Where a group takes several and some are missing,
    /// the last addition is repeated.
    fn load<const SIGNED: bool>(self, source: &[Self::Point], additions: &[Addition], groups: &mut [Self::Group]);
    /// Inverts the differences of x. `None` if one of them is zero: then two points are equal or
    /// opposite.
    fn invert(self, groups: &mut [Self::Group]) -> Option<Self::Inverses>;
    /// Returns the additions, of `count`, whose difference of x is zero, and makes it 1.
    fn exceptional(self, groups: &mut [Self::Group], count: usize) -> Vec<usize>;
    /// Writes the sums, but nothing useful for exceptional additions.
    fn finish<const SIGNED: bool>(
        self,
        additions: &[Addition],
        groups: &[Self::Group],
        inverses: Self::Inverses,
        sums: &mut [Self::Point],
    );
}
