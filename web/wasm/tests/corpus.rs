//! The seeds of the fuzz targets, and changed copies of them, through the exports: each has an answer.

use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::module::{Case, send, sha256};

/// Changed copies of each seed, for each operation.
const ROUNDS: u64 = 12;

/// Every seed of every target, with its name.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    for target in std::fs::read_dir(root).unwrap() {
        for seed in std::fs::read_dir(target.unwrap().path()).unwrap() {
            let path = seed.unwrap().path();
            found.push((path.display().to_string(), std::fs::read(path).unwrap()));
        }
    }
    found.sort();
    assert!(found.len() > 40, "{}", found.len());
    found
}

/// A copy of a seed that a number changes: bits, bytes, pieces; the closing digest made right again
/// in half of them.
fn changed(seed: &[u8], number: u64) -> Vec<u8> {
    let mut choices = Sha256::digest(number.to_le_bytes()).into_iter().cycle();
    let mut next = || usize::from(choices.next().unwrap());
    let mut data = seed.to_vec();
    for _ in 0..1 + next() % 3 {
        if data.is_empty() {
            break;
        }
        let at = (next() * 65_536 + next() * 256 + next()) % data.len();
        match next() % 6 {
            0 => data[at] ^= 1 << (next() % 8),
            1 => data[at] = [0, 0x7f, 0x80, 0xff, b'"', b'{', b'[', b'9'][next() % 8],
            2 => data.truncate(at),
            3 => drop(data.remove(at)),
            4 => {
                let end = (at + 1 + next()).min(data.len());
                let piece = data[at..end].to_vec();
                data.splice(at..at, piece);
            }
            _ => {
                let end = (at + 4).min(data.len());
                data[at..end].fill(0xff);
            }
        }
    }
    if number.is_multiple_of(2) && data.len() > 32 {
        let end = data.len() - 32;
        let digest = Sha256::digest(&data[..end]);
        data[end..].copy_from_slice(&digest);
    }
    data
}

/// Asks everything about a file, and checks that each answer is one.
fn ask(case: &Case, file: &[u8]) {
    let digest = sha256(file);
    for request in [
        json!({ "op": "keys", "digest": digest }),
        json!({ "op": "scenarios" }),
        json!({ "op": "mandate" }),
        json!({ "op": "deal" }),
        json!({ "op": "commitment" }),
    ] {
        let answer = send(&request, file);
        match answer["ok"].as_bool().unwrap() {
            true => {
                let handle = &answer["handle"];
                let released = send(&json!({ "op": "release", "handle": handle }), &[]);
                assert_eq!(released["ok"], true, "{released}");
            }
            false => assert!(["malformed", "other-digest"].contains(&answer["code"].as_str().unwrap()), "{answer}"),
        }
    }
    let pins = json!({ "keys": digest });
    for request in [case.request.clone(), json!({ "op": "verify-bundle", "pins": pins })] {
        let answer = send(&request, file);
        assert_eq!(answer["ok"], true, "{answer}");
        let result = &answer["result"];
        assert_eq!(result["valid"], false, "{result}");
        assert!(result["reason"].is_string() && result["code"] != "use", "{result}");
    }
    let text = String::from_utf8_lossy(file);
    let more = json!({ "withdrawn": text, "attestors": { "keys": [text], "attestations": [text], "at": 1 } });
    let answer = send(&case.with(more), &case.desk.bytes("p.json"));
    assert!(answer["result"]["valid"] != true, "{answer}");
}

#[test]
fn every_file_has_an_answer() {
    let case = Case::new();
    let own = [
        ("proof".to_owned(), case.desk.bytes("p.json")),
        ("set".to_owned(), case.desk.bytes("s.scn")),
        ("keys".to_owned(), case.desk.bytes(&format!("{}/verifying.key", case.keys))),
    ];
    let mut number = 0;
    for (_, seed) in seeds().into_iter().chain(own.into_iter().skip(1)) {
        ask(&case, &seed);
        for _ in 0..ROUNDS {
            number += 1;
            ask(&case, &changed(&seed, number));
        }
    }
    for _ in 0..20 * ROUNDS {
        number += 1;
        let file = changed(&case.desk.bytes("p.json"), number);
        let answer = send(&case.request, &file);
        assert_eq!(answer["ok"], true, "{answer}");
        // A change of white space alone leaves the proof what it was. A field that is repeated is refused,
        // where a tree keeps the last of both.
        let same = serde_json::from_slice::<Value>(&file).is_ok_and(|value| value == case.desk.json("p.json"));
        let valid = answer["result"]["valid"] == true;
        let repeated = answer["result"]["reason"].as_str().is_some_and(|reason| reason.contains("duplicate field"));
        assert_eq!(valid, same && !repeated, "{answer}");
    }
}
