//! The public part of a committed tape: its unit, its columns, and the names behind the codes of
//! grades, sectors and regions.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Problem;
use crate::fixed_point::Unit;
use crate::text::{check_printable, shortened};

/// A share of one, in billionths.
pub const WHOLE: u64 = 1_000_000_000;

/// Most grades of a tape.
pub const MAX_GRADES: usize = 16;
/// Most sectors of a tape.
pub const MAX_SECTORS: usize = 32;
/// Most regions of a tape.
pub const MAX_REGIONS: usize = 64;

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
}

impl Column {
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
}

impl Field {
    /// All of them, in the order in which they are packed.
    pub const ALL: [Field; 4] = [Field::Rate, Field::Ltv, Field::Score, Field::Term];

    /// Bits of a value.
    pub const fn bits(self) -> u32 {
        match self {
            Field::Rate | Field::Ltv => 14,
            Field::Score => 10,
            Field::Term => 9,
        }
    }

    /// Largest value.
    pub fn most(self) -> u64 {
        (1 << self.bits()) - 1
    }

    /// The column it stands in.
    pub fn column(self) -> Column {
        match self {
            Field::Rate => Column::Rate,
            Field::Ltv => Column::Ltv,
            Field::Score => Column::Score,
            Field::Term => Column::Term,
        }
    }

    /// Decimals of a value as people write it: rates and LTV are percent, of which a basis point is
    /// a hundredth.
    pub fn decimals(self) -> u32 {
        match self {
            Field::Rate | Field::Ltv => 2,
            Field::Score | Field::Term => 0,
        }
    }

    /// Returns the unit that is printed behind a number.
    pub fn suffix(self) -> &'static str {
        match self {
            Field::Rate | Field::Ltv => " %",
            Field::Score => "",
            Field::Term => " months",
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

/// How a tape becomes integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapeSchema {
    unit: Unit,
    columns: BTreeSet<Column>,
    names: [Vec<String>; 3],
}

impl TapeSchema {
    /// A schema. `names` are those of grades, sectors and regions, in the order of their codes.
    ///
    /// # Errors
    /// A unit below a cent; names where the column is not there, or none where it is; a name twice;
    /// too many.
    pub fn new(unit: Unit, columns: BTreeSet<Column>, names: [Vec<String>; 3]) -> Result<Self, Problem> {
        if !unit.millionths().is_multiple_of(Unit::CENT.millionths()) {
            return Err(Problem::UnitBelowCent(unit.to_decimal()));
        }
        for (category, names) in Category::ALL.iter().zip(&names) {
            let (column, most) = (category.column(), category.most());
            if names.is_empty() == columns.contains(&column) {
                return Err(Problem::NamesAndColumn(column.name()));
            }
            if names.len() > most {
                let (what, value) = (format!("the number of {}s", column.name()), names.len().to_string());
                return Err(Problem::OutOfRange { what, value, range: format!("1 to {most}") });
            }
            let mut seen = BTreeSet::new();
            for name in names {
                check_printable(name)?;
                if name.trim().is_empty() {
                    return Err(Problem::EmptyName);
                }
                if !seen.insert(name) {
                    return Err(Problem::DuplicateName(name.clone()));
                }
            }
        }
        Ok(Self { unit, columns, names })
    }

    /// Returns the value of a balance of 1.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Whether every loan has this column.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }

    /// The names of a category, in the order of their codes.
    pub fn names(&self, category: Category) -> &[String] {
        &self.names[category as usize]
    }

    /// The code of what a loan has in a column of names; 0 where the tape has no such column.
    ///
    /// # Errors
    /// No name in a column that the tape has, or one that it does not list.
    pub fn code_of_loan(&self, category: Category, name: Option<&str>) -> Result<u8, Problem> {
        if !self.has(category.column()) {
            return Ok(0);
        }
        let missing = || Problem::NoValue(category.column().name());
        self.code(category, name.ok_or_else(missing)?)
    }

    /// The code of a name.
    ///
    /// # Errors
    /// No such name, or no column of such names.
    pub fn code(&self, category: Category, name: &str) -> Result<u8, Problem> {
        let column = category.column().name();
        if !self.has(category.column()) {
            return Err(Problem::NoSuchColumn { column, name: name.to_owned() });
        }
        let names = self.names(category);
        let found = names.iter().position(|known| known == name).and_then(|code| u8::try_from(code).ok());
        found.ok_or_else(|| Problem::UnknownName { column, name: name.to_owned(), known: shortened(names) })
    }

    /// SHA-256 over `tailproof/tape/v1` and the JSON list of unit, columns and names: what a
    /// commitment is about.
    pub fn digest(&self) -> [u8; 32] {
        let json = serde_json::json!([self.unit.to_string(), self.columns, self.names]);
        Sha256::new().chain_update("tailproof/tape/v1").chain_update(json.to_string()).finalize().into()
    }
}
