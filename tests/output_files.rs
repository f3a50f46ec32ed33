//! Output files: secret ones, ones that cannot be written, ones that would destroy an input.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

use tailproof_test_support::{BOOK, Desk, MANDATE, NAV, PRICES, tailproof};

#[test]
fn openings_are_secret_files_and_are_not_replaced_unasked() {
    let desk = Desk::new();
    let keys = desk.keys("8x20");
    desk.scenarios(8).expect(0);
    desk.commit(BOOK).expect(0);
    desk.prove(BOOK, MANDATE, &keys).expect(0);
    let mode = |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("o.json"), 0o600);
    assert_ne!(mode("c.json"), 0o600);
    let before = desk.read("o.json");
    let again = format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o c.json --opening o.json");
    let refused = desk.run(again).expect(2);
    assert!(refused.stderr.contains("--force"), "{refused:?}");
    assert_eq!(desk.read("o.json"), before);
    // No public file holds a secret.
    let blinding = desk.json("o.json")["blinding"].as_str().unwrap()[2..].to_owned();
    for name in ["c.json", "p.json"] {
        let text = desk.read(name);
        assert!(!text.contains(&blinding) && !text.contains("1250000") && !text.contains("nav_units"), "{name}");
    }
}

#[test]
fn outputs_that_cannot_be_written_leave_nothing_behind() {
    let desk = Desk::new();
    let refused = desk.run(format!("scenarios historical --prices {PRICES} -o absent/s.scn")).expect(2);
    assert!(refused.stderr.contains("cannot write absent/s.scn"), "{refused:?}");
    // A full disk.
    let full = desk.run(format!("scenarios historical --prices {PRICES} -o /dev/full")).expect(2);
    assert!(full.stderr.contains("cannot write /dev/full: No space left"), "{full:?}");
    assert!(desk.files().is_empty(), "{:?}", desk.files());
}

#[test]
fn outputs_behind_links_and_into_devices() {
    let desk = Desk::new();
    // Neither a link nor the file behind it is replaced. A page can go into a pipe, private or not.
    desk.run(format!("scenarios historical --prices {PRICES} --window 9 -o real.scn")).expect(0);
    symlink(desk.path("real.scn"), desk.path("link.scn")).unwrap();
    desk.run(format!("scenarios historical --prices {PRICES} --window 8 -o link.scn")).expect(2);
    assert!(std::fs::symlink_metadata(desk.path("link.scn")).unwrap().is_symlink());
    desk.run("scenarios show real.scn").expect(0);
    let report = format!("report --book {BOOK} --nav {NAV} --scenarios real.scn --mandate {MANDATE} -o /dev/full");
    assert!(desk.run(report).expect(2).stderr.contains("cannot write /dev/full: No space left"));
    let nowhere = desk.run(format!("scenarios historical --prices {PRICES} -o nowhere/s.scn")).expect(2);
    assert!(!nowhere.stderr.contains(".tmp"), "{nowhere:?}");
}

#[test]
fn outputs_never_destroy_inputs_or_each_other() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let book = desk.read(BOOK);
    desk.write("b.csv", &book);
    let commit = |output: &str, opening: &str| {
        desk.run(format!("commit --book b.csv --scenarios s.scn --nav {NAV} -o {output} --opening {opening}"))
    };
    commit("x.json", "x.json").expect(2);
    commit("b.csv", "o.json").expect(2);
    commit("c.json", "./b.csv").expect(2);
    // When the commitment cannot be written, the opening is not left behind either.
    commit("absent/c.json", "o.json").expect(2);
    assert!(!desk.has("o.json") && !desk.has("x.json"));
    assert_eq!(desk.read("b.csv"), book);
    desk.write("p.csv", desk.read(PRICES));
    desk.run("scenarios historical --prices p.csv -o p.csv").expect(2);
    assert_eq!(desk.read("p.csv"), desk.read(PRICES));
}

/// Files that nobody can make again are not replaced by the output of another command.
#[test]
fn irreplaceable_files_are_not_written_over() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o c.json --opening o.json")).expect(0);
    desk.run("ledger new --name Desk --confidence 0.99 -o l.json").expect(0);
    desk.run("keygen --shape 1x1/1 --insecure-dev -o k").expect(0);
    for precious in ["c.json", "o.json", "l.json", "k/proving.key"] {
        let before = desk.bytes(precious);
        for command in
            ["zkey --keys k".into(), "solidity --keys k".into(), format!("scenarios historical --prices {PRICES}")]
        {
            let refused = desk.run(format!("{command} -o {precious}")).expect(2);
            assert!(refused.stderr.contains(precious), "{refused:?}");
        }
        assert!(desk.bytes(precious) == before, "{precious} is as it was");
    }
}

/// An interrupted step of a ceremony leaves no file behind, and its exit status says that it was
/// interrupted.
#[test]
fn an_interrupted_command_leaves_nothing_behind() {
    let desk = Desk::new();
    let mut child = Command::new(tailproof())
        .args(["ceremony", "powers", "--power", "16", "--insecure-dev", "-o", "p.ptau"])
        .current_dir(desk.path(""))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        !desk.files().is_empty()
    });
    assert!(begun, "it began to write");
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(desk.files().is_empty(), "{:?}", desk.files());
}
