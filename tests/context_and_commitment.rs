//! The things that a proof is bound to: its claim, a context, a commitment, a scenario point, an opening.

use serde_json::{Value, json};
use tailproof_test_support::{BOOK, Desk, MANDATE, PRICES};

const SHAPE: &str = "8x20";

#[test]
fn contexts_commitments_and_scenario_points_are_compared() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let context = format!("0x{:064x}", 77);
    let public = format!("--scenarios s.scn --mandate {MANDATE} --keys {keys}");
    let verify = |more: &str| desk.run(format!("verify {public} --json --proof {more}"));
    verify("p.json --commitment c.json").expect(0);
    let refused = verify(&format!("p.json --context {context}")).expect(1);
    assert_eq!(refused.json()["valid"], false);
    desk.run(format!("prove --book {BOOK} --opening o.json {public} --context {context} -o bound.json")).expect(0);
    let bound = verify(&format!("bound.json --context {context}")).expect(0);
    assert_eq!(bound.json()["valid"], true);
    verify("bound.json").expect(1);
    verify("bound.json --context 77").expect(2);

    let point = desk.run(format!("scenarios point s.scn --keys {keys}")).expect(0).stdout;
    verify(&format!("p.json --scenario-point {point}")).expect(0);
    let generator = format!("0x{:064x}{:064x}", 1, 2);
    verify(&format!("p.json --scenario-point {generator}")).expect(1);
    verify(&format!("p.json --scenario-point {}", &generator[..100])).expect(2);

    desk.commit(BOOK).expect(0);
    let refused = verify("p.json --commitment c.json").expect(1);
    assert!(refused.stderr.contains("commitment"), "{refused:?}");
}

#[test]
fn well_formed_proofs_of_other_claims_are_not_valid() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    desk.verify("p.json", MANDATE, &keys).expect(0);
    let json = desk.json("p.json");
    let five = || Value::from(format!("0x{:064x}", 5));
    for (pointer, value) in [
        ("/proof/a", json["proof"]["c"].clone()),
        ("/commitment", five()),
        ("/context", five()),
        ("/controls/3", five()),
        ("/scenario_point", json["proof"]["a"].clone()),
        ("/claim/mandate", "Another".into()),
        ("/claim/clauses/0", "99 % VaR <= 1 % of NAV".into()),
        ("/claim/unit", "0.02".into()),
        ("/claim/scenarios", 9.into()),
        ("/claim/factors/0", "MSFT2".into()),
    ] {
        let mut changed = json.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        desk.write("other.json", changed.to_string());
        let refused = desk.verify("other.json", MANDATE, &keys).expect(1);
        assert!(refused.stderr.starts_with("warning") && refused.stderr.contains("NOT VALID"), "{refused:?}");
    }
    // The same proof over another scenario set of the same size.
    desk.run(format!("scenarios historical --prices {PRICES} --window 8 --horizon 5 -o s.scn")).expect(0);
    desk.verify("p.json", MANDATE, &keys).expect(1);
}

#[test]
fn openings_that_do_not_match_are_refused_without_showing_them() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let honest = desk.read("o.json");
    let json = desk.json("o.json");
    let blinding = json["blinding"].as_str().unwrap().to_owned();
    let changes = [
        ("/blinding", json!(format!("0x{:064x}", 5))),
        ("/nav_units", json!("1000000001")),
        ("/unit", json!("0.02")),
        ("/commitment", json!(format!("0x{:064x}", 5))),
        ("/factors_digest", json!("00".repeat(32))),
        ("/blinding", json!("0x12345678")),
        ("/version", json!(9)),
    ];
    for (pointer, value) in changes {
        let mut changed = json.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        desk.write("o.json", changed.to_string());
        let refused = desk.prove(BOOK, MANDATE, &keys).expect(2);
        assert!(!refused.stderr.contains(&blinding[2..]), "{refused:?}");
    }
    desk.write("o.json", honest.replace(&blinding[10..], "zz"));
    let refused = desk.prove(BOOK, MANDATE, &keys).expect(2);
    assert!(!refused.stderr.contains(&blinding[2..10]), "{refused:?}");
    desk.write("o.json", &honest);
    // Another book under the same opening.
    desk.write("book.csv", desk.read(BOOK).replace("1250000", "1250001"));
    let refused = desk.prove("book.csv", MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("does not open"), "{refused:?}");
}
