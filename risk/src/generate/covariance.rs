//! Covariance of returns, and its factor for simulation. Deterministic: additions in one order, no
//! operation but those that IEEE 754 rounds the same everywhere.

use tailproof_core::error::Problem;

/// How a covariance is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimator {
    /// mean removed, divisor n - 1
    Sample,
    /// mean zero, weights `(1 - l) l^k / (1 - l^n)` with l = 0.94 (J.P. Morgan, RiskMetrics, 1996),
    /// the last return weighing most
    Ewma,
    /// the sample covariance with divisor n shrunk towards a multiple of the identity (Ledoit and
    /// Wolf, *A well-conditioned estimator for large-dimensional covariance matrices*, Journal of
    /// Multivariate Analysis 88, 2004)
    LedoitWolf,
}

impl Estimator {
    /// The name in scenario files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Estimator::Sample => "sample",
            Estimator::Ewma => "ewma",
            Estimator::LedoitWolf => "ledoit-wolf",
        }
    }

    /// Returns the estimator of a name.
    ///
    /// # Errors
    /// No estimator has it.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        let all = [Estimator::Sample, Estimator::Ewma, Estimator::LedoitWolf];
        let found = all.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| Problem::Unknown { what: "covariance", name: name.to_owned() })
    }
}

/// A repair of a covariance that is not positive semidefinite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// negative eigenvalues become zero, and factors are scaled back to their variances (Rebonato
    /// and Jaeckel, *The most general methodology to create a valid correlation matrix*, 1999,
    /// section 4)
    Clip,
}

impl Repair {
    /// The name in scenario files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Repair::Clip => "clip",
        }
    }

    /// Returns the repair of a name.
    ///
    /// # Errors
    /// No repair has it.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        let found = (name == Repair::Clip.name()).then_some(Repair::Clip);
        found.ok_or_else(|| Problem::Unknown { what: "repair", name: name.to_owned() })
    }
}

/// The decay of RiskMetrics for daily returns.
const LAMBDA: f64 = 0.94;

/// A symmetric matrix, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    size: usize,
    entries: Vec<f64>,
}

/// Means of the columns of returns, one row a day.
pub fn means(rows: &[Vec<f64>]) -> Vec<f64> {
    let size = rows.first().map_or(0, Vec::len);
    (0..size).map(|column| rows.iter().map(|row| row[column]).sum::<f64>() / rows.len() as f64).collect()
}

impl Covariance {
    /// Returns the covariance of returns, one row a day, oldest first.
    ///
    /// # Errors
    /// Fewer than two days.
    pub fn estimate(rows: &[Vec<f64>], estimator: Estimator) -> Result<Self, Problem> {
        if rows.len() < 2 {
            return Err(Problem::TooFewReturns);
        }
        let count = rows.len() as f64;
        let centre = if estimator == Estimator::Ewma { vec![0.0; rows[0].len()] } else { means(rows) };
        let weights: Vec<f64> = match estimator {
            Estimator::Sample => vec![1.0 / (count - 1.0); rows.len()],
            Estimator::LedoitWolf => vec![1.0 / count; rows.len()],
            Estimator::Ewma => {
                let mut weights = vec![1.0; rows.len()];
                for index in (0..rows.len() - 1).rev() {
                    weights[index] = weights[index + 1] * LAMBDA;
                }
                let total: f64 = weights.iter().sum();
                weights.iter().map(|weight| weight / total).collect()
            }
        };
        let centred: Vec<Vec<f64>> =
            rows.iter().map(|row| row.iter().zip(&centre).map(|(value, mean)| value - mean).collect()).collect();
        let size = centre.len();
        let mut entries = vec![0.0; size * size];
        for (row, weight) in centred.iter().zip(&weights) {
            for i in 0..size {
                for j in 0..=i {
                    entries[i * size + j] += weight * row[i] * row[j];
                }
            }
        }
        for i in 0..size {
            for j in 0..i {
                entries[j * size + i] = entries[i * size + j];
            }
        }
        let plain = Self { size, entries };
        Ok(if estimator == Estimator::LedoitWolf { plain.shrunk(&centred) } else { plain })
    }

