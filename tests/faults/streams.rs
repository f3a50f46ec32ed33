//! Standard output and standard error that are closed, full, or a file of the command.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use tailproof_test_support::{BOOK, Desk, MANDATE, NAV, PRICES, TIGHT};

/// A stream whose reader has gone.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

fn status(command: &mut Command) -> Option<i32> {
    command.status().unwrap().code()
}

/// Before, the verdict on an invalid proof was 0 for whoever read one line of it.
#[test]
fn r1b_a_reader_that_has_gone_changes_no_verdict() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    for (mandate, expected) in [(MANDATE, 0), (TIGHT, 1)] {
        for json in ["", " --json"] {
            let line = format!("verify --proof p.json --scenarios s.scn --mandate {mandate} --keys {keys}{json}");
            let code = status(desk.command(&line).stdout(closed()).stderr(Stdio::null()));
            assert_eq!(code, Some(expected), "{line}");
        }
    }
    // Another set than the one that is regenerated.
    desk.write("short.csv", desk.read(PRICES).replace("2022-12-28,", "2022-12-29,"));
    let line = "scenarios regenerate s.scn --prices short.csv --json";
    assert_eq!(status(desk.command(line).stdout(closed()).stderr(Stdio::null())), Some(1));
    let line = format!("verify --proof absent.json --scenarios s.scn --mandate {MANDATE} --keys {keys} --json");
    assert_eq!(status(desk.command(line).stdout(closed()).stderr(Stdio::null())), Some(2));
}

/// Before, the first warning was a panic.
#[test]
fn r5_standard_error_that_cannot_be_written_changes_no_status() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    for (mandate, expected) in [(MANDATE, 0), (TIGHT, 1), ("absent.toml", 2)] {
        let line = format!("verify --proof p.json --scenarios s.scn --mandate {mandate} --keys {keys}");
        assert_eq!(status(desk.command(&line).stdout(Stdio::null()).stderr(full())), Some(expected), "{line}");
        assert_eq!(status(desk.command(&line).stdout(Stdio::null()).stderr(closed())), Some(expected), "{line}");
    }
    let line = "keygen --shape 1x1/1 --insecure-dev -o k";
    assert_eq!(status(desk.command(line).stdout(Stdio::null()).stderr(full())), Some(0));
    assert!(desk.has("k/proving.key") && desk.has("k/verifying.key"));
    assert_eq!(status(desk.command("no such command").stdout(Stdio::null()).stderr(full())), Some(2));
}

/// Before, `--json` panicked after the file was written.
#[test]
fn r6_names_that_are_no_utf8_are_shown_in_json() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    let odd = OsString::from_vec(b"odd-\xff-name".to_vec());
    let prove = format!("prove --book {BOOK} --opening o.json --scenarios s.scn --mandate {MANDATE} --keys {keys}");
    let witness = format!("{prove} --json --witness");
    let ceremony = crate::key_ceremony::over_unknown_powers();
    for (desk, line) in [
        (&desk, format!("{prove} --json -o")),
        (&desk, witness),
        (&desk, "pool deal consumer-2018 --force --json -o".into()),
        (&ceremony, "ceremony contribute 0 --json -o".into()),
    ] {
        let _ = std::fs::remove_file(desk.path("").join(&odd));
        let output = desk.command(&line).arg(&odd).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("odd-\u{fffd}-name"), "{line}: {text}");
        assert!(desk.path("").join(&odd).is_file());
    }
}

/// Before, the file that standard output was appended to was replaced.
#[test]
fn r8_standard_output_as_a_file_is_appended_to() {
    let desk = Desk::new();
    desk.write("log", "before\n");
    let append = || OpenOptions::new().append(true).open(desk.path("log")).unwrap();
    let line = "mandate solvency2 -o /dev/stdout";
    assert_eq!(status(desk.command(line).stdout(append()).stderr(Stdio::null())), Some(0));
    let log = desk.read("log");
    assert!(log.starts_with("before\n") && log.contains("[[clause]]"), "{log}");
    symlink("/dev/stdout", desk.path("out")).unwrap();
    assert_eq!(status(desk.command("mandate solvency2 -o out").stdout(append()).stderr(Stdio::null())), Some(0));
    assert!(desk.read("log").starts_with(&log) && desk.read("log").len() > log.len());
    // The file alone is in the pipe, and the summary is beside it.
    let output = desk.command(line).output().unwrap();
    let (file, summary) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(!file.contains("wrote ") && summary.contains("wrote /dev/stdout"), "{file}{summary}");
    desk.write("m.toml", file);
    // A secret and its commitment are not mixed into a stream.
    desk.scenarios(8).expect(0);
    let commit = format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o /dev/stdout --opening o.json");
    desk.run(commit).expect(2);
    assert!(!desk.has("o.json"));
}

/// Before, whoever could put a link in place chose the file that was written.
#[test]
fn no_output_is_written_through_a_link() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("sub")).unwrap();
    symlink("sub/m.toml", desk.path("link")).unwrap();
    let refused = desk.run("mandate solvency2 -o link").expect(2);
    assert!(refused.stderr.contains("is a symbolic link"), "{refused:?}");
    assert!(desk.path("link").is_symlink() && !desk.path("sub/m.toml").exists());
    symlink("circle", desk.path("circle")).unwrap();
    desk.run("mandate solvency2 -o circle").expect(2);
}

/// Before, a pipe in the folder of a ledger's files was waited for, for ever.
#[test]
fn r8_pipes_in_a_folder_are_not_read() {
    let desk = Desk::new();
    let keys = desk.keys("8x20");
    desk.run("ledger new --confidence 0.99 --name N -o l.json").expect(0);
    std::fs::create_dir(desk.path("files")).unwrap();
    for name in ["a.json", "b.scn", "c.toml"] {
        let made = Command::new("mkfifo").arg(desk.path("files").join(name)).status().unwrap();
        assert!(made.success());
    }
    let refused = desk.run(format!("ledger verify l.json --files files --keys {keys}")).expect(1);
    assert!(refused.stderr.contains("no steps"), "{refused:?}");
}

/// Before, status 2 said that nothing was written.
#[test]
fn r11_results_that_cannot_be_printed_leave_word_of_the_files() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    for (line, names) in [
        (format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o c --opening o"), "o, c"),
        ("keygen --shape 1x1/1 --insecure-dev -o k".into(), "k/proving.key, k/verifying.key"),
        (
            format!("prove --book {BOOK} --opening o.json --scenarios s.scn --mandate {MANDATE} --keys {keys} -o p"),
            // The set points that the next proof takes up.
            "p, s.scn.points-",
        ),
    ] {
        let output = desk.command(&line).stdout(full()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("No space left on device") && said.contains(&format!("written: {names}")), "{said}");
    }
    // A verdict that is not valid stays one.
    let line = format!("verify --proof p.json --scenarios s.scn --mandate {TIGHT} --keys {keys} --json");
    assert_eq!(status(desk.command(line).stdout(full()).stderr(Stdio::null())), Some(1));
    drop(File::open(desk.path("p")).unwrap());
}
