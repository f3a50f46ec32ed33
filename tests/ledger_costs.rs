//! Ledgers whose forecasts have liquidity costs of a file: a day at its last unit, and other files.

use tailproof_test_support::Run;

use crate::ledger_commands::{BOOK, Days, WINDOW};

/// Two costs that grow with the magnitude of the exposure, and one that does not.
const COSTS: &str = "factor,rate,above_1,rate_1\nAAPL,0.001,50000,0.004\nrest,0.0005,,\n";
const SHAPE: &str = "20x3+rules+impact";
/// The row of the day that is forecast, on which the book loses less than its limit.
const ROW: usize = 33;

/// Days whose next forecast is under a file of costs, and the keys for it.
fn days() -> (Days, String) {
    let days = Days::new();
    let keys = days.desk.keys(SHAPE);
    days.desk.write("desk.impact.csv", COSTS);
    days.new_ledger("Desk A", "l.json").expect(0);
    days.scenarios(ROW - 1, WINDOW, &format!("{}.scn", name(&days)));
    let set = format!("--scenarios {}.scn -o c.json --opening o.json", name(&days));
    days.desk.run(format!("commit --book {BOOK} {set}")).expect(0);
    (days, keys)
}

fn name(days: &Days) -> String {
    format!("f-{}", days.date(ROW))
}

fn digest(days: &Days) -> String {
    days.desk.run("impact desk.impact.csv --json").expect(0).json()["digest"].as_str().unwrap().to_owned()
}

/// A mandate about the file of costs that lies beside it.
fn mandate(days: &Days, file: &str, limit: f64) {
    let clause = "[[clause]]\nmeasure = \"var\"\nconfidence = 0.8\nliquidity = true\n";
    let text = format!("name = \"forecast\"\nimpact = \"{}\"\n{clause}limit = {limit:.6}\n", digest(days));
    days.desk.write(file, text);
}

/// The figure of the forecast, with costs, rounded up to a millionth; and the cost of the book.
fn figures(days: &Days) -> (f64, f64) {
    mandate(days, "any.toml", 1e9);
    let risk = format!("risk --book {BOOK} --scenarios {}.scn --mandate any.toml --json", name(days));
    let found = days.desk.run(risk).expect(0).json();
    (found["clauses"][0]["figure"].as_f64().unwrap(), found["liquidity_cost"].as_f64().unwrap())
}

fn prove(days: &Days, keys: &str) -> Run {
    let context = days.context("l.json", Some(days.date(ROW)));
    days.prove(BOOK, &name(days), keys, &context, &format!("{}.json", name(days)))
}

fn add(days: &Days, keys: &str) -> Run {
    let (name, date) = (name(days), days.date(ROW));
    let files = format!("--proof {name}.json --scenarios {name}.scn --mandate {name}.toml --keys {keys}");
    days.desk.run(format!("ledger forecast l.json --date {date} {files}"))
}

#[test]
fn a_day_whose_costs_meet_the_limit_is_a_step_and_one_under_another_file_is_none() {
    let (days, keys) = days();
    let desk = &days.desk;
    let file = format!("{}.toml", name(&days));
    let (figure, cost) = figures(&days);
    let step = |rate: f64| (rate * f64::from(1 << 20)).ceil() / f64::from(1 << 20);
    let by_hand = 5e4 * step(0.001) + 7e4 * step(0.004) + (4e4 + 6.5e4) * step(0.0005);
    assert!((cost - by_hand).abs() < 2e-6 && figure > cost, "{cost} {by_hand}");

    // One unit less is refused by the prover, with the figure.
    mandate(&days, &file, figure - 1e-6);
    let refused = prove(&days, &keys).expect(1);
    assert!(refused.stderr.contains("above the limit"), "{refused:?}");
    mandate(&days, &file, figure);
    prove(&days, &keys).expect(0);

    // The file is another, cheaper one: the mandate's is needed. A mandate about the other is not
    // what was proved.
    let (text, ledger) = (desk.read(&file), desk.read("l.json"));
    desk.write("desk.impact.csv", COSTS.replace("0.004", "0.003"));
    let refused = add(&days, &keys).expect(2);
    assert!(refused.stderr.contains("liquidity costs are those of the file with the digest"), "{refused:?}");
    mandate(&days, &file, figure);
    add(&days, &keys).expect(1);
    assert_eq!(desk.read("l.json"), ledger);
    desk.write("desk.impact.csv", COSTS);
    desk.write(&file, &text);

    let added = add(&days, &keys).expect(0);
    assert!(added.stderr.contains("no floor, or one of a figure with liquidity costs"), "{added:?}");
    // The loss of the day has no costs: its limit is the forecast's.
    assert!(days.loss(ROW) < figure - cost, "{}", days.loss(ROW));
    days.realised(ROW, "l.json", BOOK, figure).expect(0);
    days.add_realised("l.json", ROW).expect(0);

    let verify = format!("ledger verify l.json --files . --keys {keys} --keys {}", days.realised_keys);
    let found = desk.run(format!("{verify} --json")).expect(0).json();
    let of_forecast = &found["rests_on"][0]["rests_on"];
    let rests = |what: &str| of_forecast.as_array().unwrap().iter().find(|thing| thing["what"] == what);
    assert_eq!(rests("liquidity costs").unwrap()["digest"].as_str(), Some(&digest(&days)[..]), "{found}");
    assert_eq!(found["without_floor"].as_array().unwrap().len(), 1, "{found}");
    // Without its file the ledger has no verdict.
    desk.write("desk.impact.csv", COSTS.replace("0.004", "0.003"));
    let refused = desk.run(&verify).expect(2);
    assert!(refused.stderr.contains("liquidity costs are those of the file with the digest"), "{refused:?}");
}

/// Costs are no loss: a floor that they are a part of does not make a limit tight.
#[test]
fn a_floor_with_costs_does_not_make_a_limit_tight() {
    let (days, keys) = days();
    let file = format!("{}.toml", name(&days));
    let (figure, _) = figures(&days);
    mandate(&days, &file, figure);
    let floored = format!("{}floor = {:.6}\n", days.desk.read(&file), figure - 1.0);
    days.desk.write(&file, floored);
    prove(&days, &keys).expect(0);
    add(&days, &keys).expect(0);
    let verify = format!("ledger verify l.json --files . --keys {keys}");
    days.desk.run(&verify).expect(0);
    let refused = days.desk.run(format!("{verify} --tightness 0.9")).expect(1);
    assert!(refused.stderr.contains("no floor without liquidity costs beside its limit"), "{refused:?}");
}
