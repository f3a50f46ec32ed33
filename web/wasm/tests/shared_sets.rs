//! Claims over one scenario set: its point is computed once.

use serde_json::json;
use tailproof_test_support::MANDATE;

use crate::module::{Case, answer, refused, result};

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
