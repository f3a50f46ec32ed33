//! Writings of dates that a mapping states, such as `MMYYYY`, and days or months that they write.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use tailproof_core::text::parse_day;

use crate::table::{DateOrder, Written, month_number, year_of};

/// A day, or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub year: i16,
    pub month: i8,
    pub day: Option<i8>,
}

/// A writing of dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Writing {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    ShortYear,
    Month,
    Name,
    Day,
    Mark(char),
}

/// Parts of a writing, the longer ones first.
const PARTS: [(&str, Part); 5] =
    [("YYYY", Part::Year), ("YY", Part::ShortYear), ("Mon", Part::Name), ("MM", Part::Month), ("DD", Part::Day)];

impl From<Date> for Moment {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: date.month(), day: Some(date.day()) }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)?;
        self.day.map_or(Ok(()), |day| write!(formatter, "-{day:02}"))
    }
}

impl Moment {
    /// Returns a day or a month of the calendar.
    pub fn new(year: i32, month: i32, day: Option<i32>) -> Option<Self> {
        let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
        let date = Date::new(year, month, day.map_or(Some(1), |day| i8::try_from(day).ok())?).ok()?;
        (1900..=2199).contains(&year).then_some(Self { year, month, day: day.map(|_| date.day()) })
    }

    /// Reads a day in one of the usual writings that leave nothing open, or a month as `YYYY-MM`,
    /// `YYYYMM` or `MMYYYY`. No month is both of the last two, since years begin with 19 to 21.
    pub fn usual(text: &str) -> Option<Self> {
        if let Ok(date) = parse_day(text) {
            return Some(date.into());
        }
        let months = ["YYYY-MM", "YYYYMM", "MMYYYY", "MM/YYYY"].into_iter().filter_map(Writing::of);
        if let Some(moment) = months.into_iter().find_map(|writing| writing.read(text)) {
            return Some(moment);
        }
        let written = Written::of(text)?;
        match [DateOrder::DayMonth, DateOrder::MonthDay].map(|order| written.day(order)) {
            [Some(one), Some(other)] if one != other => None,
            [one, other] => one.or(other).map(Into::into),
        }
    }

    /// Whether two are one day, or one of them is the month of the other.
    pub fn agrees(self, other: Self) -> bool {
        let same_day = self.day.is_none() || other.day.is_none() || self.day == other.day;
        (self.year, self.month) == (other.year, other.month) && same_day
    }

    /// Returns the months from `from` to here, a begun month counted whole; `None` if this is not
    /// later. Of two months, or of a month and a day, days count for nothing, and the same month is
    /// 0 months away.
    pub fn months_from(self, from: Self) -> Option<u32> {
        let whole = (i32::from(self.year) - i32::from(from.year)) * 12 + i32::from(self.month) - i32::from(from.month);
        let months = match (from.day, self.day) {
            (Some(from), Some(day)) => match (whole, day.cmp(&from)) {
                (0, Ordering::Less | Ordering::Equal) => return None,
                (_, order) => whole + i32::from(order == Ordering::Greater),
            },
            _ => whole,
        };
        u32::try_from(months).ok().filter(|_| whole >= 0)
    }
}

