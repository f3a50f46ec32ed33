//! The command line: every command with its options and help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Prove that a private book meets a public risk mandate, without showing the book.
///
/// Exit status: 0 success or valid, 1 a false claim or a proof that is not valid, 2 bad input.
#[derive(Debug, Parser)]
#[command(name = "tailproof", version, max_term_width = 110)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
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
    /// Prove that a committed book meets a mandate over a scenario set
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
    /// Private figures of a pool of loans and its tranches
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

#[derive(Debug, Subcommand)]
pub enum Scenarios {
    /// Historical simulation: overlapping simple returns of a price history
    Historical(Historical),
    /// Monte-Carlo paths from a price history and a public seed: the same file on every machine
    Montecarlo(MonteCarlo),
    /// A mean and a covariance, for parametric clauses
    Covariance(CovarianceSet),
    /// Make a set again from the prices its header names, and say whether it is identical: exit status 0 identical, 1 not
    Regenerate(Regenerate),
    /// Stress scenarios: a table of named scenarios with the move of every factor
    Stress(StressTable),
    /// Show what a scenario file holds
    Show(ShowScenarios),
    /// The scenario point of a set under keys: what a contract or an attestation takes in place of the matrix
    Point(ScenarioPoint),
}

#[derive(Debug, Args)]
pub struct Historical {
    /// Prices: CSV with header date,FACTOR,…, one row a day, oldest first
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// Number of scenarios, the newest ones [default: all]
    #[arg(long, value_name = "T")]
    pub window: Option<usize>,
    /// Days of a return
    #[arg(long, value_name = "DAYS", default_value_t = 1)]
    pub horizon: usize,
    /// The worst window of the history for a public reference portfolio in place of the newest: CSV factor,exposure, or `equal`
    #[arg(long, value_name = "FILE|equal", requires = "window")]
    pub stressed: Option<String>,
    /// A return weighs this much of the one after it, such as 0.98 (Boudoukh, Richardson and Whitelaw)
    #[arg(long, value_name = "LAMBDA", allow_hyphen_values = true)]
    pub age_weighted: Option<String>,
    /// Scale returns to today's volatility, exponentially weighted with this decay (filtered historical simulation)
    #[arg(long, value_name = "LAMBDA", num_args = 0..=1, default_missing_value = "0.94")]
    pub volatility_scaled: Option<String>,
    /// Days in which a position in a factor can be closed: CSV factor,days; moves are scaled by the root of these over the horizon
    #[arg(long, value_name = "FILE")]
    pub liquidity_horizons: Option<PathBuf>,
    /// Columns gamma:FACTOR with half of the squared return, for books with a gamma column
    #[arg(long)]
    pub gamma: bool,
    /// Columns gamma:A*B with the product of two returns
    #[arg(long)]
    pub cross_gamma: bool,
    /// Columns vega:FACTOR with the change of an implied volatility: CSV date,FACTOR,… of volatilities as fractions
    #[arg(long, value_name = "FILE")]
    pub implied_volatility: Option<PathBuf>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The distribution of Monte-Carlo paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PathModel {
    /// Geometric Brownian motion
    Normal,
    /// Student's t of the same covariance
    StudentT,
    /// Merton's jump diffusion: normal, with jumps at the times of a Poisson process, common to all factors
    Jump,
}

/// How a covariance is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CovarianceEstimator {
    /// Sample covariance, divisor n - 1
    Sample,
    /// Exponential weights, lambda 0.94, mean zero
    Ewma,
    /// Ledoit-Wolf shrinkage towards a multiple of the identity
    LedoitWolf,
}

/// What is done about a covariance that is not positive semidefinite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CovarianceRepair {
    /// Negative eigenvalues become zero, variances stay
    Clip,
}

