//! Options of `tailproof pool`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use tailproof_risk::credit::irb::ExposureClass;

use super::CommitFiles;

#[derive(Debug, Subcommand)]
pub enum Pool {
    /// Write a deal that ships with the program, to start from
    Deal(PoolDeal),
    /// What a tape is: totals, averages, shares, and whether a deal's claims about it hold
    Describe(PoolDescribe),
    /// Expected loss, probability of a hit and of a wipe-out of each tranche
    Losses(PoolLosses),
    /// Commit to a tape: a public commitment and its secret opening
    Commit(PoolCommit),
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

/// Classes of exposures of the internal-ratings-based approach (Basel II, June 2006, paragraphs 272 and 328 to 330).
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

/// How defaults depend on each other.
#[derive(Debug, Args)]
pub struct CopulaOptions {
    /// The copula
    #[arg(long, value_enum)]
    pub model: CopulaModel,
    /// Correlation of asset returns, from 0 to 1
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub rho: String,
    /// Degrees of freedom of student-t
    #[arg(long, value_name = "NU", allow_hyphen_values = true)]
    pub degrees: Option<String>,
}

#[derive(Debug, Args)]
pub struct PoolLosses {
    /// Loan tape: CSV with columns id,balance and, as far as there are any, rate,ltv,score,term,grade,sector,region,obligor,status,pd,lgd
    pub tape: PathBuf,
    /// Deal: TOML with tranches, and probabilities of default and losses given default by grade
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    #[command(flatten)]
    pub copula: CopulaOptions,
    /// How losses are computed
    #[arg(long, value_enum)]
    pub method: LossMethod,
    /// Number of paths of montecarlo
    #[arg(long, value_name = "T")]
    pub paths: Option<usize>,
    /// Public seed of montecarlo: 64 hex digits
    #[arg(long, value_name = "HEX")]
    pub seed: Option<String>,
    /// Correlation of asset returns that loans of one sector have besides, with montecarlo
    #[arg(long, value_name = "R", allow_hyphen_values = true, requires = "paths")]
    pub sector_rho: Option<String>,
    /// Value at risk and expected shortfall at this confidence as well, and the credit enhancement that it takes
    #[arg(long, value_name = "LEVEL", allow_hyphen_values = true)]
    pub confidence: Option<String>,
    /// Years up to which the probabilities of default are meant: for fair spreads and for capital
    #[arg(long, value_name = "YEARS", value_parser = clap::value_parser!(u32).range(1..=50))]
    pub maturity: Option<u32>,
    /// Fair spreads as well: a flat rate a year, continuously compounded; 0.03 is 3 %
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, requires = "maturity")]
    pub rate: Option<String>,
    /// Regulatory capital of the pool as well (Basel, internal ratings), all of its obligors in this class; from the PDs of one year that those of
    /// tape and deal imply, at least 0.03 %, and LGDs without a floor
    #[arg(long, value_enum, value_name = "CLASS", requires = "maturity")]
    pub capital: Option<CapitalClass>,
    /// Columns of the tape under other names: a TOML file, or lending-club-2015, lending-club-2018 or cdx-na-ig-s7
    #[arg(long, value_name = "FILE|NAME")]
    pub mapping: Option<String>,
    /// Print JSON, fractions of the notional concerned
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
}

#[derive(Debug, Args)]
pub struct PoolDeal {
    /// Which one
    #[arg(value_enum)]
    pub deal: ShippedDeal,
    /// Deal to write: TOML
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace a file that exists
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolDescribe {
    /// Loan tape: CSV
    pub tape: PathBuf,
    /// Deal, whose claims are looked at [default: none; the tape's own columns and names]
    #[arg(long, value_name = "FILE")]
    pub deal: Option<PathBuf>,
    /// Credit scenarios, for claims about losses
    #[arg(long, value_name = "FILE", requires = "deal")]
    pub scenarios: Option<PathBuf>,
    /// Columns of the tape under other names: a TOML file, or lending-club-2015, lending-club-2018 or cdx-na-ig-s7
    #[arg(long, value_name = "FILE|NAME")]
    pub mapping: Option<String>,
    /// A page of pictures to write as well: HTML, mode 0600
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PoolCommit {
    /// Loan tape: CSV
    pub tape: PathBuf,
    /// Deal, whose table `tape` names the columns, and the grades, sectors and regions
    #[arg(long, value_name = "FILE")]
    pub deal: PathBuf,
    /// Columns of the tape under other names: a TOML file, or lending-club-2015, lending-club-2018 or cdx-na-ig-s7
    #[arg(long, value_name = "FILE|NAME")]
    pub mapping: Option<String>,
    #[command(flatten)]
    pub files: CommitFiles,
}
