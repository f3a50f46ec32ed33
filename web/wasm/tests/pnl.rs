//! P&L vectors: the module's words on their commitments, and its verdicts.

use serde_json::json;
use tailproof_test_support::Desk;

use crate::module::{Case, answer, result, sha256};
use crate::verdicts::same;

const MANDATE: &str =
    "name = \"Gains\"\n[scenarios]\nkind = \"pnl\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 41250.75\n";

/// A desk with a proof about the worst of three days.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("pnl.csv", "date,pnl\n2022-12-23,12500.25\n2022-12-27,-41250.75\n2022-12-28,18903.10\n");
    desk.write("m.toml", MANDATE);
    desk.run("scenarios pnl --pnl pnl.csv --source 'Options desk' -o s.scn").expect(0);
    desk.run("commit --pnl pnl.csv --scenarios s.scn --nav 1000000 -o c.json --opening o.json").expect(0);
    desk
}

#[test]
fn a_commitment_says_whether_it_is_of_a_vector() {
    let about = answer(&json!({ "op": "commitment" }), &desk().bytes("c.json"));
    assert_eq!((&about["of"], &about["is_pnl"]), (&"book".into(), &true.into()));
    assert_eq!(about["factors"], json!(["Options desk", "2022-12-23", "2022-12-27", "2022-12-28"]));
    let book = answer(&json!({ "op": "commitment" }), &Desk::proved("8x20").bytes("c.json"));
    assert_eq!((&book["of"], &book["is_pnl"]), (&"book".into(), &false.into()));
}

#[test]
fn verdicts_over_a_vector_are_those_of_the_command() {
    let desk = desk();
    let keys = desk.keys("3pnl/1");
    desk.prove("pnl.csv", "m.toml", &keys).expect(0);
    let key = desk.bytes(&format!("{keys}/verifying.key"));
    let handle = |op: &str, file: &[u8]| answer(&json!({ "op": op }), file)["handle"].clone();
    let with = |mandate: &[u8]| {
        json!({
            "op": "verify",
            "keys": answer(&json!({ "op": "keys", "digest": sha256(&key) }), &key)["handle"],
            "scenarios": handle("scenarios", &desk.bytes("s.scn")),
            "mandate": handle("mandate", mandate),
            "commitments": [handle("commitment", &desk.bytes("c.json"))],
        })
    };
    let line = |mandate: &str| {
        format!("verify --proof p.json --scenarios s.scn --mandate {mandate} --keys {keys} --commitment c.json --json")
    };
    let request = with(MANDATE.as_bytes());
    let found = result(&request, &desk.bytes("p.json"));
    assert!(found["over"].as_str().unwrap().contains("the committed P&L vector of \"Options desk\""), "{found}");
    same(&desk.run(line("m.toml")).expect(0), found);

    let tighter = MANDATE.replace("41250.75", "41250.74");
    desk.write("tighter.toml", &tighter);
    same(&desk.run(line("tighter.toml")).expect(1), result(&with(tighter.as_bytes()), &desk.bytes("p.json")));

    // A commitment to a vector is none to the book of another proof.
    let book = Case::new();
    let found = book.verify("p.json", json!({ "commitments": request["commitments"] }));
    assert_eq!((&found["valid"], &found["code"]), (&false.into(), &"other-commitment".into()), "{found}");
}
