//! Weights and correlations of a rule, written by buckets.
//!
//! ```toml
//! across = 0.6                  # correlation of factors of two buckets, unless a pair says otherwise
//! within = 0.999                # correlation of two factors of one bucket, unless the bucket says otherwise
//!
//! [[bucket]]
//! name = "EUR"
//! factors = ["EUR 1y", "EUR 5y"]
//! weights = [0.016, 0.011]      # or one number for all
//! correlations = 0.8869         # or the rows of a matrix; only where they differ from `within`
//!
//! [[pair]]
//! buckets = ["EUR", "USD"]
//! correlation = 0.5
//! ```

use rust_decimal::Decimal;
use tailproof_core::error::{InputError, MarginProblem, Problem};
use tailproof_core::table::DecimalTable;
use tailproof_core::tree::{Fields, FirstError, FromTree, Node, Scalar, read_table};

use super::WEIGHT;

/// The file.
struct RuleFile {
    across: Option<Scalar>,
    within: Option<Scalar>,
    bucket: Vec<BucketTable>,
    pair: Vec<PairTable>,
}

/// A table `[[bucket]]`.
struct BucketTable {
    name: String,
    factors: Vec<String>,
    weights: Scalar,
    correlations: Option<Scalar>,
}

/// A table `[[pair]]`.
struct PairTable {
    buckets: [String; 2],
    correlation: Scalar,
}

impl FromTree for RuleFile {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        let mut fields = Fields::of(node, "a rule of a margin", errors);
        fields.known(&["across", "within", "bucket", "pair"]);
        Self {
            across: fields.take("across", None),
            within: fields.take("within", None),
            bucket: fields.take("bucket", Some(Vec::new())),
            pair: fields.take("pair", Some(Vec::new())),
        }
    }

    fn nothing() -> Self {
        Self { across: None, within: None, bucket: Vec::new(), pair: Vec::new() }
    }
}

impl FromTree for BucketTable {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        let mut fields = Fields::of(node, "a bucket", errors);
        fields.known(&["name", "factors", "weights", "correlations"]);
        Self {
            name: fields.take("name", None),
            factors: fields.take("factors", None),
            weights: fields.take("weights", None),
            correlations: fields.take("correlations", None),
        }
    }

    fn nothing() -> Self {
        let weights = Scalar::nothing();
        Self { name: String::new(), factors: Vec::new(), weights, correlations: None }
    }
}

impl FromTree for PairTable {
    fn read(node: &Node<'_>, errors: &mut FirstError) -> Self {
        let mut fields = Fields::of(node, "a pair of buckets", errors);
        fields.known(&["buckets", "correlation"]);
        Self { buckets: fields.take("buckets", None), correlation: fields.take("correlation", None) }
    }

    fn nothing() -> Self {
        Self { buckets: [String::new(), String::new()], correlation: Scalar::nothing() }
    }
}

/// Reads a rule that is written by buckets, and returns the table of all factors that
/// [`super::from_table`] takes. `file` names it in errors.
///
/// # Errors
/// Not TOML; unknown keys; no bucket; a name that is empty or occurs twice; numbers that are not one
/// for all factors of a bucket or one for each; a pair without a correlation, or with two.
pub fn margin_table(file: &str, text: &str) -> Result<DecimalTable, InputError> {
    let rule: RuleFile = read_table(file, text)?;
    table_of(&rule).map_err(|problem| InputError::in_file(file, problem))
}

fn table_of(rule: &RuleFile) -> Result<DecimalTable, Problem> {
    if rule.bucket.is_empty() {
        return Err(Problem::Empty("a rule needs at least one [[bucket]]".into()));
    }
    for (place, bucket) in rule.bucket.iter().enumerate() {
        if rule.bucket[..place].iter().any(|other| other.name == bucket.name) {
            return Err(Problem::DuplicateName(bucket.name.clone()));
        }
    }
    let within = rule.within.as_ref().map(Scalar::decimal).transpose()?;
    let across = across(rule)?;
    let (mut names, mut weights, mut of) = (Vec::new(), Vec::new(), Vec::new());
    for (place, bucket) in rule.bucket.iter().enumerate() {
        names.extend(bucket.factors.iter().cloned());
        weights.extend(one_or_each(bucket)?);
        of.extend((0..bucket.factors.len()).map(|factor| (place, factor)));
    }
    let inside: Vec<Vec<Vec<Decimal>>> =
        rule.bucket.iter().map(|bucket| correlations(bucket, within)).collect::<Result<_, _>>()?;
    let row = |(bucket, factor): (usize, usize)| -> Vec<Decimal> {
        let with = |(other, second): &(usize, usize)| {
            if bucket == *other { inside[bucket][factor][*second] } else { across[bucket][*other] }
        };
        of.iter().map(with).collect()
    };
    let rows = of.iter().map(|at| row(*at));
    let rows = std::iter::once((WEIGHT.to_owned(), weights)).chain(names.iter().cloned().zip(rows)).collect();
    DecimalTable::new("factor", names, rows).map_err(|error| match error.column.as_str() {
        "" => error.problem,
        column => error.problem.in_part(column.to_owned()),
    })
}

