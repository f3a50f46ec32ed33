//! Public mandates: a name and limits on risk figures, from TOML.
//!
//! ```toml
//! name = "Global equity mandate"
//! unit = "USD"                # the currency, or the coarsest book unit the mandate accepts (a number)
//!
//! [[clause]]
//! measure = "var"
//! confidence = 0.99
//! limit_nav = 0.05            # at most 5 % of the net asset value
//!
//! [[clause]]
//! measure = "cvar"
//! confidence = 0.975
//! limit = 250000              # at most 250,000
//! ```

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use ethnum::I256;
use rust_decimal::Decimal;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::book::Positions;
use crate::fixed_point::{FRACTION_BITS, Figure, Unit};
use crate::input::{InputError, Problem, check_printable, parse_decimal};
use crate::measures::{TailMass, expected_shortfall, losses, value_at_risk};
use crate::scenario_set::ScenarioSet;

/// A confidence level in (0, 1) with at most six decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(u32);

impl Confidence {
    /// From millionths, 1 to 999,999.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_millionths(millionths: u32) -> Result<Self, Problem> {
        if (1..1_000_000).contains(&millionths) {
            return Ok(Self(millionths));
        }
        Err(Problem::OutOfRange {
            what: "the confidence".into(),
            value: Decimal::from_i128_with_scale(i128::from(millionths), 6).normalize().to_string(),
            range: "0 to 1, both excluded".into(),
        })
    }

    /// From a decimal such as 0.975.
    ///
    /// # Errors
    /// Outside (0, 1), or more than six decimal places.
    pub fn from_decimal(value: Decimal) -> Result<Self, Problem> {
        let out_of_range = || Problem::OutOfRange {
            what: "the confidence".into(),
            value: value.to_string(),
            range: "0 to 1, both excluded, with at most six places (0.99 is 99 %)".into(),
        };
        let millionths = value.checked_mul(Decimal::from(1_000_000)).ok_or_else(out_of_range)?.normalize();
        if millionths.scale() != 0 {
            return Err(out_of_range());
        }
        u32::try_from(millionths.mantissa())
            .ok()
            .and_then(|ppm| Self::from_millionths(ppm).ok())
            .ok_or_else(out_of_range)
    }

    /// Millionths, 1 to 999,999.
    pub fn millionths(self) -> u32 {
        self.0
    }

    /// As a decimal in (0, 1).
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.0), 6).normalize()
    }
}

impl FromStr for Confidence {
    type Err = Problem;
    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::from_decimal(parse_decimal(text)?)
    }
}

impl fmt::Display for Confidence {
    /// As a percentage, `97.5 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", Decimal::from_i128_with_scale(i128::from(self.0), 4).normalize())
    }
}

/// The figure a clause limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// value at risk
    Var,
    /// expected shortfall
    Cvar,
    /// the worst loss of the set: of a table of stress scenarios, say
    Stress,
}

impl Measure {
    /// The name in mandate files.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Var => "var",
            Measure::Cvar => "cvar",
            Measure::Stress => "stress",
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Measure::Var => "VaR",
            Measure::Cvar => "CVaR",
            Measure::Stress => "worst loss",
        })
    }
}

/// The limit of a clause, not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// an amount of currency
    Absolute(Decimal),
    /// a fraction of the net asset value, with at most nine decimal places
    NavFraction(Decimal),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Absolute(amount) => write!(f, "{}", grouped(*amount)),
            Limit::NavFraction(fraction) => write!(f, "{} % of NAV", (*fraction * Decimal::ONE_HUNDRED).normalize()),
        }
    }
}

/// An amount with separators and its own places.
fn grouped(amount: Decimal) -> String {
    let amount = amount.normalize();
    let whole = Figure::from_units(amount.trunc().mantissa(), Unit::from_millionths(1_000_000).expect("one is a unit"));
    let whole = whole.to_string();
    let fraction = amount.fract();
    let places = if fraction.is_zero() { String::new() } else { fraction.to_string()[1..].to_owned() };
    format!("{}{places}", whole.trim_end_matches(".00"))
}

/// A limit as the integers of the relation: `figure <= absolute + per_nav * 10^-9 * nav`, in loss units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitUnits {
    /// loss units, rounded down: never looser than the mandate says
    pub absolute: u64,
    /// billionths of the net asset value
    pub per_nav: u64,
}

