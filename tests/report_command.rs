//! The report of a book, and the report of a proof.

use std::os::unix::fs::PermissionsExt;

use tailproof_test_support::{BOOK, Desk, MANDATE, NAV, PRICES, mandate};

#[test]
fn the_private_report_shows_the_book_and_the_public_one_does_not() {
    let desk = Desk::new();
    desk.scenarios(60).expect(0);
    desk.commit(BOOK).expect(0);
    let keys = desk.keys("60x20/1");
    let text = "name = \"Fund <b>&</b>\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.95\nlimit_nav = 0.04\n";
    desk.write("m.toml", text);
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    desk.write("pnl.csv", "day,r,v\n1,0.01,0.02\n2,-0.03,0.02\n3,0.004,0.021\n");

    let report = "report --scenarios s.scn --mandate m.toml";
    desk.run(format!(
        "{report} --book {BOOK} --nav {NAV} -o private.html --pnl pnl.csv --return r --var v --confidence 0.975"
    ))
    .expect(0);
    let private = desk.read("private.html");
    // The record's confidence is asked for, and is not the mandate's.
    let asked = desk.run(format!("{report} --book {BOOK} --nav {NAV} -o q.html --pnl pnl.csv --return r --var v"));
    assert!(asked.expect(2).stderr.contains("--confidence"));
    for part in [
        "Private:",
        "95 % VaR &lt;= 4 % of NAV",
        "Worst scenarios",
        "Contributions to",
        "1 (0.075 expected in 3 days at 97.5 %)",
        "n/a: 3 days; at this confidence at least 40 are needed",
        "12,550,000.00",
    ] {
        assert!(private.contains(part), "{part}");
    }
    assert_eq!(private.matches("<svg").count(), 2, "distribution, backtest");
    assert_eq!(std::fs::metadata(desk.path("private.html")).unwrap().permissions().mode() & 0o777, 0o600);
    // The worst loss of the table is that of the risk engine.
    let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.99");
    let said = desk.run(risk).expect(0).stdout;
    let line = said.lines().find(|line| line.starts_with("worst loss")).unwrap();
    let worst = line.split_whitespace().nth(2).unwrap().to_owned();
    assert!(private.contains(&worst), "{worst}");

    desk.run(format!("{report} --proof p.json --keys {keys} -o public.html")).expect(0);
    // Options that say nothing about a proof are not passed over.
    let of_a_ledger = format!("{report} --proof p.json --keys {keys} --tightness 0.5 -o public.html");
    assert!(desk.run(of_a_ledger).expect(2).stderr.contains("with a --ledger"));
    let public = desk.read("public.html");
    let json = desk.json("p.json");
    for part in ["Fund &lt;b&gt;&amp;&lt;/b&gt;", json["commitment"].as_str().unwrap(), json["keys"].as_str().unwrap()]
    {
        assert!(public.contains(part), "{part}");
    }
    // One self-contained file, without a script, and with nothing of the book.
    for page in [&private, &public] {
        assert!(!page.contains("<script") && !page.contains("<b>&</b>") && !page.contains("src="));
    }
    for part in ["<svg", "AAPL", "12,550,000", &worst] {
        assert!(!public.contains(part), "{part}");
    }
}

