//! A proof with everything public about it in one file, and what a verifier takes from it.

use tailproof::bundle::{Bundle, BundleError, Terms};
use tailproof_test_support::{BOOK, DEAL, Desk, LOANS, MANDATE, Run};

/// A desk with `b.tailproof`, and the digests of its keys, mandate and set.
fn bundled() -> (Desk, [String; 3]) {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let line = format!("bundle --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys} --commitment c.json");
    let made = desk.run(format!("{line} -o b.tailproof --json")).expect(0).json();
    let digest = |name: &str| made[name].as_str().unwrap().to_owned();
    (desk, ["keys_digest", "mandate_digest", "scenarios_digest"].map(digest))
}

#[test]
fn a_bundle_is_valid_only_with_what_the_caller_knows() {
    let (desk, [keys, mandate, set]) = bundled();
    let all =
        [format!("--keys-digest {keys}"), format!("--mandate-digest {mandate}"), format!("--scenarios-digest {set}")];
    let verify = |options: &[String]| desk.run(format!("verify b.tailproof {} --json", options.join(" ")));
    assert_eq!(verify(&all).expect(0).json()["valid"], true);
    for (index, what) in ["keys", "mandate", "scenario set"].into_iter().enumerate() {
        let mut some = all.to_vec();
        some.remove(index);
        let found = verify(&some).expect(1).json();
        assert_eq!((&found["valid"], &found["from_bundle"]), (&false.into(), &serde_json::json!([what])));
        let mut other = all.to_vec();
        let option = other[index].split(' ').next().unwrap().to_owned();
        other[index] = format!("{option} {}", "ab".repeat(32));
        assert_eq!(verify(&other).expect(1).json()["valid"], false, "{what}");
    }
    let shown = desk.run("verify b.tailproof").expect(1);
    assert!(shown.stdout.starts_with("from the bundle") && shown.stderr.contains("NOT VALID"), "{shown:?}");
    // Files of the caller's own, and prices that make the set again, count as much as digests.
    let own = format!("--mandate {MANDATE} --keys {} --prices given/prices.csv", desk.keys("8x20"));
    assert!(desk.run(format!("verify b.tailproof {own}")).expect(0).stdout.starts_with("VALID"));
}

#[test]
fn a_mandate_that_names_its_set_settles_it() {
    let (desk, [keys, _, set]) = bundled();
    desk.write("m.toml", format!("{}\n[scenarios]\ndigest = \"{set}\"\n", desk.read(MANDATE)));
    let line = format!("--scenarios s.scn --mandate m.toml --keys {}", desk.keys("8x20"));
    let prove = format!("prove --book given/book.csv --opening o.json {line} -o p.json --bundle n.tailproof");
    desk.run(prove).expect(0);
    desk.run(format!("verify n.tailproof --keys-digest {keys} --mandate m.toml")).expect(0);
    desk.run(format!("verify n.tailproof --keys-digest {keys}")).expect(1);
}

