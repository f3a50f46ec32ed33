//! Lists of withdrawn keys.
//!
//! A list is text: the digest of one verifying key on each line, in 64 lower-case hex digits. `#`
//! begins a comment, which goes on to the end of the line.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::error::MalformedError;

/// Digests of keys that are no longer to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WithdrawnKeys(BTreeSet<[u8; 32]>);

impl WithdrawnKeys {
    /// Returns the list in a text.
    ///
    /// # Errors
    /// Errors on a line that holds anything but one digest, and on a digest that occurs twice.
    pub fn from_text(text: &str) -> Result<Self, MalformedError> {
        let mut digests = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            let stated = line.split('#').next().unwrap_or_default().trim();
            if stated.is_empty() {
                continue;
            }
            let fault = |fault| MalformedError::Syntax(format!("row {}: {fault}", index + 1));
            let digest = hex::decode(stated).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            let digest = digest.filter(|digest| hex::encode(digest) == stated);
            let digest = digest.ok_or_else(|| fault("expected the digest of a key, 64 lower-case hex digits"))?;
            if !digests.insert(digest) {
                return Err(fault("the digest occurs twice"));
            }
        }
        Ok(Self(digests))
    }

    /// Returns whether a key is withdrawn.
    pub fn contains(&self, digest: &[u8; 32]) -> bool {
        self.0.contains(digest)
    }

    /// Returns the number of withdrawn keys.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether no key is withdrawn.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns SHA-256 of the digests in ascending order.
    pub fn digest(&self) -> [u8; 32] {
        self.0.iter().fold(Sha256::new(), |hash, digest| hash.chain_update(digest)).finalize().into()
    }
}

impl FromIterator<[u8; 32]> for WithdrawnKeys {
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
        let list = WithdrawnKeys::from_text(&text).unwrap();
        assert!(list.contains(&[0x11; 32]) && list.contains(&[0xab; 32]) && !list.contains(&[0; 32]));
        assert_eq!(list.len(), 2);
        let other_order = WithdrawnKeys::from_text(&format!("{first}\r\n{second}")).unwrap();
        assert_eq!(other_order.digest(), list.digest());
        assert!(WithdrawnKeys::from_text("# nothing\n").unwrap().is_empty());
        for (text, row) in [
            (format!("{first}\n{}\n", second.to_uppercase()), "row 2"),
            (format!("0x{first}\n"), "row 1"),
            (format!("{}\n", &first[2..]), "row 1"),
            (format!("{first} {second}\n"), "row 1"),
            (format!("{first}\n\n{first}\n"), "row 3"),
        ] {
            let error = WithdrawnKeys::from_text(&text).unwrap_err().to_string();
            assert!(error.starts_with(row), "{error}");
        }
    }
}
