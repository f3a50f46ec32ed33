//! Claims about a pool, in exact integers: what a deal says of it, sentence by sentence, and
//! whether that is so.

use rust_decimal::Decimal;

use crate::fixed_point::Unit;
use crate::pool::cashflow::ValueClaim;
use crate::pool::cashflow::value::VALUE_BITS;
use crate::pool::coverage::Coverage;
use crate::pool::ids::IdKind;
use crate::pool::loan_pool::PoolFigures;
use crate::pool::schema::{Category, Column, DEFAULTED, Field, TapeSchema, WHOLE};
use crate::pool::sec_sa::{CapitalCharge, past_due};
use crate::text::to_f64;

/// How many times finer a limit on a weighted average is than the field's step.
pub const AVERAGE_SCALE: u64 = 10_000;

/// A claim about a pool. Shares are billionths of the balance, averages ten-thousandths of a
/// field's smallest step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PoolClaim {
    /// at least so many loans
    LoansAtLeast(u64),
    /// at most so many loans
    LoansAtMost(u64),
    /// at least so much is owed, in units
    BalanceAtLeast(u64),
    /// at most so much is owed, in units
    BalanceAtMost(u64),
    /// the average of a field, weighted by balance
    AverageAtLeast(Field, u64),
    /// the average of a field, weighted by balance
    AverageAtMost(Field, u64),
    /// every loan's number
    EachAtLeast(Field, u64),
    /// every loan's number
    EachAtMost(Field, u64),
    /// no name that is not named by another claim has a larger share
    EveryShareAtMost(Category, u64),
    /// a name, by code, has at most this share
    ShareAtMost(Category, u8, u64),
    /// every loan is of one of these names, by code
    Only(Category, Vec<u8>),
    /// the share of the largest obligor
    ObligorAtMost(u64),
    /// the share of so many largest obligors together
    TopObligorsAtMost(u16, u64),
    /// the sum of squared shares of obligors
    HerfindahlAtMost(u64),
    /// the share of loans that are late
    DelinquentAtMost(u64),
    /// what the pool is worth covers what is owed on its notes
    Overcollateralisation(Coverage),
    /// what it earns covers what its notes are due
    InterestCoverage(Coverage),
    /// no digest of an id of this kind is that of two loans
    Distinct(IdKind),
    /// the value of representative loans of each band, under public assumptions
    ValueAtLeast(ValueClaim),
    /// the share of loans that are late or of the grade of loans in default, by its code
    PastDueAtMost(u8, u64),
    /// the average capital charge
    CapitalAtMost(CapitalCharge),
}

/// A claim with the pool's figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolClaimFigure {
    /// the claim in words
    pub sentence: String,
    /// the pool's figure in words
    pub figure: String,
    /// whether it is so
    pub holds: bool,
}

/// An integer as a decimal of so many places.
pub fn decimal(value: u128, places: u32) -> Decimal {
    i128::try_from(value)
        .ok()
        .and_then(|value| Decimal::try_from_i128_with_scale(value, places).ok())
        .unwrap_or(Decimal::MAX)
        .normalize()
}

/// A number of billionths as percent.
pub fn percent(billionths: u64) -> String {
    format!("{} %", decimal(billionths.into(), 7))
}

fn amount(units: u64, unit: Unit) -> Decimal {
    decimal(u128::from(units) * u128::from(unit.millionths()), 6)
}

/// A number of a loan, in fractions of its step: ten to the power of minus `extra`.
fn of_field(schema: &TapeSchema, field: Field, value: u64, extra: u32) -> String {
    let steps = decimal(value.into(), extra);
    let number = steps.checked_mul(schema.step(field)).unwrap_or(Decimal::MAX).normalize();
    format!("{number}{}", field.suffix())
}

/// A quotient, for display.
fn ratio(numerator: u128, denominator: u128) -> f64 {
    numerator as f64 / denominator.max(1) as f64
}

impl PoolClaim {
    /// The column that it needs.
    pub fn column(&self) -> Option<Column> {
        match self {
            PoolClaim::AverageAtLeast(field, _)
            | PoolClaim::AverageAtMost(field, _)
            | PoolClaim::EachAtLeast(field, _)
            | PoolClaim::EachAtMost(field, _) => field.column(),
            PoolClaim::EveryShareAtMost(category, _)
            | PoolClaim::ShareAtMost(category, ..)
            | PoolClaim::Only(category, _) => Some(category.column()),
            PoolClaim::DelinquentAtMost(_) => Some(Column::Status),
            PoolClaim::InterestCoverage(_) => Some(Column::Rate),
            PoolClaim::Distinct(IdKind::Collateral) => Some(Column::Collateral),
            PoolClaim::PastDueAtMost(..) => Some(Column::Status),
            PoolClaim::CapitalAtMost(_) => Some(Column::Grade),
            PoolClaim::ValueAtLeast(value) => Some(value.replines.column()),
            _ => None,
        }
    }

