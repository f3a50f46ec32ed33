//! Claims over one scenario set: its point is computed once.

use std::sync::Arc;

use serde_json::json;
use tailproof_core::Mandate;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_test_support::{Desk, MANDATE};
use tailproof_verifier::keys::decode_verifying_key;
use tailproof_verifier::{Claim, Groth16, Verifier};

use crate::module::{Case, SHAPE, answer, refused, result};

/// A scenario point is shared by claims over one set, and by no others.
#[test]
fn claims_over_one_set_share_its_point_and_keep_their_verdicts() {
    let case = Case::new();
    let text = case.desk.read(MANDATE);
    let other = answer(&json!({ "op": "mandate" }), text.replacen("0.99", "0.98", 1).as_bytes());
    let of_other = case.with(json!({ "mandate": other["handle"] }));
    for _ in 0..2 {
        assert_eq!(case.verify("p.json", json!({}))["valid"], true);
        assert_eq!(result(&of_other, &case.desk.bytes("p.json"))["code"], "other-claim");
    }
    answer(&json!({ "op": "release", "handle": case.request["scenarios"] }), &[]);
    assert_eq!(refused(&case.request, &case.desk.bytes("p.json")), "use");
}

/// Whoever prepares claims beside each other gets one point for one key and the same inputs.
#[test]
fn what_is_prepared_is_shared_for_the_same_keys_and_inputs_only() {
    let desk = Desk::proved(SHAPE);
    let keys = |shape: &str| {
        let file = desk.bytes(&format!("{}/verifying.key", desk.keys(shape)));
        Verifier::<Groth16>::new(decode_verifying_key(&file).unwrap())
    };
    let (verifier, larger) = (keys(SHAPE), keys("9x20"));
    let set = Arc::new(scenario_file::decode("s.scn", &desk.bytes("s.scn")).unwrap().0);
    let text = desk.read(MANDATE);
    let claim = |text: &str| Claim::market(Mandate::from_toml("m.toml", text).unwrap(), set.clone()).unwrap();
    let (first, second) = (claim(&text), claim(&text.replacen("0.99", "0.98", 1)));
    let prepared = verifier.prepare(&first).unwrap();
    let known = [prepared.scenarios().clone()];
    let beside = verifier.prepare_beside(&second, &known).unwrap();
    assert!(Arc::ptr_eq(beside.scenarios(), &known[0]));
    assert_eq!(beside.scenario_point(), verifier.prepare(&second).unwrap().scenario_point());
    let of_larger = larger.prepare_beside(&first, &known).unwrap();
    assert!(!Arc::ptr_eq(of_larger.scenarios(), &known[0]));
}
