//! Bands: a number of each loan that decides its grade.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::error::{Problem, TapeProblem};
use crate::pool::assets::GradeAssets;
use crate::pool::columns::{Column, DEFAULTED, Field, SpareNumber, grade_code, quoted};

/// Returns the number of a name, among those that tapes can have and the spare ones.
fn number_of(name: &str, spare: &[SpareNumber]) -> Option<Field> {
    let field = Field::OF_TAPES.into_iter().find(|field| field.column().is_some_and(|column| column.name() == name));
    field.or_else(|| spare.iter().zip(Field::SPARE).find(|(number, _)| number.name == name).map(|(_, field)| field))
}

/// Returns the spare number that a field is.
fn spare_number(field: Field, spare: &[SpareNumber]) -> Option<&SpareNumber> {
    field.spare().and_then(|index| spare.get(index))
}

/// Returns the step of a number as people write it.
fn step(field: Field, spare: &[SpareNumber]) -> Decimal {
    spare_number(field, spare).map_or_else(|| Decimal::new(1, field.decimals()), |number| number.step)
}

/// Returns the name of a number.
fn name(field: Field, spare: &[SpareNumber]) -> &str {
    match field.column() {
        Some(column) => column.name(),
        None => spare_number(field, spare).map_or("", |number| &number.name),
    }
}

/// Returns the grades that have bands: all except that of loans in default.
fn banded(grades: &[String]) -> impl Iterator<Item = (usize, &String)> {
    grades.iter().enumerate().filter(|(_, grade)| *grade != DEFAULTED)
}

/// Names of grades by the size of a number. Limits are by code, least and greatest, both included;
/// `None` for the grade of loans in default, which has no band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bands {
    /// over a committed number, in its steps
    Number {
        /// the number
        number: Field,
        /// least and greatest value of each grade
        limits: Vec<Option<[u64; 2]>>,
    },
    /// over a column of the file, which is not committed
    Column {
        /// name of the column in the file
        column: String,
        /// least and greatest value of each grade
        limits: Vec<Option<[Decimal; 2]>>,
    },
}

fn wrong(text: impl Into<String>) -> Problem {
    TapeProblem::Bands(text.into()).into()
}

impl Bands {
    /// Returns bands by grade, in the order of the `grades`. `over` is the name of a committed
    /// number, or a column.
    ///
    /// # Errors
    /// A grade without a band or a band without its grade, a number that there is not, a limit that
    /// is not whole in its steps or out of range.
    pub fn new(
        over: Result<&str, &str>,
        limits: &[(String, [Decimal; 2])],
        grades: &[String],
        spare: &[SpareNumber],
    ) -> Result<Self, Problem> {
        let mut ends: Vec<Option<[Decimal; 2]>> = vec![None; grades.len()];
        for (grade, limits) in limits {
            if grade == DEFAULTED {
                return Err(wrong(format!("grade '{DEFAULTED}' has no band: loans in default are of it")));
            }
            ends[grade_code(grades, grade)?] = Some(*limits);
        }
        if let Some((_, grade)) = banded(grades).find(|(code, _)| ends[*code].is_none()) {
            return Err(wrong(format!("grade '{grade}' has no band")));
        }
        match over {
            Err(column) => Ok(Bands::Column { column: column.to_owned(), limits: ends }),
            Ok(name) => {
                let number = number_of(name, spare).ok_or_else(|| {
                    wrong(format!("'{name}' is not a committed number; write 'column' for one of the file"))
                })?;
                let step = step(number, spare);
                let in_steps = |value: Decimal| {
                    let (steps, _) = super::rounding::Rounding::Refuse.steps("limit of a band", value, step)?;
                    if steps > number.most() {
                        return Err(wrong(format!(
                            "{value} is above the largest {name}, {}",
                            Decimal::from(number.most()) * step
                        )));
                    }
                    Ok(steps)
                };
                let both = |[low, high]: [Decimal; 2]| Ok::<_, Problem>([in_steps(low)?, in_steps(high)?]);
                let limits = ends.into_iter().map(|ends| ends.map(both).transpose());
                Ok(Bands::Number { number, limits: limits.collect::<Result<_, _>>()? })
            }
        }
    }

    /// Whether the number is one that a commitment binds.
    pub fn are_committed(&self) -> bool {
        matches!(self, Bands::Number { .. })
    }

    /// Returns what the bands are over, in words.
    pub(super) fn over(&self, spare: &[SpareNumber]) -> String {
        match self {
            Bands::Number { number, .. } => name(*number, spare).to_owned(),
            Bands::Column { column, .. } => format!("'{column}', a column that is not committed"),
        }
    }

    /// Returns the code of the grade whose band has a committed number, in steps.
    pub fn code_of(&self, value: u64) -> Option<usize> {
        self.codes_of(value).next()
    }