    /// Returns the number of each loan that it is about, if it is about one.
    pub fn number(&self) -> Option<Field> {
        match self {
            PoolClaim::AverageAtLeast(field, _)
            | PoolClaim::AverageAtMost(field, _)
            | PoolClaim::EachAtLeast(field, _)
            | PoolClaim::EachAtMost(field, _) => Some(*field),
            _ => None,
        }
    }

    /// Who owes: without a column of obligors every loan stands alone, and claims say so.
    fn debtor(schema: &TapeSchema) -> &'static str {
        if schema.has(Column::Obligor) { "obligor" } else { "loan (the tape has no obligors)" }
    }

    /// Who owe, of several.
    fn debtors(schema: &TapeSchema) -> &'static str {
        if schema.has(Column::Obligor) { "obligors" } else { "loans (the tape has no obligors)" }
    }

    /// The claim in words.
    pub fn sentence(&self, schema: &TapeSchema) -> String {
        let name =
            |category: Category, code: u8| schema.names(category).get(usize::from(code)).cloned().unwrap_or_default();
        match self {
            PoolClaim::LoansAtLeast(limit) => format!("at least {limit} loans"),
            PoolClaim::LoansAtMost(limit) => format!("at most {limit} loans"),
            PoolClaim::BalanceAtLeast(limit) => format!("total balance at least {}", amount(*limit, schema.unit())),
            PoolClaim::BalanceAtMost(limit) => format!("total balance at most {}", amount(*limit, schema.unit())),
            PoolClaim::AverageAtLeast(field, limit) => {
                format!(
                    "average {}, weighted by balance, at least {}",
                    schema.number_name(*field),
                    of_field(schema, *field, *limit, 4)
                )
            }
            PoolClaim::AverageAtMost(field, limit) => {
                format!(
                    "average {}, weighted by balance, at most {}",
                    schema.number_name(*field),
                    of_field(schema, *field, *limit, 4)
                )
            }
            PoolClaim::EachAtLeast(field, limit) => {
                format!("every loan's {} at least {}", schema.number_name(*field), of_field(schema, *field, *limit, 0))
            }
            PoolClaim::EachAtMost(field, limit) => {
                format!("every loan's {} at most {}", schema.number_name(*field), of_field(schema, *field, *limit, 0))
            }
            PoolClaim::EveryShareAtMost(category, limit) => {
                format!(
                    "every {} that is not named has at most {} of the balance",
                    category.column().name(),
                    percent(*limit)
                )
            }
            PoolClaim::ShareAtMost(category, code, limit) => {
                if *category == Category::Grade && schema.defaulted() == Some(*code) {
                    return format!("at most {} of the balance is in default (grade {DEFAULTED})", percent(*limit));
                }
                let column = category.column().name();
                format!("{column} {} has at most {} of the balance", name(*category, *code), percent(*limit))
            }
            PoolClaim::Only(category, codes) => {
                let names: Vec<String> = codes.iter().map(|code| name(*category, *code)).collect();
                format!("every loan's {} is one of {}", category.column().name(), names.join(", "))
            }
            PoolClaim::ObligorAtMost(limit) => {
                format!("the largest {} owes at most {} of the balance", Self::debtor(schema), percent(*limit))
            }
            PoolClaim::TopObligorsAtMost(count, limit) => {
                let debtors = Self::debtors(schema);
                format!("the {count} largest {debtors} together owe at most {} of the balance", percent(*limit))
            }
            PoolClaim::HerfindahlAtMost(limit) => {
                format!("Herfindahl index at most {}, by {}", decimal((*limit).into(), 9), Self::debtor(schema))
            }
            PoolClaim::DelinquentAtMost(limit) => format!("at most {} of the balance is delinquent", percent(*limit)),
            PoolClaim::Overcollateralisation(coverage) => format!("overcollateralisation: {}", coverage.words),
            PoolClaim::InterestCoverage(coverage) => format!("interest coverage: {}", coverage.words),
            PoolClaim::Distinct(kind) => format!("committed digests of ids of {} are distinct", kind.bearers()),
            PoolClaim::ValueAtLeast(value) => format!(
                "net present value of representative loans of each band, {}: at least {}",
                value.under_in_words(),
                amount(value.least, schema.unit())
            ),
            PoolClaim::PastDueAtMost(_, limit) => {
                format!(
                    "at most {} of the balance is delinquent or in default, which bounds W of SEC-SA",
                    percent(*limit)
                )
            }
            PoolClaim::CapitalAtMost(charge) => format!(
                "average capital charge at most {} of the balance, which bounds K_SA of SEC-SA: 8 % of the risk weights {}",
                percent(charge.limit),
                charge.words
            ),
        }
    }

    /// Returns whether the claim holds, and the pool's figure.
    pub fn evaluate(&self, figures: &PoolFigures, schema: &TapeSchema) -> PoolClaimFigure {
        let (figure, holds) = (self.figure(figures, schema), self.holds(figures));
        PoolClaimFigure { sentence: self.sentence(schema), figure, holds }
    }

    /// Returns whether the claim holds, over exactly the integers that the circuit compares.
    fn holds(&self, figures: &PoolFigures) -> bool {
        let balance = u128::from(figures.balance);
        let within = |part: u64, limit: u64| u128::from(part) * u128::from(WHOLE) <= u128::from(limit) * balance;
        let weighted = |field: Field| figures.weighted[field as usize] * u128::from(AVERAGE_SCALE);
        match self {
            PoolClaim::LoansAtLeast(limit) => figures.loans >= *limit,
            PoolClaim::LoansAtMost(limit) => figures.loans <= *limit,
            PoolClaim::BalanceAtLeast(limit) => figures.balance >= *limit,
            PoolClaim::BalanceAtMost(limit) => figures.balance <= *limit,
            PoolClaim::AverageAtLeast(field, limit) => weighted(*field) >= u128::from(*limit) * balance,
            PoolClaim::AverageAtMost(field, limit) => weighted(*field) <= u128::from(*limit) * balance,
            PoolClaim::EachAtLeast(field, limit) => u64::from(figures.extremes[*field as usize].0) >= *limit,
            PoolClaim::EachAtMost(field, limit) => u64::from(figures.extremes[*field as usize].1) <= *limit,
            // The list of claims tells which names are named: see [`evaluate_all`].
            PoolClaim::EveryShareAtMost(category, limit) => within(largest(figures, *category), *limit),
            PoolClaim::ShareAtMost(category, code, limit) => within(with_code(figures, *category, *code), *limit),
            PoolClaim::Only(category, codes) => others(figures, *category, codes) == 0,
            PoolClaim::ObligorAtMost(limit) => within(figures.largest_obligor, *limit),
            PoolClaim::TopObligorsAtMost(count, limit) => within(figures.owed_by_largest((*count).into()), *limit),
            PoolClaim::HerfindahlAtMost(limit) => {
                // Squares of pools of 2^48 units are below 2^96, and a billion below 2^30.
                figures.squared * u128::from(WHOLE) <= u128::from(*limit) * balance * balance
            }
            PoolClaim::DelinquentAtMost(limit) => within(figures.delinquent, *limit),
            PoolClaim::Overcollateralisation(coverage) | PoolClaim::InterestCoverage(coverage) => {
                let (has, needs) = self.sides(coverage, figures);
                has >= needs
            }
            PoolClaim::Distinct(kind) => figures.repeated_ids[*kind as usize] == Some(0),
            PoolClaim::ValueAtLeast(value) => value.holds(figures),
            PoolClaim::PastDueAtMost(defaulted, limit) => within(past_due(figures, *defaulted), *limit),
            PoolClaim::CapitalAtMost(charge) => charge.charge(figures) <= u128::from(charge.limit) * balance,
        }
    }

    /// Returns the pool's figure in words.
    fn figure(&self, figures: &PoolFigures, schema: &TapeSchema) -> String {
        let balance = u128::from(figures.balance);
        let share = |part: u64| format!("{:.7} %", ratio(part.into(), balance) * 100.0);
        match self {
            PoolClaim::LoansAtLeast(_) | PoolClaim::LoansAtMost(_) => figures.loans.to_string(),
            PoolClaim::BalanceAtLeast(_) | PoolClaim::BalanceAtMost(_) => {
                amount(figures.balance, schema.unit()).to_string()
            }
            PoolClaim::AverageAtLeast(field, _) | PoolClaim::AverageAtMost(field, _) => {
                let average = ratio(figures.weighted[*field as usize], balance) * to_f64(schema.step(*field));
                format!("{average:.8}{}", field.suffix())
            }
            PoolClaim::EachAtLeast(field, _) => {
                format!("least {}", of_field(schema, *field, figures.extremes[*field as usize].0.into(), 0))
            }
            PoolClaim::EachAtMost(field, _) => {
                format!("greatest {}", of_field(schema, *field, figures.extremes[*field as usize].1.into(), 0))
            }
            PoolClaim::EveryShareAtMost(category, _) => format!("largest {}", share(largest(figures, *category))),
            PoolClaim::ShareAtMost(category, code, _) => share(with_code(figures, *category, *code)),
            PoolClaim::Only(category, codes) => format!("{} of others", share(others(figures, *category, codes))),
            PoolClaim::ObligorAtMost(_) => share(figures.largest_obligor),
            PoolClaim::TopObligorsAtMost(count, _) => share(figures.owed_by_largest((*count).into())),
            PoolClaim::HerfindahlAtMost(_) => format!("{:.9}", ratio(figures.squared, balance * balance)),
            PoolClaim::DelinquentAtMost(_) => share(figures.delinquent),
            PoolClaim::Overcollateralisation(coverage) | PoolClaim::InterestCoverage(coverage) => {
                let (has, needs) = self.sides(coverage, figures);
                format!("{:.6} times what is needed", ratio(has, needs))
            }
            PoolClaim::Distinct(kind) => match figures.repeated_ids[*kind as usize] {
                Some(repeated) => format!("{repeated} of {} loans repeat one", figures.loans),
                None => "none are committed".to_owned(),
            },
            PoolClaim::ValueAtLeast(value) => match value.value(figures) {
                Some(value) => {
                    let units = (value >> VALUE_BITS) * i128::from(schema.unit().millionths());
                    Decimal::from_i128_with_scale(units, 6).normalize().to_string()
                }
                None => "unknown without the assumptions".to_owned(),
            },
            PoolClaim::PastDueAtMost(defaulted, _) => share(past_due(figures, *defaulted)),
            PoolClaim::CapitalAtMost(charge) => {
                format!("{:.7} %", ratio(charge.charge(figures), balance * u128::from(WHOLE)) * 100.0)
            }
        }
    }

    /// Returns both sides of a coverage test: of interest, over what the loans earn, otherwise over
    /// what they owe.
    fn sides(&self, coverage: &Coverage, figures: &PoolFigures) -> (u128, u128) {
        if matches!(self, PoolClaim::InterestCoverage(_)) {
            return coverage.sides(figures.interest.iter().copied(), figures.balance);
        }
        let by_grade = figures.by_code[Category::Grade as usize].iter().map(|part| u128::from(*part));
        coverage.sides(by_grade, figures.balance)
    }
}

