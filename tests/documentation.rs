//! Outputs that the documents show are those of the program.
//!
//! A marker `<!-- output: COMMAND LINE -->`, followed by a block of kind `text`, says which command
//! line printed the block: on standard output, or on standard error if it printed nothing else. A
//! shell runs the command lines of a document in order, in one folder that holds copies of
//! `prices.csv`, `book.csv`, `mandate.toml` and `tight.toml` of the demo, and the small files of
//! [`more_files`]. What differs from run to run is masked:
//! hexadecimal numbers of 16 and more digits as `…`, times as `… s` and `… ms`. `UPDATE_DOCS=1`
//! writes the blocks anew.

use std::path::Path;
use std::process::{Command, Stdio};

use tailproof_test_support::{BOOK, Desk, MANDATE, PRICES, TIGHT, source, tailproof};

#[test]
fn the_readme_shows_what_the_program_prints() {
    checked(&source().join("README.md"));
}

#[test]
fn the_tutorial_shows_what_the_program_prints() {
    let places = ["docs/src/start/tutorial.md", "docs/src/tutorial.md"].map(|name| source().join(name));
    let tutorial = places.iter().find(|place| place.exists()).expect("docs/src/start/tutorial.md");
    checked(tutorial);
}

/// The README shows the example of the crate's front page, which runs as a test of the library.
#[test]
fn the_readme_shows_the_example_of_the_library() {
    let readme = std::fs::read_to_string(source().join("README.md")).unwrap();
    let shown = readme.split_once("<!-- library example -->").and_then(|(_, rest)| rest.split_once("<!-- end -->"));
    let library = std::fs::read_to_string(source().join("src/lib.rs")).unwrap();
    let lines = library.lines().map(|line| line.strip_prefix("//! ").or_else(|| line.strip_prefix("//!")));
    let front_page: Vec<&str> = lines.map_while(|line| line).collect();
    let example = front_page.iter().skip_while(|line| **line != "```").skip(1).take_while(|line| **line != "```");
    let example: String = example.filter(|line| !line.starts_with("# ")).map(|line| format!("{line}\n")).collect();
    assert!(example.contains("prover.prove("), "{example}");
    assert_eq!(shown.expect("a library example").0.trim(), format!("```rust\n{example}```"));
}

/// Runs the command lines of a document and compares, or writes the document anew.
fn checked(document: &Path) {
    let text = std::fs::read_to_string(document).unwrap();
    let desk = Desk::new();
    for file in [PRICES, BOOK, MANDATE, TIGHT] {
        desk.copy(file, file.rsplit('/').next().unwrap());
    }
    for (name, text) in more_files() {
        std::fs::create_dir_all(desk.path(name).parent().unwrap()).unwrap();
        desk.write(name, text);
    }
    std::fs::remove_dir_all(desk.path("given")).unwrap();
    let (shown, outputs) = with_outputs(&text, |line| output(line, &desk.path("")));
    assert!(outputs > 0, "{} has no marker <!-- output: COMMAND LINE -->", document.display());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(document, &shown).unwrap();
    }
    let now = std::fs::read_to_string(document).unwrap();
    let differing = now.lines().zip(shown.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(
        now == shown,
        "{}: an output is not the program's; run again with UPDATE_DOCS=1. First difference: {differing:?}",
        document.display()
    );
}

