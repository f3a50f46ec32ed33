//! A desk's day over prices that need something first: the same treatment for forecast and loss, in
//! `day`, `check`, `backtest --book`, and whoever verifies the ledger.

use tailproof_test_support::{Desk, Run};

use super::{MANDATE, VERIFY, day, rows, write_prices};

/// The row of the first day that is forecast.
const FIRST: usize = 40;

/// A desk over the rows of three stocks after a change of them, set up with options, and the days from
/// the first one on.
struct Treated {
    desk: Desk,
    rows: Vec<Vec<String>>,
}

impl Treated {
    fn new(change: impl Fn(&mut Vec<Vec<String>>), book: &str) -> Self {
        let desk = Desk::new();
        let mut rows = rows();
        change(&mut rows);
        write_prices(&desk, &rows);
        desk.write("b.csv", format!("factor,exposure\n{book}"));
        desk.write("m.toml", format!("{MANDATE}250000\n"));
        Self { desk, rows }
    }

    fn plain(change: impl Fn(&mut Vec<Vec<String>>)) -> Self {
        let names = rows()[0].clone();
        let book = format!("{},120000\n{},-40000\n{},65000\n", names[1], names[2], names[3]);
        Self::new(change, &book)
    }

    fn try_init(&self, options: &str) -> Run {
        self.desk.run(format!("init --prices p.csv --book b.csv --mandate m.toml --window 20 {options}"))
    }

    fn init(self, options: &str) -> Self {
        self.try_init(options).expect(0);
        self
    }

    fn date(&self, day: usize) -> &str {
        &self.rows[FIRST + day][0]
    }

    fn day(&self, number: usize) -> Run {
        day(&self.desk, self.date(number), None)
    }

    /// Verifies the ledger against the prices up to a day.
    fn verify(&self, until: usize, options: &str) -> Run {
        let rows: String = self.rows[..=FIRST + until].iter().map(|row| row.join(",") + "\n").collect();
        self.desk.write("own.csv", rows);
        self.desk.run(format!("{VERIFY} --prices own.csv {options}"))
    }
}

fn set(treated: &Treated, name: &str) -> serde_json::Value {
    let shown = treated.desk.run(format!("scenarios show proofs/{name}.scn --json")).expect(0).json();
    shown["generator"].clone()
}

/// The second stock has no price on the second day.
fn hole(rows: &mut [Vec<String>]) {
    rows[FIRST + 1][2].clear();
}

#[test]
fn a_missing_price_is_carried_into_the_loss_and_said() {
    let treated = Treated::plain(|rows| hole(rows)).init("--missing carry");
    assert!(treated.desk.read("tailproof.toml").contains("missing = \"carry\""));
    for number in 0..3 {
        treated.day(number).expect(0);
    }
    let day = format!("{}-day", treated.date(1));
    assert_eq!(set(&treated, &day)["treatment"]["missing"]["prices"], 1);
    let valid = treated.verify(1, "").expect(0).stdout;
    let said = format!("over treated moves (1 missing price carried over): {}", treated.date(1));
    assert!(valid.contains(&said) && valid.contains("0 of the days count"), "{valid}");
    let json = treated.verify(1, "--json").expect(0).json();
    assert_eq!(json["treated"][0]["date"], treated.date(1));
    assert_eq!(json["not_compared"], serde_json::json!([]));
    // Whoever has the price makes another loss of the day.
    let whole = Treated { desk: treated.desk, rows: rows() };
    let refused = whole.verify(1, "").expect(1);
    assert!(refused.stderr.contains("the moves of the realised loss are not those"), "{refused:?}");
}

#[test]
fn a_loss_that_prices_do_not_show_is_refused_with_what_helps() {
    let treated = Treated::plain(|rows| hole(rows)).init("");
    for number in 0..2 {
        treated.day(number).expect(0);
    }
    let before = treated.desk.read("ledger.json");
    let refused = treated.day(2).expect(2);
    let missed = format!("--missed {}", treated.date(1));
    for said in ["do not show the loss of", "missing = \"carry\"", &missed] {
        assert!(refused.stderr.contains(said), "{said}: {refused:?}");
    }
    // Leaving out the day takes its loss out of no record: the day counts, and the next loss is not over two.
    let text = treated.desk.read("tailproof.toml");
    treated.desk.write("tailproof.toml", format!("{text}\n[treatment]\nmissing = \"drop-day\"\n"));
    assert!(treated.day(2).expect(2).stderr.contains(&missed));
    assert_eq!(treated.desk.read("ledger.json"), before);
    treated.desk.run(format!("day {} {missed}", treated.date(2))).expect(0);
    // The day that was left out is behind the last move, and so in no header; the audit says it.
    assert_eq!(set(&treated, treated.date(2))["treatment"], serde_json::Value::Null);
    assert!(treated.day(3).expect(2).stderr.contains("missing = \"carry\""));
    let text = treated.desk.read("tailproof.toml").replace("drop-day", "carry");
    treated.desk.write("tailproof.toml", text);
    treated.day(3).expect(0);
    let valid = treated.verify(2, "").expect(0).stdout;
    assert!(valid.contains("1 of the days count as exceedances"), "{valid}");
    assert!(
        valid.contains(&format!("leave out the last days of the prices before them: {}", treated.date(2))),
        "{valid}"
    );
}

