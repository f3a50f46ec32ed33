//! The clauses of a mandate with the figures of books.

use serde_json::{Map, Value, json};
use tailproof::core::mandate::ClauseFigure;
use tailproof::core::{Amount, Mandate};
use tailproof::csv::{Cell, written_row};
use tailproof::verifier::InstanceError;
use tailproof::{Figures, Positions, ScenarioSet};

use super::books::Case;
use super::csv::plain;
use crate::cli::Risk;
use crate::failure::Failure;
use crate::output::{out, print_json};

/// The clauses of one book, as it is and after trades.
struct Evaluated<'b> {
    book: &'b Case,
    now: Vec<ClauseFigure>,
    after: Option<Vec<ClauseFigure>>,
}

impl Evaluated<'_> {
    /// Returns the figures that are asked about: after the trades, if there are some.
    fn last(&self) -> &[ClauseFigure] {
        self.after.as_ref().unwrap_or(&self.now)
    }

    fn holds(&self) -> bool {
        hold(self.last())
    }
}

fn hold(figures: &[ClauseFigure]) -> bool {
    figures.iter().all(ClauseFigure::holds)
}

/// Prints the clauses of a mandate with the figures of each book. Errors if a clause is broken.
pub fn run(options: &Risk, mandate: &Mandate, set: &ScenarioSet, books: &[Case]) -> Result<(), Failure> {
    let figures = |positions: &Positions| mandate.evaluate(set, positions).map_err(InstanceError::from);
    let mut evaluated = Vec::with_capacity(books.len());
    for book in books {
        let (now, after) = (figures(&book.held.positions)?, book.after.as_ref().map(figures).transpose()?);
        evaluated.push(Evaluated { book, now, after });
    }
    let books = evaluated;
    let not_allowed = mandate.check_scenarios(set).map_err(InstanceError::from);
    let not_allowed = not_allowed.and_then(|()| InstanceError::check_base(mandate, set));
    if options.json {
        let not_allowed = not_allowed.as_ref().err().map(ToString::to_string);
        print_json(&to_json(options, (mandate, set), &books, not_allowed)?);
    } else if options.csv {
        print_csv(&books);
    } else {
        out!("PRIVATE: figures of the book itself; nothing is proved.\n");
        out!("mandate         {}", mandate.name());
        out!("scenarios       {}\n", set.sentence());
        match &books[..] {
            [book] => {
                if mandate.impact_digest().is_some()
                    && let Some(cost) = liquidity_cost(mandate, set, book)?
                {
                    out!("liquidity cost  {cost}\n");
                }
                one(book);
            }
            books => table(books),
        }
    }
    not_allowed?;
    books.iter().try_for_each(|of| InstanceError::check_unit(mandate, of.book.last().unit()))?;
    verdict(&books)
}

/// Returns the cost of closing a book, after its trades if there are some.
fn liquidity_cost(mandate: &Mandate, set: &ScenarioSet, of: &Evaluated<'_>) -> Result<Option<Amount>, Failure> {
    Ok(mandate.liquidity_cost(set, of.book.last()).map_err(InstanceError::from)?)
}

