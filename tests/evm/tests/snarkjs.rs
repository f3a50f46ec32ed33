//! snarkjs, a verifier that nobody here wrote, accepts the true proof and nothing near it.

use ark_bn254::Fq;
use ark_ff::{BigInteger, PrimeField};
use serde_json::{Value, json};
use tailproof_evm_tests::tools::{node, snarkjs, snarkjs_powers};
use tailproof_test_support::Desk;

/// A desk with scenarios, keys and a proof in the layout of snarkjs, in the folder `snarkjs`.
fn exported() -> Desk {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    desk.run(format!("snarkjs --proof p.json --scenarios s.scn --keys {keys} -o snarkjs")).expect(0);
    desk
}

/// The verdicts of snarkjs on pairs of public signals and proofs.
fn verdicts(desk: &Desk, cases: &[(Value, Value)]) -> Vec<bool> {
    let key = desk.json("snarkjs/verification_key.json");
    let cases: Vec<Value> =
        cases.iter().map(|(signals, proof)| json!({ "signals": signals, "proof": proof })).collect();
    let input = json!({ "key": key, "cases": cases }).to_string();
    let verdicts = node(&["test/snarkjs-verify.js"], &input).expect(0).json();
    serde_json::from_value(verdicts).unwrap()
}

#[test]
fn the_command_of_snarkjs_accepts_the_true_proof() {
    let desk = exported();
    let files = "snarkjs/verification_key.json snarkjs/public.json snarkjs/proof.json";
    let said = snarkjs(&desk, &format!("groth16 verify {files}"));
    assert!(said.contains("OK!"), "snarkjs says: {said}");
}

#[test]
fn snarkjs_rejects_the_proof_with_any_byte_changed() {
    let desk = exported();
    let signals = desk.json("snarkjs/public.json");
    let proof = desk.json("snarkjs/proof.json");
    let mut cases = vec![(signals.clone(), proof.clone())];
    for place in ["/pi_a/0", "/pi_a/1", "/pi_b/0/0", "/pi_b/0/1", "/pi_b/1/0", "/pi_b/1/1", "/pi_c/0", "/pi_c/1"] {
        let honest: Fq = proof.pointer(place).unwrap().as_str().unwrap().parse().unwrap();
        for byte in 0..32 {
            let mut bytes = honest.into_bigint().to_bytes_le();
            bytes[byte] ^= 1 << (byte % 8);
            let mut changed = proof.clone();
            *changed.pointer_mut(place).unwrap() = decimal(&bytes).into();
            cases.push((signals.clone(), changed));
        }
    }
    let verdicts = verdicts(&desk, &cases);
    assert!(verdicts[0], "the true proof");
    let accepted: Vec<usize> = (1..verdicts.len()).filter(|index| verdicts[*index]).collect();
    assert!(accepted.is_empty() && verdicts.len() == 257, "accepted with byte {accepted:?} changed");
}

#[test]
fn snarkjs_rejects_other_public_signals() {
    let desk = exported();
    let signals: Vec<String> = serde_json::from_str(&desk.read("snarkjs/public.json")).unwrap();
    let proof = desk.json("snarkjs/proof.json");
    // Two groups of four scenarios: packed entries and xi of each, and eight weights.
    assert_eq!(signals.len(), 5 + 2 * 21 + 8);
    // Each control, the factors, packed entries, xi and a weight.
    let cases: Vec<(Value, Value)> = [0, 1, 2, 3, 4, 5, 25, 26]
        .into_iter()
        .map(|index| {
            let mut changed = signals.clone();
            changed[index] = if changed[index] == "7" { "8".into() } else { "7".into() };
            (json!(changed), proof.clone())
        })
        .collect();
    assert_eq!(verdicts(&desk, &cases), [false; 8]);
}

