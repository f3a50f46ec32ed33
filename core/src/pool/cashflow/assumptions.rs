//! The public assumptions on a pool's cash flows.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::checks::{check_band, check_name, check_repline, check_vector, once, out_of_range};
use super::discount::DiscountCurve;
use super::speeds::{Speed, percent};
use crate::error::{CashflowProblem, Problem};
use crate::pool::deal::Deal;
use crate::pool::schema::{Category, DEFAULTED, TapeSchema};
use crate::text::check_printable;

/// Most remaining months of a repline: those of a schema.
pub const MOST_TERM: u32 = 511;
/// Most months from a default to its recovery.
pub const MOST_LAG: u32 = 120;
/// Most blocks of a file.
pub const MOST_BLOCKS: usize = 64;
/// Most values of a vector.
pub const MOST_VALUES: usize = (MOST_TERM + MOST_LAG) as usize;

/// How a repline is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amortisation {
    /// the same payment each month
    LevelPay,
    /// all in the last month
    Bullet,
    /// nothing for so many months, and level payments over the rest
    InterestOnly(u32),
    /// loans in default, of which only recoveries are received
    Defaulted,
}

/// A band of the pool that is projected as one representative loan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repline {
    /// grade or sector
    pub code: String,
    /// stated rate a year, in parts
    pub rate: u64,
    /// stated remaining months
    pub term: u32,
    /// months since origination at the cut-off
    pub age: u32,
    /// how it is paid back
    pub kind: Amortisation,
}

/// How the loans of a code behave. Shares and rates are in parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Behaviour {
    /// speed of prepayments
    pub prepayment: Speed,
    /// speed of defaults
    pub default: Speed,
    /// share of a default that is lost
    pub severity: u64,
    /// months from a default to its recovery
    pub recovery_lag: u32,
    /// servicing fee a year
    pub fee: u64,
}

/// A level of stress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// its name
    pub name: String,
    /// how loans behave
    pub behaviour: Behaviour,
    /// how those of some codes behave
    pub codes: BTreeMap<String, Behaviour>,
}

impl Block {
    /// Returns how the loans of a code behave.
    pub fn of(&self, code: &str) -> &Behaviour {
        self.codes.get(code).unwrap_or(&self.behaviour)
    }
}

/// The assumptions of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumptions {
    /// their name
    pub name: String,
    /// the replines, in the order of the file
    pub replines: Vec<Repline>,
    /// the levels of stress, in the order of the file
    pub blocks: Vec<Block>,
    /// the curve of values
    pub discount: Option<DiscountCurve>,
    /// public vectors of rates by month, in parts a year
    pub indices: BTreeMap<String, Vec<i64>>,
}

impl Assumptions {
    /// Checks the parts against each other.
    ///
    /// # Errors
    /// No repline or block; a name that is not plain or occurs twice; numbers out of range; a table
    /// of a code without a repline.
    pub fn check(&self) -> Result<(), Problem> {
        check_printable(&self.name)?;
        for (what, is_empty) in [("repline", self.replines.is_empty()), ("block", self.blocks.is_empty())] {
            if is_empty {
                return Err(CashflowProblem::None(what).into());
            }
        }
        if self.blocks.len() > MOST_BLOCKS {
            return Err(out_of_range("the number of blocks", self.blocks.len(), format!("1 to {MOST_BLOCKS}")));
        }
        once(self.replines.iter().map(|repline| &repline.code))?;
        once(self.blocks.iter().map(|block| &block.name))?;
        self.replines.iter().try_for_each(check_repline)?;
        for block in &self.blocks {
            check_name(&block.name)?;
            for code in block.codes.keys() {
                if !self.replines.iter().any(|repline| repline.code == *code) {
                    return Err(CashflowProblem::UnknownCode { block: block.name.clone(), code: code.clone() }.into());
                }
            }
        }
        for (name, values) in &self.indices {
            check_name(name)?;
            check_vector(name, values.len())?;
        }
        Ok(())
    }

