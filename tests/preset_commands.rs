//! Mandates that rules prescribe, from the command line to a verified proof on real prices, and
//! with a net asset value a cent too small.

use tailproof_test_support::{BOOK, Desk, PRICES, Run};

fn preset(desk: &Desk, arguments: &str) -> Run {
    desk.run(format!("mandate {arguments} -o m.toml --force"))
}

/// Commits to the real book with a net asset value.
fn commit(desk: &Desk, nav: &str) {
    desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {nav} -o c.json --opening o.json --force"))
        .expect(0);
}

/// Proves the mandate with the least net asset value, to a cent, at which every clause holds, and
/// fails with a cent less.
fn holds_just(desk: &Desk, shape: &str) {
    let keys = desk.keys(shape);
    let holds = |nav: &str| {
        let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {nav} --mandate m.toml --json");
        let run = desk.run(risk);
        let holds = run.json()["holds"] == true;
        run.expect(if holds { 0 } else { 1 });
        holds
    };
    let (mut low, mut high) = (1u64, 100_000_000_000);
    let amount = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if holds(&amount(middle)) { high = middle } else { low = middle }
    }
    commit(desk, &amount(high));
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    // The rule is about scenarios of a kind and a horizon, which a header alone does not settle;
    // the digest of the one set does.
    let by_digest = desk.read("m.toml").contains("\ndigest = ");
    desk.verify("p.json", "m.toml", &keys).expect(if by_digest { 0 } else { 1 });
    desk.verify("p.json", &format!("m.toml --prices {PRICES}"), &keys).expect(0);
    commit(desk, &amount(low));
    desk.prove(BOOK, "m.toml", &keys).expect(1);
}

/// The names of the factors of `s.scn`.
fn factors(desk: &Desk) -> Vec<String> {
    let shown = desk.run("scenarios show s.scn --json").expect(0).json();
    shown["factors"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn ucits_absolute_and_diversification() {
    let desk = Desk::new();
    desk.run(format!("scenarios historical --prices {PRICES} --horizon 20 --window 250 -o s.scn")).expect(0);
    let refused = preset(&desk, "ucits-absolute --unit 2").expect(2);
    assert!(refused.stderr.contains("--unit") && refused.stderr.contains("at most 1"), "{refused:?}");
    let said = preset(&desk, "ucits-absolute").expect(0);
    assert!(said.stdout.contains("99 % VaR <= 20 % of NAV"), "{said:?}");
    holds_just(&desk, "250x20/1");
    let said = preset(&desk, "ucits-absolute --diversification").expect(0);
    for clause in ["largest exposure <= 10 % of NAV", "sum of exposures above 5 % of NAV <= 40 % of NAV"] {
        assert!(said.stdout.contains(clause), "{said:?}");
    }
    holds_just(&desk, "250x20+limits");
}

#[test]
fn ucits_relative_is_twice_the_reference() {
    let desk = Desk::new();
    desk.run(format!("scenarios historical --prices {PRICES} --horizon 20 --window 250 -o s.scn")).expect(0);
    let rows: String = factors(&desk).iter().map(|name| format!("{name},100\n")).collect();
    desk.write("reference.csv", format!("factor,exposure\n{rows}"));
    let relative = "ucits-relative --reference reference.csv --scenarios s.scn";
    preset(&desk, relative).expect(0);
    let risk = "risk --book reference.csv --scenarios s.scn --confidence 0.99 --json";
    let var = desk.run(risk).expect(0).json()["var"].as_f64().unwrap();
    let text = desk.read("m.toml");
    let limit: f64 = text.lines().find_map(|line| line.strip_prefix("limit_nav = ")).unwrap().parse().unwrap();
    assert!((limit - 2.0 * var / 2000.0).abs() < 1e-8, "{limit} {var}");
    holds_just(&desk, "250x20/1");
    desk.write("reference.csv", format!("factor,exposure\n{rows}").replacen(",100", ",-100", 1));
    assert!(preset(&desk, relative).expect(2).stderr.contains("no leverage"));
    assert!(preset(&desk, "ucits-relative").expect(2).stderr.contains("--reference"));
}

/// Writes liquidity horizons, and makes a stressed set with them.
fn stressed(desk: &Desk, days: impl Fn(usize) -> u32) -> Run {
    let rows = factors(desk).into_iter().enumerate().map(|(index, name)| format!("{name},{}\n", days(index)));
    desk.write("h.csv", format!("factor,days\n{}", rows.collect::<String>()));
    desk.run(format!(
        "scenarios historical --prices {PRICES} --horizon 10 --window 250 --stressed equal --liquidity-horizons h.csv -o s.scn"
    ))
    .expect(0)
}

#[test]
fn frtb_shortfall_with_one_liquidity_horizon() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let said = stressed(&desk, |_| 20);
    assert!(said.stdout.contains("stressed window, liquidity horizons"), "{said:?}");
    desk.run(format!("scenarios regenerate s.scn --prices {PRICES}")).expect(0);
    assert!(preset(&desk, "frtb-es").expect(2).stderr.contains("--limit"));
    preset(&desk, "frtb-es --limit-nav 0.15").expect(0);
    holds_just(&desk, "250x20/1");
}

/// Scaled moves may ask for less than MAR33.5 where horizons differ. Another name takes such sets.
#[test]
fn liquidity_horizons_under_the_name_of_the_rule_are_one_for_all() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    preset(&desk, "frtb-es --limit-nav 0.9").expect(0);
    let other = desk.read("m.toml").replace("FRTB expected shortfall", "Own expected shortfall");
    desk.write("other.toml", other.replace("limit_nav = \"0.9\"", "limit_nav = \"9\""));
    let risk =
        |mandate: &str| desk.run(format!("risk --book {BOOK} --nav 10000000 --scenarios s.scn --mandate {mandate}"));
    stressed(&desk, |index| if index == 0 { 20 } else { 10 });
    let refused = risk("m.toml").expect(1);
    assert!(refused.stderr.contains("MAR33.5") && refused.stderr.contains("for all factors"), "{refused:?}");
    risk("other.toml").expect(0);
    stressed(&desk, |_| 20);
    risk("m.toml").expect(0);
}

