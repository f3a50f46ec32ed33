//! The `[tape]` table of a deal's file.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::DealFile;
use crate::error::{Problem, TapeProblem};
use crate::fixed_point::Unit;
use crate::pool::assets::GradeAssets;
use crate::pool::bands::Bands;
use crate::pool::ids::IdForm;
use crate::pool::schema::SpareNumber;
use crate::pool::schema::{Category, Column, TapeSchema};
use crate::pool::tape::Status;
use crate::pool::tape_terms::{OtherCurrencies, Rounding, Scale, StatusTerms, TapeTerms};
use crate::tree::{Scalar, toml_table, tree_words};

/// Version of a schema that is committed to.
const VERSION: u64 = 2;

toml_table! {
    pub(super) struct TapeTable {
        version: Option<u64>,
        cut_off: Option<String>,
        currency: Option<String>,
        other_currencies: Option<OthersName>,
        rounding: Option<RoundingName>,
        unit: Option<Scalar>,
        columns: BTreeSet<Column>,
        grades: Vec<String> = Vec::new(),
        sectors: Vec<String> = Vec::new(),
        regions: Vec<String> = Vec::new(),
        scale: Option<BTreeMap<Column, ScaleName>>,
        status: Option<BTreeMap<Status, Vec<String>>>,
        days_past_due: Option<DaysTable>,
        bands: Option<BandsTable>,
        ids: Option<IdsTable>,
        numbers: Option<Vec<NumberTable>>,
    }
}

#[derive(Clone, Copy)]
enum OthersName {
    Refuse,
    LeaveOut,
}

tree_words!(OthersName { "refuse" => Refuse, "leave-out" => LeaveOut });

#[derive(Clone, Copy)]
enum RoundingName {
    Refuse,
    Down,
    Up,
    HalfEven,
}

tree_words!(RoundingName { "refuse" => Refuse, "down" => Down, "up" => Up, "half-even" => HalfEven });

#[derive(Clone, Copy)]
enum ScaleName {
    Percent,
    Fraction,
}

tree_words!(ScaleName { "percent" => Percent, "fraction" => Fraction });

toml_table! {
    struct DaysTable {
        grace: u32,
        delinquent: u32,
        default: u32,
    }
}

toml_table! {
    struct BandsTable {
        grade: GradeBandsTable,
    }
}

toml_table! {
    struct GradeBandsTable {
        number: Option<String>,
        column: Option<String>,
        limits: BTreeMap<String, [Scalar; 2]>,
        assets: Option<BTreeMap<String, String>>,
    }
}

#[derive(Clone, Copy, Default, PartialEq)]
enum CaseName {
    Upper,
    #[default]
    Keep,
}

tree_words!(CaseName { "upper" => Upper, "keep" => Keep });

#[derive(Clone, Copy, Default, PartialEq)]
enum RemoveName {
    Remove,
    #[default]
    Keep,
}

tree_words!(RemoveName { "remove" => Remove, "keep" => Keep });

toml_table! {
    struct IdsTable {
        case: CaseName = CaseName::default(),
        spaces: RemoveName = RemoveName::default(),
        dashes: RemoveName = RemoveName::default(),
        leading_zeros: RemoveName = RemoveName::default(),
    }
}

toml_table! {
    struct NumberTable {
        name: String,
        step: Scalar,
    }
}

impl TapeTable {
    /// Returns the name of a field of version 2 that the table has.
    fn field_of_version_2(&self) -> Option<&'static str> {
        let fields = [
            ("cut_off", self.cut_off.is_some()),
            ("currency", self.currency.is_some()),
            ("other_currencies", self.other_currencies.is_some()),
            ("rounding", self.rounding.is_some()),
            ("scale", self.scale.is_some()),
            ("status", self.status.is_some()),
            ("days_past_due", self.days_past_due.is_some()),
            ("bands", self.bands.is_some()),
            ("ids", self.ids.is_some()),
            ("numbers", self.numbers.is_some()),
        ];
        fields.into_iter().find(|(_, is_there)| *is_there).map(|(name, _)| name)
    }
}

