//! Values of options, as the libraries take them.

use std::path::Path;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use ark_bn254::{Fr, G1Affine};
use rust_decimal::Decimal;
use tailproof::attestations::time;
use tailproof::core::error::PnlProblem;
use tailproof::core::pool::{Copula, FactorModel};
use tailproof::core::text::parse_decimal;
use tailproof::csv::BookFile;
use tailproof::keys::DomainKind;
use tailproof::verifier::encoding::{from_hex, g1_from_coordinates};
use tailproof::{MalformedError, Positions, Problem, ScenarioSet, Unit};

use crate::cli::{BookOptions, CopulaModel, CopulaOptions};
use crate::failure::Failure;
use crate::files;
use crate::output::note;

/// Reads the scenario set with its digest, and the book as integers over it. Says what is likely
/// wrong with the book.
pub fn positions(options: &BookOptions) -> Result<(ScenarioSet, [u8; 32], Held), Failure> {
    let (set, digest) = files::scenarios(&options.scenarios)?;
    let file = files::book_over(&set, &options.book, &options.tables.options())?;
    let (nav, unit) = (amount("nav", options.nav.as_deref())?, self::unit(options.unit.as_deref())?);
    let positions = file.positions(&set, unit, nav)?;
    let held = Held::new(file, positions, &set, nav.is_some());
    held.say_notes();
    Ok((set, digest, held))
}

/// Refuses the days of a P&L vector where something takes positions.
pub fn takes_positions(set: &ScenarioSet, what: &'static str) -> Result<(), Failure> {
    if set.is_pnl() { Err(Failure::Usage(PnlProblem::TakesPositions(what).to_string())) } else { Ok(()) }
}

/// A book's file, and the book as integers over a set.
pub struct Held {
    /// The file.
    pub file: BookFile,
    /// The integers.
    pub positions: Positions,
    /// What is likely wrong with the book, with the options that help.
    pub notes: Vec<String>,
}

impl Held {
    /// Returns the book. `stated` says that its net asset value was stated.
    pub fn new(file: BookFile, positions: Positions, set: &ScenarioSet, stated: bool) -> Self {
        let notes = file.notes(set, &positions, stated);
        let notes = notes.iter().map(|note| format!("{}: {note} (--nav)", file.name())).collect();
        Self { file, positions, notes }
    }

    /// Says on standard error what is likely wrong with the book.
    pub fn say_notes(&self) {
        self.notes.iter().for_each(|note| note!("note: {note}"));
    }
}

/// Returns the time of the machine's clock, UTC.
pub fn now() -> String {
    time::text(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// Returns the amount of an option.
pub fn amount(option: &'static str, text: Option<&str>) -> Result<Option<Decimal>, Failure> {
    text.map(parse_decimal).transpose().map_err(|problem| Failure::Option { option, problem })
}

/// Returns the unit of `--unit`.
pub fn unit(text: Option<&str>) -> Result<Option<Unit>, Failure> {
    let unit = amount("unit", text)?.map(Unit::from_decimal).transpose();
    unit.map_err(|problem| Failure::Option { option: "unit", problem })
}

/// Says on standard error what the unit of a book tells, if it is not a cent.
pub fn say_unit(positions: &Positions) {
    if let Some(note) = positions.unit().note() {
        note!("note: {note}");
    }
}

/// Returns the 32 bytes of `--seed`.
pub fn seed(text: &str) -> Result<[u8; 32], Failure> {
    let seed = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    seed.ok_or_else(|| Failure::Option {
        option: "seed",
        problem: Problem::OutOfRange { what: "the seed".into(), value: text.to_owned(), range: "64 hex digits".into() },
    })
}

/// Returns the field element of `--context`.
pub fn context(text: Option<&str>) -> Result<Option<Fr>, Failure> {
    text.map(|text| from_hex("--context", text)).transpose().map_err(Failure::malformed(Path::new("command line")))
}

/// Returns the point of `--scenario-point`: `0x` and 128 hex digits.
pub fn scenario_point(text: &str) -> Result<G1Affine, Failure> {
    let read = || {
        let field = "--scenario-point";
        let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 128 && digits.is_ascii());
        let digits =
            digits.ok_or_else(|| MalformedError::Syntax(format!("{field}: expected 0x and 128 hex digits")))?;
        let (x, y) = digits.split_at(64);
        g1_from_coordinates(field, from_hex(field, &format!("0x{x}"))?, from_hex(field, &format!("0x{y}"))?)
    };
    read().map_err(Failure::malformed(Path::new("command line")))
}

/// Returns the Unix seconds of an option that names a time.
pub fn seconds(option: &str, text: &str) -> Result<u64, Failure> {
    let advice = "write Unix seconds, or a time such as 2026-11-29T00:00:00Z";
    time::parse(text).ok_or_else(|| Failure::Usage(format!("--{option}: '{text}' is no time; {advice}")))
}

/// Returns the 32 bytes of an option: `0x` and 64 lower-case hex digits.
pub fn word(option: &str, text: &str) -> Result<[u8; 32], Failure> {
    let digits = text.strip_prefix("0x").filter(|digits| !digits.bytes().any(|byte| byte.is_ascii_uppercase()));
    digits
        .and_then(|digits| hex::decode(digits).ok()?.try_into().ok())
        .ok_or_else(|| Failure::Usage(format!("--{option}: write 0x and 64 lower-case hex digits")))
}

/// Returns the number of an option.
pub fn number(option: &'static str, text: &str) -> Result<f64, Failure> {
    let decimal = parse_decimal(text).map_err(|problem| Failure::Option { option, problem })?;
    f64::from_str(&decimal.to_string()).map_err(|_| Failure::Defect("a decimal is no number"))
}

/// Returns the model of a copula's options.
pub fn factor_model(options: &CopulaOptions) -> Result<FactorModel, Failure> {
    let in_option = |option| move |problem| Failure::Option { option, problem };
    let copula = match (options.model, &options.degrees) {
        (CopulaModel::Gaussian, None) => Copula::Gaussian,
        (CopulaModel::StudentT, Some(degrees)) => Copula::StudentT(number("degrees", degrees)?),
        _ => return Err(Failure::Usage("--degrees is for the model student-t, which needs it".into())),
    };
    // Built once without a correlation, so that an error is about the degrees of freedom; the
    // second error is about --rho.
    FactorModel::new(copula, 0.0).map_err(in_option("degrees"))?;
    FactorModel::new(copula, number("rho", &options.rho)?).map_err(in_option("rho"))
}

/// Returns the kind of domain that `--power-of-two-domain` chooses.
pub fn domain_kind(power_of_two: bool) -> DomainKind {
    if power_of_two { DomainKind::PowerOfTwo } else { DomainKind::Least }
}
