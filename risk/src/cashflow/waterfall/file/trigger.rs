//! The table of a trigger.

use tailproof_core::error::{NotesProblem, Problem};
use tailproof_core::pool::{Field, TapeSchema};

use super::super::terms::{Side, Trigger, TriggerMeasure};
use super::place;
use super::tables::TriggerTable;

impl TriggerTable {
    pub(super) fn trigger(&self, notes: &[&str], schema: &TapeSchema) -> Result<Trigger, Problem> {
        let wrong = |problem| NotesProblem::Trigger { name: self.name.clone(), measure: self.measure.clone(), problem };
        let of_note = || -> Result<usize, Problem> {
            let name = self.note.as_deref().ok_or_else(|| wrong("needs 'note'"))?;
            Ok(place("note", notes, name, || format!("trigger '{}'", self.name))?)
        };
        let (measure, sides): (_, &[Side]) = match &self.measure[..] {
            "overcollateralisation" => (TriggerMeasure::Overcollateralisation(of_note()?), &[Side::Below]),
            "interest-coverage" => (TriggerMeasure::InterestCoverage(of_note()?), &[Side::Below]),
            "cumulative-defaults" => (TriggerMeasure::CumulativeDefaults, &[Side::Above]),
            "cumulative-losses" => (TriggerMeasure::CumulativeLosses, &[Side::Above]),
            "pool-factor" => (TriggerMeasure::PoolFactor, &[Side::Below]),
            "delinquent" => (TriggerMeasure::Delinquent, &[Side::Above]),
            other => {
                let name = other.strip_prefix("average-").ok_or_else(|| wrong("measures nothing that there is"))?;
                let known = schema
                    .number(name)
                    .or_else(|| Field::OF_TAPES.into_iter().find(|field| schema.number_name(*field) == name));
                let missing = || NotesProblem::TriggerColumn { name: self.name.clone(), column: name.to_owned() };
                let field = known.filter(|field| schema.has_number(*field)).ok_or_else(missing)?;
                (TriggerMeasure::Average(field as usize, schema.step(field)), &[Side::Above, Side::Below])
            }
        };
        if self.note.is_some()
            && !matches!(measure, TriggerMeasure::Overcollateralisation(_) | TriggerMeasure::InterestCoverage(_))
        {
            return Err(wrong("has no 'note'").into());
        }
        let (side, limit) = match (&self.above, &self.below) {
            (Some(limit), None) => (Side::Above, limit),
            (None, Some(limit)) => (Side::Below, limit),
            _ => return Err(wrong("needs one of 'above' and 'below'").into()),
        };
        if !sides.contains(&side) {
            return Err(wrong(if side == Side::Above { "has no 'above'" } else { "has no 'below'" }).into());
        }
        let limit = limit.parts(&format!("the limit of trigger '{}'", self.name))?;
        if limit == 0 && matches!(measure, TriggerMeasure::Overcollateralisation(_)) {
            return Err(wrong("is never on below 0").into());
        }
        Ok(Trigger { name: self.name.clone(), measure, side, limit, stays: self.stays })
    }
}
