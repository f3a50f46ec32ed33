//! The generator of Poseidon's constants: Grain's shift register of 80 bits, in self-shrinking mode.
//!
//! The initial state names the parameters: 2 bits for the kind of field (1 for a prime), 4 for the
//! S-box (0 for a power), 12 for the bits of the modulus, 12 for the width, 10 for each number of
//! rounds, and 30 ones. The first 160 bits are dropped. From then on, a bit counts only if the bit
//! before it, of each pair, is one.

/// Bits of the state.
const STATE: usize = 80;
/// Bits that are made at once. The newest tap is bit 62, so that 18 could be.
const STEP: usize = 16;

/// Bits that are dropped at first.
const DROPPED: usize = 160;

/// The generator.
pub(super) struct Grain {
    /// The oldest bit is the lowest.
    state: u128,
    /// Bits that were made and not used, the next one lowest.
    ready: u128,
    /// The number of these bits.
    left: usize,
    /// Bits of the modulus.
    bits: u32,
}

impl Grain {
    /// Returns the generator for a prime field with a modulus of so many bits, at most 256.
    pub(super) fn new(bits: u32, width: usize, full_rounds: usize, partial_rounds: usize) -> Self {
        let fields = [(1, 2), (0, 4), (bits as usize, 12), (width, 12), (full_rounds, 10), (partial_rounds, 10)];
        let mut state = 0;
        let mut place = 0;
        for (value, width) in fields.into_iter().chain([((1 << 30) - 1, 30)]) {
            // Each field's highest bit is its oldest.
            for bit in (0..width).rev() {
                state |= ((value >> bit & 1) as u128) << place;
                place += 1;
            }
        }
        let mut grain = Self { state, ready: 0, left: 0, bits };
        for _ in 0..DROPPED / STEP {
            grain.step();
        }
        grain
    }

    /// Makes the next [`STEP`] bits.
    fn step(&mut self) -> u128 {
        let state = self.state;
        let new = (state >> 62 ^ state >> 51 ^ state >> 38 ^ state >> 23 ^ state >> 13 ^ state) & ((1 << STEP) - 1);
        self.state = state >> STEP | new << (STATE - STEP);
        new
    }

    fn bit(&mut self) -> bool {
        loop {
            if self.left == 0 {
                (self.ready, self.left) = (self.step(), STEP);
            }
            let pair = self.ready & 3;
            self.ready >>= 2;
            self.left -= 2;
            if pair & 1 == 1 {
                return pair & 2 == 2;
            }
        }
    }

    /// Returns the next number of as many bits as the modulus has, as 64-bit limbs, least significant
    /// first. Its highest bit is drawn first.
    pub(super) fn number(&mut self) -> [u64; 4] {
        let mut limbs = [0; 4];
        for bit in (0..self.bits).rev() {
            limbs[(bit / 64) as usize] |= u64::from(self.bit()) << (bit % 64);
        }
        limbs
    }
}
