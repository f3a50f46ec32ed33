//! Options of private figures.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::TableArgs;

/// A method to compute private figures from the gains in the scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Order statistics of the scenarios: exact, and the method that proofs use
    Historical,
    /// Normal distribution with the mean and deviation of the gains
    Normal,
    /// Student's t distribution with the mean, deviation and kurtosis of the gains
    StudentT,
    /// Cornish-Fisher and Edgeworth expansions with the skewness and kurtosis of the gains
    CornishFisher,
    /// Normal distribution with mean zero and exponentially weighted variance (lambda 0.94; the
    /// last scenario weighs most)
    Ewma,
}

#[derive(Debug, Args)]
pub struct Risk {
    /// Book: a table factor,exposure (in currency), factor,quantity (multiplied by the last price) or
    /// factor,weight (multiplied by --nav), or a folder of books; over the days of `scenarios pnl`, a
    /// P&L vector; repeat for several
    #[arg(long, visible_alias = "pnl", value_name = "FILE", required = true)]
    pub book: Vec<PathBuf>,
    /// Scenario file
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Net asset value in currency, of one book [default: the sum of the exposures and of the cash]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub nav: Option<String>,
    /// Value of a book unit in currency [default: 0.01, or the finest power of ten that holds the
    /// book]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub unit: Option<String>,
    /// Method of computing the figures
    #[arg(long, value_enum, default_value = "historical", conflicts_with = "compare")]
    pub method: Method,
    /// Compare all methods in one table
    #[arg(long)]
    pub compare: bool,
    /// Confidence level in (0, 1); repeat for several
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true, required_unless_present = "mandate")]
    pub confidence: Vec<String>,
    /// Mandate for which to print the figure of each clause and the distance to its limit; exit
    /// status 1 if a clause is broken
    #[arg(long, value_name = "FILE", conflicts_with_all = ["confidence", "method", "compare"])]
    pub mandate: Option<PathBuf>,
    /// Trade to try on each book, an exposure in currency that is paid in cash: figures are printed
    /// before and after; repeat for several
    #[arg(long, value_name = "FACTOR,AMOUNT", allow_hyphen_values = true)]
    pub trade: Vec<String>,
    /// Print what each factor contributes to the figures: component, marginal and incremental
    #[arg(long, conflicts_with = "mandate")]
    pub contributions: bool,
    /// Print JSON, in units of currency, with losses positive
    #[arg(long)]
    pub json: bool,
    /// Print CSV, with the same figures
    #[arg(long, conflicts_with_all = ["json", "method", "compare"])]
    pub csv: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}
