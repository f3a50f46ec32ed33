//! `tailproof impact`: the digest of a file of liquidity costs, and which factors of a set it is
//! about.

use serde_json::json;
use tailproof::core::InputError;

use crate::cli::FactorFile;
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};

/// A file with a row for each factor, as it is shown.
pub struct Described {
    pub digest: [u8; 32],
    pub rows: usize,
    pub has_rest: bool,
    /// which factors of a set are listed, and which are in the rest, in words
    pub factors: Option<String>,
}

/// Runs `tailproof impact`.
pub fn run(options: &FactorFile) -> Result<(), Failure> {
    let impact = files::impact(&options.file)?;
    let in_file = |problem| InputError::in_file(&options.file.display().to_string(), problem);
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    let factors = set.map(|set| impact.rows_of(set.factors(), |column| set.is_exposure(column))).transpose();
    print(
        options,
        &Described {
            digest: impact.digest(),
            rows: impact.rows(),
            has_rest: impact.has_rest(),
            factors: factors.map_err(in_file)?,
        },
    );
    Ok(())
}

/// Prints what is known of a file.
pub fn print(options: &FactorFile, file: &Described) {
    let Described { digest, rows, has_rest, factors } = file;
    let digest = hex::encode(digest);
    if options.json {
        print_json(&json!({ "digest": digest, "rows": rows, "has_rest": has_rest, "factors": factors }));
        return;
    }
    out!("digest {digest}");
    let rest = if *has_rest { ", one of them for the rest" } else { "" };
    out!("rows {rows}{rest}");
    if let Some(factors) = factors {
        out!("factors of the set: {factors}");
    }
}
