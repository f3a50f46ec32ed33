//! Loans of a tape as a deal reads it, and their openings.

use std::path::Path;

use rust_decimal::Decimal;
use tailproof::commitments::PoolOpening;
use tailproof::core::pool::{Loan, TapeSchema};
use tailproof::risk::credit::scale::{Median, suspicious_medians};
use tailproof::tape::TapeReading;
use tailproof::verifier::pool::PoolError;
use tailproof::{Deal, InputError, LoanPool, Opened};

use crate::cli::TapeArgs;
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::output::note;
use crate::tapes;

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
    under(tape, reading, schema)
}

/// Reads the loans of a tape under a schema.
fn under(tape: &Path, reading: &TapeArgs, schema: &TapeSchema) -> Result<(TapeReading, LoanPool), Failure> {
    let name = tape.display().to_string();
    let found = tapes::read(tape, reading, Some(schema))?;
    let loans = LoanPool::new(&found.tape, schema).map_err(|problem| InputError::in_file(&name, problem))?;
    warn_of_scale(&loans, schema);
    Ok((found, loans))
}

/// A tape with its commitment opened.
pub struct OpenedTape {
    /// Every row that was read, those too that are not of the pool.
    pub loans: Vec<Loan>,
    /// The loans that the commitment is to.
    pub opened: Opened<LoanPool>,
}

/// Reads a tape under a schema of a deal, and opens its commitment. `deal` is the deal's file, for errors.
pub fn open(tape: (&Path, &TapeArgs), opening: &Path, schema: &TapeSchema, deal: &Path) -> Result<OpenedTape, Failure> {
    let (tape, reading) = tape;
    let file = PoolOpening::from_json(&files::read_text(opening)?).map_err(Failure::malformed(opening))?;
    if file.context() != schema.digest() {
        // Before the tape is read: under another schema it may not even be readable.
        return Err(Failure::Mismatch(Mismatch::Schema { opening: opening.to_owned(), deal: deal.to_owned() }));
    }
    let (found, loans) = under(tape, reading, schema)?;
    let not_opened =
        |_| Failure::Mismatch(Mismatch::PoolOpening { opening: opening.to_owned(), tape: tape.to_owned() });
    Ok(OpenedTape { loans: found.tape.loans().to_vec(), opened: file.open(loans, schema).map_err(not_opened)? })
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

/// Returns the failure of a problem of a deal.
pub fn in_deal(problem: tailproof::Problem) -> Failure {
    tailproof::InstanceError::from(PoolError::from(problem)).into()
}
