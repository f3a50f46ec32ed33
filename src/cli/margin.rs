//! Options of `tailproof scenarios margin` and `scan`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::TableArgs;

/// A set of correlations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CorrelationSet {
    /// The larger of 2 r - 1 and 0.75 r
    Low,
    /// Those of the table
    Medium,
    /// 1.25 r, at most 1
    High,
}

#[derive(Debug, Args)]
pub struct MarginSet {
    /// Weights and correlations: TOML by buckets, or CSV with header factor,A,B,…, a row `weight`, and
    /// one row of correlations per factor
    #[arg(long, value_name = "FILE")]
    pub table: PathBuf,
    /// Set of correlations (Basel framework, MAR21.6)
    #[arg(long, value_enum, default_value = "medium")]
    pub correlations: CorrelationSet,
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
pub struct ScanSet {
    /// Name of the underlying
    #[arg(long, value_name = "NAME")]
    pub underlying: String,
    /// Largest common move of the price, as a fraction of it
    #[arg(long, value_name = "FRACTION")]
    pub price_range: String,
    /// Move of the implied volatility, where 0.01 is one point: adds the column vega:NAME
    #[arg(long, value_name = "NUMBER")]
    pub volatility_range: Option<String>,
    /// Add the column gamma:NAME with half the squared move, for books with gamma exposures
    #[arg(long)]
    pub gamma: bool,
    /// Extreme move of the price, as a multiple of its range
    #[arg(long, value_name = "TIMES")]
    pub extreme: String,
    /// Part of the loss of an extreme move that counts
    #[arg(long, value_name = "FRACTION")]
    pub cover: String,
    /// Scenario file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
