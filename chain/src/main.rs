//! `tailproof-chain`: Tailproof's contracts on an EVM chain.

use std::process::ExitCode;

fn main() -> ExitCode {
    tailproof_chain::run()
}