impl LimitUnits {
    /// Bits of the absolute part.
    pub const ABSOLUTE_BITS: u32 = 64;
    /// Bits of the fraction in billionths: up to 68 times the net asset value.
    pub const PER_NAV_BITS: u32 = 36;
    /// The top of the range: more than any book that a statement can hold can lose.
    pub const OFF: LimitUnits = LimitUnits { absolute: u64::MAX, per_nav: 0 };

    /// Both sides of `5^9 * figure <= 5^9 * absolute + 2^11 * per_nav * nav` are integers: a loss unit is 2^-20 book units
    /// and a billionth is 2^-9 5^-9. Left factor.
    pub const FIGURE_FACTOR: u64 = 5u64.pow(9);
    /// Right factor of `per_nav * nav`.
    pub const NAV_FACTOR: u64 = 1 << (FRACTION_BITS - 9);

    /// The right-hand side: the limit in loss units times 5^9.
    pub fn scaled(self, nav: u64) -> I256 {
        I256::from(Self::FIGURE_FACTOR) * I256::from(self.absolute)
            + I256::from(Self::NAV_FACTOR) * I256::from(self.per_nav) * I256::from(nav)
    }
}

/// One limit on one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// the figure
    pub measure: Measure,
    /// its confidence; a worst loss has none
    pub confidence: Option<Confidence>,
    /// its limit
    pub limit: Limit,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <= {}", self.figure_name(), self.limit)
    }
}

impl Clause {
    /// The figure in words: `99 % VaR`, `worst loss`.
    pub fn figure_name(&self) -> String {
        match self.confidence {
            Some(confidence) => format!("{confidence} {}", self.measure),
            None => self.measure.to_string(),
        }
    }

    /// The weight that may lie beyond a threshold.
    pub fn tail(&self, total_weight: u64) -> TailMass {
        self.confidence.map_or(TailMass::NOTHING, |confidence| TailMass::new(confidence, total_weight))
    }

    /// The limit in loss units of `unit`, rounded down. An absolute limit beyond the top of the range is cut to the top,
    /// which no book reaches.
    pub fn limit_units(&self, unit: Unit) -> LimitUnits {
        match self.limit {
            Limit::Absolute(amount) => {
                let (numerator, denominator) = unit.ratio(amount);
                let units = (numerator << FRACTION_BITS).div_euclid(denominator);
                LimitUnits { absolute: u64::try_from(units).unwrap_or(u64::MAX), per_nav: 0 }
            }
            Limit::NavFraction(fraction) => {
                let billionths = (fraction * Decimal::from(1_000_000_000)).normalize();
                LimitUnits {
                    absolute: 0,
                    per_nav: u64::try_from(billionths.mantissa()).expect("checked when the clause was made"),
                }
            }
        }
    }

    fn check(&self) -> Result<(), Problem> {
        if self.confidence.is_some() == (self.measure == Measure::Stress) {
            return Err(Problem::Other(match self.measure {
                Measure::Stress => "a \"stress\" clause is about the worst loss and has no 'confidence'".into(),
                _ => format!("a \"{}\" clause needs a 'confidence'", self.measure.name()),
            }));
        }
        let (what, value) = match self.limit {
            Limit::Absolute(amount) => ("limit", amount),
            Limit::NavFraction(fraction) => ("limit_nav", fraction),
        };
        let out_of_range =
            |range: &str| Problem::OutOfRange { what: what.into(), value: value.to_string(), range: range.into() };
        if value.is_sign_negative() && !value.is_zero() {
            return Err(out_of_range("0 and above; limits are losses, positive"));
        }
        if let Limit::NavFraction(fraction) = self.limit {
            let range = "0 to 68, a fraction of the net asset value with at most nine places (0.05 is 5 %)";
            if fraction > Decimal::from(68) || fraction.normalize().scale() > 9 {
                return Err(out_of_range(range));
            }
        } else if value > Decimal::from(1_000_000_000_000_000_000u64) {
            return Err(out_of_range("0 to 10^18"));
        }
        Ok(())
    }

    /// The figure of this clause for a book, and whether it is inside the limit, over exactly the integers that the circuit
    /// compares.
    pub fn evaluate(&self, set: &ScenarioSet, positions: &Positions) -> ClauseFigure {
        let limit = self.limit_units(positions.unit());
        let (numerator, denominator) = self.figure(set, positions);
        let scaled = limit.scaled(positions.nav());
        let factor = I256::from(LimitUnits::FIGURE_FACTOR);
        ClauseFigure {
            clause: *self,
            figure: Figure::from_loss(numerator, denominator, positions.unit()),
            limit: Figure::from_loss(scaled, factor, positions.unit()),
            holds: numerator * factor <= scaled * denominator,
        }
    }

