//! `prove --batch`: a folder of books over one scenario set.

use std::path::Path;
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};
use tailproof::keys::{ProvingKey, decode_verifying_key};
use tailproof_test_support::{BOOK, Desk, MANDATE, Run, mandate};

const SHAPE: &str = "8x20";
const HEADER: &str = "name,status,digest,seconds,reason,job";

/// A desk whose folder `books` has the demo's book under several names.
pub fn desk(names: &[&str]) -> Desk {
    let desk = Desk::proved(SHAPE);
    desk.keys(SHAPE);
    std::fs::create_dir(desk.path("books")).unwrap();
    for name in names {
        desk.write(&format!("books/{name}.csv"), desk.read(BOOK));
        desk.copy("o.json", &format!("books/{name}.opening"));
    }
    desk
}

pub fn line(mandate: &str) -> String {
    format!("prove --batch books --scenarios s.scn --mandate {mandate} --keys given/keys-8x20 -o proofs")
}

/// Returns the rows of the table: name, status, digest, seconds, reason and job, of which only the
/// reason may have commas.
fn rows(desk: &Desk) -> Vec<Vec<String>> {
    let text = desk.read("proofs/results.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(HEADER));
    let row = |line: &str| {
        let (cells, job) = line.rsplit_once(',').unwrap();
        cells.splitn(5, ',').chain([job]).map(str::to_owned).collect()
    };
    lines.map(row).collect()
}

fn statuses(desk: &Desk) -> Vec<(String, String)> {
    rows(desk).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
}

fn is(found: &[(String, String)], expected: &[(&str, &str)]) {
    let found: Vec<_> = found.iter().map(|(name, status)| (&**name, &**status)).collect();
    assert_eq!(found, expected);
}

/// The names of temporary files in a folder.
fn temporaries(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with(".tailproof-")).count()
}

#[test]
fn a_batch_proves_what_it_can_and_says_in_one_row_what_became_of_each_book() {
    let desk = desk(&["a", "b"]);
    // Fifty times the book under the same value: false. Without an opening, and of another book.
    desk.write("books/big.csv", "factor,exposure\nAAPL,500000000\n");
    let commit = "commit --book books/big.csv --scenarios s.scn --nav 10000000 -o big.json --opening books/big.opening";
    desk.run(commit).expect(0);
    desk.write("books/lone.csv", "factor,exposure\nAAPL,1\n");
    desk.write("books/other.csv", "factor,exposure\nAAPL,1\n");
    desk.copy("o.json", "books/other.opening");
    desk.write("books/notes.txt", "not looked at");
    let ran = desk.run(line(MANDATE)).expect(2);
    assert!(ran.stdout.starts_with("5 books: 2 proved, 0 kept, 1 false, 2 bad input\n"), "{ran:?}");
    let found = statuses(&desk);
    is(&found, &[("a", "proved"), ("b", "proved"), ("big", "false"), ("lone", "bad-input"), ("other", "bad-input")]);
    for row in rows(&desk) {
        let proof = format!("proofs/{}.proof.json", row[0]);
        assert_eq!(desk.has(&proof), row[1] == "proved", "{row:?}");
        if row[1] == "proved" {
            assert_eq!(row[2], hex::encode(Sha256::digest(desk.bytes(&proof))));
            let verify = format!(
                "verify --proof {proof} --scenarios s.scn --mandate {MANDATE} --keys given/keys-8x20 --commitment c.json"
            );
            desk.run(verify).expect(0);
        }
    }
    let table = desk.read("proofs/results.csv");
    assert!(
        table.contains("there is no lone.opening beside it") && table.contains("does not open to the book"),
        "{table}"
    );

    // The figure of the false claim is nowhere, unless it is asked for.
    let alone = desk.run(format!(
        "prove --book books/big.csv --opening books/big.opening --scenarios s.scn --mandate {MANDATE} --keys \
         given/keys-8x20 -o none.json"
    ));
    let said = alone.expect(1).stderr;
    let figure = said.split_once("VaR is ").unwrap().1.split_once(", above").unwrap().0.to_owned();
    for text in [&table, &ran.stdout, &ran.stderr] {
        assert!(!text.contains(&figure), "{text}");
    }
    // Bad input wins over false claims; then the false claim is left.
    for file in ["lone.csv", "other.csv", "other.opening"] {
        std::fs::remove_file(desk.path("books").join(file)).unwrap();
    }
    let json = desk.run(format!("{} --figures --json", line(MANDATE))).expect(1).json();
    assert_eq!((&json["kept"], &json["false"], &json["bad_input"]), (&2.into(), &1.into(), &0.into()));
    assert!(desk.read("proofs/results.csv").contains(&figure));
    assert_eq!(json["rows"][0]["status"], "kept");
}

