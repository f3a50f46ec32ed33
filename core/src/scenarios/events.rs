//! Sets of events: moves of prices between named dates.

use crate::error::{EventProblem, Problem};
use crate::prices::PriceHistory;
use crate::scenarios::generator::Generator;
use crate::scenarios::historical::entry_of_set;
use crate::scenarios::set::ScenarioSet;
use crate::text::day;

pub use crate::scenarios::event::{Event, MOST_DAYS_BEFORE, MOST_NAME, NoRow};

/// Makes the set of some events: for each, the simple returns of all factors from one date to the
/// other, as [`crate::scenarios::historical`] takes them between two rows. Each scenario has weight 1.
///
/// # Errors
/// No event, or a name that is empty, too long or there twice; a date that is none; an event that
/// does not end after it begins; a date without a row of prices, as `no_row` says; a return beyond
/// ±800 %.
pub fn events(prices: &PriceHistory, wanted: &[Event], no_row: NoRow) -> Result<ScenarioSet, Problem> {
    let (mut events, mut entries, mut rows) = (Vec::with_capacity(wanted.len()), Vec::new(), Vec::new());
    for event in wanted {
        let (from, to) = (row(prices, event, &event.from, no_row)?, row(prices, event, &event.to, no_row)?);
        if from >= to {
            return Err(EventProblem::Order(event.name.clone()).into());
        }
        let taken = |row: usize, date: &String| Some(prices.dates()[row].to_string()).filter(|taken| taken != date);
        let (from_row, to_row) = (taken(from, &event.from), taken(to, &event.to));
        events.push(Event { from_row, to_row, ..event.clone() });
        for column in 0..prices.factors().len() {
            entries.push(entry_of_set(prices, from, to, column)?);
        }
        rows.extend([from, to]);
    }
    let newest = prices.len() - 1;
    rows.push(newest);
    rows.sort_unstable();
    rows.dedup();
    let labels: Vec<String> = events.iter().map(Event::label).collect();
    let last_prices = prices.row(newest).iter().map(|price| price.normalize().to_string()).collect();
    let (last, prices_sha256) = (prices.dates()[newest].to_string(), hex::encode(prices.digest(rows)));
    let generator = Generator::Events { events, no_row, last, prices_sha256 };
    let weights = vec![1; labels.len()];
    ScenarioSet::new(generator, prices.factors().to_vec(), labels, Some(last_prices), weights, entries)
}

/// Whether the prices reach from the first date of an event to its last.
pub fn covers(prices: &PriceHistory, event: &Event) -> bool {
    let (first, last) = (prices.dates()[0], prices.dates()[prices.len() - 1]);
    let is_covered = |text: &str| day(text).is_none_or(|day| (first..=last).contains(&day));
    is_covered(&event.from) && is_covered(&event.to)
}

