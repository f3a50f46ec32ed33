//! A ledger of daily proofs from the command line, on real prices: forecast, realised loss, a day without a proof, and what is refused.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use support::{Desk, PRICES, Run, keys};

/// Days of the history behind a forecast.
const WINDOW: usize = 20;
const BOOK: &str = "b.csv";

struct Days {
    desk: Desk,
    rows: Vec<String>,
    forecast_keys: std::path::PathBuf,
    realised_keys: std::path::PathBuf,
}

impl Days {
    fn new() -> Self {
        let desk = Desk::new();
        let prices = std::fs::read_to_string(PRICES).unwrap();
        let rows: Vec<String> =
            prices.lines().map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",")).collect();
        let names: Vec<&str> = rows[0].split(',').skip(1).collect();
        desk.write(BOOK, format!("factor,exposure\n{},120000\n{},-40000\n{},65000\n", names[0], names[1], names[2]));
        desk.write("other.csv", format!("factor,exposure\n{},1\n", names[0]));
        let (forecast_keys, realised_keys) = (keys("20x3/1"), keys("1x3/1"));
        Self { desk, rows, forecast_keys, realised_keys }
    }

    fn date(&self, row: usize) -> &str {
        self.rows[row].split(',').next().unwrap()
    }

    /// Prices up to a row.
    fn scenarios(&self, row: usize, window: &str, output: &str) {
        self.desk.write("p.csv", self.rows[..=row].join("\n") + "\n");
        let made = ["scenarios", "historical", "--prices", "p.csv", "--window", window, "-o", output];
        self.desk.run(&made).expect(0);
    }

    /// A forecast of the loss of a row's day, from the prices before it, as `f-DATE.*`: its limit.
    fn forecast(&self, row: usize, ledger: &str, book: &str) -> f64 {
        let (date, desk) = (self.date(row), &self.desk);
        let file = |end: &str| format!("f-{date}.{end}");
        self.scenarios(row - 1, &WINDOW.to_string(), &file("scn"));
        let (set, proof, mandate) = (file("scn"), file("json"), file("toml"));
        let risk = ["risk", "--book", book, "--scenarios", &set, "--confidence", "0.8", "--json"];
        let limit = desk.run(&risk).expect(0).json()["var"].as_f64().unwrap();
        let clause = "[[clause]]\nmeasure = \"var\"\nconfidence = 0.8\n";
        desk.write(&mandate, format!("name = \"forecast\"\n{clause}limit = {limit:.6}\n"));
        let files = ["-o", "c.json", "--opening", "o.json", "--force"];
        desk.run(&[&["commit", "--book", book, "--scenarios", &set], &files[..]].concat()).expect(0);
        let context = desk.run(&["ledger", "context", ledger, "--date", date]).expect(0).stdout;
        self.prove(book, &set, &mandate, &self.forecast_keys, context.trim(), &proof).expect(0);
        limit
    }

    fn prove(&self, book: &str, set: &str, mandate: &str, keys: &Path, context: &str, proof: &str) -> Run {
        let keys = keys.to_str().unwrap();
        let inputs = ["prove", "--book", book, "--opening", "o.json", "--scenarios", set, "--mandate", mandate];
        self.desk.run(&[&inputs[..], &["--keys", keys, "--context", context, "-o", proof]].concat())
    }

    fn add(&self, kind: &str, ledger: &str, row: usize, prefix: &str) -> Run {
        let file = |end: &str| format!("{prefix}-{}.{end}", self.date(row));
        let (set, proof, mandate) = (file("scn"), file("json"), file("toml"));
        let keys = if prefix == "f" { &self.forecast_keys } else { &self.realised_keys };
        let keys = keys.to_str().unwrap();
        let files = ["--proof", &proof, "--scenarios", &set, "--mandate", &mandate, "--keys", keys];
        self.desk.run(&[&["ledger", kind, ledger, "--date", self.date(row)], &files[..]].concat())
    }

    /// Tries to prove that the loss of a row's day was within a limit, as `r-DATE.*`.
    fn realised(&self, row: usize, ledger: &str, book: &str, limit: f64) -> Run {
        let date = self.date(row);
        let file = |end: &str| format!("r-{date}.{end}");
        let (set, proof, mandate) = (file("scn"), file("json"), file("toml"));
        self.scenarios(row, "1", &set);
        self.desk
            .write(&mandate, format!("name = \"realised\"\n[[clause]]\nmeasure = \"stress\"\nlimit = {limit:.6}\n"));
        let context = self.desk.run(&["ledger", "context", ledger]).expect(0).stdout;
        self.prove(book, &set, &mandate, &self.realised_keys, context.trim(), &proof)
    }
}

