//! The steps of a ledger of a pool, their order, and the ledger file.

use ark_bn254::Fr;
use serde::{Deserialize, Serialize};
use tailproof_core::Problem;
use tailproof_core::echo::echo;
use tailproof_core::text::{check_printable, day};

use super::error::PoolLedgerError;
use super::kind::StepKind;
use crate::backend::{Backend, Groth16, Halo2};
use crate::encoding::{digest_from_hex, input_from_hex, parse_file};
use crate::error::MalformedError;
use crate::field::InputField;
use crate::ledger::heads;

const FORMAT: &str = "tailproof-pool-ledger";
/// Version of ledger files of pools.
pub const VERSION: u16 = 1;
/// Domain of heads.
const HEADS: &str = "tailproof/pool-ledger/v1";
/// Domain of contexts.
const CONTEXTS: &str = "tailproof/pool-ledger-context/v1";
const A_COMMITMENT: &str = "a commitment: 0x and 64 lower-case hex digits of a field element";

/// A step: a verified proof and the files that it verifies with, named by their digests. A digest is
/// 64 lower-case hex digits. A ledger is a list of claims until [`PoolLedger::verify`] has checked
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolStep {
    /// Kind of the step.
    pub kind: StepKind,
    /// Cut-off of the earlier tape, YYYY-MM-DD; of a month or a span alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Commitment to the earlier tape; of a month or a span alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Cut-off of the tape, YYYY-MM-DD.
    pub cut_off: String,
    /// Commitment to the tape.
    pub commitment: String,
    /// SHA-256 of the proof file.
    pub proof: String,
    /// Digest of the deal.
    pub deal: String,
    /// Digest of the verifying key.
    pub keys: String,
    /// Digest of the scenario set, of claims about losses alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenarios: Option<String>,
}

impl PoolStep {
    /// Checks that every field has its one form.
    fn check_form(&self, backend: &str) -> Result<(), PoolLedgerError> {
        let wrong = |field, found: &str, expected| PoolLedgerError::Form {
            cut_off: self.cut_off.clone(),
            field,
            found: found.to_owned(),
            expected,
        };
        for (field, text) in [("cut_off", Some(&self.cut_off)), ("from", self.from.as_ref())] {
            if let Some(text) = text {
                day(text).ok_or_else(|| wrong(field, text, "a date, YYYY-MM-DD"))?;
            }
        }
        let digests = [("proof", Some(&self.proof)), ("deal", Some(&self.deal)), ("keys", Some(&self.keys))];
        for (field, text) in digests.into_iter().chain([("scenarios", self.scenarios.as_ref())]) {
            if let Some(text) = text {
                digest_from_hex(field, text).map_err(|_| wrong(field, text, "a digest: 64 lower-case hex digits"))?;
            }
        }
        for (field, text) in [("commitment", Some(&self.commitment)), ("before", self.before.as_ref())] {
            if let Some(text) = text.filter(|text| !is_commitment(backend, text)) {
                return Err(wrong(field, text, A_COMMITMENT));
            }
        }
        let expected = self.kind != StepKind::Pool;
        if self.from.is_some() != expected || self.before.is_some() != expected {
            return Err(PoolLedgerError::Fields { cut_off: self.cut_off.clone(), kind: self.kind, expected });
        }
        Ok(())
    }

    /// Returns the earlier date and commitment; `None` for a proof about the pool.
    pub fn earlier(&self) -> Option<(&str, &str)> {
        self.from.as_deref().zip(self.before.as_deref())
    }
}

/// Returns whether a text is a commitment over the field of a backend.
fn is_commitment(backend: &str, text: &str) -> bool {
    match backend == Halo2::NAME {
        true => input_from_hex::<<Halo2 as Backend>::Field>("commitment", text).is_ok(),
        false => input_from_hex::<Fr>("commitment", text).is_ok(),
    }
}

/// The things that a ledger of a pool begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// Name of the pool.
    pub name: String,
    /// Name of the proof system of all proofs, as in proof files.
    pub backend: String,
    /// Cut-off of the first tape, YYYY-MM-DD.
    pub cut_off: String,
    /// Digest of the schema at that cut-off, in hex.
    pub schema: String,
    /// Commitment to the first tape, over the backend's field.
    pub commitment: String,
}