/// The files of the stories of a second desk, of a folder of books and of a ledger: their books,
/// prices without the last day, and the mandates of a forecast and of a loss.
fn more_files() -> [(&'static str, String); 6] {
    let prices = std::fs::read_to_string(source().join("src/demo/prices.csv")).unwrap();
    let before = prices.trim_end().rsplit_once('\n').unwrap().0;
    let mandate = |name: &str, measure: &str| format!("name = \"{name}\"\n[[clause]]\n{measure}\nlimit = 600000\n");
    [
        ("hedge.csv", "factor,exposure\nAAPL,-500000\nMSFT,-400000\nXOM,300000\n".into()),
        ("books/fund-a.csv", "factor,exposure\nAAPL,2500000\nKO,1500000\nXOM,-400000\n".into()),
        ("books/fund-b.csv", "factor,exposure\nMSFT,1200000\nPG,2100000\n".into()),
        ("before.csv", format!("{before}\n")),
        ("forecast.toml", mandate("Forecast", "measure = \"var\"\nconfidence = 0.99")),
        ("realised.toml", mandate("Realised loss", "measure = \"stress\"")),
    ]
}

/// The document with each block that follows a marker replaced by the output of the marker's
/// command line, and the number of markers.
fn with_outputs(text: &str, mut run: impl FnMut(&str) -> String) -> (String, usize) {
    let (mut shown, mut outputs) = (String::new(), 0);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        shown += &format!("{line}\n");
        let marker = line.trim().strip_prefix("<!-- output:").and_then(|rest| rest.strip_suffix("-->"));
        let Some(command) = marker.map(str::trim) else { continue };
        let begin = lines.by_ref().find(|line| !line.trim().is_empty());
        assert_eq!(begin, Some("```text"), "after the marker of {command}");
        assert!(lines.by_ref().any(|line| line == "```"), "an end of the block of {command}");
        shown += &format!("\n```text\n{}\n```\n", masked(&run(command)).trim_end());
        outputs += 1;
    }
    (shown, outputs)
}

/// Standard output of a command line, or standard error if there is none.
fn output(line: &str, folder: &Path) -> String {
    let programs = ["tailproof ", "cargo run --release -- "];
    let rest = programs.into_iter().find_map(|program| line.strip_prefix(program));
    let rest = rest.unwrap_or_else(|| panic!("{line}: begin with tailproof or cargo run --release --"));
    if rest == "demo" {
        return crate::demo::story();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let programs = tailproof().parent().unwrap();
    let run = Command::new("sh")
        .args(["-c", &format!("tailproof {rest}")])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let [stdout, stderr] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(matches!(run.status.code(), Some(0 | 1)), "{line}: {}: {stdout}{stderr}", run.status);
    if stdout.is_empty() { stderr } else { stdout }
}

/// The text without what differs from run to run.
fn masked(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", without_times(&without_digests(line)))).collect()
}

/// A line with `…` in place of each hexadecimal number of 16 and more digits.
fn without_digests(line: &str) -> String {
    let mut rest = line;
    let mut shown = String::new();
    while let Some(next) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_hexdigit()).len();
        let length = if run == 0 { next.len_utf8() } else { run };
        shown += if run >= 16 { "…" } else { &rest[..length] };
        rest = &rest[length..];
    }
    shown
}

/// A line with `…` in place of each number of seconds or milliseconds and of the spaces that align
/// it.
fn without_times(line: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in line.split(' ') {
        let is_time = matches!(word.trim_end_matches(|c: char| c.is_ascii_punctuation()), "s" | "ms");
        if is_time && words.last().is_some_and(|number| number.parse::<f64>().is_ok()) {
            words.pop();
            while words.len() > 1 && words.last() == Some(&"") {
                words.pop();
            }
            words.push("…");
        }
        words.push(word);
    }
    words.join(" ")
}

#[test]
fn markers_are_replaced_and_what_differs_is_masked() {
    let text = "# A\n\n<!-- output: tailproof one -->\n\n```text\nold\nold\n```\n\nB\n";
    let output = format!("0x{} in      12 ms, 3.5 s\n15 digits {}\n", "a1".repeat(32), "f".repeat(15));
    let (shown, outputs) = with_outputs(text, |line| {
        assert_eq!(line, "tailproof one");
        output.clone()
    });
    let block = "0x… in … ms, … s\n15 digits fffffffffffffff";
    let expected = format!("# A\n\n<!-- output: tailproof one -->\n\n```text\n{block}\n```\n\nB\n");
    assert_eq!((shown.as_str(), outputs), (expected.as_str(), 1));
    let (again, _) = with_outputs(&expected, |_| output.clone());
    assert_eq!(again, expected);
}
