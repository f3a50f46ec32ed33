//! snarkjs, a verifier that nobody here wrote, accepts the true proof and nothing near it.
#![allow(clippy::unwrap_used)]

mod support;

use std::process::Command;

use ark_bn254::Fq;
use ark_ff::{BigInteger, PrimeField};
use serde_json::{Value, json};
use support::{Desk, contracts, keys, node};

/// Scenarios, keys and a proof in the layout of snarkjs, in the folder `snarkjs`.
fn exported() -> Desk {
    let keys = keys("8x20");
    let desk = Desk::proved("8", &keys);
    let keys = keys.to_str().unwrap();
    desk.run(&["snarkjs", "--proof", "p.json", "--scenarios", "s.scn", "--keys", keys, "-o", "snarkjs"]).expect(0);
    desk
}

/// The verdicts of snarkjs on pairs of public signals and proofs.
fn verdicts(desk: &Desk, cases: &[(Value, Value)]) -> Vec<bool> {
    let key: Value = serde_json::from_str(&desk.read("snarkjs/verification_key.json")).unwrap();
    let cases: Vec<Value> =
        cases.iter().map(|(signals, proof)| json!({ "signals": signals, "proof": proof })).collect();
    let input = json!({ "key": key, "cases": cases }).to_string();
    let verdicts = node(&["test/snarkjs-verify.js"], &input).expect(0).json();
    serde_json::from_value(verdicts).unwrap()
}

#[test]
fn the_command_of_snarkjs_accepts_the_true_proof() {
    let desk = exported();
    let output = Command::new("node")
        .arg(contracts().join("node_modules/snarkjs/cli.js"))
        .args(["groth16", "verify"])
        .args(["verification_key.json", "public.json", "proof.json"].map(|name| desk.path("snarkjs").join(name)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("OK!"), "snarkjs says: {said}");
}

#[test]
fn snarkjs_rejects_the_proof_with_any_byte_changed() {
    let desk = exported();
    let signals: Value = serde_json::from_str(&desk.read("snarkjs/public.json")).unwrap();
    let proof: Value = serde_json::from_str(&desk.read("snarkjs/proof.json")).unwrap();
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
    let proof: Value = serde_json::from_str(&desk.read("snarkjs/proof.json")).unwrap();
    assert_eq!(signals.len(), 5 + 8 * 22);
    // Each control, the factors, a scenario entry, xi and a weight.
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

/// A little-endian number in decimal.
fn decimal(bytes: &[u8]) -> String {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = u64::from_le_bytes(chunk.try_into().unwrap());
    }
    ark_ff::BigInt(limbs).to_string()
}
