//! `tailproof scenarios`: make and show public scenario sets.

mod cashflow;
mod collateral;
pub mod collateral_moves;
mod covariance;
mod credit;
mod historical;
mod margin;
mod montecarlo;
mod pnl;
mod point;
mod regenerate;
mod show;
mod tables;
mod write;

use crate::cli::Scenarios;
use crate::failure::Failure;

/// Runs one of the commands of `tailproof scenarios`.
pub fn run(command: &Scenarios) -> Result<(), Failure> {
    match command {
        Scenarios::Historical(options) => historical::run(options),
        Scenarios::Montecarlo(options) => montecarlo::run(options),
        Scenarios::Covariance(options) => covariance::run(options),
        Scenarios::Margin(options) => margin::margin(options),
        Scenarios::Scan(options) => margin::scan(options),
        Scenarios::Regenerate(options) => regenerate::run(options),
        Scenarios::Stress(options) => tables::stress(options),
        Scenarios::Events(options) => tables::events(options),
        Scenarios::Import(options) => tables::import(options),
        Scenarios::Pnl(options) => pnl::run(options),
        Scenarios::Credit(options) => credit::run(options),
        Scenarios::Cashflow(options) => cashflow::run(options),
        Scenarios::Collateral(options) => collateral::run(options),
        Scenarios::Show(options) => show::run(options),
        Scenarios::Point(options) => point::run(options),
    }
}
