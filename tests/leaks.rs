//! Nothing private leaves the desk: planted values appear in no output, and proofs about different
//! books look alike.

use tailproof_test_support::{Desk, MANDATE, Run};

const SHAPE: &str = "8x20";
/// Exposures and a net asset value with digits that occur nowhere else.
const PLANTED: [&str; 3] = ["13579135", "24680246", "98765432"];

fn book(scale: &str) -> String {
    format!("factor,exposure\nAAPL,{}{scale}\nXOM,-{}{scale}\n", PLANTED[0], PLANTED[1])
}

/// Commits, proves and verifies, with errors on the way: everything that was printed or written,
/// except the book and the opening.
fn everything_public(desk: &Desk, book: &str) -> String {
    let keys = desk.keys(SHAPE);
    desk.write("book.csv", book);
    desk.scenarios(8).expect(0);
    let nav = PLANTED[2];
    let commit =
        |files: &str| desk.run(format!("commit --book book.csv --scenarios s.scn --nav {nav} --unit 0.01 {files}"));
    let runs: [Run; 8] = [
        commit("-o c.json --opening o.json").expect(0),
        desk.prove("book.csv", "m.toml", &keys).expect(0),
        desk.run(format!(
            "prove --book book.csv --opening o.json --scenarios s.scn --mandate m.toml --keys {keys} -o p.json --json"
        ))
        .expect(0),
        desk.verify("p.json", "m.toml", &keys).expect(0),
        desk.run("calldata --proof p.json --json").expect(0),
        // Keys that are not there, an output that cannot be written, an opening that exists.
        desk.prove("book.csv", "m.toml", "absent").expect(2),
        commit("-o absent/c.json --opening o2.json").expect(2),
        commit("-o c.json --opening o.json").expect(2),
    ];
    let printed: String = runs.iter().map(|run| format!("{}\n{}\n", run.stdout, run.stderr)).collect();
    printed + &desk.read("c.json") + &desk.read("p.json")
}

fn desk() -> Desk {
    let desk = Desk::new();
    let loose = desk.read(MANDATE).replace("limit = 450000", "limit = 900000000");
    desk.write("m.toml", loose.replace("limit_nav = 0.04", "limit_nav = 60"));
    desk
}

#[test]
fn planted_values_are_in_no_output() {
    let desk = desk();
    let public = everything_public(&desk, &book(".00"));
    let opening = desk.json("o.json");
    let blinding = &opening["blinding"].as_str().unwrap()[2..];
    assert!(opening["nav_units"].as_str().unwrap().starts_with(PLANTED[2]), "the planted values are in use");
    for secret in PLANTED.into_iter().chain([blinding, &blinding[..32], &blinding[32..]]) {
        assert!(!public.contains(secret), "{secret} in {public}");
    }
}

/// The outline of a JSON value: its names and the lengths of its values, without the digits.
fn outline(value: &serde_json::Value) -> String {
    let text = value.to_string();
    text.chars().map(|c| if c.is_ascii_hexdigit() { '.' } else { c }).collect()
}

#[test]
fn proofs_of_different_books_look_alike() {
    let proofs = [".00", ".99"].map(|scale| {
        let desk = desk();
        everything_public(&desk, &book(scale));
        desk.json("p.json")
    });
    assert_ne!(proofs[0]["commitment"], proofs[1]["commitment"]);
    assert_eq!(outline(&proofs[0]), outline(&proofs[1]));
    assert_ne!(proofs[0]["proof"], proofs[1]["proof"]);
    for field in ["claim", "context", "scenario_point", "keys", "shape"] {
        assert_eq!(proofs[0][field], proofs[1][field], "{field} is public and the same");
    }
}

/// Types that hold a book or a blinding promise to overwrite it when they are dropped. Tests beside
/// each type look at the memory that is left.
#[test]
fn secrets_are_zeroized_on_drop() {
    fn promised<T: zeroize::ZeroizeOnDrop>() {}
    promised::<tailproof_core::Positions>();
    promised::<tailproof_core::pool::LoanPool>();
    promised::<tailproof_circuits::statement::market::MarketWitness>();
    promised::<tailproof_prover::opening::BookOpening>();
    promised::<tailproof_prover::ceremony::entropy::Entropy>();
}
