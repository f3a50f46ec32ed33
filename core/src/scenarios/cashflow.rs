//! The public matrix of a pool's cash flows by month: a set of the kind `cashflow`.
//!
//! Rows are months of blocks, named `BLOCK MONTH`. Each code has a column for each [`Flow`], named
//! `FLOW:CODE`. Entries are shares of the code's balance at the cut-off times 2^20, never negative;
//! those of interest are shares of a month's interest. The sum of a column from month 1 is rounded:
//! down for receipts, up for defaults and fees.

use crate::error::{CashflowProblem, Problem};
use crate::fixed_point::FRACTION_BITS;
use crate::pool::cashflow::assumptions::Assumptions;
use crate::pool::cashflow::checks::check_name;
use crate::pool::cashflow::fixed::BITS;
use crate::pool::cashflow::projection::{Projection, last_month, project};
use crate::pool::deal::Deal;
use crate::pool::schema::{Category, TapeSchema};
use crate::scenarios::generator::Generator;
use crate::scenarios::set::ScenarioSet;

/// Version of the generator.
pub const CASHFLOW_VERSION: u32 = 1;
/// Most replines.
pub const MOST_REPLINES: usize = 64;

/// A column of each code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// the share of a month's interest that is received
    Interest,
    /// scheduled and prepaid principal
    Principal,
    /// defaults
    Defaults,
    /// recoveries
    Recoveries,
    /// servicing fees
    Fees,
}

impl Flow {
    /// All of them, in the order of the columns.
    pub const ALL: [Flow; 5] = [Flow::Interest, Flow::Principal, Flow::Defaults, Flow::Recoveries, Flow::Fees];

    /// Returns the name in columns.
    pub fn name(self) -> &'static str {
        match self {
            Flow::Interest => "interest",
            Flow::Principal => "principal",
            Flow::Defaults => "defaults",
            Flow::Recoveries => "recoveries",
            Flow::Fees => "fees",
        }
    }

    /// Whether sums are rounded up: nothing that is received is.
    fn goes_up(self) -> bool {
        matches!(self, Flow::Defaults | Flow::Fees)
    }

    fn of(self, projection: &Projection) -> &[u64] {
        match self {
            Flow::Interest => &projection.interest,
            Flow::Principal => &projection.principal,
            Flow::Defaults => &projection.defaults,
            Flow::Recoveries => &projection.recoveries,
            Flow::Fees => &projection.fees,
        }
    }
}

/// Makes the matrix of a deal under assumptions.
///
/// # Errors
/// The errors of [`Assumptions::of_deal`]; more rows or columns than a set has.
pub fn cashflow_scenarios(deal: &Deal, assumptions: &Assumptions) -> Result<ScenarioSet, Problem> {
    assumptions.of_deal(deal)?;
    let terms = deal.cashflow().ok_or(CashflowProblem::NoTable)?;
    flow_matrix(deal.require_schema()?, terms.replines, assumptions)
}

/// Makes the matrix of a schema's grades or sectors, whatever assumptions a deal names: those of a
/// grid are moved from them.
///
/// # Errors
/// The errors of [`Assumptions::of_schema`]; more rows or columns than a set has.
pub fn flow_matrix(schema: &TapeSchema, codes: Category, assumptions: &Assumptions) -> Result<ScenarioSet, Problem> {
    let replines = assumptions.of_schema(schema, codes)?;
    let blocks = &assumptions.blocks;
    let all = || blocks.iter().flat_map(|block| replines.iter().map(move |repline| (block, *repline)));
    let months = all().map(|(block, repline)| last_month(repline, block.of(&repline.code))).max().unwrap_or(0);
    let width = replines.len() * Flow::ALL.len();
    let mut entries = vec![0; blocks.len() * months as usize * width];
    for (place, (block, repline)) in all().enumerate() {
        let (at, code) = (place / replines.len(), place % replines.len());
        let projection = project(repline, block.of(&repline.code), months);
        for (column, flow) in Flow::ALL.into_iter().enumerate() {
            for (month, entry) in rounded(flow.of(&projection), flow.goes_up()).enumerate() {
                entries[(at * months as usize + month) * width + code * Flow::ALL.len() + column] = entry;
            }
        }
    }
    let names: Vec<String> = blocks.iter().map(|block| block.name.clone()).collect();
    let columns_of: Vec<&str> = replines.iter().map(|repline| &repline.code[..]).collect();
    let (labels, factors) = (labels(&names, months), columns(&columns_of));
    let header = Generator::Cashflow {
        version: CASHFLOW_VERSION,
        replines: codes.column().name().to_owned(),
        blocks: names,
        months,
        assumptions_sha256: hex::encode(assumptions.digest()),
    };
    let weights = vec![1; labels.len()];
    ScenarioSet::new(header, factors, labels, None, weights, entries)
}

