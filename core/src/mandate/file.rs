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
//! liquidity = true            # with the cost of closing the book at these half-spreads:
//!
//! [liquidity]
//! half_spread = 0.0005        # of every factor that is not named
//! half_spreads = { TSLA = 0.0012 }
//! ```

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::confidence::Confidence;
use crate::error::{ClauseProblem, GroupProblem, ImpactProblem, InputError, Problem, RuleProblem};
use crate::fixed_point::Unit;
use crate::mandate::impact::cost;
use crate::mandate::liquidity::HalfSpreads;
use crate::mandate::prescribed::{
    check_correlations, check_history, check_liquidity_horizons, check_scaling, prescribed_rule,
};
use crate::mandate::rules::Rules;
use crate::mandate::scenario_rule::{ScenarioRule, ScenarioTable};
use crate::mandate::size_terms::SizeKeys;
use crate::mandate::{Clause, ClauseFigure, GroupRef, Limit, Measure, Method};
use crate::measures::{Losses, exposures};
use crate::positions::Positions;
use crate::scenarios::set::ScenarioSet;
use crate::text::{check_printable, parse_decimal};
use crate::tree::{Scalar, read_table, toml_table};

/// A public mandate: a conjunction of clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    name: String,
    currency: String,
    coarsest_unit: Unit,
    clauses: Vec<Clause>,
    half_spreads: Option<HalfSpreads>,
    scenarios: Option<ScenarioRule>,
    rules: Rules,
}

toml_table! {
    struct MandateFile {
        name: String,
        unit: Option<Scalar>,
        currency: Option<String>,
        nav: Option<String>,
        cash: Vec<String> = Vec::new(),
        groups: Option<String>,
        caps: Option<String>,
        cap_days: Option<Scalar>,
        cap_participation: Option<Scalar>,
        impact: Option<String>,
        clause: Vec<ClauseTable> = Vec::new(),
        liquidity: Option<LiquidityTable>,
        scenarios: Option<ScenarioTable>,
    }
}

toml_table! {
    struct LiquidityTable {
        half_spread: Option<Scalar>,
        half_spreads: BTreeMap<String, Scalar> = BTreeMap::new(),
    }
}

toml_table! {
    struct ClauseTable {
        measure: String,
        confidence: Option<Scalar>,
        limit: Option<Scalar>,
        limit_nav: Option<Scalar>,
        floor: Option<Scalar>,
        floor_nav: Option<Scalar>,
        threshold: Option<Scalar>,
        threshold_nav: Option<Scalar>,
        liquidity: bool = false,
        method: Option<String>,
        degrees: Option<Scalar>,
        classification: Option<String>,
        group: Option<String>,
    }
}

impl Mandate {
    /// Makes a mandate of at least one clause.
    ///
    /// # Errors
    /// No clause, a limit out of range, or two clauses of one measure: prove those as two mandates.
    pub fn new(name: String, currency: String, coarsest_unit: Unit, clauses: Vec<Clause>) -> Result<Self, Problem> {
        Rules::default().check(&clauses)?;
        Self::of_clauses(name, currency, coarsest_unit, clauses)?.with_half_spreads(None)
    }

    fn of_clauses(name: String, currency: String, coarsest_unit: Unit, clauses: Vec<Clause>) -> Result<Self, Problem> {
        check_printable(&name)?;
        if clauses.is_empty() {
            return Err(Problem::Empty("a mandate needs at least one [[clause]]".into()));
        }
        for (index, clause) in clauses.iter().enumerate() {
            clause.check()?;
            if clauses[..index].iter().any(|other| other.measure == clause.measure && other.group == clause.group) {
                return Err(Problem::Clause(ClauseProblem::Twice(clause.measure.name())));
            }
        }
        let rules = Rules::default();
        Ok(Self { name, currency, coarsest_unit, clauses, half_spreads: None, scenarios: None, rules })
    }