/// Returns the row of a date of an event.
fn row(prices: &PriceHistory, event: &Event, text: &str, no_row: NoRow) -> Result<usize, Problem> {
    let date = day(text).ok_or_else(|| Problem::NotADate(text.to_owned()))?;
    if let Some(row) = prices.row_of(date) {
        return Ok(row);
    }
    let next = prices.dates().partition_point(|found| *found < date);
    let day = |row: usize| prices.dates()[row];
    let (event, date_text) = (event.name.clone(), date.to_string());
    if next == 0 || next == prices.len() {
        let (first, last) = (day(0).to_string(), day(prices.len() - 1).to_string());
        return Err(EventProblem::Outside { event, date: date_text, first, last }.into());
    }
    let (before, after) = (day(next - 1).to_string(), day(next).to_string());
    match no_row {
        NoRow::Before if (date - day(next - 1)).get_days() <= MOST_DAYS_BEFORE => Ok(next - 1),
        NoRow::Before => Err(EventProblem::TooFar { event, date: date_text, before }.into()),
        NoRow::Refuse => Err(EventProblem::NoRow { event, date: date_text, before, after }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::file::{decode, encode};
    use crate::scenarios::regenerate::{Comparison, Recomputed, Regenerate, Sources};

    const PRICES: &str = "date,A,B\n2024-01-02,100,3\n2024-01-03,110,2\n2024-01-05,99,2.5\n2024-01-08,88,4\n";

    fn made(wanted: &[Event], no_row: NoRow) -> Result<ScenarioSet, Problem> {
        events(&crate::testing::prices(PRICES), wanted, no_row)
    }

    #[test]
    fn moves_are_those_between_the_dates_and_labels_show_them() {
        let wanted = [Event::new("Fall", "2024-01-03", "2024-01-08"), Event::new("Rise", "2024-01-02", "2024-01-03")];
        let set = made(&wanted, NoRow::Refuse).unwrap();
        assert_eq!(set.labels(), ["Fall, 2024-01-03 to 2024-01-08", "Rise, 2024-01-02 to 2024-01-03"]);
        // 88/110 - 1 = -0.2; 4/2 - 1 = 1; 110/100 - 1 = 0.1; 2/3 - 1 = -1/3
        assert_eq!(set.entries(), [-209_715, 1_048_576, 104_858, -349_525]);
        assert_eq!(set.last_prices().unwrap(), ["88", "4"]);
        assert_eq!(decode("e.scn", &encode(&set)).unwrap().0, set);
        let sentence = set.sentence();
        assert!(sentence.contains("events") && !sentence.contains("historical"), "{sentence}");
    }

    #[test]
    fn a_date_without_a_row_is_refused_with_the_nearest_or_takes_the_row_before() {
        let gap = [Event::new("Gap", "2024-01-04", "2024-01-07")];
        let said = made(&gap, NoRow::Refuse).unwrap_err().to_string();
        for words in ["'Gap'", "2024-01-04", "2024-01-03 and 2024-01-05"] {
            assert!(said.contains(words), "{said}");
        }
        let set = made(&gap, NoRow::Before).unwrap();
        assert_eq!(set.labels(), ["Gap, 2024-01-03 to 2024-01-05"]);
        let same_row = made(&[Event::new("Gap", "2024-01-05", "2024-01-06")], NoRow::Before).unwrap_err();
        assert!(same_row.to_string().contains("does not end after it begins"), "{same_row}");
        for (from, to) in [("2024-01-02", "2024-01-09"), ("2024-01-01", "2024-01-08")] {
            let said = made(&[Event::new("Out", from, to)], NoRow::Before).unwrap_err().to_string();
            assert!(said.contains("the prices are from 2024-01-02 to 2024-01-08"), "{said}");
        }
        let sparse = crate::testing::prices("date,A\n2024-01-02,1\n2024-01-31,2\n2024-02-01,3\n");
        for (from, is_near) in [("2024-01-09", true), ("2024-01-10", false)] {
            let made = events(&sparse, &[Event::new("Far", from, "2024-02-01")], NoRow::Before);
            assert_eq!(made.is_ok(), is_near, "{made:?}");
        }
    }

    #[test]
    fn a_set_is_made_again_from_longer_prices_and_not_from_others() {
        let set = made(&[Event::new("Gap", "2024-01-04", "2024-01-07")], NoRow::Before).unwrap();
        let compared = |text: &str| {
            Recomputed.regenerate(&set, &Sources::prices(&crate::testing::prices(text))).map(|remade| remade.comparison)
        };
        assert_eq!(compared(PRICES), Ok(Comparison::Identical));
        let longer = format!("{}2024-01-09,70,9\n", PRICES.replace("date,A,B\n", "date,A,B\n2023-12-29,7,7\n"));
        assert_eq!(compared(&longer), Ok(Comparison::Identical));
        let other = PRICES.replace("2024-01-05,99", "2024-01-05,98");
        assert!(matches!(compared(&other), Ok(Comparison::OtherSource(_))));
        // A row that the maker did not have is the date's own.
        let filled = PRICES.replace("2024-01-05", "2024-01-04,100,3\n2024-01-05");
        assert!(matches!(compared(&filled), Ok(Comparison::OtherSource(_))));
    }

    /// The label is all that sentences print: a calm week could be called by a crash's dates.
    #[test]
    fn a_header_whose_labels_show_other_dates_is_refused() {
        let set = made(&[Event::new("Fall", "2024-01-03", "2024-01-08")], NoRow::Refuse).unwrap();
        let with = |generator: Generator, label: &str| {
            let (factors, entries) = (set.factors().to_vec(), set.entries().to_vec());
            ScenarioSet::new(generator, factors, vec![label.into()], None, vec![1], entries)
        };
        assert!(with(set.generator().clone(), &set.labels()[0]).is_ok());
        assert!(with(set.generator().clone(), "Fall, 2008-09-12 to 2008-11-20").is_err());
        let header = |event: Event| Generator::Events {
            events: vec![event],
            no_row: NoRow::Refuse,
            last: "2024-01-08".into(),
            prices_sha256: String::new(),
        };
        for (name, from, to) in [
            ("", "2024-01-03", "2024-01-08"),
            ("x", "2024-01-08", "2024-01-03"),
            ("x", "2024-01-03", "2024-01-09"),
            ("x", "20240103", "2024-01-08"),
        ] {
            let event = Event::new(name, from, to);
            assert!(with(header(event.clone()), &event.label()).is_err(), "{name} {from} {to}");
        }
    }
}
