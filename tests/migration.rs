//! Each row of the table of files of the first release, run as it stands in the docs.

use std::path::Path;

use tailproof_test_support::{Desk, source};

/// Copies a folder with its files, and each key that is not called so into a folder of its own.
fn copy(desk: &Desk, from: &Path, to: &str) {
    std::fs::create_dir_all(desk.path(to)).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        std::fs::copy(&path, desk.path(&format!("{to}/{name}"))).unwrap();
        if let Some(stem) = name.strip_suffix(".key").filter(|stem| !["verifying", "halo2"].contains(stem)) {
            std::fs::create_dir_all(desk.path(&format!("{to}/{stem}-keys"))).unwrap();
            std::fs::copy(&path, desk.path(&format!("{to}/{stem}-keys/verifying.key"))).unwrap();
        }
    }
}

#[test]
fn commands_say_of_old_files_what_the_table_says() {
    let desk = Desk::new();
    for entry in std::fs::read_dir(source().join("tests/fixtures/0.1.0")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            copy(&desk, &path, path.file_name().unwrap().to_str().unwrap());
        }
    }
    let keys = desk.keys("8x20");
    let table = std::fs::read_to_string(source().join("docs/src/formats/migration.md")).unwrap();
    let mut rows = 0;
    for row in table.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [file, command, status, says] = cells[..] else { panic!("{row}") };
        let command = command.trim_matches('`').strip_prefix("tailproof ").unwrap();
        let run = desk.run(command.replace("--keys keys ", &format!("--keys {keys} "))).expect(status.parse().unwrap());
        assert!(run.stdout.contains(says) || run.stderr.contains(says), "{file}: '{says}' is not in {run:?}");
        rows += 1;
    }
    assert!(rows >= 15, "{rows}");
}
