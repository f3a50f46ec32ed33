//! The framing of messages.

use serde_json::Value;

use crate::refusal::Refusal;

/// Bytes of the length in front of the JSON.
const LENGTH: usize = 4;

/// A request in parts: its JSON, and its files.
pub struct Parts<'m> {
    pub json: &'m [u8],
    rest: &'m [u8],
}

impl<'m> Parts<'m> {
    /// Splits a message.
    pub fn of(message: &'m [u8]) -> Result<Self, Refusal> {
        let short = || Refusal::use_of("the message is shorter than it says");
        let (length, rest) = message.split_first_chunk::<LENGTH>().ok_or_else(short)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| short())?;
        let (json, rest) = rest.split_at_checked(length).ok_or_else(short)?;
        Ok(Self { json, rest })
    }

    /// Returns `N` files of the given lengths, which must be all that follows the JSON.
    pub fn files<const N: usize>(&self, lengths: &[usize]) -> Result<[&'m [u8]; N], Refusal> {
        let wrong = || Refusal::use_of("the lengths of files are not those of the message");
        let lengths: [usize; N] = lengths.try_into().map_err(|_| wrong())?;
        let (mut files, mut rest): ([&[u8]; N], _) = ([&[]; N], self.rest);
        for (file, length) in files.iter_mut().zip(lengths) {
            (*file, rest) = rest.split_at_checked(length).ok_or_else(wrong)?;
        }
        if rest.is_empty() { Ok(files) } else { Err(wrong()) }
    }
}

/// Returns the bytes of an answer with their length in front.
pub fn framed(json: &Value) -> Vec<u8> {
    let text = json.to_string();
    let length = u32::try_from(text.len()).expect("answers are far below 4 GiB");
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}
