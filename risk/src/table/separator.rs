//! The separator of a text: stated in its first line, set, or the one that makes a table of it.

use super::error::Setting;
use super::grid::reader;
use super::options::{Separator, TableOptions};
use super::reading::{NoteBasis, NoteKind, Reading};

/// Bytes from the start of a text that are looked at.
const SAMPLE: usize = 1 << 16;

/// Returns the separator, and the text without a line that states it (`sep=;`).
pub(crate) fn find<'t>(text: &'t str, options: &TableOptions, reading: &mut Reading) -> (Separator, &'t str) {
    let (stated, rest) = stated(text);
    let (separator, basis) = match (options.separator, stated) {
        (Some(separator), _) => (separator, NoteBasis::Setting),
        (None, Some(separator)) => (separator, NoteBasis::File),
        (None, None) => (likely(rest), NoteBasis::Guess),
    };
    if separator != Separator::Comma || stated.is_some() {
        reading.add(NoteKind::Separator, basis, format!("separator {separator}")).settled_by(Setting::Separator);
    }
    (separator, rest)
}

/// Returns the separator that a first line `sep=;` states, as Excel writes it, and the rest.
fn stated(text: &str) -> (Option<Separator>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"');
    let mark = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP=")).unwrap_or_default();
    let found = Separator::ALL.into_iter().find(|separator| mark.as_bytes() == [separator.byte()]);
    (found, if found.is_some() { rest } else { text })
}

/// Returns the separator under which a line of names stands above a line with numbers, and of
/// several such, the one that gives most lines one length.
fn likely(text: &str) -> Separator {
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = if end < text.len() { &text[..text[..end].rfind('\n').unwrap_or(end)] } else { text };
    let mut best = (Separator::Comma, fit(sample, Separator::Comma));
    for separator in Separator::ALL {
        let fit = fit(sample, separator);
        if fit > best.1 {
            best = (separator, fit);
        }
    }
    best.0
}

/// Returns how well a separator fits: whether there is a header, and lines of the commonest length.
fn fit(sample: &str, separator: Separator) -> (bool, usize) {
    let mut counts: Vec<usize> = Vec::new();
    let mut before: Option<(usize, bool)> = None;
    let mut header = false;
    let mut reader = reader(sample, separator);
    let mut record = csv::StringRecord::new();
    while let Ok(true) = reader.read_record(&mut record) {
        let width = record.len();
        let numbers = record.iter().skip(1).any(is_number_like);
        if let Some((width_before, numbers_before)) = before {
            header |= width_before > 1 && width > 1 && width.abs_diff(width_before) <= 1 && numbers && !numbers_before;
        }
        before = Some((width, numbers));
        if width > 1 {
            counts.resize(counts.len().max(width + 1), 0);
            counts[width] += 1;
        }
    }
    (header, counts.into_iter().max().unwrap_or(0))
}

/// Whether a cell may be a number: it has a digit and no letters, but for an exponent.
pub(crate) fn is_number_like(cell: &str) -> bool {
    cell.bytes().any(|byte| byte.is_ascii_digit())
        && cell.chars().all(|found| !found.is_alphabetic() || matches!(found, 'e' | 'E'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Separator, usize) {
        let mut reading = Reading::plain("f");
        let (separator, _) = find(text, &TableOptions::default(), &mut reading);
        (separator, reading.notes.len())
    }

    #[test]
    fn the_separator_is_the_one_that_makes_a_table() {
        for (text, separator, notes) in [
            ("date,A\n2024-01-02,1\n", Separator::Comma, 0),
            ("date;A\n2024-01-02;1,5\n2024-01-03;1,6\n", Separator::Semicolon, 1),
            ("a, b\ndate;A\n2024-01-02;1,5\n2024-01-03;1,6\n", Separator::Semicolon, 1),
            ("date\tA\n2024-01-02\t1,5\n", Separator::Tab, 1),
            ("date|A\n2024-01-02|1.5\n", Separator::Bar, 1),
            ("sep=;\ndate;A\n2024-01-02;1.5\n", Separator::Semicolon, 1),
            ("factor,exposure\nA|B;C,100\nD|E;F,200\n", Separator::Comma, 0),
            ("factor,exposure\n\"A;B\",\"1;2\"\n", Separator::Comma, 0),
            ("date,600519\n2024-01-02,1\n", Separator::Comma, 0),
            ("", Separator::Comma, 0),
        ] {
            assert_eq!(found(text), (separator, notes), "{text:?}");
        }
    }

    #[test]
    fn a_setting_goes_before_what_is_likely_and_before_what_is_stated() {
        let mut reading = Reading::plain("f");
        let options = TableOptions { separator: Some(Separator::Tab), ..TableOptions::default() };
        let (separator, rest) = find("sep=;\na;b", &options, &mut reading);
        assert_eq!((separator, rest, reading.notes[0].basis), (Separator::Tab, "a;b", NoteBasis::Setting));
    }
}
