//! The table `[cashflow]` of a deal: what a repline's code is, and which assumptions are agreed on.

use crate::error::{CashflowProblem, Problem};
use crate::pool::bands::Bands;
use crate::pool::schema::{Category, Column, Field, TapeSchema};
use crate::tree::{Scalar, toml_table};

toml_table! {
    /// The table as the file has it.
    pub(in crate::pool) struct CashflowTable {
        pub replines: String,
        pub assumptions_sha256: Option<String>,
        pub npv_min: Option<Scalar>,
        pub npv_block: Option<String>,
    }
}

/// What a deal says of its cash flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CashflowTerms {
    /// the column whose codes are replines: grades or sectors
    pub replines: Category,
    /// digest of the assumptions that are agreed on
    pub assumptions: Option<[u8; 32]>,
}

impl CashflowTerms {
    /// Returns the terms of a table, for a tape of this schema.
    ///
    /// # Errors
    /// No schema; another column than grade and sector; a tape without that column, or without
    /// rates; a text that is no digest.
    pub(in crate::pool) fn of_table(table: &CashflowTable, schema: Option<&TapeSchema>) -> Result<Self, Problem> {
        let schema = schema.ok_or(Problem::NoTape)?;
        let categories = [Category::Grade, Category::Sector];
        let named = categories.into_iter().find(|category| category.column().name() == table.replines);
        let replines = named.ok_or_else(|| Problem::OutOfRange {
            what: "replines of [cashflow]".into(),
            value: table.replines.clone(),
            range: "\"grade\" and \"sector\"".into(),
        })?;
        for column in [replines.column(), Column::Rate] {
            if !schema.has(column) {
                return Err(CashflowProblem::NoColumn(column.name()).into());
            }
        }
        let assumptions = table.assumptions_sha256.as_deref().map(digest).transpose()?;
        Ok(Self { replines, assumptions })
    }

    /// Returns what rests on the committer's word where payments by replines are claimed: the numbers
    /// of a band that no shape holds its loans to. `bands_are_proved` tells whether bands on committed
    /// numbers are enforced.
    pub fn on_the_committers_word(&self, schema: &TapeSchema, bands_are_proved: bool) -> Vec<String> {
        let bands = schema.terms().and_then(|terms| terms.bands.as_ref()).filter(|_| bands_are_proved);
        let enforced = match bands {
            Some(Bands::Number { number, .. }) if self.replines == Category::Grade => Some(*number),
            _ => None,
        };
        let column = self.replines.column().name();
        let word = |what: &str| format!("that the {what} of each {column}'s loans are represented by the stated one");
        let both = [(Field::Rate, "rates"), (Field::Term, "remaining terms")];
        both.into_iter().filter(|(field, _)| Some(*field) != enforced).map(|(_, what)| word(what)).collect()
    }
}

fn digest(text: &str) -> Result<[u8; 32], CashflowProblem> {
    let wrong = || CashflowProblem::NotADigest(text.to_owned());
    let is_lower = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let bytes = hex::decode(text).ok().filter(|_| is_lower).ok_or_else(wrong)?;
    bytes.try_into().map_err(|_| wrong())
}
