//! Every command that writes, with each step of its writing failing, and killed at each step. A
//! small part for a commit: pairs at every second step, others at one. `nightly` has the rest.

use std::collections::BTreeMap;

use tailproof_test_support::{Desk, Run};

use super::cases::{Case, cases, workshop};
use super::temporaries;

/// The files that a case writes, as they are.
type State = BTreeMap<&'static str, Option<Vec<u8>>>;

/// Runs and what came of them.
#[derive(Debug, Default)]
pub struct Tally {
    /// Runs with a fault.
    pub tried: usize,
    /// Those that ended with an error, or were killed.
    pub stopped: usize,
    /// Those that left a temporary file.
    pub left_temporaries: usize,
}

fn state(desk: &Desk, case: &Case) -> State {
    case.outputs.iter().map(|name| (*name, std::fs::read(desk.path(name)).ok())).collect()
}

fn faulted(desk: &Desk, line: &str, fault: &str) -> Run {
    let mut command = desk.command(line);
    command.env("TAILPROOF_FAULT", fault);
    Run::of(command)
}

fn left(desk: &Desk) -> bool {
    [desk.path(""), desk.path("k")].iter().any(|folder| folder.is_dir() && !temporaries(folder).is_empty())
}

/// Whether all files of a case are there, and are not those of `before`.
fn is_new(before: &State, after: &State) -> bool {
    after.iter().all(|(name, content)| content.is_some() && *content != before[name])
}

/// The number of steps that a command takes.
fn steps(case: &Case, line: &str, over: bool) -> usize {
    let desk = prepared(case, over);
    let mut command = desk.command(line);
    command.env("TAILPROOF_STEPS", desk.path("steps"));
    Run::of(command).expect(0);
    desk.read("steps").lines().count()
}

/// A workshop, in which the files of the case are there if it is to replace them.
fn prepared(case: &Case, over: bool) -> Desk {
    let desk = workshop();
    if over && !case.adds() {
        desk.run(&case.line).expect(0);
    }
    desk
}

/// Runs a case with a fault, and then again without.
fn survives(case: &Case, line: &str, over: bool, fault: &str, tally: &mut Tally) {
    let desk = prepared(case, over);
    let before = state(&desk, case);
    let run = faulted(&desk, line, fault);
    let context = || format!("{line} with {fault}: {run:?}");
    let after = state(&desk, case);
    tally.tried += 1;
    tally.stopped += usize::from(run.status != 0);
    tally.left_temporaries += usize::from(left(&desk));
    let same = before == after;
    match run.status {
        0 => assert!(!fault.ends_with("kill") && after.values().all(Option::is_some), "{}", context()),
        -1 => assert!(fault.ends_with("kill"), "{}", context()),
        2 => {
            let word = ["written", "restored"].iter().any(|word| run.stderr.contains(word));
            assert!(same || word, "{}", context());
        }
        _ => panic!("{}", context()),
    }
    // Again, without a fault: it works, or everything was in place already.
    let again = desk.run(line);
    let words = ["exists", "is open", "no forecast", "in the ledger already", "is not after"];
    let complete = again.status == 2 && words.iter().any(|word| again.stderr.contains(word));
    assert!(again.status == 0 || complete, "{}; again: {again:?}", context());
    let finally = state(&desk, case);
    assert!(finally.values().all(Option::is_some), "{}; again: {again:?}", context());
    if complete {
        assert!(same || is_new(&before, &finally), "{}; again: {again:?}", context());
    }
    if let [Some(one), Some(other)] = case.outputs.iter().map(|name| finally[name].as_deref()).collect::<Vec<_>>()[..] {
        assert_pair(case, one, other);
    }
    assert!(!left(&desk), "{}: {:?}", context(), desk.files());
}

/// A commitment and an opening are of one pair.
fn assert_pair(case: &Case, opening: &[u8], commitment: &[u8]) {
    if case.outputs == ["y", "x"] {
        let value = |bytes| serde_json::from_slice::<serde_json::Value>(bytes).unwrap()["commitment"].clone();
        assert_eq!(value(opening), value(commitment), "{}", case.line);
    }
}

/// Runs the cases that `wanted` chooses, at every `stride`-th step.
pub fn all(wanted: impl Fn(&Case) -> bool, stride: usize, kinds: &[&str]) -> Tally {
    let mut tally = Tally::default();
    for case in cases().iter().filter(|case| wanted(case)) {
        for over in [false, true] {
            if over && !(case.replaces || case.force) {
                continue;
            }
            let line = format!("{}{}", case.line, if over && case.force { " --force" } else { "" });
            let count = steps(case, &line, over);
            assert!(count >= 5, "{line}: {count} steps");
            // From the middle, if it is one step alone.
            for step in (1 + stride.min(count) / 2..=count).step_by(stride) {
                for kind in kinds {
                    survives(case, &line, over, &format!("{step}:{kind}"), &mut tally);
                }
            }
        }
    }
    println!("faults at steps of writing: {tally:?}");
    tally
}

#[test]
fn r2_pairs_survive_a_fault_at_any_step() {
    let tally = all(|case| case.command == "commit", 2, &["error", "kill"]);
    assert!(tally.tried > 40 && tally.left_temporaries > 10, "{tally:?}");
}

#[test]
fn r12_the_three_files_of_snarkjs_survive_a_fault_at_some_steps() {
    assert!(all(|case| case.command == "snarkjs", 6, &["errors", "kill"]).tried > 15);
}

#[test]
fn r1_ledgers_survive_a_fault_at_some_steps() {
    assert!(all(|case| case.adds() && !case.slow, 3, &["kill"]).tried > 5);
}

/// Proof, deal and ledger are there together, or none.
#[test]
fn a_month_of_a_pool_survives_a_fault_at_some_steps() {
    let tally = all(|case| case.command == "pool month", 5, &["error", "kill"]);
    assert!(tally.tried > 8 && tally.left_temporaries > 0, "{tally:?}");
}

/// A batch, and the set points that `prove` keeps.
#[test]
fn batches_survive_a_fault_at_some_steps() {
    let tally = all(|case| case.command == "prove" && !case.line.contains("--witness"), 9, &["error", "kill"]);
    assert!(tally.tried > 12, "{tally:?}");
}

/// Every fast command once in the middle of its writing.
#[test]
fn fast_commands_survive_a_fault_in_the_middle() {
    let fast = |case: &Case| !case.slow && case.outputs.len() == 1 && !case.adds();
    assert!(all(fast, 10, &["kill"]).tried > 15);
}

#[cfg(feature = "nightly")]
mod nightly {
    use super::all;

    // `docs/src/formats/writing.md` has the counts.
    #[test]
    fn fast_commands_survive_a_fault_at_any_step() {
        assert!(all(|case| !case.slow, 1, &["error", "errors", "kill"]).tried > 800);
    }

    #[test]
    fn slow_commands_survive_a_fault_at_some_steps() {
        assert!(all(|case| case.slow, 5, &["error", "kill"]).tried > 50);
    }
}