    /// What the mandate says of net asset value, cash, groups and sizes.
    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The mandate with other rules.
    pub(super) fn with_rules(mut self, change: impl FnOnce(&mut Rules)) -> Self {
        change(&mut self.rules);
        self
    }

    /// The mandate with half-spreads.
    ///
    /// # Errors
    /// Spreads where no clause has a liquidity cost, or beside a file of costs; neither where one has.
    fn with_half_spreads(self, half_spreads: Option<HalfSpreads>) -> Result<Self, Problem> {
        let has_impact = self.sizes().has_impact();
        let wanted = self.clauses.iter().any(|clause| clause.liquidity);
        match &half_spreads {
            Some(_) if has_impact => {
                return Err(ImpactProblem::TwoCosts.into());
            }
            None if wanted && !has_impact => {
                return Err(ClauseProblem::NoLiquidity.into());
            }
            Some(_) if !wanted => {
                return Err(ClauseProblem::UnusedLiquidity.into());
            }
            Some(spreads) => spreads.check()?,
            None => {}
        }
        Ok(Self { half_spreads, ..self })
    }

    /// Returns the mandate with a rule for scenario sets.
    ///
    /// # Errors
    /// A rule that requires nothing, names a kind twice, or asks for zero days or rows; one that
    /// requires less than the mandate's name does, see [`crate::mandate::prescribed`].
    pub fn with_scenario_rule(self, rule: ScenarioRule) -> Result<Self, Problem> {
        rule.check_itself()?;
        let required = prescribed_rule(&self.name).and_then(|prescribed| rule.lacks(&prescribed));
        if let Some(required) = required {
            return Err(RuleProblem::NotThePreset { name: self.name, required }.into());
        }
        Ok(Self { scenarios: Some(rule), ..self })
    }

