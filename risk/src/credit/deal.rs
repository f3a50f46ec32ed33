//! Deals: the tranches of a pool, the credit assumptions of its loans, and what is claimed of both, from TOML.
//!
//! ```toml
//! name = "Consumer loans"
//! complete = false            # whether the tranches are all of the pool, without gap
//!
//! [[tranche]]
//! name = "equity"
//! attachment = 0              # fractions of the pool's notional
//! detachment = 0.2
//! expected_loss = 0.6         # claims: at most so much of it is lost on average (where it attaches above 0, also hit: the probability of that),
//! cvar = 0.9                  # and in the worst cases of this confidence on average at most so much
//! confidence = 0.99
//!
//! [pd]                        # by grade, for loans without one of their own; "other" for grades that are not named, and loans without
//! A = 0.03
//! other = 0.05
//!
//! [lgd]
//! other = 0.6
//!
//! [tape]                      # for proofs: the columns that every loan of the tape has, and the names in them
//! columns = ["rate", "grade", "region", "status"]
//! grades = ["A", "B"]
//! regions = ["CA", "NY"]
//!
//! [claims]                    # of the pool; each of them may be left out
//! loans_min = 100
//! average_rate_min = 12.5     # weighted by balance, in percent
//! obligor_max = 0.01          # share of the balance that the largest owes
//! expected_loss_max = 0.05    # over the credit scenarios
//!
//! [shares.region]             # largest share of the balance
//! every = 0.25
//! CA = 0.4
//!
//! [eligible]                  # of every loan
//! rate_max = 25
//! grade = ["A", "B"]
//!
//! [overcollateralisation]     # what the pool is worth is at least ratio times its notes
//! notes_share = 0.8           # of the balance; or notes, an amount
//! ratio = 1.2
//! value = { B = 0.9 }         # what a unit of this grade counts for
//!
//! [interest_coverage]         # what it earns a year is at least ratio times what its notes are due
//! due = 1000000               # or due_share
//! ratio = 1.5
//! ```

use std::collections::{BTreeMap, BTreeSet, HashSet};

use ethnum::I256;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::collateral::{MAX_LOANS, TOTAL_BITS};
use super::pool_claims::{
    AVERAGE_SCALE, COVERAGE_BITS, COVERAGE_SHARE_BITS, Coverage, PoolClaim, WHOLE, coverage_words,
};
use super::schema::{Category, Column, Field, TapeSchema};
use super::tranche_claims::{NOTIONAL, Piece, PieceLimits, TrancheTerms};
use crate::clause::Confidence;
use crate::credit::tape::Loan;
use crate::fixed_point::Unit;
use crate::input::{InputError, Problem, Scalar, check_printable, read_toml, scalar_decimal, whole};

/// A slice of a pool's losses.
#[derive(Debug, Clone, PartialEq)]
pub struct Tranche {
    /// its name
    pub name: String,
    /// where its losses begin, a fraction of the notional
    pub attachment: f64,
    /// where nothing of it is left
    pub detachment: f64,
}

/// Tranches, assumptions and claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Deal {
    name: String,
    complete: bool,
    tranches: Vec<Tranche>,
    pd: BTreeMap<String, f64>,
    lgd: BTreeMap<String, f64>,
    schema: Option<TapeSchema>,
    claims: Vec<PoolClaim>,
    terms: Option<TrancheTerms>,
    digest: [u8; 32],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DealFile {
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
    overcollateralisation: Option<CoverageTable>,
    interest_coverage: Option<CoverageTable>,
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
struct CoverageTable {
    #[serde(alias = "due")]
    notes: Option<Scalar>,
    #[serde(alias = "due_share")]
    notes_share: Option<Scalar>,
    ratio: Scalar,
    #[serde(default)]
    value: BTreeMap<String, Scalar>,
}

/// The grade of assumptions for all others.
const OTHER: &str = "other";
/// The name of a share's limit for all that are not named.
const EVERY: &str = "every";
/// Largest total balance: that of a pool as large as a statement holds.
const MOST_BALANCE: u64 = (1 << TOTAL_BITS) - 1;

/// The decimals of a file.
struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    fn decimal(&self, scalar: &Scalar) -> Result<Decimal, Problem> {
        scalar_decimal(scalar, self.text)
    }

    /// A number that a power of ten makes whole, up to some integer.
    fn whole(&self, what: &str, scalar: &Scalar, places: u32, most: u64) -> Result<u64, Problem> {
        whole(what, self.decimal(scalar)?, places, most)
    }

    fn share(&self, what: &str, scalar: &Scalar) -> Result<u64, Problem> {
        self.whole(what, scalar, 9, WHOLE)
    }
}

