//! The steps of a ledger, their order, and the ledger file.

use serde::{Deserialize, Serialize};
use tailproof_core::echo::echo;
use tailproof_core::text::{check_printable, day, parse_decimal};
use tailproof_core::{Confidence, Limit, Problem};

use super::heads;
use crate::backend::{Backend, Halo2};
use crate::encoding::{digest_from_hex, input_from_hex, parse_file};
use crate::error::MalformedError;
use crate::field::InputField;

const FORMAT: &str = "tailproof-ledger";
/// Version of ledger files.
pub const VERSION: u16 = 1;

/// The kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A proof that value at risk is within a limit.
    Forecast,
    /// A proof that the loss of the day was within the limit of the forecast.
    Realised,
}

impl Kind {
    /// Returns the name in files.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Forecast => "forecast",
            Kind::Realised => "realised",
        }
    }
}

/// A step of a ledger: a verified proof and the files that it verifies with, named by their
/// digests. A digest is 64 lower-case hex digits. Whether a step says what its proof says is not
/// seen from the step: a ledger is a list of claims until [`Ledger::verify`] has checked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Kind of the step.
    pub kind: Kind,
    /// The day of the loss, YYYY-MM-DD.
    pub date: String,
    /// Commitment to the book: `0x` and 64 lower-case hex digits of a field element.
    pub commitment: String,
    /// The limit: `limit 250000` or `limit_nav 0.05`, a decimal without trailing zeros.
    pub limit: String,
    /// SHA-256 of the proof file
    pub proof: String,
    /// Digest of the scenario set.
    pub scenarios: String,
    /// Digest of the mandate.
    pub mandate: String,
    /// Digest of the verifying key.
    pub keys: String,
    /// Digest of how the scenarios take moves of their source, see [`Treatment::moves_digest`]; `None`
    /// for simple returns of prices, and in ledgers of such sets alone.
    ///
    /// [`Treatment::moves_digest`]: tailproof_core::scenarios::treatment::Treatment::moves_digest
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<String>,
}

/// Returns the text of a limit in a step.
pub fn limit_text(limit: Limit) -> String {
    let name = if matches!(limit, Limit::Absolute(_)) { "limit" } else { "limit_nav" };
    format!("{name} {}", limit.value().normalize())
}

impl Step {
    /// Checks that every field has its one form.
    fn check_form(&self) -> Result<(), LedgerError> {
        check_date(&self.date)?;
        let wrong = |field, found: &str, expected| LedgerError::Form {
            date: self.date.clone(),
            field,
            found: found.to_owned(),
            expected,
        };
        let digests =
            [("proof", &self.proof), ("scenarios", &self.scenarios), ("mandate", &self.mandate), ("keys", &self.keys)];
        for (field, text) in digests.into_iter().chain(self.moves.iter().map(|moves| ("moves", moves))) {
            digest_from_hex(field, text).map_err(|_| wrong(field, text, "a digest: 64 lower-case hex digits"))?;
        }
        // The field of halo2 is the larger one.
        input_from_hex::<<Halo2 as Backend>::Field>("commitment", &self.commitment).map_err(|_| {
            wrong("commitment", &self.commitment, "a commitment: 0x and 64 lower-case hex digits of a field element")
        })?;
        let is_limit = self.limit.split_once(' ').is_some_and(|(name, value)| {
            ["limit", "limit_nav"].contains(&name)
                && parse_decimal(value).is_ok_and(|value| format!("{name} {}", value.normalize()) == self.limit)
        });
        if is_limit { Ok(()) } else { Err(wrong("limit", &self.limit, "limit VALUE or limit_nav VALUE")) }
    }
}

/// A ledger: its name, its confidence and its chain of steps.
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

