use super::*;
use crate::pool::cashflow::EXAMPLE;

#[test]
fn the_example_is_read() {
    let all = Assumptions::from_toml("a.toml", EXAMPLE).unwrap();
    let expected = [
        "name \"base case and a stress\"",
        "repline \"A\" rate 5.25 term 120 age 24 level-pay",
        "repline \"B\" rate 7 term 180 age 0 interest-only 36",
        "block base prepayment cpr 6; default cdr 2; severity 40; lag 12; fee 0.25",
        "block stress prepayment psa 50; default cdr 4; severity 55; lag 18; fee 0.25",
        "code \"B\" prepayment psa 50; default cdr 8; severity 65; lag 18; fee 0.25",
        "discount 1 4.5",
        "index euribor 3.9 3.8 3.7",
    ];
    assert_eq!(all.lines(), expected);
    assert_eq!(all.block("stress"), Ok(1));
    assert!(all.block("crash").unwrap_err().to_string().contains("base, stress"));
}

#[test]
fn every_number_moves_the_digest_and_no_spelling_does() {
    let digest = |text: &str| Assumptions::from_toml("a.toml", text).unwrap().digest();
    for (from, to) in [
        ("rate = 5.25", "rate = 5.250001"),
        ("term = 120", "term = 121"),
        ("age = 24", "age = 25"),
        ("interest_only = 36", "interest_only = 37"),
        ("cpr = 6", "cpr = 7"),
        ("cpr = 6", "psa = 6"),
        ("cdr = 2", "mdr = [2]"),
        ("severity = 40", "severity = 41"),
        ("recovery_lag = 12", "recovery_lag = 13"),
        ("cdr = 8", "cdr = 9"),
        ("flat = 4.5", "flat = 4.6"),
        ("3.8", "3.9"),
    ] {
        assert!(EXAMPLE.contains(from), "{from}");
        assert_ne!(digest(&EXAMPLE.replacen(from, to, 1)), digest(EXAMPLE), "{to}");
    }
    let spelled =
        EXAMPLE.replace("rate = 7", "rate = \"7.00\" # percent").replace("flat = 4.5", "points = [[1, 4.50]]");
    assert_eq!(digest(&spelled), digest(EXAMPLE));
}

#[test]
fn what_does_not_go_together_is_refused() {
    for (from, to, said) in [
        ("version = 1", "version = 2", "version 2"),
        ("code = \"B\"", "code = \"A\"", "'A' occurs twice"),
        ("name = \"stress\"", "name = \"base\"", "'base' occurs twice"),
        ("name = \"stress\"", "name = \"Stress 1\"", "not a name of 1 to 32 letters"),
        ("rate = 5.25", "rate = 5.2500001", "at most 6 decimals"),
        ("rate = 5.25", "rate = 170", "0 to 163.83 %"),
        ("term = 120", "term = 512", "1 to 511 months"),
        ("term = 120", "term = 0", "1 to 511 months"),
        ("\"level-pay\"", "\"level\"", "level"),
        ("\"level-pay\"", "\"interest-only\"", "needs interest_only"),
        ("interest_only = 36", "interest_only = 180", "fewer months than its term"),
        ("{ cpr = 6 }", "{ cpr = 6, psa = 1 }", "exactly one of cpr, psa and smm"),
        ("{ cpr = 6 }", "{}", "exactly one of cpr, psa and smm"),
        ("{ cpr = 6 }", "{ smm = [] }", "no values"),
        ("{ cdr = 2 }", "{ cpr = 2 }", "unknown field `cpr`"),
        ("cdr = 2", "cdr = 101", "0 to 100"),
        ("severity = 40", "severity = -1", "severity of block 'base'"),
        ("recovery_lag = 12", "recovery_lag = 121", "0 to 120 months"),
        ("block.codes.B", "block.codes.C", "'C', which has no [[repline]]"),
        ("flat = 4.5", "flat = 4.5\npoints = [[1, 2]]", "one of flat and points"),
        ("flat = 4.5", "points = [[9, 2], [9, 3]]", "rising months"),
        ("flat = 4.5", "flat = -6", "-5 to 100 %"),
        ("euribor = [3.9, 3.8, 3.7]", "euribor = []", "no values"),
        ("version = 1", "version = 1\nspread = 2", "unknown field `spread`"),
    ] {
        assert!(EXAMPLE.contains(from), "{from}");
        let error = Assumptions::from_toml("a.toml", &EXAMPLE.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(said), "{to}: {error}");
    }
}
