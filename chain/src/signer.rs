//! Keys that sign: from a keystore file, or from the environment; never from an argument.

use std::path::{Path, PathBuf};

use alloy::primitives::{B256, Signature};
use alloy::signers::SignerSync;
use alloy::signers::local::PrivateKeySigner;
use clap::Args;

use crate::error::Failure;

/// Environment variable of a private key, 32 bytes in hex.
pub const PRIVATE_KEY: &str = "TAILPROOF_PRIVATE_KEY";
/// Environment variable of a keystore's password.
pub const PASSWORD: &str = "TAILPROOF_KEYSTORE_PASSWORD";

/// Where the key is.
#[derive(Debug, Clone, Args)]
pub struct SignerOptions {
    /// Keystore file (web3 secret storage, as geth, cast and most wallets write it); its password is in
    /// TAILPROOF_KEYSTORE_PASSWORD. Without it the key is TAILPROOF_PRIVATE_KEY
    #[arg(long, value_name = "FILE")]
    pub keystore: Option<PathBuf>,
}

impl SignerOptions {
    /// Reads the key.
    ///
    /// # Errors
    /// There is none, the password is wrong, or the key is no key.
    pub fn signer(&self) -> Result<PrivateKeySigner, Failure> {
        match &self.keystore {
            Some(path) => of_keystore(path),
            None => of_environment(),
        }
    }
}

fn of_keystore(path: &Path) -> Result<PrivateKeySigner, Failure> {
    let password = std::env::var(PASSWORD)
        .map_err(|_| Failure::Usage(format!("the password of {} belongs into {PASSWORD}", path.display())))?;
    PrivateKeySigner::decrypt_keystore(path, password).map_err(|error| {
        Failure::malformed(path)(format!("{error}; is it a keystore file, and {PASSWORD} its password?"))
    })
}

fn of_environment() -> Result<PrivateKeySigner, Failure> {
    let text = std::env::var(PRIVATE_KEY)
        .map_err(|_| Failure::Usage(format!("no key: name a --keystore, or put a private key into {PRIVATE_KEY}")))?;
    // The text is secret, so the error does not repeat it.
    text.trim().parse().map_err(|_| Failure::Usage(format!("{PRIVATE_KEY} is not a private key of 32 bytes in hex")))
}

/// Signs a digest, as the 65 bytes `r || s || v` that contracts take; s is the lower one.
///
/// # Errors
/// The signer refuses.
pub fn sign(signer: &PrivateKeySigner, digest: B256) -> Result<Vec<u8>, Failure> {
    let signature: Signature =
        signer.sign_hash_sync(&digest).map_err(|error| Failure::Usage(format!("the key does not sign: {error}")))?;
    Ok(signature.normalized_s().as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_recovered_to_its_signer() {
        let signer = PrivateKeySigner::from_bytes(&B256::repeat_byte(7)).unwrap();
        let digest = B256::repeat_byte(9);
        let bytes = sign(&signer, digest).unwrap();
        assert_eq!(bytes.len(), 65);
        assert!(bytes[64] == 27 || bytes[64] == 28, "{}", bytes[64]);
        let signature = Signature::from_raw(&bytes).unwrap();
        assert_eq!(signature.recover_address_from_prehash(&digest).unwrap(), signer.address());
    }
}
