//! The raw encoding of field elements and points, which is that in memory: four 64-bit limbs in
//! Montgomery form, little-endian.
//!
//! Proving keys, ceremony files and the files of snarkjs all hold points in this form, so that
//! millions of them are read without conversion. A point is its two affine coordinates; the point
//! at infinity is all zeros. Reading checks only that numbers are canonical (below the modulus);
//! [`all_valid`] checks curve and subgroup.

use ark_bn254::{Fq, Fq2, Fr};
use ark_ec::short_weierstrass::Affine;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInt, Fp, MontBackend, MontConfig, PrimeField, Zero};
use rand::{CryptoRng, Rng, RngCore};
use rayon::prelude::*;
use tailproof_simd::Engine;

/// Bytes of a field element.
pub const FIELD_BYTES: usize = 32;
/// Bytes of a G1 point.
pub const G1_BYTES: usize = 2 * FIELD_BYTES;
/// Bytes of a G2 point.
pub const G2_BYTES: usize = 4 * FIELD_BYTES;

/// A point with a raw encoding.
pub trait RawPoint: AffineRepr<ScalarField = Fr> {
    /// Bytes of a point.
    const BYTES: usize;
    /// Appends the encoding of the point to `bytes`.
    fn write(&self, bytes: &mut Vec<u8>);
    /// Returns the point that `bytes` encode; `None` if a coordinate is not below the modulus or
    /// the length is wrong.
    fn read(bytes: &[u8]) -> Option<Self>;
    /// Returns whether the point is on its curve and in the subgroup of prime order. The point at
    /// infinity is.
    fn is_valid(&self) -> bool;
    /// Returns whether all points are on their curve, by the engine of the processor. The point at
    /// infinity is.
    fn all_on_curve(points: &[Self]) -> bool;
    /// Returns the sum of `scalars[i]` times `points[i]`, by the engine of the processor.
    fn sum_of_multiples(points: &[Self], scalars: &[Fr]) -> Self::Group;
    /// Returns whether points, which must be on their curve, are in the subgroup of prime order.
    fn in_subgroup(points: &[Self], rng: &mut (impl RngCore + CryptoRng)) -> bool;
}

/// Appends the encoding of a field element to `bytes`.
pub fn write_field<P: MontConfig<4>>(bytes: &mut Vec<u8>, value: &Fp<MontBackend<P, 4>, 4>) {
    for limb in value.0.0 {
        bytes.extend_from_slice(&limb.to_le_bytes());
    }
}

/// Returns the field element that `bytes` encode; `None` if it is not below the modulus or the
/// length is wrong.
pub fn read_field<P: MontConfig<4>>(bytes: &[u8]) -> Option<Fp<MontBackend<P, 4>, 4>> {
    let mut limbs = [0u64; 4];
    if bytes.len() != FIELD_BYTES {
        return None;
    }
    for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = u64::from_le_bytes(bytes.try_into().ok()?);
    }
    let limbs = BigInt::new(limbs);
    (limbs < P::MODULUS).then(|| Fp::new_unchecked(limbs))
}

/// Returns the little-endian bytes of a field's modulus, by which files name the field.
pub fn modulus_bytes<F: PrimeField>() -> Vec<u8> {
    ark_ff::BigInteger::to_bytes_le(&F::MODULUS)
}

impl RawPoint for Affine<ark_bn254::g1::Config> {
    const BYTES: usize = G1_BYTES;

    fn write(&self, bytes: &mut Vec<u8>) {
        if self.is_zero() {
            bytes.extend_from_slice(&[0; G1_BYTES]);
        } else {
            write_field(bytes, &self.x);
            write_field(bytes, &self.y);
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (x, y) = bytes.split_at_checked(FIELD_BYTES)?;
        let [x, y]: [Fq; 2] = [read_field(x)?, read_field(y)?];
        let zero = x.is_zero() && y.is_zero();
        Some(if zero { Self::zero() } else { Self::new_unchecked(x, y) })
    }

    /// The curve's order is prime: every point on the curve is in the subgroup.
    fn is_valid(&self) -> bool {
        self.is_on_curve()
    }

    fn all_on_curve(points: &[Self]) -> bool {
        Engine::current().g1_on_curve(points)
    }

    fn sum_of_multiples(points: &[Self], scalars: &[Fr]) -> Self::Group {
        Engine::current().g1_msm(points, scalars)
    }

    fn in_subgroup(_: &[Self], _: &mut (impl RngCore + CryptoRng)) -> bool {
        true
    }
}

impl RawPoint for Affine<ark_bn254::g2::Config> {
    const BYTES: usize = G2_BYTES;