/// What a deal's bundle needs to be valid, and what it is called where it is missing.
#[test]
fn a_bundle_of_a_deal_is_valid_only_with_what_the_caller_knows() {
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys("200loans+pool+32x7/2tranches");
    let line = "prove --pool loans.csv --deal deal.toml --opening o.json --scenarios c.scn";
    desk.run(format!("{line} --keys {keys} -o p.json --bundle p.tailproof")).expect(0);
    let bundle = format!("bundle --proof p.json --deal deal.toml --scenarios c.scn --keys {keys} --commitment c.json");
    let made = desk.run(format!("{bundle} -o b.tailproof --json")).expect(0).json();
    let known = ["keys_digest", "mandate_digest", "scenarios_digest"]
        .map(|name| format!("--{} {}", name.replace('_', "-"), made[name].as_str().unwrap()));
    for file in ["b.tailproof", "p.tailproof"] {
        let valid = desk.run(format!("verify {file} {} --json", known.join(" "))).expect(0).json();
        assert_eq!((&valid["valid"], valid["claims"].as_array().unwrap().len()), (&true.into(), 13), "{file}");
        for (index, what) in ["keys", "deal", "scenario set"].into_iter().enumerate() {
            let some: Vec<&str> = (0..3).filter(|other| *other != index).map(|other| &*known[other]).collect();
            let found = desk.run(format!("verify {file} {} --json", some.join(" "))).expect(1).json();
            assert_eq!((&found["valid"], &found["from_bundle"]), (&false.into(), &serde_json::json!([what])));
            assert!(found["reason"].as_str().unwrap().contains("from the bundle alone"), "{found}");
        }
    }
    // Files of the caller's own count as much; another deal is another claim.
    let own = |deal: &str| desk.run(format!("verify b.tailproof --deal {deal} --keys {keys} --scenarios c.scn"));
    assert!(own("deal.toml").expect(0).stdout.starts_with("VALID"));
    desk.write("tighter.toml", DEAL.replace("obligor_max = 0.015", "obligor_max = 0.014"));
    assert!(own("tighter.toml").expect(1).stderr.contains("NOT VALID"));
    let words = desk.run("verify b.tailproof").expect(1).stdout;
    assert!(words.starts_with("from the bundle") && words.contains("senior"), "{words}");
    // A proof that is not valid for these terms is not bundled.
    desk.run(bundle.replace("deal.toml", "tighter.toml") + " -o t.tailproof").expect(1);
    assert!(!desk.has("t.tailproof"));
}

/// Attestations travel in a bundle, and say nothing until the caller names whom it trusts.
#[test]
fn attestations_of_a_bundle_count_for_the_keys_that_the_caller_names() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let statement = "--as-of 1790000000 --expires 2027-01-15T08:00:00Z --scope assets,nav";
    let key = |name: &str| {
        let made = desk.run(format!("attest keygen -o {name}.key --json")).expect(0).json();
        made["key"].as_str().unwrap().to_owned()
    };
    let subject = format!("--subject 0x{}", "11".repeat(32));
    let sign = |name: &str, commitment: &str| {
        let line = format!("attest sign --commitment {commitment} {statement} {subject} --key {name}.key");
        desk.run(format!("{line} -o {name}.json --force")).expect(0);
    };
    let (custodian, auditor) = (key("custodian"), key("auditor"));
    sign("custodian", "c.json");
    let files = format!("--proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys} --commitment c.json");
    let bundle = |more: &str| desk.run(format!("bundle {files} {more}"));
    bundle("--attestation custodian.json -o b.tailproof").expect(0);
    let own = format!("--mandate {MANDATE} --keys {keys} --scenarios s.scn");
    let verify = |more: &str| desk.run(format!("verify b.tailproof {own} --json {more}"));
    let line = |run: &Run| {
        let json = run.json();
        let things = json["rests_on"].as_array().unwrap().clone();
        things.into_iter().find(|thing| thing["what"] == "attestation").unwrap()
    };
    let unnamed = line(&verify("").expect(0));
    assert_eq!(unnamed["how"], "not checked", "{unnamed}");
    let named = format!("--attested-by {custodian} --at 2026-12-01T00:00:00Z");
    let compared = line(&verify(&named).expect(0));
    assert_eq!(compared["how"], "compared");
    assert!(compared["note"].as_str().unwrap().starts_with(&format!("attested by {custodian} as of")), "{compared}");
    for (refused, reason) in [
        (format!("--attested-by {auditor} --at 2026-12-01T00:00:00Z"), "no attestation of it is given"),
        (format!("--attested-by {custodian} --at 2027-02-01T00:00:00Z"), "expired"),
    ] {
        let refused = verify(&refused).expect(1);
        assert_eq!(refused.json()["valid"], false);
        assert!(refused.stderr.contains(reason), "{refused:?}");
    }
    // One that the caller gives stands beside those of the bundle.
    sign("auditor", "c.json");
    verify(&format!("{named} --attested-by {auditor} --attestation auditor.json")).expect(0);
    // An attestation about another commitment attests nothing here; a changed one is none.
    desk.run(format!("recommit --from o.json --book {BOOK} --scenarios s.scn -o c2.json --opening o2.json")).expect(0);
    sign("auditor", "c2.json");
    bundle("--attestation auditor.json -o b.tailproof").expect(0);
    let other = verify(&format!("--attested-by {auditor} --at 2026-12-01T00:00:00Z")).expect(1);
    assert!(other.stderr.contains("it is about commitment"), "{other:?}");
    desk.write("auditor.json", desk.read("auditor.json").replace("1790000000", "1790000001"));
    let before = desk.bytes("b.tailproof");
    bundle("--attestation auditor.json -o b.tailproof").expect(2);
    assert_eq!(desk.bytes("b.tailproof"), before);
}

