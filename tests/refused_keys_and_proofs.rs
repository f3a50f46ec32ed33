//! Key files and proof files that are refused: of another shape, version or pair, damaged, not
//! canonical.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tailproof::verifier::keys::header::HEADER_BYTES;
use tailproof_test_support::{BOOK, Desk, MANDATE};

const SHAPE: &str = "8x20";

#[test]
fn keys_of_another_shape_version_or_pair_are_refused() {
    let desk = Desk::proved(SHAPE);
    let [keys, other] = [SHAPE, "8x20/1"].map(|shape| desk.keys(shape));
    let refused = desk.verify("p.json", MANDATE, &other).expect(2);
    assert!(refused.stderr.contains("8x20/1"), "{refused:?}");
    // A newer version, a cut file, another file altogether, an empty folder.
    let whole = desk.bytes(&format!("{keys}/verifying.key"));
    std::fs::create_dir(desk.path("k")).unwrap();
    let mut newer = whole.clone();
    newer[8] = 3;
    for (bytes, said) in [(&newer[..], "version 3"), (&whole[..500], "cut off"), (&b"hello"[..], "not a verifying key")]
    {
        desk.write("k/verifying.key", bytes);
        let refused = desk.verify("p.json", MANDATE, "k").expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    std::fs::remove_file(desk.path("k/verifying.key")).unwrap();
    desk.verify("p.json", MANDATE, "k").expect(2);
    // The verifying key of one pair and the proving key of another, both of the same shape.
    let second = desk.run(format!("keygen --shape {SHAPE} --insecure-dev -o k")).expect(0);
    assert!(second.stderr.contains("forge"), "development keys say so: {second:?}");
    desk.copy(&format!("{keys}/proving.key"), "k/proving.key");
    let refused = desk.prove(BOOK, MANDATE, "k").expect(2);
    assert!(refused.stderr.contains("not of one pair"), "{refused:?}");
}

/// Development keys of one shape have the same header. The points show that two files are not a
/// pair.
#[test]
fn keys_of_two_pairs_with_the_same_header_are_not_combined() {
    let desk = Desk::new();
    for (folder, seed) in [("one", "01"), ("two", "02")] {
        desk.run(format!(
            "keygen --shape 1x1/1 --power-of-two-domain --insecure-dev --seed {} -o {folder}",
            seed.repeat(32)
        ))
        .expect(0);
    }
    desk.run("zkey --keys one -o k.zkey").expect(0);
    desk.copy("two/verifying.key", "one/verifying.key");
    let refused = desk.run("zkey --keys one -o mixed.zkey").expect(2);
    assert!(refused.stderr.contains("not of one pair") && !desk.has("mixed.zkey"), "{refused:?}");
}

/// Provers that take a .zkey have domains of 2^k points only. A .zkey of other keys would make no
/// proof that verifies.
#[test]
fn a_zkey_of_keys_on_another_domain_is_refused_with_the_command_that_makes_keys_for_it() {
    let desk = Desk::new();
    let made = |more: &str, folder: &str| {
        let run = desk.run(format!("keygen --shape 4x3+parametric --insecure-dev {more} -o {folder} --json"));
        run.expect(0).json()["domain"].as_u64().unwrap()
    };
    let (least, power) = (made("", "k"), made("--power-of-two-domain", "p"));
    assert!(!least.is_power_of_two() && power == least.next_power_of_two(), "{least}, {power}");
    let refused = desk.run("zkey --keys k -o k.zkey").expect(2);
    let reason = format!("domain of {least} points");
    assert!(refused.stderr.contains(&reason) && refused.stderr.contains("--power-of-two-domain"), "{refused:?}");
    assert!(!desk.has("k.zkey"));
    desk.run("zkey --keys p -o p.zkey").expect(0);
}

#[test]
fn keys_are_not_made_by_accident() {
    let desk = Desk::new();
    let refused = desk.run("keygen --shape 2x2 -o k").expect(2);
    assert!(refused.stderr.contains("--insecure-dev"), "{refused:?}");
    assert!(!desk.has("k"));
    desk.run("keygen --shape 2by2 --insecure-dev -o k").expect(2);
    desk.run("keygen --shape 2x2 --insecure-dev --seed 00 -o k").expect(2);
    let make =
        |folder: &str| desk.run(format!("keygen --shape 2x2 --insecure-dev --seed {} -o {folder}", "ab".repeat(32)));
    make("k").expect(0);
    let refused = make("k").expect(2);
    assert!(refused.stderr.contains("--force"), "{refused:?}");
    make("again").expect(0);
    for name in ["proving.key", "verifying.key"] {
        let read = |folder: &str| desk.bytes(&format!("{folder}/{name}"));
        assert_eq!(read("k"), read("again"), "a seed gives the same keys");
    }
}

#[test]
fn proof_files_with_missing_extra_or_non_canonical_fields_are_bad_input() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let honest = desk.read("p.json");
    let json = desk.json("p.json");
    let mut broken: Vec<String> = Vec::new();
    for field in json.as_object().unwrap().keys() {
        let mut without = json.clone();
        without.as_object_mut().unwrap().remove(field);
        broken.push(without.to_string());
    }
    let word = |value: u64| format!("0x{value:064x}");
    let commitment = json["commitment"].as_str().unwrap();
    for (pointer, value) in [
        ("/commitment", Value::from(&commitment[2..])),
        ("/commitment", commitment.to_uppercase().into()),
        ("/commitment", format!("{commitment}00").into()),
        ("/commitment", format!("0x{}", "f".repeat(64)).into()),
        ("/proof/a/0", format!("0x{}", "f".repeat(64)).into()),
        ("/proof/a/0", word(5).into()),
        ("/proof/c", json!([word(0), word(0)])),
        ("/proof/b/0/0", word(1).into()),
        ("/proof/b", json["proof"]["a"].clone()),
        ("/version", 2.into()),
        ("/backend", "plonk".into()),
        ("/shape", "08x20".into()),
        ("/claim/unit", "0.010".into()),
    ] {
        let mut changed = json.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        broken.push(changed.to_string());
    }
    broken.push(honest.replacen('{', "{\"extra\": 1,", 1));
    broken.push(honest.replacen("\"format\"", "\"format\": \"tailproof-proof\", \"format\"", 1));
    broken.push(honest[..honest.len() / 2].to_owned());
    broken.push(format!("{honest}{{}}"));
    broken.push(String::new());
    // A derived reader of serde would accept the values without their names.
    let values: Vec<&Value> = json.as_object().unwrap().values().collect();
    broken.push(json!(values).to_string());
    let mut list = json.clone();
    list["proof"] = json!([json["proof"]["a"], json["proof"]["b"], json["proof"]["c"]]);
    broken.push(list.to_string());
    for text in broken {
        desk.write("broken.json", &text);
        let refused = desk.verify("broken.json", MANDATE, &keys).expect(2);
        assert!(refused.stderr.contains("broken.json"), "{refused:?}");
        desk.run("calldata --proof broken.json").expect(2);
    }
}

