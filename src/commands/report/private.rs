//! The private page: a book or a P&L vector, its figures and its limits.

use std::path::Path;

use ethnum::I256;
use maud::{Markup, html};
use tailproof::core::mandate::parametric::Spread;
use tailproof::core::mandate::{ClauseFigure, Near, nearest};
use tailproof::core::measures::{exposures, losses};
use tailproof::core::text::day;
use tailproof::core::{Amount, Clause, Confidence, Limit, Mandate, Measure, Positions, ScenarioSet};
use tailproof::csv::BookFile;
use tailproof::risk::measure::contributions::{Contribution, Step, contributions};
use tailproof::verifier::InstanceError;

use super::over_days::over_days;
use super::record::backtest;
use super::share::percent;
use super::{shown, table_words, tables};
use crate::cli::{BookOptions, Report};
use crate::commands::ledger::Figures;
use crate::failure::Failure;
use crate::files;
use crate::options::{Held, now, positions};
use crate::pages::pictures::{self, Mark};
use crate::pages::{self, bar, code, commands, drawn, facts, list, signed_bar};

/// Number of worst scenarios that are listed.
const WORST: usize = 10;
/// Number of factors with a row of their own.
const FACTORS: usize = 20;

/// What the page is about.
struct Book<'b> {
    options: &'b Report,
    path: &'b Path,
    file: &'b BookFile,
    mandate: &'b Mandate,
    set: &'b ScenarioSet,
    digest: [u8; 32],
    positions: &'b Positions,
    figures: Vec<ClauseFigure>,
    /// why the mandate says nothing of these figures
    not_allowed: Option<String>,
    notes: Vec<String>,
}

/// Returns the private page of a book.
pub fn page(options: &Report, path: &Path, ledger: Option<&Figures>) -> Result<String, Failure> {
    let mandate = files::mandate(&options.mandate)?;
    let book = BookOptions {
        book: path.to_owned(),
        scenarios: options.scenarios.clone(),
        nav: options.nav.clone(),
        unit: None,
        tables: tables(options),
    };
    let (set, digest, Held { file, positions, notes }) = positions(&book)?;
    file.check_currency(&mandate)?;
    let figures = mandate.evaluate(&set, &positions).map_err(InstanceError::from)?;
    let allowed = mandate.check_scenarios(&set).map_err(InstanceError::from);
    let allowed = allowed.and_then(|()| InstanceError::check_base(&mandate, &set));
    let allowed = allowed.and_then(|()| InstanceError::check_unit(&mandate, positions.unit()));
    let of = Book {
        options,
        path,
        file: &file,
        mandate: &mandate,
        set: &set,
        digest,
        positions: &positions,
        figures,
        not_allowed: allowed.err().map(|error| error.to_string()),
        notes,
    };
    let has_scenarios = Spread::new(&set, &positions).is_none();
    let (level, losses) = match has_scenarios {
        true => (of.level()?, of.losses()?),
        false => (None, html! {}),
    };
    let body = html! {
        p.private { "Private: this page shows the " (of.called()) ". Nothing in it is a proof." }
        (of.verdict())
        (of.facts())
        (of.limits())
        (over_days(options, &mandate, &set, &positions, &of.figures)?)
        (losses)
        // A P&L vector has no factors that contribute.
        @if let Some(level) = level.filter(|_| !of.is_pnl()) { (of.contributions(level)) }
        @if has_scenarios { (of.worst()) }
        (backtest(options, ledger)?)
        (of.says())
        (signatures())
    };
    Ok(pages::page(&format!("Risk report: {}", mandate.name()), &body))
}

