//! Claims about a month, in exact integers: what a deal says of it, sentence by sentence, and whether
//! that is so.

use jiff::civil::Date;

use super::figures::MonthFigures;
use crate::pool::claims::{decimal, percent};
use crate::pool::schema::{Category, Field, TapeSchema, WHOLE};

/// An amount whose share a claim limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// charged off and written off, of the opening balance
    ChargedOff,
    /// repurchased, of the opening balance
    Repurchased,
    /// capitalised, of the opening balance
    Capitalised,
    /// advanced, of the opening balance
    Advanced,
    /// newly delinquent, of the opening balance
    NewlyDelinquent,
    /// additions, of the closing balance
    Added,
}

impl Flow {
    /// All of them, in the order of the limits behind a control.
    pub const ALL: [Flow; 6] =
        [Flow::ChargedOff, Flow::Repurchased, Flow::Capitalised, Flow::Advanced, Flow::NewlyDelinquent, Flow::Added];

    /// Returns the key in a deal, without `_max`.
    pub fn name(self) -> &'static str {
        match self {
            Flow::ChargedOff => "charged_off",
            Flow::Repurchased => "repurchased",
            Flow::Capitalised => "capitalised",
            Flow::Advanced => "advanced",
            Flow::NewlyDelinquent => "newly_delinquent",
            Flow::Added => "added",
        }
    }

    /// Returns the words of a claim around its limit.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Flow::ChargedOff => ("charged off or written off", "opening"),
            Flow::Repurchased => ("repurchased", "opening"),
            Flow::Capitalised => ("interest that was capitalised", "opening"),
            Flow::Advanced => ("further advances", "opening"),
            Flow::NewlyDelinquent => ("newly delinquent", "opening"),
            Flow::Added => ("additions", "closing"),
        }
    }

    /// Returns the amount, and the balance that its share is of.
    pub fn of(self, figures: &MonthFigures) -> (u64, u64) {
        match self {
            Flow::ChargedOff => (figures.charged_off, figures.opening),
            Flow::Repurchased => (figures.repurchased, figures.opening),
            Flow::Capitalised => (figures.capitalised, figures.opening),
            Flow::Advanced => (figures.advanced, figures.opening),
            Flow::NewlyDelinquent => (figures.newly_delinquent, figures.opening),
            Flow::Added => (figures.added, figures.closing),
        }
    }
}

/// A claim about a month. Shares are in billionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MonthClaim {
    /// at least so much was collected, in units
    CollectedAtLeast(u64),
    /// an amount is at most a share of a balance
    AtMost(Flow, u64),
    /// collections beyond the schedule are at most a share of the balance that the schedule leaves
    PrepaidAtMost(u64),
    /// of a grade, by code, at most a share was charged off or is in default
    DefaultsAtMost(u8, u64),
    /// every addition's number
    AdditionAtLeast(Field, u64),
    /// every addition's number
    AdditionAtMost(Field, u64),
    /// every addition is of one of these names, by code
    AdditionOnly(Category, Vec<u8>),
    /// no addition is delinquent
    NoAdditionDelinquent,
}

impl MonthClaim {
    /// Returns the claim in words, about the time since a date.
    pub fn sentence(&self, since: Date, schema: &TapeSchema) -> String {
        let name =
            |category: Category, code: u8| schema.names(category).get(usize::from(code)).cloned().unwrap_or_default();
        let number = |field: Field, value: u64| {
            let number = rust_decimal::Decimal::from(value)
                .checked_mul(schema.step(field))
                .unwrap_or(rust_decimal::Decimal::MAX);
            format!("{}{}", number.normalize(), field.suffix())
        };
        match self {
            MonthClaim::CollectedAtLeast(units) => {
                let amount = decimal(u128::from(*units) * u128::from(schema.unit().millionths()), 6);
                format!("since {since}, balances fell by at least {amount} that the committer names paid")
            }
            MonthClaim::AtMost(flow, limit) => {
                let (what, balance) = flow.words();
                let named = match flow {
                    Flow::NewlyDelinquent | Flow::Added => "",
                    _ => ", as the committer names it",
                };
                format!("since {since}, {what}: at most {} of the {balance} balance{named}", percent(*limit))
            }
            MonthClaim::PrepaidAtMost(limit) => format!(
                "since {since}, collected beyond the deal's schedule: at most {} of the balance that the schedule leaves, as \
                 the committer names what is paid",
                percent(*limit)
            ),
            MonthClaim::DefaultsAtMost(code, limit) => format!(
                "of the balance of grade {} on {since}, at most {} was charged off, as the committer names it, or is in default",
                name(Category::Grade, *code),
                percent(*limit)
            ),
            MonthClaim::AdditionAtLeast(field, limit) => {
                format!(
                    "the {} of every addition since {since} is at least {}",
                    schema.number_name(*field),
                    number(*field, *limit)
                )
            }
            MonthClaim::AdditionAtMost(field, limit) => {
                format!(
                    "the {} of every addition since {since} is at most {}",
                    schema.number_name(*field),
                    number(*field, *limit)
                )
            }
            MonthClaim::AdditionOnly(category, codes) => {
                let names: Vec<String> = codes.iter().map(|code| name(*category, *code)).collect();
                format!(
                    "the {} of every addition since {since} is one of {}",
                    category.column().name(),
                    names.join(", ")
                )
            }
            MonthClaim::NoAdditionDelinquent => format!("no addition since {since} is delinquent"),
        }
    }

