//! Figures and proofs besides historical measures: stress tables, Monte Carlo, other methods,
//! backtests.

use tailproof_test_support::{BOOK, Desk, NAV, PRICES, mandate};

const SHAPE: &str = "8x20";

/// Named scenarios, and the claim that none of them loses more than a limit: true at the worst
/// loss, false a cent below.
#[test]
fn stress_tables_are_proved_at_the_worst_loss() {
    let desk = Desk::new();
    let prices = desk.read(PRICES);
    let factors: Vec<&str> = prices.lines().next().unwrap().split(',').skip(1).collect();
    let row = |name: &str, even: &str, odd: &str| {
        let moves: Vec<&str> = (0..factors.len()).map(|index| if index % 2 == 0 { even } else { odd }).collect();
        format!("{name},{}\n", moves.join(","))
    };
    let rows = row("Crash", "-0.4", "-0.35") + &row("Rotation", "0.1", "-0.12") + &row("Calm", "0", "0.01");
    desk.write("stress.csv", format!("name,{}\n{rows}", factors.join(",")));
    desk.run("scenarios stress --table stress.csv -o s.scn").expect(0);
    let shown = desk.run("scenarios show s.scn").expect(0);
    assert!(shown.stdout.contains("stress table"), "{shown:?}");
    desk.commit(BOOK).expect(0);
    // At a confidence that leaves nothing of three scenarios, VaR is the worst loss.
    let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.9 --json");
    let worst = desk.run(risk).expect(0).json()["var"].as_f64().unwrap();
    assert!(worst > 1_000_000.0, "{worst}");
    let keys = desk.keys(SHAPE);
    let stress = |limit: f64| format!("name = \"m\"\n[[clause]]\nmeasure = \"stress\"\nlimit = {limit:.6}\n");
    desk.write("at.toml", stress(worst));
    desk.write("below.toml", stress(worst - 0.01));
    desk.prove(BOOK, "at.toml", &keys).expect(0);
    let verified = desk.verify("p.json", "at.toml", &keys).expect(0);
    assert!(verified.stdout.contains("worst loss <= "), "{verified:?}");
    assert!(
        verified.stdout.contains("a set of this kind (stress) are its maker's: no prices make them"),
        "{verified:?}"
    );
    desk.verify("p.json", "below.toml", &keys).expect(1);
    let refused = desk.prove(BOOK, "below.toml", &keys).expect(1);
    assert!(refused.stderr.contains("the worst loss is"), "{refused:?}");
    // Beside VaR it takes the second threshold, beside CVaR the first; beside both there is none
    // left.
    let with = |measures: &[&str]| {
        let clause = |measure| format!("[[clause]]\nmeasure = \"{measure}\"\nconfidence = 0.5\nlimit = {worst:.6}\n");
        let clauses: String = measures.iter().map(clause).collect();
        desk.write("with.toml", stress(worst) + &clauses);
        desk.prove(BOOK, "with.toml", &keys)
    };
    for measure in ["var", "cvar"] {
        with(&[measure]).expect(0);
        desk.verify("p.json", "with.toml", &keys).expect(0);
    }
    let three = with(&["var", "cvar"]).expect(2);
    assert!(three.stderr.contains("two mandates"), "{three:?}");
    // A worst loss takes no confidence, and VaR needs one.
    desk.write("bad.toml", stress(worst) + "confidence = 0.9\n");
    assert!(desk.prove(BOOK, "bad.toml", &keys).expect(2).stderr.contains("has no 'confidence'"));
    desk.write("bad.toml", stress(worst).replace("stress", "var"));
    assert!(desk.prove(BOOK, "bad.toml", &keys).expect(2).stderr.contains("needs a 'confidence'"));
}

#[test]
fn a_backtest_prints_what_a_script_reads() {
    let desk = Desk::new();
    let days: String =
        (0..250).map(|day| format!("{day},{},0.02\n", if day % 50 == 7 { -0.03 } else { 0.001 })).collect();
    desk.write("pnl.csv", format!("day,ret,var99\n{days}"));
    let backtest = "backtest --pnl pnl.csv --return ret --var var99 --confidence 0.99";
    let json = desk.run(format!("{backtest} --json")).expect(0).json();
    assert_eq!((&json["observations"], &json["exceedances"]), (&250.into(), &5.into()));
    assert_eq!(json["traffic_light"]["zone"], "yellow");
    for test in ["kupiec", "independence", "conditional_coverage"] {
        assert!(json[test]["lr"].is_f64() && json[test]["p"].is_f64(), "{json}");
    }
    let printed = desk.run(backtest).expect(0);
    for part in ["Basel multiplier      1.7 (MAR32.9", "of 1996               3.4 (table 2", "5 (2.5 expected in 250"] {
        assert!(printed.stdout.contains(part), "{part}: {printed:?}");
    }
    assert_eq!((&json["basel_multiplier_mar32"], &json["basel_multiplier_1996"]), (&1.7.into(), &3.4.into()));
    let wrong = desk.run("backtest --pnl pnl.csv --return pnl --var var99 --confidence 0.99");
    assert!(wrong.expect(2).stderr.contains("a column 'pnl'"));
}

