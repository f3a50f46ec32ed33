//! Every generator of scenario sets from the command line, on real prices: made, made again from
//! its header, proved at the book's figure and refused a cent tighter.

use tailproof_test_support::{Desk, PRICES, Run};

const SEED: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A desk with the prices of three stocks as `p.csv`, invented implied volatilities of two as
/// `v.csv`, and books with and without Greeks.
fn desk() -> Desk {
    let desk = Desk::new();
    let prices = desk.read(PRICES);
    let columns: Vec<Vec<&str>> = prices.lines().map(|line| line.split(',').take(4).collect()).collect();
    desk.write("p.csv", columns.iter().map(|cells| cells.join(",") + "\n").collect::<String>());
    let volatilities = columns.iter().enumerate().map(|(day, cells)| match day {
        0 => format!("date,{},{}\n", cells[1], cells[2]),
        _ => format!("{},0.{},0.{}\n", cells[0], 200 + day * 37 % 50, 300 + day * 53 % 90),
    });
    desk.write("v.csv", volatilities.collect::<String>());
    let (a, b, c) = (columns[0][1], columns[0][2], columns[0][3]);
    desk.write("b.csv", format!("factor,exposure\n{a},120000\n{b},-40000\n{c},65000.5\n"));
    desk.write(
        "g.csv",
        format!("factor,delta,gamma,vega\n{a},120000,-900000,-35000\n{b},-40000,250000,8000\n{c},0,400000,0\n"),
    );
    desk.write("reference.csv", format!("factor,exposure\n{a},1\n{b},2\n{c},3\n"));
    desk
}

/// A mandate of one VaR clause.
fn clause(method: &str, limit: f64) -> String {
    format!("name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.9\nlimit = {limit:.6}\n{method}\n")
}

/// Proves the VaR of a book over `s.scn` at its figure. Prover and verifier refuse a cent less.
fn proved_at_its_figure(desk: &Desk, book: &str, method: &str, shape: &str) {
    let keys = desk.keys(shape);
    desk.write("any.toml", clause(method, 1e9));
    let risk = format!("risk --book {book} --scenarios s.scn --nav 1000000 --mandate any.toml --json");
    let figure = desk.run(risk).expect(0).json()["clauses"][0]["figure"].as_f64().unwrap();
    assert!(figure > 100.0, "{figure}");
    desk.write("at.toml", clause(method, figure));
    desk.write("below.toml", clause(method, figure - 0.01));
    commit(desk, book);
    desk.prove(book, "at.toml", &keys).expect(0);
    desk.verify("p.json", "at.toml", &keys).expect(0);
    desk.verify("p.json", "below.toml", &keys).expect(1);
    let refused = desk.prove(book, "below.toml", &keys).expect(1);
    assert!(refused.stderr.contains("VaR"), "{refused:?}");
}

fn commit(desk: &Desk, book: &str) {
    desk.run(format!("commit --book {book} --scenarios s.scn --nav 1000000 -o c.json --opening o.json --force"))
        .expect(0);
}

fn make(desk: &Desk, arguments: &str) -> Run {
    desk.run(format!("scenarios {arguments} -o s.scn"))
}

fn regenerate(desk: &Desk, more: &str) -> Run {
    desk.run(format!("scenarios regenerate s.scn --prices p.csv {more}"))
}

/// Makes sets, makes them again, and proves a book over each. `kind` is a part of what the command
/// says.
fn made_again_and_proved(cases: &[(&str, &str, &str)]) {
    let desk = desk();
    for (generator, kind, book) in cases {
        let said = make(&desk, generator).expect(0);
        assert!(said.stdout.contains(kind), "{generator}: {said:?}");
        let volatilities = if generator.contains("v.csv") { "--implied-volatility v.csv" } else { "" };
        regenerate(&desk, volatilities).expect(0);
        proved_at_its_figure(&desk, book, "", "60x12/1");
    }
}

#[test]
fn historical_sets_are_made_again_and_proved() {
    let historical = "historical --prices p.csv --window 60";
    made_again_and_proved(&[
        (&format!("{historical} --stressed equal"), "stressed window", "b.csv"),
        (&format!("{historical} --stressed reference.csv"), "stressed window", "b.csv"),
        (&format!("{historical} --age-weighted 0.97"), "age-weighted", "b.csv"),
        (&format!("{historical} --linear-weights --ring 41"), "weights linear in age, in a ring with", "b.csv"),
        (&format!("{historical} --volatility-scaled"), "scaled to today's volatility", "b.csv"),
        (&format!("{historical} --gamma --cross-gamma --implied-volatility v.csv"), "with gammas", "g.csv"),
    ]);
}

