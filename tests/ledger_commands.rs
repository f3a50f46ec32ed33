//! A ledger of daily proofs from the command line, on real prices: forecast, realised loss, a day
//! without a proof, and steps that are refused.

use tailproof_test_support::{Desk, PRICES, Run};

/// Days of the history behind a forecast.
pub const WINDOW: usize = 20;
pub const BOOK: &str = "b.csv";
const FORECAST_SHAPE: &str = "20x3/1";
const REALISED_SHAPE: &str = "1x3/1";

/// A desk, and rows of real prices of three stocks with the header first.
pub struct Days {
    pub desk: Desk,
    rows: Vec<String>,
    pub forecast_keys: String,
    pub realised_keys: String,
    /// Options for the place of the rows of a forecast and of a realised loss.
    places: [String; 2],
}

impl Days {
    pub fn new() -> Self {
        let desk = Desk::new();
        let prices = desk.read(PRICES);
        let rows: Vec<String> =
            prices.lines().map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",")).collect();
        let names: Vec<&str> = rows[0].split(',').skip(1).collect();
        desk.write(BOOK, format!("factor,exposure\n{},120000\n{},-40000\n{},65000\n", names[0], names[1], names[2]));
        desk.write("other.csv", format!("factor,exposure\n{},1\n", names[0]));
        let [forecast_keys, realised_keys] = [FORECAST_SHAPE, REALISED_SHAPE].map(|shape| desk.keys(shape));
        Self { desk, rows, forecast_keys, realised_keys, places: Default::default() }
    }

    pub fn new_ledger(&self, name: &str, file: &str) -> Run {
        self.desk.run(format!("ledger new --name '{name}' --confidence 0.8 -o {file}"))
    }

    pub fn date(&self, row: usize) -> &str {
        self.rows[row].split(',').next().unwrap()
    }

    /// The loss of a row's day, from the prices.
    pub fn loss(&self, row: usize) -> f64 {
        let numbers =
            |row: usize| -> Vec<f64> { self.rows[row].split(',').skip(1).map(|cell| cell.parse().unwrap()).collect() };
        let (old, new) = (numbers(row - 1), numbers(row));
        let gains = [120_000.0, -40_000.0, 65_000.0].iter().zip(old.iter().zip(&new));
        -gains.map(|(exposure, (old, new))| exposure * (new / old - 1.0)).sum::<f64>()
    }

    /// Makes the scenario set of the newest days of the prices up to a row.
    pub fn scenarios(&self, row: usize, window: usize, output: &str) {
        self.desk.write("p.csv", self.rows[..=row].join("\n") + "\n");
        let place = &self.places[usize::from(window == 1)];
        self.desk.run(format!("scenarios historical --prices p.csv --window {window} {place} -o {output}")).expect(0);
    }

    /// The context of the next realised loss, or of the forecast for a date.
    pub fn context(&self, ledger: &str, date: Option<&str>) -> String {
        let date = date.map_or(String::new(), |date| format!("--date {date}"));
        self.desk.run(format!("ledger context {ledger} {date}")).expect(0).stdout.trim().to_owned()
    }

    pub fn prove(&self, book: &str, name: &str, keys: &str, context: &str, proof: &str) -> Run {
        self.desk.run(format!(
            "prove --book {book} --opening o.json --scenarios {name}.scn --mandate {name}.toml --keys {keys} \
             --context {context} -o {proof}"
        ))
    }

    /// Proves a forecast of the loss of a row's day, from the prices before it, as `f-DATE.*`.
    /// Returns its limit.
    pub fn forecast(&self, row: usize, ledger: &str) -> f64 {
        let (date, desk) = (self.date(row), &self.desk);
        let name = format!("f-{date}");
        self.scenarios(row - 1, WINDOW, &format!("{name}.scn"));
        let risk = format!("risk --book {BOOK} --scenarios {name}.scn --confidence 0.8 --json");
        let limit = desk.run(risk).expect(0).json()["var"].as_f64().unwrap();
        let clause = "[[clause]]\nmeasure = \"var\"\nconfidence = 0.8\n";
        desk.write(&format!("{name}.toml"), format!("name = \"forecast\"\n{clause}limit = {limit:.6}\n"));
        let files = format!("--scenarios {name}.scn -o c.json --opening o.json --force");
        desk.run(format!("commit --book {BOOK} {files}")).expect(0);
        let context = self.context(ledger, Some(date));
        self.prove(BOOK, &name, &self.forecast_keys, &context, &format!("{name}.json")).expect(0);
        limit
    }

    fn realised_mandate(&self, name: &str, limit: f64) {
        let text = format!("name = \"realised\"\n[[clause]]\nmeasure = \"stress\"\nlimit = {limit:.6}\n");
        self.desk.write(&format!("{name}.toml"), text);
    }

    /// Tries to prove that the loss of a row's day was within a limit, as `r-DATE.*`.
    pub fn realised(&self, row: usize, ledger: &str, book: &str, limit: f64) -> Run {
        let name = format!("r-{}", self.date(row));
        self.scenarios(row, 1, &format!("{name}.scn"));
        self.realised_mandate(&name, limit);
        self.prove(book, &name, &self.realised_keys, &self.context(ledger, None), &format!("{name}.json"))
    }

    pub fn add_forecast(&self, ledger: &str, row: usize) -> Run {
        self.add_forecast_for(self.date(row), ledger, row)
    }

    /// Adds the forecast that was made for a row's day, as one for another date.
    fn add_forecast_for(&self, date: &str, ledger: &str, row: usize) -> Run {
        let (name, keys) = (format!("f-{}", self.date(row)), &self.forecast_keys);
        self.desk.run(format!(
            "ledger forecast {ledger} --date {date} --proof {name}.json --scenarios {name}.scn --mandate {name}.toml \
             --keys {keys}"
        ))
    }

    pub fn add_realised(&self, ledger: &str, row: usize) -> Run {
        let name = format!("r-{}", self.date(row));
        self.add_realised_proof(ledger, row, &format!("{name}.json"))
    }

    fn add_realised_proof(&self, ledger: &str, row: usize, proof: &str) -> Run {
        let (date, keys) = (self.date(row), &self.realised_keys);
        self.desk.run(format!(
            "ledger realise {ledger} --date {date} --proof {proof} --scenarios r-{date}.scn --mandate r-{date}.toml \
             --keys {keys}"
        ))
    }

    pub fn verify_line(&self) -> String {
        format!("ledger verify l.json {}", self.evidence())
    }

    /// The options that verify a ledger.
    pub fn evidence(&self) -> String {
        format!("--files . --keys {} --keys {}", self.forecast_keys, self.realised_keys)
    }
}

