//! Options of the commands on cash flows of a pool.

use std::path::PathBuf;

use clap::Args;

use super::{CollateralMoves, TapeArgs};

/// The files from which a pool's payments are projected.
#[derive(Debug, Args)]
pub struct FlowArgs {
    /// Loan tape: CSV in any of the usual layouts, or a workbook
    pub tape: PathBuf,
    /// Deal whose table `cashflow` says what a repline is
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    /// Public assumptions: TOML with replines, blocks, a discount curve
    #[arg(long, value_name = "FILE")]
    pub assumptions: PathBuf,
    /// Block of the assumptions [default: the first]
    #[arg(long, value_name = "NAME")]
    pub block: Option<String>,
    #[command(flatten)]
    pub reading: TapeArgs,
}

#[derive(Debug, Args)]
pub struct CashflowSet {
    /// Deal whose table `cashflow` says what a repline is
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    /// Public assumptions: TOML with replines and blocks
    #[arg(long, value_name = "FILE")]
    pub assumptions: PathBuf,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolValue {
    #[command(flatten)]
    pub flows: FlowArgs,
    /// Price at which the yield is computed, in percent of the balance
    #[arg(long, value_name = "PERCENT", default_value = "100", allow_hyphen_values = true)]
    pub price: String,
    /// HTML page to write as well (mode 0600)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the months as CSV, in currency
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print JSON, in units of the deal
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolWaterfall {
    #[command(flatten)]
    pub flows: FlowArgs,
    /// Terms of the notes: TOML with notes, accounts, triggers and waterfalls
    #[arg(long, value_name = "FILE")]
    pub notes: PathBuf,
    /// HTML page to write as well (mode 0600)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the months as CSV, in currency
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print JSON, in units of the deal
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolSensitivity {
    /// Loan tape: CSV in any of the usual layouts, or a workbook
    pub tape: PathBuf,
    /// Deal with the tranches; for notes, its table `cashflow` says what a repline is
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    /// Public assumptions of the notes' payments: TOML with replines, blocks, a discount curve
    #[arg(long, value_name = "FILE")]
    pub assumptions: Option<PathBuf>,
    /// Block of the assumptions [default: the first]
    #[arg(long, value_name = "NAME", requires = "assumptions")]
    pub block: Option<String>,
    #[command(flatten)]
    pub reading: TapeArgs,
    /// Terms of the notes [default: the losses of the deal's tranches alone]
    #[arg(long, value_name = "FILE", requires = "assumptions")]
    pub notes: Option<PathBuf>,
    /// Correlation of asset returns, for the losses of the deal's tranches [default: no losses of
    /// defaults]
    #[arg(
        long, value_name = "R", allow_hyphen_values = true, conflicts_with_all = ["prices", "table", "market"],
        required_unless_present_any = ["notes", "prices", "table", "market"]
    )]
    pub rho: Option<String>,
    #[command(flatten)]
    pub moves: CollateralMoves,
    #[command(flatten)]
    pub grids: Grids,
    /// Confidence of the CVaR of tranches [default: that of each tranche's claim, or 0.99]
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true)]
    pub confidence: Option<String>,
    /// HTML page to write as well, with pictures of each assumption (mode 0600)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The values of each assumption.
#[derive(Debug, Args)]
#[command(next_help_heading = "Grids")]
pub struct Grids {
    /// Factors of all rates of default [default: 0.5,0.75,1,1.25,1.5,2,3]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub default_rates: Vec<String>,
    /// Correlations [default: 0.05,0.1,0.2,0.3,0.5]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub correlations: Vec<String>,
    /// Points of percent added to recoveries [default: -20,-10,0,10,20]
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true)]
    pub recoveries: Vec<String>,
    /// Factors of all rates of prepayment [default: 0,0.5,1,1.5,2]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub prepayments: Vec<String>,
    /// Basis points added to the discount curve and the public vectors [default: -200,-100,0,100,200]
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true)]
    pub interest_rates: Vec<String>,
    /// Factors of the logarithms of all moves of the collateral: at 2, a fall to a half is one to a
    /// quarter [default: 0.5,0.75,1,1.25,1.5,2,3]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub volatilities: Vec<String>,
}
