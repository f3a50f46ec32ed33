//! `tailproof attest` and `tailproof recommit`.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use tailproof_test_support::{BOOK, Desk, MANDATE};

const STATEMENT: &str = "--commitment c.json --as-of 1790000000 --expires 2027-01-15T08:00:00Z --scope assets,nav";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    desk.commit(BOOK).expect(0);
    desk
}

fn subject(byte: &str) -> String {
    format!("--subject 0x{}", byte.repeat(32))
}

#[test]
fn every_kind_of_key_signs_and_another_statement_is_refused() {
    let desk = desk();
    for kind in ["ed25519", "p256", "secp256k1"] {
        let made = desk.run(format!("attest keygen --kind {kind} -o {kind}.key --json")).expect(0).json();
        let key = made["key"].as_str().unwrap();
        assert!(key.starts_with(&format!("{kind}:")), "{key}");
        let mode = std::fs::metadata(desk.path(&format!("{kind}.key"))).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        // A key is never replaced: by another key, or by a commitment.
        desk.run(format!("attest keygen --kind {kind} -o {kind}.key")).expect(2);
        let secret = desk.read(&format!("{kind}.key"));
        desk.run(format!("attest sign {STATEMENT} {} --key {kind}.key -o {kind}.key", subject("11"))).expect(2);
        assert_eq!(desk.read(&format!("{kind}.key")), secret);

        desk.run(format!("attest sign {STATEMENT} {} --key {kind}.key -o a.json --force", subject("11"))).expect(0);
        let shown = desk.run("attest show a.json --json").expect(0).json();
        assert_eq!(shown["key"], key);
        assert_eq!(shown["commitment"], desk.json("c.json")["commitment"]);
        assert_eq!(shown["terms"], desk.json("c.json")["factors_digest"]);
        let text = desk.run("attest show a.json").expect(0).stdout;
        let said = "as of 2026-09-21T14:13:20Z until 2027-01-15T08:00:00Z, about assets, nav of subject 0x1111";
        assert!(text.contains(&format!("attested by {key} {said}")), "{text}");

        // The way of keys elsewhere: the same digest, and the signature attached.
        let digest = desk.run(format!("attest sign {STATEMENT} {} --digest", subject("11"))).expect(0).stdout;
        assert_eq!(digest.trim(), shown["digest"]);
        let signature = shown["signature"].as_str().unwrap();
        let attach = |more: &str| {
            desk.run(format!(
                "attest attach {STATEMENT} {more} --key {key} --signature 0x{signature} -o b.json --force"
            ))
        };
        attach(&subject("11")).expect(0);
        assert_eq!(desk.read("a.json"), desk.read("b.json"));
        attach(&subject("12")).expect(2);
        attach(&format!("{} --backend halo2", subject("11"))).expect(2);

        let changed = desk.read("a.json").replace("\"as_of\": 1790000000", "\"as_of\": 1790000001");
        desk.write("changed.json", changed);
        desk.run("attest show changed.json").expect(2);
    }
}

#[test]
fn statements_without_a_meaning_are_bad_input() {
    let desk = desk();
    let subject = subject("11");
    for (from, to) in [
        ("assets,nav", "everything"),
        ("1790000000", "yesterday"),
        ("2027-01-15T08:00:00Z", "1790000000"),
        ("2027-01-15T08:00:00Z", "1800000000000"),
    ] {
        desk.run(format!("attest sign {} {subject} --digest", STATEMENT.replace(from, to))).expect(2);
    }
    for bad in ["0x11", "1111"] {
        desk.run(format!("attest sign {STATEMENT} --subject {bad} --digest")).expect(2);
    }
}

#[test]
fn a_book_is_committed_to_again_and_the_old_opening_is_kept() {
    let desk = desk();
    let (commitment, opening) = (desk.read("c.json"), desk.read("o.json"));
    let recommit = |more: &str| desk.run(format!("recommit --from o.json --scenarios s.scn {more}"));
    recommit(&format!("--book {BOOK} -o c2.json --opening o2.json")).expect(0);
    assert_ne!(desk.json("c2.json")["commitment"], desk.json("c.json")["commitment"]);
    let blinding = |name| desk.json(name)["blinding"].clone();
    assert_ne!(blinding("o2.json"), blinding("o.json"));
    assert_eq!(desk.json("o2.json")["nav_units"], desk.json("o.json")["nav_units"]);
    // The new opening opens: it can be committed from again.
    desk.run(format!("recommit --from o2.json --scenarios s.scn --book {BOOK} -o c3.json --opening o3.json")).expect(0);

    for outputs in ["-o c4.json --opening o.json", "-o c.json --opening o4.json", "-o o.json --opening o4.json"] {
        recommit(&format!("--book {BOOK} {outputs}")).expect(2);
    }
    let other = desk.read(BOOK).replacen(",", ",1", 2);
    desk.write("other.csv", other);
    let refused = recommit("--book other.csv -o c4.json --opening o4.json").expect(2);
    assert!(!refused.stderr.is_empty() && !desk.has("c4.json") && !desk.has("o4.json"), "{refused:?}");
    assert_eq!((desk.read("c.json"), desk.read("o.json")), (commitment, opening));
}

