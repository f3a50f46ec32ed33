//! Whether constraints pin every value of an assignment.

use std::sync::Arc;

use ark_bn254::Fr;
use ark_ff::UniformRand;
use rand_chacha::ChaCha20Rng;
use tailproof_circuits::r1cs::System;

/// Moves each value alone, by one and by a random number: a constraint must refuse it. The
/// variables for which `left_out` is true are not moved.
#[track_caller]
pub fn assert_every_value_is_pinned(
    name: &str,
    (system, mut assignment): (Arc<System>, Vec<Fr>),
    rng: &mut ChaCha20Rng,
    left_out: impl Fn(usize) -> bool,
) {
    assert!(system.is_satisfied(&assignment), "{name}: {:?}", system.violations(&assignment));
    let rows = rows_by_variable(&system);
    for variable in (1..system.variables()).filter(|variable| !left_out(*variable)) {
        let honest = assignment[variable];
        for delta in [Fr::from(1u64), -Fr::from(1u64), Fr::rand(rng)] {
            assignment[variable] = honest + delta;
            let label = variable.checked_sub(system.instances()).map_or("public input", |i| system.witness_labels()[i]);
            assert!(
                violated(&system, &rows[variable], &assignment),
                "{name}: variable {variable} ({label}) moved by {delta} is accepted"
            );
        }
        assignment[variable] = honest;
    }
}

/// The rows that each variable is in: only they can refuse it.
fn rows_by_variable(system: &System) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new(); system.variables()];
    for matrix in system.matrices() {
        for row in 0..system.constraints() {
            for (variable, _) in matrix.row(row) {
                if rows[*variable as usize].last() != Some(&row) {
                    rows[*variable as usize].push(row);
                }
            }
        }
    }
    rows
}

/// Whether an assignment violates one of these rows.
fn violated(system: &System, rows: &[usize], assignment: &[Fr]) -> bool {
    let [a, b, c] = system.matrices();
    rows.iter().any(|row| {
        a.evaluate_row(*row, assignment) * b.evaluate_row(*row, assignment) != c.evaluate_row(*row, assignment)
    })
}

/// The public inputs that stand alone in no place of a matrix.
pub fn inputs_without_a_place(system: &System) -> Vec<usize> {
    let mut alone = vec![false; system.instances()];
    for matrix in system.matrices() {
        for row in 0..system.constraints() {
            let public: Vec<_> =
                matrix.row(row).iter().filter(|(v, _)| (*v as usize) < system.instances() && *v != 0).collect();
            if let [(only, _)] = public[..] {
                alone[*only as usize] = true;
            }
        }
    }
    (1..system.instances()).filter(|index| !alone[*index]).collect()
}
