//! A file is replaced by one of its own kind only.

use std::os::unix::fs::PermissionsExt;

use tailproof_test_support::{BOOK, Desk, MANDATE, NAV, PRICES, source};

/// Before, commands without `--force` replaced ledgers, ceremony steps, books, tapes and deals.
#[test]
fn r4_files_of_another_kind_are_not_replaced() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    desk.write("book.csv", desk.read(BOOK));
    desk.write("notes.txt", "what a person wrote");
    desk.run("ledger new --name Desk --confidence 0.99 -o ledger.json").expect(0);
    desk.run("pool deal consumer-2018 -o deal.toml").expect(0);
    desk.run("attest keygen -o a.key").expect(0);
    desk.write("pool-ledger.json", std::fs::read(source().join("fuzz/seeds/pool_ledger/four.json")).unwrap());
    // As `jq -S` writes it: the format is not at its beginning.
    let sorted: std::collections::BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&desk.read("o.json")).unwrap();
    desk.write("sorted.json", serde_json::to_string_pretty(&sorted).unwrap());
    let precious = [
        "ledger.json",
        "pool-ledger.json",
        "deal.toml",
        "a.key",
        "book.csv",
        "notes.txt",
        "c.json",
        "o.json",
        "sorted.json",
    ];
    let prove = format!("prove --book {BOOK} --opening o.json --scenarios s.scn --mandate {MANDATE} --keys {keys}");
    let commit = format!("commit --force --book {BOOK} --scenarios s.scn --nav {NAV} --opening x.json");
    for file in precious {
        let before = desk.bytes(file);
        for command in [
            &*prove,
            &format!("scenarios historical --prices {PRICES} --window 8"),
            &format!("report --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys}"),
            &format!("solidity --keys {keys}"),
            "mandate solvency2 --force",
            "pool deal cdx-na-ig-s7",
            &commit,
        ] {
            if (command == commit && file == "c.json") || (command.starts_with("pool") && file == "deal.toml") {
                continue;
            }
            let refused = desk.run(format!("{command} -o {file}")).expect(2);
            assert!(refused.stderr.contains("exists and is not replaced"), "{refused:?}");
        }
        assert_eq!(desk.bytes(file), before, "{file}");
    }
    assert!(!desk.has("x.json"));
    desk.run("zkey --keys given/keys-8x20 -o o.json").expect(2);
}

/// A file of the same kind is replaced, and so is an empty one, such as `mktemp` makes.
#[test]
fn r4_files_of_the_same_kind_are_replaced() {
    let desk = Desk::proved("8x20");
    let keys = desk.keys("8x20");
    desk.write("empty", "");
    for (command, file) in [
        (format!("scenarios historical --prices {PRICES} --window 9"), "s2.scn"),
        (format!("report --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys}"), "page.html"),
        (format!("report --book {BOOK} --nav {NAV} --scenarios s.scn --mandate {MANDATE}"), "private.html"),
        (format!("solidity --keys {keys}"), "V.sol"),
        (format!("snarkjs --proof p.json --scenarios s.scn --keys {keys}"), "out"),
    ] {
        desk.run(format!("{command} -o {file}")).expect(0);
        desk.run(format!("{command} -o {file}")).expect(0);
    }
    desk.run("mandate solvency2 -o empty --force").expect(0);
    desk.prove(BOOK, MANDATE, &keys).expect(0);
}

/// Before, a proof with mode 0600 had 0644 when it was written again.
#[test]
fn r13_a_file_that_is_written_again_keeps_its_mode() {
    let desk = Desk::new();
    let mode = |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    let set = |name: &str, mode| {
        std::fs::set_permissions(desk.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    desk.scenarios(8).expect(0);
    for kept in [0o600, 0o640, 0o444] {
        set("s.scn", kept);
        desk.scenarios(8).expect(0);
        assert_eq!(mode("s.scn"), kept);
    }
    // A secret is never more open than its owner's.
    desk.commit(BOOK).expect(0);
    set("o.json", 0o644);
    desk.commit(BOOK).expect(0);
    assert_eq!(mode("o.json"), 0o600);
}

/// Before, some errors of the system were "entity not found" or "uncategorized error".
#[test]
fn r13_errors_of_the_system_are_its_own() {
    let desk = Desk::new();
    let line = |output: &str| format!("scenarios historical --prices {PRICES} --window 8 -o {output}");
    for (output, said) in [
        ("absent/s.scn", "No such file or directory"),
        (&"n".repeat(256), "File name too long"),
        ("given/prices.csv/s", "Not a directory"),
    ] {
        let refused = desk.run(line(output)).expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
    }
}
