//! `tailproof pool ledger report`: a page for investors, made of what was verified.

use std::collections::BTreeSet;

use maud::{Markup, html};
use tailproof::core::pool::claims::{decimal, percent};
use tailproof::core::pool::month::MonthTerms;
use tailproof::core::pool::month::claims::Flow;
use tailproof::pool_ledger::{PoolAudit, PoolLedger, StepKind};
use tailproof::store::{Access, Kind};

use super::evidence::{audit, grounds, step_in_words, warn_of_development};
use super::read;
use super::verdict::about_the_chain;
use crate::cli::PoolLedgerReport;
use crate::failure::Failure;
use crate::files;
use crate::options::now;
use crate::output::out;
use crate::pages::{self, code, curves, facts, list};
use crate::writing;

/// Verifies a ledger and writes its page. A ledger that is not valid has none.
pub fn report(options: &PoolLedgerReport) -> Result<(), Failure> {
    let mut inputs = vec![&*options.file];
    inputs.extend(options.evidence.commitment.iter().map(|path| &**path));
    files::refuse_overlap(&[&options.output], &inputs)?;
    let ledger = read(&options.file)?;
    let audit = audit(&ledger, &options.evidence)?;
    warn_of_development(&audit);
    let page = Page { ledger: &ledger, audit: &audit }.text()?;
    writing::write(&options.output, Kind::Page, page.as_bytes(), Access::Public)?;
    out!("wrote {} (public: what was proved, and what it rests on)", options.output.display());
    Ok(())
}

struct Page<'p> {
    ledger: &'p PoolLedger,
    audit: &'p PoolAudit,
}

