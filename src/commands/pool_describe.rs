//! `tailproof pool describe`: a private description of a tape.

use std::fmt::Write;

use serde_json::json;
use tailproof::core::InputError;
use tailproof::core::pool::claims::PoolClaimFigure;
use tailproof::core::pool::{Category, Column, Deal, LoanPool, TrancheTerms};
use tailproof::risk::credit::description::{Gap, PoolDescription, gaps, inferred_schema};
use tailproof::store::{Access, Kind};
use tailproof::verifier::InstanceError;
use tailproof::verifier::pool::terms::figures as pool_figures;

use super::pool_proposal::proposed_tape;
use crate::claims::{in_deal, warn_of_scale};
use crate::cli::PoolDescribe;
use crate::failure::Failure;
use crate::files;
use crate::output::{note, out, print_json};
use crate::pages;
use crate::writing;

const BAR: usize = 40;
/// Number of names with a bar of their own.
const NAMES: usize = 15;

struct Described {
    /// Name of the tape's file.
    tape: String,
    /// Name of the deal.
    deal: Option<String>,
    pool: PoolDescription,
    claims: Vec<PoolClaimFigure>,
    /// Claims about losses that were not evaluated for lack of scenarios.
    not_looked_at: Vec<String>,
}

/// Runs `tailproof pool describe`.
pub fn run(options: &PoolDescribe) -> Result<(), Failure> {
    let mut inputs = vec![options.tape.as_path()];
    inputs.extend(options.mapping.as_deref().map(std::path::Path::new));
    inputs.extend([&options.deal, &options.scenarios].into_iter().flatten().map(|path| &**path));
    let outputs: Vec<_> = options.output.iter().map(|path| &**path).collect();
    files::refuse_overlap(&outputs, &inputs)?;
    let deal = options.deal.as_deref().map(files::deal).transpose()?;
    let terms = deal.as_ref().and_then(Deal::schema);
    let tape = files::tape(&options.tape, options.mapping.as_deref(), terms)?;
    let schema = match &deal {
        Some(deal) => deal.require_schema().map_err(in_deal)?.clone(),
        None => inferred_schema(&tape).map_err(in_deal)?,
    };
    let name = options.tape.display().to_string();
    let collateral = LoanPool::new(&tape, &schema).map_err(|problem| InputError::in_file(&name, problem))?;
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    let claims = deal
        .as_ref()
        .map(|deal| pool_figures(deal, set.as_ref(), &collateral))
        .transpose()
        .map_err(InstanceError::from)?;
    let terms = deal.as_ref().and_then(Deal::terms).filter(|_| set.is_none());
    let not_looked_at = terms.map(TrancheTerms::sentences).unwrap_or_default();
    let named = tape.loans().iter().any(|loan| loan.obligor.is_some());
    warn_of_scale(&collateral, &schema);
    if named && !schema.has(Column::Obligor) {
        note!(
            "note: the tape names obligors and the deal's [tape] does not list that column: every loan is taken for an obligor of its own"
        );
    }
    let gaps = if deal.is_none() { gaps(&tape) } else { Vec::new() };
    gaps.iter().for_each(say_gap);
    let pool = PoolDescription::new(&tape, schema, &collateral);
    let deal_name = deal.as_ref().map(|deal| deal.name().to_owned());
    let described = Described { tape: name, deal: deal_name, pool, claims: claims.unwrap_or_default(), not_looked_at };
    if let Some(path) = &options.output {
        writing::write(path, Kind::Page, described.page()?.as_bytes(), Access::Secret)?;
    }
    if options.json {
        print_json(&described.json());
        return Ok(());
    }
    described.print();
    if deal.is_none() {
        out!("\nfor a deal about this tape (the names in it become public; write what is true of it):\n");
        out!("{}", proposed_tape(&described.pool.schema, &files::mapping(options.mapping.as_deref())?));
    }
    if let Some(path) = &options.output {
        out!("\nwrote {} (PRIVATE: mode 0600)", path.display());
    }
    Ok(())
}

/// Says why a column of the tape is not described.
fn say_gap((column, gap): &(Column, Gap)) {
    let name = column.name();
    match gap {
        Gap::Blank { without, loans } => {
            note!("note: {without} of {loans} loans have no {name}: it is not described, and no claim can be about it");
        }
        Gap::Names { names, most } => {
            note!("note: the tape has {names} {name}s, and a deal at most {most}: they are not described");
        }
    }
}

#[allow(clippy::cast_precision_loss)]
impl Described {
    fn json(&self) -> serde_json::Value {
        let shares = |category: Category| -> serde_json::Map<String, serde_json::Value> {
            self.pool
                .names(category)
                .into_iter()
                .map(|(name, owed)| (name.to_owned(), json!(self.pool.share(owed))))
                .collect()
        };
        let fields: serde_json::Map<String, serde_json::Value> = self
            .pool
            .fields()
            .map(|(field, average, [least, most])| {
                (
                    self.pool.schema.number_name(field).to_owned(),
                    json!({ "average": average, "least": least, "most": most }),
                )
            })
            .collect();
        let claims = self
            .claims
            .iter()
            .map(|claim| json!({ "claim": claim.sentence, "figure": claim.figure, "holds": claim.holds }));
        json!({
            "loans": self.pool.figures.loans,
            "loans_outside": self.pool.outside,
            "balance": self.pool.amount(self.pool.figures.balance),
            "obligors": self.pool.figures.obligors,
            "largest_obligor": self.pool.share(self.pool.figures.largest_obligor),
            "herfindahl": self.pool.herfindahl(),
            "delinquent": self.pool.share(self.pool.figures.delinquent),
            "fields": fields,
            "grade": shares(Category::Grade),
            "sector": shares(Category::Sector),
            "region": shares(Category::Region),
            "claims": claims.collect::<Vec<_>>(),
            "not_looked_at": self.not_looked_at,
        })
    }

