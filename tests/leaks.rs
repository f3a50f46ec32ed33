//! Nothing private leaves the desk: planted values do not appear in any output, and proofs about different books look alike.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Desk, MANDATE, keys};

const SHAPE: &str = "8x20";
/// Exposures and a net asset value whose digits occur nowhere else.
const PLANTED: [&str; 3] = ["13579135", "24680246", "98765432"];

fn book(scale: &str) -> String {
    format!("factor,exposure\nAAPL,{}{scale}\nXOM,-{}{scale}\n", PLANTED[0], PLANTED[1])
}

/// Runs the whole way with a book and gives everything that was printed or written but the book and the opening.
fn everything_public(desk: &Desk, book: &str) -> String {
    let keys = keys(SHAPE);
    let keys = keys.to_str().unwrap();
    desk.write("book.csv", book);
    desk.scenarios("8").expect(0);
    let commit = ["commit", "--book", "book.csv", "--scenarios", "s.scn", "--nav", PLANTED[2], "--unit", "0.01"];
    let runs = [
        desk.run(&[&commit[..], &["-o", "c.json", "--opening", "o.json"]].concat()).expect(0),
        desk.prove("book.csv", "m.toml", keys.as_ref()).expect(0),
        desk.run(&[
            "prove",
            "--book",
            "book.csv",
            "--opening",
            "o.json",
            "--scenarios",
            "s.scn",
            "--mandate",
            "m.toml",
            "--keys",
            keys,
            "-o",
            "p.json",
            "--json",
        ])
        .expect(0),
        desk.verify("p.json", "m.toml", keys.as_ref()).expect(0),
        desk.run(&["calldata", "--proof", "p.json", "--json"]).expect(0),
        // Errors on the way: a wrong key, a wrong opening, an output that cannot be written.
        desk.prove("book.csv", "m.toml", "absent".as_ref()).expect(2),
        desk.run(&[&commit[..], &["-o", "absent/c.json", "--opening", "o2.json"]].concat()).expect(2),
        desk.run(&[&commit[..], &["-o", "c.json", "--opening", "o.json"]].concat()).expect(2),
    ];
    let printed: String = runs.iter().map(|run| format!("{}\n{}\n", run.stdout, run.stderr)).collect();
    printed + &desk.read("c.json") + &desk.read("p.json")
}

fn desk() -> Desk {
    let desk = Desk::new();
    let loose = std::fs::read_to_string(MANDATE).unwrap().replace("limit = 450000", "limit = 900000000");
    desk.write("m.toml", loose.replace("limit_nav = 0.04", "limit_nav = 60"));
    desk
}

#[test]
fn planted_values_are_in_no_output() {
    let desk = desk();
    let public = everything_public(&desk, &book(".00"));
    let opening: serde_json::Value = serde_json::from_str(&desk.read("o.json")).unwrap();
    let blinding = &opening["blinding"].as_str().unwrap()[2..];
    assert!(opening["nav_units"].as_str().unwrap().starts_with(PLANTED[2]), "the planted values are in use");
    for secret in PLANTED.into_iter().chain([blinding, &blinding[..32], &blinding[32..]]) {
        assert!(!public.contains(secret), "{secret} in {public}");
    }
}

/// The shape of a JSON value: keys and lengths, without the digits.
fn outline(value: &serde_json::Value) -> String {
    let text = value.to_string();
    text.chars().map(|c| if c.is_ascii_hexdigit() { '.' } else { c }).collect()
}

#[test]
fn proofs_of_different_books_look_alike() {
    let proofs: Vec<serde_json::Value> = [".00", ".99"]
        .into_iter()
        .map(|scale| {
            let desk = desk();
            everything_public(&desk, &book(scale));
            serde_json::from_str(&desk.read("p.json")).unwrap()
        })
        .collect();
    assert_ne!(proofs[0]["commitment"], proofs[1]["commitment"]);
    assert_eq!(outline(&proofs[0]), outline(&proofs[1]));
    assert_ne!(proofs[0]["proof"], proofs[1]["proof"]);
    for field in ["claim", "context", "scenario_point", "keys", "shape"] {
        assert_eq!(proofs[0][field], proofs[1][field], "{field} is public and the same");
    }
}

/// Types that hold a book or a blinding overwrite it when they are dropped: that they do is a promise of the type, and tests beside
/// them look at what is left.
#[test]
fn what_is_private_is_zeroized_on_drop() {
    fn promised<T: zeroize::ZeroizeOnDrop>() {}
    promised::<tailproof_core::Positions>();
    promised::<tailproof_circuits::statement::market::MarketWitness>();
    promised::<tailproof_prover::opening::Opening>();
    promised::<tailproof_prover::ceremony::entropy::Entropy>();
}
