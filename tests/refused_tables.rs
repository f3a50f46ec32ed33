//! Books, prices, scenario files and mandates that are refused, by file, row and column.

use tailproof_test_support::{BOOK, Desk, MANDATE, PRICES, mandate};

const SHAPE: &str = "8x20";

#[test]
fn bad_books_are_refused_by_file_row_and_column() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let cases = [
        ("factor,exposure\nAAPL,1\nTSLA,5\n", "row 3, column 'factor': the scenario set has no factor 'TSLA'"),
        ("factor,exposure\nAAPL,1\nAMD,x\n", "row 3, column 'exposure': 'x' is not a decimal number"),
        ("factor,exposure\nAAPL,1\nTotal,2\n", "row 3, column 'factor': 'Total' is 2"),
        ("factor,exposure\nAAPL,1000000000000000000\n", "the gross exposure 1000000000000000000 is outside"),
        ("factor,exposure\nAAPL,-1000\n", "--nav"),
        ("name,exposure\nAAPL,-1000\n", "factor,exposure or factor,delta or factor,quantity"),
    ];
    for (book, said) in cases {
        desk.write("book.csv", book);
        for command in ["risk --confidence 0.99", "commit -o c.json --opening o.json"] {
            let refused = desk.run(format!("{command} --book book.csv --scenarios s.scn")).expect(2);
            assert!(refused.stderr.contains(said), "{refused:?}");
            assert!(refused.stdout.is_empty());
            assert!(!desk.has("c.json") && !desk.has("o.json"));
        }
    }
}

#[test]
fn bad_prices_are_refused_by_file_row_and_column() {
    let desk = Desk::new();
    let cases = [
        ("date,A\n2024-01-02,1\n2024-01-03,\n", "row 3, column 'A': the price of 'A' on 2024-01-03 is missing"),
        ("date,A\n2024-01-02,1\n2024-01-02,2\n", "row 3, column 'date': the date 2024-01-02 occurs twice"),
        (
            "date,A\n2024-01-02,1\n2024-01-04,1\n2024-01-03,2\n",
            "row 4, column 'date': the date 2024-01-03 comes after 2024-01-04",
        ),
        ("date,A\n2024-01-02,1\n2024-01-03,0\n", "row 3, column 'A': the price 0 is not positive"),
        ("date,A\n2024-01-02,1\n2024-01-03,-1\n", "row 3, column 'A': the price -1 is not positive"),
        ("date,A\n2024-01-02,1\n", "1 price rows are too few"),
        // 23:00 in UTC is the next day in Paris: a forecast of that day would hold its own close.
        (
            "date,A\n2024-01-01 23:00:00+00:00,1\n2024-01-02 23:00:00+00:00,2\n",
            "row 2, column 'date': '2024-01-01 23:00:00+00:00' is a time other than midnight",
        ),
        ("date,A\n2024-01-01T23:00:00Z,1\n", "row 2, column 'date': '2024-01-01T23:00:00Z' is a time other than"),
    ];
    for (prices, said) in cases {
        desk.write("p.csv", prices);
        let refused = desk.run("scenarios historical --prices p.csv -o s.scn").expect(2);
        assert!(refused.stderr.contains(said) && refused.stderr.contains("p.csv"), "{refused:?}");
        assert!(!desk.has("s.scn"));
    }
    desk.run("scenarios historical --prices absent.csv -o s.scn").expect(2);
    desk.run(format!("scenarios historical --prices {PRICES} --window 501 -o s.scn")).expect(2);
}

#[test]
fn damaged_scenario_files_are_refused() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let whole = desk.bytes("s.scn");
    for length in [0, 7, 23, 24, whole.len() / 2, whole.len() - 33, whole.len() - 32, whole.len() - 1] {
        desk.write("s.scn", &whole[..length]);
        desk.verify("p.json", MANDATE, &keys).expect(2);
        desk.run("scenarios show s.scn").expect(2);
    }
    let mut changed = whole.clone();
    changed[whole.len() - 100] ^= 1;
    desk.write("s.scn", &changed);
    let refused = desk.verify("p.json", MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("digest"), "{refused:?}");
}

#[test]
fn bad_mandates_are_refused() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
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
