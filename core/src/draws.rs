//! Random numbers from a public seed: ChaCha20 and `libm`, so the same bits on every machine.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::RngCore;

/// Standard normal numbers from a seed (Box and Muller 1958), and what is made of them.
pub struct Draws {
    rng: ChaCha20Rng,
    spare: Option<f64>,
}

impl Draws {
    /// Returns the numbers of a generator.
    pub fn new(rng: ChaCha20Rng) -> Self {
        Self { rng, spare: None }
    }

    /// In (0, 1], from 53 bits.
    pub fn uniform(&mut self) -> f64 {
        ((self.rng.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// Returns a standard normal number.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let (first, second) = (self.uniform(), self.uniform());
        let radius = (-2.0 * libm::log(first)).sqrt();
        let angle = 2.0 * std::f64::consts::PI * second;
        self.spare = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }

    /// Poisson (Knuth, *The Art of Computer Programming*, volume 2, section 3.4.1), in parts whose
    /// exponentials do not underflow.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        const MOST: f64 = 500.0;
        let (mut rest, mut count) = (mean, 0);
        while rest > MOST {
            count += self.small_poisson(MOST);
            rest -= MOST;
        }
        count + self.small_poisson(rest)
    }

    fn small_poisson(&mut self, mean: f64) -> u32 {
        let least = libm::exp(-mean);
        let (mut count, mut product) = (0, self.uniform());
        while product > least {
            count += 1;
            product *= self.uniform();
        }
        count
    }

    /// Gamma of a shape of at least 1 and scale 1 (Marsaglia and Tsang, *A simple method for
    /// generating gamma variables*, 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            if libm::log(self.uniform()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v;
            }
        }
    }
}
