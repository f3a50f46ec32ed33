//! Commands over stress tables, imported sets, events and other tables: what they say, refuse and
//! write.

use tailproof_test_support::{BOOK, Desk, NAV, PRICES, mandate};

const SHAPE: &str = "8x20";

const STRESS: &str = "name,A,B\nEquity crash,-20,-15\nRally,10,8\n";

/// A day of March 2023 and its price.
const DAYS: &str = "date,A\n2023-03-08,100\n2023-03-09,95\n2023-03-10,96\n2023-03-13,80\n2023-03-14,90\n";

#[test]
fn a_stress_table_in_per_cent_is_refused_until_it_is_said_to_be_one() {
    let desk = Desk::new();
    desk.write("p.csv", STRESS);
    desk.write("f.csv", "name,A,B\nEquity crash,-0.2,-0.15\nRally,0.1,0.08\n");
    let refused = desk.run("scenarios stress --table p.csv -o s.scn").expect(2);
    for words in ["row 2, column 'A'", "Equity crash", "per cent", "(--percent)"] {
        assert!(refused.stderr.contains(words), "{refused:?}");
    }
    assert!(!desk.has("s.scn"));
    let made = desk.run("scenarios stress --table p.csv --percent -o p.scn").expect(0);
    assert!(made.stderr.contains("moves in per cent (as set)"), "{made:?}");
    desk.run("scenarios stress --table f.csv -o f.scn").expect(0);
    assert_eq!(desk.bytes("p.scn"), desk.bytes("f.scn"));
    let again = |more: &str| desk.run(format!("scenarios regenerate p.scn {more}"));
    assert!(again("--table p.csv --percent").expect(0).stdout.contains("this table and its header make"));
    again("--table f.csv").expect(0);
    assert!(again("--table p.csv").expect(2).stderr.contains("--percent"));
    assert!(again("").expect(2).stderr.contains("give --table"));
    desk.write("f.csv", "name,A,B\nEquity crash,-0.2,-0.15\nRally,0.1,0.09\n");
    assert!(again("--table f.csv").expect(1).stderr.contains("it was made from another table"));
    desk.write("signs.csv", STRESS.replace("-20", "-20%"));
    let refused = desk.run("scenarios stress --table signs.csv --percent -o s.scn").expect(2);
    assert!(refused.stderr.contains("'-15' has no per cent sign"), "{refused:?}");
}

/// A name that is a day makes nothing of a table historical.
#[test]
fn a_stress_table_named_by_days_to_come_is_said_to_be_its_makers() {
    let desk = Desk::new();
    desk.write("s.csv", "name,A,B\n2030-03-01,-0.001,0.002\n2030-03-02,0.0005,-0.0005\n");
    let made = desk.run("scenarios stress --table s.csv -o s.scn").expect(0);
    assert!(made.stderr.contains("note: ") && made.stderr.contains("named like days"), "{made:?}");
    let shown = desk.run("scenarios show s.scn").expect(0).stdout;
    assert!(shown.contains("2 of its 2 scenarios are named like days (2030-03-01 to 2030-03-02)"), "{shown}");
    assert!(shown.contains("named \"2030-03-01\" to \"2030-03-02\""), "{shown}");
    assert!(shown.contains("scenario      2030-03-02\n"), "{shown}");
    let json = desk.run("scenarios stress --table s.csv -o s.scn --json").expect(0).json();
    assert!(json["warnings"][0].as_str().unwrap().contains("named like days"), "{json}");
    let json = desk.run("scenarios show s.scn --json").expect(0).json();
    assert!(json["note_on_origin"].as_str().unwrap().contains("no prices make them"), "{json}");
}

