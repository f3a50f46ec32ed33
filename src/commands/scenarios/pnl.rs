//! `tailproof scenarios pnl`: the days of a P&L vector, which are public, without its gains.

use tailproof::core::scenarios::pnl::pnl;

use super::write::{print_written, write_set};
use crate::cli::PnlSet;
use crate::failure::Failure;
use crate::files;

/// Makes the set and writes its file.
pub fn run(options: &PnlSet) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.pnl])?;
    let vector = files::pnl(&options.pnl, &options.tables.options())?;
    let days = vector.book().days().map_err(|problem| Failure::Option { option: "pnl", problem })?;
    let set = pnl(&options.source, &days).map_err(|problem| Failure::Option { option: "source", problem })?;
    write_set(&set, &options.output)?;
    print_written(&set, &options.output, options.json);
    Ok(())
}
