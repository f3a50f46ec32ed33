//! Files of Groth16 keys.

pub mod file;
pub mod header;

pub use file::{decode_verifying_key, encode_verifying_key, key_digest};
pub use header::{KeyHeader, Powers, PowersOrigin, Provenance};
