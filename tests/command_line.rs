//! The command line end to end on the embedded real data: what is proved, what is refused, and with which exit status.
#![allow(clippy::unwrap_used)]

mod support;

use std::os::unix::fs::PermissionsExt;

use support::{BOOK, Desk, MANDATE, NAV, PRICES, keys};

const SHAPE: &str = "8x20";

fn small() -> Desk {
    Desk::proved("8", &keys(SHAPE))
}

fn mandate(measure: &str, confidence: &str, limit: &str) -> String {
    format!("name = \"m\"\n[[clause]]\nmeasure = \"{measure}\"\nconfidence = {confidence}\n{limit}\n")
}

#[test]
fn the_real_book_proves_what_risk_says_holds_and_nothing_a_cent_tighter() {
    let keys = keys("500x20");
    let desk = Desk::new();
    desk.scenarios("500").expect(0);
    desk.commit(BOOK).expect(0);
    let figure = |confidence: &str, name: &str| -> f64 {
        let arguments =
            ["risk", "--book", BOOK, "--scenarios", "s.scn", "--nav", NAV, "--confidence", confidence, "--json"];
        let figures = desk.run(&arguments).expect(0).json();
        assert_eq!(figures["scenarios"], 500);
        figures[name].as_f64().unwrap()
    };
    let (var, cvar) = (figure("0.99", "var"), figure("0.975", "cvar"));
    assert!((100_000.0..400_000.0).contains(&var) && cvar > figure("0.975", "var"));
    let both = |var: f64, cvar: f64| {
        format!(
            "name = \"both\"\nunit = \"USD\"\n\
             [[clause]]\nmeasure = \"var\"\nconfidence = 0.99\nlimit = {var:.6}\n\
             [[clause]]\nmeasure = \"cvar\"\nconfidence = 0.975\nlimit = {cvar:.6}\n"
        )
    };
    // Exactly at the figures that `risk` prints.
    desk.write("at.toml", both(var, cvar));
    desk.prove(BOOK, "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    assert!(verified.stdout.starts_with("VALID"), "{verified:?}");
    // A cent below either.
    for (var, cvar, said) in [(var - 0.01, cvar, "99 % VaR"), (var, cvar - 0.01, "97.5 % CVaR")] {
        desk.write("tight.toml", both(var, cvar));
        let refused = desk.run(&[
            "prove",
            "--book",
            BOOK,
            "--opening",
            "o.json",
            "--scenarios",
            "s.scn",
            "--mandate",
            "tight.toml",
            "--keys",
            keys.to_str().unwrap(),
            "-o",
            "none.json",
        ]);
        let refused = refused.expect(1);
        assert!(refused.stderr.contains(said) && refused.stderr.contains("above the limit"), "{refused:?}");
        assert!(!desk.path("none.json").exists());
        // The proof for the looser mandate does not pass for the tighter one.
        desk.verify("p.json", "tight.toml", &keys).expect(1);
    }
}

#[test]
fn limits_as_fractions_of_nav_are_proved() {
    let desk = small();
    desk.write("m.toml", mandate("cvar", "0.5", "limit_nav = 0.05"));
    desk.prove(BOOK, "m.toml", &keys(SHAPE)).expect(0);
    desk.verify("p.json", "m.toml", &keys(SHAPE)).expect(0);
    desk.write("m.toml", mandate("cvar", "0.5", "limit_nav = 0.000001"));
    let refused = desk.prove(BOOK, "m.toml", &keys(SHAPE)).expect(1);
    assert!(refused.stderr.contains("% of NAV (10.00)"), "{refused:?}");
}

#[test]
fn one_confidence_is_proved_with_keys_of_one_threshold_and_two_are_not() {
    let keys = keys("8x20/1");
    let desk = Desk::new();
    desk.scenarios("8").expect(0);
    desk.commit(BOOK).expect(0);
    let refused = desk.prove(BOOK, MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("two confidences"), "{refused:?}");
    let one = std::fs::read_to_string(MANDATE).unwrap().replace("0.975", "0.99");
    desk.write("one.toml", one);
    desk.prove(BOOK, "one.toml", &keys).expect(0);
    desk.verify("p.json", "one.toml", &keys).expect(0);
    // A mandate with only one of the measures.
    for measure in ["var", "cvar"] {
        desk.write("m.toml", mandate(measure, "0.9", "limit = 500000"));
        desk.prove(BOOK, "m.toml", &keys).expect(0);
        desk.verify("p.json", "m.toml", &keys).expect(0);
    }
}

#[test]
fn smaller_scenario_sets_and_books_fit_larger_shapes() {
    let keys = keys(SHAPE);
    let desk = Desk::new();
    let few: String = std::fs::read_to_string(PRICES)
        .unwrap()
        .lines()
        .take(7)
        .map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    desk.write("few.csv", few);
    desk.run(&["scenarios", "historical", "--prices", "few.csv", "--horizon", "2", "-o", "s.scn"]).expect(0);
    desk.write("book.csv", "factor,quantity\nBAC,100\nAAPL,-20\n");
    let unit = ["--unit", "0.0001"];
    let arguments = [
        "commit",
        "--book",
        "book.csv",
        "--scenarios",
        "s.scn",
        "--nav",
        "5000",
        "-o",
        "c.json",
        "--opening",
        "o.json",
    ];
    desk.run(&[&arguments[..], &unit].concat()).expect(0);
    desk.write("m.toml", mandate("var", "0.75", "limit_nav = 0.2"));
    desk.prove("book.csv", "m.toml", &keys).expect(0);
    desk.verify("p.json", "m.toml", &keys).expect(0);
    // A mandate that wants a finer unit than the book has.
    desk.write("m.toml", mandate("var", "0.75", "limit_nav = 0.2").replace("[[", "unit = 0.000001\n[["));
    let refused = desk.prove("book.csv", "m.toml", &keys).expect(2);
    assert!(refused.stderr.contains("0.000001 or finer"), "{refused:?}");
}

#[test]
fn openings_are_secret_files_and_are_not_replaced_unasked() {
    let desk = small();
    let mode = |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("o.json"), 0o600);
    assert_ne!(mode("c.json"), 0o600);
    let before = desk.read("o.json");
    let arguments =
        ["commit", "--book", BOOK, "--scenarios", "s.scn", "--nav", NAV, "-o", "c.json", "--opening", "o.json"];
    let refused = desk.run(&arguments).expect(2);
    assert!(refused.stderr.contains("--force"), "{refused:?}");
    assert_eq!(desk.read("o.json"), before);
    // Nothing secret in what is public or printed.
    let opening: serde_json::Value = serde_json::from_str(&before).unwrap();
    let blinding = opening["blinding"].as_str().unwrap()[2..].to_owned();
    for name in ["c.json", "p.json"] {
        let text = desk.read(name);
        assert!(!text.contains(&blinding) && !text.contains("1250000") && !text.contains("nav_units"), "{name}");
    }
}

