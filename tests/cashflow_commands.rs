//! Cash flows of a pool from the command line: the public matrix, the value, the notes and the
//! grids.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use tailproof_test_support::{Desk, Run};

const DEAL: &str = r#"
name = "Two bands"
[[tranche]]
name = "first"
attachment = 0
detachment = 0.05
[[tranche]]
name = "last"
attachment = 0.05
detachment = 1
[pd]
A = 0.02
B = 0.08
[lgd]
other = 0.5
[tape]
version = 2
cut_off = "2024-03-31"
currency = "EUR"
unit = 1
columns = ["rate", "term", "grade"]
grades = ["A", "B"]
[tape.scale]
rate = "percent"
[claims]
loans_min = 1
[cashflow]
replines = "grade"
"#;

const TAPE: &str = "id,balance,rate,term,grade\n1,600000,5.1,110,A\n2,200000,5.6,130,A\n3,200000,7.2,180,B\n";

const ASSUMPTIONS: &str = include_str!("../core/src/pool/cashflow/example.toml");

const NOTES: &str = r#"
version = 1
name = "two notes"
legal_final = 240

[[note]]
name = "senior"
balance = 800000
coupon = 4

[[note]]
name = "junior"
balance = 150000
coupon = { index = "euribor", margin = 3 }

[[trigger]]
name = "half"
measure = "pool-factor"
below = 50

[[interest]]
pay = "fees"
to = ["servicing"]

[[interest]]
pay = "interest"
to = ["senior", "junior"]

[[interest]]
pay = "residual"
to = ["owner"]

[[principal]]
pay = "principal"
to = ["senior", "junior"]

[[principal]]
pay = "residual"
to = ["owner"]
"#;

pub fn desk() -> Desk {
    let desk = Desk::new();
    for (name, text) in [("d.toml", DEAL), ("t.csv", TAPE), ("a.toml", ASSUMPTIONS), ("n.toml", NOTES)] {
        desk.write(name, text);
    }
    desk
}

