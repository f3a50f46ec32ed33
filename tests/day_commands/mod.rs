//! A desk's day: set up, done once, done twice, killed at any step, held by another run; and trades
//! before they are made.

mod given_up;
mod ruled;
mod settings;
mod treated;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tailproof_test_support::{Desk, PRICES, Run};

pub const MANDATE: &str = "name = \"Desk\"\nunit = \"USD\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.8\nlimit = ";

/// Three of the shipped prices, row by row, with the header first.
pub fn rows() -> Vec<Vec<String>> {
    let text = Desk::new().read(PRICES);
    text.lines().map(|line| line.split(',').take(4).map(str::to_owned).collect()).collect()
}

/// Writes the rows of prices.
pub fn write_prices(desk: &Desk, rows: &[Vec<String>]) {
    desk.write("p.csv", rows.iter().map(|row| row.join(",") + "\n").collect::<String>());
}

/// A desk of three of the shipped prices, set up by `init`, and the days of the prices.
pub fn new_desk(limit: u32) -> (Desk, Vec<String>) {
    let desk = Desk::new();
    let rows = rows();
    write_prices(&desk, &rows);
    let names = &rows[0];
    desk.write("b.csv", format!("factor,exposure\n{},120000\n{},-40000\n{},65000\n", names[1], names[2], names[3]));
    desk.write("m.toml", format!("{MANDATE}{limit}\n"));
    let init = desk.run("init --prices p.csv --book b.csv --mandate m.toml --window 20").expect(0);
    assert!(init.stderr.contains("shape 20x3/1, the smallest for forecasts"), "{init:?}");
    assert!(init.stdout.contains("development keys"), "{init:?}");
    (desk, rows.into_iter().skip(40).map(|row| row[0].clone()).collect())
}

/// The options that verify the ledger of a desk.
const VERIFY: &str = "ledger verify ledger.json --files proofs --keys keys/forecast --keys keys/realised";

/// Runs a day with random numbers that follow from a seed, and with a fault.
pub fn day(desk: &Desk, date: &str, fault: Option<&str>) -> Run {
    let mut command = desk.command(format!("day {date}"));
    command.env("TAILPROOF_SEED", "desk").env("TAILPROOF_STEPS", desk.path("steps"));
    if let Some(fault) = fault {
        command.env("TAILPROOF_FAULT", fault);
    }
    let _ = fs::remove_file(desk.path("steps"));
    Run::of(command)
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true if entry.file_name() == "given" => {}
            true => copy(&path, &place),
            false => drop(fs::copy(&path, &place).unwrap()),
        }
    }
}

pub fn copied(from: &Desk) -> Desk {
    let desk = Desk::new();
    copy(&from.path(""), &desk.path(""));
    desk
}

/// Does `count` days, and one of them again with a kill at every `stride`-th step. With random
/// numbers that follow from a seed, the ledgers are equal byte for byte. Without it, commitments and
/// proofs may differ, and so may their digests and the heads.
fn survives_kills(count: usize, killed: usize, stride: usize) -> usize {
    let (desk, days) = new_desk(2500);
    for date in &days[..killed] {
        day(&desk, date, None).expect(0);
    }
    // A book that changes, so that the killed day commits anew.
    desk.write("b.csv", desk.read("b.csv").replace("120000", "110000"));
    let whole = copied(&desk);
    day(&whole, &days[killed], None).expect(0);
    let steps = whole.read("steps").lines().count();
    assert!(steps > 40, "{steps} steps");
    let mut tried = 0;
    let mut last = None;
    for step in (1..=steps).step_by(stride) {
        let other = copied(&desk);
        assert_eq!(day(&other, &days[killed], Some(&format!("{step}:kill"))).status, -1);
        let again = day(&other, &days[killed], None).expect(0);
        assert!(again.stdout.contains("forecast  ") || again.stdout.contains("is done"), "{again:?}");
        assert_eq!(other.read("ledger.json"), whole.read("ledger.json"), "killed at step {step}");
        tried += 1;
        last = Some(other);
    }
    let other = last.unwrap();
    for date in &days[killed + 1..count] {
        for desk in [&whole, &other] {
            day(desk, date, None).expect(0);
        }
    }
    assert_eq!(other.read("ledger.json"), whole.read("ledger.json"));
    let said = other.run(VERIFY).expect(0).stdout;
    let valid = said.lines().find(|line| line.starts_with("VALID: ")).unwrap();
    let numbers: Vec<usize> = valid.split(' ').filter_map(|word| word.parse().ok()).collect();
    // The last forecast is open. A loss beyond its limit is not proved.
    let [proofs, _, exceedances] = numbers[..] else { panic!("{valid}") };
    assert_eq!(proofs + exceedances, 2 * count - 1, "{valid}");
    tried
}

