//! What an honest prover computes outside the circuit, and how tests replace it.

use std::collections::HashMap;

use ethnum::I256;

use crate::instructions::Label;

/// Lies for tests: replaces the n-th hint under a label.
pub type Lies = HashMap<(Label, usize), I256>;

/// Counts the hints of a run, and replaces those that there are lies about.
#[derive(Default)]
pub(crate) struct Hints {
    lies: Lies,
    counts: HashMap<Label, usize>,
}

impl Hints {
    /// Hints with some replaced.
    pub(crate) fn new(lies: Lies) -> Self {
        Self { lies, counts: HashMap::new() }
    }

    /// The next hint under a label: its index, and the value to use.
    pub(crate) fn next(&mut self, label: Label, honest: I256) -> (usize, I256) {
        let count = self.counts.entry(label).or_default();
        let index = *count;
        *count += 1;
        (index, self.lies.get(&(label, index)).copied().unwrap_or(honest))
    }

    /// As [`Hints::next`]; without lies nothing is counted.
    pub(crate) fn value(&mut self, label: Label, honest: I256) -> I256 {
        if self.lies.is_empty() { honest } else { self.next(label, honest).1 }
    }
}
