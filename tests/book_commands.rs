//! Commands over books as desks have them: figures of several, contributions, trades, and what is
//! noted or refused.

use tailproof_test_support::{BOOK, Desk, NAV, PRICES, mandate};

const PLAIN: &str = "factor,exposure\nALFA,400000\nBRAV,350000\nCORA,250000\n";
const LOTS: &str = "factor,exposure\nALFA,150000\nBRAV,350000\nALFA,200000\nCORA,250000\nALFA,50000\nCASH,150000\n";

/// A desk with a set of 30 days of three factors, and books over it.
fn desk() -> Desk {
    let desk = Desk::new();
    let price = |day: i32, factor: i32| 1_000 * factor + (day * day * (7 + factor)) % 41 * factor;
    let row = |day| format!("2024-01-{day:02},{},{},{}\n", price(day, 1), price(day, 2), price(day, 3));
    desk.write("p.csv", format!("date,ALFA,BRAV,CORA\n{}", (1..=30).map(row).collect::<String>()));
    desk.run("scenarios historical --prices p.csv -o s.scn").expect(0);
    desk.write("plain.csv", PLAIN);
    desk.write("lots.csv", LOTS);
    desk
}

/// The nearest whole number.
fn whole(value: f64) -> i64 {
    format!("{value:.0}").parse().unwrap()
}

fn risk(desk: &Desk, more: &str) -> tailproof_test_support::Run {
    desk.run(format!("risk --scenarios s.scn {more}"))
}

#[test]
fn books_as_desks_have_them_are_read_and_said_or_refused_with_the_cure() {
    let desk = desk();
    let of = |text: &str, more: &str| {
        desk.write("b.csv", text);
        risk(&desk, &format!("--book b.csv --confidence 0.9 --json {more}"))
    };
    let plain = of(PLAIN, "").expect(0);
    assert_eq!((plain.json()["nav"].as_f64(), &*plain.stderr), (Some(1_000_000.0), ""));
    let lots = of(LOTS, "").expect(0);
    assert_eq!((&lots.json()["var"], lots.json()["nav"].as_f64()), (&plain.json()["var"], Some(1_150_000.0)));
    assert!(lots.stderr.contains("lots of 'ALFA' summed, rows: 3") && lots.stderr.contains("row 'CASH' is cash"));
    let weights = "factor,weight\nALFA,0.40\nBRAV,0.35\nCORA,0.25\n";
    assert_eq!(of(weights, "--nav 1000000").expect(0).json()["var"], plain.json()["var"]);
    assert!(of(weights, "").expect(2).stderr.contains("(--nav AMOUNT)"));
    for (text, said) in [
        (&*weights.replace("weight", "exposure"), "a weight is not an amount"),
        ("factor,exposure\nALFA,3000000\nBRAV,-2000000\nCORA,-990000\n", "net of a long-short book, 10,000.00"),
    ] {
        let noted = of(text, "").expect(0);
        assert!(
            noted
                .stderr
                .contains(&format!("note: b.csv: {}", if said.starts_with('a') { "the exposures" } else { "the net" }))
        );
        assert!(noted.stderr.contains(said) && noted.stderr.contains("(--nav)"), "{noted:?}");
        assert!(noted.json()["notes"][0].as_str().unwrap().contains(said));
    }
    for (text, said) in [
        ("factor,exposure\nALFA,1\nOMEGA,80000\n", ["no factor 'OMEGA'", "--proxy NEW=INDEX"]),
        ("factor,exposure\nalfa,400000\n", ["'alfa'", "did you mean 'ALFA'?"]),
        ("factor,exposure\nALFA,1\nTotal,5\n", ["'Total'", "delete the row"]),
    ] {
        let refused = of(text, "").expect(2);
        assert!(said.iter().all(|said| refused.stderr.contains(said)), "{refused:?}");
    }
}

#[test]
fn a_book_of_ten_billion_has_figures_and_is_committed_in_a_unit_that_is_asked_for() {
    let desk = desk();
    desk.write("large.csv", "factor,exposure\nALFA,4000000000\nBRAV,3500000000\nCORA,2500000000\n");
    let read = risk(&desk, "--book large.csv --confidence 0.9 --json").expect(0);
    assert_eq!(read.json()["unit"], "0.1");
    assert!(read.stderr.contains("a cent does not hold the book") && read.stderr.contains("units of 0.1"), "{read:?}");
    let commit = "commit --book large.csv --scenarios s.scn -o c.json --opening o.json";
    let refused = desk.run(commit).expect(2);
    assert!(refused.stderr.contains("that holds it is 0.1;") && refused.stderr.contains("--unit"), "{refused:?}");
    desk.run(format!("{commit} --unit 0.1")).expect(0);
}

