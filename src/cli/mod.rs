//! The command line: every command with its options and help.

mod attest;
mod cashflow;
mod ceremony;
mod desk;
mod ledger;
mod margin;
mod pool;
mod pool_ledger;
mod prices;
mod proving;
mod risk;
mod scenarios;
mod tables;
pub mod version;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use attest::*;
pub use cashflow::*;
pub use ceremony::*;
pub use desk::*;
pub use ledger::*;
pub use margin::*;
pub use pool::*;
pub use pool_ledger::*;
pub use prices::*;
pub use proving::*;
pub use risk::*;
pub use scenarios::*;
pub use tables::*;

/// Prove that a private book meets a public risk mandate, without revealing the book.
///
/// Exit status: 0 success or valid proof, 1 false claim or proof that is not valid, 2 bad input.
#[derive(Debug, Parser)]
#[command(name = "tailproof", version, long_version = version::text(), max_term_width = 110)]
pub struct Arguments {
    /// Print results, warnings and errors, and no notes or progress
    #[arg(long, global = true)]
    pub quiet: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything on embedded real data: keys, commitment, proof, verification, and refusals
    Demo(Demo),
    /// Set up a desk: tailproof.toml, development keys, and a ledger
    Init(Init),
    /// Do a desk's day: prove yesterday's loss and today's forecast, and add both to the ledger
    Day(Day),
    /// Check trades against a mandate before they are made: exit status 0 within, 1 broken, 2 bad
    /// input
    Check(Check),
    /// Make and show public scenario sets
    #[command(subcommand)]
    Scenarios(Scenarios),
    /// Write the mandate that a regulation prescribes, with the article of each clause
    Mandate(MandatePreset),
    /// Print the digest of a file of groups, for a mandate, and what is in each group
    Groups(GroupsFile),
    /// Print the digest of a file of caps on exposures, for a mandate
    Caps(FactorFile),
    /// Print the digest of a file of liquidity costs that grow with exposures, for a mandate
    Impact(FactorFile),
    /// Print private risk figures of a book, without a proof
    Risk(Risk),
    /// Write a page of pictures: private figures with --book, or the proved claims with --proof
    Report(Report),
    /// Commit to a book: a public commitment and its secret opening
    Commit(Commit),
    /// Commit to the same holdings again under fresh blinding, for an opening that may have leaked
    Recommit(Recommit),
    /// Vouch for the holdings under a commitment: sign, attach and show attestations
    #[command(subcommand)]
    Attest(Attest),
    /// Make proving and verifying keys for a shape
    Keygen(Keygen),
    /// Make keys together with others, so that nobody can forge proofs
    #[command(subcommand)]
    Ceremony(Ceremony),
    /// Prove that a committed book meets a mandate over a scenario set, or that a committed pool
    /// satisfies a deal
    Prove(Prove),
    /// Verify a proof: exit status 0 valid, 1 not valid, 2 bad input
    Verify(Verify),
    /// Put a proof and everything public about it into one file, for `verify`
    Bundle(Bundle),
    /// Write the Solidity verifier contract for keys
    Solidity(Solidity),
    /// Print the key row of a slot, for whoever keeps a scenario point on a chain
    IcRow(IcRow),
    /// Print the calldata that sends a proof to the Solidity verifier
    Calldata(Calldata),
    /// Write a proof with its key and public signals for snarkjs (small shapes)
    Snarkjs(Snarkjs),
    /// Backtest a record of value at risk: Kupiec, Christoffersen and the Basel traffic light, for
    /// private use
    Backtest(Backtest),
    /// Keep a chain of daily proofs: value at risk the day before, and a loss of the day within it
    #[command(subcommand)]
    Ledger(Ledger),
    /// Check the commitment file of a book
    #[command(subcommand)]
    Book(Book),
    /// Compute private figures of a pool of loans and its tranches, commit to its tape, and keep a chain
    /// of its months
    #[command(subcommand)]
    Pool(Pool),
    /// Write keys as a .zkey, for snarkjs and compatible provers (keys made with
    /// --power-of-two-domain)
    Zkey(Zkey),
    /// Print the sizes of a shape: constraints, domain, keys, public inputs
    Shape(ShapeCommand),
    /// Print a script that completes commands in a shell
    Completions(Completions),
    /// Print a page of the manual
    Man(Man),
    /// Act on an EVM chain: deploy contracts, push prices, submit proofs, read statuses (handed over
    /// to the program tailproof-chain)
    #[command(disable_help_flag = true)]
    Chain(Chain),
}

#[derive(Debug, Args)]
pub struct Chain {
    /// For tailproof-chain, as they are
    #[arg(value_name = "ARGUMENTS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Folder in which to keep the files of the demo [default: they are removed]
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
}

