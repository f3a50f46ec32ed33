//! The largest memory of a process, as the system counts it since the process began its program.

/// Returns the largest memory so far in bytes, of a process by its number or of `self`; `None` if it
/// has ended.
pub fn peak(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}