/// A value at risk as R states it, one in another unit, one day, and none in 250 days.
#[test]
fn backtests_of_records_that_say_little_or_the_wrong_thing() {
    let desk = Desk::new();
    let run = |rows: &str, more: &str| {
        desk.write("d.csv", format!("date,pnl,var99\n{rows}"));
        desk.run(format!("backtest --pnl d.csv --return pnl --var var99 --confidence 0.99{more}"))
    };
    let negative = run("2024-02-01,118,1000\n2024-02-02,852,-1000\n", "").expect(2);
    for part in ["row 3", "var99", "positive"] {
        assert!(negative.stderr.contains(part), "{part}: {negative:?}");
    }
    let days = |row: &str| -> String { (1..=250).map(|day| format!("{day},{row}\n")).collect() };
    let percent = run(&days("-0.012,2.33"), "").expect(0);
    assert!(percent.stderr.contains("warning") && percent.stderr.contains("unit"), "{percent:?}");
    let day = run("2024-02-01,118,1000\n", "").expect(0);
    assert!(day.stdout.contains("0 (0.01 expected in 1 day at 99 %)"), "{day:?}");
    for name in ["Kupiec", "independence", "conditional coverage", "traffic light"] {
        let line = day.stdout.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(line.contains("n/a: "), "{line}");
    }
    let json = run("2024-02-01,118,1000\n", " --json").expect(0).json();
    assert!(json["traffic_light"]["zone"].is_null() && json["kupiec"]["lr"].is_null(), "{json}");
    let none = run(&days("118,1000"), "").expect(0);
    assert!(none.stdout.contains("LR    5.0252   p 0.0250   rejected at 95 %: VaR is too high"), "{none:?}");
    assert!(none.stderr.is_empty(), "{none:?}");
    let twice = run("2024-02-01,118,1000\n2024-02-01,118,1000\n", "").expect(2);
    assert!(twice.stderr.contains("row 3, column 'date': the date 2024-02-01 occurs twice"), "{twice:?}");
}

/// A price, a stress or a covariance column that limits on the book would not count.
#[test]
fn columns_named_like_greeks_are_refused_by_every_maker() {
    let desk = Desk::new();
    desk.write("prices.csv", "date,A,vega:A\n2024-01-01,1,2\n2024-01-02,2,3\n2024-01-03,2,3\n2024-01-04,1,3\n");
    desk.write("stress.csv", "name,A,vega:A,gamma:B\nfall,-0.2,0.1,0.04\n");
    desk.write("cov.csv", "factor,A,gamma:A\nA,1e-4,0\ngamma:A,0,1e-4\n");
    for maker in [
        "historical --prices prices.csv",
        "covariance --prices prices.csv",
        "montecarlo --prices prices.csv --model normal --paths 4 --seed 0707070707070707070707070707070707070707070707070707070707070707",
        "stress --table stress.csv",
        "covariance --table cov.csv",
    ] {
        let refused = desk.run(format!("scenarios {maker} -o s.scn")).expect(2);
        assert!(refused.stderr.contains("named like a column of Greeks"), "{maker}: {refused:?}");
    }
}

