//! Days whose loss is not proved, prices that were revised, books that change within the day, clocks, and
//! keys of the other proof system.

use std::time::{SystemTime, UNIX_EPOCH};

use tailproof_test_support::Desk;

use super::{VERIFY, day, new_desk, rows, write_prices};

/// A desk with a forecast of its first day.
fn with_forecast() -> (Desk, Vec<String>) {
    let (desk, days) = new_desk(250_000);
    day(&desk, &days[0], None).expect(0);
    (desk, days)
}

#[test]
fn a_forecast_whose_day_has_no_row_is_given_up_by_name() {
    let (desk, days) = with_forecast();
    let mut rows = rows();
    rows.retain(|row| row[0] != days[0]);
    write_prices(&desk, &rows);
    let refused = desk.run(format!("day {}", days[1])).expect(2);
    assert!(refused.stderr.contains("no row of") && refused.stderr.contains(&format!("--missed {}", days[0])));
    let before = desk.read("ledger.json");
    for (missed, said) in [(&days[2], "waits for its loss; the one of"), (&days[1], "waits for its loss")] {
        let refused = desk.run(format!("day {} --missed {missed}", days[1])).expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
    assert_eq!(desk.read("ledger.json"), before);
    let done = desk.run(format!("day {} --missed {} --json", days[1], days[0])).expect(0).json();
    assert_eq!((&done["exceedance"], &done["forecast"]["added"]), (&days[0].clone().into(), &true.into()));
    let valid = desk.run(VERIFY).expect(0).stdout;
    assert!(valid.contains("1 of the days count as exceedances"), "{valid}");
    // Once given up, it is no longer open.
    let refused = desk.run(format!("day {} --missed {}", days[2], days[0])).expect(2);
    assert!(refused.stderr.contains("no forecast of"), "{refused:?}");
}

#[test]
fn a_day_whose_opening_is_lost_is_given_up_by_name() {
    let (desk, days) = with_forecast();
    let opening = desk.path(&format!("private/{}.opening", days[0]));
    std::fs::remove_file(&opening).unwrap();
    let refused = desk.run(format!("day {}", days[1])).expect(2);
    assert!(refused.stderr.contains("no opening") && refused.stderr.contains("--missed"), "{refused:?}");
    let done = desk.run(format!("day {} --missed {} --json", days[1], days[0])).expect(0).json();
    assert_eq!((&done["exceedance"], &done["new_commitment"]), (&days[0].clone().into(), &true.into()));
}

/// A vendor corrects a close of last week.
#[test]
fn prices_that_were_revised_after_a_forecast_are_said() {
    let (desk, days) = with_forecast();
    let (ledger, old) = (desk.read("ledger.json"), desk.read("p.csv"));
    let mut rows = rows();
    let row = rows.iter().position(|row| row[0] == days[0]).unwrap();
    rows[row - 5][1] = format!("{:.4}", rows[row - 5][1].parse::<f64>().unwrap() * 1.01);
    write_prices(&desk, &rows);
    let done = desk.run(format!("day {}", days[1])).expect(0);
    assert!(done.stderr.contains("no longer those that its forecast was made from"), "{done:?}");
    // The ledger is what it says: not valid against the revised prices, and valid against the old ones.
    let until = |text: &str| text.split_inclusive('\n').take(row + 1).collect::<String>();
    desk.write("new.csv", until(&desk.read("p.csv")));
    desk.write("old.csv", until(&old));
    let refused = desk.run(format!("{VERIFY} --prices new.csv")).expect(1);
    assert!(
        refused.stderr.contains("was not made from the prices") || refused.stderr.contains("not made from"),
        "{refused:?}"
    );
    // The forecast of the next day is made from the revised ones.
    assert_ne!(desk.read("ledger.json"), ledger);
    // Without a revision nothing is said.
    let (desk, days) = with_forecast();
    let done = desk.run(format!("day {} --json", days[1])).expect(0);
    assert_eq!(done.json()["revised"], serde_json::Value::Null);
    assert!(!done.stderr.contains("no longer"), "{done:?}");
}

#[test]
fn a_book_that_changes_within_the_day_is_the_next_days() {
    let (desk, days) = with_forecast();
    let ledger = desk.read("ledger.json");
    desk.write("b.csv", desk.read("b.csv").replace("120000", "90000"));
    assert!(desk.run(format!("day {}", days[0])).expect(0).stdout.contains("is done"));
    assert_eq!(desk.read("ledger.json"), ledger);
    let done = desk.run(format!("day {} --json", days[1])).expect(0).json();
    assert_eq!((&done["realised"]["added"], &done["new_commitment"]), (&true.into(), &true.into()));
    let steps = desk.json("ledger.json")["steps"].clone();
    let commitments: Vec<&str> = (0..3).map(|step| steps[step]["commitment"].as_str().unwrap()).collect();
    assert!(commitments[0] == commitments[1] && commitments[1] != commitments[2], "{commitments:?}");
}

/// Prices of thirty days that end so many days before today.
fn prices_until(days_ago: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let row = |back: u64| {
        let date: String = tailproof::attestations::time::text(now - back * 86_400).chars().take(10).collect();
        format!("{date},{}.5,{}.25,{}\n", 100 + back * 7 % 5, 50 + back * 3 % 4, 30 + back % 3)
    };
    (days_ago..days_ago + 30).rev().map(row).fold("date,A,B,C\n".to_owned(), |text, row| text + &row)
}

/// Before, a clock that is behind the market's day forecast a day that was over, or said for ever that
/// it was done.
#[test]
fn the_day_of_the_clock_is_forecast_before_its_prices_are_there() {
    let desk = Desk::new();
    desk.write("p.csv", prices_until(1));
    desk.write("b.csv", "factor,exposure\nA,1000\nB,-400\nC,300\n");
    desk.write("m.toml", format!("{}250000\n", super::MANDATE));
    desk.run("init --prices p.csv --book b.csv --mandate m.toml --window 20").expect(0);
    let other = super::copied(&desk);
    let done = desk.run("day").expect(0);
    assert!(done.stdout.contains("forecast  ") && done.stderr.contains("publish the head before"), "{done:?}");
    // The prices of the day come; whoever runs it again is told how to go on.
    desk.write("p.csv", prices_until(0));
    let again = desk.run("day").expect(0);
    assert!(
        again.stdout.contains("is done") && again.stderr.contains("to forecast the next day, name it"),
        "{again:?}"
    );
    other.write("p.csv", prices_until(0));
    let refused = other.run("day").expect(2);
    assert!(refused.stderr.contains("a forecast is made before its day"), "{refused:?}");
    let today = desk.json("ledger.json")["steps"][0]["date"].as_str().unwrap().to_owned();
    let late = other.run(format!("day {today}")).expect(0);
    assert!(late.stderr.contains("this forecast was made after its day"), "{late:?}");
}

#[test]
fn a_day_with_keys_of_halo2_is_proved_and_verified() {
    let (desk, days) = new_desk(250_000);
    let text = desk.read("tailproof.toml");
    let [forecast, realised] = ["20x3/1", "1x3/1"].map(|shape| desk.halo2_keys(shape));
    let text = text.replace("keys/forecast", &forecast).replace("keys/realised", &realised);
    desk.write("tailproof.toml", text);
    for date in &days[..2] {
        day(&desk, date, None).expect(0);
    }
    let ledger = desk.json("ledger.json");
    assert_eq!(ledger["steps"].as_array().unwrap().len(), 3);
    let proof = desk.json(&format!("proofs/{}-loss.json", days[0]));
    assert_eq!(proof["backend"], "halo2-ipa-pasta");
    let committed = desk.json(&format!("proofs/{}-commitment.json", days[0]));
    assert_eq!(ledger["steps"][0]["commitment"], committed["halo2_commitment"]);
    let verify = format!("ledger verify ledger.json --files proofs --keys {forecast} --keys {realised}");
    assert!(desk.run(verify).expect(0).stdout.contains("VALID: 3 proofs"));
    // Done once, with these keys too.
    assert!(desk.run(format!("day {}", days[1])).expect(0).stdout.contains("is done"));
}
