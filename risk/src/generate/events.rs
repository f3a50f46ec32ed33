//! Lists of events: those of a file, and ten known crises.

use serde::Deserialize;
use tailproof_core::PriceHistory;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::scenarios::events::{Event, covers};
use tailproof_core::text::parse_day;
use tailproof_core::toml_file::read_toml;

/// The ten crises that come with this crate, each with its source.
const KNOWN: &str = include_str!("../../data/events.toml");

/// Most events of a file.
const MOST_EVENTS: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventFile {
    #[serde(default)]
    event: Vec<EventTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventTable {
    name: String,
    from: DayText,
    to: DayText,
    /// For people: a set does not hold it.
    #[serde(default)]
    source: Option<String>,
}

/// A day in quotes. TOML has dates of its own, which are refused with the cure.
struct DayText(String);

impl<'de> Deserialize<'de> for DayText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Quoted;
        impl serde::de::Visitor<'_> for Quoted {
            type Value = DayText;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a date in quotes, \"YYYY-MM-DD\"")
            }

            fn visit_str<E>(self, text: &str) -> Result<DayText, E> {
                Ok(DayText(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Quoted)
    }
}

/// Reads a list of events: tables `[[event]]` with `name`, `from` and `to`, dates as `YYYY-MM-DD`,
/// and perhaps a `source`. `file` names it in errors.
///
/// # Errors
/// Another key; a date that is none; no event, or more than 10,000.
pub fn read_events(file: &str, text: &str) -> Result<Vec<Event>, InputError> {
    let EventFile { event } = read_toml(file, text)?;
    if !(1..=MOST_EVENTS).contains(&event.len()) {
        let (value, range) = (event.len().to_string(), format!("1 to {MOST_EVENTS}"));
        let problem = Problem::OutOfRange { what: "the number of tables [[event]]".into(), value, range };
        return Err(InputError::in_file(file, problem));
    }
    let read = |table: &EventTable| {
        let _ = &table.source;
        let day = |date: &str| match parse_day(date) {
            Ok(day) => Ok(day.to_string()),
            Err(problem) => Err(InputError { column: Some(table.name.clone()), ..InputError::in_file(file, problem) }),
        };
        Ok(Event::new(&table.name, &day(&table.from.0)?, &day(&table.to.0)?))
    };
    event.iter().map(read).collect()
}

/// Returns ten known crises, oldest first.
///
/// # Panics
/// Never: a test reads the list.
pub fn known_events() -> Vec<Event> {
    read_events("events.toml", KNOWN).expect("the list that comes with this crate")
}

/// Parts events into those that prices reach over and the others.
pub fn covered(prices: &PriceHistory, events: Vec<Event>) -> (Vec<Event>, Vec<Event>) {
    events.into_iter().partition(|event| covers(prices, event))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Date, Weekday};

    #[test]
    fn ten_crises_have_their_sources_and_days_of_trade() {
        let file: EventFile = read_toml("events.toml", KNOWN).unwrap();
        assert!(file.event.iter().all(|event| event.source.as_ref().is_some_and(|source| source.len() > 20)));
        let known = known_events();
        assert_eq!(known.len(), 10);
        assert!(known.windows(2).all(|pair| pair[0].to < pair[1].from));
        for event in known {
            for text in [&event.from, &event.to] {
                let day: Date = text.parse().unwrap();
                assert!(![Weekday::Saturday, Weekday::Sunday].contains(&day.weekday()), "{}: {text}", event.name);
            }
            assert!(event.from < event.to, "{}", event.name);
        }
    }

    #[test]
    fn a_file_of_events_is_read_strictly() {
        let read = |text: &str| read_events("e.toml", text).map_err(|error| error.to_string());
        let one = "[[event]]\nname = \"x\"\nfrom = \"2024-01-02\"\nto = \"2024-01-03\"\n";
        assert_eq!(read(one).unwrap(), [Event::new("x", "2024-01-02", "2024-01-03")]);
        for (text, said) in [
            ("", "the number of tables [[event]]"),
            ("[[event]]\nname = \"x\"\nfrom = \"2024-01-02\"\n", "missing field `to`"),
            ("[[event]]\nname = \"x\"\nfrom = \"02/01/2024\"\nto = \"2024-01-03\"\n", "02/01/2024"),
            ("[[event]]\nname = \"x\"\nfrom = \"2024-01-02\"\nto = \"2024-01-03\"\nfactor = \"A\"\n", "factor"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(said) && refused.contains("e.toml"), "{refused}");
        }
    }

    #[test]
    fn events_outside_the_prices_are_told_apart() {
        let text = "date,A\n2016-06-23,1\n2016-06-27,2\n2023-03-10,3\n";
        let prices = crate::csv::read_prices("p.csv", text.as_bytes()).unwrap();
        let (inside, outside) = covered(&prices, known_events());
        let names: Vec<&str> = inside.iter().map(|event| &event.name[..]).collect();
        assert_eq!(names, ["Vote on leaving the European Union", "Covid-19"]);
        assert_eq!(outside.len(), 8);
    }
}
