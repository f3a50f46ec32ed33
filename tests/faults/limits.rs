//! Limits of what is read, of the memory that it takes, and of what errors show of it.

use std::process::{Command, Stdio};

use tailproof_test_support::{BOOK, Desk, NAV, PRICES, tailproof};

/// Before, an error showed a cell of 50 MB, and escape sequences as they were.
#[test]
fn r10_errors_show_little_of_a_cell_and_no_escapes() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let long = "9".repeat(600_000);
    let odd = "\u{1b}]0;title\u{7}\u{1b}[2J\u{202e}";
    let mandate = |measure: &str| format!("name = \"m\"\n[[clause]]\nmeasure = \"{measure}\"\nlimit = 1\n");
    for text in [&long, odd] {
        let escaped = text.replace('\u{1b}', "\\u001b").replace('\u{7}', "\\u0007");
        for (name, content, line) in [
            (
                "b.csv",
                format!("factor,exposure\nAAPL,x{text}\n"),
                format!("risk --book b.csv --scenarios s.scn --nav {NAV} --confidence 0.9"),
            ),
            (
                "b.csv",
                format!("factor,exposure\n{text},1\n"),
                format!("risk --book b.csv --scenarios s.scn --nav {NAV} --confidence 0.9"),
            ),
            (
                "b.csv",
                format!("factor,{text}\nA,1\n"),
                format!("risk --book b.csv --scenarios s.scn --nav {NAV} --confidence 0.9"),
            ),
            ("p.csv", format!("date,A\n{text},1\n"), "scenarios historical --prices p.csv -o x.scn".into()),
            ("p.csv", format!("date,{text}\n2020-01-01,x\n"), "scenarios historical --prices p.csv -o x.scn".into()),
            (
                "m.toml",
                mandate(&escaped[..escaped.len().min(200_000)]),
                format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --mandate m.toml"),
            ),
            (
                "m.toml",
                format!("{} = 1\n", &text[..text.len().min(200_000)]),
                format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --mandate m.toml"),
            ),
            (
                "c.json",
                format!("{{\"format\": \"tailproof-commitment\", \"version\": \"{escaped}\"}}"),
                "attest show c.json".into(),
            ),
            (
                "c.json",
                format!("{{\"format\": \"tailproof-attestation\", \"{escaped}\": 1}}"),
                "attest show c.json".into(),
            ),
            (
                "l.json",
                format!("{{\"format\": \"tailproof-ledger\", \"version\": \"{escaped}\"}}"),
                "ledger show l.json".into(),
            ),
            (
                "l.json",
                format!("{{\"format\": \"tailproof-pool-ledger\", \"version\": \"{escaped}\"}}"),
                "pool ledger show l.json".into(),
            ),
            ("t.csv", format!("id,balance\n{text},x{text}\n"), "pool describe t.csv".into()),
        ] {
            desk.write(name, content);
            let refused = desk.run(&line).expect(2);
            let shown = &refused.stderr;
            assert!(shown.len() < 1200, "{line}: {} bytes, {}", shown.len(), &shown[..200]);
            assert!(
                !shown.trim_end().contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'),
                "{shown:?}"
            );
        }
    }
}

/// Runs a command line and returns the most memory that it had at once, in KiB.
#[cfg(target_os = "linux")]
fn memory(desk: &Desk, line: &str) -> u64 {
    let mut child = Command::new(tailproof());
    child
        .args(shell_words::split(line).unwrap())
        .current_dir(desk.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = child.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let found = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        most = most.max(found.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    most
}

/// Before, a mandate of 50 MB of line feeds took 2.4 GB, and a book of 20 MB of short rows 1.1 GB.
#[cfg(target_os = "linux")]
#[test]
fn r10_memory_is_at_most_ten_times_the_file() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let risk = format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --confidence 0.9");
    let base = memory(&desk, &risk);
    let size = 4 << 20;
    let repeated = |head: &str, row: &str| head.to_owned() + &row.repeat(size / row.len());
    let numbered = |head: &str, rows: usize, cells: &str| {
        (0..rows).fold(head.to_owned(), |text, row| text + &format!("{row:x}{cells}\n"))
    };
    for (name, content, line) in [
        ("m.toml", "\n".repeat(size), format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --mandate m.toml")),
        (
            "b.csv",
            repeated("factor,exposure\n", "A,1\n"),
            format!("risk --book b.csv --scenarios s.scn --nav {NAV} --confidence 0.9"),
        ),
        (
            "n.csv",
            numbered("factor,exposure\n", size / 8, ",1"),
            format!("risk --book n.csv --scenarios s.scn --nav {NAV} --confidence 0.9"),
        ),
        (
            "p.csv",
            repeated("date,A,B,C,D,E,F\n", "2020-01-01,1,1,1,1,1,1\n"),
            "scenarios historical --prices p.csv -o x.scn".into(),
        ),
        ("g.csv", repeated("r,v\n", "1,1\n"), "backtest --pnl g.csv --return r --var v --confidence 0.9".into()),
        ("l.json", "[".repeat(size), "ledger show l.json".into()),
        ("l.json", "[".repeat(size), "pool ledger show l.json".into()),
        (
            "a.json",
            "{\"format\": \"tailproof-attestation\", \"scope\": [".to_owned() + &"0,".repeat(size / 2),
            "attest show a.json".into(),
        ),
    ] {
        desk.write(name, &content);
        let used = memory(&desk, &line).saturating_sub(base);
        assert!(used * 1024 < 10 * content.len() as u64, "{line}: {used} KiB for {} bytes", content.len());
    }
}

/// A file that is larger than any of its kind is refused before it is read, and a stream without an
/// end too.
#[test]
fn r10_files_and_streams_without_an_end_are_refused() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    let sparse = std::fs::File::create(desk.path("large")).unwrap();
    sparse.set_len(1 << 40).unwrap();
    for line in [
        format!("risk --book {BOOK} --scenarios large --nav {NAV} --confidence 0.9"),
        format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --mandate large"),
        format!("risk --book {BOOK} --scenarios s.scn --nav {NAV} --mandate /dev/zero"),
        "ledger show large".into(),
        "attest show /dev/zero".into(),
        format!("scenarios historical --prices {PRICES} --window 8 -o large"),
    ] {
        let refused = desk.run(&line).expect(2);
        assert!(refused.stderr.contains("larger than") || refused.stderr.contains("not replaced"), "{refused:?}");
    }
}
