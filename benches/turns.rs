//! Works in turn, and the rows of the table.

use std::hint::black_box;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use nix::time::{ClockId, clock_gettime};
use tailproof_simd::Engine;

use crate::support::on_one_thread;

/// Work that is timed, by its name.
pub type Work<'w> = (String, Box<dyn FnMut() + Send + 'w>);

/// Returns work whose result is of no interest.
pub fn work<'w, T>(name: &str, mut work: impl FnMut() -> T + Send + 'w) -> Work<'w> {
    (name.into(), Box::new(move || drop(black_box(work()))))
}

/// The largest ratios that a row may have: on AVX-512 IFMA, and on the portable engine.
#[derive(Clone, Copy)]
pub struct Limits(pub f64, pub f64);

impl Limits {
    /// For rows that are told, and have no limit.
    pub const NONE: Self = Self(f64::INFINITY, f64::INFINITY);

    fn of(self, engine: Engine) -> f64 {
        if engine == Engine::PORTABLE { self.1 } else { self.0 }
    }
}

/// Returns the seconds of CPU time so far: of this process, in all of its threads, and of the
/// commands that it has run.
fn on_cpu() -> f64 {
    let own = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).unwrap();
    let commands = of_commands();
    let commands = [commands.user_time(), commands.system_time()].map(|time| time.num_microseconds() as f64 * 1e-6);
    own.tv_sec() as f64 + own.tv_nsec() as f64 * 1e-9 + commands.iter().sum::<f64>()
}

/// Returns what the commands used that this process has run.
fn of_commands() -> Usage {
    getrusage(UsageWho::RUSAGE_CHILDREN).unwrap()
}

/// Returns the median.
pub fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Runs works in turn on one thread, and returns and prints the median CPU time of each.
pub fn in_turn(rounds: usize, mut works: Vec<Work<'_>>) -> Vec<f64> {
    let mut times = vec![Vec::new(); works.len()];
    on_one_thread(|| {
        for _ in 0..rounds {
            for ((_, work), times) in works.iter_mut().zip(&mut times) {
                let start = on_cpu();
                work();
                times.push(on_cpu() - start);
            }
        }
    });
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    for ((name, _), median) in works.iter().zip(&medians) {
        eprintln!("  {name}: {:.1} ms of CPU time, the median of {rounds}", median * 1e3);
    }
    medians
}

/// Prints the head of the table, with the processor.
pub fn head() {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": not known");
    println!("processor{model}; threads of the machine: {}", std::thread::available_parallelism().unwrap());
    print!("| CPU time over that of the first |");
    Engine::all().iter().rev().for_each(|engine| print!(" {} | at most |", engine.name()));
    println!("\n| --- |{}", " --- | --- |".repeat(Engine::all().len()));
}

/// Prints a row of the table from the times of [`in_turn`]: the first is the measure of the others,
/// which are those of [`Engine::all`].
pub fn row(name: &str, limits: Limits, times: &[f64]) {
    ratios(name, limits, &times[1..].iter().map(|time| time / times[0]).collect::<Vec<_>>());
}

/// Prints a row of the table from ratios, one for each of [`Engine::all`].
pub fn ratios(name: &str, limits: Limits, ratios: &[f64]) {
    print!("| {name} |");
    for (engine, ratio) in Engine::all().into_iter().zip(ratios).rev() {
        let limit = limits.of(engine);
        let missed = if *ratio > limit { " **missed**" } else { "" };
        let limit = if limit.is_finite() { format!("{limit:.2}") } else { String::from("-") };
        print!(" {ratio:.3}{missed} | {limit} |");
    }
    println!();
}
