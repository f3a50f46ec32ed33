//! `tailproof prove --batch`: the proofs of a folder of books over one scenario set.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ark_bn254::Fr;
use rand::rngs::OsRng;
use rand::seq::SliceRandom;
use serde_json::json;
use sha2::{Digest, Sha256};
use tailproof::batch::{self, BOOK, Listed, OPENING, PROOF, RESULTS, Row, Status};
use tailproof::store::{Access, Kind, StoreError};
use tailproof::{Books, Claim, MandateClaim, PreparedSet, ProofFile, Statement, Unproved};

use super::batch_folder::{list, refuse_other_keys, refuse_same_folder, rows};
use super::batch_table::Table;
use crate::claims::{open_book, public_claim};
use crate::cli::Prove;
use crate::failure::Failure;
use crate::files;
use crate::interruption;
use crate::keys::{self, KeyFolder};
use crate::options::context;
use crate::output::{out, print_json, shown};
use crate::progress;
use crate::writing;

/// What all books of a batch share.
struct Batch<'b, B: KeyFolder> {
    options: &'b Prove,
    books: &'b Path,
    proofs: &'b Path,
    claim: MandateClaim,
    context: Option<Fr>,
    set: PreparedSet<'b, B>,
    table: Arc<Table>,
}

/// The reason why a book has no proof.
enum NoProof {
    /// It is the book's alone.
    Row(Status, String),
    /// It stops the batch.
    Stop(Failure),
}

impl From<Failure> for NoProof {
    /// A failure to read or to state: the book's own.
    fn from(failure: Failure) -> Self {
        Self::Row(Status::BadInput, failure.to_string())
    }
}

pub fn run<B: KeyFolder>(options: &Prove, books: &Path, proofs: &Path) -> Result<(), Failure> {
    let listed = list(books)?;
    refuse_same_folder(books, proofs)?;
    let Claim::Market(claim) = public_claim(&options.public())? else {
        return Err(Failure::Usage("--batch proves books against a mandate: give --scenarios and --mandate".into()));
    };
    let context = context(options.context.as_deref())?;
    let verifier = B::verifier(&options.keys)?;
    let shape = verifier.shape();
    if shape.books() != 1 {
        let text = format!("keys of shape {shape} are for {} books together; --batch proves each alone", shape.books());
        return Err(Failure::Usage(text));
    }
    refuse_other_keys(&claim, shape)?;
    let inputs = Claim::from(claim.clone()).scenario_inputs(shape)?;
    let results = proofs.join(RESULTS);
    if proofs.exists() {
        writing::check(&Table::output(&results), "name another folder")?;
    }
    keys::warn_of_development(verifier.provenance());
    let (prover, key) = B::loaded(&options.keys, verifier)?;
    let (set, cache) = B::prepare(&prover, key, &inputs, options.cached())?;
    writing::store().make_folder(proofs)?;
    // Nobody else proves into this folder in the meantime.
    let _alone = writing::hold(&proofs.join("results"))?;
    let table = Arc::new(Table::new(results, rows(&listed)));
    table.write()?;
    let at_end = Arc::clone(&table);
    interruption::at_end(move || {
        at_end.stop();
        let _ = at_end.write();
    });
    let batch = Batch { options, books, proofs, claim, context, set, table };
    batch.finish(&listed)?;
    B::keep(&batch.set, cache.as_ref());
    batch.report()
}

