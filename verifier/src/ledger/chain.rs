//! The steps of a ledger, their order, and the ledger file.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tailproof_core::text::check_printable;
use tailproof_core::{Confidence, Limit, Problem};

use crate::encoding::{digest_to_field, parse_file};
use crate::error::MalformedError;
use crate::field::InputField;

const FORMAT: &str = "tailproof-ledger";
/// Version of ledger files.
pub const VERSION: u16 = 1;

/// What a step says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// value at risk is within a limit
    Forecast,
    /// the loss of the day was within it
    Realised,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Forecast => "forecast",
            Kind::Realised => "realised",
        }
    }
}

/// A step: a verified proof and the files that it verifies with, by their digests in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// what it says
    pub kind: Kind,
    /// the day of the loss, YYYY-MM-DD
    pub date: String,
    /// commitment to the book
    pub commitment: String,
    /// the limit: `limit 250000` or `limit_nav 0.05`
    pub limit: String,
    /// SHA-256 of the proof file
    pub proof: String,
    /// digest of the scenario set
    pub scenarios: String,
    /// digest of the mandate
    pub mandate: String,
    /// digest of the verifying key
    pub keys: String,
}

/// The text of a limit in a step.
pub fn limit_text(limit: Limit) -> String {
    let name = if matches!(limit, Limit::Absolute(_)) { "limit" } else { "limit_nav" };
    format!("{name} {}", limit.value().normalize())
}

/// A chain of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    name: String,
    confidence: Confidence,
    steps: Vec<Step>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    format: String,
    version: u16,
    name: String,
    confidence: String,
    steps: Vec<Step>,
    head: String,
}

/// Why a step is not added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// not a date
    #[error("'{0}' is not a date; write YYYY-MM-DD")]
    NotADate(String),
    /// the same proof again
    #[error("this proof is in the ledger already, for {0}")]
    ProvedTwice(String),
    /// a date that is not after the last
    #[error("{date} is not after {last}, the last date of the ledger")]
    OutOfOrder {
        /// the date
        date: String,
        /// the last one
        last: String,
    },
    /// a realised loss without a forecast
    #[error("there is no forecast that waits for its realised loss")]
    NoForecast,
    /// a realised loss of another day
    #[error("the open forecast is of {open}, this is of {date}")]
    OtherDate {
        /// date of the forecast
        open: String,
        /// date of the step
        date: String,
    },
    /// a realised loss of another book
    #[error("the forecast of {date} is about commitment {forecast}, this proof is about {found}: another book")]
    OtherBook {
        /// the date
        date: String,
        /// commitment of the forecast
        forecast: String,
        /// commitment of the step
        found: String,
    },
    /// a realised loss within another limit
    #[error(
        "the forecast of {date} is of '{forecast}', this proof is of '{found}': prove the loss within the limit of the forecast"
    )]
    OtherLimit {
        /// the date
        date: String,
        /// limit of the forecast
        forecast: String,
        /// limit of the step
        found: String,
    },
}

impl Ledger {
    /// A ledger without steps.
    ///
    /// # Errors
    /// An empty name, or one with control characters.
    pub fn new(name: String, confidence: Confidence) -> Result<Self, Problem> {
        if name.is_empty() {
            return Err(Problem::EmptyName);
        }
        check_printable(&name)?;
        Ok(Self { name, confidence, steps: Vec::new() })
    }

    /// Returns the ledger as it was before its first step.
    pub(super) fn without_steps(&self) -> Self {
        Self { steps: Vec::new(), ..self.clone() }
    }

    /// Whose ledger it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Of its forecasts.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// The steps, oldest first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The forecast that waits for its realised loss.
    pub fn open(&self) -> Option<&Step> {
        self.steps.last().filter(|step| step.kind == Kind::Forecast)
    }

