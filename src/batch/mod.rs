//! A batch of proofs: many books against one mandate over one scenario set.
//!
//! `tailproof prove --batch` and the farm of the Python package are two doors to what is here. They
//! find books, run the work and write files; everything else is decided here, with values in and
//! values out:
//!
//! - [`listed`] and [`name_problem`]: which books there are, and how they may be called;
//! - [`refuse_other_keys`]: keys for which the claim cannot be stated about any book;
//! - [`Terms`]: the job of a book, a digest of the book and of everything public about its proof;
//! - [`Plan`]: the order of the jobs, and shards of them by measured cost;
//! - [`settle`]: keeps the proof that is there if it verifies, or makes one;
//! - [`Row`], [`Counts`], [`to_csv`] and [`from_csv`]: one row for each book, and the table;
//! - [`standing`]: the row that holds for a job when a run goes on where another stopped.

mod counts;
mod job;
mod keys;
mod listing;
mod plan;
mod row;
mod settle;
mod standing;
mod table;

pub use counts::{Counts, Outcome};
pub use job::Terms;
pub use keys::refuse_other_keys;
pub use listing::{BY_CASE, Listed, doubled_by_case, listed, name_problem};
pub use plan::{Plan, order};
pub use row::{Row, Status};
pub use settle::{NOT_MET, Settled, settle, status_of};
pub use standing::standing;
pub use table::{HEADER, from_csv, is_table, to_csv};

/// The ending of a book's file.
pub const BOOK: &str = "csv";
/// The ending of an opening's file.
pub const OPENING: &str = "opening";
/// The ending of a proof's file.
pub const PROOF: &str = "proof.json";
/// The name of the table of results.
pub const RESULTS: &str = "results.csv";
/// The name, beside the proofs, that a run holds the lock on.
pub const HELD: &str = "results";
/// The folder, beside the proofs, of rows that are not in the table yet: a file `JOB.json` for each.
pub const RECORDS: &str = "records";
/// The folder, beside the proofs, of notes that a worker has begun a job.
pub const BEGUN: &str = "begun";