#[test]
fn a_day_that_was_killed_goes_on_and_ends_in_the_same_ledger() {
    assert!(survives_kills(3, 1, 11) > 4);
}

#[cfg(feature = "nightly")]
mod nightly {
    #[test]
    fn sixty_days_with_a_kill_at_every_step_of_one() {
        assert!(super::survives_kills(60, 30, 1) > 40);
    }
}

#[test]
fn a_day_is_done_once_and_its_files_are_checked_not_trusted() {
    let (desk, days) = new_desk(2500);
    day(&desk, &days[0], None).expect(0);
    let (ledger, files) = (desk.read("ledger.json"), fs::read_dir(desk.path("proofs")).unwrap().count());
    let again = desk.run(format!("day {} --json", days[0])).expect(0).json();
    assert_eq!((&again["changed"], &again["forecast"]), (&false.into(), &serde_json::Value::Null));
    assert_eq!((desk.read("ledger.json"), fs::read_dir(desk.path("proofs")).unwrap().count()), (ledger, files));
    // A set, and a proof for another place, lie where the next day looks for its own.
    desk.copy(&format!("proofs/{}.scn", days[0]), &format!("proofs/{}.scn", days[1]));
    desk.copy(&format!("proofs/{}-forecast.json", days[0]), &format!("proofs/{}-forecast.json", days[1]));
    day(&desk, &days[1], None).expect(0);
    assert!(desk.bytes(&format!("proofs/{}.scn", days[0])) != desk.bytes(&format!("proofs/{}.scn", days[1])));
    // Days come in order; a ledger is not added to before its end.
    let refused = desk.run(format!("day {}", days[4])).expect(2);
    assert!(refused.stderr.contains(&format!("tailproof day {}", days[2])), "{refused:?}");
    assert!(desk.run("day 2021-02-01").expect(2).stderr.contains("is before"));
    assert!(desk.run("day 2021-02-30").expect(2).stderr.contains("is no date"));
    // A book that breaks the mandate is not forecast, and the loss before it is.
    desk.write("b.csv", desk.read("b.csv").replace("120000", "12000000"));
    let broken = desk.run(format!("day {} --json", days[2])).expect(1);
    assert_eq!(
        (&broken.json()["realised"]["added"], &broken.json()["forecast"]["added"]),
        (&true.into(), &false.into())
    );
    desk.write("b.csv", desk.read("b.csv").replace("12000000", "120000"));
    let after = day(&desk, &days[2], None).expect(0);
    assert!(!after.stdout.contains("realised"), "{after:?}");
    let secret = fs::metadata(desk.path(&format!("private/{}-book.csv", days[0]))).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&secret.permissions()) & 0o077, 0);
}

#[test]
fn a_second_run_says_who_holds_the_desk() {
    let (desk, days) = new_desk(2500);
    let mut first = desk.command(format!("day {}", days[0]));
    first.env("TAILPROOF_FAULT", format!("3:wait={}", desk.path("go").display())).stdout(Stdio::null());
    let mut first = first.stderr(Stdio::null()).spawn().unwrap();
    let is_held = || desk.files().iter().any(|name| name.starts_with(".tailproof-") && name.ends_with(".lock"));
    let mut waits = (0..1000).take_while(|_| !is_held());
    assert!(waits.by_ref().inspect(|_| std::thread::sleep(std::time::Duration::from_millis(10))).count() < 1000);
    let mut second = desk.command(format!("day {}", days[0]));
    let second = Run::of({
        second.env("TAILPROOF_PATIENCE", "0");
        second
    });
    desk.write("go", "");
    let id = first.id();
    assert_eq!(first.wait().unwrap().code(), Some(0));
    let said = second.expect(2).stderr;
    assert!(said.contains(&format!("tailproof.toml is in use by process {id} (tailproof day")), "{said}");
    // The first has done it.
    assert!(desk.run(format!("day {}", days[0])).expect(0).stdout.contains("is done"));
}

#[test]
fn a_configuration_has_no_secrets_and_no_unknown_keys() {
    let (desk, _) = new_desk(2500);
    let good = desk.read("tailproof.toml");
    for (from, to) in [
        ("window = 20", "window = 20\npassword = \"x\""),
        ("window = 20", "window = 0"),
        ("[keys]", "[keys]\nother = \"x\""),
        ("context = \"ledger\"", "context = \"0x00\""),
    ] {
        desk.write("tailproof.toml", good.replacen(from, to, 1));
        let refused = desk.run("day 2021-03-01").expect(2);
        assert!(refused.stderr.contains("tailproof.toml"), "{refused:?}");
    }
    // Paths are relative to the file.
    desk.write("tailproof.toml", &good);
    fs::create_dir(desk.path("elsewhere")).unwrap();
    let mut command = desk.command("check --config ../tailproof.toml");
    Run::of({
        command.current_dir(desk.path("elsewhere"));
        command
    })
    .expect(0);
}

