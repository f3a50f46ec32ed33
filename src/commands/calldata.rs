//! `tailproof calldata`: a proof as calldata of the Solidity verifier.

use serde_json::json;
use tailproof::verifier::encoding::to_hex;
use tailproof::verifier::export::evm::{g1_words, proof_words, verify_proof_calldata};

use super::verify::read_proof;
use crate::cli::Calldata;
use crate::failure::Failure;
use crate::output::{out, print_json};

/// Runs `tailproof calldata`.
pub fn run(options: &Calldata) -> Result<(), Failure> {
    let file = read_proof(&options.proof)?;
    let data = format!(
        "0x{}",
        hex::encode(verify_proof_calldata(&file.evidence.proof, &file.evidence.scenario_point, &file.controls))
    );
    if options.json {
        let words =
            |words: &[[u8; 32]]| words.iter().map(|word| format!("0x{}", hex::encode(word))).collect::<Vec<_>>();
        print_json(&json!({
            "proof": words(&proof_words(&file.evidence.proof)),
            "scenario_point": words(&g1_words(&file.evidence.scenario_point)),
            "controls": file.controls.iter().map(to_hex).collect::<Vec<_>>(),
            "calldata": data,
        }));
    } else {
        out!("{data}");
    }
    Ok(())
}