/// A ledger of a pool: its beginning and its chain of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolLedger {
    beginning: Beginning,
    steps: Vec<PoolStep>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    format: String,
    version: u16,
    name: String,
    backend: String,
    cut_off: String,
    schema: String,
    commitment: String,
    steps: Vec<PoolStep>,
    head: String,
}

impl PoolLedger {
    /// Returns a ledger without steps.
    ///
    /// # Errors
    /// Errors if the name is empty or contains control characters. The other fields of `beginning`
    /// must be in their forms; [`PoolLedger::from_json`] checks them.
    pub fn new(beginning: Beginning) -> Result<Self, Problem> {
        if beginning.name.is_empty() {
            return Err(Problem::EmptyName);
        }
        check_printable(&beginning.name)?;
        Ok(Self { beginning, steps: Vec::new() })
    }

    /// Returns what it begins with.
    pub fn beginning(&self) -> &Beginning {
        &self.beginning
    }

    /// Returns the steps, oldest first.
    pub fn steps(&self) -> &[PoolStep] {
        &self.steps
    }

    /// Returns the months, oldest first.
    pub fn months(&self) -> impl Iterator<Item = &PoolStep> {
        self.steps.iter().filter(|step| step.kind == StepKind::Month)
    }

    /// Returns every cut-off with its commitment, oldest first.
    pub fn commitments(&self) -> impl Iterator<Item = (&str, &str)> {
        let first = (&self.beginning.cut_off[..], &self.beginning.commitment[..]);
        std::iter::once(first).chain(self.months().map(|step| (&step.cut_off[..], &step.commitment[..])))
    }

    /// Returns the last cut-off and its commitment.
    pub fn last(&self) -> (&str, &str) {
        self.commitments().last().expect("a ledger begins with a commitment")
    }

    /// Returns the digest of the first `steps` steps.
    ///
    /// # Panics
    /// If the ledger has fewer steps.
    pub fn head_after(&self, steps: usize) -> [u8; 32] {
        self.heads().nth(steps).expect("a head for each number of steps")
    }

    /// Returns the digest of all steps.
    pub fn head(&self) -> [u8; 32] {
        self.head_after(self.steps.len())
    }

    /// Returns the digests of the ledger without steps, after its first step, and so on to the
    /// last.
    pub fn heads(&self) -> impl Iterator<Item = [u8; 32]> {
        let Beginning { name, backend, cut_off, schema, commitment } = &self.beginning;
        let beginning = serde_json::to_string(&[name, backend, cut_off, schema, commitment]);
        heads::heads(HEADS, &beginning.expect("strings are always JSON"), &self.steps)
    }

    /// Returns the context of a proof that becomes the next step.
    pub fn next_context<F: InputField>(&self, kind: StepKind, cut_off: &str) -> F {
        context_behind(&self.head(), kind, cut_off)
    }

    /// Checks that a step may come next. The context of its proof binds it to the steps before.
    ///
    /// # Errors
    /// See [`PoolLedgerError`].
    pub fn check_next(&self, step: &PoolStep) -> Result<(), PoolLedgerError> {
        step.check_form(&self.beginning.backend)?;
        if let Some(same) = self.steps.iter().find(|other| other.proof == step.proof) {
            return Err(PoolLedgerError::ProvedTwice(same.cut_off.clone()));
        }
        self.check_dates(step.kind, step.from.as_deref(), &step.cut_off)?;
        self.check_commitments(step)
    }