    /// The digest of the first `steps` steps.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn head_after(&self, steps: usize) -> [u8; 32] {
        let hash = |before: &[u8], text: &str| -> [u8; 32] {
            Sha256::new().chain_update(before).chain_update(text.as_bytes()).finalize().into()
        };
        let name = serde_json::to_string(&self.name).expect("a string is always JSON");
        let first = hash(b"tailproof/ledger/v1\n", &format!("{name} {}", self.confidence.to_decimal()));
        self.steps[..steps]
            .iter()
            .fold(first, |head, step| hash(&head, &serde_json::to_string(step).expect("strings are always JSON")))
    }

    /// What a proof that becomes the step after the first `steps` is bound to.
    ///
    /// # Panics
    /// If there are fewer steps.
    pub fn context_after<F: InputField>(&self, steps: usize, kind: Kind, date: &str) -> F {
        let digest = Sha256::new()
            .chain_update(b"tailproof/ledger-context/v1")
            .chain_update(self.head_after(steps))
            .chain_update(format!("{} {date}", kind.name()))
            .finalize();
        digest_to_field(&digest.into())
    }

    /// Whether a step may come next. The proof's own context says the rest.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub fn check_next(&self, step: &Step) -> Result<(), LedgerError> {
        check_date(&step.date)?;
        if let Some(same) = self.steps.iter().find(|other| other.proof == step.proof) {
            return Err(LedgerError::ProvedTwice(same.date.clone()));
        }
        match (step.kind, self.steps.last()) {
            (Kind::Forecast, Some(last)) if step.date <= last.date => {
                Err(LedgerError::OutOfOrder { date: step.date.clone(), last: last.date.clone() })
            }
            (Kind::Forecast, _) => Ok(()),
            (Kind::Realised, _) => {
                let open = self.open().ok_or(LedgerError::NoForecast)?;
                let (date, forecast) = (step.date.clone(), open.clone());
                if date != forecast.date {
                    Err(LedgerError::OtherDate { open: forecast.date, date })
                } else if step.commitment != forecast.commitment {
                    let found = step.commitment.clone();
                    Err(LedgerError::OtherBook { date, forecast: forecast.commitment, found })
                } else if step.limit != forecast.limit {
                    Err(LedgerError::OtherLimit { date, forecast: forecast.limit, found: step.limit.clone() })
                } else {
                    Ok(())
                }
            }
        }
    }

    /// Adds a step.
    ///
    /// # Errors
    /// As [`Ledger::check_next`].
    pub fn add(&mut self, step: Step) -> Result<(), LedgerError> {
        self.check_next(&step)?;
        self.steps.push(step);
        Ok(())
    }

    /// Each day whose loss is due, with whether it counts as an exceedance: no proof that it was within the limit. The last forecast is
    /// due when another comes.
    pub fn days(&self) -> Vec<(&str, bool)> {
        let forecasts = self.steps.iter().enumerate().filter(|(_, step)| step.kind == Kind::Forecast);
        let due = forecasts.filter(|(index, _)| index + 1 < self.steps.len());
        due.map(|(index, step)| (&step.date[..], self.steps[index + 1].kind == Kind::Forecast)).collect()
    }

    /// Writes the file's JSON.
    pub fn to_json(&self) -> String {
        let json = Json {
            format: FORMAT.into(),
            version: VERSION,
            name: self.name.clone(),
            confidence: self.confidence.to_decimal().to_string(),
            steps: self.steps.clone(),
            head: hex::encode(self.head_after(self.steps.len())),
        };
        let mut text = serde_json::to_string_pretty(&json).expect("strings are always JSON");
        text.push('\n');
        text
    }

    /// Reads a ledger file strictly: its chain must be in order, and its head that of its steps.
    ///
    /// # Errors
    /// Missing or extra fields, another format or version, steps that could not follow each other, another head.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: Json = parse_file(text, FORMAT)?;
        let unexpected = |field, found: &str, expected: &str| MalformedError::Unexpected {
            field,
            found: found.to_owned(),
            expected: expected.to_owned(),
        };
        if json.version != VERSION {
            let found = json.version.to_string();
            return Err(MalformedError::WrongVersion { what: "the ledger", found, expected: VERSION });
        }
        let confidence: Confidence =
            json.confidence.parse().map_err(|_| unexpected("confidence", &json.confidence, "a decimal in (0, 1)"))?;
        let mut ledger = Self::new(json.name.clone(), confidence)
            .map_err(|_| unexpected("name", &json.name, "a name without control characters"))?;
        for step in json.steps {
            let date = step.date.clone();
            ledger.add(step).map_err(|error| unexpected("steps", &format!("{date}: {error}"), "steps in order"))?;
        }
        let head = hex::encode(ledger.head_after(ledger.steps.len()));
        if head == json.head { Ok(ledger) } else { Err(unexpected("head", &json.head, &head)) }
    }
}

