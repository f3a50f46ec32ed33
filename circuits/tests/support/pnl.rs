//! Small instances of the P&L statement.

use ark_bn254::Fr;
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use tailproof_core::fixed_point::{MAX_NAV, MAX_PNL};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Positions, ScenarioSet, Unit};
use tailproof_verifier::Shape;

use super::Case;

/// The set of so many days of a source: the first 28 of each month from January 2024 on.
pub fn days_of(source: &str, days: usize) -> ScenarioSet {
    let date = |day: usize| format!("{}-{:02}-{:02}", 2024 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
    let labels = (0..days).map(date).collect();
    let generator = Generator::Pnl { source: source.to_owned() };
    ScenarioSet::new(generator, Vec::new(), labels, None, vec![1; days], Vec::new()).unwrap()
}

/// The same, of a desk.
pub fn days(days: usize) -> ScenarioSet {
    days_of("Desk", days)
}

/// A P&L vector in cents.
pub fn vector(gains: &[i64], nav: u64) -> Positions {
    Positions::pnl(Unit::CENT, gains.to_vec(), nav).unwrap()
}

impl Case {
    /// A true claim about the sum of P&L vectors, with limits exactly at its figures.
    pub fn pnl(shape: Shape, vectors: &[&[i64]], nav: u64, confidences: [u32; 2]) -> Self {
        let books = (99u64..).zip(vectors).map(|(blinding, gains)| (vector(gains, nav), Fr::from(blinding)));
        Self::consolidated(shape, days(vectors[0].len()), books.collect(), confidences)
    }

    /// A random tight case about one vector; `scale` bounds its gains.
    pub fn random_pnl(rng: &mut ChaCha20Rng, shape: Shape, scale: i64) -> Self {
        let count = rng.gen_range(1..=shape.scenarios());
        let scale = scale.min(MAX_PNL);
        let gains = (0..count).map(|_| rng.gen_range(-scale..=scale)).collect();
        let unit = Unit::from_millionths(rng.gen_range(1..1 << 40)).unwrap();
        let positions = Positions::pnl(unit, gains, rng.gen_range(0..=MAX_NAV as u64)).unwrap();
        let confidences = [rng.gen_range(1..1_000_000), rng.gen_range(1..1_000_000)];
        Self::tight(shape, days(count), positions, confidences, Fr::from(rng.r#gen::<u128>()))
    }
}