#[test]
fn monte_carlo_sets_are_made_again_and_proved() {
    let montecarlo = format!("montecarlo --prices p.csv --paths 60 --seed {SEED}");
    made_again_and_proved(&[
        (&format!("{montecarlo} --model normal --covariance ewma"), "Monte Carlo, normal", "b.csv"),
        (&format!("{montecarlo} --model student-t --degrees 4.5"), "student-t", "b.csv"),
        (&format!("{montecarlo} --model student-t --degrees fitted --antithetic"), "student-t", "b.csv"),
        (&format!("{montecarlo} --model jump"), "jump", "b.csv"),
        (
            &format!("{montecarlo} --model jump --jump-intensity 0.2 --jump-mean -0.05 --jump-volatility 0.02"),
            "jump",
            "b.csv",
        ),
    ]);
}

/// The files of a window on chain: made, shown, made again, and refused where they cannot be.
#[test]
fn sets_of_a_window_on_chain_have_their_place_in_the_header() {
    let desk = desk();
    let window = "historical --prices p.csv --window 60";
    let said = make(&desk, &format!("{window} --ring 41")).expect(0).stdout;
    assert!(said.contains("60 scenarios") && said.contains("in a ring with the newest in slot 41"), "{said}");
    let shown = desk.run("scenarios show s.scn").expect(0).stdout;
    assert!(shown.contains("ring          newest row in slot 41 of 0 to 59"), "{shown}");
    let json = desk.run("scenarios show s.scn --json").expect(0).json();
    assert_eq!((&json["generator"]["ring"], &json["generator"]["slot"]), (&41.into(), &serde_json::Value::Null));
    assert!(regenerate(&desk, "").expect(0).stdout.starts_with("identical"));

    make(&desk, "historical --prices p.csv --window 1 --slot 41").expect(0);
    let shown = desk.run("scenarios show s.scn").expect(0).stdout;
    assert!(shown.contains("in slot 41 of the ring") && shown.contains("slot          41"), "{shown}");
    assert!(regenerate(&desk, "").expect(0).stdout.starts_with("identical"));

    for (arguments, said) in [
        (format!("{window} --ring 60"), "0 to 59"),
        (format!("{window} --ring 1 --slot 1"), "cannot be used with"),
        (format!("{window} --slot 1"), "60 rows"),
        ("historical --prices p.csv --slot 1".to_owned(), "--window"),
        (format!("{window} --ring 1 --age-weighted 0.9"), "weights that decay"),
        (format!("{window} --ring 1 --volatility-scaled"), "today's volatility"),
        (format!("{window} --ring 1 --stressed equal"), "stressed window"),
        ("historical --prices p.csv --window 1 --slot 1 --age-weighted 0.9".to_owned(), "weights that decay"),
        ("historical --prices p.csv --window 1 --slot 1 --linear-weights".to_owned(), "no weight by its age"),
        (format!("{window} --linear-weights --age-weighted 0.9"), "cannot be used with"),
        (format!("montecarlo --prices p.csv --paths 10 --seed {SEED} --model normal --ring 1"), "--ring"),
    ] {
        let refused = make(&desk, &arguments).expect(2);
        assert!(refused.stderr.contains(said), "{arguments}: {refused:?}");
    }
}

/// Two parties with the same prices, or with prices that are rounded otherwise.
#[test]
fn a_set_is_made_again_from_prices_however_they_are_written_and_within_a_tolerance() {
    let desk = Desk::new();
    let prices = "date,A,B\n2024-01-02,100,3\n2024-01-03,110,2\n2024-01-04,99,2.5\n2024-01-05,99,4\n";
    desk.write("p.csv", prices);
    make(&desk, "historical --prices p.csv").expect(0);
    for written_otherwise in [
        prices.replace('\n', "\r\n"),
        format!("\u{feff}{prices}"),
        prices.trim_end().to_owned(),
        "date,B,A\n2024-01-02,3,100\n2024-01-03,2,110\n2024-01-04,2.50,99\n2024-01-05,4,99.0\n2024-01-08,5,98\n"
            .to_owned(),
    ] {
        desk.write("p.csv", written_otherwise);
        assert!(regenerate(&desk, "").expect(0).stdout.starts_with("identical"));
    }
    // 98.9999 / 110 is a step off, and so is 99 / 98.9999.
    desk.write("p.csv", prices.replace("01-04,99,", "01-04,98.9999,"));
    let refused = regenerate(&desk, "").expect(1);
    assert!(refused.stderr.contains("2 of 6 moves differ by more than 0 step(s)"), "{refused:?}");
    let json = regenerate(&desk, "--tolerance 1 --json").expect(0).json();
    assert_eq!((&json["made_again"], &json["identical"]), (&true.into(), &false.into()));
    assert_eq!((&json["largest_difference"], &json["moves_beyond_tolerance"]), (&1.into(), &0.into()));
    assert!(regenerate(&desk, "--tolerance 1").expect(0).stdout.contains("its header names other prices"));
}