#[test]
fn bad_books_are_refused_by_file_row_and_column() {
    let desk = Desk::new();
    desk.scenarios("8").expect(0);
    let cases = [
        ("factor,exposure\nAAPL,1\nTSLA,5\n", "row 3, column 'factor': the scenario set has no factor 'TSLA'"),
        ("factor,exposure\nAAPL,1\nAMD,x\n", "row 3, column 'exposure': 'x' is not a decimal number"),
        ("factor,exposure\nAAPL,1\nAAPL,2\n", "row 3, column 'factor': 'AAPL' occurs twice"),
        ("factor,exposure\nAAPL,1000000000000\n", "the gross exposure 1000000000000 is outside"),
        ("factor,exposure\nAAPL,-1000\n", "--nav"),
        ("name,exposure\nAAPL,-1000\n", "factor,exposure or factor,delta or factor,quantity"),
    ];
    for (book, said) in cases {
        desk.write("book.csv", book);
        for command in [&["risk", "--confidence", "0.99"][..], &["commit", "-o", "c.json", "--opening", "o.json"][..]] {
            let files = ["--book", "book.csv", "--scenarios", "s.scn"];
            let refused = desk.run(&[command, &files].concat()).expect(2);
            assert!(refused.stderr.contains(said), "{refused:?}");
            assert!(refused.stdout.is_empty());
            assert!(!desk.path("c.json").exists() && !desk.path("o.json").exists());
        }
    }
}

