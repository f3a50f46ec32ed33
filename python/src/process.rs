//! Work outside of the interpreter's lock, in the process that owns the threads.

use std::sync::atomic::{AtomicU32, Ordering};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// The process that used the pool of threads first; 0 for none yet.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// Does work that takes long, while other Python threads run.
///
/// # Errors
/// `RuntimeError` in a child that was forked after its parent used the pool of threads: the child
/// has none of the threads, and would wait for ever.
pub fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    let this = std::process::id();
    let owner = OWNER.compare_exchange(0, this, Ordering::Relaxed, Ordering::Relaxed).err().unwrap_or(this);
    if owner != this {
        return Err(PyRuntimeError::new_err(format!(
            "this process was forked from process {owner}, whose threads it does not have; start workers with \
             multiprocessing.get_context(\"spawn\")"
        )));
    }
    Ok(py.detach(work))
}
