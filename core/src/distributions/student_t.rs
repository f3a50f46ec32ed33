//! Student's t distribution from `libm` alone: the same bits on every platform.
//!
//! The distribution function is a regularised incomplete beta function (Abramowitz and Stegun 1964,
//! 26.7.1), which is a continued fraction (Press et al., *Numerical Recipes*, third edition,
//! section 6.4).

/// Returns the density at `x`, for `degrees` degrees of freedom.
pub fn density(x: f64, degrees: f64) -> f64 {
    let half = 0.5 * (degrees + 1.0);
    let log = libm::lgamma(half) - libm::lgamma(0.5 * degrees) - half * libm::log1p(x * x / degrees);
    libm::exp(log) / (degrees * std::f64::consts::PI).sqrt()
}

/// Returns `P(X <= x)`, for `degrees` degrees of freedom.
pub fn cdf(x: f64, degrees: f64) -> f64 {
    let tail = 0.5 * outside(x, degrees);
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// Returns the number below which X lies with a `probability` in (0, 1), by bisection to the last
/// bit.
pub fn quantile(probability: f64, degrees: f64) -> f64 {
    if probability > 0.5 {
        // The difference is exact.
        return -quantile(1.0 - probability, degrees);
    }
    if probability >= 0.5 {
        return 0.0;
    }
    let (mut low, mut high) = (-1.0, 0.0);
    while cdf(low, degrees) > probability && low > f64::MIN / 4.0 {
        (low, high) = (2.0 * low, low);
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if cdf(middle, degrees) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// Returns `P(|X| >= |x|)`: the incomplete beta function of `degrees / 2` and 1/2 at
/// `degrees / (degrees + x^2)`.
fn outside(x: f64, degrees: f64) -> f64 {
    let ratio = x * x / degrees;
    if ratio == 0.0 {
        return 1.0;
    }
    if ratio.is_infinite() {
        return 0.0;
    }
    let (a, b) = (0.5 * degrees, 0.5);
    let (near, far) = (1.0 / (1.0 + ratio), ratio / (1.0 + ratio));
    // near^a far^b over the beta function of a and b
    let log = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) - a * libm::log1p(ratio)
        + b * (libm::log(ratio) - libm::log1p(ratio));
    let front = libm::exp(log);
    if near < (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(near, a, b) / a
    } else {
        1.0 - front * continued_fraction(far, b, a) / b
    }
}

/// Returns the continued fraction of the incomplete beta function, by Lentz's method.
fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    const LEAST: f64 = 1e-300;
    const MOST_STEPS: u32 = 20_000;
    let away_from_zero = |value: f64| if value.abs() < LEAST { LEAST } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..=MOST_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With 1, 2 and 4 degrees of freedom the distribution function is elementary (Shaw 2006).
    #[test]
    fn quantiles_are_those_of_closed_forms() {
        for probability in [1e-9, 1e-4, 0.01, 0.025, 0.3, 0.5, 0.6, 0.975, 0.999_9] {
            // tan(pi (p - 1/2)), which is inaccurate near its pole where it is written so.
            let angle = std::f64::consts::PI * probability;
            let cauchy = -libm::cos(angle) / libm::sin(angle);
            let spread = 4.0 * probability * (1.0 - probability);
            let two = (2.0 * probability - 1.0) * (2.0 / spread).sqrt();
            let root = libm::cos(libm::acos(spread.sqrt()) / 3.0) / spread.sqrt();
            let four = (2.0 * (root - 1.0).max(0.0).sqrt()).copysign(probability - 0.5);
            for (degrees, exact) in [(1.0, cauchy), (2.0, two), (4.0, four)] {
                let found = quantile(probability, degrees);
                let error = (found - exact).abs();
                assert!(error <= 1e-11 * exact.abs().max(1e-4), "{degrees} {probability}: {found} {exact}");
            }
        }
    }

    #[test]
    fn quantiles_and_probabilities_are_inverse_for_many_degrees() {
        for degrees in [1.0, 2.5, 4.0, 7.5, 30.0, 250.0, 1_000.0, 1e6] {
            for probability in [1e-6, 0.005, 0.1, 0.45, 0.7, 0.99] {
                let found = cdf(quantile(probability, degrees), degrees);
                assert!(
                    (found - probability).abs() < 1e-13 * probability.max(1e-3),
                    "{degrees} {probability}: {found}"
                );
            }
        }
    }

    #[test]
    fn the_limit_of_many_degrees_is_the_normal_distribution() {
        let normal = crate::distributions::normal::quantile(0.01);
        assert!((quantile(0.01, 1e6) - normal).abs() < 1e-5);
        assert!((density(0.3, 1e6) - crate::distributions::normal::density(0.3)).abs() < 1e-6);
    }
}
