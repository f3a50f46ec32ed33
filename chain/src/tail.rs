//! The newest blocks that were looked at, so that a reorganisation is noticed.

use std::collections::VecDeque;

use alloy::primitives::B256;
use serde_json::Value;

/// Blocks that are remembered. A reorganisation of more is beyond every chain's finality.
pub const KEPT: usize = 128;

/// A block, and what was said of its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// number
    pub number: u64,
    /// hash when its events were shown
    pub hash: B256,
    /// each event as it was shown: JSON and a line
    pub shown: Vec<(Value, String)>,
}

/// The newest blocks, oldest first.
#[derive(Debug, Default)]
pub struct Tail {
    blocks: VecDeque<Seen>,
}

impl Tail {
    /// Returns the blocks, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Seen> {
        self.blocks.iter().rev()
    }

    /// Adds the block after the newest one; the oldest is forgotten.
    pub fn push(&mut self, block: Seen) {
        self.blocks.push_back(block);
        if self.blocks.len() > KEPT {
            self.blocks.pop_front();
        }
    }

    /// Takes the newest block away: the chain has another one in its place.
    pub fn pop(&mut self) -> Option<Seen> {
        self.blocks.pop_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_keeps_the_newest_blocks() {
        let mut tail = Tail::default();
        for number in 0..KEPT as u64 + 5 {
            tail.push(Seen { number, hash: B256::ZERO, shown: Vec::new() });
        }
        assert_eq!(tail.blocks.front().map(|block| block.number), Some(5));
        assert_eq!(tail.pop().map(|block| block.number), Some(KEPT as u64 + 4));
        assert_eq!(tail.newest_first().next().map(|block| block.number), Some(KEPT as u64 + 3));
    }
}
