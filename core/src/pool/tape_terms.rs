//! The terms of a tape's schema, version 2: what its words and numbers mean.
//!
//! The book's chapter "Pool schema, version 2" has each field. A private mapping says where in a
//! file something stands. It never says what it means: that is here, in public, under the schema's
//! digest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::error::{Problem, TapeProblem};
use crate::pool::bands::Bands;
use crate::pool::ids::IdForm;
use crate::pool::schema::{Category, Column, DEFAULTED, Field, TapeSchema};
use crate::pool::tape::Status;
use crate::text::check_printable;

/// Most spare numbers of a tape.
pub const SPARE_NUMBERS: usize = 2;
/// Bits of a spare number.
pub const SPARE_BITS: u32 = 14;

/// The fate of rows in another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherCurrencies {
    /// they refuse the tape
    Refuse,
    /// they are not of the tape; their number is told
    LeaveOut,
}

/// The fate of numbers that are not whole in their steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// they refuse the tape
    Refuse,
    /// the next lower step
    Down,
    /// the next higher step
    Up,
    /// the nearest step, the even one of two
    HalfEven,
}

impl Rounding {
    /// All, with their names.
    const ALL: [(&'static str, Rounding); 4] = [
        ("refuse", Rounding::Refuse),
        ("down", Rounding::Down),
        ("up", Rounding::Up),
        ("half-even", Rounding::HalfEven),
    ];

    /// Returns the rounding of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, rounding)| *rounding)
    }

    /// Returns the name in deals.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, rounding)| *rounding == self).map_or("", |(name, _)| name)
    }

    /// Returns how many steps a number is, and whether it was rounded. `what` names the number in
    /// errors.
    ///
    /// # Errors
    /// A number below zero, or of too many steps; a number that is not whole in its steps, where
    /// nothing is rounded.
    pub fn steps(self, what: &str, value: Decimal, step: Decimal) -> Result<(u64, bool), Problem> {
        let out_of_range = || Problem::OutOfRange {
            what: format!("the {what}"),
            value: value.normalize().to_string(),
            range: format!("0 to 2^64 steps of {}", step.normalize()),
        };
        if value.is_sign_negative() && !value.is_zero() {
            return Err(out_of_range());
        }
        let rest = value.checked_rem(step).ok_or_else(out_of_range)?;
        let whole = (value - rest).checked_div(step).and_then(|whole| whole.normalize().to_u64());
        let whole = whole.ok_or_else(out_of_range)?;
        if rest.is_zero() {
            return Ok((whole, false));
        }
        let twice = rest.checked_add(rest).ok_or_else(out_of_range)?;
        let goes_up = match self {
            Rounding::Refuse => {
                let (what, value) = (what.to_owned(), value.normalize().to_string());
                return Err(TapeProblem::NotWhole { what, value, step: step.normalize() }.into());
            }
            Rounding::Down => false,
            Rounding::Up => true,
            Rounding::HalfEven => twice > step || twice == step && whole % 2 == 1,
        };
        Ok((whole + u64::from(goes_up), true))
    }
}

/// The scale of a column of ratios.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// 5.5 is 5.5 %
    Percent,
    /// 0.055 is 5.5 %
    Fraction,
}

impl Scale {
    /// Returns the scale of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Scale::Percent, Scale::Fraction].into_iter().find(|scale| scale.name() == name)
    }

    /// Returns the name in deals.
    pub fn name(self) -> &'static str {
        match self {
            Scale::Percent => "percent",
            Scale::Fraction => "fraction",
        }
    }
}

/// Where the status of a loan comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusTerms {
    /// words of the tape
    Words(BTreeMap<String, Status>),
    /// least whole days past due of grace, delinquent and default
    DaysPastDue([u32; 3]),
}

impl StatusTerms {
    /// Returns the status of so many days past due; `None` if the terms are words.
    pub fn of_days(&self, days: u32) -> Option<Status> {
        let StatusTerms::DaysPastDue(least) = self else { return None };
        let statuses = [Status::Grace, Status::Delinquent, Status::Default];
        let reached = least.iter().zip(statuses).rev().find(|(least, _)| days >= **least);
        Some(reached.map_or(Status::Current, |(_, status)| status))
    }

    fn in_words(&self) -> String {
        match self {
            StatusTerms::Words(_) => "statuses are the tape's words, as the deal's [tape.status] reads them".into(),
            StatusTerms::DaysPastDue([grace, delinquent, default]) => format!(
                "statuses are by the tape's days past due: grace from {grace}, delinquent from {delinquent}, default from {default}"
            ),
        }
    }