#[test]
fn losses_within_the_forecast_are_proved_and_others_count() {
    let days = Days::new();
    let desk = &days.desk;
    days.new_ledger("Desk A", "l.json").expect(0);
    let mut exceeded = Vec::new();
    let (first, last) = (30, 38);
    for row in first..=last {
        let limit = days.forecast(row, "l.json");
        days.add_forecast("l.json", row).expect(0);
        let proved = days.realised(row, "l.json", BOOK, limit);
        if proved.status == 0 {
            days.add_realised("l.json", row).expect(0);
        } else {
            // A loss beyond the forecast: the prover refuses, and nothing can be added.
            assert!(proved.expect(1).stderr.contains("the worst loss is"));
        }
        exceeded.push(days.loss(row) > limit);
    }
    assert!(exceeded.contains(&true) && exceeded.contains(&false), "{exceeded:?}");
    // The last day is due when the next begins.
    days.forecast(last + 1, "l.json");
    days.add_forecast("l.json", last + 1).expect(0);

    let evidence = days.evidence();
    let shown = desk.run(format!("ledger show l.json --json {evidence}")).expect(0).json();
    let found: Vec<bool> =
        shown["days"].as_array().unwrap().iter().map(|day| day["exceeded"].as_bool().unwrap()).collect();
    assert_eq!(found, exceeded);
    let backtest = desk.run(format!("backtest --ledger l.json --json {evidence}")).expect(0).json();
    assert_eq!(backtest["observations"], exceeded.len());
    assert_eq!(backtest["exceedances"], exceeded.iter().filter(|exceeded| **exceeded).count());
    let text = desk.run(format!("ledger show l.json {evidence}")).expect(0).stdout;
    assert!(text.contains("waits for its realised loss") && text.contains("have no floor"), "{text}");
    no_figure_without_verification(&days);

    // Anybody verifies all of it again from the files, but not when one is missing or was changed.
    let verify = days.verify_line();
    desk.run(&verify).expect(0);
    // With prices of the verifier's own: their days, and their moves.
    let all = days.rows[..=last].join("\n") + "\n";
    desk.write("own.csv", &all);
    let compared = || desk.run(format!("{verify} --prices own.csv --json"));
    let json = compared().expect(0).json();
    assert_eq!((&json["prices_compared"], &json["not_compared"]), (&true.into(), &serde_json::json!([])));
    for step in json["rests_on"].as_array().unwrap() {
        let about = step["rests_on"].as_array().unwrap().iter().find(|thing| thing["what"] == "scenarios").unwrap();
        assert_eq!(about["how"], "made again", "{step}");
    }
    let text = desk.run(format!("{verify} --prices own.csv")).expect(0).stdout;
    for said in ["rests on:", "scenarios made again (from the prices given)", "head: not compared", "commitment 0x"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // The day of the last forecast is past.
    desk.write("own.csv", days.rows[..=last + 1].join("\n") + "\n");
    let refused = compared().expect(1);
    assert!(refused.json()["overdue"] == true && refused.stderr.contains("has no proof"), "{refused:?}");
    a_published_head_is_found(&days, &verify);
    desk.write("own.csv", all.replacen(&days.rows[first], &changed(&days.rows[first]), 1));
    let refused = compared().expect(1);
    assert!(refused.json()["reason"].as_str().unwrap().contains("the prices given"), "{refused:?}");
    let name = format!("f-{}.json", days.date(first));
    let proof = desk.read(&name);
    desk.write(&name, proof.replacen("\"a\"", "\"b\"", 1));
    assert!(desk.run(&verify).expect(2).stderr.contains("no proof with digest"));
    desk.write(&name, proof);
    let one = format!("ledger verify l.json --files . --keys {}", days.forecast_keys);
    assert!(desk.run(one).expect(2).stderr.contains("none of the --keys"));
}

/// Days as a contract with a window of 20 rows has them, whose first row is the return to row 2 of
/// the prices: forecasts over the ring and losses in the slot of their day, under the same keys.
#[test]
fn days_of_a_window_on_chain_are_proved_under_one_key() {
    let mut days = Days::new();
    days.realised_keys.clone_from(&days.forecast_keys);
    days.new_ledger("On chain", "l.json").expect(0);
    let last = (32..80).find(|row| days.loss(*row) < 0.0).unwrap();
    for row in last - 1..=last {
        // Row 2 is epoch 0; a forecast ends with the row before its day.
        days.places = [format!("--ring {}", (row - 3) % WINDOW), format!("--slot {}", (row - 2) % WINDOW)];
        let limit = days.forecast(row, "l.json");
        days.add_forecast("l.json", row).expect(0);
        let proved = days.realised(row, "l.json", BOOK, limit);
        if row == last || proved.status == 0 {
            proved.expect(0);
            days.add_realised("l.json", row).expect(0);
        }
    }
    let point = |set: &str| {
        let keys = &days.forecast_keys;
        days.desk.run(format!("scenarios point {set} --keys {keys}")).expect(0).stdout
    };
    let (ring, day) = (format!("f-{}.scn", days.date(last)), format!("r-{}.scn", days.date(last)));
    let [of_ring, of_day] = [&ring, &day].map(|set| point(set));
    days.places = Default::default();
    days.scenarios(last - 1, WINDOW, "dates.scn");
    days.scenarios(last, 1, "first.scn");
    assert!(point("dates.scn") != of_ring && point("first.scn") != of_day);
    days.desk.write("own.csv", days.rows[..=last].join("\n") + "\n");
    let evidence = format!("--files . --keys {}", days.forecast_keys);
    let json = days.desk.run(format!("ledger verify l.json {evidence} --prices own.csv --json")).expect(0).json();
    assert_eq!((&json["prices_compared"], &json["not_compared"]), (&true.into(), &serde_json::json!([])));
}

/// Whoever writes a ledger file makes no command say "proved" or "green" of it.
fn no_figure_without_verification(days: &Days) {
    let desk = &days.desk;
    desk.write("m.toml", "name = \"m\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 1000000\n");
    let report = format!("report --book {BOOK} --scenarios f-{}.scn --mandate m.toml", days.date(30));
    for command in
        ["ledger show l.json".into(), "backtest --ledger l.json".into(), format!("{report} --ledger l.json -o r.html")]
    {
        let run = desk.run(&command).expect(1);
        assert!(run.stderr.contains("NOT VERIFIED:"), "{run:?}");
        assert!(!run.stdout.contains("within, proved"), "{run:?}");
        if run.stdout.contains("r.html") {
            assert!(desk.read("r.html").contains("NOT VERIFIED"));
        } else {
            assert!(run.stdout.starts_with("NOT VERIFIED"), "{run:?}");
        }
        // Keys without the files that they check, and prices without keys, are no verification.
        desk.run(format!("{command} --keys {}", days.forecast_keys)).expect(2);
        desk.run(format!("{command} --prices own.csv")).expect(2);
    }
    for command in ["ledger show l.json --json", "backtest --ledger l.json --json"] {
        assert_eq!(desk.run(command).expect(1).json()["verified"], false, "{command}");
    }
    desk.run(format!("{report} --ledger l.json {} -o r.html", days.evidence())).expect(0);
    assert!(!desk.read("r.html").contains("NOT VERIFIED"));

    // Digests have a form, and digests of nothing have no files.
    let text = desk.read("l.json");
    let json = desk.json("l.json");
    let proof = json["steps"][0]["proof"].as_str().unwrap();
    desk.write("fake.json", text.replace(proof, "fake"));
    let refused = desk.run("ledger show fake.json").expect(2);
    assert!(refused.stderr.contains("64 lower-case hex digits"), "{refused:?}");
}

/// Whoever cuts off the steps of a bad week has a ledger that is right in itself, and another head.
fn a_published_head_is_found(days: &Days, verify: &str) {
    let desk = &days.desk;
    let head = |after: &str| desk.run(format!("ledger head l.json {after}")).expect(0).stdout.trim().to_owned();
    let (early, last) = (head("--after 2"), head(""));
    assert_eq!(desk.run("ledger head l.json --after 2 --json").expect(0).json()["head"], early);
    assert!(desk.run("ledger head l.json --after 99").expect(2).stderr.contains("steps, not 99"));
    let found = desk.run(format!("{verify} --head {early} --head {last}")).expect(0).stdout;
    assert!(found.contains(&format!("head {early}: compared")) && found.contains("(step 2 of"), "{found}");
    let other = "ab".repeat(32);
    let refused = desk.run(format!("{verify} --head {other}")).expect(1);
    assert!(refused.stderr.contains("changed, or cut off"), "{refused:?}");
    desk.run(format!("{verify} --head 12")).expect(2);
    let refused = desk.run(format!("{verify} --tightness 0.9")).expect(1);
    assert!(refused.stderr.contains("one of at least 90 % of it is asked for"), "{refused:?}");
}

#[test]
fn an_empty_ledger_is_not_valid_and_has_one_spelling_of_its_confidence() {
    let desk = Desk::new();
    let keys = desk.keys(REALISED_SHAPE);
    for (file, confidence) in [("a.json", "0.8"), ("b.json", "0.80"), ("c.json", "8e-1")] {
        desk.run(format!("ledger new --name Desk --confidence {confidence} -o {file}")).expect(0);
        assert_eq!(desk.read(file), desk.read("a.json"), "{confidence}");
    }
    let refused = desk.run(format!("ledger verify a.json --files . --keys {keys}")).expect(1);
    assert!(refused.stderr.contains("no steps") && refused.stdout.is_empty(), "{refused:?}");
    let json = desk.run(format!("ledger verify a.json --files . --keys {keys} --json")).expect(1).json();
    assert_eq!(json["valid"], false);
}

/// A row of prices with the first one higher.
fn changed(row: &str) -> String {
    let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
    cells[1] = (cells[1].parse::<f64>().unwrap() * 1.01).to_string();
    cells.join(",")
}

/// A ledger with the forecast of a day on which the book gains: the day's row and the forecast's
/// limit.
fn with_forecast(days: &Days) -> (usize, f64) {
    days.new_ledger("Desk A", "l.json").expect(0);
    let row = (31..80).find(|row| days.loss(*row) < 0.0).unwrap();
    let limit = days.forecast(row, "l.json");
    days.add_forecast("l.json", row).expect(0);
    (row, limit)
}

#[test]
fn a_forecast_is_for_one_ledger_and_one_place() {
    let days = Days::new();
    let desk = &days.desk;
    days.new_ledger("Desk B", "m.json").expect(0);
    let (row, limit) = with_forecast(&days);
    days.new_ledger("again", "l.json").expect(2);
    // In another ledger its context is another.
    assert!(days.add_forecast("m.json", row).expect(1).stderr.contains("context"));
    assert!(days.add_forecast("l.json", row).expect(2).stderr.contains("in the ledger already"));
    let tomorrow = "ledger context l.json --date tomorrow";
    assert!(desk.run(tomorrow).expect(2).stderr.contains("not a date"));
    days.realised(row, "l.json", BOOK, limit).expect(0);
    days.add_realised("l.json", row).expect(0);

    // A forecast of an earlier day; one made with knowledge of its day; a ledger that was edited.
    days.forecast(row - 1, "l.json");
    assert!(days.add_forecast("l.json", row - 1).expect(2).stderr.contains("is not after"));
    days.forecast(row + 6, "l.json");
    let refused = days.add_forecast_for(days.date(row + 1), "l.json", row + 6).expect(2);
    assert!(refused.stderr.contains("is made before"), "{refused:?}");
    desk.write("l.json", desk.read("l.json").replace("limit ", "limit 1"));
    assert!(desk.run("ledger show l.json").expect(2).stderr.contains("head"));
}

#[test]
fn a_realised_loss_is_of_the_book_the_limit_and_the_day_of_its_forecast() {
    let days = Days::new();
    let desk = &days.desk;
    let (row, limit) = with_forecast(&days);
    // The loss of another book, of another limit, and the true one.
    let set = format!("f-{}.scn", days.date(row));
    desk.run(format!("commit --book other.csv --scenarios {set} -o other.json --opening x.json")).expect(0);
    desk.copy("o.json", "kept.json");
    desk.copy("x.json", "o.json");
    days.realised(row, "l.json", "other.csv", limit).expect(0);
    assert!(days.add_realised("l.json", row).expect(2).stderr.contains("another book"));
    desk.copy("kept.json", "o.json");
    days.realised(row, "l.json", BOOK, limit + 1.0).expect(0);
    assert!(days.add_realised("l.json", row).expect(2).stderr.contains("limit of the forecast"));
    days.realised(row, "l.json", BOOK, limit).expect(0);
    // With the context of a forecast it is not valid.
    let other = days.context("l.json", Some("2030-01-01"));
    let name = format!("r-{}", days.date(row));
    days.prove(BOOK, &name, &days.realised_keys, &other, "elsewhere.json").expect(0);
    days.add_realised_proof("l.json", row, "elsewhere.json").expect(1);
    days.add_realised("l.json", row).expect(0);
    assert!(days.add_realised("l.json", row).expect(2).stderr.contains("in the ledger already"));

    // A stress table that says that nothing moved is not the loss of the day.
    let row = row + 1;
    let limit = days.forecast(row, "l.json");
    days.add_forecast("l.json", row).expect(0);
    let names = days.rows[0].replacen("date", "name", 1);
    desk.write("still.csv", format!("{names}\n{},0,0,0\n", days.date(row)));
    let name = format!("r-{}", days.date(row));
    desk.run(format!("scenarios stress --table still.csv -o {name}.scn")).expect(0);
    days.realised_mandate(&name, limit);
    let context = days.context("l.json", None);
    days.prove(BOOK, &name, &days.realised_keys, &context, &format!("{name}.json")).expect(0);
    let refused = days.add_realised("l.json", row).expect(2);
    assert!(refused.stderr.contains("--window 1"), "{refused:?}");
    // A verifier with prices sees that a day was left out of the ledger.
    days.forecast(row + 2, "l.json");
    days.add_forecast("l.json", row + 2).expect(0);
    desk.write("own.csv", days.rows.join("\n") + "\n");
    let verify = days.verify_line();
    // The key of another proof system in a folder, here one of 0.1.0 that is no longer read, is of
    // no matter.
    std::fs::create_dir(desk.path("both")).unwrap();
    desk.copy(&format!("{}/verifying.key", days.realised_keys), "both/verifying.key");
    desk.write("both/transparent.key", "not read");
    let verify = verify.replace(&days.realised_keys, "both");
    let valid = desk.run(&verify).expect(0);
    assert!(valid.stdout.contains("1 of the days count as exceedances"), "{valid:?}");
    let open = format!("the loss of {} has no proof yet", days.date(row + 2));
    assert!(valid.stdout.contains(&open), "{valid:?}");
    let found = desk.run(format!("{verify} --json")).expect(0).json();
    assert_eq!((found["exceedances"].as_u64(), found["open"].as_str()), (Some(1), Some(days.date(row + 2))));
    let refused = desk.run(format!("{verify} --prices own.csv")).expect(1);
    assert!(refused.stderr.contains("not of the ledger"), "{refused:?}");
}

/// A mandate that names the kind of its scenarios is met over scenarios that were made again.
#[test]
fn a_forecast_under_a_rule_for_scenarios_takes_prices() {
    let days = Days::new();
    let desk = &days.desk;
    days.new_ledger("Desk A", "l.json").expect(0);
    days.forecast(30, "l.json");
    let date = days.date(30);
    let name = format!("f-{date}");
    let rule = "[scenarios]\nkind = \"historical\"\nhorizon = 1\n";
    desk.write(&format!("{name}.toml"), format!("{}{rule}", desk.read(&format!("{name}.toml"))));
    let context = days.context("l.json", Some(date));
    days.prove(BOOK, &name, &days.forecast_keys, &context, &format!("{name}.json")).expect(0);
    let refused = days.add_forecast("l.json", 30).expect(1);
    assert!(refused.stderr.contains("nothing shows"), "{refused:?}");
    let files = format!("--proof {name}.json --scenarios {name}.scn --mandate {name}.toml");
    let with_prices = format!("ledger forecast l.json --date {date} {files} --keys {} --prices", days.forecast_keys);
    desk.run(format!("{with_prices} p.csv")).expect(0);
    assert_eq!(desk.json("l.json")["steps"].as_array().unwrap().len(), 1);
}
