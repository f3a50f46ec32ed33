//! Transforms of points: sums of points by the powers of a root of unity, of 2^k, 3 2^k or 9 2^k
//! points in either group.
//!
//! [`fold`] is the transform that joins the two forms of a key: see "The matrix C in the key" in the
//! chapter "Lean QAP" of the book.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{FftField, Field, One};
use rayon::prelude::*;

/// Number of points from which a layer is split between threads.
const PARALLEL: usize = 64;

/// Returns the primitive root of unity of a domain; `None` if the field has none of this order.
pub fn root_of(size: usize) -> Option<Fr> {
    Fr::get_root_of_unity(size as u64)
}

/// Returns `sum_j root^(i j) points[j]` for every i, where `root` is a primitive root of unity whose
/// order is the number of points.
///
/// # Panics
/// Panics if the number of points has a prime factor above 3.
pub fn transform<G: CurveGroup<ScalarField = Fr>>(points: &[G], root: Fr) -> Vec<G> {
    let size = points.len();
    // Radices from the outermost layer to the innermost, where factors of three are cheap.
    let radices = radices(size);
    let mut ordered: Vec<G> = places(&radices).into_iter().map(|place| points[place]).collect();
    let mut inner = 1;
    for radix in radices.into_iter().rev() {
        let outer = inner * radix;
        let step = root.pow([(size / outer) as u64]);
        let powers: Vec<Fr> = std::iter::successors(Some(Fr::one()), |power| Some(*power * step)).take(inner).collect();
        let third = step.pow([inner as u64]);
        ordered.par_chunks_mut(outer).for_each(|block| combine(block, radix, &powers, third));
        inner = outer;
    }
    ordered
}

/// Returns the points of which [`transform`] makes `points`.
///
/// # Panics
/// As [`transform`]; if `root` is zero.
pub fn inverse<G: CurveGroup<ScalarField = Fr>>(points: &[G], root: Fr) -> Vec<G> {
    let by = Fr::from(points.len() as u64).inverse().expect("fewer points than the field has elements");
    scale_by(&transform(points, root.inverse().expect("a root of unity")), |_| by)
}

/// Multiplies each point by a scalar that follows from its place.
pub fn scale_by<G: CurveGroup<ScalarField = Fr>>(points: &[G], scalar: impl Fn(usize) -> Fr + Sync) -> Vec<G> {
    points.par_iter().enumerate().with_min_len(16).map(|(place, point)| times(point, scalar(place))).collect()
}

/// Returns points in affine form.
pub fn normalised<G: CurveGroup>(points: &[G]) -> Vec<G::Affine> {
    points.par_chunks(1 << 12).flat_map_iter(G::normalize_batch).collect()
}

/// Returns `G_j = sum_i l_j(w^(2i+1)) H_i` for every row j of a domain: the points by which a value
/// of C in that row changes the sum over H. `h` are the points of the odd powers of w, a primitive
/// root of unity of twice as many points. `None` if the field has no such root.
///
/// The map from rows to odd powers is `F diag(w^j) F^(-1)`, and F is symmetric: so the points come
/// from a transform, a product each, and an inverse transform.
pub fn fold(h: &[G1Affine]) -> Option<Vec<G1Affine>> {
    let size = h.len();
    let [root, odd] = [root_of(size)?, root_of(2 * size)?];
    let points: Vec<G1Projective> = h.iter().map(|point| (*point).into()).collect();
    let over = Fr::from(size as u64).inverse()?;
    let shifts = powers(odd, over, size);
    let shifted = scale_by(&transform(&points, root), |place| shifts[place]);
    Some(normalised(&transform(&shifted, root.inverse()?)))
}

/// Returns `first`, `first` times `base`, and so on.
pub fn powers(base: Fr, first: Fr, count: usize) -> Vec<Fr> {
    std::iter::successors(Some(first), |power| Some(*power * base)).take(count).collect()
}

fn radices(mut left: usize) -> Vec<usize> {
    let mut radices = Vec::new();
    while left > 1 {
        let radix = if left.is_multiple_of(2) { 2 } else { 3 };
        assert!(left.is_multiple_of(radix), "a size with no prime factor above 3");
        radices.push(radix);
        left /= radix;
    }
    radices
}