impl Deal {
    /// Reads a deal. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML; unknown keys; no tranche and no claim; a tranche that does not attach below where it detaches, twice the same name, tranches that
    /// overlap, or leave a gap where the deal is complete; a probability outside (0, 1), a loss given default outside [0, 1]; a claim about a column
    /// or name that the tape does not have, or with a limit that is out of range.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, InputError> {
        let read: DealFile = read_toml(file, text)?;
        Self::of_file(read, text).map_err(|problem| InputError::of_file(file, problem))
    }

    fn of_file(file: DealFile, text: &str) -> Result<Self, Problem> {
        let reader = Reader { text };
        let schema = file.tape.as_ref().map(|tape| read_schema(&reader, tape)).transpose()?;
        let claims = match &schema {
            Some(schema) => read_claims(&reader, &file, schema)?,
            None if file.claims.is_empty()
                && file.shares.is_empty()
                && file.eligible.is_empty()
                && file.overcollateralisation.is_none()
                && file.interest_coverage.is_none() =>
            {
                Vec::new()
            }
            None => {
                return Err(Problem::Other("claims need a [tape] table, which names the columns of the tape".into()));
            }
        };
        let mut tranches = Vec::with_capacity(file.tranche.len());
        for table in &file.tranche {
            let number = |scalar| Ok::<f64, Problem>(reader.decimal(scalar)?.to_f64().unwrap_or(f64::NAN));
            let (attachment, detachment) = (number(&table.attachment)?, number(&table.detachment)?);
            tranches.push(Tranche { name: table.name.clone(), attachment, detachment });
        }
        let mut deal = Self {
            name: file.name.clone(),
            complete: file.complete,
            tranches,
            pd: file.pd.clone(),
            lgd: file.lgd.clone(),
            schema,
            claims,
            terms: None,
            digest: Sha256::new().chain_update("tailproof/deal/v1").chain_update(text).finalize().into(),
        };
        deal.check()?;
        if deal.schema.is_some() {
            deal.terms = Some(read_terms(&reader, &file)?);
        }
        Ok(deal)
    }

    fn check(&self) -> Result<(), Problem> {
        let other = |text: String| Err(Problem::Other(text));
        check_printable(&self.name)?;
        if self.tranches.is_empty() && self.claims.is_empty() {
            return Err(Problem::Empty("a deal needs at least one [[tranche]], or claims about its pool".into()));
        }
        let mut names = HashSet::new();
        for Tranche { name, attachment, detachment } in &self.tranches {
            check_printable(name)?;
            if !names.insert(name) {
                return Err(Problem::DuplicateName(name.clone()));
            }
            if !(*attachment >= 0.0 && attachment < detachment && *detachment <= 1.0) {
                return other(format!(
                    "tranche '{name}' is from {attachment} to {detachment}: it attaches at 0 or above, below where it detaches, at most 1"
                ));
            }
        }
        let mut order: Vec<&Tranche> = self.tranches.iter().collect();
        order.sort_by(|left, right| left.attachment.total_cmp(&right.attachment));
        for pair in order.windows(2) {
            if pair[1].attachment < pair[0].detachment {
                return other(format!("tranches '{}' and '{}' overlap", pair[0].name, pair[1].name));
            }
            if self.complete && pair[1].attachment > pair[0].detachment {
                return other(format!("there is a gap between tranches '{}' and '{}'", pair[0].name, pair[1].name));
            }
        }
        let ends = order.first().zip(order.last()).map(|(first, last)| (first.attachment, last.detachment));
        if let Some(ends) = ends.filter(|ends| self.complete && *ends != (0.0, 1.0)) {
            return other(format!(
                "the tranches of a complete deal are from 0 to 1, these are from {} to {}",
                ends.0, ends.1
            ));
        }
        for (what, table, is_open) in [("pd", &self.pd, true), ("lgd", &self.lgd, false)] {
            for (grade, value) in table {
                let inside = if is_open { *value > 0.0 && *value < 1.0 } else { (0.0..=1.0).contains(value) };
                if !inside {
                    let range = if is_open { "0 to 1, both excluded" } else { "0 to 1" };
                    let what = format!("the {what} of grade '{grade}'");
                    return Err(Problem::OutOfRange { what, value: value.to_string(), range: range.into() });
                }
            }
        }
        Ok(())
    }

    /// The deal's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tranches, in the order of the file.
    pub fn tranches(&self) -> &[Tranche] {
        &self.tranches
    }

    /// How its tape becomes integers, if it says so.
    pub fn schema(&self) -> Option<&TapeSchema> {
        self.schema.as_ref()
    }

    /// How its tape becomes integers.
    ///
    /// # Errors
    /// If the deal does not say.
    pub fn require_schema(&self) -> Result<&TapeSchema, Problem> {
        let text = "the deal has no [tape] table, which names the columns of the tape that is committed to";
        self.schema.as_ref().ok_or_else(|| Problem::Other(text.into()))
    }

    /// Claims about the pool.
    pub fn claims(&self) -> &[PoolClaim] {
        &self.claims
    }

    /// Claims about losses; `None` without a tape.
    pub fn terms(&self) -> Option<&TrancheTerms> {
        self.terms.as_ref()
    }

    /// SHA-256 over `tailproof/deal/v1` and the text of the file.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// SHA-256 over `tailproof/credit-assumptions/v1` and the JSON of the grades with their probabilities of default and losses given default:
    /// what credit scenarios are made from. Claims can change without them.
    ///
    /// # Errors
    /// A grade without.
    pub fn assumptions_digest(&self) -> Result<[u8; 32], Problem> {
        let grades = self.require_schema()?.names(Category::Grade);
        let json = serde_json::json!([grades, self.bucket_assumptions()?]);
        Ok(Sha256::new()
            .chain_update("tailproof/credit-assumptions/v1")
            .chain_update(json.to_string())
            .finalize()
            .into())
    }

    /// All claims in words.
    pub fn sentences(&self) -> Vec<String> {
        let Some(schema) = &self.schema else { return Vec::new() };
        let losses = self.terms.iter().flat_map(TrancheTerms::sentences);
        self.claims.iter().map(|claim| claim.sentence(schema)).chain(losses).collect()
    }

    /// Probability of default and loss given default of each grade of the tape, in the order of their codes.
    ///
    /// # Errors
    /// A grade without.
    pub fn bucket_assumptions(&self) -> Result<Vec<(f64, f64)>, Problem> {
        let grades = self.require_schema()?.names(Category::Grade);
        if grades.is_empty() {
            return Err(Problem::Other(
                "the deal's [tape] has no grades, which are the buckets of credit scenarios".into(),
            ));
        }
        let of = |table: &BTreeMap<String, f64>, what: &str, grade: &String| {
            let found = table.get(grade).or_else(|| table.get(OTHER)).copied();
            found.ok_or_else(|| Problem::Other(format!("the deal has no [{what}] for grade '{grade}'")))
        };
        grades.iter().map(|grade| Ok((of(&self.pd, "pd", grade)?, of(&self.lgd, "lgd", grade)?))).collect()
    }

    /// Probability of default and loss given default of a loan: its own, or its grade's.
    ///
    /// # Errors
    /// Neither.
    pub fn assumptions(&self, loan: &Loan) -> Result<(f64, f64), Problem> {
        let of_grade = |table: &BTreeMap<String, f64>| {
            let named = loan.grade.as_ref().and_then(|grade| table.get(grade));
            named.or_else(|| table.get(OTHER)).copied()
        };
        let missing = |what: &str| {
            let grade = loan.grade.as_deref().map_or("no grade".to_owned(), |grade| format!("grade '{grade}'"));
            Problem::Other(format!(
                "loan '{}' has no {what}, and the deal has none for {grade} under [{what}]",
                loan.id
            ))
        };
        let pd = loan.pd.or_else(|| of_grade(&self.pd)).ok_or_else(|| missing("pd"))?;
        let lgd = loan.lgd.or_else(|| of_grade(&self.lgd)).ok_or_else(|| missing("lgd"))?;
        Ok((pd, lgd))
    }
}

