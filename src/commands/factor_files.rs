//! `tailproof caps` and `tailproof impact`: the digest of a file with a row for each factor, and
//! which factors of a set it lists.

use serde_json::json;
use tailproof::core::InputError;
use tailproof::core::mandate::FactorFile;

use crate::cli;
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};

/// Runs `tailproof caps`.
pub fn caps(options: &cli::FactorFile) -> Result<(), Failure> {
    print(options, files::caps(&options.file)?.file())
}

/// Runs `tailproof impact`.
pub fn impact(options: &cli::FactorFile) -> Result<(), Failure> {
    print(options, files::impact(&options.file)?.file())
}

/// Prints what is known of a file.
fn print<const N: usize>(options: &cli::FactorFile, file: &FactorFile<N>) -> Result<(), Failure> {
    let in_file = |problem| InputError::in_file(&options.file.display().to_string(), problem);
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    let factors = set.map(|set| file.rows_of(set.factors(), |column| set.is_exposure(column)));
    let factors = factors.transpose().map_err(in_file)?;
    let (digest, rows, has_rest) = (hex::encode(file.digest()), file.row_count(), file.has_rest());
    if options.json {
        print_json(&json!({ "digest": digest, "rows": rows, "has_rest": has_rest, "factors": factors }));
        return Ok(());
    }
    out!("digest {digest}");
    let rest = if has_rest { ", one of them for the rest" } else { "" };
    out!("rows {rows}{rest}");
    if let Some(factors) = factors {
        out!("factors of the set: {factors}");
    }
    Ok(())
}
