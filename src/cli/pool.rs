//! Options of `tailproof pool`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use tailproof::risk::credit::irb::ExposureClass;

use super::{CommitFiles, PoolLedger, PoolMonth, PoolSensitivity, PoolValue, PoolWaterfall, TableArgs, TapeArgs};

#[derive(Debug, Subcommand)]
pub enum Pool {
    /// Write a deal that ships with the program, as a starting point
    Deal(PoolDeal),
    /// Describe a tape: totals, averages, shares, and whether a deal's claims about it hold
    Describe(PoolDescribe),
    /// Print the expected loss and the probabilities of a hit and of a wipe-out of each tranche
    Losses(PoolLosses),
    /// Print what a pool pays by month under public assumptions, its net present value, yield and
    /// weighted average life
    Value(PoolValue),
    /// Print what each note is paid by month, under the deal's terms of notes
    Waterfall(PoolWaterfall),
    /// Print figures of tranches and notes over grids of default rate, correlation, recovery,
    /// prepayment, interest rate and volatility of the collateral
    Sensitivity(Box<PoolSensitivity>),
    /// Commit to a tape: a public commitment and its secret opening
    Commit(PoolCommit),
    /// Check that a commitment file is that of a tape and its opening, for both proof systems: exit
    /// status 1 if not
    Check(PoolCheck),
    /// Prove what happened to each loan since the last cut-off, and add the month to a ledger
    Month(PoolMonth),
    /// Keep a chain of months of a pool, each with its proof
    #[command(subcommand)]
    Ledger(PoolLedger),
}

/// The copula by which defaults of a pool depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CopulaModel {
    /// Asset returns are jointly normal
    Gaussian,
    /// Asset returns are jointly Student's t
    StudentT,
}

/// A method to compute losses of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LossMethod {
    /// Recursion over obligors, exact given the common factor (Andersen, Sidenius and Basu)
    Recursion,
    /// Limit of many small loans of one probability of default, the mean (Vasicek)
    Lhp,
    /// Limit of many small loans of each probability of default, which claims about losses are over
    LhpGraded,
    /// Paths drawn from a public seed
    Montecarlo,
}

/// Classes of exposures of the internal-ratings-based approach (Basel II, June 2006, paragraphs 272
/// and 328 to 330).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CapitalClass {
    /// Corporates with an effective maturity of 2.5 years (paragraph 318)
    Corporate,
    /// Residential mortgages
    ResidentialMortgage,
    /// Qualifying revolving retail
    QualifyingRevolving,
    /// Other retail
    OtherRetail,
}

impl From<CapitalClass> for ExposureClass {
    fn from(class: CapitalClass) -> Self {
        match class {
            CapitalClass::Corporate => ExposureClass::Corporate { maturity: 2.5 },
            CapitalClass::ResidentialMortgage => ExposureClass::ResidentialMortgage,
            CapitalClass::QualifyingRevolving => ExposureClass::QualifyingRevolving,
            CapitalClass::OtherRetail => ExposureClass::OtherRetail,
        }
    }
}

/// Options of the dependence between defaults.
#[derive(Debug, Args)]
pub struct CopulaOptions {
    /// The copula
    #[arg(long, value_enum)]
    pub model: CopulaModel,
    /// Correlation of asset returns, from 0 to 1
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub rho: String,
    /// Degrees of freedom for student-t
    #[arg(long, value_name = "NU", allow_hyphen_values = true)]
    pub degrees: Option<String>,
}

