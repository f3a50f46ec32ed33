//! Prices, books, stress tables and backtests as people have them, each through the command that reads
//! it: read rightly and said, in text and in JSON, or refused with the cure, which then works.
//!
//! `market.json` has a row for each file:
//!
//! * `reads`: whether it is read, with the options in `args`;
//! * `rows`, `factors`, `first`, `last`, `check`, `nav`, `gross`: the right reading;
//! * `said`: everything that is said about how it was read;
//! * `strict`: options with which a strict reading takes it, `null` if it takes none;
//! * `warns`: words of a warning;
//! * `refused_names`, `cured_by`: words of a refusal, and options that cure it.

use serde_json::Value;
use tailproof::core::scenarios::file::decode;
use tailproof_test_support::{Desk, Run, source};

/// The prices of the plain file: most files hold the same.
const PLAIN: &str = "cases/prices/plain.csv";

struct Case {
    desk: Desk,
    row: Value,
}

fn words(row: &Value, key: &str) -> Vec<String> {
    let words = row[key].as_array().cloned().unwrap_or_default();
    words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

impl Case {
    /// The cases of one kind, each with a desk of its own.
    fn all(kind: &str) -> Vec<Self> {
        let folder = source().join("tests/fixtures/cases/market").canonicalize().unwrap();
        let rows: Vec<Value> =
            serde_json::from_str(&std::fs::read_to_string(folder.join("market.json")).unwrap()).unwrap();
        let of_kind = rows.into_iter().filter(|row| row["kind"] == kind);
        let new = |row| {
            let desk = Desk::new();
            std::os::unix::fs::symlink(&folder, desk.path("cases")).unwrap();
            Self { desk, row }
        };
        of_kind.map(new).collect()
    }

    fn name(&self) -> &str {
        self.row["file"].as_str().unwrap()
    }

    /// Runs the command that reads the file, with its own options and with more.
    fn run(&self, more: &str) -> Run {
        let file = format!("cases/{}", self.name());
        let args = words(&self.row, "args").join(" ");
        self.desk.run(match self.row["kind"].as_str().unwrap() {
            "prices" => format!("scenarios historical --prices {file} -o s.scn --json {args} {more}"),
            "stress" => format!("scenarios stress --table {file} -o s.scn --json {args} {more}"),
            "book" => format!("risk --book {file} --scenarios plain.scn --confidence 0.9 --json {args} {more}"),
            _ => format!("backtest --pnl {file} --return r --var v --confidence 0.99 --json {args} {more}"),
        })
    }

    /// Checks everything that does not depend on the kind, and hands each good run to `is_right`.
    fn check(&self, is_right: impl Fn(&Self, &Run)) {
        let name = self.name();
        let run = self.run("");
        if self.row["reads"] == false {
            self.is_refused(&run.expect(2));
            return;
        }
        if name.ends_with(".parquet") && !cfg!(feature = "parquet") {
            assert!(run.expect(2).stderr.contains("--features parquet"));
            return;
        }
        let run = run.expect(0);
        is_right(self, &run);
        // What is said on standard error is what JSON says.
        let json = run.json();
        let own = |reading: &Value| reading["file"].as_str().unwrap().ends_with(name);
        let reading = json["read_as"].as_array().unwrap().iter().find(|reading| own(reading)).unwrap().clone();
        let notes = reading["notes"].as_array().unwrap();
        let said = words(&self.row, "said");
        assert_eq!(notes.len(), said.len(), "{name}: {notes:?}");
        assert_eq!(run.stderr.contains("read as: "), !said.is_empty(), "{name}: {run:?}");
        for (note, said) in notes.iter().zip(&said) {
            let what = note["what"].as_str().unwrap();
            let both = what.starts_with(&**said) || said.starts_with(what);
            assert!(both && run.stderr.contains(said), "{name}: {said}: {run:?}");
        }
        for word in words(&self.row, "warns") {
            assert!(run.stderr.contains(&word), "{name}: {word}: {run:?}");
        }
        self.is_strict(notes, is_right);
    }

    /// A strict reading refuses exactly what was guessed, until options settle it.
    fn is_strict(&self, notes: &[Value], is_right: impl Fn(&Self, &Run)) {
        let name = self.name();
        let guessed = notes.iter().any(|note| note["basis"] == "guess");
        if guessed {
            let refused = self.run("--strict").expect(2).stderr;
            // A strict reading takes a row named Total for a factor.
            assert!(
                refused.contains("strict reading takes no guess") || name == "books/total-row.csv",
                "{name}: {refused}"
            );
        }
        match self.row["strict"].as_str() {
            Some(options) => {
                assert_eq!(guessed, !options.is_empty(), "{name}");
                is_right(self, &self.run(&format!("--strict {options}")).expect(0));
            }
            None => assert!(guessed, "{name}"),
        }
    }

    /// The refusal names file and cure, nothing is written, and the cure works.
    fn is_refused(&self, run: &Run) {
        let name = self.name();
        assert!(run.stderr.contains(name) && run.stdout.is_empty(), "{run:?}");
        for word in words(&self.row, "refused_names") {
            assert!(run.stderr.contains(&word), "{name}: {word}: {run:?}");
        }
        assert!(!self.desk.has("s.scn"), "{name}");
        if let Some(options) = self.row["cured_by"].as_str() {
            self.desk.write("moves.csv", "factor,move\nOIL,absolute\n");
            self.run(options).expect(0);
        }
    }
}

/// A set has the dates, the names and the moves of the right reading; most have those of one file.
fn is_right_set(case: &Case, _: &Run) {
    let (name, row) = (case.name(), &case.row);
    let (set, digest) = decode("s.scn", &case.desk.bytes("s.scn")).unwrap();
    assert_eq!(set.factors(), words(row, "factors"), "{name}");
    let (scenario, factor) = match &row["kind"] {
        kind if kind == "prices" => {
            assert_eq!(set.scenarios() as u64 + 1, row["rows"].as_u64().unwrap(), "{name}");
            assert_eq!(set.labels().last().unwrap(), row["last"].as_str().unwrap(), "{name}");
            (&row["check"][1], &row["check"][0])
        }
        _ => {
            assert_eq!(set.scenarios() as u64, row["rows"].as_u64().unwrap(), "{name}");
            let ends = [&set.labels()[0], set.labels().last().unwrap()];
            assert_eq!(ends, [&row["first"], &row["last"]].map(|end| end.as_str().unwrap()), "{name}");
            (&row["check"][1], &row["check"][0])
        }
    };
    let scenario = set.labels().iter().position(|label| scenario == &**label).unwrap();
    let factor = set.factors().iter().position(|found| factor == &**found).unwrap();
    let found = f64::from(set.row(scenario)[factor]) / f64::from(1 << 20);
    assert!((found - row["check"][2].as_f64().unwrap()).abs() < 1e-6, "{name}: {found}");
    let same = row["rows"] == 30 && row["first"] == "2023-02-13" && row["warns"].is_null();
    if same && words(row, "factors") == ["ALFA", "BRAV", "CORA"] {
        case.desk.run(format!("scenarios historical --prices {PLAIN} -o plain.scn")).expect(0);
        assert_eq!(decode("plain.scn", &case.desk.bytes("plain.scn")).unwrap().1, digest, "{name}");
    }
}

#[test]
fn every_price_file_is_read_rightly_and_said_or_refused_with_its_cure() {
    let cases = Case::all("prices");
    assert!(cases.len() > 45, "{}", cases.len());
    for case in cases {
        if case.row["reads"] == true {
            case.check(is_right_set);
            let history = case.desk.has("s.scn");
            let parquet = case.name().ends_with(".parquet") && !cfg!(feature = "parquet");
            assert!(history || parquet, "{}", case.name());
        } else {
            case.check(|_, _| {});
        }
    }
}

#[test]
fn every_stress_table_is_read_rightly_or_refused_with_its_cure() {
    let cases = Case::all("stress");
    assert_eq!(cases.len(), 3);
    cases.iter().for_each(|case| case.check(is_right_set));
    // Fractions and per cent make one set.
    let [plain, .., large] = &cases[..] else { panic!("{}", cases.len()) };
    large.run("--percent").expect(0);
    assert_eq!(plain.desk.bytes("s.scn"), large.desk.bytes("s.scn"));
}

#[test]
fn every_book_is_read_rightly_and_said_or_refused_with_its_cure() {
    let cases = Case::all("book");
    assert!(cases.len() > 16, "{}", cases.len());
    for case in cases {
        case.desk.run(format!("scenarios historical --prices {PLAIN} -o plain.scn")).expect(0);
        case.check(|case, run| {
            let (name, json) = (case.name(), run.json());
            for figure in ["nav", "gross"] {
                assert_eq!(json[figure].as_f64(), case.row[figure].as_f64(), "{name}: {json}");
            }
            // Of one factor the figure is its exposure times the set's move.
            let only = &case.row["check"];
            let shown = case.run("--contributions").expect(0).json();
            let factor = shown["contributions"].as_array().unwrap().iter().find(|found| found["factor"] == only[0]);
            match factor {
                Some(factor) => assert_eq!(factor["exposure"].as_f64(), only[2].as_f64(), "{name}: {factor}"),
                None => assert_eq!(only[0], "CASH", "{name}: {shown}"),
            }
        });
    }
}

#[test]
fn every_backtest_is_read_rightly_and_said_or_refused_with_its_cure() {
    let cases = Case::all("backtest");
    assert_eq!(cases.len(), 10);
    for case in cases {
        case.check(|case, run| {
            let (name, json) = (case.name(), run.json());
            assert_eq!(json["observations"], case.row["rows"], "{name}: {json}");
            assert_eq!(json["exceedances"], case.row["check"][2], "{name}: {json}");
        });
    }
}
