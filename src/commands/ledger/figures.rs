//! Figures of a ledger, as it claims them or as they were verified: `tailproof ledger show`, and the
//! backtest and the report of a ledger.

use std::path::Path;

use serde_json::json;
use tailproof::ledger::{Audit, Ledger};

use super::evidence::{Market, audit, warn_of_development};
use super::read;
use super::verdict::notes;
use crate::cli::{LedgerEvidence, LedgerShow};
use crate::failure::Failure;
use crate::output::{out, print_json};

/// The words of a ledger whose proofs nobody has checked.
const NOT_VERIFIED: &str = "NOT VERIFIED";

/// A ledger whose figures are shown, and the audit of it, if it was verified.
pub struct Figures {
    pub ledger: Ledger,
    pub audit: Option<Audit>,
}

impl Figures {
    /// Reads a ledger, and verifies it if there are keys.
    pub fn read(file: &Path, evidence: &LedgerEvidence, rates: Option<&Path>) -> Result<Self, Failure> {
        let ledger = read(file)?;
        let Some(files) = &evidence.files else {
            if evidence.keys.is_empty() {
                return Ok(Self { ledger, audit: None });
            }
            return Err(Failure::Usage(
                "a ledger is verified with --files, the folder with its proofs, beside --keys".into(),
            ));
        };
        let market = Market::read(evidence.prices.as_deref(), rates, &evidence.tables)?;
        let audit = audit(&ledger, files, &evidence.keys, market.as_ref(), &evidence.against)?;
        warn_of_development(&audit);
        Ok(Self { ledger, audit: Some(audit) })
    }

    /// Returns the heading over figures that were not verified.
    pub fn heading(&self) -> Option<String> {
        let claimed = "the figures are the ledger's own claims, and no proof of it was checked";
        self.audit.is_none().then(|| format!("{NOT_VERIFIED}: {claimed}"))
    }

    /// Returns what is to be said under figures, a line each.
    pub fn notes(&self) -> Vec<String> {
        self.audit.as_ref().map(notes).unwrap_or_default()
    }

    /// Returns a failure unless the ledger was verified.
    pub fn require(&self, file: &Path) -> Result<(), Failure> {
        match self.audit {
            Some(_) => Ok(()),
            None => Err(Failure::NotVerified(format!(
                "no proof of {} was checked; verify it with --keys and --files, and with --prices of your own",
                file.display()
            ))),
        }
    }
}

/// Shows the days of a ledger.
pub fn show(options: &LedgerShow) -> Result<(), Failure> {
    let figures = Figures::read(&options.file, &options.evidence, options.rates.as_deref())?;
    let Figures { ledger, audit } = &figures;
    let days = ledger.days();
    if options.json {
        let days: Vec<_> = days.iter().map(|(date, exceeded)| json!({ "date": date, "exceeded": exceeded })).collect();
        print_json(&json!({
            "verified": audit.is_some(),
            "name": ledger.name(),
            "confidence": f64::from(ledger.confidence().millionths()) / 1e6,
            "days": days,
            "open": ledger.open().map(|step| &step.date),
            "head": hex::encode(ledger.head_after(ledger.steps().len())),
        }));
        return figures.require(&options.file);
    }
    if let Some(heading) = figures.heading() {
        out!("{heading}");
    }
    out!("ledger of \"{}\" at {}", ledger.name(), ledger.confidence());
    let within = if audit.is_some() { "within, proved" } else { "within, by the ledger's own word" };
    for (date, exceeded) in days {
        let step = ledger.steps().iter().find(|step| step.date == date).map_or("", |step| &step.limit);
        out!("{date}  {step:<24} {}", if exceeded { "NOT PROVED: counts as an exceedance" } else { within });
    }
    if let Some(open) = ledger.open() {
        out!("{}  {:<24} waits for its realised loss", open.date, open.limit);
    }
    for note in figures.notes() {
        out!("note: {note}");
    }
    figures.require(&options.file)
}
