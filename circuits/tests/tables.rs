//! Constraint counts are what the checked-in table says; `UPDATE_TABLES=1 cargo test -p tailproof-circuits` writes it anew.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use tailproof_circuits::plonkish::StatementCircuit;
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_circuits::statement::market::labels;
use tailproof_verifier::Shape;
use tailproof_verifier::market::controls::CONTROLS;

const SHAPES: [&str; 23] = [
    "4x3/1",
    "4x3",
    "4x3+limits",
    "4x3+limits+3books",
    "500x20/1",
    "500x20",
    "500x20+limits",
    "500x20/1+3books",
    "500x100/1",
    "500x100",
    "500x100+limits",
    "512x128",
    "10000x20/1",
    "4x3+parametric",
    "21x20+parametric",
    "101x100+parametric",
    "2loans+pool",
    "1024loans+pool",
    "1024loans+64x8/3tranches",
    "1024loans+pool+64x8/3tranches",
    "125loans+200x750/6tranches+granular",
    "10000loans+pool",
    "10000loans+pool+64x8/3tranches",
];

fn table() -> String {
    let mut table = String::from("shape,constraints,domain,variables,public_inputs,terms_a,terms_b,terms_c,circuit\n");
    for text in SHAPES {
        let system = statement_system(text.parse().unwrap()).unwrap();
        let [a, b, c] = system.matrices().each_ref().map(|matrix| matrix.terms().len());
        let domain = (system.constraints() + CONTROLS + 1).next_power_of_two();
        let digest: String = system.digest()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(
            table,
            "{text},{},{domain},{},{},{a},{b},{c},{digest}",
            system.constraints(),
            system.variables(),
            system.instances() - 1
        )
        .unwrap();
    }
    table
}

#[test]
fn constraint_counts_are_those_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/constraint-counts.csv");
    let table = table();
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), table, "UPDATE_TABLES=1 writes the table anew");
}

/// Rows of the PLONKish backend, as a power of two, and the cells that instructions assign.
#[test]
fn halo2_rows_are_those_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/halo2-rows.csv");
    let mut table = String::from("shape,log_rows,cells\n");
    for text in SHAPES.iter().filter(|text| !text.starts_with("10000loans")) {
        let circuit = StatementCircuit::of_shape(text.parse().unwrap());
        let (rows, cells) = (circuit.log_rows().unwrap(), circuit.cells().unwrap());
        writeln!(table, "{text},{rows},{cells}").unwrap();
    }
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), table, "UPDATE_TABLES=1 writes the table anew");
}

#[test]
fn sizes_that_matter_fit_their_budgets() {
    let constraints = |text: &str| statement_system(text.parse::<Shape>().unwrap()).unwrap().constraints();
    assert!(constraints("500x100/1") + CONTROLS < 1 << 16);
    assert!(constraints("500x100") <= 100_000);
    assert!(constraints("10000x20/1") <= 800_000);
    // A pool of 1,024 loans with every claim, and one of 10,000 with tranches, which add less than a twentieth.
    assert!(constraints("1024loans+pool") < 300_000);
    let (pool, both) = (constraints("10000loans+pool"), constraints("10000loans+pool+64x8/3tranches"));
    assert!(pool <= 250 * 10_000 && both + CONTROLS < 1 << 21 && 20 * (both - pool) < pool);
}

#[test]
fn every_constraint_has_a_label_that_the_book_explains() {
    let book = include_str!("../../docs/src/market.md");
    let mut used: Vec<&str> = Vec::new();
    for text in ["2x2/1", "2x2", "2x133"] {
        used.extend(statement_system(text.parse().unwrap()).unwrap().row_labels());
    }
    used.sort_unstable();
    used.dedup();
    let mut listed = labels::ALL.to_vec();
    listed.sort_unstable();
    assert_eq!(used, listed, "labels::ALL lists exactly the labels in use");
    let labels_of = |text: &str| {
        let mut labels = statement_system(text.parse().unwrap()).unwrap().row_labels().to_vec();
        labels.sort_unstable();
        labels.dedup();
        labels
    };
    let besides = |text: &str, base: &[&str]| -> Vec<&str> {
        labels_of(text).into_iter().filter(|label| !base.contains(label)).collect()
    };
    for (text, base, more) in [
        ("2x133+limits", labels_of("2x133"), labels::ALL_LIMITS),
        ("2x2/1+2books", labels_of("2x2/1"), labels::ALL_CONSOLIDATED),
    ] {
        let mut more = more.to_vec();
        more.sort_unstable();
        assert_eq!(besides(text, &base), more, "{text}");
        used.extend(more);
    }
    let parametric = include_str!("../../docs/src/parametric.md");
    let mut found = besides("4x3+parametric", &labels_of("2x133"));
    let mut listed = tailproof_circuits::statement::parametric::labels::ALL.to_vec();
    found.sort_unstable();
    listed.sort_unstable();
    assert_eq!(found, listed, "labels of the parametric statement");
    for label in listed {
        let anchor = format!("<a id=\"{label}\"></a>");
        assert!(parametric.contains(&anchor), "docs/src/parametric.md has no anchor for {label}");
    }
    let statement = include_str!("../../docs/src/pool-statement.md");
    let mut found: Vec<&str> = ["3loans+pool+2x2/2tranches", "60loans+2x2/2tranches", "2loans+2x4/1tranches+granular"]
        .into_iter()
        .flat_map(labels_of)
        .chain(labels_of("60loans+pool"))
        .filter(|label| *label != labels::CONTEXT)
        .collect();
    found.sort_unstable();
    found.dedup();
    for label in &found {
        let anchor = format!("<a id=\"{label}\"></a>");
        assert!(statement.contains(&anchor), "docs/src/pool-statement.md has no anchor for {label}");
    }
    assert_eq!(statement.matches("<a id=\"").count(), found.len(), "and none for a label that is not in use");
    for label in used {
        assert!(book.contains(&format!("<a id=\"{label}\"></a>")), "docs/src/market.md has no anchor for {label}");
    }
}