    /// Reads a mandate from TOML. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML; unknown keys or measures; a confidence outside (0, 1); a limit that is missing,
    /// doubled or negative.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, InputError> {
        let parsed: MandateFile = read_table(file, text)?;
        let of_file = |problem| InputError::in_file(file, problem);
        let mut clauses = Vec::with_capacity(parsed.clause.len());
        for (index, table) in parsed.clause.iter().enumerate() {
            let of_clause = |problem: Problem| of_file(problem.in_part(format!("clause {}", index + 1)));
            clauses.push(clause_from_table(table).map_err(of_clause)?);
        }
        let (in_unit, coarsest_unit) = parse_unit(parsed.unit.as_ref()).map_err(of_file)?;
        let currency = one_currency(in_unit, parsed.currency).map_err(of_file)?;
        let rule = parsed.scenarios.map(|table| table.rule()).transpose().map_err(of_file)?;
        let half_spreads = parsed.liquidity.map(|table| half_spreads(&table)).transpose().map_err(of_file)?;
        let sizes = SizeKeys {
            caps: parsed.caps.as_deref(),
            days: parsed.cap_days.as_ref(),
            participation: parsed.cap_participation.as_ref(),
            impact: parsed.impact.as_deref(),
        };
        let (nav, groups) = (parsed.nav.as_deref(), parsed.groups.as_deref());
        let rules = Rules::new(nav, parsed.cash, groups, &sizes).map_err(of_file)?;
        rules.check(&clauses).map_err(of_file)?;
        Self::of_clauses(parsed.name, currency, coarsest_unit, clauses)
            .map(|mandate| Self { rules, ..mandate })
            .and_then(|mandate| mandate.with_half_spreads(half_spreads))
            .and_then(|mandate| rule.map_or(Ok(mandate.clone()), |rule| mandate.with_scenario_rule(rule)))
            .map_err(of_file)
    }

    /// The mandate's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Currency code, or empty.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// The coarsest book unit the mandate accepts: a cent, unless it names another. A book is
    /// rounded to its unit, so a coarse unit would make a mandate mean little.
    pub fn coarsest_unit(&self) -> Unit {
        self.coarsest_unit
    }

    /// The rule for the scenario set in the mandate's table, if it has one.
    pub fn scenario_rule(&self) -> Option<&ScenarioRule> {
        self.scenarios.as_ref()
    }

    /// Returns what the mandate requires of the scenario set: in its table, or, without one, by the
    /// name of a rule. `None` if the mandate has neither.
    pub fn required_scenarios(&self) -> Option<ScenarioRule> {
        self.scenarios.clone().or_else(|| prescribed_rule(&self.name))
    }

    /// Checks that a set is one that the mandate's rule for scenario sets allows, or, without a
    /// rule, the one that comes with its name.
    ///
    /// # Errors
    /// The first requirement that the set does not meet; liquidity horizons, a history or columns
    /// that may ask for less than the rule whose name the mandate bears; and as
    /// [`Mandate::check_name`].
    pub fn check_scenarios(&self, set: &ScenarioSet) -> Result<(), RuleProblem> {
        check_liquidity_horizons(&self.name, set)?;
        check_scaling(&self.name, set)?;
        check_history(&self.name, set)?;
        check_correlations(&self.name, set)?;
        self.check_prescribed_exposures(set)?;
        self.required_scenarios().map_or(Ok(()), |rule| rule.check(set))
    }

    /// Whether a limit is a fraction of the net asset value.
    pub fn uses_nav(&self) -> bool {
        let of_nav = |limit: &Limit| matches!(limit, Limit::NavFraction(_));
        self.clauses.iter().any(|clause| {
            [Some(&clause.limit), clause.floor.as_ref(), clause.threshold.as_ref()].into_iter().flatten().any(of_nav)
        })
    }

    /// The clauses.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The clause on a measure of the whole book.
    pub fn clause(&self, measure: Measure) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.measure == measure && clause.group.is_none())
    }

    /// A digest of what the mandate says, not of how its file is laid out: SHA-256 over
    /// `tailproof/mandate/v1` and the canonical text, one line `name`, `unit` and each clause in
    /// order, strings as JSON.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(format!("tailproof/mandate/v1\n{}", self.canonical_text())).into()
    }

    fn canonical_text(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).expect("a string is always JSON");
        let (name, currency) = (quoted(&self.name), quoted(&self.currency));
        let mut text = format!("name {name}\nunit {currency} {}\n", self.coarsest_unit);
        for clause in &self.clauses {
            let limit = |name: &str, limit: Limit| {
                let suffix = if matches!(limit, Limit::NavFraction(_)) { "_nav" } else { "" };
                format!(" {name}{suffix} {}", limit.value().normalize())
            };
            text.push_str(&format!("clause {}", clause.measure.name()));
            text.extend(clause.confidence.map(|confidence| format!(" {}", confidence.to_decimal())));
            if clause.limit != Limit::None {
                text.push_str(&limit("limit", clause.limit));
            }
            text.extend(clause.floor.map(|floor| limit("floor", floor)));
            text.extend(clause.threshold.map(|threshold| limit("threshold", threshold)));
            text.push_str(&match clause.method {
                Method::Historical => String::new(),
                Method::Normal => " normal".to_owned(),
                Method::StudentT(degrees) => format!(" student-t {}", degrees.normalize()),
            });
            text.extend(clause.group.as_ref().map(|of| match &of.group {
                Some(group) => format!(" of {} {}", quoted(&of.classification), quoted(group)),
                None => format!(" of each {}", quoted(&of.classification)),
            }));
            text.push_str(if clause.liquidity { " liquidity\n" } else { "\n" });
        }
        if let Some(spreads) = &self.half_spreads {
            text.extend(spreads.others.map(|spread| format!("half_spread {}\n", spread.normalize())));
            let named = spreads.named.iter();
            text.extend(
                named.map(|(name, spread)| format!("half_spread of {} {}\n", quoted(name), spread.normalize())),
            );
        }
        text.push_str(&self.rules.canonical_lines());
        text.extend(self.scenarios.as_ref().map(ScenarioRule::canonical_line));
        text
    }

    /// The half-spread of each factor of a set times 2^20; zeros if no clause has a liquidity cost, or if its
    /// cost is that of a file, which [`Mandate::cost_curves`] has.
    ///
    /// # Errors
    /// A spread of a factor that the set does not have; a factor without a spread.
    pub fn half_spread_entries(&self, set: &ScenarioSet) -> Result<Vec<i64>, Problem> {
        let none = || Ok(vec![0; set.factors().len()]);
        self.half_spreads.as_ref().map_or_else(none, |spreads| spreads.entries(set, |column| self.counts(set, column)))
    }

    /// The figure of every clause for a book.
    ///
    /// # Errors
    /// As [`Mandate::cost_curves`] and [`Mandate::cap_entries`]; a book in another unit than
    /// [`Mandate::fixed_unit`]; clauses that cannot be about this kind of set.
    pub fn evaluate(&self, set: &ScenarioSet, positions: &Positions) -> Result<Vec<ClauseFigure>, Problem> {
        self.evaluate_over(set, positions, &Losses::new(set, positions))
    }

    /// As [`Mandate::evaluate`], over the losses that were computed already.
    ///
    /// # Errors
    /// As [`Mandate::evaluate`].
    pub fn evaluate_over(
        &self,
        set: &ScenarioSet,
        positions: &Positions,
        losses: &Losses,
    ) -> Result<Vec<ClauseFigure>, Problem> {
        self.check_cash(set)?;
        self.check_nav(set, positions)?;
        self.check_fixed_unit(positions.unit())?;
        let cost = cost(&self.cost_curves(set)?, positions);
        let caps = self.cap_entries(set)?;
        let groups = self.group_columns(set)?;
        let exposures = exposures(positions, |column| self.counts(set, column));
        let figure = |clause: &Clause| match &clause.group {
            None if clause.measure == Measure::Caps => Ok(self.evaluate_caps(clause, set, &caps, positions)),
            None => clause.evaluate_over(set, positions, losses, &exposures, cost),
            Some(_) => Ok(clause.evaluate_groups(groups.iter().filter(|of| of.clause == clause), positions)),
        };
        self.clauses.iter().map(figure).collect()
    }
}

