//! The mixing variable of Student's t, `s = sqrt(V / degrees)` for V chi-squared: its quantiles,
//! from below and from above.

use super::outward::{down, up};

/// Bound on the relative error of [`lower`] and [`upper`], 2^-24: the logarithm of their first
/// factor is a difference of numbers of up to 10^7, each within a few units in the last place. The
/// tests compare it with closed forms and with sums that take no logarithm.
const ERROR: f64 = 1.0 / (1u64 << 24) as f64;
/// Terms of a series or fraction at most; those of 10^6 degrees of freedom are far fewer.
const MOST_TERMS: u32 = 200_000;

/// Returns a pair of numbers below and above the quantile of `numerator / denominator`.
///
/// # Panics
/// A fraction outside [0, 1].
pub fn quantile(numerator: u64, denominator: u64, degrees: f64) -> (f64, f64) {
    assert!(numerator <= denominator && denominator > 0, "a fraction");
    if numerator == 0 {
        return (0.0, 0.0);
    }
    if numerator == denominator {
        return (f64::INFINITY, f64::INFINITY);
    }
    let shape = 0.5 * degrees;
    let from_below = numerator <= denominator - numerator;
    let tail = if from_below { numerator } else { denominator - numerator } as f64 / denominator as f64;
    let near = search(shape, tail, from_below);
    let root = |gamma: f64| (gamma / shape).sqrt();
    // The tail at a number, from above or below, against the tail itself.
    let is_below = |x: f64| match from_below {
        true => lower(shape, x) * (1.0 + ERROR) <= down(tail),
        false => upper(shape, x) * (1.0 - ERROR) >= up(tail),
    };
    let is_above = |x: f64| match from_below {
        true => lower(shape, x) * (1.0 - ERROR) >= up(tail),
        false => upper(shape, x) * (1.0 + ERROR) <= down(tail),
    };
    (down(root(certain(near, -1.0, is_below))), up(root(certain(near, 1.0, is_above))))
}

/// Returns about the probability of a mixing variable below `s`.
pub fn probability_near(s: f64, degrees: f64) -> f64 {
    lower(0.5 * degrees, 0.5 * degrees * s * s)
}

/// Returns a number near `near`, on one side of it, for which `is_certain`; the ends of the numbers
/// if there is none.
fn certain(near: f64, side: f64, is_certain: impl Fn(f64) -> bool) -> f64 {
    let mut step = ERROR;
    while step < 64.0 {
        let candidate = near * libm::exp(side * step);
        if is_certain(candidate) {
            return candidate;
        }
        step *= 2.0;
    }
    if side < 0.0 { 0.0 } else { f64::INFINITY }
}

/// Returns about where a gamma variable's tail is `tail`, by Newton's method on logarithms inside a
/// bracket.
fn search(shape: f64, tail: f64, from_below: bool) -> f64 {
    let (mut low, mut high) = (f64::MIN_POSITIVE, 2.0 * shape + 2_000.0);
    let mut x = shape.max(0.1);
    for _ in 0..200 {
        let found = if from_below { lower(shape, x) } else { upper(shape, x) };
        if (found > tail) == from_below {
            high = x
        } else {
            low = x
        }
        let slope = libm::exp(log_density(shape, x)) * x / found * if from_below { 1.0 } else { -1.0 };
        let next = x * libm::exp((libm::log(tail / found) / slope).clamp(-3.0, 3.0));
        let next = if next > low && next < high { next } else { (low * high).sqrt() };
        if (next - x).abs() <= 1e-12 * x {
            return next;
        }
        x = next;
    }
    x
}

/// Returns the logarithm of the density of a gamma variable.
fn log_density(shape: f64, x: f64) -> f64 {
    (shape - 1.0) * libm::log(x) - x - libm::lgamma(shape)
}

