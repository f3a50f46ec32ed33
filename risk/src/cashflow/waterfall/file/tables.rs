//! The tables of the file, and its numbers.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use tailproof_core::error::{NotesProblem, Problem};
use tailproof_core::text::{parse_decimal, whole};

use super::super::terms::Rate;

/// Most units of an amount: the most that a pool owes.
const MOST_UNITS: u64 = (1 << 48) - 1;
/// Most months.
pub(super) const MOST_MONTHS: u32 = 1_200;
/// Most percent.
const MOST_PERCENT: u64 = 1_000_000;

/// A number of the file. A double is read as the shortest decimal that names it, which is the one
/// that was written up to 15 digits.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Number {
    Whole(i64),
    Fraction(f64),
    Text(String),
}

impl Number {
    pub(super) fn decimal(&self) -> Result<Decimal, Problem> {
        match self {
            Number::Whole(number) => Ok(Decimal::from(*number)),
            Number::Fraction(number) => parse_decimal(&number.to_string()),
            Number::Text(text) => parse_decimal(text),
        }
    }

    pub(super) fn parts(&self, what: &str) -> Result<u64, Problem> {
        whole(what, self.decimal()?, 6, MOST_PERCENT * 1_000_000)
    }

    pub(super) fn units(&self, what: &str) -> Result<u64, Problem> {
        whole(what, self.decimal()?, 0, MOST_UNITS)
    }

    pub(super) fn signed(&self, what: &str) -> Result<i64, Problem> {
        let value = self.decimal()?;
        let scaled = Some(value.normalize()).filter(|value| value.scale() <= 6);
        let scaled = scaled.and_then(|value| value.checked_mul(Decimal::from(1_000_000))?.to_i64());
        scaled.filter(|rate| rate.abs() <= 100_000_000).ok_or_else(|| Problem::OutOfRange {
            what: what.to_owned(),
            value: value.to_string(),
            range: "-100 to 100 %, with at most 6 decimals".into(),
        })
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum RateTable {
    Fixed(Number),
    Index(IndexTable),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndexTable {
    pub(super) index: String,
    pub(super) margin: Option<Number>,
    pub(super) floor: Option<Number>,
    pub(super) cap: Option<Number>,
}

impl RateTable {
    pub(super) fn rate(&self, what: &str) -> Result<Rate, Problem> {
        let table = match self {
            RateTable::Fixed(number) => return Ok(Rate::Fixed(number.signed(what)?)),
            RateTable::Index(table) => table,
        };
        let of = |key: &str, number: &Option<Number>| {
            number.as_ref().map(|number| number.signed(&format!("{key} of {what}"))).transpose()
        };
        let (floor, cap) = (of("floor", &table.floor)?, of("cap", &table.cap)?);
        if floor.zip(cap).is_some_and(|(floor, cap)| floor > cap) {
            return Err(NotesProblem::Parts("a rate has a floor above its cap").into());
        }
        let margin = of("margin", &table.margin)?.unwrap_or(0);
        Ok(Rate::Index { name: table.index.clone(), margin, floor, cap })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) version: u32,
    pub(super) name: String,
    pub(super) legal_final: u32,
    pub(super) clean_up_call: Option<Number>,
    pub(super) call_price: Option<Number>,
    pub(super) recoveries: Option<FundsName>,
    #[serde(default)]
    pub(super) note: Vec<NoteTable>,
    #[serde(default)]
    pub(super) fee: Vec<FeeTable>,
    pub(super) reserve: Option<ReserveTable>,
    pub(super) swap: Option<SwapTable>,
    pub(super) liquidity: Option<LiquidityTable>,
    pub(super) guarantee: Option<GuaranteeTable>,
    #[serde(default)]
    pub(super) trigger: Vec<TriggerTable>,
    #[serde(default)]
    pub(super) interest: Vec<StepTable>,
    #[serde(default)]
    pub(super) principal: Vec<StepTable>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FundsName {
    Interest,
    Principal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteTable {
    pub(super) name: String,
    pub(super) balance: Number,
    pub(super) coupon: RateTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeeTable {
    pub(super) name: String,
    pub(super) rate: Option<Number>,
    pub(super) amount: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReserveTable {
    pub(super) initial: Number,
    pub(super) target: Option<Number>,
    pub(super) floor: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SwapTable {
    pub(super) notional: String,
    pub(super) pay: RateTable,
    pub(super) receive: RateTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LiquidityTable {
    pub(super) limit: Number,
    pub(super) rate: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuaranteeTable {
    pub(super) cap: Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TriggerTable {
    pub(super) name: String,
    pub(super) measure: String,
    pub(super) note: Option<String>,
    pub(super) above: Option<Number>,
    pub(super) below: Option<Number>,
    #[serde(default)]
    pub(super) stays: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PayName {
    Fees,
    Interest,
    Principal,
    Swap,
    Reserve,
    Liquidity,
    Transfer,
    Residual,
}

impl PayName {
    pub(super) fn name(self) -> &'static str {
        match self {
            PayName::Fees => "fees",
            PayName::Interest => "interest",
            PayName::Principal => "principal",
            PayName::Swap => "swap",
            PayName::Reserve => "reserve",
            PayName::Liquidity => "liquidity",
            PayName::Transfer => "transfer",
            PayName::Residual => "residual",
        }
    }
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SplitName {
    Sequential,
    ProRata,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum UpToName {
    Deficiency,
    Cure,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SupportName {
    Liquidity,
    Guarantee,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepTable {
    pub(super) pay: PayName,
    #[serde(default)]
    pub(super) to: Vec<String>,
    pub(super) split: Option<SplitName>,
    pub(super) up_to: Option<UpToName>,
    pub(super) target: Option<Number>,
    pub(super) when: Option<String>,
    pub(super) unless: Option<String>,
    #[serde(default)]
    pub(super) support: Vec<SupportName>,
}