#[test]
fn losses_within_the_forecast_are_proved_and_others_count() {
    let days = Days::new();
    let desk = &days.desk;
    desk.run(&["ledger", "new", "--name", "Desk A", "--confidence", "0.8", "-o", "l.json"]).expect(0);
    let mut exceeded = Vec::new();
    let (first, last) = (30, 38);
    for row in first..=last {
        let limit = days.forecast(row, "l.json", BOOK);
        days.add("forecast", "l.json", row, "f").expect(0);
        let proved = days.realised(row, "l.json", BOOK, limit);
        if proved.status == 0 {
            days.add("realise", "l.json", row, "r").expect(0);
        } else {
            // A loss beyond the forecast: the prover refuses, and nothing can be added.
            assert!(proved.expect(1).stderr.contains("the worst loss is"));
        }
        exceeded.push(proved_losses(&days, row) > limit);
    }
    assert!(exceeded.contains(&true) && exceeded.contains(&false), "{exceeded:?}");
    // The last day is due when the next begins.
    days.forecast(last + 1, "l.json", BOOK);
    days.add("forecast", "l.json", last + 1, "f").expect(0);

    let shown = desk.run(&["ledger", "show", "l.json", "--json"]).expect(0).json();
    let found: Vec<bool> =
        shown["days"].as_array().unwrap().iter().map(|day| day["exceeded"].as_bool().unwrap()).collect();
    assert_eq!(found, exceeded);
    let backtest = desk.run(&["backtest", "--ledger", "l.json", "--json"]).expect(0).json();
    assert_eq!(backtest["observations"], exceeded.len());
    assert_eq!(backtest["exceedances"], exceeded.iter().filter(|exceeded| **exceeded).count());
    assert!(desk.run(&["ledger", "show", "l.json"]).expect(0).stdout.contains("waits for its realised loss"));

    // Anybody verifies all of it again from the files; not without one of them, nor if one was changed.
    let [forecast_keys, realised_keys] = [&days.forecast_keys, &days.realised_keys].map(|keys| keys.to_str().unwrap());
    let verify = ["ledger", "verify", "l.json", "--files", ".", "--keys", forecast_keys, "--keys", realised_keys];
    desk.run(&verify).expect(0);
    // With prices of the verifier's own: their days, and their moves.
    let all = days.rows.join("\n") + "\n";
    desk.write("own.csv", &all);
    let compared = |verify: &[&str]| desk.run(&[verify, &["--prices", "own.csv", "--json"]].concat());
    assert_eq!(compared(&verify).expect(0).json()["prices_compared"], true);
    desk.write("own.csv", all.replacen(&days.rows[first], &changed(&days.rows[first]), 1));
    let refused = compared(&verify).expect(1);
    assert!(refused.json()["reason"].as_str().unwrap().contains("not those of the prices"), "{refused:?}");
    let name = format!("f-{}.json", days.date(first));
    let proof = desk.read(&name);
    desk.write(&name, proof.replacen("\"a\"", "\"b\"", 1));
    assert!(desk.run(&verify).expect(2).stderr.contains("no proof with digest"));
    desk.write(&name, proof);
    assert!(desk.run(&verify[..verify.len() - 2]).expect(2).stderr.contains("none of the --keys"));
}

/// A row of prices with the first one higher.
fn changed(row: &str) -> String {
    let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
    cells[1] = (cells[1].parse::<f64>().unwrap() * 1.01).to_string();
    cells.join(",")
}

/// The loss of a day, from the prices.
fn proved_losses(days: &Days, row: usize) -> f64 {
    let numbers =
        |row: usize| -> Vec<f64> { days.rows[row].split(',').skip(1).map(|cell| cell.parse().unwrap()).collect() };
    let (old, new) = (numbers(row - 1), numbers(row));
    let gains = [120_000.0, -40_000.0, 65_000.0].iter().zip(old.iter().zip(&new));
    -gains.map(|(exposure, (old, new))| exposure * (new / old - 1.0)).sum::<f64>()
}

