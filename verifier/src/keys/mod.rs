//! Files of Groth16 keys, and lists of withdrawn ones of every proof system.

pub mod file;
pub mod header;
pub mod withdrawn;

pub use file::{decode_verifying_key, encode_verifying_key, key_digest};
pub use header::{KeyHeader, Provenance};
pub use withdrawn::WithdrawnKeys;