#[test]
fn a_point_outside_the_subgroup_is_bad_input() {
    use ark_bn254::{Fq, Fq2, G2Affine};
    use tailproof_verifier::encoding::to_hex;
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let point = (1u64..)
        .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(3u64)), false))
        .unwrap();
    let mut json = desk.json("p.json");
    let pair = |value: &Fq2| json!([to_hex(&value.c0), to_hex(&value.c1)]);
    json["proof"]["b"] = json!([pair(&point.x), pair(&point.y)]);
    desk.write("outside.json", json.to_string());
    let refused = desk.verify("outside.json", MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("outside the subgroup"), "{refused:?}");
}

/// A contract sees the hash of a list of commitments alone. Circuits of before let one commitment be
/// in the list twice, so no contract is made for their keys.
#[test]
fn a_contract_for_older_keys_of_several_books_is_refused() {
    let desk = Desk::new();
    let keys = desk.keys("4x3/1+2books");
    // The digest of another circuit, in a header that is whole.
    let mut older = desk.bytes(&format!("{keys}/verifying.key"));
    older[24] ^= 1;
    let (header, body) = older.split_at_mut(HEADER_BYTES);
    let (sealed, digest) = header.split_at_mut(HEADER_BYTES - 32);
    digest.copy_from_slice(&Sha256::new().chain_update(sealed).chain_update(body).finalize());
    std::fs::create_dir(desk.path("older")).unwrap();
    desk.write("older/verifying.key", older);
    let refused = desk.run("solidity --keys older -o V.sol").expect(2);
    assert!(refused.stderr.contains("another version of the circuit"), "{refused:?}");
    assert!(!desk.has("V.sol"));
    desk.run(format!("solidity --keys {keys} -o V.sol")).expect(0);
}