#[test]
fn a_trade_is_checked_before_it_is_made() {
    let (desk, _) = new_desk(2500);
    desk.run("check").expect(0);
    desk.run("check --trade AAPL,-10000 --trade AMD,+1").expect(0);
    let broken = desk.run("check --trade AAPL,+500000 --json").expect(1);
    assert_eq!((&broken.json()["holds"], &broken.json()["clauses"][0]["holds_before"]), (&false.into(), &true.into()));
    for bad in ["AAPL,500000", "AAPL", "ZZZ,+1", "AAPL,+x"] {
        assert!(desk.run(format!("check --trade {bad}")).expect(2).stderr.contains("--trade"), "{bad}");
    }
    assert!(Desk::new().run("check").expect(2).stderr.contains("tailproof init"));
}

#[test]
fn the_smallest_shape_is_said_before_keys_are_made() {
    let (desk, days) = new_desk(2500);
    day(&desk, &days[0], None).expect(0);
    let line = format!("keygen --for m.toml --scenarios proofs/{}.scn", days[0]);
    // Refused after the shape, since nobody makes keys alone without saying so.
    let said = desk.run(format!("{line} -o k")).expect(2);
    assert!(said.stderr.contains("shape 20x3/1, the smallest for m.toml and 1 book(s)"), "{said:?}");
    let said = desk.run(format!("{line} --books 2 -o k")).expect(2);
    assert!(said.stderr.contains("shape 20x3/1+2books"), "{said:?}");
    assert!(desk.run("keygen --for m.toml --insecure-dev -o k").expect(2).stderr.contains("--scenarios"));
    desk.write("deal.toml", tailproof_test_support::DEAL);
    assert!(desk.run("keygen --for deal.toml -o k").expect(2).stderr.contains("--loans"));
}

/// A download with several columns for each share: the configuration keeps the one that is chosen.
#[test]
fn a_desk_of_a_download_keeps_how_its_prices_are_read() {
    let desk = Desk::new();
    let rows: Vec<Vec<String>> =
        desk.read(PRICES).lines().map(|line| line.split(',').take(4).map(str::to_owned).collect()).collect();
    let names = rows[0][1..].join(",");
    let mut text = format!("Price,Close,Close,Close,Volume,Volume,Volume\nTicker,{names},{names}\nDate,,,,,,\n");
    text.extend(rows.iter().skip(1).map(|row| format!("{},1000,1000,1000\n", row.join(","))));
    desk.write("p.csv", text);
    desk.write("b.csv", format!("factor,exposure\n{},120000\n", rows[0][1]));
    desk.write("m.toml", format!("{MANDATE}2500\n"));
    let init = "init --prices p.csv --book b.csv --mandate m.toml --window 20";
    assert!(desk.run(init).expect(2).stderr.contains("--field Close"));
    assert!(!desk.has("tailproof.toml"));
    desk.run(format!("{init} --field Close")).expect(0);
    assert!(
        desk.read("tailproof.toml").contains("[tables]") && desk.read("tailproof.toml").contains("field = \"Close\"")
    );
    desk.run("check").expect(0);
    day(&desk, &rows[41][0], None).expect(0);
}

#[test]
fn the_command_line_describes_itself_and_can_be_quiet() {
    let (desk, _) = new_desk(2500);
    assert!(desk.run("completions bash").expect(0).stdout.contains("_tailproof()"));
    assert!(desk.run("man scenarios historical").expect(0).stdout.contains(".TH"));
    assert!(desk.run("man nothing").expect(2).stderr.contains("no command 'nothing'"));
    let line = "scenarios historical --prices p.csv --window 20 -o s.scn";
    desk.write("p.csv", desk.read("p.csv").replace(',', ";"));
    assert!(desk.run(line).expect(0).stderr.contains("read as"));
    assert_eq!(desk.run(format!("{line} --quiet")).expect(0).stderr, "");
    assert!(desk.run("scenarios show absent --quiet").expect(2).stderr.starts_with("error:"));
}

#[test]
fn a_hyphen_is_a_pipe_on_either_side() {
    let (desk, _) = new_desk(2500);
    let mut command = desk.command("scenarios historical --prices - --window 20 -o -");
    command.stdin(fs::File::open(desk.path("p.csv")).unwrap());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    desk.run("scenarios historical --prices p.csv --window 20 -o s.scn").expect(0);
    assert_eq!(output.stdout, desk.bytes("s.scn"));
    let mut twice = desk.command("check --book - --scenarios - --mandate m.toml");
    twice.stdin(fs::File::open(desk.path("s.scn")).unwrap());
    let twice = twice.output().unwrap();
    assert_eq!(twice.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&twice.stderr).contains("standard input"), "{twice:?}");
}
