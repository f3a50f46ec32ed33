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
///
/// # Panics
/// Never: a decimal has at most 29 digits.
pub fn to_f64(value: Decimal) -> f64 {
    nearest_double(&value.to_string()).expect("the digits of a decimal are a number")
}

/// Most digits before the point of [`nearest_double`]: as many as 128 bits hold.
const MOST_WHOLE_DIGITS: usize = 38;
/// Bits behind the point that a double may have.
const MOST_FRACTION_BITS: i32 = 1074;

/// Returns the double nearest to a number in decimal digits, ties to the even one, as `str::parse`
/// does. The parser of the standard library has a table of 10 KB, which would be a twentieth of the
/// browser's verifier.
///
/// `None` for a text that is no number, or a number of more than 38 digits before its point.
pub fn nearest_double(text: &str) -> Option<f64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    match unsigned {
        "inf" => return Some(sign * f64::INFINITY),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    let (base, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (whole, fraction) = base.split_once('.').unwrap_or((base, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|digit| digit.wrapping_sub(b'0')).collect();
    if digits.is_empty() || digits.iter().any(|digit| *digit > 9) {
        return None;
    }
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let mut point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    if zeros == digits.len() || point < i64::try_from(zeros).ok()? - 400 {
        return Some(sign * 0.0);
    }
    digits.drain(..zeros);
    point -= i64::try_from(zeros).ok()?;
    // The digits of 0.DIGITS times 10^point become those before and those behind the point.
    let digits_before = usize::try_from(point).unwrap_or(0);
    if digits_before > MOST_WHOLE_DIGITS {
        return None;
    }
    digits.resize(digits.len().max(digits_before), 0);
    let mut behind = vec![0; usize::try_from(-point).unwrap_or(0)];
    behind.extend(digits.drain(digits_before..));
    let mut mantissa = digits.iter().fold(0, |number: u128, digit| number * 10 + u128::from(*digit));
    // Each doubling of the digits behind the point carries their next bit.
    let mut bits = 0;
    while mantissa < 1 << 62 && bits < MOST_FRACTION_BITS {
        mantissa = mantissa << 1 | u128::from(doubled(&mut behind));
        bits += 1;
    }
    // Whatever is left decides between a tie and more than one.
    let rest = behind.iter().any(|digit| *digit > 0);
    if bits < MOST_FRACTION_BITS {
        mantissa = mantissa << 1 | u128::from(rest);
        bits += 1;
    } else if doubled(&mut behind) && (mantissa & 1 == 1 || behind.iter().any(|digit| *digit > 0)) {
        // A subnormal number, rounded at its last bit.
        mantissa += 1;
    }
    // Rounded once, to the nearest; a power of two changes no bit of it.
    #[allow(clippy::cast_precision_loss)]
    Some(sign * libm::ldexp(mantissa as f64, -bits))
}

/// Doubles the number that decimal digits behind a point say, and returns whether it reached one,
/// which is taken off.
fn doubled(digits: &mut [u8]) -> bool {
    let mut carry = 0;
    for digit in digits.iter_mut().rev() {
        let twice = 2 * *digit + carry;
        (*digit, carry) = (twice % 10, twice / 10);
    }
    carry == 1
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
    fn doubles_are_those_of_the_standard_library() {
        let edges = [
            "0",
            "-0",
            "+0.0",
            "1",
            "0.1",
            "0.30000000000000004",
            "9007199254740993",
            "9007199254740992.5",
            "9007199254740993.5",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "4.9e-324",
            "2.4e-324",
            "2.5e-324",
            "7.4e-324",
            "1e-400",
            "123456789012345678901234567890.5",
            "1e37",
            "0e999",
            "00.5E+1",
            "5.",
            "0.500000000000000166533453693773481063544750213623046875",
            "1.7976931348623157e10",
        ];
        for text in edges {
            let nearest = nearest_double(text).map(f64::to_bits);
            assert_eq!(nearest, Some(text.parse::<f64>().unwrap().to_bits()), "{text}");
        }
        for text in ["", ".", "-", "1.2.3", "1e", "0x1", "1e39", "1_0", "e5"] {
            assert_eq!(nearest_double(text), None, "{text}");
        }
        assert!(nearest_double("nan").unwrap().is_nan() && nearest_double("-inf") == Some(f64::NEG_INFINITY));
    }

    proptest::proptest! {
        #[test]
        fn any_double_is_read_back(bits: u64, places in 0usize..25) {
            let value = f64::from_bits(bits);
            if value.abs() < 1e37 {
                for text in [format!("{value:e}"), format!("{value}"), format!("{value:.places$}")] {
                    let expected = text.parse::<f64>().unwrap().to_bits();
                    proptest::prop_assert_eq!(nearest_double(&text).map(f64::to_bits), Some(expected), "{}", text);
                }
            }
        }

        #[test]
        fn any_digits_are_rounded_as_the_standard_library_does(whole in "[0-9]{0,30}", rest in "[0-9]{1,60}", power in -340i32..8) {
            let text = format!("{whole}.{rest}e{power}");
            let expected = text.parse::<f64>().unwrap().to_bits();
            proptest::prop_assert_eq!(nearest_double(&text).map(f64::to_bits), Some(expected), "{}", text);
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