#[test]
fn proofs_out_of_their_place_are_refused() {
    let days = Days::new();
    let desk = &days.desk;
    for name in ["l.json", "m.json"] {
        let whose = if name == "l.json" { "Desk A" } else { "Desk B" };
        desk.run(&["ledger", "new", "--name", whose, "--confidence", "0.8", "-o", name]).expect(0);
    }
    desk.run(&["ledger", "new", "--name", "again", "--confidence", "0.8", "-o", "l.json"]).expect(2);
    let row = (31..80).find(|row| proved_losses(&days, *row) < 0.0).unwrap();
    let limit = days.forecast(row, "l.json", BOOK);
    // In another ledger its context is another.
    assert!(days.add("forecast", "m.json", row, "f").expect(1).stderr.contains("context"));
    days.add("forecast", "l.json", row, "f").expect(0);
    assert!(days.add("forecast", "l.json", row, "f").expect(2).stderr.contains("in the ledger already"));

    // The loss of another book, of another limit, and the true one.
    desk.run(&[
        "commit",
        "--book",
        "other.csv",
        "--scenarios",
        &format!("f-{}.scn", days.date(row)),
        "-o",
        "other.json",
        "--opening",
        "x.json",
    ])
    .expect(0);
    std::fs::copy(desk.path("o.json"), desk.path("kept.json")).unwrap();
    std::fs::copy(desk.path("x.json"), desk.path("o.json")).unwrap();
    days.realised(row, "l.json", "other.csv", limit).expect(0);
    assert!(days.add("realise", "l.json", row, "r").expect(2).stderr.contains("another book"));
    std::fs::copy(desk.path("kept.json"), desk.path("o.json")).unwrap();
    days.realised(row, "l.json", BOOK, limit + 1.0).expect(0);
    assert!(days.add("realise", "l.json", row, "r").expect(2).stderr.contains("limit of the forecast"));
    days.realised(row, "l.json", BOOK, limit).expect(0);
    // Under the forecast's context it is not valid.
    let other = desk.run(&["ledger", "context", "l.json", "--date", "2030-01-01"]).expect(0).stdout;
    let (set, mandate) = (format!("r-{}.scn", days.date(row)), format!("r-{}.toml", days.date(row)));
    days.prove(BOOK, &set, &mandate, &days.realised_keys, other.trim(), "elsewhere.json").expect(0);
    let keys = days.realised_keys.to_str().unwrap();
    let files = ["--proof", "elsewhere.json", "--scenarios", &set, "--mandate", &mandate, "--keys", keys];
    desk.run(&[&["ledger", "realise", "l.json"], &files[..]].concat()).expect(1);
    days.add("realise", "l.json", row, "r").expect(0);
    assert!(days.add("realise", "l.json", row, "r").expect(2).stderr.contains("in the ledger already"));

    // A table that says that nothing moved is no loss of the day.
    let still = format!("f-{}", days.date(row + 1));
    let limit = days.forecast(row + 1, "l.json", BOOK);
    days.add("forecast", "l.json", row + 1, "f").expect(0);
    let names = days.rows[0].replacen("date", "name", 1);
    desk.write("still.csv", format!("{names}\n{},0,0,0\n", days.date(row + 1)));
    let set = format!("r-{}.scn", days.date(row + 1));
    desk.run(&["scenarios", "stress", "--table", "still.csv", "-o", &set]).expect(0);
    let mandate = format!("r-{}.toml", days.date(row + 1));
    desk.write(&mandate, format!("name = \"realised\"\n[[clause]]\nmeasure = \"stress\"\nlimit = {limit:.6}\n"));
    let context = desk.run(&["ledger", "context", "l.json"]).expect(0).stdout;
    let proof = format!("r-{}.json", days.date(row + 1));
    days.prove(BOOK, &set, &mandate, &days.realised_keys, context.trim(), &proof).expect(0);
    let refused = days.add("realise", "l.json", row + 1, "r").expect(2);
    assert!(refused.stderr.contains("--window 1"), "{still}: {refused:?}");
    let tomorrow = ["ledger", "context", "l.json", "--date", "tomorrow"];
    assert!(desk.run(&tomorrow).expect(2).stderr.contains("not a date"));
    // A day left out of the ledger is seen beside prices.
    days.forecast(row + 3, "l.json", BOOK);
    days.add("forecast", "l.json", row + 3, "f").expect(0);
    desk.write("own.csv", days.rows.join("\n") + "\n");
    let [forecast_keys, realised_keys] = [&days.forecast_keys, &days.realised_keys].map(|keys| keys.to_str().unwrap());
    let verify = ["ledger", "verify", "l.json", "--files", ".", "--keys", forecast_keys, "--keys", realised_keys];
    desk.run(&verify).expect(0);
    let refused = desk.run(&[&verify[..], &["--prices", "own.csv"]].concat()).expect(1);
    assert!(refused.stderr.contains("not of the ledger"), "{refused:?}");

    // A forecast of an earlier day; one made with knowledge of its day; a ledger that somebody wrote into.
    days.forecast(row - 1, "l.json", BOOK);
    assert!(days.add("forecast", "l.json", row - 1, "f").expect(2).stderr.contains("is not after"));
    days.forecast(row + 6, "l.json", BOOK);
    let late = format!("f-{}", days.date(row + 6));
    let (proof, set, mandate) = (format!("{late}.json"), format!("{late}.scn"), format!("{late}.toml"));
    let keys = days.forecast_keys.to_str().unwrap();
    let early =
        ["--date", days.date(row + 1), "--proof", &proof, "--scenarios", &set, "--mandate", &mandate, "--keys", keys];
    let refused = desk.run(&[&["ledger", "forecast", "l.json"], &early[..]].concat()).expect(2);
    assert!(refused.stderr.contains("is made before"), "{refused:?}");
    let ledger = desk.read("l.json");
    desk.write("l.json", ledger.replace("limit ", "limit 1"));
    assert!(desk.run(&["ledger", "show", "l.json"]).expect(2).stderr.contains("head"));
}
