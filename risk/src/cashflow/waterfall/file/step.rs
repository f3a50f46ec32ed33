//! The table of a step.

use tailproof_core::error::{NotesProblem, Problem};

use super::super::terms::{Pay, Split, Step, Support, TriggerMeasure, UpTo};
use super::tables::{PayName, SplitName, StepTable, SupportName, UpToName};
use super::{Names, place};

impl StepTable {
    pub(super) fn step(&self, list: &'static str, number: usize, names: &Names<'_>) -> Result<Step, Problem> {
        let wrong = |problem| NotesProblem::Step { list, number, pay: self.pay.name(), problem };
        let at = || format!("step {number} of [[{list}]]");
        let trigger = |name: &String| {
            let known: Vec<&str> = names.triggers.iter().map(|trigger| &trigger.name[..]).collect();
            place("trigger", &known, name, at)
        };
        let when = match (&self.when, &self.unless) {
            (Some(name), None) => Some((trigger(name)?, true)),
            (None, Some(name)) => Some((trigger(name)?, false)),
            (None, None) => None,
            _ => return Err(wrong("has both 'when' and 'unless'").into()),
        };
        let all = |kind, known: &[&str]| -> Result<Vec<usize>, Problem> {
            if self.to.is_empty() {
                return Err(wrong("needs 'to'").into());
            }
            let found: Vec<usize> =
                self.to.iter().map(|name| place(kind, known, name, at)).collect::<Result<_, NotesProblem>>()?;
            let mut once = found.clone();
            once.sort_unstable();
            once.dedup();
            if once.len() < found.len() { Err(wrong("names one of 'to' twice").into()) } else { Ok(found) }
        };
        let split = match self.split {
            Some(SplitName::ProRata) => Split::ProRata,
            _ => Split::Sequential,
        };
        let pay = match self.pay {
            PayName::Fees => Pay::Fees(all("fee", &names.fees)?),
            PayName::Interest => Pay::Interest(all("note", &names.notes)?, split),
            PayName::Principal => Pay::Principal(all("note", &names.notes)?, split, self.up_to(&wrong, when, names)?),
            PayName::Residual => match &self.to[..] {
                [party] if !party.is_empty() => Pay::Residual(party.clone()),
                _ => return Err(wrong("needs one party in 'to'").into()),
            },
            _ if !self.to.is_empty() => return Err(wrong("has no 'to'").into()),
            PayName::Swap => Pay::Swap,
            PayName::Reserve => Pay::Reserve,
            PayName::Liquidity => Pay::Liquidity,
            PayName::Transfer => Pay::Transfer,
        };
        let of_notes = matches!(self.pay, PayName::Interest | PayName::Principal);
        if self.split.is_some() && !of_notes {
            return Err(wrong("has no 'split'").into());
        }
        if (self.up_to.is_some() || self.target.is_some()) && self.pay != PayName::Principal {
            return Err(wrong("has no 'up_to' and no 'target'").into());
        }
        if !self.support.is_empty() && !of_notes && self.pay != PayName::Fees {
            return Err(wrong("has no 'support'").into());
        }
        let support = self.support.iter().map(|name| match name {
            SupportName::Liquidity => Support::Liquidity,
            SupportName::Guarantee => Support::Guarantee,
        });
        Ok(Step { pay, when, support: support.collect() })
    }

    fn up_to(
        &self,
        wrong: &dyn Fn(&'static str) -> NotesProblem,
        when: Option<(usize, bool)>,
        names: &Names<'_>,
    ) -> Result<UpTo, Problem> {
        match (self.up_to, &self.target) {
            (None, None) => Ok(UpTo::Repaid),
            (Some(UpToName::Deficiency), target) => {
                let target = target.as_ref().map_or(Ok(0), |target| target.parts("the target of a step"))?;
                if target >= 100_000_000 {
                    return Err(wrong("has a target of all of the pool").into());
                }
                Ok(UpTo::Deficiency(target))
            }
            (Some(UpToName::Cure), None) => {
                let is_ratio =
                    |at: usize| matches!(names.triggers[at].measure, TriggerMeasure::Overcollateralisation(_));
                let trigger = when.filter(|(at, on)| *on && is_ratio(*at) && !names.triggers[*at].stays);
                let problem = "cures an overcollateralisation trigger in 'when', which does not stay";
                Ok(UpTo::Cure(trigger.ok_or_else(|| wrong(problem))?.0))
            }
            _ => Err(wrong("has a 'target', which is for up_to = \"deficiency\"").into()),
        }
    }
}
