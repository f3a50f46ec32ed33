//! Claims, holdings and commitments from the files that options name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tailproof::commitments::{BookOpening, CommitmentFile};
use tailproof::verifier::inputs::ScenarioInputs;
use tailproof::verifier::pool::PoolError;
use tailproof::{
    Backend, Books, Claim, Deal, DealClaim, LoanPool, MandateClaim, Months, Opened, Positions, RollClaim, Shape,
};

use crate::cli::{Prove, PublicOptions};
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::flows::deal_under;
use crate::months::Tapes;
use crate::pools;

/// A claim with what its prover holds.
pub enum Case {
    /// A mandate, and books.
    Market(MandateClaim, Books),
    /// A deal, and a pool of loans.
    Pool(Box<DealClaim>, Box<Opened<LoanPool>>),
    /// A deal with a month, and a pool of two dates.
    Month(Box<RollClaim>, Box<Months>),
}

impl Case {
    /// Reads the public files and the holdings that `prove` names.
    pub fn read(options: &Prove) -> Result<Self, Failure> {
        match public_claim(&options.public())? {
            Claim::Market(claim) => {
                let books = read_books(options, &claim)?;
                Ok(Case::Market(claim, books))
            }
            Claim::Pool(claim) if claim.deal().month().is_some() => {
                let months = Tapes::of(options)?.open(claim.deal())?;
                Ok(Case::Month(Box::new(RollClaim::new(claim)?), Box::new(months)))
            }
            Claim::Pool(_) if options.before.is_some() => {
                Err(Failure::Usage("--before goes with a deal that has a [month]".into()))
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
            Case::Month(claim, _) => (**claim).clone().into(),
        }
    }
}

/// Returns the paths of the public files.
pub fn public_paths(options: &PublicOptions) -> impl Iterator<Item = &Path> {
    [&options.scenarios, &options.mandate, &options.deal, &options.assumptions]
        .into_iter()
        .flatten()
        .map(|path| &**path)
}

/// Reads the claim that public files make.
pub fn public_claim(options: &PublicOptions) -> Result<Claim, Failure> {
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    Ok(match (&options.deal, &options.mandate, set) {
        (Some(deal), None, set) => Claim::pool(deal_under(deal, options.assumptions.as_deref())?, set.map(Arc::new))?,
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
    let file = files::book_over(set, book, &options.tables.options())?;
    file.check_currency(claim.mandate())?;
    let positions = file.positions_as_committed(set, opening.unit(), opening.nav())?;
    opening.open(positions, &set.committed_names()).map_err(|_| {
        let scenarios = options.scenarios.clone().unwrap_or_default();
        let (opening, book) = (path.to_owned(), book.to_owned());
        Failure::Mismatch(Mismatch::Opening { opening, book, scenarios })
    })
}

fn read_loans(options: &Prove, deal: &Deal) -> Result<Opened<LoanPool>, Failure> {
    let (Some(tape), [path]) = (&options.pool, &options.opening[..]) else {
        return Err(Failure::Usage("a pool has one --pool and one --opening".into()));
    };
    let file = options.deal.as_deref().unwrap_or(Path::new(""));
    Ok(pools::open((tape, &options.tape_args()), path, pools::committed_schema(deal)?, file)?.opened)
}

/// Reads the commitments that a proof must be about, over the field of a backend, in the order of the
/// claim, each with its file.
pub fn commitments<'p, B: Backend>(
    claim: &Claim,
    paths: &'p [PathBuf],
) -> Result<Vec<(&'p PathBuf, B::Field)>, Failure> {
    let read = |path: &'p PathBuf| {
        let file = CommitmentFile::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?;
        Ok((path, file))
    };
    let mut named = paths.iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
    named.sort_by_key(|(_, file)| file.place_in(claim));
    let value = |(path, file): (&'p PathBuf, CommitmentFile)| match file.value_for::<B>(claim) {
        Ok(value) => Ok((path, value)),
        Err(problem) => Err(Failure::Commitment { file: path.clone(), problem }),
    };
    named.into_iter().map(value).collect()
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
        let deal = deal.ok_or_else(|| missing("keys for a pool of loans take the deal: give --deal"))?;
        let deal = deal_under(deal, options.assumptions.as_deref())?;
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
            return Err(missing(
                "keys with limits on the book take the mandate's costs, cash, groups and caps: give --mandate",
            ));
        }
        None => ScenarioInputs::new(shape, &set)?,
    })
}

/// Returns the word for what a claim is about.
pub fn subject(claim: &Claim) -> &'static str {
    match claim {
        Claim::Market(_) => "book",
        Claim::Pool(_) => "pool of loans",
    }
}
