//! Bands: a number of each loan that decides its grade.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::error::{Problem, TapeProblem};
use crate::pool::schema::{Column, Field};
use crate::pool::tape_terms::{SpareNumber, grade_code, quoted};

/// A committed number of each loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// one that tapes have
    Field(Field),
    /// one of the spare numbers, by index
    Spare(usize),
}

impl Number {
    /// Returns the number of a name.
    pub fn from_name(name: &str, spare: &[SpareNumber]) -> Option<Self> {
        let field = Field::ALL.into_iter().find(|field| field.column().name() == name).map(Number::Field);
        field.or_else(|| spare.iter().position(|number| number.name == name).map(Number::Spare))
    }

    /// Returns the step of a value as people write it.
    pub fn step(self, spare: &[SpareNumber]) -> Decimal {
        match self {
            Number::Field(field) => Decimal::new(1, field.decimals()),
            Number::Spare(index) => spare.get(index).map_or(Decimal::ONE, |number| number.step),
        }
    }

    /// Returns the largest value, in steps.
    pub fn most(self) -> u64 {
        match self {
            Number::Field(field) => field.most(),
            Number::Spare(_) => (1 << super::tape_terms::SPARE_BITS) - 1,
        }
    }

    fn name(self, spare: &[SpareNumber]) -> String {
        match self {
            Number::Field(field) => field.column().name().to_owned(),
            Number::Spare(index) => spare.get(index).map(|number| number.name.clone()).unwrap_or_default(),
        }
    }
}

/// Names of grades by the size of a number. Limits are by code, least and greatest, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bands {
    /// over a committed number, in its steps
    Number {
        /// the number
        number: Number,
        /// least and greatest value of each grade
        limits: Vec<[u64; 2]>,
    },
    /// over a column of the file, which is not committed
    Column {
        /// name of the column in the file
        column: String,
        /// least and greatest value of each grade
        limits: Vec<[Decimal; 2]>,
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
        let mut by_code = vec![None; grades.len()];
        for (grade, ends) in limits {
            by_code[grade_code(grades, grade)?] = Some(*ends);
        }
        let missing = |code: usize| wrong(format!("grade '{}' has no band", grades[code]));
        let ends: Vec<[Decimal; 2]> = by_code
            .into_iter()
            .enumerate()
            .map(|(code, ends)| ends.ok_or_else(|| missing(code)))
            .collect::<Result<_, _>>()?;
        match over {
            Err(column) => Ok(Bands::Column { column: column.to_owned(), limits: ends }),
            Ok(name) => {
                let number = Number::from_name(name, spare).ok_or_else(|| {
                    wrong(format!("'{name}' is not a committed number; write 'column' for one of the file"))
                })?;
                let step = number.step(spare);
                let in_steps = |value: Decimal| {
                    let (steps, _) = super::tape_terms::Rounding::Refuse.steps("limit of a band", value, step)?;
                    if steps > number.most() {
                        return Err(wrong(format!(
                            "{value} is above the largest {name}, {}",
                            Decimal::from(number.most()) * step
                        )));
                    }
                    Ok(steps)
                };
                let limits = ends.iter().map(|[low, high]| Ok([in_steps(*low)?, in_steps(*high)?]));
                Ok(Bands::Number { number, limits: limits.collect::<Result<_, Problem>>()? })
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
            Bands::Number { number, .. } => number.name(spare),
            Bands::Column { column, .. } => format!("'{column}', a column that is not committed"),
        }
    }

    /// Returns the code of the grade whose band has a committed number, in steps.
    pub fn code_of(&self, value: u64) -> Option<usize> {
        let Bands::Number { limits, .. } = self else { return None };
        limits.iter().position(|[low, high]| (*low..=*high).contains(&value))
    }

    /// Returns the code of the grade whose band has a number of the file.
    pub fn code_of_column(&self, value: Decimal) -> Option<usize> {
        let Bands::Column { limits, .. } = self else { return None };
        limits.iter().position(|[low, high]| (*low..=*high).contains(&value))
    }

    pub(super) fn check(
        &self,
        columns: &BTreeSet<Column>,
        grades: &[String],
        spare: &[SpareNumber],
    ) -> Result<(), Problem> {
        fn disjoint<T: PartialOrd>(limits: &[[T; 2]], grades: &[String]) -> Result<(), Problem> {
            for (code, [low, high]) in limits.iter().enumerate() {
                if low > high {
                    return Err(wrong(format!("the band of '{}' ends before it begins", grades[code])));
                }
                if let Some(other) = limits[..code].iter().position(|[least, most]| low <= most && least <= high) {
                    return Err(wrong(format!("the bands of '{}' and '{}' overlap", grades[other], grades[code])));
                }
            }
            Ok(())
        }
        if !columns.contains(&Column::Grade) {
            return Err(wrong("there is no column 'grade'"));
        }
        let (found, expected) = (self.len(), grades.len());
        if found != expected {
            return Err(wrong(format!("{found} bands for {expected} grades")));
        }
        match self {
            Bands::Number { number, limits } => {
                if let Number::Field(field) = number
                    && !columns.contains(&field.column())
                {
                    return Err(wrong(format!("there is no column '{}'", number.name(spare))));
                }
                disjoint(limits, grades)
            }
            Bands::Column { limits, .. } => disjoint(limits, grades),
        }
    }

    fn len(&self) -> usize {
        match self {
            Bands::Number { limits, .. } => limits.len(),
            Bands::Column { limits, .. } => limits.len(),
        }
    }

    pub(super) fn lines(&self, grades: &[String], spare: &[SpareNumber]) -> Vec<String> {
        let (over, limits): (String, Vec<[String; 2]>) = match self {
            Bands::Number { number, limits } => {
                let text = |ends: &[u64; 2]| ends.map(|end| end.to_string());
                (format!("number {}", quoted(&number.name(spare))), limits.iter().map(text).collect())
            }
            Bands::Column { column, limits } => {
                let text = |ends: &[Decimal; 2]| ends.map(|end| end.normalize().to_string());
                (format!("column {}", quoted(column)), limits.iter().map(text).collect())
            }
        };
        let band = |(grade, [low, high]): (&String, &[String; 2])| format!("band {} {low} {high}", quoted(grade));
        std::iter::once(format!("bands {over}")).chain(grades.iter().zip(&limits).map(band)).collect()
    }

    /// Returns a value of the number in words.
    pub(super) fn in_words(&self, value: u64, spare: &[SpareNumber]) -> String {
        let Bands::Number { number, .. } = self else { return value.to_string() };
        format!("the {} {}", number.name(spare), (Decimal::from(value) * number.step(spare)).normalize())
    }
}
