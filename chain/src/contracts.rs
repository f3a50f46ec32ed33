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

/// The security's contracts, as far as the commands call them.
pub mod cover {
    alloy::sol! {
        #[derive(Debug)]
        interface BookIndex {
            struct Row {
                int48 loss;
                uint8 rungs;
                uint8 level;
                bool own;
                bool revoked;
                bool calm;
                uint16 multiplier;
                uint16 ratio;
                uint32 period;
                uint32 previous;
                uint40 pushed;
            }
            function mark(bytes calldata shown) external;
            function next() external view returns (uint256 epoch);
            function lastDay() external view returns (uint256 period);
            function row(uint256 epoch) external view returns (Row memory);
            function window() external view returns (address);
            function calendar() external view returns (address);
        }
        interface Calendar {
            function dayBefore(uint256 period) external view returns (uint256);
        }
        #[derive(Debug)]
        interface VarSecurity {
            struct Terms {
                uint8 kind;
                uint16 attachment;
                uint16 detachment;
                uint32 first;
                uint32 last;
            }
            struct Position {
                uint48 best;
                uint48 eve;
                uint32 cursor;
                bool finished;
                uint128 faces;
            }
            function settle(uint256 cover, uint256 start, uint256 most) external returns (Position memory);
            function index() external view returns (address);
            function asset() external view returns (address);
            function position(uint256 cover) external view returns (Position memory);
            function owed(uint256 cover, uint256 amount) external view returns (uint256);
            function termsOf(uint256 id) external pure returns (Terms memory terms, bool isCover);
        }
        #[derive(Debug)]
        interface CoverVault {
            struct Setup {
                address security;
                uint8 kind;
                uint16 attachment;
                uint16 detachment;
                uint16 life;
                uint32 waiting;
                uint32 cooldown;
                uint128 leastFace;
                uint32 base;
                uint32 slope;
                uint32 steep;
                uint32 kink;
                uint32 juniorLeast;
                uint32 juniorPremium;
                address hook;
                address gate;
            }
            event Ordered(
                uint256 indexed order,
                address indexed buyer,
                uint128 face,
                uint128 most,
                uint32 pricing,
                uint32 first,
                uint32 last
            );
            function order(uint128 face, uint128 most) external returns (uint256 id);
            function fill(uint256 count) external returns (uint256 done);
            function advance(uint256 count) external returns (uint256 days_);
            function setup() external view returns (Setup memory);
            function orders() external view returns (uint256 number, uint256 turn);
            function day() external view returns (uint256 period);
        }
        interface Token {
            function allowance(address owner, address spender) external view returns (uint256);
            function approve(address spender, uint256 value) external returns (bool);
        }
    }
}

pub use backtest::BacktestLedger;
pub use feed::RiskFeed;
pub use ledger::{IMandateLedger, IScenarioSource, MandateLedger};
pub use margin::MarginAdapter;
pub use router::VerifierRouter;
pub use rows::SignedRow;
pub use window::RollingWindow;

/// The ABIs, for the names of errors.
const ABIS: [&str; 7] = [
    include_str!("../abi/RollingWindow.json"),
    include_str!("../abi/SignedRow.json"),
    include_str!("../abi/MandateLedger.json"),
    include_str!("../abi/BacktestLedger.json"),
    include_str!("../abi/VerifierRouter.json"),
    include_str!("../abi/RiskFeed.json"),
    include_str!("../abi/MarginAdapter.json"),
];

/// Errors of the security's contracts.
const COVER_ERRORS: [&str; 38] = [
    "error BadSetup(string field, uint256 value)",
    "error BadTerms(string field, uint256 value)",
    "error Beyond(uint256 period)",
    "error Closed()",
    "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
    "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
    "error FaceTooLarge(uint256 face, uint256 most)",
    "error FaceTooSmall(uint256 face, uint256 least)",
    "error FeeOnTransfer(uint256 sent, uint256 received)",
    "error Finished(uint256 cover)",
    "error Forgotten(uint256 epoch)",
    "error HookGas(uint256 left)",
    "error IndexEnded(uint256 last)",
    "error MoreThan(uint256 wanted, uint256 most)",
    "error MostTooLarge(uint256 most, uint256 limit)",
    "error MostTooSmall(uint256 most, uint256 least)",
    "error NoEquivocation(uint256 period)",
    "error NoOrder(uint256 order)",
    "error NotADay(uint256 period)",
    "error NotAllowed(address owner, address caller)",
    "error NotAnId(uint256 id)",
    "error NotFinished(uint256 cover)",
    "error NotMarked(uint256 epoch, uint256 next)",
    "error NotNext(uint256 epoch)",
    "error NotOver(uint256 time, uint256 end)",
    "error NotPreviewed()",
    "error NotReadable(uint256 epoch)",
    "error NotTheVault(address caller)",
    "error Nothing()",
    "error Over(uint256 last)",
    "error OverCap(uint256 faces, uint256 cap)",
    "error Refused(address holder)",
    "error SplitGas(uint256 left)",
    "error TooLate(uint256 deadline, uint256 time)",
    "error Unmarked(uint256 next, uint256 rows)",
    "error Unsettled(uint256 day)",
    "error WrongShown(uint256 epoch)",
    "error WrongStart(uint256 epoch)",
];

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
    let contracts = ABIS.iter().filter_map(|abi| serde_json::from_str::<JsonAbi>(abi).ok());
    for abi in contracts.chain(JsonAbi::parse(COVER_ERRORS).ok()) {
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
fn shown(value: &DynSolValue) -> String {
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
        assert_eq!(JsonAbi::parse(COVER_ERRORS).unwrap().errors().count(), COVER_ERRORS.len());
        // FaceTooSmall(uint256,uint256)
        let selector = &alloy::primitives::keccak256("FaceTooSmall(uint256,uint256)")[..4];
        let data = [selector, &U256::from(5).to_be_bytes::<32>(), &U256::from(9).to_be_bytes::<32>()].concat();
        assert_eq!(reason(&data), "FaceTooSmall(face 5, least 9)");
        assert_eq!(reason(&[]), "no reason was given");
        assert!(reason(&[1, 2, 3, 4]).contains("0x01020304"));
    }
}
