//! Everything that is made once and kept in the target folder: keys, a proof, powers of tau.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::UNIX_EPOCH;

use crate::desk::{BOOK, Desk, MANDATE, run};

/// The folder of keys, by the version of their files: a key of an older version is not found.
pub const KEYS: &str = "test-keys/2";

/// The command under test, which lies beside the folder of the test executable.
///
/// # Panics
///
/// If it has not been built.
pub fn tailproof() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let program = target().join("tailproof");
        assert!(program.exists(), "{} is not there; build it first: cargo build --bin tailproof", program.display());
        program
    })
}

/// The folder of the profile that this executable was built with: `target/debug`, as a rule.
fn target() -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    executable.ancestors().nth(2).expect("a test executable lies in deps/").to_owned()
}

/// A folder `NAME` under `target/KIND` that `make` fills when it is not there yet.
///
/// Threads that want the same folder wait for the first of them; other processes never see half of
/// it, because it is filled under another name.
///
/// # Panics
///
/// If a folder cannot be made or moved.
pub fn made_once(kind: &str, name: &str, make: impl FnOnce(&Path)) -> PathBuf {
    type Folders = HashMap<PathBuf, Arc<OnceLock<()>>>;
    static FOLDERS: OnceLock<Mutex<Folders>> = OnceLock::new();
    let parent = target().parent().expect("the target folder").join(kind);
    let folder = parent.join(name);
    let made = FOLDERS.get_or_init(Mutex::default).lock().unwrap().entry(folder.clone()).or_default().clone();
    made.get_or_init(|| {
        if folder.exists() {
            return;
        }
        std::fs::create_dir_all(&parent).unwrap();
        let unfinished = tempfile::tempdir_in(&parent).unwrap();
        let inside = unfinished.path().join(name);
        std::fs::create_dir(&inside).unwrap();
        make(&inside);
        if let Err(error) = std::fs::rename(&inside, &folder) {
            // Another process was first.
            assert!(folder.exists(), "{}: {error}", folder.display());
        }
    });
    folder
}

/// Version of the key files: keys of an older format are not used.
const KEY_FORMAT: u16 = 2;

/// A shape as a name of a file, with the digest of its circuit and the version of key files: what is
/// made for one circuit is not used for another.
pub(crate) fn circuit(shape: &str) -> String {
    static DIGESTS: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
    let known = DIGESTS.lock().unwrap().get_or_insert_default().get(shape).cloned();
    let digest = known.unwrap_or_else(|| {
        let json = Desk::new().run(format!("shape {shape} --json")).expect(0).json();
        let digest = json["circuit"].as_str().unwrap()[..16].to_owned();
        DIGESTS.lock().unwrap().get_or_insert_default().insert(shape.to_owned(), digest.clone());
        digest
    });
    format!("{}-{digest}-{KEY_FORMAT}", shape.replace('/', "-"))
}

/// A folder with development keys of a shape.
pub(crate) fn keys(shape: &str) -> PathBuf {
    made_once(KEYS, &circuit(shape), |folder| {
        run(tailproof(), ["keygen", "--shape", shape, "--insecure-dev", "--force", "-o", "."], folder).expect(0);
    })
}

/// When the command was built, in nanoseconds: part of the name of everything that depends on the
/// whole program.
///
/// # Panics
///
/// If the command has not been built.
pub fn build() -> u128 {
    let program = std::fs::metadata(tailproof()).unwrap();
    program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap().as_nanos()
}

/// A folder with the derived halo2 keys of a shape.
pub(crate) fn halo2_keys(shape: &str) -> PathBuf {
    made_once(KEYS, &format!("halo2-{}-{}", shape.replace('/', "-"), build()), |folder| {
        run(tailproof(), ["keygen", "--backend", "halo2", "--shape", shape, "-o", "."], folder).expect(0);
    })
}

/// The files of a proof that is made once.
pub(crate) const PROOF_FILES: [&str; 4] = ["s.scn", "c.json", "o.json", "p.json"];

/// A folder with scenarios, commitment, opening and proof of the demo's mandate under keys of a
/// shape, with the backend `groth16` or `halo2`.
pub(crate) fn proof(shape: &str, backend: &str) -> PathBuf {
    made_once("test-proofs", &format!("{backend}-{}-{}", circuit(shape), build()), |folder| {
        let desk = Desk::new();
        let window = shape.split('x').next().unwrap().parse().unwrap();
        desk.scenarios(window).expect(0);
        desk.commit(BOOK).expect(0);
        let keys = if backend == "halo2" { desk.halo2_keys(shape) } else { desk.keys(shape) };
        desk.prove(BOOK, &format!("{MANDATE} --backend {backend}"), &keys).expect(0);
        for name in PROOF_FILES {
            std::fs::copy(desk.path(name), folder.join(name)).unwrap();
        }
    })
}