#[test]
fn bad_prices_are_refused_by_file_row_and_column() {
    let desk = Desk::new();
    let cases = [
        ("date,A\n2024-01-02,1\n2024-01-03,\n", "row 3, column 'A': the value is missing"),
        ("date,A\n2024-01-02,1\n2024-01-02,2\n", "row 3, column 'date': the date 2024-01-02 occurs twice"),
        ("date,A\n2024-01-03,1\n2024-01-02,2\n", "row 3, column 'date': the date 2024-01-02 comes after 2024-01-03"),
        ("date,A\n2024-01-02,1\n2024-01-03,0\n", "row 3, column 'A': the price 0 is not positive"),
        ("date,A\n2024-01-02,1\n2024-01-03,-1\n", "row 3, column 'A': the price -1 is not positive"),
        ("date,A\n2024-01-02,1\n", "1 price rows are too few"),
    ];
    for (prices, said) in cases {
        desk.write("p.csv", prices);
        let refused = desk.run(&["scenarios", "historical", "--prices", "p.csv", "-o", "s.scn"]).expect(2);
        assert!(refused.stderr.contains(said) && refused.stderr.contains("p.csv"), "{refused:?}");
        assert!(!desk.path("s.scn").exists());
    }
    desk.run(&["scenarios", "historical", "--prices", "absent.csv", "-o", "s.scn"]).expect(2);
    desk.run(&["scenarios", "historical", "--prices", PRICES, "--window", "501", "-o", "s.scn"]).expect(2);
}

#[test]
fn more_scenarios_or_factors_than_the_shape_are_refused() {
    let keys = keys(SHAPE);
    let desk = small();
    let proof = desk.read("p.json");
    desk.scenarios("9").expect(0);
    desk.commit(BOOK).expect(0);
    let refused = desk.prove(BOOK, MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("9 scenarios") && refused.stderr.contains("8x20"), "{refused:?}");
    assert_eq!(desk.read("p.json"), proof, "nothing is written over");
    desk.verify("p.json", MANDATE, &keys).expect(2);
    let wide: String = std::fs::read_to_string(PRICES)
        .unwrap()
        .lines()
        .take(5)
        .enumerate()
        .map(|(row, line)| line.to_owned() + if row == 0 { ",NEW\n" } else { ",5\n" })
        .collect();
    desk.write("wide.csv", wide);
    desk.run(&["scenarios", "historical", "--prices", "wide.csv", "-o", "s.scn"]).expect(0);
    desk.commit(BOOK).expect(0);
    let refused = desk.prove(BOOK, MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("21 factors"), "{refused:?}");
}

#[test]
fn damaged_scenario_files_are_refused() {
    let keys = keys(SHAPE);
    let desk = small();
    let whole = std::fs::read(desk.path("s.scn")).unwrap();
    for length in [0, 7, 23, 24, whole.len() / 2, whole.len() - 33, whole.len() - 32, whole.len() - 1] {
        desk.write("s.scn", &whole[..length]);
        desk.verify("p.json", MANDATE, &keys).expect(2);
        desk.run(&["scenarios", "show", "s.scn"]).expect(2);
    }
    let mut changed = whole.clone();
    changed[whole.len() - 100] ^= 1;
    desk.write("s.scn", &changed);
    let refused = desk.verify("p.json", MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("digest"), "{refused:?}");
}

#[test]
fn bad_mandates_are_refused() {
    let keys = keys(SHAPE);
    let desk = small();
    let cases = [
        (mandate("sharpe", "0.99", "limit = 1"), "unknown measure 'sharpe'"),
        (mandate("var", "1.5", "limit = 1"), "the confidence 1.5 is outside"),
        (mandate("var", "0", "limit = 1"), "the confidence 0 is outside"),
        (mandate("var", "0.99", "limit = -1"), "limit -1 is outside"),
        (mandate("var", "0.99", ""), "give one of 'limit'"),
        ("name = \"x\"".to_owned(), "at least one [[clause]]"),
        ("name = ".to_owned(), "row 1"),
    ];
    for (text, said) in cases {
        desk.write("m.toml", text);
        for refused in [desk.prove(BOOK, "m.toml", &keys), desk.verify("p.json", "m.toml", &keys)] {
            let refused = refused.expect(2);
            assert!(refused.stderr.contains(said) && refused.stderr.contains("m.toml"), "{refused:?}");
        }
    }
}

