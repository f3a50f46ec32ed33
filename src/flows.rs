//! What the commands on cash flows read, and how they say what their figures are.

use std::path::Path;

use tailproof::core::InputError;
use tailproof::core::error::CashflowProblem;
use tailproof::core::pool::cashflow::Assumptions;
use tailproof::core::pool::{Column, Deal, LoanPool};
use tailproof::risk::cashflow::bands::{Band, averages, bands};
use tailproof::risk::cashflow::projected::PoolTotals;
use tailproof::risk::cashflow::{NotesTerms, Projected};
use tailproof::{Tape, Unit};

use crate::cli::{FlowArgs, TapeArgs};
use crate::failure::Failure;
use crate::files::{self, MOST_TOML, read_text_at_most};
use crate::output::out;
use crate::pools::in_deal;
use crate::tapes;

/// The loans of a tape under a deal.
pub struct Pooled {
    /// The deal.
    pub deal: Deal,
    /// The loans as they were read.
    pub tape: Tape,
    /// The loans of the pool.
    pub pool: LoanPool,
}

/// A pool with the public files about its cash flows.
pub struct Inputs {
    /// The loans.
    pub pooled: Pooled,
    /// The assumptions.
    pub assumptions: Assumptions,
    /// The chosen block.
    pub block: usize,
    /// File of the assumptions.
    file: String,
}

/// Reads a deal that says what a repline is.
pub fn deal(path: &Path) -> Result<Deal, Failure> {
    let deal = files::deal(path)?;
    match deal.cashflow() {
        Some(_) => Ok(deal),
        None => Err(InputError::in_file(&path.display().to_string(), CashflowProblem::NoTable.into()).into()),
    }
}

/// Reads a deal, and makes its claim on value of the assumptions, where their file is given.
pub fn deal_under(path: &Path, of: Option<&Path>) -> Result<Deal, Failure> {
    under(files::deal(path)?, of)
}

/// Makes a deal's claim on value of the assumptions, where their file is given.
pub fn under(deal: Deal, of: Option<&Path>) -> Result<Deal, Failure> {
    let Some(file) = of else { return Ok(deal) };
    let under = deal.under(&assumptions(file)?);
    Ok(under.map_err(|problem| InputError::in_file(&file.display().to_string(), problem))?)
}

/// Reads a file of assumptions.
pub fn assumptions(path: &Path) -> Result<Assumptions, Failure> {
    Ok(Assumptions::from_toml(&path.display().to_string(), &read_text_at_most(path, MOST_TOML)?)?)
}

impl Pooled {
    /// Reads a tape under a deal.
    pub fn read(deal: Deal, tape: &Path, reading: &TapeArgs) -> Result<Self, Failure> {
        let name = tape.display().to_string();
        let tape = tapes::read(tape, reading, deal.schema())?.tape;
        let schema = deal.require_schema().map_err(in_deal)?;
        let pool = LoanPool::new(&tape, schema).map_err(|problem| InputError::in_file(&name, problem))?;
        Ok(Self { deal, tape, pool })
    }
}

impl Inputs {
    /// Reads the files that options name.
    pub fn read(options: &FlowArgs) -> Result<Self, Failure> {
        let pooled = Pooled::read(deal(&options.deal)?, &options.tape, &options.reading)?;
        Self::under(pooled, &options.assumptions, options.block.as_deref())
    }

    /// Reads the assumptions about a pool. `block` is the name of one of their blocks, or the first.
    pub fn under(pooled: Pooled, file: &Path, block: Option<&str>) -> Result<Self, Failure> {
        let assumptions = assumptions(file)?;
        let file = file.display().to_string();
        let of_file = |problem| InputError::in_file(&file, problem);
        assumptions.of_deal(&pooled.deal).map_err(of_file)?;
        let of_option = |problem: CashflowProblem| Failure::Option { option: "block", problem: problem.into() };
        let block = block.map(|name| assumptions.block(name).map_err(of_option)).transpose()?.unwrap_or(0);
        Ok(Self { pooled, assumptions, block, file })
    }

