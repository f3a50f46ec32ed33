//! Options of commitments, keys, proofs and their verification.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{BookOptions, TableArgs, TableLayout, TapeArgs};

/// The files that a commitment writes.
#[derive(Debug, Args)]
pub struct CommitFiles {
    /// Commitment file to write (public)
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Opening file to write (secret, mode 0600)
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// Replace an existing opening and commitment; nothing can be proved about the old commitment
    /// afterwards
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
    /// Mandate that proofs will be about: a book in another currency, or in a coarser unit than it
    /// accepts, is refused
    #[arg(long, value_name = "FILE")]
    pub mandate: Option<PathBuf>,
    #[command(flatten)]
    pub files: CommitFiles,
}

/// A proof system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// Groth16 over BN254: 256-byte proofs that EVM chains can verify; keys come from a setup
    Groth16,
    /// halo2 over the Pasta curves: no trusted setup, since everybody derives the keys; not for the
    /// EVM
    Halo2,
}

#[derive(Debug, Args)]
pub struct Keygen {
    /// Shape: TxN for up to T scenarios and N factors; TxN/1 for mandates with one confidence;
    /// TxN+limits for limits on the book; (N+1)xN+parametric for a covariance; Tpnl or Tpnl/1 for a
    /// P&L vector of T days; append +Kbooks for K sub-books. For a pool of up to L loans: Lloans+pool, Lloans+TxN/Jtranches for losses over T
    /// scenarios of N grades, Lloans+pool+TxN/Jtranches for both; append +granular with N = L x
    /// grades. Behind +pool, +bands proves the bands of the deal's grades, and +numbers is for a deal
    /// with spare numbers. Behind them, +distinct, +collateral, +roll and +value are for what a deal claims
    #[arg(long, value_name = "TxN", required_unless_present = "terms")]
    pub shape: Option<String>,
    /// Mandate or deal for which to make keys of the smallest shape, instead of --shape
    #[arg(long = "for", id = "terms", value_name = "FILE", conflicts_with = "shape")]
    pub terms: Option<PathBuf>,
    /// Scenario file, with --for
    #[arg(long, value_name = "FILE", requires = "terms")]
    pub scenarios: Option<PathBuf>,
    /// Assumptions of the deal's net present value, if it claims one: TOML, of the digest that the deal
    /// names
    #[arg(long, value_name = "FILE", requires = "terms")]
    pub assumptions: Option<PathBuf>,
    /// Number of sub-books, with --for a mandate
    #[arg(long, value_name = "K", requires = "terms", default_value = "1")]
    pub books: usize,
    /// Number of loans of the largest tape, with --for a deal
    #[arg(long, value_name = "L", requires = "terms")]
    pub loans: Option<usize>,
    /// Proof system of the keys
    #[arg(long, value_enum, default_value = "groth16")]
    pub backend: Backend,
    /// Confirm that you make the keys by yourself, for development only: whoever makes them can
    /// forge proofs
    #[arg(long)]
    pub insecure_dev: bool,
    /// Make the keys on a domain of 2^k points, for provers that take a .zkey; slower to prove with
    /// where the domain would be of 3 2^k or 9 2^k
    #[arg(long)]
    pub power_of_two_domain: bool,
    /// Seed of 32 bytes in hex to derive the keys from, for reproducible tests (with
    /// --insecure-dev)
    #[arg(long, value_name = "HEX", requires = "insecure_dev")]
    pub seed: Option<String>,
    /// Folder for the keys: proving.key and verifying.key, or halo2.key
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Replace existing keys
    #[arg(long)]
    pub force: bool,
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
    /// Book or P&L vector that was committed to; repeat for a consolidated book
    #[arg(long, visible_alias = "pnl", value_name = "FILE", required_unless_present_any = ["pool", "batch"], conflicts_with = "pool")]
    pub book: Vec<PathBuf>,
    /// Folder of books to prove one by one over the same scenarios: each NAME.csv with its
    /// NAME.opening. Each proof goes to NAME.proof.json in the folder of --output, and a row of each
    /// book to results.csv there. A proof that is there already and proves the same is kept
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["book", "pool", "opening", "deal", "witness", "snarkjs_proof"])]
    pub batch: Option<PathBuf>,
    /// Show the private figures of false claims in the batch's results.csv
    #[arg(long, requires = "batch")]
    pub figures: bool,
    /// Loan tape that was committed to with `pool commit`, instead of a book
    #[arg(long, value_name = "TAPE", requires = "deal")]
    pub pool: Option<PathBuf>,
    /// Loan tape of the earlier date, for a deal with a [month]; read by the same mapping
    #[arg(long, value_name = "TAPE", requires = "before_opening")]
    pub before: Option<PathBuf>,
    /// Opening of the commitment to the earlier tape
    #[arg(long, value_name = "FILE", requires = "before")]
    pub before_opening: Option<PathBuf>,
    /// Why loans of the earlier tape are gone, or owe another amount: a CSV with the header id,reason, and
    /// paid, charged-off, repurchased, written-off, capitalised or advanced. Loans that the later tape
    /// lists as paid are paid
    #[arg(long, value_name = "FILE", requires = "before")]
    pub reasons: Option<PathBuf>,
    /// Mapping of the tape's columns: a TOML file, or esma-annex-2, fannie-mae-110, sba-7a-foia,
    /// sba-national, lending-club-2015, lending-club-2018 or cdx-na-ig-s7
    #[arg(long, value_name = "FILE|NAME", requires = "pool")]
    pub mapping: Option<String>,
    /// Period to read of a tape with a row for each loan and month
    #[arg(long, value_name = "MONTH", requires = "pool")]
    pub period: Option<String>,
    /// Opening of the commitment; repeat for several books, in the same order
    #[arg(long, value_name = "FILE", required_unless_present = "batch")]
    pub opening: Vec<PathBuf>,
    /// Scenario file; for a pool, credit scenarios or losses of collateral, if the deal has claims about
    /// losses
    #[arg(long, value_name = "FILE", required_unless_present = "pool")]
    pub scenarios: Option<PathBuf>,
    /// Mandate: TOML with clause tables
    #[arg(long, value_name = "FILE", required_unless_present = "pool", conflicts_with = "pool")]
    pub mandate: Option<PathBuf>,
    /// Deal of the pool: TOML with claims and tranches
    #[arg(long, value_name = "FILE", requires = "pool")]
    pub deal: Option<PathBuf>,
    /// Assumptions of the deal's net present value, if it claims one: TOML, of the digest that the deal
    /// names
    #[arg(long, value_name = "FILE", requires = "deal")]
    pub assumptions: Option<PathBuf>,
    /// Folder with the keys
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Context to bind the proof to: 0x and 64 hex digits [default: a digest of mandate or deal,
    /// and scenario set]
    #[arg(long, value_name = "HEX")]
    pub context: Option<String>,
    /// Proof file to write; with --batch, folder for the proofs
    #[arg(short, long, value_name = "FILE|FOLDER", required_unless_present = "witness", conflicts_with = "witness")]
    pub output: Option<PathBuf>,
    /// Also write a bundle: the proof with the public files and the verifying key
    #[arg(long, value_name = "FILE", requires = "output", conflicts_with = "batch")]
    pub bundle: Option<PathBuf>,
    /// Proof system
    #[arg(long, value_enum, default_value = "groth16")]
    pub backend: Backend,
    /// Write the witness (.wtns; secret, mode 0600) for another prover with the same keys as .zkey,
    /// instead of proving
    #[arg(long, value_name = "FILE")]
    pub witness: Option<PathBuf>,
    /// Use the proof.json that another prover made from the witness, instead of proving
    #[arg(long, value_name = "FILE", conflicts_with = "witness")]
    pub snarkjs_proof: Option<PathBuf>,
    /// Neither read nor write set points: the file SCENARIOS.points-KEY beside the scenario file, by
    /// which the next proof over the same scenarios and keys takes less time
    #[arg(long)]
    pub no_cache: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub tables: TableArgs,
}

