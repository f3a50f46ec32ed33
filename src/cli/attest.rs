//! Options of `tailproof attest` and `tailproof recommit`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Backend, TableArgs, TapeArgs};

#[derive(Debug, Subcommand)]
pub enum Attest {
    /// Make a key that signs attestations, in a file
    Keygen(AttestKeygen),
    /// Sign a statement about a commitment, or print the digest that a key elsewhere has to sign
    Sign(AttestSign),
    /// Check a signature that was made elsewhere (HSM, KMS, Safe owner), and write the attestation
    Attach(AttestAttach),
    /// Check the signature of an attestation, and print who says what
    Show(AttestShow),
}

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AttestorKind {
    /// Ed25519
    Ed25519,
    /// ECDSA over P-256 (ES256)
    P256,
    /// ECDSA over secp256k1, as Ethereum signs
    Secp256k1,
}

#[derive(Debug, Args)]
pub struct AttestKeygen {
    /// Kind of the key
    #[arg(long, value_enum, default_value = "ed25519")]
    pub kind: AttestorKind,
    /// Key file to write (secret, mode 0600)
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The parts of a statement about a commitment.
#[derive(Debug, Args)]
pub struct StatementOptions {
    /// Commitment file
    #[arg(long, value_name = "FILE")]
    pub commitment: PathBuf,
    /// Proof system whose commitment in the file the statement is about
    #[arg(long, value_enum, default_value = "groth16")]
    pub backend: Backend,
    /// Identifier of the entity whose holdings these are: 0x and 64 hex digits
    #[arg(long, value_name = "HEX")]
    pub subject: String,
    /// Time of which the statement speaks: Unix seconds, or such as 2026-11-29T00:00:00Z
    #[arg(long, value_name = "TIME")]
    pub as_of: String,
    /// Time from which the statement counts no longer
    #[arg(long, value_name = "TIME")]
    pub expires: String,
    /// The facts vouched for, separated by commas: assets, liabilities, completeness, nav,
    /// eligibility
    #[arg(long, value_name = "FACTS", value_delimiter = ',', required = true)]
    pub scope: Vec<String>,
}

#[derive(Debug, Args)]
pub struct AttestSign {
    #[command(flatten)]
    pub statement: StatementOptions,
    /// Key file of the attestor
    #[arg(long, value_name = "FILE", required_unless_present = "digest", requires = "output")]
    pub key: Option<PathBuf>,
    /// Print the 32-byte digest, for a key in an HSM, a KMS or a Safe, instead of signing
    #[arg(long, conflicts_with_all = ["key", "output"])]
    pub digest: bool,
    /// Attestation file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace an attestation that exists
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct AttestAttach {
    #[command(flatten)]
    pub statement: StatementOptions,
    /// Public key of the attestor: ed25519:HEX, p256:HEX or secp256k1:HEX
    #[arg(long, value_name = "KEY")]
    pub key: String,
    /// Signature in hex: 64 bytes; for ECDSA also DER, for secp256k1 also 65 bytes and a high s
    #[arg(long, value_name = "HEX")]
    pub signature: String,
    /// Attestation file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace an attestation that exists
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct AttestShow {
    /// Attestation file
    pub file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Recommit {
    /// Opening of the commitment so far
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Book that was committed to
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "pool",
        conflicts_with = "pool",
        requires = "scenarios"
    )]
    pub book: Option<PathBuf>,
    /// Scenario file with the book's factors
    #[arg(long, value_name = "FILE")]
    pub scenarios: Option<PathBuf>,
    /// Loan tape that was committed to, instead of a book
    #[arg(long, value_name = "TAPE", requires = "deal")]
    pub pool: Option<PathBuf>,
    /// Mapping of the tape's columns
    #[arg(long, value_name = "FILE|NAME", requires = "pool")]
    pub mapping: Option<String>,
    /// Period to read of a tape with a row for each loan and month
    #[arg(long, value_name = "MONTH", requires = "pool")]
    pub period: Option<String>,
    /// Deal of the pool
    #[arg(long, value_name = "FILE", requires = "pool")]
    pub deal: Option<PathBuf>,
    /// New commitment file to write (public)
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// New opening file to write (secret, mode 0600)
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

impl Recommit {
    /// Returns how the tape of a pool is read.
    pub fn tape_args(&self) -> TapeArgs {
        let (mapping, period) = (self.mapping.clone(), self.period.clone());
        TapeArgs { mapping, period, tables: self.tables.clone() }
    }
}
