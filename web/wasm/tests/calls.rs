//! Proofs in the words of a contract.

use serde_json::{Value, json};

use crate::module::{Case, result};

/// A case, and the words of its proof as `tailproof calldata` prints them.
fn words() -> (Case, Value) {
    let case = Case::new();
    let words = case.desk.run("calldata --proof p.json --json").expect(0).json();
    (case, words)
}

#[test]
fn a_proof_in_words_has_the_verdict_of_its_file() {
    let (case, words) = words();
    let file = case.verify("p.json", json!({}));
    let of_call = |more: Value| {
        let mut request = case.with(more);
        request["op"] = "verify-call".into();
        result(&request, &[])
    };
    let (proof, controls, point) = (&words["proof"], &words["controls"], &words["scenario_point"]);
    assert_eq!(of_call(json!({ "proof": proof, "controls": controls })), file);
    assert_eq!(of_call(json!({ "proof": proof, "controls": controls, "point": point })), file);
    assert_eq!(of_call(json!({ "calldata": words["calldata"] })), file);
    let compared = json!({ "calldata": words["calldata"], "commitments": [case.commitment("c.json")] });
    assert_eq!(of_call(compared)["commitment"], "compared");
}

#[test]
fn every_word_counts_and_has_one_form() {
    let (case, words) = words();
    let of_call = |more: Value| {
        let mut request = case.with(more);
        request["op"] = "verify-call".into();
        result(&request, &[])
    };
    let base = json!({ "proof": words["proof"], "controls": words["controls"], "point": words["scenario_point"] });
    for (name, number) in [("proof", 8), ("controls", 4), ("point", 2)] {
        for index in 0..number {
            let pointer = format!("/{name}/{index}");
            let word = base.pointer(&pointer).unwrap().as_str().unwrap();
            let last = if word.ends_with('1') { '2' } else { '1' };
            for changed in [
                format!("{}{last}", &word[..65]),
                format!("0x{}", "f".repeat(64)),
                word[..65].to_owned(),
                word.to_uppercase(),
                String::new(),
            ] {
                let mut call = base.clone();
                *call.pointer_mut(&pointer).unwrap() = changed.clone().into();
                let refused = of_call(call);
                assert_eq!(refused["valid"], false, "{pointer} {changed}: {refused}");
            }
        }
        let mut call = base.clone();
        call[name].as_array_mut().unwrap().pop();
        assert_eq!(of_call(call)["code"], "malformed", "{name}");
    }
    // The commitment is a control: with another one, the proof fails.
    let mut call = base.clone();
    call["controls"][0] = format!("0x{:064x}", 7).into();
    assert_eq!(
        (of_call(call.clone())["code"].as_str(), &of_call(call)["verdict"]),
        (Some("proof-fails"), &true.into())
    );
    // The limits are the mandate's.
    let mut call = base;
    call["controls"][3] = format!("0x{:064x}", 7).into();
    assert_eq!(of_call(call)["code"], "other-claim");
    let data = words["calldata"].as_str().unwrap();
    for changed in [&data[..data.len() - 2], "0x", "0x00000000", "zz"] {
        assert_eq!(of_call(json!({ "calldata": changed }))["code"], "malformed", "{changed}");
    }
    // One spelling: with 0x, in small letters.
    for spelled in [data[2..].to_owned(), format!("0x{}", data[2..].to_uppercase())] {
        assert_eq!(of_call(json!({ "calldata": spelled }))["code"], "malformed", "{spelled}");
    }
}