impl Prove {
    /// Returns the public files.
    pub fn public(&self) -> PublicOptions {
        let (scenarios, mandate, deal) = (self.scenarios.clone(), self.mandate.clone(), self.deal.clone());
        PublicOptions { scenarios, mandate, deal, assumptions: self.assumptions.clone() }
    }

    /// Returns how the tape of a pool is read.
    pub fn tape_args(&self) -> TapeArgs {
        let (mapping, period) = (self.mapping.clone(), self.period.clone());
        TapeArgs { mapping, period, tables: self.tables.clone() }
    }

    /// Returns the scenario file beside which set points are kept.
    pub fn cached(&self) -> Option<&Path> {
        self.scenarios.as_deref().filter(|_| !self.no_cache)
    }
}

/// The public files that state a claim.
#[derive(Debug, Clone, Args)]
pub struct PublicOptions {
    /// Scenario file; for a pool, credit scenarios or losses of collateral, if the deal has claims about
    /// losses
    #[arg(long, value_name = "FILE")]
    pub scenarios: Option<PathBuf>,
    /// Mandate
    #[arg(long, value_name = "FILE", conflicts_with = "deal")]
    pub mandate: Option<PathBuf>,
    /// Deal of a pool of loans, instead of a mandate
    #[arg(long, value_name = "FILE")]
    pub deal: Option<PathBuf>,
    /// Assumptions of the deal's net present value, if it claims one: TOML, of the digest that the deal
    /// names
    #[arg(long, value_name = "FILE", conflicts_with = "mandate")]
    pub assumptions: Option<PathBuf>,
}

