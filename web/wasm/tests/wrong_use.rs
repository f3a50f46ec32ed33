//! Wrong uses of the module are named, and nothing else is.

use serde_json::{Value, json};

use crate::module::{Case, answer, message, refused, result, send, send_bytes};

#[test]
fn messages_that_are_none() {
    for bytes in
        [&b""[..], b"\0", b"\xff\xff\xff\xff{}", b"\x05\0\0\0{}", b"\x02\0\0\0[]", b"\x02\0\0\0{}", b"\x01\0\0\0{"]
    {
        let answer = send_bytes(bytes);
        assert_eq!((&answer["ok"], &answer["code"]), (&false.into(), &"use".into()), "{bytes:?}");
    }
    // JSON so deep that a reader without a limit would overflow its stack.
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bytes = [&u32::try_from(deep.len()).unwrap().to_le_bytes()[..], deep.as_bytes()].concat();
    assert_eq!(send_bytes(&bytes)["code"], "use");
}

#[test]
fn unknown_operations_fields_and_handles() {
    let case = Case::new();
    let proof = case.desk.bytes("p.json");
    for request in [
        json!({ "op": "prove" }),
        json!({ "op": 7 }),
        json!({}),
        json!({ "op": "keys" }),
        json!({ "op": "keys", "digest": "ab" }),
        json!({ "op": "release" }),
        json!({ "op": "release", "handle": 10_000 }),
        json!({ "op": "release", "handle": -1 }),
        case.with(json!({ "comitments": [] })),
        case.with(json!({ "keys": 10_000 })),
        case.with(json!({ "keys": null })),
        case.with(json!({ "keys": case.request["mandate"] })),
        case.with(json!({ "mandate": case.request["keys"] })),
        case.with(json!({ "mandate": null })),
        case.with(json!({ "deal": case.request["mandate"] })),
        case.with(json!({ "scenarios": null })),
        case.with(json!({ "commitments": [case.request["mandate"]] })),
        case.with(json!({ "commitments": 7 })),
        case.with(json!({ "scenario_point": ["0x1"] })),
        case.with(json!({ "attestors": { "keys": [], "at": 1 } })),
        case.with(json!({ "attestors": { "keys": [] } })),
        case.with(json!({ "attestors": { "keys": [], "at": 1, "by": "" } })),
        json!({ "op": "verify-bundle" }),
    ] {
        assert_eq!(refused(&request, &proof), "use", "{request}");
    }
    let mut with_file = case.with(json!({ "calldata": "0x" }));
    with_file["op"] = "verify-call".into();
    assert_eq!(refused(&with_file, &proof), "use");
    with_file["proof"] = json!(["0x"]);
    assert_eq!(refused(&with_file, &[]), "use");
    assert_eq!(refused(&json!({ "op": "about" }), &proof), "use");
}

#[test]
fn a_released_thing_is_gone_and_its_number_is_not_used_again() {
    let case = Case::new();
    let proof = case.desk.bytes("p.json");
    assert_eq!(result(&case.request, &proof)["valid"], true);
    let handle = case.request["scenarios"].clone();
    answer(&json!({ "op": "release", "handle": handle }), &[]);
    assert_eq!(refused(&case.request, &proof), "use", "the prepared claim is gone with its scenarios");
    assert_eq!(refused(&json!({ "op": "release", "handle": handle }), &[]), "use");
    let again = answer(&json!({ "op": "scenarios" }), &case.desk.bytes("s.scn"))["handle"].clone();
    assert_ne!(again, handle);
    assert_eq!(result(&case.with(json!({ "scenarios": again })), &proof)["valid"], true);
}

#[test]
fn the_module_says_its_versions() {
    let about = answer(&json!({ "op": "about" }), &[]);
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(about["backends"], json!(["groth16-bn254", "halo2-ipa-pasta"]));
    assert!(about["formats"].as_object().unwrap().values().all(Value::is_u64));
}

#[test]
fn an_answer_is_that_of_its_message_alone() {
    let case = Case::new();
    let proof = case.desk.bytes("p.json");
    let first = send(&case.request, &proof);
    send_bytes(&message(&case.request, b"{}"));
    refused(&case.with(json!({ "keys": 9_999 })), &proof);
    assert_eq!(send(&case.request, &proof), first);
}
