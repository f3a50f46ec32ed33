//! One date: the usual ways to write it, and the day that each means.

use jiff::civil::Date;
use tailproof_core::error::Problem;
use tailproof_core::text::parse_day;

use super::options::DateOrder;

/// A way to write dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    /// 2023-02-13
    Iso,
    /// 2023/02/13, 2023.2.13
    YearFirst(char),
    /// 20230213
    Compact,
    /// 13/02/2023 or 02/13/2023, and with a year of two digits
    Numeric { separator: char, short_year: bool },
    /// 13-Feb-2023, 13 February 23
    DayName { short_year: bool },
    /// Feb 13, 2023
    NameDay,
    /// 44970: days since 1899-12-30
    Serial,
}

/// A date without a time of the day: its writing, and its numbers in the order of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub writing: Writing,
    numbers: [i32; 3],
}

/// First and last serial day that is taken for one: 1954 to 2119.
const SERIALS: std::ops::RangeInclusive<i32> = 20_000..=80_000;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Splits a time of the day off a date, if there is one: the time begins after the last space or
/// `T` before the first colon.
pub(crate) fn split_time(text: &str) -> (&str, &str) {
    let Some(colon) = text.find(':') else { return (text, "") };
    let time = text[..colon].rfind([' ', 'T', 't']).unwrap_or(colon);
    (text[..time].trim_end(), &text[time..])
}

/// Checks that a time of the day is midnight, whatever its offset.
///
/// # Errors
/// Another time, or no time at all, as [`parse_day`] says of `text`, the whole cell.
pub(crate) fn check_midnight(text: &str, time: &str) -> Result<(), Problem> {
    if time.is_empty() {
        return Ok(());
    }
    match parse_day(&format!("2000-01-01{time}")) {
        Ok(_) => Ok(()),
        Err(Problem::NotMidnight(_)) => Err(Problem::NotMidnight(text.to_owned())),
        Err(_) => Err(Problem::NotADate(text.to_owned())),
    }
}

impl Written {
    /// Reads the writing of a date without a time; `None` if it is no date.
    pub fn of(text: &str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) || text.ends_with(".0") {
            return digits_only(text);
        }
        let parts: Vec<&str> = text.split(['-', '/', '.', ' ', ',']).filter(|part| !part.is_empty()).take(4).collect();
        let [first, second, third] = parts[..] else { return None };
        let separator = text.chars().find(|found| !found.is_alphanumeric())?;
        if let (Some(first), Some(second), Some(third)) = (number(first), number(second), number(third)) {
            return numeric(text, separator, [first, second, third]);
        }
        let (writing, month, day, year) = match (month(first), month(second)) {
            (Some(month), None) => (Writing::NameDay, month, second, third),
            (None, Some(month)) => (Writing::DayName { short_year: third.len() == 2 }, month, first, third),
            _ => return None,
        };
        let ((day, 1..=2), (year, digits)) = (number(day)?, number(year)?) else { return None };
        if digits != 4 && writing != (Writing::DayName { short_year: true }) {
            return None;
        }
        Some(Self { writing, numbers: [day, month, year] })
    }

    /// Returns the day, with day and month in this `order` where the writing leaves it open; `None`
    /// if the calendar does not have it.
    pub fn day(self, order: DateOrder) -> Option<Date> {
        let [first, second, third] = self.numbers;
        match self.writing {
            Writing::Iso | Writing::YearFirst(_) | Writing::Compact => date(first, second, third),
            Writing::Numeric { short_year, .. } => match order {
                DateOrder::DayMonth => date(year(third, short_year), second, first),
                DateOrder::MonthDay => date(year(third, short_year), first, second),
            },
            Writing::DayName { short_year } => date(year(third, short_year), second, first),
            Writing::NameDay => date(third, second, first),
            Writing::Serial => jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(first)).ok(),
        }
    }
}

impl Writing {
    /// Returns the writing in words, with day and month in this order where it leaves it open.
    pub fn describe(self, order: DateOrder) -> String {
        let years = " (years 00 to 68 are 2000 to 2068)";
        match self {
            Writing::Iso => "yyyy-mm-dd".into(),
            Writing::YearFirst(separator) => format!("yyyy{separator}mm{separator}dd"),
            Writing::Compact => "yyyymmdd".into(),
            Writing::Numeric { separator, short_year } => {
                let (first, second) = if order == DateOrder::DayMonth { ("dd", "mm") } else { ("mm", "dd") };
                let (year, note) = if short_year { ("yy", years) } else { ("yyyy", "") };
                format!("{first}{separator}{second}{separator}{year}{note}")
            }
            Writing::DayName { short_year: true } => format!("day, name of the month, yy{years}"),
            Writing::DayName { short_year: false } => "day, name of the month, yyyy".into(),
            Writing::NameDay => "name of the month, day, yyyy".into(),
            Writing::Serial => "serial days of a spreadsheet, 1 is 1900-01-01".into(),
        }
    }
}

