//! Checks of names, vectors and replines.

use super::assumptions::{Amortisation, MOST_TERM, MOST_VALUES, Repline};
use super::speeds::percent;
use crate::error::{CashflowProblem, Problem};
use crate::pool::bands::Bands;
use crate::pool::schema::{Category, Column, Field, TapeSchema};
use crate::text::check_printable;

pub(super) fn out_of_range(what: &str, value: impl ToString, range: String) -> Problem {
    Problem::OutOfRange { what: what.into(), value: value.to_string(), range }
}

pub(super) fn once<'n>(names: impl Iterator<Item = &'n String>) -> Result<(), Problem> {
    let mut names: Vec<&String> = names.collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Problem::DuplicateName(pair[0].clone())),
        None => Ok(()),
    }
}

/// Checks a name that becomes part of a label.
pub(crate) fn check_name(name: &str) -> Result<(), CashflowProblem> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=32).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(CashflowProblem::Name(name.to_owned()))
}

/// Checks the number of values of a vector.
pub(super) fn check_vector(of: &str, count: usize) -> Result<(), CashflowProblem> {
    let fits = (1..=MOST_VALUES).contains(&count);
    if fits { Ok(()) } else { Err(CashflowProblem::Vector { of: of.to_owned(), most: MOST_VALUES }) }
}

pub(super) fn check_repline(repline: &Repline) -> Result<(), Problem> {
    check_printable(&repline.code)?;
    let (code, most) = (&repline.code, MOST_TERM);
    if !(1..=most).contains(&repline.term) {
        return Err(out_of_range(&format!("the term of '{code}'"), repline.term, format!("1 to {most} months")));
    }
    let highest = Field::Rate.most() * 10_000;
    if repline.rate > highest {
        let range = format!("0 to {} %", percent(highest));
        return Err(out_of_range(&format!("the rate of '{code}'"), percent(repline.rate), range));
    }
    match repline.kind {
        Amortisation::InterestOnly(months) if !(1..repline.term).contains(&months) => {
            Err(CashflowProblem::InterestOnly(code.clone()).into())
        }
        _ => Ok(()),
    }
}

/// Checks that a stated rate or term is in the band of its grade.
pub(super) fn check_band(repline: &Repline, schema: &TapeSchema, replines: Category) -> Result<(), CashflowProblem> {
    let bands = schema.terms().and_then(|terms| terms.bands.as_ref());
    let Some(Bands::Number { number, limits }) = bands.filter(|_| replines == Category::Grade) else { return Ok(()) };
    // Rates are in basis points there, of 10^4 parts.
    let (stated, name, step) = match number {
        Field::Rate => (repline.rate, Column::Rate.name(), 10_000),
        Field::Term => (u64::from(repline.term), Column::Term.name(), 1),
        _ => return Ok(()),
    };
    let code = schema.code(replines, &repline.code).map_or(0, usize::from);
    let Some([low, high]) = limits.get(code).copied().flatten() else { return Ok(()) };
    if (low * step..=high * step).contains(&stated) {
        return Ok(());
    }
    let written = |value: u64| if step == 1 { value.to_string() } else { format!("{} %", percent(value)) };
    Err(CashflowProblem::OutsideBand {
        code: repline.code.clone(),
        number: name,
        value: written(stated),
        low: written(low * step),
        high: written(high * step),
    })
}