/// Your own sources of a scenario set, from which it is made again.
#[derive(Debug, Clone, Default, Args)]
pub struct SourceOptions {
    /// Your own prices, from which the scenario set is made again: the moves must be the same
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// Your own rates of currencies, for a set of prices that were converted
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub rates: Option<PathBuf>,
    /// Your own implied volatilities, for a set with columns of them
    #[arg(long, value_name = "FILE", requires = "prices")]
    pub implied_volatility: Option<PathBuf>,
    /// Your own stress table, table of an imported set, or table of a covariance
    #[arg(long, value_name = "FILE", conflicts_with = "prices")]
    pub table: Option<PathBuf>,
    /// The moves of that table are in per cent: -20 is a fall of 20 %
    #[arg(long, requires = "table")]
    pub percent: bool,
    #[command(flatten)]
    pub layout: TableLayout,
}

impl SourceOptions {
    /// Whether one of them is given.
    pub fn any(&self) -> bool {
        self.prices.is_some() || self.implied_volatility.is_some() || self.table.is_some()
    }
}

/// The attestors whom a verifier asks for.
#[derive(Debug, Clone, Args)]
pub struct VoucherOptions {
    /// Key of an attestor who must have vouched for every commitment, as `attest keygen` prints it;
    /// repeat for several
    #[arg(long, value_name = "KEY")]
    pub attested_by: Vec<String>,
    /// Attestation; repeat for several
    #[arg(long, value_name = "FILE", requires = "attested_by")]
    pub attestation: Vec<PathBuf>,
    /// Identifier of the entity whose holdings they must be: 0x and 64 hex digits [default: the one
    /// that the attestations name]
    #[arg(long, value_name = "HEX", requires = "attested_by")]
    pub subject: Option<String>,
    /// Time at which the attestations must hold, such as 2026-11-29T00:00:00Z [default: now]
    #[arg(long, value_name = "TIME", requires = "attested_by")]
    pub at: Option<String>,
    /// List of revoked statements: the digest of one on each line
    #[arg(long, value_name = "FILE", requires = "attested_by")]
    pub revoked: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// Bundle to verify, FILE.tailproof, instead of --proof. Its mandate, set and keys count as known
    /// only if you give them too, or their digests
    #[arg(value_name = "FILE", conflicts_with = "proof")]
    pub bundle: Option<PathBuf>,
    /// Digest that the keys of the bundle must have
    #[arg(long, value_name = "HEX", requires = "bundle", conflicts_with = "keys")]
    pub keys_digest: Option<String>,
    /// Digest that the mandate or deal of the bundle must have
    #[arg(long, alias = "deal-digest", value_name = "HEX", requires = "bundle", conflicts_with_all = ["mandate", "deal"])]
    pub mandate_digest: Option<String>,
    /// Digest that the scenario set of the bundle must have
    #[arg(long, value_name = "HEX", requires = "bundle", conflicts_with = "scenarios")]
    pub scenarios_digest: Option<String>,
    /// Proof file
    #[arg(long, value_name = "FILE", required_unless_present = "bundle")]
    pub proof: Option<PathBuf>,
    #[command(flatten)]
    pub public: PublicOptions,
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER", required_unless_present = "bundle")]
    pub keys: Option<PathBuf>,
    /// Context that the proof must be bound to [default: a digest of mandate or deal, and scenario
    /// set]
    #[arg(long, value_name = "HEX")]
    pub context: Option<String>,
    /// Commitment file that the proof must be about; for a consolidated book, one per sub-book, in
    /// any order [default: any book]
    #[arg(long, value_name = "FILE")]
    pub commitment: Vec<PathBuf>,
    #[command(flatten)]
    pub sources: SourceOptions,
    /// Seed that the scenarios must have been drawn with: 64 hex digits
    #[arg(long, value_name = "HEX")]
    pub seed: Option<String>,
    /// Scenario point that must be the one computed from the scenario file: 0x and 128 hex digits
    #[arg(long, value_name = "HEX")]
    pub scenario_point: Option<String>,
    /// List of withdrawn keys: the digest of one on each line; proofs with them are not valid
    #[arg(long, value_name = "FILE")]
    pub withdrawn: Option<PathBuf>,
    #[command(flatten)]
    pub vouchers: VoucherOptions,
    /// Exit with status 1 also for keys that are not of a ceremony, and without --commitment; refuse
    /// every guess about the layout of a table
    #[arg(long)]
    pub strict: bool,
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
pub struct IcRow {
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Number of the slot: row J of a scenario set is in slot J, from 0
    #[arg(long, value_name = "NUMBER")]
    pub slot: u64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Calldata {
    /// Proof file
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// Print JSON with the arguments as well as the calldata
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
    /// Folder with the keys (verifying.key is enough)
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
    /// Folder for verification_key.json, public.json and proof.json
    #[arg(short, long, value_name = "FOLDER")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct ShapeCommand {
    /// Shape: TxN, TxN/1, TxN+limits or (N+1)xN+parametric, with +Kbooks for K sub-books; for a
    /// pool, Lloans+pool, Lloans+TxN/Jtranches or Lloans+pool+TxN/Jtranches, with +bands and
    /// +numbers behind +pool, and with +granular for single loans
    #[arg(value_name = "TxN")]
    pub shape: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
