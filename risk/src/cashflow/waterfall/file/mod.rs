//! The file of the terms of notes: TOML, whose rates and shares are in percent.

mod step;
mod tables;
mod trigger;

use tailproof_core::error::{CashflowProblem, InputError, NotesProblem, Problem};
use tailproof_core::pool::TapeSchema;
use tailproof_core::toml_file::read_toml;

use super::terms::{Fee, FeeAmount, Funds, Liquidity, Note, NotesTerms, Reserve, SERVICING, Step, Swap, Trigger};
use tables::{File, FundsName, MOST_MONTHS, NoteTable, Number, StepTable};

/// The names that steps and triggers refer to.
struct Names<'n> {
    notes: Vec<&'n str>,
    fees: Vec<&'n str>,
    triggers: &'n [Trigger],
}

/// Returns the index of a name.
fn place(kind: &'static str, names: &[&str], name: &str, place: impl Fn() -> String) -> Result<usize, NotesProblem> {
    let found = names.iter().position(|known| *known == name);
    found.ok_or_else(|| NotesProblem::Unknown { place: place(), kind, name: name.to_owned() })
}

impl File {
    fn terms(&self, schema: &TapeSchema) -> Result<NotesTerms, Problem> {
        if self.version != 1 {
            return Err(CashflowProblem::Version(self.version).into());
        }
        if !(1..=MOST_MONTHS).contains(&self.legal_final) {
            let range = format!("1 to {MOST_MONTHS} months");
            return Err(Problem::OutOfRange { what: "legal_final".into(), value: self.legal_final.to_string(), range });
        }
        let share = |what: &str, number: &Option<Number>| number.as_ref().map(|number| number.parts(what)).transpose();
        let mut fees = vec![Fee { name: SERVICING.into(), amount: FeeAmount::Servicing }];
        for fee in &self.fee {
            let what = format!("the fee '{}'", fee.name);
            let amount = match (&fee.rate, &fee.amount) {
                (Some(rate), None) => FeeAmount::Rate(rate.parts(&what)?),
                (None, Some(amount)) => FeeAmount::Amount(amount.units(&what)?),
                _ => return Err(NotesProblem::Parts("a [[fee]] needs one of rate and amount").into()),
            };
            fees.push(Fee { name: fee.name.clone(), amount });
        }
        let note = |note: &NoteTable| -> Result<Note, Problem> {
            let what = format!("note '{}'", note.name);
            let balance = note.balance.units(&format!("the balance of {what}"))?;
            if balance == 0 {
                return Err(NotesProblem::Parts("a [[note]] has a balance of 0").into());
            }
            Ok(Note { name: note.name.clone(), balance, coupon: note.coupon.rate(&format!("the coupon of {what}"))? })
        };
        let notes: Vec<Note> = self.note.iter().map(note).collect::<Result<_, _>>()?;
        let note_names: Vec<&str> = notes.iter().map(|note| &note.name[..]).collect();
        let triggers: Vec<Trigger> =
            self.trigger.iter().map(|table| table.trigger(&note_names, schema)).collect::<Result<_, _>>()?;
        let names = Names {
            notes: note_names.clone(),
            fees: fees.iter().map(|fee| &fee.name[..]).collect(),
            triggers: &triggers,
        };
        let steps = |list, tables: &[StepTable]| -> Result<Vec<Step>, Problem> {
            tables.iter().zip(1..).map(|(table, number)| table.step(list, number, &names)).collect()
        };
        let (interest, principal) = (steps("interest", &self.interest)?, steps("principal", &self.principal)?);
        let swap = self.swap.as_ref().map(|table| {
            let note = match &table.notional[..] {
                "pool" => None,
                name => Some(place("note", &note_names, name, || "[swap]".into())?),
            };
            Ok::<_, Problem>(Swap {
                note,
                pay: table.pay.rate("pay of [swap]")?,
                receive: table.receive.rate("receive of [swap]")?,
            })
        });
        let reserve = self.reserve.as_ref().map(|table| {
            Ok::<_, Problem>(Reserve {
                initial: table.initial.units("initial of [reserve]")?,
                target: share("target of [reserve]", &table.target)?.unwrap_or(0),
                floor: table.floor.as_ref().map_or(Ok(0), |floor| floor.units("floor of [reserve]"))?,
            })
        });
        let liquidity = self.liquidity.as_ref().map(|table| {
            let rate = share("rate of [liquidity]", &table.rate)?.unwrap_or(0);
            Ok::<_, Problem>(Liquidity { limit: table.limit.units("limit of [liquidity]")?, rate })
        });
        let guarantee = self.guarantee.as_ref().map(|table| table.cap.units("cap of [guarantee]"));
        if self.call_price.is_some() && self.clean_up_call.is_none() {
            return Err(NotesProblem::Parts("there is a call_price, and no clean_up_call").into());
        }
        let terms = NotesTerms {
            name: self.name.clone(),
            legal_final: self.legal_final,
            clean_up_call: share("clean_up_call", &self.clean_up_call)?,
            call_price: share("call_price", &self.call_price)?.unwrap_or(100_000_000),
            recoveries: match self.recoveries {
                Some(FundsName::Interest) => Funds::Interest,
                _ => Funds::Principal,
            },
            notes: notes.clone(),
            fees: fees.clone(),
            reserve: reserve.transpose()?,
            swap: swap.transpose()?,
            liquidity: liquidity.transpose()?,
            guarantee: guarantee.transpose()?,
            triggers: triggers.clone(),
            interest,
            principal,
        };
        terms.check()?;
        Ok(terms)
    }
}

impl NotesTerms {
    /// Reads the terms of notes of a pool whose tape has this schema. `file` names them in errors.
    ///
    /// # Errors
    /// Not TOML; unknown keys; another version; numbers that are no decimals or out of range; names
    /// that there are not; a trigger on a column that the schema does not have; the errors of
    /// [`NotesTerms::check`].
    pub fn from_toml(file: &str, text: &str, schema: &TapeSchema) -> Result<Self, InputError> {
        let read: File = read_toml(file, text)?;
        read.terms(schema).map_err(|problem| InputError::in_file(file, problem))
    }
}
