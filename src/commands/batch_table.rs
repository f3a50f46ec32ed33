//! The table of a batch's results while it is being filled.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tailproof::batch::{Row, to_csv};
use tailproof::store::{Access, Kind, Output};

use crate::failure::Failure;
use crate::writing;

/// Least time between two writings of the table during the work.
const PAUSE: Duration = Duration::from_secs(1);

/// The table: its file says at any moment what is done, at most a second late.
pub struct Table {
    path: PathBuf,
    filled: Mutex<Filled>,
    /// Whether the batch stops. Held for reading while a proof is written, so that none is written
    /// afterwards.
    stopped: RwLock<bool>,
}

struct Filled {
    rows: Vec<Row>,
    written: Instant,
    failure: Option<Failure>,
}

impl Table {
    pub fn new(path: PathBuf, rows: Vec<Row>) -> Self {
        let filled = Filled { rows, written: Instant::now(), failure: None };
        Self { path, filled: Mutex::new(filled), stopped: RwLock::new(false) }
    }

    /// Returns the table as an output. It says which books fail, so its owner alone reads it.
    pub fn output(path: &Path) -> Output<'_> {
        writing::output(path, Kind::BatchResults, Access::Secret, false)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn rows(&self) -> Vec<Row> {
        self.filled().rows.clone()
    }

    fn filled(&self) -> MutexGuard<'_, Filled> {
        self.filled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the table.
    pub fn write(&self) -> Result<(), Failure> {
        self.write_filled(&mut self.filled())
    }

    fn write_filled(&self, filled: &mut Filled) -> Result<(), Failure> {
        let text = to_csv(&filled.rows);
        writing::write_output(&Self::output(&self.path), text.as_bytes(), "name another folder")?;
        filled.written = Instant::now();
        Ok(())
    }

    /// Enters a row, and writes the table if it was not written just now.
    pub fn enter(&self, row: usize, of: Row) {
        let mut filled = self.filled();
        filled.rows[row] = of;
        if filled.written.elapsed() < PAUSE {
            return;
        }
        if let Err(failure) = self.write_filled(&mut filled) {
            drop(filled);
            self.stop_with(failure);
        }
    }

    /// Stops the batch: no proof is written from now on.
    pub fn stop(&self) {
        *self.stopped.write().unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// Stops the batch with a failure; the first one counts.
    pub fn stop_with(&self, failure: Failure) {
        self.stop();
        self.filled().failure.get_or_insert(failure);
    }

    pub fn is_stopped(&self) -> bool {
        *self.stopped.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does work that writes, unless the batch was stopped.
    pub fn unless_stopped<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let stopped = self.stopped.read().unwrap_or_else(PoisonError::into_inner);
        (!*stopped).then(work)
    }

    /// Returns the failure that stopped the batch.
    pub fn failure(&self) -> Option<Failure> {
        self.filled().failure.take()
    }
}
