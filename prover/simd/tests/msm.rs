//! Sums of multiples of points, against arkworks.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, PrimeGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use proptest::prelude::*;
use rand::Rng;
use tailproof_simd::{Engine, Packed};

use crate::support::{Curve, compare, profile, progression, random_points, rng, short};

fn every_small_size<C: Curve>(sizes: std::ops::RangeInclusive<usize>) {
    let mut rng = rng(1);
    let points: Vec<C> = random_points(&mut rng, *sizes.end());
    for size in sizes {
        let scalars: Vec<Fr> =
            if size % 2 == 0 { (0..size).map(|_| Fr::rand(&mut rng)).collect() } else { profile(&mut rng, size) };
        compare(&points[..size], &scalars, &format!("{size} points"));
    }
}

fn profiles<C: Curve>(count: usize) {
    let mut rng = rng(2);
    let points: Vec<C> = random_points(&mut rng, count);
    let all = |scalar: Fr| vec![scalar; count];
    let mut short = |bits| (0..count).map(|_| short(&mut rng, bits)).collect::<Vec<Fr>>();
    let cases = [
        ("zeros", all(Fr::ZERO)),
        ("ones", all(Fr::ONE)),
        ("r - 1", all(-Fr::ONE)),
        ("half of r", all(Fr::from(2u64).inverse().unwrap())),
        ("signs", short(1)),
        ("23 bits", short(23)),
        ("64 bits", short(64)),
        ("65 bits", short(65)),
        ("full", short(254)),
        ("powers of two", (0..count).map(|i| Fr::from(2u64).pow([i as u64 % 254])).collect()),
        ("one of many", (0..count).map(|i| if i == count / 2 { -Fr::from(7u64) } else { Fr::ZERO }).collect()),
    ];
    for (name, scalars) in cases {
        compare(&points, &scalars, name);
    }
    compare(&points, &profile(&mut crate::support::rng(3), count), "a prover's");
}

/// Points that meet each other in additions: equal ones, opposite ones, sums that are a later
/// point.
fn meeting_points<C: Curve>(count: usize) {
    let mut rng = rng(4);
    let [p, q] = [(); 2].map(|()| C::Group::rand(&mut rng));
    let cases: [(&str, Vec<C>); 9] = [
        ("one point", progression(p, C::Group::ZERO, count)),
        ("opposite points", alternating(&[p.into(), (-p).into()], count)),
        ("pairs that cancel, and one more", alternating(&[p.into(), (-p).into(), q.into()], count)),
        ("P, P, 2 P, -P", alternating(&[p.into(), p.into(), p.double().into(), (-p).into()], count)),
        ("P, Q, P, R", alternating(&[p.into(), q.into(), p.into(), (p + q).into()], count)),
        ("multiples", progression(p, p, count)),
        ("around the identity", progression(p * -Fr::from(count as u64 / 2), p, count)),
        ("identities", alternating(&[C::zero(), p.into(), C::zero()], count)),
        ("generators", alternating(&[C::generator(), -C::generator(), p.into()], count)),
    ];
    for (name, points) in cases {
        let random: Vec<Fr> = (0..points.len()).map(|_| Fr::rand(&mut rng)).collect();
        for (scalars, kind) in [
            (vec![Fr::ONE; count], "ones"),
            (vec![-Fr::ONE; count], "r - 1"),
            (random, "random"),
            ((0..count).map(|i| Fr::from(i as u64 % 5)).collect(), "few"),
            ((0..count).map(|i| Fr::from((i % 3) as i64 - 1)).collect(), "signs"),
        ] {
            compare(&points, &scalars, &format!("{name}, {kind}"));
        }
    }
}

fn alternating<C: Curve>(points: &[C], count: usize) -> Vec<C> {
    points.iter().copied().cycle().take(count).collect()
}

/// Columns of a key that are equal, in blocks and scattered.
fn repeated_columns<C: Curve>(count: usize) {
    let mut rng = rng(5);
    let distinct: Vec<C> = random_points(&mut rng, count / 16);
    let points: Vec<C> = (0..count)
        .map(|i| if i % 3 == 0 { distinct[i / 64] } else { distinct[rng.gen_range(0..distinct.len())] })
        .collect();
    compare(&points, &profile(&mut rng, count), "repeated columns, a prover's scalars");
    compare(&points, &vec![Fr::ONE; count], "repeated columns, ones");
}

#[test]
fn g1_sums_of_every_small_size_are_those_of_arkworks() {
    every_small_size::<G1Affine>(0..=300);
}

#[test]
fn g1_sums_of_every_kind_of_scalars_are_those_of_arkworks() {
    profiles::<G1Affine>(1500);
    profiles::<G1Affine>(33);
}

#[test]
fn g1_sums_with_equal_and_opposite_points_are_those_of_arkworks() {
    for count in [2, 7, 64, 1000] {
        meeting_points::<G1Affine>(count);
    }
    repeated_columns::<G1Affine>(3000);
}

#[test]
fn larger_g1_sums_are_those_of_arkworks() {
    let mut rng = rng(6);
    let points: Vec<G1Affine> = random_points(&mut rng, 20_000);
    compare(&points, &(0..points.len()).map(|_| Fr::rand(&mut rng)).collect::<Vec<_>>(), "20,000 full");
    compare(&points, &profile(&mut rng, points.len()), "20,000 of a prover");
}

#[test]
fn g2_sums_of_every_small_size_are_those_of_arkworks() {
    every_small_size::<G2Affine>(0..=100);
}

#[test]
fn g2_sums_of_every_kind_of_scalars_are_those_of_arkworks() {
    profiles::<G2Affine>(400);
}

