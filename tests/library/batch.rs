//! What `prove --batch` and the farm share: names, the plan, and the table of results.

use std::collections::BTreeSet;
use std::ffi::OsString;

use tailproof::OsRng;
use tailproof::batch::{
    Counts, HEADER, Outcome, Plan, Row, Status, from_csv, listed, name_problem, order, standing, to_csv,
};

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
fn names_that_no_file_can_have_are_refused() {
    for name in ["a", "a.x", "Fund 12 (EUR)", "É", "=1"] {
        assert_eq!(name_problem(name), None, "{name}");
    }
    for name in ["", " a", "a ", ".a", "..", "a/b", "a\\b", "a\nb", "a\0", &"a".repeat(181)] {
        assert!(name_problem(name).is_some(), "{name:?}");
    }
}

fn proved() -> Row {
    Row {
        status: Status::Proved,
        digest: Some([1; 32]),
        seconds: Some(0.25),
        job: Some([2; 32]),
        ..Row::pending("a,\"b\"".into())
    }
}

#[test]
fn a_row_is_one_line_of_six_cells() {
    let mut row = Row::pending("a,\"b\"".into());
    assert_eq!(to_csv(&[row.clone()]), format!("{HEADER}\n\"a,\"\"b\"\"\",pending,,,,\n"));
    row = Row { reason: "x\ny".into(), ..proved() };
    let digests = ["01", "02"].map(|byte| byte.repeat(32));
    assert!(to_csv(&[row]).ends_with(&format!(",proved,{},0.250,x y,{}\n", digests[0], digests[1])));
}

#[test]
fn a_table_reads_back_as_it_was_written() {
    let rows = [
        proved(),
        Row { status: Status::BadInput, reason: "it says \"x\", so".into(), ..Row::pending("b".into()) },
        Row { status: Status::SetAside, job: Some([3; 32]), ..Row::pending("c".into()) },
    ];
    assert_eq!(from_csv(&to_csv(&rows)), rows);
    for row in &rows {
        assert_eq!(Row::from_json(&row.to_json().to_string()).as_ref(), Some(row));
    }
    // Before rows named their jobs; a line that was cut short; another table.
    let before = "name,status,digest,seconds,reason\na,false,,0.5,no\nb,pro";
    let row = Row { status: Status::False, seconds: Some(0.5), reason: "no".into(), ..Row::pending("a".into()) };
    assert_eq!(from_csv(before), [row]);
    assert!(from_csv("factor,exposure\na,1\n").is_empty());
    for text in ["", "{", "[]", "{\"name\": \"a\"}", &proved().to_json().to_string().replace("proved", "fine")] {
        assert_eq!(Row::from_json(text), None, "{text}");
    }
}

#[test]
fn a_row_stands_only_for_its_job_and_for_the_proof_that_is_there() {
    let bad = Row { status: Status::BadInput, digest: None, reason: "no".into(), ..proved() };
    let stands = |rows: &[Row], proof: Option<[u8; 32]>| standing("a", [2; 32], rows.to_vec(), proof);
    assert_eq!(stands(&[proved()], Some([1; 32])), Row { name: "a".into(), ..proved() });
    let pending = Row { job: Some([2; 32]), ..Row::pending("a".into()) };
    // Cut short, gone, or of another job.
    assert_eq!(stands(&[proved()], Some([9; 32])), pending);
    assert_eq!(stands(&[proved()], None), pending);
    assert_eq!(stands(&[Row { digest: None, ..proved() }], None), pending);
    assert_eq!(stands(&[Row { job: Some([3; 32]), ..proved() }], Some([1; 32])), pending);
    assert_eq!(stands(&[Row { job: None, ..bad.clone() }], None), pending);
    // The first that stands; a reason needs no proof.
    assert_eq!(stands(&[proved(), bad.clone()], None).status, Status::BadInput);
    assert_eq!(stands(&[bad, proved()], Some([1; 32])).status, Status::BadInput);
}

#[test]
fn counts_say_how_a_batch_ended() {
    let of = |statuses: &[Status]| {
        let rows = statuses.iter().map(|status| Row { status: *status, ..Row::pending("a".into()) });
        Counts::of(&rows.collect::<Vec<_>>())
    };
    use Status::{BadInput, False, Kept, Pending, Proved, SetAside};
    for (statuses, outcome, sentence) in [
        (&[Proved][..], Outcome::AllProved, "1 book: 1 proved, 0 kept, 0 false, 0 bad input"),
        (&[Kept, Proved, False], Outcome::SomeFalse, "3 books: 1 proved, 1 kept, 1 false, 0 bad input"),
        (&[False, BadInput], Outcome::NotAll, "2 books: 0 proved, 0 kept, 1 false, 1 bad input"),
        (&[SetAside, Kept], Outcome::NotAll, "2 books: 0 proved, 1 kept, 0 false, 0 bad input, 1 set aside"),
        (&[Pending], Outcome::NotAll, "1 book: 0 proved, 0 kept, 0 false, 0 bad input, 1 pending"),
    ] {
        let counts = of(statuses);
        assert_eq!((counts.outcome(), &*counts.sentence()), (outcome, sentence));
        let json = counts.to_json();
        assert_eq!(json["books"], statuses.len());
        assert_eq!(json["set_aside"], counts.get(SetAside));
    }
    assert_eq!(of(&[Kept, Proved, False]).proofs(), 2);
}

#[test]
fn jobs_that_are_done_come_last_and_every_job_once() {
    let done: Vec<bool> = (0..200).map(|job| job % 3 == 0).collect();
    let found = order(&done, &mut OsRng);
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 200);
    assert!(found.iter().map(|job| done[*job]).is_sorted());
    // In one of 200! cases it is.
    assert!(!found.iter().filter(|job| !done[**job]).is_sorted());
}

#[test]
fn shards_are_of_the_wanted_time_and_the_last_ones_are_shared() {
    let mut plan = Plan::new(0..100, 10.0, 2);
    assert_eq!(plan.take(), [0, 1]);
    plan.measure(2, 2.0);
    assert_eq!(plan.take(), (2..12).collect::<Vec<_>>());
    // A quarter of a second each: 40 would be right, and the others need some too.
    plan.measure(10, 1.0);
    assert_eq!(plan.take().len(), 22);
    let left = plan.left();
    plan.put_back(&[2, 3]);
    assert_eq!((plan.left(), &plan.take()[..2]), (left + 2, &[2, 3][..]));
    let mut rest = Vec::new();
    while plan.left() > 0 {
        rest.extend(plan.take());
    }
    assert!(plan.take().is_empty());
    assert!(rest.is_sorted() && rest.last() == Some(&99), "{rest:?}");
    let mut alone = Plan::one_by_one([7, 5]);
    alone.measure(1, 0.0);
    assert_eq!([alone.take(), alone.take(), alone.take()], [vec![7], vec![5], vec![]]);
    let mut free = Plan::new(0..8, f64::INFINITY, 1);
    free.measure(1, 1e-300);
    assert_eq!(free.take().len(), 4);
}
