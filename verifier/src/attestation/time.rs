//! Times: Unix seconds, UTC.

use jiff::Timestamp;

/// The last second of the year 9999, the latest time that a statement may name.
pub const LAST: u64 = 253_402_300_799;

/// Returns a time as `YYYY-MM-DDTHH:MM:SSZ`; the number of seconds for one after the year 9999.
pub fn text(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(|| seconds.to_string(), |time| time.to_string())
}

/// Returns the time that `text` names: Unix seconds, or a time such as `2026-11-29T00:00:00Z`.
/// `None` for any other text, for a fraction of a second, and outside the years 1970 to 9999.
pub fn parse(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if digits {
        text.parse().ok()?
    } else {
        let time: Timestamp = text.parse().ok()?;
        if time.subsec_nanosecond() != 0 {
            return None;
        }
        u64::try_from(time.as_second()).ok()?
    };
    (seconds <= LAST).then_some(seconds)
}
