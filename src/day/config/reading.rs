//! The text of a configuration.

use std::path::Path;

use serde::de::DeserializeOwned;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::toml_file::read_toml;

/// Words of keys that name a secret.
const SECRETS: [&str; 9] =
    ["password", "passphrase", "passwd", "secret", "token", "credential", "blinding", "opening", "seed"];

/// Reads the file. An error names the row; of an unknown key, also the key that was probably meant.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, InputError> {
    read_toml(file, text).map_err(|error| match &error.problem {
        Problem::Syntax(said) => match unknown_key(said) {
            Some(problem) => InputError { problem: Problem::Syntax(problem), ..error },
            None => error,
        },
        _ => error,
    })
}

/// Returns what there is to say of an unknown key, from the message about it.
fn unknown_key(said: &str) -> Option<String> {
    let rest = said.strip_prefix("unknown field `")?;
    let (key, known) = rest.split_once('`')?;
    let lower = key.to_lowercase();
    if SECRETS.iter().any(|word| lower.contains(word)) {
        return Some(format!("'{key}' is no key of it: the file holds paths and settings, and no secret"));
    }
    // Every other part of the text is a name between backticks.
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let nearest = known.iter().map(|name| (strsim::osa_distance(&lower, name), *name)).min();
    let meant = nearest.filter(|(steps, name)| *steps <= name.len().max(key.len()).div_ceil(3));
    Some(match meant {
        Some((_, name)) => format!("'{key}' is no key here; did you mean '{name}'?"),
        None => format!("'{key}' is no key here; there are {}", known.join(", ")),
    })
}

/// Refuses an address: nothing is fetched, and an address may hold a name and a password.
pub fn check_path(path: &Path) -> Result<(), Problem> {
    let text = path.to_string_lossy();
    match text.split_once("://") {
        Some((scheme, _)) => Err(Problem::Syntax(format!(
            "a path is that of a file, and one begins with '{scheme}://': nothing is fetched; bring the file first"
        ))),
        None => Ok(()),
    }
}
