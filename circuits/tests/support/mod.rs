//! Instances of statements, and the instruments that tests change them with.

#[macro_use]
mod registry;
pub mod circuit;
pub mod instance;
pub mod instrumented;
pub mod market;
pub mod month;
pub mod pinned;
pub mod pnl;
pub mod pool;
pub mod recorder;
pub mod shapes;
mod tampering;

pub use circuit::TestCircuit;
pub use instance::Instance;
pub use instrumented::{Instrumented, Lies, lies};
pub use market::{Case, scenario_set};
pub use shapes::{shape, system};

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// A generator of random numbers that are the same in every run.
pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}
