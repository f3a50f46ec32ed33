//! The options and commands that solve a problem. Libraries do not know them.

use tailproof::core::error::{BookProblem, CashProblem, CashflowProblem, EventProblem, PriceProblem, RuleProblem};
use tailproof::core::{InputError, Problem};
use tailproof::day::{DayError, PlanError};
use tailproof::ledger::StepError;
use tailproof::table::{Setting, TableError, TableProblem};
use tailproof::verifier::InstanceError;
use tailproof::verifier::pool::{LossKind, PoolError};

/// Returns advice that names the options that solve a problem. Libraries do not know the options.
fn advice(problem: &Problem) -> Option<&'static str> {
    match problem.innermost() {
        Problem::NotSemidefinite => Some("--repair clip"),
        Problem::NotAMove { .. } => Some("--percent"),
        Problem::NegativeValueAtRisk(_) => Some("--var-sign negative"),
        Problem::Cash(CashProblem::NoColumn(_) | CashProblem::Price(_)) => {
            Some("--cash COLUMN of `tailproof scenarios`")
        }
        Problem::Rule(RuleProblem::BudgetColumn { .. }) => Some("--cash cash --cash BUDGET"),
        Problem::Rule(RuleProblem::FloorOfDifferences { .. }) => {
            Some("--cash difference --cash CASH of `tailproof scenarios`")
        }
        Problem::Rule(RuleProblem::CarriedPrices { .. }) => Some("--missing drop-day, or --missing drop-factor"),
        Problem::Rule(RuleProblem::OtherCorrelations { .. }) => Some("--correlations of `tailproof scenarios margin`"),
        Problem::Event(EventProblem::NoRow { .. }) => Some("--no-row before takes the row before, if it is near"),
        Problem::PriceNotPositive(_) => Some(
            "--moves FILE, with the row FACTOR,absolute; or --window T, which begins later; or --factors without it",
        ),
        Problem::OutOfRange { what, .. } if what.starts_with("the return of") => {
            Some("--window T begins after it, or --factors leaves the factor out")
        }
        Problem::Prices(problem) => about_prices(problem),
        Problem::MissingNav { .. } => Some("--nav"),
        Problem::Book(BookProblem::NavOfWeights | BookProblem::SumOfDeltas) => Some("--nav AMOUNT"),
        Problem::Book(BookProblem::NoFactor { similar: None, .. }) => {
            Some("prices that hold it, or a proxy when the set is made: --proxy NEW=INDEX of `tailproof scenarios`")
        }
        Problem::UnitTooSmall { .. } | Problem::OtherUnit { .. } => Some("--unit"),
        Problem::Cashflow(CashflowProblem::NoValueClaim) => Some("leave out --assumptions"),
        Problem::SlotsOverNodes => Some("--granular goes with --paths and --seed"),
        Problem::NeedsColumn { greek: "gamma", .. } => Some("made by `tailproof scenarios historical --gamma`"),
        Problem::NeedsColumn { greek: "theta", .. } => Some("made by `tailproof scenarios historical --theta`"),
        Problem::NeedsColumn { .. } => Some("made by `tailproof scenarios historical --implied-volatility`"),
        Problem::NeedsCovariance { .. } => Some("one is made by `tailproof scenarios covariance`"),
        Problem::NeedsMargin { .. } => Some("one is made by `tailproof scenarios margin`"),
        _ => None,
    }
}

/// Returns the options that solve a problem of prices.
fn about_prices(problem: &PriceProblem) -> Option<&'static str> {
    Some(match problem {
        PriceProblem::Missing { .. } => {
            "--window T uses the newest T moves alone; --missing drop-day, carry or drop-factor deals with missing prices"
        }
        PriceProblem::NothingToCarry { .. } => "--window T, or --missing drop-day or drop-factor",
        PriceProblem::MissingRate { .. } => "--missing drop-day, or --missing carry",
        PriceProblem::LooksLikeReturns => "--returns",
        PriceProblem::OneInstrument(_) => "--field Close, or --factors Close",
        PriceProblem::NoPricesOf { .. } => "--proxy NEW=INDEX gives it the moves of another factor",
        PriceProblem::NoCurrency(_) => "--currencies FILE",
        PriceProblem::NoRates { .. } | PriceProblem::RatesNeeded(_) => "--rates FILE",
        PriceProblem::NoStep => "--moves FILE",
        PriceProblem::SumOfSteps => "--nav AMOUNT",
        _ => return None,
    })
}

/// Returns the text of an error about input, with advice on its problem.
pub(super) fn with_advice(error: &InputError) -> String {
    format!("{error}{}", advised(&error.problem))
}

