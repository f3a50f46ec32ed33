//! `tailproof pool describe`: a private description of a tape.

mod page;
mod proposal;
mod text;

use serde_json::{Map, Value, json};
use tailproof::Problem;
use tailproof::core::InputError;
use tailproof::core::pool::claims::PoolClaimFigure;
use tailproof::core::pool::tape::Status;
use tailproof::core::pool::{Category, Column, Deal, LoanPool, TapeSchema, TrancheTerms};
use tailproof::risk::credit::description::PoolDescription;
use tailproof::risk::credit::proposal::{Gap, gaps, proposed_schema, too_many_loans, unit_that_fits};
use tailproof::risk::credit::scale::suspicious_medians_of_tape;
use tailproof::store::{Access, Kind};
use tailproof::tape::{Mapping, TapeReading};
use tailproof::verifier::InstanceError;
use tailproof::verifier::pool::LossKind;
use tailproof::verifier::pool::figures::figures_of_one_date;

use crate::cli::PoolDescribe;
use crate::failure::{Failure, scenarios_of};
use crate::files;
use crate::flows::deal_under;
use crate::output::{note, out, print_json};
use crate::pools::{in_deal, warn_of_medians, warn_of_scale};
use crate::tapes;
use crate::writing;

/// Number of names with a bar of their own.
const NAMES: usize = 15;

struct Described {
    /// Name of the tape's file.
    tape: String,
    /// Name of the deal.
    deal: Option<String>,
    pool: PoolDescription,
    /// How the tape was read.
    reading: TapeReading,
    /// The words of the file that a mapping reads as each status, where no deal decides.
    words: Vec<(Status, Vec<String>)>,
    claims: Vec<PoolClaimFigure>,
    /// Claims that were not evaluated, for lack of scenarios or of an earlier pool, or since the loans fit
    /// no statement.
    not_looked_at: Vec<String>,
}

/// Runs `tailproof pool describe`.
pub fn run(options: &PoolDescribe) -> Result<(), Failure> {
    let mut inputs = vec![options.tape.as_path()];
    inputs.extend(options.reading.mapping.as_deref().map(std::path::Path::new));
    inputs.extend([&options.deal, &options.scenarios, &options.assumptions].into_iter().flatten().map(|path| &**path));
    let outputs: Vec<_> = options.output.iter().map(|path| &**path).collect();
    files::refuse_overlap(&outputs, &inputs)?;
    let assumptions = options.assumptions.as_deref();
    let deal = options.deal.as_deref().map(|deal| deal_under(deal, assumptions)).transpose()?;
    let reading = tapes::read(&options.tape, &options.reading, deal.as_ref().and_then(Deal::schema))?;
    let mapping = tapes::mapping(options.reading.mapping.as_deref())?;
    let described = match &deal {
        Some(deal) => under_deal(options, deal, reading)?,
        None => {
            let pool = PoolDescription::new(&reading.tape, None, None);
            let (claims, not_looked_at) = (Vec::new(), Vec::new());
            let tape = options.tape.display().to_string();
            Described { tape, deal: None, pool, reading, words: words(&mapping), claims, not_looked_at }
        }
    };
    if deal.is_none() {
        say_what_a_deal_cannot_have(&described);
    }
    say_masked(&described.pool);
    if let Some(path) = &options.output {
        writing::write(path, Kind::Page, described.page()?.as_bytes(), Access::Secret)?;
    }
    if options.json {
        print_json(&described.json());
        return Ok(());
    }
    described.print();
    if deal.is_none() {
        let schema = proposed_schema(&described.reading.tape).map_err(in_deal)?;
        out!("\nfor a deal about this tape (the names in it become public; write what is true of it):\n");
        out!("{}", proposal::proposed_tape(&schema, &mapping, &described));
        if let Some(limit) = proposal::proposed_limit(&described.pool) {
            out!("\n{limit}");
        }
    }
    if let Some(path) = &options.output {
        out!("\nwrote {} (PRIVATE: mode 0600)", path.display());
    }
    Ok(())
}

/// Describes a tape under a deal, and evaluates its claims where the loans fit a statement.
fn under_deal(options: &PoolDescribe, deal: &Deal, reading: TapeReading) -> Result<Described, Failure> {
    let schema = deal.require_schema().map_err(in_deal)?;
    let name = options.tape.display().to_string();
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    let (mut claims, mut not_looked_at) = (Vec::new(), Vec::new());
    let pool = match LoanPool::new(&reading.tape, schema) {
        Ok(pool) => {
            claims = figures_of_one_date(deal, set.as_ref(), &pool).map_err(InstanceError::from)?;
            let terms = deal.terms().filter(|_| set.is_none());
            let sentences = terms.map(TrancheTerms::sentences).unwrap_or_default();
            let give = format!("give --scenarios, made by `{}`", scenarios_of(LossKind::of(deal)));
            not_looked_at.extend(sentences.into_iter().map(|sentence| format!("{sentence} (not looked at: {give})")));
            let sentences = deal.month().map(|month| month.sentences(schema)).unwrap_or_default();
            not_looked_at.extend(sentences.into_iter().map(|sentence| {
                format!("{sentence} (not looked at: it needs the earlier pool, which `prove --before` takes)")
            }));
            warn_of_scale(&pool, schema);
            Some(pool)
        }
        Err(problem) if is_of_a_statement(&problem) => {
            not_looked_at.push(format!("the deal's claims (not looked at, and `pool commit` refuses: {problem})"));
            None
        }
        Err(problem) => return Err(InputError::in_file(&name, problem).into()),
    };
    say_obligors(&reading, schema);
    let described = PoolDescription::new(&reading.tape, Some(schema), pool.as_ref());
    let deal = Some(deal.name().to_owned());
    Ok(Described { tape: name, deal, pool: described, reading, words: Vec::new(), claims, not_looked_at })
}