impl fmt::Display for Writing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Writing {
    /// Reads a writing; `None` if it has no year or no month, or one of them twice.
    pub fn of(text: &str) -> Option<Self> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(first) = rest.chars().next() {
            let found = PARTS.iter().find(|(name, _)| rest.starts_with(name));
            let (length, part) = match found {
                Some((name, part)) => (name.len(), *part),
                None if first.is_alphanumeric() => return None,
                None => (first.len_utf8(), Part::Mark(first)),
            };
            parts.push(part);
            rest = &rest[length..];
        }
        let count = |kinds: &[Part]| parts.iter().filter(|part| kinds.contains(part)).count();
        let is_date = count(&[Part::Year, Part::ShortYear]) == 1
            && count(&[Part::Month, Part::Name]) == 1
            && count(&[Part::Day]) <= 1;
        is_date.then(|| Self { text: text.to_owned(), parts })
    }

    /// Reads a date, or a month, in this writing.
    pub fn read(&self, text: &str) -> Option<Moment> {
        let (mut year, mut month, mut day, mut rest) = (None, None, None, text);
        for (place, part) in self.parts.iter().enumerate() {
            let before_mark = !matches!(
                self.parts.get(place + 1),
                Some(Part::Year | Part::ShortYear | Part::Month | Part::Day | Part::Name)
            );
            match part {
                Part::Year => year = Some(digits(&mut rest, 4, 4)?),
                Part::ShortYear => year = Some(year_of(digits(&mut rest, 2, 2)?, true)),
                Part::Month => month = Some(digits(&mut rest, if before_mark { 1 } else { 2 }, 2)?),
                Part::Day => day = Some(digits(&mut rest, if before_mark { 1 } else { 2 }, 2)?),
                Part::Name => {
                    let end = rest.find(|found: char| !found.is_alphabetic()).unwrap_or(rest.len());
                    month = Some(month_number(&rest[..end])?);
                    rest = &rest[end..];
                }
                Part::Mark(mark) => rest = rest.strip_prefix(*mark)?,
            }
        }
        rest.is_empty().then(|| Moment::new(year?, month?, day)).flatten()
    }
}

/// Takes a number of so many digits off a text.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i32> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, behind) = rest.split_at(count);
    *rest = behind;
    if count < least { None } else { number.parse().ok() }
}

impl<'de> Deserialize<'de> for Writing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = "a writing has YYYY or YY, MM or Mon, and perhaps DD, with marks between them";
        Self::of(&text).ok_or_else(|| D::Error::custom(format!("\"{}\": {known}", text.escape_debug())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_writing_that_is_stated() {
        for (writing, text, expected) in [
            ("MMYYYY", "032031", Some("2031-03")),
            ("MMYYYY", "32031", None),
            ("YYYYMM", "203103", Some("2031-03")),
            ("YYYYMM", "203113", None),
            ("MM/DD/YYYY", "3/5/2029", Some("2029-03-05")),
            ("MM/DD/YYYY", "13/05/2029", None),
            ("DD-Mon-YY", "28-Feb-97", Some("1997-02-28")),
            ("DD-Mon-YY", "30-Feb-97", None),
            ("Mon-YYYY", "Dec-2015", Some("2015-12")),
            ("YYYYMMDD", "20240331", Some("2024-03-31")),
            ("YYYYMMDD", "20240331x", None),
        ] {
            let found = Writing::of(writing).unwrap().read(text).map(|moment| moment.to_string());
            assert_eq!(found.as_deref(), expected, "{text} as {writing}");
        }
        for writing in ["", "YYYY", "MM", "YYYYMMMM", "YYYYQ1", "YYYYMMDDDD", "YYYYMMYY"] {
            assert!(Writing::of(writing).is_none(), "{writing}");
        }
    }

    #[test]
    fn months_and_days_without_a_stated_writing_leave_nothing_open() {
        for (text, expected) in [
            ("042024", Some("2024-04")),
            ("202404", Some("2024-04")),
            ("200112", Some("2001-12")),
            ("2024-04", Some("2024-04")),
            ("2024-03-31", Some("2024-03-31")),
            ("31/03/2024", Some("2024-03-31")),
            ("04/03/2024", None),
            ("03/03/2024", Some("2024-03-03")),
            ("31-Mar-24", Some("2024-03-31")),
            ("132024", None),
        ] {
            assert_eq!(Moment::usual(text).map(|moment| moment.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn begun_months_are_counted_whole() {
        let moment = |text| Moment::usual(text).unwrap();
        for (from, to, months) in [
            ("2024-03-15", "2027-03-15", Some(36)),
            ("2024-03-15", "2027-03-16", Some(37)),
            ("2024-03-15", "2024-03-16", Some(1)),
            ("2024-03-15", "2024-04-01", Some(1)),
            ("2024-03-15", "2024-03-15", None),
            ("2024-03-31", "2023-11-30", None),
            ("032024", "032031", Some(84)),
            ("032024", "032024", Some(0)),
            ("032024", "022024", None),
            ("2024-03-31", "032031", Some(84)),
        ] {
            assert_eq!(moment(to).months_from(moment(from)), months, "{from} {to}");
        }
    }
}
