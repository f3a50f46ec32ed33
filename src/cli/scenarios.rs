//! Options of `tailproof scenarios`.

use std::path::PathBuf;

use super::CopulaOptions;
use clap::{Args, Subcommand, ValueEnum};

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
    /// Credit scenarios over the grades of a deal: what each loses, for values of a common factor
    Credit(CreditSet),
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
    pub prices: Option<PathBuf>,
    /// Of credit scenarios: the deal that they were made from
    #[arg(long, value_name = "FILE", conflicts_with = "prices")]
    pub deal: Option<PathBuf>,
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
pub struct CreditSet {
    /// Deal whose grades are the buckets, with tables `pd` and `lgd`
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    #[command(flatten)]
    pub copula: CopulaOptions,
    /// Nodes of the common factor: the large-pool limit (times nodes of the mixing variable of student-t)
    #[arg(long, value_name = "K", conflicts_with = "paths")]
    pub nodes: Option<usize>,
    /// Paths drawn from a seed, in place of nodes
    #[arg(long, value_name = "T", requires = "seed")]
    pub paths: Option<usize>,
    /// Public seed: 64 hex digits
    #[arg(long, value_name = "HEX", requires = "paths")]
    pub seed: Option<String>,
    /// Defaults of single loans, of so many slots: the columns are slots times buckets
    #[arg(long = "granular", value_name = "LOANS", requires = "paths")]
    pub slots: Option<usize>,
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
    #[arg(required_unless_present = "deal")]
    pub file: Option<PathBuf>,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Mandate, for its half-spreads, under keys with limits on the book
    #[arg(long, value_name = "FILE", conflicts_with = "deal")]
    pub mandate: Option<PathBuf>,
    /// Of a pool of loans: the deal
    #[arg(long, value_name = "FILE")]
    pub deal: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
