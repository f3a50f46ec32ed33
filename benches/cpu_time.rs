//! The CPU time of the process, as a measure of benches.

use criterion::measurement::{Measurement, ValueFormatter, WallTime};

/// The CPU time of the process, in all of its threads: arkworks starts some of its own. On a machine
/// with other work beside it, that is what two runs have in common.
pub struct CpuTime;

/// Returns the nanoseconds that the process was on a CPU. The system counts in steps of 10 ms.
fn on_cpu() -> u64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap();
    // Behind the name in brackets, the times of user and system are the fields 12 and 13.
    let fields = status.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(2);
    fields.map(|field| field.parse::<u64>().unwrap() * 10_000_000).sum()
}

impl Measurement for CpuTime {
    type Intermediate = u64;
    type Value = u64;

    fn start(&self) -> u64 {
        on_cpu()
    }

    fn end(&self, begun: u64) -> u64 {
        on_cpu() - begun
    }

    fn add(&self, one: &u64, other: &u64) -> u64 {
        one + other
    }

    fn zero(&self) -> u64 {
        0
    }

    #[allow(clippy::cast_precision_loss)]
    fn to_f64(&self, nanoseconds: &u64) -> f64 {
        *nanoseconds as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}
