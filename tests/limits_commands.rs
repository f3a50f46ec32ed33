//! Limits on the book itself, liquidity cost, bands and consolidated books, from the command line
//! on the real book.

use tailproof_test_support::{BOOK, Desk, NAV, Run, mandate as one_clause};

const SHAPE: &str = "40x20+limits";

/// A mandate with each kind of clause and given numbers, in the order of [`CLAUSES`].
fn mandate(numbers: &[String; 9]) -> String {
    let [var, floor, cvar, gross, net, net_floor, concentration, threshold, large] = numbers;
    format!(
        r#"
name = "Every clause"
[[clause]]
measure = "var"
confidence = 0.9
limit = "{var}"
floor = "{floor}"
liquidity = true
[[clause]]
measure = "cvar"
confidence = 0.9
limit = "{cvar}"
[[clause]]
measure = "gross"
limit = "{gross}"
[[clause]]
measure = "net"
limit = "{net}"
floor = "{net_floor}"
[[clause]]
measure = "concentration"
limit = "{concentration}"
[[clause]]
measure = "large-exposures"
threshold = "{threshold}"
limit = "{large}"
[liquidity]
half_spread = 0.0005
half_spreads = {{ AAPL = 0.0002 }}
"#
    )
}

/// Exact figures of the clauses, as decimals with six places.
fn figures(desk: &Desk, numbers: &[String; 9]) -> Vec<f64> {
    desk.write("any.toml", mandate(numbers));
    let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --mandate any.toml --json");
    let clauses = desk.run(risk).expect(0).json()["clauses"].clone();
    clauses.as_array().unwrap().iter().map(|clause| clause["figure"].as_f64().unwrap()).collect()
}

#[test]
fn every_clause_on_the_book_is_proved_at_its_figure_and_not_a_cent_tighter() {
    let desk = Desk::new();
    desk.scenarios(40).expect(0);
    desk.commit(BOOK).expect(0);
    let keys = desk.keys(SHAPE);
    let loose = ["1e9", "0", "1e9", "1e9", "1e9", "-1e9", "1e9", "700000", "1e9"]
        .map(|text| text.parse::<f64>().unwrap().to_string());
    let found = figures(&desk, &loose);
    let [var, cvar, gross, net, largest, large] = found[..] else { panic!("{found:?}") };
    assert!(gross > net && net > largest && large > largest && cvar > var && var > 0.0, "{found:?}");
    // The floor of a figure that was rounded up to a millionth is a millionth less.
    let numbers =
        [var, var - 1e-6, cvar, gross, net, net, largest, 700_000.0, large].map(|number| format!("{number:.6}"));
    desk.write("at.toml", mandate(&numbers));
    desk.prove(BOOK, "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    for sentence in
        ["90 % VaR with liquidity cost <= ", "gross exposure <= ", "largest exposure <= ", "above 700,000 <= "]
    {
        assert!(verified.stdout.contains(sentence), "{sentence} in {verified:?}");
    }
    let said = [
        "VaR with liquidity cost is",
        "below the floor",
        "CVaR is",
        "gross exposure is",
        "net exposure is",
        "below the floor",
        "largest exposure is",
        "",
        "sum of exposures above",
    ];
    for (index, said) in said.into_iter().enumerate().filter(|(_, said)| !said.is_empty()) {
        let mut tighter = numbers.clone();
        let tighten = if [1, 5].contains(&index) { 0.01 } else { -0.01 };
        tighter[index] = format!("{:.6}", numbers[index].parse::<f64>().unwrap() + tighten);
        // A limit below its floor cannot be stated.
        if [0, 4].contains(&index) {
            tighter[index + 1] = tighter[index].clone();
        } else if [1, 5].contains(&index) {
            tighter[index - 1] = tighter[index].clone();
        }
        desk.write("tighter.toml", mandate(&tighter));
        let refused = desk.prove(BOOK, "tighter.toml", &keys).expect(1);
        assert!(refused.stderr.contains(said), "clause {index}: {refused:?}");
        desk.verify("p.json", "tighter.toml", &keys).expect(1);
    }
    // Other half-spreads are another claim: another scenario point.
    desk.write("wider.toml", mandate(&numbers).replace("0.0002", "0.0003"));
    desk.verify("p.json", "wider.toml", &keys).expect(1);
    let point = |mandate: &str| desk.run(format!("scenarios point s.scn --keys {keys} {mandate}"));
    let without = point("").expect(2);
    assert!(without.stderr.contains("--mandate"), "{without:?}");
    let [wider, at] = ["wider", "at"].map(|name| point(&format!("--mandate {name}.toml")).expect(0).stdout);
    assert_ne!(wider, at);
}

#[test]
fn halo2_proves_limits_and_consolidated_books() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let keys = desk.halo2_keys("8x20+limits+2books");
    two_books(&desk);
    desk.write("m.toml", "name = \"m\"\n[[clause]]\nmeasure = \"gross\"\nlimit_nav = 1.3\n");
    prove_two(&desk, "m.toml --backend halo2", &keys).expect(0);
    let verify = |commitments: &str| desk.verify("p.json", &format!("m.toml {commitments}"), &keys);
    verify("--commitment a.json --commitment b.json").expect(0);
    verify("--commitment b.json --commitment a.json").expect(0);
    verify("--commitment b.json --commitment b.json").expect(1);
}

