//! The public integer matrix of scenarios: T rows of factor moves with integer weights.

use rust_decimal::Decimal;

use crate::error::{CashProblem, Problem, SetProblem};
use crate::fixed_point::{MAX_ENTRY, MAX_FACTORS, MAX_SCENARIOS, MAX_WEIGHT};
use crate::scenarios::cashflow::FlowMatrix;
use crate::scenarios::event::Event;
use crate::scenarios::factors::{THETA_PREFIX, factors_digest, is_exposure};
use crate::scenarios::generator::{Generator, MOST_SCALE, Variant};
use crate::text::{check_printable, parse_decimal};

fn out_of_range(what: &str, value: String, range: String) -> Problem {
    Problem::OutOfRange { what: what.into(), value, range }
}

/// Name of a size in errors.
const FACTORS: &str = "the number of factors";
/// Last price of a column of cash, where a set has prices: its pieces are currency.
const PRICE_OF_CASH: &str = "1";

/// A public set of scenarios over named risk factors.
///
/// Shape: `entries` is T x N, row-major; entry (t, i) is the move of factor i in scenario t times
/// 2^20. A positive entry is a gain for a long exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioSet {
    generator: Generator,
    factors: Vec<String>,
    labels: Vec<String>,
    last_prices: Option<Vec<String>>,
    weights: Vec<u32>,
    entries: Vec<i32>,
    /// how many of the last columns are cash
    cash: usize,
}

impl ScenarioSet {
    /// Checks sizes, ranges and names and returns the set.
    ///
    /// # Errors
    /// Sizes that do not fit each other; no scenario or factor, or too many; a weight over 2^20 -
    /// 1, or all zero, or not the one that the maker gives; an entry beyond ±(2^23 - 1); a factor
    /// name that is empty, occurs twice, or is one of a column of Greeks that the generator does
    /// not make; a [place](crate::scenarios::Place) that the set cannot have; a last price that is no
    /// positive decimal without trailing zeros; a header of cash flows that is not that of the rows
    /// and columns; a scan that is not that of its header.
    pub fn new(
        generator: Generator,
        factors: Vec<String>,
        labels: Vec<String>,
        last_prices: Option<Vec<String>>,
        weights: Vec<u32>,
        entries: Vec<i32>,
    ) -> Result<Self, Problem> {
        Self { generator, factors, labels, last_prices, weights, entries, cash: 0 }.checked()
    }

    /// Returns the set whose `cash` last columns are cash.
    ///
    /// # Errors
    /// A column of them that moves or has another price than 1; no other column; the errors of
    /// [`ScenarioSet::with_cash`].
    pub(in crate::scenarios) fn with_last_as_cash(self, cash: usize) -> Result<Self, Problem> {
        Self { cash, ..self }.checked()
    }

    /// Checks every part.
    fn checked(self) -> Result<Self, Problem> {
        let set = self;
        set.check_sizes()?;
        set.generator.check()?;
        set.generator.check_place(set.scenarios())?;
        set.check_covariance()?;
        set.check_margin()?;
        set.check_names()?;
        set.check_cash()?;
        set.generator.check_treatment(&set.factors[..set.factors.len() - set.cash])?;
        set.check_values()?;
        set.check_theta()?;
        set.check_weights()?;
        if matches!(set.generator, Generator::Cashflow { .. }) {
            FlowMatrix::of(&set)?;
        }
        set.check_scan()?;
        set.check_pnl()?;
        Ok(set)
    }

    /// Returns the set with columns of cash behind its own: what moves in no scenario, such as cash and
    /// what is owed. A set that has such columns gets them behind those.
    ///
    /// # Errors
    /// A name that is empty, cannot be shown, is that of a column of the set, or begins like one of a
    /// column of Greeks; a covariance, losses of a pool or cash flows, which have no cash; too many
    /// factors.
    pub fn with_cash(self, names: &[String]) -> Result<Self, Problem> {
        if names.is_empty() {
            return Ok(self);
        }
        let (own, all) = (self.factors.len(), self.factors.len() + names.len());
        let mut entries = vec![0; self.scenarios() * all];
        for (row, to) in entries.chunks_exact_mut(all).enumerate() {
            to[..own].copy_from_slice(self.row(row));
        }
        let ones = || vec![PRICE_OF_CASH.to_owned(); names.len()];
        Self {
            factors: [&self.factors[..], names].concat(),
            last_prices: self.last_prices.map(|prices| [prices, ones()].concat()),
            entries,
            cash: self.cash + names.len(),
            ..self
        }
        .checked()
    }