/// Returns the place of the input that each place of the innermost layer takes.
fn places(radices: &[usize]) -> Vec<usize> {
    let mut order = vec![0];
    for radix in radices.iter().rev() {
        order = (0..*radix).flat_map(|part| order.iter().map(move |place| radix * place + part)).collect();
    }
    order
}

/// Joins the transforms of the parts of a block into that of the block.
fn combine<G: CurveGroup<ScalarField = Fr>>(block: &mut [G], radix: usize, powers: &[Fr], third: Fr) {
    let (first, rest) = block.split_at_mut(powers.len());
    let each = first.par_iter_mut().zip(powers).enumerate().with_min_len(PARALLEL / 2);
    if radix == 2 {
        each.zip(rest).for_each(|((_, (low, power)), high)| {
            let turned = times(high, *power);
            *high = *low - turned;
            *low += turned;
        });
    } else {
        let (second, last) = rest.split_at_mut(powers.len());
        each.zip(second).zip(last).for_each(|(((_, (low, power)), middle), high)| {
            // With the cube root of unity u, u^2 = -1 - u.
            let [one, two] = [times(middle, *power), times(high, power.square())];
            let turned = times(&(one - two), third);
            let start = *low;
            *low += one + two;
            *middle = start + turned - two;
            *high = start - one - turned;
        });
    }
}

fn times<G: CurveGroup<ScalarField = Fr>>(point: &G, scalar: Fr) -> G {
    if scalar.is_one() { *point } else { *point * scalar }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::G2Projective;
    use ark_ec::PrimeGroup;
    use ark_ff::UniformRand;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;
    use tailproof_simd::{Engine, Transform};

    const SIZES: [usize; 12] = [1, 2, 3, 4, 6, 8, 9, 12, 18, 24, 36, 72];

    fn multiples<G: CurveGroup<ScalarField = Fr> + PrimeGroup<ScalarField = Fr>>(scalars: &[Fr]) -> Vec<G> {
        scalars.iter().map(|scalar| G::generator() * scalar).collect()
    }

    /// The transform of multiples of one point is the multiples by the transform of scalars.
    #[test]
    fn points_transform_as_their_scalars_do() {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        for size in SIZES {
            let scalars: Vec<Fr> = (0..size).map(|_| Fr::rand(&mut rng)).collect();
            let plan = Transform::new(Engine::PORTABLE, size).unwrap();
            let mut values = scalars.clone();
            plan.fft(&mut values);
            let points = multiples::<G1Projective>(&scalars);
            let turned = transform(&points, plan.root());
            assert_eq!(turned, multiples::<G1Projective>(&values), "{size}");
            assert_eq!(inverse(&turned, plan.root()), points, "{size}");
            if size < 20 {
                let points = multiples::<G2Projective>(&scalars);
                assert_eq!(transform(&points, plan.root()), multiples::<G2Projective>(&values), "{size}");
            }
        }
    }

    /// For any values c of C in the rows, the sum of c by the folded points is the sum of C's values
    /// on the odd powers by H.
    #[test]
    fn folding_is_the_transpose_of_the_move_to_the_odd_powers() {
        let mut rng = ChaCha20Rng::seed_from_u64(8);
        for size in SIZES {
            let h: Vec<Fr> = (0..size).map(|_| Fr::rand(&mut rng)).collect();
            let rows: Vec<Fr> = (0..size).map(|_| Fr::rand(&mut rng)).collect();
            let folded = fold(&normalised(&multiples::<G1Projective>(&h))).unwrap();
            let mut odd = rows.clone();
            let plan = Transform::new(Engine::PORTABLE, size).unwrap();
            plan.move_to_coset(&mut [&mut odd], root_of(2 * size).unwrap());
            let sum: G1Projective = folded.iter().zip(&rows).map(|(point, value)| *point * value).sum();
            let expected: Fr = odd.iter().zip(&h).map(|(value, scalar)| *value * scalar).sum();
            assert_eq!(sum, G1Projective::generator() * expected, "{size}");
        }
    }
}
