//! Commitment files beside what they commit to, from the command line.

use tailproof_test_support::{BOOK, DEAL, Desk, LOANS, PRICES};

/// Returns a desk with a pool, committed to twice: `c.json` with `o.json`, and `c2.json` with
/// `o2.json` of a tape in which a cent was added.
fn two_pools() -> Desk {
    let desk = Desk::new();
    desk.write("deal.toml", DEAL);
    desk.write("loans.csv", LOANS);
    desk.write("cent.csv", LOANS.replacen("1,27015.86,", "1,27015.87,", 1));
    desk.commit_pool("loans.csv").expect(0);
    desk.run("pool commit cent.csv --deal deal.toml -o c2.json --opening o2.json").expect(0);
    desk
}

/// Two values stand in a file, and a proof is about one of them.
#[test]
fn a_commitment_file_with_the_halo2_value_of_another_pool() {
    let desk = two_pools();
    let check = |tape: &str, opening: &str, commitment: &str| {
        desk.run(format!("pool check {tape} --deal deal.toml --opening {opening} --commitment {commitment} --json"))
    };
    assert_eq!(check("loans.csv", "o.json", "c.json").expect(0).json()["identical"], true);
    let shown = desk.run("pool check loans.csv --deal deal.toml --opening o.json --commitment c.json").expect(0);
    for part in ["Groth16 value", "halo2 value", "schema"] {
        assert!(shown.stdout.contains(part), "{shown:?}");
    }
    let other = desk.json("c2.json");
    for (field, part) in [("commitment", "Groth16 value"), ("halo2_commitment", "halo2 value"), ("schema", "schema")] {
        let mut mixed = desk.json("c.json");
        mixed[field] = if field == "schema" { "ab".repeat(32).into() } else { other[field].clone() };
        desk.write("mixed.json", serde_json::to_string_pretty(&mixed).unwrap() + "\n");
        let refused = check("loans.csv", "o.json", "mixed.json").expect(1);
        assert!(refused.stderr.contains(&format!("another {part} than")), "{refused:?}");
        let parts = refused.json()["parts"].as_array().unwrap().clone();
        let others: Vec<_> = parts.iter().filter(|part| part["same"] == false).map(|part| &part["part"]).collect();
        assert_eq!(others, [part]);
    }
    // Another tape, another opening.
    let refused = check("cent.csv", "o.json", "c.json").expect(1);
    assert!(refused.stderr.contains("not identical"), "{refused:?}");
    check("cent.csv", "o2.json", "c.json").expect(1);
    check("loans.csv", "o2.json", "c2.json").expect(1);
}

#[test]
fn a_commitment_file_with_the_halo2_value_of_another_book() {
    let desk = Desk::new();
    desk.run(format!("scenarios historical --prices {PRICES} --window 8 -o s.scn")).expect(0);
    for name in ["c", "d"] {
        desk.run(format!("commit --book {BOOK} --scenarios s.scn -o {name}.json --opening {name}.opening")).expect(0);
    }
    let check = |commitment: &str| {
        desk.run(format!("book check --book {BOOK} --scenarios s.scn --opening c.opening --commitment {commitment}"))
    };
    let shown = check("c.json").expect(0).stdout;
    for part in ["Groth16 value", "halo2 value", "factors", "unit"] {
        assert!(shown.contains(part), "{shown}");
    }
    let refused = check("d.json").expect(1);
    assert!(refused.stderr.contains("Groth16 value, halo2 value"), "{refused:?}");
    let mut mixed = desk.json("c.json");
    mixed["halo2_commitment"] = desk.json("d.json")["halo2_commitment"].clone();
    desk.write("mixed.json", serde_json::to_string_pretty(&mixed).unwrap() + "\n");
    let refused = check("mixed.json").expect(1);
    assert!(refused.stderr.contains("another halo2 value than"), "{refused:?}");
    // A file of an older version has no such value.
    mixed.as_object_mut().unwrap().remove("halo2_commitment");
    desk.write("mixed.json", serde_json::to_string_pretty(&mixed).unwrap() + "\n");
    assert!(check("mixed.json").expect(1).stdout.contains("not in the file"));
}
