//! Records the layout of a circuit.

use std::collections::{HashMap, HashSet};

use halo2_proofs::circuit::Value;
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{
    Advice, Any, Assigned, Assignment, Circuit, Column, ConstraintSystem, Error, Fixed, FloorPlanner, Instance,
    Selector,
};
use tailproof_circuits::halo2::Columns;

use super::TestCircuit;

/// A cell by column and row.
pub type Cell = (Column<Any>, usize);

/// The layout of a circuit as halo2 is told it.
pub struct Recorder {
    pub instance: HashMap<Column<Any>, Vec<Fp>>,
    pub selectors: HashSet<(Selector, usize)>,
    pub values: HashMap<Cell, Fp>,
    pub copies: Vec<(Cell, Cell)>,
    region: String,
    pub regions: HashMap<Cell, String>,
}

/// The value of a cell.
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

impl Recorder {
    /// The layout of a circuit.
    pub fn record(circuit: &TestCircuit) -> Self {
        let mut system = ConstraintSystem::default();
        let columns = Columns::configure(&mut system);
        let inputs = std::iter::once(columns.inputs).chain(columns.scenarios).map(Column::<Any>::from);
        let mut recorder = Self {
            instance: inputs.zip(circuit.instance()).collect(),
            selectors: HashSet::new(),
            values: HashMap::new(),
            copies: Vec::new(),
            region: String::new(),
            regions: HashMap::new(),
        };
        let constants = vec![columns.constants];
        <TestCircuit as Circuit<Fp>>::FloorPlanner::synthesize(&mut recorder, circuit, columns, constants).unwrap();
        recorder
    }

    /// The part that keys are made from, with the cells that values are in.
    pub fn structure(self) -> Structure {
        let is_fixed = |cell: &Cell| *cell.0.column_type() == Any::Fixed;
        let fixed = self.values.iter().filter(|(cell, _)| is_fixed(cell)).map(|(cell, value)| (*cell, *value));
        Structure { fixed: fixed.collect(), selectors: self.selectors, copies: self.copies, regions: self.regions }
    }
}

/// The structure of a circuit: everything but the values of advice cells.
#[derive(PartialEq, Eq)]
pub struct Structure {
    fixed: HashMap<Cell, Fp>,
    selectors: HashSet<(Selector, usize)>,
    copies: Vec<(Cell, Cell)>,
    regions: HashMap<Cell, String>,
}
