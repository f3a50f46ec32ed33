//! Loan tapes as values: a row a loan.

use std::collections::HashSet;

use serde::Deserialize;

use crate::error::{Problem, RowError};
use crate::tree::tree_words;

/// Largest balance of a loan: below 2^40 cents.
pub const MAX_BALANCE_CENTS: u64 = (1 << 40) - 1;

/// Whether a loan pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// as agreed
    Current,
    /// late, within a period of grace
    Grace,
    /// late
    Delinquent,
    /// charged off
    Default,
    /// nothing is owed any more
    Paid,
}

tree_words!(Status as key {
    "current" => Current,
    "grace" => Grace,
    "delinquent" => Delinquent,
    "default" => Default,
    "paid" => Paid,
});

impl Status {
    /// All, with their names.
    pub const ALL: [(&'static str, Status); 5] = [
        ("current", Status::Current),
        ("grace", Status::Grace),
        ("delinquent", Status::Delinquent),
        ("default", Status::Default),
        ("paid", Status::Paid),
    ];

    /// Returns the status of a name in tapes.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, status)| *status)
    }

    /// The name in tapes.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, status)| *status == self).map_or("", |(name, _)| name)
    }
}

/// A loan. What the tape does not have is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Loan {
    /// its name, once in a tape
    pub id: String,
    /// what is owed, in cents
    pub balance: u64,
    /// interest a year, in basis points
    pub rate: Option<u32>,
    /// loan to value, in basis points
    pub ltv: Option<u32>,
    /// credit score
    pub score: Option<u32>,
    /// remaining term in months
    pub term: Option<u32>,
    /// grade
    pub grade: Option<String>,
    /// sector or purpose
    pub sector: Option<String>,
    /// region
    pub region: Option<String>,
    /// who owes; loans of one obligor default together
    pub obligor: Option<String>,
    /// whether it pays
    pub status: Option<Status>,
    /// probability of default within the horizon
    pub pd: Option<f64>,
    /// loss given default, a fraction
    pub lgd: Option<f64>,
    /// what secures it
    pub collateral: Option<String>,
    /// the spare numbers of its tape's schema, in steps
    pub numbers: [Option<u32>; 2],
}

impl Loan {
    /// Whether something is owed on it, and it is not in default.
    pub fn is_in_pool(&self) -> bool {
        self.balance > 0 && !matches!(self.status, Some(Status::Paid | Status::Default))
    }
}

/// The loans of a tape, each with an identifier of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Tape {
    loans: Vec<Loan>,
    schema: Option<[u8; 32]>,
}

impl Tape {
    /// Returns the tape of some loans.
    ///
    /// # Errors
    /// No loans; an identifier that occurs twice, by the index of its second row.
    pub fn new(loans: Vec<Loan>) -> Result<Self, RowError> {
        if loans.is_empty() {
            return Err(Problem::Empty("no loans".into()).into());
        }
        let mut seen = HashSet::new();
        if let Some(row) = loans.iter().position(|loan| !seen.insert(&loan.id[..])) {
            return Err(RowError::new(row, "id", Problem::DuplicateName(loans[row].id.clone())));
        }
        Ok(Self { loans, schema: None })
    }

    /// Returns the tape as one whose words and numbers were read by the schema of this digest: see
    /// [`crate::pool::TapeSchema::digest`].
    pub fn read_under(self, schema: [u8; 32]) -> Self {
        Self { schema: Some(schema), ..self }
    }

    /// Returns the digest of the schema that the tape was read by; `None` where a mapping decided
    /// what its words and numbers mean.
    pub fn schema(&self) -> Option<[u8; 32]> {
        self.schema
    }

    /// Returns the loans, in the order of the tape.
    pub fn loans(&self) -> &[Loan] {
        &self.loans
    }
}
