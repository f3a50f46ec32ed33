//! Claims, holdings and commitments from the files that options name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rust_decimal::Decimal;
use tailproof::commitments::{BookOpening, CommitmentFile, PoolOpening};
use tailproof::core::pool::TapeSchema;
use tailproof::risk::credit::scale::{Median, suspicious_medians};
use tailproof::tape::TapeReading;
use tailproof::verifier::inputs::layout::ScenarioInputs;
use tailproof::verifier::pool::PoolError;
use tailproof::{Backend, Books, Claim, Deal, DealClaim, InputError, LoanPool, MandateClaim, Opened, Positions, Shape};

use crate::cli::{Prove, PublicOptions, TapeArgs};
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::output::note;
use crate::tapes;

/// A claim with what its prover holds.
pub enum Case {
    /// A mandate, and books.
    Market(MandateClaim, Books),
    /// A deal, and a pool of loans.
    Pool(Box<DealClaim>, Box<Opened<LoanPool>>),
}

impl Case {
    /// Reads the public files and the holdings that `prove` names.
    pub fn read(options: &Prove) -> Result<Self, Failure> {
        match public_claim(&options.public())? {
            Claim::Market(claim) => {
                let books = read_books(options, &claim)?;
                Ok(Case::Market(claim, books))
            }
            Claim::Pool(claim) => {
                let loans = read_loans(options, claim.deal())?;
                Ok(Case::Pool(Box::new(claim), Box::new(loans)))
            }
        }
    }

    /// Returns the claim.
    pub fn claim(&self) -> Claim {
        match self {
            Case::Market(claim, _) => claim.clone().into(),
            Case::Pool(claim, _) => (**claim).clone().into(),
        }
    }
}

/// Returns the paths of the public files.
pub fn public_paths(options: &PublicOptions) -> impl Iterator<Item = &Path> {
    [&options.scenarios, &options.mandate, &options.deal].into_iter().flatten().map(|path| &**path)
}

/// Reads the claim that public files make.
pub fn public_claim(options: &PublicOptions) -> Result<Claim, Failure> {
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    Ok(match (&options.deal, &options.mandate, set) {
        (Some(deal), None, set) => Claim::pool(files::deal(deal)?, set.map(Arc::new))?,
        (None, Some(mandate), Some(set)) => Claim::market(files::mandate(mandate)?, set)?,
        _ => return Err(Failure::Usage("give --scenarios and --mandate, or the --deal of a pool".into())),
    })
}

fn read_books(options: &Prove, claim: &MandateClaim) -> Result<Books, Failure> {
    if options.book.len() != options.opening.len() {
        let (books, openings) = (options.book.len(), options.opening.len());
        return Err(Failure::Usage(format!(
            "{books} of --book and {openings} of --opening: give the opening of each book, in the order of the books"
        )));
    }
    let mut books = Vec::with_capacity(options.book.len());
    for (book, path) in options.book.iter().zip(&options.opening) {
        books.push(open_book(options, book, (path, read_opening(path)?), claim)?);
    }
    Books::new(books).map_err(|problem| Failure::Option { option: "book", problem })
}

/// Reads the opening of a commitment to a book.
pub fn read_opening(path: &Path) -> Result<BookOpening, Failure> {
    BookOpening::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))
}

/// Reads a book over the scenario set of a claim that `options` name, with the tables of that layout, and
/// opens its commitment.
pub fn open_book(
    options: &Prove,
    book: &Path,
    (path, opening): (&Path, BookOpening),
    claim: &MandateClaim,
) -> Result<Opened<Positions>, Failure> {
    let set = claim.scenarios();
    let file = files::book(book, &options.tables.options())?;
    file.check_currency(claim.mandate())?;
    let positions = file.positions_as_committed(set, opening.unit(), opening.nav())?;
    opening.open(positions, set.factors()).map_err(|_| {
        let scenarios = options.scenarios.clone().unwrap_or_default();
        let (opening, book) = (path.to_owned(), book.to_owned());
        Failure::Mismatch(Mismatch::Opening { opening, book, scenarios })
    })
}

/// Returns how a deal turns a tape into the integers that a commitment binds: a schema of version 2.
pub fn committed_schema(deal: &Deal) -> Result<&TapeSchema, Failure> {
    let schema = deal.require_schema().map_err(in_deal)?;
    schema.require_terms().map_err(in_deal)?;
    Ok(schema)
}

/// Reads the loans of a tape as a deal reads it. Warns of numbers that are hardly in the deal's
/// scale.
pub fn loans(tape: &Path, reading: &TapeArgs, deal: &Deal) -> Result<LoanPool, Failure> {
    Ok(loans_of(tape, reading, deal)?.1)
}

