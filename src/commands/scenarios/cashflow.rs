//! `tailproof scenarios cashflow`: payments of a deal's replines by month.

use tailproof::core::InputError;
use tailproof::core::scenarios::cashflow::cashflow_scenarios;

use super::write::{print_written, write_set};
use crate::cli::CashflowSet;
use crate::failure::Failure;
use crate::files;
use crate::flows;
use crate::output::out;
use crate::progress::spin;

/// Makes the matrix and writes its file.
pub fn run(options: &CashflowSet) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.deal, &options.assumptions])?;
    let deal = flows::deal(&options.deal)?;
    let assumptions = flows::assumptions(&options.assumptions)?;
    let name = options.assumptions.display().to_string();
    let set = spin("projecting", || cashflow_scenarios(&deal, &assumptions));
    let set = set.map_err(|problem| InputError::in_file(&name, problem))?;
    write_set(&set, &options.output)?;
    print_written(&set, &options.output, options.json);
    if !options.json {
        out!("assumptions {} (for assumptions_sha256 in the deal's [cashflow])", hex::encode(assumptions.digest()));
    }
    Ok(())
}
