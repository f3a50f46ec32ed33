//! Decimals and names as people write them.

use rust_decimal::Decimal;

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

/// Parses a decimal with an exponent, if it is exact: the parser of decimals would round digits that
/// do not fit before it looks at the exponent.
fn scientific(text: &str) -> Option<Decimal> {
    let (base, _) = text.split_once(['e', 'E'])?;
    Decimal::from_str_exact(base).ok()?;
    Decimal::from_scientific(text).ok()
}

/// Names and descriptions are shown to people: no control characters, which a terminal might obey.
pub fn check_printable(text: &str) -> Result<(), Problem> {
    if text.chars().any(char::is_control) {
        return Err(Problem::ControlCharacters(text.to_owned()));
    }
    Ok(())
}

/// The first few of a list of names, for an error message.
pub fn shortened(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
    let rest = names.len().saturating_sub(shown.len());
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}
