//! The order of jobs, and shards of them by measured cost.

use std::collections::VecDeque;

use rand::seq::SliceRandom;
use rand::{CryptoRng, RngCore};

/// Jobs of the first shards, before anything is measured.
const FIRST: usize = 2;

/// Returns the order in which jobs are done: those that are not done yet, then the others, whose proofs
/// are only verified. `done` says of each job whether it is.
///
/// The order is random, so that where a batch stops says little about the book that it stopped at.
pub fn order(done: &[bool], rng: &mut (impl RngCore + CryptoRng)) -> Vec<usize> {
    let mut order: Vec<usize> = (0..done.len()).collect();
    order.shuffle(rng);
    // The sort keeps the order of equals.
    order.sort_by_key(|job| done[*job]);
    order
}

/// The jobs that are left, handed out in shards of about so many seconds by measured cost.
#[derive(Debug, Clone)]
pub struct Plan {
    left: VecDeque<usize>,
    seconds: f64,
    workers: usize,
    measured: (usize, f64),
}

impl Plan {
    /// Returns the plan of jobs in their order. A shard should take so many seconds; the last jobs are
    /// shared among the workers.
    pub fn new(order: impl IntoIterator<Item = usize>, seconds: f64, workers: usize) -> Self {
        Self { left: order.into_iter().collect(), seconds, workers: workers.max(1), measured: (0, 0.0) }
    }

    /// Returns the plan of workers to whom handing out costs nothing: each shard is one job.
    pub fn one_by_one(order: impl IntoIterator<Item = usize>) -> Self {
        Self::new(order, 0.0, 1)
    }

    /// Takes note of how many seconds some jobs took.
    pub fn measure(&mut self, jobs: usize, seconds: f64) {
        self.measured.0 += jobs;
        self.measured.1 += seconds.max(0.0);
    }

    /// Returns the number of jobs of the next shard, if so many are left.
    fn size(&self) -> usize {
        let by_cost = match self.measured {
            _ if self.seconds <= 0.0 => 1,
            (0, _) => FIRST,
            (_, spent) if spent <= 0.0 => FIRST,
            // Larger floats than there are integers become the largest integer.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is rounded down")]
            (done, spent) => (self.seconds * done as f64 / spent) as usize,
        };
        by_cost.min(self.left.len().div_ceil(2 * self.workers)).max(1)
    }

    /// Takes the next shard; an empty one if no job is left.
    pub fn take(&mut self) -> Vec<usize> {
        let size = self.size().min(self.left.len());
        self.left.drain(..size).collect()
    }

    /// Puts the jobs of a shard back whose worker was lost.
    pub fn put_back(&mut self, jobs: &[usize]) {
        for job in jobs.iter().rev() {
            self.left.push_front(*job);
        }
    }

    /// Returns the number of jobs that were not handed out.
    pub fn left(&self) -> usize {
        self.left.len()
    }
}
