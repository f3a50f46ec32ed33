//! `init` and `day` write file after file, and go on where they stopped: with each step of writing
//! failing, killed at each step, with inputs that are missing or broken, and with outputs that are links
//! or in a folder that takes none.

use std::os::unix::fs::symlink;
use std::path::Path;

use tailproof_test_support::{Desk, Run, build, made_once};

#[cfg(debug_assertions)]
use super::temporaries;
use crate::day_commands::{copied, copy, new_desk, rows, write_prices};

const INIT: &str = "init --prices p.csv --book b.csv --mandate m.toml --window 20";

/// The day that is forecast first, and the one after it.
fn days() -> [String; 2] {
    [40, 41].map(|row| rows()[row][0].clone())
}

/// A folder with prices, a book and a mandate, and nothing made.
fn inputs() -> Desk {
    let desk = Desk::new();
    write_prices(&desk, &rows());
    desk.write("b.csv", "factor,exposure\nAAPL,120000\n");
    desk.write("m.toml", format!("{}250000\n", crate::day_commands::MANDATE));
    desk
}

/// A desk with the forecast of its first day. Made once.
fn begun() -> Desk {
    let made = made_once("test-proofs", &format!("begun-desk-{}", build()), |folder| {
        let (desk, _) = new_desk(250_000);
        day(&desk, &days()[0], None).expect(0);
        copy(&desk.path(""), folder);
    });
    let desk = Desk::new();
    copy(&made, &desk.path(""));
    desk
}

fn day(desk: &Desk, date: &str, fault: Option<&str>) -> Run {
    crate::day_commands::day(desk, date, fault)
}

/// Everything in a folder that is no temporary file, by name.
fn contents(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    fn below(folder: &Path, start: &str, all: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{start}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true if name == "given" => {}
                true => below(&entry.path(), &format!("{name}/"), all),
                false if name.contains(".tailproof-") || name == "steps" => {}
                false => all.push((name, std::fs::read(entry.path()).unwrap())),
            }
        }
    }
    let mut all = Vec::new();
    below(&desk.path(""), "", &mut all);
    all.sort();
    all
}

#[cfg(debug_assertions)]
fn left(desk: &Desk) -> Vec<String> {
    let folders = ["", "keys/forecast", "keys/realised", "proofs", "private"].map(|name| desk.path(name));
    folders.iter().filter(|folder| folder.is_dir()).flat_map(|folder| temporaries(folder)).collect()
}

/// A run with a fault ends with 0, 2 or by the signal; what it wrote it says.
#[cfg(debug_assertions)]
fn check(run: &Run, fault: &str, before: &[(String, Vec<u8>)], desk: &Desk) -> usize {
    let after = contents(desk);
    match run.status {
        -1 => assert!(fault.ends_with("kill"), "{fault}: {run:?}"),
        0 => assert!(!fault.ends_with("kill"), "{fault}: {run:?}"),
        2 => {
            let said = ["written", "restored"].iter().any(|word| run.stderr.contains(word));
            assert!(before == after || said, "{fault}: {run:?}");
            assert!(run.stderr.contains("no storage space"), "{fault}: {run:?}");
        }
        _ => panic!("{fault}: {run:?}"),
    }
    usize::from(run.status != 0)
}

/// The number of steps of writing of a run.
#[cfg(debug_assertions)]
fn steps(desk: &Desk) -> usize {
    desk.read("steps").lines().count()
}

