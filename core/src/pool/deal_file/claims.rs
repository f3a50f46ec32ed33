//! The claims of a deal's file: `[claims]`, `[shares]`, `[eligible]` and the coverage tests.

use std::collections::BTreeMap;

use super::tables::{DueTable, NotesTable};
use super::{DealFile, DealProblem, EXPECTED_LOSS};
use rust_decimal::Decimal;

use crate::error::{Problem, TapeProblem};
use crate::fixed_point::Unit;
use crate::pool::claims::{AVERAGE_SCALE, PoolClaim};
use crate::pool::coverage::{Coverage, Covered, Owed};
use crate::pool::loan_pool::{MAX_LOANS, TOTAL_BITS};
use crate::pool::schema::{Category, DEFAULTED, TapeSchema};
use crate::pool::tape_terms::Rounding;
use crate::tree::Scalar;

/// The name of a share's limit for all that are not named.
const EVERY: &str = "every";
/// Largest total balance: that of a pool as large as a statement holds.
const MOST_BALANCE: u64 = (1 << TOTAL_BITS) - 1;

impl DealFile {
    /// Returns the claims about the pool of a tape that the file describes.
    pub(in crate::pool) fn claims(&self, schema: Option<&TapeSchema>) -> Result<Vec<PoolClaim>, Problem> {
        let tables = &self.tables;
        let has_none = tables.claims.is_empty() && tables.shares.is_empty() && tables.eligible.is_empty();
        let Some(schema) = schema else {
            if has_none && tables.overcollateralisation.is_none() && tables.interest_coverage.is_none() {
                return Ok(Vec::new());
            }
            return Err(DealProblem::NoTape.into());
        };
        let mut claims = Vec::new();
        for (key, value) in tables.claims.iter().filter(|(key, _)| *key != EXPECTED_LOSS) {
            claims.extend(self.figure_claims(key, value, schema)?);
        }
        for (name, limits) in &tables.shares {
            let category = category(name).ok_or_else(|| unknown("shares", name))?;
            for (key, limit) in limits {
                let limit = self.share(&format!("the share of {name} '{key}'"), limit)?;
                claims.push(match key.as_str() {
                    EVERY => PoolClaim::EveryShareAtMost(category, limit),
                    DEFAULTED if category == Category::Grade && schema.defaulted().is_some() => {
                        return Err(TapeProblem::DefaultedShare.into());
                    }
                    named => PoolClaim::ShareAtMost(category, schema.code(category, named)?, limit),
                });
            }
        }
        for (key, value) in &tables.eligible {
            claims.push(self.eligible(key, value, schema)?);
        }
        if let Some(NotesTable { notes, notes_share, ratio, value }) = &tables.overcollateralisation {
            let owed = self.owed(Covered::Notes, ("notes", notes), ("notes_share", notes_share))?;
            claims.push(PoolClaim::Overcollateralisation(self.coverage(Covered::Notes, ratio, owed, value, schema)?));
        }
        if let Some(DueTable { due, due_share, ratio, value }) = &tables.interest_coverage {
            let owed = self.owed(Covered::Interest, ("due", due), ("due_share", due_share))?;
            claims.push(PoolClaim::InterestCoverage(self.coverage(Covered::Interest, ratio, owed, value, schema)?));
        }
        for claim in &claims {
            if let Some(column) = claim.column().filter(|column| !schema.has(*column)) {
                let (claim, column) = (claim.sentence(schema), column.name());
                return Err(DealProblem::NoColumn { claim, column }.into());
            }
        }
        Ok(claims)
    }

    /// Returns the claim of a key of `[claims]`: two claims where a figure is to be exact.
    fn figure_claims(&self, key: &str, value: &Scalar, schema: &TapeSchema) -> Result<Vec<PoolClaim>, Problem> {
        let what = format!("'{key}'");
        let loans = || self.whole(&what, value, 0, MAX_LOANS as u64);
        let balance = || self.balance(&what, value, schema.unit());
        let share = || self.share(&what, value);
        Ok(match key {
            "loans" => vec![PoolClaim::LoansAtLeast(loans()?), PoolClaim::LoansAtMost(loans()?)],
            "loans_min" => vec![PoolClaim::LoansAtLeast(loans()?)],
            "loans_max" => vec![PoolClaim::LoansAtMost(loans()?)],
            "balance" => vec![PoolClaim::BalanceAtLeast(balance()?), PoolClaim::BalanceAtMost(balance()?)],
            "balance_min" => vec![PoolClaim::BalanceAtLeast(balance()?)],
            "balance_max" => vec![PoolClaim::BalanceAtMost(balance()?)],
            "obligor_max" => vec![PoolClaim::ObligorAtMost(share()?)],
            "herfindahl_max" => vec![PoolClaim::HerfindahlAtMost(share()?)],
            "delinquent_max" => vec![PoolClaim::DelinquentAtMost(share()?)],
            "default_max" => {
                let code = schema.defaulted().ok_or(TapeProblem::NoDefaulted)?;
                vec![PoolClaim::ShareAtMost(Category::Grade, code, share()?)]
            }
            _ => {
                let (name, side) = key.strip_prefix("average_").and_then(side).ok_or_else(|| unknown("claims", key))?;
                let field = schema.number(name).ok_or_else(|| unknown("claims", key))?;
                let limit = self.steps(&what, value, schema.step(field) / Decimal::from(AVERAGE_SCALE))?;
                let limit = in_range(&what, limit, field.most() * AVERAGE_SCALE)?;
                vec![match side {
                    Side::Min => PoolClaim::AverageAtLeast(field, limit),
                    Side::Max => PoolClaim::AverageAtMost(field, limit),
                }]
            }
        })
    }

