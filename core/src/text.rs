//! Decimals and names as people write them.

use std::time::Duration;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::echo::is_unseen;
use crate::error::Problem;

/// A number times a power of ten that must make it whole and at most `most`.
pub fn whole(what: &str, value: Decimal, places: u32, most: u64) -> Result<u64, Problem> {
    // A product of more digits than there are places would be rounded.
    let shifted = Some(value.normalize()).filter(|value| value.scale() <= places);
    let scaled =
        shifted.and_then(|value| value.checked_mul(Decimal::from(10u64.pow(places)))).map(|scaled| scaled.normalize());
    let found = scaled.filter(|scaled| scaled.scale() == 0).and_then(|scaled| u64::try_from(scaled.mantissa()).ok());
    found.filter(|found| *found <= most).ok_or_else(|| {
        let most = Decimal::from(most).checked_div(Decimal::from(10u64.pow(places))).unwrap_or_default().normalize();
        let steps = if places == 0 { String::new() } else { format!(", with at most {places} decimals") };
        Problem::OutOfRange { what: what.to_owned(), value: value.to_string(), range: format!("0 to {most}{steps}") }
    })
}

/// Parses a decimal as people and tools write them: `1234.5`, `-0.5`, `1e-05`. Thousands separators
/// are refused, and so is a number of more digits than a decimal holds: nothing is rounded.
pub fn parse_decimal(text: &str) -> Result<Decimal, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::MissingValue);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') && !text.contains('_');
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let parsed = match text.contains(['e', 'E']) {
        _ if !plain => None,
        true => scientific(unsigned),
        false => Decimal::from_str_exact(unsigned).ok(),
    };
    parsed.ok_or_else(|| Problem::NotANumber(text.to_owned()))
}

/// Parses a decimal with an exponent, if it is exact: the parser of decimals would round digits
/// that do not fit before it looks at the exponent.
fn scientific(text: &str) -> Option<Decimal> {
    let (base, _) = text.split_once(['e', 'E'])?;
    Decimal::from_str_exact(base).ok()?;
    Decimal::from_scientific(text).ok()
}

/// Returns the day that `text` names in its one form, `YYYY-MM-DD`. Such texts sort as days do.
pub fn day(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (text.len() == 10 && date.to_string() == text).then_some(date)
}

/// Parses the day of a row: `YYYY-MM-DD`, alone or with midnight behind it (`2024-01-02T00:00:00Z`,
/// `2024-01-02 00:00:00-05:00`). `Z`, `+00:00` and every other offset follow one rule: the clock of
/// the text says midnight, and the day is the one that is written.
///
/// # Errors
/// Another time of the day: where that clock is not the market's, the day may be another one.
/// Anything else that is no day.
pub fn parse_day(text: &str) -> Result<Date, Problem> {
    let text = text.trim();
    let parts = text.split_at_checked(10).and_then(|(date, time)| Some((day(date)?, time)));
    let (date, time) = parts.ok_or_else(|| Problem::NotADate(text.to_owned()))?;
    if time.is_empty() {
        return Ok(date);
    }
    match clock(time) {
        Some(true) => Ok(date),
        Some(false) => Err(Problem::NotMidnight(text.to_owned())),
        None => Err(Problem::NotADate(text.to_owned())),
    }
}

/// Returns whether a time of the day is midnight; `None` if the text is no time, with or without an
/// offset from UTC.
fn clock(text: &str) -> Option<bool> {
    let text = text.strip_prefix(['T', 't', ' '])?.trim_start();
    let zone = text.find(['Z', 'z', '+', '-', ' ']).unwrap_or(text.len());
    let (time, zone) = text.split_at(zone);
    if !is_zone(zone.trim_start()) {
        return None;
    }
    let (time, fraction) = time.split_once(['.', ',']).map_or((time, None), |(time, digits)| (time, Some(digits)));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = time.split(':').collect();
    let pairs = parts.iter().all(|part| part.len() == 2 && is_number(part));
    let fraction_fits = fraction.is_none_or(|digits| parts.len() == 3 && is_number(digits));
    if !pairs || !(2..=3).contains(&parts.len()) || !fraction_fits {
        return None;
    }
    Some(parts.into_iter().chain(fraction).all(|digits| digits.bytes().all(|digit| digit == b'0')))
}

/// Returns whether a text is an offset from UTC, or none: `Z`, `+01:00`, `-0500`, `+02`.
fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else { return ["", "Z", "z"].contains(&text) };
    let (hours, minutes) = match offset.len() {
        2 => (offset, "00"),
        4 => offset.split_at_checked(2).unwrap_or_default(),
        _ => offset.split_once(':').unwrap_or_default(),
    };
    let within = |text: &str, most: u8| text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number <= most);
    within(hours, 14) && within(minutes, 59)
}

/// Checks a name or a description, which a verdict shows to people. It has no control characters,
/// which a terminal might obey; no characters that are not seen, with which two names look like
/// one; no white space at its edges; and within, no white space but the plain space.
///
/// # Errors
/// The first of these that the text breaks.
pub fn check_printable(text: &str) -> Result<(), Problem> {
    if text.chars().any(char::is_control) {
        return Err(Problem::ControlCharacters(text.to_owned()));
    }
    if text.chars().any(|found| is_unseen(found) || (found.is_whitespace() && found != ' ')) {
        return Err(Problem::UnseenCharacters(text.to_owned()));
    }
    if text.trim() != text {
        return Err(Problem::EdgeSpace(text.to_owned()));
    }
    Ok(())
}