    fn check(&self) -> Result<(), Problem> {
        match self {
            StatusTerms::Words(words) => words.keys().try_for_each(|word| check_printable(word)),
            StatusTerms::DaysPastDue([grace, delinquent, default]) => {
                let rises = 0 < *grace && grace < delinquent && delinquent < default;
                if rises { Ok(()) } else { Err(TapeProblem::Days.into()) }
            }
        }
    }

    fn lines(&self) -> Vec<String> {
        match self {
            StatusTerms::Words(words) => {
                words.iter().map(|(word, status)| format!("status {} {}", quoted(word), status.name())).collect()
            }
            StatusTerms::DaysPastDue([grace, delinquent, default]) => {
                vec![format!("days_past_due {grace} {delinquent} {default}")]
            }
        }
    }
}

/// A number of each loan that only some tapes have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpareNumber {
    /// its name: letters a to z, digits and `_`
    pub name: String,
    /// what one stands for
    pub step: Decimal,
}

/// The terms of a schema of version 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapeTerms {
    /// date of the tape
    pub cut_off: Date,
    /// the one currency of its amounts
    pub currency: String,
    /// what becomes of rows in another
    pub other_currencies: OtherCurrencies,
    /// what becomes of numbers that are not whole in their steps
    pub rounding: Rounding,
    /// the scales of rate and LTV, where they are columns
    pub scale: BTreeMap<Column, Scale>,
    /// where statuses come from
    pub status: Option<StatusTerms>,
    /// numbers that decide a grade
    pub bands: Option<Bands>,
    /// the canonical form of ids
    pub ids: Option<IdForm>,
    /// up to two spare numbers
    pub numbers: Vec<SpareNumber>,
}

/// Returns a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Columns whose scale a schema names.
const SCALED: [Column; 2] = [Column::Rate, Column::Ltv];

impl TapeTerms {
    /// Returns terms that define a date and a currency, round nothing, and leave out nothing.
    pub fn new(cut_off: Date, currency: &str) -> Self {
        Self {
            cut_off,
            currency: currency.to_owned(),
            other_currencies: OtherCurrencies::Refuse,
            rounding: Rounding::Refuse,
            scale: BTreeMap::new(),
            status: None,
            bands: None,
            ids: None,
            numbers: Vec::new(),
        }
    }

