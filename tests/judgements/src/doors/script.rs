//! Doors in other languages: a script reads the folder of the cases, and prints answers as JSON.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tailproof_test_support::{source, tailproof};

use super::Answers;
use crate::made::Cases;

/// A door that a script opens.
#[derive(Debug, Clone, Copy)]
pub enum Script {
    /// The Python package.
    Python,
    /// The npm package in Node.
    Node,
    /// The page that verifies, in Chromium.
    Chromium,
}

impl Script {
    /// All of them.
    pub const ALL: [Script; 3] = [Script::Python, Script::Node, Script::Chromium];

    /// Returns what is missing before the door can be asked.
    pub fn missing(self) -> Option<String> {
        let needed = match self {
            Script::Python => vec![python(), source().join("python/package/tailproof/_native.abi3.so")],
            Script::Node => vec![source().join("web/verifier/tailproof_verifier_halo2.wasm")],
            Script::Chromium => vec![
                chromium(),
                source().join("web/verify/node_modules/playwright-core"),
                source().join("web/verify/dist/verify.html"),
            ],
        };
        let missing = needed.into_iter().find(|path| !path.exists())?;
        let by = match self {
            Script::Python => "tests/python makes it",
            Script::Node => "web/build makes it",
            Script::Chromium => "install Chromium, or name it in CHROMIUM; npm ci and npm run build in web/verify",
        };
        Some(format!("{} is not there: {by}", missing.display()))
    }

    /// Asks the door about every case.
    ///
    /// # Panics
    ///
    /// If the script fails.
    pub fn judge(self, cases: &Cases) -> Answers {
        let scripts = source().join("tests/judgements/doors");
        let (program, script, path) = match self {
            Script::Python => (python(), "python.py", Some(("PYTHONPATH", source().join("python/package")))),
            Script::Node => ("node".into(), "node.js", None),
            Script::Chromium => ("node".into(), "chromium.js", Some(("CHROMIUM", chromium()))),
        };
        let mut command = Command::new(program);
        command.arg(scripts.join(script)).arg(&cases.folder).envs(path).stdin(Stdio::null());
        let output = command.output().unwrap();
        let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{self:?}: {errors}");
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{self:?}: {error}: {said} {errors}"))
    }
}

/// Python with the packages of the tests.
fn python() -> PathBuf {
    let target: &Path = tailproof().ancestors().nth(2).unwrap();
    target.join("python/bin/python")
}

fn chromium() -> PathBuf {
    std::env::var_os("CHROMIUM").unwrap_or_else(|| OsString::from("/usr/bin/chromium")).into()
}
