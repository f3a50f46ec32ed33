//! The basis of the verdict of `verify`: how it is said, and what is refused as one.

use serde_json::Value;
use tailproof_test_support::{BOOK, Desk, MANDATE, PRICES};

const SHAPE: &str = "8x20";

/// Returns how something was checked, by the block of a verdict in JSON.
fn how<'v>(verdict: &'v Value, what: &str) -> &'v str {
    let block = verdict["rests_on"].as_array().unwrap();
    let thing = block.iter().find(|thing| thing["what"] == what);
    thing.unwrap_or_else(|| panic!("{what}: {verdict}"))["how"].as_str().unwrap()
}

#[test]
fn a_verdict_names_what_it_rests_on() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let verify = |more: &str| {
        desk.run(format!("verify --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys} {more}"))
    };
    let verdict = verify("--json").expect(0).json();
    assert_eq!(verdict["keys"], "development");
    assert_eq!(verdict["commitment"], "the proof's own");
    assert_eq!(how(&verdict, "scenarios"), "as given");
    assert_eq!(how(&verdict, "withdrawn keys"), "not checked");
    let text = verify("").expect(0).stdout;
    assert!(text.contains("over scenarios as given, whose header says:"), "{text}");
    let block = verdict["rests_on"].as_array().unwrap();
    for thing in block {
        let line = format!("  {:<18}  {:<20}", thing["what"].as_str().unwrap(), thing["how"].as_str().unwrap());
        assert!(text.contains(&line), "{line}\n{text}");
    }

    let verdict = verify(&format!("--json --prices {PRICES} --commitment c.json")).expect(0).json();
    assert_eq!(how(&verdict, "scenarios"), "made again");
    assert_eq!(verdict["commitment"], "compared");
    // Development keys are named, and keep the exit status, unless the verifier is strict.
    let strict = verify("--strict").expect(1);
    assert!(strict.stderr.contains("the keys are development, and the commitment is the proof's own"), "{strict:?}");
    let strict = verify("--strict --commitment c.json").expect(1);
    assert!(strict.stderr.contains("the keys are development") && !strict.stderr.contains("commitment"), "{strict:?}");
}

#[test]
fn a_withdrawn_key_is_not_valid() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let digest = desk.json("p.json")["keys"].as_str().unwrap().to_owned();
    let verify = || {
        let files = format!("--proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys}");
        desk.run(format!("verify {files} --withdrawn list.txt --json"))
    };
    desk.write("list.txt", format!("# lost in March\n{digest}\n"));
    let refused = verify().expect(1);
    assert_eq!(refused.json()["valid"], false);
    assert!(refused.stderr.contains("withdrawn"), "{refused:?}");
    desk.write("list.txt", format!("{}\n", "0".repeat(64)));
    assert_eq!(how(&verify().expect(0).json(), "withdrawn keys"), "compared");
    desk.write("list.txt", "0x12\n");
    assert!(verify().expect(2).stderr.contains("row 1"));
}

/// Invented moves under the header of historical ones, and a rule's mandate over one-day moves.
#[test]
fn scenarios_are_those_that_the_mandate_names() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let mandate = desk.read(MANDATE);
    let verify = |mandate: &str, more: &str| desk.verify("p.json", &format!("{mandate} {more}"), &keys);

    desk.write("days.toml", format!("{mandate}\n[scenarios]\nhorizon = 20\n"));
    let refused = desk.prove(BOOK, "days.toml", &keys).expect(1);
    assert!(refused.stderr.contains("20 day(s)"), "{refused:?}");
    let refused = verify("days.toml", "").expect(1);
    assert!(refused.stderr.contains("NOT VALID"), "{refused:?}");
    // The figures are shown, and the exit status tells that they are not the mandate's.
    let risk = format!("risk --book {BOOK} --scenarios s.scn --nav 10000000 --json --mandate");
    assert!(desk.run(format!("{risk} days.toml")).expect(1).json()["scenarios_not_allowed"].is_string());
    assert!(desk.run(format!("{risk} {MANDATE}")).expect(0).json()["scenarios_not_allowed"].is_null());

    desk.write("kinds.toml", format!("{mandate}\n[scenarios]\nkind = \"historical\"\nhorizon = 1\nleast_window = 8\n"));
    desk.prove(BOOK, "kinds.toml", &keys).expect(0);
    let refused = verify("kinds.toml", "").expect(1);
    assert!(refused.stderr.contains("nothing shows"), "{refused:?}");
    verify("kinds.toml", &format!("--prices {PRICES}")).expect(0);
    let (header, rows) = desk.read(PRICES).split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let mut rows: Vec<String> = rows.lines().map(str::to_owned).collect();
    let last = rows.last_mut().unwrap();
    *last = format!("{}9", last);
    desk.write("other.csv", format!("{header}\n{}\n", rows.join("\n")));
    let refused = verify("kinds.toml", "--prices other.csv").expect(1);
    assert!(refused.stderr.contains("other prices"), "{refused:?}");
}

/// Every text and number of a proof file, changed one at a time, is refused.
#[test]
fn no_field_of_a_proof_file_is_uncompared() {
    let desk = Desk::proved(SHAPE);
    let keys = desk.keys(SHAPE);
    let honest = desk.json("p.json");
    let mut pointers = Vec::new();
    leaves(&honest, String::new(), &mut pointers);
    assert!(pointers.len() > 40, "{pointers:?}");
    for pointer in pointers {
        let mut changed = honest.clone();
        let leaf = changed.pointer_mut(&pointer).unwrap();
        *leaf = match leaf {
            Value::Number(number) => (number.as_u64().unwrap() + 1).into(),
            Value::String(text) => moved(text).into(),
            other => panic!("{pointer}: {other}"),
        };
        desk.write("other.json", changed.to_string());
        let refused = desk.verify("other.json", MANDATE, &keys);
        assert!(matches!(refused.status, 1 | 2), "{pointer}: {refused:?}");
    }
}

/// Returns a text with its last character changed to another of the same kind.
fn moved(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    match characters.last_mut() {
        Some(last) => *last = if *last == '1' { '2' } else { '1' },
        None => characters.push('1'),
    }
    characters.into_iter().collect()
}

/// Appends the pointers of every text and number of a JSON value.
fn leaves(value: &Value, at: String, pointers: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| leaves(item, format!("{at}/{index}"), pointers));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| leaves(field, format!("{at}/{name}"), pointers));
        }
        _ => pointers.push(at),
    }
}
