//! The file of a deal: TOML, read into tranches, claims and the schema of a tape.
//!
//! ```toml
#![doc = include_str!("deal_example.toml")]
//! ```

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

use crate::confidence::Confidence;
use crate::error::{InputError, Problem};
use crate::fixed_point::Unit;
use crate::pool::assumptions::{AgreedScenarios, AgreedSource, model_of};
use crate::pool::claims::{AVERAGE_SCALE, PoolClaim, WHOLE};
use crate::pool::coverage::{Coverage, Covered, Owed};
use crate::pool::deal::Tranche;
use crate::pool::loan_pool::{MAX_LOANS, TOTAL_BITS};
use crate::pool::schema::{Category, Column, Field, TapeSchema};
use crate::pool::tranches::{NOTIONAL, Piece, PieceLimits, TrancheTerms};
use crate::text::whole;
use crate::toml_file::{Scalar, read_toml, scalar_decimal};

/// The tables of a deal's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    name: String,
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    tranche: Vec<TrancheTable>,
    #[serde(default)]
    pd: BTreeMap<String, f64>,
    #[serde(default)]
    lgd: BTreeMap<String, f64>,
    tape: Option<TapeTable>,
    #[serde(default)]
    claims: BTreeMap<String, Scalar>,
    #[serde(default)]
    shares: BTreeMap<String, BTreeMap<String, Scalar>>,
    #[serde(default)]
    eligible: BTreeMap<String, Scalar>,
    overcollateralisation: Option<NotesTable>,
    interest_coverage: Option<DueTable>,
    scenarios: Option<ScenariosTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrancheTable {
    name: String,
    attachment: Scalar,
    detachment: Scalar,
    expected_loss: Option<Scalar>,
    hit: Option<Scalar>,
    cvar: Option<Scalar>,
    confidence: Option<Scalar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TapeTable {
    unit: Option<Scalar>,
    columns: BTreeSet<Column>,
    #[serde(default)]
    grades: Vec<String>,
    #[serde(default)]
    sectors: Vec<String>,
    #[serde(default)]
    regions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotesTable {
    notes: Option<Scalar>,
    notes_share: Option<Scalar>,
    ratio: Scalar,
    #[serde(default)]
    value: BTreeMap<String, Scalar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DueTable {
    due: Option<Scalar>,
    due_share: Option<Scalar>,
    ratio: Scalar,
    #[serde(default)]
    value: BTreeMap<String, Scalar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenariosTable {
    model: CopulaName,
    rho: Scalar,
    degrees: Option<Scalar>,
    nodes: Option<usize>,
    paths: Option<usize>,
    granular: Option<usize>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum CopulaName {
    Gaussian,
    StudentT,
}

/// The name of a share's limit for all that are not named.
const EVERY: &str = "every";
/// The claim that is about scenarios, and so among the terms of tranches.
const EXPECTED_LOSS: &str = "expected_loss_max";
/// Largest total balance: that of a pool as large as a statement holds.
const MOST_BALANCE: u64 = (1 << TOTAL_BITS) - 1;

/// A deal's file, with its text, which has its decimals as they were written.
pub(super) struct DealFile<'t> {
    text: &'t str,
    tables: Tables,
}

impl<'t> DealFile<'t> {
    pub(super) fn read(file: &str, text: &'t str) -> Result<Self, InputError> {
        Ok(Self { text, tables: read_toml(file, text)? })
    }

    pub(super) fn name(&self) -> &str {
        &self.tables.name
    }

    pub(super) fn is_complete(&self) -> bool {
        self.tables.complete
    }

    /// Probabilities of default by grade.
    pub(super) fn pd(&self) -> &BTreeMap<String, f64> {
        &self.tables.pd
    }

    /// Losses given default by grade.
    pub(super) fn lgd(&self) -> &BTreeMap<String, f64> {
        &self.tables.lgd
    }

    pub(super) fn tranches(&self) -> Result<Vec<Tranche>, Problem> {
        let number = |scalar: &Scalar| Ok::<f64, Problem>(self.decimal(scalar)?.to_f64().unwrap_or(f64::NAN));
        let tranche = |table: &TrancheTable| {
            let (attachment, detachment) = (number(&table.attachment)?, number(&table.detachment)?);
            Ok(Tranche { name: table.name.clone(), attachment, detachment })
        };
        self.tables.tranche.iter().map(tranche).collect()
    }

    pub(super) fn schema(&self) -> Result<Option<TapeSchema>, Problem> {
        let Some(tape) = &self.tables.tape else { return Ok(None) };
        let unit = tape.unit.as_ref().map(|unit| self.decimal(unit).and_then(Unit::from_decimal)).transpose()?;
        let names = [tape.grades.clone(), tape.sectors.clone(), tape.regions.clone()];
        TapeSchema::new(unit.unwrap_or(Unit::CENT), tape.columns.clone(), names).map(Some)
    }

    /// Claims about the pool, of a tape that the file describes.
    pub(super) fn claims(&self, schema: Option<&TapeSchema>) -> Result<Vec<PoolClaim>, Problem> {
        let tables = &self.tables;
        let has_none = tables.claims.is_empty() && tables.shares.is_empty() && tables.eligible.is_empty();
        let Some(schema) = schema else {
            if has_none && tables.overcollateralisation.is_none() && tables.interest_coverage.is_none() {
                return Ok(Vec::new());
            }
            return Err(Problem::Other("claims need a [tape] table, which names the columns of the tape".into()));
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
            claims.push(PoolClaim::Interest(self.coverage(Covered::Interest, ratio, owed, value, schema)?));
        }
        for claim in &claims {
            if let Some(column) = claim.column().filter(|column| !schema.has(*column)) {
                let (claim, column) = (claim.sentence(schema), column.name());
                return Err(Problem::Other(format!(
                    "the claim '{claim}' needs the column '{column}', which [tape] does not list"
                )));
            }
        }
        Ok(claims)
    }

    /// The pieces of the notional: the tranches, and what is between them.
    pub(super) fn terms(&self) -> Result<TrancheTerms, Problem> {
        let mut pieces = self.tables.tranche.iter().map(|table| self.piece(table)).collect::<Result<Vec<_>, _>>()?;
        pieces.sort_by_key(|(attachment, _)| *attachment);
        let gap = |detachment| Piece { name: None, detachment, limits: PieceLimits::NONE };
        let mut all = Vec::with_capacity(pieces.len() + 2);
        let mut reached = 0;
        for (attachment, piece) in pieces {
            if attachment > reached {
                all.push(gap(attachment));
            }
            reached = piece.detachment;
            all.push(piece);
        }
        if reached < NOTIONAL {
            all.push(gap(NOTIONAL));
        }
        let limit = self.tables.claims.get(EXPECTED_LOSS);
        let expected_loss = limit.map(|limit| self.share(&format!("'{EXPECTED_LOSS}'"), limit)).transpose()?;
        Ok(TrancheTerms { expected_loss: expected_loss.unwrap_or(WHOLE), pieces: all })
    }

    pub(super) fn scenarios(&self) -> Result<Option<AgreedScenarios>, Problem> {
        let Some(table) = &self.tables.scenarios else { return Ok(None) };
        let wrong = |text: &str| Err(Problem::Other(format!("[scenarios] {text}")));
        if self.tables.tape.is_none() {
            return wrong("need a [tape] table, whose grades are their buckets");
        }
        if (table.model == CopulaName::StudentT) != table.degrees.is_some() {
            return wrong("need degrees exactly where the model is student-t");
        }
        let source = match (table.nodes, table.paths) {
            (Some(nodes), None) if table.granular.is_none() => AgreedSource::Nodes(nodes),
            (None, Some(paths)) => AgreedSource::Paths(paths),
            _ => return wrong("need one of nodes and paths, and paths where they are granular"),
        };
        let rho = self.decimal(&table.rho)?;
        let degrees = table.degrees.as_ref().map(|degrees| self.decimal(degrees)).transpose()?;
        model_of(&rho.to_string(), degrees.map(|degrees| degrees.to_string()).as_deref())?;
        Ok(Some(AgreedScenarios { rho, degrees, source, slots: table.granular }))
    }

    /// A tranche with its limits, and where it attaches.
    fn piece(&self, table: &TrancheTable) -> Result<(u64, Piece), Problem> {
        let name = &table.name;
        let point = |what: &str, scalar| self.whole(&format!("the {what} of tranche '{name}'"), scalar, 6, NOTIONAL);
        let limit = |what: &str, scalar: &Option<Scalar>| {
            let what = format!("the {what} of tranche '{name}'");
            scalar.as_ref().map_or(Ok(WHOLE), |scalar| self.share(&what, scalar))
        };
        let confidence = table.confidence.as_ref().map(|level| self.decimal(level).and_then(Confidence::from_decimal));
        let confidence = confidence.transpose()?;
        if confidence.is_some() != table.cvar.is_some() {
            return Err(Problem::Other(format!("tranche '{name}': cvar and confidence go together")));
        }
        let limits = PieceLimits {
            expected_loss: limit("expected loss", &table.expected_loss)?,
            hit: limit("hit", &table.hit)?,
            cvar: limit("CVaR", &table.cvar)?,
            confidence,
        };
        let attachment = point("attachment", &table.attachment)?;
        if attachment == 0 && limits.hit < WHOLE {
            let text = format!("tranche '{name}' attaches at 0, so that any loss hits it: there is no claim on 'hit'");
            return Err(Problem::Other(text));
        }
        let detachment = point("detachment", &table.detachment)?;
        Ok((attachment, Piece { name: Some(name.clone()), detachment, limits }))
    }

    /// A claim of the table `claims`: two of them where a figure is to be exact.
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
            _ => {
                let (name, side) = key.strip_prefix("average_").and_then(side).ok_or_else(|| unknown("claims", key))?;
                let field = field(name).ok_or_else(|| unknown("claims", key))?;
                let places = field.decimals() + AVERAGE_SCALE.ilog10();
                let limit = self.whole(&what, value, places, field.most() * AVERAGE_SCALE)?;
                vec![match side {
                    Side::Min => PoolClaim::AverageAtLeast(field, limit),
                    Side::Max => PoolClaim::AverageAtMost(field, limit),
                }]
            }
        })
    }

    fn eligible(&self, key: &str, value: &Scalar, schema: &TapeSchema) -> Result<PoolClaim, Problem> {
        if let (Some(category), Some(names)) = (category(key), value.get_ref().as_array()) {
            let code = |name: &toml::Value| schema.code(category, name.as_str().unwrap_or_default());
            return Ok(PoolClaim::Only(category, names.iter().map(code).collect::<Result<_, _>>()?));
        }
        let (name, side) = side(key).ok_or_else(|| unknown("eligible", key))?;
        let field = field(name).ok_or_else(|| unknown("eligible", key))?;
        let limit = self.whole(&format!("'{key}'"), value, field.decimals(), field.most())?;
        Ok(match side {
            Side::Min => PoolClaim::EachAtLeast(field, limit),
            Side::Max => PoolClaim::EachAtMost(field, limit),
        })
    }

    /// What is owed in a coverage test: an amount or a share of the balance.
    fn owed(
        &self,
        covered: Covered,
        (amount_key, amount): (&str, &Option<Scalar>),
        (share_key, share): (&str, &Option<Scalar>),
    ) -> Result<Owed, Problem> {
        match (amount, share) {
            (Some(amount), None) => Ok(Owed::Amount(self.decimal(amount)?)),
            (None, Some(share)) => Ok(Owed::Share(self.decimal(share)?)),
            _ => Err(Problem::Other(format!("[{}] needs one of {amount_key} and {share_key}", covered.table()))),
        }
    }

    fn coverage(
        &self,
        covered: Covered,
        ratio: &Scalar,
        owed: Owed,
        values: &BTreeMap<String, Scalar>,
        schema: &TapeSchema,
    ) -> Result<Coverage, Problem> {
        let values = values.iter().map(|(grade, value)| Ok((grade.clone(), self.decimal(value)?)));
        Coverage::new(covered, self.decimal(ratio)?, owed, &values.collect::<Result<Vec<_>, Problem>>()?, schema)
    }

    fn balance(&self, what: &str, scalar: &Scalar, unit: Unit) -> Result<u64, Problem> {
        let millionths = self.whole(what, scalar, 6, u64::MAX)?;
        let units = (millionths % unit.millionths() == 0).then_some(millionths / unit.millionths());
        units.filter(|units| *units <= MOST_BALANCE).ok_or_else(|| Problem::OutOfRange {
            what: what.to_owned(),
            value: millionths.to_string() + " millionths",
            range: format!("whole units of {unit}, up to {MOST_BALANCE} of them"),
        })
    }

    fn decimal(&self, scalar: &Scalar) -> Result<Decimal, Problem> {
        scalar_decimal(scalar, self.text)
    }

    /// A number that a power of ten makes whole, up to some integer.
    fn whole(&self, what: &str, scalar: &Scalar, places: u32, most: u64) -> Result<u64, Problem> {
        whole(what, self.decimal(scalar)?, places, most)
    }

    /// A fraction of one in billionths.
    fn share(&self, what: &str, scalar: &Scalar) -> Result<u64, Problem> {
        self.whole(what, scalar, 9, WHOLE)
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

fn field(name: &str) -> Option<Field> {
    Field::ALL.into_iter().find(|field| field.column().name() == name)
}

fn category(name: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category.column().name() == name)
}

fn unknown(table: &str, key: &str) -> Problem {
    let known = match table {
        "claims" => {
            "loans, balance (exactly, or with _min and _max), average_ and rate, ltv, score or term with _min or _max, obligor_max, herfindahl_max, \
             delinquent_max, expected_loss_max"
        }
        "shares" => "grade, sector, region",
        _ => "rate, ltv, score and term with _min or _max, grade, sector, region",
    };
    Problem::Other(format!("[{table}] has no '{key}', only {known}"))
}

#[cfg(test)]
mod tests {
    use crate::pool::Deal;

    /// The example in the documentation of this module.
    const EXAMPLE: &str = include_str!("deal_example.toml");

    #[test]
    fn the_example_is_a_deal() {
        let deal = Deal::from_toml("example.toml", EXAMPLE).unwrap();
        assert!(deal.claims().len() == 9 && deal.sentences().len() == 12, "{:?}", deal.sentences());
        assert_eq!(deal.bucket_assumptions().unwrap(), [(0.03, 0.6), (0.05, 0.6)]);
    }

    #[test]
    fn claims_that_mean_nothing_are_refused() {
        for (from, to, said) in [
            ("loans_min = 100", "loans_least = 100", "[claims] has no 'loans_least'"),
            ("loans_min = 100", "loans_min = 1.5", "'loans_min'"),
            ("loans_min = 100", "balance_min = 1.005", "whole units"),
            ("average_rate_min", "average_rating_min", "[claims] has no 'average_rating_min'"),
            ("average_rate_min", "average_ltv_min", "needs the column 'ltv'"),
            ("[shares.region]", "[shares.city]", "[shares] has no 'city'"),
            ("CA = 0.4", "TX = 0.4", "'TX'"),
            ("rate_max = 25", "rate_most = 25", "[eligible] has no 'rate_most'"),
            ("notes_share = 0.8", "due_share = 0.8", "unknown field `due_share`"),
            ("due = 1000000", "notes = 1000000", "unknown field `notes`"),
            ("due = 1000000", "due = 1\ndue_share = 0.1", "[interest_coverage] needs one of due and due_share"),
            ("notes_share = 0.8 ", "# ", "[overcollateralisation] needs one of notes and notes_share"),
            ("model = \"gaussian\"", "model = \"student-t\"", "degrees exactly where"),
            ("nodes = 64", "nodes = 64\npaths = 9", "need one of nodes and paths"),
            ("nodes = 64", "nodes = 64\ngranular = 9", "paths where they are granular"),
            ("rho = 0.1", "rho = 1", "correlation"),
            ("confidence = 0.99", "", "cvar and confidence go together"),
            ("expected_loss = 0.6", "hit = 0.6", "there is no claim on 'hit'"),
        ] {
            assert!(EXAMPLE.contains(from), "{from}");
            let error = Deal::from_toml("d.toml", &EXAMPLE.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(said), "{to}: {error}");
        }
    }
}
