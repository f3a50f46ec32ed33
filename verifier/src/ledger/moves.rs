//! Scenarios of a step against the verifier's own prices.

use tailproof_core::error::{CashProblem, PriceProblem};
use tailproof_core::prices::PriceTable;
use tailproof_core::scenarios::generator::{Generator, Variant};
use tailproof_core::scenarios::historical::historical;
use tailproof_core::scenarios::regenerate::{Differences, Regenerate, RegenerateError, Remade, Source, Sources};
use tailproof_core::text::{day, quoted};
use tailproof_core::{Problem, ScenarioSet};

use super::chain::{Kind, Step};
use crate::verified::How;

/// The difference between the scenarios of a step and prices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OtherMoves {
    /// The prices lack the day or the day before it.
    #[error("the given prices lack this day, or a day before it")]
    NoDay,
    /// The prices lack a factor.
    #[error("the given prices are those of other factors: {0}")]
    OtherFactors(Problem),
    /// The moves of a realised loss differ.
    #[error("the moves of the realised loss are not those of the prices given: {0}")]
    Differ(Differences),
    /// The scenarios of a forecast are not those that the prices before its day make.
    #[error(
        "the scenarios of the forecast were not made from the prices given: {differences}{}",
        if *whole_history { "; they depend on all prices: give a history that begins where theirs does" } else { "" }
    )]
    OtherForecast {
        /// How they differ.
        differences: Differences,
        /// Whether the set depends on all prices before its last day, and not on those of its
        /// window alone.
        whole_history: bool,
    },
    /// The prices lack what the scenarios are made of, such as a cell that theirs have: nothing was
    /// compared.
    #[error("{0}; without it nothing is compared")]
    Lacking(RegenerateError),
    /// The prices yield no moves.
    #[error(transparent)]
    Prices(#[from] Problem),
}

impl OtherMoves {
    /// Returns whether the scenarios are not those of the prices. Otherwise the prices do not show it.
    pub fn is_verdict(&self) -> bool {
        !matches!(self, Self::Lacking(_))
    }
}

/// How far the scenarios of a step were compared with prices.
pub(super) struct Compared {
    pub(super) how: How,
    pub(super) note: String,
    /// Days of the prices between the last scenario of a forecast and its day.
    pub(super) days_left_out: usize,
    /// Whether there were prices.
    pub(super) had_prices: bool,
    /// The scenarios as the prices made them again.
    pub(super) remade: Option<AlreadyMade>,
}

/// A set that was made again, in place of a maker that would make it once more.
pub(super) struct AlreadyMade(Remade);

impl Regenerate for AlreadyMade {
    fn regenerate(&self, _: &ScenarioSet, _: &Sources<'_>) -> Result<Remade, RegenerateError> {
        Ok(self.0.clone())
    }
}

impl Compared {
    /// Returns that there were no prices.
    pub(super) fn no_prices() -> Self {
        Self { had_prices: false, ..Self::as_given("not compared with prices".to_owned()) }
    }

    fn as_given(note: String) -> Self {
        Self { how: How::AsGiven, note, days_left_out: 0, had_prices: true, remade: None }
    }

    fn made_again(remade: Remade) -> Self {
        let note = remade.in_words("the prices given");
        Self { how: How::MadeAgain, note, days_left_out: 0, had_prices: true, remade: Some(AlreadyMade(remade)) }
    }

    /// Returns the comparison with what there is to say of moves that no prices make.
    pub(super) fn with_origin(self, set: &ScenarioSet) -> Self {
        match set.note_on_origin() {
            Some(origin) => Self { note: format!("{}; {origin}", self.note), ..self },
            None => self,
        }
    }

    pub(super) fn is_made_again(&self) -> bool {
        self.how == How::MadeAgain
    }
}

/// Prices, and rates of currencies on their dates, with the steps by which moves may differ.
#[derive(Clone, Copy)]
pub(super) struct Market<'m> {
    pub(super) prices: &'m PriceTable,
    pub(super) rates: Option<&'m PriceTable>,
    pub(super) tolerance: u32,
}

