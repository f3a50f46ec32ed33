//! A bounded run of every fuzz target: its seeds, and mutations of them from a fixed random seed.
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

/// A copy of a seed with up to four changes: a bit flipped, a byte set to a telling value, removed
/// or replaced, a piece doubled or cut off, a long number inserted.
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

/// Runs a target on its seeds and on so many mutations of each.
fn bounded(name: &str, rounds: usize) {
    let (_, target) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target");
    let rounds = if cfg!(feature = "nightly") { 20 * rounds } else { rounds };
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

/// A test for each target, and one that no target is left out.
macro_rules! bounded {
    ($($target:ident: $rounds:literal,)*) => {
        $(#[test]
        fn $target() {
            bounded(stringify!($target), $rounds);
        })*

        #[test]
        fn every_target_has_its_test() {
            let mut tested = vec![$(stringify!($target)),*];
            let mut targets: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
            tested.sort_unstable();
            targets.sort_unstable();
            assert_eq!(tested, targets);
        }
    };
}

bounded! {
    prices: 3000,
    book: 3000,
    mandate: 3000,
    covariance_table: 3000,
    margin_rule: 1000,
    pnl: 1000,
    caps: 1000,
    impact: 1000,
    ledger: 3000,
    pool_ledger: 3000,
    scenario_file: 3000,
    verifying_key: 3000,
    proving_key: 3000,
    proof_file: 3000,
    opening: 3000,
    deal: 3000,
    tape: 3000,
    assumptions: 200,
    notes: 300,
    pool_opening: 3000,
    commitment: 3000,
    attestation: 1000,
    attestor_key: 1000,
    digest_list: 1000,
    powers_of_tau: 300,
    ceremony: 300,
    halo2_key: 30,
    set_points: 1000,
    snarkjs_proof: 3000,
    differential: 60,
    verdict: 200,
    vectors: 60,
}

/// Every format that a JSON file names has a seed of some target.
#[test]
fn every_versioned_json_file_has_a_seed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds: String = TARGETS
        .iter()
        .flat_map(|(name, _)| seeds(name))
        .map(|seed| String::from_utf8_lossy(&seed).into_owned())
        .collect();
    let mut folders = vec![root.join("../verifier/src"), root.join("../prover/src"), root.join("../core/src")];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for format in text.split("FORMAT: &str = \"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                assert!(seeds.contains(&format!("\"format\": \"{format}\"")), "{format} of {}", path.display());
                found += 1;
            }
        }
    }
    assert!(found >= 8, "{found} formats");
}

#[test]
fn random_worlds_agree() {
    let mut rng = ChaCha20Rng::seed_from_u64(8);
    for _ in 0..150 {
        let data: [u8; 18] = rng.r#gen();
        tailproof_fuzz::differential(&data);
    }
}

/// Random choices of files make every kind of verdict, so none of the comparisons is idle.
#[test]
fn verdicts_on_random_files_are_those_that_the_raw_files_make() {
    let rounds = if cfg!(feature = "nightly") { 20_000 } else { 1_500 };
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    let mut met = std::collections::BTreeMap::new();
    for _ in 0..rounds {
        let data: [u8; 48] = std::array::from_fn(|_| rng.r#gen());
        *met.entry(tailproof_fuzz::verdict::outcome(&data)).or_insert(0) += 1;
    }
    assert!(met.len() == 5 && met.values().all(|count| *count > 5), "{met:?}");
}