/// Lets `init` fail at every `stride`-th step of its writing; then it works. Returns runs, and those that
/// ended early.
#[cfg(debug_assertions)]
fn init_survives(stride: usize, kinds: &[&str]) -> [usize; 2] {
    let run = |desk: &Desk, fault: Option<&str>| {
        let mut command = desk.command(INIT);
        command.env("TAILPROOF_STEPS", desk.path("steps"));
        if let Some(fault) = fault {
            command.env("TAILPROOF_FAULT", fault);
        }
        Run::of(command)
    };
    let whole = inputs();
    run(&whole, None).expect(0);
    let names = |desk: &Desk| contents(desk).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let mut tally = [0, 0];
    for step in (1..=steps(&whole)).step_by(stride) {
        for kind in kinds {
            let (desk, fault) = (inputs(), format!("{step}:{kind}"));
            let before = contents(&desk);
            let first = run(&desk, Some(&fault));
            tally[1] += check(&first, &fault, &before, &desk);
            tally[0] += 1;
            let again = desk.run(INIT);
            assert!(again.status == 0 || again.stderr.contains("exists"), "{fault}; again: {again:?}");
            assert_eq!(names(&desk), names(&whole), "{fault}");
            // A run that was done has nothing to write again: what it could not remove waits for keys.
            assert!(left(&desk).is_empty() || first.status == 0, "{fault}: {:?}", left(&desk));
            desk.run("check").expect(0);
        }
    }
    tally
}

/// Lets a day fail at every `stride`-th step; then it ends in the ledger that it has without a fault.
#[cfg(debug_assertions)]
fn day_survives(stride: usize, kinds: &[&str]) -> [usize; 2] {
    let (start, date) = (begun(), days()[1].clone());
    // Another book, so that the day commits anew.
    start.write("b.csv", start.read("b.csv").replace("120000", "110000"));
    let whole = copied(&start);
    day(&whole, &date, None).expect(0);
    let mut tally = [0, 0];
    for step in (1..=steps(&whole)).step_by(stride) {
        for kind in kinds {
            let (desk, fault) = (copied(&start), format!("{step}:{kind}"));
            let before = contents(&desk);
            tally[1] += check(&day(&desk, &date, Some(&fault)), &fault, &before, &desk);
            tally[0] += 1;
            day(&desk, &date, None).expect(0);
            assert_eq!(contents(&desk), contents(&whole), "{fault}");
            assert!(left(&desk).is_empty(), "{fault}: {:?}", left(&desk));
        }
    }
    tally
}

#[cfg(debug_assertions)]
#[test]
fn init_survives_a_fault_at_some_steps() {
    let [tried, early] = init_survives(17, &["errors", "kill"]);
    assert!(tried > 5 && early > 4, "{tried} runs, {early} early");
}

#[cfg(debug_assertions)]
#[test]
fn a_day_survives_a_full_disk_at_some_steps() {
    let [tried, early] = day_survives(13, &["error", "errors"]);
    assert!(tried > 7 && early > 4, "{tried} runs, {early} early");
}

#[cfg(all(feature = "nightly", debug_assertions))]
mod nightly {
    // `docs/src/formats/writing.md` has the counts.
    const KINDS: [&str; 3] = ["error", "errors", "kill"];

    #[test]
    fn init_survives_a_fault_at_any_step() {
        println!("init: {:?} runs, ended early", super::init_survives(1, &KINDS));
    }

    #[test]
    fn a_day_survives_a_fault_at_any_step() {
        println!("day: {:?} runs, ended early", super::day_survives(1, &KINDS));
    }
}