/// The reason a step cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A text that is not a date.
    #[error("'{}' is not a date; write YYYY-MM-DD", echo(.0))]
    NotADate(String),
    /// A field of a step that is not in its one form.
    #[error("{}: {} is '{}', which is not {}", echo(.date), .field, echo(.found), .expected)]
    Form {
        /// The day of the step.
        date: String,
        /// Name of the field.
        field: &'static str,
        /// The text found.
        found: String,
        /// Description of the form.
        expected: &'static str,
    },
    /// A proof that is already in the ledger.
    #[error("this proof is in the ledger already, for {}", echo(.0))]
    ProvedTwice(String),
    /// A date that is not after the last.
    #[error("{} is not after {}, the last date of the ledger", echo(.date), echo(.last))]
    OutOfOrder {
        /// The date.
        date: String,
        /// Last date of the ledger.
        last: String,
    },
    /// A realised loss without a forecast.
    #[error("no forecast waits for its realised loss")]
    NoForecast,
    /// A realised loss of another day than the open forecast.
    #[error("the open forecast is for {}, this proof is for {}", echo(.open), echo(.date))]
    OtherDate {
        /// Date of the forecast.
        open: String,
        /// Date of the step.
        date: String,
    },
    /// A realised loss of another book than the forecast's.
    #[error("the forecast of {} is about commitment {}, this proof is about {}: another book", echo(.date), echo(.forecast), echo(.found))]
    OtherBook {
        /// The date.
        date: String,
        /// Commitment of the forecast.
        forecast: String,
        /// Commitment of the step.
        found: String,
    },
    /// A realised loss over moves that are taken otherwise than the forecast's: an exposure would mean
    /// something else.
    #[error(
        "the forecast of {} takes moves otherwise than this proof: other proxies, kinds of moves or steps, returns or \
         currencies. Make the scenario of the day under the treatment of the forecast's scenarios", echo(.0)
    )]
    OtherTreatment(String),
    /// A realised loss within another limit than the forecast's.
    #[error(
        "the forecast of {} has the limit '{}', this proof '{}': prove the loss within the limit of the forecast", echo(.date), echo(.forecast), echo(.found)
    )]
    OtherLimit {
        /// The date.
        date: String,
        /// Limit of the forecast.
        forecast: String,
        /// Limit of the step.
        found: String,
    },
}

impl Ledger {
    /// Returns a ledger without steps.
    ///
    /// # Errors
    /// Errors if `name` is empty or contains control characters.
    pub fn new(name: String, confidence: Confidence) -> Result<Self, Problem> {
        if name.is_empty() {
            return Err(Problem::EmptyName);
        }
        check_printable(&name)?;
        Ok(Self { name, confidence, steps: Vec::new() })
    }

    /// Returns the name of the ledger.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the confidence of its forecasts.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Returns the steps, oldest first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the forecast that waits for its realised loss, if there is one.
    pub fn open(&self) -> Option<&Step> {
        self.steps.last().filter(|step| step.kind == Kind::Forecast)
    }

    /// Returns the digest of the first `steps` steps.
    ///
    /// # Panics
    /// If the ledger has fewer steps.
    pub fn head_after(&self, steps: usize) -> [u8; 32] {
        assert!(steps <= self.steps.len(), "the ledger has {} steps, not {steps}", self.steps.len());
        self.heads().nth(steps).expect("a head for each number of steps")
    }

    /// Returns the digests of the ledger without steps, after its first step, and so on to the
    /// last.
    pub fn heads(&self) -> impl Iterator<Item = [u8; 32]> {
        let name = serde_json::to_string(&self.name).expect("a string is always JSON");
        heads::heads("tailproof/ledger/v1", &format!("{name} {}", self.confidence.to_decimal()), &self.steps)
    }

    /// Returns the context of a proof that becomes the step after the first `steps`: one of `kind`,
    /// for `date`.
    ///
    /// # Panics
    /// If there are fewer steps.
    pub fn context_after<F: InputField>(&self, steps: usize, kind: Kind, date: &str) -> F {
        context_behind(&self.head_after(steps), kind, date)
    }

    /// Checks that a step may come next. The context of its proof binds it to the steps before.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub fn check_next(&self, step: &Step) -> Result<(), LedgerError> {
        step.check_form()?;
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
                } else if step.moves != forecast.moves {
                    Err(LedgerError::OtherTreatment(date))
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
    /// The errors of [`Ledger::check_next`].
    pub fn add(&mut self, step: Step) -> Result<(), LedgerError> {
        self.check_next(&step)?;
        self.steps.push(step);
        Ok(())
    }

    /// Returns each day whose loss is due, and whether it counts as an exceedance because no proof
    /// shows a loss within the limit. The last forecast becomes due when another follows.
    pub fn days(&self) -> Vec<(&str, bool)> {
        let forecasts = self.steps.iter().enumerate().filter(|(_, step)| step.kind == Kind::Forecast);
        let due = forecasts.filter(|(index, _)| index + 1 < self.steps.len());
        due.map(|(index, step)| (&step.date[..], self.steps[index + 1].kind == Kind::Forecast)).collect()
    }

    /// Returns the file's JSON.
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

    /// Returns the ledger in a file. Parsing is strict: the chain must be in order, and the head
    /// must be that of its steps.
    ///
    /// # Errors
    /// Errors on missing or extra fields, another format or version, steps that cannot follow each
    /// other, and another head.
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
        let confidence: Option<Confidence> = json.confidence.parse().ok();
        let confidence = confidence
            .filter(|confidence| confidence.to_decimal().to_string() == json.confidence)
            .ok_or_else(|| unexpected("confidence", &json.confidence, "a decimal in (0, 1), such as 0.99"))?;
        let mut ledger = Self::new(json.name.clone(), confidence)
            .map_err(|_| unexpected("name", &json.name, "a name without control characters"))?;
        for step in json.steps {
            let date = step.date.clone();
            let wrong = |error| MalformedError::Syntax(format!("the step of {} is wrong: {error}", echo(&date)));
            ledger.add(step).map_err(wrong)?;
        }
        let head = hex::encode(ledger.head_after(ledger.steps.len()));
        if head == json.head { Ok(ledger) } else { Err(unexpected("head", &json.head, &head)) }
    }
}

