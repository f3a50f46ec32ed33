//! Every generator of scenario sets from the command line, on real prices: made, made again from its header, proved at the book's figure
//! and refused a cent tighter.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use support::{Desk, PRICES, Run, keys};

const SEED: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// The embedded prices of three stocks as `p.csv`, invented implied volatilities of two as `v.csv`, and a book with Greeks.
fn desk() -> Desk {
    let desk = Desk::new();
    let prices = std::fs::read_to_string(PRICES).unwrap();
    let columns: Vec<Vec<&str>> = prices.lines().map(|line| line.split(',').take(4).collect()).collect();
    desk.write("p.csv", columns.iter().map(|cells| cells.join(",") + "\n").collect::<String>());
    let volatilities = columns.iter().enumerate().map(|(day, cells)| match day {
        0 => format!("date,{},{}\n", cells[1], cells[2]),
        _ => format!("{},0.{},0.{}\n", cells[0], 200 + day * 37 % 50, 300 + day * 53 % 90),
    });
    desk.write("v.csv", volatilities.collect::<String>());
    let names = &columns[0];
    let (a, b, c) = (names[1], names[2], names[3]);
    desk.write("b.csv", format!("factor,exposure\n{a},120000\n{b},-40000\n{c},65000.5\n"));
    desk.write(
        "g.csv",
        format!("factor,delta,gamma,vega\n{a},120000,-900000,-35000\n{b},-40000,250000,8000\n{c},0,400000,0\n"),
    );
    desk.write("reference.csv", format!("factor,exposure\n{a},1\n{b},2\n{c},3\n"));
    desk
}

/// The clause of a mandate.
fn clause(method: &str, limit: f64) -> String {
    format!("name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.9\nlimit = {limit:.6}\n{method}\n")
}

/// Proves value at risk of a book over `s.scn` at its figure; a cent less is refused by prover and verifier.
fn proved_at_its_figure(desk: &Desk, book: &str, method: &str, keys: &Path) {
    desk.write("any.toml", clause(method, 1e9));
    let risk = ["risk", "--book", book, "--scenarios", "s.scn", "--nav", "1000000", "--mandate", "any.toml", "--json"];
    let figure = desk.run(&risk).expect(0).json()["clauses"][0]["figure"].as_f64().unwrap();
    assert!(figure > 100.0, "{figure}");
    desk.write("at.toml", clause(method, figure));
    desk.write("below.toml", clause(method, figure - 0.01));
    let files = ["-o", "c.json", "--opening", "o.json", "--force"];
    desk.run(&[&["commit", "--book", book, "--scenarios", "s.scn", "--nav", "1000000"], &files[..]].concat()).expect(0);
    desk.prove(book, "at.toml", keys).expect(0);
    desk.verify("p.json", "at.toml", keys).expect(0);
    desk.verify("p.json", "below.toml", keys).expect(1);
    let refused = desk.prove(book, "below.toml", keys).expect(1);
    assert!(refused.stderr.contains("VaR"), "{refused:?}");
}

fn made(desk: &Desk, arguments: &[&str]) -> Run {
    desk.run(&[&["scenarios"], arguments, &["-o", "s.scn"]].concat())
}

fn regenerated(desk: &Desk, more: &[&str]) -> Run {
    desk.run(&[&["scenarios", "regenerate", "s.scn", "--prices", "p.csv"], more].concat())
}