impl Book<'_> {
    fn is_pnl(&self) -> bool {
        self.positions.is_pnl()
    }

    /// What the file holds.
    fn called(&self) -> &'static str {
        if self.is_pnl() { "P&L vector" } else { "book" }
    }

    /// The first sentence: which clauses are broken, or which is nearest to its limit or its floor.
    fn verdict(&self) -> Markup {
        if let Some(reason) = &self.not_allowed {
            return html! { p.verdict.broken { "No verdict: " (reason) } };
        }
        let broken: Vec<&ClauseFigure> = self.figures.iter().filter(|figure| !figure.holds()).collect();
        if broken.is_empty() {
            return html! {
                p.verdict.holds {
                    "Within the mandate: "
                    (match self.figures.len() { 1 => "its one clause holds.".into(), count => format!("all {count} clauses hold.") })
                    @match nearest(&self.figures) {
                        Some((figure, Near::Limit(used))) => {
                            " Nearest to its limit: " (figure.title()) ", of which " (percent(Some(used))) " is used."
                        }
                        Some((figure, Near::Floor(share))) => {
                            " Nearest to its floor: " (figure.title()) ", whose floor is " (percent(Some(share))) " of the figure."
                        }
                        None => {}
                    }
                }
            };
        }
        html! {
            p.verdict.broken {
                "Mandate broken: "
                (match (broken.len(), self.figures.len()) {
                    (1, 1) => "its one clause does not hold.".into(),
                    (1, all) => format!("1 of {all} clauses does not hold."),
                    (count, all) => format!("{count} of {all} clauses do not hold."),
                })
                @for figure in broken {
                    br; (figure.title()) ": the figure is " (figure.figure)
                    @if let Some(limit) = figure.limit { ", the limit " (limit) }
                    @if let Some(floor) = figure.floor { ", the floor " (floor) }
                }
            }
        }
    }

    /// Facts about the files that the page was made from.
    fn facts(&self) -> Markup {
        let unit = self.positions.unit();
        let nav = Amount::from_units(i128::from(self.positions.nav()), unit);
        let counts = |column| self.mandate.counts(self.set, column);
        let gross = exposures(self.positions, counts).iter().map(|exposure| exposure.abs()).sum();
        let gross = Amount::from_units(gross, unit);
        let stated = if self.options.nav.is_some() { "stated" } else { "the sum of the book" };
        let currency = Some(self.mandate.currency()).filter(|currency| !currency.is_empty()).unwrap_or("none is named");
        let last = self.set.labels().last().map_or("", String::as_str);
        let last = if day(last).is_some() { last } else { "no date: the scenarios have none" };
        let made = now();
        let amounts = if self.is_pnl() { "gains" } else { "exposures" };
        let mut rows = vec![
            ("made", html! { (made) ", by tailproof " (env!("CARGO_PKG_VERSION")) }),
            ("scenarios end", html! { (last) }),
            (self.called(), html! { (self.path.display().to_string()) ", " (self.file.book().rows().len()) " rows" }),
            ("net asset value", html! { (nav) ", " (stated) }),
            ("gross exposure", html! { (gross) }),
            ("currency", html! { (currency) }),
            ("book unit", html! { (unit) ": " (amounts) " are rounded to it, and figures up to a hundredth" }),
            ("scenarios", html! { (self.set.sentence()) br; (code(&hex::encode(self.digest))) }),
            (
                "mandate",
                html! { (self.options.mandate.display().to_string()) br; (code(&hex::encode(self.mandate.digest()))) },
            ),
        ];
        // A P&L vector has no exposures.
        rows.retain(|(name, _)| !self.is_pnl() || *name != "gross exposure");
        html! {
            (facts(rows))
            @for note in &self.notes { p.bad { "Note: " (note) } }
        }
    }

    /// The table of clauses.
    fn limits(&self) -> Markup {
        html! {
            h2 { "Limits" }
            div.wide { table {
                tr { th { "clause" } th.n { "figure" } th.n { "limit" } th.n { "headroom" } th.n { "used" } th { } }
                @for figure in &self.figures {
                    @let headroom = figure.limit.map(|limit| limit.millionths() - figure.figure.millionths());
                    tr.bad[!figure.holds()] {
                        td { (figure.title()) @if !figure.holds() { " BROKEN" } }
                        td.n { (figure.figure) }
                        td.n { @if let Some(limit) = figure.limit { (limit) } @else { "-" } }
                        td.n { @if let Some(headroom) = headroom { (Amount::from_millionths(headroom)) } @else { "-" } }
                        td.n { (percent(figure.used())) }
                        td { (bar(figure.used().unwrap_or(0.0), !figure.holds())) }
                    }
                }
            } }
        }
    }

    /// The confidence of the contributions: that of the mandate's shortfall, or of its value at risk,
    /// or else 99 %.
    fn level(&self) -> Result<Option<Confidence>, Failure> {
        let named = |measure| self.mandate.clause(measure).and_then(|clause| clause.confidence);
        Ok(Some(match named(Measure::Cvar).or_else(|| named(Measure::Var)) {
            Some(level) => level,
            None => common_level()?,
        }))
    }

    /// The picture of the losses in scenarios.
    #[allow(clippy::cast_precision_loss)]
    fn losses(&self) -> Result<Markup, Failure> {
        let unit = self.positions.unit();
        let currency = |loss: i128| Amount::from_loss(I256::from(loss), I256::ONE, unit).to_f64();
        let losses = losses(self.set, self.positions);
        let weights = self.set.weights();
        let values: Vec<(f64, f64)> =
            losses.iter().zip(weights).map(|(loss, weight)| (currency(*loss), f64::from(*weight))).collect();
        let figures = [self.figure(Measure::Var)?, self.figure(Measure::Cvar)?];
        let marks: Vec<Mark> =
            figures.iter().map(|(name, figure)| Mark { name: name.clone(), value: figure.to_f64() }).collect();
        let names: Vec<String> = figures.iter().map(|(name, figure)| format!("{name} {figure}")).collect();
        Ok(html! {
            h2 { (if self.is_pnl() { "Losses of the days" } else { "Losses in the scenarios" }) }
            p { (names.join(", ")) }
            (drawn(pictures::distribution(&values, &marks))?)
        })
    }

    /// A figure under the mandate's clause of a measure, or at 99 %, without its liquidity and floor.
    fn figure(&self, measure: Measure) -> Result<(String, Amount), Failure> {
        let plain = |clause: &Clause| Clause { liquidity: false, floor: None, ..clause.clone() };
        let clause = match self.mandate.clause(measure).map(plain) {
            Some(clause) => clause,
            None => Clause::new(measure, Some(common_level()?), Limit::Absolute(0.into())),
        };
        let figure = clause
            .evaluate(self.set, self.positions, 0)
            .map_err(|problem| Failure::Option { option: "mandate", problem })?;
        Ok((clause.figure_name(), figure.figure))
    }

    /// The table of what factors contribute to the expected shortfall.
    fn contributions(&self, confidence: Confidence) -> Markup {
        let found = contributions(self.set, self.positions, confidence, Step::Hundredth);
        let total = found.cvar.to_f64();
        let value = |factor: &Contribution| factor.cvar.component.to_f64();
        let (rows, rest) = found.factors.split_at(FACTORS.min(found.factors.len()));
        let rest_sum = rest.iter().map(|factor| factor.cvar.component.millionths()).sum();
        let low = rows.iter().map(value).fold(0.0, f64::min);
        let high = rows.iter().map(value).fold(f64::MIN_POSITIVE, f64::max);
        let (span, zero) = (high - low, -low / (high - low));
        let share = |amount: f64| if total > 0.0 { format!("{:.1} %", amount / total * 100.0) } else { "-".into() };
        html! {
            h2 { "Contributions to " (confidence) " CVaR" }
            p.quiet { "Components sum to the figure. A negative one hedges the others." }
            div.wide { table {
                tr { th { "factor" } th.n { "exposure" } th.n { "component" } th.n { "share" } th { } }
                @for factor in rows {
                    tr {
                        td { (self.set.factors()[factor.place]) }
                        td.n { (factor.exposure) }
                        td.n { (factor.cvar.component) }
                        td.n { (share(value(factor))) }
                        td { (signed_bar(value(factor), zero, span)) }
                    }
                }
                @if !rest.is_empty() {
                    @let sum = Amount::from_millionths(rest_sum);
                    tr { td { (rest.len()) " others together" } td.n { } td.n { (sum) } td.n { (share(sum.to_f64())) } td { } }
                }
                tr { th { "all" } th.n { } th.n { (found.cvar) } th.n { (share(total)) } th { } }
            } }
        }
    }

    /// The table of the worst scenarios.
    fn worst(&self) -> Markup {
        let (set, positions) = (self.set, self.positions);
        let amount = |loss: i128| Amount::from_loss(I256::from(loss), I256::ONE, positions.unit());
        let losses = losses(set, positions);
        let mut order: Vec<usize> = (0..losses.len()).filter(|scenario| set.weights()[*scenario] > 0).collect();
        order.sort_by_key(|scenario| std::cmp::Reverse(losses[*scenario]));
        let largest = |scenario: usize| {
            let parts = set.row(scenario).iter().zip(positions.exposures()).enumerate();
            parts.map(|(factor, (entry, exposure))| (-i128::from(*entry) * i128::from(*exposure), factor)).max()
        };
        html! {
            h2 { (if self.is_pnl() { "Worst days" } else { "Worst scenarios" }) }
            div.wide { table {
                tr {
                    th { (if self.is_pnl() { "day" } else { "scenario" }) }
                    th.n { "loss" }
                    @if !self.is_pnl() { th { "largest part" } }
                }
                @for scenario in order.into_iter().take(WORST) {
                    tr {
                        td { (set.labels()[scenario]) }
                        td.n { (amount(losses[scenario])) }
                        @if let Some((loss, factor)) = largest(scenario) {
                            td { (set.factors()[factor]) " " (amount(loss)) }
                        }
                    }
                }
            } }
        }
    }

    /// What the page says and does not, and how its figures are computed again.
    fn says(&self) -> Markup {
        let options = self.options;
        let nav = options.nav.as_deref().map(|nav| format!(" --nav {nav}")).unwrap_or_default();
        let tables = table_words(options);
        let option = if self.is_pnl() { "pnl" } else { "book" };
        let inputs = format!("--{option} {} --scenarios {}{nav}{tables}", shown(self.path), shown(&options.scenarios));
        let mut lines = vec![format!("tailproof risk {inputs} --mandate {}", shown(&options.mandate))];
        if !self.is_pnl() {
            lines.push(format!("tailproof risk {inputs} --confidence 0.99 --contributions"));
        }
        let [of, unknown] = match self.is_pnl() {
            true => [
                "Figures are those of these gains over these days, computed exactly and rounded up to a hundredth.",
                "Nothing shows that a book had these gains, that each is that of its day, or that no day between is left out.",
            ],
            false => [
                "Figures are those of this book over these scenarios, computed exactly and rounded up to a hundredth.",
                "Nothing shows that the book is complete, that its exposures are right, or that it is the book of the day named.",
            ],
        };
        html! {
            h2 { "What this page says, and what it does not" }
            (list([
                of,
                unknown,
                "Scenarios are the past or a model of it: a loss beyond all of them can occur.",
                "It is no proof. A proof is made with the commands commit and prove of tailproof, and checked with verify.",
            ]))
            p { "The same figures, from the same files:" }
            (commands(&lines))
        }
    }
}

/// The confidence of figures that the mandate has no clause for.
fn common_level() -> Result<Confidence, Failure> {
    Confidence::from_millionths(990_000).map_err(|problem| Failure::Option { option: "confidence", problem })
}

/// Lines to sign on.
fn signatures() -> Markup {
    html! {
        div.signatures {
            @for line in ["Prepared by, date", "Reviewed by, date"] { div { (line) } }
        }
    }
}
