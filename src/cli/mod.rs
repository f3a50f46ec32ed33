//! The command line: every command with its options and help.

mod ceremony;
mod ledger;
mod pool;
mod scenarios;

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use ceremony::*;
pub use ledger::*;
pub use pool::*;
pub use scenarios::*;

/// Prove that a private book meets a public risk mandate, without showing the book.
///
/// Exit status: 0 success or valid, 1 a false claim or a proof that is not valid, 2 bad input.
#[derive(Debug, Parser)]
#[command(name = "tailproof", version, long_version = long_version(), max_term_width = 110)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// Returns the version of the program and those of its formats.
fn long_version() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let formats = tailproof::FORMATS.map(|(name, version)| format!("  {name}: version {version}")).join("\n");
        format!("{}\nformats:\n{formats}", env!("CARGO_PKG_VERSION"))
    })
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole story on embedded real data: keys, commitment, proof, verification, and what is refused
    Demo(Demo),
    /// Make and show public scenario sets
    #[command(subcommand)]
    Scenarios(Scenarios),
    /// Write the mandate that a rule prescribes, each clause with its article
    Mandate(MandatePreset),
    /// Private risk figures of a book; proves nothing
    Risk(Risk),
    /// A page of pictures: private with --book, or of what was proved with --proof
    Report(Report),
    /// Commit to a book: a public commitment and its secret opening
    Commit(Commit),
    /// Make proving and verifying keys for a shape
    Keygen(Keygen),
    /// Make keys with others, so that nobody can forge proofs: powers of tau, contributions, beacon, verification, keys
    #[command(subcommand)]
    Ceremony(Ceremony),
    /// Prove that a committed book meets a mandate over a scenario set, or that a deal's claims about a committed pool hold
    Prove(Prove),
    /// Verify a proof: exit status 0 valid, 1 not valid, 2 bad input
    Verify(Verify),
    /// Write the Solidity verifier for keys
    Solidity(Solidity),
    /// Print the calldata that sends a proof to the Solidity verifier
    Calldata(Calldata),
    /// Write a proof with its key and public signals for snarkjs (small shapes)
    Snarkjs(Snarkjs),
    /// Does a record of value at risk hold? Kupiec, Christoffersen and the Basel traffic light, for the desk's own eyes
    Backtest(Backtest),
    /// A chain of daily proofs: value at risk the day before, the loss of the day within it
    #[command(subcommand)]
    Ledger(Ledger),
    /// A pool of loans and its tranches: private figures, and the commitment to its tape
    #[command(subcommand)]
    Pool(Pool),
    /// Write keys as a .zkey, with which snarkjs and provers of its family prove
    Zkey(Zkey),
    /// Sizes of a shape: constraints, domain, keys, public inputs
    Shape(ShapeCommand),
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Keep the files of the demo in this folder (otherwise they are removed)
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
}

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// VaR at 99 % over 20 days is at most 20 % of NAV (CESR/10-788)
    UcitsAbsolute,
    /// VaR is at most twice that of a reference portfolio (CESR/10-788)
    UcitsRelative,
    /// Expected shortfall at 97.5 % (Basel framework, MAR33)
    FrtbEs,
    /// VaR at 99.5 % over a year is covered by own funds (directive 2009/138/EC, article 101)
    Solvency2,
}

#[derive(Debug, Args)]
pub struct MandatePreset {
    /// The rule
    #[arg(value_enum)]
    pub preset: Preset,
    /// Of ucits-relative: the reference portfolio, CSV factor,exposure
    #[arg(long, value_name = "FILE")]
    pub reference: Option<PathBuf>,
    /// Of ucits-relative: the scenario file of both VaRs
    #[arg(long, value_name = "FILE")]
    pub scenarios: Option<PathBuf>,
    /// Of UCITS: with the 5/10/40 rule
    #[arg(long)]
    pub diversification: bool,
    /// Of frtb-es: the limit, an amount
    #[arg(long, value_name = "AMOUNT", conflicts_with = "limit_nav")]
    pub limit: Option<String>,
    /// Of frtb-es: the limit, a fraction of NAV
    #[arg(long, value_name = "FRACTION")]
    pub limit_nav: Option<String>,
    /// Mandate file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// How a book's file becomes integers.
#[derive(Debug, Args)]
pub struct BookOptions {
    /// Book: CSV with header factor,exposure (in currency) or factor,quantity (times the last price)
    #[arg(long, value_name = "FILE")]
    pub book: PathBuf,
    /// Scenario file
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Net asset value in currency [default: the sum of the exposures]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub nav: Option<String>,
    /// Value of a book unit in currency [default: 0.01, or finer for small books written with more places]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub unit: Option<String>,
}

/// How private figures are computed from the gains of the scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Order statistics of the scenarios: exact, and what proofs are about
    Historical,
    /// A normal distribution with their mean and deviation
    Normal,
    /// Student's t with their mean, deviation and kurtosis
    StudentT,
    /// Cornish-Fisher and Edgeworth expansions with their skewness and kurtosis
    CornishFisher,
    /// A normal distribution of mean zero with exponentially weighted variance (lambda 0.94), the last scenario weighing most
    Ewma,
}

