//! The command line: every command with its options and help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::security::schedule::Kind as Index;
use crate::signer::SignerOptions;
use alloy::primitives::Address;

/// Act on an EVM chain: deploy contracts, push prices, submit proofs, read statuses.
///
/// Exit status: 0 done, 1 a contract refused, 2 bad input or no answer.
#[derive(Debug, Parser)]
#[command(name = "tailproof-chain", bin_name = "tailproof chain", version, max_term_width = 110)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Address of a node
    #[arg(
        long,
        env = "TAILPROOF_RPC",
        value_name = "URL",
        default_value = "http://127.0.0.1:8545",
        global = true,
        hide_env_values = true
    )]
    pub rpc: String,
    /// Deployment file
    #[arg(long, value_name = "FILE", default_value = "deployment.json", global = true)]
    pub deployment: PathBuf,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Deploy the contracts of a configuration, and write the deployment file; a second run goes on
    /// where the first one stopped
    Deploy(Deploy),
    /// Sign rows of prices as a seat
    #[command(subcommand)]
    Oracle(Oracle),
    /// Push the rows that enough seats have signed; a second run sends nothing twice
    Push(Push),
    /// Make mandates of rungs, and print what a proof must be bound to
    #[command(subcommand)]
    Mandate(MandateCommand),
    /// Sign attestations as a custodian
    #[command(subcommand)]
    Custodian(Custodian),
    /// Submit a proof that a book meets a mandate
    Submit(Submit),
    /// Submit the proof of a realised loss, or mark a day without one as silent
    Realise(Realise),
    /// Let a margin follow its feed
    Poke(Poke),
    /// Mark the rows of a window that a book's index has not; a second run sends nothing twice
    Mark(Mark),
    /// Order cover of a vault
    Buy(Buy),
    /// Settle a vault's days and orders, or one cover, as far as rows are final
    Settle(Settle),
    /// Print what a cover would have paid over past prices, and the premium that it would ask now;
    /// needs no chain
    Quote(Quote),
    /// Compute a security's index over prices, and what each of its rules is worth; needs no chain
    Backtest(Backtest),
    /// Print statuses, zones and margins
    Status(Status),
    /// Print events as they come
    Watch(Watch),
}

/// Options of commands that send transactions.
#[derive(Debug, Clone, Args)]
pub struct Sending {
    #[command(flatten)]
    pub key: SignerOptions,
    /// Blocks to wait for, the transaction's own included
    #[arg(long, value_name = "BLOCKS", default_value_t = 1)]
    pub confirmations: u64,
    /// Most to pay for a unit of gas, in gwei
    #[arg(long, value_name = "GWEI", default_value_t = 500)]
    pub max_fee: u64,
}

#[derive(Debug, Args)]
pub struct Deploy {
    /// Configuration (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// Folder of forge's artefacts: contracts/out after `forge build`
    #[arg(long, value_name = "FOLDER")]
    pub artifacts: PathBuf,
    /// Deploy development or rehearsal keys on a chain that is not a development node: whoever made
    /// them can forge proofs
    #[arg(long)]
    pub insecure_dev: bool,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Subcommand)]
pub enum Oracle {
    /// Sign the rows of a price file that the window does not have yet
    Sign(OracleSign),
    /// Print the address of the key
    Address(SignerOptions),
}

#[derive(Debug, Args)]
pub struct OracleSign {
    /// Window
    #[arg(long, value_name = "NAME")]
    pub window: String,
    /// Prices: CSV with a date column and one column for each factor
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// Last date to sign [default: all]
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Dates that get no row: the next move begins with their prices, and counts as a gap
    #[arg(long, value_name = "DATE")]
    pub skip: Vec<String>,
    /// Sign a first move that begins with other prices than the window closed with, as after a split
    #[arg(long)]
    pub adjusted: bool,
    /// File of signatures to write, or to add to
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub key: SignerOptions,
}

#[derive(Debug, Args)]
pub struct Push {
    /// Window
    #[arg(long, value_name = "NAME")]
    pub window: String,
    /// Keys of the window
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Prices
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// Files of signatures, one for each seat
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub signed: Vec<PathBuf>,
    /// Last date to push [default: all that are signed]
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Dates that get no row
    #[arg(long, value_name = "DATE")]
    pub skip: Vec<String>,
    #[command(flatten)]
    pub sending: Sending,
}

/// What a proof is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The mandate, over the newest epoch
    Forecast,
    /// The loss of the next row that is not settled
    Realised,
}

#[derive(Debug, Subcommand)]
pub enum MandateCommand {
    /// Print what a proof must be bound to: context, epoch, slot
    Context(MandateContext),
    /// Write the mandates of the rung that a figure is on: forecast.toml, within.toml, exceeded.toml
    Rung(MandateRung),
    /// Compute a mandate's identifier from its configuration, and compare it with the chain
    Check(MandateCheck),
}

