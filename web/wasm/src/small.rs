//! What the small module says to the operations of the full one.

use serde_json::Value;
use tailproof_core::pool::Deal;

use crate::refusal::Refusal;
use crate::request::Fields;

/// Refuses an operation of the full module; `None` if there is no such operation.
pub fn answer(op: &str, _file: &[u8], _fields: Fields) -> Option<Result<Value, Refusal>> {
    let refused = || Err(Refusal::use_of(format!("this module does not do '{op}': load the full one")));
    ["verify-bundle", "verify-calls"].contains(&op).then(refused)
}

/// Refuses assumptions, of which only the full module makes a claim on value.
pub fn under(_deal: &Deal, _assumptions: &str) -> Result<Deal, Refusal> {
    Err(Refusal::use_of("this module makes no values of assumptions: load the full one"))
}
