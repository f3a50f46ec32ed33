//! Options of `tailproof scenarios`.

use std::path::{Path, PathBuf};

use super::{CashflowSet, CopulaOptions, MarginSet, PriceArgs, ScanSet, TableArgs};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum Scenarios {
    /// Make a historical simulation: overlapping simple returns of a price history
    Historical(Historical),
    /// Make Monte-Carlo paths from a price history and a public seed: the same file on every
    /// machine
    Montecarlo(MonteCarlo),
    /// Make a mean and a covariance, for parametric clauses
    Covariance(CovarianceSet),
    /// Make the matrix of a margin by rule from weights and correlations, for margin clauses
    Margin(MarginSet),
    /// Make a scan of one underlying: sixteen moves of its price and of its implied volatility
    Scan(ScanSet),
    /// Regenerate a set from the sources its header names, and compare: exit status 0 identical, 1
    /// not identical
    Regenerate(Regenerate),
    /// Make stress scenarios from a table of named scenarios with the move of every factor
    Stress(StressTable),
    /// Make a scenario of each of some events: the move of every factor between two dates of your
    /// prices
    Events(EventSet),
    /// Make a set of the scenarios of any other model, from a table: it is called imported
    Import(ImportedSet),
    /// Make the set of the days of a P&L vector: its source and its dates, and no number of it
    Pnl(PnlSet),
    /// Make credit scenarios over the grades of a deal: the loss of each grade, for values of a
    /// common factor
    Credit(CreditSet),
    /// Make the payments of a deal's replines by month: interest, principal, defaults, recoveries
    /// and fees under public assumptions
    Cashflow(CashflowSet),
    /// Make the bad debt of a deal's grades after a sale of their collateral, for moves of the market
    Collateral(CollateralSet),
    /// Show the content of a scenario file
    Show(ShowScenarios),
    /// Print the scenario point of a set under keys, which stands for the matrix in a contract or
    /// attestation
    Point(ScenarioPoint),
}

#[derive(Debug, Args)]
pub struct Historical {
    /// Prices: CSV with header date,FACTOR,…, one row per day, oldest first
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// Number of newest scenarios to keep [default: all]
    #[arg(long, value_name = "T")]
    pub window: Option<usize>,
    /// Days per return
    #[arg(long, value_name = "DAYS", default_value_t = 1)]
    pub horizon: usize,
    /// Public reference portfolio (CSV with header factor,exposure, or `equal`) whose worst window
    /// is used instead of the newest
    #[arg(long, value_name = "FILE|equal", requires = "window")]
    pub stressed: Option<String>,
    /// Decay of weights: each return weighs this fraction of the next, such as 0.98 (Boudoukh,
    /// Richardson and Whitelaw)
    #[arg(long, value_name = "LAMBDA", allow_hyphen_values = true)]
    pub age_weighted: Option<String>,
    /// Weights that are linear in age: T for the newest return, 1 less for each older one
    #[arg(long, conflicts_with = "age_weighted")]
    pub linear_weights: bool,
    /// Scale returns to today's exponentially weighted volatility with this decay (filtered
    /// historical simulation)
    #[arg(long, value_name = "LAMBDA", num_args = 0..=1, default_missing_value = "0.94")]
    pub volatility_scaled: Option<String>,
    /// Days to close a position in each factor: CSV with header factor,days; moves are scaled by
    /// the square root of days over the horizon
    #[arg(long, value_name = "FILE")]
    pub liquidity_horizons: Option<PathBuf>,
    /// Add columns gamma:FACTOR with half the squared return, for books with gamma exposures
    #[arg(long)]
    pub gamma: bool,
    /// Add columns gamma:A*B with the product of two returns
    #[arg(long)]
    pub cross_gamma: bool,
    /// Add columns vega:FACTOR with the change of implied volatilities: CSV with header
    /// date,FACTOR,…, volatilities as fractions
    #[arg(long, value_name = "FILE")]
    pub implied_volatility: Option<PathBuf>,
    /// Add columns theta:FACTOR with the days of the horizon, for books with a theta: currency
    /// gained a day where nothing moves
    #[arg(long, conflicts_with = "liquidity_horizons")]
    pub theta: bool,
    /// Put the rows into a ring, as a window on chain keeps them: the newest into this slot, which
    /// is its epoch modulo the window. Keys have as many scenarios as the window
    #[arg(long, value_name = "SLOT")]
    pub ring: Option<usize>,
    /// Put the one row of a window of 1 into this slot of the keys, as a contract that keeps a
    /// window has it: all other slots are empty
    #[arg(long, value_name = "SLOT", requires = "window", conflicts_with = "ring")]
    pub slot: Option<usize>,
    /// Name of a column that moves in no scenario, for cash or what is owed, behind the others; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    pub cash: Vec<String>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub treatment: PriceArgs,
    #[command(flatten)]
    pub tables: TableArgs,
}

