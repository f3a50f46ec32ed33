//! Whether a homogeneous linear system has a solution other than zero.

use std::collections::BTreeMap;
use std::ops::{Add, Mul, Neg};

/// The field operations that elimination uses.
pub trait Scalar: Copy + Default + PartialEq + Add<Output = Self> + Mul<Output = Self> + Neg<Output = Self> {
    fn inverse(self) -> Self;
}

impl Scalar for ark_bn254::Fr {
    fn inverse(self) -> Self {
        ark_ff::Field::inverse(&self).unwrap()
    }
}

impl Scalar for halo2_proofs::pasta::Fp {
    fn inverse(self) -> Self {
        halo2_proofs::pasta::group::ff::Field::invert(&self).unwrap()
    }
}

/// An equation: the coefficients of its variables.
pub type Row<F> = BTreeMap<usize, F>;

/// Variables that a solution moves, the freest first, if there is a solution other than zero.
pub fn direction<F: Scalar>(mut rows: Vec<Row<F>>, variables: impl IntoIterator<Item = usize>) -> Option<Vec<usize>> {
    let zero = F::default();
    rows.iter_mut().for_each(|row| row.retain(|_, coefficient| *coefficient != zero));
    // Rows with one unknown pin it; repeat until nothing changes. What is left is small and is
    // eliminated properly.
    let mut pinned = std::collections::HashSet::new();
    loop {
        let mut changed = false;
        for row in &mut rows {
            row.retain(|variable, _| !pinned.contains(variable));
            if row.len() == 1 {
                changed |= pinned.insert(*row.keys().next().unwrap());
            }
        }
        rows.retain(|row| row.len() > 1 || row.keys().any(|variable| !pinned.contains(variable)));
        if !changed {
            break;
        }
    }

    // Gauss with the shortest rows first.
    let mut solved: BTreeMap<usize, Row<F>> = BTreeMap::new();
    rows.sort_by_key(BTreeMap::len);
    for mut row in rows {
        while let Some(pivot) = row.keys().find(|variable| solved.contains_key(variable)).copied() {
            let factor = row.remove(&pivot).unwrap();
            add(&mut row, &solved[&pivot], factor);
        }
        // pivot = - rest / coefficient
        let Some((pivot, coefficient)) = row.pop_last() else { continue };
        let inverse = -coefficient.inverse();
        row.values_mut().for_each(|value| *value = *value * inverse);
        for other in solved.values_mut() {
            if let Some(factor) = other.remove(&pivot) {
                add(other, &row, factor);
            }
        }
        solved.insert(pivot, row);
    }
    let start = variables.into_iter().find(|variable| !pinned.contains(variable) && !solved.contains_key(variable))?;
    let dependent = solved.iter().filter(|(_, row)| row.contains_key(&start)).map(|(variable, _)| *variable);
    Some(std::iter::once(start).chain(dependent).collect())
}

/// Equations in echelon form: each gives its last variable by those before it.
#[derive(Default)]
pub struct Echelon<F> {
    solved: BTreeMap<usize, Row<F>>,
}

impl<F: Scalar> Echelon<F> {
    /// The form of equations. It is quick where an equation's last variable is new.
    pub fn new(rows: impl IntoIterator<Item = Row<F>>) -> Self {
        let mut echelon = Self { solved: BTreeMap::new() };
        for row in rows {
            let mut row = echelon.reduced(row);
            // pivot = - rest / coefficient
            let Some((pivot, coefficient)) = row.pop_last() else { continue };
            let inverse = -coefficient.inverse();
            row.values_mut().for_each(|value| *value = *value * inverse);
            echelon.solved.insert(pivot, row);
        }
        echelon
    }

    /// A combination in terms of the variables that no equation gives.
    pub fn reduced(&self, mut row: Row<F>) -> Row<F> {
        row.retain(|_, coefficient| *coefficient != F::default());
        let mut end = usize::MAX;
        while let Some(pivot) =
            row.range(..end).rev().map(|(variable, _)| *variable).find(|v| self.solved.contains_key(v))
        {
            let factor = row.remove(&pivot).unwrap();
            add(&mut row, &self.solved[&pivot], factor);
            end = pivot;
        }
        row
    }

    /// Whether an equation gives a variable.
    pub fn gives(&self, variable: usize) -> bool {
        self.solved.contains_key(&variable)
    }
}

/// `row += factor * other`.
fn add<F: Scalar>(row: &mut Row<F>, other: &Row<F>, factor: F) {
    for (variable, coefficient) in other {
        let entry = row.entry(*variable).or_default();
        *entry = *entry + *coefficient * factor;
    }
    row.retain(|_, coefficient| *coefficient != F::default());
}

#[test]
fn directions_are_found_where_there_are_any() {
    let fr = ark_bn254::Fr::from;
    let row = |terms: &[(usize, u64)]| terms.iter().map(|(variable, k)| (*variable, fr(*k))).collect::<Row<_>>();
    // x + y = 0, y + z = 0, x - z = 0 in disguise: one direction moves all three.
    let rows = vec![row(&[(0, 1), (1, 1)]), row(&[(1, 1), (2, 1)]), row(&[(0, 2), (1, 3), (2, 1)])];
    assert_eq!(direction(rows.clone(), 0..3).unwrap().len(), 3);
    let more = [rows, vec![row(&[(0, 1), (1, 2)])]].concat();
    assert_eq!(direction(more, 0..3), None);
}