fn read_schema(reader: &Reader<'_>, tape: &TapeTable) -> Result<TapeSchema, Problem> {
    let unit = tape.unit.as_ref().map(|unit| reader.decimal(unit).and_then(Unit::from_decimal)).transpose()?;
    let names = [tape.grades.clone(), tape.sectors.clone(), tape.regions.clone()];
    TapeSchema::new(unit.unwrap_or(Unit::CENT), tape.columns.clone(), names)
}

fn field(name: &str) -> Option<Field> {
    Field::ALL.into_iter().find(|field| field.column().name() == name)
}

fn category(name: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category.column().name() == name)
}

fn unknown(table: &str, key: &str) -> Problem {
    Problem::Other(format!("[{table}] has no '{key}'"))
}

/// An amount of currency, of at most 18 decimals, in units, to a billionth of them, rounded up.
fn amount_units(amount: Decimal, unit: Unit, factor: u64) -> Result<u128, Problem> {
    // mantissa * 10^6 * factor * 10^9 / (unit * 10^scale), exactly.
    let numerator = I256::from(amount.mantissa()) * I256::from(1_000_000u64 * factor) * I256::from(WHOLE);
    let denominator = I256::from(unit.millionths()) * I256::from(10u64).pow(amount.scale());
    let units = -((-numerator).div_euclid(denominator));
    let units = u128::try_from(units).ok().filter(|units| *units < 1 << COVERAGE_BITS);
    units.ok_or_else(|| Problem::OutOfRange {
        what: "what is owed".into(),
        value: amount.to_string(),
        range: "what a pool can have".into(),
    })
}