/// The currency of `unit` and `currency`, which are not two.
fn one_currency(in_unit: String, named: Option<String>) -> Result<String, Problem> {
    let Some(named) = named else { return Ok(in_unit) };
    if named.is_empty() || !is_currency(&named) {
        return Err(ClauseProblem::Currency(named).into());
    }
    if !in_unit.is_empty() && in_unit != named {
        return Err(ClauseProblem::TwoCurrencies { unit: in_unit, currency: named }.into());
    }
    Ok(named)
}

fn is_currency(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

fn half_spreads(table: &LiquidityTable) -> Result<HalfSpreads, Problem> {
    let others = table.half_spread.as_ref().map(|spread| spread.decimal()).transpose()?;
    let named = table.half_spreads.iter().map(|(name, spread)| Ok((name.clone(), spread.decimal()?)));
    Ok(HalfSpreads { others, named: named.collect::<Result<_, Problem>>()? })
}

/// One of an amount and a fraction of the net asset value, or neither.
fn limit_from(
    absolute: &Option<Scalar>,
    of_nav: &Option<Scalar>,
    name: &'static str,
) -> Result<Option<Limit>, Problem> {
    match (absolute, of_nav) {
        (Some(limit), None) => Ok(Some(Limit::Absolute(limit.decimal()?))),
        (None, Some(limit)) => Ok(Some(Limit::NavFraction(limit.decimal()?))),
        (None, None) => Ok(None),
        _ => Err(ClauseProblem::OneOf(name).into()),
    }
}

fn clause_from_table(table: &ClauseTable) -> Result<Clause, Problem> {
    let measure = Measure::ALL.into_iter().find(|measure| measure.name() == table.measure).ok_or_else(|| {
        let known: Vec<String> = Measure::ALL.iter().map(|measure| format!("\"{}\"", measure.name())).collect();
        ClauseProblem::UnknownMeasure { name: table.measure.clone(), known: known.join(", ") }
    })?;
    let confidence = table.confidence.as_ref().map(|confidence| confidence.decimal()).transpose()?;
    let confidence = confidence.map(Confidence::from_decimal).transpose()?;
    let limit = limit_from(&table.limit, &table.limit_nav, "limit")?.unwrap_or(Limit::None);
    let floor = limit_from(&table.floor, &table.floor_nav, "floor")?;
    let threshold = limit_from(&table.threshold, &table.threshold_nav, "threshold")?;
    let degrees = table.degrees.as_ref().map(|degrees| degrees.decimal()).transpose()?;
    let method = match (table.method.as_deref().unwrap_or("historical"), degrees) {
        ("historical", None) => Method::Historical,
        ("normal", None) => Method::Normal,
        ("student-t", Some(degrees)) => Method::StudentT(degrees),
        ("student-t", None) => {
            return Err(ClauseProblem::NoDegrees.into());
        }
        ("historical" | "normal", Some(_)) => {
            return Err(ClauseProblem::UnusedDegrees.into());
        }
        (other, _) => {
            return Err(ClauseProblem::UnknownMethod(other.to_owned()).into());
        }
    };
    let group = match (&table.classification, &table.group) {
        (Some(classification), Some(group)) => Some(GroupRef::new(classification, group)),
        (None, None) => None,
        _ => return Err(GroupProblem::OneOfBoth.into()),
    };
    let clause = Clause { measure, confidence, limit, floor, threshold, liquidity: table.liquidity, method, group };
    clause.check()?;
    Ok(clause)
}

/// `unit` is a currency code (`"USD"`), the coarsest book unit accepted (`0.01`), or both
/// (`"USD 0.01"`).
fn parse_unit(unit: Option<&Scalar>) -> Result<(String, Unit), Problem> {
    let Some(unit) = unit else { return Ok((String::new(), Unit::CENT)) };
    let text = unit.text()?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let coarsest = |word: &str| parse_decimal(word).and_then(Unit::from_decimal);
    match words[..] {
        [code] if is_currency(code) => Ok((code.to_owned(), Unit::CENT)),
        [number] => Ok((String::new(), coarsest(number)?)),
        [code, number] if is_currency(code) => Ok((code.to_owned(), coarsest(number)?)),
        _ => Err(ClauseProblem::Unit(text.to_owned()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mandate::LimitUnits;
    use rust_decimal::Decimal;

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
    fn a_currency_is_named_once_or_twice_the_same() {
        let named = |lines: &str| Mandate::from_toml("m", &GOOD.replace("unit = \"USD\"", lines));
        let in_unit = named("unit = \"USD\"").unwrap();
        for lines in ["currency = \"USD\"", "unit = \"USD\"\ncurrency = \"USD\"", "unit = 0.01\ncurrency = \"USD\""] {
            assert_eq!(named(lines).unwrap().digest(), in_unit.digest(), "{lines}");
        }
        for lines in ["unit = \"USD\"\ncurrency = \"EUR\"", "currency = \"\"", "currency = \"US 1\""] {
            let error = named(lines).unwrap_err().to_string();
            assert!(error.contains("currency"), "{error}");
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
            ("limit_nav = 0.05", "limit_nav = 0.04999999999999999999999999999999", "28 digits"),
            ("limit_nav = 0.05", "limit_nav = 0.04999999999999999999999999999999e0", "28 digits"),
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
        let clause = |limit| Clause::new(Measure::Var, "0.99".parse().ok(), limit);
        let unit = Unit::from_millionths(3_000_000).unwrap();
        let units = clause(Limit::Absolute(Decimal::ONE)).limit_units(unit);
        assert_eq!(units, LimitUnits { absolute: (1 << 20) / 3, per_nav: 0 });
        let units = clause(Limit::NavFraction(Decimal::new(5, 2))).limit_units(unit);
        assert_eq!(units, LimitUnits { absolute: 0, per_nav: 50_000_000 });
    }
}
