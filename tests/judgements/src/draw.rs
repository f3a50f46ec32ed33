//! Choices that look arbitrary, and are the same in every run: SplitMix64 from a fixed seed.

use std::cell::Cell;

/// A source of choices.
pub struct Draw(Cell<u64>);

impl Draw {
    /// Returns a source that begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    /// Returns a number below `end`.
    pub fn below(&self, end: usize) -> usize {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % end as u64).unwrap()
    }
}