/// Settings that change after a forecast are those of the next one.
#[test]
fn a_loss_is_taken_as_the_moves_of_its_forecast_were() {
    let names = rows()[0].clone();
    let book = format!("{},120000\nNEWCO,65000\n", names[1]);
    let proxy = format!("--factors {},{},NEWCO --proxy NEWCO={}", names[1], names[2], names[3]);
    let treated = Treated::new(|_| {}, &book).init(&proxy);
    treated.day(0).expect(0);
    // Another index fell less on the day.
    let text = treated.desk.read("tailproof.toml");
    let other = text.replace(&format!("NEWCO={}", names[3]), &format!("NEWCO={}", names[2]));
    assert_ne!(text, other);
    treated.desk.write("tailproof.toml", other);
    treated.day(1).expect(0);
    let of = |name: &str| set(&treated, name)["treatment"]["proxies"][0]["index"].clone();
    assert_eq!(of(&format!("{}-day", treated.date(0))), names[3]);
    assert_eq!(of(treated.date(1)), names[2]);
    let steps = treated.desk.json("ledger.json")["steps"].clone();
    assert!(steps[0]["moves"] == steps[1]["moves"] && steps[1]["moves"] != steps[2]["moves"], "{steps}");
    let valid = treated.verify(0, "").expect(0).stdout;
    assert!(valid.contains(&format!("1 factor is a proxy: NEWCO by {}", names[3])), "{valid}");
    // Without the forecast's set, nobody knows how its moves were taken.
    std::fs::remove_file(treated.desk.path(&format!("proofs/{}.scn", treated.date(1)))).unwrap();
    let refused = treated.day(2).expect(2);
    assert!(refused.stderr.contains("cannot read") && refused.stderr.contains(".scn"), "{refused:?}");
    treated.desk.copy(&format!("proofs/{}.scn", treated.date(0)), &format!("proofs/{}.scn", treated.date(1)));
    let refused = treated.day(2).expect(2);
    assert!(refused.stderr.contains("is not the scenario set of the forecast"), "{refused:?}");
}

#[test]
fn prices_in_two_currencies_take_rates_in_the_desk_and_in_the_audit() {
    let names = rows()[0].clone();
    let treated = Treated::plain(|_| {});
    let currencies = format!("factor,currency\n{},EUR\n{},USD\n{},USD\n", names[1], names[2], names[3]);
    treated.desk.write("currencies.csv", currencies);
    let rate = |(number, row): (usize, &Vec<String>)| format!("{},1.{:02}\n", row[0], 5 + number * 7 % 11);
    let rates: String = treated.rows[1..].iter().enumerate().map(rate).collect();
    treated.desk.write("rates.csv", format!("date,EUR\n{rates}"));
    // Exposures in the currency of the mandate, over moves in another one, leave out what the two do.
    treated.desk.write("euro.csv", treated.desk.read("currencies.csv").replace("USD", "CHF"));
    treated.desk.write("francs.csv", treated.desk.read("rates.csv").replacen("EUR", "CHF", 1));
    let refused = treated.try_init("--currencies euro.csv --rates francs.csv --base EUR").expect(2);
    assert!(refused.stderr.contains("the mandate is in USD") && refused.stderr.contains("to EUR"), "{refused:?}");
    let treated = treated.init("--currencies currencies.csv --rates rates.csv --base USD");
    for number in 0..2 {
        treated.day(number).expect(0);
    }
    let refused = treated.verify(0, "").expect(2);
    assert!(refused.stderr.contains("rates of currencies"), "{refused:?}");
    let valid = treated.verify(0, "--rates rates.csv").expect(0).stdout;
    assert!(valid.contains(&format!("in USD: {} from EUR", names[1])), "{valid}");
    // The other commands of a ledger take them too.
    let evidence = "--files proofs --keys keys/forecast --keys keys/realised --prices own.csv --rates rates.csv";
    treated.desk.run(format!("ledger show ledger.json {evidence}")).expect(0);
    treated.desk.run(format!("backtest --ledger ledger.json {evidence}")).expect(0);
    // Another rate of the day is another loss.
    treated.desk.write("other.csv", treated.desk.read("rates.csv").replacen(",1.05", ",1.06", 60));
    treated.verify(0, "--rates other.csv").expect(1);
}

