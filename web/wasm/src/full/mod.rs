//! What the full module does alone: bundles, proofs that are checked together, and claims on value under
//! assumptions.

mod bundle;
mod many;

use serde_json::Value;
use tailproof_core::error::InputError;
use tailproof_core::pool::Deal;
use tailproof_core::pool::cashflow::Assumptions;

use crate::outcome::{none, verification};
use crate::refusal::Refusal;
use crate::request::Fields;

/// Answers an operation that the small module does not have; `None` if there is no such operation.
pub fn answer(op: &str, file: &[u8], fields: Fields) -> Option<Result<Value, Refusal>> {
    match op {
        "verify-bundle" => Some(verification(bundle::bundle(file, fields))),
        "verify-calls" => Some(none(file).and_then(|()| many::calls(fields))),
        _ => None,
    }
}

/// Makes a deal's claim on value of the text of its assumptions.
pub fn under(deal: &Deal, assumptions: &str) -> Result<Deal, Refusal> {
    let assumptions = Assumptions::from_toml("assumptions", assumptions)?;
    Ok(deal.under(&assumptions).map_err(|problem| InputError::in_file("assumptions", problem))?)
}