#[test]
fn every_generator_is_made_again_and_proved() {
    let desk = desk();
    let keys = keys("60x12/1");
    let historical = ["historical", "--prices", "p.csv", "--window", "60"];
    let montecarlo = ["montecarlo", "--prices", "p.csv", "--paths", "60", "--seed", SEED];
    let generators: [(&[&str], &[&str], &str, &str); 10] = [
        (&historical, &["--stressed", "equal"], "stressed window", "b.csv"),
        (&historical, &["--stressed", "reference.csv"], "stressed window", "b.csv"),
        (&historical, &["--age-weighted", "0.97"], "age-weighted", "b.csv"),
        (&historical, &["--volatility-scaled"], "scaled to today's volatility", "b.csv"),
        (&historical, &["--gamma", "--cross-gamma", "--implied-volatility", "v.csv"], "with gammas", "g.csv"),
        (&montecarlo, &["--model", "normal", "--covariance", "ewma"], "Monte Carlo, normal", "b.csv"),
        (&montecarlo, &["--model", "student-t", "--degrees", "4.5"], "student-t", "b.csv"),
        (&montecarlo, &["--model", "student-t", "--degrees", "fitted", "--antithetic"], "student-t", "b.csv"),
        (&montecarlo, &["--model", "jump"], "jump", "b.csv"),
        (
            &montecarlo,
            &["--model", "jump", "--jump-intensity", "0.2", "--jump-mean", "-0.05", "--jump-volatility", "0.02"],
            "jump",
            "b.csv",
        ),
    ];
    for (base, more, kind, book) in generators {
        let said = made(&desk, &[base, more].concat()).expect(0);
        assert!(said.stdout.contains(kind), "{more:?}: {said:?}");
        let volatilities = if more.contains(&"v.csv") { &["--implied-volatility", "v.csv"][..] } else { &[] };
        regenerated(&desk, volatilities).expect(0);
        proved_at_its_figure(&desk, book, "", &keys);
    }
    // The set with volatilities is not made again without them, nor with others.
    made(&desk, &[&historical[..], &["--implied-volatility", "v.csv"]].concat()).expect(0);
    assert!(regenerated(&desk, &[]).expect(2).stderr.contains("--implied-volatility"));
    regenerated(&desk, &["--implied-volatility", "p.csv"]).expect(1);
}