    /// Returns the totals of the pool.
    pub fn totals(&self) -> Result<PoolTotals<'_>, Failure> {
        PoolTotals::new(&self.pooled.deal, &self.pooled.pool).map_err(in_deal)
    }

    /// Projects the pool under the chosen block.
    pub fn project(&self, totals: &PoolTotals<'_>) -> Result<Projected, Failure> {
        let projected = totals.project(&self.assumptions, self.block);
        Ok(projected.map_err(|problem| InputError::in_file(&self.file, problem))?)
    }

    /// Reads the terms of notes.
    pub fn notes(&self, path: &Path) -> Result<NotesTerms, Failure> {
        let schema = self.pooled.deal.require_schema().map_err(in_deal)?;
        let text = read_text_at_most(path, MOST_TOML)?;
        Ok(NotesTerms::from_toml(&path.display().to_string(), &text, schema)?)
    }

    /// Returns the name of the chosen block.
    pub fn block_name(&self) -> &str {
        &self.assumptions.blocks[self.block].name
    }

    /// Returns the unit of amounts.
    pub fn unit(&self) -> Result<Unit, Failure> {
        Ok(self.pooled.deal.require_schema().map_err(in_deal)?.unit())
    }

    /// Returns the replines beside their loans.
    pub fn bands(&self, totals: &PoolTotals<'_>) -> Result<Vec<Band>, Failure> {
        let replines = self.assumptions.of_deal(&self.pooled.deal).map_err(in_deal)?;
        Ok(bands(&replines, &totals.bands, self.has_terms()))
    }

    /// Returns the average rate and remaining term of the loans, the second where the tape has terms.
    pub fn averages(&self, totals: &PoolTotals<'_>) -> Option<(f64, Option<f64>)> {
        averages(&totals.bands).map(|(rate, term)| (rate, Some(term).filter(|_| self.has_terms())))
    }

    fn has_terms(&self) -> bool {
        self.pooled.deal.schema().is_some_and(|schema| schema.has(Column::Term))
    }

    /// Returns what the figures rest on, in sentences.
    pub fn rests_on(&self) -> Vec<String> {
        match (self.pooled.deal.cashflow(), self.pooled.deal.schema()) {
            (Some(terms), Some(schema)) => terms.on_the_committers_word(schema, true),
            _ => Vec::new(),
        }
    }

    /// Prints what stands above every table of figures: that they are private, sentences, facts by name
    /// and value, and what they rest on.
    pub fn print(&self, sentences: &[String], facts: &[(&str, String)]) {
        print(sentences, facts, &self.rests_on());
    }

    /// Returns the first facts of a text of figures, by name and value.
    pub fn head(&self) -> Vec<(&'static str, String)> {
        vec![
            ("deal", self.pooled.deal.name().to_owned()),
            ("assumptions", format!("{}, block {}", self.assumptions.name, self.block_name())),
            ("digest", hex::encode(self.assumptions.digest())),
        ]
    }
}

/// Prints what stands above a table of figures: that they are private, sentences, facts by name and
/// value, and what they rest on.
pub fn print(sentences: &[String], facts: &[(&str, String)], rests_on: &[String]) {
    out!("PRIVATE: figures of the pool itself; nothing is proved.");
    sentences.iter().for_each(|sentence| out!("{sentence}"));
    out!();
    for (name, value) in facts {
        out!("{name:<16}{value}");
    }
    for word in rests_on {
        out!("{:<16}{word}", "rests on");
    }
}

/// Returns an amount of units in currency, with two decimals or as many as the unit has.
pub fn money(units: i128, unit: Unit) -> String {
    let amount = rust_decimal::Decimal::from_i128_with_scale(units * i128::from(unit.millionths()), 6).normalize();
    if amount.scale() <= 2 { format!("{amount:.2}") } else { amount.to_string() }
}

/// Returns a number of years, or a dash.
pub fn years(value: Option<f64>) -> String {
    value.map_or("-".into(), |years| format!("{years:.2} years"))
}

/// Returns a fraction in percent, or a dash.
pub fn percent(value: Option<f64>) -> String {
    value.map_or("-".into(), |share| format!("{:.4} %", share * 100.0))
}