/// Returns the double nearest to a decimal, ties to the even one: the same bits on every platform.
/// Conversions that multiply by a power of ten are exact to 22 decimals only.
pub fn to_f64(value: Decimal) -> f64 {
    value.to_string().parse().expect("the digits of a decimal are a number")
}

/// The first few of a list of names, for an error message.
pub fn shortened(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
    let rest = names.len().saturating_sub(shown.len());
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}

/// Returns a duration in words: `30 seconds`, and from two minutes on `3 minutes`, rounded up.
pub fn in_words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// Returns a text of a set's maker between quotation marks. It has none itself, so that no words
/// behind it can pass for the verdict's own.
pub fn quoted(text: &str) -> String {
    let is_mark = |found: char| matches!(found, '"' | '\u{ab}' | '\u{bb}' | '\u{201c}'..='\u{201f}' | '\u{ff02}');
    let inner: String = text.chars().map(|found| if is_mark(found) { '\'' } else { found }).collect();
    format!("\"{inner}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_seconds_or_minutes() {
        let said = |seconds| in_words(Duration::from_secs(seconds));
        assert_eq!(
            [said(30), said(119), said(120), said(481)],
            ["30 seconds", "119 seconds", "2 minutes", "9 minutes"]
        );
    }

    /// Two grades that look the same are two grades: "C", and "C" with a space of no width.
    #[test]
    fn names_with_characters_that_are_not_seen_are_refused() {
        let unseen = ["C\u{200b}", "A\u{ad}B", "\u{202e}C", "C\u{feff}", "C\u{e0041}", "\u{3164}", "C\u{fe0f}"];
        for name in unseen.into_iter().chain(["A\u{a0}B", "A\u{2003}B", "A\u{2028}B", "\u{2800}"]) {
            assert_eq!(check_printable(name), Err(Problem::UnseenCharacters(name.into())), "{name:?}");
        }
        for name in [" C", "C ", " "] {
            assert_eq!(check_printable(name), Err(Problem::EdgeSpace(name.into())), "{name:?}");
        }
        for name in ["a\nb", "\u{1b}[2J"] {
            assert_eq!(check_printable(name), Err(Problem::ControlCharacters(name.into())), "{name:?}");
        }
        for name in ["", "C", "A B", "Ωμέγα", "Банк", "株式", "é", "R&D <x>"] {
            assert_eq!(check_printable(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn decimals_of_any_length_become_the_nearest_double() {
        let cases = [
            ("0.1234567890123456789012345678", 0.123_456_789_012_345_68),
            ("0.0000000000000000000000000001", 1e-28),
            ("0.0000000000000000000000000003", 3e-28),
            ("-79228162514264337593543950335", -7.922_816_251_426_434e28),
            ("1.10", 1.1),
        ];
        for (text, expected) in cases {
            assert_eq!(to_f64(text.parse().unwrap()).to_bits(), f64::to_bits(expected), "{text}");
        }
    }

    #[test]
    fn midnight_is_the_day_that_is_written_whatever_the_offset() {
        for text in [
            "2024-01-02",
            " 2024-01-02 ",
            "2024-01-02T00:00",
            "2024-01-02 00:00:00",
            "2024-01-02T00:00:00.000Z",
            "2024-01-02t00:00z",
            "2024-01-02 00:00:00+00:00",
            "2024-01-02 00:00:00 +00:00",
            "2024-01-02 00:00:00-05:00",
            "2024-01-02T00:00:00+0100",
            "2024-01-02T00:00:00+14",
        ] {
            assert_eq!(parse_day(text).map(|date| date.to_string()), Ok("2024-01-02".to_owned()), "{text}");
        }
    }

    /// 23:00 in UTC is the next day in Paris: cut to its day, a forecast would hold its own day.
    #[test]
    fn a_time_that_may_be_of_another_day_is_refused() {
        for text in [
            "2024-01-01 23:00:00+00:00",
            "2024-01-01T23:00:00Z",
            "2024-01-01T23:00",
            "2024-01-01 00:00:01",
            "2024-01-01T24:00:00",
            "2024-01-01T00:00:00.001Z",
        ] {
            assert_eq!(parse_day(text), Err(Problem::NotMidnight(text.to_owned())), "{text}");
        }
        for text in [
            "",
            "2024-1-2",
            "20240102",
            "2024-13-01",
            "2024-02-30",
            "01/02/2024",
            "2024-01-02x",
            "2024-01-02T",
            "2024-01-02T00",
            "2024-01-02T0:00",
            "2024-01-02T00:00.5",
            "2024-01-02T00:00:00+25:00",
            "2024-01-02T00:00:00+1",
            "2024-01-02T00:00:00[Europe/Paris]",
            "2024-01-0\u{e9}",
        ] {
            assert_eq!(parse_day(text), Err(Problem::NotADate(text.to_owned())), "{text}");
        }
        assert!(day("2024-01-02").is_some());
        for text in ["2024-01-02T00:00", "20240102", " 2024-01-02", "+002024-01-02", "-2024-01-02"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
