//! Two commands at once.

use tailproof_test_support::{BOOK, DEAL, Desk, LOANS, NAV};

use super::{both, temporaries};
use crate::ledger_commands::Days;

/// Before, both said "added", and one step was gone.
#[test]
fn r1_two_steps_to_one_ledger_at_once_are_both_in_it_or_one_is_refused() {
    let days = Days::new();
    let desk = &days.desk;
    days.new_ledger("Desk", "l.json").expect(0);
    let row = super::cases::calm(&days);
    let limit = days.forecast(row, "l.json");
    days.add_forecast("l.json", row).expect(0);
    days.realised(row, "l.json", crate::ledger_commands::BOOK, limit).expect(0);
    // The next forecast, as if the loss of the day before were not proved.
    days.forecast(row + 1, "l.json");
    desk.copy("l.json", "start.json");
    let step = |kind: &str, prefix: &str, row: usize, keys: &str| {
        let date = days.date(row);
        desk.command(format!(
            "ledger {kind} l.json --date {date} --proof {prefix}-{date}.json --scenarios {prefix}-{date}.scn --mandate \
             {prefix}-{date}.toml --keys {keys}"
        ))
    };
    for _ in 0..6 {
        desk.copy("start.json", "l.json");
        let outputs =
            both(step("realise", "r", row, &days.realised_keys), step("forecast", "f", row + 1, &days.forecast_keys));
        let added = outputs.iter().filter(|output| output.status.success()).count();
        let steps = desk.json("l.json")["steps"].as_array().unwrap().len();
        assert_eq!(steps, 1 + added, "{outputs:?}");
        assert!(added > 0 && temporaries(&desk.path("")).is_empty());
    }
}

/// Before, both ended with 0, and one opening replaced the other.
#[test]
fn r3_two_commitments_at_once_leave_one_pair() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    desk.write("loans.csv", LOANS);
    desk.write("deal.toml", DEAL);
    let book = format!("commit --book {BOOK} --scenarios s.scn --nav {NAV}");
    for (round, line) in [&*book, &*book, &*book, "pool commit loans.csv --deal deal.toml"].iter().enumerate() {
        let line = format!("{line} -o c{round}.json --opening o{round}.json");
        let outputs = both(desk.command(&line), desk.command(&line));
        let mut codes = outputs.each_ref().map(|output| output.status.code());
        codes.sort();
        assert_eq!(codes, [Some(0), Some(2)], "{outputs:?}");
        let [commitment, opening] = ["c", "o"].map(|name| desk.json(&format!("{name}{round}.json")));
        assert_eq!(commitment["commitment"], opening["commitment"], "{outputs:?}");
    }
    // With --force, the pair is one command's.
    let line = format!("{book} -o c0.json --opening o0.json --force");
    let outputs = both(desk.command(&line), desk.command(&line));
    assert!(outputs.iter().all(|output| output.status.success()), "{outputs:?}");
    assert_eq!(desk.json("c0.json")["commitment"], desk.json("o0.json")["commitment"]);
    assert!(temporaries(&desk.path("")).is_empty());
}

#[test]
fn r3_what_is_made_at_once_without_force_is_one_commands() {
    let desk = Desk::new();
    for line in [
        "ledger new --confidence 0.9 --name N -o l.json",
        "pool deal consumer-2018 -o d.toml",
        "keygen --shape 1x1/1 --insecure-dev -o k",
        "mandate solvency2 -o m.toml",
        "attest keygen -o a.key",
    ] {
        let outputs = both(desk.command(line), desk.command(line));
        let mut codes = outputs.each_ref().map(|output| output.status.code());
        codes.sort();
        assert_eq!(codes, [Some(0), Some(2)], "{line}: {outputs:?}");
    }
    desk.run("shape 1x1/1").expect(0);
    assert!(temporaries(&desk.path("")).is_empty() && temporaries(&desk.path("k")).is_empty());
}

/// A lock is a process's, not a file's: one that was left behind blocks nobody, and a live one says
/// whose it is.
#[cfg(debug_assertions)]
#[test]
fn r1_a_lock_says_who_holds_it_and_ends_with_its_process() {
    let desk = Desk::new();
    let line = "ledger new --confidence 0.9 --name N -o l.json";
    // Holds the lock, and waits before it creates a file.
    let mut first = desk.command(line).env("TAILPROOF_FAULT", "2:wait=go").spawn().unwrap();
    let held = |_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        temporaries(&desk.path("")).iter().any(|name| name.ends_with(".lock"))
    };
    assert!((0..1000).any(held));
    std::thread::sleep(std::time::Duration::from_millis(50));
    let refused = desk.command(line).env("TAILPROOF_PATIENCE", "0").output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    let holder = format!("l.json is in use by process {} (tailproof ledger new)", first.id());
    assert!(refused.status.code() == Some(2) && said.contains(&holder), "{said}");
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(!temporaries(&desk.path("")).is_empty(), "the lock's file is left behind");
    desk.run(line).expect(0);
    assert_eq!(desk.files(), ["l.json"]);
}
