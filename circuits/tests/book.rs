//! The labels in use are those that the lists of labels name, and the book has an anchor for each.

use std::collections::BTreeSet;
use std::path::Path;

use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::{market, parametric, pnl, pool};

use crate::support::{shape, system};

/// The pages of the market, parametric and pool statements, of distinct ids, of months, of value, of
/// top obligors, with rules and over P&L vectors, from this crate's folder.
const PAGES: [&str; 9] = [
    "../docs/src/statements/market.md",
    "../docs/src/statements/parametric.md",
    "../docs/src/statements/pool.md",
    "../docs/src/statements/distinct.md",
    "../docs/src/statements/roll-forward.md",
    "../docs/src/statements/value.md",
    "../docs/src/statements/top-obligors.md",
    "../docs/src/statements/rules.md",
    "../docs/src/statements/pnl.md",
];

fn page(index: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGES[index]);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The labels of constraints in some shapes.
fn labels(shapes: &[&str]) -> BTreeSet<Label> {
    shapes.iter().flat_map(|text| system(shape(text)).row_labels().to_vec()).collect()
}

fn set(labels: &[Label]) -> BTreeSet<Label> {
    labels.iter().copied().collect()
}

/// The anchors of a page are those of the labels.
#[track_caller]
fn assert_explained(page: &str, labels: &BTreeSet<Label>) {
    let anchors = page.split("<a id=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let anchors: Vec<&str> = anchors.collect();
    let explained: BTreeSet<&str> = anchors.iter().copied().collect();
    assert_eq!(explained, *labels, "left: the book has anchors for these; right: labels in use");
    assert_eq!(anchors.len(), explained.len(), "a label has two anchors");
}

#[test]
fn labels_of_the_market_statement() {
    let base = labels(&["2x2/1", "2x2", "2x133"]);
    assert_eq!(base, set(market::labels::ALL));
    let limits = &labels(&["2x133+limits"]) - &labels(&["2x133"]);
    assert_eq!(limits, set(market::labels::ALL_LIMITS));
    let rules = &labels(&["2x133+rules+1groups"]) - &labels(&["2x133+limits"]);
    assert_eq!(rules, set(market::labels::ALL_RULES));
    let sizes = |flag: &str| &labels(&[&format!("2x133+rules{flag}")]) - &labels(&["2x133+rules"]);
    let (caps, impact) = (sizes("+caps"), sizes("+impact"));
    assert_eq!((&caps, &impact), (&set(market::labels::ALL_CAPS), &set(market::labels::ALL_IMPACT)));
    assert_explained(&page(7), &(&(&rules | &caps) | &impact));
    let consolidated = &labels(&["2x2/1+2books"]) - &labels(&["2x2/1"]);
    assert_eq!(consolidated, set(market::labels::ALL_CONSOLIDATED));
    assert_explained(&page(0), &(&(&base | &limits) | &consolidated));
}

#[test]
fn labels_of_the_parametric_statement() {
    let own = &labels(&["4x3+parametric"]) - &labels(&["2x133"]);
    assert_eq!(own, set(parametric::labels::ALL));
    assert_explained(&page(1), &own);
}

/// It has the labels of the market statement, without those of exposures and losses.
#[test]
fn labels_of_the_pnl_statement() {
    let all = labels(&["112pnl/1", "112pnl+3books"]);
    let own = &all - &labels(&["2x133", "2x2/1", "2x2/1+2books"]);
    assert_eq!(own, set(pnl::labels::ALL));
    assert_explained(&page(8), &own);
    let market = &set(market::labels::ALL) - &all;
    let left_out = ["exposure-", "gross-", "loss-"];
    assert!(market.iter().all(|label| left_out.iter().any(|start| label.starts_with(start))), "{market:?}");
}

#[test]
fn labels_of_the_pool_statement() {
    let mut own = labels(&[
        "3loans+pool+2x2/2tranches",
        "60loans+2x2/2tranches",
        "2loans+2x4/1tranches+granular",
        "3loans+pool+bands+numbers",
        "60loans+pool",
    ]);
    own.remove(market::labels::CONTEXT);
    assert_explained(&page(2), &own);
}

#[test]
fn labels_of_distinct_ids() {
    let own = &labels(&["70loans+pool+distinct+collateral"]) - &labels(&["60loans+pool"]);
    assert_explained(&page(3), &own);
}

#[test]
fn labels_of_top_obligors() {
    assert_explained(&page(6), &(&labels(&["3loans+pool+top"]) - &labels(&["60loans+pool"])));
}

#[test]
fn labels_of_the_roll_forward() {
    let own = &labels(&["2loans+pool+numbers+roll"]) - &labels(&["2loans+pool+numbers", "2loans+pool+distinct"]);
    let own = own.into_iter().filter(|label| *label != pool::labels::NUMBER_BIT && *label != pool::labels::EMPTY);
    assert_explained(&page(4), &own.collect());
}

#[test]
fn labels_of_value() {
    let own = &labels(&["2loans+pool+value"]) - &labels(&["2loans+pool"]);
    assert_explained(&page(5), &own);
}
