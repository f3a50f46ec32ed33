//! One file for each command.

mod backtest;
mod bond;
mod check;
mod cover;
mod custodian;
mod deploy;
mod desk;
mod index;
mod mandate;
mod mark;
mod oracle;
mod plan;
mod poke;
mod push;
mod quote;
mod realise;
mod records;
mod session;
mod status;
mod submit;
mod token;
mod underwrite;
mod watch;
mod window;

use crate::cli::{Arguments, Command};
use crate::error::Failure;

/// Runs a command.
///
/// # Errors
/// It fails; the failure says what to do.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let common = &arguments.common;
    match arguments.command {
        Command::Deploy(options) => deploy::run(common, &options).await,
        Command::Oracle(command) => oracle::run(common, &command).await,
        Command::Push(options) => push::run(common, &options).await,
        Command::Mandate(command) => mandate::run(common, &command).await,
        Command::Custodian(command) => custodian::run(common, &command).await,
        Command::Submit(options) => submit::run(common, &options).await,
        Command::Realise(options) => realise::run(common, &options).await,
        Command::Poke(options) => poke::run(common, &options).await,
        Command::Mark(options) => mark::run(common, &options).await,
        Command::Buy(options) => cover::buy(common, &options).await,
        Command::Settle(options) => cover::settle(common, &options).await,
        Command::Collect(options) => cover::collect(common, &options).await,
        Command::Bond(options) => bond::run(common, &options).await,
        Command::Underwrite(options) => underwrite::run(common, &options).await,
        Command::Quote(options) => quote::run(common, &options),
        Command::Backtest(options) => backtest::run(common, &options),
        Command::Status(options) => status::run(common, &options).await,
        Command::Watch(options) => watch::run(common, &options).await,
    }
}
