//! Whether a mandate allows a scenario set, before any proof.

use serde_json::{Value, json};
use tailproof_test_support::MANDATE;

use crate::module::{Case, answer, refused};

#[test]
fn a_mandate_says_which_sets_it_allows() {
    let case = Case::new();
    let text = String::from_utf8(case.desk.bytes(MANDATE)).unwrap();
    let set = answer(&json!({ "op": "scenarios" }), &case.desk.bytes("s.scn"));
    let of = |rule: &str| {
        let text = format!("{text}\n{rule}\n");
        let mandate = answer(&json!({ "op": "mandate" }), text.as_bytes());
        assert_eq!(mandate["has_scenario_rule"], !rule.is_empty(), "{rule}");
        answer(&json!({ "op": "allows", "mandate": mandate["handle"], "scenarios": set["handle"] }), &[])
    };
    let said = |answer: &Value| (answer["allowed"] == true, answer["verdict"] == true, answer["code"].clone());
    assert_eq!(said(&of("")), (true, true, Value::Null));
    let named = of(&format!("[scenarios]\ndigest = {}", set["digest"]));
    assert_eq!(said(&named), (true, true, Value::Null));
    let other = of(&format!("[scenarios]\ndigest = \"{}\"", "0".repeat(64)));
    assert_eq!(said(&other), (false, true, "scenarios-not-allowed".into()));
    assert!(other["reason"].as_str().unwrap().contains(set["digest"].as_str().unwrap()), "{other}");
    // Only the header shows that the set is historical.
    assert_eq!(said(&of("[scenarios]\nkind = \"historical\"")), (false, true, "scenarios-not-settled".into()));
    assert_eq!(said(&of("[scenarios]\nkind = \"stress\"")), (false, true, "scenarios-not-allowed".into()));
    // A rule by the name alone: the set has moves over one day.
    let named = |name: &str| {
        let text = text.replacen("Example equity mandate", name, 1);
        let mandate = answer(&json!({ "op": "mandate" }), text.as_bytes());
        assert_eq!((&mandate["name"], &mandate["has_scenario_rule"]), (&json!(name), &json!(true)));
        answer(&json!({ "op": "allows", "mandate": mandate["handle"], "scenarios": set["handle"] }), &[])
    };
    for name in ["FRTB expected shortfall", "UCITS absolute VaR", "Rule 18f-4"] {
        assert_eq!(said(&named(name)), (false, true, "scenarios-not-allowed".into()), "{name}");
    }
    // One that asks nothing of scenarios is compared too.
    assert_eq!(said(&named("AIFMD")), (true, true, Value::Null));
    assert_eq!(refused(&json!({ "op": "allows", "scenarios": set["handle"] }), &[]), "use");
    assert_eq!(refused(&json!({ "op": "allows", "keys": 1 }), &[]), "use");
}
