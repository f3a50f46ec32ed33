//! The contracts as Rust types, from their ABIs in `abi/`, and their errors in words.

#![allow(missing_docs, clippy::too_many_arguments, reason = "made by a macro from ABIs; the contracts have NatSpec")]

use alloy::dyn_abi::{DynSolValue, ErrorExt as _};
use alloy::json_abi::JsonAbi;
use alloy::primitives::hex;
use alloy::sol_types::{Panic, Revert, SolError as _, decode_revert_reason};

// Structs of an interface come once for each contract that has them, so each contract has a module.
pub mod window {
    alloy::sol!(
        #[derive(Debug)]
        RollingWindow,
        "abi/RollingWindow.json"
    );
}
pub mod rows {
    alloy::sol!(
        #[derive(Debug)]
        SignedRow,
        "abi/SignedRow.json"
    );
}
pub mod ledger {
    alloy::sol!(
        #[derive(Debug)]
        MandateLedger,
        "abi/MandateLedger.json"
    );
}
pub mod backtest {
    alloy::sol!(
        #[derive(Debug)]
        BacktestLedger,
        "abi/BacktestLedger.json"
    );
}
pub mod router {
    alloy::sol!(
        #[derive(Debug)]
        VerifierRouter,
        "abi/VerifierRouter.json"
    );
}
pub mod feed {
    alloy::sol!(
        #[derive(Debug)]
        RiskFeed,
        "abi/RiskFeed.json"
    );
}
pub mod margin {
    alloy::sol!(
        #[derive(Debug)]
        MarginAdapter,
        "abi/MarginAdapter.json"
    );
}
pub mod index {
    alloy::sol!(
        #[derive(Debug)]
        BookIndex,
        "abi/BookIndex.json"
    );
}
pub mod calendar {
    alloy::sol!(
        #[derive(Debug)]
        TradingCalendar,
        "abi/TradingCalendar.json"
    );
}
pub mod security {
    alloy::sol!(
        #[derive(Debug)]
        VarSecurity,
        "abi/VarSecurity.json"
    );
}
pub mod vault {
    alloy::sol!(
        #[derive(Debug)]
        CoverVault,
        "abi/CoverVault.json"
    );
}
pub mod book {
    alloy::sol!(
        #[derive(Debug)]
        CoverBook,
        "abi/CoverBook.json"
    );
}
pub mod shares {
    alloy::sol!(
        #[derive(Debug)]
        TrancheShares,
        "abi/TrancheShares.json"
    );
}
pub mod bond {
    alloy::sol!(
        #[derive(Debug)]
        ComplianceBond,
        "abi/ComplianceBond.json"
    );
}

pub use backtest::BacktestLedger;
pub use bond::ComplianceBond;
pub use book::CoverBook;
pub use calendar::TradingCalendar;
pub use feed::RiskFeed;
pub use index::BookIndex;
pub use ledger::{IMandateLedger, IScenarioSource, MandateLedger};
pub use margin::MarginAdapter;
pub use router::VerifierRouter;
pub use rows::SignedRow;
pub use security::VarSecurity;
pub use shares::TrancheShares;
pub use vault::CoverVault;
pub use window::RollingWindow;

/// The ABIs, for the names of errors and events.
const ABIS: [&str; 14] = [
    include_str!("../abi/RollingWindow.json"),
    include_str!("../abi/SignedRow.json"),
    include_str!("../abi/MandateLedger.json"),
    include_str!("../abi/BacktestLedger.json"),
    include_str!("../abi/VerifierRouter.json"),
    include_str!("../abi/RiskFeed.json"),
    include_str!("../abi/MarginAdapter.json"),
    include_str!("../abi/BookIndex.json"),
    include_str!("../abi/TradingCalendar.json"),
    include_str!("../abi/VarSecurity.json"),
    include_str!("../abi/CoverVault.json"),
    include_str!("../abi/CoverBook.json"),
    include_str!("../abi/TrancheShares.json"),
    include_str!("../abi/ComplianceBond.json"),
];

/// Returns the ABIs of all contracts that this program knows.
pub fn abis() -> impl Iterator<Item = JsonAbi> {
    ABIS.into_iter().map(|abi| serde_json::from_str(abi).expect("the tests read every ABI"))
}

/// Returns a contract's error with its values: `EpochNotNewer(epoch 7, last 9)`.
pub fn reason(data: &[u8]) -> String {
    let words = |names: &[String], values: &[DynSolValue]| {
        let pairs = names.iter().zip(values).map(|(name, value)| format!("{name} {}", shown(value)));
        pairs.collect::<Vec<_>>().join(", ")
    };
    if data.is_empty() {
        return "no reason was given".to_owned();
    }
    // Of `require` with a text, and of a panic.
    if [Revert::SELECTOR, Panic::SELECTOR].iter().any(|selector| data.starts_with(selector))
        && let Some(text) = decode_revert_reason(data)
    {
        return text;
    }
    for abi in abis() {
        for error in abi.errors() {
            if let Ok(decoded) = error.decode_error(data) {
                let names: Vec<String> = error.inputs.iter().map(|input| input.name.clone()).collect();
                return format!("{}({})", error.name, words(&names, &decoded.body));
            }
        }
    }
    format!("an error that this program does not know: {}", hex::encode_prefixed(data))
}

/// Returns a value as people read it.
pub fn shown(value: &DynSolValue) -> String {
    match value {
        DynSolValue::Bool(value) => value.to_string(),
        DynSolValue::Int(value, _) => value.to_string(),
        DynSolValue::Uint(value, _) => value.to_string(),
        DynSolValue::Address(address) => address.to_string(),
        DynSolValue::FixedBytes(word, size) => hex::encode_prefixed(&word[..*size]),
        DynSolValue::Bytes(bytes) => hex::encode_prefixed(bytes),
        DynSolValue::String(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::U256;
    use alloy::sol_types::SolError;

    use super::*;

    #[test]
    fn errors_are_shown_with_their_values() {
        let error = MandateLedger::EpochNotNewer { epoch: U256::from(7), last: U256::from(9) };
        assert_eq!(reason(&error.abi_encode()), "EpochNotNewer(epoch 7, last 9)");
        assert_eq!(reason(&[]), "no reason was given");
        assert!(reason(&[1, 2, 3, 4]).contains("0x01020304"));
    }
}
