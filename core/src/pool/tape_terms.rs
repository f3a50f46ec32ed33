//! The terms of a tape's schema, version 2: what its words and numbers mean.
//!
//! The book's chapter "Pool schema, version 2" has each field. A private mapping says where in a
//! file something stands. It never says what it means: that is here, in public, under the schema's
//! digest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::error::{Problem, TapeProblem};
use crate::pool::assets::GradeAssets;
use crate::pool::bands::Bands;
use crate::pool::columns::{Column, DEFAULTED, Field, SPARE_NUMBERS, SpareNumber, quoted};
use crate::pool::ids::IdForm;
pub use crate::pool::rounding::Rounding;
use crate::pool::tape::Status;
use crate::text::check_printable;

/// The fate of rows in another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherCurrencies {
    /// they refuse the tape
    Refuse,
    /// they are not of the tape; their number is told
    LeaveOut,
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

    pub(super) fn in_words(&self) -> String {
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
    /// the assets that secure grades, where bands are of LTV by asset
    pub assets: Option<GradeAssets>,
    /// the canonical form of ids
    pub ids: Option<IdForm>,
    /// up to two spare numbers
    pub numbers: Vec<SpareNumber>,
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
            assets: None,
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
            Some(bands) => bands.check(columns, grades, &self.numbers, self.assets.as_ref()),
            None if self.assets.is_some() => Err(TapeProblem::Assets("there are no bands".into()).into()),
            None => Ok(()),
        }
    }

    /// Returns the code of the grade of an asset whose band has a committed number, in steps; `None`
    /// without assets, and for a number in no band of that asset.
    pub fn grade_of_asset(&self, asset: &str, value: u64) -> Option<usize> {
        let (bands, assets) = (self.bands.as_ref()?, self.assets.as_ref()?);
        bands.codes_of(value).find(|code| assets.of(*code) == Some(asset))
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
        lines.extend(self.assets.iter().flat_map(|assets| assets.lines(grades)));
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

#[cfg(test)]
mod tests {
    use super::*;

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
