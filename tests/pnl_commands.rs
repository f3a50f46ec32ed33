//! P&L vectors from the command line: the demo's book, revalued on each day of its prices, is committed
//! to as a vector of gains.

use tailproof_test_support::last_units::{amount, gains, pnl_csv as csv};
use tailproof_test_support::{BOOK, Desk, PRICES};

const SOURCE: &str = "Equity desk, full revaluation";

/// A desk with the vector of so many days, its set and its commitment; and the losses in cents, the
/// largest first.
fn desk(days: usize) -> (Desk, Vec<i64>) {
    let desk = Desk::new();
    let gains = gains(&desk, days);
    desk.write("pnl.csv", csv(&gains));
    desk.run(format!("scenarios pnl --pnl pnl.csv --source '{SOURCE}' -o s.scn")).expect(0);
    desk.run("commit --pnl pnl.csv --scenarios s.scn --nav 10000000 -o c.json --opening o.json").expect(0);
    let mut losses: Vec<i64> = gains.iter().map(|(_, gain)| -gain).collect();
    losses.sort_unstable_by(|one, other| other.cmp(one));
    (desk, losses)
}

fn mandate(desk: &Desk, name: &str, clauses: &[(&str, String)]) {
    let clause = |(measure, limit): &(&str, String)| format!("[[clause]]\nmeasure = {measure}\n{limit}\n");
    desk.write(name, format!("name = \"P&L\"\n{}", clauses.iter().map(clause).collect::<String>()));
}

const VAR: &str = "\"var\"\nconfidence = 0.9";
const CVAR: &str = "\"cvar\"\nconfidence = 0.9";

/// Each clause at its last unit, and one unit further: of 40 days 4 may lie beyond, so value at risk is
/// the fifth largest loss, and expected shortfall the mean of the four largest.
fn every_clause_at_its_last_unit(desk: &Desk, losses: &[i64], keys: &str, backend: &str) {
    let tail = losses.len() / 10;
    let (var, four) = (losses[tail], losses[..tail].iter().sum::<i64>());
    assert!(var > 0 && tail == 4);
    // A quarter of a cent is 0.0025.
    let quarters = |four: i64| format!("{}.{:04}", four * 25 / 10_000, four * 25 % 10_000);
    let limit = |text: String| format!("limit = {text}");
    let share = |cents: i64| format!("limit_nav = 0.{cents:09}");
    mandate(desk, "at.toml", &[(VAR, limit(amount(var))), (CVAR, limit(quarters(four)))]);
    let prove = |name: &str| desk.prove("pnl.csv", name, &format!("{keys} {backend}"));
    prove("at.toml").expect(0);
    let verified = desk.verify("p.json", "at.toml", &format!("{keys} --commitment c.json")).expect(0);
    let days = losses.len();
    for sentence in [
        format!("over the committed P&L vector of \"{SOURCE}\", {days} days from 2022-"),
        "is the word of whoever committed to it".to_owned(),
        format!("90 % VaR <= {}", thousands(var)),
    ] {
        assert!(verified.stdout.contains(&sentence), "{sentence} in {verified:?}");
    }
    assert!(!verified.stdout.contains("made again: "), "{verified:?}");
    for (name, clauses) in [
        ("var", [(VAR, limit(amount(var - 1))), (CVAR, limit(quarters(four)))]),
        ("cvar", [(VAR, limit(amount(var))), (CVAR, limit(quarters(four - 1)))]),
    ] {
        let file = format!("{name}.toml");
        mandate(desk, &file, &clauses);
        let refused = prove(&file).expect(1);
        assert!(refused.stderr.contains("above the limit"), "{refused:?}");
        desk.verify("p.json", &file, keys).expect(1);
    }
    // The worst loss, and a share of the net asset value of ten million: a cent is a billionth.
    let worst = losses[0];
    mandate(desk, "worst.toml", &[("\"stress\"", share(worst))]);
    prove("worst.toml").expect(0);
    desk.verify("p.json", "worst.toml", keys).expect(0);
    mandate(desk, "less.toml", &[("\"stress\"", share(worst - 1))]);
    prove("less.toml").expect(1);
    desk.verify("p.json", "less.toml", keys).expect(1);
}

