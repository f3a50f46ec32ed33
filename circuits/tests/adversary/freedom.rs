//! Linear freedom: the rank of the system linearised at a satisfied assignment, over the private
//! variables.
//!
//! A small change d of the private variables must satisfy `<a,z> <b,d> + <b,z> <a,d> - <c,d> = 0`
//! for each row. A solution other than zero is a direction in which the witness can move without
//! any constraint noticing, to first order: a value that nothing pins. Field values have no
//! "small", but every missing constraint on a linear combination shows here.
//!
//! The search is then shown bugs: each statement without the constraints of one label.

use std::collections::BTreeSet;

use ark_bn254::Fr;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::statement::market::labels;
use tailproof_circuits::statement::pool::labels as pool;

use super::rank::{Echelon, Row, direction};
use super::targets::{WIDE, pool_of, statements, target};
use crate::support::{Instance, Lies};

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
    // Two blindings under one hash: a function of two variables has a direction in which it does
    // not change, to first order. That is no second opening, since a hash is taken to have none. So
    // all blindings but the first are held.
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

/// Shapes with unused rows, a block without loans, and every kind of claim together.
fn unused_rows_have_no_free_direction((text, loans): (&str, usize)) {
    let target = pool_of(text, loans);
    let (system, assignment) = (target.system(), target.assignment(&Lies::new()));
    assert!(system.is_satisfied(&assignment), "{text} is not satisfied");
    let first = system.instances();
    let free = free_direction(&system, &linearised(&system, &assignment, first), first, None);
    assert_eq!(free.map(|variables| names(&system, variables)), None, "these values can move together unnoticed");
}

each!(unused_rows_have_no_free_direction:
    both = ("4loans+pool+2x4/2tranches", 2), granular = ("4loans+pool+2x8/1tranches+granular", 2),
    losses = ("60loans+2x4/2tranches", 30), distinct = ("4loans+pool+distinct+collateral", 2), top = ("5loans+pool+top", 4));

#[cfg(feature = "nightly")]
fn unused_blocks_have_no_free_direction(of: (&str, usize)) {
    unused_rows_have_no_free_direction(of);
}

#[cfg(feature = "nightly")]
each!(unused_blocks_have_no_free_direction:
    blocks = ("60loans+pool", 30), bands = ("60loans+pool+bands+numbers", 30),
    distinct = ("70loans+pool+distinct+collateral", 30));

#[test]
fn a_wide_statement_has_no_free_direction() {
    no_statement_has_a_free_direction(WIDE);
}

/// A pool with an earlier one alone.
#[test]
fn a_roll_forward_has_no_free_direction() {
    no_statement_has_a_free_direction("2loans+pool+roll");
}

/// A pool with claims on value alone.
#[test]
fn claims_on_value_have_no_free_direction() {
    no_statement_has_a_free_direction("2loans+pool+value");
}

/// Two groups of scenarios, the last with slots left.
#[test]
fn packed_scenarios_have_no_free_direction() {
    no_statement_has_a_free_direction("6x2");
}

/// Without the constraints of any one label, something becomes free.
///
/// The first search takes bits as pinned, since each is 0 or 1. It misses a number that moves by
/// steps. The second search takes each range check as a number with room to move: its bits become
/// one variable, without the constraints that each bit is boolean. Such a system has freedom of its
/// own, so it is compared with itself: a constraint that something depends on adds to the rank.
fn without_any_constraint_something_is_free(text: &str) {
    let target = target(text);
    let (system, assignment) = (target.system(), target.assignment(&Lies::new()));
    let first = system.instances();
    let rows = linearised(&system, &assignment, first);
    let labels: BTreeSet<Label> = system.row_labels().iter().copied().collect();
    let hidden = labels.into_iter().filter(|label| free_direction(&system, &rows, first, Some(*label)).is_none());
    let roomy = Roomy::new(&system, &rows);
    let missed: BTreeSet<Label> = hidden.filter(|label| !roomy.is_free_without(label)).collect();
    let expected = IMPLIED.iter().filter(|(_, statements, _)| statements.contains(&text));
    let expected: BTreeSet<Label> = expected.map(|(label, ..)| *label).collect();
    assert_eq!(missed, expected, "left: nothing is free without these; right: those of IMPLIED");
}

statements!(each, without_any_constraint_something_is_free);

