//! Printing of results on stdout. If the reader stops reading (`tailproof … | head`), the program
//! ends quietly.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Prints a line of results.
macro_rules! out {
    () => { $crate::output::line(format_args!("")) };
    ($($argument:tt)*) => { $crate::output::line(format_args!($($argument)*)) };
}
pub(crate) use out;

/// Prints a line. Ends the program if the reader has gone, or the line cannot be written.
pub fn line(arguments: Arguments<'_>) {
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_fmt(arguments).and_then(|()| stdout.write_all(b"\n")) {
        if error.kind() == ErrorKind::BrokenPipe {
            std::process::exit(0);
        }
        eprintln!("error: cannot write results: {error}");
        std::process::exit(2);
    }
}

/// Prints a value as JSON on stdout.
pub fn print_json(value: &serde_json::Value) {
    out!("{value:#}");
}
