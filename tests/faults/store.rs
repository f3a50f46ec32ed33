//! The library's store, with every one of its steps failing in process.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tailproof::store::{Access, Kind, Output, Replace, Step, Store, StoreError};

use super::temporaries;

const OLD: [&str; 3] = [
    "{\"format\": \"tailproof-opening\", \"old\": 1}",
    "{\"format\": \"tailproof-commitment\", \"old\": 1}",
    "{\"format\": \"tailproof-proof\", \"old\": 1}",
];
const NEW: [&str; 3] = [
    "{\"format\": \"tailproof-opening\", \"new\": 1}",
    "{\"format\": \"tailproof-commitment\", \"new\": 1}",
    "{\"format\": \"tailproof-proof\", \"new\": 1}",
];
const KINDS: [Kind; 3] = [Kind::Opening, Kind::Commitment, Kind::Proof];

/// Writes the first `count` files, in two folders.
fn write(store: &Store, folder: &Path, count: usize, force: bool) -> Result<(), StoreError> {
    let paths = ["o", "sub/c", "p"].map(|name| folder.join(name));
    let outputs: Vec<Output<'_>> = paths
        .iter()
        .zip(KINDS)
        .map(|(path, kind)| Output {
            path,
            access: Access::Public,
            replace: if force { Replace::Like(kind) } else { Replace::Never },
        })
        .take(count)
        .collect();
    let mut files = store.begin(&outputs)?;
    (0..count).try_for_each(|index| files.stage(index, NEW[index].as_bytes()))?;
    files.put()
}

fn contents(folder: &Path) -> [Option<String>; 3] {
    ["o", "sub/c", "p"].map(|name| std::fs::read_to_string(folder.join(name)).ok())
}

fn left(folder: &Path) -> Vec<String> {
    [temporaries(folder), temporaries(&folder.join("sub"))].concat()
}

/// A store whose step number `fails` fails, and all later ones if `forever`. Returns the number of
/// steps that it has taken.
fn failing(fails: usize, forever: bool) -> (Store, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let store = Store::default().with_gate(move |_: Step, _: &Path| {
        let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
        let fail = number == fails || (forever && number > fails);
        if fail { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    });
    (store, count)
}

/// One, two and three files, new ones and ones that replace others; each step fails once, or the
/// disk fails from it on. Then the command is run again.
#[test]
fn r2_each_step_that_fails_leaves_the_old_files_or_the_new() {
    let (mut tried, mut refused) = (0, 0);
    for count in 1..=3 {
        for force in [false, true] {
            for forever in [false, true] {
                for step in 1.. {
                    let folder = tempfile::tempdir().unwrap();
                    let folder = folder.path();
                    std::fs::create_dir(folder.join("sub")).unwrap();
                    if force {
                        for (name, old) in ["o", "sub/c", "p"].iter().zip(OLD).take(count) {
                            std::fs::write(folder.join(name), old).unwrap();
                        }
                    }
                    let before = contents(folder);
                    let (store, steps) = failing(step, forever);
                    let result = write(&store, folder, count, force);
                    if steps.load(Ordering::SeqCst) < step {
                        result.unwrap();
                        break;
                    }
                    tried += 1;
                    let after = contents(folder);
                    let is_new = (0..count).all(|index| after[index].as_deref() == Some(NEW[index]));
                    match &result {
                        Ok(()) => assert!(is_new),
                        Err(StoreError::NotSynced { .. }) => assert!(is_new),
                        // The disk fails for ever, and the next command restores the old state.
                        Err(StoreError::NotUndone { .. }) => assert!(forever),
                        Err(error) => assert_eq!(after, before, "{count} {force} {forever} {step}: {error}"),
                    }
                    refused += usize::from(result.is_err());
                    let again = write(&Store::default(), folder, count, force);
                    match again {
                        Err(StoreError::Exists { .. }) => assert!(is_new && !force),
                        other => other.unwrap(),
                    }
                    let written = contents(folder);
                    assert!((0..count).all(|index| written[index].as_deref() == Some(NEW[index])));
                    assert!(left(folder).is_empty(), "{:?}", left(folder));
                }
            }
        }
    }
    assert!(tried > 150 && refused > 100, "{tried} {refused}");
}

/// A gate that is never passed again: the process is as good as killed there.
#[test]
fn r2_a_process_that_ends_at_any_step_is_undone_by_the_next() {
    for force in [false, true] {
        for step in 1.. {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path();
            std::fs::create_dir(folder.join("sub")).unwrap();
            if force {
                for (name, old) in ["o", "sub/c"].iter().zip(OLD) {
                    std::fs::write(folder.join(name), old).unwrap();
                }
            }
            let before = contents(folder);
            let (store, steps) = failing(step, true);
            let result = write(&store, folder, 2, force);
            if steps.load(Ordering::SeqCst) < step {
                result.unwrap();
                break;
            }
            let half = contents(folder);
            // A command that writes only the second of the names restores both.
            let path = folder.join("sub/c");
            let other = Output { path: &path, access: Access::Public, replace: Replace::Like(Kind::Commitment) };
            drop(Store::default().begin(&[other]).unwrap());
            let after = contents(folder);
            let is_new = after[0].as_deref() == Some(NEW[0]) && after[1].as_deref() == Some(NEW[1]);
            assert!(after == before || is_new, "{force} {step}: {half:?} became {after:?}");
        }
    }
}

/// A lock is waited for, and then says whose it is.
#[test]
fn r1_a_file_that_is_held_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.json");
    let first = Store::new("the batch of the night");
    let hold = first.hold(&[&path]).unwrap();
    let second = Store::default().with_patience(std::time::Duration::from_millis(50));
    let Err(error @ StoreError::Held { .. }) = second.hold(&[&path]).map(drop) else { panic!("it was not held") };
    assert!(error.to_string().contains("in use by the batch of the night"), "{error}");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| Store::default().hold(&[&path]).map(drop));
        std::thread::sleep(std::time::Duration::from_millis(100));
        drop(hold);
        waiting.join().unwrap().unwrap();
    });
    assert!(temporaries(folder.path()).is_empty());
}