#[test]
fn a_batch_keeps_proofs_of_the_same_claim_and_makes_others_again() {
    let desk = desk(&["a", "b", "c"]);
    desk.run(line(MANDATE)).expect(0);
    let first = desk.read("proofs/a.proof.json");
    // One is of another claim, one was changed in its text alone; one is kept.
    desk.write("proofs/b.proof.json", desk.read("p.json").replace("Example", "Another"));
    desk.write("proofs/c.proof.json", desk.read("proofs/c.proof.json").replacen('\n', "", 1));
    desk.run(line(MANDATE)).expect(0);
    is(&statuses(&desk), &[("a", "kept"), ("b", "proved"), ("c", "proved")]);
    assert_eq!(desk.read("proofs/a.proof.json"), first);
    desk.verify("proofs/b.proof.json", MANDATE, "given/keys-8x20").expect(0);
    // The table is rebuilt, and the rows of a farm with it; nothing else is removed.
    let jobs: Vec<String> = rows(&desk).into_iter().map(|row| row[5].clone()).collect();
    assert!(jobs.iter().all(|job| job.len() == 64) && jobs[0] != jobs[1], "{jobs:?}");
    for folder in ["records", "begun"] {
        std::fs::create_dir(desk.path("proofs").join(folder)).unwrap();
        desk.write(&format!("proofs/{folder}/{}.json", jobs[0]), "{}");
        // One that a worker was writing when it was killed.
        desk.write(&format!("proofs/{folder}/.{}.json.4711", jobs[0]), "{}");
        desk.write(&format!("proofs/{folder}/notes.json"), "{}");
    }
    // One was cut short.
    desk.write("proofs/c.proof.json", &desk.read("proofs/c.proof.json")[..100]);
    desk.run(line(MANDATE)).expect(0);
    is(&statuses(&desk), &[("a", "kept"), ("b", "kept"), ("c", "proved")]);
    for folder in ["records", "begun"] {
        let left = std::fs::read_dir(desk.path("proofs").join(folder)).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["notes.json"]);
    }
    assert!(jobs.iter().eq(rows(&desk).iter().map(|row| &row[5])), "jobs are of their terms alone");
    // Another mandate, which the book does not meet: the older proofs stay, and nothing calls them
    // proofs of it.
    desk.write("tight.toml", mandate("var", "0.99", "limit = 1"));
    desk.run(line("tight.toml")).expect(1);
    let found = rows(&desk);
    assert!(found.iter().all(|row| row[1] == "false" && row[2].is_empty()), "{found:?}");
    assert_eq!(desk.read("proofs/a.proof.json"), first);
    desk.verify("proofs/a.proof.json", "tight.toml", "given/keys-8x20").expect(1);
}

#[test]
fn a_batch_replaces_no_file_of_another_kind() {
    let desk = desk(&["a", "b"]);
    std::fs::create_dir(desk.path("proofs")).unwrap();
    desk.write("proofs/a.proof.json", "what a person wrote");
    desk.write("proofs/results.csv", "date,result\n2026-01-01,3\n");
    let refused = desk.run(line(MANDATE)).expect(2);
    assert!(refused.stderr.contains("proofs/results.csv exists and is not replaced"), "{refused:?}");
    assert!(!desk.has("proofs/b.proof.json"), "nothing was done");
    std::fs::remove_file(desk.path("proofs/results.csv")).unwrap();
    desk.run(line(MANDATE)).expect(2);
    is(&statuses(&desk), &[("a", "bad-input"), ("b", "proved")]);
    assert!(rows(&desk)[0][4].contains("exists and is not replaced"), "{:?}", rows(&desk));
    assert_eq!(desk.read("proofs/a.proof.json"), "what a person wrote");
}

#[test]
fn folders_that_make_no_batch_are_refused() {
    let desk = desk(&["a"]);
    let refused = |line: &str, said: &str| {
        let run = desk.run(line).expect(2);
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    };
    let with = |books: &str, proofs: &str| {
        line(MANDATE)
            .replace("--batch books", &format!("--batch {books}"))
            .replace("-o proofs", &format!("-o {proofs}"))
    };
    std::fs::create_dir(desk.path("empty")).unwrap();
    refused(&with("empty", "proofs"), "there is no book in it");
    refused(&with("absent", "proofs"), "cannot read absent");
    refused(&with("s.scn", "proofs"), "cannot read s.scn");
    refused(&with("books", "books"), "is the folder of the books");
    refused(&with("books", "./books/../books"), "is the folder of the books");
    refused(&with("books", "s.scn"), "Not a directory");
    refused(&format!("{} --book {BOOK} --opening o.json", line(MANDATE)), "cannot be used with");
    refused(&format!("{} --deal d.toml", line(MANDATE)), "cannot be used with");
    refused("prove --batch books --pool t.csv --deal d.toml --keys k -o proofs", "cannot be used with");
    desk.keys("8x20/1");
    refused(&line(MANDATE).replace("keys-8x20", "keys-8x20-1"), "two confidences");
    assert!(!desk.has("proofs") && !desk.has("books/results.csv"));
    // Names that differ only by case would be one file on some disks.
    desk.write("books/A.csv", desk.read(BOOK));
    desk.copy("o.json", "books/A.opening");
    desk.run(line(MANDATE)).expect(2);
    is(&statuses(&desk), &[("A", "bad-input"), ("a", "bad-input")]);
}

