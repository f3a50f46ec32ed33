//! What every operation's answer is made with.

use serde_json::{Value, json};
use tailproof_verifier::{Checked, Claim};

use crate::refusal::{Refusal, USE};

/// Checks that a message has no file.
pub fn none(file: &[u8]) -> Result<(), Refusal> {
    if file.is_empty() { Ok(()) } else { Err(Refusal::use_of("this operation takes no file")) }
}

/// Returns the result of a verification that has a verdict.
pub fn result(checked: &Checked, claim: &Claim) -> Value {
    let mut json = checked.to_json(claim);
    json["verdict"] = true.into();
    json
}

/// A proof that is not accepted has a result too; a wrong use of the module has none.
pub fn verification(outcome: Result<Value, Refusal>) -> Result<Value, Refusal> {
    let result = match outcome {
        Err(refusal) if refusal.code == USE => return Err(refusal),
        Err(refusal) => refusal.result(),
        Ok(result) => result,
    };
    Ok(json!({ "result": result }))
}