/// Returns the text of an error about a table, with the option that settles it.
pub(super) fn with_option(error: &TableError) -> String {
    let option = match (&error.problem, error.problem.setting()) {
        (TableProblem::Input(problem), _) => advice(problem),
        (_, Some(Setting::DateOrder)) => Some("--date-order dmy, or --date-order mdy"),
        (_, Some(Setting::Decimal)) => Some("--decimal point, or --decimal comma"),
        (_, Some(Setting::Separator)) => Some("--separator"),
        (_, Some(Setting::Sheet)) => Some("--sheet NAME"),
        (_, Some(Setting::Field)) => Some("--field Close, or --field \"Adj Close\""),
        (_, Some(Setting::Factors)) => Some("--factors A,B takes the columns of these names alone"),
        (_, Some(Setting::MoveUnit)) => Some("--percent"),
        (_, Some(Setting::Weights)) => Some("--weights COLUMN"),
        (_, Some(Setting::From)) => Some("--from DATE"),
        (_, Some(Setting::VarSign)) => Some("--var-sign positive"),
        (_, Some(Setting::Period)) => Some("--period"),
        (_, None) => None,
    };
    format!("{error}{}", option.map(|option| format!(" ({option})")).unwrap_or_default())
}

/// Returns the text of an error about a claim, with advice on the problem behind it.
pub(super) fn about_instance(error: &InstanceError) -> String {
    match error {
        InstanceError::Clause(problem) => {
            format!("{error}{}", advised(problem))
        }
        InstanceError::Rule(problem) => format!("{error}{}", advised(&problem.clone().into())),
        InstanceError::Pool(PoolError::NeedsAssumptions(_)) => format!("{error} (--assumptions FILE)"),
        InstanceError::Pool(problem) => format!("{error}{}", about_scenarios(problem)),
        error => error.to_string(),
    }
}

/// Returns the command that makes scenarios of a deal's losses.
pub fn scenarios_of(kind: LossKind) -> &'static str {
    match kind {
        LossKind::Credit => "tailproof scenarios credit --deal DEAL --model MODEL --rho R",
        LossKind::Collateral => "tailproof scenarios collateral --deal DEAL --prices PRICES",
    }
}

/// Returns the command that makes the scenarios that a deal needs, as it stands behind a message.
fn about_scenarios(problem: &PoolError) -> String {
    let kind = match problem {
        PoolError::LossesNeedScenarios(kind)
        | PoolError::NeedsScenariosOf { kind, .. }
        | PoolError::OtherBuckets { kind, .. } => *kind,
        PoolError::NotCreditScenarios | PoolError::OtherAssumptions | PoolError::NotItsHeaders => LossKind::Credit,
        PoolError::NotOfCollateral | PoolError::OtherCollateral => LossKind::Collateral,
        _ => return String::new(),
    };
    format!(" ({})", scenarios_of(kind))
}

/// Returns why a proof makes no step of a ledger, with the command that makes the scenarios of a
/// realised loss.
pub(super) fn about_step(error: &StepError) -> String {
    match error {
        StepError::NotTheDay { .. } | StepError::NotPlain { .. } => {
            format!("{error} (tailproof scenarios historical --window 1, with prices up to that day)")
        }
        StepError::OtherHorizon { .. } | StepError::NoHorizon { .. } => {
            format!("{error} (tailproof scenarios historical --horizon 1, with prices up to the day before)")
        }
        StepError::SeveralDays { .. } => format!("{error} (tailproof scenarios historical --window 1 --missing carry)"),
        error => error.to_string(),
    }
}

/// Returns the advice as it stands behind a message.
pub(super) fn advised(problem: &Problem) -> String {
    advice(problem).map(|advice| format!(" ({advice})")).unwrap_or_default()
}

/// Returns why a day was not done, with what helps.
pub(super) fn about_day(error: &DayError) -> String {
    match error {
        DayError::Plan(PlanError::LeftOut { first, .. }) => format!("{error} (tailproof day {first})"),
        DayError::Plan(PlanError::Unpriced { open, .. }) => format!("{error} (if that is right: --missed {open})"),
        DayError::Plan(PlanError::PricesEnd { open, .. }) => {
            format!("{error} (if there was no trading on {open}: --missed {open})")
        }
        DayError::NoLoss { date, .. } => format!(
            "{error} (missing = \"carry\" under [treatment] takes the price before; or give the day up, which then counts as an \
             exceedance: --missed {date})"
        ),
        DayError::NoOpening { date, .. } | DayError::OtherScenarios { date, .. } => {
            format!("{error} (to give it up: --missed {date})")
        }
        error => error.to_string(),
    }
}