/// Keys whose proofs do not verify. A list of the books that fail would be the list of books that
/// hold what the key's maker asks about.
#[test]
fn a_batch_with_an_untrusted_key_stops_and_names_no_book() {
    let desk = desk(&["alpha", "beta", "gamma"]);
    desk.run(line(MANDATE).replace("-o proofs", "-o before")).expect(0);
    let folder = desk.path("bad");
    std::fs::create_dir(&folder).unwrap();
    let given = desk.path("given/keys-8x20");
    let verifying = std::fs::read(given.join("verifying.key")).unwrap();
    let proving = ProvingKey::decode(&std::fs::read(given.join("proving.key")).unwrap()).unwrap();
    let system = tailproof::circuits::r1cs::assembly::statement_system(SHAPE.parse().unwrap()).unwrap();
    let mut changed = proving.to_arkworks(decode_verifying_key(&verifying).unwrap().groth16().clone());
    changed.l_query.swap(0, 1);
    let changed = ProvingKey::from_arkworks(*proving.header(), &changed, &system).unwrap();
    std::fs::write(folder.join("verifying.key"), verifying).unwrap();
    std::fs::write(folder.join("proving.key"), changed.encode()).unwrap();
    let run = desk.run(line(MANDATE).replace("given/keys-8x20", "bad")).expect(2);
    assert!(run.stderr.contains("this key is not to be trusted"), "{run:?}");
    for name in ["alpha", "beta", "gamma"] {
        assert!(!run.stderr.contains(name) && !run.stdout.contains(name), "{run:?}");
        assert!(!desk.has(&format!("proofs/{name}.proof.json")));
    }
    let found = rows(&desk);
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|row| row[1] == "pending" && row[2..].concat().is_empty()), "{found:?}");
    let caches = desk.files().into_iter().filter(|name| name.contains(".points-")).count();
    assert_eq!(caches, 1, "nothing is kept for a key that is not trusted");
}

#[test]
fn an_interrupted_batch_says_what_is_done_and_goes_on() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let desk = desk(&names);
    let mut command = desk.command(line(MANDATE));
    command.env("RAYON_NUM_THREADS", "1").stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let proofs = || names.iter().filter(|name| desk.has(&format!("proofs/{name}.proof.json"))).count();
    let begun = (0..6000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(5));
        proofs() > 0
    });
    assert!(begun, "it began to write");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let found = statuses(&desk);
    assert_eq!(found.len(), names.len());
    for (name, status) in &found {
        let there = desk.has(&format!("proofs/{name}.proof.json"));
        assert!(if there { status == "proved" || status == "pending" } else { status == "pending" }, "{found:?}");
    }
    assert_eq!(temporaries(&desk.path("proofs")), 0);
    let done = proofs();
    assert!((1..names.len()).contains(&done), "{done}");
    let again = desk.run(format!("{} --json", line(MANDATE))).expect(0).json();
    assert_eq!((&again["kept"], &again["proved"]), (&done.into(), &(names.len() - done).into()));
}

#[cfg(feature = "nightly")]
mod nightly {
    use tailproof_test_support::MANDATE;

    use super::{is, line, statuses};

    #[test]
    fn a_batch_is_proved_with_halo2() {
        let desk = super::desk(&["a", "b"]);
        desk.halo2_keys(super::SHAPE);
        let line = line(MANDATE).replace("given/keys", "given/halo2-keys") + " --backend halo2";
        for status in ["proved", "kept"] {
            desk.run(&line).expect(0);
            is(&statuses(&desk), &[("a", status), ("b", status)]);
        }
        desk.verify("proofs/a.proof.json", MANDATE, "given/halo2-keys-8x20").expect(0);
        assert!(desk.files().iter().all(|name| !name.contains(".points-")), "{:?}", desk.files());
    }
}

/// Two batches into one folder: the second says who is at it, and changes nothing.
#[cfg(debug_assertions)]
#[test]
fn two_batches_into_one_folder_do_not_mix() {
    let desk = desk(&["a"]);
    std::fs::create_dir(desk.path("proofs")).unwrap();
    // It holds the folder, and waits before it writes the table.
    let mut first = desk.command(line(MANDATE));
    first.env("TAILPROOF_FAULT", "2:wait=go").stdout(Stdio::null()).stderr(Stdio::null());
    let mut first = first.spawn().unwrap();
    let held = (0..6000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(5));
        temporaries(&desk.path("proofs")) > 0
    });
    assert!(held, "it began");
    std::thread::sleep(std::time::Duration::from_millis(50));
    let second = Run::of({
        let mut command = desk.command(line(MANDATE));
        command.env("TAILPROOF_PATIENCE", "0");
        command
    });
    let said = format!("is in use by process {} (tailproof prove)", first.id());
    assert!(second.status == 2 && second.stderr.contains(&said), "{second:?}");
    assert!(!desk.has("proofs/results.csv"));
    desk.write("go", "");
    assert!(first.wait().unwrap().success());
    is(&statuses(&desk), &[("a", "proved")]);
}