    fn write(&self, bytes: &mut Vec<u8>) {
        if self.is_zero() {
            bytes.extend_from_slice(&[0; G2_BYTES]);
        } else {
            for coordinate in [&self.x.c0, &self.x.c1, &self.y.c0, &self.y.c1] {
                write_field(bytes, coordinate);
            }
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (x, y) = bytes.split_at_checked(2 * FIELD_BYTES)?;
        let pair = |bytes: &[u8]| {
            let (c0, c1) = bytes.split_at_checked(FIELD_BYTES)?;
            Some(Fq2::new(read_field(c0)?, read_field(c1)?))
        };
        let [x, y] = [pair(x)?, pair(y)?];
        let zero = x.is_zero() && y.is_zero();
        Some(if zero { Self::zero() } else { Self::new_unchecked(x, y) })
    }

    fn is_valid(&self) -> bool {
        self.is_on_curve() && self.is_in_correct_subgroup_assuming_on_curve()
    }

    fn all_on_curve(points: &[Self]) -> bool {
        Engine::current().g2_on_curve(points)
    }

    fn sum_of_multiples(points: &[Self], scalars: &[Fr]) -> Self::Group {
        Engine::current().g2_msm(points, scalars)
    }

    /// Checks many points at once by random combinations with 16-bit coefficients. The least prime
    /// factor of the twist's cofactor `2 q - r` is 10069. So if a point is outside the subgroup, a
    /// combination is inside with probability at most 7 / 2^16; ten combinations, 2^-131.
    fn in_subgroup(points: &[Self], rng: &mut (impl RngCore + CryptoRng)) -> bool {
        const COMBINATIONS: usize = 10;
        if points.len() < 16 * COMBINATIONS {
            return points.par_iter().all(Self::is_in_correct_subgroup_assuming_on_curve);
        }
        (0..COMBINATIONS).all(|_| {
            let scalars: Vec<Fr> = points.iter().map(|_| Fr::from(rng.r#gen::<u16>())).collect();
            Self::sum_of_multiples(points, &scalars).into_affine().is_in_correct_subgroup_assuming_on_curve()
        })
    }
}

/// Appends the encodings of points to `bytes`.
pub fn write_points<G: RawPoint>(bytes: &mut Vec<u8>, points: &[G]) {
    bytes.reserve(points.len() * G::BYTES);
    points.iter().for_each(|point| point.write(bytes));
}

/// Returns all points that `bytes` encode; `None` if the bytes are not a whole number of points, or
/// one of them is refused by [`RawPoint::read`].
pub fn read_points<G: RawPoint>(bytes: &[u8]) -> Option<Vec<G>> {
    if !bytes.len().is_multiple_of(G::BYTES) {
        return None;
    }
    bytes.par_chunks_exact(G::BYTES).map(G::read).collect()
}

/// Returns whether all points are on their curve and in its subgroup of prime order.
pub fn all_valid<G: RawPoint>(points: &[G], rng: &mut (impl RngCore + CryptoRng)) -> bool {
    G::all_on_curve(points) && G::in_subgroup(points, rng)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Affine, G1Projective, G2Affine, G2Projective};
    use ark_ec::PrimeGroup;
    use ark_ff::One;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    #[test]
    fn points_are_read_as_they_were_written() {
        let scalars: Vec<Fr> = (0u64..4).map(Fr::from).collect();
        let g1: Vec<G1Affine> = scalars.iter().map(|k| (G1Projective::generator() * k).into_affine()).collect();
        let g2: Vec<G2Affine> = scalars.iter().map(|k| (G2Projective::generator() * k).into_affine()).collect();
        let mut bytes = Vec::new();
        write_points(&mut bytes, &g1);
        assert_eq!(bytes.len(), 4 * G1_BYTES);
        assert_eq!(read_points::<G1Affine>(&bytes), Some(g1));
        bytes.clear();
        write_points(&mut bytes, &g2);
        assert_eq!(read_points::<G2Affine>(&bytes), Some(g2.clone()));
        assert_eq!(read_points::<G2Affine>(&bytes[1..]), None);
        assert!(all_valid(&g2, &mut ChaCha20Rng::seed_from_u64(1)));
    }

    #[test]
    fn a_coordinate_at_the_modulus_and_a_point_outside_the_subgroup_are_refused() {
        let mut bytes = modulus_bytes::<Fq>();
        bytes.resize(G1_BYTES, 0);
        assert_eq!(G1Affine::read(&bytes), None);
        let outside = (1u64..)
            .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::one()), false))
            .unwrap();
        assert!(outside.is_on_curve() && !outside.is_valid());
        assert!(!G1Affine::new_unchecked(Fq::one(), Fq::one()).is_valid());
    }

    /// Points of small order are refused, above all those of the least order that divides the
    /// cofactor.
    #[test]
    fn one_point_outside_the_subgroup_among_many_is_found() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let outside = (1u64..)
            .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::one()), false))
            .unwrap();
        // 2 q - r divided by its least factor: multiplied by this and r, a point has order 10069.
        let q: num_bigint::BigUint = Fq::MODULUS.into();
        let r: num_bigint::BigUint = Fr::MODULUS.into();
        let cofactor = q * 2u32 - &r;
        assert_eq!(&cofactor % 10069u32, 0u32.into());
        let small = outside.mul_bigint((&cofactor / 10069u32 * r).to_u64_digits()).into_affine();
        assert!(!small.is_zero() && small.mul_bigint([10069]).is_zero());
        let honest = vec![G2Affine::generator(); 500];
        assert!(all_valid(&honest, &mut rng));
        for wrong in [outside, small, (small + G2Affine::generator()).into_affine()] {
            for place in [0, 250, 499] {
                let mut points = honest.clone();
                points[place] = wrong;
                assert!(!all_valid(&points, &mut rng));
            }
        }
    }
}
