//! Options of `tailproof ledger`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TableArgs;

#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Start a ledger
    New(LedgerNew),
    /// Print the context that the next proof must be bound to, for `prove --context`
    Context(LedgerContext),
    /// Verify a proof of value at risk for a future day, and add it
    Forecast(LedgerStep),
    /// Verify a proof that the loss of the day was within the forecast, and add it
    Realise(LedgerStep),
    /// List the days of a ledger, after verifying it with --keys; without, exit status 1
    Show(LedgerShow),
    /// Print the digest of a ledger after a step, to publish it or to compare it later
    Head(LedgerHead),
    /// Verify every proof of a ledger again: exit status 0 valid, 1 not valid, 2 bad input
    Verify(LedgerVerify),
}

#[derive(Debug, Args)]
pub struct LedgerNew {
    /// Name of the ledger's owner
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Confidence level of the forecasts
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true)]
    pub confidence: String,
    /// Ledger file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct LedgerContext {
    /// Ledger file
    pub file: PathBuf,
    /// Day of the next forecast, YYYY-MM-DD [default: the next step is the realised loss of the
    /// open forecast]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LedgerStep {
    /// Ledger file to add to
    pub file: PathBuf,
    /// Day of the loss, YYYY-MM-DD [default: that of the open forecast]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// Scenario file; for a realised loss, with the one scenario of the day
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Mandate; for a forecast, with a clause on VaR; for a realised loss, with a clause `stress`
    /// with the same limit
    #[arg(long, value_name = "FILE")]
    pub mandate: PathBuf,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Your own prices, from which the scenarios are made again; a mandate that names its scenarios
    /// needs them
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// Rates of currencies on the days of your prices, for sets in several currencies
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub rates: Option<PathBuf>,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct LedgerHead {
    /// Ledger file
    pub file: PathBuf,
    /// Number of steps that the digest is of [default: all]
    #[arg(long, value_name = "STEPS")]
    pub after: Option<usize>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options that verify a ledger before its figures are shown. Without `--keys`, the figures stand
/// under NOT VERIFIED.
#[derive(Debug, Clone, Default, Args)]
pub struct LedgerEvidence {
    /// Folder with keys of the ledger's proofs; repeat for several keys
    #[arg(long, value_name = "FOLDER", requires = "files", group = "priced")]
    pub keys: Vec<PathBuf>,
    /// Folder with the ledger's proofs, scenario files and mandates
    #[arg(long, value_name = "FOLDER", requires = "keys")]
    pub files: Option<PathBuf>,
    /// Your own prices, which the moves of every realised loss and of every historical forecast
    /// must be those of
    #[arg(long, value_name = "FILE", requires = "priced")]
    pub prices: Option<PathBuf>,
    #[command(flatten)]
    pub against: LedgerAgainst,
    #[command(flatten)]
    pub tables: TableArgs,
}

/// The things that a ledger is compared with, besides its own files and prices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct LedgerAgainst {
    /// Steps of 2^-20 by which a move may differ from the one that your prices make
    #[arg(long, value_name = "STEPS", default_value_t = 0, requires = "prices")]
    pub tolerance: u32,
    /// Digest that the ledger must have after one of its steps, as `ledger head` prints it; repeat
    /// for several
    #[arg(long, value_name = "HEX", requires = "keys")]
    pub head: Vec<String>,
    /// Least floor of a forecast, as a fraction of its limit in (0, 1] [default: none is asked for]
    #[arg(long, value_name = "FRACTION", requires = "keys")]
    pub tightness: Option<String>,
}

#[derive(Debug, Args)]
pub struct LedgerShow {
    /// Ledger file
    pub file: PathBuf,
    #[command(flatten)]
    pub evidence: LedgerEvidence,
    /// Rates of currencies on the days of your prices, for sets in several currencies
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub rates: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LedgerVerify {
    /// Ledger file
    pub file: PathBuf,
    /// Folder with the proofs, scenario files and mandates
    #[arg(long, value_name = "FOLDER")]
    pub files: PathBuf,
    /// Folder with keys; repeat for several keys
    #[arg(long, value_name = "FOLDER", required = true)]
    pub keys: Vec<PathBuf>,
    /// Your own prices, which the moves of every realised loss and of every historical forecast
    /// must be those of
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// Rates of currencies on the days of your prices, for sets in several currencies
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub rates: Option<PathBuf>,
    #[command(flatten)]
    pub against: LedgerAgainst,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}