/// Returns the correlations of each pair of buckets.
fn across(rule: &RuleFile) -> Result<Vec<Vec<Decimal>>, Problem> {
    let all = rule.across.as_ref().map(Scalar::decimal).transpose()?;
    let count = rule.bucket.len();
    let mut found: Vec<Vec<Option<Decimal>>> = vec![vec![None; count]; count];
    for pair in &rule.pair {
        let place = |name: &String| {
            let place = rule.bucket.iter().position(|bucket| bucket.name == *name);
            place.ok_or_else(|| MarginProblem::NoBucket(name.clone()))
        };
        let [one, other] = [place(&pair.buckets[0])?, place(&pair.buckets[1])?];
        let value = pair.correlation.decimal()?;
        let [first, second] = pair.buckets.clone();
        if one == other {
            return Err(Problem::DuplicateName(first));
        }
        if let Some(before) = found[one][other] {
            let (before, value) = (before.to_string(), value.to_string());
            return Err(
                MarginProblem::TwoCorrelations { one: first, other: second, first: before, second: value }.into()
            );
        }
        (found[one][other], found[other][one]) = (Some(value), Some(value));
    }
    let of_pair = |one: usize, other: usize| {
        let name = |place: usize| rule.bucket[place].name.clone();
        let missing = || MarginProblem::NoCorrelation { one: name(one), other: name(other) };
        // Nothing asks for a bucket's correlation with itself.
        let value = if one == other { Some(Decimal::ONE) } else { found[one][other].or(all) };
        value.ok_or_else(missing).map_err(Problem::from)
    };
    (0..count).map(|one| (0..count).map(|other| of_pair(one, other)).collect()).collect()
}

/// Returns the weight of each factor of a bucket.
fn one_or_each(bucket: &BucketTable) -> Result<Vec<Decimal>, Problem> {
    let factors = bucket.factors.len();
    let Some(list) = bucket.weights.list() else { return Ok(vec![bucket.weights.decimal()?; factors]) };
    check_length(bucket, list, "weights")?;
    list.iter().map(Scalar::decimal).collect()
}

/// Returns the correlations of the factors of a bucket, row by row.
fn correlations(bucket: &BucketTable, within: Option<Decimal>) -> Result<Vec<Vec<Decimal>>, Problem> {
    let factors = bucket.factors.len();
    let rows = bucket.correlations.as_ref().and_then(Scalar::list);
    if let Some(rows) = rows {
        check_length(bucket, rows, "rows of correlations")?;
        let read = |row: &Scalar| {
            let row = row.list().unwrap_or_default();
            check_length(bucket, row, "correlations in a row")?;
            row.iter().map(Scalar::decimal).collect()
        };
        return rows.iter().map(read).collect();
    }
    let one = bucket.correlations.as_ref().map(Scalar::decimal).transpose()?.or(within);
    let missing = || MarginProblem::NoCorrelation { one: bucket.factors[0].clone(), other: bucket.factors[1].clone() };
    let one = if factors < 2 { Decimal::ONE } else { one.ok_or_else(missing)? };
    let row = |of: usize| (0..factors).map(|with| if of == with { Decimal::ONE } else { one }).collect();
    Ok((0..factors).map(row).collect())
}

fn check_length(bucket: &BucketTable, list: &[Scalar], what: &'static str) -> Result<(), Problem> {
    let (factors, found) = (bucket.factors.len(), list.len());
    if factors == found {
        return Ok(());
    }
    Err(MarginProblem::Length { bucket: bucket.name.clone(), factors, found, what }.into())
}