    /// Returns whether the claim holds, over exactly the integers that the circuit compares. `scheduled`
    /// is the principal due by grade, in billionths of its opening balance.
    pub fn holds(&self, figures: &MonthFigures, scheduled: &[u64]) -> bool {
        let whole = u128::from(WHOLE);
        let within =
            |(part, of): (u64, u64), limit: u64| u128::from(part) * whole <= u128::from(limit) * u128::from(of);
        match self {
            MonthClaim::CollectedAtLeast(units) => figures.collected >= *units,
            MonthClaim::AtMost(flow, limit) => within(flow.of(figures), *limit),
            MonthClaim::PrepaidAtMost(limit) => {
                let (beyond, left) = prepaid(figures, scheduled);
                beyond * i128::from(WHOLE) <= i128::from(*limit) * left
            }
            MonthClaim::DefaultsAtMost(code, limit) => {
                let grade = usize::from(*code);
                within((figures.defaults[grade], figures.opening_by_grade[grade]), *limit)
            }
            MonthClaim::AdditionAtLeast(field, limit) => {
                figures.added_extremes.is_none_or(|extremes| u64::from(extremes[*field as usize].0) >= *limit)
            }
            MonthClaim::AdditionAtMost(field, limit) => {
                figures.added_extremes.is_none_or(|extremes| u64::from(extremes[*field as usize].1) <= *limit)
            }
            MonthClaim::AdditionOnly(category, codes) => others(figures, *category, codes) == 0,
            MonthClaim::NoAdditionDelinquent => figures.added_delinquent == 0,
        }
    }

    /// Returns the figure in words.
    pub(super) fn figure(&self, figures: &MonthFigures, scheduled: &[u64], schema: &TapeSchema) -> String {
        let share = |part: i128, of: i128| format!("{:.7} %", part as f64 / of.max(1) as f64 * 100.0);
        let extremes = |end: fn(&(u32, u32)) -> u32, field: Field| match &figures.added_extremes {
            Some(extremes) => end(&extremes[field as usize]).to_string() + " steps",
            None => "no additions".to_owned(),
        };
        match self {
            MonthClaim::CollectedAtLeast(_) => {
                decimal(u128::from(figures.collected) * u128::from(schema.unit().millionths()), 6).to_string()
            }
            MonthClaim::AtMost(flow, _) => {
                let (part, of) = flow.of(figures);
                share(part.into(), of.into())
            }
            MonthClaim::PrepaidAtMost(_) => {
                let (beyond, left) = prepaid(figures, scheduled);
                share(beyond, left)
            }
            MonthClaim::DefaultsAtMost(code, _) => {
                let grade = usize::from(*code);
                share(figures.defaults[grade].into(), figures.opening_by_grade[grade].into())
            }
            MonthClaim::AdditionAtLeast(field, _) => format!("least {}", extremes(|ends| ends.0, *field)),
            MonthClaim::AdditionAtMost(field, _) => format!("greatest {}", extremes(|ends| ends.1, *field)),
            MonthClaim::AdditionOnly(category, codes) => {
                format!("{} of others", share(others(figures, *category, codes).into(), figures.added.into()))
            }
            MonthClaim::NoAdditionDelinquent => format!("{} are", figures.added_delinquent),
        }
    }
}

/// Returns what was collected beyond the schedule, and the balance that the schedule leaves, both in
/// billionths of a unit.
fn prepaid(figures: &MonthFigures, scheduled: &[u64]) -> (i128, i128) {
    let due: i128 = scheduled
        .iter()
        .zip(&figures.opening_by_grade)
        .map(|(share, balance)| i128::from(*share) * i128::from(*balance))
        .sum();
    let whole = i128::from(WHOLE);
    (whole * i128::from(figures.collected) - due, whole * i128::from(figures.opening) - due)
}

/// Returns the balance of additions of all names of a category but some.
fn others(figures: &MonthFigures, category: Category, codes: &[u8]) -> u64 {
    let all = figures.added_by_code[category as usize].iter().enumerate();
    all.filter(|(code, _)| !codes.iter().any(|only| usize::from(*only) == *code)).map(|(_, part)| *part).sum()
}