#[derive(Debug, Args)]
pub struct PoolLosses {
    /// Loan tape: CSV with columns id,balance and, optionally,
    /// rate,ltv,score,term,grade,sector,region,obligor,status,pd,lgd
    pub tape: PathBuf,
    /// Deal: TOML with tranches, and probabilities of default and losses given default by grade
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    #[command(flatten)]
    pub copula: CopulaOptions,
    /// Method of computing losses
    #[arg(long, value_enum)]
    pub method: LossMethod,
    /// Number of paths for montecarlo
    #[arg(long, value_name = "T")]
    pub paths: Option<usize>,
    /// Public seed for montecarlo: 64 hex digits
    #[arg(long, value_name = "HEX")]
    pub seed: Option<String>,
    /// Additional correlation of asset returns within a sector, for montecarlo
    #[arg(long, value_name = "R", allow_hyphen_values = true, requires = "paths")]
    pub sector_rho: Option<String>,
    /// Confidence at which to print value at risk, expected shortfall, and the credit enhancement
    /// they require
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true)]
    pub confidence: Option<String>,
    /// Horizon of the probabilities of default, in years, for fair spreads and for capital
    #[arg(long, value_name = "YEARS", value_parser = clap::value_parser!(u32).range(1..=50))]
    pub maturity: Option<u32>,
    /// Print fair spreads at this flat annual rate, continuously compounded; 0.03 is 3 %
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, requires = "maturity")]
    pub rate: Option<String>,
    /// Print regulatory capital of the pool (Basel, internal ratings) with all obligors in this
    /// class; from the one-year PDs that the tape and deal imply, at least 0.03 %, and LGDs without
    /// a floor
    #[arg(long, value_enum, value_name = "CLASS", requires = "maturity")]
    pub capital: Option<CapitalClass>,
    #[command(flatten)]
    pub reading: TapeArgs,
    /// Print JSON, as fractions of the pool's or tranche's notional
    #[arg(long)]
    pub json: bool,
}

/// Deals that ship with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShippedDeal {
    /// Consumer loans: the 10,000 Lending Club loans of 2018 under the mapping lending-club-2018
    #[value(name = "consumer-2018")]
    Consumer2018,
    /// A corporate pool: the 125 names of CDX.NA.IG series 7 under the mapping cdx-na-ig-s7
    #[value(name = "cdx-na-ig-s7")]
    CdxNaIgS7,
    /// Crypto-backed loans of July 2021, which are made up, over real prices: those of the demo
    #[value(name = "crypto-2021")]
    Crypto2021,
}

#[derive(Debug, Args)]
pub struct PoolDeal {
    /// Name of the deal
    #[arg(value_enum)]
    pub deal: ShippedDeal,
    /// Deal file to write: TOML
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolDescribe {
    /// Loan tape: CSV in any of the usual layouts, or a workbook
    pub tape: PathBuf,
    /// Deal whose claims are evaluated [default: none; the tape's own columns and names]
    #[arg(long, value_name = "FILE")]
    pub deal: Option<PathBuf>,
    /// Credit scenarios, or losses of the deal's collateral, for claims about losses
    #[arg(long, value_name = "FILE", requires = "deal")]
    pub scenarios: Option<PathBuf>,
    /// Assumptions of the deal's net present value, if it claims one: TOML, of the digest that the deal
    /// names
    #[arg(long, value_name = "FILE", requires = "deal")]
    pub assumptions: Option<PathBuf>,
    #[command(flatten)]
    pub reading: TapeArgs,
    /// HTML page of pictures to write as well (mode 0600)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolCommit {
    /// Loan tape: CSV in any of the usual layouts, or a workbook
    pub tape: PathBuf,
    /// Deal whose table `tape` names the columns, grades, sectors and regions
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    #[command(flatten)]
    pub reading: TapeArgs,
    #[command(flatten)]
    pub files: CommitFiles,
}

#[derive(Debug, Args)]
pub struct PoolCheck {
    /// Loan tape: CSV in any of the usual layouts, or a workbook
    pub tape: PathBuf,
    /// Deal under which the tape was committed to
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    #[command(flatten)]
    pub reading: TapeArgs,
    /// Opening of the commitment
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// Commitment file to check
    #[arg(long, value_name = "FILE")]
    pub commitment: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Book {
    /// Check that a commitment file is that of a book and its opening, for both proof systems: exit
    /// status 1 if not
    Check(BookCheck),
}

#[derive(Debug, Args)]
pub struct BookCheck {
    /// Book or P&L vector: CSV
    #[arg(long, visible_alias = "pnl", value_name = "FILE")]
    pub book: PathBuf,
    /// Scenario file over whose factors the book was committed to
    #[arg(long, value_name = "FILE")]
    pub scenarios: PathBuf,
    /// Opening of the commitment
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// Commitment file to check
    #[arg(long, value_name = "FILE")]
    pub commitment: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}
