//! What the end-to-end tests share: the command line, keys made once, and the tools of `contracts/`.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use tempfile::TempDir;

pub const PRICES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/prices.csv");
pub const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/book.csv");
pub const MANDATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/mandate.toml");
pub const NAV: &str = "10000000";

/// What a run of the command line gave.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self
    }
}

/// A folder for one test, with the command line in it.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the command line in the folder.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_tailproof"))
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        finished(output)
    }

    /// The scenario set of the newest days of the embedded prices, as `s.scn`.
    pub fn scenarios(&self, window: &str) -> Run {
        self.run(&["scenarios", "historical", "--prices", PRICES, "--window", window, "-o", "s.scn"])
    }

    /// The commitment to a book over `s.scn`, as `c.json` and `o.json`.
    pub fn commit(&self, book: &str) -> Run {
        let files = ["-o", "c.json", "--opening", "o.json", "--force"];
        self.run(&[&["commit", "--book", book, "--scenarios", "s.scn", "--nav", NAV], &files[..]].concat())
    }

    /// A proof as `p.json`, under a mandate file.
    pub fn prove(&self, book: &str, mandate: &str, keys: &Path) -> Run {
        let keys = keys.to_str().unwrap();
        let files = ["--opening", "o.json", "--scenarios", "s.scn", "--keys", keys, "-o", "p.json"];
        self.run(&[&["prove", "--book", book, "--mandate", mandate], &files[..]].concat())
    }

    /// Verification of a proof file under a mandate file.
    pub fn verify(&self, proof: &str, mandate: &str, keys: &Path) -> Run {
        let keys = keys.to_str().unwrap();
        self.run(&["verify", "--proof", proof, "--scenarios", "s.scn", "--mandate", mandate, "--keys", keys])
    }

    /// Scenarios, commitment and a proof of the demo's mandate.
    pub fn proved(window: &str, keys: &Path) -> Self {
        let desk = Self::new();
        desk.scenarios(window).expect(0);
        desk.commit(BOOK).expect(0);
        desk.prove(BOOK, MANDATE, keys).expect(0);
        desk
    }
}

fn finished(output: Output) -> Run {
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

static KEYS: Mutex<()> = Mutex::new(());

/// A folder under `target/` for what is made once per circuit.
fn made_once(shape: &str, what: &str) -> PathBuf {
    let desk = Desk::new();
    let circuit = desk.run(&["shape", shape, "--json"]).expect(0).json()["circuit"].as_str().unwrap()[..16].to_owned();
    let target = Path::new(env!("CARGO_BIN_EXE_tailproof")).parent().unwrap().parent().unwrap();
    target.join("test-keys").join(format!("{}-{circuit}{what}", shape.replace('/', "-")))
}

/// Keys of a shape, made once per circuit and kept under `target/`.
pub fn keys(shape: &str) -> PathBuf {
    let _one_at_a_time = KEYS.lock().unwrap();
    let folder = made_once(shape, "");
    if !folder.join("verifying.key").exists() {
        let out = folder.to_str().unwrap();
        Desk::new().run(&["keygen", "--shape", shape, "--insecure-dev", "--force", "-o", out]).expect(0);
    }
    folder
}

/// Keys of the demo's shape from the ceremony of `tests/ceremony`, made once per circuit and kept under `target/`.
pub fn ceremony_keys() -> PathBuf {
    let _one_at_a_time = KEYS.lock().unwrap();
    let folder = made_once("500x20", "-ceremony");
    if !folder.join("keys/verifying.key").exists() {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ceremony");
        let run = Command::new(script).arg(env!("CARGO_BIN_EXE_tailproof")).arg(&folder).stdin(Stdio::null()).output();
        finished(run.unwrap()).expect(0);
    }
    folder.join("keys")
}

/// Powers of tau of power 11 that snarkjs made, with one contribution: made once and kept under `target/`.
pub fn snarkjs_powers() -> PathBuf {
    let _one_at_a_time = KEYS.lock().unwrap();
    let folder = made_once("4x3/1", "").with_file_name("snarkjs-powers-11");
    let made = folder.join("powers.ptau");
    if !made.exists() {
        std::fs::create_dir_all(&folder).unwrap();
        let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        snarkjs(&["powersoftau", "new", "bn128", "11", &file("new.ptau")]);
        snarkjs(&["powersoftau", "contribute", &file("new.ptau"), &file("one.ptau"), "--name=one", "-e=some text"]);
        snarkjs(&["powersoftau", "prepare", "phase2", &file("one.ptau"), &file("prepared.ptau")]);
        std::fs::rename(file("prepared.ptau"), &made).unwrap();
    }
    made
}

/// Runs the command of snarkjs and returns what it says.
pub fn snarkjs(arguments: &[&str]) -> String {
    let cli = contracts().join("node_modules/snarkjs/cli.js");
    let output = Command::new("node").arg(cli).args(arguments).stdin(Stdio::null()).output().unwrap();
    let run = finished(output);
    assert_eq!(run.status, 0, "snarkjs {arguments:?}: {run:?}");
    run.stdout
}

/// The folder with the Solidity project and its npm packages.
pub fn contracts() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts");
    assert!(
        folder.join("node_modules").exists(),
        "the tools of contracts/ are not installed; run tests/run, or: cd contracts && npm install --no-save --ignore-scripts"
    );
    folder
}

/// Runs node on a script of the Solidity project, with text on its standard input.
pub fn node(arguments: &[&str], input: &str) -> Run {
    use std::io::Write;
    let mut child = Command::new("node")
        .args(arguments)
        .current_dir(contracts())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node is on the PATH");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    finished(child.wait_with_output().unwrap())
}

/// Creation bytecode and function selectors of the verifier contract in a Solidity source.
pub fn compile(source: &str) -> (Vec<u8>, serde_json::Value) {
    let input = serde_json::json!({
        "language": "Solidity",
        "sources": { "V.sol": { "content": source } },
        "settings": {
            "optimizer": { "enabled": true, "runs": 10000 },
            "evmVersion": "cancun",
            "outputSelection": { "*": { "*": ["evm.bytecode.object", "evm.methodIdentifiers"] } },
        },
    });
    let output = node(&["solc", "--standard-json"], &input.to_string()).expect(0).json();
    let evm = &output["contracts"]["V.sol"]["TailproofVerifier"]["evm"];
    let bytecode = evm["bytecode"]["object"].as_str().unwrap_or_else(|| panic!("{output}"));
    (hex::decode(bytecode).unwrap(), evm["methodIdentifiers"].clone())
}
