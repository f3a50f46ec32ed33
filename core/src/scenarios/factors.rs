//! Names of factors: which of them are exposures, and their digest.

use sha2::{Digest, Sha256};

/// Names of columns that are not exposures begin so: squares and products of returns, moves of
/// implied volatilities, and the time that passes.
pub const DERIVED_PREFIXES: [&str; 3] = ["gamma:", "vega:", THETA_PREFIX];

/// Names of columns of the time that passes begin so.
pub(crate) const THETA_PREFIX: &str = "theta:";

/// Whether a factor is one to which a book has an exposure in currency, and not a column of Greeks
/// behind it.
pub fn is_exposure(factor: &str) -> bool {
    !DERIVED_PREFIXES.iter().any(|prefix| factor.starts_with(prefix))
}

/// SHA-256 over `tailproof/factors/v1`, then each name with its length in bytes as a little-endian
/// `u32` before it.
pub fn factors_digest(factors: &[String]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"tailproof/factors/v1");
    for factor in factors {
        hasher.update(u32::try_from(factor.len()).expect("factor names are short").to_le_bytes());
        hasher.update(factor.as_bytes());
    }
    hasher.finalize().into()
}