#[derive(Debug, Args)]
pub struct MandateContext {
    /// Mandate
    #[arg(long, value_name = "NAME")]
    pub mandate: String,
    /// Entity
    #[arg(long, value_name = "ADDRESS")]
    pub entity: Address,
    /// Of a forecast or of a realised loss
    #[arg(long, value_enum, default_value_t = Kind::Forecast)]
    pub kind: Kind,
}

#[derive(Debug, Args)]
pub struct MandateRung {
    /// Mandate
    #[arg(long, value_name = "NAME")]
    pub mandate: String,
    /// Value at risk, as `tailproof risk` prints it
    #[arg(long, value_name = "AMOUNT", conflicts_with = "index", required_unless_present = "index")]
    pub figure: Option<String>,
    /// Number of the rung
    #[arg(long, value_name = "RUNG")]
    pub index: Option<u32>,
    /// Folder to write the mandates into
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct MandateCheck {
    /// Configuration (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// Mandate
    #[arg(long, value_name = "NAME")]
    pub mandate: String,
}

#[derive(Debug, Subcommand)]
pub enum Custodian {
    /// Sign that a commitment is an entity's
    Sign(CustodianSign),
    /// Print the address of the key
    Address(SignerOptions),
}

#[derive(Debug, Args)]
pub struct CustodianSign {
    /// Mandate
    #[arg(long, value_name = "NAME")]
    pub mandate: String,
    /// Entity
    #[arg(long, value_name = "ADDRESS")]
    pub entity: Address,
    /// Commitment file of the book
    #[arg(long, value_name = "FILE")]
    pub commitment: PathBuf,
    /// Unix time as of which the book is the entity's [default: the close of the newest row]
    #[arg(long, value_name = "SECONDS")]
    pub as_of: Option<u64>,
    /// Unix time at which the attestation expires [default: 7 days later]
    #[arg(long, value_name = "SECONDS")]
    pub expires: Option<u64>,
    /// Attestation to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub key: SignerOptions,
}

#[derive(Debug, Args)]
pub struct Submit {
    /// Mandate
    #[arg(long, value_name = "NAME")]
    pub mandate: String,
    /// Proof over the newest epoch, with the context that `mandate context` prints
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// Keys of the mandate's window
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Number of the rung that was proved, for mandates with a ladder
    #[arg(long, value_name = "RUNG")]
    pub rung: Option<u32>,
    /// Bound on value at risk that was proved [default: the mandate's limit]
    #[arg(long, value_name = "AMOUNT", conflicts_with = "rung")]
    pub var: Option<String>,
    /// Bound on expected shortfall that was proved [default: the mandate's limit]
    #[arg(long, value_name = "AMOUNT", conflicts_with = "rung")]
    pub shortfall: Option<String>,
    /// Attestation of the custodian
    #[arg(long, value_name = "FILE")]
    pub attestation: Option<PathBuf>,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct Realise {
    /// Mandate
    #[arg(long, value_name = "NAME")]
    pub mandate: String,
    /// Entity
    #[arg(long, value_name = "ADDRESS")]
    pub entity: Address,
    /// Keys of the mandate's window
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Proof of the loss of the next row that is not settled; without it the row is marked silent
    #[arg(long, value_name = "FILE")]
    pub proof: Option<PathBuf>,
    /// The proof is of a loss above the bound
    #[arg(long, requires = "proof")]
    pub exceeded: bool,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct Poke {
    /// Feed
    #[arg(long, value_name = "NAME")]
    pub feed: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct Status {
    /// Mandate [default: all]
    #[arg(long, value_name = "NAME")]
    pub mandate: Option<String>,
    /// Entities [default: all that have a record]
    #[arg(long, value_name = "ADDRESS")]
    pub entity: Vec<Address>,
    /// A second node: the answers of both must be the same
    #[arg(long, value_name = "URL")]
    pub second_rpc: Option<String>,
}

#[derive(Debug, Args)]
pub struct Watch {
    /// First block [default: the newest]
    #[arg(long, value_name = "BLOCK")]
    pub from: Option<u64>,
    /// Stop once this block is there [default: never]
    #[arg(long, value_name = "BLOCK")]
    pub until: Option<u64>,
}

/// A security's index over a price file.
#[derive(Debug, Clone, Args)]
pub struct IndexOptions {
    /// Prices: CSV with a date column and one column for each factor
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// Weight of a factor in basis points, such as AAPL=500; a negative one is short [default: equal]
    #[arg(long, value_name = "NAME=BP")]
    pub weight: Vec<String>,
    /// Rows of the window
    #[arg(long, value_name = "ROWS", default_value_t = 500)]
    pub rows: usize,
    /// Rows of the window that may be beyond value at risk [default: one in a hundred]
    #[arg(long, value_name = "ROWS")]
    pub tail: Option<u64>,
    /// Share of the rows that expected shortfall is the mean of, in millionths
    #[arg(long, value_name = "MILLIONTHS", default_value_t = 25_000)]
    pub share: u32,
    /// Lowest of 16 rungs of value at risk, in basis points
    #[arg(long, value_name = "BP", default_value_t = 100)]
    pub lowest: u16,
    /// Between two rungs, in basis points
    #[arg(long, value_name = "BP", default_value_t = 50)]
    pub step: u16,
    /// Value at risk that the multiplier aims at, in basis points
    #[arg(long, value_name = "BP", default_value_t = 200)]
    pub target: u32,
    /// Largest multiplier, in 64ths
    #[arg(long, value_name = "64THS", default_value_t = 128)]
    pub cap: u16,
    /// Most that the multiplier rises by in a day, in 64ths
    #[arg(long, value_name = "64THS", default_value_t = 4)]
    pub rise: u16,
    /// Least change of the multiplier, in 64ths
    #[arg(long, value_name = "64THS", default_value_t = 2)]
    pub change: u16,
    /// Dates that have no row of their own: void days
    #[arg(long, value_name = "DATE")]
    pub skip: Vec<String>,
}

/// A series of covers, and what it costs.
#[derive(Debug, Clone, Args)]
pub struct SeriesOptions {
    /// Index that is covered
    #[arg(long, value_enum, default_value_t = Index::Realised)]
    pub kind: Index,
    /// Index from which a cover pays, in basis points
    #[arg(long, value_name = "BP", default_value_t = 400)]
    pub attachment: u16,
    /// Index at which it pays its whole face, in basis points
    #[arg(long, value_name = "BP", default_value_t = 800)]
    pub detachment: u16,
    /// Days of a cover
    #[arg(long, value_name = "DAYS", default_value_t = 20)]
    pub life: u16,
    /// Seconds between an order and the opening of its first day
    #[arg(long, value_name = "SECONDS", default_value_t = 172_800)]
    pub waiting: u64,
    /// Premium of a whole life at no use, in millionths of face [default: 1.5 times the mean payout]
    #[arg(long, value_name = "MILLIONTHS")]
    pub base: Option<u32>,
    /// What the rate rises by to full use, in millionths
    #[arg(long, value_name = "MILLIONTHS", default_value_t = 0)]
    pub slope: u32,
    /// What it rises by in addition, from the kink to full use, in millionths
    #[arg(long, value_name = "MILLIONTHS", default_value_t = 0)]
    pub steep: u32,
    /// Use from which the rate rises steeply, in millionths
    #[arg(long, value_name = "MILLIONTHS", default_value_t = 0)]
    pub kink: u32,
}

#[derive(Debug, Args)]
pub struct Quote {
    #[command(flatten)]
    pub index: IndexOptions,
    #[command(flatten)]
    pub series: SeriesOptions,
    /// Face to cover, in units of the asset
    #[arg(long, value_name = "UNITS", default_value_t = 1_000_000)]
    pub face: u128,
    /// Assets of the vault, in the same units
    #[arg(long, value_name = "UNITS", default_value_t = 1_000_000_000)]
    pub assets: u128,
    /// Assets that are locked by live cover
    #[arg(long, value_name = "UNITS", default_value_t = 0)]
    pub locked: u128,
}

#[derive(Debug, Args)]
pub struct Backtest {
    #[command(flatten)]
    pub index: IndexOptions,
    #[command(flatten)]
    pub series: SeriesOptions,
    /// Share of the vault's assets that live cover comes to, in millionths
    #[arg(long, value_name = "MILLIONTHS", default_value_t = 250_000)]
    pub used: u32,
    /// Table of days to write (CSV)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Mark {
    /// Index
    #[arg(long, value_name = "ADDRESS")]
    pub index: Address,
    /// Window of the index
    #[arg(long, value_name = "NAME")]
    pub window: String,
    /// Keys of the window
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct Buy {
    /// Vault that sells
    #[arg(long, value_name = "ADDRESS")]
    pub vault: Address,
    /// Face to cover, in units of the asset
    #[arg(long, value_name = "UNITS")]
    pub face: u128,
    /// Most that the premium may be, in units of the asset: escrowed, and approved if it is not
    #[arg(long, value_name = "UNITS")]
    pub most: u128,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct Settle {
    /// Vault: its final days, then its orders
    #[arg(long, value_name = "ADDRESS", conflicts_with = "security")]
    pub vault: Option<Address>,
    /// Security of one cover
    #[arg(long, value_name = "ADDRESS", requires = "cover")]
    pub security: Option<Address>,
    /// Identifier of the cover
    #[arg(long, value_name = "ID", requires = "security")]
    pub cover: Option<alloy::primitives::U256>,
    /// Rows to look at, at most
    #[arg(long, value_name = "ROWS", default_value_t = 100)]
    pub most: u64,
    #[command(flatten)]
    pub sending: Sending,
}