/// Reads a date of digits alone: a compact one, or a serial day, perhaps with a decimal zero.
fn digits_only(text: &str) -> Option<Written> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    let (value, length) = number(digits)?;
    match length {
        8 if digits == text => {
            let numbers = [value / 10_000, value / 100 % 100, value % 100];
            Some(Written { writing: Writing::Compact, numbers })
        }
        5 if SERIALS.contains(&value) => Some(Written { writing: Writing::Serial, numbers: [value, 0, 0] }),
        _ => None,
    }
}

/// Reads a date of three numbers with their digits.
fn numeric(text: &str, separator: char, parts: [(i32, usize); 3]) -> Option<Written> {
    let same = text.chars().filter(|found| !found.is_ascii_digit()).all(|found| found == separator);
    if !same || !matches!(separator, '-' | '/' | '.') || text.matches(separator).count() != 2 {
        return None;
    }
    let writing = match parts.map(|(_, digits)| digits) {
        [4, 2, 2] if separator == '-' => Writing::Iso,
        [4, 1 | 2, 1 | 2] => Writing::YearFirst(separator),
        [1 | 2, 1 | 2, 4] => Writing::Numeric { separator, short_year: false },
        [1 | 2, 1 | 2, 2] => Writing::Numeric { separator, short_year: true },
        _ => return None,
    };
    Some(Written { writing, numbers: parts.map(|(value, _)| value) })
}

/// Returns a number of at most eight digits, and how many it has.
fn number(text: &str) -> Option<(i32, usize)> {
    let fits = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten().map(|value| (value, text.len()))
}

/// Returns the number of an English month: its name, or its first three letters.
pub(crate) fn month(text: &str) -> Option<i32> {
    let text = text.to_ascii_lowercase();
    let found = MONTHS
        .iter()
        .position(|name| *name == text || name[..3] == text || (text == "sept" && name.starts_with("sept")))?;
    i32::try_from(found + 1).ok()
}

/// Returns a year, of which there may be but two digits.
pub(crate) fn year(number: i32, short: bool) -> i32 {
    match number {
        _ if !short => number,
        0..=68 => 2000 + number,
        _ => 1900 + number,
    }
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str, order: DateOrder) -> Option<String> {
        Written::of(text)?.day(order).map(|date| date.to_string())
    }

    #[test]
    fn every_usual_writing_is_its_day() {
        for text in [
            "2023-02-13",
            "2023/02/13",
            "2023.2.13",
            "20230213",
            "13/02/2023",
            "13.02.2023",
            "13-2-2023",
            "13/02/23",
            "13-Feb-23",
            "13-feb-2023",
            "13 February 2023",
            "13/Feb/2023",
            "Feb 13, 2023",
            "February 13 2023",
            "44970",
            "44970.0",
        ] {
            assert_eq!(day(text, DateOrder::DayMonth).as_deref(), Some("2023-02-13"), "{text}");
        }
        assert_eq!(day("02/13/2023", DateOrder::MonthDay).as_deref(), Some("2023-02-13"));
        assert_eq!(day("3/1/23", DateOrder::MonthDay).as_deref(), Some("2023-03-01"));
        assert_eq!(day("1-Sept-99", DateOrder::DayMonth).as_deref(), Some("1999-09-01"));
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "ALFA",
            "2023",
            "2023-02",
            "13/02",
            "13/02-2023",
            "13//02/2023",
            "2023-02-13-1",
            "1 2 2023",
            "13-Mrz-23",
            "Feb 13, 23",
            "19999",
            "80001",
            "123456",
            "1219.50",
            "-2023-02-13",
            "2023-Feb-13",
            "\u{665}/02/2023",
        ] {
            assert_eq!(Written::of(text), None, "{text}");
        }
        for text in ["30/02/2023", "13/13/2023", "20231301", "2023-02-30"] {
            assert_eq!(day(text, DateOrder::DayMonth), None, "{text}");
        }
    }

    #[test]
    fn times_of_the_day_are_midnight_or_refused() {
        for (text, date) in [
            ("2023-02-13", "2023-02-13"),
            ("2023-02-13 00:00:00-05:00", "2023-02-13"),
            ("2023-02-13T00:00:00Z", "2023-02-13"),
            ("13/02/2023 00:00", "13/02/2023"),
            ("Feb 13, 2023 00:00:00 +01:00", "Feb 13, 2023"),
        ] {
            let (found, time) = split_time(text);
            assert_eq!((found, check_midnight(text, time)), (date, Ok(())), "{text}");
        }
        let late = "13/02/2023 23:00";
        assert_eq!(check_midnight(late, split_time(late).1), Err(Problem::NotMidnight(late.into())));
        let no_time = "13/02/2023 0:0";
        assert_eq!(check_midnight(no_time, split_time(no_time).1), Err(Problem::NotADate(no_time.into())));
    }
}
