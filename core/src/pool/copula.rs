//! The common factor of a pool: nodes and weights of its distribution, and default probabilities at
//! a node.

use crate::distributions::{normal, student_t};
use crate::draws::Draws;
use crate::error::Problem;

/// How defaults of a pool depend on each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Copula {
    /// asset returns are jointly normal
    Gaussian,
    /// asset returns are jointly Student's t with these degrees of freedom: one mixing variable for
    /// all obligors
    StudentT(f64),
}

/// A copula with the correlation of asset returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FactorModel {
    copula: Copula,
    correlation: f64,
}

/// A value of the common factor with its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// the weights of all nodes sum to one
    pub weight: f64,
    /// the factor M
    pub factor: f64,
    /// what a threshold is multiplied with: 1 for a Gaussian copula
    pub mixing: f64,
}

/// How far from its centre the common factor is looked at.
const WIDTH: f64 = 8.5;
/// Nodes of the mixing variable of Student's t.
const MIXING_NODES: usize = 80;

impl FactorModel {
    /// A model.
    ///
    /// # Errors
    /// A correlation outside [0, 1); degrees of freedom below 1, where quantiles are too far out
    /// for the quadrature.
    pub fn new(copula: Copula, correlation: f64) -> Result<Self, Problem> {
        if !(0.0..1.0).contains(&correlation) {
            return Err(Problem::OutOfRange {
                what: "the correlation".into(),
                value: correlation.to_string(),
                range: "0 to 1, below 1".into(),
            });
        }
        if let Copula::StudentT(degrees) = copula
            && !(1.0..=1e6).contains(&degrees)
        {
            return Err(Problem::OutOfRange {
                what: "the degrees of freedom".into(),
                value: degrees.to_string(),
                range: "1 to 10^6".into(),
            });
        }
        Ok(Self { copula, correlation })
    }

    /// The correlation of asset returns.
    pub fn correlation(&self) -> f64 {
        self.correlation
    }

    /// The asset return below which an obligor defaults.
    ///
    /// # Errors
    /// A probability outside (0, 1).
    pub fn threshold(&self, probability: f64) -> Result<f64, Problem> {
        if !(probability > 0.0 && probability < 1.0) {
            return Err(Problem::OutOfRange {
                what: "the probability of default".into(),
                value: probability.to_string(),
                range: "0 to 1, both excluded".into(),
            });
        }
        Ok(match self.copula {
            Copula::Gaussian => normal::quantile(probability),
            Copula::StudentT(degrees) => student_t::quantile(probability, degrees),
        })
    }

    /// Nodes of the trapezoidal rule, which converges faster than any power for densities that are
    /// smooth and vanish at both ends.
    pub fn nodes(&self, count: usize) -> Vec<Node> {
        self.nodes_within(count, WIDTH)
    }

    /// The same for a common factor of at most this magnitude.
    pub fn nodes_within(&self, count: usize, width: f64) -> Vec<Node> {
        let factors = trapezoid(-width, width, count.max(3), normal::density);
        let mixing = self.mixing();
        let pairs = mixing.iter().flat_map(|(mixing, share)| {
            factors.iter().map(move |(factor, weight)| Node {
                weight: weight * share,
                factor: *factor,
                mixing: *mixing,
            })
        });
        pairs.collect()
    }

    /// Values of the mixing variable with their weights.
    pub fn mixing(&self) -> Vec<(f64, f64)> {
        match self.copula {
            Copula::Gaussian => vec![(1.0, 1.0)],
            Copula::StudentT(degrees) => mixing_nodes(degrees),
        }
    }

    /// A node drawn from the common factor's distribution, of weight one.
    pub fn draw(&self, draws: &mut Draws) -> Node {
        let factor = draws.normal();
        let mixing = match self.copula {
            Copula::Gaussian => 1.0,
            Copula::StudentT(degrees) => {
                // A gamma variable of a shape below one is one of a shape more, times a power of a
                // uniform one.
                let half = degrees / 2.0;
                let boosted = draws.gamma(half + 1.0) * libm::pow(draws.uniform(), 1.0 / half);
                (boosted / half).sqrt()
            }
        };
        Node { weight: 1.0, factor, mixing }
    }

    /// The probability of default at a node of an obligor with a threshold.
    pub fn conditional(&self, threshold: f64, node: &Node) -> f64 {
        let distance = threshold * node.mixing - self.correlation.sqrt() * node.factor;
        normal::cdf(distance / (1.0 - self.correlation).sqrt())
    }
}

impl FactorModel {
    /// The same with a factor of the obligor's sector, which its asset return has besides with the
    /// square root of a correlation.
    pub fn conditional_in_sector(&self, threshold: f64, node: &Node, sector: f64, factor: f64) -> f64 {
        let common = self.correlation.sqrt() * node.factor + sector.sqrt() * factor;
        normal::cdf((threshold * node.mixing - common) / (1.0 - self.correlation - sector).sqrt())
    }
}

/// Points between two ends with weights in proportion to a density, which sum to one.
fn trapezoid(low: f64, high: f64, count: usize, density: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let step = (high - low) / (count - 1) as f64;
    let points: Vec<(f64, f64)> = (0..count).map(|index| low + step * index as f64).map(|x| (x, density(x))).collect();
    let total: f64 = points.iter().map(|(_, weight)| weight).sum();
    points.into_iter().map(|(x, weight)| (x, weight / total)).collect()
}

/// `sqrt(W / nu)` for W chi-squared, over its logarithm, in which its density is smooth.
fn mixing_nodes(degrees: f64) -> Vec<(f64, f64)> {
    let half = degrees / 2.0;
    // The density of ln(W / 2), whose distribution is that of the logarithm of a gamma variable.
    let density = |y: f64| libm::exp(half * y - libm::exp(y) - libm::lgamma(half));
    let centre = libm::log(half);
    let width = 9.0 / half.sqrt() + 3.0 / half;
    let points = trapezoid(centre - 3.0 * width, centre + width, MIXING_NODES * 2, density);
    points.into_iter().map(|(y, weight)| ((libm::exp(y) / half).sqrt(), weight)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of conditional default probabilities is the probability.
    #[test]
    fn conditional_probabilities_average_to_the_probability() {
        for copula in [Copula::Gaussian, Copula::StudentT(1.0), Copula::StudentT(4.0), Copula::StudentT(30.0)] {
            for correlation in [0.0, 0.2, 0.7] {
                let model = FactorModel::new(copula, correlation).unwrap();
                for probability in [0.001, 0.05, 0.4] {
                    let threshold = model.threshold(probability).unwrap();
                    let mean: f64 =
                        model.nodes(201).iter().map(|node| node.weight * model.conditional(threshold, node)).sum();
                    assert!((mean - probability).abs() < 1e-7, "{copula:?} {correlation} {probability}: {mean}");
                }
            }
        }
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        assert!(FactorModel::new(Copula::Gaussian, 1.0).is_err() && FactorModel::new(Copula::Gaussian, -0.1).is_err());
        assert!(FactorModel::new(Copula::StudentT(0.9), 0.1).is_err());
        let model = FactorModel::new(Copula::Gaussian, 0.0).unwrap();
        assert!(model.threshold(0.0).is_err() && model.threshold(1.0).is_err() && model.threshold(f64::NAN).is_err());
    }
}