/// Errors if a clause is broken.
fn verdict(books: &[Evaluated<'_>]) -> Result<(), Failure> {
    let broken: Vec<&Evaluated<'_>> = books.iter().filter(|book| !book.holds()).collect();
    match (&broken[..], books.len()) {
        ([], _) => Ok(()),
        ([book], 1) => Err(Failure::FalseClaim(Figures::Mandate(book.last().to_vec()))),
        (broken, all) => {
            let names: Vec<&str> = broken.iter().map(|of| &*of.book.name).collect();
            let text = format!("{} of {all} books do not meet the mandate: {}", names.len(), names.join(", "));
            Err(Failure::SomeFalse(text))
        }
    }
}

fn clause_json(figure: &ClauseFigure) -> Value {
    let mut found = json!({
        "clause": figure.clause.to_string(),
        "measure": figure.clause.measure.name(),
        "largest_group": figure.largest,
        "figure": figure.figure.to_f64(),
        "limit": figure.limit.map(Amount::to_f64),
        "floor": figure.floor.map(Amount::to_f64),
        "holds": figure.holds(),
    });
    if let Some(factor) = &figure.factor {
        found["factor"] = json!(factor);
    }
    found
}

/// Returns the keys of one book at the top if it is the only one, and otherwise a list of books.
fn to_json(
    options: &Risk,
    (mandate, set): (&Mandate, &ScenarioSet),
    books: &[Evaluated<'_>],
    not_allowed: Option<String>,
) -> Result<Value, Failure> {
    let clauses = |figures: &[ClauseFigure]| figures.iter().map(clause_json).collect::<Vec<_>>();
    let of_book = |of: &Evaluated<'_>| -> Result<Map<String, Value>, Failure> {
        let positions = of.book.last();
        let unit = InstanceError::check_unit(mandate, positions.unit()).err().map(|error| error.to_string());
        let mut found = Map::from_iter([
            ("book".into(), json!(of.book.name)),
            ("nav".into(), json!(Amount::from_units(i128::from(positions.nav()), positions.unit()).to_f64())),
            ("unit".into(), json!(positions.unit().to_string())),
            ("holds".into(), json!(of.holds() && not_allowed.is_none() && unit.is_none())),
            ("unit_not_accepted".into(), json!(unit)),
            ("notes".into(), json!(of.book.held.notes)),
            ("clauses".into(), json!(clauses(of.last()))),
        ]);
        if mandate.impact_digest().is_some()
            && let Some(cost) = liquidity_cost(mandate, set, of)?
        {
            found.insert("liquidity_cost".into(), json!(cost.to_f64()));
        }
        if of.after.is_some() {
            found.insert("before".into(), json!({ "holds": hold(&of.now), "clauses": clauses(&of.now) }));
        }
        Ok(found)
    };
    let mut whole = match books {
        [book] => of_book(book)?,
        books => {
            let books: Vec<Map<String, Value>> = books.iter().map(of_book).collect::<Result<_, _>>()?;
            let holds = books.iter().all(|book| book["holds"] == true);
            Map::from_iter([("holds".into(), json!(holds)), ("books".into(), json!(books))])
        }
    };
    whole.insert("mandate".into(), json!(mandate.name()));
    whole.insert("scenarios_not_allowed".into(), json!(not_allowed));
    if !options.trade.is_empty() {
        whole.insert("trades".into(), json!(options.trade));
    }
    Ok(whole.into())
}

fn print_csv(books: &[Evaluated<'_>]) {
    out!("book,state,measure,clause,figure,limit,floor,holds");
    for of in books {
        let first = if of.after.is_some() { "before" } else { "" };
        let states = std::iter::once((first, &of.now)).chain(of.after.iter().map(|after| ("after", after)));
        for (state, figures) in states {
            for figure in figures {
                let clause = figure.title();
                let bound = |bound: Option<Amount>| bound.map_or(String::new(), plain);
                let amounts = [plain(figure.figure), bound(figure.limit), bound(figure.floor)];
                let holds = figure.holds().to_string();
                let mut cells = vec![Cell::Text(&of.book.name), Cell::Plain(state)];
                cells.extend([Cell::Plain(figure.clause.measure.name()), Cell::Text(&clause)]);
                cells.extend(amounts.iter().map(|amount| Cell::Plain(amount)));
                cells.push(Cell::Plain(&holds));
                out!("{}", written_row(cells));
            }
        }
    }
}

/// Returns the share of its limit that a figure uses in per cent, or a dash.
fn used(figure: &ClauseFigure) -> String {
    figure.used().map_or("-".into(), |used| format!("{:.1} %", used * 100.0))
}

/// Prints the clauses of one book.
fn one(of: &Evaluated<'_>) {
    let before = if of.after.is_some() { format!("{:>18} ", "before") } else { String::new() };
    let name = if of.after.is_some() { "after" } else { "figure" };
    out!("{before}{name:>18} {:>18} {:>8}  clause", "limit", "used");
    for (index, figure) in of.last().iter().enumerate() {
        let before = if of.after.is_some() { format!("{:>18} ", of.now[index].figure) } else { String::new() };
        let used = used(figure);
        let broken = if figure.holds() { "" } else { "  BROKEN" };
        let limit = figure.shown_limit();
        out!("{before}{:>18} {limit:>18} {used:>8}  {}{broken}", figure.figure, figure.title());
    }
}

/// Prints a row for each book: its clause that is nearest to its limit, or furthest beyond.
fn table(books: &[Evaluated<'_>]) {
    out!(
        "{:>18} {:>18} {:>8} {:>8}  {:<30}  book",
        "figure",
        "limit",
        "used",
        "mandate",
        "clause nearest to its limit"
    );
    for of in books {
        let order = |figure: &&ClauseFigure| (!figure.holds(), figure.used().unwrap_or(f64::MIN));
        let compare = |one: &&ClauseFigure, other: &&ClauseFigure| {
            let (one, other) = (order(one), order(other));
            one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
        };
        let Some(nearest) = of.last().iter().max_by(compare) else { continue };
        let (used, limit) = (used(nearest), nearest.shown_limit());
        let holds = if of.holds() { "holds" } else { "BROKEN" };
        let (clause, name) = (nearest.title(), &of.book.name);
        out!("{:>18} {limit:>18} {used:>8} {holds:>8}  {clause:<30}  {name}", nearest.figure);
    }
}
