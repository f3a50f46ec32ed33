//! `tailproof pool describe`: what a tape is, for whoever holds it.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::json;
use tailproof_core::pool::claims::PoolClaimFigure;
use tailproof_core::pool::{
    Category, Column, Deal, Field, Loan, LoanPool, PoolFigures, Tape, TapeSchema, TrancheTerms,
};
use tailproof_core::{InputError, Unit};
use tailproof_verifier::InstanceError;
use tailproof_verifier::pool::terms::figures as pool_figures;

use super::report;
use crate::claims::in_deal;
use crate::cli::PoolDescribe;
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::{out, print_json};
use crate::pictures;

const BAR: usize = 40;
/// Names with bars of their own.
const NAMES: usize = 15;

/// The columns that every loan has, with the names in them; where there are too many names, the column is left out.
fn schema_of(tape: &Tape) -> Result<TapeSchema, Failure> {
    let loans = || tape.loans().iter().filter(|loan| loan.is_in_pool());
    let all = |has: &dyn Fn(&Loan) -> bool| loans().all(has);
    let mut columns: BTreeSet<Column> = [
        (Column::Rate, all(&|loan| loan.rate.is_some())),
        (Column::Ltv, all(&|loan| loan.ltv.is_some())),
        (Column::Score, all(&|loan| loan.score.is_some())),
        (Column::Term, all(&|loan| loan.term.is_some())),
        (Column::Obligor, all(&|loan| loan.obligor.is_some())),
        (Column::Status, all(&|loan| loan.status.is_some())),
    ]
    .into_iter()
    .filter_map(|(column, has)| has.then_some(column))
    .collect();
    let names = Category::ALL.map(|category| {
        let of = |loan: &Loan| match category {
            Category::Grade => loan.grade.clone(),
            Category::Sector => loan.sector.clone(),
            Category::Region => loan.region.clone(),
        };
        let names: Option<BTreeSet<String>> = loans().map(of).collect();
        let names: Vec<String> = names.unwrap_or_default().into_iter().collect();
        if names.is_empty() || names.len() > category.most() {
            return Vec::new();
        }
        columns.insert(category.column());
        names
    });
    TapeSchema::new(Unit::CENT, columns, names).map_err(in_deal)
}

/// A list of names in TOML.
fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("{name:?}")).collect();
    format!("[{}]", quoted.join(", "))
}

struct Described {
    /// name of its file
    tape: String,
    /// name of the deal
    deal: Option<String>,
    schema: TapeSchema,
    figures: PoolFigures,
    claims: Vec<PoolClaimFigure>,
    /// claims about losses, where there are no scenarios
    not_looked_at: Vec<String>,
    outside: usize,
}

pub fn run(options: &PoolDescribe) -> Result<(), Failure> {
    let mut inputs = vec![options.tape.as_path()];
    inputs.extend([&options.deal, &options.scenarios].into_iter().flatten().map(|path| &**path));
    let outputs: Vec<_> = options.output.iter().map(|path| &**path).collect();
    files::refuse_overlap(&outputs, &inputs)?;
    let tape = files::tape(&options.tape, options.mapping.as_deref())?;
    let deal = options.deal.as_deref().map(files::deal).transpose()?;
    let schema = match &deal {
        Some(deal) => deal.require_schema().map_err(in_deal)?.clone(),
        None => schema_of(&tape)?,
    };
    let name = options.tape.display().to_string();
    let collateral = LoanPool::new(&tape, &schema).map_err(|problem| InputError::of_file(&name, problem))?;
    let figures = PoolFigures::of(&collateral);
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    let claims = deal
        .as_ref()
        .map(|deal| pool_figures(deal, set.as_ref(), &collateral))
        .transpose()
        .map_err(InstanceError::from)?;
    let outside = tape.loans().len() - collateral.loans().len();
    let terms = deal.as_ref().and_then(Deal::terms).filter(|_| set.is_none());
    let not_looked_at = terms.map(TrancheTerms::sentences).unwrap_or_default();
    let named = tape.loans().iter().any(|loan| loan.obligor.is_some());
    warn_of_fractions(&collateral, &schema);
    if named && !schema.has(Column::Obligor) {
        eprintln!(
            "note: the tape names obligors and the deal's [tape] does not list that column: every loan is taken for an obligor of its own"
        );
    }
    let deal_name = deal.as_ref().map(|deal| deal.name().to_owned());
    let described = Described {
        tape: name,
        deal: deal_name,
        schema,
        figures,
        claims: claims.unwrap_or_default(),
        not_looked_at,
        outside,
    };
    if let Some(path) = &options.output {
        files::write(path, described.page()?.as_bytes(), Access::Secret)?;
    }
    if options.json {
        print_json(&described.json());
        return Ok(());
    }
    described.print();
    if deal.is_none() {
        described.print_table();
    }
    if let Some(path) = &options.output {
        out!("\nwrote {} (PRIVATE: mode 0600)", path.display());
    }
    Ok(())
}

