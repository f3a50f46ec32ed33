//! Keys without one trusted maker, from the command line: a ceremony, and the backend that needs none.
#![allow(clippy::unwrap_used)]

mod support;

use support::{BOOK, Desk, MANDATE, keys};

const SHAPE: &str = "8x20";

fn mandate(measure: &str, confidence: &str, limit: &str) -> String {
    format!("name = \"m\"\n[[clause]]\nmeasure = \"{measure}\"\nconfidence = {confidence}\n{limit}\n")
}

/// A rehearsal on a small shape: what each step says, and what is refused without anything written.
#[test]
fn a_ceremony_from_the_command_line() {
    let desk = Desk::new();
    desk.run(&["ceremony", "powers", "--power", "11", "-o", "p.ptau"]).expect(2);
    desk.run(&["ceremony", "powers", "--power", "11", "--insecure-dev", "-o", "p.ptau"]).expect(0);
    let new = desk.run(&["ceremony", "new", "--ptau", "p.ptau", "--shape", "4x3/1", "-o", "0", "--json"]).expect(0);
    assert!(new.stderr.contains("rehearsal"), "{new:?}");
    assert_eq!(new.json()["rehearsal"], true);

    // Nobody has contributed, and a beacon is nobody.
    let verify = |file: &str| desk.run(&["ceremony", "verify", file, "--ptau", "p.ptau", "--json"]);
    let refused = verify("0").expect(1);
    assert_eq!(refused.json()["valid"], false);
    desk.run(&["ceremony", "beacon", "0", "--value", "0xabcd", "-o", "beacon-only"]).expect(0);
    desk.run(&["ceremony", "finish", "beacon-only", "--ptau", "p.ptau", "-o", "keys"]).expect(1);
    assert!(!desk.path("keys/verifying.key").exists());

    let contributed = desk.run(&["ceremony", "contribute", "0", "--name", "Ada", "-o", "1", "--json"]).expect(0).json();
    desk.run(&["ceremony", "beacon", "1", "--value", "abcd", "--iterations-log", "3", "-o", "2"]).expect(0);
    let verified = verify("2").expect(0).json();
    assert_eq!(verified["valid"], true);
    assert_eq!(verified["steps"][0]["name"], "Ada");
    assert_eq!(verified["steps"][0]["digest"], contributed["digest"]);
    assert_eq!(verified["steps"][1]["value"], "abcd");

    // Two contributions to the same file differ: the secret is not what was typed.
    let again = desk.run(&["ceremony", "contribute", "0", "--name", "Ada", "-o", "1b", "--json"]).expect(0).json();
    assert_ne!(again["digest"], contributed["digest"]);

    // Bad input: an output that exists, a name for the terminal, values that are none, files that are not what they should be.
    let before = std::fs::read(desk.path("1")).unwrap();
    let exists = desk.run(&["ceremony", "contribute", "0", "-o", "1"]).expect(2);
    assert!(exists.stderr.contains("name another file"), "{exists:?}");
    assert_eq!(std::fs::read(desk.path("1")).unwrap(), before);
    desk.run(&["ceremony", "contribute", "0", "--name", "a\u{1b}[2J", "-o", "x"]).expect(2);
    desk.run(&["ceremony", "beacon", "1", "--value", "xyz", "-o", "x"]).expect(2);
    desk.run(&["ceremony", "beacon", "1", "--value", "", "-o", "x"]).expect(2);
    desk.run(&["ceremony", "beacon", "1", "--value", "ab", "--iterations-log", "31", "-o", "x"]).expect(2);
    let swapped = desk.run(&["ceremony", "verify", "p.ptau", "--ptau", "1"]).expect(2);
    assert!(swapped.stderr.contains("not a ceremony file"), "{swapped:?}");
    let swapped = desk.run(&["ceremony", "verify", "1", "--ptau", "1"]).expect(2);
    assert!(swapped.stderr.contains("not a powers-of-tau file"), "{swapped:?}");
    let small = desk.run(&["ceremony", "new", "--ptau", "p.ptau", "--shape", "500x20", "-o", "x"]).expect(2);
    assert!(small.stderr.contains("2^17"), "{small:?}");
    desk.write("cut", &before[..before.len() - 1]);
    desk.run(&["ceremony", "contribute", "cut", "-o", "x"]).expect(2);
    assert!(!desk.path("x").exists());

    // Keys that say what they are, in the verifier's output and in the contract.
    let finished = desk.run(&["ceremony", "finish", "2", "--ptau", "p.ptau", "-o", "keys", "--json"]).expect(0);
    assert!(finished.stderr.contains("rehearsal"), "{finished:?}");
    assert_eq!(finished.json()["transcript"], verified["transcript"]);
    desk.run(&["solidity", "--keys", "keys", "-o", "V.sol"]).expect(0);
    assert!(desk.read("V.sol").contains(verified["transcript"].as_str().unwrap()));
    desk.run(&["ceremony", "finish", "2", "--ptau", "p.ptau", "-o", "keys"]).expect(2);

    // The same ceremony over other powers of tau.
    desk.run(&["ceremony", "powers", "--power", "11", "--insecure-dev", "-o", "q.ptau"]).expect(0);
    let other = desk.run(&["ceremony", "verify", "2", "--ptau", "q.ptau"]).expect(2);
    assert!(other.stderr.contains("other powers of tau"), "{other:?}");
}

