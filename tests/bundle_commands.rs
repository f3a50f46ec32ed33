//! A proof with everything public about it in one file, and what a verifier takes from it.

use tailproof::bundle::{Bundle, BundleError, Terms};
use tailproof_test_support::{Desk, MANDATE};

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

fn small() -> Bundle {
    Bundle {
        proof: b"{}".to_vec(),
        terms: Terms::Mandate(b"name = \"x\"".to_vec()),
        scenarios: Some(vec![1, 2, 3]),
        key: vec![9; 20],
        commitments: vec![b"c".to_vec(), b"d".to_vec()],
        attestations: vec![b"a".to_vec()],
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
        vec![proof, terms, set, key, (8, 1, &b"x"[..])],
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