/// Every file that a day reads, missing or broken: it is named, and nothing changes.
#[test]
fn a_day_names_the_file_that_is_missing_or_broken() {
    let start = begun();
    let [first, second] = days();
    let (opening, book) = (format!("private/{first}.opening"), format!("private/{first}-book.csv"));
    let (set, mandate) = (format!("proofs/{first}.scn"), format!("proofs/{first}-forecast.toml"));
    let commitment = format!("proofs/{first}-commitment.json");
    for name in
        ["tailproof.toml", "p.csv", "b.csv", "m.toml", "ledger.json", "keys/realised/verifying.key", &set, &mandate]
    {
        for broken in [false, true] {
            let desk = copied(&start);
            match broken {
                true => desk.write(name, b"\xff\x00 neither TOML nor a table"),
                false => std::fs::remove_file(desk.path(name)).unwrap(),
            }
            let before = desk.read_if("ledger.json");
            let refused = day(&desk, &second, None).expect(2);
            let shown = if name.starts_with("keys") { "keys/realised" } else { name };
            assert!(refused.stderr.contains(shown), "{name}, broken: {broken}: {refused:?}");
            assert_eq!(desk.read_if("ledger.json"), before, "{name}");
        }
    }
    // A broken opening is named; a missing part of the three is as no opening.
    for name in [&opening, &book, &commitment] {
        let desk = copied(&start);
        desk.write(name, "{}");
        let refused = day(&desk, &second, None).expect(2);
        assert!(
            refused.stderr.contains(name.rsplit('/').next().unwrap()) || refused.stderr.contains(&opening),
            "{refused:?}"
        );
        std::fs::remove_file(desk.path(name)).unwrap();
        let refused = day(&desk, &second, None).expect(2);
        assert!(refused.stderr.contains("no opening in"), "{name}: {refused:?}");
    }
    // A broken proof is made again: it was not in the ledger yet.
    let desk = copied(&start);
    desk.write(&format!("proofs/{first}-loss.json"), "");
    day(&desk, &second, None).expect(0);
}

#[test]
fn init_names_the_file_that_is_missing_or_broken() {
    for name in ["p.csv", "b.csv", "m.toml"] {
        for broken in [false, true] {
            let desk = inputs();
            match broken {
                true => desk.write(name, b"\xff\x00 neither TOML nor a table"),
                false => std::fs::remove_file(desk.path(name)).unwrap(),
            }
            let before = contents(&desk);
            let refused = desk.run(INIT).expect(2);
            assert!(refused.stderr.contains(name), "{name}, broken: {broken}: {refused:?}");
            assert_eq!(contents(&desk), before, "{name}");
        }
    }
}

/// A link that somebody put in the place of an output leads nowhere.
#[test]
fn neither_writes_through_a_link() {
    let [_, second] = days();
    for name in ["ledger.json".to_owned(), format!("proofs/{second}.scn"), format!("proofs/{second}-forecast.json")] {
        let desk = begun();
        match desk.has(&name) {
            true => std::fs::rename(desk.path(&name), desk.path("target")).unwrap(),
            false => desk.write("target", "a person's own"),
        }
        let target = desk.bytes("target");
        symlink(desk.path("target"), desk.path(&name)).unwrap();
        let refused = day(&desk, &second, None).expect(2);
        assert!(refused.stderr.contains("symbolic link"), "{name}: {refused:?}");
        assert!(desk.bytes("target") == target && desk.path(&name).is_symlink(), "{name}");
    }
    for name in ["tailproof.toml", "ledger.json"] {
        let desk = inputs();
        desk.write("target", "a person's own");
        symlink(desk.path("target"), desk.path(name)).unwrap();
        desk.run(INIT).expect(2);
        assert_eq!(desk.read("target"), "a person's own", "{name}");
    }
}

/// A folder that takes no files: one that is a file, and one of the system's, where even root makes none.
#[test]
fn a_folder_that_takes_no_files_is_named() {
    let [_, second] = days();
    let good = begun();
    for folder in ["b.csv", "/proc/self"] {
        for key in ["proofs", "private"] {
            let desk = copied(&good);
            let text =
                desk.read("tailproof.toml").replace(&format!("{key} = \"{key}\""), &format!("{key} = \"{folder}\""));
            desk.write("tailproof.toml", text);
            let ledger = desk.read("ledger.json");
            let refused = day(&desk, &second, None).expect(2);
            assert!(refused.stderr.contains(folder), "{key} = {folder}: {refused:?}");
            assert_eq!(desk.read("ledger.json"), ledger);
        }
    }
    let desk = inputs();
    for output in ["b.csv/tailproof.toml", "/proc/self/tailproof.toml", "absent/tailproof.toml"] {
        let refused = desk.run(format!("{INIT} -o {output}")).expect(2);
        assert!(refused.stderr.contains(output), "{refused:?}");
        assert_eq!(desk.files(), ["b.csv", "m.toml", "p.csv"]);
    }
}
