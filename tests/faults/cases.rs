//! A case for every command that writes. A command that comes later fails here until it has one.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;

use tailproof_test_support::{BOOK, DEAL, Desk, LOANS, MANDATE, NAV, PRICES, build, made_once};

use crate::key_ceremony::over_unknown_powers;
use crate::ledger_commands::Days;

/// A command that writes.
pub struct Case {
    /// Names of the command.
    pub command: &'static str,
    /// The command line in a workshop, see [`workshop`].
    pub line: String,
    /// The files that it writes.
    pub outputs: &'static [&'static str],
    /// Whether it replaces its own files without being asked to.
    pub replaces: bool,
    /// Whether it has `--force`.
    pub force: bool,
    /// Whether it takes more than a tenth of a second.
    pub slow: bool,
}

impl Case {
    /// Whether it adds to a ledger that is there, once.
    pub fn adds(&self) -> bool {
        ["ledger forecast", "ledger realise", "pool ledger add", "pool month"].contains(&self.command)
    }
}

/// Commands that write nothing.
const READ_ONLY: [&str; 30] = [
    "attest show",
    "backtest",
    "book check",
    "calldata",
    "caps",
    "check",
    "completions",
    "man",
    "ceremony verify",
    "groups",
    "ic-row",
    "impact",
    "ledger context",
    "ledger head",
    "ledger show",
    "ledger verify",
    "pool check",
    "pool ledger context",
    "pool ledger head",
    "pool ledger show",
    "pool ledger verify",
    "pool losses",
    "risk",
    "scenarios point",
    "scenarios regenerate",
    "scenarios show",
    "shape",
    "verify",
    // Its own files, in a new folder, through the store; `demo.rs` runs it.
    "demo",
    "help",
];

/// Words of help about options that write.
const WRITES: [&str; 4] = ["to write", "to add to", "Folder for ", "Write the witness"];

/// A row of the prices whose day is a gain of the book, so that its loss is within every forecast.
pub fn calm(days: &Days) -> usize {
    (30..).find(|row| days.loss(*row) < 0.0).unwrap()
}

const SUBJECT: &str = "0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A folder with everything that the cases read, made once.
fn made() -> std::path::PathBuf {
    made_once("test-proofs", &format!("workshop-{}", build()), |folder| {
        let days = Days::new();
        let desk = &days.desk;
        days.new_ledger("Desk", "l0.json").expect(0);
        let row = calm(&days);
        let limit = days.forecast(row, "l0.json");
        desk.copy("l0.json", "l1.json");
        days.add_forecast("l1.json", row).expect(0);
        days.realised(row, "l1.json", crate::ledger_commands::BOOK, limit).expect(0);
        desk.run("attest keygen -o a.key").expect(0);
        for from in [desk, &Desk::proved("8x20"), &over_unknown_powers()] {
            for name in from.files() {
                if !name.starts_with("keys") && from.path(&name).is_file() {
                    std::fs::copy(from.path(&name), folder.join(&name)).unwrap();
                }
            }
        }
        std::fs::write(folder.join("loans.csv"), LOANS).unwrap();
        std::fs::write(folder.join("deal.toml"), DEAL).unwrap();
        for from in [crate::cashflow_commands::desk(), crate::collateral_commands::desk()] {
            for name in from.files() {
                std::fs::copy(from.path(&name), folder.join(format!("of-{name}"))).unwrap();
            }
        }
        let pool = crate::pool_ledger_commands::made();
        for (from, to) in [("", ""), ("k", "given-k")] {
            std::fs::create_dir_all(folder.join(to)).unwrap();
            for entry in std::fs::read_dir(pool.join(from)).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    std::fs::copy(&path, folder.join(to).join(path.file_name().unwrap())).unwrap();
                }
            }
        }
        pool_step(folder);
        std::fs::write(folder.join("margin.csv"), "factor,A,B\nweight,0.1,0.2\nA,1,0.5\nB,0.5,1\n").unwrap();
        std::fs::write(folder.join("pnl.csv"), "date,pnl\n2024-01-02,-900.5\n2024-01-03,12\n").unwrap();
        std::fs::write(folder.join("stress.csv"), "name,A,B\ncrash,-0.2,-0.1\n").unwrap();
        let events = "[[event]]\nname = \"May\"\nfrom = \"2021-05-03\"\nto = \"2021-05-28\"\n";
        std::fs::write(folder.join("events.toml"), events).unwrap();
    })
}

/// Proves the third month of a pool, `mp.json`, for a ledger of two, `lp.json`.
fn pool_step(folder: &std::path::Path) {
    let desk = Desk::new();
    desk.keys("6loans+pool+roll");
    for name in ["lp.json", "t2.csv", "t2.opening", "t3.csv", "t3.opening", "r3.csv", "d3.toml"] {
        std::fs::copy(folder.join(name), desk.path(name)).unwrap();
    }
    desk.run(crate::pool_ledger_commands::month(3, "lp.json")).expect(0);
    std::fs::copy(desk.path("k/2018-05-31.proof.json"), folder.join("mp.json")).unwrap();
}

