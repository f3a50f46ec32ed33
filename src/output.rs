//! Printing: results on standard output, everything else on standard error. A stream that cannot be
//! written changes no verdict.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tailproof::table::Reading;

/// Prints a line of results.
macro_rules! out {
    () => { $crate::output::line(format_args!("")) };
    ($($argument:tt)*) => { $crate::output::line(format_args!($($argument)*)) };
}
pub(crate) use out;

/// Prints a line on standard error: a warning, a note, a failure. Nothing happens if it cannot be
/// written.
macro_rules! note {
    ($($argument:tt)*) => { $crate::output::aside(format_args!($($argument)*)) };
}
pub(crate) use note;

/// Most characters of a message on standard error.
const MOST: usize = 4000;

/// The first error of standard output.
static FAILED: Mutex<Option<io::Error>> = Mutex::new(None);
static TO_STDERR: AtomicBool = AtomicBool::new(false);
static QUIET: AtomicBool = AtomicBool::new(false);

/// Prints no notes and no progress from now on: warnings and failures alone.
pub fn quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Whether notes and progress are not printed.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Prints bytes as they are on standard output.
pub fn bytes(bytes: &[u8]) {
    let mut failed = FAILED.lock().unwrap_or_else(PoisonError::into_inner);
    if failed.is_none() {
        *failed = io::stdout().lock().write_all(bytes).err();
    }
}

/// Prints a line of results. After an error, nothing more is printed: see [`failed`].
pub fn line(arguments: Arguments<'_>) {
    if TO_STDERR.load(Ordering::Relaxed) {
        return failure(arguments);
    }
    let mut failed = FAILED.lock().unwrap_or_else(PoisonError::into_inner);
    if failed.is_none() {
        let text = visible(&arguments.to_string());
        *failed = io::stdout().lock().write_all(text.as_bytes()).err();
    }
}

/// Prints a note or a warning on standard error, if it can be. Notes are not printed if quiet.
pub fn aside(arguments: Arguments<'_>) {
    if !is_quiet() || arguments.to_string().starts_with("warning:") {
        failure(arguments);
    }
}

/// Prints a line on standard error, if it can be, also if quiet.
pub fn failure(arguments: Arguments<'_>) {
    let text = arguments.to_string();
    // Errors quote little; a list of names may be long.
    let end = text.char_indices().nth(MOST).map_or(text.len(), |(end, _)| end);
    let more = if end < text.len() { " …" } else { "" };
    let _ = io::stderr().lock().write_all(visible(&format!("{}{more}", &text[..end])).as_bytes());
}

/// How every table was read so far: once each, in the order of reading.
static READINGS: Mutex<Vec<Reading>> = Mutex::new(Vec::new());

/// Says how a file was read that is not in the plain layout, keeps it for JSON, and returns what was
/// read.
pub fn said<T>(read: T, reading: Reading) -> T {
    let mut readings = READINGS.lock().unwrap_or_else(PoisonError::into_inner);
    if !readings.contains(&reading) {
        if !reading.is_plain() {
            note!("{reading}");
        }
        readings.push(reading);
    }
    read
}

/// Prints a value as JSON on standard output. If tables were read, an object says how in `read_as`.
pub fn print_json(value: &serde_json::Value) {
    let readings = READINGS.lock().unwrap_or_else(PoisonError::into_inner);
    match value {
        Value::Object(object) if !readings.is_empty() => {
            let mut object = object.clone();
            object.insert("read_as".to_owned(), json!(*readings));
            out!("{:#}", Value::Object(object));
        }
        value => out!("{value:#}"),
    }
}

/// Prints results on standard error from now on, because standard output is a file of the command.
pub fn results_to_stderr() {
    TO_STDERR.store(true, Ordering::Relaxed);
}

/// Returns the error that kept results from standard output. A reader that has gone is none.
pub fn failed() -> Option<io::Error> {
    let failed = FAILED.lock().unwrap_or_else(PoisonError::into_inner).take();
    failed.filter(|error| error.kind() != ErrorKind::BrokenPipe)
}

/// Returns a path as JSON shows it. Bytes that are no UTF-8 are replaced.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Returns a line with control characters, and those that turn the direction of text, as escapes.
fn visible(line: &str) -> String {
    let hidden = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut text = String::with_capacity(line.len() + 1);
    for character in line.chars() {
        if hidden(character) {
            text.extend(character.escape_default());
        } else {
            text.push(character);
        }
    }
    text.push('\n');
    text
}