    /// Checks the terms of a schema with these columns and grades.
    pub(super) fn check(&self, columns: &BTreeSet<Column>, grades: &[String]) -> Result<(), Problem> {
        if self.currency.len() != 3 || !self.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(TapeProblem::Currency(self.currency.clone()).into());
        }
        for column in SCALED {
            if columns.contains(&column) != self.scale.contains_key(&column) {
                return Err(TapeProblem::Scale(column.name()).into());
            }
        }
        if let Some(column) = self.scale.keys().find(|column| !SCALED.contains(column)) {
            return Err(TapeProblem::Scale(column.name()).into());
        }
        if grades.iter().any(|grade| grade == DEFAULTED) && !columns.contains(&Column::Status) {
            return Err(TapeProblem::DefaultedStatus.into());
        }
        if columns.contains(&Column::Status) && self.status.is_none() {
            return Err(TapeProblem::StatusTerms.into());
        }
        self.status.as_ref().map_or(Ok(()), StatusTerms::check)?;
        if columns.contains(&Column::Collateral) && self.ids.is_none() {
            return Err(TapeProblem::CollateralIds.into());
        }
        self.check_numbers()?;
        match &self.bands {
            Some(bands) => bands.check(columns, grades, &self.numbers),
            None => Ok(()),
        }
    }

    fn check_numbers(&self) -> Result<(), Problem> {
        if self.numbers.len() > SPARE_NUMBERS {
            return Err(TapeProblem::ManyNumbers(self.numbers.len()).into());
        }
        let mut seen = BTreeSet::new();
        for SpareNumber { name, step } in &self.numbers {
            let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            let is_column = Column::ALL.iter().any(|column| column.name() == name)
                || ["id", "balance", "pd", "lgd", "currency", "cut_off", "days_past_due"].contains(&name.as_str());
            if name.is_empty() || !name.bytes().all(letters) || is_column || !seen.insert(name) {
                return Err(TapeProblem::NumberName(name.clone()).into());
            }
            if *step <= Decimal::ZERO {
                return Err(TapeProblem::Step(*step).into());
            }
        }
        Ok(())
    }

    /// Returns the step of a number of each loan, as the tape's schema states it: percent for rates
    /// and LTV.
    pub fn step(field: Field) -> Decimal {
        Decimal::new(1, field.decimals())
    }

    /// Returns the lines of the digest behind those of the columns and names.
    pub(super) fn lines(&self, grades: &[String]) -> Vec<String> {
        let mut lines: Vec<String> =
            self.scale.iter().map(|(column, scale)| format!("scale {} {}", column.name(), scale.name())).collect();
        lines.extend(self.status.iter().flat_map(StatusTerms::lines));
        lines.extend(self.bands.iter().flat_map(|bands| bands.lines(grades, &self.numbers)));
        lines.extend(self.ids.iter().map(IdForm::line));
        let number = |number: &SpareNumber| format!("number {} {}", quoted(&number.name), number.step.normalize());
        lines.extend(self.numbers.iter().map(number));
        lines
    }

    /// Returns the lines of the digest before those of the columns and names.
    pub(super) fn head_lines(&self) -> [String; 3] {
        let others = match self.other_currencies {
            OtherCurrencies::Refuse => "refuse",
            OtherCurrencies::LeaveOut => "leave-out",
        };
        [
            format!("cut_off {}", self.cut_off),
            format!("currency {} {others}", quoted(&self.currency)),
            format!("rounding {}", self.rounding.name()),
        ]
    }

    /// Returns the lines that make a schema of version 1, with these columns, one of version 2.
    pub(super) fn lines_to_add(columns: &BTreeSet<Column>) -> String {
        let mut lines = vec![
            "[tape]".to_owned(),
            "version = 2".into(),
            "cut_off = \"YYYY-MM-DD\"".into(),
            "currency = \"EUR\"".into(),
        ];
        let scaled: Vec<_> = SCALED.into_iter().filter(|column| columns.contains(column)).collect();
        if !scaled.is_empty() {
            lines.extend([String::new(), "[tape.scale]".into()]);
            lines.extend(scaled.iter().map(|column| format!("{} = \"percent\"", column.name())));
        }
        if columns.contains(&Column::Status) {
            lines.extend([String::new(), "[tape.status]".into()]);
            let known = Status::ALL.iter().map(|(name, _)| format!("{name} = [\"{name}\"]"));
            lines.extend(known);
        }
        lines.join("\n")
    }
}

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
            sentences.push(format!("each grade is the band of its {}", bands.over(&terms.numbers)));
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

/// Returns the grade of a schema, if a name is one.
pub(super) fn grade_code(grades: &[String], name: &str) -> Result<usize, Problem> {
    grades.iter().position(|grade| grade == name).ok_or_else(|| Problem::UnknownName {
        column: Category::Grade.column().name(),
        name: name.to_owned(),
        known: crate::text::shortened(grades),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_whole_is_refused_or_rounded_by_name() {
        let of = |rounding: Rounding, value: &str, step: &str| {
            rounding.steps("rate", value.parse().unwrap(), step.parse().unwrap()).map_err(|problem| problem.to_string())
        };
        for (value, down, half, up) in
            [("80.005", 8_000, 8_000, 8_001), ("80.015", 8_001, 8_002, 8_002), ("80.0051", 8_000, 8_001, 8_001)]
        {
            assert_eq!(of(Rounding::Down, value, "0.01"), Ok((down, true)));
            assert_eq!(of(Rounding::HalfEven, value, "0.01"), Ok((half, true)));
            assert_eq!(of(Rounding::Up, value, "0.01"), Ok((up, true)));
            let refused = of(Rounding::Refuse, value, "0.01").unwrap_err();
            assert!(refused.contains(value) && refused.contains("steps of 0.01"), "{refused}");
        }
        assert_eq!(of(Rounding::Refuse, "80.0100", "0.010"), Ok((8_001, false)));
        assert_eq!(of(Rounding::Refuse, "1.5", "0.25"), Ok((6, false)));
        assert_eq!(of(Rounding::Refuse, "-0", "1"), Ok((0, false)));
        assert!(of(Rounding::Up, "-0.001", "0.01").unwrap_err().contains("the rate -0.001"));
        assert!(of(Rounding::Up, "79228162514264337593543950335", "0.0001").is_err());
    }

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

    #[test]
    fn days_past_due_are_statuses() {
        let terms = StatusTerms::DaysPastDue([1, 30, 90]);
        let of = |days| terms.of_days(days).unwrap().name();
        assert_eq!(
            [0, 1, 29, 30, 89, 90, 4_000].map(of),
            ["current", "grace", "grace", "delinquent", "delinquent", "default", "default"]
        );
    }
}
