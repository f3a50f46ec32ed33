//! Linear freedom in the halo2 backend: the same search over cells.
//!
//! The recorder keeps the layout as halo2 is told it: selectors, fixed values, copies and values of
//! cells. For each row with a selector, the gate's relation is linearised at the values. A lookup
//! pins the number that it looks up, since the values of a table have no direction. A gate of
//! Poseidon pins its cells, since a hash has no second opening. A solution other than zero is a
//! value that nothing pins. Cells in no relation at all are left out, since nothing looks at them.

use std::collections::HashMap;

use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{Any, Column, ConstraintSystem, Selector};
use tailproof_circuits::halo2::Columns;
use tailproof_circuits::halo2::columns::LIMB_BITS;

use super::rank::{Row, direction};
use super::targets::{WIDE, statements, target};
use crate::support::recorder::{Cell, Recorder};
use crate::support::{Lies, TestCircuit};

/// Linear relations between cells.
struct Relations<'r> {
    recorder: &'r Recorder,
    numbers: HashMap<Cell, usize>,
    rows: Vec<Row<Fp>>,
}

impl Relations<'_> {
    fn value(&self, column: impl Into<Column<Any>>, row: usize) -> Fp {
        let column = column.into();
        let public = || self.recorder.instance.get(&column).and_then(|values| values.get(row));
        self.recorder.values.get(&(column, row)).or_else(public).copied().unwrap_or(Fp::zero())
    }

    /// `sum_j k_j cell_j = 0`; what is not an advice cell does not move.
    fn relate(&mut self, terms: &[(Cell, Fp)]) {
        let mut relation = Row::new();
        for (cell, coefficient) in terms {
            if *cell.0.column_type() == Any::Advice && *coefficient != Fp::zero() {
                let next = self.numbers.len();
                let number = *self.numbers.entry(*cell).or_insert(next);
                *relation.entry(number).or_default() += *coefficient;
            }
        }
        self.rows.push(relation);
    }
}

/// The region of a value that nothing pins, if there is one.
fn free_cell(circuit: &TestCircuit, without: Option<Selector>) -> Option<String> {
    let columns = Columns::configure(&mut ConstraintSystem::default());
    let recorder = Recorder::record(circuit);
    let removed = |selector: &Selector| without == Some(*selector);
    let mut relations = Relations { recorder: &recorder, numbers: HashMap::new(), rows: Vec::new() };
    let one = Fp::one();
    let main = columns.main.map(Column::<Any>::from);
    let exposure = Column::<Any>::from(columns.exposure);
    for (selector, row) in recorder.selectors.iter().filter(|(selector, _)| !removed(selector)) {
        let row = *row;
        let [qa, qb, qc, qd, qm, _] = columns.coefficients.map(|column| relations.value(column, row));
        let [a, b, c, d] = main.map(|column| (column, row));
        let [at_a, at_b, at_d] = [main[0], main[1], main[3]].map(|column| relations.value(column, row));
        if *selector == columns.is_main {
            relations.relate(&[(a, qa + qm * at_b), (b, qb + qm * at_a), (c, qc), (d, qd)]);
        } else if *selector == columns.is_chain {
            relations.relate(&[((main[3], row - 1), one), (a, qa), (b, qb), (c, qc), (d, -one)]);
        } else if *selector == columns.is_boolean {
            relations.relate(&[(d, at_d + at_d - one)]);
        } else if [columns.lanes_begin, columns.lanes_go_on].contains(selector) {
            let above = if *selector == columns.lanes_go_on { one } else { Fp::zero() };
            for (lane, scenario) in columns.lanes.into_iter().zip(columns.scenarios) {
                let lane = Column::<Any>::from(lane);
                let entry = relations.value(scenario, row);
                let before = (lane, row.wrapping_sub(1));
                relations.relate(&[(before, above), ((exposure, row), entry), ((lane, row), -one)]);
            }
        } else if let Some(limbs) = columns.limbs.iter().find(|limbs| limbs.has_next == *selector) {
            let rest = Column::<Any>::from(limbs.rest);
            relations.relate(&[((rest, row), one), ((rest, row + 1), -Fp::from(1 << LIMB_BITS))]);
        } else {
            // Poseidon, on this row and those beside it.
            for row in row.saturating_sub(1)..=row + 1 {
                for column in main.into_iter().filter(|column| recorder.values.contains_key(&(*column, row))) {
                    relations.relate(&[((column, row), one)]);
                }
            }
        }
    }
    for limbs in &columns.limbs {
        let (rest, scale) = (Column::<Any>::from(limbs.rest), Column::<Any>::from(limbs.scale));
        for (_, row) in recorder.values.keys().filter(|(column, _)| *column == scale) {
            relations.relate(&[((rest, *row), relations.value(scale, *row))]);
        }
    }
    for (left, right) in &recorder.copies {
        relations.relate(&[(*left, one), (*right, -one)]);
    }
    let cells: HashMap<usize, Cell> = relations.numbers.iter().map(|(cell, number)| (*number, *cell)).collect();
    let moved = direction(relations.rows, 0..cells.len())?;
    Some(recorder.regions[&cells[&moved[0]]].clone())
}

/// No cell is free.
fn no_cell_is_free(text: &str) {
    assert_eq!(free_cell(&target(text).halo2(&Lies::new()), None), None);
}

statements!(each, no_cell_is_free);

#[test]
fn no_cell_of_a_wide_statement_is_free() {
    no_cell_is_free(WIDE);
}

/// Without one of these gates a cell is free. The gate by which running sums go on is not among
/// them: the ends of the sums are pinned from the other side, by range checks of numbers made from
/// them, whose values have no direction. The attack `loss_row` is about that gate.
#[test]
fn without_a_gate_a_cell_is_free() {
    let columns = Columns::configure(&mut ConstraintSystem::default());
    let circuit = target(WIDE).halo2(&Lies::new());
    let limbs = columns.limbs.map(|limbs| limbs.has_next);
    let gates = [columns.is_main, columns.is_chain, columns.is_boolean, columns.lanes_begin];
    for (index, gate) in gates.into_iter().chain(limbs).enumerate() {
        assert!(free_cell(&circuit, Some(gate)).is_some(), "gate {index}");
    }
}