/// Limits in one currency say nothing of a book in another.
#[test]
fn a_mandate_in_another_currency_is_refused_by_risk_commit_and_prove() {
    let desk = desk();
    desk.write("usd.csv", "factor,exposure,currency\nALFA,400000,USD\nBRAV,350000,USD\n");
    let of = |currency: &str| format!("currency = \"{currency}\"\n{}", mandate("var", "0.9", "limit = 900000"));
    desk.write("eur.toml", of("EUR"));
    desk.write("usd.toml", of("USD"));
    let commit = "commit --book usd.csv --scenarios s.scn -o c.json --opening o.json";
    let prove = "prove --book usd.csv --opening o.json --scenarios s.scn -o p.json --keys none";
    desk.run(format!("{commit} --mandate usd.toml")).expect(0);
    for command in ["risk --scenarios s.scn --book usd.csv", &format!("{commit} --force"), prove] {
        let refused = desk.run(format!("{command} --mandate eur.toml")).expect(2);
        assert!(refused.stderr.contains("in 'USD' and the mandate in 'EUR'"), "{command}: {refused:?}");
    }
    desk.run("risk --scenarios s.scn --book usd.csv --mandate usd.toml").expect(0);
}

#[test]
fn one_book_at_one_confidence_keeps_its_keys_and_several_have_a_row_each() {
    let desk = desk();
    let one = risk(&desk, "--book plain.csv --confidence 0.9 --json").expect(0).json();
    for key in ["var", "cvar", "var_rank", "scenarios", "scenarios_of_weight_zero", "windows_apart", "confidence"] {
        assert!(one.get(key).is_some(), "{key}: {one}");
    }
    assert_eq!((&one["scenarios"], &one["var_rank"]), (&29.into(), &3.into()));
    std::fs::create_dir(desk.path("books")).unwrap();
    for (name, text) in [("books/=b.csv", LOTS), ("books/a.csv", PLAIN), ("books/a.opening", "x")] {
        desk.write(name, text);
    }
    let levels = "--confidence 0.9 --confidence 0.75";
    let all = risk(&desk, &format!("--book books --book plain.csv {levels} --json")).expect(0).json();
    let names: Vec<&str> = all["books"].as_array().unwrap().iter().map(|book| book["book"].as_str().unwrap()).collect();
    assert_eq!(names, ["books/=b.csv", "books/a.csv", "plain.csv"]);
    assert_eq!(all["books"][1]["figures"][0]["var"], one["var"]);
    let table = risk(&desk, &format!("--book books {levels}")).expect(0).stdout;
    assert_eq!(table.lines().filter(|line| line.contains("worst of 29")).count(), 4, "{table}");
    desk.write("=1+1.csv", PLAIN);
    let csv = risk(&desk, &format!("--book =1+1.csv {levels} --csv")).expect(0).stdout;
    let rows: Vec<&str> = csv.lines().collect();
    assert!(rows.len() == 3 && rows[0].starts_with("book,state,confidence,nav,gross,var,cvar,var_rank"), "{csv}");
    assert!(rows[1].starts_with("'=1+1.csv,,0.9,1000000,1000000,"), "{csv}");
    let var: f64 = rows[1].split(',').nth(5).unwrap().parse().unwrap();
    assert_eq!(Some(var), one["var"].as_f64(), "one rounding");
    assert!(risk(&desk, &format!("--book books --nav 5 {levels}")).expect(2).stderr.contains("of one book"));
    assert!(risk(&desk, &format!("--book books {levels} --compare")).expect(2).stderr.contains("one book"));
    std::fs::create_dir(desk.path("empty")).unwrap();
    assert!(risk(&desk, &format!("--book empty {levels}")).expect(2).stderr.contains("there is no book in it"));
}

#[test]
fn contributions_sum_to_the_figures_that_are_printed() {
    let desk = desk();
    let json = risk(&desk, "--book plain.csv --confidence 0.9 --contributions --json").expect(0).json();
    let factors = json["contributions"].as_array().unwrap();
    assert_eq!(factors.len(), 3);
    for figure in ["var", "cvar"] {
        let millionths = |value: &serde_json::Value| whole(value.as_f64().unwrap() * 1e6);
        let sum: i64 = factors.iter().map(|factor| millionths(&factor[figure]["component"])).sum();
        assert_eq!(sum, millionths(&json[figure]), "{json}");
    }
    let text = risk(&desk, "--book plain.csv --confidence 0.9 --contributions").expect(0).stdout;
    let (_, table) = text.split_once("contributions at 90 %").unwrap();
    let cents = |cell: &str| whole(cell.replace(',', "").parse::<f64>().unwrap() * 100.0);
    let column = |place: usize| -> Vec<i64> {
        let rows = table.lines().filter(|line| ["ALFA", "BRAV", "CORA"].iter().any(|name| line.ends_with(name)));
        rows.map(|row| cents(row.split_whitespace().nth(place).unwrap())).collect()
    };
    let total: Vec<i64> = table.lines().last().unwrap().split_whitespace().take(2).map(cents).collect();
    assert_eq!([1, 4].map(|place| column(place).iter().sum::<i64>()), total[..], "{text}");
    let csv = risk(&desk, "--book plain.csv --confidence 0.9 --contributions --csv").expect(0).stdout;
    assert_eq!(csv.lines().count(), 4, "{csv}");
}