    /// Returns the replines in the order of the codes of a deal's schema, which the deal names.
    ///
    /// # Errors
    /// A deal without a table of cash flows, or that names other assumptions; a code without a
    /// repline, a repline without a code; a stated number outside its grade's band.
    pub fn of_deal(&self, deal: &Deal) -> Result<Vec<&Repline>, Problem> {
        let terms = deal.cashflow().ok_or(CashflowProblem::NoTable)?;
        if let Some(agreed) = terms.assumptions.filter(|agreed| *agreed != self.digest()) {
            let (agreed, found) = (hex::encode(agreed), hex::encode(self.digest()));
            return Err(CashflowProblem::OtherAssumptions { agreed, found }.into());
        }
        self.of_schema(deal.require_schema()?, terms.replines)
    }

    /// Returns the replines in the order of the codes of a schema: its grades or sectors.
    ///
    /// # Errors
    /// A code without a repline, a repline without a code; a stated number outside its grade's band.
    pub fn of_schema(&self, schema: &TapeSchema, category: Category) -> Result<Vec<&Repline>, Problem> {
        let (codes, column) = (schema.names(category), category.column().name());
        if let Some(extra) = self.replines.iter().find(|repline| !codes.contains(&repline.code)) {
            return Err(CashflowProblem::UnknownRepline { column, code: extra.code.clone() }.into());
        }
        let of = |code: &String| {
            let found = self.replines.iter().find(|repline| repline.code == *code);
            let repline = found.ok_or_else(|| CashflowProblem::NoRepline { column, code: code.clone() })?;
            let is_default = category == Category::Grade && code == DEFAULTED && schema.defaulted().is_some();
            if is_default != (repline.kind == Amortisation::Defaulted) {
                return Err(CashflowProblem::Defaulted(code.clone()));
            }
            check_band(repline, schema, category)?;
            Ok(repline)
        };
        Ok(codes.iter().map(of).collect::<Result<_, _>>()?)
    }

    /// Returns the index of a block.
    ///
    /// # Errors
    /// No such block.
    pub fn block(&self, name: &str) -> Result<usize, CashflowProblem> {
        self.blocks.iter().position(|block| block.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.blocks.iter().map(|block| &block.name[..]).collect();
            CashflowProblem::UnknownBlock { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// SHA-256 over `tailproof/cashflow/v1`, a line feed, and [`Assumptions::lines`] with line feeds
    /// between them.
    pub fn digest(&self) -> [u8; 32] {
        let lines = self.lines().join("\n");
        Sha256::new().chain_update("tailproof/cashflow/v1\n").chain_update(lines).finalize().into()
    }

    /// Returns everything that the assumptions say, in one order and one spelling. Replines and
    /// tables of codes are in the order of their names, blocks in that of the file.
    pub fn lines(&self) -> Vec<String> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let mut lines = vec![format!("name {}", quoted(&self.name))];
        let mut replines: Vec<&Repline> = self.replines.iter().collect();
        replines.sort_by(|left, right| left.code.cmp(&right.code));
        for Repline { code, rate, term, age, kind } in replines {
            let kind = match kind {
                Amortisation::LevelPay => "level-pay".to_owned(),
                Amortisation::Bullet => "bullet".to_owned(),
                Amortisation::InterestOnly(months) => format!("interest-only {months}"),
                Amortisation::Defaulted => "defaulted".to_owned(),
            };
            lines.push(format!("repline {} rate {} term {term} age {age} {kind}", quoted(code), percent(*rate)));
        }
        for block in &self.blocks {
            lines.push(format!("block {} {}", block.name, block.behaviour.line()));
            let code = |(code, behaviour): (&String, &Behaviour)| format!("code {} {}", quoted(code), behaviour.line());
            lines.extend(block.codes.iter().map(code));
        }
        for (month, rate) in self.discount.iter().flat_map(DiscountCurve::points) {
            lines.push(format!("discount {month} {}", signed(*rate)));
        }
        for (name, values) in &self.indices {
            let values: Vec<String> = values.iter().map(|value| signed(*value)).collect();
            lines.push(format!("index {name} {}", values.join(" ")));
        }
        lines
    }
}

impl Behaviour {
    fn line(&self) -> String {
        format!(
            "prepayment {}; default {}; severity {}; lag {}; fee {}",
            self.prepayment.in_words("cpr", "smm"),
            self.default.in_words("cdr", "mdr"),
            percent(self.severity),
            self.recovery_lag,
            percent(self.fee)
        )
    }
}

/// Returns a rate with a sign in percent, as it is written.
fn signed(parts: i64) -> String {
    rust_decimal::Decimal::from_i128_with_scale(parts.into(), 6).normalize().to_string()
}