    /// Whether the figure of this clause is at most a number of loss units, exactly; the clause's own limit is not looked at.
    pub fn figure_at_most(&self, set: &ScenarioSet, positions: &Positions, loss_units: u64) -> bool {
        let (numerator, denominator) = self.figure(set, positions);
        numerator <= I256::from(loss_units) * denominator
    }

    /// The exact figure in loss units, as a fraction with a positive denominator.
    fn figure(&self, set: &ScenarioSet, positions: &Positions) -> (I256, I256) {
        let losses = losses(set, positions);
        let tail = self.tail(set.total_weight());
        match self.measure {
            Measure::Var | Measure::Stress => (I256::from(value_at_risk(&losses, set.weights(), tail)), I256::ONE),
            Measure::Cvar => expected_shortfall(&losses, set.weights(), tail),
        }
    }
}

/// A clause with the private figure it limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClauseFigure {
    /// the clause
    pub clause: Clause,
    /// the book's figure, rounded up to a millionth
    pub figure: Figure,
    /// the limit in currency, rounded up to a millionth (for display; the comparison is exact)
    pub limit: Figure,
    /// whether the exact figure is at most the exact limit
    pub holds: bool,
}

/// A public mandate: a conjunction of clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    name: String,
    currency: String,
    coarsest_unit: Unit,
    clauses: Vec<Clause>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MandateFile {
    name: String,
    #[serde(default)]
    unit: Option<Scalar>,
    #[serde(default)]
    clause: Vec<ClauseTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseTable {
    measure: String,
    confidence: Option<Scalar>,
    limit: Option<Scalar>,
    limit_nav: Option<Scalar>,
}

/// A TOML number or a string that holds one, as it is written, so that decimals stay exact.
type Scalar = Spanned<toml::Value>;

/// The text of a number: of the string, or of the file at this place.
fn scalar_text<'t>(scalar: &'t Scalar, file: &'t str) -> Result<Cow<'t, str>, Problem> {
    match scalar.get_ref() {
        toml::Value::String(text) => Ok(Cow::Borrowed(text)),
        toml::Value::Integer(_) | toml::Value::Float(_) => {
            Ok(Cow::Owned(file.get(scalar.span()).unwrap_or_default().replace('_', "")))
        }
        other => Err(Problem::Other(format!("a number is needed, not a {}", other.type_str()))),
    }
}

fn scalar_decimal(scalar: &Scalar, file: &str) -> Result<Decimal, Problem> {
    parse_decimal(&scalar_text(scalar, file)?)
}

impl Mandate {
    /// Makes a mandate of at least one clause.
    ///
    /// # Errors
    /// No clause, a limit out of range, or two clauses of one measure: prove those as two mandates.
    pub fn new(name: String, currency: String, coarsest_unit: Unit, clauses: Vec<Clause>) -> Result<Self, Problem> {
        check_printable(&name)?;
        if clauses.is_empty() {
            return Err(Problem::Empty("a mandate needs at least one [[clause]]".into()));
        }
        for (index, clause) in clauses.iter().enumerate() {
            clause.check()?;
            if clauses[..index].iter().any(|other| other.measure == clause.measure) {
                return Err(Problem::Other(format!(
                    "two '{}' clauses; one proof holds at most one of each measure: write two mandates",
                    clause.measure.name()
                )));
            }
        }
        Ok(Self { name, currency, coarsest_unit, clauses })
    }

    /// Reads a mandate from TOML. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML; unknown keys or measures; a confidence outside (0, 1); a limit that is missing, doubled or negative.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, InputError> {
        let parsed: MandateFile = toml::from_str(text).map_err(|error| {
            let row = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() as u64 + 1);
            InputError {
                file: file.to_owned(),
                row,
                column: None,
                problem: Problem::Syntax(error.message().to_owned()),
            }
        })?;
        let of_file = |problem| InputError::of_file(file, problem);
        let mut clauses = Vec::with_capacity(parsed.clause.len());
        for (index, table) in parsed.clause.iter().enumerate() {
            let of_clause = |problem: Problem| of_file(Problem::Other(format!("clause {}: {problem}", index + 1)));
            clauses.push(clause_from_table(table, text).map_err(of_clause)?);
        }
        let (currency, coarsest_unit) = parse_unit(parsed.unit.as_ref(), text).map_err(of_file)?;
        Self::new(parsed.name, currency, coarsest_unit, clauses).map_err(of_file)
    }

    /// The mandate's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Currency code, or empty.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// The coarsest book unit the mandate accepts: a cent, unless it names another. A book is rounded to its unit, so a coarse
    /// unit would make a mandate mean little.
    pub fn coarsest_unit(&self) -> Unit {
        self.coarsest_unit
    }

    /// The clauses.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The clause on a measure.
    pub fn clause(&self, measure: Measure) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.measure == measure)
    }

    /// A digest of what the mandate says, not of how its file is laid out: SHA-256 over `tailproof/mandate/v1` and the
    /// canonical text, one line `name`, `unit` and each clause in order, strings as JSON.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(format!("tailproof/mandate/v1\n{}", self.canonical_text())).into()
    }

    fn canonical_text(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).expect("a string is always JSON");
        let (name, currency) = (quoted(&self.name), quoted(&self.currency));
        let mut text = format!("name {name}\nunit {currency} {}\n", self.coarsest_unit);
        for clause in &self.clauses {
            let (kind, value) = match clause.limit {
                Limit::Absolute(amount) => ("limit", amount),
                Limit::NavFraction(fraction) => ("limit_nav", fraction),
            };
            let confidence =
                clause.confidence.map_or(String::new(), |confidence| format!("{} ", confidence.to_decimal()));
            text.push_str(&format!("clause {} {confidence}{kind} {}\n", clause.measure.name(), value.normalize()));
        }
        text
    }

    /// The figure of every clause for a book.
    pub fn evaluate(&self, set: &ScenarioSet, positions: &Positions) -> Vec<ClauseFigure> {
        self.clauses.iter().map(|clause| clause.evaluate(set, positions)).collect()
    }
}

