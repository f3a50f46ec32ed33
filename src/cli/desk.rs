//! Options of a desk's day, and of the command line itself.

use std::path::PathBuf;

use clap::Args;

use super::{PriceArgs, PublicOptions, TableArgs};

#[derive(Debug, Args)]
pub struct Init {
    /// Table of prices
    #[arg(long, value_name = "FILE")]
    pub prices: PathBuf,
    /// Book as it is now
    #[arg(long, value_name = "FILE")]
    pub book: PathBuf,
    /// Mandate of the daily forecasts: TOML with a clause on value at risk
    #[arg(long, value_name = "FILE")]
    pub mandate: PathBuf,
    /// Number of moves behind each forecast [default: 250, or as many as there are]
    #[arg(long, value_name = "DAYS")]
    pub window: Option<usize>,
    /// Name of the ledger's owner [default: the mandate's name]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Net asset value in currency [default: the sum of the exposures, each day]
    #[arg(long, value_name = "AMOUNT")]
    pub nav: Option<String>,
    /// Value of a book unit in currency [default: 0.01]
    #[arg(long, value_name = "AMOUNT")]
    pub unit: Option<String>,
    /// Configuration file to write; keys, ledger and proofs are put beside it
    #[arg(short, long, value_name = "FILE", default_value = "tailproof.toml")]
    pub output: PathBuf,
    #[command(flatten)]
    pub treatment: PriceArgs,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct Day {
    /// Day of the forecast, YYYY-MM-DD [default: today in UTC; on a Saturday or a Sunday only
    /// yesterday's loss, unless the prices have such days]
    #[arg(value_name = "DATE")]
    pub date: Option<String>,
    /// Configuration of the desk
    #[arg(long, value_name = "FILE", default_value = "tailproof.toml")]
    pub config: PathBuf,
    /// Day of the open forecast, to give it up where its loss cannot be proved, as on a day of which
    /// the prices have no row: it counts as an exceedance
    #[arg(long, value_name = "DATE")]
    pub missed: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Trade: a factor, and the signed amount of currency that its exposure changes by, such as
    /// AAPL,+100000; repeat for several. Without one, the book is checked as it is
    #[arg(long, value_name = "FACTOR,+AMOUNT")]
    pub trade: Vec<String>,
    /// Configuration of the desk [default: tailproof.toml, unless --book is given]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["book", "scenarios", "mandate"])]
    pub config: Option<PathBuf>,
    /// Book
    #[arg(long, value_name = "FILE", requires_all = ["scenarios", "mandate"])]
    pub book: Option<PathBuf>,
    /// Scenario file
    #[arg(long, value_name = "FILE", requires = "book")]
    pub scenarios: Option<PathBuf>,
    /// Mandate
    #[arg(long, value_name = "FILE", requires = "book")]
    pub mandate: Option<PathBuf>,
    /// Net asset value in currency, which a trade does not change [default: the sum of the
    /// exposures before it]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, requires = "book")]
    pub nav: Option<String>,
    /// Value of a book unit in currency [default: 0.01]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, requires = "book")]
    pub unit: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

#[derive(Debug, Args)]
pub struct Bundle {
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    #[command(flatten)]
    pub public: PublicOptions,
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Context that the proof is bound to [default: a digest of mandate or deal, and scenario set]
    #[arg(long, value_name = "HEX")]
    pub context: Option<String>,
    /// Commitment file of the proof; repeat for a consolidated book
    #[arg(long, value_name = "FILE")]
    pub commitment: Vec<PathBuf>,
    /// Attestation of the commitment; repeat for several
    #[arg(long, value_name = "FILE")]
    pub attestation: Vec<PathBuf>,
    /// Bundle to write, FILE.tailproof
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// Words of a command, such as `scenarios historical` [default: the page of tailproof]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}
