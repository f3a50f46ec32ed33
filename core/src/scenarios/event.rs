//! An event: a name, and the dates between which prices moved. Sets of [events](super::events) have a
//! list of them in their header.

use serde::{Deserialize, Serialize};

use crate::error::{EventProblem, Problem};
use crate::text::day;
use crate::tree::{from_tree, tree_words};

/// Most characters of an event's name.
pub const MOST_NAME: usize = 100;
/// Most days from a date without a row to the row before it that is taken.
pub const MOST_DAYS_BEFORE: i32 = 7;

/// An event: its name, and the dates between which prices moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// in its maker's words
    pub name: String,
    /// the last close before it, `YYYY-MM-DD`
    pub from: String,
    /// its last close
    pub to: String,
    /// the row that was taken for `from`, where that has none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_row: Option<String>,
    /// the row that was taken for `to`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_row: Option<String>,
}

/// What is done about a date without a row of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoRow {
    /// it is refused
    #[default]
    Refuse,
    /// the last row before it is taken, at most [`MOST_DAYS_BEFORE`] days before it
    Before,
}

from_tree!(struct Event { name, from, to, from_row, to_row });
tree_words!(NoRow { "refuse" => Refuse, "before" => Before });

impl NoRow {
    /// Whether such a date is refused.
    // serde asks for a reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub fn is_refuse(&self) -> bool {
        *self == NoRow::Refuse
    }
}

impl Event {
    /// Returns the event of a name between two dates.
    pub fn new(name: &str, from: &str, to: &str) -> Self {
        Self { name: name.to_owned(), from: from.to_owned(), to: to.to_owned(), from_row: None, to_row: None }
    }

    /// Returns the dates of the rows between which the moves are.
    pub fn rows(&self) -> (&str, &str) {
        (self.from_row.as_deref().unwrap_or(&self.from), self.to_row.as_deref().unwrap_or(&self.to))
    }

    /// Returns the label of the event's scenario: its name, and the dates of its rows. No sentence
    /// that shows the name is without the dates.
    pub fn label(&self) -> String {
        let (from, to) = self.rows();
        format!("{}, {from} to {to}", self.name)
    }

    /// Returns every text of the event.
    pub(super) fn texts(&self) -> impl Iterator<Item = &String> {
        [&self.name, &self.from, &self.to].into_iter().chain(&self.from_row).chain(&self.to_row)
    }
}

/// Checks the events of a header, and the day of its last prices.
pub(super) fn check_events(events: &[Event], last: &str) -> Result<(), Problem> {
    let is_day = |text: &str| day(text).is_some();
    for (place, event) in events.iter().enumerate() {
        let wrong = |problem: fn(String) -> EventProblem| Err(problem(event.name.clone()).into());
        if !(1..=MOST_NAME).contains(&event.name.chars().count()) {
            return wrong(EventProblem::Name);
        }
        if events[..place].iter().any(|other| other.name == event.name) {
            return Err(Problem::DuplicateName(event.name.clone()));
        }
        let rows = [&event.from_row, &event.to_row].into_iter().flatten();
        if let Some(text) = [&event.from, &event.to].into_iter().chain(rows).find(|text| !is_day(text)) {
            return Err(Problem::NotADate(text.clone()));
        }
        let (from, to) = event.rows();
        if from >= to || to > last {
            return wrong(EventProblem::Order);
        }
    }
    if is_day(last) { Ok(()) } else { Err(Problem::NotADate(last.to_owned())) }
}

/// Returns the events that the header of a set asks for, without the rows that were taken.
pub(super) fn wanted(events: &[Event]) -> Vec<Event> {
    events.iter().map(|event| Event::new(&event.name, &event.from, &event.to)).collect()
}
