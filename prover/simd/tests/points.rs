//! Checks of points, and one multiple of many points, against arkworks.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, One, UniformRand, Zero};
use tailproof_simd::Engine;

use crate::support::{Curve, random_points, rng};

/// A check of points on an engine.
type Check<C> = fn(Engine, &[C]) -> bool;

/// The check of points that are on the curve, for every number of them; of a point at infinity in
/// every place; and of a point that is off the curve in every place.
fn checks<P: SWCurveConfig>(check: Check<Affine<P>>, off: &[Affine<P>])
where
    Affine<P>: Curve,
{
    let points: Vec<Affine<P>> = random_points(&mut rng(20), 300);
    for engine in Engine::all() {
        let name = engine.name();
        for length in 0..=300 {
            let mut points = points[..length].to_vec();
            assert!(check(engine, &points), "{length} points on {name}");
            // All places of a length are tried over the lengths.
            for (place, wrong) in
                [length / 2, length.wrapping_sub(1), length * 7 % 31].into_iter().zip(off.iter().cycle())
            {
                let Some(point) = points.get_mut(place) else { continue };
                let honest = std::mem::replace(point, *wrong);
                assert!(!wrong.is_on_curve());
                assert!(!check(engine, &points), "point {place} of {length} is off the curve: {name}");
                points[place] = Affine::identity();
                assert!(check(engine, &points), "point {place} of {length} is at infinity: {name}");
                points[place] = honest;
            }
        }
        assert!(check(engine, &[Affine::identity(); 20]), "{name}");
    }
}

/// Points beside the curve: in either coordinate by the least amount, on another curve.
fn beside<P: SWCurveConfig>(steps: &[P::BaseField]) -> Vec<Affine<P>>
where
    Affine<P>: Curve,
{
    let point = random_points::<Affine<P>>(&mut rng(21), 1)[0];
    let mut off = vec![
        Affine::new_unchecked(P::BaseField::ZERO, P::BaseField::ONE),
        Affine::new_unchecked(P::BaseField::ONE, P::BaseField::ZERO),
        Affine::new_unchecked(-P::BaseField::ONE, -P::BaseField::ONE),
        Affine::new_unchecked(point.y, point.x),
    ];
    for step in steps {
        off.push(Affine::new_unchecked(point.x + step, point.y));
        off.push(Affine::new_unchecked(point.x, point.y + step));
        off.push(Affine::new_unchecked(point.x, point.y - step));
    }
    off
}

#[test]
fn g1_points_are_on_their_curve_where_arkworks_says_so() {
    let off = beside(&[Fq::one(), Fq::from(2u64).pow([200])]);
    checks::<ark_bn254::g1::Config>(|engine, points| engine.g1_on_curve(points), &off);
}

#[test]
fn g2_points_are_on_their_curve_where_arkworks_says_so() {
    let off = beside(&[Fq2::new(Fq::one(), Fq::zero()), Fq2::new(Fq::zero(), Fq::one())]);
    checks::<ark_bn254::g2::Config>(|engine, points| engine.g2_on_curve(points), &off);
}

/// The check is of the curve alone.
#[test]
fn points_of_the_twist_outside_the_subgroup_are_on_the_curve() {
    let mut outside = (1u64..).filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), x % 2 == 0));
    let points: Vec<G2Affine> = outside.by_ref().take(50).collect();
    assert!(!points.iter().all(|point| point.is_in_correct_subgroup_assuming_on_curve()));
    assert!(Engine::all().into_iter().all(|engine| engine.g2_on_curve(&points)));
}

/// One wrong point among more than a thread checks at a time.
#[test]
fn a_wrong_point_among_thousands_is_found() {
    let mut points: Vec<G1Affine> = random_points(&mut rng(22), 3000);
    for engine in Engine::all() {
        assert!(engine.g1_on_curve(&points));
        for place in [0, 1023, 1024, 2047, 2999] {
            let honest = points[place];
            points[place].y += Fq::one();
            assert!(!engine.g1_on_curve(&points), "{place} on {}", engine.name());
            points[place] = honest;
        }
    }
}

fn compare_multiples(points: &[G1Affine], scalar: Fr, name: &str) {
    let expected: Vec<G1Affine> = points.iter().map(|point| (*point * scalar).into_affine()).collect();
    for engine in Engine::all() {
        let found = engine.g1_times(points, &scalar);
        assert!(found == expected, "{} points times {scalar} ({name}) on {}", points.len(), engine.name());
    }
}

#[test]
fn one_multiple_of_many_points_is_that_of_arkworks() {
    let mut rng = rng(23);
    let mut points: Vec<G1Affine> = random_points(&mut rng, 30);
    points[3] = G1Affine::identity();
    points[4] = -points[5];
    points[7] = points[6];
    points[8] = G1Affine::generator();
    let half = Fr::from(2u64).inverse().unwrap();
    let mut scalars: Vec<Fr> = (0..40u64).map(Fr::from).collect();
    scalars.extend((0..254u64).step_by(11).map(|bits| Fr::from(2u64).pow([bits])));
    scalars.extend([half, half - Fr::ONE, half + Fr::ONE]);
    scalars.extend((0..8).map(|_| Fr::rand(&mut rng)));
    for scalar in scalars {
        compare_multiples(&points[..9], scalar, "edges");
        compare_multiples(&points[..9], -scalar, "edges");
    }
    for length in (0..=30).chain([300]) {
        let points: Vec<G1Affine> = points.iter().copied().cycle().take(length).collect();
        compare_multiples(&points, Fr::rand(&mut rng), "lengths");
    }
}

/// More points than share an inversion.
#[test]
fn one_multiple_of_thousands_of_points_is_in_order() {
    let points: Vec<G1Affine> = random_points(&mut rng(24), 1100);
    let scalar = Fr::from(0x1234_5678_9abc_def1u64);
    for engine in Engine::all() {
        let found = engine.g1_times(&points, &scalar);
        for place in [0, 511, 512, 1023, 1024, 1099] {
            assert_eq!(found[place], (points[place] * scalar).into_affine(), "{place} on {}", engine.name());
        }
        assert_eq!(found.len(), points.len());
    }
}