/// Files that were made to deceive lie beside the repository (`../shared/cases/attacks`); without
/// them the test says that it was skipped.
#[test]
fn files_of_an_attacker_are_read_rightly() {
    let folder = tailproof_test_support::source().join("../shared/cases/attacks");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    let names = ["times_with_offset.csv", "confidence_plain.toml", "confidence_two_spellings.toml"];
    let [Some(times), Some(plain), Some(spelled)] = names.map(read) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let desk = Desk::new();
    desk.write("p.csv", times);
    let refused = make(&desk, "historical --prices p.csv").expect(2);
    assert!(refused.stderr.contains("row 2") && refused.stderr.contains("23:00"), "{refused:?}");
    let digest = |text: &str| tailproof::Mandate::from_toml("m.toml", text).unwrap().digest();
    assert_eq!(digest(&plain), digest(&spelled));
}

#[test]
fn one_number_of_a_generator_has_one_spelling() {
    let desk = desk();
    let digest = |arguments: &str| make(&desk, &format!("{arguments} --json")).expect(0).json()["digest"].clone();
    let weighted = |spelling: &str| digest(&format!("historical --prices p.csv --window 60 --age-weighted {spelling}"));
    assert!(weighted("0.9") == weighted("0.90") && weighted("0.9") == weighted("9e-1"));
    let paths = |degrees: &str| {
        let student = format!("--model student-t --degrees {degrees}");
        digest(&format!("montecarlo --prices p.csv --paths 6 --seed {SEED} {student}"))
    };
    assert_eq!(paths("4.5"), paths("4.50"));
}

#[test]
fn sets_with_volatilities_are_not_made_again_without_them() {
    let desk = desk();
    make(&desk, "historical --prices p.csv --window 60 --implied-volatility v.csv").expect(0);
    assert!(regenerate(&desk, "").expect(2).stderr.contains("--implied-volatility"));
    regenerate(&desk, "--implied-volatility p.csv").expect(1);
}

#[test]
fn parametric_clauses_are_proved_over_a_covariance() {
    let desk = desk();
    for (more, method) in [
        ("--covariance sample --horizon 10", "method = \"normal\""),
        ("--covariance ewma --zero-mean", "method = \"normal\""),
        ("--covariance ledoit-wolf --window 250", "method = \"student-t\"\ndegrees = 4"),
    ] {
        make(&desk, &format!("covariance --prices p.csv {more}")).expect(0);
        regenerate(&desk, "").expect(0);
        proved_at_its_figure(&desk, "b.csv", method, "4x3+parametric");
    }
}

