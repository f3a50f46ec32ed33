//! The contracts as Rust types, from their ABIs in `abi/`, and their errors in words.

#![allow(missing_docs, reason = "the contracts' NatSpec documents what the macro makes of their ABIs")]

use alloy::dyn_abi::{DynSolValue, ErrorExt as _};
use alloy::json_abi::JsonAbi;
use alloy::primitives::hex;
use alloy::sol;

sol!(
    #[derive(Debug)]
    IRollingWindow,
    "abi/IRollingWindow.json"
);
sol!(
    #[derive(Debug)]
    IMandateLedger,
    "abi/IMandateLedger.json"
);
sol!(
    #[derive(Debug)]
    IBacktestLedger,
    "abi/IBacktestLedger.json"
);
sol!(
    #[derive(Debug)]
    IRiskFeed,
    "abi/IRiskFeed.json"
);
sol!(
    #[derive(Debug)]
    IVerifierRouter,
    "abi/IVerifierRouter.json"
);

/// The ABIs, for the names of errors.
const ABIS: [&str; 5] = [
    include_str!("../abi/IRollingWindow.json"),
    include_str!("../abi/IMandateLedger.json"),
    include_str!("../abi/IBacktestLedger.json"),
    include_str!("../abi/IRiskFeed.json"),
    include_str!("../abi/IVerifierRouter.json"),
];

/// Returns a contract's error with its values: `EpochNotNewer(epoch 7, last 9)`.
pub fn reason(data: &[u8]) -> String {
    let words = |names: &[String], values: &[DynSolValue]| {
        let pairs = names.iter().zip(values).map(|(name, value)| format!("{name} {}", shown(value)));
        pairs.collect::<Vec<_>>().join(", ")
    };
    if let Some(text) = alloy::sol_types::decode_revert_reason(data) {
        // Of `require` with a text, and of a panic. An error with a name has its bytes there.
        if !text.starts_with("custom error") {
            return text;
        }
    }
    for abi in ABIS {
        let Ok(abi) = serde_json::from_str::<JsonAbi>(abi) else { continue };
        for error in abi.errors() {
            if let Ok(decoded) = error.decode_error(data) {
                let names: Vec<String> = error.inputs.iter().map(|input| input.name.clone()).collect();
                return format!("{}({})", error.name, words(&names, &decoded.body));
            }
        }
    }
    match data {
        [] => "no reason was given".to_owned(),
        data => format!("an error that this program does not know: {}", hex::encode_prefixed(data)),
    }
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
        let error = IMandateLedger::EpochNotNewer { epoch: U256::from(7), last: U256::from(9) };
        assert_eq!(reason(&error.abi_encode()), "EpochNotNewer(epoch 7, last 9)");
        assert_eq!(reason(&[]), "no reason was given");
        assert!(reason(&[1, 2, 3, 4]).contains("0x01020304"));
    }
}
