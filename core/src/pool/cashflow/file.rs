//! The file of assumptions: TOML, whose rates and shares are in percent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::assumptions::{Amortisation, Assumptions, Behaviour, Block, MOST_LAG, Repline};
use super::checks::check_vector;
use super::discount::{DiscountCurve, RATES};
use super::fixed::PARTS;
use super::speeds::Speed;
use crate::error::{CashflowProblem, InputError, Problem};
use crate::text::whole;
use crate::tree::{Scalar, read_table, toml_table, tree_words};

toml_table! {
    struct File {
        version: u32,
        name: String,
        repline: Vec<ReplineTable> = Vec::new(),
        block: Vec<BlockTable> = Vec::new(),
        discount: Option<DiscountTable>,
        index: BTreeMap<String, Vec<Scalar>> = BTreeMap::new(),
    }
}

toml_table! {
    struct ReplineTable {
        code: String,
        rate: Scalar,
        term: u32,
        kind: Kind,
        age: u32 = 0,
        interest_only: Option<u32>,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    LevelPay,
    Bullet,
    InterestOnly,
    Defaulted,
}

tree_words!(Kind {
    "level-pay" => LevelPay,
    "bullet" => Bullet,
    "interest-only" => InterestOnly,
    "defaulted" => Defaulted,
});

toml_table! {
    struct BlockTable {
        name: String,
        prepayment: Option<PrepaymentTable>,
        default: Option<DefaultTable>,
        severity: Option<Scalar>,
        recovery_lag: Option<u32>,
        fee: Option<Scalar>,
        codes: BTreeMap<String, CodeTable> = BTreeMap::new(),
    }
}

toml_table! {
    struct CodeTable {
        prepayment: Option<PrepaymentTable>,
        default: Option<DefaultTable>,
        severity: Option<Scalar>,
        recovery_lag: Option<u32>,
        fee: Option<Scalar>,
    }
}

toml_table! {
    struct PrepaymentTable {
        cpr: Option<Scalar>,
        psa: Option<Scalar>,
        smm: Option<Vec<Scalar>>,
    }
}

toml_table! {
    struct DefaultTable {
        cdr: Option<Scalar>,
        sda: Option<Scalar>,
        mdr: Option<Vec<Scalar>>,
    }
}

toml_table! {
    struct DiscountTable {
        flat: Option<Scalar>,
        points: Option<Vec<[Scalar; 2]>>,
    }
}

/// Most percent of a multiple of PSA or SDA.
const MOST_MULTIPLE: u64 = 10_000;

/// Returns a number of percent in parts.
fn parts(what: &str, scalar: &Scalar, most_percent: u64) -> Result<u64, Problem> {
    whole(what, scalar.decimal()?, 6, most_percent * 1_000_000)
}

/// Returns a rate that may be negative, in parts.
fn rate(what: &str, scalar: &Scalar) -> Result<i64, Problem> {
    let value = scalar.decimal()?;
    let scaled = Some(value.normalize()).filter(|value| value.scale() <= 6);
    let scaled = scaled.and_then(|value| value.checked_mul(Decimal::from(1_000_000))?.to_i64());
    scaled.filter(|rate| (RATES[0]..=RATES[1]).contains(rate)).ok_or_else(|| Problem::OutOfRange {
        what: what.to_owned(),
        value: value.to_string(),
        range: "-5 to 100 %, with at most 6 decimals".into(),
    })
}

fn shares(what: &str, list: &[Scalar]) -> Result<Vec<u64>, Problem> {
    check_vector(what, list.len())?;
    list.iter().map(|share| parts(what, share, 100)).collect()
}

impl PrepaymentTable {
    fn speed(&self, place: &str) -> Result<Speed, Problem> {
        let of = |key: &str| format!("{key} of {place}");
        match (&self.cpr, &self.psa, &self.smm) {
            (Some(cpr), None, None) => Ok(Speed::Annual(parts(&of("cpr"), cpr, 100)?)),
            (None, Some(psa), None) => Ok(Speed::Psa(parts(&of("psa"), psa, MOST_MULTIPLE)?)),
            (None, None, Some(smm)) => Ok(Speed::Monthly(shares(&of("smm"), smm)?)),
            _ => Err(CashflowProblem::Speed { of: "prepayment", known: "cpr, psa and smm" }.into()),
        }
    }
}

impl DefaultTable {
    fn speed(&self, place: &str) -> Result<Speed, Problem> {
        let of = |key: &str| format!("{key} of {place}");
        match (&self.cdr, &self.sda, &self.mdr) {
            (Some(cdr), None, None) => Ok(Speed::Annual(parts(&of("cdr"), cdr, 100)?)),
            (None, Some(sda), None) => Ok(Speed::Sda(parts(&of("sda"), sda, MOST_MULTIPLE)?)),
            (None, None, Some(mdr)) => Ok(Speed::Monthly(shares(&of("mdr"), mdr)?)),
            _ => Err(CashflowProblem::Speed { of: "default", known: "cdr, sda and mdr" }.into()),
        }
    }
}

impl CodeTable {
    /// Returns a behaviour with what the table says, and `base` for the rest.
    fn over(&self, place: &str, base: &Behaviour) -> Result<Behaviour, Problem> {
        let lag = self.recovery_lag.unwrap_or(base.recovery_lag);
        if lag > MOST_LAG {
            let what = format!("recovery_lag of {place}");
            return Err(Problem::OutOfRange { what, value: lag.to_string(), range: format!("0 to {MOST_LAG} months") });
        }
        let share = |key: &str, scalar: &Option<Scalar>, base: u64| {
            scalar.as_ref().map_or(Ok(base), |scalar| parts(&format!("{key} of {place}"), scalar, 100))
        };
        Ok(Behaviour {
            prepayment: self.prepayment.as_ref().map_or(Ok(base.prepayment.clone()), |table| table.speed(place))?,
            default: self.default.as_ref().map_or(Ok(base.default.clone()), |table| table.speed(place))?,
            severity: share("severity", &self.severity, base.severity)?,
            recovery_lag: lag,
            fee: share("fee", &self.fee, base.fee)?,
        })
    }
}

impl BlockTable {
    fn block(self) -> Result<Block, Problem> {
        let place = format!("block '{}'", self.name);
        let Self { name, prepayment, default, severity, recovery_lag, fee, codes } = self;
        let whole = CodeTable { prepayment, default, severity, recovery_lag, fee };
        // Without a severity, nothing is recovered.
        let nothing = Behaviour { severity: PARTS, ..Behaviour::default() };
        let behaviour = whole.over(&place, &nothing)?;
        let of_code = |(code, table): (String, CodeTable)| {
            let merged = table.over(&format!("'{code}' of {place}"), &behaviour)?;
            Ok::<_, Problem>((code, merged))
        };
        let codes = codes.into_iter().map(of_code).collect::<Result<_, _>>()?;
        Ok(Block { name, behaviour, codes })
    }
}

impl ReplineTable {
    fn repline(self) -> Result<Repline, Problem> {
        let kind = match (self.kind, self.interest_only) {
            (Kind::LevelPay, None) => Amortisation::LevelPay,
            (Kind::Bullet, None) => Amortisation::Bullet,
            (Kind::InterestOnly, Some(months)) => Amortisation::InterestOnly(months),
            (Kind::Defaulted, None) => Amortisation::Defaulted,
            _ => return Err(CashflowProblem::InterestOnly(self.code).into()),
        };
        let rate = parts(&format!("the rate of '{}'", self.code), &self.rate, 1_000)?;
        Ok(Repline { code: self.code, rate, term: self.term, age: self.age, kind })
    }
}

impl DiscountTable {
    fn curve(&self) -> Result<DiscountCurve, Problem> {
        let points = match (&self.flat, &self.points) {
            (Some(flat), None) => vec![(1, rate("flat of [discount]", flat)?)],
            (None, Some(points)) => {
                let point = |[month, zero]: &[Scalar; 2]| {
                    let month = whole("the month of a point of [discount]", month.decimal()?, 0, 1_200)?;
                    Ok::<_, Problem>((u32::try_from(month).unwrap_or(0), rate("a rate of [discount]", zero)?))
                };
                points.iter().map(point).collect::<Result<_, _>>()?
            }
            _ => return Err(CashflowProblem::Discount.into()),
        };
        Ok(DiscountCurve::new(points)?)
    }
}

impl File {
    fn assumptions(self) -> Result<Assumptions, Problem> {
        if self.version != 1 {
            return Err(CashflowProblem::Version(self.version).into());
        }
        let vector = |(name, values): (String, Vec<Scalar>)| {
            let rates = values.iter().map(|value| rate(&format!("a value of index '{name}'"), value));
            Ok::<_, Problem>((name.clone(), rates.collect::<Result<_, _>>()?))
        };
        let all = Assumptions {
            name: self.name,
            replines: self.repline.into_iter().map(ReplineTable::repline).collect::<Result<_, _>>()?,
            blocks: self.block.into_iter().map(BlockTable::block).collect::<Result<_, _>>()?,
            discount: self.discount.as_ref().map(DiscountTable::curve).transpose()?,
            indices: self.index.into_iter().map(vector).collect::<Result<_, _>>()?,
        };
        all.check()?;
        Ok(all)
    }
}

impl Assumptions {
    /// Reads a file of assumptions. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML; unknown keys; another version; numbers that are no decimals, out of range or of more
    /// than six decimals; the errors of [`Assumptions::check`].
    pub fn from_toml(file: &str, text: &str) -> Result<Self, InputError> {
        let read: File = read_table(file, text)?;
        read.assumptions().map_err(|problem| InputError::in_file(file, problem))
    }
}

#[cfg(test)]
mod tests;
