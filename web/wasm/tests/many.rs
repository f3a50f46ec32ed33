//! Many proofs under one key in one message.

use serde_json::{Value, json};

use crate::module::{Case, answer, refused, result};

#[test]
fn each_call_of_many_has_the_result_that_it_has_alone() {
    let case = Case::new();
    let words = case.desk.run("calldata --proof p.json --json").expect(0).json();
    let terms = |more: Value| {
        let mut call = json!({ "mandate": case.request["mandate"], "scenarios": case.request["scenarios"] });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call
    };
    let base = json!({ "proof": words["proof"], "controls": words["controls"], "point": words["scenario_point"] });
    let changed = |pointer: &str| {
        let mut call = base.clone();
        *call.pointer_mut(pointer).unwrap() = format!("0x{:064x}", 7).into();
        terms(call)
    };
    // Valid in two spellings; another commitment, other limits, no point of the curve, another context.
    let calls = [
        terms(base.clone()),
        changed("/controls/0"),
        terms(json!({ "calldata": words["calldata"] })),
        changed("/controls/3"),
        changed("/proof/0"),
        terms(json!({ "calldata": words["calldata"], "context": format!("0x{:064x}", 7) })),
        terms(json!({ "calldata": words["calldata"], "commitments": [case.commitment("c.json")] })),
    ];
    let alone: Vec<Value> = calls
        .iter()
        .map(|call| {
            let mut request = call.clone();
            request["op"] = "verify-call".into();
            request["keys"] = case.request["keys"].clone();
            result(&request, &[])
        })
        .collect();
    let valid: Vec<bool> = alone.iter().map(|result| result["valid"] == true).collect();
    assert_eq!(valid, [true, false, true, false, false, false, true]);
    let codes: Vec<&str> = alone.iter().filter_map(|result| result["code"].as_str()).collect();
    assert_eq!(codes, ["proof-fails", "other-claim", "malformed", "other-claim"]);

    let of = |calls: &[Value], entropy: &str| json!({ "op": "verify-calls", "keys": case.request["keys"], "entropy": entropy, "calls": calls });
    let entropy = "5a".repeat(32);
    for length in 0..=calls.len() {
        assert_eq!(answer(&of(&calls[..length], &entropy), &[])["results"], json!(alone[..length]));
    }
    // A wrong use of the module has no results.
    assert_eq!(refused(&of(&calls, "5a"), &[]), "use");
    assert_eq!(refused(&of(&[terms(json!({ "calldata": "0x", "commitment": 1 }))], &entropy), &[]), "use");
    assert_eq!(refused(&json!({ "op": "verify-calls", "keys": case.request["keys"], "calls": calls }), &[]), "use");
    assert_eq!(refused(&of(&[json!(7)], &entropy), &[]), "use");
}
