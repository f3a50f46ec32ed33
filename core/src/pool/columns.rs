//! The columns of a tape: the vocabulary of its schema.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::tree::tree_words;

/// A share of one, in billionths.
pub const WHOLE: u64 = 1_000_000_000;
/// Bits of a share in billionths.
pub const SHARE_BITS: u32 = WHOLE.ilog2() + 1;

/// The grade of loans in default that stay in a pool.
pub const DEFAULTED: &str = "defaulted";

/// Most grades of a tape.
pub const MAX_GRADES: usize = 32;
/// Most sectors of a tape.
pub const MAX_SECTORS: usize = 64;
/// Most regions of a tape.
pub const MAX_REGIONS: usize = 128;

/// A column that a tape has for every loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// interest a year
    Rate,
    /// loan to value
    Ltv,
    /// credit score
    Score,
    /// remaining term
    Term,
    /// grade
    Grade,
    /// sector or purpose
    Sector,
    /// region
    Region,
    /// who owes
    Obligor,
    /// whether it pays
    Status,
    /// what secures it
    Collateral,
}

tree_words!(Column as key {
    "rate" => Rate,
    "ltv" => Ltv,
    "score" => Score,
    "term" => Term,
    "grade" => Grade,
    "sector" => Sector,
    "region" => Region,
    "obligor" => Obligor,
    "status" => Status,
    "collateral" => Collateral,
});

impl Column {
    /// All of them, in the order of a schema's digest.
    pub const ALL: [Column; 10] = [
        Column::Rate,
        Column::Ltv,
        Column::Score,
        Column::Term,
        Column::Grade,
        Column::Sector,
        Column::Region,
        Column::Obligor,
        Column::Status,
        Column::Collateral,
    ];

    /// The name in tapes and deals.
    pub fn name(self) -> &'static str {
        match self {
            Column::Rate => "rate",
            Column::Ltv => "ltv",
            Column::Score => "score",
            Column::Term => "term",
            Column::Grade => "grade",
            Column::Sector => "sector",
            Column::Region => "region",
            Column::Obligor => "obligor",
            Column::Status => "status",
            Column::Collateral => "collateral",
        }
    }
}

/// A number of each loan that claims can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// interest a year, in basis points
    Rate,
    /// loan to value, in basis points
    Ltv,
    /// credit score
    Score,
    /// remaining term in months
    Term,
    /// the first of the schema's spare numbers, in its steps
    FirstSpare,
    /// the second of the schema's spare numbers, in its steps
    SecondSpare,
}

impl Field {
    /// All of them, in the order in which they are packed.
    pub const ALL: [Field; 6] =
        [Field::Rate, Field::Ltv, Field::Score, Field::Term, Field::FirstSpare, Field::SecondSpare];
    /// Those that every tape can have, in the order in which they are packed.
    pub const OF_TAPES: [Field; 4] = [Field::Rate, Field::Ltv, Field::Score, Field::Term];
    /// Those that a schema names, in the order in which they are packed.
    pub const SPARE: [Field; 2] = [Field::FirstSpare, Field::SecondSpare];

    /// Returns the fields of loans, with or without spare numbers, in the order in which they are
    /// packed.
    pub fn all(spare: bool) -> &'static [Field] {
        if spare { &Self::ALL } else { &Self::OF_TAPES }
    }

    /// Bits of a value.
    pub const fn bits(self) -> u32 {
        match self {
            Field::Rate | Field::Ltv => 14,
            Field::Score => 10,
            Field::Term => 9,
            Field::FirstSpare | Field::SecondSpare => SPARE_BITS,
        }
    }

    /// Largest value.
    pub fn most(self) -> u64 {
        (1 << self.bits()) - 1
    }

    /// Returns the column it stands in; `None` for a spare number, whose name is the schema's.
    pub fn column(self) -> Option<Column> {
        match self {
            Field::Rate => Some(Column::Rate),
            Field::Ltv => Some(Column::Ltv),
            Field::Score => Some(Column::Score),
            Field::Term => Some(Column::Term),
            Field::FirstSpare | Field::SecondSpare => None,
        }
    }

    /// Returns the index among the spare numbers; `None` for the others.
    pub fn spare(self) -> Option<usize> {
        Self::SPARE.iter().position(|spare| *spare == self)
    }

    /// Decimals of a value as people write it: rates and LTV are percent, of which a basis point is
    /// a hundredth. The step of a spare number is the schema's: see [`TapeSchema::step`](super::TapeSchema::step).
    pub fn decimals(self) -> u32 {
        match self {
            Field::Rate | Field::Ltv => 2,
            _ => 0,
        }
    }

    /// Returns the unit that is printed behind a number.
    pub fn suffix(self) -> &'static str {
        match self {
            Field::Rate | Field::Ltv => " %",
            Field::Term => " months",
            _ => "",
        }
    }
}

/// A property of a loan that is a name out of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// grade
    Grade,
    /// sector or purpose
    Sector,
    /// region
    Region,
}

impl Category {
    /// All of them, in the order in which they are packed.
    pub const ALL: [Category; 3] = [Category::Grade, Category::Sector, Category::Region];

    /// Most names.
    pub const fn most(self) -> usize {
        match self {
            Category::Grade => MAX_GRADES,
            Category::Sector => MAX_SECTORS,
            Category::Region => MAX_REGIONS,
        }
    }

    /// Bits of a code.
    pub const fn bits(self) -> u32 {
        self.most().ilog2()
    }

    /// The column it stands in.
    pub fn column(self) -> Column {
        match self {
            Category::Grade => Column::Grade,
            Category::Sector => Column::Sector,
            Category::Region => Column::Region,
        }
    }
}

/// Most spare numbers of a tape.
pub const SPARE_NUMBERS: usize = 2;
/// Bits of a spare number.
pub const SPARE_BITS: u32 = 14;

/// A number of each loan that only some tapes have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpareNumber {
    /// its name: letters a to z, digits and `_`
    pub name: String,
    /// what one stands for
    pub step: Decimal,
}

/// Returns the grade of a schema, if a name is one.
pub(super) fn grade_code(grades: &[String], name: &str) -> Result<usize, Problem> {
    grades.iter().position(|grade| grade == name).ok_or_else(|| Problem::UnknownName {
        column: Category::Grade.column().name(),
        name: name.to_owned(),
        known: crate::text::shortened(grades),
    })
}

/// Returns a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
