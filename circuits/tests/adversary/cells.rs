//! Linear freedom of the PLONKish backend: the same search over cells.
//!
//! What a circuit lays out is recorded as halo2 is told it: selectors, fixed values, copies, values of cells. For each row with a
//! selector, the gate's relation is linearised at the values; a lookup pins what it looks up, since the values of a table have no
//! direction; a gate of Poseidon pins the cells it stands on, since a hash has no second opening. A solution other than zero is a
//! value that nothing pins. Cells in no relation at all are left out: nothing looks at them.

use std::collections::{HashMap, HashSet};

use halo2_proofs::circuit::Value;
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{
    Advice, Any, Assigned, Assignment, Circuit, Column, ConstraintSystem, Error, Fixed, FloorPlanner, Instance,
    Selector,
};
use tailproof_circuits::plain::Lies;
use tailproof_circuits::plonkish::columns::LIMB_BITS;
use tailproof_circuits::plonkish::{Columns, StatementCircuit};

use crate::rank::{Row, direction};
use crate::targets::all;

type Cell = (Column<Any>, usize);

/// What halo2 is told.
struct Recorder {
    instance: HashMap<Column<Any>, Vec<Fp>>,
    selectors: HashSet<(Selector, usize)>,
    values: HashMap<Cell, Fp>,
    copies: Vec<(Cell, Cell)>,
    region: String,
    regions: HashMap<Cell, String>,
}

fn known<V: Into<Assigned<Fp>>>(value: Value<V>) -> Fp {
    let mut found = None;
    value.map(|value| found = Some(value.into().evaluate()));
    found.expect("values are known")
}

impl Assignment<Fp> for Recorder {
    fn enter_region<NR: Into<String>, N: FnOnce() -> NR>(&mut self, name: N) {
        self.region = name().into();
    }

    fn exit_region(&mut self) {}

    fn enable_selector<A: FnOnce() -> AR, AR: Into<String>>(
        &mut self,
        _: A,
        selector: &Selector,
        row: usize,
    ) -> Result<(), Error> {
        self.selectors.insert((*selector, row));
        Ok(())
    }

    fn query_instance(&self, column: Column<Instance>, row: usize) -> Result<Value<Fp>, Error> {
        Ok(Value::known(self.instance[&column.into()][row]))
    }

    fn assign_advice<V, VR, A, AR>(&mut self, _: A, column: Column<Advice>, row: usize, to: V) -> Result<(), Error>
    where
        V: FnOnce() -> Value<VR>,
        VR: Into<Assigned<Fp>>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        self.values.insert((column.into(), row), known(to()));
        self.regions.insert((column.into(), row), self.region.clone());
        Ok(())
    }

    fn assign_fixed<V, VR, A, AR>(&mut self, _: A, column: Column<Fixed>, row: usize, to: V) -> Result<(), Error>
    where
        V: FnOnce() -> Value<VR>,
        VR: Into<Assigned<Fp>>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        self.values.insert((column.into(), row), known(to()));
        Ok(())
    }

    fn copy(&mut self, left: Column<Any>, left_row: usize, right: Column<Any>, right_row: usize) -> Result<(), Error> {
        self.copies.push(((left, left_row), (right, right_row)));
        Ok(())
    }

    fn fill_from_row(&mut self, _: Column<Fixed>, _: usize, _: Value<Assigned<Fp>>) -> Result<(), Error> {
        Ok(())
    }

    fn push_namespace<NR: Into<String>, N: FnOnce() -> NR>(&mut self, _: N) {}

    fn pop_namespace(&mut self, _: Option<String>) {}
}

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
fn free_cell(circuit: &StatementCircuit, without: Option<Selector>) -> Option<String> {
    let mut system = ConstraintSystem::default();
    let columns = Columns::configure(&mut system);
    let inputs = std::iter::once(columns.inputs).chain(columns.scenarios).map(Column::<Any>::from);
    let mut recorder = Recorder {
        instance: inputs.zip(circuit.instance()).collect(),
        selectors: HashSet::new(),
        values: HashMap::new(),
        copies: Vec::new(),
        region: String::new(),
        regions: HashMap::new(),
    };
    let constants = vec![columns.constants];
    <StatementCircuit as Circuit<Fp>>::FloorPlanner::synthesize(&mut recorder, circuit, columns.clone(), constants)
        .unwrap();
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

#[test]
fn no_cell_is_free() {
    for target in all() {
        assert_eq!(free_cell(&target.plonkish(&Lies::new()), None), None, "{}", target.name());
    }
}

/// The search itself: without one of these gates, something is free. Not so without the gate by which running sums go on: their
/// ends are pinned from the other side, by range checks of what is made of them, whose values have no direction; the test
/// `loss_row` stands there.
#[test]
fn without_a_gate_a_cell_is_free() {
    let columns = Columns::configure(&mut ConstraintSystem::default());
    let target = all().pop().expect("the widest is the last");
    let limbs = columns.limbs.map(|limbs| limbs.has_next);
    let gates = [columns.is_main, columns.is_chain, columns.is_boolean, columns.lanes_begin];
    for (index, gate) in gates.into_iter().chain(limbs).enumerate() {
        assert!(free_cell(&target.plonkish(&Lies::new()), Some(gate)).is_some(), "gate {index}");
    }
}
