//! Keys and proofs of halo2.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tailproof_test_support::MANDATE;

use crate::module::{Case, answer, refused, result, send};
use crate::verdicts::{changed, leaves, same};

#[test]
fn a_proof_and_spoiled_copies_of_it() {
    let case = Case::of_halo2();
    let command = |proof: &str, more: &str| {
        case.desk.run(format!(
            "verify --proof {proof} --scenarios s.scn --mandate {MANDATE} --keys {} --json {more}",
            case.keys
        ))
    };
    same(&command("p.json", ""), case.verify("p.json", json!({})));
    let commitment = case.commitment("c.json");
    let compared = case.verify("p.json", json!({ "commitments": [commitment] }));
    same(&command("p.json", "--commitment c.json"), compared.clone());
    let of = |name: &str| compared[name].clone();
    assert_eq!([of("valid"), of("commitment"), of("keys")], [json!(true), json!("compared"), json!("derived")]);

    let honest = case.desk.json("p.json");
    // The command derives its key for each.
    let asked = ["/version", "/backend", "/keys", "/claim/unit", "/commitment", "/context", "/proof"];
    let mut found = 0;
    for pointer in leaves(&honest) {
        case.desk.write("changed.json", changed(&honest, &pointer).to_string());
        let module = case.verify("changed.json", json!({}));
        assert_eq!(module["valid"], false, "{pointer}: {module}");
        if asked.contains(&&pointer[..]) {
            found += 1;
            same(&command("changed.json", ""), module);
        }
    }
    assert_eq!(found, asked.len());
    let word = format!("0x{:064x}", 7);
    same(&command("p.json", &format!("--context {word}")), case.verify("p.json", json!({ "context": word })));
    let point = json!({ "scenario_point": [format!("0x{:064x}", 1), format!("0x{:064x}", 2)] });
    let module = case.verify("p.json", point);
    assert_eq!((&module["code"], &module["verdict"]), (&"other-backend".into(), &false.into()), "{module}");
    same(&command("p.json", &format!("--scenario-point 0x{:064x},0x{:064x}", 1, 2)), module);
}

#[test]
fn keys_of_one_proof_system_check_no_proof_of_the_other() {
    let (groth16, halo2) = (Case::new(), Case::of_halo2());
    for (case, other) in [(&groth16, &halo2), (&halo2, &groth16)] {
        let module = result(&case.with(json!({ "keys": other.request["keys"] })), &case.desk.bytes("p.json"));
        assert_eq!((&module["code"], &module["verdict"]), (&"other-backend".into(), &false.into()), "{module}");
    }
    let mut call = halo2.with(json!({ "calldata": "0x" }));
    call["op"] = "verify-call".into();
    assert_eq!(result(&call, &[])["code"], "other-backend");
    let many = json!({ "op": "verify-calls", "keys": halo2.request["keys"], "entropy": "5a".repeat(32), "calls": [] });
    assert_eq!(refused(&many, &[]), "other-backend");
    let unknown = changed(&halo2.desk.json("p.json"), "/backend").to_string();
    assert_eq!(result(&halo2.request, unknown.as_bytes())["code"], "other-backend");
}

/// A key file with other bytes from `at` on, and the seal that belongs to them.
fn sealed(file: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    let length = file.len() - 32;
    let seal = Sha256::digest(&file[..length]);
    file[length..].copy_from_slice(&seal);
    file
}

/// Nothing is checked under a key that was not derived from its circuit.
#[test]
fn a_key_that_is_not_derived_from_its_circuit_is_refused() {
    let case = Case::of_halo2();
    let file = case.desk.bytes(&format!("{}/halo2.key", case.keys));
    let digest = case.desk.json("p.json")["keys"].clone();
    let said = |file: &[u8], digest: &Value| {
        let answer = send(&json!({ "op": "keys", "digest": digest }), file);
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("reason"))
    };
    let about = answer(&json!({ "op": "keys", "digest": digest }), &file);
    assert_eq!((&about["kind"], &about["digest"]), (&"derived".into(), &digest));
    assert_eq!((&about["development"], &about["header_says"]), (&false.into(), &Value::Null));

    // Another digest is refused before anything is derived, and one that the file states is compared after it.
    let other = json!("ab".repeat(32));
    let (code, reason) = said(&file, &other);
    assert_eq!(code, "other-digest");
    assert!(reason.contains(digest.as_str().unwrap()), "{reason}");
    let stated = sealed(&file, 24, &[0xab; 32]);
    assert_eq!(said(&stated, &digest).0, "other-digest");
    let (code, reason) = said(&stated, &other);
    assert_eq!(code, "malformed");
    assert!(reason.contains("key digest"), "{reason}");

    // Another shape of as many rows, under the pinned digest.
    let (code, reason) = said(&sealed(&file, 12, &7u32.to_le_bytes()), &digest);
    assert_eq!(code, "malformed");
    assert!(reason.contains("key digest"), "{reason}");
    // Generators in another order; one in another's place; no point at all.
    let swapped = [&file[88..120], &file[56..88]].concat();
    for bytes in [&swapped, &file[88..120], &[0xff; 32]] {
        let (code, reason) = said(&sealed(&file, 56, bytes), &digest);
        assert_eq!(code, "malformed");
        assert!(reason.contains("generators"), "{reason}");
    }
    let mut unsealed = file.clone();
    unsealed[100] ^= 1;
    for file in [&unsealed[..], &file[..file.len() - 1], &file[..60], &file[..8]] {
        assert_eq!(said(file, &digest).0, "malformed");
    }
}

#[test]
fn a_bundle_is_valid_only_with_what_the_caller_pins() {
    let case = Case::of_halo2();
    let line = format!("bundle --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {}", case.keys);
    let made = case.desk.run(format!("{line} --commitment c.json -o b.tailproof --json")).expect(0).json();
    let bytes = case.desk.bytes("b.tailproof");
    let pins = json!({
        "keys": made["keys_digest"], "terms": made["mandate_digest"], "scenarios": made["scenarios_digest"],
    });
    let verify = |pins: &Value| result(&json!({ "op": "verify-bundle", "pins": pins }), &bytes);
    let all = verify(&pins);
    assert_eq!((&all["valid"], &all["from_bundle"]), (&true.into(), &json!([])), "{all}");
    let digests = ["keys", "terms", "scenarios"].map(|name| pins[name].as_str().unwrap());
    let [keys, terms, scenarios] = digests;
    let command = format!("--keys-digest {keys} --mandate-digest {terms} --scenarios-digest {scenarios}");
    same(&case.desk.run(format!("verify b.tailproof {command} --json")), all);
    let mut some = pins.clone();
    some.as_object_mut().unwrap().remove("scenarios");
    assert_eq!(verify(&some)["code"], "from-bundle");
    let mut other = pins;
    other["keys"] = "ab".repeat(32).into();
    let found = verify(&other);
    assert_eq!((&found["code"], &found["verdict"]), (&"other-digest".into(), &true.into()));
    for at in (0..bytes.len()).step_by(4999) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(result(&json!({ "op": "verify-bundle", "pins": some }), &changed)["valid"], false, "byte {at}");
    }
}