/// A regulation that prescribes a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// VaR at 99 % over 20 days, at most 20 % of NAV (CESR/10-788)
    UcitsAbsolute,
    /// VaR of at most twice that of a reference portfolio (CESR/10-788)
    UcitsRelative,
    /// Expected shortfall at 97.5 % (Basel framework, MAR33)
    FrtbEs,
    /// VaR at 99.5 % over a year, covered by own funds (directive 2009/138/EC, article 101)
    Solvency2,
    /// Largest exposure of at most 25 % of Tier 1 capital (Regulation (EU) No 575/2013, article 395)
    CrrLargeExposures,
    /// Leverage by the gross method (Delegated Regulation (EU) No 231/2013, article 7)
    AifmdGross,
    /// Leverage by the commitment method (Delegated Regulation (EU) No 231/2013, article 8)
    AifmdCommitment,
    /// VaR of at most 200 % of that of a reference portfolio (17 CFR 270.18f-4)
    #[value(name = "sec-18f4-relative")]
    Sec18f4Relative,
    /// Daily and weekly liquid assets of at least 25 % and 50 % (17 CFR 270.2a-7)
    #[value(name = "sec-2a7")]
    Sec2a7,
    /// Daily and weekly maturing assets of at least 7.5 % and 15 % (Regulation (EU) 2017/1131)
    EuMmfVnav,
    /// Daily and weekly maturing assets of at least 10 % and 30 % (Regulation (EU) 2017/1131)
    EuMmfLvnav,
    /// Reserve of a significant token, and deposits of 60 % of it (Regulation (EU) 2023/1114)
    MicaReserve,
    /// A budget that a treasury still holds after a loss of a year, at 99 %
    Runway,
    /// Delta or vega of one risk class under one set of correlations (Basel framework, MAR21)
    FrtbSba,
    /// Delta margin of one risk class in the manner of SIMM, without concentration factors
    SimmDelta,
    /// Scan of one underlying in the manner of SPAN
    SpanScan,
}

