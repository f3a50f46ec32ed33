//! `tailproof --version`, also as JSON.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

/// SHA-256 of the modules of the browser's verifier that were built of the same sources:
/// `NAME=DIGEST`, one behind the other with a comma between. `scripts/release` states them.
const MODULES: Option<&str> = option_env!("TAILPROOF_MODULES");

/// Returns the versions of the program and of its formats.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let formats = tailproof::FORMATS.map(|(name, version)| format!("  {name}: version {version}")).join("\n");
        format!("{}\nformats:\n{formats}", env!("CARGO_PKG_VERSION"))
    })
}

/// Returns the same as JSON, with whether Parquet files are read, and the digests of the browser's
/// modules. They are null in a program that was built without them.
fn json() -> Value {
    let formats: Map<String, Value> =
        tailproof::FORMATS.iter().map(|(name, version)| ((*name).to_owned(), json!(version))).collect();
    let digests = |text: &str| -> Map<String, Value> {
        text.split(',')
            .filter_map(|module| module.split_once('='))
            .map(|(name, digest)| (name.into(), digest.into()))
            .collect()
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "formats": formats,
        "parquet": cfg!(feature = "parquet"),
        "web_modules": MODULES.map(digests),
    })
}

/// Returns the version as JSON if the arguments ask for it: `--version --json`. The parser of arguments
/// ends at `--version`.
pub fn asked_as_json(arguments: impl Iterator<Item = String>) -> Option<Value> {
    let arguments: Vec<String> = arguments.collect();
    let version = |argument: &str| argument == "--version" || argument == "-V";
    let [one, other] = &arguments[..] else { return None };
    let is_asked = version(one) && other == "--json" || version(other) && one == "--json";
    is_asked.then(json)
}