#[test]
fn keys_of_another_shape_version_or_pair_are_refused() {
    let keys = keys(SHAPE);
    let other = support::keys("8x20/1");
    let desk = small();
    let refused = desk.verify("p.json", MANDATE, &other).expect(2);
    assert!(refused.stderr.contains("8x20/1"), "{refused:?}");
    // A newer version, a cut file, another file altogether, an empty folder.
    let whole = std::fs::read(keys.join("verifying.key")).unwrap();
    std::fs::create_dir(desk.path("k")).unwrap();
    let mut newer = whole.clone();
    newer[8] = 2;
    for (bytes, said) in [(&newer[..], "version 2"), (&whole[..500], "cut off"), (&b"hello"[..], "not a verifying key")]
    {
        desk.write("k/verifying.key", bytes);
        let refused = desk.verify("p.json", MANDATE, &desk.path("k")).expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    std::fs::remove_file(desk.path("k/verifying.key")).unwrap();
    desk.verify("p.json", MANDATE, &desk.path("k")).expect(2);
    // Verifying key of one pair, proving key of another of the same shape.
    let second = desk.run(&["keygen", "--shape", SHAPE, "--insecure-dev", "-o", "k"]).expect(0);
    assert!(second.stderr.contains("forge"), "development keys say what they are: {second:?}");
    std::fs::copy(keys.join("proving.key"), desk.path("k/proving.key")).unwrap();
    let refused = desk.prove(BOOK, MANDATE, &desk.path("k")).expect(2);
    assert!(refused.stderr.contains("not of one pair"), "{refused:?}");
}

/// Development keys of one shape have the same header: the points tell that two files are not of one pair.
#[test]
fn keys_of_two_pairs_with_the_same_header_are_not_combined() {
    let desk = Desk::new();
    for (folder, seed) in [("one", "01"), ("two", "02")] {
        let keygen = ["keygen", "--shape", "1x1/1", "--insecure-dev", "--seed", &seed.repeat(32), "-o", folder];
        desk.run(&keygen).expect(0);
    }
    desk.run(&["zkey", "--keys", "one", "-o", "k.zkey"]).expect(0);
    std::fs::copy(desk.path("two/verifying.key"), desk.path("one/verifying.key")).unwrap();
    let refused = desk.run(&["zkey", "--keys", "one", "-o", "mixed.zkey"]).expect(2);
    assert!(refused.stderr.contains("not of one pair") && !desk.path("mixed.zkey").exists(), "{refused:?}");
}

#[test]
fn keys_are_not_made_by_accident() {
    let desk = Desk::new();
    let refused = desk.run(&["keygen", "--shape", "2x2", "-o", "k"]).expect(2);
    assert!(refused.stderr.contains("--insecure-dev"), "{refused:?}");
    assert!(!desk.path("k").exists());
    desk.run(&["keygen", "--shape", "2by2", "--insecure-dev", "-o", "k"]).expect(2);
    desk.run(&["keygen", "--shape", "2x2", "--insecure-dev", "--seed", "00", "-o", "k"]).expect(2);
    let seed = "ab".repeat(32);
    let make = |folder: &str| desk.run(&["keygen", "--shape", "2x2", "--insecure-dev", "--seed", &seed, "-o", folder]);
    make("k").expect(0);
    let refused = make("k").expect(2);
    assert!(refused.stderr.contains("--force"), "{refused:?}");
    make("again").expect(0);
    for name in ["proving.key", "verifying.key"] {
        let read = |folder: &str| std::fs::read(desk.path(folder).join(name)).unwrap();
        assert_eq!(read("k"), read("again"), "a seed gives the same keys");
    }
}

#[test]
fn proof_files_with_missing_extra_or_non_canonical_fields_are_bad_input() {
    let keys = keys(SHAPE);
    let desk = small();
    let honest = desk.read("p.json");
    let json: serde_json::Value = serde_json::from_str(&honest).unwrap();
    let mut broken: Vec<String> = Vec::new();
    for field in json.as_object().unwrap().keys() {
        let mut without = json.clone();
        without.as_object_mut().unwrap().remove(field);
        broken.push(without.to_string());
    }
    let mut with = |pointer: &str, value: serde_json::Value| {
        let mut changed = json.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        broken.push(changed.to_string());
    };
    let commitment = json["commitment"].as_str().unwrap();
    with("/commitment", commitment[2..].into());
    with("/commitment", commitment.to_uppercase().into());
    with("/commitment", format!("{commitment}00").into());
    with("/commitment", format!("0x{}", "f".repeat(64)).into());
    with("/proof/a/0", format!("0x{}", "f".repeat(64)).into());
    with("/proof/a/0", format!("0x{:064x}", 5).into());
    with("/proof/c", serde_json::json!([format!("0x{:064x}", 0), format!("0x{:064x}", 0)]));
    with("/proof/b/0/0", format!("0x{:064x}", 1).into());
    with("/proof/b", json["proof"]["a"].clone());
    with("/version", 2.into());
    with("/backend", "plonk".into());
    with("/shape", "08x20".into());
    with("/claim/unit", "0.010".into());
    broken.push(honest.replacen('{', "{\"extra\": 1,", 1));
    broken.push(honest.replacen("\"format\"", "\"format\": \"tailproof-proof\", \"format\"", 1));
    broken.push(honest[..honest.len() / 2].to_owned());
    broken.push(format!("{honest}{{}}"));
    broken.push(String::new());
    // serde's derived readers would take the values without their names.
    let values = |object: &serde_json::Value| object.as_object().unwrap().values().cloned().collect::<Vec<_>>();
    broken.push(serde_json::json!(values(&json)).to_string());
    with_points_as_list(&json, &mut broken);
    for text in broken {
        desk.write("broken.json", &text);
        let refused = desk.verify("broken.json", MANDATE, &keys).expect(2);
        assert!(refused.stderr.contains("broken.json"), "{refused:?}");
        desk.run(&["calldata", "--proof", "broken.json"]).expect(2);
    }
}

fn with_points_as_list(json: &serde_json::Value, broken: &mut Vec<String>) {
    let mut list = json.clone();
    list["proof"] = serde_json::json!([json["proof"]["a"], json["proof"]["b"], json["proof"]["c"]]);
    broken.push(list.to_string());
}

#[test]
fn a_point_outside_the_subgroup_is_bad_input() {
    use ark_bn254::{Fq, Fq2, G2Affine};
    use tailproof_verifier::encoding::to_hex;
    let desk = small();
    let point = (1u64..)
        .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(3u64)), false))
        .unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&desk.read("p.json")).unwrap();
    let pair = |value: &Fq2| serde_json::json!([to_hex(&value.c0), to_hex(&value.c1)]);
    json["proof"]["b"] = serde_json::json!([pair(&point.x), pair(&point.y)]);
    desk.write("outside.json", json.to_string());
    let refused = desk.verify("outside.json", MANDATE, &keys(SHAPE)).expect(2);
    assert!(refused.stderr.contains("outside the subgroup"), "{refused:?}");
}