/// Returns the line of the attestation in a verdict.
fn attestation(verdict: &Value) -> &Value {
    verdict["rests_on"].as_array().unwrap().iter().find(|thing| thing["what"] == "attestation").unwrap()
}

/// An attestation that was asked for and is absent, expired, revoked, of another entity or book:
/// the verdict is not valid, whatever else holds.
#[test]
fn a_verdict_rests_on_the_attestors_who_are_asked_for() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let mut attestors = Vec::new();
    for name in ["custodian", "auditor"] {
        let made = desk.run(format!("attest keygen -o {name}.key --json")).expect(0).json();
        attestors.push(made["key"].as_str().unwrap().to_owned());
        let sign = format!("attest sign {STATEMENT} {} --key {name}.key -o {name}.json", subject("11"));
        desk.run(sign).expect(0);
    }
    let verify = |more: &str| {
        let files = format!("--proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys}");
        desk.run(format!("verify {files} --json {more}"))
    };
    let nobody = verify("").expect(0).json();
    assert_eq!(
        (&attestation(&nobody)["how"], &attestation(&nobody)["note"]),
        (&"not checked".into(), &"attested by nobody".into())
    );
    assert_eq!(nobody["security_bits"], 100);

    let at = "--at 2026-12-01T00:00:00Z";
    let custodian = format!("--attested-by {} --attestation custodian.json", attestors[0]);
    let verdict = verify(&format!("{custodian} {at}")).expect(0).json();
    assert_eq!(attestation(&verdict)["how"], "compared");
    let note = attestation(&verdict)["note"].as_str().unwrap();
    assert!(note.starts_with(&format!("attested by {} as of", attestors[0])), "{note}");
    let digest = desk.run("attest show custodian.json --json").expect(0).json()["digest"].as_str().unwrap().to_owned();
    assert_eq!(attestation(&verdict)["digest"].as_str().map(|digest| format!("0x{digest}")), Some(digest.clone()));
    let both = format!("{custodian} --attested-by {} --attestation auditor.json {at}", attestors[1]);
    verify(&both).expect(0);

    desk.write("revoked.txt", format!("# leaked\n{digest}\n"));
    for (refused, reason) in [
        (format!("{custodian} --attested-by {} {at}", attestors[1]), "no attestation of it is given"),
        (format!("{custodian} --at 2027-02-01T00:00:00Z"), "expired"),
        (format!("{custodian} --at 2026-01-01T00:00:00Z"), "later than the time asked about"),
        (format!("{custodian} {at} --revoked revoked.txt"), "revoked"),
        (format!("{custodian} {at} {}", subject("12")), "subject"),
    ] {
        let refused = verify(&refused).expect(1);
        assert_eq!(refused.json()["valid"], false);
        assert!(refused.stderr.contains(reason), "{reason}: {refused:?}");
    }
    // The same book, committed to again: another commitment.
    desk.run(format!("recommit --from o.json --book {BOOK} --scenarios s.scn -o c2.json --opening o2.json")).expect(0);
    desk.run(format!(
        "prove --book {BOOK} --opening o2.json --scenarios s.scn --mandate {MANDATE} --keys {keys} -o p.json"
    ))
    .expect(0);
    assert!(verify(&format!("{custodian} {at}")).expect(1).stderr.contains("it is about commitment"));
}

/// Before, a second statement took the place of the first, which somebody had signed.
#[test]
fn an_attestation_is_replaced_only_by_force() {
    let desk = desk();
    desk.run("attest keygen -o a.key").expect(0);
    let line = |expires: &str| {
        format!(
            "attest sign --commitment c.json --subject 0x{} --as-of 2026-01-01T00:00:00Z --expires {expires} --scope assets \
             --key a.key -o a.json",
            "11".repeat(32)
        )
    };
    let (first, second) = (line("2027-01-01T00:00:00Z"), line("2028-01-01T00:00:00Z"));
    let signed = desk.run(format!("{first} --json")).expect(0).json();
    let before = desk.read("a.json");
    let refused = desk.run(&second).expect(2);
    assert!(refused.stderr.contains("a.json exists") && refused.stderr.contains("--force"), "{refused:?}");
    let text = |field: &str| signed[field].as_str().unwrap().to_owned();
    let statement =
        first.replace("attest sign", "attest attach").replace("--key a.key", &format!("--key {}", text("key")));
    let attach = format!("{statement} --signature {}", text("signature"));
    assert!(desk.run(&attach).expect(2).stderr.contains("--force"));
    assert_eq!(desk.read("a.json"), before);
    desk.run(format!("{second} --force")).expect(0);
    assert_ne!(desk.read("a.json"), before);
    desk.run(format!("{attach} --force")).expect(0);
    assert_eq!(desk.read("a.json"), before);
    // Force replaces an attestation, and nothing else.
    desk.run(format!("{second} --force -o c.json").replacen(" -o a.json", "", 1)).expect(2);
}
