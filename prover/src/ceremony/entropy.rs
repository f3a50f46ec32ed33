//! Randomness of a contribution: from the system and from the text a person adds. It is zeroized
//! when dropped.

use rand::{CryptoRng, Error, RngCore};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A generator whose output is SHA-256 of `tailproof/ceremony/entropy/v1`, a seed and a counter.
/// The seed is SHA-256 over all sources, so one good source is enough.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Entropy {
    seed: [u8; 32],
    block: [u8; 32],
    used: usize,
    counter: u64,
}

impl std::fmt::Debug for Entropy {
    /// Writes the type's name without any secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entropy").finish_non_exhaustive()
    }
}

impl Entropy {
    /// Returns a generator seeded with 32 bytes from the system and any bytes typed by a person.
    pub fn new(system: &[u8; 32], typed: &[u8]) -> Self {
        let seed = Sha256::new().chain_update(system).chain_update(typed).finalize().into();
        Self { seed, block: [0; 32], used: 32, counter: 0 }
    }
}

impl RngCore for Entropy {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.used == self.block.len() {
                let hash = Sha256::new()
                    .chain_update(b"tailproof/ceremony/entropy/v1")
                    .chain_update(self.seed)
                    .chain_update(self.counter.to_le_bytes())
                    .finalize();
                self.block = hash.into();
                self.counter += 1;
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Entropy {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_counts_and_blocks_differ() {
        let draw = |system: u8, typed: &[u8]| {
            let mut bytes = [0; 80];
            Entropy::new(&[system; 32], typed).fill_bytes(&mut bytes);
            bytes
        };
        assert_eq!(draw(1, b"x"), draw(1, b"x"));
        assert_ne!(draw(1, b"x"), draw(2, b"x"));
        assert_ne!(draw(1, b"x"), draw(1, b""));
        let bytes = draw(1, b"");
        assert_ne!(bytes[..32], bytes[32..64]);
    }

    #[test]
    fn zeroizing_leaves_nothing() {
        let mut entropy = Entropy::new(&[1; 32], b"typed");
        let _ = entropy.next_u64();
        entropy.zeroize();
        assert_eq!((entropy.seed, entropy.block), ([0; 32], [0; 32]));
    }
}
