//! Proofs about the demo's book: at the exact figures, and not a cent tighter.

use tailproof_test_support::{BOOK, Desk, MANDATE, NAV, PRICES, mandate};

const SHAPE: &str = "8x20";

/// A VaR and a CVaR clause.
fn both(var: f64, cvar: f64) -> String {
    format!(
        "name = \"both\"\nunit = \"USD\"\n\
         [[clause]]\nmeasure = \"var\"\nconfidence = 0.99\nlimit = {var:.6}\n\
         [[clause]]\nmeasure = \"cvar\"\nconfidence = 0.975\nlimit = {cvar:.6}\n"
    )
}

/// Proves the demo's book at the figures that `risk` prints, and fails a cent below either.
fn proved_at_the_figures(scenarios: usize) {
    let desk = Desk::new();
    let keys = desk.keys(&format!("{scenarios}x20"));
    desk.scenarios(scenarios).expect(0);
    desk.commit(BOOK).expect(0);
    let figure = |confidence: &str, name: &str| -> f64 {
        let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence {confidence} --json");
        let figures = desk.run(risk).expect(0).json();
        assert_eq!(figures["scenarios"], scenarios);
        figures[name].as_f64().unwrap()
    };
    let (var, cvar) = (figure("0.99", "var"), figure("0.975", "cvar"));
    assert!((100_000.0..400_000.0).contains(&var), "{var}");
    assert!(cvar >= figure("0.975", "var"), "{cvar}");
    desk.write("at.toml", both(var, cvar));
    desk.prove(BOOK, "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    assert!(verified.stdout.starts_with("VALID"), "{verified:?}");
    for (var, cvar, said) in [(var - 0.01, cvar, "99 % VaR"), (var, cvar - 0.01, "97.5 % CVaR")] {
        desk.write("tight.toml", both(var, cvar));
        let refused = desk
            .run(format!(
                "prove --book {BOOK} --opening o.json --scenarios s.scn --mandate tight.toml --keys {keys} -o none.json"
            ))
            .expect(1);
        assert!(refused.stderr.contains(said) && refused.stderr.contains("above the limit"), "{refused:?}");
        assert!(!desk.has("none.json"));
        // The proof for the looser mandate does not pass for the tighter one.
        desk.verify("p.json", "tight.toml", &keys).expect(1);
    }
}

#[test]
fn the_real_book_proves_what_risk_says_holds_and_nothing_a_cent_tighter() {
    proved_at_the_figures(60);
}

#[cfg(feature = "nightly")]
mod nightly {
    #[test]
    fn five_hundred_scenarios_are_proved_at_their_figures() {
        super::proved_at_the_figures(500);
    }
}

#[test]
fn limits_as_fractions_of_nav_are_proved() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    desk.write("m.toml", mandate("cvar", "0.5", "limit_nav = 0.05"));
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    desk.verify("p.json", "m.toml", &keys).expect(0);
    desk.write("m.toml", mandate("cvar", "0.5", "limit_nav = 0.000001"));
    let refused = desk.prove(BOOK, "m.toml", &keys).expect(1);
    assert!(refused.stderr.contains("% of NAV (10)"), "{refused:?}");
}

#[test]
fn one_confidence_is_proved_with_keys_of_one_threshold_and_two_are_not() {
    let desk = Desk::new();
    let keys = desk.keys("8x20/1");
    desk.scenarios(8).expect(0);
    desk.commit(BOOK).expect(0);
    let refused = desk.prove(BOOK, MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("two confidences"), "{refused:?}");
    desk.write("one.toml", desk.read(MANDATE).replace("0.975", "0.99"));
    desk.prove(BOOK, "one.toml", &keys).expect(0);
    desk.verify("p.json", "one.toml", &keys).expect(0);
    // A mandate with only one of the measures.
    for measure in ["var", "cvar"] {
        desk.write("m.toml", mandate(measure, "0.9", "limit = 500000"));
        desk.prove(BOOK, "m.toml", &keys).expect(0);
        desk.verify("p.json", "m.toml", &keys).expect(0);
    }
}

