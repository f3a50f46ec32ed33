//! A chain with a deployment, and the commands on it.

use std::process::Command;

use serde_json::{Value, json};
use tailproof_evm_tests::anvil::Anvil;
use tailproof_evm_tests::tools::{contracts, forge, node};
use tailproof_test_support::{Desk, Run, made_once, source};

/// The development accounts: one deploys and pushes, one borrows, three are seats, one is the custodian.
pub const DEPLOYER: usize = 0;
pub const BORROWER: usize = 1;
pub const SEATS: [usize; 3] = [4, 5, 6];
pub const CUSTODIAN: usize = 7;

/// Rows of the window.
pub const ROWS: usize = 8;
/// Shape of its keys.
pub const SHAPE: &str = "8x20+limits";

/// Seconds of a day, and the time after midnight at which prices close.
pub const DAY: u64 = 86_400;
pub const CLOSE: u64 = 72_000;

/// Runs the script of the story: accounts of development nodes.
fn story(arguments: &[&str]) -> String {
    let script = source().join("scripts/story.js").canonicalize().unwrap();
    let words: Vec<&str> = [script.to_str().unwrap()].into_iter().chain(arguments.iter().copied()).collect();
    node(&words, "").expect(0).stdout.trim().to_owned()
}

/// The address of an account.
pub fn address(account: usize) -> String {
    story(&["address", &account.to_string()])
}

/// A node, a folder with keys and prices, and a deployment.
pub struct Chain {
    pub anvil: Anvil,
    pub desk: Desk,
    pub keys: String,
    /// Dates of the prices.
    pub dates: Vec<String>,
}

impl Chain {
    /// Starts a node in the evening of the last of the rows that fill a window, and writes a configuration.
    pub fn start(more: &[&str]) -> Self {
        let desk = Desk::new();
        let dates: Vec<String> = desk
            .read("given/prices.csv")
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().to_owned())
            .collect();
        let time = (close(&dates[ROWS]) + 600).to_string();
        let anvil = Anvil::start_with(&[&["--timestamp", &time][..], more].concat());
        let keys = desk.keys(SHAPE);
        let seats: Vec<String> = SEATS.iter().map(|seat| format!("\"{}\"", address(*seat))).collect();
        let verifier = verifier(&desk, &keys);
        let (own, custodian) = (address(DEPLOYER), address(CUSTODIAN));
        desk.write(
            "mandate.toml",
            "name = \"Borrower\"\ncurrency = \"USD\"\n\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.8\nlimit = 900000\n",
        );
        desk.write(
            "deploy.toml",
            format!(
                "[access]\nadmin = \"{own}\"\nguardian = \"{own}\"\ndelay = 3600\n\n[[window]]\nname = \"stocks\"\nkeys = \"{keys}\"\n\
                 verifier = \"{verifier}\"\nprices = \"given/prices.csv\"\nseats = [{}]\nquorum = 2\norigin = {CLOSE}\n\n\
                 [[mandate]]\nname = \"borrower\"\nwindow = \"stocks\"\nfile = \"mandate.toml\"\nleast_rows = {ROWS}\nlag = 1\n\
                 staleness = 432000\nlate = 21600\nvalidity = 432000\ngrace = 86400\ncustodians = [\"{custodian}\"]\n\
                 scope = [\"assets\"]\n\n[mandate.ladder]\nlowest = \"10000\"\nrungs = 90\nstep = 50\ntightness = 950\n",
                seats.join(", ")
            ),
        );
        Self { anvil, desk, keys, dates }
    }

    /// Starts a node, and deploys.
    pub fn deployed() -> Self {
        let chain = Self::start(&[]);
        chain.deploy("").expect(0);
        chain
    }

    pub fn deploy(&self, more: &str) -> Run {
        let artifacts = contracts().join("out");
        self.run(DEPLOYER, &format!("deploy --config deploy.toml --artifacts {} {more}", artifacts.display()))
    }

    /// A command of an account.
    pub fn command(&self, account: usize, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tailproof-chain"));
        command
            .args(shell_words::split(line).unwrap())
            .current_dir(self.desk.path(""))
            .env("TAILPROOF_RPC", self.anvil.url())
            .env("TAILPROOF_PRIVATE_KEY", story(&["key", &account.to_string()]));
        command
    }

    pub fn run(&self, account: usize, line: &str) -> Run {
        Run::of(self.command(account, line))
    }

    /// A command's JSON.
    pub fn json(&self, account: usize, line: &str) -> Value {
        self.run(account, &format!("--json {line}")).expect(0).json()
    }

    /// Signs the rows up to a date by all seats.
    pub fn sign(&self, until: &str) {
        for seat in SEATS {
            let line =
                format!("oracle sign --window stocks --prices given/prices.csv --until {until} -o seat{seat}.json");
            self.run(seat, &line).expect(0);
        }
    }

    /// The line that pushes what is signed.
    pub fn push_line(&self) -> String {
        let keys = &self.keys;
        let seats: Vec<String> = SEATS.iter().map(|seat| format!("seat{seat}.json")).collect();
        format!("push --window stocks --keys {keys} --prices given/prices.csv --signed {}", seats.join(" "))
    }

    /// Goes to the evening of a day, and pushes its row.
    pub fn day(&self, date: &str) {
        self.time(close(date) + 600);
        self.sign(date);
        self.run(DEPLOYER, &self.push_line()).expect(0);
    }

    /// Sets the time of the next block, and mines it.
    pub fn time(&self, time: u64) {
        self.anvil.result("evm_setNextBlockTimestamp", json!([time]));
        self.anvil.result("evm_mine", json!([]));
    }

    /// Number of transactions that an account has sent.
    pub fn sent(&self, account: usize) -> u64 {
        let count = self.anvil.result("eth_getTransactionCount", json!([address(account), "latest"]));
        u64::from_str_radix(count.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
    }

    /// The prices up to a date, in a file.
    pub fn prices_until(&self, date: &str) -> String {
        let text = self.desk.read("given/prices.csv");
        let (head, rows) = text.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().filter(|line| line.split(',').next().unwrap() <= date).collect();
        let name = format!("prices-{date}.csv");
        self.desk.write(&name, format!("{head}\n{}\n", rows.join("\n")));
        name
    }
}

/// Unix time at which a day's prices close.
pub fn close(date: &str) -> u64 {
    let date: jiff::civil::Date = date.parse().unwrap();
    let days = (date - jiff::civil::date(1970, 1, 1)).get_days();
    u64::try_from(days).unwrap() * DAY + CLOSE
}

/// The compiled verifier of keys, and all contracts compiled, once.
fn verifier(desk: &Desk, keys: &str) -> String {
    desk.run(format!("solidity --keys {keys} -o V.sol")).expect(0);
    let text = desk.read("V.sol");
    let made = made_once("test-contracts", &format!("verifier-{}", tailproof_test_support::build()), |folder| {
        std::fs::create_dir_all(folder.join("src")).unwrap();
        std::fs::write(folder.join("src/TailproofVerifier.sol"), &text).unwrap();
        for file in ["solc", "foundry.toml"] {
            std::fs::copy(contracts().join(file), folder.join(file)).unwrap();
        }
        std::os::unix::fs::symlink(contracts().join("node_modules"), folder.join("node_modules")).unwrap();
        forge(&["build", "--offline"], folder);
        forge(&["build", "--offline", "src"], &contracts());
    });
    made.join("out/TailproofVerifier.sol/TailproofVerifier.json").display().to_string()
}