/// A new folder with links to everything that the cases read, and copies of what they add to.
pub fn workshop() -> Desk {
    let desk = Desk::new();
    for shape in ["8x20", "20x3/1", "1x3/1", "6loans+pool+roll"] {
        desk.keys(shape);
    }
    for entry in std::fs::read_dir(made()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with('l') && name.ends_with(".json") {
            std::fs::copy(entry.path(), desk.path(&name)).unwrap();
        } else {
            symlink(entry.path(), desk.path(&name)).unwrap();
        }
    }
    std::fs::create_dir(desk.path("books")).unwrap();
    symlink(desk.path(BOOK), desk.path("books/a.csv")).unwrap();
    symlink(desk.path("o.json"), desk.path("books/a.opening")).unwrap();
    desk
}

/// Every case.
pub fn cases() -> Vec<Case> {
    let days = Days::new();
    let date = days.date(calm(&days));
    let step = |kind: &str, prefix: &str, ledger: &str, keys: &str| {
        format!(
            "ledger {kind} {ledger} --date {date} --proof {prefix}-{date}.json --scenarios {prefix}-{date}.scn --mandate \
             {prefix}-{date}.toml --keys given/keys-{keys}"
        )
    };
    let proved = format!("--scenarios s.scn --mandate {MANDATE} --keys given/keys-8x20");
    let prove = format!("prove --book {BOOK} --opening o.json {proved}");
    let statement = format!(
        "--commitment c.json --subject {SUBJECT} --as-of 2026-01-01T00:00:00Z --expires 2027-01-01T00:00:00Z --scope assets"
    );
    let flows = "of-t.csv --deal of-d.toml --assumptions of-a.toml";
    let new =
        |command, line: String, outputs| Case { command, line, outputs, replaces: false, force: false, slow: false };
    let like = |command, line: String, outputs| Case { replaces: true, ..new(command, line, outputs) };
    let forced = |command, line: String, outputs| Case { force: true, ..new(command, line, outputs) };
    let slow = |case: Case| Case { slow: true, ..case };
    vec![
        like("scenarios historical", format!("scenarios historical --prices {PRICES} --window 8 -o x"), &["x"]),
        like(
            "scenarios montecarlo",
            format!("scenarios montecarlo --prices {PRICES} --model normal --paths 4 --seed {} -o x", "ab".repeat(32)),
            &["x"],
        ),
        like("scenarios covariance", format!("scenarios covariance --prices {PRICES} --window 30 -o x"), &["x"]),
        like("scenarios stress", "scenarios stress --table stress.csv -o x".into(), &["x"]),
        like("scenarios margin", "scenarios margin --table margin.csv --correlations medium -o x".into(), &["x"]),
        like(
            "scenarios scan",
            "scenarios scan --underlying A --price-range 0.1 --extreme 2 --cover 0.35 -o x".into(),
            &["x"],
        ),
        like("scenarios pnl", "scenarios pnl --pnl pnl.csv --source Desk -o x".into(), &["x"]),
        like("scenarios import", "scenarios import stress.csv -o x".into(), &["x"]),
        like("scenarios events", format!("scenarios events --prices {PRICES} --events events.toml -o x"), &["x"]),
        like("scenarios credit", "scenarios credit --deal deal.toml --model gaussian --rho 0.1 -o x".into(), &["x"]),
        like("scenarios cashflow", "scenarios cashflow --deal of-d.toml --assumptions of-a.toml -o x".into(), &["x"]),
        like(
            "scenarios collateral",
            "scenarios collateral --deal of-deal.toml --prices of-prices.csv --window 12 -o x".into(),
            &["x"],
        ),
        forced("mandate", "mandate solvency2 -o x".into(), &["x"]),
        like("report", format!("report --proof p.json {proved} -o x"), &["x"]),
        forced("commit", format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o x --opening y"), &["y", "x"]),
        new(
            "recommit",
            format!("recommit --from o.json --book {BOOK} --scenarios s.scn -o x --opening y"),
            &["y", "x"],
        ),
        new("attest keygen", "attest keygen -o x".into(), &["x"]),
        forced("attest sign", format!("attest sign {statement} --key a.key -o x"), &["x"]),
        slow(forced(
            "keygen",
            "keygen --shape 1x1/1 --insecure-dev -o k".into(),
            &["k/proving.key", "k/verifying.key"],
        )),
        slow(new("ceremony powers", "ceremony powers --power 2 --insecure-dev -o x".into(), &["x"])),
        slow(new("ceremony new", "ceremony new --ptau p.ptau --shape 4x3/1 -o x".into(), &["x"])),
        slow(new("ceremony contribute", "ceremony contribute 0 -o x".into(), &["x"])),
        slow(new("ceremony beacon", "ceremony beacon 1 --value abcd --iterations-log 3 -o x".into(), &["x"])),
        slow(forced(
            "ceremony finish",
            "ceremony finish 2 --ptau p.ptau -o k".into(),
            &["k/proving.key", "k/verifying.key"],
        )),
        slow(like("prove", format!("{prove} -o x"), &["x"])),
        slow(like("prove", format!("{prove} --witness x"), &["x"])),
        slow(like("prove", format!("prove --batch books {proved} -o k"), &["k/a.proof.json", "k/results.csv"])),
        like("solidity", "solidity --keys given/keys-8x20 -o x".into(), &["x"]),
        like(
            "snarkjs",
            "snarkjs --proof p.json --scenarios s.scn --keys given/keys-8x20 -o k".into(),
            &["k/verification_key.json", "k/public.json", "k/proof.json"],
        ),
        new("ledger new", "ledger new --name N --confidence 0.9 -o x".into(), &["x"]),
        like("ledger forecast", step("forecast", "f", "l0.json", "20x3-1"), &["l0.json"]),
        like("ledger realise", step("realise", "r", "l1.json", "1x3-1"), &["l1.json"]),
        forced("pool deal", "pool deal consumer-2018 -o x".into(), &["x"]),
        like("pool describe", "pool describe loans.csv -o x".into(), &["x"]),
        like("pool value", format!("pool value {flows} -o x"), &["x"]),
        like("pool waterfall", format!("pool waterfall {flows} --notes of-n.toml -o x"), &["x"]),
        like("pool sensitivity", format!("pool sensitivity {flows} --rho 0.15 -o x"), &["x"]),
        forced("pool commit", "pool commit loans.csv --deal deal.toml -o x --opening y".into(), &["y", "x"]),
        new("pool ledger new", format!("{} -o x", crate::pool_ledger_commands::NEW), &["x"]),
        like(
            "pool ledger add",
            "pool ledger add lp.json --proof mp.json --deal d3.toml --keys given/keys-6loans+pool+roll".into(),
            &["lp.json"],
        ),
        like(
            "pool ledger report",
            "pool ledger report lp.json --files given-k --keys given/keys-6loans+pool+roll -o x".into(),
            &["x"],
        ),
        slow(like(
            "pool month",
            crate::pool_ledger_commands::month(3, "lp.json"),
            &["k/2018-05-31.proof.json", "k/2018-05-31.deal.toml", "lp.json"],
        )),
        like("bundle", format!("bundle --proof p.json {proved} -o x"), &["x"]),
        slow(like("zkey", "zkey --keys given/keys-8x20 -o x".into(), &["x"])),
        attach(&statement),
    ]
}

/// Attaches a signature that this case makes before.
fn attach(statement: &str) -> Case {
    let desk = workshop();
    let signed = desk.run(format!("attest sign {statement} --key a.key -o x --json")).expect(0).json();
    let [key, signature] = ["key", "signature"].map(|name| signed[name].as_str().unwrap().to_owned());
    Case {
        command: "attest attach",
        line: format!("attest attach {statement} --key {key} --signature {signature} -o x"),
        outputs: &["x"],
        replaces: false,
        force: true,
        slow: false,
    }
}

/// The commands below a command, by its help.
fn commands(desk: &Desk, above: &str) -> Vec<String> {
    let help = desk.run(format!("{above} --help")).expect(0).stdout;
    let Some((_, list)) = help.split_once("Commands:\n") else { return vec![above.to_owned()] };
    let lines = list.lines().take_while(|line| line.starts_with("  "));
    let names = lines.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    let below = |name: &str| format!("{above} {name}").trim().to_owned();
    // Another program, which `chain/` tests and which need not be installed.
    let own = names.filter(|name| !["help", "chain"].contains(name));
    own.flat_map(|name| commands(desk, &below(name))).collect()
}

/// Every command of the program is in the table of cases, or writes nothing.
#[test]
fn every_command_that_writes_has_a_case() {
    let desk = Desk::new();
    let cases: BTreeSet<&str> = cases().iter().map(|case| case.command).collect();
    let mut all = commands(&desk, "");
    // They write several files one after another, and go on where they stopped: `desk.rs`.
    all.retain(|command| !["init", "day"].contains(&command.as_str()));
    assert!(all.len() > 40, "{all:?}");
    for command in &all {
        let has_case = cases.contains(command.as_str());
        let read_only = READ_ONLY.contains(&command.as_str());
        assert!(has_case != read_only, "{command} has no case in tests/faults/cases.rs, or two");
        if read_only {
            let help = desk.run(format!("{command} --help")).expect(0).stdout.replace('\n', " ");
            let found = WRITES.iter().find(|words| help.contains(*words));
            assert!(found.is_none(), "{command} says '{found:?}', and has no case");
        }
    }
    assert!(cases.iter().all(|case| all.contains(&(*case).to_owned())), "{cases:?}");
}
