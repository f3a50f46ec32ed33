//! What a private mapping may not define where a schema does.

use tailproof_core::error::TapeProblem;
use tailproof_core::pool::tape_terms::{StatusTerms, TapeTerms};

use super::mapping::{Mapping, NUMBERS};
use super::problem::TapeFileProblem;
use crate::table::TableProblem;

/// Checks that a mapping does not define what a schema defines.
pub(super) fn check_mapping(mapping: &Mapping, terms: &TapeTerms) -> Result<(), TableProblem> {
    let of_schema = |problem: TapeProblem| TableProblem::Input(problem.into());
    if let Some(name) = mapping.bands.keys().next() {
        return Err(of_schema(TapeProblem::MappingBands(name.clone())));
    }
    if let Some(name) = mapping.numbers.keys().find(|name| !terms.numbers.iter().any(|number| number.name == **name)) {
        return Err(of_schema(TapeProblem::UnknownNumber(name.clone())));
    }
    let is_of_numbers = |text: &str| text.chars().any(|found| found.is_numeric() || "+-.,()".contains(found));
    let is_changed = |(column, text): &(&String, &String)| is_of_numbers(text) || !NUMBERS.contains(&&column[..]);
    if let Some((column, text)) = mapping.suffixes.iter().chain(&mapping.prefixes).find(is_changed) {
        return Err(of_schema(TapeProblem::MappingSuffix { column: column.clone(), suffix: text.clone() }));
    }
    let of_other_unit = |(column, text): &(&String, &String)| !is_unit(column, text.trim(), &terms.currency);
    let texts = mapping.suffixes.iter().chain(&mapping.prefixes);
    if let Some((column, text)) = texts.clone().find(of_other_unit) {
        let (column, text, known) = (column.clone(), text.clone(), units(column));
        return Err(TapeFileProblem::OtherUnit { column, text, known }.into());
    }
    if let Some(column) = mapping.scale.keys().next() {
        return Err(TapeFileProblem::Scale(column.clone()).into());
    }
    if let Some(found) = mapping.as_of.as_ref().filter(|found| **found != terms.cut_off.to_string()) {
        let (found, expected) = (found.clone(), terms.cut_off.to_string());
        return Err(of_schema(TapeProblem::OtherCutOff { found, expected }));
    }
    if let Some(found) = mapping.rounding.filter(|found| *found != terms.rounding) {
        let (found, expected) = (found.name(), terms.rounding.name());
        return Err(TapeFileProblem::OtherRounding { found, expected }.into());
    }
    check_status(mapping, terms)
}

/// Signs of currencies.
const CURRENCIES: &str = "$€£¥₹₩₽₺฿₫₱₦₴₪";

/// Whether a text beside the numbers of a column is their unit under a schema: one that leaves the
/// number as it is. "2 years" is not a term of 2, nor "5k" a balance of 5.
fn is_unit(column: &str, text: &str, currency: &str) -> bool {
    let text = text.to_lowercase();
    match column {
        "rate" | "ltv" => ["%", "percent", "per cent", "pct"].contains(&&text[..]),
        "term" => ["month", "months", "mth", "mths", "mo", "mos"].contains(&&text[..]),
        "days_past_due" => ["day", "days"].contains(&&text[..]),
        "balance" => text == currency.to_lowercase() || text.chars().all(|sign| CURRENCIES.contains(sign)),
        _ => false,
    }
}

/// Returns the units that may stand beside the numbers of a column, in words.
fn units(column: &str) -> &'static str {
    match column {
        "rate" | "ltv" => "'%' or 'percent'",
        "term" => "'months'",
        "days_past_due" => "'days'",
        "balance" => "the deal's currency or its sign",
        _ => "nothing",
    }
}

fn check_status(mapping: &Mapping, terms: &TapeTerms) -> Result<(), TableProblem> {
    for (word, found) in &mapping.status {
        let expected = match &terms.status {
            Some(StatusTerms::Words(words)) => words.get(word).copied(),
            _ => None,
        };
        if expected != Some(*found) {
            let expected = expected.map_or("does not have it".to_owned(), |status| status.name().to_owned());
            let problem = TapeProblem::OtherStatus { word: word.clone(), found: found.name(), expected };
            return Err(TableProblem::Input(problem.into()));
        }
    }
    // Where the schema has words, they decide, and the mapping's days are not read.
    match (&mapping.days_past_due, &terms.status) {
        (Some(_), Some(StatusTerms::DaysPastDue(expected))) if mapping.days_past_due() != Some(*expected) => {
            Err(TapeFileProblem::OtherDays.into())
        }
        _ => Ok(()),
    }
}
