//! Figures and proofs besides historical measures: stress tables, Monte Carlo, other methods, backtests.

use tailproof_test_support::{BOOK, Desk, NAV, PRICES, mandate};

const SHAPE: &str = "8x20";

/// Named scenarios, and the claim that none of them loses more than a limit: true at the worst loss,
/// false a cent below.
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
    desk.verify("p.json", "below.toml", &keys).expect(1);
    let refused = desk.prove(BOOK, "below.toml", &keys).expect(1);
    assert!(refused.stderr.contains("the worst loss is"), "{refused:?}");
    // Beside VaR it takes the second threshold, beside CVaR the first; beside both there is none left.
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
    assert!(printed.stdout.contains("Basel multiplier      3.4"), "{printed:?}");
    let wrong = desk.run("backtest --pnl pnl.csv --return pnl --var var99 --confidence 0.99");
    assert!(wrong.expect(2).stderr.contains("a column 'pnl'"));
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
