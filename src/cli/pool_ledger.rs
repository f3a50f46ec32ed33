//! Options of `tailproof pool ledger` and `tailproof pool month`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Backend, LedgerHead, PublicOptions, TapeArgs};

#[derive(Debug, Subcommand)]
pub enum PoolLedger {
    /// Start a ledger of a pool with the commitment to its first tape
    New(PoolLedgerNew),
    /// Print the context that the next proof must be bound to, for `prove --context`
    Context(PoolLedgerContext),
    /// Verify a proof in its place, and add it: a month, a span of months, or claims about the pool now
    Add(PoolLedgerAdd),
    /// List the months of a ledger, after verifying it with --keys; without, exit status 1
    Show(PoolLedgerChecked),
    /// Print the digest of a ledger after a step, to publish it or to compare it later
    Head(LedgerHead),
    /// Verify every proof of a ledger again: exit status 0 valid, 1 not valid, 2 bad input
    Verify(PoolLedgerChecked),
    /// Verify a ledger, and write a page for investors: each claim of each month, and what it rests on
    Report(PoolLedgerReport),
}

#[derive(Debug, Args)]
pub struct PoolLedgerNew {
    /// Name of the pool
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Deal under which the first tape was committed to
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    /// Commitment to the first tape
    #[arg(long, value_name = "FILE")]
    pub commitment: PathBuf,
    /// Proof system of all proofs of the ledger
    #[arg(long, value_enum, default_value = "groth16")]
    pub backend: Backend,
    /// Ledger file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// The public files of a proof's claim.
#[derive(Debug, Args)]
pub struct PoolClaimFiles {
    /// Deal of the proof
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    /// Credit scenarios, if the deal has claims about losses
    #[arg(long, value_name = "FILE")]
    pub scenarios: Option<PathBuf>,
    /// Assumptions of the deal's net present value, if it claims one: TOML, of the digest that the deal
    /// names
    #[arg(long, value_name = "FILE")]
    pub assumptions: Option<PathBuf>,
}

impl PoolClaimFiles {
    /// Returns them as options of every other command.
    pub fn public(&self) -> PublicOptions {
        let (deal, scenarios, assumptions) =
            (Some(self.deal.clone()), self.scenarios.clone(), self.assumptions.clone());
        PublicOptions { scenarios, mandate: None, deal, assumptions }
    }
}

#[derive(Debug, Args)]
pub struct PoolLedgerContext {
    /// Ledger file
    pub file: PathBuf,
    #[command(flatten)]
    pub claim: PoolClaimFiles,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolLedgerAdd {
    /// Ledger file to add to
    pub file: PathBuf,
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    #[command(flatten)]
    pub claim: PoolClaimFiles,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
}

/// The evidence that a ledger is verified with.
#[derive(Debug, Clone, Default, Args)]
pub struct PoolLedgerEvidence {
    /// Folder with keys of the ledger's proofs; repeat for several keys
    #[arg(long, value_name = "FOLDER", requires = "files")]
    pub keys: Vec<PathBuf>,
    /// Folder with the ledger's proofs, deals, scenario files and assumptions
    #[arg(long, value_name = "FOLDER", requires = "keys")]
    pub files: Option<PathBuf>,
    /// Digest that the ledger must have after one of its steps, as `pool ledger head` prints it; repeat
    /// for several
    #[arg(long, value_name = "HEX", requires = "keys")]
    pub head: Vec<String>,
    /// Commitment file of a tape that must be the ledger's at one of its cut-offs; repeat for several
    #[arg(long, value_name = "FILE", requires = "keys")]
    pub commitment: Vec<PathBuf>,
}

/// A ledger, with the evidence that it is verified with.
#[derive(Debug, Args)]
pub struct PoolLedgerChecked {
    /// Ledger file
    pub file: PathBuf,
    #[command(flatten)]
    pub evidence: PoolLedgerEvidence,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolLedgerReport {
    /// Ledger file
    pub file: PathBuf,
    #[command(flatten)]
    pub evidence: PoolLedgerEvidence,
    /// HTML page to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct PoolMonth {
    /// Ledger file to add to
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// Loan tape of the later date, which was committed to
    #[arg(long, value_name = "TAPE")]
    pub pool: PathBuf,
    /// Opening of the commitment to it
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// Loan tape of the ledger's last cut-off; read by the same mapping
    #[arg(long, value_name = "TAPE")]
    pub before: PathBuf,
    /// Opening of the commitment to it
    #[arg(long, value_name = "FILE")]
    pub before_opening: PathBuf,
    /// Why loans of the earlier tape are gone, or owe another amount: a CSV with the header id,reason.
    /// Loans that the later tape lists as paid are paid
    #[arg(long, value_name = "FILE")]
    pub reasons: Option<PathBuf>,
    #[command(flatten)]
    pub reading: TapeArgs,
    /// Deal of the month: TOML with a [month]
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Folder for the proof, CUT-OFF.proof.json, and for a copy of the deal, CUT-OFF.deal.toml; with the
    /// assumptions that the deal names, if it claims a net present value
    #[arg(long, value_name = "FOLDER")]
    pub files: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
