//! Loan tapes: a row a loan, from a file in any of the formats and layouts of [`crate::table`],
//! perhaps under other column names that a mapping gives.
//!
//! A reading goes through these steps, each in a module of its own:
//!
//! * `sheet`, `columns`: the rows of loans, and where the columns of a tape stand.
//! * `select`: which rows are read; the others are counted by their reason.
//! * `row`, `terms`: texts, numbers and terms of a row.
//! * `loan`: the row as a loan, by the mapping. `under_schema` has what a schema of version 2
//!   decides, and `check` refuses a mapping that says otherwise.

mod check;
mod columns;
mod loan;
mod mapping;
pub(crate) mod problem;
mod row;
mod select;
mod sheet;
mod terms;
mod under_schema;

use std::cell::{Cell, RefCell};
use std::io::Read;

use rust_decimal::Decimal;
use tailproof_core::error::{Problem, RowError};
use tailproof_core::pool::tape::Tape;
use tailproof_core::pool::tape_terms::TapeTerms;
use tailproof_core::pool::{Category, TapeSchema};

use crate::table::{NoteBasis, NoteKind, Numbers, Reading, Separator, TableError, TableOptions};
use columns::{Cells, absent, place_of};
use mapping::{Moment, NUMBERS};
use row::{Context, Row};
use sheet::Sheet;

pub use mapping::Mapping;
pub use problem::TapeFileProblem;
pub use select::LeftOut;

/// Settings of a reading of a tape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TapeOptions {
    /// how the table is read; these go before what the mapping says
    pub table: TableOptions,
    /// the period to read of a file with a row for each loan and month; it goes before the mapping's
    pub period: Option<String>,
}

/// A tape, and what was done to read it.
#[derive(Debug, Clone, PartialEq)]
pub struct TapeReading {
    /// the loans
    pub tape: Tape,
    /// everything that differs from the plain layout
    pub reading: Reading,
    /// rows that were left out, by reason
    pub left_out: Vec<LeftOut>,
    /// number of numbers that were rounded: by the schema, by the mapping, or to basis points
    pub rounded: usize,
    /// the day, or month, of the tape: YYYY-MM-DD or YYYY-MM
    pub cut_off: Option<String>,
    /// live loans past their maturity, whose term is taken as 0
    pub past_maturity: Vec<String>,
}

/// Reads a tape without a schema: words and numbers are the mapping's. Figures can be about it; a
/// commitment takes [`read_tape_under`]. `file` names it in errors.
///
/// # Errors
/// The errors of [`read`].
pub fn read_tape(file: &str, input: impl Read, mapping: &Mapping) -> Result<Tape, TableError> {
    Ok(read(file, input, mapping, None, &TapeOptions::default())?.tape)
}

/// Reads a tape as a schema says. The mapping says where something stands, and the schema what it
/// means; a schema of version 1 leaves that to the mapping. `file` names the tape in errors.
///
/// # Errors
/// The errors of [`read`].
pub fn read_tape_under(
    file: &str,
    input: impl Read,
    mapping: &Mapping,
    schema: &TapeSchema,
) -> Result<TapeReading, TableError> {
    read(file, input, mapping, Some(schema), &TapeOptions::default())
}