#[test]
fn absolute_moves_have_the_step_that_the_file_states() {
    let names = rows()[0].clone();
    let treated = Treated::plain(|_| {});
    treated.desk.write("moves.csv", format!("factor,move\n{},absolute\n", names[2]));
    let refused = treated.try_init("--moves moves.csv --nav 145000").expect(2);
    assert!(refused.stderr.contains("state it") && refused.stderr.contains("moves.csv"), "{refused:?}");
    treated.desk.write("moves.csv", format!("factor,move,step\n{},absolute,100\n", names[2]));
    let treated = treated.init("--moves moves.csv --nav 145000");
    for number in 0..2 {
        treated.day(number).expect(0);
    }
    let of = |name: &str| set(&treated, name)["treatment"]["moves"][0].clone();
    assert_eq!(of(&format!("{}-day", treated.date(0))), of(treated.date(0)));
    treated.verify(0, "").expect(0);
    // A move that the step does not hold has no loss; the day is given up.
    let log = Treated::plain(|_| {});
    log.desk.write("moves.csv", format!("factor,move\n{},log\n", names[2]));
    let refused = log.try_init("--moves moves.csv").expect(2);
    assert!(refused.stderr.contains("log moves") && refused.stderr.contains("relative"), "{refused:?}");
    assert!(!log.desk.has("tailproof.toml") && !log.desk.has("keys"), "{:?}", log.desk.files());
}

#[test]
fn a_file_of_returns_has_days_too() {
    let returns = |rows: &mut Vec<Vec<String>>| {
        let number = |cell: &String| cell.parse::<f64>().unwrap();
        let of = |pair: &[Vec<String>]| {
            let cells = (1..4).map(|place| format!("{:.6}", number(&pair[1][place]) / number(&pair[0][place]) - 1.0));
            std::iter::once(pair[1][0].clone()).chain(cells).collect()
        };
        let made: Vec<Vec<String>> = rows[1..].windows(2).map(of).collect();
        rows.truncate(1);
        rows.extend(made);
    };
    let treated = Treated::plain(returns).init("--returns");
    for number in 0..2 {
        treated.day(number).expect(0);
    }
    let valid = treated.verify(0, "").expect(0).stdout;
    assert!(valid.contains("from a file of returns"), "{valid}");
}

#[test]
fn a_book_in_another_currency_than_the_mandates_is_not_forecast() {
    let treated = Treated::plain(|_| {}).init("");
    let book: String = treated
        .desk
        .read("b.csv")
        .lines()
        .map(|line| {
            let currency = if line.starts_with("factor") { "currency" } else { "EUR" };
            format!("{line},{currency}\n")
        })
        .collect();
    treated.desk.write("b.csv", book);
    for line in [format!("day {}", treated.date(0)), "check".to_owned()] {
        let refused = treated.desk.run(line).expect(2);
        assert!(refused.stderr.contains("EUR") && refused.stderr.contains("USD"), "{refused:?}");
    }
    assert!(treated.desk.json("ledger.json")["steps"].as_array().unwrap().is_empty());
}

/// Columns that the book does not hold may have holes.
#[test]
fn factors_are_chosen_by_name_or_by_the_book() {
    let names = rows()[0].clone();
    let holes = |rows: &mut Vec<Vec<String>>| rows[1..].iter_mut().for_each(|row| row[2].clear());
    for options in [format!("--factors {},{}", names[3], names[1]), "--for-book b.csv".to_owned()] {
        let treated = Treated::new(holes, &format!("{},120000\n{},65000\n", names[1], names[3])).init(&options);
        treated.day(0).expect(0);
        treated.day(1).expect(0);
        treated.verify(0, "").expect(0);
    }
}

/// One preparation of prices for all commands.
#[test]
fn trades_and_backtests_are_over_the_same_moves_as_sets() {
    let treated = Treated::plain(|rows| {
        let last = rows.len() - 3;
        rows[last][2].clear();
    })
    .init("--missing carry");
    let desk = &treated.desk;
    desk.run("scenarios historical --prices p.csv --window 20 --missing carry -o s.scn").expect(0);
    let risk = desk.run("risk --book b.csv --scenarios s.scn --confidence 0.8 --json").expect(0).json();
    let check = desk.run("check --json").expect(0).json();
    assert_eq!(check["clauses"][0]["after"], risk["var"]);
    assert!(check["scenarios"].as_str().unwrap().contains("1 missing price carried over"), "{check}");
    let backtest = "backtest --book b.csv --prices p.csv --window 60 --confidence 0.8";
    let refused = desk.run(backtest).expect(2);
    assert!(refused.stderr.contains("--missing"), "{refused:?}");
    let carried = desk.run(format!("{backtest} --missing carry --json")).expect(0).json();
    let dropped = desk.run(format!("{backtest} --missing drop-day --json")).expect(0).json();
    let days = |json: &serde_json::Value| json["observations"].as_u64().unwrap();
    assert_eq!(days(&carried), days(&dropped) + 1);
    // A ledger's sets state their treatment, and a table of days has none.
    let refused = desk.run("backtest --ledger ledger.json --missing carry").expect(2);
    assert!(refused.stderr.contains("the sets of a ledger state theirs"), "{refused:?}");
}