#[test]
fn parametric_clauses_are_proved_over_a_covariance() {
    let desk = desk();
    let keys = keys("4x3+parametric");
    let covariance = ["covariance", "--prices", "p.csv"];
    for (more, method) in [
        (&["--covariance", "sample", "--horizon", "10"][..], "method = \"normal\""),
        (&["--covariance", "ewma", "--zero-mean"], "method = \"normal\""),
        (&["--covariance", "ledoit-wolf", "--window", "250"], "method = \"student-t\"\ndegrees = 4"),
    ] {
        made(&desk, &[&covariance[..], more].concat()).expect(0);
        regenerated(&desk, &[]).expect(0);
        proved_at_its_figure(&desk, "b.csv", method, &keys);
    }
    // A covariance that somebody else states; both clauses in one proof.
    let names = desk.read("p.csv").lines().next().unwrap()["date,".len()..].to_owned();
    let [a, b, c] = names.split(',').collect::<Vec<_>>()[..] else { panic!("{names}") };
    let table = format!("factor,{names}\n{a},0.0004,0.0001,0\n{b},0.0001,0.0009,0.0002\n{c},0,0.0002,0.0002\n");
    desk.write("v.csv", &table);
    made(&desk, &["covariance", "--table", "v.csv"]).expect(0);
    proved_at_its_figure(&desk, "b.csv", "method = \"normal\"", &keys);
    let both = "name = \"m\"\n[[clause]]\nmeasure = \"var\"\nmethod = \"normal\"\nconfidence = 0.99\nlimit = 100000\n\
                [[clause]]\nmeasure = \"cvar\"\nmethod = \"normal\"\nconfidence = 0.975\nlimit = 100000\n";
    desk.write("both.toml", both);
    desk.prove("b.csv", "both.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "both.toml", &keys).expect(0);
    assert!(
        verified.stdout.contains("99 % normal VaR") && verified.stdout.contains("97.5 % normal CVaR"),
        "{verified:?}"
    );
    // Without a trusted setup.
    desk.run(&["keygen", "--shape", "4x3+parametric", "--backend", "halo2", "-o", "k"]).expect(0);
    let files = ["--opening", "o.json", "--scenarios", "s.scn", "--keys", "k", "--backend", "halo2", "-o", "h.json"];
    desk.run(&[&["prove", "--book", "b.csv", "--mandate", "both.toml"], &files[..]].concat()).expect(0);
    desk.verify("h.json", "both.toml", Path::new("k")).expect(0);

    // A matrix with a direction of negative variance is refused, and repaired when asked to.
    desk.write(
        "v.csv",
        table.replace("0.0002,0.0002\n", "0.0009,0.0002\n").replace("0.0009,0.0002\n", "0.0009,0.0009\n"),
    );
    let broken = format!("factor,{names}\n{a},0.0004,0.0006,0\n{b},0.0006,0.0004,0\n{c},0,0,0.0002\n");
    desk.write("v.csv", broken);
    let refused = made(&desk, &["covariance", "--table", "v.csv"]).expect(2);
    assert!(refused.stderr.contains("not positive semidefinite") && refused.stderr.contains("--repair"), "{refused:?}");
    made(&desk, &["covariance", "--table", "v.csv", "--repair", "clip"]).expect(0);
}

#[test]
fn sets_and_clauses_of_different_kinds_are_refused() {
    let desk = desk();
    let commit = |scenarios: &[&str]| {
        made(&desk, scenarios).expect(0);
        let files = ["-o", "c.json", "--opening", "o.json", "--force", "--nav", "1000000"];
        desk.run(&[&["commit", "--book", "b.csv", "--scenarios", "s.scn"], &files[..]].concat()).expect(0);
    };
    commit(&["covariance", "--prices", "p.csv"]);
    desk.write("normal.toml", clause("method = \"normal\"", 1e6));
    desk.write("historical.toml", clause("", 1e6));
    let parametric = keys("4x3+parametric");
    let refused = desk.prove("b.csv", "historical.toml", &parametric).expect(2);
    assert!(refused.stderr.contains("method = \"normal\""), "{refused:?}");
    assert!(desk.prove("b.csv", "normal.toml", &keys("60x12/1")).expect(2).stderr.contains("+parametric"));
    let risk = ["risk", "--book", "b.csv", "--scenarios", "s.scn", "--confidence", "0.9"];
    assert!(desk.run(&risk).expect(2).stderr.contains("--mandate"));
    commit(&["historical", "--prices", "p.csv", "--window", "4"]);
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
fn what_generators_need_is_said() {
    let desk = desk();
    let names = desk.read("p.csv").lines().next().unwrap().to_owned();
    desk.write(
        "still.csv",
        format!("{names}\n2024-01-01,1,2,3\n2024-01-02,2,2,4\n2024-01-03,1,2,3\n2024-01-04,3,2,4\n"),
    );
    let montecarlo = ["montecarlo", "--prices", "p.csv", "--paths", "10"];
    let cases: [(Vec<&str>, &str); 12] = [
        (vec!["historical", "--prices", "p.csv", "--window", "600"], "price rows"),
        (vec!["historical", "--prices", "p.csv", "--window", "450", "--volatility-scaled"], "price rows"),
        (vec!["historical", "--prices", "p.csv", "--volatility-scaled", "1.5"], "both excluded"),
        (vec!["historical", "--prices", "p.csv", "--age-weighted", "0"], "both excluded"),
        (vec!["historical", "--prices", "p.csv", "--stressed", "equal"], "--window"),
        (vec!["historical", "--prices", "p.csv", "--window", "9", "--stressed", "nobody.csv"], "nobody.csv"),
        (vec!["covariance", "--prices", "still.csv"], "do not move"),
        (vec!["covariance", "--prices", "p.csv", "--window", "1"], "2 and above"),
        ([&montecarlo[..], &["--model", "normal", "--seed", "00"]].concat(), "64 hex digits"),
        ([&montecarlo[..], &["--model", "student-t", "--degrees", "2", "--seed", SEED]].concat(), "above 2"),
        ([&montecarlo[..], &["--model", "student-t", "--seed", SEED]].concat(), "--degrees"),
        (
            [&montecarlo[..], &["--model", "jump", "--jump-intensity", "-1", "--seed", SEED]].concat(),
            "the jump intensity",
        ),
    ];
    for (arguments, said) in cases {
        let refused = made(&desk, &arguments).expect(2);
        assert!(refused.stderr.contains(said), "{arguments:?}: {refused:?}");
    }
    // Greeks without their columns.
    made(&desk, &["historical", "--prices", "p.csv", "--window", "9"]).expect(0);
    let risk = ["risk", "--book", "g.csv", "--scenarios", "s.scn", "--confidence", "0.9", "--nav", "1000000"];
    assert!(desk.run(&risk).expect(2).stderr.contains("no column 'gamma:"));
}