#[derive(Debug, Args)]
pub struct MandatePreset {
    /// The rule
    #[arg(value_enum)]
    pub preset: Preset,
    /// Reference portfolio for ucits-relative and sec-18f4-relative: CSV with header
    /// factor,exposure
    #[arg(long, value_name = "FILE")]
    pub reference: Option<PathBuf>,
    /// Scenario file of both VaRs, for ucits-relative and sec-18f4-relative; the matrix or the
    /// scan, for frtb-sba, simm-delta and span-scan
    #[arg(long, value_name = "FILE")]
    pub scenarios: Option<PathBuf>,
    /// Add the 5/10/40 rule to a UCITS mandate
    #[arg(long)]
    pub diversification: bool,
    /// Limit for frtb-es, frtb-sba, simm-delta and span-scan, as an amount
    #[arg(long, value_name = "AMOUNT", conflicts_with = "limit_nav")]
    pub limit: Option<String>,
    /// The same as a fraction of NAV; the maximum of aifmd-gross and aifmd-commitment
    #[arg(long, value_name = "FRACTION")]
    pub limit_nav: Option<String>,
    /// File of groups of sec-2a7, eu-mmf-vnav, eu-mmf-lvnav, mica-reserve and runway; it stays
    /// beside the mandate, under a name that ends in groups.toml
    #[arg(long, value_name = "FILE")]
    pub groups: Option<PathBuf>,
    /// Claims of the tokens in circulation, for mica-reserve; the budget, for runway
    #[arg(long, value_name = "AMOUNT")]
    pub amount: Option<String>,
    /// Coarsest book unit that the mandate accepts [default: 0.01]
    #[arg(long, value_name = "AMOUNT")]
    pub unit: Option<String>,
    /// Mandate file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace an existing mandate
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct GroupsFile {
    /// File of groups: TOML with a table [CLASSIFICATION.groups] of lists of factors
    #[arg(value_name = "FILE")]
    pub groups: PathBuf,
    /// Scenario file, to see which of its factors are in which group
    #[arg(long, value_name = "FILE")]
    pub scenarios: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct FactorFile {
    /// The file: CSV with a row for each factor, and a row 'rest' for all others if you like
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Scenario file, to see how many of its factors are listed and how many are in the rest
    #[arg(long, value_name = "FILE")]
    pub scenarios: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Options that turn a book's file into integers.
#[derive(Debug, Args)]
pub struct BookOptions {
    /// Book: CSV with header factor,exposure (in currency) or factor,quantity (multiplied by the
    /// last price); over the days of `scenarios pnl`, the P&L vector: date,pnl
    #[arg(long, visible_alias = "pnl", value_name = "FILE")]
    pub book: PathBuf,
    /// Scenario file
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Net asset value in currency, of this book alone: a consolidated proof adds up those of its
    /// books [default: the sum of the exposures; a P&L vector has none]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub nav: Option<String>,
    /// Value of a book unit in currency. It is public: a coarser one shows the decade of the book,
    /// and so does a finer one that follows from the book. Limits are converted to it [default: 0.01]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub unit: Option<String>,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct Report {
    /// Book, for the private report; over the days of `scenarios pnl`, the P&L vector: date,pnl
    #[arg(long, value_name = "FILE", required_unless_present = "proof", conflicts_with = "proof")]
    pub book: Option<PathBuf>,
    /// Net asset value in currency [default: the sum of the exposures; a P&L vector has none]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, conflicts_with = "proof")]
    pub nav: Option<String>,
    /// Proof file, for the public report: the proof is verified first, and only its claims are
    /// shown
    #[arg(long, value_name = "FILE", requires = "keys", group = "proved")]
    pub proof: Option<PathBuf>,
    /// Folder with the keys of the proof, or of the proofs of the ledger: then repeat for several
    #[arg(long, value_name = "FOLDER", requires = "proved")]
    pub keys: Vec<PathBuf>,
    /// Folder with the ledger's proofs, scenario files and mandates
    #[arg(long, value_name = "FOLDER", requires_all = ["ledger", "keys"])]
    pub files: Option<PathBuf>,
    #[command(flatten)]
    pub against: LedgerAgainst,
    /// Context that the proof must be bound to [default: a digest of mandate and scenario set]
    #[arg(long, value_name = "HEX", requires = "proof")]
    pub context: Option<String>,
    #[command(flatten)]
    pub sources: SourceOptions,
    /// Commitment file that the proof must be about; for a consolidated book, one per sub-book, in
    /// any order [default: any book]
    #[arg(long, value_name = "FILE", requires = "proof")]
    pub commitment: Vec<PathBuf>,
    /// Scenario file
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Mandate
    #[arg(long, value_name = "FILE")]
    pub mandate: PathBuf,
    /// Table of days for the backtest of the private report: CSV
    #[arg(long, value_name = "FILE", requires_all = ["return_column", "var_column", "confidence"], conflicts_with = "proof")]
    pub pnl: Option<PathBuf>,
    /// Column of the day's return, or profit and loss
    #[arg(long = "return", value_name = "COLUMN", requires = "pnl")]
    pub return_column: Option<String>,
    /// Column of the value at risk stated for the day, in the same unit, positive
    #[arg(long = "var", value_name = "COLUMN", requires = "pnl")]
    pub var_column: Option<String>,
    /// Confidence level of that value at risk, in (0, 1); a ledger has its own
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true, requires = "pnl")]
    pub confidence: Option<String>,
    #[command(flatten)]
    pub gains: GainArgs,
    /// Ledger of daily proofs for the backtest of the private report; without --keys it is not
    /// verified, the page says so, and the exit status is 1
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pnl", "proof"], group = "proved")]
    pub ledger: Option<PathBuf>,
    /// HTML file to write; a private report gets mode 0600
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Refuse every guess about the layout of a table
    #[arg(long)]
    pub strict: bool,
}

#[derive(Debug, Args)]
pub struct Backtest {
    /// Table of days: CSV with a header, one row per day
    #[arg(long, value_name = "FILE", required_unless_present_any = ["ledger", "book"], requires_all = ["return_column", "var_column", "confidence"])]
    pub pnl: Option<PathBuf>,
    /// Ledger of daily proofs, instead of a table; without --keys it is not verified, and the exit
    /// status is 1
    #[arg(long, value_name = "FILE", group = "converted", conflicts_with_all = ["pnl", "return_column", "var_column", "confidence"])]
    pub ledger: Option<PathBuf>,
    /// Book to test over --prices, with its exposures held constant: for each day, value at risk over
    /// the --window before it against the loss of the day
    #[arg(long, value_name = "FILE", group = "priced", requires_all = ["prices", "window", "confidence"], conflicts_with_all = ["pnl", "ledger", "return_column", "var_column"])]
    pub book: Option<PathBuf>,
    /// Days before each day over which its value at risk is computed
    #[arg(long, value_name = "DAYS", requires = "book")]
    pub window: Option<usize>,
    /// Net asset value in currency, for a book of weights
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, requires = "book")]
    pub nav: Option<String>,
    /// Print the days of a book's backtest as CSV
    #[arg(long, requires = "book", conflicts_with = "json")]
    pub csv: bool,
    #[command(flatten)]
    pub evidence: LedgerEvidence,
    #[command(flatten)]
    pub treatment: PriceArgs,
    /// Column of the day's return, or profit and loss
    #[arg(long = "return", value_name = "COLUMN")]
    pub return_column: Option<String>,
    /// Column of the value at risk stated for the day, in the same unit, positive
    #[arg(long = "var", value_name = "COLUMN")]
    pub var_column: Option<String>,
    /// Confidence level of the value at risk, in (0, 1)
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true)]
    pub confidence: Option<String>,
    #[command(flatten)]
    pub gains: GainArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
