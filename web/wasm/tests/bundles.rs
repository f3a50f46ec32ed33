//! Bundles: what nobody pinned is not verified.

use serde_json::{Value, json};
use tailproof_test_support::{Desk, MANDATE};

use crate::module::{refused, result};

#[test]
fn a_bundle_is_valid_only_with_what_the_caller_pins() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let line = format!("bundle --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys} --commitment c.json");
    let made = desk.run(format!("{line} -o b.tailproof --json")).expect(0).json();
    let bytes = desk.bytes("b.tailproof");
    let pins = json!({
        "keys": made["keys_digest"], "terms": made["mandate_digest"], "scenarios": made["scenarios_digest"],
    });
    let verify = |pins: &Value| result(&json!({ "op": "verify-bundle", "pins": pins }), &bytes);
    let all = verify(&pins);
    assert_eq!((&all["valid"], &all["from_bundle"]), (&true.into(), &json!([])));
    // The commitment in a bundle is its sender's.
    assert_eq!(all["commitment"], "the proof's own");

    for (name, what) in [("terms", "mandate"), ("scenarios", "scenario set")] {
        let mut some = pins.clone();
        some.as_object_mut().unwrap().remove(name);
        let found = verify(&some);
        assert_eq!((&found["valid"], &found["code"]), (&false.into(), &"from-bundle".into()));
        assert_eq!(found["from_bundle"], json!([what]));
    }
    for name in ["keys", "terms", "scenarios"] {
        let mut other = pins.clone();
        other[name] = "ab".repeat(32).into();
        let found = verify(&other);
        assert_eq!((&found["valid"], &found["code"]), (&false.into(), &"other-digest".into()), "{name}");
        // As the command line has it, whose exit status is 1.
        assert_eq!(found["verdict"], true, "{name}");
        other[name] = "AB".repeat(32).into();
        assert_eq!(verify(&other)["valid"], false);
    }
    let mut without = pins.clone();
    without.as_object_mut().unwrap().remove("keys");
    assert_eq!(refused(&json!({ "op": "verify-bundle", "pins": without }), &bytes), "use");

    for at in (0..bytes.len()).step_by(97) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let found = result(&json!({ "op": "verify-bundle", "pins": pins }), &changed);
        assert_eq!(found["valid"], false, "byte {at}");
    }
}
