//! `tailproof caps`: the digest of a file of caps, and which factors of a set it caps.

use tailproof::core::InputError;

use super::impact::{Described, print};
use crate::cli::FactorFile;
use crate::failure::Failure;
use crate::files;

/// Runs `tailproof caps`.
pub fn run(options: &FactorFile) -> Result<(), Failure> {
    let caps = files::caps(&options.file)?;
    let in_file = |problem| InputError::in_file(&options.file.display().to_string(), problem);
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    let factors = set.map(|set| caps.rows_of(set.factors(), |column| set.is_exposure(column))).transpose();
    print(
        options,
        &Described {
            digest: caps.digest(),
            rows: caps.rows(),
            has_rest: caps.has_rest(),
            factors: factors.map_err(in_file)?,
        },
    );
    Ok(())
}