/// The same, and says which rows of the tape are in the pool.
pub fn loans_said(tape: &Path, reading: &TapeArgs, deal: &Deal) -> Result<LoanPool, Failure> {
    let (found, loans) = loans_of(tape, reading, deal)?;
    tapes::say_pool(&tape.display().to_string(), &found, loans.loans().len());
    Ok(loans)
}

fn loans_of(tape: &Path, reading: &TapeArgs, deal: &Deal) -> Result<(TapeReading, LoanPool), Failure> {
    let schema = committed_schema(deal)?;
    let name = tape.display().to_string();
    let found = tapes::read(tape, reading, Some(schema))?;
    let loans = LoanPool::new(&found.tape, schema).map_err(|problem| InputError::in_file(&name, problem))?;
    warn_of_scale(&loans, schema);
    Ok((found, loans))
}

/// Warns of columns in percent whose median, weighted by balance, looks like another scale.
pub fn warn_of_scale(loans: &LoanPool, schema: &TapeSchema) {
    warn_of_medians(suspicious_medians(loans, schema), "the deal's [tape.scale] says which the tape has");
}

/// Warns of medians that look like another scale, and says what settles it.
pub fn warn_of_medians(medians: Vec<Median>, cure: &str) {
    for Median { column, basis_points } in medians {
        let (name, median) = (column.name(), Decimal::new(basis_points.into(), 2).normalize());
        let side = if basis_points < 10_000 { "at most" } else { "at least" };
        note!(
            "warning: loans of half the balance have a {name} of {side} {median} %; a {name} in percent is 5.5, not 0.055: \
             {cure}"
        );
    }
}

fn read_loans(options: &Prove, deal: &Deal) -> Result<Opened<LoanPool>, Failure> {
    let (Some(tape), [path]) = (&options.pool, &options.opening[..]) else {
        return Err(Failure::Usage("a pool has one --pool and one --opening".into()));
    };
    let opening = PoolOpening::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?;
    let schema = committed_schema(deal)?;
    let deal_file = options.deal.clone().unwrap_or_default();
    if opening.context() != schema.digest() {
        // Before the tape is read: under another schema it may not even be readable.
        return Err(Failure::Mismatch(Mismatch::Schema { opening: path.clone(), deal: deal_file }));
    }
    let loans = loans(tape, &options.tape_args(), deal)?;
    opening
        .open(loans, schema)
        .map_err(|_| Failure::Mismatch(Mismatch::PoolOpening { opening: path.clone(), tape: tape.clone() }))
}

/// Reads the commitments that a proof must be about, over the field of a backend; any will do if no
/// file is given.
pub fn commitments<B: Backend>(claim: &Claim, paths: &[PathBuf]) -> Result<Option<Vec<B::Field>>, Failure> {
    let read = |path: &PathBuf| {
        let file = CommitmentFile::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?;
        file.value_for::<B>(claim).map_err(|problem| Failure::Commitment { file: path.clone(), problem })
    };
    let known = paths.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok((!known.is_empty()).then_some(known))
}

/// Reads the scenario part of the public inputs: that of a scenario file, with the half-spreads of
/// a mandate if there is one, or that of a pool's deal.
pub fn scenario_inputs(shape: Shape, options: &PublicOptions) -> Result<ScenarioInputs, Failure> {
    let missing = |text: &str| Failure::Usage(text.into());
    if shape.pool().is_some() {
        if options.mandate.is_some() {
            return Err(tailproof::InstanceError::NotABook(shape).into());
        }
        let deal = options.deal.as_deref();
        let deal = files::deal(deal.ok_or_else(|| missing("keys for a pool of loans take the deal: give --deal"))?)?;
        let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| Arc::new(set));
        return Ok(Claim::pool(deal, set)?.scenario_inputs(shape)?);
    }
    if options.deal.is_some() {
        return Err(tailproof::InstanceError::from(PoolError::NotAPool(shape)).into());
    }
    let path = options.scenarios.as_deref().ok_or_else(|| missing("these keys take a scenario file"))?;
    let (set, _) = files::scenarios(path)?;
    Ok(match &options.mandate {
        Some(path) => ScenarioInputs::from_mandate(shape, &set, &files::mandate(path)?)?,
        None if shape.has_limits() => {
            return Err(missing("keys with limits on the book take the mandate's half-spreads: give --mandate"));
        }
        None => ScenarioInputs::new(shape, &set)?,
    })
}

/// Returns the failure of a problem of a deal.
pub fn in_deal(problem: tailproof::Problem) -> Failure {
    tailproof::InstanceError::from(PoolError::from(problem)).into()
}

/// Returns the word for what a claim is about.
pub fn subject(claim: &Claim) -> &'static str {
    match claim {
        Claim::Market(_) => "book",
        Claim::Pool(_) => "pool of loans",
    }
}