/// Returns the differences of the rounded sums of shares.
fn rounded(shares: &[u64], goes_up: bool) -> impl Iterator<Item = i32> {
    const CUT: u32 = BITS - FRACTION_BITS;
    let (mut sum, mut before) = (0u128, 0u128);
    shares.iter().map(move |share| {
        sum += u128::from(*share);
        let after = if goes_up { sum.div_ceil(1 << CUT) } else { sum >> CUT };
        let entry = after - before;
        before = after;
        i32::try_from(entry).unwrap_or(i32::MAX)
    })
}

fn labels(blocks: &[String], months: u32) -> Vec<String> {
    blocks.iter().flat_map(|block| (1..=months).map(move |month| format!("{block} {month}"))).collect()
}

fn columns(codes: &[&str]) -> Vec<String> {
    codes.iter().flat_map(|code| Flow::ALL.map(|flow| format!("{}:{code}", flow.name()))).collect()
}

/// A set of cash flows by block, month, code and flow.
#[derive(Debug, Clone)]
pub struct FlowMatrix<'s> {
    set: &'s ScenarioSet,
    blocks: &'s [String],
    months: usize,
    codes: Vec<&'s str>,
}

impl<'s> FlowMatrix<'s> {
    /// Returns the matrix of a set.
    ///
    /// # Errors
    /// A set of another kind; rows and columns that are not those of its header; entries below zero; a
    /// repline of which more than all is paid back.
    pub fn of(set: &'s ScenarioSet) -> Result<Self, CashflowProblem> {
        let Generator::Cashflow { version, replines, blocks, months, .. } = set.generator() else {
            return Err(CashflowProblem::Header("is of another kind"));
        };
        if *version != CASHFLOW_VERSION {
            return Err(CashflowProblem::Header("has another version than 1"));
        }
        if !["grade", "sector"].contains(&&replines[..]) {
            return Err(CashflowProblem::Header("names other replines than grade and sector"));
        }
        blocks.iter().try_for_each(|block| check_name(block))?;
        let rows = blocks.len().checked_mul(*months as usize);
        if rows != Some(set.labels().len()) || set.labels() != labels(blocks, *months) {
            return Err(CashflowProblem::Header("has other blocks and months than the rows"));
        }
        let first = Flow::Interest.name();
        let code = |names: &'s [String]| names[0].strip_prefix(first)?.strip_prefix(':');
        let codes: Option<Vec<&str>> = set.factors().chunks(Flow::ALL.len()).map(code).collect();
        let codes = codes.filter(|codes| codes.len() <= MOST_REPLINES && set.factors() == columns(codes));
        let codes = codes.ok_or(CashflowProblem::Header("does not go with the names of the columns"))?;
        if set.entries().iter().any(|entry| *entry < 0) {
            return Err(CashflowProblem::Header("is of shares, and an entry is negative"));
        }
        let matrix = Self { set, blocks, months: *months as usize, codes };
        if matrix.pays_back_too_much() {
            return Err(CashflowProblem::Header(
                "is of shares, and a repline pays back and defaults on more than all of it",
            ));
        }
        Ok(matrix)
    }

    /// Whether principal and defaults of a repline are more than its balance.
    fn pays_back_too_much(&self) -> bool {
        let share = |block, code, flow| -> u64 {
            (0..self.months).map(|month| u64::from(self.entry(block, month, code, flow))).sum()
        };
        let all = |block, code| share(block, code, Flow::Principal) + share(block, code, Flow::Defaults);
        let mut pairs = (0..self.blocks.len()).flat_map(|block| (0..self.codes.len()).map(move |code| (block, code)));
        pairs.any(|(block, code)| all(block, code) > 1 << FRACTION_BITS)
    }

    /// Returns the names of the blocks.
    pub fn blocks(&self) -> &[String] {
        self.blocks
    }

    /// Returns the number of months of each block.
    pub fn months(&self) -> usize {
        self.months
    }

    /// Returns the codes, in the order of the columns.
    pub fn codes(&self) -> &[&'s str] {
        &self.codes
    }

    /// Returns an entry; `month` 0 is the first.
    pub fn entry(&self, block: usize, month: usize, code: usize, flow: Flow) -> u32 {
        let row = self.set.row(block * self.months + month);
        row[code * Flow::ALL.len() + flow as usize].unsigned_abs()
    }
}

#[cfg(test)]
mod tests;