fn read_coverage(
    reader: &Reader<'_>,
    table: &CoverageTable,
    schema: &TapeSchema,
    (what, owed_words, factor): (&str, &str, u64),
) -> Result<Coverage, Problem> {
    let number = |name: &str, scalar: &Scalar, most: u64| -> Result<Decimal, Problem> {
        let value = reader.decimal(scalar)?.normalize();
        // Few enough digits that products of two are exact.
        if value.is_sign_negative() || value.scale() > 9 || value > Decimal::from(most) {
            return Err(Problem::OutOfRange {
                what: format!("{name} of {what}"),
                value: value.to_string(),
                range: format!("0 to {most}, with at most 9 decimals"),
            });
        }
        Ok(value)
    };
    let ratio = number("the ratio", &table.ratio, 1_000)?;
    let mut values = vec![WHOLE; Category::Grade.most()];
    let mut named = Vec::with_capacity(table.value.len());
    for (grade, value) in &table.value {
        let code = schema.code(Category::Grade, Some(grade))?;
        if !schema.has(Column::Grade) {
            return Err(Problem::Other("the tape has no grades to give a value".into()));
        }
        values[usize::from(code)] = reader.share(&format!("the value of grade '{grade}'"), value)?;
        named.push((grade.clone(), reader.decimal(value)?));
    }
    let (amount, share, owed) = match (&table.notes, &table.notes_share) {
        (Some(notes), None) => {
            let notes = number("the amount", notes, 1_000_000_000_000)?;
            (amount_units(notes * ratio, schema.unit(), factor)?, 0, format!("{owed_words} of {notes}"))
        }
        (None, Some(share)) => {
            let share = number("the share", share, 10)?;
            let scaled = (share * ratio)
                .checked_mul(Decimal::from(WHOLE))
                .and_then(|owed| owed.checked_mul(Decimal::from(factor)));
            let scaled = scaled
                .map(|owed| owed.ceil())
                .and_then(|owed| owed.to_u64())
                .filter(|owed| *owed < 1 << COVERAGE_SHARE_BITS);
            let scaled = scaled.ok_or_else(|| Problem::OutOfRange {
                what: format!("the share of {what}"),
                value: share.to_string(),
                range: "0 to 1 times a ratio".into(),
            })?;
            (0, scaled, format!("{owed_words} of {} % of the balance", (share * Decimal::ONE_HUNDRED).normalize()))
        }
        _ => return Err(Problem::Other(format!("[{what}] needs one of an amount and a share of the balance"))),
    };
    let subject = if factor == 1 { "the pool is worth" } else { "the pool earns a year" };
    Ok(Coverage { values, amount, share, words: coverage_words(subject, ratio, &owed, &named) })
}

