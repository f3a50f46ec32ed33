//! Lists of digests that a verifier refuses: withdrawn keys, revoked attestations.
//!
//! A list is text: a digest on each line, in the one form of its kind. `#` begins a comment, which
//! goes on to the end of the line.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::error::MalformedError;

/// Digests, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DigestList(BTreeSet<[u8; 32]>);

impl DigestList {
    /// Returns the list of digests of verifying keys in a text: 64 lower-case hex digits each.
    ///
    /// # Errors
    /// Errors on a line that holds anything but one digest, and on a digest that occurs twice.
    pub fn of_keys(text: &str) -> Result<Self, MalformedError> {
        Self::read(text, "")
    }

    /// Returns the list of digests of attestations in a text: `0x` and 64 lower-case hex digits
    /// each.
    ///
    /// # Errors
    /// The errors of [`DigestList::of_keys`].
    pub fn of_attestations(text: &str) -> Result<Self, MalformedError> {
        Self::read(text, "0x")
    }

    fn read(text: &str, prefix: &str) -> Result<Self, MalformedError> {
        let mut digests = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            let stated = line.split('#').next().unwrap_or_default().trim();
            if stated.is_empty() {
                continue;
            }
            let fault = |fault: String| MalformedError::Syntax(format!("row {}: {fault}", index + 1));
            let digits = stated.strip_prefix(prefix);
            let digest = digits.and_then(|digits| <[u8; 32]>::try_from(hex::decode(digits).ok()?).ok());
            let digest = digest.filter(|digest| format!("{prefix}{}", hex::encode(digest)) == stated);
            let with = if prefix.is_empty() { String::new() } else { format!("{prefix} and ") };
            let digest = digest.ok_or_else(|| fault(format!("expected one digest, {with}64 lower-case hex digits")))?;
            if !digests.insert(digest) {
                return Err(fault("the digest occurs twice".to_owned()));
            }
        }
        Ok(Self(digests))
    }

    /// Returns whether a digest is in the list.
    pub fn contains(&self, digest: &[u8; 32]) -> bool {
        self.0.contains(digest)
    }

    /// Returns the number of digests.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns SHA-256 of the digests in ascending order.
    pub fn digest(&self) -> [u8; 32] {
        self.0.iter().fold(Sha256::new(), |hash, digest| hash.chain_update(digest)).finalize().into()
    }
}

impl FromIterator<[u8; 32]> for DigestList {
    fn from_iter<I: IntoIterator<Item = [u8; 32]>>(digests: I) -> Self {
        Self(digests.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_strictly() {
        let (first, second) = ("11".repeat(32), "ab".repeat(32));
        let text = format!("# withdrawn\n\n{second}  # lost\n{first}\n");
        let list = DigestList::of_keys(&text).unwrap();
        assert!(list.contains(&[0x11; 32]) && list.contains(&[0xab; 32]) && !list.contains(&[0; 32]));
        assert_eq!(list.len(), 2);
        let other_order = DigestList::of_keys(&format!("{first}\r\n{second}")).unwrap();
        assert_eq!(other_order.digest(), list.digest());
        assert_eq!(DigestList::of_attestations(&format!("0x{first}\n0x{second}\n")).unwrap(), list);
        assert!(DigestList::of_keys("# nothing\n").unwrap().is_empty());
        for (text, row) in [
            (format!("{first}\n{}\n", second.to_uppercase()), "row 2"),
            (format!("0x{first}\n"), "row 1"),
            (format!("{}\n", &first[2..]), "row 1"),
            (format!("{first} {second}\n"), "row 1"),
            (format!("{first}\n\n{first}\n"), "row 3"),
        ] {
            let error = DigestList::of_keys(&text).unwrap_err().to_string();
            assert!(error.starts_with(row), "{error}");
        }
        let bare = DigestList::of_attestations(&first).unwrap_err().to_string();
        assert!(bare.contains("0x and 64"), "{bare}");
    }
}
