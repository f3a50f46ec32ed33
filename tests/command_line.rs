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
        ("name,exposure\nAAPL,-1000\n", "factor,exposure or factor,quantity"),
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

/// A rehearsal on a small shape: what each step says, and what is refused without anything written.
#[test]
fn a_ceremony_from_the_command_line() {
    let desk = Desk::new();
    desk.run(&["ceremony", "powers", "--power", "11", "-o", "p.ptau"]).expect(2);
    desk.run(&["ceremony", "powers", "--power", "11", "--insecure-dev", "-o", "p.ptau"]).expect(0);
    let new = desk.run(&["ceremony", "new", "--ptau", "p.ptau", "--shape", "4x3/1", "-o", "0", "--json"]).expect(0);
    assert!(new.stderr.contains("rehearsal"), "{new:?}");
    assert_eq!(new.json()["rehearsal"], true);

    // Nobody has contributed, and a beacon is nobody.
    let verify = |file: &str| desk.run(&["ceremony", "verify", file, "--ptau", "p.ptau", "--json"]);
    let refused = verify("0").expect(1);
    assert_eq!(refused.json()["valid"], false);
    desk.run(&["ceremony", "beacon", "0", "--value", "0xabcd", "-o", "beacon-only"]).expect(0);
    desk.run(&["ceremony", "finish", "beacon-only", "--ptau", "p.ptau", "-o", "keys"]).expect(1);
    assert!(!desk.path("keys/verifying.key").exists());

    let contributed = desk.run(&["ceremony", "contribute", "0", "--name", "Ada", "-o", "1", "--json"]).expect(0).json();
    desk.run(&["ceremony", "beacon", "1", "--value", "abcd", "--iterations-log", "3", "-o", "2"]).expect(0);
    let verified = verify("2").expect(0).json();
    assert_eq!(verified["valid"], true);
    assert_eq!(verified["steps"][0]["name"], "Ada");
    assert_eq!(verified["steps"][0]["digest"], contributed["digest"]);
    assert_eq!(verified["steps"][1]["value"], "abcd");

    // Two contributions to the same file differ: the secret is not what was typed.
    let again = desk.run(&["ceremony", "contribute", "0", "--name", "Ada", "-o", "1b", "--json"]).expect(0).json();
    assert_ne!(again["digest"], contributed["digest"]);

    // Bad input: an output that exists, a name for the terminal, values that are none, files that are not what they should be.
    let before = std::fs::read(desk.path("1")).unwrap();
    let exists = desk.run(&["ceremony", "contribute", "0", "-o", "1"]).expect(2);
    assert!(exists.stderr.contains("name another file"), "{exists:?}");
    assert_eq!(std::fs::read(desk.path("1")).unwrap(), before);
    desk.run(&["ceremony", "contribute", "0", "--name", "a\u{1b}[2J", "-o", "x"]).expect(2);
    desk.run(&["ceremony", "beacon", "1", "--value", "xyz", "-o", "x"]).expect(2);
    desk.run(&["ceremony", "beacon", "1", "--value", "", "-o", "x"]).expect(2);
    desk.run(&["ceremony", "beacon", "1", "--value", "ab", "--iterations-log", "31", "-o", "x"]).expect(2);
    let swapped = desk.run(&["ceremony", "verify", "p.ptau", "--ptau", "1"]).expect(2);
    assert!(swapped.stderr.contains("not a ceremony file"), "{swapped:?}");
    let swapped = desk.run(&["ceremony", "verify", "1", "--ptau", "1"]).expect(2);
    assert!(swapped.stderr.contains("not a powers-of-tau file"), "{swapped:?}");
    let small = desk.run(&["ceremony", "new", "--ptau", "p.ptau", "--shape", "500x20", "-o", "x"]).expect(2);
    assert!(small.stderr.contains("2^17"), "{small:?}");
    desk.write("cut", &before[..before.len() - 1]);
    desk.run(&["ceremony", "contribute", "cut", "-o", "x"]).expect(2);
    assert!(!desk.path("x").exists());

    // Keys that say what they are, in the verifier's output and in the contract.
    let finished = desk.run(&["ceremony", "finish", "2", "--ptau", "p.ptau", "-o", "keys", "--json"]).expect(0);
    assert!(finished.stderr.contains("rehearsal"), "{finished:?}");
    assert_eq!(finished.json()["transcript"], verified["transcript"]);
    desk.run(&["solidity", "--keys", "keys", "-o", "V.sol"]).expect(0);
    assert!(desk.read("V.sol").contains(verified["transcript"].as_str().unwrap()));
    desk.run(&["ceremony", "finish", "2", "--ptau", "p.ptau", "-o", "keys"]).expect(2);

    // The same ceremony over other powers of tau.
    desk.run(&["ceremony", "powers", "--power", "11", "--insecure-dev", "-o", "q.ptau"]).expect(0);
    let other = desk.run(&["ceremony", "verify", "2", "--ptau", "q.ptau"]).expect(2);
    assert!(other.stderr.contains("other powers of tau"), "{other:?}");
}