/// Every kind that has a sample is told from every other.
#[test]
fn r4_kinds_are_recognised_by_their_content() {
    let samples: [(&[u8], Option<Kind>); 18] = [
        (OLD[0].as_bytes(), Some(Kind::Opening)),
        (OLD[1].as_bytes(), Some(Kind::Commitment)),
        (b"{\"a\": 1, \"format\": \"tailproof-ledger\"}", Some(Kind::Ledger)),
        (b"{\"format\": \"tailproof-proof\"}\n{\"format\": \"tailproof-proof\"}", None),
        // Cut short: still a proof, if it says so.
        (b"{\n  \"format\": \"tailproof-proof\",\n  \"ver", Some(Kind::Proof)),
        (b"{\n  \"format\": \"tailproof-pro", None),
        (b"{\n  \"format\": \"tailproof-proof\",\n  \"ver\"}", None),
        (b"TAILKEYS\x01\x00\x01", Some(Kind::ProvingKey)),
        (b"TAILKEYS\x01\x00\x02", Some(Kind::VerifyingKey)),
        (b"TAILSCEN", Some(Kind::Scenarios)),
        (b"TAILSETP", Some(Kind::SetPoints)),
        (b"name,status,digest,seconds,reason\na,proved,,,\n", Some(Kind::BatchResults)),
        (b"name,status,digest,seconds,reason,job\na,proved,,,,\n", Some(Kind::BatchResults)),
        (b"[\"1\", \"2\"]", Some(Kind::SnarkjsSignals)),
        (b"[\"a\"]", None),
        (b"factor,exposure\nA,1\n", None),
        (b"name = \"m\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.9\nlimit = 1\n", Some(Kind::Mandate)),
        (b"", None),
    ];
    for (content, kind) in samples {
        assert_eq!(Kind::of(content), kind, "{}", String::from_utf8_lossy(content));
    }
    assert!(Kind::ALL.iter().all(|kind| kind.sentence().contains(kind.name())));
}

/// The rule of `-o` is one function of the kind, and the page about it lists every kind where it belongs.
#[test]
fn what_a_command_makes_again_is_replaced_and_all_else_is_not() {
    let page = std::fs::read_to_string(tailproof_test_support::source().join("docs/src/formats/writing.md")).unwrap();
    let (_, table) = page.split_once("## What `-o` replaces").unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip_while(|line| !line.starts_with("| ---"))
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split_once('|').map(|(kinds, _)| kinds).unwrap())
        .map(|kinds| kinds.split(',').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 3);
    for kind in Kind::ALL {
        let places: Vec<usize> = (0..3).filter(|row| rows[*row].contains(&kind.name())).collect();
        let [place] = places[..] else { panic!("{} is in the rows {places:?}", kind.name()) };
        assert_eq!(place == 0, kind.is_made_again(), "{}", kind.name());
        let rule = if kind.is_made_again() { Replace::Like(*kind) } else { Replace::Never };
        assert_eq!((Replace::rule(*kind, false), Replace::rule(*kind, true)), (rule, Replace::Like(*kind)));
    }
    assert_eq!(rows.iter().map(Vec::len).sum::<usize>(), Kind::ALL.len());
}
