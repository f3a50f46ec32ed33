//! Terms that lose money, or name what there is not.

use std::collections::{BTreeMap, BTreeSet};

use tailproof_core::error::{NotesProblem, Problem};
use tailproof_core::pool::TapeSchema;
use tailproof_core::pool::{Column, Field};
use tailproof_core::text::check_printable;

use super::terms::{NotesTerms, Pay, Step, Support, TriggerMeasure};

impl NotesTerms {
    /// Checks the terms against themselves.
    ///
    /// # Errors
    /// Names that cannot be shown or occur twice; a waterfall that does not end with a residual, or
    /// with steps behind it; a part that no step pays.
    pub fn check(&self) -> Result<(), Problem> {
        check_printable(&self.name)?;
        let notes: Vec<&String> = self.notes.iter().map(|note| &note.name).collect();
        let fees: Vec<&String> = self.fees.iter().map(|fee| &fee.name).collect();
        let triggers: Vec<&String> = self.triggers.iter().map(|trigger| &trigger.name).collect();
        for names in [&notes, &fees, &triggers] {
            let mut seen = BTreeSet::new();
            for name in names {
                check_printable(name)?;
                if name.is_empty() {
                    return Err(Problem::EmptyName);
                }
                if !seen.insert(name) {
                    return Err(Problem::DuplicateName((*name).clone()));
                }
            }
        }
        self.parties().into_iter().try_for_each(check_printable)?;
        if self.notes.is_empty() {
            return Err(NotesProblem::Parts("there is no [[note]]: at least one is needed").into());
        }
        check_end("interest", &self.interest, true)?;
        check_end("principal", &self.principal, false)?;
        Ok(self.check_paid()?)
    }

    /// Checks that a step pays each part.
    fn check_paid(&self) -> Result<(), NotesProblem> {
        let any = |is: &dyn Fn(&Pay) -> bool| self.steps().any(|step| is(&step.pay));
        let unpaid = |what: String| Err(NotesProblem::Unpaid(what));
        for (at, note) in self.notes.iter().enumerate() {
            if !any(&|pay| matches!(pay, Pay::Interest(to, _) if to.contains(&at))) {
                return unpaid(format!("the interest of note '{}'", note.name));
            }
            if !any(&|pay| matches!(pay, Pay::Principal(to, ..) if to.contains(&at))) {
                return unpaid(format!("the principal of note '{}'", note.name));
            }
        }
        // The fee of the matrix is checked against the matrix.
        for (at, fee) in self.fees.iter().enumerate().skip(1) {
            if !self.pays_fee(at) {
                return unpaid(format!("the fee '{}'", fee.name));
            }
        }
        for (is_there, pay, what) in [
            (self.reserve.is_some(), Pay::Reserve, "the reserve"),
            (self.swap.is_some(), Pay::Swap, "the swap"),
            (self.liquidity.is_some(), Pay::Liquidity, "the liquidity line"),
        ] {
            let is_paid = any(&|found| *found == pay);
            if is_there && !is_paid {
                return unpaid(what.to_owned());
            }
            if is_paid && !is_there {
                return Err(NotesProblem::Parts(
                    "a step pays a reserve, swap or liquidity line that the file does not have",
                ));
            }
        }
        for (is_there, support, what) in [
            (
                self.liquidity.is_some(),
                Support::Liquidity,
                "a step has the support \"liquidity\" and there is no [liquidity]",
            ),
            (
                self.guarantee.is_some(),
                Support::Guarantee,
                "a step has the support \"guarantee\" and there is no [guarantee]",
            ),
        ] {
            if !is_there && self.steps().any(|step| step.support.contains(&support)) {
                return Err(NotesProblem::Parts(what));
            }
        }
        Ok(())
    }

    /// Whether a step pays a fee.
    pub fn pays_fee(&self, fee: usize) -> bool {
        self.steps().any(|step| matches!(&step.pay, Pay::Fees(to) if to.contains(&fee)))
    }

    /// Checks the terms against public vectors, a matrix with servicing fees or none, and a schema.
    ///
    /// # Errors
    /// A rate of a vector that there is not; servicing fees that no step pays; a trigger on a column
    /// that the schema does not have.
    pub fn check_against(
        &self,
        indices: &BTreeMap<String, Vec<i64>>,
        has_servicing: bool,
        schema: &TapeSchema,
    ) -> Result<(), NotesProblem> {
        for (place, name) in self.indices() {
            if !indices.contains_key(name) {
                return Err(NotesProblem::Unknown { place, kind: "index", name: name.to_owned() });
            }
        }
        if has_servicing && !self.pays_fee(0) {
            return Err(NotesProblem::Unpaid("the fee 'servicing' of the assumptions".into()));
        }
        for trigger in &self.triggers {
            let missing = match &trigger.measure {
                TriggerMeasure::Average(field, _) => {
                    let field = Field::ALL.get(*field).filter(|field| !schema.has_number(**field));
                    field.map(|field| field.column().map_or("a spare number", Column::name))
                }
                TriggerMeasure::Delinquent if !schema.has(Column::Status) => Some(Column::Status.name()),
                _ => None,
            };
            if let Some(column) = missing {
                return Err(NotesProblem::TriggerColumn { name: trigger.name.clone(), column: column.to_owned() });
            }
        }
        Ok(())
    }
}

/// Checks that a waterfall ends with whoever has the rest, and only there.
fn check_end(list: &'static str, steps: &[Step], may_transfer: bool) -> Result<(), NotesProblem> {
    let is_end = |step: &Step| match step.pay {
        Pay::Residual(_) => true,
        Pay::Transfer => may_transfer,
        _ => false,
    };
    let pays_all = |step: &Step| is_end(step) && step.when.is_none();
    if let Some(step) = steps.iter().find(|step| step.pay == Pay::Transfer && !may_transfer) {
        let number = steps.iter().position(|other| std::ptr::eq(other, step)).unwrap_or(0) + 1;
        let problem = "is for the interest waterfall";
        return Err(NotesProblem::Step { list, number, pay: "transfer", problem });
    }
    match steps.iter().position(pays_all) {
        None => Err(NotesProblem::NoResidual(list)),
        Some(at) if at + 1 < steps.len() => Err(NotesProblem::Unreached { list, number: at + 2 }),
        Some(_) => Ok(()),
    }
}