/// Returns the balance under the largest name of a category.
fn largest(figures: &PoolFigures, category: Category) -> u64 {
    figures.by_code[category as usize].iter().copied().max().unwrap_or_default()
}

/// Returns the balance under one name of a category.
fn with_code(figures: &PoolFigures, category: Category, code: u8) -> u64 {
    figures.by_code[category as usize][usize::from(code)]
}

/// Returns the balance under all names of a category but some.
fn others(figures: &PoolFigures, category: Category, codes: &[u8]) -> u64 {
    let all = figures.by_code[category as usize].iter().enumerate();
    all.filter(|(code, _)| !codes.iter().any(|only| usize::from(*only) == *code)).map(|(_, part)| *part).sum()
}

/// Returns the largest share of each name of a category, by code, that claims allow: the least of
/// those that are about one name.
pub fn share_limits(claims: &[PoolClaim], category: Category) -> Vec<u64> {
    let mut limits: Vec<Option<u64>> = vec![None; category.most()];
    let mut others = WHOLE;
    let mut only: Option<&[u8]> = None;
    for claim in claims {
        match claim {
            PoolClaim::ShareAtMost(of, code, limit) if *of == category => {
                let limits = &mut limits[usize::from(*code)];
                *limits = Some(limits.map_or(*limit, |other| other.min(*limit)));
            }
            PoolClaim::EveryShareAtMost(of, limit) if *of == category => others = others.min(*limit),
            PoolClaim::Only(of, codes) if *of == category => only = Some(codes),
            _ => {}
        }
    }
    let allowed = |code: usize| only.is_none_or(|codes| codes.iter().any(|only| usize::from(*only) == code));
    let limits = limits.into_iter().enumerate();
    limits.map(|(code, limit)| if allowed(code) { limit.unwrap_or(others) } else { 0 }).collect()
}

/// Returns every claim with the pool's figure.
pub fn evaluate_all(claims: &[PoolClaim], figures: &PoolFigures, schema: &TapeSchema) -> Vec<PoolClaimFigure> {
    let named = |category: Category, code: usize| {
        claims.iter().any(|claim| matches!(claim, PoolClaim::ShareAtMost(of, named, _) if *of == category && usize::from(*named) == code))
    };
    let evaluate = |claim: &PoolClaim| match claim {
        PoolClaim::EveryShareAtMost(category, _) => {
            let mut others = figures.clone();
            for (code, part) in others.by_code[*category as usize].iter_mut().enumerate() {
                *part = if named(*category, code) { 0 } else { *part };
            }
            claim.evaluate(&others, schema)
        }
        _ => claim.evaluate(figures, schema),
    };
    claims.iter().map(evaluate).collect()
}