/// Constraints without which nothing is free to first order: the label, the statements, and why.
const IMPLIED: &[(Label, &[&str], &str)] = &[
    (
        pool::LIMITS.open,
        &["4loans+2x2/2tranches", "5loans+2x10/1tranches+granular"],
        "the shape has no limits: the constraint is about the control alone, which is public",
    ),
    (
        pool::TRANCHES.open,
        &["2loans+pool", "2loans+pool+bands+numbers+distinct+collateral+top", "2loans+pool+roll+value"],
        "the shape has no tranches: the constraint is about the control alone, which is public",
    ),
    (
        pool::BANDS.select,
        &["2loans+pool+bands+numbers+distinct+collateral+top"],
        "it is about the terms behind the control of limits alone, which are public",
    ),
    (
        pool::LOAN,
        &[
            "4loans+2x2/2tranches",
            "5loans+2x10/1tranches+granular",
            "2loans+pool+bands+numbers+distinct+collateral+top",
            "2loans+pool+roll+value",
        ],
        "every row of the instance is a loan, and a row that is not empty has the flag 1 by loan-empty or id-empty",
    ),
    (
        pool::FIRST_LOAN,
        &[
            "4loans+2x2/2tranches",
            "5loans+2x10/1tranches+granular",
            "2loans+pool+bands+numbers+distinct+collateral+top",
            "2loans+pool+roll+value",
        ],
        "it refuses a pool without loans; a row that is not empty has the flag 1 by loan-empty or id-empty",
    ),
    (
        pool::EMPTY,
        &["2loans+pool+roll+value"],
        "it is about rows of the earlier tape, every one of which is a loan, and has the flag 1 by id-empty",
    ),
    (
        pool::month::ADDITION_LOAN,
        &["2loans+pool+roll+value"],
        "it is about rows that are no loans, and every row of the instance is a loan",
    ),
    (
        pool::month::NUMBER_STILL,
        &["2loans+pool+roll+value"],
        "the LTV moves, and so the constraint is about the terms behind the control of limits alone, which are public",
    ),
];

/// A linearised system whose range checks have room.
struct Roomy {
    /// The equations, without those of bits.
    rows: Vec<(Label, Row<Fr>)>,
    /// The variables of flags, which are range checks of one bit.
    flags: Vec<(Label, usize)>,
    echelon: Echelon<Fr>,
    /// One equation for each variable that no other equation gives: it is held.
    held: Vec<Row<Fr>>,
    variables: Vec<usize>,
}

impl Roomy {
    fn new(system: &System, rows: &[(Label, Row<Fr>)]) -> Self {
        let label = |variable: usize| system.witness_labels()[variable - system.instances()];
        let bits: BTreeSet<usize> = (0..system.constraints()).filter_map(|row| bit(system, row)).collect();
        let is_bit_row: Vec<bool> = (0..system.constraints()).map(|row| bit(system, row).is_some()).collect();
        let mut rows: Vec<(Label, Row<Fr>)> =
            rows.iter().zip(is_bit_row).filter(|(_, is_bit)| !is_bit).map(|(row, _)| row.clone()).collect();
        // A bit goes with the next one if every equation has both, the next with twice the
        // coefficient.
        let mut joined: BTreeSet<usize> =
            bits.iter().copied().filter(|bit| bits.contains(&(bit + 1)) && label(*bit) == label(bit + 1)).collect();
        for (_, row) in &rows {
            for (variable, coefficient) in row.iter().filter(|(variable, _)| bits.contains(variable)) {
                let at = |variable: usize| row.get(&variable).copied().unwrap_or_default();
                if at(variable + 1) != *coefficient + coefficient {
                    joined.remove(variable);
                }
                if at(variable.wrapping_sub(1)) + at(variable.wrapping_sub(1)) != *coefficient {
                    joined.remove(&variable.wrapping_sub(1));
                }
            }
        }
        let is_higher = |variable: &usize| joined.contains(&variable.wrapping_sub(1));
        rows.iter_mut().for_each(|(_, row)| row.retain(|variable, _| !is_higher(variable)));
        let variables: Vec<usize> =
            (system.instances()..system.variables()).filter(|variable| !is_higher(variable)).collect();
        let flags = bits.iter().filter(|bit| !joined.contains(bit) && !is_higher(bit));
        let flags = flags.map(|bit| (label(*bit), *bit)).collect();
        // All blindings but the first are held, and all but the first of the terms behind a hash.
        let hashed = [labels::BLINDING, labels::LIMITS.bit, pool::LIMITS.bit, pool::TRANCHES.bit];
        let mut held = Vec::new();
        for name in hashed {
            let named = variables.iter().filter(|variable| label(**variable) == name);
            held.extend(named.skip(1).map(|variable| Row::from([(*variable, Fr::from(1u64))])));
        }
        let echelon = Echelon::new(held.iter().cloned().chain(rows.iter().map(|(_, row)| row.clone())));
        let free = variables.iter().filter(|variable| !echelon.gives(**variable));
        held.extend(free.map(|variable| Row::from([(*variable, Fr::from(1u64))])));
        Self { rows, flags, echelon, held, variables }
    }

    /// Whether a direction becomes free without the constraints of a label.
    fn is_free_without(&self, label: &Label) -> bool {
        let own_flags = self.flags.iter().filter(|(name, _)| name == label);
        let mut moving = own_flags.map(|(_, flag)| self.echelon.reduced(Row::from([(*flag, Fr::from(1u64))])));
        if moving.any(|combination| !combination.is_empty()) {
            return true;
        }
        let rows = self.rows.iter().filter(|(name, _)| name != label).map(|(_, row)| row.clone());
        direction(self.held.iter().cloned().chain(rows).collect(), self.variables.iter().copied()).is_some()
    }
}

/// The variable of a row that says that a variable is boolean: `v (1 - v) = 0`.
fn bit(system: &System, row: usize) -> Option<usize> {
    let [a, b, c] = system.matrices();
    let one = Fr::from(1u64);
    match (a.row(row), b.row(row), c.row(row)) {
        ([(v, k)], [(0, unit), (w, minus)], []) if v == w && *k == one && *unit == one && *minus == -one => {
            Some(*v as usize)
        }
        _ => None,
    }
}

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