impl<B: KeyFolder> Batch<'_, B> {
    /// Proves all books, and writes the table, whatever happens.
    fn finish(&self, listed: &[Listed]) -> Result<(), Failure> {
        let stopped = self.prove_all(listed);
        let written = self.table.write();
        if let Some(cause) = stopped.or(written.err()) {
            let (cause, results) = (Box::new(cause), self.table.path().to_owned());
            let rows = self.table.rows();
            let proofs = batch::count(&rows, Status::Proved) + batch::count(&rows, Status::Kept);
            return Err(Failure::Stopped { cause, proofs, results });
        }
        self.tidy();
        Ok(())
    }

    /// Proves all books, and returns the failure that stopped it.
    ///
    /// Each worker proves one book at a time, with threads of its own: work that is stolen among
    /// them would hold many proofs in memory. Books are taken in a random order, so that where a
    /// batch stops says little about the book that it stopped at.
    fn prove_all(&self, listed: &[Listed]) -> Option<Failure> {
        let mut order: Vec<usize> = (0..listed.len()).filter(|row| listed[*row].problem.is_none()).collect();
        order.shuffle(&mut OsRng);
        let (threads, all) = (rayon::current_num_threads(), order.len());
        let workers = threads.min(all).max(1);
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        progress::bar("proving", |report| {
            let work = || {
                while let Some(row) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if self.table.is_stopped() {
                        return;
                    }
                    self.prove_row(*row, &listed[*row].name);
                    report(done.fetch_add(1, Ordering::Relaxed) + 1, all);
                }
            };
            let in_pool = || match rayon::ThreadPoolBuilder::new().num_threads((threads / workers).max(1)).build() {
                Ok(pool) => pool.install(work),
                // The system gives no more threads.
                Err(_) => work(),
            };
            std::thread::scope(|scope| {
                for _ in 1..workers {
                    // Without this thread, the others do its work.
                    let _ = std::thread::Builder::new().spawn_scoped(scope, in_pool);
                }
                in_pool();
            });
        });
        self.table.failure()
    }

    /// Proves a book, and enters what became of it.
    fn prove_row(&self, row: usize, name: &str) {
        let begun = Instant::now();
        let (status, digest, reason) = match self.prove(name) {
            Ok((status, digest)) => (status, Some(digest), String::new()),
            Err(NoProof::Row(Status::Pending, _)) => return,
            Err(NoProof::Row(status, reason)) => (status, None, reason),
            Err(NoProof::Stop(failure)) => return self.table.stop_with(failure),
        };
        let seconds = Some(begun.elapsed().as_secs_f64());
        self.table.enter(row, Row { name: name.to_owned(), status, digest, seconds, reason });
    }

    fn place(&self, name: &str) -> PathBuf {
        self.proofs.join(format!("{name}.{PROOF}"))
    }

    /// Proves a book, or keeps its proof.
    fn prove(&self, name: &str) -> Result<(Status, [u8; 32]), NoProof> {
        let path = self.place(name);
        let output = writing::output(&path, Kind::Proof, Access::Public, false);
        let statement = self.state(name)?;
        writing::check(&output, "move it away")?;
        if let Some(digest) = self.kept(&path, &statement)? {
            return Ok((Status::Kept, digest));
        }
        let stop = |error: Unproved| NoProof::Stop(error.into());
        let proof = self.set.prove_statement(&statement, &mut OsRng).map_err(stop)?;
        let json = proof.to_json();
        let write = || writing::store().write(&output, json.as_bytes());
        match self.table.unless_stopped(write) {
            None => Err(NoProof::Row(Status::Pending, String::new())),
            Some(Ok(_)) => Ok((Status::Proved, Sha256::digest(json).into())),
            Some(Err(error)) if is_of_disk(&error) => Err(NoProof::Stop(error.into())),
            Some(Err(error)) => Err(Failure::from(error).into()),
        }
    }

    /// Reads a book and states the claim about it.
    fn state(&self, name: &str) -> Result<Statement<B>, NoProof> {
        let [book, opening] = [BOOK, OPENING].map(|ending| self.books.join(format!("{name}.{ending}")));
        let opened = open_book(self.options, &book, &opening, &self.claim)?;
        let books = Books::new(vec![opened]).map_err(|problem| Failure::Option { option: "batch", problem })?;
        let shape = self.set.prover().shape();
        Statement::new(&self.claim, &books, shape, self.context).map_err(|error| match error {
            // Its figures are private.
            Unproved::FalseClaim(_) if !self.options.figures => {
                NoProof::Row(Status::False, "the book does not meet the mandate".into())
            }
            Unproved::FalseClaim(_) => NoProof::Row(Status::False, Failure::from(error).to_string()),
            error => Failure::from(error).into(),
        })
    }

    /// Returns the digest of the proof that is there, if it is byte for byte one of this statement
    /// under these keys and verifies.
    fn kept(&self, path: &Path, statement: &Statement<B>) -> Result<Option<[u8; 32]>, NoProof> {
        let text = match files::read_text(path) {
            Err(Failure::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let same = ProofFile::<B>::from_json(&text)
            .is_ok_and(|proof| proof.to_json() == *text && self.set.proves(statement, &proof));
        Ok(same.then(|| Sha256::digest(text.as_bytes()).into()))
    }

    /// Removes what an interrupted run left beside proofs that were kept.
    fn tidy(&self) {
        let rows = self.table.rows();
        let kept: Vec<PathBuf> =
            rows.iter().filter(|row| row.status == Status::Kept).map(|row| self.place(&row.name)).collect();
        writing::store().tidy(&kept.iter().map(|path| &**path).collect::<Vec<_>>());
    }

    /// Prints how many books were proved.
    fn report(&self) -> Result<(), Failure> {
        let rows = self.table.rows();
        let [proved, kept, not_met, bad, pending] = Status::ALL.map(|status| batch::count(&rows, status));
        let (all, results) = (rows.len(), self.table.path());
        if self.options.json {
            print_json(&json!({
                "books": all,
                "proved": proved,
                "kept": kept,
                "false": not_met,
                "bad_input": bad,
                "results": shown(results),
                "backend": B::NAME,
                "shape": self.set.prover().shape().to_string(),
                "keys": hex::encode(self.set.prover().verifier().key_digest()),
                "rows": rows.iter().map(|row| json!({
                    "name": row.name,
                    "status": row.status.name(),
                    "digest": row.digest.map(hex::encode),
                    "seconds": row.seconds,
                    "reason": row.reason,
                })).collect::<Vec<_>>(),
            }));
        } else {
            let books = if all == 1 { "book" } else { "books" };
            out!("{all} {books}: {proved} proved, {kept} kept, {not_met} false, {bad} bad input");
            out!("wrote {}", results.display());
        }
        let see = format!("see {}", results.display());
        if pending != 0 {
            // The process is ending by a signal.
            return Err(Failure::Usage(format!("{pending} of {all} books were not tried: run the same command again")));
        }
        match (not_met, bad) {
            (0, 0) => Ok(()),
            (not_met, 0) => Err(Failure::SomeFalse(format!("{not_met} of {all} books do not meet the mandate: {see}"))),
            (_, bad) => Err(Failure::Usage(format!("{bad} of {all} books cannot be proved as they are: {see}"))),
        }
    }
}

/// Whether the disk failed: then every book would.
fn is_of_disk(error: &StoreError) -> bool {
    use StoreError::{Io, NotRecovered, NotSynced, NotUndone};
    matches!(error, Io { .. } | NotSynced { .. } | NotUndone { .. } | NotRecovered { .. })
}
