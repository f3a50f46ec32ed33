//! Faults on demand, in debug builds only: the tests let any step of writing fail.
//!
//! `TAILPROOF_FAULT` is `N:KIND` for the N-th step of writing, counted from 1:
//!
//! | kind | the step |
//! | --- | --- |
//! | `error` | fails, as on a full disk |
//! | `errors` | and every later one fails |
//! | `kill` | is not reached: the process ends as if it were killed |
//! | `wait=FILE` | waits until FILE is there |
//!
//! `TAILPROOF_STEPS` names a file, to which the name of each step is added. `TAILPROOF_PATIENCE` is the
//! number of seconds to wait for a lock. With `TAILPROOF_SEED`, `day` draws its random numbers from it.

use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tailproof::store::{Step, Store};

/// Returns the store, with the faults that the environment asks for.
pub fn injected(store: Store) -> Store {
    let patience = std::env::var("TAILPROOF_PATIENCE").ok().and_then(|seconds| seconds.parse().ok());
    let store = match patience {
        Some(seconds) => store.with_patience(Duration::from_secs(seconds)),
        None => store,
    };
    let fault = std::env::var("TAILPROOF_FAULT").ok();
    let steps = std::env::var_os("TAILPROOF_STEPS");
    if fault.is_none() && steps.is_none() {
        return store;
    }
    let fault = fault.as_deref().and_then(|fault| fault.split_once(':'));
    let fault = fault.and_then(|(step, kind)| Some((step.parse::<u64>().ok()?, kind.to_owned())));
    let count = AtomicU64::new(0);
    store.with_gate(move |step: Step, _: &Path| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(steps) = &steps {
            let mut file = std::fs::OpenOptions::new().append(true).create(true).open(steps)?;
            writeln!(file, "{step:?}")?;
        }
        match &fault {
            Some((at, kind)) if *at == number || (kind == "errors" && *at < number) => fail(kind),
            _ => Ok(()),
        }
    })
}

fn fail(kind: &str) -> io::Result<()> {
    if kind == "kill" {
        // No destructor runs, and no handler of signals.
        let _ = std::process::Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status();
        std::thread::sleep(Duration::from_secs(60));
    }
    if let Some(file) = kind.strip_prefix("wait=") {
        let there = || Path::new(file).exists();
        (0..3000).take_while(|_| !there()).for_each(|_| std::thread::sleep(Duration::from_millis(10)));
        return Ok(());
    }
    Err(ErrorKind::StorageFull.into())
}

/// Returns the seed of a step of a day: a hash of `TAILPROOF_SEED` and the step's name. So two runs
/// of a day end in the same bytes, also if one of them was killed.
pub fn seed(step: &str) -> Option<[u8; 32]> {
    use sha2::{Digest, Sha256};
    let seed = std::env::var("TAILPROOF_SEED").ok()?;
    Some(Sha256::digest(format!("{seed} {step}")).into())
}