/// Returns the words of the file that a mapping reads as each status.
fn words(mapping: &Mapping) -> Vec<(Status, Vec<String>)> {
    let of_status = |(_, status): &(&str, Status)| {
        let words: Vec<String> = mapping.words_of(*status).map(str::to_owned).collect();
        (*status, words)
    };
    Status::ALL.iter().map(of_status).filter(|(_, words)| !words.is_empty()).collect()
}

/// Whether a problem is one of a statement alone: a tape with it can be described.
fn is_of_a_statement(problem: &Problem) -> bool {
    matches!(problem.innermost(), Problem::OutOfRange { .. } | Problem::ObligorTooLarge { .. } | Problem::NoValue(_))
}

fn say_obligors(reading: &TapeReading, schema: &TapeSchema) {
    let named = reading.tape.loans().iter().any(|loan| loan.obligor.is_some());
    if named && !schema.has(Column::Obligor) {
        note!(
            "note: the tape names obligors and the deal's [tape] does not list that column: every loan is taken for an obligor of its own"
        );
    }
}

/// Says what of a tape no deal can be about, and why.
fn say_what_a_deal_cannot_have(described: &Described) {
    gaps(&described.reading.tape).iter().for_each(say_gap);
    if let Some(most) = too_many_loans(&described.pool) {
        note!("note: the pool has {} loans, and a deal at most {most}: `pool commit` refuses it", described.pool.loans);
    }
    let unit = unit_that_fits(&described.pool);
    if unit.to_string() != "0.01" {
        note!(
            "note: the largest obligor owes 2^32 cents or more: `pool commit` takes a deal with unit = {unit}, and with a \
             rounding where balances are no whole units"
        );
    }
    let medians = suspicious_medians_of_tape(&described.reading.tape);
    warn_of_medians(medians, "a mapping's [scale], or the deal's [tape.scale], says which the tape has");
}

/// Says why no deal can be about a column of the tape.
fn say_gap((column, gap): &(Column, Gap)) {
    let name = column.name();
    match gap {
        Gap::Blank { without, loans, first } => {
            note!("note: {without} of {loans} loans have no {name} (the first is '{first}'): no claim can be about it");
        }
        Gap::Names { names, most } => {
            note!("note: the tape has {names} {name}s, and a deal at most {most}: no claim can be about them");
        }
        Gap::Above { loan, value, most } => {
            note!(
                "note: the {name} of loan '{loan}' is {value}, and a deal holds at most {most}: no claim can be about it"
            );
        }
    }
}

/// Warns of live loans whose balance is not there.
fn say_masked(pool: &PoolDescription) {
    let masked = pool.outside.live_without_balance;
    if masked > 0 {
        note!(
            "warning: {masked} live loans have no balance: they are neither paid nor in default, and not of the pool; perhaps the \
             file masks it"
        );
    }
}

impl Described {
    /// Returns the words that a mapping reads as a status; none under a deal, whose words those are.
    fn words_of(&self, status: Status) -> &[String] {
        self.words.iter().find(|(of, _)| *of == status).map_or(&[], |(_, words)| words)
    }

    fn json(&self) -> Value {
        let pool = &self.pool;
        let shares = |category: Category| -> Map<String, Value> {
            let names = pool.names(category).iter();
            names.map(|(name, owed)| (name.clone(), json!(pool.share(*owed)))).collect()
        };
        let numbers = pool.numbers.iter().map(|number| {
            let [least, most] = number.range;
            let figures = json!({ "average": number.average, "least": least, "most": most, "loans": number.loans });
            (number.name.clone(), figures)
        });
        let claims = self
            .claims
            .iter()
            .map(|claim| json!({ "claim": claim.sentence, "figure": claim.figure, "holds": claim.holds }));
        let coverage = pool.coverage.iter().map(|covered| {
            let share = pool.share(covered.balance);
            (covered.column.name().to_owned(), json!({ "loans": covered.loans, "share": share }))
        });
        let statuses = pool.statuses.iter().map(|(status, loans, balance)| {
            let figures = json!({
                "loans": loans, "share": pool.share(*balance), "words": self.words_of(*status),
            });
            (status.name().to_owned(), figures)
        });
        let outside = &pool.outside;
        json!({
            "loans": pool.loans,
            "loans_outside": outside.count(),
            "outside": {
                "paid": outside.paid, "default": outside.in_default, "no_balance": outside.without_balance,
                "live_without_balance": outside.live_without_balance,
            },
            "left_out": self.reading.left_out,
            "rounded": self.reading.rounded,
            "past_maturity": self.reading.past_maturity,
            "cut_off": self.reading.cut_off,
            "read_as": self.reading.reading,
            "balance": pool.amount(pool.balance),
            "obligors": pool.obligors,
            "largest_obligor": pool.share(pool.largest_obligor.0),
            "largest_obligor_name": pool.largest_obligor.1,
            "largest_obligor_balance": pool.amount(pool.largest_obligor.0),
            "top_obligors": { "count": pool.top_obligors.0, "share": pool.share(pool.top_obligors.1) },
            "herfindahl": pool.herfindahl,
            "delinquent": pool.delinquent().map_or(0.0, |late| pool.share(late)),
            "coverage": coverage.collect::<Map<_, _>>(),
            "statuses": statuses.collect::<Map<_, _>>(),
            "fields": numbers.collect::<Map<_, _>>(),
            "grade": shares(Category::Grade),
            "sector": shares(Category::Sector),
            "region": shares(Category::Region),
            "claims": claims.collect::<Vec<_>>(),
            "not_looked_at": self.not_looked_at,
        })
    }
}