/// Returns the probability that a gamma variable is below `x`, to a small relative error where it
/// is small (Press et al., *Numerical Recipes*, third edition, section 6.2).
fn lower(shape: f64, x: f64) -> f64 {
    if x >= shape + 1.0 {
        return 1.0 - by_fraction(shape, x);
    }
    let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
    for index in 1..MOST_TERMS {
        term *= x / (shape + f64::from(index));
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    libm::exp(log_density(shape, x) + libm::log(x)) * sum
}

/// Returns the probability that a gamma variable is above `x`, to a small relative error where it
/// is small.
fn upper(shape: f64, x: f64) -> f64 {
    if x < shape + 1.0 { 1.0 - lower(shape, x) } else { by_fraction(shape, x) }
}

/// Returns the upper tail as a continued fraction, by Lentz's method.
fn by_fraction(shape: f64, x: f64) -> f64 {
    const LEAST: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < LEAST { LEAST } else { value };
    let mut b = x + 1.0 - shape;
    let (mut c, mut d) = (1.0 / LEAST, 1.0 / away_from_zero(b));
    let mut fraction = d;
    for index in 1..MOST_TERMS {
        let a = -f64::from(index) * (f64::from(index) - shape);
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    libm::exp(log_density(shape, x) + libm::log(x)) * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tail above `x` is a Poisson probability for whole shapes: the sum of `exp(-x) x^k / k!`
    /// for k below the shape. At a whole `x`, the term of k = x is `1 / sqrt(2 pi x)` but for
    /// Stirling's series, and the others follow by ratios.
    fn poisson_tail(shape: u32, x: u32) -> f64 {
        let mean = f64::from(x);
        let cube = mean * mean * mean;
        let stirling = 1.0 / (12.0 * mean) - 1.0 / (360.0 * cube) + 1.0 / (1_260.0 * cube * mean * mean)
            - 1.0 / (1_680.0 * cube * cube * mean);
        let peak = libm::exp(-stirling) / (2.0 * std::f64::consts::PI * mean).sqrt();
        let (mut sum, mut term) = (0.0, peak);
        for k in (0..=x).rev() {
            if k < shape {
                sum += term;
            }
            term *= f64::from(k) / mean;
        }
        term = peak;
        for k in x + 1..shape {
            term *= mean / f64::from(k);
            sum += term;
        }
        sum
    }

    #[test]
    fn tails_are_within_their_bound() {
        for (shape, x) in [
            (5, 10),
            (20, 30),
            (50, 60),
            (300, 350),
            (5_000, 5_100),
            (5_000, 5_200),
            (500_000, 501_000),
            (500_000, 503_000),
        ] {
            let (exact, found) = (poisson_tail(shape, x), upper(f64::from(shape), f64::from(x)));
            assert!((found / exact - 1.0).abs() < ERROR / 4.0, "{shape} {x}: {found:e} {exact:e}");
        }
        for (shape, x) in [(9, 8), (50, 40), (300, 270), (5_000, 4_900), (500_000, 499_000), (500_000, 498_500)] {
            let (exact, found) = (1.0 - poisson_tail(shape, x), lower(f64::from(shape), f64::from(x)));
            assert!((found / exact - 1.0).abs() < ERROR / 4.0, "{shape} {x}: {found:e} {exact:e}");
        }
        for x in [1e-6, 1e-3, 0.1, 0.7, 1.0, 2.0, 9.0, 30.0] {
            // Shapes 1 and 1/2 are the exponential and the square of a normal variable.
            let half = libm::erf(libm::sqrt(x));
            assert!((lower(1.0, x) / -libm::expm1(-x) - 1.0).abs() < ERROR / 1e3, "{x}");
            assert!((upper(1.0, x) / libm::exp(-x) - 1.0).abs() < ERROR / 1e3, "{x}");
            assert!((lower(0.5, x) / half - 1.0).abs() < ERROR / 1e3, "{x}");
        }
    }

    /// With two degrees of freedom, `s^2` is exponential.
    #[test]
    fn quantiles_are_enclosed() {
        for numerator in [1u64, 2, 50, 1_000, 300_000, 500_000, 700_000, 999_000, 999_999] {
            let exact = (-libm::log1p(-(numerator as f64 / 1e6))).sqrt();
            let (below, above) = quantile(numerator, 1_000_000, 2.0);
            assert!(below <= exact && exact <= above && above - below < 1e-5 * exact, "{below} {exact} {above}");
            for degrees in [1.0, 3.5, 4.0, 30.0, 1_000.0, 1e6] {
                let (below, above) = quantile(numerator, 1_000_000, degrees);
                assert!(below <= above && above - below < 1e-5 * above, "{degrees} {numerator}: {below} {above}");
                assert!(quantile(numerator + 1, 1_000_001, degrees).0 > 0.0);
            }
        }
        assert_eq!(quantile(0, 9, 4.0), (0.0, 0.0));
        assert_eq!(quantile(9, 9, 4.0).0, f64::INFINITY);
    }
}