#[test]
fn well_formed_proofs_of_other_claims_are_not_valid() {
    let keys = keys(SHAPE);
    let desk = small();
    desk.verify("p.json", MANDATE, &keys).expect(0);
    let honest = desk.read("p.json");
    let json: serde_json::Value = serde_json::from_str(&honest).unwrap();
    let mut others: Vec<serde_json::Value> = Vec::new();
    let mut with = |pointer: &str, value: serde_json::Value| {
        let mut changed = json.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        others.push(changed);
    };
    with("/proof/a", json["proof"]["c"].clone());
    with("/commitment", format!("0x{:064x}", 5).into());
    with("/context", format!("0x{:064x}", 5).into());
    with("/controls/3", format!("0x{:064x}", 5).into());
    with("/scenario_point", json["proof"]["a"].clone());
    with("/claim/mandate", "Another".into());
    with("/claim/clauses/0", "99 % VaR <= 1 % of NAV".into());
    with("/claim/unit", "0.02".into());
    with("/claim/scenarios", 9.into());
    with("/claim/factors/0", "MSFT2".into());
    for other in others {
        desk.write("other.json", other.to_string());
        let refused = desk.verify("other.json", MANDATE, &keys).expect(1);
        assert!(refused.stderr.starts_with("warning") && refused.stderr.contains("NOT VALID"), "{refused:?}");
    }
    // The same proof over another scenario set, of the same size.
    desk.run(&["scenarios", "historical", "--prices", PRICES, "--window", "8", "--horizon", "5", "-o", "s.scn"])
        .expect(0);
    desk.verify("p.json", MANDATE, &keys).expect(1);
}