#[test]
fn a_report_can_be_signed_and_checked() {
    let desk = Desk::new();
    desk.scenarios(20).expect(0);
    let report = format!("report --scenarios s.scn --mandate {MANDATE} --book {BOOK} --nav {NAV}");
    desk.run(format!("{report} --prices {PRICES} -o r.html")).expect(0);
    let page = desk.read("r.html");
    let digest = desk.run("scenarios show s.scn --json").expect(0).json()["digest"].as_str().unwrap().to_owned();
    for part in [
        "Within the mandate: all 2 clauses hold. Nearest to its limit:",
        "Use of limits over 60 days",
        "It is not what the book of that day used.",
        &digest,
        env!("CARGO_PKG_VERSION"),
        "What this page says, and what it does not",
        "tailproof risk --book",
        "Reviewed by, date",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Of other prices there is no history of this set.
    desk.write("other.csv", desk.read(PRICES).replacen("2022-12-28,", "2022-12-28,1", 1));
    let refused = desk.run(format!("{report} --prices other.csv -o q.html")).expect(2);
    assert!(refused.stderr.contains("not those of these prices"), "{refused:?}");
    assert!(!desk.has("q.html"));
}

/// A picture of other windows than the set's would be another figure: where there is none, the page
/// says why, and the rest of it stands.
#[test]
fn limits_over_days_are_those_of_plain_sets_or_the_page_says_why_not() {
    let desk = Desk::new();
    let price = |day: usize, factor: usize| 100 + (day * (factor + 3)) % 17;
    let row = |day: usize| {
        let other = if day == 4 { String::new() } else { price(day, 1).to_string() };
        format!("2024-01-{day:02},{},{other},47.32M\n", price(day, 0))
    };
    desk.write("p.csv", format!("date,A,B,Volume\n{}", (1..=25).map(row).collect::<String>()));
    desk.write("b.csv", "factor,exposure\nA,1000\nB,500\n");
    desk.write("m.toml", mandate("var", "0.8", "limit = 900000"));
    let page = |make: &str| {
        desk.run(format!("scenarios historical --prices p.csv --factors A,B -o s.scn {make}")).expect(0);
        desk.run("report --book b.csv --scenarios s.scn --mandate m.toml --prices p.csv -o r.html").expect(0);
        desk.read("r.html")
    };
    // Volumes that are no numbers are not the set's; a hole before the set's own days is said.
    let hole = page("--window 10");
    assert!(hole.contains("Not shown: ") && hole.contains("the price of 'B' on 2024-01-04 is missing"), "{hole}");
    for make in ["--window 10 --missing drop-day", "--window 24 --missing carry", "--window 10 --gamma"] {
        let page = page(make);
        let treated = !make.starts_with("--window 10 --missing");
        let why = "it is shown for plain historical sets of complete prices, and this set is none.";
        assert_eq!(page.contains(why), treated, "{make}: {page}");
        assert!(page.contains("Worst scenarios"), "{make}");
    }
    desk.write("p.csv", desk.read("p.csv").replace("2024-01-04,", "2024-01-04,100,100,1M\n#"));
    let shown = page("--window 10");
    assert!(shown.contains("Use of limits over 15 days") && !shown.contains("Not shown"), "{shown}");
}

#[test]
fn a_public_report_says_whether_the_commitment_was_compared_and_how_it_is_verified_again() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let public = format!("report --proof p.json --keys {keys} --scenarios s.scn --mandate {MANDATE}");
    desk.run(format!("{public} -o own.html")).expect(0);
    let own = desk.read("own.html");
    assert!(own.contains("The commitment is the proof's own: it was compared with none."), "{own}");
    desk.run(format!("{public} --commitment c.json -o given.html")).expect(0);
    let given = desk.read("given.html");
    assert!(given.contains("The commitment was compared with c.json, and is the same."), "{given}");
    for part in [
        "What this does not say",
        "tailproof verify --proof p.json --scenarios s.scn",
        "--commitment c.json",
        "rounding the book to it",
    ] {
        assert!(given.contains(part), "{part}");
    }
}

#[test]
fn reports_of_claims_that_do_not_hold() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let proof = desk.read("p.json");
    // A proof that is not valid leaves no page.
    desk.write("tighter.toml", desk.read(MANDATE).replace("450000", "300000"));
    let public = format!("report --proof p.json --keys {keys} --scenarios s.scn");
    desk.run(format!("{public} --mandate tighter.toml -o r.html")).expect(1);
    assert!(!desk.has("r.html"));
    // A broken clause is marked, and a report never replaces a file that it is made from.
    desk.write("broken.toml", "name = \"m\"\n[[clause]]\nmeasure = \"gross\"\nlimit = 5\n");
    let private = format!("report --book {BOOK} --nav {NAV} --scenarios s.scn --mandate broken.toml");
    desk.run(format!("{private} -o r.html")).expect(0);
    let broken = desk.read("r.html");
    let verdict = "Mandate broken: its one clause does not hold.<br>gross exposure &lt;= 5: the figure is 12,550,000.00, the limit 5.00";
    assert!(broken.contains(verdict) && broken.contains("class=\"bad\""), "{broken}");
    // No bar is longer than its width, however far a figure is above its limit.
    assert!(broken.contains("class=\"over\" style=\"width:100.0%\""), "{broken}");
    desk.run(format!("{private} -o broken.toml")).expect(2);
    desk.run(format!("{public} --mandate {MANDATE} -o p.json")).expect(2);
    assert_eq!(desk.read("p.json"), proof);
    desk.run("report --scenarios s.scn --mandate broken.toml -o x.html").expect(2);
}
