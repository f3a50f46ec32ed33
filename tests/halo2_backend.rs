//! The backend without a setup: keys that everybody derives, the same commands, the same refusals.

use tailproof_test_support::{BOOK, Desk, MANDATE, Run, mandate};

const SHAPE: &str = "8x20";

fn verify(desk: &Desk, proof: &str, mandate: &str, more: &str) -> Run {
    let keys = desk.halo2_keys(SHAPE);
    desk.run(format!("verify --proof {proof} --scenarios s.scn --mandate {mandate} --keys {keys} {more}"))
}

#[test]
fn halo2_keys_are_derived_and_not_replaced() {
    let desk = Desk::new();
    let made = desk.run(format!("keygen --backend halo2 --shape {SHAPE} -o keys --json")).expect(0).json();
    assert_eq!(made["provenance"], "derived");
    desk.run(format!("keygen --backend halo2 --shape {SHAPE} -o keys")).expect(2);
    desk.run(format!("keygen --backend halo2 --insecure-dev --shape {SHAPE} -o other")).expect(2);
    // A key file with a byte changed.
    let desk = Desk::proved_with_halo2(SHAPE);
    let keys = desk.halo2_keys(SHAPE);
    let mut key = desk.bytes(&format!("{keys}/halo2.key"));
    key[1000] ^= 1;
    std::fs::create_dir(desk.path("changed")).unwrap();
    desk.write("changed/halo2.key", key);
    desk.verify("p.json", MANDATE, "changed").expect(2);
}

#[test]
fn halo2_proves_the_real_book_and_refuses_other_claims() {
    let desk = Desk::proved_with_halo2(SHAPE);
    let valid = verify(&desk, "p.json", MANDATE, "--commitment c.json --json").expect(0).json();
    assert_eq!((&valid["valid"], &valid["backend"]), (&true.into(), &"halo2-ipa-pasta".into()));
    assert_eq!(valid["keys"], "derived");
    let committed = desk.json("c.json")["halo2_commitment"].as_str().unwrap().to_owned();
    assert_eq!(valid["proved_commitment"], committed);

    // A false claim, with figure and limit; the true proof under another mandate and another
    // commitment.
    desk.write("tight.toml", mandate("var", "0.9", "limit = 1"));
    let keys = desk.halo2_keys(SHAPE);
    let refused = desk
        .run(format!(
            "prove --backend halo2 --book {BOOK} --mandate tight.toml --opening o.json --scenarios s.scn \
             --keys {keys} -o tight.json"
        ))
        .expect(1);
    assert!(refused.stderr.contains("above the limit") && !desk.has("tight.json"), "{refused:?}");
    verify(&desk, "p.json", "tight.toml", "").expect(1);
    desk.write("other.json", desk.read("c.json").replace(&committed, &format!("0x{:064x}", 7)));
    verify(&desk, "p.json", MANDATE, "--commitment other.json").expect(1);

    // The proof holds none of the secrets of the opening.
    let opening = desk.json("o.json");
    for secret in [&opening["blinding"].as_str().unwrap()[2..], opening["nav_units"].as_str().unwrap()] {
        assert!(!desk.read("p.json").contains(secret));
    }
}

/// A proof with a byte changed is not valid. A file that is not a proof file is bad input.
#[test]
fn changed_halo2_proofs_are_refused() {
    let desk = Desk::proved_with_halo2(SHAPE);
    let json = desk.json("p.json");
    let proof = json["proof"].as_str().unwrap();
    let with = |proof: &str| {
        let mut changed = json.clone();
        changed["proof"] = proof.into();
        desk.write("changed.json", changed.to_string());
        verify(&desk, "changed.json", MANDATE, "")
    };
    let flipped = if proof.ends_with('0') { "1" } else { "0" };
    with(&format!("{}{flipped}", &proof[..proof.len() - 1])).expect(1);
    with(&format!("{proof}00")).expect(1);
    with(&proof.to_uppercase()).expect(2);
    with(&proof[..proof.len() - 1]).expect(2);
    with("").expect(2);
}

#[test]
fn files_of_the_other_backend_are_named() {
    let desk = Desk::proved_with_halo2(SHAPE);
    let groth16 = desk.keys(SHAPE);
    let other = desk.verify("p.json", MANDATE, &groth16).expect(2);
    assert!(other.stderr.contains("halo2.key"), "{other:?}");
    let calldata = desk.run("calldata --proof p.json").expect(2);
    assert!(calldata.stderr.contains("groth16-bn254"), "{calldata:?}");
    let keys = desk.halo2_keys(SHAPE);
    desk.run(format!("solidity --keys {keys} -o V.sol")).expect(2);
}
