//! Words about a schema: whom its claims are about, and what of them is the committer's word.

use rust_decimal::Decimal;

use crate::pool::columns::{Category, Column, DEFAULTED};
use crate::pool::schema::TapeSchema;
use crate::pool::tape_terms::{OtherCurrencies, Rounding, Scale, StatusTerms, TapeTerms};

impl TapeSchema {
    /// Returns whom claims are about, in words.
    pub fn pool_in_words(&self) -> &'static str {
        if self.names(Category::Grade).iter().any(|grade| grade == DEFAULTED) {
            "loans on which something is owed, and that are not paid; those in default have the grade 'defaulted'; \
             neither they nor loans in grace are delinquent"
        } else {
            "loans on which something is owed, and that are neither paid nor in default; a loan in grace is not \
             delinquent"
        }
    }

    /// Returns what a claim rests on that no circuit shows, besides the date and the currency:
    /// sentences about the committer's word. `bands_are_proved` tells whether the claim's shape
    /// enforces bands on committed numbers. A schema of version 1 says nothing, and no claim takes
    /// it.
    pub fn on_the_committers_word(&self, bands_are_proved: bool) -> Vec<String> {
        let Some(terms) = self.terms() else { return Vec::new() };
        let mut sentences = vec![
            "which column of the file, ratio of two columns or constant for all loans each number and name is; its decimal \
             mark and order of dates, where it leaves them open"
                .to_owned(),
            "which rows of the file are the tape's: a filter, a period or a missing value may have left rows out, and their \
             number is not proved"
                .into(),
        ];
        sentences.extend(terms.scale.iter().map(|(column, scale)| of_scale(*column, *scale)));
        sentences.extend(terms.status.as_ref().map(StatusTerms::in_words));
        if self.has(Column::Term) {
            let cut_off = terms.cut_off;
            sentences.push(format!(
                "terms are remaining or original ones, as the tape has them; of a date of maturity, months from {cut_off}"
            ));
        }
        if terms.other_currencies == OtherCurrencies::LeaveOut {
            sentences.push("rows in other currencies were left out; their number is not proved".into());
        }
        sentences.extend(self.rounding_in_words(terms));
        if let Some(bands) = terms.bands.as_ref().filter(|bands| !(bands_are_proved && bands.are_committed())) {
            sentences.push(match terms.assets {
                None => format!("each grade is the band of its {}", bands.over(&terms.numbers)),
                Some(_) => format!("each loan's {} is in the band of its grade", bands.over(&terms.numbers)),
            });
        }
        if terms.assets.is_some() {
            let cut_off = terms.cut_off;
            sentences.push(format!(
                "each loan is secured by the asset of its grade, and its ltv is what is owed over the value of that at the \
                 prices of {cut_off}"
            ));
        }
        if terms.bands.is_some() && self.defaulted().is_some() {
            sentences.push("a loan of the grade 'defaulted' is in default, and so in no band".into());
        }
        match terms.ids {
            Some(_) => sentences.push("ids in their canonical form are of different loans and houses".into()),
            None => sentences.push("ids, as they are written, are of different loans".into()),
        }
        if self.has(Column::Obligor) {
            sentences.push("obligors are as the committer names them: two names may be one person".into());
        }
        sentences
    }

    /// Returns the rounding in words, with the largest change of each number; `None` where nothing
    /// is rounded.
    fn rounding_in_words(&self, terms: &TapeTerms) -> Option<String> {
        let (how, part) = match terms.rounding {
            Rounding::Refuse => return None,
            Rounding::HalfEven => ("half to even, by at most", Decimal::new(5, 1)),
            Rounding::Down => ("down, by less than", Decimal::ONE),
            Rounding::Up => ("up, by less than", Decimal::ONE),
        };
        let change = |step: Decimal| (step * part).normalize();
        let mut changes = vec![format!("{} of a balance", change(self.unit().to_decimal()))];
        let of_tape =
            [(Column::Rate, 2, " %"), (Column::Ltv, 2, " %"), (Column::Score, 0, ""), (Column::Term, 0, " months")];
        for (column, decimals, suffix) in of_tape.into_iter().filter(|(column, ..)| self.has(*column)) {
            changes.push(format!("{}{suffix} of a {}", change(Decimal::new(1, decimals)), column.name()));
        }
        let spare = terms.numbers.iter().map(|number| format!("{} of a {}", change(number.step), number.name));
        changes.extend(spare);
        Some(format!("numbers that are not whole in their steps were rounded {how} {}", changes.join(", ")))
    }
}

fn of_scale(column: Column, scale: Scale) -> String {
    let written = match scale {
        Scale::Percent => "in percent: 5.5 is 5.5 %",
        Scale::Fraction => "a fraction: 0.055 is 5.5 %",
    };
    format!("a {} of the tape is {written}", column.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::bands::Bands;
    use crate::pool::ids::IdForm;

    /// A verdict names whatever no circuit shows, and leaves out what a schema does not use.
    #[test]
    fn whatever_only_the_committer_knows_is_named() {
        let grades = ["A".to_owned()];
        let schema = |columns: &[Column], terms: TapeTerms| {
            let names =
                [if columns.contains(&Column::Grade) { grades.to_vec() } else { Vec::new() }, Vec::new(), Vec::new()];
            let schema = TapeSchema::new(crate::Unit::CENT, columns.iter().copied().collect(), names).unwrap();
            schema.with_terms(terms).unwrap()
        };
        let mut terms = TapeTerms::new("2024-03-31".parse().unwrap(), "EUR");
        let plain = schema(&[], terms.clone());
        let word = plain.on_the_committers_word(false);
        assert!(word.len() == 3 && word[1].contains("left rows out"), "{word:?}");
        assert_eq!(word[2], "ids, as they are written, are of different loans");
        let columns = [Column::Rate, Column::Term, Column::Grade, Column::Obligor, Column::Status];
        let limits = [("A".to_owned(), [Decimal::ZERO, Decimal::TEN])];
        terms.other_currencies = OtherCurrencies::LeaveOut;
        terms.scale = [(Column::Rate, Scale::Fraction)].into();
        terms.status = Some(StatusTerms::DaysPastDue([1, 30, 90]));
        terms.ids = Some(IdForm::default());
        for (rounding, said) in [
            (Rounding::Down, "rounded down, by less than 0.01 of a balance, 0.01 % of a rate, 1 months of a term"),
            (Rounding::Up, "rounded up, by less than 0.01 of a balance, 0.01 % of a rate"),
            (
                Rounding::HalfEven,
                "half to even, by at most 0.005 of a balance, 0.005 % of a rate, 0.5 months of a term",
            ),
        ] {
            terms.rounding = rounding;
            let sentences = schema(&columns, terms.clone()).on_the_committers_word(true).join("\n");
            assert!(sentences.contains(said), "{sentences}");
        }
        for (over, is_proved) in [(Ok("rate"), true), (Err("5Y"), false)] {
            terms.bands = Some(Bands::new(over, &limits, &grades, &[]).unwrap());
            let schema = schema(&columns, terms.clone());
            let said = schema.on_the_committers_word(true).join("\n");
            for part in [
                "a rate of the tape is a fraction",
                "delinquent from 30",
                "months from 2024-03-31",
                "left out",
                "canonical form",
                "as the committer names them",
            ] {
                assert!(said.contains(part), "{part}: {said}");
            }
            assert_eq!(said.contains("each grade is the band"), !is_proved, "{said}");
            assert!(schema.on_the_committers_word(false).join("\n").contains("each grade is the band"));
        }
    }
}