/// The figure that is asked for says which observation it is, and what the sample cannot show.
#[test]
fn risk_says_which_of_the_worst_losses_value_at_risk_is() {
    let desk = Desk::new();
    desk.scenarios(500).expect(0);
    let risk = |level: &str| desk.run(format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence {level}"));
    assert!(risk("0.99").expect(0).stdout.contains("the 6th worst of 500"));
    let beyond = risk("0.999").expect(0).stdout;
    assert!(beyond.contains("the worst of 500") && beyond.contains("500 scenarios show no loss beyond 99.9 %"));
    desk.run(format!("scenarios historical --prices {PRICES} --horizon 10 --window 100 -o t.scn")).expect(0);
    let ten = format!("risk --book {BOOK} --scenarios t.scn --nav {NAV} --confidence 0.99");
    assert!(desk.run(&ten).expect(0).stdout.contains("windows overlap: 100 of them, of which 10 fit without overlap"));
    // One figure, in one rounding.
    let said = risk("0.99").expect(0).stdout;
    let var = said.lines().find(|line| line.starts_with("99 % VaR")).unwrap().split_whitespace().nth(3).unwrap();
    let compared = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.99 --compare");
    assert!(desk.run(compared).expect(0).stdout.contains(var), "{var}");
}

/// Methods that no proof is about, beside the one that proofs are about.
#[test]
fn risk_compares_methods() {
    let desk = Desk::new();
    desk.scenarios(500).expect(0);
    let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.99");
    let rows = desk.run(format!("{risk} --compare --json")).expect(0).json();
    let rows = rows.as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["method"].as_str().unwrap()).collect();
    assert_eq!(names, ["historical", "normal", "student-t", "cornish-fisher", "ewma"]);
    for row in rows {
        let name = row["method"].as_str().unwrap();
        if let Some(refused) = row["refused"].as_str() {
            assert!(name == "cornish-fisher" && refused.contains("outside its domain"), "{row}");
            continue;
        }
        let one = desk.run(format!("{risk} --method {name} --json")).expect(0).json();
        assert_eq!((&one["var"], &one["cvar"]), (&row["var"], &row["cvar"]), "{name}");
        let (var, cvar) = (row["var"].as_f64().unwrap(), row["cvar"].as_f64().unwrap());
        assert!(var > 50_000.0 && cvar > var && cvar < 1_000_000.0, "{row}");
    }
    // The default is the one that is proved.
    assert_eq!(desk.run(format!("{risk} --json")).expect(0).json()["var"], rows[0]["var"]);
    let table = desk.run(format!("{risk} --compare")).expect(0);
    assert!(table.stdout.contains("cornish-fisher"), "{table:?}");
    desk.run(format!("{risk} --compare --method normal")).expect(2);
}

/// Paths from a public seed: made again identically from the header, and proved like any other
/// scenarios.
#[test]
fn monte_carlo_scenarios_are_made_again_and_proved() {
    let desk = Desk::new();
    let seed = "07".repeat(32);
    let make = |model: &str, output: &str| {
        desk.run(format!("scenarios montecarlo --model {model} --prices {PRICES} --paths 8 --seed {seed} -o {output}"))
    };
    let regenerate =
        |file: &str, prices: &str| desk.run(format!("scenarios regenerate {file} --prices {prices} --json"));
    make("normal", "s.scn").expect(0);
    make("student-t --degrees 5 --covariance ledoit-wolf --antithetic", "t.scn").expect(0);
    desk.run(format!("scenarios historical --prices {PRICES} --window 8 -o h.scn")).expect(0);
    for file in ["s.scn", "t.scn", "h.scn"] {
        assert_eq!(regenerate(file, PRICES).expect(0).json()["identical"], true, "{file}");
    }
    // From other prices, of which one date differs, it is not identical.
    desk.write("prices.csv", desk.read(PRICES).replace("\n2022-12-28", "\n2022-12-29"));
    let refused = regenerate("s.scn", "prices.csv").expect(1).json();
    assert_eq!((&refused["identical"], &refused["same_prices"]), (&false.into(), &false.into()));

    // Bad options.
    make("student-t", "x.scn").expect(2);
    make("normal --degrees 5", "x.scn").expect(2);
    assert!(make("student-t --degrees 2", "x.scn").expect(2).stderr.contains("above 2"));
    let short = desk
        .run(format!("scenarios montecarlo --model normal --prices {PRICES} --paths 8 --seed 07 -o x.scn"))
        .expect(2);
    assert!(short.stderr.contains("64 hex digits"), "{short:?}");
    assert!(!desk.has("x.scn"));

    // Proved at the figure, refused a cent below.
    desk.commit(BOOK).expect(0);
    let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.95 --json");
    let var = desk.run(risk).expect(0).json()["var"].as_f64().unwrap();
    assert!(var > 0.01, "{var}");
    desk.write("at.toml", mandate("var", "0.95", &format!("limit = {var:.6}")));
    desk.write("below.toml", mandate("var", "0.95", &format!("limit = {:.6}", var - 0.01)));
    let keys = desk.keys(SHAPE);
    desk.prove(BOOK, "at.toml", &keys).expect(0);
    desk.verify("p.json", "at.toml", &keys).expect(0);
    desk.prove(BOOK, "below.toml", &keys).expect(1);
}
