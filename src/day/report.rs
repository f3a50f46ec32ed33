//! What became of a day.

use tailproof_core::mandate::ClauseFigure;

/// Where the output of a step came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was made.
    Made,
    /// It was there, and is what this run would have made, or verifies in its place.
    Found,
}

/// What became of a day's loss, or of its forecast.
#[derive(Debug)]
pub enum Outcome {
    /// A proof that is in the ledger now.
    Added {
        /// The day.
        date: String,
        /// The limit, as the ledger states it.
        limit: String,
        /// Whether the proof was made or found.
        proof: Origin,
    },
    /// The claim is false; nothing was added. The figures are private.
    False {
        /// The day.
        date: String,
        /// The figures of the clauses.
        figures: Vec<ClauseFigure>,
    },
}

/// The report of a day.
#[derive(Debug, Default)]
pub struct Report {
    /// The loss of the day that was forecast before.
    pub realised: Option<Outcome>,
    /// Day whose forecast counts as an exceedance from now on.
    pub exceedance: Option<String>,
    /// The forecast.
    pub forecast: Option<Outcome>,
    /// Whether the forecast made a new commitment, because the book or its factors changed.
    pub committed: bool,
    /// Day whose forecast rests on scenarios that the prices no longer make: they were revised since.
    pub revised: Option<String>,
    /// Whether the prices have the day already: a forecast of it is made after it.
    pub late: bool,
    /// The head of the ledger, to be published.
    pub head: [u8; 32],
}

impl Report {
    /// Whether the day was done before, so that nothing changed.
    pub fn is_nothing(&self) -> bool {
        self.realised.is_none() && self.forecast.is_none()
    }
}
