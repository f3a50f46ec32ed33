//! One number, as people and spreadsheets write it.

use rust_decimal::Decimal;
use tailproof_core::text::parse_decimal;

use super::options::DecimalMark;

/// A number, and what was taken off its text to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    pub value: Decimal,
    /// the mark between thousands
    pub thousands: Option<char>,
    /// the sign of a currency
    pub currency: Option<char>,
    /// whether it is negative by brackets, or by a sign behind it
    pub negative: Option<Negative>,
}

/// A way to write a negative number other than a minus before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Negative {
    /// (500)
    Brackets,
    /// 500-
    Behind,
}

/// Signs of currency that are taken off.
const CURRENCIES: &str = "$€£¥₹₩₽฿₺₪₫₴₦₱₡₲₵₸₭₮";
/// Marks between thousands besides the one that is not the decimal mark: spaces and apostrophes.
const SPACES: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];
/// Texts for a missing value, in lower case.
const MISSING: [&str; 16] = [
    "", "nan", "na", "n/a", "n.a.", "#value!", "#ref!", "#div/0!", "#num!", "#name?", "#null!", "null", "none", "-",
    "--", ".",
];
/// How terminals begin a text for a missing value: `#N/A N/A`, `#N/A Invalid Security`.
const MISSING_START: &str = "#n/a";

/// Whether a cell says that there is no value.
pub(crate) fn is_missing(cell: &str) -> bool {
    (cell.len() <= 8 && MISSING.contains(&&*cell.to_ascii_lowercase()))
        || cell.get(..MISSING_START.len()).is_some_and(|start| start.eq_ignore_ascii_case(MISSING_START))
}

/// Whether a cell has no characters but those of a number with a decimal point, or none at all.
pub(crate) fn is_plain(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'))
}

/// Returns a number that has digits, at most one decimal mark and a minus before it alone, and is
/// short. Other numbers take longer to read.
#[inline]
pub(crate) fn plain(cell: &str, mark: DecimalMark) -> Option<Decimal> {
    let mark = mark.mark();
    let bytes = cell.as_bytes();
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if !(1..=18).contains(&digits.len()) || digits[0] == mark || digits[digits.len() - 1] == mark {
        return None;
    }
    let (mut value, mut point) = (0i64, None);
    for (place, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            found if *found == mark && point.is_none() => point = Some(place),
            _ => return None,
        }
    }
    // A negative zero keeps its sign, as the parser of decimals has it.
    if negative && value == 0 {
        return None;
    }
    let scale = point.map_or(0, |point| digits.len() - 1 - point);
    Some(Decimal::new(if negative { -value } else { value }, u32::try_from(scale).ok()?))
}

/// Reads a number with this decimal mark; `None` if it is no number, or not exact.
pub(crate) fn read(cell: &str, mark: DecimalMark) -> Option<Number> {
    let mut text = cell.trim();
    let mut number = Number { value: Decimal::ZERO, thousands: None, currency: None, negative: None };
    let mut minus = false;
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (number.negative, text) = (Some(Negative::Brackets), inner.trim());
    }
    // A sign and a currency stand before the digits in either order, once each.
    for _ in 0..2 {
        if let Some(rest) = text.strip_prefix(['-', '\u{2212}'])
            && !minus
        {
            (minus, text) = (true, rest.trim_start());
        }
        if let Some((sign, rest)) = currency(text.chars().next(), &number) {
            (number.currency, text) = (Some(sign), text[rest..].trim_start());
        }
        if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
            && number.negative.is_none()
        {
            (number.negative, text) = (Some(Negative::Brackets), inner.trim());
        }
    }
    if let Some((sign, length)) = currency(text.chars().next_back(), &number) {
        (number.currency, text) = (Some(sign), text[..text.len() - length].trim_end());
    }
    if let Some(rest) = text.strip_suffix('-')
        && number.negative.is_none()
    {
        (number.negative, text) = (Some(Negative::Behind), rest.trim_end());
    }
    let second_sign = text.starts_with(['+', '-']) && text != cell.trim();
    if second_sign || (minus && number.negative.is_some()) {
        return None;
    }
    let magnitude = magnitude(text, mark, &mut number.thousands)?;
    number.value = if minus || number.negative.is_some() { -magnitude } else { magnitude };
    Some(number)
}

/// Returns the sign of a currency and its length, if that is what stands there and none was found
/// before.
fn currency(found: Option<char>, number: &Number) -> Option<(char, usize)> {
    let sign = found.filter(|found| number.currency.is_none() && CURRENCIES.contains(*found))?;
    Some((sign, sign.len_utf8()))
}

