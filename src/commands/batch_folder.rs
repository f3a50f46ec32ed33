//! The folders of a batch, and what is refused before any work.

use std::ffi::OsString;
use std::path::Path;

use ark_bn254::Fr;
use tailproof::batch::{self, BOOK, Listed, OPENING, Row, Status};
use tailproof::verifier::MarketClaim;
use tailproof::{InstanceError, MandateClaim, Shape, Unit};

use crate::failure::Failure;

/// Lists the books of a folder.
pub fn list(books: &Path) -> Result<Vec<Listed>, Failure> {
    let failed = || Failure::io("read", books);
    let mut entries: Vec<(OsString, bool)> = Vec::new();
    for entry in std::fs::read_dir(books).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        entries.push((entry.file_name(), entry.path().is_file()));
    }
    let listed = batch::listed(entries);
    if listed.is_empty() {
        let text =
            format!("{}: there is no book in it: put each as NAME.{BOOK} beside its NAME.{OPENING}", books.display());
        return Err(Failure::Usage(text));
    }
    Ok(listed)
}

/// Refuses to write proofs into the folder of the books: its table of results would be a book.
pub fn refuse_same_folder(books: &Path, proofs: &Path) -> Result<(), Failure> {
    let places = [books, proofs].map(|folder| folder.canonicalize().ok());
    if books == proofs || (places[0].is_some() && places[0] == places[1]) {
        let text = format!("{} is the folder of the books; name another folder for the proofs", proofs.display());
        return Err(Failure::Usage(text));
    }
    Ok(())
}

/// Refuses keys of a shape for which the claim cannot be stated about any book.
pub fn refuse_other_keys(claim: &MandateClaim, shape: Shape) -> Result<(), Failure> {
    use InstanceError::{FloorAndOther, NeedsLimits, ParametricShape, TooManyClauses, TwoConfidences};
    let (unit, any) = (claim.mandate().coarsest_unit().min(Unit::CENT), Fr::from(0u64));
    match MarketClaim::new(shape, claim.mandate(), claim.scenarios(), unit, any, any) {
        Err(
            error @ (FloorAndOther(_)
            | NeedsLimits { .. }
            | ParametricShape { .. }
            | TooManyClauses
            | TwoConfidences { .. }),
        ) => Err(error.into()),
        // Books have units and values of their own.
        _ => Ok(()),
    }
}

/// Returns the rows before any work.
pub fn rows(listed: &[Listed]) -> Vec<Row> {
    let row = |listed: &Listed| match &listed.problem {
        None => Row::pending(listed.name.clone()),
        Some(problem) => Row { status: Status::BadInput, reason: problem.clone(), ..Row::pending(listed.name.clone()) },
    };
    listed.iter().map(row).collect()
}
