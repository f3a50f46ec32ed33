//! The claims of a deal's file: `[claims]`, `[shares]`, `[eligible]` and the coverage tests.

use std::collections::BTreeMap;

use super::tables::{DueTable, NotesTable, TopTable};
use super::{DealFile, DealProblem, EXPECTED_LOSS};
use rust_decimal::Decimal;

use crate::error::{Problem, TapeProblem};
use crate::fixed_point::Unit;
use crate::pool::claims::{AVERAGE_SCALE, PoolClaim};
use crate::pool::coverage::{Coverage, Covered, Owed};
use crate::pool::ids::IdKind;
use crate::pool::loan_pool::{MAX_LOANS, TOTAL_BITS};
use crate::pool::schema::{Category, DEFAULTED, TapeSchema};
use crate::pool::tape_terms::Rounding;
use crate::tree::Scalar;

/// The name of a share's limit for all that are not named.
const EVERY: &str = "every";
/// Largest total balance: that of a pool as large as a statement holds.
const MOST_BALANCE: u64 = (1 << TOTAL_BITS) - 1;

/// Least number of obligors that a limit on several together is about.
const LEAST_COUNT: u16 = 2;

impl DealFile {
    /// Returns the claims about the pool of a tape that the file describes.
    pub(in crate::pool) fn claims(&self, schema: Option<&TapeSchema>) -> Result<Vec<PoolClaim>, Problem> {
        let tables = &self.tables;
        let has_none = tables.claims.is_empty() && tables.shares.is_empty() && tables.eligible.is_empty();
        let Some(schema) = schema else {
            let has_none = has_none && tables.top_obligors.is_none();
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
        claims.extend(tables.top_obligors.as_ref().map(|table| self.top_obligors(table)).transpose()?);
        for claim in &claims {
            if let Some(column) = claim.column().filter(|column| !schema.has(*column)) {
                let (claim, column) = (claim.sentence(schema), column.name());
                return Err(DealProblem::NoColumn { claim, column }.into());
            }
            let has_ids = schema.terms().is_some_and(|terms| terms.ids.is_some());
            if matches!(claim, PoolClaim::Distinct(_)) && !has_ids {
                return Err(DealProblem::NoIds(claim.sentence(schema)).into());
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
            "distinct" => distinct(value)?,
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
    pub(super) fn eligible(&self, key: &str, value: &Scalar, schema: &TapeSchema) -> Result<PoolClaim, Problem> {
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

    /// Returns the claim of `[top_obligors]`.
    fn top_obligors(&self, table: &TopTable) -> Result<PoolClaim, Problem> {
        let count = self.whole("the 'count' of [top_obligors]", &table.count, 0, MAX_LOANS as u64)?;
        let count = u16::try_from(count).ok().filter(|count| *count >= LEAST_COUNT);
        let count = count.ok_or(DealProblem::FewObligors)?;
        Ok(PoolClaim::TopObligorsAtMost(count, self.share("the 'share_max' of [top_obligors]", &table.share_max)?))
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
    pub(super) fn balance(&self, what: &str, scalar: &Scalar, unit: Unit) -> Result<u64, Problem> {
        let millionths = self.whole(what, scalar, 6, u64::MAX)?;
        let units = (millionths % unit.millionths() == 0).then_some(millionths / unit.millionths());
        units.filter(|units| *units <= MOST_BALANCE).ok_or_else(|| Problem::OutOfRange {
            what: what.to_owned(),
            value: millionths.to_string() + " millionths",
            range: format!("whole units of {unit}, up to {MOST_BALANCE} of them"),
        })
    }
}

/// Returns a claim for each kind of ids in a list.
fn distinct(value: &Scalar) -> Result<Vec<PoolClaim>, Problem> {
    let names = value.list().unwrap_or_default();
    let kind = |name: &Scalar| IdKind::ALL.into_iter().find(|kind| name.string() == Some(kind.bearers()));
    let kinds: Vec<IdKind> = names.iter().filter_map(kind).collect();
    let is_named = |kind: &IdKind| kinds.iter().filter(|named| *named == kind).count();
    if kinds.is_empty() || kinds.len() != names.len() || IdKind::ALL.iter().any(|kind| is_named(kind) > 1) {
        return Err(DealProblem::Distinct.into());
    }
    Ok(kinds.into_iter().map(PoolClaim::Distinct).collect())
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
             obligor_max, herfindahl_max, delinquent_max, default_max, expected_loss_max, distinct"
        }
        "shares" => "grade, sector, region",
        _ => "rate, ltv, score, term and spare numbers with _min or _max, grade, sector, region",
    };
    DealProblem::UnknownKey { table: table.to_owned(), key: key.to_owned(), known }.into()
}

#[cfg(test)]
mod tests {
    use crate::pool::Deal;

    const TAPE: &str =
        "[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"collateral\"]\n[tape.ids]\n";

    fn deal(tape: &str, claims: &str) -> Result<Vec<String>, String> {
        let deal = Deal::from_toml("d.toml", &format!("name = \"d\"\n{tape}[claims]\n{claims}\n"));
        deal.map(|deal| deal.sentences()).map_err(|error| error.to_string())
    }

    #[test]
    fn distinct_ids_are_claimed_by_their_kinds() {
        let [loans, collateral] =
            ["loans", "collateral"].map(|kind| format!("committed digests of ids of {kind} are distinct"));
        assert_eq!(deal(TAPE, "distinct = [\"loans\"]"), Ok(vec![loans.clone()]));
        assert_eq!(deal(TAPE, "distinct = [\"collateral\", \"loans\"]"), Ok(vec![collateral, loans]));
        for list in ["[]", "[\"loans\", \"loans\"]", "[\"obligors\"]", "\"loans\"", "true", "[\"loans\", 1]"] {
            let refused = deal(TAPE, &format!("distinct = {list}")).unwrap_err();
            assert!(refused.contains("'distinct' is a list of"), "{list}: {refused}");
        }
    }

    /// The verdict says whom it is about: without a column of obligors, loans.
    #[test]
    fn the_largest_obligors_are_claimed_by_a_table() {
        let top = "[top_obligors]\ncount = 3\nshare_max = 0.25";
        let sentence = |columns: &str| deal(&TAPE.replace("collateral", columns), top);
        let said = |who: &str| Ok(vec![format!("the 3 largest {who} together owe at most 25 % of the balance")]);
        assert_eq!(sentence("obligor"), said("obligors"));
        assert_eq!(sentence("collateral"), said("loans (the tape has no obligors)"));
        for (from, to, what) in [
            ("count = 3", "count = 1", "at least 2: a limit on one obligor is obligor_max in [claims]"),
            ("count = 3", "count = 0", "at least 2"),
            ("count = 3", "count = 2.5", "the 'count' of [top_obligors]"),
            ("count = 3", "count = 65536", "0 to 65535"),
            ("0.25", "1.01", "the 'share_max' of [top_obligors]"),
            ("0.25", "0.2500000001", "the 'share_max' of [top_obligors]"),
            ("share_max", "max", "unknown field `max`"),
            ("count = 3\n", "", "count"),
        ] {
            let refused = deal(TAPE, &top.replace(from, to)).unwrap_err();
            assert!(refused.contains(what), "{to}: {refused}");
        }
        let without_tape = Deal::from_toml("d.toml", &format!("name = \"d\"\n{top}\n")).unwrap_err().to_string();
        assert!(without_tape.contains("claims need a [tape] table"), "{without_tape}");
    }

    #[test]
    fn distinct_ids_need_ids_and_collateral_its_column() {
        let without_column = TAPE.replace("[\"collateral\"]", "[]");
        assert!(deal(&without_column, "distinct = [\"loans\"]").is_ok());
        for (tape, kind, said) in [
            (without_column.as_str(), "collateral", "needs the column 'collateral'"),
            (&without_column.replace("[tape.ids]\n", ""), "loans", "needs [tape.ids]"),
            ("[tape]\ncolumns = []\n", "loans", "needs [tape.ids]"),
        ] {
            let refused = deal(tape, &format!("distinct = [\"{kind}\"]")).unwrap_err();
            assert!(refused.contains(said) && refused.contains("are distinct"), "{refused}");
        }
    }
}
