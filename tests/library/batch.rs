//! The names in a folder of books, and the table of results.

use std::ffi::OsString;

use tailproof::batch::{HEADER, Row, Status, count, listed, to_csv};

fn problems(entries: &[(&str, bool)]) -> Vec<(String, String)> {
    let entries = entries.iter().map(|(name, is_file)| (OsString::from(name), *is_file));
    listed(entries).into_iter().map(|listed| (listed.name, listed.problem.unwrap_or_default())).collect()
}

#[test]
fn names_with_both_files_are_to_be_proved() {
    let entries = [("b.csv", true), ("b.opening", true), ("a.x.csv", true), ("a.x.opening", true)];
    let others = [("notes.txt", true), (".c.csv", true), (".csv", true), ("csv", true), ("sub", false)];
    let listed = problems(&[&entries[..], &others[..]].concat());
    assert_eq!(listed, [("a.x".to_owned(), String::new()), ("b".to_owned(), String::new())]);
    assert!(problems(&others).is_empty());
}

#[test]
fn names_that_cannot_be_proved_say_why() {
    for (entries, said) in [
        (&[("a.csv", true)][..], "there is no a.opening beside it"),
        (&[("a.opening", true)], "there is no a.csv beside it"),
        (&[("a.csv", false), ("a.opening", true)], "a.csv is no regular file"),
        (&[("a.CSV", true), ("a.opening", true)], "a.CSV: write the ending in lower case"),
    ] {
        assert_eq!(problems(entries), [("a".to_owned(), said.to_owned())]);
    }
    let both = problems(&[("É.csv", true), ("É.opening", true), ("é.csv", true), ("é.opening", true)]);
    assert_eq!(both.len(), 2);
    assert!(both.iter().all(|(_, said)| said.contains("only by case")), "{both:?}");
}

#[test]
fn a_row_is_one_line_of_five_cells() {
    let mut row = Row::pending("a,\"b\"".into());
    assert_eq!(to_csv(&[row.clone()]), format!("{HEADER}\n\"a,\"\"b\"\"\",pending,,,\n"));
    row = Row { status: Status::Proved, digest: Some([1; 32]), seconds: Some(0.25), reason: "x\ny".into(), ..row };
    assert!(to_csv(&[row.clone()]).ends_with(&format!(",proved,{},0.250,x y\n", "01".repeat(32))));
    assert_eq!(Status::ALL.map(|status| count(&[row.clone()], status)), [1, 0, 0, 0, 0]);
}