#[test]
fn smaller_scenario_sets_and_books_fit_larger_shapes() {
    let desk = Desk::new();
    let keys = desk.keys(SHAPE);
    let prices = desk.read(PRICES);
    let few = prices.lines().take(7).map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",") + "\n");
    desk.write("few.csv", few.collect::<String>());
    desk.run("scenarios historical --prices few.csv --horizon 2 -o s.scn").expect(0);
    desk.write("book.csv", "factor,quantity\nBAC,100\nAAPL,-20\n");
    let committed = "commit --book book.csv --scenarios s.scn --nav 5000 -o c.json --opening o.json --unit 0.0001";
    let noted = desk.run(committed).expect(0).stderr;
    assert!(noted.contains("note: the book unit 0.0001 is public and finer than a cent"), "{noted}");
    desk.write("m.toml", mandate("var", "0.75", "limit_nav = 0.2"));
    desk.prove("book.csv", "m.toml", &keys).expect(0);
    desk.verify("p.json", "m.toml", &keys).expect(0);
    // A mandate that wants a finer unit than the book has.
    desk.write("m.toml", mandate("var", "0.75", "limit_nav = 0.2").replace("[[", "unit = 0.000001\n[["));
    let refused = desk.prove("book.csv", "m.toml", &keys).expect(2);
    assert!(refused.stderr.contains("0.000001 or finer"), "{refused:?}");
    assert!(refused.stderr.contains("0.000001 is public and finer than a cent"), "{refused:?}");
    // Figures say what a proof would: its mandate does not accept the unit.
    let risk = "risk --book book.csv --scenarios s.scn --nav 5000 --unit 0.0001 --mandate m.toml";
    let shown = desk.run(risk).expect(2);
    assert!(shown.stdout.contains("VaR") && shown.stderr.contains("0.000001 or finer"), "{shown:?}");
    let json = desk.run(format!("{risk} --json")).expect(2).json();
    assert!(json["unit_not_accepted"].as_str().unwrap().contains("0.000001 or finer"), "{json}");
}

#[test]
fn a_refusal_prints_figure_and_limit_in_one_rounding() {
    let desk = Desk::new();
    let keys = desk.keys(SHAPE);
    desk.scenarios(8).expect(0);
    desk.commit(BOOK).expect(0);
    desk.write("m.toml", mandate("var", "0.75", "limit_nav = 0.000123457"));
    let figures = desk.run(format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --mandate m.toml --json"));
    let exact = figures.expect(1).json()["clauses"][0]["figure"].as_f64().unwrap();
    let said = desk.prove(BOOK, "m.toml", &keys).expect(1).stderr;
    let (figure, limit) = said.split_once("VaR is ").unwrap().1.split_once(", above the limit ").unwrap();
    assert_eq!(figure.replace(',', "").parse::<f64>().unwrap(), exact, "{said}");
    assert!(figure.contains(','), "{said}");
    assert!(limit.starts_with("0.0123457 % of NAV (1,234.57)"), "{said}");
}

#[test]
fn more_scenarios_or_factors_than_the_shape_are_refused() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let proof = desk.read("p.json");
    desk.scenarios(9).expect(0);
    desk.commit(BOOK).expect(0);
    let refused = desk.prove(BOOK, MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("9 scenarios") && refused.stderr.contains("8x20"), "{refused:?}");
    assert_eq!(desk.read("p.json"), proof, "the proof is not overwritten");
    desk.verify("p.json", MANDATE, &keys).expect(2);
    let prices = desk.read(PRICES);
    let rows = prices.lines().take(5).enumerate();
    let wide = rows.map(|(row, line)| line.to_owned() + if row == 0 { ",NEW\n" } else { ",5\n" });
    desk.write("wide.csv", wide.collect::<String>());
    desk.run("scenarios historical --prices wide.csv -o s.scn").expect(0);
    desk.commit(BOOK).expect(0);
    let refused = desk.prove(BOOK, MANDATE, &keys).expect(2);
    assert!(refused.stderr.contains("21 factors"), "{refused:?}");
}

#[test]
fn a_coarse_book_unit_is_shown_and_not_accepted_by_default() {
    let desk = Desk::new();
    let keys = desk.keys(SHAPE);
    desk.scenarios(8).expect(0);
    desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} --unit 1000000 -o c.json --opening o.json"))
        .expect(0);
    desk.prove(BOOK, MANDATE, &keys).expect(2);
    desk.write("lenient.toml", desk.read(MANDATE).replace("\"USD\"", "\"USD 1000000\""));
    desk.prove(BOOK, "lenient.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "lenient.toml", &keys).expect(0);
    assert!(
        verified.stdout.contains("  1000000, the committer's choice; the mandate accepts 1000000 or finer"),
        "{verified:?}"
    );
    // A verifier whose mandate does not accept the unit: a well-formed proof that is not valid.
    let refused = desk.verify("p.json", MANDATE, &keys).expect(1);
    assert!(refused.stderr.contains("0.01 or finer"), "{refused:?}");
}