/// The backend without a setup: keys that everybody derives, the same files and commands, the same refusals.
#[test]
fn the_transparent_backend_proves_the_real_book() {
    let desk = Desk::new();
    desk.scenarios("8").expect(0);
    desk.commit(BOOK).expect(0);
    let made = desk.run(&["keygen", "--backend", "halo2", "--shape", SHAPE, "-o", "keys", "--json"]).expect(0).json();
    assert_eq!(made["provenance"], "transparent");
    desk.run(&["keygen", "--backend", "halo2", "--shape", SHAPE, "-o", "keys"]).expect(2);
    desk.run(&["keygen", "--backend", "halo2", "--insecure-dev", "--shape", SHAPE, "-o", "other"]).expect(2);
    let prove = |mandate: &str, output: &str| {
        let files = ["--opening", "o.json", "--scenarios", "s.scn", "--keys", "keys", "-o", output];
        desk.run(&[&["prove", "--backend", "halo2", "--book", BOOK, "--mandate", mandate], &files[..]].concat())
    };
    let verify = |proof: &str, mandate: &str, more: &[&str]| {
        let files = ["--proof", proof, "--scenarios", "s.scn", "--mandate", mandate, "--keys", "keys"];
        desk.run(&[&["verify"], &files[..], more].concat())
    };
    prove(MANDATE, "p.json").expect(0);
    let valid = verify("p.json", MANDATE, &["--commitment", "c.json", "--json"]).expect(0).json();
    assert_eq!((&valid["valid"], &valid["backend"]), (&true.into(), &"halo2-ipa-pasta".into()));
    assert_eq!(valid["insecure_development_keys"], false);
    let committed: serde_json::Value = serde_json::from_str(&desk.read("c.json")).unwrap();
    assert_eq!(valid["commitment"], committed["halo2_commitment"]);

    // A false claim, with figure and limit; the true proof under another mandate; one about another commitment.
    desk.write("tight.toml", mandate("var", "0.9", "limit = 1"));
    let refused = prove("tight.toml", "tight.json").expect(1);
    assert!(refused.stderr.contains("above the limit") && !desk.path("tight.json").exists(), "{refused:?}");
    verify("p.json", "tight.toml", &[]).expect(1);
    let other = desk.read("c.json").replace(committed["halo2_commitment"].as_str().unwrap(), &format!("0x{:064x}", 7));
    desk.write("other.json", other);
    verify("p.json", MANDATE, &["--commitment", "other.json"]).expect(1);

    // A proof with a byte changed is not valid; what is not a proof file is bad input.
    let json: serde_json::Value = serde_json::from_str(&desk.read("p.json")).unwrap();
    let proof = json["proof"].as_str().unwrap();
    let with = |proof: &str| {
        let mut changed = json.clone();
        changed["proof"] = proof.into();
        desk.write("changed.json", changed.to_string());
        verify("changed.json", MANDATE, &[])
    };
    let flipped = if proof.ends_with('0') { "1" } else { "0" };
    with(&format!("{}{flipped}", &proof[..proof.len() - 1])).expect(1);
    with(&format!("{proof}00")).expect(1);
    with(&proof.to_uppercase()).expect(2);
    with(&proof[..proof.len() - 1]).expect(2);
    with("").expect(2);

    // Files of the other backend: said so, in both directions.
    let groth16 = keys(SHAPE);
    let other = desk.verify("p.json", MANDATE, &groth16).expect(2);
    assert!(other.stderr.contains("transparent.key"), "{other:?}");
    let calldata = desk.run(&["calldata", "--proof", "p.json"]).expect(2);
    assert!(calldata.stderr.contains("groth16-bn254"), "{calldata:?}");
    desk.run(&["solidity", "--keys", "keys", "-o", "V.sol"]).expect(2);

    // Nothing private in the proof, and none of the secrets of the opening.
    let opening: serde_json::Value = serde_json::from_str(&desk.read("o.json")).unwrap();
    for secret in [&opening["blinding"].as_str().unwrap()[2..], opening["nav_units"].as_str().unwrap()] {
        assert!(!desk.read("p.json").contains(secret));
    }

    // A key file that was changed.
    let mut key = std::fs::read(desk.path("keys/transparent.key")).unwrap();
    key[1000] ^= 1;
    desk.write("keys/transparent.key", key);
    verify("p.json", MANDATE, &[]).expect(2);
}