/// One place says in JSON how every table was read, whichever command reads it.
#[test]
fn the_json_of_every_command_says_how_its_tables_were_read() {
    let desk = Desk::new();
    desk.write("p.csv", "date;A;B\n02.01.2024;1,5;9\n03.01.2024;1,6;8\n31.01.2024;1,55;9,5\n");
    desk.write("h.csv", "Ticker;days\nA;10\nB;20\n");
    desk.write("s.csv", "name;A;B\nx;-0,2;0,1\n");
    desk.write("c.csv", "factor;A;B\nA;0,0004;0\nB;0;0,0009\n");
    desk.write("g.csv", "date;r;v\n02.01.2024;-0,2;0,1\n31.01.2024;0,2;0,1\n");
    let backtest = "backtest --pnl g.csv --return r --var v --confidence 0.9";
    for (command, files) in [
        ("scenarios historical --prices p.csv --liquidity-horizons h.csv -o o.scn", &["p.csv", "h.csv"][..]),
        ("scenarios regenerate o.scn --prices p.csv", &["p.csv"]),
        ("scenarios covariance --table c.csv -o o.scn", &["c.csv"]),
        ("scenarios stress --table s.csv -o o.scn", &["s.csv"]),
        ("scenarios regenerate o.scn --table s.csv", &["s.csv"]),
        ("scenarios import s.csv -o o.scn", &["s.csv"]),
        (backtest, &["g.csv"]),
    ] {
        let run = desk.run(format!("{command} --json")).expect(0).json();
        let read: Vec<&str> =
            run["read_as"].as_array().unwrap().iter().map(|reading| reading["file"].as_str().unwrap()).collect();
        assert_eq!(read, files, "{command}");
        for reading in run["read_as"].as_array().unwrap() {
            assert_eq!(reading["notes"][0]["what"], "separator ';'", "{command}");
        }
        let strict = desk.run(format!("{command} --strict")).expect(2);
        assert!(strict.stderr.contains("strict reading takes no guess"), "{strict:?}");
    }
    let shown = desk.run("scenarios show o.scn --json").expect(0).json();
    assert!(shown["read_as"].is_null(), "no table is read: {shown}");
}

#[test]
fn events_are_moves_between_dates_of_the_prices_and_made_again_from_them() {
    let desk = Desk::new();
    desk.write("p.csv", DAYS);
    let known = desk.run("scenarios events --prices p.csv -o k.scn").expect(0);
    assert!(known.stderr.contains("left out: Black Monday, "), "{known:?}");
    let shown = desk.run("scenarios show k.scn").expect(0).stdout;
    assert!(shown.contains("event         Bank failures of March 2023, 2023-03-08 to 2023-03-13"), "{shown}");
    assert!(shown.contains("-20.00 %") && shown.contains("is their maker's choice"), "{shown}");
    assert!(!shown.contains("historical"), "{shown}");
    desk.write("e.toml", "[[event]]\nname = \"Weekend\"\nfrom = \"2023-03-11\"\nto = \"2023-03-14\"\n");
    let mine = |more: &str| desk.run(format!("scenarios events --prices p.csv --events e.toml -o e.scn {more}"));
    let refused = mine("").expect(2);
    for words in ["'Weekend'", "2023-03-11", "2023-03-10 and 2023-03-13", "--no-row before"] {
        assert!(refused.stderr.contains(words), "{refused:?}");
    }
    let made = mine("--no-row before").expect(0);
    assert!(made.stdout.contains("named \"Weekend, 2023-03-10 to 2023-03-14\""), "{made:?}");
    desk.write("longer.csv", format!("{DAYS}2023-03-15,50\n").replace("date,A\n", "date,A\n2023-03-07,7\n"));
    for prices in ["p.csv", "longer.csv"] {
        let again = desk.run(format!("scenarios regenerate e.scn --prices {prices}")).expect(0);
        assert!(again.stdout.starts_with("identical"), "{again:?}");
    }
    desk.write("other.csv", DAYS.replace("2023-03-10,96", "2023-03-10,97"));
    let refused = desk.run("scenarios regenerate e.scn --prices other.csv").expect(1);
    assert!(refused.stderr.contains("other prices"), "{refused:?}");
    desk.write("e.toml", "[[event]]\nname = \"Old\"\nfrom = \"1987-10-16\"\nto = \"1987-10-19\"\n");
    let refused = mine("--no-row before").expect(2);
    assert!(refused.stderr.contains("the prices are from 2023-03-08 to 2023-03-14"), "{refused:?}");
    desk.write("short.csv", "date,A\n2024-01-02,1\n2024-01-03,2\n");
    assert!(desk.run("scenarios events --prices short.csv -o x.scn").expect(2).stderr.contains("--events"));
}