    /// Checks that a step of `kind`, to `cut_off` and from an earlier date where it has one, may come
    /// next.
    pub(super) fn check_dates(&self, kind: StepKind, from: Option<&str>, cut_off: &str) -> Result<(), PoolLedgerError> {
        let (last, _) = self.last();
        let (cut_off, last) = (cut_off.to_owned(), last.to_owned());
        match (kind, from) {
            (StepKind::Month, _) if cut_off <= last => Err(PoolLedgerError::OutOfOrder { cut_off, last }),
            (StepKind::Month, Some(from)) if from != last => {
                Err(PoolLedgerError::NotTheNext { from: from.to_owned(), cut_off, last })
            }
            (StepKind::Pool | StepKind::Span, _) if cut_off != last => {
                Err(PoolLedgerError::NotTheLast { cut_off, last })
            }
            (StepKind::Span, Some(from)) if *from >= *last || self.commitment_of(from).is_none() => {
                Err(PoolLedgerError::NoCutOff(from.to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Checks that the commitments of a step, whose dates were checked, are the ledger's.
    fn check_commitments(&self, step: &PoolStep) -> Result<(), PoolLedgerError> {
        let own = |cut_off: &str, found: &str| match self.commitment_of(cut_off) {
            Some(expected) if expected != found => Err(PoolLedgerError::OtherPool {
                cut_off: cut_off.to_owned(),
                expected: expected.to_owned(),
                found: found.to_owned(),
            }),
            _ => Ok(()),
        };
        // That of a month is new: no cut-off of the ledger is as late.
        own(&step.cut_off, &step.commitment)?;
        step.earlier().map_or(Ok(()), |(from, before)| own(from, before))
    }

    /// Returns the commitment of a cut-off of the ledger.
    fn commitment_of(&self, cut_off: &str) -> Option<&str> {
        self.commitments().find(|(date, _)| *date == cut_off).map(|(_, commitment)| commitment)
    }

    /// Adds a step.
    ///
    /// # Errors
    /// The errors of [`PoolLedger::check_next`].
    pub fn add(&mut self, step: PoolStep) -> Result<(), PoolLedgerError> {
        self.check_next(&step)?;
        self.steps.push(step);
        Ok(())
    }

    /// Returns the ledger without steps.
    pub(super) fn begun(&self) -> Self {
        Self { beginning: self.beginning.clone(), steps: Vec::new() }
    }

    /// Returns the file's JSON.
    pub fn to_json(&self) -> String {
        let Beginning { name, backend, cut_off, schema, commitment } = self.beginning.clone();
        let (steps, head) = (self.steps.clone(), hex::encode(self.head()));
        let format = FORMAT.into();
        let json = Json { format, version: VERSION, name, backend, cut_off, schema, commitment, steps, head };
        let mut text = serde_json::to_string_pretty(&json).expect("strings are always JSON");
        text.push('\n');
        text
    }

    /// Returns the ledger in a file. Parsing is strict: the chain must be in order, and the head must
    /// be that of its steps.
    ///
    /// # Errors
    /// Errors on missing or extra fields, another format or version, fields that are not in their one
    /// form, steps that cannot follow each other, and another head.
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
        if ![Groth16::NAME, Halo2::NAME].contains(&&json.backend[..]) {
            return Err(unexpected("backend", &json.backend, &format!("{} or {}", Groth16::NAME, Halo2::NAME)));
        }
        day(&json.cut_off).ok_or_else(|| unexpected("cut_off", &json.cut_off, "a date, YYYY-MM-DD"))?;
        digest_from_hex("schema", &json.schema)?;
        if !is_commitment(&json.backend, &json.commitment) {
            return Err(unexpected("commitment", &json.commitment, A_COMMITMENT));
        }
        let Json { name, backend, cut_off, schema, commitment, steps, head, .. } = json;
        let beginning = Beginning { name, backend, cut_off, schema, commitment };
        let named = |_| MalformedError::Syntax("'name' is empty or has control characters".into());
        let mut ledger = Self::new(beginning).map_err(named)?;
        for step in steps {
            let cut_off = step.cut_off.clone();
            let wrong = |error| MalformedError::Syntax(format!("the step of {} is wrong: {error}", echo(&cut_off)));
            ledger.add(step).map_err(wrong)?;
        }
        let expected = hex::encode(ledger.head());
        if head == expected { Ok(ledger) } else { Err(unexpected("head", &head, &expected)) }
    }
}

/// Returns the context of the proof of a step behind a head.
pub(super) fn context_behind<F: InputField>(head: &[u8; 32], kind: StepKind, cut_off: &str) -> F {
    heads::context_behind(CONTEXTS, head, &format!("{} {cut_off}", kind.name()))
}

#[cfg(test)]
mod tests;