    /// Returns the claim of a key of `[eligible]`.
    fn eligible(&self, key: &str, value: &Scalar, schema: &TapeSchema) -> Result<PoolClaim, Problem> {
        if let (Some(category), Some(names)) = (category(key), value.list()) {
            let code = |name: &Scalar| schema.code(category, name.string().unwrap_or_default());
            return Ok(PoolClaim::Only(category, names.iter().map(code).collect::<Result<_, _>>()?));
        }
        let (name, side) = side(key).ok_or_else(|| unknown("eligible", key))?;
        let field = schema.number(name).ok_or_else(|| unknown("eligible", key))?;
        let what = format!("'{key}'");
        let limit = in_range(&what, self.steps(&what, value, schema.step(field))?, field.most())?;
        Ok(match side {
            Side::Min => PoolClaim::EachAtLeast(field, limit),
            Side::Max => PoolClaim::EachAtMost(field, limit),
        })
    }

    /// Returns the amount owed in a coverage test, or its share of the balance.
    fn owed(
        &self,
        covered: Covered,
        (amount_key, amount): (&str, &Option<Scalar>),
        (share_key, share): (&str, &Option<Scalar>),
    ) -> Result<Owed, Problem> {
        match (amount, share) {
            (Some(amount), None) => Ok(Owed::Amount(amount.decimal()?)),
            (None, Some(share)) => Ok(Owed::Share(share.decimal()?)),
            _ => {
                let (amount, share) = (amount_key.to_owned(), share_key.to_owned());
                Err(DealProblem::OneOf { table: covered.table(), amount, share }.into())
            }
        }
    }

    /// Returns a coverage test.
    fn coverage(
        &self,
        covered: Covered,
        ratio: &Scalar,
        owed: Owed,
        values: &BTreeMap<String, Scalar>,
        schema: &TapeSchema,
    ) -> Result<Coverage, Problem> {
        let values = values.iter().map(|(grade, value)| Ok((grade.clone(), value.decimal()?)));
        Coverage::new(covered, ratio.decimal()?, owed, &values.collect::<Result<Vec<_>, Problem>>()?, schema)
    }

    /// Returns a number in steps, of which it is a whole number.
    fn steps(&self, what: &str, value: &Scalar, step: Decimal) -> Result<u64, Problem> {
        Ok(Rounding::Refuse.steps(what, value.decimal()?, step)?.0)
    }

    /// Returns an amount in units of the tape.
    fn balance(&self, what: &str, scalar: &Scalar, unit: Unit) -> Result<u64, Problem> {
        let millionths = self.whole(what, scalar, 6, u64::MAX)?;
        let units = (millionths % unit.millionths() == 0).then_some(millionths / unit.millionths());
        units.filter(|units| *units <= MOST_BALANCE).ok_or_else(|| Problem::OutOfRange {
            what: what.to_owned(),
            value: millionths.to_string() + " millionths",
            range: format!("whole units of {unit}, up to {MOST_BALANCE} of them"),
        })
    }
}

/// The side of a limit that a key ends with.
enum Side {
    Min,
    Max,
}

fn side(key: &str) -> Option<(&str, Side)> {
    let min = key.strip_suffix("_min").map(|name| (name, Side::Min));
    min.or_else(|| key.strip_suffix("_max").map(|name| (name, Side::Max)))
}

fn in_range(what: &str, steps: u64, most: u64) -> Result<u64, Problem> {
    if steps <= most {
        return Ok(steps);
    }
    let (what, value, range) = (what.to_owned(), format!("{steps} steps"), format!("0 to {most} steps"));
    Err(Problem::OutOfRange { what, value, range })
}

fn category(name: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category.column().name() == name)
}

fn unknown(table: &str, key: &str) -> Problem {
    let known = match table {
        "claims" => {
            "loans, balance (exactly, or with _min and _max), average_ and rate, ltv, score, term or a spare number with _min or _max, \
             obligor_max, herfindahl_max, delinquent_max, default_max, expected_loss_max"
        }
        "shares" => "grade, sector, region",
        _ => "rate, ltv, score, term and spare numbers with _min or _max, grade, sector, region",
    };
    DealProblem::UnknownKey { table: table.to_owned(), key: key.to_owned(), known }.into()
}
