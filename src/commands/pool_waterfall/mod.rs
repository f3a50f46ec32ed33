//! `tailproof pool waterfall`: what each note is paid by month, without a proof.

mod months;
mod page;

use serde_json::{Value, json};
use tailproof::Unit;
use tailproof::core::InputError;
use tailproof::risk::cashflow::waterfall::NoteFigures;
use tailproof::risk::cashflow::{NotesTerms, REPRESENTATIVE, Run};
use tailproof::store::{Access, Kind};

use crate::cli::PoolWaterfall;
use crate::failure::Failure;
use crate::files;
use crate::flows::{Inputs, money, percent, years};
use crate::output::{out, print_json};
use crate::writing;

/// What is shown.
struct Paid<'p> {
    inputs: &'p Inputs,
    terms: NotesTerms,
    run: Run,
    values: Option<Vec<f64>>,
    unit: Unit,
}

/// Runs `tailproof pool waterfall`.
pub fn run(options: &PoolWaterfall) -> Result<(), Failure> {
    let flows = &options.flows;
    let outputs: Vec<_> = options.output.iter().map(|path| &**path).collect();
    files::refuse_overlap(&outputs, &[&flows.tape, &flows.deal, &flows.assumptions, &options.notes])?;
    let inputs = Inputs::read(flows)?;
    let terms = inputs.notes(&options.notes)?;
    let totals = inputs.totals()?;
    let projected = inputs.project(&totals)?;
    let run = totals.pay(&projected, &terms, &inputs.assumptions);
    let run = run.map_err(|problem| InputError::in_file(&options.notes.display().to_string(), problem.into()))?;
    let values = projected.note_values(&run);
    let paid = Paid { unit: inputs.unit()?, inputs: &inputs, terms, run, values };
    if let Some(path) = &options.output {
        writing::write(path, Kind::Page, paid.page()?.as_bytes(), Access::Secret)?;
    }
    if options.json {
        print_json(&paid.json());
    } else if options.csv {
        paid.print_csv();
    } else {
        paid.print();
    }
    Ok(())
}

impl Paid<'_> {
    /// Returns the value of a note as a share of its balance.
    fn value(&self, note: usize) -> Option<f64> {
        self.values.as_ref().and_then(|values| values.get(note)).copied()
    }

    fn json(&self) -> Value {
        let note = |(at, note): (usize, &NoteFigures)| {
            json!({
                "name": note.name,
                "balance": note.balance,
                "principal_unpaid": integer(note.principal_unpaid),
                "interest_unpaid": integer(note.interest_unpaid),
                "average_life": note.average_life,
                "yield_at_par": note.yield_at_par,
                "value": self.value(at),
                "first_principal": note.window.map(|(first, _)| first),
                "last_principal": note.window.map(|(_, last)| last),
            })
        };
        json!({
            "note": REPRESENTATIVE,
            "deal": self.inputs.pooled.deal.name(),
            "assumptions": hex::encode(self.inputs.assumptions.digest()),
            "block": self.inputs.block_name(),
            "terms": self.terms.name,
            "unit": self.unit.to_string(),
            "called": self.run.called,
            "liquidity_owed": integer(self.run.liquidity_owed),
            "notes": self.run.notes.iter().enumerate().map(note).collect::<Vec<_>>(),
            "months": self.run.months.iter().map(|month| self.month_json(month)).collect::<Vec<_>>(),
        })
    }

    fn print(&self) {
        self.inputs.print(&[format!("Payments are those {REPRESENTATIVE}.")], &self.facts());
        out!(
            "\n{:<12} {:>16} {:>16} {:>16} {:>12} {:>12} {:>10} {:>9}",
            "note",
            "balance",
            "unpaid",
            "interest unpaid",
            "average life",
            "yield at par",
            "value",
            "months"
        );
        for (at, note) in self.run.notes.iter().enumerate() {
            out!(
                "{:<12} {:>16} {:>16} {:>16} {:>12} {:>12} {:>10} {:>9}",
                note.name,
                money(note.balance.into(), self.unit),
                money(note.principal_unpaid, self.unit),
                money(note.interest_unpaid, self.unit),
                years(note.average_life),
                percent(note.yield_at_par),
                self.value(at).map_or("-".into(), |value| format!("{:.3} %", value * 100.0)),
                note.window.map_or("-".into(), |(first, last)| format!("{first}-{last}"))
            );
        }
        self.print_months();
    }

    /// Returns the figures by name.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = self.inputs.head();
        facts.push(("notes", self.terms.name.clone()));
        facts.push(("months", self.run.months.len().to_string()));
        if let Some(month) = self.run.called {
            facts.push(("called", format!("in month {month}")));
        }
        if self.run.liquidity_owed > 0 {
            facts.push(("liquidity line", format!("{} is not repaid", money(self.run.liquidity_owed, self.unit))));
        }
        facts.push(("books", "sources equal uses in each month".to_owned()));
        facts
    }
}

/// Returns units as a number of JSON, or as a text beyond 64 bits.
fn integer(units: i128) -> Value {
    i64::try_from(units).map_or_else(|_| json!(units.to_string()), |units| json!(units))
}