impl<'m> Market<'m> {
    /// Returns the sources of sets that are made of some of the prices.
    fn sources<'s>(&self, prices: &'s PriceTable) -> Sources<'s>
    where
        'm: 's,
    {
        Sources { rates: self.rates, tolerance: self.tolerance, ..Sources::raw(prices) }
    }
}

/// Returns the names of the columns that a set is made of: those of its factors, and of the indices of
/// its proxies. Cash has none.
pub(super) fn columns(set: &ScenarioSet) -> impl Iterator<Item = &str> {
    let treatment = set.generator().treatment();
    let priced = &set.factors()[..set.factors().len() - set.cash().len()];
    priced.iter().map(move |factor| treatment.and_then(|treatment| treatment.index_of(factor)).unwrap_or(factor))
}

/// Compares the scenarios of a step with prices, by name and date, under the treatment that their
/// header states. Columns of cash move in no scenario, and the prices have none of their names.
pub(super) fn compare(
    step: &Step,
    set: &ScenarioSet,
    market: Market<'_>,
    maker: &dyn Regenerate,
) -> Result<Compared, OtherMoves> {
    if set.cash().is_empty() {
        return compare_moves(step, set, market, maker);
    }
    if let Some(name) = set.cash().iter().find(|name| market.prices.factors().contains(name)) {
        return Err(Problem::from(CashProblem::Priced(name.clone())).into());
    }
    let compared = compare_moves(step, &set.without_cash(), market, maker)?;
    let with_cash = |AlreadyMade(remade)| Ok(AlreadyMade(remade.with_cash(set.cash())?));
    let remade = compared.remade.map(with_cash).transpose().map_err(of_source)?;
    let names: Vec<String> = set.cash().iter().map(|name| quoted(name)).collect();
    Ok(Compared { note: format!("{}; cash, without moves: {}", compared.note, names.join(", ")), remade, ..compared })
}

fn compare_moves(
    step: &Step,
    set: &ScenarioSet,
    market: Market<'_>,
    maker: &dyn Regenerate,
) -> Result<Compared, OtherMoves> {
    match step.kind {
        Kind::Forecast => compare_forecast(step, set, market, maker),
        Kind::Realised => compare_realised(set, market),
    }
}

/// Compares the one scenario of a realised loss, in whatever slot, with the move of its day.
fn compare_realised(set: &ScenarioSet, market: Market<'_>) -> Result<Compared, OtherMoves> {
    let (sources, tolerance) = (market.sources(market.prices), market.tolerance);
    let prices = sources.prices_up_to_last_label(set, set.factors(), Some(1)).map_err(of_source)?;
    let again = historical(&prices, 1, Some(1)).and_then(|again| again.placed(set.generator().place()));
    let again = again.map_err(|problem| match problem {
        Problem::TooFewPrices { .. } => OtherMoves::NoDay,
        problem => problem.into(),
    })?;
    let remade = Remade::new(set, again, Source::Prices, tolerance);
    if remade.differences.missing > 0 {
        return Err(OtherMoves::NoDay);
    }
    if remade.made_again() { Ok(Compared::made_again(remade)) } else { Err(OtherMoves::Differ(remade.differences)) }
}

/// Returns the difference that an error about prices is.
fn of_source(error: RegenerateError) -> OtherMoves {
    match error {
        RegenerateError::Source {
            problem: problem @ (Problem::UnknownFactor { .. } | Problem::Prices(PriceProblem::NoPricesOf { .. })),
            ..
        } => OtherMoves::OtherFactors(problem),
        RegenerateError::Source { ref problem, .. } if is_lacking(problem) => OtherMoves::Lacking(error),
        RegenerateError::Missing(_) => OtherMoves::Lacking(error),
        RegenerateError::Source { problem, .. } if is_too_short(&problem) => OtherMoves::NoDay,
        RegenerateError::Source { problem, .. } => problem.into(),
        _ => OtherMoves::NoDay,
    }
}

