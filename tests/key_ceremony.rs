//! A ceremony from the command line: keys that no single party could have forged proofs with.

use serde_json::Value;
use tailproof_test_support::{Desk, Run, build, made_once};

/// A desk with powers of tau `p.ptau`, and a ceremony `0` of one contributor, `1`, and a beacon,
/// `2`. Made once, with the outputs of its steps as `0.out`, `1.out` and `2.out`.
pub fn over_unknown_powers() -> Desk {
    let names = ["p.ptau", "0", "1", "2", "0.out", "1.out", "2.out"];
    let made = made_once("test-proofs", &format!("unknown-powers-{}", build()), |folder| {
        let desk = Desk::new();
        desk.run("ceremony powers --power 11 --insecure-dev -o p.ptau").expect(0);
        let new = desk.run("ceremony new --ptau p.ptau --shape 4x3/1 -o 0 --json").expect(0);
        assert!(new.stderr.contains("powers: unknown"), "{new:?}");
        let contributed = desk.run("ceremony contribute 0 --name Ada -o 1 --json").expect(0);
        desk.run("ceremony beacon 1 --value abcd --iterations-log 3 -o 2").expect(0);
        let verified = verify(&desk, "2").expect(0);
        for (name, run) in [("0.out", new), ("1.out", contributed), ("2.out", verified)] {
            desk.write(name, run.stdout);
        }
        for name in names {
            std::fs::copy(desk.path(name), folder.join(name)).unwrap();
        }
    });
    let desk = Desk::new();
    for name in names {
        std::fs::copy(made.join(name), desk.path(name)).unwrap();
    }
    desk
}

/// The powers are checked for seconds or minutes, and their digest in none: another file is refused
/// at once. A digest that the caller names must be the file's.
#[test]
fn powers_are_those_that_were_named() {
    let desk = over_unknown_powers();
    desk.write("other.ptau", "no powers at all");
    let refused = desk.run("ceremony verify 2 --ptau other.ptau").expect(2);
    assert!(refused.stderr.contains("other powers of tau"), "{refused:?}");
    let named =
        |digest: &str| desk.run(format!("ceremony new --ptau p.ptau --ptau-digest {digest} --shape 4x3/1 -o n --json"));
    for digest in ["ab", "xy", &"ab".repeat(48)] {
        named(digest).expect(2);
    }
    let refused = named(&"ab".repeat(32)).expect(2);
    assert!(refused.stderr.contains("not the ones that were named") && !desk.has("n"), "{refused:?}");
    let sha256 = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(desk.bytes("p.ptau")));
    assert_eq!(named(&sha256).expect(0).json()["powers"], "named");
    // Who began it named a digest. Whoever finishes it and does not name it makes keys over unknown
    // powers.
    desk.run("ceremony contribute n --name Ada -o m").expect(0);
    let keys = |digest: &str, folder: &str| {
        desk.run(format!("ceremony finish m --ptau p.ptau {digest} -o {folder} --json")).expect(0).json()
    };
    assert_eq!(keys("", "k")["powers"], "unknown");
    let sound = keys(&format!("--ptau-digest {sha256}"), "l");
    assert_eq!((&sound["provenance"], &sound["powers"]), (&"ceremony".into(), &"named".into()));
    assert_eq!(sound["powers_of_tau_blake2b"], keys("", "k --force")["powers_of_tau_blake2b"]);
    // In text, both digests of the powers, wherever their file is read.
    for command in ["verify m --ptau p.ptau", "finish m --ptau p.ptau -o t"] {
        let said = desk.run(format!("ceremony {command}")).expect(0).stdout;
        assert!(said.contains("BLAKE2b-512 ") && said.contains(&format!("SHA-256 {sha256}")), "{said}");
        assert!(said.contains("it lists no contribution"), "{said}");
    }
    let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(desk.bytes("l/proving.key")));
    assert_eq!(sound["proving_key"], digest);
}

#[cfg(feature = "nightly")]
mod nightly {
    use tailproof_test_support::{Desk, source};

    /// Real powers of tau, one file of each of two ceremonies: the program knows both. With a byte of
    /// their lists of contributions changed it does not. The files lie beside the repository; without
    /// them the test says that it was skipped.
    #[test]
    fn real_powers_are_known_and_changed_ones_are_not() {
        let folder = source().join("../shared/data/powers_of_tau");
        if !folder.exists() {
            eprintln!("skipped: {} is not there", folder.display());
            return;
        }
        let desk = Desk::new();
        for name in ["hermez_11.ptau", "perpetual_80_11.ptau"] {
            let mut bytes = std::fs::read(folder.join(name)).unwrap();
            desk.write("real.ptau", &bytes);
            let new =
                desk.run(format!("ceremony new --ptau real.ptau --shape 4x3/1 -o {name}.ceremony --json")).expect(0);
            assert_eq!(new.json()["powers"], "known", "{name}: {new:?}");
            assert!(new.json()["powers_of_tau"].is_string(), "{name}: {new:?}");
            assert_eq!(new.json()["powers_of_tau_contributions"], "follow from the first challenge", "{name}");
            // A byte of the first contribution's hash, behind its powers and its key: no check of the
            // powers looks at it.
            let mut at = 12;
            while bytes[at..at + 4] != 7u32.to_le_bytes() {
                at += 12 + usize::try_from(u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap())).unwrap();
            }
            bytes[at + 12 + 4 + 3 * 64 + 2 * 128 + 6 * 64 + 3 * 128] ^= 1;
            desk.write("changed.ptau", &bytes);
            let new =
                desk.run(format!("ceremony new --ptau changed.ptau --shape 4x3/1 -o {name}.other --json")).expect(0);
            assert_eq!(new.json()["powers"], "unknown", "{name}: {new:?}");
        }
    }
}