/// Checks that a text is a date in the form whose texts compare as the dates do.
///
/// # Errors
/// If it is not.
pub fn check_date(text: &str) -> Result<(), LedgerError> {
    let date: Option<jiff::civil::Date> = text.parse().ok();
    let canonical = date.is_some_and(|date| date.to_string() == text && text.len() == 10);
    if canonical { Ok(()) } else { Err(LedgerError::NotADate(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;

    fn step(kind: Kind, date: &str, proof: &str) -> Step {
        let text = |text: &str| text.to_owned();
        Step {
            kind,
            date: text(date),
            commitment: text("0x01"),
            limit: text("limit 5"),
            proof: text(proof),
            scenarios: text("22"),
            mandate: text("33"),
            keys: text("44"),
        }
    }

    fn ledger() -> Ledger {
        let mut ledger = Ledger::new("Desk".into(), "0.99".parse().unwrap()).unwrap();
        ledger.add(step(Kind::Forecast, "2024-01-02", "a")).unwrap();
        ledger.add(step(Kind::Realised, "2024-01-02", "b")).unwrap();
        ledger.add(step(Kind::Forecast, "2024-01-03", "c")).unwrap();
        ledger.add(step(Kind::Forecast, "2024-01-04", "d")).unwrap();
        ledger
    }

    #[test]
    fn a_day_without_a_proof_is_an_exceedance_once_the_next_begins() {
        assert_eq!(ledger().days(), [("2024-01-02", false), ("2024-01-03", true)]);
        assert_eq!(ledger().open().map(|step| &step.date[..]), Some("2024-01-04"));
    }

    #[test]
    fn steps_out_of_place_are_refused() {
        let refused = |change: &dyn Fn(&mut Step)| {
            let mut next = step(Kind::Realised, "2024-01-04", "e");
            change(&mut next);
            ledger().add(next).unwrap_err()
        };
        assert!(matches!(refused(&|step| step.proof = "a".into()), LedgerError::ProvedTwice(_)));
        assert!(matches!(refused(&|step| step.date = "2024-01-05".into()), LedgerError::OtherDate { .. }));
        assert!(matches!(refused(&|step| step.commitment = "0x02".into()), LedgerError::OtherBook { .. }));
        assert!(matches!(refused(&|step| step.limit = "limit 6".into()), LedgerError::OtherLimit { .. }));
        for text in ["4 Jan", "2024-13-45", "2024-1-4", "2024-01-04T00:00"] {
            assert!(matches!(refused(&|step| step.date = text.into()), LedgerError::NotADate(_)), "{text}");
        }
        assert!(matches!(refused(&|step| step.kind = Kind::Forecast), LedgerError::OutOfOrder { .. }));
        let mut realised = ledger();
        realised.add(step(Kind::Realised, "2024-01-04", "e")).unwrap();
        assert!(matches!(realised.add(step(Kind::Realised, "2024-01-04", "f")), Err(LedgerError::NoForecast)));
    }

    #[test]
    fn contexts_are_of_one_place() {
        let one = ledger();
        let context = |ledger: &Ledger, steps, kind, date: &str| ledger.context_after::<Fr>(steps, kind, date);
        let base = context(&one, 4, Kind::Realised, "2024-01-04");
        let mut other = one.clone();
        other.name = "Other".into();
        assert_ne!(base, context(&one, 3, Kind::Realised, "2024-01-04"));
        assert_ne!(base, context(&one, 4, Kind::Forecast, "2024-01-04"));
        assert_ne!(base, context(&one, 4, Kind::Realised, "2024-01-05"));
        assert_ne!(base, context(&other, 4, Kind::Realised, "2024-01-04"));
    }

    #[test]
    fn files_are_read_strictly() {
        let text = ledger().to_json();
        assert_eq!(Ledger::from_json(&text).unwrap(), ledger());
        for (from, to) in
            [("\"limit 5\"", "\"limit 7\""), ("2024-01-03", "2024-01-01"), ("Desk", "Dusk"), ("0.99", "0.9")]
        {
            assert!(Ledger::from_json(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
