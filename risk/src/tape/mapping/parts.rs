//! The tables of a mapping, as TOML has them.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use tailproof_core::pool::tape::Status;
use tailproof_core::pool::tape_terms::Rounding;
use tailproof_core::text::parse_decimal;

use crate::table::{DateOrder, DecimalMark, Separator};
use crate::tape::problem::TapeFileProblem;

/// A column of a file: its name, or its number from 1 in a file without a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place(pub String);

/// A decimal: a whole number, a float as it is written, or a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(pub Decimal);

/// One word, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Words {
    One(String),
    Several(Vec<String>),
}

/// Names by the size of a number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bands {
    pub column: Place,
    pub bands: Vec<(String, Amount)>,
}

/// Probability of default and loss given default from a credit spread.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spread {
    pub column: Place,
    pub recovery: Place,
    pub years: u32,
}

/// A number from two of the file: `times above / below`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ratio {
    pub above: Place,
    pub below: Place,
    pub times: Option<Amount>,
}

/// Least days past due of statuses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Days {
    pub grace: Option<u32>,
    pub delinquent: u32,
    pub default: Option<u32>,
}

/// A column that is filled once a loan has ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ended {
    pub column: Place,
    pub words: BTreeMap<String, Status>,
}

impl Words {
    pub fn iter(&self) -> impl Iterator<Item = &String> {
        match self {
            Words::One(word) => std::slice::from_ref(word).iter(),
            Words::Several(words) => words.iter(),
        }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.iter().map(String::as_str).collect::<Vec<_>>().join(" or "))
    }
}

impl Days {
    /// Checks that days rise.
    pub fn check(&self) -> Result<(), TapeFileProblem> {
        let least = [self.grace, Some(self.delinquent), self.default];
        let days: Vec<u32> = least.into_iter().flatten().collect();
        if days[0] > 0 && days.windows(2).all(|pair| pair[0] < pair[1]) { Ok(()) } else { Err(TapeFileProblem::Days) }
    }

    /// Returns the status of so many days.
    pub fn status(&self, days: u32) -> Status {
        let least =
            [(self.default, Status::Default), (Some(self.delinquent), Status::Delinquent), (self.grace, Status::Grace)];
        let reached = least.into_iter().find(|(least, _)| least.is_some_and(|least| days >= least));
        reached.map_or(Status::Current, |(_, status)| status)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl Visitor<'_> for Of {
            type Value = Place;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the name of a column of the file, or its number from 1")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Place, E> {
                Ok(Place(name.trim().to_owned()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Place, E> {
                if number > 0 { Ok(Place(number.to_string())) } else { Err(E::custom("columns are numbered from 1")) }
            }
        }
        deserializer.deserialize_any(Of)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl Visitor<'_> for Of {
            type Value = Amount;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
                parse_decimal(text).map(Amount).map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Amount, E> {
                Ok(Amount(number.into()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Amount, E> {
                // The shortest decimal of a double is the one that was written, to 15 digits.
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(Of)
    }
}

/// Reads one of a few words.
fn one_of<'de, D: Deserializer<'de>, T: Copy>(
    deserializer: D,
    known: &[(&'static str, T)],
) -> Result<Option<T>, D::Error> {
    let word = String::deserialize(deserializer)?;
    let found = known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    let names = || known.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    found.map(Some).ok_or_else(|| D::Error::custom(format!("\"{}\" is none of {}", word.escape_debug(), names())))
}

pub(super) fn separator<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Separator>, D::Error> {
    let [comma, semicolon, tab, bar] = Separator::ALL;
    one_of(deserializer, &[(",", comma), (";", semicolon), ("\t", tab), ("tab", tab), ("|", bar)])
}

pub(super) fn decimal_mark<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DecimalMark>, D::Error> {
    one_of(deserializer, &[("point", DecimalMark::Point), ("comma", DecimalMark::Comma)])
}

pub(super) fn order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateOrder>, D::Error> {
    one_of(deserializer, &[("dmy", DateOrder::DayMonth), ("mdy", DateOrder::MonthDay)])
}

pub(super) fn rounding<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Rounding>, D::Error> {
    let known = ["refuse", "down", "up", "half-even"].map(|name| (name, Rounding::from_name(name)));
    Ok(one_of(deserializer, &known)?.flatten())
}