fn clause_from_table(table: &ClauseTable, file: &str) -> Result<Clause, Problem> {
    let measure = match table.measure.as_str() {
        "var" => Measure::Var,
        "cvar" => Measure::Cvar,
        "stress" => Measure::Stress,
        other => {
            return Err(Problem::Other(format!(
                "unknown measure '{other}'; this version proves \"var\", \"cvar\" and \"stress\""
            )));
        }
    };
    let confidence = table.confidence.as_ref().map(|confidence| scalar_decimal(confidence, file)).transpose()?;
    let confidence = confidence.map(Confidence::from_decimal).transpose()?;
    let limit = match (&table.limit, &table.limit_nav) {
        (Some(limit), None) => Limit::Absolute(scalar_decimal(limit, file)?),
        (None, Some(limit)) => Limit::NavFraction(scalar_decimal(limit, file)?),
        _ => return Err(Problem::Other("give one of 'limit' (currency) and 'limit_nav' (fraction of NAV)".into())),
    };
    let clause = Clause { measure, confidence, limit };
    clause.check()?;
    Ok(clause)
}

/// `unit` is a currency code (`"USD"`), the coarsest book unit accepted (`0.01`), or both (`"USD 0.01"`).
fn parse_unit(unit: Option<&Scalar>, file: &str) -> Result<(String, Unit), Problem> {
    let Some(unit) = unit else { return Ok((String::new(), Unit::CENT)) };
    let text = scalar_text(unit, file)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_code = |word: &str| word.chars().all(char::is_alphabetic);
    let coarsest = |word: &str| parse_decimal(word).and_then(Unit::from_decimal);
    match words[..] {
        [code] if is_code(code) => Ok((code.to_owned(), Unit::CENT)),
        [number] => Ok((String::new(), coarsest(number)?)),
        [code, number] if is_code(code) => Ok((code.to_owned(), coarsest(number)?)),
        _ => Err(Problem::Other(format!("unit \"{text}\" is not a currency code, a number, or both (\"USD 0.01\")"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
name = "Desk"
unit = "USD"
[[clause]]
measure = "var"
confidence = 0.99
limit = 1250.5
[[clause]]
measure = "cvar"
confidence = "0.975"
limit_nav = 0.05
"#;

    #[test]
    fn reads_clauses_with_exact_decimals() {
        let mandate = Mandate::from_toml("m.toml", GOOD).unwrap();
        assert_eq!(mandate.clauses()[0].limit, Limit::Absolute(Decimal::new(12505, 1)));
        assert_eq!(mandate.clauses()[1].confidence.map(Confidence::millionths), Some(975_000));
        assert_eq!(mandate.clauses()[0].to_string(), "99 % VaR <= 1,250.5");
        assert_eq!(mandate.clauses()[1].to_string(), "97.5 % CVaR <= 5 % of NAV");
        assert_eq!(mandate.currency(), "USD");
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let text = GOOD.replace("1250.5", "1_250.12345678901234567890");
        let mandate = Mandate::from_toml("m.toml", &text).unwrap();
        assert_eq!(mandate.clauses()[0].limit, Limit::Absolute("1250.1234567890123456789".parse().unwrap()));
        assert_eq!(mandate.coarsest_unit(), Unit::CENT);
        let text = GOOD.replace("\"USD\"", "\"EUR 100\"");
        let mandate = Mandate::from_toml("m.toml", &text).unwrap();
        assert_eq!((mandate.currency(), mandate.coarsest_unit().millionths()), ("EUR", 100_000_000));
    }

    #[test]
    fn the_digest_is_of_the_meaning_not_of_the_layout() {
        let spaced = GOOD.replace("limit = 1250.5", "  limit   = \"1250.50\"  # comment");
        let (first, second) = (Mandate::from_toml("a", GOOD).unwrap(), Mandate::from_toml("b", &spaced).unwrap());
        assert_eq!(first.digest(), second.digest());
        for (from, to) in
            [("1250.5", "1250.6"), ("0.99", "0.98"), ("Desk", "Desk2"), ("limit_nav", "limit"), ("USD", "EUR")]
        {
            let other = Mandate::from_toml("c", &GOOD.replace(from, to)).unwrap();
            assert_ne!(first.digest(), other.digest(), "{from}");
        }
    }

    #[test]
    fn malformed_mandates_are_refused_with_what_to_do() {
        let cases = [
            ("measure = \"var\"", "measure = \"sharpe\"", "unknown measure 'sharpe'"),
            ("confidence = 0.99", "confidence = 1.0", "the confidence"),
            ("confidence = 0.99", "confidence = 0", "the confidence"),
            ("confidence = 0.99", "confidence = -0.5", "the confidence"),
            ("confidence = 0.99", "confidence = 99", "the confidence"),
            ("confidence = 0.99", "confidence = 0.9999999", "six places"),
            ("confidence = 0.99", "confidence = nan", "not a decimal"),
            ("limit = 1250.5", "limit = -1", "positive"),
            ("limit = 1250.5", "limit = true", "a number is needed"),
            ("limit = 1250.5", "limit = inf", "not a decimal"),
            ("limit = 1250.5", "limit = 0x10", "not a decimal"),
            ("limit = 1250.5", "limit = 1e30", "28 digits"),
            ("unit = \"USD\"", "unit = \"1O0\"", "'1O0' is not a decimal"),
            ("unit = \"USD\"", "unit = \"0.01 5\"", "not a currency code"),
            ("name = \"Desk\"", "name = \"\\u001b[2J\"", "control characters"),
            ("limit = 1250.5", "", "one of 'limit'"),
            ("limit = 1250.5", "limit = 1\nlimit_nav = 1", "one of 'limit'"),
            ("limit_nav = 0.05", "limit_nav = 0.0000000001", "nine places"),
            ("limit = 1250.5", "limt = 1", "limt"),
            ("measure = \"cvar\"", "measure = \"var\"", "two 'var' clauses"),
            ("name = \"Desk\"", "name = ", "row 2"),
        ];
        for (from, to, said) in cases {
            let error = Mandate::from_toml("m.toml", &GOOD.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(said) && error.starts_with("m.toml"), "{to}: {error}");
        }
        assert!(Mandate::from_toml("m.toml", "name = \"x\"").is_err());
    }

    #[test]
    fn limits_round_down_to_loss_units() {
        let clause = |limit| Clause { measure: Measure::Var, confidence: "0.99".parse().ok(), limit };
        let unit = Unit::from_millionths(3_000_000).unwrap();
        let units = clause(Limit::Absolute(Decimal::ONE)).limit_units(unit);
        assert_eq!(units, LimitUnits { absolute: (1 << 20) / 3, per_nav: 0 });
        let units = clause(Limit::NavFraction(Decimal::new(5, 2))).limit_units(unit);
        assert_eq!(units, LimitUnits { absolute: 0, per_nav: 50_000_000 });
    }
}
