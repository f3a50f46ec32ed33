//! `tailproof prove --batch`: the proofs of a folder of books over one scenario set.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ark_bn254::Fr;
use rand::rngs::OsRng;
use tailproof::batch::{
    self, BOOK, Counts, HELD, Listed, NOT_MET, OPENING, Outcome, PROOF, Plan, RESULTS, Row, Settled, Status, Terms,
};
use tailproof::store::{Access, Kind};
use tailproof::{Books, Claim, MandateClaim, PreparedSet, Statement};

use super::batch_folder::{clear_records, list, refuse_same_folder, rows};
use super::batch_table::Table;
use crate::claims::{open_book, public_claim, read_opening};
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
    terms: Terms,
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
    batch::refuse_other_keys(&claim, shape)?;
    let inputs = Claim::from(claim.clone()).scenario_inputs(shape)?;
    let results = proofs.join(RESULTS);
    if proofs.exists() {
        writing::check(&Table::output(&results), "name another folder")?;
    }
    keys::warn_of_development(verifier.provenance());
    let terms = Terms::new(&claim, verifier.key_digest(), context);
    let (prover, key) = B::loaded(&options.keys, verifier)?;
    let (set, cache) = B::prepare(&prover, key, &inputs, options.cached())?;
    writing::store().make_folder(proofs)?;
    // Nobody else proves into this folder in the meantime.
    let _alone = writing::hold(&proofs.join(HELD))?;
    let table = Arc::new(Table::new(results, rows(&listed)));
    table.write()?;
    // Rows of an earlier run are made again.
    clear_records(proofs)?;
    let at_end = Arc::clone(&table);
    interruption::at_end(move || {
        at_end.stop();
        let _ = at_end.write();
    });
    let batch = Batch { options, books, proofs, claim, context, terms, set, table };
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
            let proofs = Counts::of(&self.table.rows()).proofs();
            return Err(Failure::Stopped { cause, proofs, results });
        }
        self.tidy();
        Ok(())
    }

    /// Proves all books, and returns the failure that stopped it.
    ///
    /// Each worker proves one book at a time, with threads of its own: work that is stolen among
    /// them would hold many proofs in memory.
    fn prove_all(&self, listed: &[Listed]) -> Option<Failure> {
        let usable: Vec<usize> = (0..listed.len()).filter(|row| listed[*row].problem.is_none()).collect();
        let (threads, all) = (rayon::current_num_threads(), usable.len());
        let workers = threads.min(all).max(1);
        // Whether a proof is there and verifies is known when the plan comes to it.
        let order = batch::order(&vec![false; all], &mut OsRng).into_iter().map(|job| usable[job]);
        let (plan, done) = (Mutex::new(Plan::one_by_one(order)), AtomicUsize::new(0));
        let next = || plan.lock().unwrap_or_else(PoisonError::into_inner).take();
        progress::bar("proving", |report| {
            let work = || {
                while let [row] = next()[..] {
                    if self.table.is_stopped() {
                        return;
                    }
                    self.prove_row(row, &listed[row].name);
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
        let mut of = Row::pending(name.to_owned());
        match self.prove(name, &mut of.job) {
            Ok((status, digest)) => (of.status, of.digest) = (status, Some(digest)),
            Err(NoProof::Row(Status::Pending, _)) => return,
            Err(NoProof::Row(status, reason)) => (of.status, of.reason) = (status, reason),
            Err(NoProof::Stop(failure)) => return self.table.stop_with(failure),
        }
        of.seconds = Some(begun.elapsed().as_secs_f64());
        self.table.enter(row, of);
    }

    fn place(&self, name: &str) -> PathBuf {
        self.proofs.join(format!("{name}.{PROOF}"))
    }

    /// Proves a book, or keeps its proof. Says which job it is as soon as the opening is read.
    fn prove(&self, name: &str, job: &mut Option<[u8; 32]>) -> Result<(Status, [u8; 32]), NoProof> {
        let path = self.place(name);
        let output = writing::output(&path, Kind::Proof, Access::Public, false);
        let statement = self.state(name, job)?;
        writing::check(&output, "move it away")?;
        let earlier = match files::read_text(&path) {
            Err(Failure::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => None,
            text => Some(text?),
        };
        let earlier = earlier.as_ref().map(|text| &***text);
        let (text, digest) = match batch::settle(&self.set, &statement, earlier, &mut OsRng) {
            Ok(Settled::Kept(digest)) => return Ok((Status::Kept, digest)),
            Ok(Settled::Proved(text, digest)) => (text, digest),
            Err(error) => return Err(NoProof::Stop(error.into())),
        };
        let write = || writing::store().write(&output, text.as_bytes());
        match self.table.unless_stopped(write) {
            None => Err(NoProof::Row(Status::Pending, String::new())),
            Some(Ok(_)) => Ok((Status::Proved, digest)),
            Some(Err(error)) if error.is_of_disk() => Err(NoProof::Stop(error.into())),
            Some(Err(error)) => Err(Failure::from(error).into()),
        }
    }

    /// Reads a book and states the claim about it.
    fn state(&self, name: &str, job: &mut Option<[u8; 32]>) -> Result<Statement<B>, NoProof> {
        let [book, opening] = [BOOK, OPENING].map(|ending| self.books.join(format!("{name}.{ending}")));
        let secret = read_opening(&opening)?;
        *job = Some(self.terms.job(name, &secret.commitment()));
        let opened = open_book(self.options, &book, (&opening, secret), &self.claim)?;
        let books = Books::new(vec![opened]).map_err(|problem| Failure::Option { option: "batch", problem })?;
        let shape = self.set.prover().shape();
        Statement::new(&self.claim, &books, shape, self.context).map_err(|error| match batch::status_of(&error) {
            // Its figures are private.
            Some(Status::False) if !self.options.figures => NoProof::Row(Status::False, NOT_MET.into()),
            Some(status) => NoProof::Row(status, Failure::from(error).to_string()),
            None => NoProof::Stop(error.into()),
        })
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
        let (counts, results) = (Counts::of(&rows), self.table.path());
        if self.options.json {
            let mut report = counts.to_json();
            report.insert("results".into(), shown(results).into());
            report.insert("backend".into(), B::NAME.into());
            report.insert("shape".into(), self.set.prover().shape().to_string().into());
            report.insert("keys".into(), hex::encode(self.set.prover().verifier().key_digest()).into());
            report.insert("rows".into(), rows.iter().map(Row::to_json).collect());
            print_json(&report.into());
        } else {
            out!("{}", counts.sentence());
            out!("wrote {}", results.display());
        }
        match (counts.outcome(), counts.advice(&results.display().to_string())) {
            (_, None) => Ok(()),
            (Outcome::SomeFalse, Some(advice)) => Err(Failure::SomeFalse(advice)),
            (_, Some(advice)) => Err(Failure::Usage(advice)),
        }
    }
}
