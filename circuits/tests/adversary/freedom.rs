//! Linear freedom: the rank of the system linearised at a satisfied assignment, over the private variables.
//!
//! For each row, `<a,z> <b,d> + <b,z> <a,d> - <c,d> = 0` is what a small change d of the private variables must satisfy. A
//! solution other than zero is a direction in which the witness can move without any constraint noticing, to first order: a
//! value that nothing pins. Field values have no "small", but every missing constraint on a linear combination shows here.

use ark_bn254::Fr;
use tailproof_circuits::plain::Lies;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::statement::market::labels;
#[cfg(feature = "planted-bug")]
use tailproof_circuits::statement::pool::labels as pool;

use crate::rank::{Row, direction};
use crate::targets::{Target, all};

/// Names of private variables that a direction moves, if there is one.
fn free_direction(system: &System, assignment: &[Fr]) -> Option<Vec<&'static str>> {
    let first = system.instances();
    let [a, b, c] = system.matrices();
    let rows = (0..system.constraints())
        .map(|index| {
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
            row
        })
        .collect::<Vec<_>>();
    // Two blindings under one hash: a function of two variables has a direction in which it does not change, to first order. That is
    // no second opening; a hash is taken to have none. So all blindings but the first are held.
    let is_blinding = |variable: &usize| system.witness_labels()[variable - first] == labels::BLINDING;
    let pinned =
        (first..system.variables()).filter(is_blinding).skip(1).map(|variable| Row::from([(variable, Fr::from(1u64))]));
    let rows = pinned.chain(rows).collect();
    let moved = direction(rows, first..system.variables())?;
    let mut names: Vec<_> = moved.into_iter().map(|variable| system.witness_labels()[variable - first]).collect();
    names.sort_unstable();
    names.dedup();
    Some(names)
}

fn freedom_of(target: &dyn Target) -> Option<Vec<&'static str>> {
    let (system, assignment) = (target.system(), target.assignment(&Lies::new()));
    assert!(system.is_satisfied(&assignment), "{}", target.name());
    free_direction(&system, &assignment)
}

#[test]
#[cfg(not(feature = "planted-bug"))]
fn no_statement_has_a_free_direction() {
    for target in all() {
        let free = freedom_of(target.as_ref());
        assert_eq!(free, None, "{}: these values can move together unnoticed", target.name());
    }
}

/// Shown a statement with a range check removed, the search names what became free.
#[test]
#[cfg(feature = "planted-bug")]
fn the_planted_bug_is_found() {
    // What obligors owe pins every balance but for a multiple of 2^32, which is no direction: see the module `overflow`.
    for target in all().into_iter().filter(|target| !target.name().contains("+pool")) {
        let free = freedom_of(target.as_ref()).unwrap_or_default();
        let bug = if target.name().starts_with("pool") { pool::BALANCE_BIT } else { labels::NAV_BIT };
        assert!(free.contains(&bug), "{}: found {free:?}", target.name());
    }
}

/// The search itself: a system with an obvious freedom.
#[test]
fn a_known_freedom_is_found() {
    // With limits on the book the last input is a half-spread, whose cost a tight limit pins; so is a parametric spread.
    for target in all()
        .into_iter()
        .filter(|target| ["limits", "parametric", "pool"].iter().all(|kind| !target.name().contains(kind)))
    {
        let (system, assignment) = (target.system(), target.assignment(&Lies::new()));
        // The same constraints with the last public input (a weight) made private: products move with it.
        let loose = system.clone().with_instances(system.instances() - 1, "made-private");
        let free = free_direction(&loose, &assignment).unwrap_or_default();
        assert!(free.contains(&"made-private"), "{}: found {free:?}", target.name());
    }
}