/// Named scenarios, and the claim that none of them loses more than a limit: true at the worst loss, false a cent below.
#[test]
fn stress_tables_are_proved_at_the_worst_loss() {
    let desk = Desk::new();
    let prices = std::fs::read_to_string(PRICES).unwrap();
    let factors: Vec<&str> = prices.lines().next().unwrap().split(',').skip(1).collect();
    let row = |name: &str, even: &str, odd: &str| {
        let moves: Vec<&str> = (0..factors.len()).map(|index| if index % 2 == 0 { even } else { odd }).collect();
        format!("{name},{}\n", moves.join(","))
    };
    let table = format!(
        "name,{}\n{}{}{}",
        factors.join(","),
        row("Crash", "-0.4", "-0.35"),
        row("Rotation", "0.1", "-0.12"),
        row("Calm", "0", "0.01")
    );
    desk.write("stress.csv", table);
    desk.run(&["scenarios", "stress", "--table", "stress.csv", "-o", "s.scn"]).expect(0);
    let shown = desk.run(&["scenarios", "show", "s.scn"]).expect(0);
    assert!(shown.stdout.contains("stress table"), "{shown:?}");
    desk.commit(BOOK).expect(0);
    // The value at risk at a confidence that leaves nothing of three scenarios is the worst loss.
    let risk = ["risk", "--book", BOOK, "--scenarios", "s.scn", "--nav", NAV, "--confidence", "0.9", "--json"];
    let worst = desk.run(&risk).expect(0).json()["var"].as_f64().unwrap();
    assert!(worst > 1_000_000.0, "{worst}");
    let keys = keys(SHAPE);
    let stress = |limit: f64| format!("name = \"m\"\n[[clause]]\nmeasure = \"stress\"\nlimit = {limit:.6}\n");
    desk.write("at.toml", stress(worst));
    desk.write("below.toml", stress(worst - 0.01));
    desk.prove(BOOK, "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    assert!(verified.stdout.contains("worst loss <= "), "{verified:?}");
    desk.verify("p.json", "below.toml", &keys).expect(1);
    let refused = desk.prove(BOOK, "below.toml", &keys).expect(1);
    assert!(refused.stderr.contains("the worst loss is"), "{refused:?}");
    // Beside value at risk it takes the second threshold, beside expected shortfall the first; beside both there is none.
    let with = |others: &[(&str, f64)]| {
        let clauses: String = others
            .iter()
            .map(|(measure, limit)| {
                format!("[[clause]]\nmeasure = \"{measure}\"\nconfidence = 0.5\nlimit = {limit:.6}\n")
            })
            .collect();
        desk.write("with.toml", stress(worst) + &clauses);
        desk.prove(BOOK, "with.toml", &keys)
    };
    with(&[("var", worst)]).expect(0);
    desk.verify("p.json", "with.toml", &keys).expect(0);
    with(&[("cvar", worst)]).expect(0);
    desk.verify("p.json", "with.toml", &keys).expect(0);
    let three = with(&[("var", worst), ("cvar", worst)]).expect(2);
    assert!(three.stderr.contains("two mandates"), "{three:?}");
    // A confidence is not for a worst loss, and a value at risk needs one.
    desk.write("bad.toml", stress(worst) + "confidence = 0.9\n");
    assert!(desk.prove(BOOK, "bad.toml", &keys).expect(2).stderr.contains("has no 'confidence'"));
    desk.write("bad.toml", stress(worst).replace("stress", "var"));
    assert!(desk.prove(BOOK, "bad.toml", &keys).expect(2).stderr.contains("needs a 'confidence'"));
}

#[test]
fn a_backtest_prints_what_a_script_reads() {
    let desk = Desk::new();
    let days: String =
        (0..250).map(|day| format!("{day},{},0.02\n", if day % 50 == 7 { -0.03 } else { 0.001 })).collect();
    desk.write("pnl.csv", format!("day,ret,var99\n{days}"));
    let backtest = ["backtest", "--pnl", "pnl.csv", "--return", "ret", "--var", "var99", "--confidence", "0.99"];
    let json = desk.run(&[&backtest[..], &["--json"]].concat()).expect(0).json();
    assert_eq!((&json["observations"], &json["exceedances"]), (&250.into(), &5.into()));
    assert_eq!(json["traffic_light"]["zone"], "yellow");
    for test in ["kupiec", "independence", "conditional_coverage"] {
        assert!(json[test]["lr"].is_f64() && json[test]["p"].is_f64(), "{json}");
    }
    let printed = desk.run(&backtest).expect(0);
    assert!(printed.stdout.contains("Basel multiplier      3.4"), "{printed:?}");
    let wrong =
        desk.run(&["backtest", "--pnl", "pnl.csv", "--return", "pnl", "--var", "var99", "--confidence", "0.99"]);
    assert!(wrong.expect(2).stderr.contains("a column 'pnl'"));
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

/// Methods that no proof is about, beside the one that proofs are about.
#[test]
fn risk_compares_methods() {
    let desk = Desk::new();
    desk.scenarios("500").expect(0);
    let risk = ["risk", "--book", BOOK, "--scenarios", "s.scn", "--nav", NAV, "--confidence", "0.99"];
    let rows = desk.run(&[&risk[..], &["--compare", "--json"]].concat()).expect(0).json();
    let rows = rows.as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["method"].as_str().unwrap()).collect();
    assert_eq!(names, ["historical", "normal", "student-t", "cornish-fisher", "ewma"]);
    for row in rows {
        let name = row["method"].as_str().unwrap();
        let one = desk.run(&[&risk[..], &["--method", name, "--json"]].concat()).expect(0).json();
        assert_eq!((&one["var"], &one["cvar"]), (&row["var"], &row["cvar"]), "{name}");
        let (var, cvar) = (row["var"].as_f64().unwrap(), row["cvar"].as_f64().unwrap());
        assert!(var > 50_000.0 && cvar > var && cvar < 1_000_000.0, "{row}");
    }
    // The default is the one that is proved.
    assert_eq!(desk.run(&[&risk[..], &["--json"]].concat()).expect(0).json()["var"], rows[0]["var"]);
    let table = desk.run(&[&risk[..], &["--compare"]].concat()).expect(0);
    assert!(table.stdout.contains("cornish-fisher"), "{table:?}");
    desk.run(&[&risk[..], &["--compare", "--method", "normal"]].concat()).expect(2);
}
