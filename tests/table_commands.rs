//! Commands over prices and books in other layouts than the plain one: what they say, refuse and
//! write.

use tailproof_test_support::Desk;

const PLAIN: &str = "date,A,B\n2024-01-12,1219.5,86.21\n2024-01-15,1244.7,87.65\n2024-01-16,1245.9,87.17\n";
const EUROPEAN: &str = "date;A;B\n12.01.2024;1.219,5;86,21\n15.01.2024;1.244,7;87,65\n16.01.2024;1.245,9;87,17\n";
const BOOK: &str = "factor,exposure\nA,400000\nB,-250000\n";

/// A desk with the prices in both layouts, and the set that the plain file makes.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("plain.csv", PLAIN);
    desk.write("european.csv", EUROPEAN);
    let made = desk.run("scenarios historical --prices plain.csv -o plain.scn").expect(0);
    assert!(!made.stderr.contains("read as"), "{made:?}");
    desk
}

#[test]
fn prices_in_another_layout_make_the_same_set_and_the_guesses_are_said() {
    let desk = desk();
    let made = desk.run("scenarios historical --prices european.csv -o european.scn --json").expect(0);
    assert_eq!(desk.bytes("european.scn"), desk.bytes("plain.scn"));
    let said = "read as: european.csv\n  separator ';' (guessed)\n  dates as dd.mm.yyyy (guessed)\n  decimal mark ',' (guessed)\n";
    assert!(made.stderr.contains(said), "{made:?}");
    made.json();
    for command in ["scenarios regenerate plain.scn", "scenarios covariance -o c.scn"] {
        let said = desk.run(format!("{command} --prices european.csv")).expect(0).stderr;
        assert!(said.contains("read as: european.csv"), "{said}");
    }
}

#[test]
fn strict_reading_refuses_every_guess_that_options_do_not_settle() {
    let desk = desk();
    let strict =
        |options: &str| desk.run(format!("scenarios historical --prices european.csv --strict -o s.scn {options}"));
    let refused = strict("").expect(2);
    assert!(refused.stderr.contains("separator ';'") && refused.stderr.contains("--separator"), "{refused:?}");
    let refused = strict("--separator semicolon --decimal comma").expect(2);
    assert!(refused.stderr.contains("dd.mm.yyyy") && refused.stderr.contains("--date-order"), "{refused:?}");
    assert!(!desk.has("s.scn"));
    let made = strict("--separator ; --decimal , --date-order dmy").expect(0);
    assert!(made.stderr.contains("separator ';' (as set)"), "{made:?}");
    assert_eq!(desk.bytes("s.scn"), desk.bytes("plain.scn"));
    desk.run("scenarios historical --prices plain.csv --strict -o again.scn").expect(0);
}

#[test]
fn what_has_two_readings_is_refused_with_the_option_that_chooses() {
    let desk = desk();
    let cases = [
        ("date,A\n03/01/2024,1\n04/01/2024,2\n", "--date-order dmy"),
        ("date,A\n2024-01-02,\"123,450\"\n2024-01-03,\"124,450\"\n", "--decimal point, or --decimal comma"),
    ];
    for (prices, option) in cases {
        desk.write("p.csv", prices);
        let refused = desk.run("scenarios historical --prices p.csv -o s.scn").expect(2);
        assert!(refused.stderr.contains(option), "{refused:?}");
        assert!(!desk.has("s.scn"));
    }
    desk.run("scenarios historical --prices p.csv --decimal comma -o s.scn").expect(0);
}

#[test]
fn a_book_in_another_layout_has_the_same_risk_and_the_guesses_are_said() {
    let desk = desk();
    desk.write("b.csv", BOOK);
    desk.write("other.csv", "Ticker;Market Value\nA;400.000,00\nB;(250.000,00)\nTotal;150.000,00\n");
    let risk = |book: &str| desk.run(format!("risk --book {book} --scenarios plain.scn --confidence 0.9 --json"));
    let (plain, other) = (risk("b.csv").expect(0), risk("other.csv").expect(0));
    for key in ["var", "cvar", "var_rank", "nav", "gross", "unit"] {
        assert_eq!(plain.json()[key], other.json()[key], "{key}");
    }
    assert_eq!(plain.json()["read_as"], serde_json::json!([{ "file": "b.csv", "notes": [] }]));
    assert_eq!(other.json()["read_as"][0]["notes"][0]["what"], "separator ';'");
    assert!(!plain.stderr.contains("read as"), "{plain:?}");
    assert!(other.stderr.contains("row 'Total' is the sum of those above: left out"), "{other:?}");
    let refused = risk("other.csv --strict").expect(2);
    assert!(refused.stderr.contains("strict reading takes no guess"), "{refused:?}");
    desk.write("weights.csv", "factor,weight\nA,0.4\nB,0.6\n");
    risk("weights.csv --nav 1000000").expect(0);
    let refused = risk("weights.csv").expect(2);
    assert!(refused.stderr.contains("--nav"), "{refused:?}");
}
