//! The framing of messages.

use serde_json::Value;

use crate::refusal::Refusal;

/// Bytes of the length in front of the JSON.
const LENGTH: usize = 4;

/// Splits a message into its JSON and what follows it.
pub fn split(message: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let short = || Refusal::use_of("the message is shorter than it says");
    let (length, rest) = message.split_first_chunk::<LENGTH>().ok_or_else(short)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| short())?;
    rest.split_at_checked(length).ok_or_else(short)
}

/// Returns the bytes of an answer with their length in front.
pub fn framed(json: &Value) -> Vec<u8> {
    // Not by `Display`, whose writer is another one.
    let text = serde_json::to_vec(json).expect("a value is always JSON");
    let length = u32::try_from(text.len()).expect("answers are far below 4 GiB");
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend_from_slice(&text);
    bytes
}
