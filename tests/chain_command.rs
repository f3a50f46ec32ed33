//! `tailproof chain`: another program, which may be there or not.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tailproof_test_support::{Desk, Run, tailproof};

/// Runs the command from a folder of its own, so that no program is beside it.
fn alone(desk: &Desk, path: &Path, arguments: &[&str]) -> Run {
    let copy = desk.path("bin/tailproof");
    if !copy.exists() {
        std::fs::create_dir(desk.path("bin")).unwrap();
        std::fs::copy(tailproof(), &copy).unwrap();
    }
    let mut command = std::process::Command::new(copy);
    command.arg("chain").args(arguments).env("PATH", path);
    Run::of(command)
}

#[test]
fn the_program_of_chains_is_handed_every_argument_or_its_absence_says_how_to_install_it() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("path")).unwrap();
    let missing = alone(&desk, &desk.path("path"), &["status"]).expect(2);
    assert!(missing.stderr.contains("cargo install --locked --path chain"), "{missing:?}");
    let program = "#!/bin/sh\nprintf '%s|' \"$@\"\nexit 7\n";
    desk.write("path/tailproof-chain", program);
    std::fs::set_permissions(desk.path("path/tailproof-chain"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let handed = alone(&desk, &desk.path("path"), &["push", "--help", "-o", "a b", "--", "-x"]);
    assert_eq!((handed.status, &*handed.stdout), (7, "push|--help|-o|a b|--|-x|"), "{handed:?}");
}
