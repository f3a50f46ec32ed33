//! A folder for one test, and command lines that run in it.

use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::made::{PROOF_FILES, halo2_keys, keys, proof, tailproof};

/// The prices of the demo, in every desk.
pub const PRICES: &str = "given/prices.csv";
/// The book of the demo, in every desk.
pub const BOOK: &str = "given/book.csv";
/// The mandate of the demo, in every desk.
pub const MANDATE: &str = "given/mandate.toml";
/// A mandate that the demo's book does not meet, in every desk.
pub const TIGHT: &str = "given/tight.toml";
/// The net asset value of the demo's book.
pub const NAV: &str = "10000000";
/// The text of the demo's tape of 200 loans.
pub const LOANS: &str = include_str!("../../../src/demo/loans.csv");
/// The text of the demo's deal.
pub const DEAL: &str = include_str!("../../../src/demo/deal.toml");

/// The folder of the whole project.
pub fn source() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The exit status and the output of a program that has ended.
#[derive(Debug)]
pub struct Run {
    /// The exit status, -1 after a signal.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// Runs a command and waits for its end.
    ///
    /// # Panics
    ///
    /// If it cannot be started, or if its output is not UTF-8.
    pub fn of(mut command: Command) -> Self {
        let output = command.output().unwrap();
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Standard output as JSON.
    ///
    /// # Panics
    ///
    /// If it is not JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The run itself, if it ended with this exit status and did not panic.
    ///
    /// # Panics
    ///
    /// If it did not.
    #[track_caller]
    pub fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self
    }
}

/// Runs a program without input, in a folder, and waits for its end.
///
/// # Panics
///
/// If the program cannot be started, or if its output is not UTF-8.
pub fn run<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>, folder: &Path) -> Run {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    Run::of(command)
}

/// A folder for one test. Its subfolder `given` holds links to the demo's prices, book and mandate,
/// and to the keys that the test asks for.
pub struct Desk {
    folder: TempDir,
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

impl Desk {
    /// A new desk with the demo's files in `given`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let given = folder.path().join("given");
        std::fs::create_dir(&given).unwrap();
        let demo = source().join("src/demo").canonicalize().unwrap();
        for name in ["prices.csv", "book.csv", "mandate.toml", "tight.toml"] {
            symlink(demo.join(name), given.join(name)).unwrap();
        }
        Self { folder }
    }

    /// A desk with scenarios, a commitment and a proof of the demo's mandate under keys of a shape
    /// such as `8x20`: `s.scn`, `c.json`, `o.json` and `p.json`. All desks of a shape get copies of
    /// the same files.
    pub fn proved(shape: &str) -> Self {
        Self::with_copies_of(&proof(shape, "groth16"))
    }

    /// The same with a proof of halo2.
    pub fn proved_with_halo2(shape: &str) -> Self {
        Self::with_copies_of(&proof(shape, "halo2"))
    }

    fn with_copies_of(made: &Path) -> Self {
        let desk = Self::new();
        for name in PROOF_FILES {
            std::fs::copy(made.join(name), desk.path(name)).unwrap();
        }
        desk
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whether a file of this name exists.
    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The text of a file, if it is there and is one.
    pub fn read_if(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path(name)).ok()
    }

    /// The content of a JSON file.
    pub fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// The bytes of a file.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Copies a file of the folder, mode included.
    pub fn copy(&self, from: &str, to: &str) {
        std::fs::copy(self.path(from), self.path(to)).unwrap();
    }

    /// The names of all files and folders except `given`, sorted.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name != "given").collect();
        names.sort();
        names
    }

    /// The name of a folder in `given` with development keys of a shape: `given/keys-8x20` for
    /// `8x20`, with `-` in place of `/`. The keys are made once for all tests.
    pub fn keys(&self, shape: &str) -> String {
        self.link(&format!("keys-{}", shape.replace('/', "-")), &keys(shape))
    }

    /// The same for halo2: `given/halo2-keys-8x20`.
    pub fn halo2_keys(&self, shape: &str) -> String {
        self.link(&format!("halo2-keys-{}", shape.replace('/', "-")), &halo2_keys(shape))
    }

    /// Links a file or folder into `given`, once, and returns its name there.
    pub fn link(&self, name: &str, target: &Path) -> String {
        let link = self.path("given").join(name);
        if !link.exists() {
            symlink(target, link).unwrap();
        }
        format!("given/{name}")
    }

    /// Runs the command line in the folder. Arguments are split as in a POSIX shell.
    pub fn run(&self, line: impl AsRef<str>) -> Run {
        Run::of(self.command(line))
    }

    /// Returns the command that [`Desk::run`] runs, without input.
    ///
    /// # Panics
    ///
    /// If the arguments cannot be split.
    pub fn command(&self, line: impl AsRef<str>) -> Command {
        let line = line.as_ref();
        let arguments = shell_words::split(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let mut command = Command::new(tailproof());
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Makes `s.scn`, the scenario set of the newest days of the demo's prices.
    pub fn scenarios(&self, window: usize) -> Run {
        self.run(format!("scenarios historical --prices {PRICES} --window {window} -o s.scn"))
    }

    /// Commits to a book over `s.scn`: `c.json` and `o.json`.
    pub fn commit(&self, book: &str) -> Run {
        self.run(format!("commit --book {book} --scenarios s.scn --nav {NAV} -o c.json --opening o.json --force"))
    }

    /// Proves a mandate about a book over `s.scn`: `p.json`.
    pub fn prove(&self, book: &str, mandate: &str, keys: &str) -> Run {
        self.run(format!(
            "prove --book {book} --opening o.json --scenarios s.scn --mandate {mandate} --keys {keys} -o p.json"
        ))
    }

    /// Verifies a proof file under a mandate over `s.scn`.
    pub fn verify(&self, proof: &str, mandate: &str, keys: &str) -> Run {
        self.run(format!("verify --proof {proof} --scenarios s.scn --mandate {mandate} --keys {keys}"))
    }
}

/// A mandate of one clause: `limit` is a line such as `limit = 5` or `limit_nav = 0.05`.
pub fn mandate(measure: &str, confidence: &str, limit: &str) -> String {
    format!("name = \"m\"\n[[clause]]\nmeasure = \"{measure}\"\nconfidence = {confidence}\n{limit}\n")
}