/// A covariance that somebody else states; both clauses in one proof, with both backends.
#[test]
fn stated_covariances_are_proved_with_both_backends() {
    let desk = desk();
    let keys = desk.keys("4x3+parametric");
    let names = desk.read("p.csv").lines().next().unwrap()["date,".len()..].to_owned();
    let [a, b, c] = names.split(',').collect::<Vec<_>>()[..] else { panic!("{names}") };
    desk.write(
        "v.csv",
        format!("factor,{names}\n{a},0.0004,0.0001,0\n{b},0.0001,0.0009,0.0002\n{c},0,0.0002,0.0002\n"),
    );
    make(&desk, "covariance --table v.csv").expect(0);
    proved_at_its_figure(&desk, "b.csv", "method = \"normal\"", "4x3+parametric");
    let both = "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nmethod = \"normal\"\nconfidence = 0.99\nlimit = 100000\n\
                [[clause]]\nmeasure = \"cvar\"\nmethod = \"normal\"\nconfidence = 0.975\nlimit = 100000\n";
    desk.write("both.toml", both);
    desk.prove("b.csv", "both.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "both.toml", &keys).expect(0);
    for clause in ["99 % normal VaR", "97.5 % normal CVaR"] {
        assert!(verified.stdout.contains(clause), "{verified:?}");
    }
    // Without a trusted setup.
    let keys = desk.halo2_keys("4x3+parametric");
    desk.prove("b.csv", "both.toml --backend halo2", &keys).expect(0);
    desk.verify("p.json", "both.toml", &keys).expect(0);

    // A matrix with a direction of negative variance is refused, and repaired on request.
    desk.write("v.csv", format!("factor,{names}\n{a},0.0004,0.0006,0\n{b},0.0006,0.0004,0\n{c},0,0,0.0002\n"));
    let refused = make(&desk, "covariance --table v.csv").expect(2);
    assert!(refused.stderr.contains("not positive semidefinite") && refused.stderr.contains("--repair"), "{refused:?}");
    make(&desk, "covariance --table v.csv --repair clip").expect(0);
}

#[test]
fn sets_and_clauses_of_different_kinds_are_refused() {
    let desk = desk();
    make(&desk, "covariance --prices p.csv").expect(0);
    commit(&desk, "b.csv");
    desk.write("normal.toml", clause("method = \"normal\"", 1e6));
    desk.write("historical.toml", clause("", 1e6));
    let [parametric, historical] = ["4x3+parametric", "60x12/1"].map(|shape| desk.keys(shape));
    let refused = desk.prove("b.csv", "historical.toml", &parametric).expect(2);
    assert!(refused.stderr.contains("method = \"normal\""), "{refused:?}");
    assert!(desk.prove("b.csv", "normal.toml", &historical).expect(2).stderr.contains("+parametric"));
    let risk = "risk --book b.csv --scenarios s.scn --confidence 0.9";
    assert!(desk.run(risk).expect(2).stderr.contains("--mandate"));
    make(&desk, "historical --prices p.csv --window 4").expect(0);
    commit(&desk, "b.csv");
    let refused = desk.prove("b.csv", "normal.toml", &parametric).expect(2);
    assert!(refused.stderr.contains("scenarios covariance"), "{refused:?}");
    assert!(desk.prove("b.csv", "historical.toml", &parametric).expect(2).stderr.contains("scenarios take TxN"));
    for (method, said) in [
        ("method = \"student-t\"", "needs 'degrees'"),
        ("method = \"student-t\"\ndegrees = 2", "above 2"),
        ("method = \"normal\"\ndegrees = 5", "for the method"),
        ("method = \"bootstrap\"", "unknown method"),
        ("method = \"normal\"\nfloor = 1", "no floor"),
    ] {
        desk.write("bad.toml", clause(method, 1e6));
        let refused = desk.prove("b.csv", "bad.toml", &parametric).expect(2);
        assert!(refused.stderr.contains(said), "{method}: {refused:?}");
    }
    desk.write("bad.toml", clause("method = \"normal\"", 1e6).replace("0.9", "0.4"));
    assert!(desk.prove("b.csv", "bad.toml", &parametric).expect(2).stderr.contains("above 0.5"));
}

#[test]
fn generators_say_what_they_need() {
    let desk = desk();
    let names = desk.read("p.csv").lines().next().unwrap().to_owned();
    desk.write(
        "still.csv",
        format!("{names}\n2024-01-01,1,2,3\n2024-01-02,2,2,4\n2024-01-03,1,2,3\n2024-01-04,3,2,4\n"),
    );
    let montecarlo = "montecarlo --prices p.csv --paths 10";
    for (arguments, said) in [
        ("historical --prices p.csv --window 600".to_owned(), "price rows"),
        ("historical --prices p.csv --window 450 --volatility-scaled".to_owned(), "price rows"),
        ("historical --prices p.csv --volatility-scaled 1.5".to_owned(), "both excluded"),
        ("historical --prices p.csv --age-weighted 0".to_owned(), "both excluded"),
        ("historical --prices p.csv --stressed equal".to_owned(), "--window"),
        ("historical --prices p.csv --window 9 --stressed nobody.csv".to_owned(), "nobody.csv"),
        ("covariance --prices still.csv".to_owned(), "do not move"),
        ("covariance --prices p.csv --window 1".to_owned(), "2 and above"),
        (format!("{montecarlo} --model normal --seed 00"), "64 hex digits"),
        (format!("{montecarlo} --model student-t --degrees 2 --seed {SEED}"), "above 2"),
        (format!("{montecarlo} --model student-t --seed {SEED}"), "--degrees"),
        (format!("{montecarlo} --model jump --jump-intensity -1 --seed {SEED}"), "the jump intensity"),
    ] {
        let refused = make(&desk, &arguments).expect(2);
        assert!(refused.stderr.contains(said), "{arguments}: {refused:?}");
    }
    // Greeks without their columns.
    make(&desk, "historical --prices p.csv --window 9").expect(0);
    let risk = "risk --book g.csv --scenarios s.scn --confidence 0.9 --nav 1000000";
    assert!(desk.run(risk).expect(2).stderr.contains("no column 'gamma:"));
}