    fn print(&self) {
        let figures = &self.pool.figures;
        out!("PRIVATE: figures of the pool itself; nothing is proved.\n");
        out!(
            "loans            {} (and {} on the tape that are paid, in default, or of no balance)",
            figures.loans,
            self.pool.outside
        );
        out!("balance          {:.2}", self.pool.amount(figures.balance));
        out!(
            "obligors         {}, the largest owes {:.4} %; Herfindahl index {:.6}",
            figures.obligors,
            self.pool.share(figures.largest_obligor) * 100.0,
            self.pool.herfindahl()
        );
        if self.pool.schema.has(Column::Status) {
            out!("delinquent       {:.4} % (beyond a period of grace)", self.pool.share(figures.delinquent) * 100.0);
        }
        for (field, average, [least, most]) in self.pool.fields() {
            let (name, suffix) = (self.pool.schema.number_name(field), field.suffix());
            out!("{name:<16} average {average:.4}{suffix}, from {least} to {most}{suffix}");
        }
        for category in Category::ALL {
            let names = self.pool.names(category);
            if names.is_empty() {
                continue;
            }
            out!("\nby {}", category.column().name());
            let largest = names[0].1.max(1) as f64;
            for (name, owed) in names.iter().take(NAMES) {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let bar = "#".repeat((*owed as f64 / largest * BAR as f64).ceil() as usize);
                out!("{name:>20} {:>8.3} % {bar}", self.pool.share(*owed) * 100.0);
            }
            let rest = names.iter().skip(NAMES).map(|(_, owed)| owed).sum::<u64>();
            if rest > 0 {
                out!("{:>20} {:>8.3} % of {} others", "", self.pool.share(rest) * 100.0, names.len() - NAMES);
            }
        }
        if !self.claims.is_empty() {
            out!("\nclaims of the deal");
            for claim in &self.claims {
                let mark = if claim.holds { "holds" } else { "FALSE" };
                out!("  {mark}  {} ({})", claim.sentence, claim.figure);
            }
        }
        for sentence in &self.not_looked_at {
            out!("  -----  {sentence} (not looked at: give --scenarios)");
        }
    }

    fn page(&self) -> Result<String, Failure> {
        let mut body =
            String::from("<p class=\"private\">Private: this page shows the pool. Nothing in it is a proof.</p>\n");
        let failed = |_| Failure::Defect("no memory for the page");
        let figures = &self.pool.figures;
        let tape = pages::escaped(&self.tape);
        writeln!(
            body,
            "<p>{tape}: {} loans of {} obligors, balance {:.2}; the largest obligor owes {:.4} %, delinquent {:.4} %</p>",
            figures.loans,
            figures.obligors,
            self.pool.amount(figures.balance),
            self.pool.share(figures.largest_obligor) * 100.0,
            self.pool.share(figures.delinquent) * 100.0
        )
        .map_err(failed)?;
        for category in Category::ALL {
            let names = self.pool.names(category);
            if names.is_empty() {
                continue;
            }
            let mut bars: Vec<(String, f64)> =
                names.iter().take(NAMES).map(|(name, owed)| ((*name).to_owned(), self.pool.amount(*owed))).collect();
            let rest: u64 = names.iter().skip(NAMES).map(|(_, owed)| owed).sum();
            if rest > 0 {
                bars.push((format!("{} others", names.len() - NAMES), self.pool.amount(rest)));
            }
            write!(
                body,
                "<h2>Balance by {}</h2>\n{}\n",
                category.column().name(),
                pages::drawn(pages::pictures::bars(&bars))?.into_string()
            )
            .map_err(failed)?;
        }
        body.push_str("<h2>Averages</h2>\n<table><tr><th></th><th class=n>average</th><th class=n>least</th><th class=n>most</th></tr>\n");
        for (field, average, [least, most]) in self.pool.fields() {
            let (name, unit) = (self.pool.schema.number_name(field), field.suffix());
            writeln!(
                body,
                "<tr><td>{name}</td><td class=n>{average:.4}{unit}</td><td class=n>{least}{unit}</td><td class=n>{most}{unit}</td></tr>"
            )
            .map_err(failed)?;
        }
        body.push_str("</table>\n");
        self.claims_table(&mut body).map_err(failed)?;
        Ok(pages::page("Loan pool", &maud::PreEscaped(body)))
    }

    /// Adds the claims of the deal, if there is one.
    fn claims_table(&self, body: &mut String) -> std::fmt::Result {
        let Some(deal) = &self.deal else { return Ok(()) };
        let deal = pages::escaped(deal);
        writeln!(
            body,
            "<h2>Claims of the deal {deal}</h2>\n<table><tr><th>claim</th><th class=n>figure</th><th></th></tr>"
        )?;
        for claim in &self.claims {
            let (class, mark) = if claim.holds { ("", "holds") } else { (" class=bad", "false") };
            let (sentence, figure) = (pages::escaped(&claim.sentence), pages::escaped(&claim.figure));
            writeln!(body, "<tr{class}><td>{sentence}</td><td class=n>{figure}</td><td>{mark}</td></tr>")?;
        }
        for sentence in &self.not_looked_at {
            let sentence = pages::escaped(sentence);
            writeln!(body, "<tr><td>{sentence}</td><td class=n>no scenarios</td><td>not looked at</td></tr>")?;
        }
        body.push_str("</table>\n");
        Ok(())
    }
}