fn read_claims(reader: &Reader<'_>, file: &DealFile, schema: &TapeSchema) -> Result<Vec<PoolClaim>, Problem> {
    let mut claims = Vec::new();
    for (key, value) in &file.claims {
        let what = format!("'{key}'");
        let loans = |value| reader.whole(&what, value, 0, MAX_LOANS as u64);
        let balance = |value| -> Result<u64, Problem> {
            let millionths = reader.whole(&what, value, 6, u64::MAX)?;
            let unit = schema.unit().millionths();
            let units = (millionths % unit == 0).then_some(millionths / unit).filter(|units| *units <= MOST_BALANCE);
            units.ok_or_else(|| Problem::OutOfRange {
                what: what.clone(),
                value: millionths.to_string() + " millionths",
                range: format!("whole units of {}, up to {MOST_BALANCE} of them", schema.unit()),
            })
        };
        let average = |name: &str| {
            let field = field(name).ok_or_else(|| unknown("claims", key))?;
            let places = field.decimals() + AVERAGE_SCALE.ilog10();
            Ok::<_, Problem>((field, reader.whole(&what, value, places, field.most() * AVERAGE_SCALE)?))
        };
        match key.as_str() {
            "loans" => claims.extend([PoolClaim::LoansAtLeast(loans(value)?), PoolClaim::LoansAtMost(loans(value)?)]),
            "loans_min" => claims.push(PoolClaim::LoansAtLeast(loans(value)?)),
            "loans_max" => claims.push(PoolClaim::LoansAtMost(loans(value)?)),
            "balance" => {
                claims.extend([PoolClaim::BalanceAtLeast(balance(value)?), PoolClaim::BalanceAtMost(balance(value)?)]);
            }
            "balance_min" => claims.push(PoolClaim::BalanceAtLeast(balance(value)?)),
            "balance_max" => claims.push(PoolClaim::BalanceAtMost(balance(value)?)),
            "obligor_max" => claims.push(PoolClaim::ObligorAtMost(reader.share(&what, value)?)),
            "herfindahl_max" => claims.push(PoolClaim::HerfindahlAtMost(reader.share(&what, value)?)),
            "delinquent_max" => claims.push(PoolClaim::DelinquentAtMost(reader.share(&what, value)?)),
            // Over the scenarios: see the terms of the tranches.
            "expected_loss_max" => {}
            _ => match key.strip_prefix("average_").and_then(|rest| rest.rsplit_once('_')) {
                Some((name, "min")) => {
                    let (field, limit) = average(name)?;
                    claims.push(PoolClaim::AverageAtLeast(field, limit));
                }
                Some((name, "max")) => {
                    let (field, limit) = average(name)?;
                    claims.push(PoolClaim::AverageAtMost(field, limit));
                }
                _ => return Err(unknown("claims", key)),
            },
        }
    }
    for (name, limits) in &file.shares {
        let category = category(name).ok_or_else(|| unknown("shares", name))?;
        for (key, limit) in limits {
            let limit = reader.share(&format!("the share of {name} '{key}'"), limit)?;
            claims.push(match key.as_str() {
                EVERY => PoolClaim::EveryShareAtMost(category, limit),
                named => PoolClaim::ShareAtMost(category, schema.code(category, Some(named))?, limit),
            });
        }
    }
    for (key, value) in &file.eligible {
        claims.push(read_eligible(reader, key, value, schema)?);
    }
    if let Some(table) = &file.overcollateralisation {
        let coverage = read_coverage(reader, table, schema, ("overcollateralisation", "notes", 1))?;
        claims.push(PoolClaim::Collateral(coverage));
    }
    if let Some(table) = &file.interest_coverage {
        let coverage = read_coverage(reader, table, schema, ("interest_coverage", "what is due", 10_000))?;
        claims.push(PoolClaim::Interest(coverage));
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

fn read_eligible(reader: &Reader<'_>, key: &str, value: &Scalar, schema: &TapeSchema) -> Result<PoolClaim, Problem> {
    if let (Some(category), Some(names)) = (category(key), value.get_ref().as_array()) {
        let code = |name: &toml::Value| schema.code(category, Some(name.as_str().unwrap_or_default()));
        return Ok(PoolClaim::Only(category, names.iter().map(code).collect::<Result<_, _>>()?));
    }
    let (name, side) = key.rsplit_once('_').ok_or_else(|| unknown("eligible", key))?;
    let field = field(name).ok_or_else(|| unknown("eligible", key))?;
    let limit = reader.whole(&format!("'{key}'"), value, field.decimals(), field.most())?;
    match side {
        "min" => Ok(PoolClaim::EachAtLeast(field, limit)),
        "max" => Ok(PoolClaim::EachAtMost(field, limit)),
        _ => Err(unknown("eligible", key)),
    }
}

/// The pieces of the notional: the tranches, and what is between them.
fn read_terms(reader: &Reader<'_>, file: &DealFile) -> Result<TrancheTerms, Problem> {
    let mut pieces: Vec<(u64, Piece)> = Vec::with_capacity(file.tranche.len());
    for table in &file.tranche {
        let point =
            |what: &str, scalar| reader.whole(&format!("the {what} of tranche '{}'", table.name), scalar, 6, NOTIONAL);
        let limit = |what: &str, scalar: &Option<Scalar>| {
            let what = format!("the {what} of tranche '{}'", table.name);
            scalar.as_ref().map_or(Ok(WHOLE), |scalar| reader.share(&what, scalar))
        };
        let confidence =
            table.confidence.as_ref().map(|confidence| reader.decimal(confidence).and_then(Confidence::from_decimal));
        let confidence = confidence.transpose()?;
        if confidence.is_some() != table.cvar.is_some() {
            return Err(Problem::Other(format!("tranche '{}': cvar and confidence go together", table.name)));
        }
        let limits = PieceLimits {
            expected_loss: limit("expected loss", &table.expected_loss)?,
            hit: limit("hit", &table.hit)?,
            cvar: limit("CVaR", &table.cvar)?,
            confidence,
        };
        let attachment = point("attachment", &table.attachment)?;
        if attachment == 0 && limits.hit < WHOLE {
            let text =
                format!("tranche '{}' attaches at 0, so that any loss hits it: there is no claim on 'hit'", table.name);
            return Err(Problem::Other(text));
        }
        let detachment = point("detachment", &table.detachment)?;
        pieces.push((attachment, Piece { name: Some(table.name.clone()), detachment, limits }));
    }
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
    let expected_loss =
        file.claims.get("expected_loss_max").map(|limit| reader.share("'expected_loss_max'", limit)).transpose()?;
    Ok(TrancheTerms { expected_loss: expected_loss.unwrap_or(WHOLE), pieces: all })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEAL: &str = "name = \"d\"\ncomplete = true\n[[tranche]]\nname = \"equity\"\nattachment = 0\ndetachment = 0.2\n\
                        [[tranche]]\nname = \"senior\"\nattachment = 0.2\ndetachment = 1\n[pd]\nA = 0.03\n[lgd]\nother = 0.6\n";

    /// The example in this module's documentation.
    #[test]
    fn the_example_is_a_deal() {
        let lines = include_str!("deal.rs").lines().skip_while(|line| *line != "//! ```toml").skip(1);
        let example: String = lines
            .take_while(|line| *line != "//! ```")
            .map(|line| format!("{}\n", line.trim_start_matches("//!")))
            .collect();
        let deal = Deal::from_toml("example.toml", &example).unwrap();
        assert!(deal.claims().len() == 9 && deal.sentences().len() == 12, "{:?}", deal.sentences());
        assert_eq!(deal.bucket_assumptions().unwrap(), [(0.03, 0.6), (0.05, 0.6)]);
    }

    #[test]
    fn deals_are_read_and_bad_ones_refused() {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        assert_eq!(deal.tranches()[1].attachment, 0.2);
        for (from, to, said) in [
            ("detachment = 0.2", "detachment = 0", "attaches"),
            ("attachment = 0.2", "attachment = 0.1", "overlap"),
            ("attachment = 0.2", "attachment = 0.3", "gap"),
            ("detachment = 1", "detachment = 0.9", "from 0 to 1"),
            ("\"senior\"", "\"equity\"", "equity"),
            ("A = 0.03", "A = 1", "both excluded"),
            ("other = 0.6", "other = 1.5", "lgd"),
            ("complete", "compleat", "compleat"),
        ] {
            let error = Deal::from_toml("d.toml", &DEAL.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(said), "{to}: {error}");
        }
        assert!(Deal::from_toml("d.toml", "name = \"d\"\n").is_err());
    }
}
