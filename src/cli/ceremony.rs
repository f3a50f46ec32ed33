//! Options of `tailproof ceremony`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Ceremony {
    /// Make powers of tau by yourself, for rehearsals only: whoever makes them can forge proofs
    Powers(CeremonyPowers),
    /// Start a ceremony for a shape from a powers-of-tau file
    New(CeremonyNew),
    /// Contribute a secret and forget it; text that you type or pipe in is added to the system's
    /// randomness
    Contribute(CeremonyContribute),
    /// Apply a public value that nobody could predict, such as the hash of a block whose height was
    /// announced
    Beacon(CeremonyBeacon),
    /// Check a ceremony from the powers of tau to its last step: exit status 0 valid, 1 not valid,
    /// 2 bad input
    Verify(CeremonyVerify),
    /// Check a ceremony and write its keys
    Finish(CeremonyFinish),
}

#[derive(Debug, Args)]
pub struct CeremonyPowers {
    /// Make powers for domains of up to 2^POWER rows (`tailproof shape` prints the power that a
    /// shape needs)
    #[arg(long, value_name = "POWER", value_parser = clap::value_parser!(u32).range(1..=24))]
    pub power: u32,
    /// Confirm that you make the powers by yourself, for rehearsals only
    #[arg(long, required = true)]
    pub insecure_dev: bool,
    /// Powers-of-tau file to write (.ptau)
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct CeremonyNew {
    /// Powers of tau: a snarkjs .ptau file, prepared for phase 2 (Perpetual Powers of Tau, Hermez)
    #[arg(long, value_name = "FILE")]
    pub ptau: PathBuf,
    /// Digest of the powers-of-tau file that its makers publish: BLAKE2b-512 or SHA-256, in hex.
    /// Without it, and unless the program knows the file, the keys say "powers: unknown"
    #[arg(long, value_name = "HEX", value_parser = powers_digest)]
    pub ptau_digest: Option<PowersHex>,
    /// Shape of the keys, as for keygen
    #[arg(long, value_name = "TxN")]
    pub shape: String,
    /// Make the keys on a domain of 2^k points, as for keygen
    #[arg(long)]
    pub power_of_two_domain: bool,
    /// Ceremony file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CeremonyContribute {
    /// Ceremony file from the previous contributor
    pub file: PathBuf,
    /// Name of the contributor, for the record
    #[arg(long, value_name = "NAME", default_value = "")]
    pub name: String,
    /// Ceremony file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CeremonyBeacon {
    /// Ceremony file from the previous contributor
    pub file: PathBuf,
    /// Public value, in hex
    #[arg(long, value_name = "HEX")]
    pub value: String,
    /// Hash the value 2^LOG times
    #[arg(long, value_name = "LOG", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=30))]
    pub iterations_log: u8,
    /// Source of the value, for the record
    #[arg(long, value_name = "NAME", default_value = "beacon")]
    pub name: String,
    /// Ceremony file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CeremonyVerify {
    /// Ceremony file
    pub file: PathBuf,
    /// Powers-of-tau file that the ceremony started from
    #[arg(long, value_name = "FILE")]
    pub ptau: PathBuf,
    /// Digest of the powers-of-tau file that its makers publish: BLAKE2b-512 or SHA-256, in hex.
    /// Without it, and unless the program knows the file, the keys say "powers: unknown"
    #[arg(long, value_name = "HEX", value_parser = powers_digest)]
    pub ptau_digest: Option<PowersHex>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CeremonyFinish {
    /// Ceremony file
    pub file: PathBuf,
    /// Powers-of-tau file that the ceremony started from
    #[arg(long, value_name = "FILE")]
    pub ptau: PathBuf,
    /// Digest of the powers-of-tau file that its makers publish: BLAKE2b-512 or SHA-256, in hex.
    /// Without it, and unless the program knows the file, the keys say "powers: unknown"
    #[arg(long, value_name = "HEX", value_parser = powers_digest)]
    pub ptau_digest: Option<PowersHex>,
    /// Folder for proving.key and verifying.key
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Replace existing keys
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A digest of powers of tau in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowersHex(pub Vec<u8>);

fn powers_digest(text: &str) -> Result<PowersHex, String> {
    let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
    let bytes = bytes.filter(|bytes| matches!(bytes.len(), 32 | 64)).map(PowersHex);
    bytes.ok_or_else(|| "expected 128 hex digits of BLAKE2b-512, or 64 of SHA-256".into())
}