/// Warns of percent that seem to be fractions.
fn warn_of_fractions(collateral: &LoanPool, schema: &TapeSchema) {
    for field in [Field::Rate, Field::Ltv].into_iter().filter(|field| schema.has(field.column())) {
        let most = collateral.loans().iter().map(|loan| loan.fields[field as usize]).max().unwrap_or(0);
        if (1..=100).contains(&most) {
            let name = field.column().name();
            eprintln!("warning: no {name} of the tape is above 1 %; a {name} is in percent: 5.5, not 0.055");
        }
    }
}

#[allow(clippy::cast_precision_loss)]
impl Described {
    fn amount(&self, units: u64) -> f64 {
        units as f64 * self.schema.unit().millionths() as f64 / 1e6
    }

    fn share(&self, units: u64) -> f64 {
        units as f64 / self.figures.balance as f64
    }

    fn fields(&self) -> impl Iterator<Item = (Field, f64, [f64; 2])> + '_ {
        Field::ALL.into_iter().filter(|field| self.schema.has(field.column())).map(|field| {
            let step = 10f64.powi(field.decimals().cast_signed());
            let average = self.figures.weighted[field as usize] as f64 / self.figures.balance as f64 / step;
            let (least, most) = self.figures.extremes[field as usize];
            (field, average, [f64::from(least) / step, f64::from(most) / step])
        })
    }

    /// Names of a category with what is owed, the most first.
    fn names(&self, category: Category) -> Vec<(&str, u64)> {
        let names = self.schema.names(category).iter();
        let owed = self.figures.by_code[category as usize].iter();
        let mut all: Vec<(&str, u64)> = names.zip(owed).map(|(name, owed)| (name.as_str(), *owed)).collect();
        all.sort_by_key(|(_, owed)| std::cmp::Reverse(*owed));
        all
    }

    fn herfindahl(&self) -> f64 {
        self.figures.squared as f64 / (self.figures.balance as f64).powi(2)
    }

    fn json(&self) -> serde_json::Value {
        let shares = |category: Category| -> serde_json::Map<String, serde_json::Value> {
            self.names(category).into_iter().map(|(name, owed)| (name.to_owned(), json!(self.share(owed)))).collect()
        };
        let fields: serde_json::Map<String, serde_json::Value> = self
            .fields()
            .map(|(field, average, [least, most])| {
                (field.column().name().to_owned(), json!({ "average": average, "least": least, "most": most }))
            })
            .collect();
        let claims = self
            .claims
            .iter()
            .map(|claim| json!({ "claim": claim.sentence, "figure": claim.figure, "holds": claim.holds }));
        json!({
            "loans": self.figures.loans,
            "loans_outside": self.outside,
            "balance": self.amount(self.figures.balance),
            "obligors": self.figures.obligors,
            "largest_obligor": self.share(self.figures.largest_obligor),
            "herfindahl": self.herfindahl(),
            "delinquent": self.share(self.figures.delinquent),
            "fields": fields,
            "grade": shares(Category::Grade),
            "sector": shares(Category::Sector),
            "region": shares(Category::Region),
            "claims": claims.collect::<Vec<_>>(),
            "not_looked_at": self.not_looked_at,
        })
    }

    fn print(&self) {
        let figures = &self.figures;
        out!("PRIVATE: figures of the pool itself; nothing is proved.\n");
        out!(
            "loans            {} (and {} on the tape that are paid, in default, or of no balance)",
            figures.loans,
            self.outside
        );
        out!("balance          {:.2}", self.amount(figures.balance));
        out!(
            "obligors         {}, the largest owes {:.4} %; Herfindahl index {:.6}",
            figures.obligors,
            self.share(figures.largest_obligor) * 100.0,
            self.herfindahl()
        );
        if self.schema.has(Column::Status) {
            out!("delinquent       {:.4} %", self.share(figures.delinquent) * 100.0);
        }
        for (field, average, [least, most]) in self.fields() {
            let (name, suffix) = (field.column().name(), field.suffix());
            out!("{name:<16} average {average:.4}{suffix}, from {least} to {most}{suffix}");
        }
        for category in Category::ALL {
            let names = self.names(category);
            if names.is_empty() {
                continue;
            }
            out!("\nby {}", category.column().name());
            let largest = names[0].1.max(1) as f64;
            for (name, owed) in names.iter().take(NAMES) {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let bar = "#".repeat((*owed as f64 / largest * BAR as f64).ceil() as usize);
                out!("{name:>20} {:>8.3} % {bar}", self.share(*owed) * 100.0);
            }
            let rest = names.iter().skip(NAMES).map(|(_, owed)| owed).sum::<u64>();
            if rest > 0 {
                out!("{:>20} {:>8.3} % of {} others", "", self.share(rest) * 100.0, names.len() - NAMES);
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

    /// The table that a deal needs for this tape.
    fn print_table(&self) {
        out!("\nfor a deal about this tape (the names in it become public):\n");
        out!("[tape]");
        let columns: Vec<Column> = Field::ALL
            .map(Field::column)
            .into_iter()
            .chain(Category::ALL.map(Category::column))
            .chain([Column::Obligor, Column::Status])
            .filter(|column| self.schema.has(*column))
            .collect();
        out!("columns = {}", list(columns.iter().map(|column| column.name())));
        for category in Category::ALL {
            let names = self.schema.names(category);
            if !names.is_empty() {
                out!("{}s = {}", category.column().name(), list(names.iter().map(String::as_str)));
            }
        }
    }

    fn page(&self) -> Result<String, Failure> {
        let mut body =
            String::from("<p class=\"private\">Private: this page shows the pool. Nothing in it is a proof.</p>\n");
        let failed = |_| Failure::Defect("no memory for the page");
        let figures = &self.figures;
        let tape = report::escaped(&self.tape);
        writeln!(
            body,
            "<p>{tape}: {} loans of {} obligors, balance {:.2}; the largest obligor owes {:.4} %, delinquent {:.4} %</p>",
            figures.loans,
            figures.obligors,
            self.amount(figures.balance),
            self.share(figures.largest_obligor) * 100.0,
            self.share(figures.delinquent) * 100.0
        )
        .map_err(failed)?;
        for category in Category::ALL {
            let names = self.names(category);
            if names.is_empty() {
                continue;
            }
            let mut bars: Vec<(String, f64)> =
                names.iter().take(NAMES).map(|(name, owed)| ((*name).to_owned(), self.amount(*owed))).collect();
            let rest: u64 = names.iter().skip(NAMES).map(|(_, owed)| owed).sum();
            if rest > 0 {
                bars.push((format!("{} others", names.len() - NAMES), self.amount(rest)));
            }
            write!(
                body,
                "<h2>Balance by {}</h2>\n{}\n",
                category.column().name(),
                report::drawn(pictures::bars(&bars))?
            )
            .map_err(failed)?;
        }
        body.push_str("<h2>Averages</h2>\n<table><tr><th></th><th class=n>average</th><th class=n>least</th><th class=n>most</th></tr>\n");
        for (field, average, [least, most]) in self.fields() {
            let (name, unit) = (field.column().name(), field.suffix());
            writeln!(
                body,
                "<tr><td>{name}</td><td class=n>{average:.4}{unit}</td><td class=n>{least}{unit}</td><td class=n>{most}{unit}</td></tr>"
            )
            .map_err(failed)?;
        }
        body.push_str("</table>\n");
        let Some(deal) = &self.deal else { return Ok(report::page("Loan pool", &body)) };
        let deal = report::escaped(deal);
        writeln!(
            body,
            "<h2>Claims of the deal {deal}</h2>\n<table><tr><th>claim</th><th class=n>figure</th><th></th></tr>"
        )
        .map_err(failed)?;
        for claim in &self.claims {
            let (class, mark) = if claim.holds { ("", "holds") } else { (" class=bad", "false") };
            let (sentence, figure) = (report::escaped(&claim.sentence), report::escaped(&claim.figure));
            writeln!(body, "<tr{class}><td>{sentence}</td><td class=n>{figure}</td><td>{mark}</td></tr>")
                .map_err(failed)?;
        }
        for sentence in &self.not_looked_at {
            let sentence = report::escaped(sentence);
            writeln!(body, "<tr><td>{sentence}</td><td class=n>no scenarios</td><td>not looked at</td></tr>")
                .map_err(failed)?;
        }
        body.push_str("</table>\n");
        Ok(report::page("Loan pool", &body))
    }
}