    /// Shrinks a covariance of centred returns with divisor n.
    fn shrunk(&self, centred: &[Vec<f64>]) -> Self {
        let (size, count) = (self.size as f64, centred.len() as f64);
        let scale = (0..self.size).map(|i| self.entry(i, i)).sum::<f64>() / size;
        let target = |i: usize, j: usize| if i == j { scale } else { 0.0 };
        let cells = || (0..self.size).flat_map(|i| (0..self.size).map(move |j| (i, j)));
        let square = |value: f64| value * value;
        let distance: f64 = cells().map(|(i, j)| square(self.entry(i, j) - target(i, j))).sum();
        let noise: f64 = centred
            .iter()
            .map(|row| cells().map(|(i, j)| square(row[i] * row[j] - self.entry(i, j))).sum::<f64>())
            .sum::<f64>()
            / (count * count);
        let intensity = if distance > 0.0 { (noise / distance).min(1.0) } else { 0.0 };
        let entries = cells().map(|(i, j)| intensity * target(i, j) + (1.0 - intensity) * self.entry(i, j)).collect();
        Self { size: self.size, entries }
    }

    /// An entry.
    pub fn entry(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.size + j]
    }

    /// Number of factors.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The matrix of correlations; of factors without variance, of zeros.
    pub fn correlation(&self) -> Self {
        let size = self.size;
        let root: Vec<f64> = (0..size).map(|i| self.entry(i, i).max(0.0).sqrt()).collect();
        let entry = |i: usize, j: usize| match (i == j, root[i] * root[j]) {
            (_, 0.0) => 0.0,
            (true, _) => 1.0,
            (false, scale) => self.entry(i, j) / scale,
        };
        Self { size, entries: (0..size * size).map(|at| entry(at / size, at % size)).collect() }
    }

    /// Refuses factors without variance.
    ///
    /// # Errors
    /// A factor whose prices do not move.
    pub fn check_moves(&self, factors: &[String]) -> Result<(), Problem> {
        match (0..self.size).find(|factor| self.entry(*factor, *factor) <= 0.0) {
            Some(still) => Err(Problem::NoVolatility(factors[still].clone())),
            None => Ok(()),
        }
    }

    /// The same with what is not positive semidefinite repaired. Nothing changes in a matrix that
    /// is.
    pub fn repaired(&self, repair: Repair) -> Self {
        match repair {
            Repair::Clip if self.factor().is_ok() => self.clone(),
            Repair::Clip => self.clipped(),
        }
    }

    fn clipped(&self) -> Self {
        let size = self.size;
        let (values, vectors) = self.eigen();
        let recomposed = |i: usize, j: usize| -> f64 {
            (0..size).map(|k| values[k].max(0.0) * vectors[i * size + k] * vectors[j * size + k]).sum()
        };
        let scale: Vec<f64> = (0..size)
            .map(|i| {
                let (wanted, found) = (self.entry(i, i).max(0.0), recomposed(i, i));
                if found > 0.0 { (wanted / found).sqrt() } else { 0.0 }
            })
            .collect();
        let mut entries = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                entries[i * size + j] = recomposed(i, j) * scale[i] * scale[j];
                entries[j * size + i] = entries[i * size + j];
            }
        }
        Self { size, entries }
    }

    /// Eigenvalues, and eigenvectors in columns, by cyclic rotations (Jacobi 1846; Golub and Van
    /// Loan, *Matrix Computations*, section 8.5). Written here because every machine must find the
    /// same bits: it takes no operation but those that IEEE 754 rounds in one way.
    fn eigen(&self) -> (Vec<f64>, Vec<f64>) {
        let size = self.size;
        let mut matrix = self.entries.clone();
        let mut vectors = vec![0.0; size * size];
        (0..size).for_each(|i| vectors[i * size + i] = 1.0);
        let total: f64 = matrix.iter().map(|entry| entry * entry).sum();
        for _ in 0..64 {
            let off: f64 = (0..size)
                .flat_map(|i| (0..i).map(move |j| (i, j)))
                .map(|(i, j)| matrix[i * size + j] * matrix[i * size + j])
                .sum();
            if off <= total * 1e-30 {
                break;
            }
            for p in 0..size {
                for q in p + 1..size {
                    let between = matrix[p * size + q];
                    if between == 0.0 {
                        continue;
                    }
                    let theta = (matrix[q * size + q] - matrix[p * size + p]) / (2.0 * between);
                    let sign = if theta < 0.0 { -1.0 } else { 1.0 };
                    let t = sign / (theta.abs() + (theta * theta + 1.0).sqrt());
                    let c = 1.0 / (t * t + 1.0).sqrt();
                    let s = t * c;
                    let rotate = |entries: &mut [f64], at: &dyn Fn(usize, usize) -> usize| {
                        for k in 0..size {
                            let (a, b) = (entries[at(k, p)], entries[at(k, q)]);
                            entries[at(k, p)] = c * a - s * b;
                            entries[at(k, q)] = s * a + c * b;
                        }
                    };
                    rotate(&mut matrix, &|k, column| k * size + column);
                    rotate(&mut matrix, &|k, row| row * size + k);
                    rotate(&mut vectors, &|k, column| k * size + column);
                }
            }
        }
        ((0..size).map(|i| matrix[i * size + i]).collect(), vectors)
    }

    /// A matrix of given entries, row-major.
    ///
    /// # Errors
    /// A matrix that is not square, or not symmetric.
    pub fn from_entries(size: usize, entries: Vec<f64>) -> Result<Self, Problem> {
        let matrix = Self { size, entries };
        if matrix.entries.len() != size * size {
            return Err(Problem::NotSymmetric);
        }
        let symmetric = (0..size).all(|i| (0..i).all(|j| matrix.entry(i, j) == matrix.entry(j, i)));
        if symmetric { Ok(matrix) } else { Err(Problem::NotSymmetric) }
    }

    /// The lower triangular factor L with `L L' = ` the matrix (Cholesky), row-major. Directions
    /// without variance have a column of zeros.
    ///
    /// # Errors
    /// A matrix that is not positive semidefinite, beyond what rounding explains: 2^-40 of a row's
    /// own variance, so that no row is lost beside a larger one. A row loses at most that much of
    /// its variance.
    pub fn factor(&self) -> Result<Vec<f64>, Problem> {
        let size = self.size;
        let rounding = |row: usize| self.entry(row, row).max(0.0) / f64::from(1u32 << 20) / f64::from(1u32 << 20);
        let mut factor = vec![0.0; size * size];
        for j in 0..size {
            let rest = self.entry(j, j) - (0..j).map(|k| factor[j * size + k] * factor[j * size + k]).sum::<f64>();
            if rest < -rounding(j) {
                return Err(Problem::NotSemidefinite);
            }
            let pivot = if rest > rounding(j) { rest.sqrt() } else { 0.0 };
            factor[j * size + j] = pivot;
            for i in j + 1..size {
                let rest = self.entry(i, j) - (0..j).map(|k| factor[i * size + k] * factor[j * size + k]).sum::<f64>();
                if pivot > 0.0 {
                    factor[i * size + j] = rest / pivot;
                } else if rest.abs() > (rounding(j) * self.entry(i, i).max(0.0)).sqrt() {
                    return Err(Problem::NotSemidefinite);
                }
            }
        }
        Ok(factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<f64>> {
        vec![vec![0.01, -0.02], vec![-0.03, 0.01], vec![0.02, 0.03], vec![0.005, -0.01]]
    }

    #[test]
    fn the_sample_covariance_has_divisor_n_minus_one() {
        let covariance = Covariance::estimate(&rows(), Estimator::Sample).unwrap();
        // Means 0.00125 and 0.0025.
        let expected = |i: usize, j: usize| {
            let centre = [0.00125, 0.0025];
            rows().iter().map(|row| (row[i] - centre[i]) * (row[j] - centre[j])).sum::<f64>() / 3.0
        };
        for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            assert!((covariance.entry(i, j) - expected(i, j)).abs() < 1e-15);
        }
        assert!(Covariance::estimate(&rows()[..1], Estimator::Sample).is_err());
    }

    #[test]
    fn the_factor_times_itself_is_the_matrix() {
        for estimator in [Estimator::Sample, Estimator::Ewma, Estimator::LedoitWolf] {
            let covariance = Covariance::estimate(&rows(), estimator).unwrap();
            let factor = covariance.factor().unwrap();
            for (i, j) in [(0, 0), (1, 0), (1, 1)] {
                let product: f64 = (0..2).map(|k| factor[i * 2 + k] * factor[j * 2 + k]).sum();
                assert!((product - covariance.entry(i, j)).abs() < 1e-15, "{estimator:?}");
            }
        }
    }

    #[test]
    fn a_matrix_with_a_direction_of_negative_variance_is_refused_and_one_without_variance_is_not() {
        let matrix = |entries: [f64; 4]| Covariance::from_entries(2, entries.to_vec()).unwrap();
        assert!(matrix([1.0, 2.0, 2.0, 1.0]).factor().is_err());
        assert!(matrix([0.0, 0.5, 0.5, 1.0]).factor().is_err());
        assert!(matrix([-1.0, 0.0, 0.0, 1.0]).factor().is_err());
        assert_eq!(matrix([1.0, 1.0, 1.0, 1.0]).factor().unwrap(), [1.0, 0.0, 1.0, 0.0]);
        assert_eq!(matrix([0.0, 0.0, 0.0, 4.0]).factor().unwrap(), [0.0, 0.0, 0.0, 2.0]);
        assert!(Covariance::from_entries(2, vec![1.0, 0.5, 0.4, 1.0]).is_err());
    }

    /// 10^9 of a factor of variance 4.4e-11 beside one of 49 deviate by 6,633.
    #[test]
    fn a_small_variance_is_not_lost_beside_a_large_one() {
        for (large, small) in [(49.0, 4.4e-11), (1e12, 1e-12), (1.0, 1e-300)] {
            for entries in [[large, 0.0, 0.0, small], [small, 0.0, 0.0, large]] {
                let factor = Covariance::from_entries(2, entries.to_vec()).unwrap().factor().unwrap();
                assert!((factor[0] * factor[0] / entries[0] - 1.0).abs() < 1e-14, "{entries:?}");
                assert!((factor[3] * factor[3] / entries[3] - 1.0).abs() < 1e-14, "{entries:?}");
            }
        }
        // A negative direction that is small beside another factor is refused as well.
        let broken = vec![1e6, 0.0, 0.0, 0.0, 1e-9, 2e-9, 0.0, 2e-9, 1e-9];
        assert!(Covariance::from_entries(3, broken).unwrap().factor().is_err());
    }

    #[test]
    fn a_clipped_matrix_has_no_negative_eigenvalue_and_the_same_variances() {
        let broken = Covariance::from_entries(3, vec![4.0, 1.9, -1.9, 1.9, 1.0, 0.9, -1.9, 0.9, 1.0]).unwrap();
        assert!(broken.factor().is_err());
        let repaired = broken.repaired(Repair::Clip);
        let factor = repaired.factor().unwrap();
        for (i, variance) in [4.0, 1.0, 1.0].into_iter().enumerate() {
            assert!((repaired.entry(i, i) - variance).abs() < 1e-12);
            let found: f64 = (0..3).map(|k| factor[i * 3 + k] * factor[i * 3 + k]).sum();
            assert!((found - variance).abs() < 1e-10);
        }
        // Correlations stay on their side.
        assert!(repaired.entry(0, 1) > 1.0 && repaired.entry(0, 2) < -1.0);
        let sound = Covariance::estimate(&rows(), Estimator::Sample).unwrap();
        assert_eq!(sound.repaired(Repair::Clip), sound);
        let (values, vectors) = sound.eigen();
        for (i, j) in [(0, 0), (0, 1), (1, 1)] {
            let again: f64 = (0..2).map(|k| values[k] * vectors[i * 2 + k] * vectors[j * 2 + k]).sum();
            assert!((again - sound.entry(i, j)).abs() < 1e-18);
        }
    }

    /// Fewer days than factors: the sample covariance is singular, the shrunk one is not.
    #[test]
    fn shrinkage_makes_a_singular_covariance_regular() {
        let rows: Vec<Vec<f64>> = (0..4)
            .map(|day| (0..6).map(|factor| f64::from((day * 7 + factor * 5) % 11 - 5) / 100.0).collect())
            .collect();
        let diagonal = |estimator| {
            let covariance = Covariance::estimate(&rows, estimator).unwrap();
            let factor = covariance.factor().unwrap();
            (0..6).map(|i| factor[i * 6 + i]).collect::<Vec<f64>>()
        };
        assert!(diagonal(Estimator::Sample).contains(&0.0));
        assert!(diagonal(Estimator::LedoitWolf).iter().all(|pivot| *pivot > 1e-3));
    }
}