#[test]
fn events_that_make_no_moves_are_refused_with_the_place_and_leave_no_set() {
    let desk = Desk::new();
    desk.write("p.csv", DAYS);
    let event = |name: &str, from: &str, to: &str| {
        format!("[[event]]\nname = \"{name}\"\nfrom = \"2023-03-{from}\"\nto = \"2023-03-{to}\"\n")
    };
    let long = "x".repeat(101);
    for (events, no_row, said) in [
        (String::new(), "refuse", "e.toml: the number of tables [[event]] 0 is outside 1 to 10000"),
        (event("Back", "10", "08"), "refuse", "event 'Back' does not end after it begins"),
        (event("Still", "10", "10"), "refuse", "event 'Still' does not end after it begins"),
        // Both dates take the row of the 10th.
        (event("Rest", "11", "12"), "before", "event 'Rest' does not end after it begins"),
        (event("A", "08", "09") + &event("A", "09", "10"), "refuse", "'A' occurs twice"),
        (event("", "08", "09"), "refuse", "name"),
        (event(&long, "08", "09"), "refuse", "name"),
        (event("Leap", "08", "32"), "refuse", "'2023-03-32' is not a date"),
        (event("Soon", "08", "31"), "before", "the prices are from 2023-03-08 to 2023-03-14"),
        (event("A", "08", "09") + "factor = \"A\"\n", "refuse", "unknown field `factor`"),
        (
            "[[event]]\nname = \"A\"\nfrom = 2023-03-08\nto = 2023-03-09\n".to_owned(),
            "refuse",
            "e.toml, row 3: cannot parse it: invalid type: map, expected a date in quotes",
        ),
    ] {
        desk.write("e.toml", &events);
        let make = format!("scenarios events --prices p.csv --events e.toml --no-row {no_row} -o e.scn");
        let refused = desk.run(make).expect(2);
        assert!(refused.stderr.contains(said), "{events}: {refused:?}");
        assert!(!desk.has("e.scn"), "{events}");
    }
    // A row that is too far back is not the close before.
    desk.write("p.csv", "date,A\n2023-03-01,100\n2023-03-20,95\n2023-03-21,96\n");
    desk.write("e.toml", event("Far", "10", "21"));
    let refused = desk.run("scenarios events --prices p.csv --events e.toml --no-row before -o e.scn").expect(2);
    assert!(refused.stderr.contains("'Far'") && refused.stderr.contains("2023-03-01"), "{refused:?}");
    // Prices themselves are refused as in every set, and a set never replaces its own sources.
    desk.write("e.toml", event("Far", "01", "21"));
    desk.write("p.csv", "date,A\n2023-03-01,100\n2023-03-20,-5\n2023-03-21,96\n");
    let refused = desk.run("scenarios events --prices p.csv --events e.toml -o e.scn").expect(2);
    assert!(refused.stderr.contains("row 3, column 'A': the price -5 is not positive"), "{refused:?}");
    for input in ["p.csv", "e.toml"] {
        let before = desk.read(input);
        desk.run(format!("scenarios events --prices p.csv --events e.toml -o {input}")).expect(2);
        assert_eq!(desk.read(input), before);
    }
}

/// The dates are their maker's choice, and the moves are the prices'.
#[test]
fn a_proof_over_events_is_verified_with_prices() {
    let desk = Desk::new();
    let prices = desk.read(PRICES);
    let day = |row: usize| prices.lines().nth(row).unwrap()[..10].to_owned();
    let event = |name: &str, from: usize, to: usize| {
        format!("[[event]]\nname = \"{name}\"\nfrom = \"{}\"\nto = \"{}\"\n", day(from), day(to))
    };
    desk.write("e.toml", event("Lehman", 1, 3) + &event("Spring", 40, 60));
    desk.run(format!("scenarios events --prices {PRICES} --events e.toml -o s.scn")).expect(0);
    desk.commit(BOOK).expect(0);
    let keys = desk.keys(SHAPE);
    desk.write("m.toml", "name = \"m\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 100000000\n");
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    let verify = format!("verify --proof p.json --scenarios s.scn --mandate m.toml --keys {keys} --prices");
    let said = desk.run(format!("{verify} {PRICES}")).expect(0).stdout;
    for words in [
        "(events: moves of prices between named dates)".to_owned(),
        format!("named \"Lehman, {} to {}\"", day(1), day(3)),
        "from the prices given".to_owned(),
        "is their maker's choice".to_owned(),
    ] {
        assert!(said.contains(&words), "{words}: {said}");
    }
    let first = prices.lines().nth(1).unwrap();
    desk.write("other.csv", prices.replace(first, &first.replacen(",127.5", ",128.5", 1)));
    desk.run(format!("{verify} other.csv")).expect(1);
}