/// The output of a step of the ceremony.
fn printed(desk: &Desk, step: usize) -> Value {
    desk.json(&format!("{step}.out"))
}

fn verify(desk: &Desk, file: &str) -> Run {
    desk.run(format!("ceremony verify {file} --ptau p.ptau --json"))
}

#[test]
fn powers_are_not_made_by_accident() {
    Desk::new().run("ceremony powers --power 11 -o p.ptau").expect(2);
}

#[test]
fn a_ceremony_needs_a_contribution() {
    let desk = over_unknown_powers();
    assert_eq!(printed(&desk, 0)["powers"], "unknown");
    let refused = verify(&desk, "0").expect(1);
    assert_eq!(refused.json()["valid"], false);
    // Everybody can compute a beacon.
    desk.run("ceremony beacon 0 --value 0xabcd -o beacon-only").expect(0);
    desk.run("ceremony finish beacon-only --ptau p.ptau -o keys").expect(1);
    assert!(!desk.has("keys/verifying.key"));

    let (contributed, verified) = (printed(&desk, 1), printed(&desk, 2));
    assert_eq!(verified["valid"], true);
    assert_eq!(verified["steps"][0]["name"], "Ada");
    assert_eq!(verified["steps"][0]["digest"], contributed["digest"]);
    assert_eq!(verified["steps"][1]["value"], "abcd");

    // Two contributions to the same file differ: the secret is not only what was typed.
    let again = desk.run("ceremony contribute 0 --name Ada -o 1b --json").expect(0).json();
    assert_ne!(again["digest"], contributed["digest"]);
}

#[test]
fn bad_input_to_a_ceremony_is_refused_and_nothing_is_written() {
    let desk = over_unknown_powers();
    let before = desk.bytes("1");
    let exists = desk.run("ceremony contribute 0 -o 1").expect(2);
    assert!(exists.stderr.contains("name another file"), "{exists:?}");
    assert_eq!(desk.bytes("1"), before);
    desk.run("ceremony contribute 0 --name 'a\u{1b}[2J' -o x").expect(2);
    for value in ["xyz", "''", "ab --iterations-log 31"] {
        desk.run(format!("ceremony beacon 1 --value {value} -o x")).expect(2);
    }
    for (line, said) in [
        ("ceremony verify p.ptau --ptau 1", "not a ceremony file"),
        ("ceremony verify 1 --ptau 1", "other powers of tau"),
        ("ceremony new --ptau 1 --shape 4x3/1 -o x", "not a powers-of-tau file"),
        ("ceremony new --ptau p.ptau --shape 500x20 -o x", "2^17"),
    ] {
        let refused = desk.run(line).expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    desk.write("cut", &before[..before.len() - 1]);
    desk.run("ceremony contribute cut -o x").expect(2);
    assert!(!desk.has("x"));
}

#[test]
fn keys_of_a_ceremony_say_which_one_made_them() {
    let desk = over_unknown_powers();
    let transcript = printed(&desk, 2)["transcript"].as_str().unwrap().to_owned();
    let finished = desk.run("ceremony finish 2 --ptau p.ptau -o keys --json").expect(0);
    assert!(finished.stderr.contains("powers: unknown"), "{finished:?}");
    assert_eq!(finished.json()["powers"], "unknown");
    assert_eq!(finished.json()["transcript"], transcript);
    let powers = finished.json()["powers_of_tau_blake2b"].as_str().unwrap().to_owned();
    desk.run("solidity --keys keys -o V.sol").expect(0);
    let contract = desk.read("V.sol");
    assert!(contract.contains(&transcript) && contract.contains("powers: unknown") && contract.contains(&powers));
    assert!(contract.contains("NOT FOR PRODUCTION"));
    desk.run("ceremony finish 2 --ptau p.ptau -o keys").expect(2);

    // The same ceremony over other powers of tau.
    desk.run("ceremony powers --power 11 --insecure-dev -o q.ptau").expect(0);
    let other = desk.run("ceremony verify 2 --ptau q.ptau").expect(2);
    assert!(other.stderr.contains("other powers of tau"), "{other:?}");
}