/// Powers of tau by snarkjs, a ceremony by us, a proof by snarkjs with the keys as .zkey, verified
/// by us.
#[test]
fn snarkjs_proves_with_keys_of_a_ceremony_over_powers_that_it_made() {
    let desk = Desk::new();
    let powers = snarkjs_powers(&desk);
    // A file that lists contributions: anybody can copy such a list, so the powers are unknown
    // unless the verifier names the file's digest.
    let new = desk
        .run(format!("ceremony new --ptau {powers} --shape 4x3/1 --power-of-two-domain -o r --json"))
        .expect(0)
        .json();
    assert_eq!(new["powers_of_tau_contributions"], "follow from the first challenge");
    desk.run("ceremony contribute r --name Ada -o r1").expect(0);
    let unnamed = desk.run(format!("ceremony finish r1 --ptau {powers} -o unknown --json")).expect(0);
    assert_eq!(unnamed.json()["powers"], "unknown");
    let powers = format!("{powers} --ptau-digest {}", new["powers_of_tau_sha256"].as_str().unwrap());
    desk.run(format!("ceremony new --ptau {powers} --shape 4x3/1 --power-of-two-domain -o 0")).expect(0);
    desk.run("ceremony contribute 0 --name Ada -o 1").expect(0);
    let verified = desk.run(format!("ceremony verify 1 --ptau {powers}")).expect(0);
    assert!(verified.stdout.starts_with("VALID") && verified.stdout.contains("Ada"), "{verified:?}");
    let finished = desk.run(format!("ceremony finish 1 --ptau {powers} -o keys --json")).expect(0);
    assert!(finished.stderr.is_empty(), "no warning about keys of a ceremony: {finished:?}");
    let finished = finished.json();
    assert_eq!((&finished["provenance"], &finished["powers"]), (&"ceremony".into(), &"named".into()));
    assert!(verified.stdout.contains(finished["transcript"].as_str().unwrap()));

    desk.write(
        "p.csv",
        "date,A,B,C\n2024-01-01,10,20,30\n2024-01-02,11,19,30\n2024-01-03,10,19,33\n2024-01-04,12,18,32\n",
    );
    desk.write("b.csv", "factor,exposure\nA,1000\nB,-500\nC,250\n");
    desk.write("m.toml", "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.7\nlimit = 1000\n");
    desk.run("scenarios historical --prices p.csv -o s.scn").expect(0);
    let book = "--book b.csv --scenarios s.scn";
    desk.run(format!("commit {book} --nav 1000 -o c.json --opening o.json")).expect(0);
    let prove = |more: &str| desk.run(format!("prove {book} --opening o.json --mandate m.toml --keys keys {more}"));

    desk.run("zkey --keys keys -o k.zkey").expect(0);
    prove("--witness w.wtns").expect(0);
    snarkjs(&desk, "groth16 prove k.zkey w.wtns theirs.json signals.json");
    prove("--snarkjs-proof theirs.json -o proof.json").expect(0);
    let verified = desk.verify("proof.json", "m.toml", "keys").expect(0);
    assert!(verified.stdout.starts_with("VALID"), "{verified:?}");

    // rapidsnark leaves the curve out.
    let mut without = desk.json("theirs.json");
    without.as_object_mut().unwrap().remove("curve").unwrap();
    desk.write("without.json", without.to_string());
    prove("--snarkjs-proof without.json -o same.json").expect(0);

    // Their proof of another claim is refused, and is not written.
    desk.write("m.toml", "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.7\nlimit = 999\n");
    prove("--snarkjs-proof theirs.json -o other.json").expect(1);
    assert!(!desk.has("other.json"));
    // With a byte changed it is not a proof file.
    desk.write("theirs.json", desk.read("theirs.json").replacen("\"1\"", "\"2\"", 1));
    prove("--snarkjs-proof theirs.json -o other.json").expect(2);
}

/// A little-endian number in decimal.
fn decimal(bytes: &[u8]) -> String {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = u64::from_le_bytes(chunk.try_into().unwrap());
    }
    ark_ff::BigInt(limbs).to_string()
}