/// A mandate over one kind takes no other, and no verdict calls an imported set historical.
#[test]
fn every_sentence_about_an_imported_set_says_so() {
    let desk = Desk::new();
    let prices = desk.read(PRICES);
    let factors = prices.lines().next().unwrap().strip_prefix("date,").unwrap();
    let row = |day: &str, size: &str, weight: &str| {
        format!("{day},{}{weight}\n", format!("{size},").repeat(factors.split(',').count()))
    };
    let rows = row("2022-01-03", "-1", "0.25") + &row("2022-01-04", "0.5", "0.5") + &row("2022-01-05", "0", "0.25");
    desk.write("m.csv", format!("date,{factors},weight\n{rows}"));
    let import = "scenarios import m.csv --percent -o s.scn";
    assert!(desk.run(import).expect(2).stderr.contains("--weights"));
    let words = "historical;_1-day_returns";
    let made = desk.run(format!("{import} --weights --description {words}")).expect(0);
    assert!(made.stderr.contains("3 of its 3 scenarios are named like days"), "{made:?}");
    let json = desk.run("scenarios show s.scn --json").expect(0).json();
    assert_eq!((&json["total_weight"], &json["generator"]["kind"]), (&4.into(), &"imported".into()));
    desk.commit(BOOK).expect(0);
    let keys = desk.keys(SHAPE);
    desk.write("m.toml", mandate("var", "0.7", "limit = 100000000"));
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    let verify = format!("verify --proof p.json --scenarios s.scn --mandate m.toml --keys {keys}");
    let table = "--table m.csv --percent";
    let said = [
        desk.run("scenarios show s.scn").expect(0).stdout,
        desk.run(&verify).expect(0).stdout,
        desk.run(format!("{verify} {table}")).expect(0).stdout,
        desk.run(format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.7")).expect(0).stdout,
    ];
    for text in said.iter() {
        assert!(text.contains("(imported, under weights of its own, which its maker describes as \""), "{text}");
        // Only within the maker's own words.
        assert_eq!(text.matches("historical").count(), text.matches(words).count(), "{text}");
    }
    assert!(said[2].contains("from the table given"), "{}", said[2]);
    desk.run(format!("report --proof p.json --keys {keys} --scenarios s.scn --mandate m.toml {table} -o r.html"))
        .expect(0);
    let page = desk.read("r.html");
    assert!(page.contains("(imported, under weights") && page.contains("no prices make them"), "{page}");
    desk.write("other.csv", desk.read("m.csv").replace("0.5,0.5", "0.6,0.5"));
    desk.run(format!("{verify} --table other.csv --percent")).expect(1);
    let kinds = mandate("var", "0.7", "limit = 100000000") + "[scenarios]\nkind = [\"historical\", \"stress\"]\n";
    desk.write("m.toml", kinds);
    let refused = desk.run(&verify).expect(1);
    assert!(refused.stderr.contains("imported"), "{refused:?}");
}

/// A table that begins without value at risk, and one that states it as a quantile.
#[test]
fn a_backtest_begins_on_a_day_and_takes_the_sign_of_a_loss() {
    let desk = Desk::new();
    desk.write("w.csv", "date,r,v\n2023-02-10,-0.01,\n2023-02-13,-0.03,0.02\n2023-02-14,0.01,0.02\n");
    desk.write("n.csv", "date,r,v\n2023-02-13,-0.03,-0.02\n2023-02-14,0.01,-0.02\n");
    let backtest = |file: &str, more: &str| {
        desk.run(format!("backtest --pnl {file} --return r --var v --confidence 0.5 {more} --json"))
    };
    let refused = backtest("w.csv", "").expect(2);
    assert!(refused.stderr.contains("begin with 2023-02-13 (--from DATE)"), "{refused:?}");
    let refused = backtest("n.csv", "").expect(2);
    assert!(refused.stderr.contains("positive") && refused.stderr.contains("--var-sign negative"), "{refused:?}");
    for (file, more) in [("w.csv", "--from 2023-02-13"), ("n.csv", "--var-sign negative")] {
        let json = backtest(file, more).expect(0).json();
        assert_eq!((&json["observations"], &json["exceedances"]), (&2.into(), &1.into()), "{file}");
        assert_eq!(json["read_as"][0]["notes"][0]["basis"], "setting", "{file}");
    }
    assert!(backtest("w.csv", "--from 13/02/2023").expect(2).stderr.contains("--from"));
}