/// Reads a number without its signs, and says what stands between its thousands.
fn magnitude(text: &str, mark: DecimalMark, thousands: &mut Option<char>) -> Option<Decimal> {
    let decimal = char::from(mark.mark());
    let (whole, decimals) = match text.split_once(decimal) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (text, None),
    };
    let is_mark = |found: char| found == char::from(mark.thousands()) || SPACES.contains(&found);
    let Some(found) = whole.chars().find(|found| is_mark(*found)) else {
        return match mark {
            DecimalMark::Point => parse_decimal(text).ok(),
            DecimalMark::Comma => parse_decimal(&text.replace(',', ".")).ok(),
        };
    };
    let mut groups = whole.split(found);
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
    if !grouped || !groups.all(|group| group.len() == 3 && digits(group)) || !decimals.is_none_or(digits) {
        return None;
    }
    *thousands = Some(found);
    let mut joined: String = whole.chars().filter(char::is_ascii_digit).collect();
    if let Some(decimals) = decimals {
        joined.push('.');
        joined.push_str(decimals);
    }
    parse_decimal(&joined).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, mark: DecimalMark) -> Option<String> {
        read(text, mark).map(|number| number.value.to_string())
    }

    #[test]
    fn numbers_are_read_as_their_mark_says() {
        let (point, comma) = (DecimalMark::Point, DecimalMark::Comma);
        for (text, as_point, as_comma) in [
            ("1234.50", Some("1234.50"), None),
            ("1234,50", None, Some("1234.50")),
            ("1,234", Some("1234"), Some("1.234")),
            ("1.234", Some("1.234"), Some("1234")),
            ("1,234.50", Some("1234.50"), None),
            ("1.234,50", None, Some("1234.50")),
            ("1,200,000", Some("1200000"), None),
            ("1 234,50", None, Some("1234.50")),
            ("1\u{a0}234", Some("1234"), Some("1234")),
            ("1'234.5", Some("1234.5"), None),
            ("0,123", None, Some("0.123")),
            ("0.123", Some("0.123"), None),
            ("12,34", None, Some("12.34")),
            ("1,2345", None, Some("1.2345")),
            ("1234,567", None, Some("1234.567")),
            ("1e-05", Some("0.00001"), Some("0.00001")),
            ("1,5e-05", None, Some("0.000015")),
            ("(500000)", Some("-500000"), Some("-500000")),
            ("(1,250.50)", Some("-1250.50"), None),
            ("$1,234.50", Some("1234.50"), None),
            ("$ 87.25", Some("87.25"), None),
            ("-$87.25", Some("-87.25"), None),
            ("$-87.25", Some("-87.25"), None),
            ("($87.25)", Some("-87.25"), None),
            ("$(87.25)", Some("-87.25"), None),
            ("87,25 €", None, Some("87.25")),
            ("500-", Some("-500"), Some("-500")),
            ("\u{2212}5", Some("-5"), Some("-5")),
            ("+5", Some("5"), Some("5")),
            ("2e-08", Some("0.00000002"), Some("0.00000002")),
        ] {
            assert_eq!(value(text, point).as_deref(), as_point, "{text} with a point");
            assert_eq!(value(text, comma).as_deref(), as_comma, "{text} with a comma");
        }
    }

    #[test]
    fn what_is_no_number_is_not_made_one() {
        for text in [
            "",
            "x",
            "1,23,456",
            "1,2,3",
            "1 23",
            "12 34",
            "1,234,56",
            ",",
            ".",
            "$",
            "()",
            "(-5)",
            "-5-",
            "--5",
            "$$5",
            "$5$",
            "1.2.3",
            "1,234.5,6",
            "1 234'567",
            "5 %",
            "1e",
            "1_000",
            "(5",
            "5)",
            "+-5",
            "1234,567,890",
            "0,000,123",
            "- -5",
            "+$5",
            "00 123",
            "1,234e5",
            "NaN",
        ] {
            assert_eq!(value(text, DecimalMark::Point), None, "{text}");
        }
        assert_eq!(value("1.5", DecimalMark::Comma), None);
    }

    /// Two ways to one number give one number, with its digits behind the point.
    #[test]
    fn the_fast_way_agrees_with_the_parser() {
        let texts = ["0", "1", "-1", "1.50", "0.00", "-0.10", "123456789012345678", "00012", "12345678.9012345678"];
        for text in texts.into_iter().chain(["87654321", "-1234567890.12345", "0.99999999", "1.2345678901234567"]) {
            assert_ne!(plain(text, DecimalMark::Point).is_some(), text == "12345678.9012345678", "{text}");
            if let Some(value) = plain(text, DecimalMark::Point) {
                let parsed = parse_decimal(text).unwrap();
                assert_eq!((value, value.scale()), (parsed, parsed.scale()), "{text}");
            }
        }
        assert!(plain("1.50", DecimalMark::Point).is_some() && plain("-12345.678", DecimalMark::Point).is_some());
        assert_eq!(plain("1,50", DecimalMark::Comma), plain("1.50", DecimalMark::Point));
        assert_eq!(plain("1.50", DecimalMark::Comma), None);
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "-0",
            "+5",
            "1e5",
            "1,5",
            "1.2.3",
            "1234567890123456789",
            "1234567/",
            "1234567:1",
            "1.234.678901234",
        ] {
            assert_eq!(plain(text, DecimalMark::Point), None, "{text}");
        }
    }

    #[test]
    fn missing_values_are_known_by_their_usual_names() {
        for text in ["", "NaN", "#N/A N/A", "#N/A Invalid Security", "#n/a", "n/a", "-", "null", ".", "#DIV/0!"] {
            assert!(is_missing(text), "{text}");
        }
        for text in ["0", "x", "-1", "n/a n/a n/a", "..", "#N", "#\u{3a9}/A"] {
            assert!(!is_missing(text), "{text}");
        }
    }
}