impl Page<'_> {
    fn text(&self) -> Result<String, Failure> {
        let beginning = self.ledger.beginning();
        let (first, (last, _)) = (&beginning.cut_off, self.ledger.last());
        let months = self.audit.bounds.months();
        let body = html! {
            p.public {
                "Every proof was verified when this page was made, " (now()) ". No loan is shown. Each figure below says \
                 whether it is proved."
            }
            @if self.audit.steps.iter().any(|verified| verified.keys.is_development()) {
                p.private { "Some keys are development keys: whoever made them can forge proofs. Not for production." }
            }
            p.verdict.holds {
                "The pool was followed from " (first) " to " (last) ": " (months) " roll-forwards, each from where the last one \
                 ended."
            }
            (self.overall())
            (self.limits())
            (self.picture()?)
            (self.claims())
            (self.not_proved())
            (self.again())
        };
        Ok(pages::page(&format!("Months of {}", beginning.name), &body))
    }

    /// The months with their terms, oldest first.
    fn months(&self) -> impl Iterator<Item = (&str, &MonthTerms)> {
        let steps = self.ledger.steps().iter().zip(&self.audit.deals);
        let months = steps.filter(|(step, _)| step.kind == StepKind::Month);
        months.filter_map(|(step, deal)| Some((&step.cut_off[..], deal.month()?)))
    }

    /// Figures over all months.
    fn overall(&self) -> Markup {
        let (sentences, unbounded) = (self.audit.sentences(self.ledger), self.audit.bounds.unbounded());
        html! {
            h2 { "From " (self.ledger.beginning().cut_off) " to " (self.ledger.last().0) }
            div.wide { table {
                tr { th { "figure" } th { "how" } }
                @for sentence in sentences { tr { td { (sentence) } td.word { (proved()) } } }
                @for name in unbounded { tr { td { (name) ": no bound follows from the limits of the months" } td.word { (not_proved()) } } }
            } }
        }
    }

    /// Limits by month, side by side.
    fn limits(&self) -> Markup {
        let unit = self.audit.steps.first().map_or(1, |verified| verified.unit.millionths());
        let currency = self.audit.steps.first().and_then(|verified| verified.currency.clone()).unwrap_or_default();
        html! {
            h2 { "Limits by month" }
            p.quiet {
                "Each number is proved to be a limit, not to be the figure. Shares are of the balance at the beginning of the \
                 month, those of additions of the balance at its end. Amounts are as the committer names them."
            }
            div.wide { table {
                tr {
                    th scope="col" { "to" }
                    th.n scope="col" { "collected, at least (" (currency) ")" }
                    @for (_, name) in FLOWS { th.n scope="col" { (name) ", at most" } }
                }
                @for (cut_off, month) in self.months() {
                    tr {
                        th scope="row" { (cut_off) }
                        td.n { (month.collected_min().map_or("—".to_owned(), |units| {
                            decimal(u128::from(units) * u128::from(unit), 6).to_string()
                        })) }
                        @for (flow, _) in FLOWS { td.n { (month.limit(flow).map_or("—".to_owned(), percent)) } }
                    }
                }
            } }
            p.quiet { "— : the month has no such limit, and nothing is proved of the amount." }
        }
    }

    /// The limits that every month has, as lines.
    fn picture(&self) -> Result<Markup, Failure> {
        let names: Vec<String> = self.months().map(|(cut_off, _)| cut_off.to_owned()).collect();
        let line = |(flow, name): (Flow, &str)| {
            let limits = self.months().map(|(_, month)| month.limit(flow).map(|limit| limit as f64 / 1e9));
            limits.collect::<Option<Vec<f64>>>().map(|values| (name.to_owned(), values))
        };
        let lines: Vec<_> = FLOWS.into_iter().filter_map(line).collect();
        if lines.is_empty() || names.len() < 2 {
            return Ok(html! {});
        }
        let picture = pages::drawn(curves::curves(&names, &lines, curves::Scale::Share))?;
        Ok(html! {
            div role="img" aria-label="Limits by month as lines; the table above has their values" { (picture) }
            p.quiet { "Limits by month, of those that every month has." }
        })
    }

    /// Each claim of each step.
    fn claims(&self) -> Markup {
        let steps = self.ledger.steps().iter().zip(&self.audit.steps);
        html! {
            h2 { "What is proved, step by step" }
            @for (step, verified) in steps {
                h3 { (step_in_words(step)) }
                p.quiet { "deal \"" (verified.name) "\"" @if let Some(over) = &verified.over { ", over " (over) } }
                div.wide { table {
                    tr { th { "claim" } th { "how" } }
                    @for claim in &verified.claims { tr { td { (claim) } td.word { (proved()) } } }
                } }
            }
        }
    }

    /// What the proofs rest on.
    fn not_proved(&self) -> Markup {
        html! {
            h2 { "What is not proved" }
            div.wide { table {
                tr { th { "what" } th { "how" } th { "note" } th { "of" } }
                @for ground in grounds(self.ledger, self.audit) {
                    tr {
                        td { (ground.what.name()) }
                        td { (ground.how.name()) }
                        td { (ground.note) }
                        td.word { @if ground.of.is_empty() { "every step" } @else { (ground.of.join(", ")) } }
                    }
                }
            } }
            (list(about_the_chain(self.ledger, self.audit)))
            (list([
                "Deals and keys are those that were given when this page was made: compare their digests below with the ones that \
                 you know from elsewhere.",
                "Limits are not figures: a figure may be far from its limit.",
                "Recoveries, cash in accounts, and payments to notes are not in these proofs.",
            ]))
        }
    }

    /// How the verdict is had again.
    fn again(&self) -> Markup {
        let beginning = self.ledger.beginning();
        let mut rows = vec![
            ("head", code(&hex::encode(self.ledger.head()))),
            ("first commitment", code(&beginning.commitment)),
            ("last commitment", code(self.ledger.last().1)),
            ("first schema", code(&beginning.schema)),
            ("proof system", html! { (beginning.backend) }),
        ];
        let keys: BTreeSet<[u8; 32]> = self.audit.steps.iter().map(|verified| verified.keys.digest).collect();
        rows.extend(keys.iter().map(|digest| ("verifying key", code(&hex::encode(digest)))));
        rows.push(("made by", html! { "tailproof " (env!("CARGO_PKG_VERSION")) ", " (now()) }));
        html! {
            h2 { "To verify it again" }
            p { "With the ledger, a folder of its proofs and deals, and keys whose digests you know from elsewhere:" }
            (pages::commands(&["tailproof pool ledger verify LEDGER --files FOLDER --keys FOLDER --head HEAD".to_owned()]))
            (facts(rows))
            div.wide { table {
                tr { th { "step" } th { "proof" } th { "deal" } }
                @for step in self.ledger.steps() {
                    tr { td { (step_in_words(step)) } td { (code(&step.proof)) } td { (code(&step.deal)) } }
                }
            } }
        }
    }
}

/// The amounts whose limits stand side by side.
const FLOWS: [(Flow, &str); 6] = [
    (Flow::ChargedOff, "charged off"),
    (Flow::Repurchased, "repurchased"),
    (Flow::Capitalised, "capitalised"),
    (Flow::Advanced, "advanced"),
    (Flow::NewlyDelinquent, "newly delinquent"),
    (Flow::Added, "added"),
];

fn proved() -> Markup {
    html! { strong { "proved" } }
}

fn not_proved() -> Markup {
    html! { span.bad { "not proved" } }
}