/// Commits to the two halves of the real book one by one: `a.csv`, `a.json`, `a.opening`, and `b`
/// the same.
fn two_books(desk: &Desk) {
    let book = desk.read(BOOK);
    let (header, rows) = book.split_once('\n').unwrap();
    for (name, first) in [("a", 0), ("b", 1)] {
        let rows: Vec<&str> = rows.lines().skip(first).step_by(2).collect();
        desk.write(&format!("{name}.csv"), format!("{header}\n{}\n", rows.join("\n")));
        desk.run(format!(
            "commit --book {name}.csv --scenarios s.scn -o {name}.json --opening {name}.opening --nav 5000000"
        ))
        .expect(0);
    }
}

fn prove_two(desk: &Desk, mandate: &str, keys: &str) -> Run {
    desk.run(format!(
        "prove --book a.csv --book b.csv --opening a.opening --opening b.opening --scenarios s.scn \
         --mandate {mandate} --keys {keys} -o p.json"
    ))
}

#[test]
fn a_consolidated_book_is_the_sum_of_its_books() {
    let desk = Desk::new();
    desk.scenarios(40).expect(0);
    two_books(&desk);
    let keys = desk.keys("40x20/1+2books");
    // The sum is the real book, with its net asset value.
    let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.9 --json");
    let var = desk.run(risk).expect(0).json()["var"].as_f64().unwrap();
    let clause = |limit: f64| one_clause("var", "0.9", &format!("limit = {limit:.6}"));
    desk.write("at.toml", clause(var));
    desk.write("below.toml", clause(var - 0.01));
    prove_two(&desk, "at.toml", &keys).expect(0);
    prove_two(&desk, "below.toml", &keys).expect(1);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    assert_eq!(verified.stdout.matches("sub-book 0x").count(), 2, "{verified:?}");
    desk.verify("p.json", "below.toml", &keys).expect(1);

    let with = |commitments: &str| desk.verify("p.json", &format!("at.toml {commitments}"), &keys);
    with("--commitment a.json --commitment b.json").expect(0);
    with("--commitment b.json --commitment a.json").expect(0);
    with("--commitment a.json --commitment a.json").expect(1);
    assert!(with("--commitment a.json").expect(2).stderr.contains("name each"));
    // A list of commitments that do not make the commitment is bad input.
    let (proof, json) = (desk.read("p.json"), desk.json("p.json"));
    let [first, second] = [0, 1].map(|index| json["commitments"][index].as_str().unwrap().to_owned());
    desk.write("p.json", proof.replace(&first, "FIRST").replace(&second, &first).replace("FIRST", &second));
    assert!(desk.verify("p.json", "at.toml", &keys).expect(2).stderr.contains("commitments"));

    // An opening too few, openings in another order, a book too few.
    for (books, said) in [
        ("--book a.csv --book b.csv --opening a.opening", "the opening of each book"),
        ("--book a.csv --book b.csv --opening b.opening --opening a.opening", "does not open"),
        ("--book a.csv --opening a.opening", "are for 2"),
    ] {
        let prove = format!("prove {books} --scenarios s.scn --mandate at.toml --keys {keys} -o q.json");
        let refused = desk.run(prove).expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
}

/// Two sub-books that each hold the whole fund's value double every limit in fractions of it. Who
/// types the value, and who proves over several, is told.
#[test]
fn a_value_that_two_sub_books_each_hold_is_noted_where_it_is_typed() {
    let desk = Desk::new();
    desk.scenarios(40).expect(0);
    desk.write("a.csv", "factor,exposure\nAAPL,1000\n");
    let commit = |nav: &str, name: &str| {
        let files = format!("-o {name}.json --opening {name}.opening");
        desk.run(format!("commit --book a.csv --scenarios s.scn {nav} {files}")).expect(0).stderr
    };
    assert!(commit("--nav 2000", "a").contains("note: the net asset value is this book's alone"));
    assert_eq!(commit("", "c"), "");
    desk.copy("a.csv", "b.csv");
    commit("--nav 2000", "b");
    let keys = desk.keys("40x20/1+2books");
    // Neither holds, so that nothing is proved.
    for (limit, noted) in [("limit_nav = 0", true), ("limit = 0", false)] {
        desk.write("m.toml", one_clause("var", "0.9", limit));
        let said = prove_two(&desk, "m.toml", &keys).expect(1).stderr;
        assert_eq!(
            said.contains("note: limits are fractions of the sum of the values that 2 commitments"),
            noted,
            "{said}"
        );
    }
}

/// A delta-neutral mandate in fractions of the net asset value, and one that a long book does not
/// meet.
#[test]
fn bands_around_zero_and_fractions_of_nav() {
    let desk = Desk::new();
    desk.scenarios(40).expect(0);
    let book = "factor,exposure\nAAPL,1000000\nAMD,-980000\n";
    desk.write("neutral.csv", book);
    desk.write("long.csv", book.replace("-980000", "-700000"));
    desk.write("short.csv", book.replace("1000000", "700000"));
    let keys = desk.keys(SHAPE);
    desk.write(
        "m.toml",
        "name = \"Delta-neutral\"\n[[clause]]\nmeasure = \"net\"\nlimit_nav = 0.02\nfloor_nav = -0.02\n",
    );
    for (book, status) in [("neutral.csv", 0), ("long.csv", 1), ("short.csv", 1)] {
        desk.commit(book).expect(0);
        desk.prove(book, "m.toml", &keys).expect(status);
    }
    desk.commit("neutral.csv").expect(0);
    desk.prove("neutral.csv", "m.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "m.toml", &keys).expect(0);
    assert!(verified.stdout.contains("-2 % of NAV <= net exposure <= 2 % of NAV"), "{verified:?}");
}

#[test]
fn mandates_that_say_nothing_sensible_are_refused() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let cases = [
        ("measure = \"gross\"\nlimit = 1\nconfidence = 0.9", "has no 'confidence'"),
        ("measure = \"gross\"\nlimit = 1\nfloor = 0", "a floor is for"),
        ("measure = \"net\"\nlimit = 1\nfloor = 2", "above the limit"),
        ("measure = \"var\"\nconfidence = 0.9\nlimit = 1\nfloor = -1", "0 and above"),
        ("measure = \"concentration\"\nlimit = 1\nthreshold = 1", "a threshold is for"),
        ("measure = \"large-exposures\"\nlimit = 1", "needs a 'threshold'"),
        ("measure = \"var\"\nconfidence = 0.9\nlimit = 1\nliquidity = true", "no [liquidity] table"),
        ("measure = \"gross\"\nlimit = 1\n[liquidity]\nhalf_spread = 0.1", "no clause says"),
        ("measure = \"var\"\nconfidence = 0.9\nlimit = 1\nliquidity = true\n[liquidity]\nhalf_spread = 1", "0 to 0.99"),
        (
            "measure = \"var\"\nconfidence = 0.9\nlimit = 1\nliquidity = true\n[liquidity]\nhalf_spreads = { AAPL = 0.1 }",
            "no half-spread for 'AMD'",
        ),
        (
            "measure = \"var\"\nconfidence = 0.9\nlimit = 1\nliquidity = true\n[liquidity]\nhalf_spreads = { APPL = 0.1 }",
            "APPL",
        ),
    ];
    for (clause, said) in cases {
        desk.write("m.toml", format!("name = \"m\"\n[[clause]]\n{clause}\n"));
        let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --mandate m.toml");
        let refused = desk.run(risk).expect(2);
        assert!(refused.stderr.contains(said), "{clause}: {refused:?}");
    }
    // Keys without limits, and a floor beside a clause that takes the second threshold.
    desk.commit(BOOK).expect(0);
    desk.write("m.toml", "name = \"m\"\n[[clause]]\nmeasure = \"gross\"\nlimit = 1e8\n".replace("1e8", "100000000"));
    assert!(desk.prove(BOOK, "m.toml", &desk.keys("8x20")).expect(2).stderr.contains("8x20+limits"));
    let text = "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.5\nlimit = 1000000\nfloor = 0\n\
                [[clause]]\nmeasure = \"cvar\"\nconfidence = 0.6\nlimit = 10000000\n";
    desk.write("m.toml", text);
    assert!(desk.prove(BOOK, "m.toml", &desk.keys(SHAPE)).expect(2).stderr.contains("two mandates"));
}