    /// Returns the codes of the grades whose bands have a committed number, in steps: several where
    /// grades have assets.
    pub fn codes_of(&self, value: u64) -> impl Iterator<Item = usize> {
        let limits = match self {
            Bands::Number { limits, .. } => &limits[..],
            Bands::Column { .. } => &[],
        };
        let holds = move |ends: &Option<[u64; 2]>| ends.is_some_and(|[low, high]| (low..=high).contains(&value));
        limits.iter().enumerate().filter(move |(_, ends)| holds(ends)).map(|(code, _)| code)
    }

    /// Returns the code of the grade whose band has a number of the file.
    pub fn code_of_column(&self, value: Decimal) -> Option<usize> {
        let Bands::Column { limits, .. } = self else { return None };
        limits.iter().position(|ends| ends.is_some_and(|[low, high]| (low..=high).contains(&value)))
    }

    pub(super) fn check(
        &self,
        columns: &BTreeSet<Column>,
        grades: &[String],
        spare: &[SpareNumber],
        assets: Option<&GradeAssets>,
    ) -> Result<(), Problem> {
        if !columns.contains(&Column::Grade) {
            return Err(wrong("there is no column 'grade'"));
        }
        let (found, expected) = (self.len(), grades.len());
        if found != expected {
            return Err(wrong(format!("{found} bands for {expected} grades")));
        }
        if let Some(assets) = assets.filter(|assets| assets.len() != expected) {
            return Err(TapeProblem::Assets(format!("{} assets for {expected} grades", assets.len())).into());
        }
        match self {
            Bands::Number { number, limits } => {
                if number.column().is_some_and(|column| !columns.contains(&column)) {
                    return Err(wrong(format!("there is no column '{}'", name(*number, spare))));
                }
                disjoint(limits, grades, assets)
            }
            Bands::Column { column, .. } if assets.is_some() => {
                Err(TapeProblem::Assets(format!("'{column}' is a column that is not committed: write 'number'")).into())
            }
            Bands::Column { limits, .. } => disjoint(limits, grades, None),
        }
    }

    fn len(&self) -> usize {
        match self {
            Bands::Number { limits, .. } => limits.len(),
            Bands::Column { limits, .. } => limits.len(),
        }
    }

    pub(super) fn lines(&self, grades: &[String], spare: &[SpareNumber]) -> Vec<String> {
        let (over, limits): (String, Vec<Option<[String; 2]>>) = match self {
            Bands::Number { number, limits } => {
                let text = |ends: &Option<[u64; 2]>| ends.map(|ends| ends.map(|end| end.to_string()));
                (format!("number {}", quoted(name(*number, spare))), limits.iter().map(text).collect())
            }
            Bands::Column { column, limits } => {
                let text = |ends: &Option<[Decimal; 2]>| ends.map(|ends| ends.map(|end| end.normalize().to_string()));
                (format!("column {}", quoted(column)), limits.iter().map(text).collect())
            }
        };
        let band = |(grade, ends): (&String, Option<[String; 2]>)| {
            ends.map(|[low, high]| format!("band {} {low} {high}", quoted(grade)))
        };
        std::iter::once(format!("bands {over}")).chain(grades.iter().zip(limits).filter_map(band)).collect()
    }

    /// Returns a value of the number in words.
    pub fn in_words(&self, value: u64, spare: &[SpareNumber]) -> String {
        let Bands::Number { number, .. } = self else { return value.to_string() };
        format!("the {} {}", name(*number, spare), (Decimal::from(value) * step(*number, spare)).normalize())
    }
}

/// Checks that bands rise, and that no two overlap. Those of grades with two assets may.
fn disjoint<T: PartialOrd>(
    limits: &[Option<[T; 2]>],
    grades: &[String],
    assets: Option<&GradeAssets>,
) -> Result<(), Problem> {
    let bands = || limits.iter().enumerate().filter_map(|(code, ends)| Some((code, ends.as_ref()?)));
    let asset = |code| assets.and_then(|assets| assets.of(code));
    for (code, [low, high]) in bands() {
        if low > high {
            return Err(wrong(format!("the band of '{}' ends before it begins", grades[code])));
        }
        let overlaps = |(other, [least, most]): &(usize, &[T; 2])| {
            *other < code && low <= most && least <= high && asset(*other) == asset(code)
        };
        if let Some((other, _)) = bands().find(overlaps) {
            let (other, grade) = (&grades[other], &grades[code]);
            let advice = match asset(code) {
                Some(asset) => format!(", and both are of '{asset}'"),
                None => "; only bands of grades with different assets may: [tape.bands.grade.assets]".to_owned(),
            };
            return Err(wrong(format!("the bands of '{other}' and '{grade}' overlap{advice}")));
        }
    }
    Ok(())
}