    /// Checks that the columns of cash move in no scenario, and are not all there are.
    fn check_cash(&self) -> Result<(), Problem> {
        if self.cash == 0 {
            return Ok(());
        }
        let own = self.factors.len().checked_sub(self.cash).filter(|own| *own > 0).ok_or(CashProblem::NothingElse)?;
        if !self.generator.may_have_cash() {
            return Err(CashProblem::NotOfThisKind.into());
        }
        for column in own..self.factors.len() {
            let name = || self.factors[column].clone();
            if !is_exposure(&self.factors[column]) {
                return Err(Problem::NamedAsGreek(name()));
            }
            if !self.is_still(column) {
                return Err(CashProblem::Moves(name()).into());
            }
            if self.last_prices.as_ref().is_some_and(|prices| prices[column] != PRICE_OF_CASH) {
                return Err(CashProblem::Price(name()).into());
            }
        }
        Ok(())
    }

    /// Returns the set without its columns of cash.
    #[must_use]
    pub fn without_cash(&self) -> Self {
        let own = self.factors.len() - self.cash;
        Self {
            generator: self.generator.clone(),
            factors: self.factors[..own].to_vec(),
            labels: self.labels.clone(),
            last_prices: self.last_prices.as_ref().map(|prices| prices[..own].to_vec()),
            weights: self.weights.clone(),
            entries: (0..self.scenarios()).flat_map(|row| self.row(row)[..own].iter().copied()).collect(),
            cash: 0,
        }
    }

    /// Names of the columns of cash, which are the last ones and move in no scenario.
    pub fn cash(&self) -> &[String] {
        &self.factors[self.factors.len() - self.cash..]
    }

    /// Whether a column is an exposure to a factor itself: no cash, and no column of Greeks.
    pub fn is_exposure(&self, column: usize) -> bool {
        column < self.factors.len() - self.cash && is_exposure(&self.factors[column])
    }

    /// Whether an exposure to a column counts in a net asset value that is a sum: it is no column of
    /// Greeks, and no column of absolute moves, whose exposures are currency per step.
    pub fn is_value(&self, column: usize) -> bool {
        let name = &self.factors[column];
        is_exposure(name) && !self.generator.treatment().is_some_and(|treatment| treatment.is_absolute(name))
    }

    /// Whether a column moves in no scenario.
    pub fn is_still(&self, column: usize) -> bool {
        (0..self.scenarios()).all(|row| self.row(row)[column] == 0)
    }

    /// Checks that there are scenarios and factors, not too many, and one of each part for each of
    /// them.
    fn check_sizes(&self) -> Result<(), Problem> {
        let (scenarios, factors) = (self.weights.len(), self.factors.len());
        for (what, found, most) in
            [("the number of scenarios", scenarios, MAX_SCENARIOS), (FACTORS, factors, MAX_FACTORS)]
        {
            let least = usize::from(what != FACTORS || !self.is_pnl());
            if !(least..=most).contains(&found) {
                return Err(out_of_range(what, found.to_string(), format!("1 to {most}")));
            }
        }
        let fit = self.labels.len() == scenarios && self.entries.len() == scenarios * factors;
        let fit = fit && self.last_prices.as_ref().is_none_or(|prices| prices.len() == factors);
        if fit { Ok(()) } else { Err(SetProblem::Sizes.into()) }
    }

