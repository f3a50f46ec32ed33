//! One file for each command.

mod attest;
mod backtest;
mod batch_folder;
mod batch_table;
mod bundle;
mod calldata;
mod ceremony;
mod chain;
mod check;
mod check_trade;
mod commit;
mod completions;
mod day;
mod demo;
mod demo_collateral;
mod demo_files;
mod demo_pool;
mod factor_files;
mod groups;
mod histogram;
mod ic_row;
mod init;
mod keygen;
mod ledger;
mod mandate;
mod methods;
mod pool;
mod pool_deal;
mod pool_describe;
mod pool_ledger;
mod pool_losses;
mod pool_sensitivity;
mod pool_value;
mod pool_waterfall;
mod prove;
mod prove_batch;
mod recommit;
mod report;
mod risk;
mod scenarios;
mod shape;
mod snarkjs;
mod solidity;
mod verify;
mod zkey;

use crate::cli::Command;
use crate::failure::Failure;

/// Runs a command.
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Init(options) => init::run(&options),
        Command::Day(options) => day::run(&options),
        Command::Check(options) => check_trade::run(&options),
        Command::Completions(options) => completions::complete(&options),
        Command::Man(options) => completions::man(&options),
        Command::Bundle(options) => bundle::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Scenarios(command) => scenarios::run(&command),
        Command::Mandate(options) => mandate::run(&options),
        Command::Groups(options) => groups::run(&options),
        Command::Caps(options) => factor_files::caps(&options),
        Command::Impact(options) => factor_files::impact(&options),
        Command::Report(options) => report::run(&options),
        Command::Risk(options) => risk::run(&options),
        Command::Commit(options) => commit::run(&options),
        Command::Recommit(options) => recommit::run(&options),
        Command::Attest(command) => attest::run(&command),
        Command::Keygen(options) => keygen::run(&options),
        Command::Ceremony(command) => ceremony::run(&command),
        Command::Prove(options) => prove::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Solidity(options) => solidity::run(&options),
        Command::IcRow(options) => ic_row::run(&options),
        Command::Calldata(options) => calldata::run(&options),
        Command::Snarkjs(options) => snarkjs::run(&options),
        Command::Backtest(options) => backtest::run(&options),
        Command::Ledger(command) => ledger::run(&command),
        Command::Book(command) => check::run(&command),
        Command::Pool(command) => pool::run(&command),
        Command::Zkey(options) => zkey::run(&options),
        Command::Shape(options) => shape::run(&options),
        Command::Chain(options) => chain::run(&options),
    }
}