#[derive(Debug, Args)]
pub struct Risk {
    #[command(flatten)]
    pub book: BookOptions,
    /// How the figures are computed
    #[arg(long, value_enum, default_value = "historical", conflicts_with = "compare")]
    pub method: Method,
    /// All methods in one table
    #[arg(long)]
    pub compare: bool,
    /// Confidence level in (0, 1)
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true, required_unless_present = "mandate")]
    pub confidence: Option<String>,
    /// The figure of each clause of a mandate, and what is left up to its limit
    #[arg(long, value_name = "FILE", conflicts_with_all = ["confidence", "method", "compare"])]
    pub mandate: Option<PathBuf>,
    /// Print JSON, in currency units, losses positive
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Report {
    /// Book, for the private report
    #[arg(long, value_name = "FILE", required_unless_present = "proof", conflicts_with = "proof")]
    pub book: Option<PathBuf>,
    /// Net asset value in currency [default: the sum of the exposures]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, conflicts_with = "proof")]
    pub nav: Option<String>,
    /// Proof file, for the public report: it is verified first, and only what it proves is shown
    #[arg(long, value_name = "FILE", requires = "keys")]
    pub proof: Option<PathBuf>,
    /// Folder with the keys of the proof
    #[arg(long, value_name = "FOLDER", requires = "proof")]
    pub keys: Option<PathBuf>,
    /// The use the proof must be bound to [default: a digest of mandate and scenario set]
    #[arg(long, value_name = "HEX", requires = "proof")]
    pub context: Option<String>,
    /// Scenario file
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Mandate
    #[arg(long, value_name = "FILE")]
    pub mandate: PathBuf,
    /// A table of days for the backtest of the private report: CSV
    #[arg(long, value_name = "FILE", requires_all = ["return_column", "var_column"], conflicts_with = "proof")]
    pub pnl: Option<PathBuf>,
    /// Column of the day's return, or profit and loss
    #[arg(long = "return", value_name = "COLUMN", requires = "pnl")]
    pub return_column: Option<String>,
    /// Column of the value at risk stated for the day
    #[arg(long = "var", value_name = "COLUMN", requires = "pnl")]
    pub var_column: Option<String>,
    /// A ledger of daily proofs for the backtest of the private report
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pnl", "proof"])]
    pub ledger: Option<PathBuf>,
    /// HTML file to write: the private one with mode 0600
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// What a commitment leaves behind.
#[derive(Debug, Args)]
pub struct CommitFiles {
    /// Commitment file to write: public
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Opening file to write: secret, mode 0600
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// Replace an opening and a commitment that exist; nothing can then be proved about that commitment again
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Commit {
    #[command(flatten)]
    pub book: BookOptions,
    #[command(flatten)]
    pub files: CommitFiles,
}

/// What proves and verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// Groth16 over BN254: 256-byte proofs that an EVM chain checks; keys from a setup
    Groth16,
    /// halo2 over the Pasta curves: no trusted setup; keys are derived by everybody; not for the EVM
    Halo2,
}

#[derive(Debug, Args)]
pub struct Keygen {
    /// Sizes: TxN for up to T scenarios and N factors; TxN/1 for mandates with one confidence; TxN+limits for limits on the book;
    /// (N+1)xN+parametric for a covariance; with +Kbooks behind it for K sub-books. For a pool of up to L loans: Lloans+pool,
    /// Lloans+TxN/Jtranches for losses over T scenarios of N grades, Lloans+pool+TxN/Jtranches for both; +granular with N = L x grades
    #[arg(long, value_name = "TxN")]
    pub shape: String,
    /// Proof system of the keys
    #[arg(long, value_enum, default_value = "groth16")]
    pub backend: Backend,
    /// Make the keys alone: whoever makes them can forge proofs, so they are for development only
    #[arg(long)]
    pub insecure_dev: bool,
    /// 32 bytes in hex to derive the keys from, for tests that need the same keys again (with --insecure-dev)
    #[arg(long, value_name = "HEX", requires = "insecure_dev")]
    pub seed: Option<String>,
    /// Folder to write the keys into: proving.key and verifying.key, or halo2.key
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Replace keys that exist
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Backtest {
    /// A table of days: CSV with a header, one row a day, oldest first
    #[arg(long, value_name = "FILE", required_unless_present = "ledger", requires_all = ["return_column", "var_column", "confidence"])]
    pub pnl: Option<PathBuf>,
    /// In place of a table, a ledger of daily proofs
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pnl", "return_column", "var_column", "confidence"])]
    pub ledger: Option<PathBuf>,
    /// Column of the day's return, or profit and loss
    #[arg(long = "return", value_name = "COLUMN")]
    pub return_column: Option<String>,
    /// Column of the value at risk stated for the day, in the same unit, positive
    #[arg(long = "var", value_name = "COLUMN")]
    pub var_column: Option<String>,
    /// Confidence level of the value at risk, in (0, 1)
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true)]
    pub confidence: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Zkey {
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// .zkey file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct Prove {
    /// Book: the file that was committed to; several times for a consolidated book
    #[arg(long, value_name = "FILE", required_unless_present = "pool", conflicts_with = "pool")]
    pub book: Vec<PathBuf>,
    /// In place of a book, the loan tape that was committed to by `pool commit`
    #[arg(long, value_name = "TAPE", requires = "deal")]
    pub pool: Option<PathBuf>,
    /// Columns of the tape under other names: a TOML file, or lending-club-2015, lending-club-2018 or cdx-na-ig-s7
    #[arg(long, value_name = "FILE|NAME", requires = "pool")]
    pub mapping: Option<String>,
    /// Opening of the commitment; for several books, in their order
    #[arg(long, value_name = "FILE", required = true)]
    pub opening: Vec<PathBuf>,
    /// Scenario file; of a pool, credit scenarios if the deal claims something of losses
    #[arg(long, value_name = "FILE", required_unless_present = "pool")]
    pub scenarios: Option<PathBuf>,
    /// Mandate: TOML with clause tables
    #[arg(long, value_name = "FILE", required_unless_present = "pool", conflicts_with = "pool")]
    pub mandate: Option<PathBuf>,
    /// Of a pool: the deal, TOML with claims and tranches
    #[arg(long, value_name = "FILE", requires = "pool")]
    pub deal: Option<PathBuf>,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Bind the proof to a use: 0x and 64 hex digits [default: a digest of mandate or deal, and scenario set]
    #[arg(long, value_name = "HEX")]
    pub context: Option<String>,
    /// Proof file to write
    #[arg(short, long, value_name = "FILE", required_unless_present = "witness", conflicts_with = "witness")]
    pub output: Option<PathBuf>,
    /// Proof system
    #[arg(long, value_enum, default_value = "groth16")]
    pub backend: Backend,
    /// Instead of proving, write the witness (.wtns) for another prover with the same keys as .zkey: secret, mode 0600
    #[arg(long, value_name = "FILE")]
    pub witness: Option<PathBuf>,
    /// Instead of proving, take the proof.json that another prover made of the witness
    #[arg(long, value_name = "FILE", conflicts_with = "witness")]
    pub snarkjs_proof: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Prove {
    /// Returns the public files.
    pub fn public(&self) -> PublicOptions {
        let (scenarios, mandate, deal) = (self.scenarios.clone(), self.mandate.clone(), self.deal.clone());
        PublicOptions { scenarios, mandate, deal }
    }
}

/// The public files that make a claim.
#[derive(Debug, Clone, Args)]
pub struct PublicOptions {
    /// Scenario file; of a pool, credit scenarios if the deal claims something of losses
    #[arg(long, value_name = "FILE")]
    pub scenarios: Option<PathBuf>,
    /// Mandate
    #[arg(long, value_name = "FILE", conflicts_with = "deal")]
    pub mandate: Option<PathBuf>,
    /// In place of a mandate: the deal of a pool of loans
    #[arg(long, value_name = "FILE")]
    pub deal: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    #[command(flatten)]
    pub public: PublicOptions,
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// The use the proof must be bound to [default: a digest of mandate or deal, and scenario set]
    #[arg(long, value_name = "HEX")]
    pub context: Option<String>,
    /// Commitment file the proof must be about; for a consolidated book one for each sub-book, in order [default: any book]
    #[arg(long, value_name = "FILE")]
    pub commitment: Vec<PathBuf>,
    /// A scenario point that was attested by someone you trust: 0x and 128 hex digits [default: recomputed from the file]
    #[arg(long, value_name = "HEX")]
    pub scenario_point: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Solidity {
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Solidity file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct Calldata {
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// Print the arguments as JSON beside the calldata
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Snarkjs {
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// Scenario file
    #[arg(long, value_name = "FILE", required_unless_present = "deal")]
    pub scenarios: Option<PathBuf>,
    /// Mandate, for its half-spreads, under keys with limits on the book
    #[arg(long, value_name = "FILE", conflicts_with = "deal")]
    pub mandate: Option<PathBuf>,
    /// Of a pool of loans: the deal
    #[arg(long, value_name = "FILE")]
    pub deal: Option<PathBuf>,
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Folder to write verification_key.json, public.json and proof.json into
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct ShapeCommand {
    /// TxN, TxN/1, TxN+limits or (N+1)xN+parametric, and +Kbooks behind it for K sub-books; of a pool Lloans+pool,
    /// Lloans+TxN/Jtranches or Lloans+pool+TxN/Jtranches, and +granular
    #[arg(value_name = "TxN")]
    pub shape: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
