//! Transforms against arkworks.

use ark_bn254::Fr;
use ark_ff::{Field, UniformRand, Zero};
use ark_poly::{EvaluationDomain, MixedRadixEvaluationDomain, Radix2EvaluationDomain};
use proptest::prelude::*;
use tailproof_simd::{Engine, Transform};

use crate::support::{profile, rng};

/// Compares all transforms of all engines with those of an arkworks domain.
fn compare_on<D: EvaluationDomain<Fr>>(domain: D, values: &[Fr], shift: Fr) {
    let coset = domain.get_coset(shift).unwrap();
    let expected = [
        domain.fft(values),
        domain.ifft(values),
        coset.fft(values),
        coset.ifft(values),
        coset.fft(&domain.ifft(values)),
    ];
    for engine in Engine::all() {
        let transform = Transform::new(engine, values.len()).unwrap();
        assert_eq!((transform.size(), transform.root()), (values.len(), domain.group_gen()));
        let mut found = [(); 5].map(|()| values.to_vec());
        let [fft, ifft, coset_fft, coset_ifft, moved] = &mut found;
        transform.fft(fft);
        transform.ifft(ifft);
        transform.coset_fft(coset_fft, shift);
        transform.coset_ifft(coset_ifft, shift);
        let mut again = values.to_vec();
        transform.move_to_coset(&mut [moved, &mut again], shift);
        assert_eq!(again, *moved);
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!(found == expected, "transform {index} of size {} on {}", values.len(), engine.name());
        }
    }
}

fn compare(values: &[Fr], shift: Fr) {
    match values.len() {
        size if size.is_power_of_two() => {
            compare_on(Radix2EvaluationDomain::<Fr>::new(size).unwrap(), values, shift);
        }
        size => compare_on(MixedRadixEvaluationDomain::<Fr>::new(size).unwrap(), values, shift),
    }
}

/// Every size that has transforms, up to the largest.
fn sizes(largest: usize) -> impl Iterator<Item = usize> {
    (0..usize::BITS - 1).flat_map(|k| [1, 3, 9].map(|odd| odd << k)).filter(move |size| *size <= largest)
}

#[test]
fn transforms_of_every_size_are_those_of_arkworks() {
    let mut rng = rng(10);
    for size in sizes(1 << 13) {
        let values: Vec<Fr> = (0..size).map(|_| Fr::rand(&mut rng)).collect();
        compare(&values, Fr::rand(&mut rng));
    }
}

#[test]
fn transforms_of_extreme_values_are_those_of_arkworks() {
    let mut rng = rng(11);
    for size in [32, 96, 288, 4096, 4608] {
        let largest = -Fr::from(1u64);
        for values in [vec![Fr::zero(); size], vec![largest; size], profile(&mut rng, size)] {
            for shift in [Fr::from(1u64), largest, Fr::from(5u64)] {
                compare(&values, shift);
            }
        }
        let alternating: Vec<Fr> = (0..size).map(|i| if i % 2 == 0 { largest } else { Fr::zero() }).collect();
        compare(&alternating, Fr::from(7u64));
    }
}

#[test]
fn transforms_of_large_sizes_are_those_of_arkworks() {
    let mut rng = rng(12);
    for size in [1 << 15, 3 << 13, 9 << 11] {
        let values: Vec<Fr> = (0..size).map(|_| Fr::rand(&mut rng)).collect();
        compare(&values, Fr::rand(&mut rng));
    }
}

#[test]
fn other_sizes_have_no_transforms() {
    for engine in Engine::all() {
        for size in [0, 5, 7, 27, 10, 27 << 5, 25 << 3, 1 << 29, usize::MAX] {
            assert!(Transform::new(engine, size).is_none(), "{size}");
        }
    }
}

#[test]
#[should_panic(expected = "as many values as the domain has")]
fn fewer_values_than_the_domain_are_refused() {
    Transform::new(Engine::current(), 64).unwrap().fft(&mut [Fr::zero(); 32]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn any_values_are_transformed_as_in_arkworks(
        k in 3u32..8, odd in 0usize..3, seeds in prop::collection::vec(any::<u64>(), 1..9), shift in 1u64..
    ) {
        let size = [1, 3, 9][odd] << k;
        let value = |i: usize| match seeds[i % seeds.len()] % 3 {
            0 => Fr::zero(),
            1 => -Fr::from(seeds[i % seeds.len()] % 5),
            _ => Fr::from(seeds[i % seeds.len()]).pow([i as u64 % 7]),
        };
        compare(&(0..size).map(value).collect::<Vec<_>>(), Fr::from(shift));
    }
}
