//! Options of `tailproof ceremony`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Ceremony {
    /// Make powers of tau alone: whoever makes them can forge proofs, so they are for rehearsals only
    Powers(CeremonyPowers),
    /// Begin a ceremony for a shape from a powers-of-tau file
    New(CeremonyNew),
    /// Contribute a secret and forget it; adds what you type or pipe to the system's randomness
    Contribute(CeremonyContribute),
    /// Apply a public value that nobody could know before, such as a block hash announced by its height
    Beacon(CeremonyBeacon),
    /// Check a ceremony from the powers of tau to its last step: exit status 0 right, 1 not, 2 bad input
    Verify(CeremonyVerify),
    /// Check a ceremony and write its keys
    Finish(CeremonyFinish),
}

#[derive(Debug, Args)]
pub struct CeremonyPowers {
    /// The file holds powers for domains of up to 2^POWER rows (`tailproof shape` says what a shape needs)
    #[arg(long, value_name = "POWER", value_parser = clap::value_parser!(u32).range(1..=24))]
    pub power: u32,
    /// Make the powers alone: for rehearsals only
    #[arg(long, required = true)]
    pub insecure_dev: bool,
    /// Powers-of-tau file to write (.ptau)
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct CeremonyNew {
    /// Powers of tau: a .ptau file of snarkjs, prepared for phase 2 (Perpetual Powers of Tau, Hermez)
    #[arg(long, value_name = "FILE")]
    pub ptau: PathBuf,
    /// Sizes, as for keygen
    #[arg(long, value_name = "TxN")]
    pub shape: String,
    /// Ceremony file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CeremonyContribute {
    /// Ceremony file that the contributor before wrote
    pub file: PathBuf,
    /// Who contributes, for the record
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
    /// Ceremony file that the contributor before wrote
    pub file: PathBuf,
    /// The public value, in hex
    #[arg(long, value_name = "HEX")]
    pub value: String,
    /// The value is hashed 2^LOG times
    #[arg(long, value_name = "LOG", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=30))]
    pub iterations_log: u8,
    /// Where the value comes from, for the record
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
    /// The powers of tau that it began with
    #[arg(long, value_name = "FILE")]
    pub ptau: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CeremonyFinish {
    /// Ceremony file
    pub file: PathBuf,
    /// The powers of tau that it began with
    #[arg(long, value_name = "FILE")]
    pub ptau: PathBuf,
    /// Folder to write proving.key and verifying.key into
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Replace keys that exist
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