#[test]
fn openings_that_do_not_match_are_refused_without_showing_them() {
    let keys = keys(SHAPE);
    let desk = small();
    let honest = desk.read("o.json");
    let json: serde_json::Value = serde_json::from_str(&honest).unwrap();
    let blinding = json["blinding"].as_str().unwrap().to_owned();
    let changes = [
        ("/blinding", serde_json::json!(format!("0x{:064x}", 5))),
        ("/nav_units", serde_json::json!("1000000001")),
        ("/unit", serde_json::json!("0.02")),
        ("/commitment", serde_json::json!(format!("0x{:064x}", 5))),
        ("/factors_digest", serde_json::json!("00".repeat(32))),
        ("/blinding", serde_json::json!("0x12345678")),
        ("/version", serde_json::json!(9)),
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
    desk.write("book.csv", std::fs::read_to_string(BOOK).unwrap().replace("1250000", "1250001"));
    let refused = desk.prove("book.csv", MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("does not open"), "{refused:?}");
}

#[test]
fn contexts_commitments_and_attested_points_are_compared() {
    let keys = keys(SHAPE);
    let keys_name = keys.to_str().unwrap();
    let desk = small();
    let context = format!("0x{:064x}", 77);
    let verify = ["verify", "--scenarios", "s.scn", "--mandate", MANDATE, "--keys", keys_name, "--json"];
    let run = |more: &[&str]| desk.run(&[&verify[..], more].concat());
    run(&["--proof", "p.json", "--commitment", "c.json"]).expect(0);
    let refused = run(&["--proof", "p.json", "--context", &context]).expect(1);
    assert_eq!(refused.json()["valid"], false);
    let prove = [
        "prove",
        "--book",
        BOOK,
        "--opening",
        "o.json",
        "--scenarios",
        "s.scn",
        "--mandate",
        MANDATE,
        "--keys",
        keys_name,
        "--context",
        &context,
        "-o",
        "bound.json",
    ];
    desk.run(&prove).expect(0);
    assert_eq!(run(&["--proof", "bound.json", "--context", &context]).expect(0).json()["valid"], true);
    run(&["--proof", "bound.json"]).expect(1);
    run(&["--proof", "bound.json", "--context", "77"]).expect(2);

    let point = desk.run(&["scenarios", "point", "s.scn", "--keys", keys_name]).expect(0).stdout;
    run(&["--proof", "p.json", "--scenario-point", point.trim()]).expect(0);
    let generator = format!("0x{:064x}{:064x}", 1, 2);
    run(&["--proof", "p.json", "--scenario-point", &generator]).expect(1);
    run(&["--proof", "p.json", "--scenario-point", &generator[..100]]).expect(2);

    desk.commit(BOOK).expect(0);
    let refused = run(&["--proof", "p.json", "--commitment", "c.json"]).expect(1);
    assert!(refused.stderr.contains("commitment"), "{refused:?}");
}

#[test]
fn outputs_that_cannot_be_written_leave_nothing_behind() {
    let desk = Desk::new();
    let refused = desk.run(&["scenarios", "historical", "--prices", PRICES, "-o", "absent/s.scn"]).expect(2);
    assert!(refused.stderr.contains("cannot write absent/s.scn"), "{refused:?}");
    // A full disk.
    let full = desk.run(&["scenarios", "historical", "--prices", PRICES, "-o", "/dev/full"]).expect(2);
    assert!(full.stderr.contains("cannot write /dev/full: No space left"), "{full:?}");
    assert_eq!(std::fs::read_dir(desk.path(".")).unwrap().count(), 0);
}

#[test]
fn outputs_behind_links_and_into_devices() {
    let desk = Desk::new();
    // A file behind a link is replaced, the link is not; a page for a pipe goes into it, private or not.
    desk.write("real.scn", "old");
    std::os::unix::fs::symlink(desk.path("real.scn"), desk.path("link.scn")).unwrap();
    desk.run(&["scenarios", "historical", "--prices", PRICES, "--window", "8", "-o", "link.scn"]).expect(0);
    assert!(std::fs::symlink_metadata(desk.path("link.scn")).unwrap().is_symlink());
    desk.run(&["scenarios", "show", "real.scn"]).expect(0);
    let report =
        ["report", "--book", BOOK, "--nav", NAV, "--scenarios", "real.scn", "--mandate", MANDATE, "-o", "/dev/full"];
    assert!(desk.run(&report).expect(2).stderr.contains("cannot write /dev/full: No space left"));
    let nowhere = desk.run(&["scenarios", "historical", "--prices", PRICES, "-o", "nowhere/s.scn"]).expect(2);
    assert!(!nowhere.stderr.contains(".tmp"), "{nowhere:?}");
}

#[test]
fn outputs_never_destroy_inputs_or_each_other() {
    let desk = Desk::new();
    desk.scenarios("8").expect(0);
    let book = std::fs::read_to_string(BOOK).unwrap();
    desk.write("b.csv", &book);
    let commit = |output: &str, opening: &str| {
        desk.run(&[
            "commit",
            "--book",
            "b.csv",
            "--scenarios",
            "s.scn",
            "--nav",
            NAV,
            "-o",
            output,
            "--opening",
            opening,
        ])
    };
    commit("x.json", "x.json").expect(2);
    commit("b.csv", "o.json").expect(2);
    commit("c.json", "./b.csv").expect(2);
    // The commitment cannot be written: the opening is not left behind either.
    commit("absent/c.json", "o.json").expect(2);
    assert!(!desk.path("o.json").exists() && !desk.path("x.json").exists());
    assert_eq!(desk.read("b.csv"), book);
    desk.write("p.csv", std::fs::read_to_string(PRICES).unwrap());
    desk.run(&["scenarios", "historical", "--prices", "p.csv", "-o", "p.csv"]).expect(2);
    desk.run(&["demo", "--keep", "."]).expect(2);
    assert_eq!(desk.read("b.csv"), book);
}

#[test]
fn a_coarse_book_unit_is_shown_and_not_accepted_by_default() {
    let keys = keys(SHAPE);
    let desk = Desk::new();
    desk.scenarios("8").expect(0);
    let coarse = ["--nav", NAV, "--unit", "1000000", "-o", "c.json", "--opening", "o.json"];
    desk.run(&[&["commit", "--book", BOOK, "--scenarios", "s.scn"], &coarse[..]].concat()).expect(0);
    desk.prove(BOOK, MANDATE, &keys).expect(2);
    let lenient = std::fs::read_to_string(MANDATE).unwrap().replace("\"USD\"", "\"USD 1000000\"");
    desk.write("lenient.toml", &lenient);
    desk.prove(BOOK, "lenient.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "lenient.toml", &keys).expect(0);
    assert!(verified.stdout.contains("book unit 1000000: the rounding"), "{verified:?}");
    // A verifier whose mandate does not accept the unit: a well-formed proof that is not valid.
    let refused = desk.verify("p.json", MANDATE, &keys).expect(1);
    assert!(refused.stderr.contains("0.01 or finer"), "{refused:?}");
}

#[test]
fn the_demo_tells_the_whole_story() {
    let desk = Desk::new();
    let story = desk.run(&["demo", "--keep", "demo"]).expect(0).stdout;
    for part in [
        "VALID",
        "a tampered proof: NOT VALID",
        "a VaR limit a cent too tight: ",
        "a CVaR limit a cent too tight: ",
        "verified in",
    ] {
        assert!(story.contains(part), "{part} in {story}");
    }
    assert!(desk.path("demo/proof.json").exists());
    desk.run(&["--version"]).expect(0);
    desk.run(&["frobnicate"]).expect(2);
}

#[test]
fn the_embedded_prices_are_those_of_their_source() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/us_stocks20_daily_prices.csv");
    let Ok(all) = std::fs::read_to_string(source) else {
        println!("skipped: {source} is not there");
        return;
    };
    let lines: Vec<&str> = all.lines().collect();
    let mut expected = vec![lines[0]];
    expected.extend(&lines[lines.len() - 501..]);
    let embedded = std::fs::read_to_string(PRICES).unwrap();
    assert_eq!(embedded.lines().collect::<Vec<_>>(), expected);
}

/// A step of a ceremony, interrupted while it writes: nothing is left of it, and the exit status says so.
#[test]
fn an_interrupted_command_leaves_nothing_behind() {
    let desk = Desk::new();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_tailproof"))
        .args(["ceremony", "powers", "--power", "16", "--insecure-dev", "-o", "p.ptau"])
        .current_dir(desk.path(""))
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Once it writes, it is interrupted.
    let files =
        || std::fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let begun = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        !files().is_empty()
    });
    assert!(begun, "it began to write");
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(files().is_empty(), "{:?}", files());
}