/// Reads a tape, and reports how it was read. A schema of version 2 decides what its words and
/// numbers mean; without one, or under one of version 1, the mapping does. `file` names the tape in
/// errors.
///
/// # Errors
/// No column of ids or balances, or one that is misspelt by its capitals; a loan twice; a cell that
/// is not what its column holds, by row and column; amounts in two currencies; no loans; any guess,
/// if the options are strict. Under a schema: a mapping that defines a status, a date, a scale or
/// bands otherwise than the schema, has a constant for a column of the file, or a suffix that is a
/// part of numbers; a row of another currency or date; a number that is not whole in its steps,
/// where the schema rounds nothing.
pub fn read(
    file: &str,
    input: impl Read,
    mapping: &Mapping,
    schema: Option<&TapeSchema>,
    options: &TapeOptions,
) -> Result<TapeReading, TableError> {
    let terms = schema.and_then(TapeSchema::terms);
    if let Some(terms) = terms {
        check::check_mapping(mapping, terms).map_err(|problem| TableError::in_file(file, problem))?;
    }
    let mut reading = Reading::plain(file);
    let table = mapping.options(&options.table);
    let mut sheet = Sheet::open(file, input, mapping, &table, terms, &mut reading)?;
    let period = options.period.as_deref().or(mapping.period.as_deref());
    let mut left_out = select::select(&mut sheet, mapping, period)?;
    if terms.is_none() {
        select::check_currency(&sheet)?;
    }
    drop_total(&mut sheet, mapping, &table, &mut reading)?;
    let context = Context { has_period: period.is_some(), ..context(&sheet, mapping, schema, &table, &mut reading)? };
    let (mut loans, mut lines) = (Vec::with_capacity(sheet.rows.len()), Vec::with_capacity(sheet.rows.len()));
    for (index, row) in sheet.rows.iter().enumerate() {
        let row = Row { of: &context, row: *row, index };
        if terms.map_or(Ok(true), |terms| row.is_of_the_tape(terms))? {
            loans.push(row.loan()?);
            lines.push(sheet.grid.line(row.row));
        }
    }
    let others = sheet.rows.len() - loans.len();
    select::add(&mut left_out, terms.map(other_currency).unwrap_or_default(), others);
    context.numbers.borrow().report(&mut reading);
    if table.strict {
        reading.refuse_guesses()?;
    }
    let tape = Tape::new(loans).map_err(|error| not_a_tape(&sheet, &lines, error))?;
    let tape = match schema.filter(|_| terms.is_some()) {
        Some(schema) => tape.read_under(schema.digest()),
        None => tape,
    };
    let cut_off = context.cut_off.map(|cut_off| cut_off.to_string());
    let (rounded, past_maturity) = (context.rounded.get(), context.past_maturity.take());
    drop(context);
    Ok(TapeReading { tape, reading, left_out, rounded, cut_off, past_maturity })
}

fn other_currency(terms: &TapeTerms) -> String {
    format!("the currency is not {}", terms.currency)
}

/// Returns the error of loans that are no tape: a loan in several rows, perhaps one for each month.
fn not_a_tape(sheet: &Sheet<'_>, lines: &[u64], mut error: RowError) -> TableError {
    let name = sheet.name_of(&error.column).to_owned();
    if let Problem::DuplicateName(loan) = &error.problem {
        let line = error.row.and_then(|row| lines.get(row)).copied().unwrap_or_default();
        let column = sheet.columns.period.map(|place| sheet.header[place].clone());
        let (loan, periods) = (loan.clone(), select::periods(sheet));
        return TableError::in_cell(sheet.file, line, &name, TapeFileProblem::RepeatedLoan { loan, column, periods });
    }
    error.column = name;
    error.in_file(sheet.file, lines).into()
}

/// Finds how the numbers are written, and from which day terms are counted.
fn context<'t>(
    sheet: &'t Sheet<'t>,
    mapping: &'t Mapping,
    schema: Option<&'t TapeSchema>,
    options: &TableOptions,
    reading: &mut Reading,
) -> Result<Context<'t>, TableError> {
    let schema = schema.filter(|schema| schema.terms().is_some());
    let terms = schema.and_then(TapeSchema::terms);
    let mut spare = Vec::new();
    for number in terms.iter().flat_map(|terms| &terms.numbers) {
        let name = mapping.numbers.get(&number.name).map_or(&number.name[..], |place| &place.0);
        let missing = || absent(sheet.file, sheet.header_line, &sheet.header, name);
        spare.push(place_of(&sheet.header, name).ok_or_else(missing)?);
    }
    let maturities = terms::maturities(sheet, mapping, options, reading)?;
    let numbers = numbers(sheet, mapping, &spare, maturities.is_some(), options)?;
    Ok(Context {
        sheet,
        mapping,
        terms,
        has_period: false,
        unit: schema.map(|schema| schema.unit().to_decimal()),
        grades: schema.map_or(&[], |schema| schema.names(Category::Grade)),
        spare,
        numbers: RefCell::new(numbers),
        rounded: Cell::new(0),
        maturities,
        cut_off: cut_off(sheet, mapping, terms)?,
        past_maturity: RefCell::default(),
    })
}

