//! Signals, and what they leave behind.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tailproof_test_support::Desk;

use super::temporaries;

const LONG: &str = "ceremony powers --power 16 --insecure-dev -o p.ptau";

/// Starts a command that takes long, and waits until it writes.
fn writing(desk: &Desk) -> Child {
    let child = desk.command(LONG).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = || temporaries(&desk.path("")).iter().any(|name| name.ends_with(".new"));
    assert!(
        (0..2000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            begun()
        }),
        "it began to write"
    );
    child
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Before, SIGTERM ended with 130.
#[test]
fn r9_a_signal_ends_with_its_number_and_leaves_nothing() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let desk = Desk::new();
        let mut child = writing(&desk);
        send(signal, &child);
        assert_eq!(child.wait().unwrap().code(), Some(code));
        assert!(desk.files().is_empty(), "{signal}: {:?}", desk.files());
    }
}

/// Before, nothing ever removed what SIGKILL left, and a blinding could be in it.
#[test]
fn r9_the_next_command_removes_what_a_kill_left() {
    let desk = Desk::new();
    let mut child = writing(&desk);
    send("-KILL", &child);
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    assert_eq!(desk.files().len(), 2, "{:?}", desk.files());
    desk.run("ceremony powers --power 2 --insecure-dev -o other.ptau").expect(0);
    assert_eq!(desk.files().len(), 3, "another file's are not touched");
    desk.run("ceremony powers --power 2 --insecure-dev -o p.ptau").expect(0);
    assert_eq!(desk.files(), ["other.ptau", "p.ptau"]);
}

/// Before, a signal between two temporary files left the second: it came as often as one of three
/// times.
#[test]
fn r9_interrupted_commits_leave_nothing() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let nav = tailproof_test_support::NAV;
    let line = format!("commit --book {} --scenarios s.scn --nav {nav} -o c --opening o", tailproof_test_support::BOOK);
    for delay in 0..25 {
        let mut child = desk.command(&line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(300 * delay));
        send("-TERM", &child);
        let status = child.wait().unwrap();
        assert!(matches!((status.code(), status.signal()), (Some(0 | 143), _) | (_, Some(15))), "{status}");
        assert_eq!(desk.has("c"), desk.has("o"));
        if status.signal().is_none() {
            assert!(temporaries(&desk.path("")).is_empty(), "{delay}: {:?}", desk.files());
        }
        for name in ["c", "o"] {
            let _ = std::fs::remove_file(desk.path(name));
        }
    }
}

/// Before, a thread or memory that the system does not give ended with 101 or 134.
#[cfg(target_os = "linux")]
#[test]
fn r7_without_memory_or_threads_the_status_is_2() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let program = tailproof_test_support::tailproof().display().to_string();
    let mandate = tailproof_test_support::MANDATE;
    let verify = format!("verify --proof p.json --scenarios s.scn --mandate {mandate} --keys {keys}");
    let mut codes = Vec::new();
    for kilobytes in (35_000..95_000).step_by(5_000) {
        for line in [verify.as_str(), "keygen --shape 1x1/1 --insecure-dev --force -o k"] {
            let script = format!("ulimit -c 0; ulimit -v {kilobytes}; exec {program} {line}");
            let output = Command::new("sh").args(["-c", &script]).current_dir(desk.path("")).output().unwrap();
            let code = output.status.code();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(matches!(code, Some(0 | 2)), "{kilobytes} kB, {line}: {:?} {said}", output.status);
            codes.push(code);
        }
    }
    assert!(codes.contains(&Some(0)) && codes.contains(&Some(2)), "{codes:?}");
}