/// Returns the context of the proof of a step behind a head.
pub(super) fn context_behind<F: InputField>(head: &[u8; 32], kind: Kind, date: &str) -> F {
    heads::context_behind("tailproof/ledger-context/v1", head, &format!("{} {date}", kind.name()))
}

/// Checks that `text` is a date in the form YYYY-MM-DD, whose texts sort as dates do.
///
/// # Errors
/// Errors on any other text.
pub fn check_date(text: &str) -> Result<(), LedgerError> {
    day(text).map(drop).ok_or_else(|| LedgerError::NotADate(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;

    fn step(kind: Kind, date: &str, proof: &str) -> Step {
        Step {
            kind,
            date: date.to_owned(),
            commitment: format!("0x{}", "01".repeat(32)),
            limit: "limit 5".to_owned(),
            proof: proof.repeat(64),
            scenarios: "22".repeat(32),
            mandate: "33".repeat(32),
            keys: "44".repeat(32),
            moves: None,
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
        assert!(matches!(refused(&|step| step.proof = "a".repeat(64)), LedgerError::ProvedTwice(_)));
        assert!(matches!(refused(&|step| step.date = "2024-01-05".into()), LedgerError::OtherDate { .. }));
        assert!(matches!(
            refused(&|step| step.commitment = format!("0x{}", "02".repeat(32))),
            LedgerError::OtherBook { .. }
        ));
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

    /// Whoever writes a ledger by hand has no proof with the digest "fake".
    #[test]
    fn invented_digests_and_commitments_are_refused() {
        let refused = |change: &dyn Fn(&mut Step)| {
            let mut next = step(Kind::Realised, "2024-01-04", "e");
            change(&mut next);
            matches!(ledger().add(next), Err(LedgerError::Form { date, .. }) if date == "2024-01-04")
        };
        let upper = "AB".repeat(32);
        for text in ["fake", "", &upper, &"ab".repeat(31), &"ab".repeat(33), &"gh".repeat(32)] {
            let digits = text.to_owned();
            assert!(refused(&|step| step.proof.clone_from(&digits)), "proof {text}");
            assert!(refused(&|step| step.scenarios.clone_from(&digits)), "scenarios {text}");
            assert!(refused(&|step| step.mandate.clone_from(&digits)), "mandate {text}");
            assert!(refused(&|step| step.keys.clone_from(&digits)), "keys {text}");
            assert!(refused(&|step| step.commitment = format!("0x{digits}")), "commitment {text}");
        }
        assert!(refused(&|step| step.commitment = "01".repeat(32)), "without 0x");
        assert!(refused(&|step| step.commitment = format!("0x{}", "ff".repeat(32))), "above the modulus");
        for text in ["limit 5.0", "limit +5", "limit 5e0", "limit  5", "limit", "5", "at most 5", "limit_nav .5"] {
            assert!(refused(&|step| step.limit = text.into()), "{text}");
        }
    }

    #[test]
    fn heads_are_those_after_each_step() {
        let ledger = ledger();
        let heads: Vec<_> = ledger.heads().collect();
        assert_eq!(heads.len(), 5);
        assert!(heads.iter().enumerate().all(|(steps, head)| ledger.head_after(steps) == *head));
        let shorter: Ledger = Ledger { steps: ledger.steps[..3].to_vec(), ..ledger };
        assert_eq!(shorter.heads().last(), Some(heads[3]), "a step added later changes no head before it");
    }

    #[test]
    fn files_are_read_strictly() {
        let text = ledger().to_json();
        assert_eq!(Ledger::from_json(&text).unwrap(), ledger());
        // One confidence has one spelling.
        for (from, to) in [
            ("\"limit 5\"", "\"limit 7\""),
            ("2024-01-03", "2024-01-01"),
            ("Desk", "Dusk"),
            ("0.99", "0.9"),
            ("0.99", "0.990"),
            ("0.99", "99e-2"),
        ] {
            assert!(Ledger::from_json(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