fn pool(desk: &Desk, command: &str, more: &str) -> Run {
    desk.run(format!("pool {command} t.csv --deal d.toml --assumptions a.toml {more}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

#[test]
fn the_matrix_is_made_shown_and_made_again() {
    let desk = desk();
    let made = desk.run("scenarios cashflow --deal d.toml --assumptions a.toml -o f.scn").expect(0);
    assert!(
        made.stdout.contains("of representative loans of each grade, 198 months of each of: base, stress"),
        "{made:?}"
    );
    let again = desk.run("scenarios regenerate f.scn --deal d.toml --assumptions a.toml").expect(0);
    assert!(again.stdout.contains("identical"), "{again:?}");
    desk.write("b.toml", ASSUMPTIONS.replace("cdr = 8", "cdr = 9"));
    let other = desk.run("scenarios regenerate f.scn --deal d.toml --assumptions b.toml").expect(1);
    assert!(other.stderr.contains("other assumptions"), "{other:?}");
    let without = desk.run("scenarios regenerate f.scn --deal d.toml").expect(2);
    assert!(without.stderr.contains("--assumptions"), "{without:?}");
    let shown = desk.run("scenarios show f.scn").expect(0);
    assert!(shown.stdout.contains("interest:A") && shown.stdout.contains("assumptions"), "{shown:?}");
    let json = desk.run("scenarios show f.scn --json").expect(0).json();
    assert_eq!((&json["scenarios"], &json["generator"]["kind"]), (&396.into(), &"cashflow".into()));
    // A book or a pool over months of another pool is no claim.
    desk.write("book.csv", "factor,exposure\ninterest:A,100\n");
    let refused =
        desk.run(format!("risk --book book.csv --scenarios f.scn --mandate {}", tailproof_test_support::MANDATE));
    assert!(refused.status == 2 && refused.stderr.contains("months of a pool"), "{refused:?}");
    let refused = desk.run("pool describe t.csv --deal d.toml --scenarios f.scn").expect(2);
    assert!(refused.stderr.contains("credit scenarios"), "{refused:?}");
}

#[test]
fn a_deal_that_names_its_assumptions_takes_no_others() {
    let desk = desk();
    let made = desk.run("scenarios cashflow --deal d.toml --assumptions a.toml -o f.scn").expect(0);
    let digest = made.stdout.lines().find_map(|line| line.strip_prefix("assumptions ")).unwrap();
    let digest = digest.split(' ').next().unwrap();
    desk.write("d.toml", format!("{DEAL}assumptions_sha256 = \"{digest}\"\n"));
    pool(&desk, "value", "--json").expect(0);
    desk.write("a.toml", ASSUMPTIONS.replace("flat = 4.5", "flat = 2"));
    let refused = pool(&desk, "value", "--json").expect(2);
    assert!(refused.stderr.contains("a.toml") && refused.stderr.contains(digest), "{refused:?}");
    desk.write("d.toml", DEAL.split("[cashflow]").next().unwrap());
    let refused = pool(&desk, "value", "").expect(2);
    assert!(refused.stderr.contains("d.toml") && refused.stderr.contains("replines = \"grade\""), "{refused:?}");
}

#[test]
fn a_pool_s_value_has_its_months_and_its_bands() {
    let desk = desk();
    let json = pool(&desk, "value", "--json").expect(0).json();
    assert!(json["note"].as_str().unwrap().contains("of representative loans of each band"));
    assert_eq!((&json["balance"], &json["unit"], &json["block"]), (&1_000_000.into(), &"1".into(), &"base".into()));
    // (600,000 * 5.1 + 200,000 * 5.6 + 200,000 * 7.2) / 1,000,000, and the same of terms.
    assert!(
        (number(&json["average_rate"]) - 5.62).abs() < 1e-9 && (number(&json["average_term"]) - 128.0).abs() < 1e-9
    );
    assert!((number(&json["bands"][0]["average_rate"]) - 5.225).abs() < 1e-9);
    assert_eq!(json["bands"][0]["stated_term"], 120);
    let months = json["months"].as_array().unwrap();
    let sum = |key: &str| months.iter().map(|month| month[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!((months.len(), sum("principal") + sum("defaults")), (198, 1_000_000));
    let (npv, row) = (number(&json["npv"]), number(&json["npv_row"]));
    assert!((-4.0..20.0).contains(&(npv - row)) && (900_000.0..1_200_000.0).contains(&npv), "{npv} {row}");
    let stressed = pool(&desk, "value", "--json --block stress").expect(0).json();
    assert!(number(&stressed["npv"]) < npv);
    // At the value as a price, the yield is the flat rate of the curve.
    let price = npv / 10_000.0;
    let at = pool(&desk, "value", &format!("--json --price {price:.8}")).expect(0).json();
    assert!((number(&at["yield"]) - 0.045).abs() < 1e-6, "{}", at["yield"]);
    let csv = pool(&desk, "value", "--csv").expect(0).stdout;
    assert_eq!(csv.lines().count(), 199);
    assert!(csv.starts_with("month,interest,principal,defaults,recoveries,fees,balance\n1,"), "{csv}");
    let text = pool(&desk, "value", "-o v.html").expect(0).stdout;
    for said in ["PRIVATE", "of representative loans of each band", "WAC", "WAM", "rests on", "remaining terms"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    page(&desk, "v.html");
    let unknown = pool(&desk, "value", "--block crash").expect(2);
    assert!(unknown.stderr.contains("--block") && unknown.stderr.contains("base, stress"), "{unknown:?}");
    pool(&desk, "value", "--price 0").expect(2);
}

/// A page of its own, without scripts, for its owner alone.
fn page(desk: &Desk, name: &str) {
    let text = desk.read(name);
    assert!(text.starts_with("<!DOCTYPE html>") && text.contains("<svg") && !text.contains("<script"), "{name}");
    assert!(text.contains("Nothing in it is a proof"), "{name}");
    let mode = std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "{name}");
}

#[test]
fn notes_are_paid_by_month_and_the_books_balance() {
    let desk = desk();
    let json = pool(&desk, "waterfall", "--notes n.toml --json -o w.html").expect(0).json();
    page(&desk, "w.html");
    let months = json["months"].as_array().unwrap();
    let sum = |key: &str| months.iter().map(|month| month[key].as_i64().unwrap()).sum::<i64>();
    for month in months {
        assert_eq!(month["sources"], month["uses"], "{month}");
    }
    let collected = sum("interest collected") + sum("principal collected") + sum("recoveries");
    let paid =
        ["senior interest", "senior principal", "junior interest", "junior principal"].map(sum).iter().sum::<i64>();
    assert_eq!(collected, paid + sum("fee servicing") + sum("residual owner"));
    assert_eq!((sum("senior principal"), &json["notes"][0]["principal_unpaid"]), (800_000, &0.into()));
    // 800,000 at 4 % a year.
    assert_eq!((&months[0]["senior interest"], &months[0]["junior interest"]), (&2_666.into(), &862.into()));
    assert!(months.iter().any(|month| month["triggers"] == serde_json::json!(["half"])));
    let csv = pool(&desk, "waterfall", "--notes n.toml --csv").expect(0).stdout;
    assert_eq!(csv.lines().count(), months.len() + 1);
    let text = pool(&desk, "waterfall", "--notes n.toml").expect(0).stdout;
    assert!(text.contains("of representative loans of each band") && text.contains("sources equal uses"), "{text}");
    for (from, to, said) in [
        ("index = \"euribor\"", "index = \"libor\"", "names the index 'libor'"),
        ("\"pool-factor\"", "\"average-score\"", "needs the column 'score'"),
        ("to = [\"servicing\"]", "to = [\"agent\"]", "the fee 'agent'"),
    ] {
        desk.write("n.toml", NOTES.replace(from, to));
        let refused = pool(&desk, "waterfall", "--notes n.toml").expect(2);
        assert!(refused.stderr.contains("n.toml") && refused.stderr.contains(said), "{refused:?}");
    }
}

#[test]
fn grids_move_one_assumption_at_a_time() {
    let desk = desk();
    let json = pool(&desk, "sensitivity", "--notes n.toml --rho 0.15 --json -o s.html").expect(0).json();
    page(&desk, "s.html");
    let rows = json["rows"].as_array().unwrap();
    let of = |assumption: &str, value: f64, kind: &str, name: &str| {
        let is = |row: &&Value| row["assumption"] == assumption && number(&row["value"]) == value && row[kind] == name;
        rows.iter().find(is).unwrap_or_else(|| panic!("{assumption} {value} {name}")).clone()
    };
    // Seven, five and five values for both tranches; twenty-two for both notes.
    assert_eq!(rows.len(), 2 * 17 + 2 * 22);
    let run = pool(&desk, "waterfall", "--notes n.toml --json").expect(0).json();
    for (assumption, value) in [("default rate", 1.0), ("recovery", 0.0), ("prepayment", 1.0), ("interest rate", 0.0)] {
        let base = of(assumption, value, "note", "senior");
        for (key, of_run) in
            [("average_life", "average_life"), ("yield_at_par", "yield_at_par"), ("value_of_balance", "value")]
        {
            assert_eq!(base[key], run["notes"][0][of_run], "{assumption} {key}");
        }
    }
    let loss = |assumption, value| number(&of(assumption, value, "tranche", "first")["expected_loss"]);
    assert!(
        loss("default rate", 0.5) < loss("default rate", 1.0) && loss("default rate", 1.0) < loss("default rate", 2.0)
    );
    assert!(loss("recovery", 10.0) < loss("recovery", 0.0) && loss("correlation", 0.5) < loss("correlation", 0.05));
    let life = |value| number(&of("prepayment", value, "note", "senior")["average_life"]);
    assert!(life(2.0) < life(1.0) && life(1.0) < life(0.0));
    let worth = |value| number(&of("interest rate", value, "note", "senior")["value_of_balance"]);
    assert!(worth(100.0) < worth(0.0) && worth(0.0) < worth(-100.0));
    let csv = pool(&desk, "sensitivity", "--rho 0.15 --default-rates 1,4 --csv").expect(0).stdout;
    assert_eq!(csv.lines().filter(|line| line.starts_with("default rate,")).count(), 4, "{csv}");
    let text = pool(&desk, "sensitivity", "--notes n.toml --recoveries -5,5").expect(0).stdout;
    assert!(text.contains("-5 points") && text.contains("of representative loans of each band"), "{text}");
    pool(&desk, "sensitivity", "").expect(2);
    // The losses of tranches take no assumptions, and notes do.
    let alone = desk.run("pool sensitivity t.csv --deal d.toml --rho 0.15 --json").expect(0).json();
    assert_eq!((&alone["assumptions"], alone["rows"].as_array().unwrap().len()), (&Value::Null, 2 * 17));
    desk.run("pool sensitivity t.csv --deal d.toml --notes n.toml").expect(2);
    let wider = desk.run("pool sensitivity t.csv --deal d.toml --rho 0.15 --confidence 0.5 --json").expect(0).json();
    assert!(number(&wider["rows"][0]["cvar"]) < number(&alone["rows"][0]["cvar"]), "{wider}");
    let refused = pool(&desk, "sensitivity", "--notes n.toml --prepayments 101").expect(2);
    assert!(refused.stderr.contains("--prepayments") && refused.stderr.contains("0 to 100"), "{refused:?}");
}