fn thousands(cents: i64) -> String {
    let whole = (cents / 100).to_string();
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[test]
fn every_clause_is_proved_at_its_last_unit_and_refused_one_unit_further() {
    let (desk, losses) = desk(40);
    let keys = desk.keys("40pnl/1");
    every_clause_at_its_last_unit(&desk, &losses, &keys, "");
    // The figures of `risk` are those of the vector.
    let risk =
        desk.run("risk --pnl pnl.csv --scenarios s.scn --nav 10000000 --mandate at.toml --json").expect(0).json();
    assert_eq!((risk["nav"].as_f64(), risk["holds"].as_bool()), (Some(1e7), Some(true)), "{risk}");
    assert_eq!(risk["clauses"][0]["figure"].as_f64(), Some(losses[4] as f64 / 100.0), "{risk}");
    // A vector has no exposures, and the figures say nothing of them.
    let risk = "risk --pnl pnl.csv --scenarios s.scn --nav 10000000 --confidence 0.9";
    assert!(!desk.run(risk).expect(0).stdout.contains("gross exposure"));
    assert!(desk.run(format!("{risk} --json")).expect(0).json()["gross"].is_null());
    let opened = "book check --pnl pnl.csv --scenarios s.scn --commitment c.json --opening o.json";
    desk.run(opened).expect(0);
    // Two confidences take two thresholds, and the keys of a mandate are found.
    mandate(
        &desk,
        "two.toml",
        &[(VAR, "limit = 9000000".into()), ("\"cvar\"\nconfidence = 0.8", "limit = 9000000".into())],
    );
    let refused = desk.prove("pnl.csv", "two.toml", &keys).expect(2);
    assert!(refused.stderr.contains("make keys of shape 40pnl"), "{refused:?}");
    let made = desk.run("keygen --for two.toml --scenarios s.scn --insecure-dev -o made").expect(0);
    assert!(made.stdout.contains("shape 40pnl\n"), "{made:?}");
    desk.prove("pnl.csv", "two.toml", "made").expect(0);
    desk.verify("p.json", "two.toml", "made").expect(0);
}

#[test]
fn halo2_proves_the_same() {
    let (desk, losses) = desk(40);
    let keys = desk.halo2_keys("40pnl/1");
    every_clause_at_its_last_unit(&desk, &losses, &keys, "--backend halo2");
}

/// Two desks, the second of which hedges part of the first.
#[test]
fn the_sum_of_desks_is_proved() {
    let (desk, _) = desk(8);
    let first = gains(&desk, 8);
    let second: Vec<(String, i64)> = first.iter().map(|(day, gain)| (day.clone(), -gain / 4)).collect();
    desk.write("hedge.csv", csv(&second));
    desk.run("commit --pnl hedge.csv --scenarios s.scn --nav 0 -o h.json --opening ho.json").expect(0);
    let worst = first.iter().zip(&second).map(|((_, one), (_, other))| -(one + other)).max().unwrap();
    let keys = desk.keys("8pnl/1+2books");
    let prove = "prove --pnl pnl.csv --opening o.json --pnl hedge.csv --opening ho.json --scenarios s.scn";
    mandate(&desk, "at.toml", &[("\"stress\"", format!("limit = {}", amount(worst)))]);
    desk.run(format!("{prove} --mandate at.toml --keys {keys} -o p.json")).expect(0);
    let verify =
        format!("verify --proof p.json --scenarios s.scn --keys {keys} --commitment c.json --commitment h.json");
    desk.run(format!("{verify} --mandate at.toml")).expect(0);
    mandate(&desk, "less.toml", &[("\"stress\"", format!("limit = {}", amount(worst - 1)))]);
    desk.run(format!("{prove} --mandate less.toml --keys {keys} -o q.json")).expect(1);
    desk.run(format!("{verify} --mandate less.toml")).expect(1);
}

/// The window is fixed by the commitment: another one does not open it, and is another set.
#[test]
fn another_window_or_source_does_not_open_the_commitment() {
    let (desk, _) = desk(8);
    let keys = desk.keys("8pnl/1");
    mandate(&desk, "m.toml", &[(VAR, "limit = 9000000".into())]);
    desk.prove("pnl.csv", "m.toml", &keys).expect(0);
    let rows = desk.read("pnl.csv");
    let (head, rest) = rows.split_once('\n').unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    desk.write("short.csv", format!("{head}\n{rest}"));
    desk.run(format!("scenarios pnl --pnl short.csv --source '{SOURCE}' -o short.scn")).expect(0);
    let short = "--scenarios short.scn --mandate m.toml";
    let refused = desk.run(format!("prove --pnl short.csv --opening o.json {short} --keys {keys} -o q.json")).expect(2);
    assert!(refused.stderr.contains("opening"), "{refused:?}");
    let refused = desk.run(format!("prove --pnl pnl.csv --opening o.json {short} --keys {keys} -o q.json")).expect(2);
    assert!(refused.stderr.contains("make the set from the same file"), "{refused:?}");
    desk.run(format!("verify --proof p.json {short} --keys {keys}")).expect(1);
    desk.run("scenarios pnl --pnl pnl.csv --source 'Another desk' -o other.scn").expect(0);
    let other = "--scenarios other.scn --mandate m.toml";
    desk.run(format!("prove --pnl pnl.csv --opening o.json {other} --keys {keys} -o q.json")).expect(2);
    desk.run(format!("verify --proof p.json {other} --keys {keys}")).expect(1);
    // Another gain of one day.
    desk.write("changed.csv", rows.replacen(",-", ",", 1));
    let refused = desk.prove("changed.csv", "m.toml", &keys).expect(2);
    assert!(refused.stderr.contains("opening"), "{refused:?}");
}

/// A vector has no positions: what is about them is refused, and the refusal says what to do.
#[test]
fn what_takes_positions_is_refused_in_plain_words() {
    let (desk, _) = desk(8);
    let keys = desk.keys("8pnl/1");
    for clause in [
        "measure = \"gross\"\nlimit = 5",
        "measure = \"net\"\nlimit = 5",
        "measure = \"concentration\"\nlimit = 5",
        "measure = \"var\"\nconfidence = 0.9\nlimit = 9000000\nfloor = 1",
        "measure = \"var\"\nconfidence = 0.9\nlimit = 9000000\nliquidity = true\n[liquidity]\nhalf_spread = 0.001",
    ] {
        desk.write("m.toml", format!("name = \"m\"\n[[clause]]\n{clause}\n"));
        let refused = desk.prove("pnl.csv", "m.toml", &keys).expect(2);
        assert!(
            refused.stderr.contains("a P&L vector has none: prove it over a scenario set"),
            "{clause}: {refused:?}"
        );
    }
    desk.write("sum.toml", "name = \"m\"\nnav = \"sum\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 9000000\n");
    let refused = desk.prove("pnl.csv", "sum.toml", &keys).expect(2);
    assert!(refused.stderr.contains("a P&L vector has none"), "{refused:?}");
    mandate(&desk, "m.toml", &[(VAR, "limit = 9000000".into())]);
    for (command, said) in [
        (
            "check --book pnl.csv --scenarios s.scn --nav 5 --mandate m.toml --trade AAPL,+5",
            "a check before trades (`risk --mandate` prints the figures) takes positions",
        ),
        ("report --book pnl.csv --scenarios s.scn --mandate m.toml -o page.html", "no net asset value of its own"),
        ("risk --pnl pnl.csv --scenarios s.scn --nav 5 --confidence 0.9 --contributions", "takes positions"),
        ("commit --pnl pnl.csv --scenarios s.scn -o d.json --opening e.json", "no net asset value of its own"),
    ] {
        let refused = desk.run(command).expect(2);
        assert!(refused.stderr.contains(said), "{command}: {refused:?}");
    }
    // A book where the vector is expected, and keys and sets of the other kind.
    let refused = desk.run(format!("risk --book {BOOK} --scenarios s.scn --nav 5 --confidence 0.9")).expect(2);
    assert!(refused.stderr.contains("date and pnl"), "{refused:?}");
    let refused = desk.prove("pnl.csv", "m.toml", &desk.keys("8x20")).expect(2);
    assert!(refused.stderr.contains("a P&L vector of T days takes keys of shape Tpnl"), "{refused:?}");
    desk.prove("pnl.csv", "m.toml", &keys).expect(0);
    desk.run(format!("scenarios historical --window 8 --prices {PRICES} -o h.scn")).expect(0);
    let refused = desk.run(format!("verify --proof p.json --scenarios h.scn --mandate m.toml --keys {keys}")).expect(2);
    assert!(refused.stderr.contains("the set holds scenarios"), "{refused:?}");
}

/// The private page of a vector has its figures and its worst days, and nothing of exposures.
#[test]
fn a_private_page_shows_the_figures_and_the_days_of_a_vector() {
    let (desk, losses) = desk(40);
    mandate(&desk, "at.toml", &[(VAR, format!("limit = {}", amount(losses[4])))]);
    let report = "report --book pnl.csv --scenarios s.scn --nav 10000000 -o page.html --mandate";
    let said = desk.run(format!("{report} at.toml")).expect(0);
    assert!(said.stdout.contains("PRIVATE"), "{said:?}");
    let page = desk.read("page.html");
    let worst = gains(&desk, 40).into_iter().find(|(_, gain)| -gain == losses[0]).unwrap().0;
    for part in [
        "Private: this page shows the P&amp;L vector.",
        "Within the mandate: its one clause holds.",
        "Worst days",
        &worst,
        &thousands(losses[0]),
        &format!("90 % VaR {}", thousands(losses[4])),
        "<svg",
        "Nothing shows that a book had these gains",
        "tailproof risk --pnl pnl.csv --scenarios s.scn --nav 10000000 --mandate at.toml",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    for part in ["exposure", "Contributions", "largest part", "--contributions"] {
        assert!(!page.contains(part), "{part} in {page}");
    }
    mandate(&desk, "less.toml", &[(VAR, format!("limit = {}", amount(losses[4] - 1)))]);
    desk.run(format!("{report} less.toml")).expect(0);
    assert!(desk.read("page.html").contains("Mandate broken: its one clause does not hold."));
    // A mandate that is about scenarios of another kind.
    desk.run("mandate ucits-absolute -o rule.toml").expect(0);
    desk.run(format!("{report} rule.toml")).expect(0);
    let page = desk.read("page.html");
    assert!(page.contains("No verdict: ") && !page.contains("Within the mandate"), "{page}");
}

/// A ledger's forecasts are of moves that prices make.
#[test]
fn a_ledger_refuses_a_pnl_vector() {
    let (desk, _) = desk(8);
    let keys = desk.keys("8pnl/1");
    mandate(&desk, "m.toml", &[(VAR, "limit = 9000000".into())]);
    desk.run("ledger new --name 'Fund' --confidence 0.9 -o ledger.json").expect(0);
    let context = desk.run("ledger context ledger.json --date 2023-01-03").expect(0).stdout;
    let prove = format!("prove --pnl pnl.csv --opening o.json --scenarios s.scn --mandate m.toml --keys {keys}");
    desk.run(format!("{prove} --context {} -o p.json", context.trim())).expect(0);
    let step = "ledger forecast ledger.json --date 2023-01-03 --proof p.json --scenarios s.scn --mandate m.toml";
    let refused = desk.run(format!("{step} --keys {keys}"));
    assert_ne!(refused.status, 0, "{refused:?}");
    assert!(refused.stderr.contains("pnl"), "{refused:?}");
}

#[test]
fn the_set_shows_its_days_and_no_gain() {
    let (desk, _) = desk(8);
    let shown = desk.run("scenarios show s.scn").expect(0);
    assert!(shown.stdout.contains(&format!("source        {SOURCE}")), "{shown:?}");
    assert!(shown.stdout.contains("is the word of whoever committed to it"), "{shown:?}");
    let set = String::from_utf8_lossy(&desk.bytes("s.scn")).into_owned();
    for (day, gain) in gains(&desk, 8) {
        assert!(set.contains(&day) && !set.contains(&amount(gain)));
    }
    let again = desk.run("scenarios regenerate s.scn").expect(0);
    assert!(again.stdout.contains("identical"), "{again:?}");
    let shape = desk.run("shape 500pnl/1").expect(0);
    assert!(shape.stdout.contains("a P&L vector of up to 500 days, 1 threshold(s)"), "{shape:?}");
}