    /// Checks that the rows of a covariance are a mean and a factor, each of weight 1.
    fn check_covariance(&self) -> Result<(), Problem> {
        let Some(scale) = self.generator.covariance_scale() else { return Ok(()) };
        if scale > MOST_SCALE {
            return Err(out_of_range("the scale", scale.to_string(), format!("0 to {MOST_SCALE}")));
        }
        if self.weights.len() < 2 || self.weights.iter().any(|weight| *weight != 1) {
            return Err(SetProblem::CovarianceRows.into());
        }
        Ok(())
    }

    /// Checks that a margin's matrix has a mean of zero, and as many rows behind it as factors.
    fn check_margin(&self) -> Result<(), Problem> {
        if !matches!(self.generator, Generator::MarginTable { .. }) {
            return Ok(());
        }
        let has_mean = self.row(0).iter().any(|entry| *entry != 0);
        if has_mean || self.weights.len() != self.factors.len() + 1 {
            Err(SetProblem::MarginRows.into())
        } else {
            Ok(())
        }
    }

    /// Checks that names can be shown, that factors have distinct ones, and that none is named as a
    /// column of Greeks where the generator makes none.
    fn check_names(&self) -> Result<(), Problem> {
        self.factors.iter().chain(&self.labels).try_for_each(|name| check_printable(name))?;
        if matches!(self.generator, Generator::Credit { .. }) {
            self.check_row_numbers()?;
        }
        if let Generator::Events { events, .. } = &self.generator
            && !events.iter().map(Event::label).eq(self.labels.iter().cloned())
        {
            return Err(SetProblem::EventLabels.into());
        }
        let mut derived = self.factors.iter().filter(|name| !is_exposure(name));
        if let Some(name) = derived.find(|name| !self.generator.may_have_greek(name, &self.factors)) {
            return Err(Problem::NamedAsGreek(name.clone()));
        }
        let mut names: Vec<&str> = self.factors.iter().map(String::as_str).collect();
        names.sort_unstable();
        if names.first().is_some_and(|name| name.is_empty()) {
            return Err(Problem::EmptyName);
        }
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Problem::DuplicateName(pair[0].to_owned())),
            None => Ok(()),
        }
    }

    /// Checks that labels are rising numbers, which are no text of the set's
    /// maker. Quadratures leave some out.
    fn check_row_numbers(&self) -> Result<(), Problem> {
        let mut before = 0u32;
        for label in &self.labels {
            let number = label.parse::<u32>().ok().filter(|number| *number > before && number.to_string() == *label);
            before = number.ok_or_else(|| Problem::CreditLabel(label.clone()))?;
        }
        Ok(())
    }

    /// Checks that prices are positive and in their one form, and weights and entries in range.
    fn check_values(&self) -> Result<(), Problem> {
        let treatment = self.generator.treatment();
        for (price, factor) in self.last_prices.iter().flatten().zip(&self.factors) {
            let value = parse_decimal(price)?;
            if value <= Decimal::ZERO && !treatment.is_some_and(|treatment| treatment.is_absolute(factor)) {
                return Err(Problem::PriceNotPositive(price.clone()));
            }
            let canonical = value.normalize().to_string();
            if *price != canonical {
                return Err(SetProblem::PriceText { found: price.clone(), canonical }.into());
            }
        }
        if let Some(weight) = self.weights.iter().find(|weight| **weight > MAX_WEIGHT) {
            return Err(out_of_range("the weight", weight.to_string(), format!("0 to {MAX_WEIGHT}")));
        }
        if self.weights.iter().all(|weight| *weight == 0) {
            return Err(SetProblem::NoWeight.into());
        }
        if let Some(position) = self.entries.iter().position(|entry| i64::from(*entry).abs() > MAX_ENTRY) {
            let (row, column) = (position / self.factors.len(), position % self.factors.len());
            return Err(out_of_range(
                &format!("the move of '{}' in scenario '{}'", self.factors[column], self.labels[row]),
                format!("{:.4}", f64::from(self.entries[position]) / f64::from(1 << 20)),
                "-8 to 8 (±800 %)".into(),
            ));
        }
        Ok(())
    }

    /// Checks that columns of theta move by the days of the horizon in every scenario: time passes
    /// in all of them alike, so the header alone makes these columns.
    fn check_theta(&self) -> Result<(), Problem> {
        let Generator::Historical { horizon: days, variant: Some(variant), .. } = &self.generator else {
            return Ok(());
        };
        if !variant.theta {
            return Ok(());
        }
        let entry = Variant::theta_entry(*days)?;
        let thetas = self.factors.iter().enumerate().filter(|(_, name)| name.starts_with(THETA_PREFIX));
        for (column, factor) in thetas {
            if let Some(row) = (0..self.scenarios()).find(|row| self.row(*row)[column] != entry) {
                let (factor, label) = (factor.clone(), self.labels[row].clone());
                return Err(SetProblem::OtherTheta { factor, label, days: *days }.into());
            }
        }
        Ok(())
    }

    /// Checks that each weight is the one that the maker gives.
    fn check_weights(&self) -> Result<(), Problem> {
        let Some(weights) = self.generator.weights(self.weights.len())? else { return Ok(()) };
        match (0..weights.len()).find(|row| weights[*row] != self.weights[*row]) {
            Some(row) => {
                let (label, found, expected) = (self.labels[row].clone(), self.weights[row], weights[row]);
                Err(SetProblem::OtherWeight { label, found, expected }.into())
            }
            None => Ok(()),
        }
    }

    /// How the set was made.
    pub fn generator(&self) -> &Generator {
        &self.generator
    }

    /// Factor names, in column order.
    pub fn factors(&self) -> &[String] {
        &self.factors
    }

    /// A label per scenario; for historical sets the last date of the return.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The newest price of each factor, a decimal without trailing zeros, where the generator had
    /// prices.
    pub fn last_prices(&self) -> Option<&[String]> {
        self.last_prices.as_deref()
    }

    /// A weight per scenario.
    pub fn weights(&self) -> &[u32] {
        &self.weights
    }

    /// All entries, row-major.
    pub fn entries(&self) -> &[i32] {
        &self.entries
    }

    /// The entries of one scenario, in factor order.
    pub fn row(&self, scenario: usize) -> &[i32] {
        &self.entries[scenario * self.factors.len()..(scenario + 1) * self.factors.len()]
    }

    /// Number of scenarios, T.
    pub fn scenarios(&self) -> usize {
        self.weights.len()
    }

    /// Number of scenarios of weight 0: no figure sees them, the worst loss included.
    pub fn unseen(&self) -> usize {
        self.weights.iter().filter(|weight| **weight == 0).count()
    }

    /// Returns how many of the scenarios fit without overlap, where they are overlapping windows of
    /// more than one day of a price history.
    pub fn windows_apart(&self) -> Option<usize> {
        match *self.generator.market() {
            Generator::Historical { horizon, .. } if horizon > 1 && self.scenarios() > 1 => {
                Some(self.scenarios().div_ceil(horizon))
            }
            _ => None,
        }
    }

    /// Sum of the weights, W.
    pub fn total_weight(&self) -> u64 {
        self.weights.iter().map(|weight| u64::from(*weight)).sum()
    }

    /// SHA-256 of the names that a commitment to a book is about, in order:
    /// [`ScenarioSet::committed_names`].
    pub fn factors_digest(&self) -> [u8; 32] {
        factors_digest(&self.committed_names())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(generator: Generator, name: &str) -> Result<ScenarioSet, Problem> {
        let covariance = generator.covariance_scale().is_some();
        let rows = if covariance { 3 } else { 1 };
        let labels = (0..rows).map(|row| row.to_string()).collect();
        ScenarioSet::new(generator, vec!["A".into(), name.into()], labels, None, vec![1; rows], vec![0; 2 * rows])
    }

    fn historical(variant: Option<Variant>) -> Generator {
        Generator::Historical {
            horizon: 1,
            variant,
            ring: None,
            slot: None,
            treatment: None,
            prices_sha256: String::new(),
        }
    }

    #[test]
    fn last_prices_are_in_their_one_form() {
        let priced = |price: &str| {
            let (generator, last) = (Generator::Custom { description: String::new() }, Some(vec![price.to_owned()]));
            ScenarioSet::new(generator, vec!["A".into()], vec!["one".into()], last, vec![1], vec![0])
        };
        for good in ["1.5", "15", "100", "0.00000001", "79228162514264337593543950335"] {
            assert!(priced(good).is_ok(), "{good}");
        }
        for bad in ["1.50", "+1.5", " 1.5 ", "15e-1", ".5", "01.5", "15.", "100.0"] {
            let refused = priced(bad).unwrap_err();
            assert!(matches!(refused, Problem::Set(SetProblem::PriceText { .. })), "{bad}: {refused}");
        }
        assert_eq!(priced("0"), Err(Problem::PriceNotPositive("0".into())));
    }

    /// Under a mean of the maker's own a margin would be lower, and without a row too.
    #[test]
    fn a_margin_has_no_mean_and_a_row_for_each_factor() {
        let made = |rows: usize, entries: Vec<i32>| {
            let correlations = crate::scenarios::generator::Correlations::Medium;
            let generator = Generator::MarginTable { correlations, scale: 0, table_sha256: String::new() };
            let labels = (0..rows).map(|row| row.to_string()).collect();
            ScenarioSet::new(generator, vec!["A".into(), "B".into()], labels, None, vec![1; rows], entries)
        };
        assert!(made(3, vec![0, 0, 9, 4, 0, 8]).is_ok());
        for (rows, entries) in [(3, vec![0, 1, 9, 4, 0, 8]), (2, vec![0, 0, 9, 4]), (4, vec![0; 8])] {
            assert_eq!(made(rows, entries), Err(SetProblem::MarginRows.into()), "{rows}");
        }
    }

    /// A set that names a plain factor so is refused, whoever wrote its file.
    #[test]
    fn a_factor_cannot_escape_limits_by_the_name_of_a_greek() {
        let paths = Generator::MonteCarlo {
            model: "normal".into(),
            degrees_of_freedom: None,
            jumps: None,
            covariance: "sample".into(),
            repair: None,
            horizon: 1,
            zero_drift: false,
            antithetic: false,
            seed: String::new(),
            treatment: None,
            prices_sha256: String::new(),
        };
        let covariance = Generator::Covariance {
            covariance: "sample".into(),
            repair: None,
            with_mean: false,
            horizon: 1,
            returns: 2,
            scale: 0,
            treatment: None,
            prices_sha256: String::new(),
        };
        let digest = String::new;
        let table = Generator::CovarianceTable { repair: None, scale: 0, table_sha256: digest() };
        let stress = Generator::Stress { table_sha256: digest() };
        let custom = Generator::Custom { description: "greeks".into() };
        let made = [historical(None), historical(Some(Variant::default())), paths, covariance];
        let plain = made.into_iter().chain([table, stress, custom]);
        for generator in plain {
            assert!(named(generator.clone(), "B").is_ok(), "{generator:?}");
            for name in ["gamma:A", "gamma:X", "vega:A"] {
                assert_eq!(named(generator.clone(), name), Err(Problem::NamedAsGreek(name.into())), "{generator:?}");
            }
        }
        let gamma = || historical(Some(Variant { gamma: true, ..Variant::default() }));
        assert!(named(gamma(), "gamma:A").is_ok() && named(gamma(), "vega:A").is_err());
        // The Greek of a factor of the set, and nothing else.
        for name in ["gamma:X", "gamma:", "gamma:A*A", "gamma:gamma:A"] {
            assert_eq!(named(gamma(), name), Err(Problem::NamedAsGreek(name.into())));
        }
        let cross = || historical(Some(Variant { cross_gamma: true, ..Variant::default() }));
        assert!(named(cross(), "gamma:A").is_err() && named(cross(), "gamma:A*X").is_err());
        let vega = || historical(Some(Variant { volatilities_sha256: Some(String::new()), ..Variant::default() }));
        assert!(named(vega(), "vega:A").is_ok() && named(vega(), "gamma:A").is_err());
        assert!(named(vega(), "vega:X").is_err());
    }

    /// Time passes alike in every scenario, by the horizon of the header.
    #[test]
    fn a_column_of_theta_moves_by_the_horizon_and_by_nothing_else() {
        let set = |days: usize, variant: Variant, entries: Vec<i32>| {
            let generator = Generator::Historical {
                horizon: days,
                variant: Some(variant),
                ring: None,
                slot: None,
                treatment: None,
                prices_sha256: String::new(),
            };
            let (factors, labels) = (["A", "theta:A"].map(String::from), ["one", "two"].map(String::from));
            ScenarioSet::new(generator, factors.to_vec(), labels.to_vec(), None, vec![1; 2], entries)
        };
        let theta = || Variant { theta: true, ..Variant::default() };
        let day = 1 << 20;
        let made = set(3, theta(), vec![5, 3 * day, -7, 3 * day]).unwrap();
        assert!(!made.is_exposure(1) && !made.is_value(1) && made.sentence().contains(", with thetas"));
        let (factor, label) = ("theta:A".to_owned(), "two".to_owned());
        let other = set(3, theta(), vec![5, 3 * day, -7, 3 * day - 1]).unwrap_err();
        assert_eq!(other, Problem::from(SetProblem::OtherTheta { factor, label, days: 3 }));
        assert!(set(7, theta(), vec![5, 7 * day, -7, 7 * day]).is_ok());
        let long = set(8, theta(), vec![5, day, -7, day]).unwrap_err();
        assert_eq!(long, Problem::from(SetProblem::ThetaHorizon { days: 8, most: 7 }));
        let own = Variant { liquidity_horizons: Some(vec![3]), ..theta() };
        let refused = set(3, own, vec![5, 3 * day, -7, 3 * day]).unwrap_err();
        assert_eq!(refused, Problem::from(SetProblem::ThetaOfLiquidityHorizons));
        let plain = set(3, Variant::default(), vec![5, 3 * day, -7, 3 * day]).unwrap_err();
        assert_eq!(plain, Problem::NamedAsGreek("theta:A".into()));
    }

    /// A crash of weight 0 in a file that is still called historical.
    #[test]
    fn a_weight_that_the_maker_does_not_give_is_refused() {
        let weighted = |generator: Generator, weights: &[u32]| {
            let labels = (0..weights.len()).map(|row| format!("day {row}")).collect();
            ScenarioSet::new(generator, vec!["A".into()], labels, None, weights.to_vec(), vec![0; weights.len()])
        };
        let other = |label: &str, found, expected| {
            Err(Problem::from(SetProblem::OtherWeight { label: label.into(), found, expected }))
        };
        assert!(weighted(historical(None), &[1, 1, 1]).is_ok());
        assert_eq!(weighted(historical(None), &[1, 0, 1]), other("day 1", 0, 1));
        assert_eq!(weighted(historical(None), &[2, 2, 2]), other("day 0", 2, 1));
        assert_eq!(weighted(Generator::Stress { table_sha256: String::new() }, &[1, 0]), other("day 1", 0, 1));
        let aged = || historical(Some(Variant { age_weighted: Some("0.5".into()), ..Variant::default() }));
        assert!(weighted(aged(), &[262_144, 524_288, 1_048_575]).is_ok());
        assert_eq!(weighted(aged(), &[262_144, 0, 1_048_575]), other("day 1", 0, 524_288));
        let linear = || historical(Some(Variant { linear_weights: true, ..Variant::default() }));
        assert!(weighted(linear(), &[1, 2, 3]).is_ok());
        assert_eq!(weighted(linear(), &[3, 2, 1]), other("day 0", 3, 1));
        assert_eq!(weighted(linear(), &[2, 4, 6]), other("day 0", 2, 1));
        let two = Variant { linear_weights: true, age_weighted: Some("0.5".into()), ..Variant::default() };
        assert_eq!(weighted(historical(Some(two)), &[1, 2, 3]), Err(SetProblem::TwoWeights.into()));
        let custom = weighted(Generator::Custom { description: "ours".into() }, &[1, 0, 5]).unwrap();
        assert_eq!((custom.unseen(), custom.windows_apart()), (1, None));
        assert!(custom.sentence().contains("1 of them of weight 0, in no figure"), "{}", custom.sentence());
    }
}
