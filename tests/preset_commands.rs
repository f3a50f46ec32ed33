//! Mandates that rules prescribe, from the command line to a verified proof on real prices, and a little tighter than the truth.
#![allow(clippy::unwrap_used)]

mod support;

use support::{BOOK, Desk, PRICES, Run, keys};

fn preset(desk: &Desk, arguments: &[&str]) -> Run {
    desk.run(&[&["mandate"], arguments, &["-o", "m.toml"]].concat())
}

/// Commits to the real book with a net asset value.
fn commit(desk: &Desk, nav: &str) {
    let files = ["-o", "c.json", "--opening", "o.json", "--force", "--nav", nav];
    desk.run(&[&["commit", "--book", BOOK, "--scenarios", "s.scn"], &files[..]].concat()).expect(0);
}

/// Proves a mandate that holds with one net asset value and not with another, just below what it takes.
fn holds_just(desk: &Desk, shape: &str) {
    let keys = keys(shape);
    let used = |nav: &str| {
        let risk = ["risk", "--book", BOOK, "--scenarios", "s.scn", "--nav", nav, "--mandate", "m.toml", "--json"];
        desk.run(&risk).expect(0).json()
    };
    // The least net asset value, to a cent, at which every clause holds.
    let (mut low, mut high) = (1u64, 100_000_000_000);
    let amount = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if used(&amount(middle))["holds"] == true { high = middle } else { low = middle }
    }
    commit(desk, &amount(high));
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    desk.verify("p.json", "m.toml", &keys).expect(0);
    commit(desk, &amount(low));
    desk.prove(BOOK, "m.toml", &keys).expect(1);
}

#[test]
fn ucits_absolute_and_diversification() {
    let desk = Desk::new();
    let made = ["scenarios", "historical", "--prices", PRICES, "--horizon", "20", "--window", "40", "-o", "s.scn"];
    desk.run(&made).expect(0);
    let said = preset(&desk, &["ucits-absolute"]).expect(0);
    assert!(said.stdout.contains("99 % VaR <= 20 % of NAV"), "{said:?}");
    holds_just(&desk, "40x20/1");
    let said = preset(&desk, &["ucits-absolute", "--diversification"]).expect(0);
    for clause in ["largest exposure <= 10 % of NAV", "sum of exposures above 5 % of NAV <= 40 % of NAV"] {
        assert!(said.stdout.contains(clause), "{said:?}");
    }
    holds_just(&desk, "40x20+limits");
}

#[test]
fn ucits_relative_is_twice_the_reference() {
    let desk = Desk::new();
    desk.scenarios("40").expect(0);
    let names = desk.run(&["scenarios", "show", "s.scn", "--json"]).expect(0).json()["factors"].clone();
    let rows: String =
        names.as_array().unwrap().iter().map(|name| format!("{},100\n", name.as_str().unwrap())).collect();
    desk.write("reference.csv", format!("factor,exposure\n{rows}"));
    let arguments = ["ucits-relative", "--reference", "reference.csv", "--scenarios", "s.scn"];
    preset(&desk, &arguments).expect(0);
    let risk = ["risk", "--book", "reference.csv", "--scenarios", "s.scn", "--confidence", "0.99", "--json"];
    let var = desk.run(&risk).expect(0).json()["var"].as_f64().unwrap();
    let text = desk.read("m.toml");
    let limit: f64 = text.lines().find_map(|line| line.strip_prefix("limit_nav = ")).unwrap().parse().unwrap();
    assert!((limit - 2.0 * var / 2000.0).abs() < 1e-8, "{limit} {var}");
    holds_just(&desk, "40x20/1");
    desk.write("reference.csv", format!("factor,exposure\n{rows}").replacen(",100", ",-100", 1));
    assert!(preset(&desk, &arguments).expect(2).stderr.contains("no leverage"));
    assert!(preset(&desk, &["ucits-relative"]).expect(2).stderr.contains("--reference"));
}

#[test]
fn frtb_shortfall_with_liquidity_horizons() {
    let desk = Desk::new();
    desk.scenarios("8").expect(0);
    let names = desk.run(&["scenarios", "show", "s.scn", "--json"]).expect(0).json()["factors"].clone();
    let days = |index: usize| if index.is_multiple_of(3) { 20 } else { 10 };
    let rows: String = names
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(index, name)| format!("{},{}\n", name.as_str().unwrap(), days(index)))
        .collect();
    desk.write("h.csv", format!("factor,days\n{rows}"));
    let made = ["scenarios", "historical", "--prices", PRICES, "--horizon", "10", "--window", "40"];
    let more = ["--stressed", "equal", "--liquidity-horizons", "h.csv", "-o", "s.scn"];
    let said = desk.run(&[&made[..], &more].concat()).expect(0);
    assert!(said.stdout.contains("stressed window, liquidity horizons"), "{said:?}");
    desk.run(&["scenarios", "regenerate", "s.scn", "--prices", PRICES]).expect(0);
    assert!(preset(&desk, &["frtb-es"]).expect(2).stderr.contains("--limit"));
    preset(&desk, &["frtb-es", "--limit-nav", "0.15"]).expect(0);
    holds_just(&desk, "40x20/1");
}

#[test]
fn solvency_requirement_over_a_year() {
    let desk = Desk::new();
    let seed = "11".repeat(32);
    let made = ["scenarios", "montecarlo", "--prices", PRICES, "--model", "normal", "--zero-drift"];
    desk.run(&[&made[..], &["--paths", "40", "--horizon", "250", "--seed", &seed, "-o", "s.scn"]].concat()).expect(0);
    preset(&desk, &["solvency2"]).expect(0);
    holds_just(&desk, "40x20/1");
    assert!(preset(&desk, &["solvency2", "--limit-nav", "0.5"]).expect(2).stderr.contains("theirs"));
    assert!(preset(&desk, &["solvency2", "--diversification"]).expect(2).stderr.contains("UCITS"));
}