/// Whether prices have holes where a set has moves.
fn is_lacking(problem: &Problem) -> bool {
    use PriceProblem::{MissingRate, NoRates, NothingToCarry, RatesNeeded};
    matches!(
        problem.innermost(),
        Problem::Prices(
            PriceProblem::Missing { .. } | MissingRate { .. } | NothingToCarry { .. } | NoRates { .. } | RatesNeeded(_)
        )
    )
}

/// Whether a history does not reach back far enough.
fn is_too_short(problem: &Problem) -> bool {
    matches!(problem.innermost(), Problem::TooFewPrices { .. } | Problem::Empty(_))
}

/// Makes the scenarios of a forecast again from the prices before its day. Those that are called
/// historical must come out; others need not, since the prices may begin elsewhere.
fn compare_forecast(
    step: &Step,
    set: &ScenarioSet,
    market: Market<'_>,
    maker: &dyn Regenerate,
) -> Result<Compared, OtherMoves> {
    let not_compared = |why: &str| Ok(Compared::as_given(format!("moves not compared: {why}")));
    let before = day(&step.date).and_then(|date| date.yesterday().ok()).and_then(|date| market.prices.up_to(date));
    let Some(before) = before else { return not_compared("no prices before the day") };
    let last = set.labels().last().map_or("", String::as_str);
    let days_left_out = match day(last) {
        Some(_) => before.days_of(columns(set)).iter().filter(|date| *date.to_string() > *last).count(),
        None => 0,
    };
    let is_historical = matches!(set.generator(), Generator::Historical { .. });
    let sources = market.sources(&before);
    let compared = match maker.regenerate(set, &sources) {
        Ok(remade) if remade.made_again() => Compared::made_again(remade),
        Ok(remade) if is_historical => {
            let whole_history = depends_on_all_prices(set);
            return Err(OtherMoves::OtherForecast { differences: remade.differences, whole_history });
        }
        Ok(_) => return not_compared("the prices before the day make another set; theirs may begin elsewhere"),
        Err(RegenerateError::Source { problem, .. }) if is_too_short(&problem) => {
            compare_later_part(set, &sources, &problem)?
        }
        Err(error @ RegenerateError::Missing(Source::Rates)) => return Err(of_source(error)),
        Err(error @ RegenerateError::Source { source_kind: Source::Prices, .. }) => return Err(of_source(error)),
        Err(error) => return not_compared(&error.to_string()),
    };
    Ok(Compared { days_left_out, ..compared })
}

/// Whether a set depends on prices before its window.
fn depends_on_all_prices(set: &ScenarioSet) -> bool {
    let Generator::Historical { variant: Some(variant), .. } = set.generator() else { return false };
    variant.stressed.is_some() || variant.volatility_scaled.is_some()
}

/// Compares the scenarios of a set of plain moves that the prices reach back to, where they do not reach
/// back to all.
fn compare_later_part(set: &ScenarioSet, sources: &Sources<'_>, problem: &Problem) -> Result<Compared, OtherMoves> {
    let not_compared = |why: &str| Ok(Compared::as_given(format!("moves not compared: {why}")));
    let Generator::Historical { horizon: 1, variant, .. } = set.generator() else {
        return not_compared(&problem.to_string());
    };
    if !variant.as_ref().is_none_or(Variant::has_plain_moves) {
        return not_compared(&problem.to_string());
    }
    let Ok(prices) = sources.prices_up_to_last_label(set, set.factors(), None) else {
        return not_compared("no prices up to the last scenario");
    };
    let again = match historical(&prices, 1, None) {
        Err(problem) if is_too_short(&problem) => return not_compared("no prices of two days up to the last scenario"),
        again => again?,
    };
    let differences = Differences::new(set, &again, sources.tolerance);
    let older = set.scenarios() - again.scenarios();
    let same_days = set.labels()[older..] == *again.labels();
    if !same_days || differences.beyond > 0 {
        return Err(OtherMoves::OtherForecast { differences, whole_history: false });
    }
    let (all, first) = (set.scenarios(), prices.dates()[0]);
    not_compared(&format!("{older} of {all} scenarios are of days before {first}, where the prices given begin"))
}
