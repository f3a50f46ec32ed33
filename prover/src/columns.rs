//! Matrices by columns, and combinations of points by a column's coefficients.

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, One, PrimeField, Zero};
use rayon::prelude::*;
use tailproof_circuits::r1cs::system::Matrix;

/// Returns a point for each number below `count`, in affine form.
pub fn each<G: CurveGroup>(count: usize, point: impl Fn(usize) -> G + Sync + Send) -> Vec<G::Affine> {
    let points: Vec<G> = (0..count).into_par_iter().with_min_len(64).map(point).collect();
    points.par_chunks(1 << 12).flat_map_iter(G::normalize_batch).collect()
}

/// A matrix stored by columns; the terms of a column are sorted by coefficient.
#[derive(Debug)]
pub struct Columns {
    ends: Vec<usize>,
    terms: Vec<(u32, Fr)>,
}

impl Columns {
    /// Returns the columns of a matrix.
    pub fn new(matrix: &Matrix, variables: usize) -> Self {
        let mut ends = vec![0usize; variables + 1];
        for (variable, _) in matrix.terms() {
            ends[*variable as usize + 1] += 1;
        }
        for variable in 0..variables {
            ends[variable + 1] += ends[variable];
        }
        let mut next = ends.clone();
        let mut terms = vec![(0, Fr::zero()); matrix.terms().len()];
        for row in 0..matrix.rows() {
            for (variable, coefficient) in matrix.row(row) {
                let place = &mut next[*variable as usize];
                terms[*place] = (u32::try_from(row).expect("fewer than 2^32 rows"), *coefficient);
                *place += 1;
            }
        }
        for variable in 0..variables {
            terms[ends[variable]..ends[variable + 1]].sort_unstable_by_key(|(_, coefficient)| coefficient.0);
        }
        Self { ends, terms }
    }

    /// Returns `sum_rows coefficient * points[row]`. Points with the same coefficient are added
    /// before they are multiplied: most columns have few coefficients, and most coefficients are
    /// small.
    pub fn combine<A: AffineRepr<ScalarField = Fr>>(&self, variable: usize, points: &[A]) -> A::Group {
        let terms = &self.terms[self.ends[variable]..self.ends[variable + 1]];
        let mut total = A::Group::zero();
        let mut long = Vec::new();
        for run in terms.chunk_by(|left, right| left.1 == right.1) {
            let mut sum = A::Group::zero();
            for (row, _) in run {
                sum += points[*row as usize];
            }
            if is_long(run[0].1) { long.push((sum, run[0].1)) } else { total += scaled(sum, run[0].1) }
        }
        match &long[..] {
            [] => total,
            [(point, coefficient)] => total + scaled(*point, *coefficient),
            several => total + interleaved(several),
        }
    }
}

/// Whether neither a coefficient nor its negation is short: one of a hash's matrices.
fn is_long(coefficient: Fr) -> bool {
    [coefficient, -coefficient].iter().all(|value| value.into_bigint().num_bits() > 128)
}

/// Returns `sum coefficient * point`, with the doublings shared by all terms. The rows of a hash have
/// many terms with coefficients as long as the field.
fn interleaved<G: CurveGroup<ScalarField = Fr>>(terms: &[(G, Fr)]) -> G {
    const WINDOW: usize = 5;
    const MULTIPLES: usize = 1 << (WINDOW - 2);
    let digits: Vec<Vec<i64>> =
        terms.iter().map(|(_, coefficient)| coefficient.into_bigint().find_wnaf(WINDOW).expect("a window")).collect();
    let odd_multiples = terms.iter().flat_map(|(point, _)| {
        let double = point.double();
        std::iter::successors(Some(*point), move |multiple| Some(*multiple + double)).take(MULTIPLES)
    });
    let tables = G::normalize_batch(&odd_multiples.collect::<Vec<G>>());
    let mut total = G::zero();
    for place in (0..digits.iter().map(Vec::len).max().unwrap_or(0)).rev() {
        total.double_in_place();
        for (digits, table) in digits.iter().zip(tables.chunks_exact(MULTIPLES)) {
            let digit = digits.get(place).copied().unwrap_or(0);
            let multiple = usize::try_from(digit.unsigned_abs() / 2).expect("a small digit");
            match digit.signum() {
                1 => total += table[multiple],
                -1 => total -= table[multiple],
                _ => {}
            }
        }
    }
    total
}

/// Returns `coefficient * point`, computed with the shorter of the coefficient and its negation.
fn scaled<G: CurveGroup<ScalarField = Fr>>(point: G, coefficient: Fr) -> G {
    if coefficient.is_one() {
        return point;
    }
    let (plain, negated) = (coefficient.into_bigint(), (-coefficient).into_bigint());
    if negated < plain { -point.mul_bigint(negated) } else { point.mul_bigint(plain) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::G1Projective;
    use ark_ec::PrimeGroup;
    use ark_ff::UniformRand;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    #[test]
    fn interleaved_multiplication_is_the_sum_of_multiplications() {
        let mut rng = ChaCha20Rng::seed_from_u64(9);
        for count in 0..5 {
            let mut terms: Vec<(G1Projective, Fr)> =
                (0..count).map(|_| (G1Projective::rand(&mut rng), Fr::rand(&mut rng))).collect();
            terms.extend([(G1Projective::generator(), -Fr::one()), (G1Projective::zero(), Fr::from(5u64))]);
            let sum: G1Projective = terms.iter().map(|(point, coefficient)| *point * coefficient).sum();
            assert_eq!(interleaved(&terms), sum);
        }
    }
}
