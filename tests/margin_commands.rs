//! Margins by rule and scans of one underlying, from the command line to a verified proof: at the
//! book's figure, and refused a millionth tighter.

use tailproof_test_support::last_units::{OPTIONS, RULE, SCAN};
use tailproof_test_support::{BOOK, Desk, NAV, Run};

fn make(desk: &Desk, arguments: &str) -> Run {
    desk.run(format!("scenarios {arguments} -o s.scn"))
}

/// A mandate of one margin.
fn clause(limit: f64) -> String {
    format!("name = \"m\"\n[[clause]]\nmeasure = \"margin\"\nlimit = {limit:.6}\n")
}

/// Returns the figure of the one clause of a mandate.
fn figure(desk: &Desk, book: &str, mandate: &str) -> f64 {
    let risk = format!("risk --book {book} --scenarios s.scn --nav 10000000 --mandate {mandate} --json");
    desk.run(risk).expect(0).json()["clauses"][0]["figure"].as_f64().unwrap()
}

/// The margin of the demo's book, summed here in another way: bucket by bucket, as MAR21.4 writes it.
fn by_buckets(desk: &Desk) -> f64 {
    let book = desk.read(BOOK);
    let exposure = |name: &str| -> f64 {
        let row = book.lines().find_map(|line| line.strip_prefix(&format!("{name},")));
        row.map_or(0.0, |cell| cell.parse().unwrap())
    };
    let rule: toml::Table = RULE.parse().unwrap();
    let sums: Vec<(f64, f64)> = rule["bucket"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bucket| {
            let weight = bucket["weights"].as_float().unwrap();
            let names = bucket["factors"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
            let weighted: Vec<f64> = names.map(|name| weight * exposure(name)).collect();
            let sum: f64 = weighted.iter().sum();
            let squares: f64 = weighted.iter().map(|value| value * value).sum();
            // K_b^2 and S_b.
            (squares + 0.25 * (sum * sum - squares), sum)
        })
        .collect();
    let across: f64 = (0..4)
        .flat_map(|one| (0..4).filter(move |other| *other != one).map(move |other| (one, other)))
        .map(|(one, other): (usize, usize)| 0.15 * sums[one].1 * sums[other].1)
        .sum();
    (sums.iter().map(|(inside, _)| inside).sum::<f64>() + across).sqrt()
}

/// A real book at its last unit, with both backends; and one unit further.
#[test]
fn the_margin_of_a_real_book_is_proved_at_its_figure_and_no_tighter() {
    let desk = Desk::new();
    desk.write("rule.toml", RULE);
    let said = make(&desk, "margin --table rule.toml").expect(0);
    assert!(said.stdout.contains("weights and medium correlations of a table, 20 factors"), "{said:?}");
    desk.write("any.toml", clause(1e9));
    let found = figure(&desk, BOOK, "any.toml");
    let expected = by_buckets(&desk);
    assert!((found / expected - 1.0).abs() < 1e-6, "{found}, {expected}");
    desk.write("at.toml", clause(found));
    desk.write("below.toml", clause(found - 0.000_001));
    desk.commit(BOOK).expect(0);
    let keys = desk.keys("21x20+parametric");
    desk.prove(BOOK, "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    for words in [
        "under the correlations that its header calls medium: without concentration factors, caps of a bucket's sum, curvature",
        "nothing here shows that a rule sets them",
    ] {
        assert!(verified.stdout.contains(words), "{words}: {verified:?}");
    }
    let made_again = desk.verify("p.json", "at.toml --table rule.toml", &keys).expect(0);
    assert!(made_again.stdout.contains("made again"), "{made_again:?}");
    desk.write("other.toml", RULE.replace("within = 0.25", "within = 0.26"));
    desk.verify("p.json", "at.toml --table other.toml", &keys).expect(1);
    desk.verify("p.json", "below.toml", &keys).expect(1);
    let refused = desk.prove(BOOK, "below.toml", &keys).expect(1);
    assert!(refused.stderr.contains("the margin is"), "{refused:?}");
    no_forecast_is_a_margin(&desk, &keys);
    let halo2 = desk.halo2_keys("21x20+parametric");
    desk.prove(BOOK, "at.toml --backend halo2", &halo2).expect(0);
    desk.verify("p.json", "at.toml", &halo2).expect(0);
    desk.prove(BOOK, "below.toml --backend halo2", &halo2).expect(1);
}

/// A margin is no value at risk of a day: a ledger takes no proof of one as a forecast, whatever
/// its limit.
fn no_forecast_is_a_margin(desk: &Desk, keys: &str) {
    desk.run("ledger new --name 'Desk A' --confidence 0.99 -o l.json").expect(0);
    let before = desk.read("l.json");
    let step = "--proof p.json --scenarios s.scn --mandate at.toml";
    let refused = desk.run(format!("ledger forecast l.json --date 2030-01-02 {step} --keys {keys}")).expect(2);
    assert!(refused.stderr.contains("the mandate has no clause on VaR at 99 %, the ledger's"), "{refused:?}");
    assert_eq!(desk.read("l.json"), before);
}

/// Before trades, the margin after them: less for a sale of what is held, and broken by a cent more
/// of it.
#[test]
fn trades_are_checked_against_a_margin() {
    let desk = Desk::new();
    desk.write("rule.toml", RULE);
    make(&desk, "margin --table rule.toml").expect(0);
    desk.write("any.toml", clause(1e9));
    let found = figure(&desk, BOOK, "any.toml");
    desk.write("at.toml", clause(found));
    let check = format!("check --book {BOOK} --nav {NAV} --scenarios s.scn --mandate at.toml");
    let json = desk.run(format!("{check} --trade AAPL,-100 --json")).expect(0).json();
    let clause = &json["clauses"][0];
    assert_eq!((&clause["measure"], clause["before"].as_f64()), (&"margin".into(), Some(found)), "{json}");
    assert!(clause["after"].as_f64().unwrap() < found, "{json}");
    let broken = desk.run(format!("{check} --trade AAPL,+0.01")).expect(1);
    assert!(broken.stdout.contains("BROKEN") && broken.stderr.contains("the margin is"), "{broken:?}");
}

/// One table makes three matrices, each with its mandate; a matrix under another name is not made again.
#[test]
fn each_set_of_correlations_has_its_mandate() {
    let desk = Desk::new();
    desk.write("rule.toml", RULE);
    let mut figures = Vec::new();
    for correlations in ["low", "medium", "high"] {
        make(&desk, &format!("margin --table rule.toml --correlations {correlations}")).expect(0);
        desk.run("scenarios regenerate s.scn --table rule.toml").expect(0);
        let preset = "mandate frtb-sba --limit-nav 0.5 --scenarios s.scn -o m.toml --force";
        let said = desk.run(preset).expect(0);
        assert!(said.stdout.contains(&format!("one risk class, {correlations} correlations")), "{said:?}");
        figures.push(figure(&desk, BOOK, "m.toml"));
        desk.run(format!(
            "report --book {BOOK} --nav 10000000 --scenarios s.scn --mandate m.toml -o {correlations}.html"
        ))
        .expect(0);
        assert!(desk.read(&format!("{correlations}.html")).contains("margin"));
    }
    assert!(figures.windows(2).all(|pair| pair[0] < pair[1]), "a long book: {figures:?}");
    // The mandate of the high correlations over another matrix.
    make(&desk, "margin --table rule.toml --correlations low").expect(0);
    let refused = desk.run(format!("risk --book {BOOK} --scenarios s.scn --nav 10000000 --mandate m.toml")).expect(1);
    assert!(refused.stderr.contains("is about one set of correlations, and these are the low ones"), "{refused:?}");
    let simm = "mandate simm-delta --limit 1 --scenarios s.scn -o simm.toml";
    assert!(desk.run(simm).expect(2).stderr.contains("one set of correlations"));
}

#[test]
fn margins_and_other_clauses_do_not_share_a_set() {
    let desk = Desk::new();
    desk.write("rule.toml", RULE);
    desk.write("margin.toml", clause(1e9));
    let risk =
        |mandate: &str| desk.run(format!("risk --book {BOOK} --scenarios s.scn --nav 10000000 --mandate {mandate}"));
    make(&desk, "margin --table rule.toml").expect(0);
    for lines in ["\"var\"\nconfidence = 0.99\nmethod = \"normal\"", "\"cvar\"\nconfidence = 0.99", "\"stress\""] {
        desk.write("other.toml", format!("name = \"m\"\n[[clause]]\nmeasure = {lines}\nlimit = 1000000000\n"));
        assert!(risk("other.toml").expect(2).stderr.contains("matrix of weights and correlations"), "{lines}");
    }
    desk.write("bad.toml", clause(1.0) + "method = \"normal\"\n");
    assert!(risk("bad.toml").expect(2).stderr.contains("a method is for"));
    desk.write("bad.toml", clause(1.0) + "confidence = 0.9\n");
    assert!(risk("bad.toml").expect(2).stderr.contains("has no 'confidence'"));
    assert!(
        desk.run(format!("risk --book {BOOK} --scenarios s.scn --confidence 0.9"))
            .expect(2)
            .stderr
            .contains("--mandate")
    );
    desk.scenarios(8).expect(0);
    assert!(risk("margin.toml").expect(2).stderr.contains("scenarios margin"));
}

/// Under a matrix that is not positive semidefinite some book would have no margin at all.
#[test]
fn a_matrix_that_is_not_positive_semidefinite_is_refused_and_not_repaired() {
    let desk = Desk::new();
    desk.write("t.csv", "factor,A,B,C\nweight,0.1,0.1,0.1\nA,1,0.9,-0.9\nB,0.9,1,0.9\nC,-0.9,0.9,1\n");
    let refused = make(&desk, "margin --table t.csv").expect(2);
    assert!(
        refused.stderr.contains("not positive semidefinite") && refused.stderr.contains("not repaired"),
        "{refused:?}"
    );
    make(&desk, "margin --table t.csv --correlations low").expect(2);
    desk.write("t.csv", "factor,A,B\nweight,0.1,0\nA,1,0.9\nB,0.9,1\n");
    let refused = make(&desk, "margin --table t.csv").expect(2);
    assert!(refused.stderr.contains("t.csv, row 2, column 'B'"), "{refused:?}");
}

/// A book of deltas, gammas and vegas in one underlying: its worst loss over the scan is proved, and
/// the scan is made again from its header alone.
#[test]
fn a_scan_of_one_underlying_is_a_stress_clause() {
    let desk = Desk::new();
    let said = make(&desk, SCAN).expect(0);
    assert!(said.stdout.contains("scan of one underlying: price within 0.09 of itself"), "{said:?}");
    let again = desk.run("scenarios regenerate s.scn").expect(0);
    assert!(again.stdout.contains("is what its header alone makes"), "{again:?}");
    desk.write("b.csv", OPTIONS);
    // The greatest of the sixteen, worked out: the extreme fall, 0.33 of 200,000 x 0.27 + 9,000,000 x 0.27^2 / 2.
    desk.run("mandate span-scan --limit 1000000 --scenarios s.scn -o any.toml").expect(0);
    let found = figure(&desk, "b.csv", "any.toml");
    let worst = 0.33 * (200_000.0 * 0.27 + 9_000_000.0 * 0.27 * 0.27 / 2.0);
    assert!((found - worst).abs() < 20.0, "{found}, {worst}");
    let at = desk.read("any.toml").replace("limit = \"1000000\"", &format!("limit = \"{found:.6}\""));
    desk.write("below.toml", at.replace(&format!("{found:.6}"), &format!("{:.6}", found - 0.000_001)));
    desk.write("at.toml", at);
    desk.run("commit --book b.csv --scenarios s.scn --nav 1000000 -o c.json --opening o.json").expect(0);
    let keys = desk.keys("16x3/1");
    desk.prove("b.csv", "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    for words in ["made again", "from the ranges in its header alone", "no minimum for short options"] {
        assert!(verified.stdout.contains(words), "{words}: {verified:?}");
    }
    assert!(desk.prove("b.csv", "below.toml", &keys).expect(1).stderr.contains("worst loss"));
    for (more, said) in
        [("--extreme 0.5 --cover 0.33", "at least the price range"), ("--extreme 3 --cover 2", "counts")]
    {
        let refused = make(&desk, &format!("scan --underlying A --price-range 0.09 {more}")).expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    // A book with a second underlying is over no scan.
    desk.write("two.csv", "factor,exposure\nS&P 500,1\nNasdaq 100,1\n");
    let risk = "risk --book two.csv --scenarios s.scn --nav 1000000 --mandate at.toml";
    assert!(desk.run(risk).expect(2).stderr.contains("Nasdaq 100"));
}
