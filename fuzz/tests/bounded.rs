//! A bounded run of every fuzz target: the seeds, and mutations of them from a fixed random seed.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use tailproof_fuzz::TARGETS;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{target} has seeds");
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Bytes flipped, set to telling values, removed, doubled, cut; pieces of digits replaced by long numbers.
fn mutate(seed: &[u8], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut data = seed.to_vec();
    for _ in 0..rng.gen_range(1..5) {
        if data.is_empty() {
            break;
        }
        let at = rng.gen_range(0..data.len());
        match rng.gen_range(0..8) {
            0 => data[at] ^= 1 << rng.gen_range(0..8),
            1 => data[at] = [0, 1, 0x7f, 0x80, 0xff, b'-', b'"', b',', b'\n'][rng.gen_range(0..9)],
            2 => drop(data.remove(at)),
            3 => data.truncate(at),
            4 => {
                let end = (at + rng.gen_range(1..16)).min(data.len());
                let piece = data[at..end].to_vec();
                data.splice(at..at, piece);
            }
            5 => {
                let end = (at + 4).min(data.len());
                data[at..end].fill(0xff);
            }
            6 => {
                let number: &[u8] = [
                    &b"79228162514264337593543950335"[..],
                    b"1e28",
                    b"-0.0000000000000000000000000001",
                    b"9e99",
                    b"NaN",
                ][rng.gen_range(0..5)];
                data.splice(at..at, number.iter().copied());
            }
            _ => data[at] = rng.r#gen(),
        }
    }
    data
}

#[test]
fn seeds_and_their_mutations() {
    for (name, target) in TARGETS {
        let rounds = match *name {
            "differential" => 60,
            "powers_of_tau" | "ceremony" => 300,
            "transparent_key" => 30,
            _ => 3000,
        };
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        for seed in seeds(name) {
            target(&seed);
            for round in 0..rounds {
                let data = mutate(&seed, &mut rng);
                let outcome = std::panic::catch_unwind(|| target(&data));
                assert!(outcome.is_ok(), "{name}, round {round}: {}", String::from_utf8_lossy(&data));
            }
        }
    }
}

#[test]
fn random_worlds_agree() {
    let mut rng = ChaCha20Rng::seed_from_u64(8);
    for _ in 0..150 {
        let data: [u8; 18] = rng.r#gen();
        tailproof_fuzz::differential(&data);
    }
}