/// The backend without a setup: keys that everybody derives, the same files and commands, the same refusals.
#[test]
fn the_transparent_backend_proves_the_real_book() {
    let desk = Desk::new();
    desk.scenarios("8").expect(0);
    desk.commit(BOOK).expect(0);
    let made = desk.run(&["keygen", "--backend", "halo2", "--shape", SHAPE, "-o", "keys", "--json"]).expect(0).json();
    assert_eq!(made["provenance"], "transparent");
    desk.run(&["keygen", "--backend", "halo2", "--shape", SHAPE, "-o", "keys"]).expect(2);
    desk.run(&["keygen", "--backend", "halo2", "--insecure-dev", "--shape", SHAPE, "-o", "other"]).expect(2);
    let prove = |mandate: &str, output: &str| {
        let files = ["--opening", "o.json", "--scenarios", "s.scn", "--keys", "keys", "-o", output];
        desk.run(&[&["prove", "--backend", "halo2", "--book", BOOK, "--mandate", mandate], &files[..]].concat())
    };
    let verify = |proof: &str, mandate: &str, more: &[&str]| {
        let files = ["--proof", proof, "--scenarios", "s.scn", "--mandate", mandate, "--keys", "keys"];
        desk.run(&[&["verify"], &files[..], more].concat())
    };
    prove(MANDATE, "p.json").expect(0);
    let valid = verify("p.json", MANDATE, &["--commitment", "c.json", "--json"]).expect(0).json();
    assert_eq!((&valid["valid"], &valid["backend"]), (&true.into(), &"halo2-ipa-pasta".into()));
    assert_eq!(valid["insecure_development_keys"], false);
    let committed: serde_json::Value = serde_json::from_str(&desk.read("c.json")).unwrap();
    assert_eq!(valid["commitment"], committed["halo2_commitment"]);

    // A false claim, with figure and limit; the true proof under another mandate; one about another commitment.
    desk.write("tight.toml", mandate("var", "0.9", "limit = 1"));
    let refused = prove("tight.toml", "tight.json").expect(1);
    assert!(refused.stderr.contains("above the limit") && !desk.path("tight.json").exists(), "{refused:?}");
    verify("p.json", "tight.toml", &[]).expect(1);
    let other = desk.read("c.json").replace(committed["halo2_commitment"].as_str().unwrap(), &format!("0x{:064x}", 7));
    desk.write("other.json", other);
    verify("p.json", MANDATE, &["--commitment", "other.json"]).expect(1);

    // A proof with a byte changed is not valid; what is not a proof file is bad input.
    let json: serde_json::Value = serde_json::from_str(&desk.read("p.json")).unwrap();
    let proof = json["proof"].as_str().unwrap();
    let with = |proof: &str| {
        let mut changed = json.clone();
        changed["proof"] = proof.into();
        desk.write("changed.json", changed.to_string());
        verify("changed.json", MANDATE, &[])
    };
    let flipped = if proof.ends_with('0') { "1" } else { "0" };
    with(&format!("{}{flipped}", &proof[..proof.len() - 1])).expect(1);
    with(&format!("{proof}00")).expect(1);
    with(&proof.to_uppercase()).expect(2);
    with(&proof[..proof.len() - 1]).expect(2);
    with("").expect(2);

    // Files of the other backend: said so, in both directions.
    let groth16 = keys(SHAPE);
    let other = desk.verify("p.json", MANDATE, &groth16).expect(2);
    assert!(other.stderr.contains("transparent.key"), "{other:?}");
    let calldata = desk.run(&["calldata", "--proof", "p.json"]).expect(2);
    assert!(calldata.stderr.contains("groth16-bn254"), "{calldata:?}");
    desk.run(&["solidity", "--keys", "keys", "-o", "V.sol"]).expect(2);

    // Nothing private in the proof, and none of the secrets of the opening.
    let opening: serde_json::Value = serde_json::from_str(&desk.read("o.json")).unwrap();
    for secret in [&opening["blinding"].as_str().unwrap()[2..], opening["nav_units"].as_str().unwrap()] {
        assert!(!desk.read("p.json").contains(secret));
    }

    // A key file that was changed.
    let mut key = std::fs::read(desk.path("keys/transparent.key")).unwrap();
    key[1000] ^= 1;
    desk.write("keys/transparent.key", key);
    verify("p.json", MANDATE, &[]).expect(2);
}