#[test]
fn a_broken_mandate_has_status_one_and_a_trade_may_break_it() {
    let desk = desk();
    let var = risk(&desk, "--book plain.csv --confidence 0.9 --json").expect(0).json()["var"].as_f64().unwrap();
    desk.write("at.toml", mandate("var", "0.9", &format!("limit = {var:.6}")));
    desk.write("below.toml", mandate("var", "0.9", &format!("limit = {:.6}", var - 0.01)));
    risk(&desk, "--book plain.csv --mandate at.toml").expect(0);
    let broken = risk(&desk, "--book plain.csv --mandate below.toml").expect(1);
    assert!(
        broken.stdout.contains("BROKEN") && broken.stderr.contains("refused: the book does not meet"),
        "{broken:?}"
    );
    let json = risk(&desk, "--book plain.csv --mandate below.toml --json").expect(1).json();
    assert_eq!((&json["holds"], json["clauses"].as_array().unwrap().len()), (&false.into(), 1));
    // Before and after.
    let trade = "--book plain.csv --mandate at.toml --trade ALFA,+400000 --trade BRAV,1";
    let traded = risk(&desk, &format!("{trade} --json")).expect(1).json();
    assert_eq!((&traded["holds"], &traded["before"]["holds"]), (&false.into(), &true.into()));
    assert!(risk(&desk, trade).expect(1).stdout.contains("before"));
    let small =
        risk(&desk, "--book plain.csv --mandate below.toml --trade ALFA,-400000 --trade BRAV,-350000").expect(0);
    assert!(!small.stdout.contains("BROKEN"), "{small:?}");
    let figures = risk(&desk, "--book plain.csv --confidence 0.9 --trade ALFA,+400000 --json").expect(0).json();
    assert_eq!((figures["var"].as_f64(), figures["nav"].as_f64()), (Some(var), figures["after"]["nav"].as_f64()));
    assert!(figures["after"]["var"].as_f64().unwrap() > var);
    let rows = risk(&desk, "--book plain.csv --confidence 0.9 --trade ALFA,+400000 --csv").expect(0).stdout;
    assert!(rows.contains("plain.csv,before,0.9,") && rows.contains("plain.csv,after,0.9,"), "{rows}");
    assert!(
        risk(&desk, "--book plain.csv --confidence 0.9 --trade OMEGA,5")
            .expect(2)
            .stderr
            .contains("the trade OMEGA,+5")
    );
    assert!(risk(&desk, "--book plain.csv --confidence 0.9 --trade OMEGA").expect(2).stderr.contains("AAPL,+100000"));
    // Several books.
    desk.write("double.csv", PLAIN.replace("ALFA,4", "ALFA,8"));
    let several = risk(&desk, "--book plain.csv --book double.csv --mandate at.toml").expect(1);
    assert!(several.stderr.contains("1 of 2 books do not meet the mandate: double.csv"), "{several:?}");
    let csv = risk(&desk, "--book plain.csv --book double.csv --mandate at.toml --csv").expect(1).stdout;
    assert_eq!(csv.lines().filter(|line| line.ends_with(",false")).count(), 1, "{csv}");
}

#[test]
fn a_book_is_tested_over_rolling_windows() {
    let desk = Desk::new();
    let backtest = format!("backtest --book {BOOK} --prices {PRICES} --window 250 --confidence 0.975");
    let json = desk.run(format!("{backtest} --json")).expect(0).json();
    let days = json["days"].as_array().unwrap();
    assert_eq!(json["observations"].as_u64(), Some(days.len() as u64));
    let exceeded = days.iter().filter(|day| day["exceeded"] == true);
    assert_eq!(json["exceedances"].as_u64(), Some(exceeded.count() as u64));
    // The last day's value at risk is that of a set of the 250 days before it.
    let rows = desk.read(PRICES);
    let before: Vec<&str> = rows.trim_end().lines().collect();
    desk.write("before.csv", before[..before.len() - 1].join("\n"));
    desk.run("scenarios historical --prices before.csv --window 250 -o s.scn").expect(0);
    let risk = desk
        .run(format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.975 --json"))
        .expect(0)
        .json();
    let last = days.last().unwrap();
    assert_eq!((&last["var"], &last["cvar"]), (&risk["var"], &risk["cvar"]), "{last}");
    let z2 = json["expected_shortfall"]["z2"].as_f64().unwrap();
    assert!(z2.abs() < 3.0, "{z2}");
    let text = desk.run(&backtest).expect(0).stdout;
    assert!(
        text.contains("expected in") && text.contains("Acerbi and Szekely (2014)") && text.contains("-0.70 at 5 %"),
        "{text}"
    );
    let csv = desk.run(format!("{backtest} --csv")).expect(0).stdout;
    assert_eq!(csv.lines().count(), days.len() + 1);
    assert!(desk.run(backtest.replace("250", "100000")).expect(2).stderr.contains("price rows are too few"));
    desk.run(format!("backtest --book {BOOK} --window 250 --confidence 0.975")).expect(2);
    desk.run(format!("backtest --pnl x.csv --return r --var v --confidence 0.9 --prices {PRICES}")).expect(2);
}