/// Finds the decimal mark of all columns of numbers.
fn numbers(
    sheet: &Sheet<'_>,
    mapping: &Mapping,
    spare: &[usize],
    has_dates: bool,
    options: &TableOptions,
) -> Result<Numbers, TableError> {
    let of_tape = NUMBERS.into_iter().filter(|column| !(has_dates && *column == "term"));
    let of_tape = of_tape.map(|column| sheet.columns.get(column)).filter(|cells| cells.constant.is_none());
    let mut columns: Vec<(usize, Cells<'_>)> =
        of_tape.filter_map(|cells| Some((cells.place?, cells.clone()))).collect();
    let of_ratios = mapping.ratios.values().flat_map(|ratio| [&ratio.above, &ratio.below]);
    let of_bands = mapping.bands.values().map(|bands| &bands.column);
    let of_spread = mapping.spread.iter().flat_map(|spread| [&spread.column, &spread.recovery]);
    let named = of_ratios.chain(of_bands).chain(of_spread).filter_map(|place| place_of(&sheet.header, &place.0));
    columns.extend(named.chain(spare.iter().copied()).map(|place| (place, Cells::of_file(place, mapping))));
    let cells = sheet.rows.iter().flat_map(|row| {
        let cell = |(place, cells): &'_ (usize, Cells<'_>)| {
            let text = cells.clean(sheet.grid.cell(*row, *place)).unwrap_or_default();
            ((*row, *place), text)
        };
        columns.iter().map(cell)
    });
    let points = sheet.grid.typed || sheet.separator == Separator::Comma;
    let wrong = |((row, place), problem): ((usize, usize), _)| sheet.at(row, &sheet.header[place], problem);
    Numbers::of_cells(points, cells, options).map_err(wrong)
}

/// Returns the day, or month, from which terms are counted: the schema's, the mapping's, or that of
/// the tape's own columns.
fn cut_off(sheet: &Sheet<'_>, mapping: &Mapping, terms: Option<&TapeTerms>) -> Result<Option<Moment>, TableError> {
    if let Some(terms) = terms {
        return Ok(Some(terms.cut_off.into()));
    }
    select::check_cut_off(sheet, mapping)?;
    let own = select::own_cut_off(sheet, mapping);
    let Some(as_of) = mapping.as_of.as_deref() else { return Ok(own.map(|(own, _)| own)) };
    let stated = Moment::usual(as_of);
    // Only a column that the mapping names, or that is called so, is a date of the tape.
    if let (Some(stated), Some((found, column))) = (stated, own)
        && !stated.agrees(found)
    {
        let (as_of, found, column) = (as_of.to_owned(), found.to_string(), column.to_owned());
        return Err(TableError::in_file(sheet.file, TapeFileProblem::OtherAsOf { as_of, found, column }));
    }
    Ok(stated)
}

/// Names of a row that sums those above it, in lower case.
const TOTALS: [&str; 8] = ["total", "totals", "grand total", "sum", "summe", "gesamt", "somme", "totale"];

/// Leaves out a last row that is named as a total and sums the balances above.
fn drop_total(
    sheet: &mut Sheet<'_>,
    mapping: &Mapping,
    options: &TableOptions,
    reading: &mut Reading,
) -> Result<(), TableError> {
    let [above @ .., last] = &sheet.rows[..] else { return Ok(()) };
    let name = match mapping.number_rows {
        true => sheet.grid.cells(*last).find(|cell| !cell.is_empty()),
        false => sheet.text(*last, "id"),
    };
    let name = name.unwrap_or_default().to_owned();
    let is_total = TOTALS.contains(&&*name.trim_end_matches(':').to_lowercase());
    let Some(place) = sheet.columns.get("balance").place.filter(|_| is_total && !above.is_empty()) else {
        return Ok(());
    };
    let mut numbers = self::numbers(sheet, mapping, &[], true, options)?;
    let mut balance = |row: usize| sheet.text(row, "balance").and_then(|text| numbers.read(text, place).ok());
    let sum = above.iter().try_fold(Decimal::ZERO, |sum, row| sum.checked_add(balance(*row).unwrap_or_default()));
    let stated = balance(*last);
    if stated.is_none() || stated != sum {
        let stated = stated.map_or("none".to_owned(), |stated| stated.to_string());
        let sum = sum.map_or("more than fits".to_owned(), |sum| sum.to_string());
        return Err(sheet.wrong(*last, "id", TapeFileProblem::WrongTotal { name, stated, sum }));
    }
    let line = sheet.grid.line(*last);
    let what = format!("row '{name}' is the sum of those above: left out");
    reading.add(NoteKind::Total, NoteBasis::Guess, what).line = Some(line);
    sheet.rows.pop();
    Ok(())
}