fn small() -> Bundle {
    Bundle {
        proof: b"{}".to_vec(),
        terms: Terms::Mandate(b"name = \"x\"".to_vec()),
        scenarios: Some(vec![1, 2, 3]),
        key: vec![9; 20],
        commitments: vec![b"c".to_vec(), b"d".to_vec()],
        attestations: vec![b"a".to_vec()],
        groups: Some(b"g".to_vec()),
        assumptions: Some(b"b".to_vec()),
        caps: Some(b"k".to_vec()),
        impact: Some(b"i".to_vec()),
    }
}

#[test]
fn every_byte_of_a_bundle_that_is_moved_is_refused() {
    let bytes = small().encode().unwrap();
    assert_eq!(Bundle::decode(&bytes), Ok(small()));
    assert_eq!(small().encode().unwrap(), bytes);
    for index in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        assert!(Bundle::decode(&changed).is_err(), "byte {index}");
        assert!(Bundle::decode(&bytes[..index]).is_err(), "cut at {index}");
    }
    assert!(Bundle::decode(&[&bytes[..], b"x"].concat()).is_err());
}

/// A bundle that somebody made anew, whose digest is right.
#[test]
fn lengths_and_orders_of_a_bundle_are_not_trusted() {
    use sha2::{Digest, Sha256};
    let sealed = |sections: &[(u8, u64, &[u8])]| {
        let mut bytes = b"TAILBUND\x01\x00".to_vec();
        for (tag, length, content) in sections {
            bytes.push(*tag);
            bytes.extend(length.to_le_bytes());
            bytes.extend(*content);
        }
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest);
        Bundle::decode(&bytes)
    };
    let (proof, terms, set, key) = ((1, 1, &b"p"[..]), (2, 1, &b"m"[..]), (4, 1, &b"s"[..]), (5, 1, &b"k"[..]));
    assert!(sealed(&[proof, terms, set, key]).is_ok());
    for sections in [
        vec![terms, proof, set, key],
        vec![proof, terms, terms, set, key],
        vec![proof, terms, (3, 1, &b"d"[..]), set, key],
        vec![proof, terms, set, key, (12, 1, &b"x"[..])],
        vec![proof, terms, set, key, (8, 1, &b"g"[..]), (8, 1, &b"g"[..])],
        vec![proof, terms, set, key, (9, 1, &b"a"[..]), (8, 1, &b"g"[..])],
        vec![proof, terms, set, (5, u64::MAX, &b"k"[..])],
        vec![proof, (2, 1 << 30, &b"m"[..]), set, key],
    ] {
        assert!(matches!(sealed(&sections), Err(BundleError::Section(_))), "{sections:?}");
    }
    for sections in [vec![proof, terms, set], vec![proof, set, key], vec![terms, set, key], vec![proof, terms, key]] {
        assert!(matches!(sealed(&sections), Err(BundleError::Missing(_))), "{sections:?}");
    }
    let many: Vec<(u8, u64, &[u8])> = [proof, terms, set, key].into_iter().chain([(6, 1, &b"c"[..]); 65]).collect();
    assert!(matches!(sealed(&many), Err(BundleError::Section(6))));
}