/// The distribution of Monte-Carlo paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PathModel {
    /// Geometric Brownian motion
    Normal,
    /// Student's t with the same covariance
    StudentT,
    /// Merton's jump diffusion: normal, with jumps at the times of a Poisson process that all
    /// factors share
    Jump,
}

/// An estimator of a covariance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CovarianceEstimator {
    /// Sample covariance, divisor n - 1
    Sample,
    /// Exponential weights, lambda 0.94, mean zero
    Ewma,
    /// Ledoit-Wolf shrinkage towards a multiple of the identity
    LedoitWolf,
}

/// A repair of a covariance that is not positive semidefinite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CovarianceRepair {
    /// Set negative eigenvalues to zero and keep the variances
    Clip,
}

#[derive(Debug, Args)]
pub struct CovarianceSet {
    /// Prices: CSV with header date,FACTOR,…, one row per day, oldest first
    #[arg(long, value_name = "FILE", required_unless_present = "table")]
    pub prices: Option<PathBuf>,
    /// Covariance itself, instead of prices: CSV with header factor,A,B,…, one row per factor,
    /// optionally a row `mean` first
    #[arg(long, value_name = "FILE", conflicts_with = "prices")]
    pub table: Option<PathBuf>,
    /// Estimator of the covariance
    #[arg(long, value_enum, default_value = "sample", conflicts_with = "table")]
    pub covariance: CovarianceEstimator,
    /// Repair of a covariance that is not positive semidefinite [default: refuse it]
    #[arg(long, value_enum)]
    pub repair: Option<CovarianceRepair>,
    /// Use a mean of zero instead of the returns' own
    #[arg(long, conflicts_with = "table")]
    pub zero_mean: bool,
    /// Horizon in days, by which the daily mean and covariance are multiplied
    #[arg(long, value_name = "DAYS", default_value_t = 1, conflicts_with = "table")]
    pub horizon: usize,
    /// Number of newest returns to use [default: all]
    #[arg(long, value_name = "T", conflicts_with = "table")]
    pub window: Option<usize>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub treatment: PriceArgs,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct MonteCarlo {
    /// Prices: CSV with header date,FACTOR,…, one row per day, oldest first
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
    /// Days per return
    #[arg(long, value_name = "DAYS", default_value_t = 1)]
    pub horizon: usize,
    /// Estimator of the covariance
    #[arg(long, value_enum, default_value = "sample")]
    pub covariance: CovarianceEstimator,
    /// Repair of a covariance that is not positive semidefinite [default: refuse it]
    #[arg(long, value_enum)]
    pub repair: Option<CovarianceRepair>,
    /// Degrees of freedom for student-t, above 2, or `fitted`
    #[arg(long, value_name = "NU", required_if_eq("model", "student-t"), allow_hyphen_values = true)]
    pub degrees: Option<String>,
    /// Expected jumps per day, for jump, or `fitted` [default: fitted]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub jump_intensity: Option<String>,
    /// Mean log return of a jump, for jump, or `fitted` [default: fitted]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub jump_mean: Option<String>,
    /// Standard deviation of a jump's log return, for jump, or `fitted` [default: fitted]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub jump_volatility: Option<String>,
    /// Use log returns without drift instead of their own mean (for jump: between jumps)
    #[arg(long)]
    pub zero_drift: bool,
    /// Make every second path the mirror image of the one before
    #[arg(long)]
    pub antithetic: bool,
    /// Name of a column that moves in no scenario, for cash or what is owed, behind the others; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    pub cash: Vec<String>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub treatment: PriceArgs,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct Regenerate {
    /// Scenario file
    pub file: PathBuf,
    /// Prices that the set was made from
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// Table that stress scenarios, an imported set, a covariance or a margin's matrix were made from
    #[arg(long, value_name = "FILE", conflicts_with = "prices")]
    pub table: Option<PathBuf>,
    /// The moves of that table are in per cent: -20 is a fall of 20 %
    #[arg(long, requires = "table")]
    pub percent: bool,
    /// Rates of currencies that the set was made with, if its prices were converted
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub rates: Option<PathBuf>,
    /// Deal that credit scenarios or cash flows were made from; of losses of collateral, beside the
    /// prices or table
    #[arg(long, value_name = "FILE")]
    pub deal: Option<PathBuf>,
    /// Assumptions that cash flows were made from
    #[arg(long, value_name = "FILE", requires = "deal")]
    pub assumptions: Option<PathBuf>,
    /// Implied volatilities that the set was made from, if it has vega columns
    #[arg(long, value_name = "FILE")]
    pub implied_volatility: Option<PathBuf>,
    /// Steps of 2^-20 by which a move may differ from the one that is made again
    #[arg(long, value_name = "STEPS", default_value_t = 0)]
    pub tolerance: u32,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct StressTable {
    /// Scenarios: CSV with header name,FACTOR,…, one row per scenario, moves as fractions (-0.2 is
    /// a fall of 20 %)
    #[arg(long, value_name = "FILE")]
    pub table: PathBuf,
    /// The moves of the table are in per cent: -20 is a fall of 20 %
    #[arg(long)]
    pub percent: bool,
    /// Name of a column that moves in no scenario, for cash or what is owed, behind the others; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    pub cash: Vec<String>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

/// What is done about a date without a row of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NoRowRule {
    /// It is refused, with the nearest rows
    Refuse,
    /// The last row before it is taken, at most 7 days before
    Before,
}

#[derive(Debug, Args)]
pub struct EventSet {
    /// Prices: CSV with header date,FACTOR,…, one row per day, oldest first
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// Events: TOML with tables [[event]] of name, from and to [default: those of ten known crises
    /// that the prices reach over]
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// Rule for a date without a row of prices
    #[arg(long, value_enum, value_name = "RULE", default_value = "refuse")]
    pub no_row: NoRowRule,
    /// Name of a column that moves in no scenario, for cash or what is owed, behind the others; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    pub cash: Vec<String>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct ImportedSet {
    /// Scenarios: CSV with header name,FACTOR,… or FACTOR,…, one row per scenario, moves as
    /// fractions (-0.2 is a fall of 20 %)
    pub table: PathBuf,
    /// Your words on the model, which every verdict over the set shows as yours: at most 200
    /// characters [default: none]
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Column with the weights of the scenarios: whole numbers, or decimals, which are scaled to
    /// whole numbers exactly [default: every scenario weighs the same]
    #[arg(long, value_name = "COLUMN", num_args = 0..=1, default_missing_value = "weight")]
    pub weights: Option<String>,
    /// The moves of the table are in per cent: -20 is a fall of 20 %
    #[arg(long)]
    pub percent: bool,
    /// Name of a column that moves in no scenario, for cash or what is owed, behind the others; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    pub cash: Vec<String>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct PnlSet {
    /// P&L vector: CSV with header date,pnl, one row per day, oldest first, gains positive; or the
    /// report of historical simulation P&L of the Open Source Risk Engine
    #[arg(long, value_name = "FILE")]
    pub pnl: PathBuf,
    /// Your words on what the vector is of, which every verdict over the set shows as yours: at most
    /// 200 characters
    #[arg(long, value_name = "TEXT")]
    pub source: String,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct CreditSet {
    /// Deal with tables `pd` and `lgd`, whose grades become the buckets
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    #[command(flatten)]
    pub copula: CopulaOptions,
    /// Most rows of the set, breakpoints included. The rows bound losses from above, in the limit
    /// of a large pool [default: the deal's, or 64; 256 for student-t, which takes no fewer]
    #[arg(long, value_name = "K", conflicts_with = "paths")]
    pub nodes: Option<usize>,
    /// Bound the pool itself and not its limit, but for this probability, at most 0.01 [default:
    /// the deal's]. Rests on the deal's obligor_max, and on obligors that default independently
    /// given the factor
    #[arg(long, value_name = "EPS", conflicts_with = "paths")]
    pub finite: Option<String>,
    /// Number of paths drawn from a seed, instead of nodes: an estimate, and no bound
    #[arg(long, value_name = "T", requires = "seed")]
    pub paths: Option<usize>,
    /// Public seed: 64 hex digits
    #[arg(long, value_name = "HEX", requires = "paths")]
    pub seed: Option<String>,
    /// Draw defaults of single loans, for this number of loan slots: the columns are slots times
    /// buckets
    #[arg(long = "granular", value_name = "LOANS", requires = "paths")]
    pub slots: Option<usize>,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Where the moves of what secures a deal's loans are from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Moves of the collateral")]
pub struct CollateralMoves {
    /// Prices of the assets: CSV with header date,ASSET,…, one row per day, oldest first. Moves are
    /// over the deal's horizon; other columns are not used
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// Number of newest moves to keep [default: all]
    #[arg(long, value_name = "T", requires = "prices", conflicts_with = "paths")]
    pub window: Option<usize>,
    /// Number of Monte-Carlo paths, instead of the moves of the prices: an estimate, and no bound
    #[arg(long, value_name = "T", requires = "prices", requires = "seed")]
    pub paths: Option<usize>,
    /// Public seed of the paths: 64 hex digits
    #[arg(long, value_name = "HEX", requires = "paths")]
    pub seed: Option<String>,
    /// Distribution of the paths; the jumps of jump are fitted
    #[arg(long, value_enum, default_value = "normal", requires = "paths")]
    pub model: PathModel,
    /// Degrees of freedom for student-t, above 2
    #[arg(long, value_name = "NU", requires = "paths", allow_hyphen_values = true)]
    pub degrees: Option<String>,
    /// Estimator of the covariance of the paths
    #[arg(long, value_enum, default_value = "sample", requires = "paths")]
    pub covariance: CovarianceEstimator,
    /// Use log returns without drift instead of their own mean, for the paths
    #[arg(long, requires = "paths")]
    pub zero_drift: bool,
    /// Stress table with moves of the assets: CSV with header name,ASSET,…, one row per scenario,
    /// moves as fractions (-0.2 is a fall of 20 %)
    #[arg(long, value_name = "FILE", conflicts_with = "prices")]
    pub table: Option<PathBuf>,
    /// The moves of the table are in per cent: -20 is a fall of 20 %
    #[arg(long, requires = "table")]
    pub percent: bool,
    /// Historical, Monte-Carlo or stress set over the assets in the order of their names, made by the
    /// commands of `tailproof scenarios` with options that are not here, such as --stressed
    #[arg(long, value_name = "SET", conflicts_with_all = ["prices", "table"])]
    pub market: Option<PathBuf>,
}

impl CollateralMoves {
    /// Returns the file that the moves are from, if there is one.
    pub fn source(&self) -> Option<&Path> {
        [&self.market, &self.table, &self.prices].into_iter().flatten().next().map(|path| &**path)
    }
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("moves").required(true).args(["prices", "table", "market"])))]
pub struct CollateralSet {
    /// Deal with a table `collateral`, whose grades become the buckets
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    #[command(flatten)]
    pub moves: CollateralMoves,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
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
    /// Mandate with the half-spreads, for keys with limits on the book
    #[arg(long, value_name = "FILE", conflicts_with = "deal")]
    pub mandate: Option<PathBuf>,
    /// Deal of a pool of loans
    #[arg(long, value_name = "FILE")]
    pub deal: Option<PathBuf>,
    /// Assumptions of the deal's net present value, if it claims one: TOML, of the digest that the deal
    /// names
    #[arg(long, value_name = "FILE", requires = "deal")]
    pub assumptions: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
