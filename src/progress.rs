//! Progress of long work, shown on stderr if it is a terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs `work` while showing a spinner and the elapsed time.
pub fn spin<T>(message: &'static str, work: impl FnOnce() -> T) -> T {
    let bar = ProgressBar::with_draw_target(None, target()).with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    // It takes a thread.
    if is_shown() {
        bar.enable_steady_tick(Duration::from_millis(100));
    }
    let result = work();
    bar.finish_and_clear();
    result
}

/// Runs `work`, which reports its progress, while showing a bar.
pub fn bar<T>(message: &'static str, work: impl FnOnce(&(dyn Fn(usize, usize) + Sync)) -> T) -> T {
    let bar = ProgressBar::with_draw_target(None, target()).with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}") {
        bar.set_style(style);
    }
    let result = work(&|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    result
}

fn target() -> ProgressDrawTarget {
    if is_shown() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
}

fn is_shown() -> bool {
    std::io::stderr().is_terminal() && !crate::output::is_quiet()
}