#[test]
fn solvency_requirement_over_a_year() {
    let desk = Desk::new();
    desk.run(format!(
        "scenarios montecarlo --prices {PRICES} --model normal --zero-drift --paths 40 --horizon 250 --seed {} -o s.scn",
        "11".repeat(32)
    ))
    .expect(0);
    preset(&desk, "solvency2").expect(0);
    holds_just(&desk, "40x20/1");
    // Without a table the name asks for the same, and the refusal says what to write.
    let keys = desk.keys("40x20/1");
    let text = desk.read("m.toml");
    let (clauses, _) = text.split_once("[scenarios]").unwrap();
    desk.write("bare.toml", clauses);
    commit(&desk, "1000000000");
    desk.prove(BOOK, "bare.toml", &keys).expect(0);
    let refused = desk.verify("p.json", "bare.toml", &keys).expect(1).stderr;
    assert!(
        refused.contains("'Solvency II SCR coverage', whose rule asks for kind historical, monte-carlo"),
        "{refused}"
    );
    let (_, line) = refused.split_once("with the line `").unwrap();
    desk.write("settled.toml", format!("{}\n{clauses}", line.split_once('`').unwrap().0));
    desk.prove(BOOK, "settled.toml", &keys).expect(0);
    desk.verify("p.json", "settled.toml", &keys).expect(0);
    assert!(preset(&desk, "solvency2 --limit-nav 0.5").expect(2).stderr.contains("theirs"));
    assert!(preset(&desk, "solvency2 --diversification").expect(2).stderr.contains("UCITS"));
}

/// The demo's book has a largest exposure of 1,400,000, a quarter of 5,600,000, and exposures of
/// 12,550,000 in all, 1.255 times its net asset value of 10,000,000.
#[test]
fn limits_on_the_book_hold_just() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let keys = desk.keys("8x20+limits");
    let said = preset(&desk, "crr-large-exposures").expect(0);
    assert!(said.stdout.contains("largest exposure <= 25 % of NAV"), "{said:?}");
    for (nav, status) in [("5600000", 0), ("5599999.99", 1)] {
        commit(&desk, nav);
        desk.prove(BOOK, "m.toml", &keys).expect(status);
    }
    commit(&desk, "10000000");
    for (maximum, status) in [("1.255", 0), ("1.254999999", 1)] {
        preset(&desk, &format!("aifmd-gross --limit-nav {maximum}")).expect(0);
        desk.prove(BOOK, "m.toml", &keys).expect(status);
    }
    assert!(preset(&desk, "aifmd-gross --limit 5").expect(2).stderr.contains("--limit-nav"));
    assert!(preset(&desk, "crr-large-exposures --limit-nav 0.3").expect(2).stderr.contains("theirs"));
    assert!(preset(&desk, "aifmd-gross --limit-nav 2 --scenarios s.scn").expect(2).stderr.contains("frtb-sba"));
    assert!(preset(&desk, "frtb-sba --limit 5").expect(2).stderr.contains("--scenarios"));
    assert!(preset(&desk, "span-scan --limit 5 --scenarios s.scn").expect(2).stderr.contains("kind"));
}

/// A rule's mandate over one-day returns, and mandates that bear its name and ask for less.
#[test]
fn one_day_returns_are_not_the_scenarios_of_a_rule() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let risk = "--nav 10000000 --scenarios s.scn --json --mandate";
    for rule in ["ucits-absolute", "solvency2", "frtb-es --limit-nav 0.15"] {
        preset(&desk, rule).expect(0);
        assert!(desk.prove(BOOK, "m.toml", &keys).expect(1).stderr.contains("horizon"));
        desk.run(format!("risk --book {BOOK} {risk} m.toml")).expect(1);
        // The same text without its table, as an earlier version wrote it: the name stands for the
        // rule.
        let text = desk.read("m.toml");
        let (clauses, table) = text.split_once("[scenarios]").unwrap();
        desk.write("bare.toml", clauses);
        assert!(desk.prove(BOOK, "bare.toml", &keys).expect(1).stderr.contains("horizon"));
        let weaker = table.lines().map(|line| if line.starts_with("horizon") { "horizon = 1" } else { line });
        desk.write("weak.toml", format!("{clauses}[scenarios]\n{}\n", weaker.collect::<Vec<_>>().join("\n")));
        assert!(desk.prove(BOOK, "weak.toml", &keys).expect(2).stderr.contains("that rule has horizon = "));
    }
    desk.write("reference.csv", "factor,exposure\nAAPL,100\n");
    let relative = preset(&desk, "ucits-relative --reference reference.csv --scenarios s.scn").expect(2);
    assert!(relative.stderr.contains("horizon of 20"), "{relative:?}");
}
