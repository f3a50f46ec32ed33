//! `tailproof scenarios collateral`: the bad debt of a deal's grades after moves of the market.

use std::path::Path;

use tailproof::core::InputError;
use tailproof::scenarios::collateral::collateral_scenarios;

use super::collateral_moves::market;
use super::write::{print_written, write_set};
use crate::cli::CollateralSet;
use crate::failure::Failure;
use crate::files;

/// Makes losses of collateral and writes their file.
pub fn run(options: &CollateralSet) -> Result<(), Failure> {
    let inputs: Vec<&Path> = options.moves.source().into_iter().chain([&*options.deal]).collect();
    files::refuse_overlap(&[&options.output], &inputs)?;
    let deal = files::deal(&options.deal)?;
    let name = options.deal.display().to_string();
    let of_deal = |problem| InputError::in_file(&name, problem);
    deal.require_collateral().map_err(of_deal)?;
    let (market, source) = market(&options.moves, &options.tables.options(), &deal, &name)?;
    let of_source = |problem| InputError::in_file(&source.display().to_string(), problem);
    let set = collateral_scenarios(&deal, &market).map_err(of_source)?;
    if let Some(rule) = deal.market_rule() {
        rule.check_market(&set).map_err(|problem| of_deal(problem.into()))?;
    }
    write_set(&set, &options.output)?;
    print_written(&set, &options.output, options.json);
    Ok(())
}