impl DealFile {
    /// Returns how the tape becomes integers, if the file describes one.
    pub(super) fn schema(&self) -> Result<Option<TapeSchema>, Problem> {
        let Some(tape) = &self.tables.tape else { return Ok(None) };
        let unit = tape.unit.as_ref().map(|unit| unit.decimal().and_then(Unit::from_decimal)).transpose()?;
        let names = [tape.grades.clone(), tape.sectors.clone(), tape.regions.clone()];
        let schema = TapeSchema::new(unit.unwrap_or(Unit::CENT), tape.columns.clone(), names)?;
        match (tape.version, tape.field_of_version_2()) {
            (None, None) => Ok(Some(schema)),
            (None, Some(field)) => Err(TapeProblem::NeedsVersion(field).into()),
            (Some(VERSION), _) => {
                let terms = self.tape_terms(tape, schema.names(Category::Grade))?;
                schema.with_terms(terms).map(Some)
            }
            (Some(other), _) => Err(TapeProblem::Version(other).into()),
        }
    }

    /// Returns the terms of version 2.
    fn tape_terms(&self, tape: &TapeTable, grades: &[String]) -> Result<TapeTerms, Problem> {
        let cut_off = tape.cut_off.as_deref().ok_or(TapeProblem::NoField("cut_off"))?;
        let currency = tape.currency.as_deref().ok_or(TapeProblem::NoField("currency"))?;
        let mut terms = TapeTerms::new(date(cut_off)?, currency);
        if let Some(OthersName::LeaveOut) = tape.other_currencies {
            terms.other_currencies = OtherCurrencies::LeaveOut;
        }
        terms.rounding = match tape.rounding {
            None | Some(RoundingName::Refuse) => Rounding::Refuse,
            Some(RoundingName::Down) => Rounding::Down,
            Some(RoundingName::Up) => Rounding::Up,
            Some(RoundingName::HalfEven) => Rounding::HalfEven,
        };
        let scale = |name: &ScaleName| match name {
            ScaleName::Percent => Scale::Percent,
            ScaleName::Fraction => Scale::Fraction,
        };
        terms.scale = tape.scale.iter().flatten().map(|(column, name)| (*column, scale(name))).collect();
        terms.status = self.status_terms(tape)?;
        for NumberTable { name, step } in tape.numbers.iter().flatten() {
            terms.numbers.push(SpareNumber { name: name.clone(), step: step.decimal()? });
        }
        terms.bands = tape.bands.as_ref().map(|bands| self.bands(&bands.grade, grades, &terms.numbers)).transpose()?;
        let assets = tape.bands.as_ref().and_then(|bands| bands.grade.assets.as_ref());
        terms.assets = assets.map(|assets| GradeAssets::new(assets, grades)).transpose()?;
        terms.ids = tape.ids.as_ref().map(|ids| IdForm {
            upper_case: ids.case == CaseName::Upper,
            without_spaces: ids.spaces == RemoveName::Remove,
            without_dashes: ids.dashes == RemoveName::Remove,
            without_leading_zeros: ids.leading_zeros == RemoveName::Remove,
        });
        Ok(terms)
    }

    fn status_terms(&self, tape: &TapeTable) -> Result<Option<StatusTerms>, Problem> {
        match (&tape.status, &tape.days_past_due) {
            (Some(_), Some(_)) => Err(TapeProblem::StatusTerms.into()),
            (None, None) => Ok(None),
            (None, Some(DaysTable { grace, delinquent, default })) => {
                Ok(Some(StatusTerms::DaysPastDue([*grace, *delinquent, *default])))
            }
            (Some(table), None) => {
                let mut words = BTreeMap::new();
                for (status, named) in table {
                    for word in named {
                        if words.insert(word.clone(), *status).is_some() {
                            return Err(TapeProblem::TwoStatuses(word.clone()).into());
                        }
                    }
                }
                Ok(Some(StatusTerms::Words(words)))
            }
        }
    }

    fn bands(&self, table: &GradeBandsTable, grades: &[String], numbers: &[SpareNumber]) -> Result<Bands, Problem> {
        let over = match (table.number.as_deref(), table.column.as_deref()) {
            (Some(number), None) => Ok(number),
            (None, Some(column)) => Err(column),
            _ => return Err(TapeProblem::Bands("give one of 'number' and 'column'".into()).into()),
        };
        let mut limits: Vec<(String, [Decimal; 2])> = Vec::with_capacity(table.limits.len());
        for (grade, [low, high]) in &table.limits {
            limits.push((grade.clone(), [low.decimal()?, high.decimal()?]));
        }
        Bands::new(over, &limits, grades, numbers)
    }
}

/// Returns a date that is written `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<Date, Problem> {
    let found: Option<Date> = text.parse().ok();
    found.filter(|date| date.to_string() == text).ok_or_else(|| Problem::NotADate(text.to_owned()))
}