#[test]
fn g2_sums_with_equal_and_opposite_points_are_those_of_arkworks() {
    for count in [2, 7, 200] {
        meeting_points::<G2Affine>(count);
    }
    repeated_columns::<G2Affine>(1000);
}

#[test]
fn sums_of_small_scalars_are_those_of_arkworks() {
    let mut rng = rng(7);
    let points: Vec<G1Affine> = random_points(&mut rng, 700);
    let mut scalars: Vec<i64> = (0..points.len()).map(|i| rng.r#gen::<i64>() >> (i % 64)).collect();
    scalars[..4].copy_from_slice(&[0, i64::MIN, i64::MAX, -1]);
    let expected: Vec<Fr> = scalars.iter().map(|scalar| Fr::from(*scalar)).collect();
    let expected = G1Projective::msm(&points, &expected).unwrap();
    for engine in Engine::all() {
        assert_eq!(engine.g1_msm_small(&points, &scalars), expected, "{}", engine.name());
    }
}

/// Numbers of every length at places 63 apart, some scalars that hold no such numbers, and the
/// identity among the points.
#[test]
fn sums_of_packed_scalars_are_those_of_arkworks() {
    const BITS: u32 = 63;
    let mut rng = rng(9);
    let (mut g1, mut g2) = (random_points::<G1Affine>(&mut rng, 400), random_points::<G2Affine>(&mut rng, 150));
    (g1[5], g2[5]) = (G1Affine::identity(), G2Affine::identity());
    (g1[8], g2[8]) = (-g1[7], -g2[7]);
    let most = (1i64 << 31) - 1;
    let mut packed: Vec<Packed> =
        (0..g1.len()).map(|i| Packed { digits: [(); 4].map(|()| rng.gen_range(-most..=most) >> (i % 32)) }).collect();
    packed[7].digits = [most, -most, 1, -1];
    packed[8] = packed[7];
    let scalars: Vec<Fr> = packed.iter().map(|packed| packed.to_field(BITS)).collect();
    let expected = G1Projective::msm(&g1, &scalars).unwrap();
    for engine in Engine::all() {
        assert_eq!(engine.g1_msm_packed(&g1, &packed, BITS), expected, "{}", engine.name());
    }
    let mut scalars = scalars;
    scalars.iter_mut().step_by(9).for_each(|scalar| *scalar = Fr::rand(&mut rng));
    let in_g1 = G1Projective::msm(&g1, &scalars).unwrap();
    let in_g2 = G2Projective::msm(&g2, &scalars[..g2.len()]).unwrap();
    for engine in Engine::all() {
        assert_eq!(engine.g1_msm_of_packed(&g1, &scalars, BITS), in_g1, "{}", engine.name());
        assert_eq!(engine.g2_msm_of_packed(&g2, &scalars[..g2.len()], BITS), in_g2, "{}", engine.name());
    }
}

#[test]
fn multiples_of_a_point_are_those_of_arkworks() {
    let mut rng = rng(8);
    let largest = -Fr::ONE;
    let mut scalars = vec![Fr::ZERO, Fr::ONE, largest, Fr::from(2u64).inverse().unwrap(), Fr::from(3u64)];
    scalars.extend((0..40).map(|_| Fr::rand(&mut rng)));
    scalars.extend((0..254u64).map(|i| Fr::from(2u64).pow([i])));
    for base in [Fr::ZERO, Fr::ONE, Fr::rand(&mut rng)] {
        let g1: G1Affine = (<G1Affine as AffineRepr>::Group::generator() * base).into();
        let g2: G2Affine = (<G2Affine as AffineRepr>::Group::generator() * base).into();
        let expected: (Vec<G1Affine>, Vec<G2Affine>) =
            scalars.iter().map(|scalar| (G1Affine::from(g1 * scalar), G2Affine::from(g2 * scalar))).unzip();
        for engine in Engine::all() {
            for count in [0, 1, scalars.len()] {
                assert_eq!(engine.g1_multiples(g1, &scalars[..count]), expected.0[..count], "{}", engine.name());
                assert_eq!(engine.g2_multiples(g2, &scalars[..count]), expected.1[..count], "{}", engine.name());
            }
        }
    }
}

/// Up to 40 points of few values, so that they meet, with scalars at the edges.
fn terms() -> impl Strategy<Value = Vec<(i8, u8, u64)>> {
    prop::collection::vec((-3i8..4, 0u8..6, any::<u64>()), 0..40)
}

fn scalar(kind: u8, value: u64) -> Fr {
    match kind {
        0 => Fr::from(value % 3),
        1 => -Fr::from(value % 3),
        2 => Fr::from(value),
        3 => -Fr::from(value),
        4 => Fr::from(2u64).inverse().unwrap() + Fr::from(value % 2),
        _ => Fr::from(value).pow([5]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_terms_add_up_as_in_arkworks(terms in terms()) {
        let generator = <G1Affine as AffineRepr>::Group::generator();
        let points: Vec<G1Affine> = terms.iter().map(|(k, ..)| (generator * Fr::from(*k)).into()).collect();
        let scalars: Vec<Fr> = terms.iter().map(|(_, kind, value)| scalar(*kind, *value)).collect();
        compare(&points, &scalars, "any terms of G1");
        let generator = <G2Affine as AffineRepr>::Group::generator();
        let points: Vec<G2Affine> = terms.iter().map(|(k, ..)| (generator * Fr::from(*k)).into()).collect();
        compare(&points, &scalars, "any terms of G2");
    }
}

#[test]
#[should_panic(expected = "as many scalars as points")]
fn fewer_scalars_than_points_are_refused() {
    let _ = Engine::current().g1_msm(&[G1Affine::identity()], &[]);
}