#[derive(Debug, Args)]
pub struct CovarianceSet {
    /// Prices: CSV with header date,FACTOR,…, one row a day, oldest first
    #[arg(long, value_name = "FILE", required_unless_present = "table")]
    pub prices: Option<PathBuf>,
    /// In place of prices, the covariance itself: CSV with header factor,A,B,…, a row for each factor, perhaps a row `mean` first
    #[arg(long, value_name = "FILE", conflicts_with = "prices")]
    pub table: Option<PathBuf>,
    /// How the covariance is estimated
    #[arg(long, value_enum, default_value = "sample", conflicts_with = "table")]
    pub covariance: CovarianceEstimator,
    /// What to do about a covariance that is not positive semidefinite [default: refuse it]
    #[arg(long, value_enum)]
    pub repair: Option<CovarianceRepair>,
    /// A mean of zero in place of the returns' own
    #[arg(long, conflicts_with = "table")]
    pub zero_mean: bool,
    /// Days: mean and covariance of a day times this
    #[arg(long, value_name = "DAYS", default_value_t = 1, conflicts_with = "table")]
    pub horizon: usize,
    /// Number of returns, the newest ones [default: all]
    #[arg(long, value_name = "T", conflicts_with = "table")]
    pub window: Option<usize>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct MonteCarlo {
    /// Prices: CSV with header date,FACTOR,…, one row a day, oldest first
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// Distribution of the paths
    #[arg(long, value_enum)]
    pub model: PathModel,
    /// Number of paths
    #[arg(long, value_name = "T")]
    pub paths: usize,
    /// Public seed: 64 hex digits
    #[arg(long, value_name = "HEX")]
    pub seed: String,
    /// Days of a return
    #[arg(long, value_name = "DAYS", default_value_t = 1)]
    pub horizon: usize,
    /// How the covariance is estimated
    #[arg(long, value_enum, default_value = "sample")]
    pub covariance: CovarianceEstimator,
    /// What to do about a covariance that is not positive semidefinite [default: refuse it]
    #[arg(long, value_enum)]
    pub repair: Option<CovarianceRepair>,
    /// Degrees of freedom of student-t, above 2, or `fitted`
    #[arg(long, value_name = "NU", required_if_eq("model", "student-t"), allow_hyphen_values = true)]
    pub degrees: Option<String>,
    /// Of jump: expected jumps a day, or `fitted` [default: fitted]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub jump_intensity: Option<String>,
    /// Of jump: mean of a jump's log return, or `fitted` [default: fitted]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub jump_mean: Option<String>,
    /// Of jump: standard deviation of a jump's log return, or `fitted` [default: fitted]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub jump_volatility: Option<String>,
    /// Log returns (of jump: between jumps) without drift, in place of their own mean
    #[arg(long)]
    pub zero_drift: bool,
    /// Mirror every second path
    #[arg(long)]
    pub antithetic: bool,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Regenerate {
    /// Scenario file
    pub file: PathBuf,
    /// The prices that it was made from
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// The implied volatilities that it was made from, if it has columns of them
    #[arg(long, value_name = "FILE")]
    pub implied_volatility: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct StressTable {
    /// Scenarios: CSV with header name,FACTOR,…, one row a scenario, moves as fractions (-0.2 is a fall of 20 %)
    #[arg(long, value_name = "FILE")]
    pub table: PathBuf,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ShowScenarios {
    /// Scenario file
    pub file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ScenarioPoint {
    /// Scenario file
    pub file: PathBuf,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Mandate, for its half-spreads, under keys with limits on the book
    #[arg(long, value_name = "FILE")]
    pub mandate: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
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

#[derive(Debug, Args)]
pub struct Commit {
    #[command(flatten)]
    pub book: BookOptions,
    /// Commitment file to write: public
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Opening file to write: secret, mode 0600
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// Replace an opening that exists; its commitment can then never be proved about again
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
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
    /// (N+1)xN+parametric for a covariance; with +Kbooks behind it for K sub-books
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
    /// Folder to write the keys into: proving.key and verifying.key, or transparent.key
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Replace keys that exist
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

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

#[derive(Debug, Subcommand)]
pub enum Pool {
    /// What a pool and the tranches of a deal lose under a one-factor copula
    Losses(PoolLosses),
}

/// How defaults of a pool depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CopulaModel {
    /// Asset returns are jointly normal
    Gaussian,
    /// Asset returns are jointly Student's t
    StudentT,
}

/// How losses of a pool are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LossMethod {
    /// Exactly given the common factor, by recursion over obligors (Andersen, Sidenius and Basu)
    Recursion,
    /// In the limit of many small loans (Vasicek)
    Lhp,
    /// By drawing paths from a public seed
    Montecarlo,
}

#[derive(Debug, Args)]
pub struct PoolLosses {
    /// Loan tape: CSV with columns id,balance and, as far as there are any, rate,ltv,score,term,grade,sector,region,obligor,status,pd,lgd
    pub tape: PathBuf,
    /// Deal: TOML with tranches, and probabilities of default and losses given default by grade
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    /// The copula
    #[arg(long, value_enum)]
    pub model: CopulaModel,
    /// Correlation of asset returns, from 0 to 1
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub rho: String,
    /// Degrees of freedom of student-t
    #[arg(long, value_name = "NU", allow_hyphen_values = true)]
    pub degrees: Option<String>,
    /// How losses are computed
    #[arg(long, value_enum)]
    pub method: LossMethod,
    /// Number of paths of montecarlo
    #[arg(long, value_name = "T")]
    pub paths: Option<usize>,
    /// Public seed of montecarlo: 64 hex digits
    #[arg(long, value_name = "HEX")]
    pub seed: Option<String>,
    /// Columns of the tape under other names: a TOML file, or lending-club-2015 or lending-club-2018
    #[arg(long, value_name = "FILE|NAME")]
    pub mapping: Option<String>,
    /// Print JSON, fractions of the notional concerned
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Begin a ledger
    New(LedgerNew),
    /// What the next proof is to be bound to: for `prove --context`
    Context(LedgerContext),
    /// Verify a proof of value at risk for a day to come, and add it
    Forecast(LedgerStep),
    /// Verify a proof that the loss of the day was within the forecast, and add it
    Realise(LedgerStep),
    /// The days of a ledger
    Show(LedgerShow),
    /// Verify every proof of a ledger again: exit status 0 valid, 1 not valid, 2 bad input
    Verify(LedgerVerify),
}

#[derive(Debug, Args)]
pub struct LedgerNew {
    /// Whose ledger it is
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Confidence level of its forecasts
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
    /// The day of the next forecast, YYYY-MM-DD [default: the realised loss of the open forecast]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LedgerStep {
    /// Ledger file, which is added to
    pub file: PathBuf,
    /// The day of the loss, YYYY-MM-DD [default: that of the open forecast]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// Scenario file: of a realised loss, the one scenario of the day
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Mandate: of a forecast with a clause on VaR, of a realised loss with a clause `stress` of the same limit
    #[arg(long, value_name = "FILE")]
    pub mandate: PathBuf,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
}

#[derive(Debug, Args)]
pub struct LedgerShow {
    /// Ledger file
    pub file: PathBuf,
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
    /// Prices of your own: the moves of every realised loss must be theirs
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// Folder with keys; several times for several keys
    #[arg(long, value_name = "FOLDER", required = true)]
    pub keys: Vec<PathBuf>,
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
    #[arg(long, value_name = "FILE", required = true)]
    pub book: Vec<PathBuf>,
    /// Opening of the commitment; for several books, in their order
    #[arg(long, value_name = "FILE", required = true)]
    pub opening: Vec<PathBuf>,
    /// Scenario file
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Mandate: TOML with clause tables
    #[arg(long, value_name = "FILE")]
    pub mandate: PathBuf,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Bind the proof to a use: 0x and 64 hex digits [default: a digest of mandate and scenario set]
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

#[derive(Debug, Args)]
pub struct Verify {
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// Scenario file
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Mandate
    #[arg(long, value_name = "FILE")]
    pub mandate: PathBuf,
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// The use the proof must be bound to [default: a digest of mandate and scenario set]
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
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Mandate, for its half-spreads, under keys with limits on the book
    #[arg(long, value_name = "FILE")]
    pub mandate: Option<PathBuf>,
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Folder to write verification_key.json, public.json and proof.json into
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct ShapeCommand {
    /// TxN, TxN/1, TxN+limits or (N+1)xN+parametric, and +Kbooks behind it for K sub-books
    #[arg(value_name = "TxN")]
    pub shape: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
